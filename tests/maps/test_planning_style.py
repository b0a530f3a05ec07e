"""The official colour of every class of land, the same on the page, in QGIS, in a picture and in a drawing."""

import ezdxf
import ezdxf.colors
import geopandas as gpd
import pandas as pd
import pytest
import shapely
from PIL import Image

import analyses
import layers
import maps
from geo import METRIC, PlanningDataError
from maps.planning_style_ import UNKNOWN_ACI, UNKNOWN_COLOR
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


def test_every_class_has_its_number_in_the_drawing(tmp_path):
    look = maps.planning_style()
    assert dict(zip(look.categories, look.aci, strict=True)) == CLASSES["aci"].to_dict()
    for scheme, part in CLASSES.groupby("scheme"):
        plan = chequers([*part.index, "DAT_LA=1"])
        status = chequers(["ODT"]).set_geometry([shapely.box(600_000, 1_220_000, 602_000, 1_221_000)])
        found = analyses.land_use_balance(plan, status, None, scheme=scheme)
        path = maps.save_plan_drawing(found, tmp_path / f"{scheme}.dxf")
        drawn = ezdxf.readfile(path)
        numbers = {layer.dxf.name: layer.color for layer in drawn.layers}
        for class_id, aci in part["aci"].items():
            assert numbers[f"QHDH_{class_id}"] == aci, class_id
        assert numbers["QHDH_DAT_LA_1"] == UNKNOWN_ACI
        assert numbers["BV_Rg_lapquyhoach"] == 1
        hatches = [one for one in drawn.modelspace().query("HATCH") if one.dxf.layer.startswith("QHDH_")]
        assert len(hatches) == len(plan)
        assert {one.dxf.color for one in hatches} == {256}  # by layer
        read = layers.drawing_layers(pd.Series([one.dxf.layer for one in hatches]))
        assert set(read["class_id"]) == {*part.index, ""}
        homes = {"QHC": "HT_DAT_DD_Donvio", "QHPK": "HT_DAT_O_Nhomnhao"}[scheme]
        assert numbers[homes] == CLASSES.loc[homes.removeprefix("HT_"), "aci"]


def test_numbers_that_every_program_shows_alike_have_their_colour():
    pure = {1, 3, 9, 30, 150, 210, 220}
    alike = CLASSES[CLASSES["aci"].isin(pure)]
    assert len(alike) > 5
    assert [ezdxf.colors.aci2rgb(aci).to_hex() for aci in alike["aci"]] == alike["color"].tolist()


def test_a_class_in_no_table_is_shown_and_said():
    look = maps.planning_style(["DAT_HTXH_Yte", "DAT_LA", None])
    assert look.categories == ("DAT_HTXH_Yte", None)
    assert look.colors == ("#ff00bf", UNKNOWN_COLOR)
    assert look.labels[-1] == ("loại đất không có trong bảng", "a class in no table")
    old = maps.planning_style(["DDT", "ODT"], classes="status")  # a code of the older rule keeps its colour
    assert set(old.categories) == {"DDT", "ODT"}
    with pytest.raises(PlanningDataError, match="E-LAW-06"):
        maps.planning_style(classes="zoning")
