"""Coordinate systems of the classes of a dossier whose province no list of zones knows."""

import geopandas as gpd
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
