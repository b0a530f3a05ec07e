"""Quantities moved between zones: totals stay, the same zones give the same numbers, faults of zones are named."""

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

import analyses
import geo
from geo import PlanningDataError
from tests.ground import per_m2

REGION = Path(__file__).parents[3].parent / "shared" / "data" / "region"
X, Y = 600_000, 1_220_000


def zones(*boxes, ids=None, **columns):
    """Rectangles of hectometres from a corner in the region: (west, south, east, north)."""
    shapes = [box(X + 100 * w, Y + 100 * s, X + 100 * e, Y + 100 * n) for w, s, e, n in boxes]
    return gpd.GeoDataFrame(columns, index=ids or [f"z{i}" for i in range(len(boxes))], geometry=shapes, crs=geo.METRIC)


OLD = zones((0, 0, 4, 2), (4, 0, 6, 2), ids=["a", "b"], people=[80, 10], rent=[5.0, 8.0])
NEW = zones((0, 0, 3, 2), (3, 0, 5, 2), (6, 0, 9, 2), ids=["x", "y", "far"])


def test_amounts_and_rates_by_hand():
    """x holds ¾ of a; y ¼ of a and ½ of b in equal parts; half of b lies nowhere."""
    moved = analyses.areal_interpolation(OLD, NEW, extensive=["people"], intensive=["rent"])
    assert moved.table["people"].tolist() == pytest.approx([60, 20 + 5, 0])
    assert moved.table["rent"].tolist() == pytest.approx([5, 6.5, np.nan], nan_ok=True)
    assert moved.table["covered_pct"].tolist() == pytest.approx([100, 100, 0])
    assert moved.uncovered.to_dict("list") == {"uncovered_pct": [0, pytest.approx(50)], "people": [0, pytest.approx(5)]}
    assert moved.overlaps.empty


def test_what_lies_outside_can_be_spread_over_what_lies_inside():
    moved = analyses.areal_interpolation(OLD, NEW, extensive=["people"], spread_pct=51)
    assert moved.table["people"].tolist() == pytest.approx([60, 30, 0])
    assert moved.uncovered["people"].tolist() == [0, 0]
    less = analyses.areal_interpolation(OLD, NEW, extensive=["people"], spread_pct=49)
    assert less.uncovered["people"].tolist() == [0, pytest.approx(5)]
    nowhere = analyses.areal_interpolation(OLD, NEW.loc[["far"]], extensive=["people"], spread_pct=100)
    assert nowhere.uncovered["people"].tolist() == [80, 10]


def test_the_same_zones_give_the_same_numbers():
    grid = zones(*[(x, y, x + 1, y + 1) for x in range(5) for y in range(4)])
    grid["people"], grid["rent"] = np.arange(20) ** 2, np.arange(20) / 7
    moved = analyses.areal_interpolation(grid, grid.iloc[::-1], extensive=["people"], intensive=["rent"])
    assert moved.table.index.equals(grid.index[::-1])
    for name in ("people", "rent"):
        assert moved.table.loc[grid.index, name].to_numpy() == pytest.approx(grid[name].to_numpy(), rel=1e-9)
    assert moved.uncovered["uncovered_pct"].tolist() == [0] * 20


@st.composite
def cuts(draw):
    """Ends of strips within 0–60 hectometres."""
    inner = draw(st.lists(st.floats(1, 59), min_size=0, max_size=7))
    return [0.0, *sorted(inner), 60.0]


@settings(max_examples=30)
@given(cuts(), cuts(), st.sampled_from([0, 20, 100]), st.data())
def test_the_total_stays_however_the_zones_are_cut(here, there, spread, data):
    across = zones(*[(w, 0, e, 30) for w, e in pairwise(here) if e - w > 1e-3])
    along = zones(*[(5, s / 2, 55, n / 2) for s, n in pairwise(there) if n - s > 1e-3])
    across["people"] = data.draw(st.lists(st.integers(0, 10**6), min_size=len(across), max_size=len(across)))
    moved = analyses.areal_interpolation(across, along, extensive=["people"], spread_pct=spread)
    total = moved.table["people"].sum() + moved.uncovered["people"].sum()
    assert total == pytest.approx(across["people"].sum(), rel=1e-9)
    assert (moved.table["people"] >= 0).all()


