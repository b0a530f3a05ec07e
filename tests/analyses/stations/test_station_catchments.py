"""Station areas: circles and street walks in closed form, parcels by rule, overlaps counted once, refusals."""

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import example, given, settings
from hypothesis import strategies as st

import analyses
from geo import PlanningDataError, area_ha
from geo.movement import CrowFlies, NearestEdge, Network, OnStreets, Transport
from tests.analyses.stations.square_town import EAST_M, SOUTH_M, cells, streets_on_foot
from tests.ground import per_m2

SIDE, BLOCKS = 100.0, 24
small = settings(max_examples=6)
places = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=5, unique=True)


def at(*metres, **columns):
    shapes = shapely.points([(EAST_M + x, SOUTH_M + y) for x, y in metres])
    return GeoDataFrame(columns, index=[f"S{n}" for n in range(len(shapes))], geometry=shapes, crs="EPSG:9210")


def squares(side_m=300.0, count=14, people=10.0):
    shapes = cells(side_m, count)
    return GeoDataFrame({"people": people}, index=pd.RangeIndex(count**2, name="zone_id"), geometry=shapes, crs="EPSG:9210")


@pytest.fixture(scope="module")
def streets():
    """Blocks of 100 m, 2.3 km square: the reach of a walk r is the diamond |x| + |y| ≤ r."""
    network = streets_on_foot(SIDE, BLOCKS)
    return Transport("blocks", network, NearestEdge(), OnStreets(network))


def crow(detour=1.3):
    network = Network.from_edges([[0, 0], [1, 0]], "EPSG:9210", [0], [1], {"car": [1]})
    return Transport("plain", network, NearestEdge(), CrowFlies(detour))


def test_a_circle_without_streets_and_a_smaller_one_with_a_detour():
    plain = analyses.station_areas(at((0, 0)), radius_m=[800])
    assert plain["area_ha"].iloc[0] == pytest.approx(np.pi * 64, rel=2e-4)
    assert plain["method"].tolist() == ["crow_fly"]
    assert plain["ped_shed_ratio"].isna().all()
    shorter = analyses.station_areas(at((0, 0)), transport=crow(1.3), radius_m=[800])
    assert shorter["area_ha"].iloc[0] == pytest.approx(np.pi * 64 / 1.69, rel=2e-4)
    assert shorter["detour"].iloc[0] == 1.3
    told = analyses.station_areas(at((0, 0)), transport=crow(1.3), radius_m=[800], detour=1)
    assert told["area_ha"].iloc[0] == pytest.approx(plain["area_ha"].iloc[0])


def diamond_ha(radius_m, step_m=4.0):
    """Every place walks straight to the nearest street (x or y a multiple of 100), then along |x| + |y|."""
    x, y = np.meshgrid(*[np.arange(-radius_m, radius_m, step_m) + 1.7] * 2)
    onto_x, onto_y = np.round(x / SIDE) * SIDE, np.round(y / SIDE) * SIDE
    leg_x, leg_y = np.abs(x - onto_x), np.abs(y - onto_y)
    metres = np.where(leg_x < leg_y, leg_x + np.abs(onto_x) + np.abs(y), leg_y + np.abs(x) + np.abs(onto_y))
    return (metres <= radius_m).sum() * step_m**2 / 10_000


def test_a_walk_over_blocks_fills_its_diamond(streets):
    areas = analyses.station_areas(at((1200, 1200)), transport=streets, radius_m=[533, 967], cell_m=10)
    assert areas["method"].unique().tolist() == ["network"]
    assert areas["area_ha"].tolist() == pytest.approx([diamond_ha(533), diamond_ha(967)], rel=0.01)
    assert areas["ped_shed_ratio"].tolist() == pytest.approx([2 / np.pi] * 2, rel=0.1)
    assert areas["area_ha"].to_numpy() == pytest.approx(area_ha(areas).to_numpy())
    ground = per_m2(EAST_M + 1200, SOUTH_M + 1200)
    assert (areas["ped_shed_ratio"] * np.pi * areas["radius_m"] ** 2).tolist() == pytest.approx(
        areas["area_ha"] * 10_000 / ground
    )


