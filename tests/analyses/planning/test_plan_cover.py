"""Parcels over a boundary and over classes: boxes on the map whose shares are counted by hand."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from analyses.planning.plan_cover import areas_only, covered, split_parcels
from geo import METRIC, PlanningDataError

NEAR = 1e-4  # geodesic areas are 0.005 % from those of the map here


def box(x0, y0, x1, y1):
    return shapely.box(604_000 + x0, 1_222_000 + y0, 604_000 + x1, 1_222_000 + y1)


def frame(shapes, **columns):
    return gpd.GeoDataFrame(columns, index=list(shapes), geometry=list(shapes.values()), crs=METRIC)


BLOCKS = frame(
    {1: box(0, 0, 100, 100), 2: box(100, 0, 200, 100), 3: box(200, 0, 300, 100), 4: box(300, 0, 350, 100)},
    class_id=["park", "homes", "park", None],
    use=["1", "2", "3", "4"],
)

BOW = shapely.Polygon([(604_000, 1_222_000), (604_009, 1_222_009), (604_009, 1_222_000), (604_000, 1_222_009)])


def split(shapes, **options):
    told = split_parcels(frame(shapes), BLOCKS, **options)
    return [(*row[:2], round(row[2], 9)) for row in told[["parcel_id", "class_id", "share_pct"]].to_numpy().tolist()]


@pytest.mark.parametrize(
    ("shapes", "told"),
    [
        ({"a": box(0, 0, 100, 100)}, [("a", "park", 100)]),
        ({"a": box(50, 0, 150, 100)}, [("a", "homes", 50), ("a", "park", 50)]),  # alike: by the alphabet
        ({"a": box(100, 0, 250, 100)}, [("a", "homes", 66.666666667), ("a", "park", 33.333333333)]),
        ({"a": box(25, 0, 225, 100)}, [("a", "homes", 50), ("a", "park", 50)]),  # two blocks of one class are one row
        ({"a": box(150, 0, 250, 200)}, [("a", "", 50), ("a", "homes", 25), ("a", "park", 25)]),  # half lies in no class
        ({"a": box(300, 0, 350, 100)}, [("a", "", 100)]),  # a block without a class is none
        ({"a": box(300, 0, 400, 100)}, [("a", "", 50), ("a", "", 50)]),
        ({"a": box(0, 500, 100, 600)}, [("a", "", 100)]),
        (
            {"z": box(75, 0, 175, 100), "m": box(0, 0, 10, 10), "a": box(190, 0, 230, 100)},  # parcels stay in their order
            [("z", "homes", 75), ("z", "park", 25), ("m", "park", 100), ("a", "park", 75), ("a", "homes", 25)],
        ),
    ],
)
def test_classes_of_a_parcel_stand_in_its_place_the_largest_share_first(shapes, told):
    assert split(shapes) == told


def test_classes_are_read_from_the_column_named():
    assert split({"a": box(25, 0, 225, 100)}, column="use") == [("a", "2", 50), ("a", "1", 37.5), ("a", "3", 12.5)]
    with pytest.raises(PlanningDataError, match="E-BALANCE-05") as caught:
        split({"a": box(0, 0, 1, 1)}, column="kind")
    assert caught.value.seen == "kind"


@pytest.mark.parametrize(
    ("code", "change", "ids"),
    [
        ("E-BALANCE-06", lambda blocks: blocks.iloc[:0], ()),
        ("E-BALANCE-06", lambda blocks: blocks.set_geometry([*blocks.geometry[:2], *blocks.centroid[2:]]), (3, 4)),
        ("E-BALANCE-07", lambda blocks: blocks.set_geometry([BOW, *blocks.geometry[1:]]), (1,)),
        ("E-BALANCE-08", lambda blocks: blocks.set_axis([1, 2, 2, 4]), (2,)),
    ],
)
def test_parcels_and_classes_that_are_no_areas_are_refused_by_their_ids(code, change, ids):
    for parcels, classes, what in ((change(BLOCKS), BLOCKS, "the parcels"), (BLOCKS, change(BLOCKS), "the classes")):
        with pytest.raises(PlanningDataError, match=what) as caught:
            split_parcels(parcels, classes)
        assert (caught.value.code, caught.value.feature_ids) == (code, ids)


def test_areas_of_a_split_parcel_add_up_to_it_on_the_ground():
    told = split_parcels(frame({"a": box(150, 0, 250, 200)}), BLOCKS)
    assert told["area_m2"].tolist() == pytest.approx([10_000, 5_000, 5_000], rel=NEAR)
    assert told["area_m2"].iloc[0] != 10_000  # on the ellipsoid, not on the map
    assert told.columns.tolist() == ["parcel_id", "class_id", "area_m2", "share_pct"]
    assert told.index.tolist() == [0, 1, 2]


@pytest.mark.parametrize(("wide", "listed"), [(0.00005, False), (0.0002, True)])  # 0.005 and 0.02 m² of 100 m of border
def test_slivers_of_a_hundredth_of_a_square_metre_are_not_listed(wide, listed):
    assert len(split({"a": box(0, 0, 100 + wide, 100)})) == 1 + listed
    assert len(split({"a": box(-wide, 0, 100, 100)})) == 1 + listed  # the same of land in no class
    over = frame({"a": box(0, 0, 100 + wide, 100), "b": box(100, 0, 200, 100)})
    cover = covered(over, box(0, 0, 200, 100))
    assert len(cover.overlaps) == listed
    assert len(covered(over.iloc[1:], box(100, 0, 200 + wide, 100)).gaps) == listed
    assert len(covered(over.iloc[1:], box(100 + wide, 0, 200, 100)).outside) == listed


def test_every_square_metre_of_a_boundary_counts_once():
    """a and b share 20 m, c lies within both and gets nothing, d goes 50 m beyond; two gaps, the larger first."""
    parcels = frame({"a": box(0, 0, 100, 100), "b": box(80, 0, 200, 100), "c": box(85, 0, 95, 100), "d": box(230, 0, 350, 100)})
    cover = covered(parcels, box(-10, 0, 300, 100))
    assert cover.parts["area_m2"].to_dict() == pytest.approx({"a": 10_000, "b": 10_000, "c": 0, "d": 7_000}, rel=NEAR)
    assert cover.overlaps[["kept_id", "cut_id"]].to_numpy().tolist() == [["a", "b"], ["a", "c"], ["b", "c"]]
    assert cover.overlaps["area_m2"].tolist() == pytest.approx([2_000, 1_000, 1_000], rel=NEAR)
    assert cover.outside["area_m2"].to_dict() == pytest.approx({"d": 5_000}, rel=NEAR)
    assert cover.gaps["area_m2"].to_dict() == pytest.approx({"gap_1": 3_000, "gap_2": 1_000}, rel=NEAR)
    assert cover.gaps.index.name == "gap_id"
    assert cover.boundary_m2 == pytest.approx(31_000, rel=NEAR)
    ground = cover.boundary_m2 / 31_000  # square metres of the earth for one of the map, alike within the town
    assert abs(ground - 1) > 1e-5
    assert cover.overlaps["area_m2"].tolist() == pytest.approx([2_000 * ground, 1_000 * ground, 1_000 * ground], rel=1e-6)
    assert cover.parts["area_m2"].sum() + cover.gaps["area_m2"].sum() == pytest.approx(cover.boundary_m2, abs=1e-3)


def test_parcels_side_by_side_neither_overlap_nor_leave_a_gap():
    cover = covered(BLOCKS, box(0, 0, 350, 100))
    assert [len(one) for one in (cover.overlaps, cover.outside, cover.gaps)] == [0, 0, 0]
    assert isinstance(cover.overlaps, pd.DataFrame)
    assert cover.parts.index.tolist() == [1, 2, 3, 4]


def test_of_mixed_shapes_the_areas_stay():
    square, line, point = box(0, 0, 10, 10), shapely.LineString([(0, 0), (5, 5)]), shapely.Point(3, 3)
    apart = shapely.MultiPolygon([box(20, 0, 30, 10), box(40, 0, 50, 10)])
    given = [square, shapely.GeometryCollection([line, square, point, apart]), shapely.GeometryCollection([line, point]), line]
    kept = areas_only(pd.Series(given, dtype=object).to_numpy())
    assert [one.area for one in kept] == [100, 300, 0, 0]
    assert kept[2].is_empty
    assert kept[3] is line  # only collections are cleared
    assert given[1].geom_type == "GeometryCollection"
