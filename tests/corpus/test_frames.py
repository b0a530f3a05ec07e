"""Rows of the list of bad inputs that are met by functions over frames, or by writers, and not by a reader of files."""

import geopandas as gpd
import pytest
import shapely

import analyses
import geo
from analyses._zones import zone_of
from geo import PlanningDataError
from geo.movement import import_streets
from tests.corpus.saving import squares
from tests.corpus.sources import _pbf


def test_c14_frames_of_two_systems_do_not_meet():
    ours = squares()
    with pytest.raises(PlanningDataError, match="E-CRS-02"):
        geo.overlaps(ours, ours.to_crs(32648))
    assert len(geo.overlaps(ours, geo.to_metric(ours.to_crs(32648)))) >= len(ours)


def test_c15_web_mercator_measures_nothing():
    wide = squares().to_crs(3857)
    with pytest.raises(PlanningDataError, match="E-CRS-02"):
        analyses.partition_faults(wide)
    true_ha = geo.area_ha(squares()).sum()
    assert geo.area_ha(wide).sum() == pytest.approx(true_ha, rel=1e-6)  # geodesic, whatever the CRS
    assert wide.area.sum() / 1e4 > 1.04 * true_ha


def test_g18_a_point_on_a_border_counts_once():
    zones = squares(2).set_index("zone_id")
    border = gpd.GeoDataFrame({"jobs": [7]}, index=["p"], geometry=[shapely.Point(597_000, 1_236_500)], crs=zones.crs)
    assert len(gpd.sjoin(border, zones)) == 2  # as the usual tools count it
    for order in (zones, zones.iloc[::-1]):
        assert order.index[zone_of(border.geometry.to_numpy(), order)].to_list() == ["z0"]  # the lowest id


def test_a13_what_a_shapefile_can_not_hold_is_told_before_it_is_lost(tmp_path):
    lost = []
    geo.write(squares(population_of_the_ward=1, name="á" * 300), tmp_path / "a.shp.zip", losses=lost)
    told = " ".join(map(str, lost))
    assert all(one.code.startswith("E-LOSS-") for one in lost)
    assert "population_of_the_ward" in told
    assert "254" in told


def test_s11_streets_cut_behind_a_block_are_told_by_their_ways(tmp_path):
    whole = _pbf(tmp_path, "osm.pbf")
    data = whole.read_bytes()
    blocks = _block_ends(data)
    assert len(blocks) >= 3  # header, nodes, ways
    whole.write_bytes(data[: blocks[-2]])
    with pytest.raises(PlanningDataError, match=r"E-OSM-0[23]"):
        import_streets(whole)


def _block_ends(data):
    """Where blocks of a PBF end: 4 bytes of the length of a head, the head, whose last field is the length of the body."""
    ends, at = [], 0
    while at < len(data):
        head = int.from_bytes(data[at : at + 4], "big")
        size, shift, place = 0, 0, data.rindex(b"\x18", at + 4, at + 4 + head) + 1
        while place < at + 4 + head:
            size |= (data[place] & 0x7F) << shift
            shift, place = shift + 7, place + 1
        at += 4 + head + size
        ends.append(at)
    return ends