def test_street_areas_are_valid_nested_and_never_beyond_the_circle(streets):
    stops = at((1200, 1200), (1333, 777), (50, 1000))
    areas = analyses.station_areas(stops, transport=streets, radius_m=[300, 500, 900])
    circles = analyses.station_areas(stops, radius_m=[300, 500, 900])
    assert areas.is_valid.all()
    assert areas["ped_shed_ratio"].between(0, 1).all()
    for _, mine in areas.groupby("stop_id"):
        assert mine.geometry.iloc[1].covers(mine.geometry.iloc[0])
        assert mine.geometry.iloc[2].covers(mine.geometry.iloc[1])
    assert circles.buffer(20).covers(areas).all()
    assert areas.index.equals(circles.index)


def test_the_same_areas_for_any_order_of_stations(streets):
    stops = at((1200, 1200), (1333, 777), (50, 1000))
    one = analyses.station_areas(stops, transport=streets, overlap="nearest")
    other = analyses.station_areas(stops.iloc[::-1], transport=streets, overlap="nearest").loc[one.index]
    assert one["area_ha"].to_numpy() == pytest.approx(other["area_ha"].to_numpy())


def test_a_station_off_all_streets_says_so_or_takes_the_circle_it_is_told(streets):
    stops = at((1200, 1200), (9000, 9000))
    lost = analyses.station_areas(stops, transport=streets, radius_m=[500]).iloc[1]
    assert lost.geometry.is_empty
    assert lost["area_ha"] == 0
    assert lost["reason"]
    told = analyses.station_areas(stops, transport=streets, radius_m=[500], detour=1.25)
    assert told["method"].tolist() == ["network", "crow_fly"]
    assert told["area_ha"].iloc[1] == pytest.approx(np.pi * 16, rel=2e-4)


def test_accuracy_worse_than_half_the_walk_is_not_assessable():
    areas = analyses.station_areas(at((0, 0), (5000, 0), accuracy_m=[250.0, 251.0]))
    assert areas["assessable"].tolist() == [True, True, False, True]


def test_amounts_of_areas_not_assessable_are_null_and_no_part_of_the_total():
    areas = analyses.station_areas(at((1000, 1000), (3000, 3000), accuracy_m=[300.0, 30.0]), radius_m=[500])
    table = analyses.station_amounts(areas, squares(), ["people"])
    assert np.isnan(table["people"].iloc[0])
    assert table["stop_id"].tolist() == ["S0", "S1", "all"]
    assert table["radius_m"].tolist() == [500] * 3
    assert table["people"].iloc[1] == table["people"].iloc[2] > 0
    with pytest.raises(PlanningDataError, match="E-AREA-07"):
        analyses.station_amounts(areas.iloc[:1], squares(), ["people"])


def test_the_rule_for_cut_parcels_by_hand():
    """Under an area that ends at x = 3: a parcel inside, one from 2 to 4.5 whose centre lies outside, one that touches."""
    area = GeoDataFrame(
        {"stop_id": ["A"], "radius_m": [500.0]}, index=["A/500"], geometry=[shapely.box(0, 0, 3, 1)], crs="EPSG:9210"
    )
    boxes = [shapely.box(0, 0, 2, 1), shapely.box(2, 0, 4.5, 1), shapely.box(0, 1, 4, 2)]
    parcels = GeoDataFrame({"people": [10.0, 50, 7]}, index=["in", "cut", "beside"], geometry=boxes, crs="EPSG:9210")
    found = {
        take: analyses.station_amounts(area, parcels, ["people"], take=take).iloc[0] for take in ("part", "whole", "centroid")
    }
    assert {take: row["people"] for take, row in found.items()} == {"part": 30, "whole": 60, "centroid": 10}
    taken = {take: row["taken_ha"] * 10_000 / per_m2(2, 1) for take, row in found.items()}
    assert taken == pytest.approx({"part": 3, "whole": 4.5, "centroid": 2})
    assert found["part"]["covered_pct"] == pytest.approx(100)


def test_the_total_counts_overlaps_once_and_part_of_a_circle_is_its_area():
    zones = squares()
    areas = analyses.station_areas(at((2000, 2000), (2000, 2000)), radius_m=[600])
    table = analyses.station_amounts(areas, zones, ["people"])
    assert table["people"].tolist() == pytest.approx([np.pi * 0.36 / 0.09 * 10] * 3, rel=2e-4)
    assert table.index.tolist() == ["S0/600", "S1/600", "all/600"]