def test_people_live_where_the_weight_is():
    """Of zone a only the west is built: all 80 are in x; weight is spread evenly in b."""
    built = zones((0, 0, 2, 2), (2, 0, 4, 2), (4, 0, 6, 2), weight=[1.0, 0, 0.5])
    moved = analyses.areal_interpolation(OLD, NEW, extensive=["people"], intensive=["rent"], weights=built)
    assert moved.table["people"].tolist() == pytest.approx([80, 5, 0])
    assert moved.table["rent"].tolist() == pytest.approx([5, 8, np.nan], nan_ok=True)
    assert moved.uncovered["people"].tolist() == pytest.approx([0, 5])


@pytest.fixture
def raster(tmp_path):
    """Cells of 50 m over OLD: west of 200 m 3, east of it 1; the row count is what a flat file has."""

    def write(low=1.0):
        cells = np.full((4, 12), low, np.float32)
        cells[:, :4] = 3
        grid = rasterio.transform.from_origin(X, Y + 200, 50, 50)
        profile = {"driver": "GTiff", "height": 4, "width": 12, "count": 1, "dtype": "float32", "nodata": -1e9}
        with rasterio.open(tmp_path / "people.tif", "w", crs=geo.METRIC, transform=grid, **profile) as file:
            file.write(cells, 1)
        return tmp_path / "people.tif"

    return write


def test_a_raster_says_where_people_are(raster):
    """Cells of a: 16 of 3 and 16 of 1, 8 of the latter in y."""
    moved = analyses.areal_interpolation(OLD, NEW, extensive=["people"], weights=raster())
    assert moved.table["people"].tolist() == pytest.approx([80 * 56 / 64, 80 * 8 / 64 + 5, 0])
    assert moved.table["people"].sum() + moved.uncovered["people"].sum() == pytest.approx(90, rel=1e-9)


def test_cells_below_nothing_are_refused(raster):
    with pytest.raises(PlanningDataError, match="E-INTERP-04"):
        analyses.areal_interpolation(OLD, NEW, extensive=["people"], weights=raster(low=-1))


def test_slivers_are_told_and_count_nobody_twice():
    wide = zones((0, 0, 3.0001, 2), (3, 0, 6, 2))
    moved = analyses.areal_interpolation(OLD, wide, extensive=["people"])
    assert moved.table["people"].sum() == pytest.approx(90, rel=1e-9)
    assert moved.overlaps[["left", "right"]].to_numpy().tolist() == [["z0", "z1"]]
    assert moved.overlaps["area_m2"].tolist() == pytest.approx([2], rel=1e-3)


@pytest.mark.parametrize(("overlap", "refused"), [(0.25, False), (0.2505, True)])
def test_zones_may_overlap_by_so_many_percent_of_the_smaller_one(overlap, refused):
    pair = zones((0, 0, 1, 2), (1 - overlap, 0, 6, 2))  # 25 % of the first, which is the smaller
    if refused:
        with pytest.raises(PlanningDataError, match="E-POLY-04") as told:
            analyses.areal_interpolation(OLD, pair, extensive=["people"], tolerance_pct=25)
        assert told.value.feature_ids == ("z0", "z1")
    else:
        moved = analyses.areal_interpolation(OLD, pair, extensive=["people"], tolerance_pct=25)
        assert moved.overlaps["area_m2"].tolist() == pytest.approx([5_000])


def test_the_order_of_rows_changes_no_bit():
    draw = np.random.default_rng(4)
    grid = zones(*[(x * 0.7, y * 0.9, x * 0.7 + 0.7, y * 0.9 + 0.9) for x in range(9) for y in range(8)])
    grid["people"] = draw.uniform(0, 99, 72)
    mixed = grid.iloc[draw.permutation(72)]
    one, other = (analyses.areal_interpolation(source, OLD, extensive=["people"]) for source in (grid, mixed))
    assert one.table.equals(other.table)
    assert one.uncovered.equals(other.uncovered.loc[grid.index])


BOW_TIE = OLD.set_geometry(gpd.GeoSeries.from_wkt(["POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))"] * 2, index=OLD.index, crs=geo.METRIC))
EMPTY = OLD.set_geometry(gpd.GeoSeries.from_wkt(["POLYGON EMPTY", "POINT (0 0)"], index=OLD.index, crs=geo.METRIC))


