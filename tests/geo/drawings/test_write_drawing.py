"""Frames as a drawing: what is read back is what was written, and other programs read it too."""

from __future__ import annotations

import ezdxf
import pyogrio
import pytest
import shapely
from geopandas import GeoDataFrame

import geo
from tests.geo.drawings.plans import EAST, NORTH, draw, parcels

HERE = "EPSG:9210"
LAND = "QHDD_Đất ở"


@pytest.fixture
def frames():
    """A parcel with two holes, one of two parts, a road, a point."""
    box = shapely.box(EAST, NORTH, EAST + 100, NORTH + 80)
    holed = box.difference(shapely.union_all([shapely.box(EAST + a, NORTH + 10, EAST + a + 20, NORTH + 30) for a in (10, 50)]))
    parts = shapely.MultiPolygon([shapely.box(EAST + a, NORTH + 200, EAST + a + 10, NORTH + 210) for a in (0, 30)])
    land = GeoDataFrame({"ten": ["Phường Phú Lợi", "Lô  số 2"]}, geometry=[holed, parts], crs=HERE)
    road = GeoDataFrame(geometry=[shapely.LineString([(EAST, NORTH), (EAST + 9, NORTH + 5), (EAST + 30, NORTH)])], crs=HERE)
    stop = GeoDataFrame(geometry=[shapely.Point(EAST + 5, NORTH + 7)], crs=HERE)
    return {LAND: land, "HT_ĐƯỜNG": geo.to_wgs84(road), "HT_TRẠM": stop}


def test_read_back_as_written(frames, tmp_path):
    path = geo.write_drawing(frames, tmp_path / "plan.dxf", HERE, aci={LAND: 42}, labels={LAND: "ten"})
    again = geo.write_drawing(frames, tmp_path / "again.dxf", HERE, aci={LAND: 42}, labels={LAND: "ten"})
    assert path.read_bytes() == again.read_bytes()
    read = geo.read_drawing(path, crs=HERE)
    assert {one.severity for one in read.findings} == {"note"}
    assert read.unit == "m"
    hatches = read.areas[read.areas["dxf_type"] == "HATCH"]
    assert hatches["area_m2"].tolist() == pytest.approx([8000 - 800, 100, 100])
    assert hatches.geometry.iloc[0].equals(frames[LAND].geometry.iloc[0])
    assert set(read.areas["same_as"]) == {"", *hatches.index}
    assert len(read.areas) == 6  # each with its outline; the outlines of holes are no areas
    assert set(hatches["dxf_layer"]) == {LAND}
    assert set(hatches["aci"]) == {42}
    road = read.lines[read.lines["dxf_layer"] == "HT_ĐƯỜNG"].geometry.iloc[0]
    assert shapely.distance(road, geo.to_crs(frames["HT_ĐƯỜNG"], HERE).geometry.iloc[0]) < 1e-6
    assert road.length == pytest.approx(shapely.length(geo.to_crs(frames["HT_ĐƯỜNG"], HERE).geometry.iloc[0]))
    assert read.points.geometry.iloc[0].equals(frames["HT_TRẠM"].geometry.iloc[0])
    assert sorted(read.texts["text"]) == ["Lô số 2", "Phường Phú Lợi"]
    table = geo.compare_areas(hatches.iloc[:1], frames[LAND].iloc[:1])
    assert table["difference_m2"].iloc[0] == pytest.approx(0, abs=1e-6)


def test_other_programs_read_it(frames, tmp_path):
    path = geo.write_drawing(frames, tmp_path / "plan.dxf", HERE, labels={LAND: "ten"})
    auditor = ezdxf.readfile(path).audit()
    assert not auditor.errors
    assert not auditor.fixes
    pyogrio.set_gdal_config_options({"DXF_ENCODING": "UTF-8"})
    try:
        gdal = pyogrio.read_dataframe(path)
    finally:
        pyogrio.set_gdal_config_options({"DXF_ENCODING": None})
    assert set(gdal["Layer"]) == set(frames)
    polygons = gdal[gdal.geometry.geom_type.isin(["Polygon", "MultiPolygon"])]
    assert sorted(polygons.area) == pytest.approx([100, 100, 7200])
    assert "Phường Phú Lợi" in set(gdal["Text"])


def test_refused(frames, tmp_path):
    cases = {
        "E-CAD-20": ({"a/b": frames["HT_TRẠM"]}, {}),
        "E-CAD-21": ({"a": frames["HT_TRẠM"].assign(geometry=[None])}, {}),
        "E-CAD-22": ({"a": frames["HT_TRẠM"]}, {"aci": {"a": 300}}),
        "E-CAD-23": ({"a": frames["HT_TRẠM"]}, {"labels": {"a": "name"}}),
        "E-CAD-23 ": ({"a": frames["HT_TRẠM"]}, {"aci": {"b": 3}}),
    }
    for code, (given, options) in cases.items():
        with pytest.raises(geo.PlanningDataError, match=code.strip()):
            geo.write_drawing(given, tmp_path / "plan.dxf", HERE, **options)
    with pytest.raises(geo.PlanningDataError, match="E-CRS-02"):
        geo.write_drawing(frames, tmp_path / "plan.dxf", "EPSG:4326")
    assert not (tmp_path / "plan.dxf").exists()


def test_a_drawing_is_checked(tmp_path):
    draw(parcels(["Phường An Khê"], 12), tmp_path / "plan.dxf")
    assert {one.severity for one in geo.check_file(tmp_path / "plan.dxf", crs=HERE)} == {"note"}
    (nameless,) = geo.check_file(tmp_path / "plan.dxf")
    assert (nameless.code, nameless.severity) == ("E-CRS-01", "error")
    assert 'crs="EPSG:9210", unit="mm"' in nameless.mend
    (other,) = geo.check_file(tmp_path / "plan.dxf", crs="EPSG:5899")
    assert other.code == "E-CRS-03"
    (tmp_path / "plan.dwg").write_bytes(b"AC1032" + bytes(50))
    (dwg,) = geo.check_file(tmp_path / "plan.dwg")
    assert (dwg.code, "DXF R2010" in dwg.mend) == ("E-CAD-02", True)
