"""CAD areas against GIS areas: pairs by id, else by overlap; what is missing on either side is listed."""

from __future__ import annotations

import numpy as np
import pytest
from geopandas import GeoDataFrame
from shapely import box

import geo

HERE = "EPSG:9210"
EAST, NORTH = 601_300, 1_222_800


def frame(rows, crs=HERE):
    """Rows of (index, number, x, width): rectangles ten metres high."""
    shapes = [box(EAST + x, NORTH, EAST + x + wide, NORTH + 10) for _, _, x, wide in rows]
    index = [row[0] for row in rows]
    return GeoDataFrame({"thua": [row[1] for row in rows]}, geometry=shapes, crs=HERE, index=index).pipe(geo.to_crs, crs)


def test_pairs_by_id_then_by_overlap():
    cad = frame([("a", "1", 0, 10), ("b", "2", 20, 10), ("c", "", 40, 10), ("d", "9", 80, 10), ("e", None, 100, 10)])
    gis = frame([(11, "2", 20, 11), (12, "1", 300, 10), (13, "7", 41, 10), (14, "8", 500, 10), (15, "", 109, 10)])
    table = geo.compare_areas(cad, gis, by="thua")
    pairs = list(zip(table["cad_id"], table["gis_id"], table["matched_by"], strict=True))
    assert pairs == [("a", 12, "thua"), ("b", 11, "thua"), ("c", 13, "overlap"), ("d", None, ""), ("e", None, ""),
                     (None, 14, ""), (None, 15, "")]  # fmt: skip
    assert table["cad_m2"].tolist()[:5] == [100.0] * 5
    assert table["difference_m2"].tolist()[:3] == pytest.approx([0, 10, 0])
    assert table["difference_pct"].tolist()[:3] == pytest.approx([0, 10, 0])
    assert table["overlap_pct"].tolist()[:3] == pytest.approx([0, 100, 90])
    assert np.isnan(table["difference_m2"].to_numpy()[3:]).all()
    assert table["gis_m2"].sum() == pytest.approx(510)


def test_each_is_taken_once_by_the_greatest_overlap():
    cad = frame([("a", "", 0, 10), ("b", "", 10, 10)])
    gis = frame([(1, "", 1, 10), (2, "", 9, 12)])
    table = geo.compare_areas(cad, gis)
    assert list(zip(table["cad_id"], table["gis_id"], strict=True)) == [("a", 1), ("b", 2)]
    assert geo.compare_areas(cad, gis, least_overlap_pct=95)["gis_id"].tolist() == [None, 2, 1]
    one, both = frame([("a", "", 0, 10)]), frame([(1, "", 4, 10), (2, "", 1, 10)])  # 60 and 90 % of it
    assert geo.compare_areas(one, both)["gis_id"].tolist() == [2, 1]
    assert geo.compare_areas(both, one)["gis_id"].tolist() == [None, "a"]


@pytest.mark.parametrize(
    ("east", "wide", "options", "share"),
    [
        (500, 1000, {}, 50.0),  # half of it: as much as is asked for
        (501, 1000, {}, None),
        (501, 1000, {"least_overlap_pct": 49.9}, 49.9),
        (510, 1000, {"least_overlap_pct": 49.1}, None),
        (900, 200, {}, 50.0),  # of the smaller one, whichever that is
        (901, 200, {}, None),
        (0, 100, {"least_overlap_pct": 100}, 100.0),
        (1000, 1000, {}, None),
        (1000, 1000, {"least_overlap_pct": 0}, 0.0),  # they touch
        (1001, 1000, {"least_overlap_pct": 0}, None),
    ],
)
def test_parcels_pair_from_the_share_of_the_smaller_one_that_is_asked_for(east, wide, options, share):
    cad, gis = frame([("a", "", 0, 1000)]), frame([(1, "", east, wide)])
    for one, other in ((cad, gis), (gis, cad)):
        table = geo.compare_areas(one, other, **options)
        if share is None:
            assert (len(table), table["matched_by"].tolist()) == (2, ["", ""])
            assert table["overlap_pct"].isna().all()
        else:
            assert table["matched_by"].tolist() == ["overlap"]
            assert table["overlap_pct"].tolist() == pytest.approx([share])


def test_of_equal_overlaps_the_first_parcel_is_taken_and_an_index_stays_what_it_is():
    cad, gis = frame([(7, "", 0, 10), (8, "", 0, 10)]), frame([(1, "", 0, 10), (2, "", 0, 10), (3, "", 0, 10)])
    table = geo.compare_areas(cad, gis)
    assert list(zip(table["cad_id"], table["gis_id"], strict=True)) == [(7, 1), (8, 2), (None, 3)]
    assert [str(one) for one in table["cad_id"]] == ["7", "8", "None"]  # not 7.0, though one is missing
    assert table.index.name == "pair_id"
    empty = geo.compare_areas(cad.iloc[:0], gis.iloc[:1])
    assert (empty["cad_id"].tolist(), empty["gis_id"].tolist(), empty["gis_m2"].tolist()) == ([None], [1], [100.0])


def test_measured_in_the_plane_of_the_drawing():
    """A GIS file in another zone or in degrees gives the drawing's own square metres back."""
    cad = frame([("a", "1", 0, 500)])
    for crs in ("EPSG:4326", "EPSG:9212", "EPSG:32648"):
        table = geo.compare_areas(cad, frame([(1, "1", 0, 500)], crs), by="thua")
        assert table["difference_m2"].iloc[0] == pytest.approx(0, abs=1e-3)
        assert table["overlap_pct"].iloc[0] == pytest.approx(100, abs=1e-3)


def test_refused():
    cad, gis = frame([("a", "1", 0, 10), ("b", "1", 20, 10)]), frame([(1, "1", 0, 10)])
    with pytest.raises(geo.PlanningDataError, match=r"E-COMPARE-03.*cad"):
        geo.compare_areas(cad, gis, by="thua")
    with pytest.raises(geo.PlanningDataError, match=r"E-COMPARE-02.*thua"):
        geo.compare_areas(cad, gis, by="thuas")
    with pytest.raises(geo.PlanningDataError, match="E-COMPARE-01"):
        geo.compare_areas(geo.to_wgs84(cad), gis)
    with pytest.raises(geo.PlanningDataError, match="E-CRS-01"):
        geo.compare_areas(cad, gis.set_crs(None, allow_override=True))