@pytest.mark.parametrize(
    ("change", "code", "ids"),
    [
        ({"source": OLD.rename({"b": "a"})}, "E-POLY-01", ("a",)),
        ({"target": NEW.rename({"y": "x"})}, "E-POLY-01", ("x",)),
        ({"source": EMPTY}, "E-POLY-02", ("a", "b")),
        ({"source": BOW_TIE}, "E-POLY-03 .*Self-intersection", ("a", "b")),
        ({"target": zones((0, 0, 2, 2), (1, 0, 3, 2))}, "E-POLY-04 .*z0 and z1: 20,000 m²", ("z0", "z1")),
        ({"source": pd.concat([OLD, OLD.rename({"a": "c", "b": "d"})])}, "E-POLY-04", ("a", "b", "c", "d")),
        ({"source": OLD.to_crs(geo.WGS84), "target": NEW.to_crs(geo.WGS84)}, "E-CRS-02", ()),
        ({"target": NEW.to_crs("EPSG:32648")}, "E-CRS-02", ()),
        ({"source": OLD.to_crs("EPSG:3857"), "target": NEW.to_crs("EPSG:3857")}, "E-CRS-02", ()),
        ({"target": NEW.set_crs(None, allow_override=True)}, "E-CRS-02", ()),
        ({"extensive": ["poeple"]}, "E-INTERP-01 .*people", ()),
        ({"source": OLD.assign(people=[80, np.nan])}, "E-INTERP-02", ("b",)),
        ({"source": OLD.assign(people=[-80, 1])}, "E-INTERP-02", ("a",)),
        ({"source": OLD.assign(people=["80", "1"])}, "E-INTERP-02", ()),
        ({"weights": zones((0, 0, 4, 2), weight=[1])}, "E-INTERP-03", ("b",)),
        ({"weights": zones((0, 0, 6, 2), weight=[-1])}, "E-INTERP-04", ("z0",)),
        ({"weights": zones((0, 0, 6, 2), ids=["w"], weight=[None])}, "E-INTERP-04", ("w",)),
        ({"weights": zones((0, 0, 6, 2))}, "E-INTERP-01", ()),
        ({"tolerance_pct": -1}, "E-INTERP-05", ()),
        ({"spread_pct": np.nan}, "E-INTERP-05", ()),
    ],
)
def test_bad_zones_and_quantities_are_refused_with_their_ids(change, code, ids):
    given_ = {"source": OLD, "target": NEW, "extensive": ["people"]} | change
    with pytest.raises(PlanningDataError, match=code) as caught:
        analyses.areal_interpolation(given_.pop("source"), given_.pop("target"), **given_)
    assert caught.value.feature_ids == ids


def test_faults_of_a_partition_are_found_with_ids_and_areas():
    """Four boxes round an empty square; one reaches over its neighbour."""
    ring = zones((0, 0, 3, 1), (2, 1, 3, 2), (0, 2, 3.5, 3), (0, 1, 1, 2.5), ids=["s", "e", "n", "w"])
    faults = analyses.partition_faults(ring)
    assert faults["kind"].tolist() == ["gap", "overlap"]
    assert faults["area_m2"].tolist() == pytest.approx(per_m2(X + 150, Y + 150) * np.array([10_000, 5_000]))
    assert [set(ids) for ids in faults["zone_ids"]] == [{"s", "e", "n", "w"}, {"n", "w"}]
    assert analyses.partition_faults(OLD).empty


def test_faults_of_shapes_are_refused():
    with pytest.raises(PlanningDataError, match="E-POLY-03"):
        analyses.partition_faults(BOW_TIE)


@pytest.mark.skipif(not REGION.is_dir(), reason="the wards of Ho Chi Minh City are not at hand")
def test_people_of_2019_keep_their_total_in_the_wards_of_2025():
    """322 wards to 193; those target wards are only drawn round Binh Duong, so the south of the city stays behind."""
    old = geo.to_metric(geo.read_vector(REGION / "hcmc_ward_population_2009_2019.gpkg")).set_index("Com_ID")
    new = geo.to_metric(geo.read_vector(REGION / "wards_2025_bbox_s15m.gpkg")).set_index("code")
    moved = analyses.areal_interpolation(old, new, extensive=["Pop_2019"])
    inside, outside = moved.table["Pop_2019"].sum(), moved.uncovered["Pop_2019"].sum()
    assert inside + outside == pytest.approx(8_993_082, rel=1e-9)
    assert outside == pytest.approx(266_766, abs=300)
    assert len(moved.overlaps) == 38
    assert moved.overlaps["area_m2"].max() < 27
    spread = analyses.areal_interpolation(old, new, extensive=["Pop_2019"], spread_pct=10)
    assert spread.table["Pop_2019"].sum() - inside == pytest.approx(469, abs=5)
    assert spread.table["Pop_2019"].sum() + spread.uncovered["Pop_2019"].sum() == pytest.approx(8_993_082, rel=1e-9)
