"""The official colour of every class of land, the same on the page, in QGIS, in a picture and in a drawing."""

import geopandas as gpd
import pytest
import shapely
from PIL import Image

import layers
import maps
from geo import METRIC, PlanningDataError
from maps.planning_style_ import UNKNOWN_COLOR
from tests.maps.block_reader import unpacked
from tests.maps.test_qml import hexed, parsed

CLASSES = layers.planning_classes().sort_values("table_order")
CODES = layers.land_status_codes("2026-11-22").sort_values("table_order").set_index("code")
LISTS = {"planning": CLASSES["color"], "status": CODES["color"]}


def chequers(values):
    """A square of 200 m a value, ten in a row."""
    places = [(600_000 + 200 * (at % 10), 1_220_000 + 200 * (at // 10)) for at in range(len(values))]
    boxes = [shapely.box(x, y, x + 200, y + 200) for x, y in places]
    return gpd.GeoDataFrame({"class_id": list(values)}, geometry=boxes, crs=METRIC)


@pytest.mark.parametrize("name", LISTS)
def test_every_class_has_its_colour_on_the_page_in_qgis_and_in_the_picture(name, tmp_path):
    official = LISTS[name]
    plan = chequers(official.index)
    look = maps.planning_style(plan["class_id"], classes=name, on="2026-11-22")
    assert dict(zip(look.categories, look.colors, strict=True)) == official.to_dict()
    assert look.opacity == 1
    mark = maps.choropleth(plan, "class_id", style=look)
    head, _ = unpacked(mark.block)
    assert [row[1] for row in head["legend"]] == official.tolist()
    rules, symbols = parsed(maps.qml(mark))
    for code, category in enumerate(look.categories):
        assert rules[code][1] == f"\"class_id\" = '{category}'"
        assert hexed(symbols[int(rules[code][2])]["color"]) == official[category]
    path = maps.thumbnail(mark, path=tmp_path / "plan.png")
    with Image.open(path) as picture:
        drawn = {"#" + bytes(color[:3]).hex() for _, color in picture.convert("RGB").getcolors(1 << 24)}
    assert set(official) <= drawn


def test_the_numbers_of_drawings_are_those_of_the_classes():
    look = maps.planning_style()
    assert dict(zip(look.categories, look.aci, strict=True)) == CLASSES["aci"].to_dict()
    from ezdxf import colors  # noqa: PLC0415 - a second to import

    pure = {1, 3, 9, 30, 150, 210, 220}  # numbers that every program shows alike
    for category, aci, color in zip(look.categories, look.aci, look.colors, strict=True):
        if aci in pure:
            assert colors.aci2rgb(aci).to_hex() == color, category


def test_a_class_in_no_table_is_shown_and_said():
    look = maps.planning_style(["DAT_HTXH_Yte", "DAT_LA", None])
    assert look.categories == ("DAT_HTXH_Yte", None)
    assert look.colors == ("#ff00bf", UNKNOWN_COLOR)
    assert look.labels[-1] == ("loại đất không có trong bảng", "a class in no table")
    old = maps.planning_style(["DDT", "ODT"], classes="status")  # a code of the older rule keeps its colour
    assert set(old.categories) == {"DDT", "ODT"}
    with pytest.raises(PlanningDataError, match="E-LAW-06"):
        maps.planning_style(classes="zoning")