@pytest.mark.parametrize("take", ["part", "whole", "centroid"])
@small
@given(places)
@example(where=[(32, 1), (52, 11)])  # a centroid on the border between two stations
def test_stations_that_share_by_nearness_sum_to_the_total(take, where):
    zones = squares(people=np.arange(196.0))
    stops = at(*[(600 + 45.0 * x, 600 + 45.0 * y) for x, y in where])
    both = {overlap: analyses.station_areas(stops, radius_m=[400, 900], overlap=overlap) for overlap in ("keep", "nearest")}
    alone = analyses.station_amounts(both["keep"], zones, ["people"], take=take)
    shared = analyses.station_amounts(both["nearest"], zones, ["people"], take=take, once=True)
    for radius in (400, 900):
        ours = shared[shared["radius_m"] == radius]
        assert ours["people"].iloc[:-1].sum() == pytest.approx(ours["people"].iloc[-1])
        assert ours["people"].iloc[-1] == pytest.approx(alone.loc[f"all/{radius}", "people"], rel=1e-6)
        assert (alone[alone["radius_m"] == radius]["people"].iloc[:-1].sum()) >= ours["people"].iloc[-1] - 1e-6
    if take == "part":
        assert (shared["people"] <= alone["people"] + 1e-6).all()


@small
@given(places)
def test_whole_parcels_never_hold_less_than_parts_and_a_longer_walk_never_less(where):
    zones = squares(people=np.arange(196.0))
    areas = analyses.station_areas(at(*[(600 + 45.0 * x, 600 + 45.0 * y) for x, y in where]), radius_m=[300, 600])
    part, whole = (analyses.station_amounts(areas, zones, ["people"], take=take)["people"] for take in ("part", "whole"))
    assert (whole >= part - 1e-9).all()
    assert (part.to_numpy()[1:-2:2] >= part.to_numpy()[:-2:2]).all()


def test_a_station_outside_the_zones_holds_nothing_and_is_not_covered():
    areas = analyses.station_areas(at((50_000, 0)), radius_m=[500])
    row = analyses.station_amounts(areas, squares(), ["people"]).iloc[0]
    assert row["people"] == 0
    assert row["covered_pct"] == 0


STOP = at((2000, 2000))


@pytest.mark.parametrize(
    ("code", "stops", "options"),
    [
        ("E-AREA-01", STOP, {"method": "radius"}),
        ("E-AREA-01", STOP, {"overlap": "split"}),
        ("E-AREA-01", STOP, {"radius_m": [500, 500]}),
        ("E-AREA-02", STOP, {"method": "network"}),
        ("E-AREA-02", STOP, {"method": "network", "transport": crow()}),
        ("E-AREA-03", STOP, {"radius_m": [-5]}),
        ("E-AREA-03", STOP, {"radius_m": []}),
        ("E-AREA-03", STOP, {"detour": 0.9}),
        ("E-AREA-03", STOP, {"detour": np.nan}),
        ("E-CRS-02", STOP.to_crs(4326), {}),
        ("E-CRS-02", STOP.to_crs(3857), {}),
        ("E-ORIGIN-01", pd.concat([STOP, STOP]), {}),
        ("E-ORIGIN-02", GeoDataFrame(geometry=[shapely.Point()], crs="EPSG:9210"), {}),
        ("E-AREAL-02", at((0, 0), (0, 0)), {"overlap": "nearest"}),
    ],
)
def test_areas_that_can_not_be_drawn_are_refused(code, stops, options):
    with pytest.raises(PlanningDataError, match=code):
        analyses.station_areas(stops, **options)


@pytest.mark.parametrize(
    ("code", "areas", "zones", "options"),
    [
        ("E-AREA-04", None, squares(), {"take": "half"}),
        ("E-AREA-04", None, squares().rename(columns={"people": "jobs"}), {}),
        ("E-AREA-05", analyses.station_areas(at((0, 0), (100, 0))), squares(), {"once": True}),
        ("E-AREA-06", squares(), squares(), {}),
        ("E-AMOUNT-02", None, squares(people=-1.0), {}),
        ("E-AMOUNT-02", None, squares(people=np.nan), {}),
        ("E-POLY-01", None, squares().set_index(np.zeros(196, int)), {}),
        ("E-POLY-02", None, at((0, 0), people=[1.0]), {}),
        ("E-POLY-04", None, pd.concat([squares(), squares(500, 2).set_index(pd.Index([900, 901, 902, 903]))]), {}),
        ("E-CRS-02", None, squares().to_crs(32648), {}),
    ],
)
def test_amounts_that_would_be_wrong_are_refused(code, areas, zones, options):
    areas = analyses.station_areas(STOP, radius_m=[500]) if areas is None else areas
    with pytest.raises(PlanningDataError, match=code):
        analyses.station_amounts(areas, zones, ["people"], **options)
