"""Coordinate systems of the classes of a dossier whose province no list of zones knows."""

import geopandas as gpd
import numpy as np
import shapely

import layers
from analyses.planning.dossier_shapes import place_findings
from analyses.planning.dossier_values import DossierRules, DossierTable


def table(name, crs):
    frame = gpd.GeoDataFrame({"maHoSoQH": ["00QPK0010001"]}, geometry=[shapely.box(0, 0, 1, 1)], index=[1])
    return DossierTable("QuyHoach", name, frame.set_geometry(frame.translate(600_000, 1_222_000)).set_crs(crs))


def test_classes_in_another_system_than_the_first_are_found_where_the_province_tells_none():
    rules = DossierRules(layers.dossier_fields(), layers.vn2000_zones(), frozenset())
    tables = [table("DAT_Yte_A", "EPSG:9210"), table("DAT_O_A", "EPSG:9210"), table("RanhGioiQH_A", "EPSG:5899")]
    (found,) = place_findings(tables, rules)
    assert (found.code, found.layer, found.seen) == ("E-DOS-53", "QuyHoach/RanhGioiQH_A", "EPSG:5899")
    assert found.mend == "bring it to EPSG:9210."


def test_a_class_without_a_system_is_found_with_the_zone_of_its_province():
    rules = DossierRules(layers.dossier_fields(), layers.vn2000_zones(), frozenset())
    bare = table("DAT_Yte_A", None)
    for code, wanted in (("79QPK0010001", "EPSG:9210"), ("00QPK0010001", "its zone of VN-2000")):
        bare.frame["maHoSoQH"] = code
        (found,) = place_findings([bare], rules)
        assert (found.code, found.mend) == ("E-DOS-50", f"set {wanted}.")


def test_features_three_degrees_off_the_meridian_beyond_the_country_or_nowhere_are_found_by_their_ids():
    """The meridian of EPSG:9210 is 105.75°; the country lies between 8° and 24° north."""
    degrees = {
        "west": (102.8, 11), "too far west": (102.7, 11), "east": (108.7, 11), "too far east": (108.8, 11),
        "south": (106, 8.1), "too far south": (106, 7.9), "north": (106, 23.9), "too far north": (106, 24.1),
    }  # fmt: skip
    drawn = gpd.GeoSeries(gpd.points_from_xy(*np.transpose(list(degrees.values()))), list(degrees), crs=4326).to_crs(9210)
    shapes = {**drawn, "no number": shapely.Point(np.nan, np.nan), "no end": shapely.Point(1e30, 0), "empty": shapely.Point()}
    frame = gpd.GeoDataFrame(geometry=[*shapes.values(), None], index=[*shapes, "none"], crs=9210)
    rules = DossierRules(layers.dossier_fields(), layers.vn2000_zones(), frozenset())
    (found,) = place_findings([DossierTable("QuyHoach", "DiemCaoDo_P", frame)], rules)
    lost = ("too far west", "too far east", "too far south", "too far north", "no number", "no end")
    assert (found.code, found.feature_ids) == ("E-DOS-54", lost)
    x, y = frame.geometry["too far west"].coords[0]
    assert found.seen == (round(x, 1), round(y, 1))
    assert not list(place_findings([DossierTable("QuyHoach", "DiemCaoDo_P", frame.drop(list(lost)))], rules))
