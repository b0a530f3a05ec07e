"""What must hold of any change: more never worsens, less never improves, there and back is nothing, order does not matter."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from geopandas import GeoDataFrame, points_from_xy
from shapely import LineString

import analyses
import layers
from geo import METRIC, WGS84
from geo.movement import import_streets, line_edits
from tests.geo.osm_text import write_osm
from tests.layers.synthetic_city import addresses, changed, city, places, way

STREET_MODES = ("car", "motorbike", "walk")
MODES = (*STREET_MODES, "transit")
SOON = analyses.Departure("08:00", window_min=20, percentiles=(1, 50, 99))


@pytest.fixture(scope="module")
def today():
    return city()


@pytest.fixture(scope="module")
def region():
    return layers.transport()


def minutes(transport, ends, mode, departure=SOON):
    return analyses.travel_times(transport, ends, mode=mode, limit_min=120, departure=departure, draws=2).minutes


def all_minutes(transport, modes=MODES, seed=1):
    return {mode: minutes(transport, addresses(20, seed), mode) for mode in modes}


@pytest.fixture(scope="module")
def before(today):
    return all_minutes(today)


ROAD = layers.AddRoad("R", way((0.3, 0.3), (8.2, 8.7)), {"car": 50, "motorbike": 40, "walk": 4.8})
MORE = {
    "a line": layers.AddLine("D", places((0, 0), (3, 3), (6, 6), (9, 9)), headway_min=5, commercial_speed_kmh=30),
    "a slow line": layers.AddLine("D", places((0, 9), (9, 0)), headway_min=59, commercial_speed_kmh=3),
    "a road": ROAD,
    "a slow road": layers.AddRoad("R", way((0.3, 0.3), (5, 4.5), (8.2, 8.7)), {"car": 3, "motorbike": 2, "walk": 1}),
    "a road one way": layers.AddRoad("R", way((8.8, 0.1), (0.2, 7.7)), {"car": 90, "walk": 4.8}, one_way=True),
    "a road met at its ends": layers.AddRoad("R", way((0.3, 0.3), (8.2, 8.7)), {"car": 90}, joins="ends"),
    "faster streets": layers.ChangeRoadSpeed(classes="residential", factor=1.7),
    "a faster street in part": layers.ChangeRoadSpeed(
        "Row 4", factor=1.3, area=way((2, 4), (6, 4)).buffer(333).to_frame("geometry")
    ),
}
LESS = {
    "no line E": layers.RemoveLine("E"),
    "no line T": layers.RemoveLine("T"),
    "no Main Street": layers.CloseRoad("Row 4"),
    "a closed quarter": layers.CloseRoad(area=way((3, 3), (6, 6)).buffer(500).to_frame("geometry")),
    "no cars in Column 3": layers.CloseRoad("Column 3", modes="car"),
    "slower streets": layers.ChangeRoadSpeed(factor=0.7, classes=["primary", "residential"]),
}


@pytest.mark.parametrize("change", MORE.values(), ids=MORE)
def test_more_never_worsens_any_pair(today, before, change):
    for mode, after in all_minutes(changed(today, change)).items():
        assert (after <= before[mode]).all(), mode


@pytest.mark.parametrize("change", LESS.values(), ids=LESS)
def test_less_never_improves_any_pair(today, before, change):
    for mode, after in all_minutes(changed(today, change)).items():
        assert (after >= before[mode]).all(), mode


@pytest.mark.parametrize("seed", range(6))
def test_roads_drawn_anywhere_never_worsen_and_closing_them_is_as_before(today, seed):
    random = np.random.default_rng(seed)
    corners = random.uniform(0, 9, (3, 2))
    road = layers.AddRoad("R", way(*corners), {"car": float(random.uniform(5, 100)), "walk": 4.8}, tolerance_m=800)
    second = layers.AddRoad("S", way(*random.uniform(0, 9, (2, 2))), {"car": 60.0}, tolerance_m=800)
    steps = [today]
    for change in (road, second):
        steps.append(changed(steps[-1], change))
    closed = changed(steps[-1], layers.CloseRoad(["R", "S"]))
    for mode in ("car", "walk"):
        found = [minutes(step, addresses(25, seed), mode) for step in steps]
        assert (found[2] <= found[1]).all()
        assert (found[1] <= found[0]).all()
        again = minutes(closed, addresses(25, seed), mode)
        assert (again >= found[2]).all()


def test_every_change_but_the_useless_makes_a_difference_to_somebody(today, before):
    useless = {MORE["a slow line"], MORE["a slow road"], MORE["a road met at its ends"]}
    for change in (*MORE.values(), *LESS.values()):
        after = all_minutes(changed(today, change))
        differ = any((after[mode] != before[mode]).any() for mode in MODES)
        assert differ == (change not in useless), change.label


def test_a_line_more_often_is_faster_in_expectation(today):
    ends = places((0, 2), (9, 2), (7, 0), (7, 9))
    leaves = analyses.Departure("08:00", window_min=30, percentiles=tuple(range(10, 91, 10)))
    expected = []
    for headway_min in (20, 10, 5, 2):
        found = analyses.travel_times(
            changed(today, layers.ChangeHeadway("E", headway_min)), ends, limit_min=120, departure=leaves, draws=12
        )
        expected.append(found.minutes.mean(axis=0))
    for seldom, often in pairwise(expected):
        assert (often <= seldom + 0.01).all()
    assert (expected[-1] < expected[0] - 1).any()


def test_what_is_added_and_removed_leaves_the_times_of_before(today, before):
    for add, remove in (
        (MORE["a line"], layers.RemoveLine("D")),
        (layers.AddStop("E", places((4.5, 2), ids=["X"]), dwell_s=30), layers.RemoveStop("E", "X")),
        (layers.ChangeHeadway("E", 3), layers.ChangeHeadway("E", 10)),
        (layers.ChangeSpeed("E", 2), layers.ChangeSpeed("E", 0.5)),
    ):
        after = all_minutes(changed(changed(today, add), remove))
        assert all(np.array_equal(after[mode], before[mode]) for mode in MODES), add.label


def test_a_road_added_and_closed_leaves_the_times_of_before_for_who_does_not_live_on_it(today, before):
    after = all_minutes(changed(changed(today, MORE["a road met at its ends"]), layers.CloseRoad("R")), ["motorbike", "walk"])
    assert all(np.abs(after[mode] - before[mode]).max() < 0.5 / 60 for mode in after)  # a cut street is rounded in its parts


COMMUTING = {
    "two lines": (MORE["a line"], layers.AddLine("F", places((0, 5), (9, 5)), 7, 20)),
    "a line and a headway": (MORE["a line"], layers.ChangeHeadway("E", 4)),
    "a headway and a stop less": (layers.ChangeHeadway("E", 4), layers.RemoveStop("E", "4,2")),
    "two headways": (layers.ChangeHeadway("E", 4), layers.ChangeHeadway("N", 4)),
    "speed and dwell": (layers.ChangeSpeed("E", 1.3), layers.ChangeDwell("E", 3)),
    "lines and roads": (layers.RemoveLine("T"), ROAD),
    "two speeds": (layers.ChangeRoadSpeed("Row 4", factor=0.7), layers.ChangeRoadSpeed(classes="primary", factor=1.1)),
    "closing and slowing": (layers.CloseRoad("Row 5"), layers.ChangeRoadSpeed("Row 4", factor=0.7)),
    "two closings": (layers.CloseRoad("Row 5"), layers.CloseRoad("Column 5")),
}


@pytest.mark.parametrize("pair", COMMUTING.values(), ids=COMMUTING)
def test_changes_that_do_not_touch_each_other_may_come_in_either_order(today, pair):
    there, back = all_minutes(changed(today, *pair)), all_minutes(changed(today, *pair[::-1]))
    assert all(np.array_equal(there[mode], back[mode]) for mode in MODES)


def test_a_scenario_of_two_is_the_one_after_the_other(today):
    one, two = layers.Scenario("one", [ROAD]), layers.Scenario("two", [layers.CloseRoad("R", modes="car"), MORE["a line"]])
    together, in_turn = all_minutes((one + two).apply(today)), all_minutes(two.apply(one.apply(today)))
    assert all(np.array_equal(together[mode], in_turn[mode]) for mode in MODES)


def test_the_baseline_is_not_touched_by_any_change(today, before):
    frozen = [*today.streets.ds.values(), today.streets.head, *vars(today.timetable.patterns).values()]
    copies = [part.copy() for part in frozen]
    changed(
        today, *(change for name, change in MORE.items() if name in {"a line", "a road", "faster streets"}), LESS["no line T"]
    )
    assert all(np.array_equal(part, copy) for part, copy in zip(frozen, copies, strict=True))
    assert "added" not in today.streets.edges.table
    assert all(np.array_equal(again, before[mode]) for mode, again in all_minutes(today).items())


def test_a_change_far_away_changes_nothing(today):
    west = places((0, 0), (0, 9), (1, 4), (1.5, 2.2))
    near = analyses.Departure("08:00", window_min=10)
    for change in (
        layers.AddLine("D", places((8, 0), (8, 9)), 2, 40),
        layers.CloseRoad(area=way((8, 0), (8, 9)).buffer(50).to_frame("geometry")),
        layers.ChangeRoadSpeed("Column 9", factor=3),
        layers.AddRoad("R", way((8, 0.5), (9, 3.5)), {"car": 90, "walk": 6}),
    ):
        far = changed(today, change)
        for mode in MODES:
            assert np.array_equal(minutes(far, west, mode, near), minutes(today, west, mode, near)), (change.label, mode)


# --- streets of OpenStreetMap and a feed ---------------------------------------------------------------------------------------

TOWN = "\n".join(
    [f"way {100 + r} {' '.join(str(10 * r + c) for c in range(6))} highway=residential name=Row_~{r}" for r in range(6)]
    + [f"way {200 + c} {' '.join(str(10 * r + c) for r in range(6))} highway=residential name=Column_~{c}" for c in range(6)]
    + ["ban 1 from=102 via=22 to=202 restriction=no_left_turn", "ban 2 from=203 via=33 to=103 restriction=no_right_turn"]
)
FEED = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\nA,A,http://a.example,Asia/Ho_Chi_Minh\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "W,1,1,1,1,1,1,1,20260101,20261231\n",
    "routes.txt": "route_id,agency_id,route_short_name,route_long_name,route_type\nB1,A,1,Bus one,3\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n"
    + "".join(f"s{c},Stop {c},11.103,{106.6 + c / 1000:.4f}\n" for c in (0, 1, 3, 5)),
}


def feed(folder):
    """Bus B1 along row 3, both ways every 10 minutes from 07:00 to 10:00; each trip has its own running time."""
    trips, times = ["route_id,service_id,trip_id"], ["trip_id,arrival_time,departure_time,stop_id,stop_sequence"]
    for number in range(19):
        for way_back in (False, True):
            trip = f"t{number}{'b' if way_back else 'a'}"
            trips.append(f"B1,W,{trip}")
            clock = 7 * 3600 + 600 * number
            for order, stop in enumerate(("s5", "s3", "s1", "s0") if way_back else ("s0", "s1", "s3", "s5")):
                at = clock + (30 + number) * order
                told = f"{at // 3600:02d}:{at // 60 % 60:02d}:{at % 60:02d}"
                times.append(f"{trip},{told},{told},{stop},{order}")
    for name, text in {**FEED, "trips.txt": "\n".join(trips) + "\n", "stop_times.txt": "\n".join(times) + "\n"}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    streets, _ = import_streets(write_osm(folder / "town.osm", TOWN), island_nodes=2)
    return layers.transport(osm=streets, gtfs=feed(tmp_path_factory.mktemp("feed")), date="2026-11-23")


def lon_lat(*row_column):
    xy = np.array([(106.6 + c / 1000, 11.1 + r / 1000) for r, c in row_column])
    return GeoDataFrame(index=[f"q{n}" for n in range(len(xy))], geometry=points_from_xy(*xy.T), crs=WGS84)


def drawn(*row_column):
    return GeoDataFrame(geometry=[LineString(lon_lat(*row_column).geometry.values)], crs=WGS84)


def town_minutes(town, mode):
    xy = np.random.default_rng(3).uniform(0, 5, (30, 2))
    return minutes(town, lon_lat(*xy), mode, analyses.Departure("08:00", window_min=10))


TOWN_MODES = ("bicycle", "car", "motorbike", "walk", "transit")


@pytest.mark.parametrize(
    "change",
    [
        layers.AddRoad("R", drawn((0, 0.5), (5, 4.5)), {"car": 60, "walk": 4.8, "bicycle": 15}),
        layers.AddRoad("R", drawn((2, 2), (3, 3)), {"car": 60, "motorbike": 40}, joins="ends"),
        layers.AddLine("D", lon_lat((0, 0), (5, 5)), 5, 30),
        layers.ChangeRoadSpeed("Row 2", factor=3),
    ],
    ids=["across", "at banned turns", "line", "speed"],
)
def test_more_never_worsens_on_streets_of_a_file(town, change):
    new = changed(town, change)
    for mode in TOWN_MODES:
        assert (town_minutes(new, mode) <= town_minutes(town, mode)).all(), mode


@pytest.mark.parametrize(
    "change",
    [
        layers.CloseRoad("Row 2"),
        layers.CloseRoad("202"),
        layers.RemoveLine("B1"),
        layers.CloseRoad(classes="residential", modes="car"),
    ],
    ids=["name", "way id", "line", "class"],
)
def test_less_never_improves_on_streets_of_a_file(town, change):
    new = changed(town, change)
    for mode in TOWN_MODES:
        assert (town_minutes(new, mode) >= town_minutes(town, mode)).all(), mode


def test_a_road_met_at_a_junction_with_a_banned_turn_may_be_turned_into(town):
    """The left turn from Row 2 into Column 2 is banned; the road that starts there is none of those two."""
    road = layers.AddRoad("R", drawn((2, 2), (4.5, 2.5)), {"car": 200}, joins="ends", tolerance_m=60)
    new = changed(town, road)
    assert (new.streets.node_id < 0).any()  # the junction has a copy for the ban
    start, end = lon_lat((2, 1.5)), lon_lat((4.5, 2.5))
    by_road = float(minutes(new, start.iloc[:1], "car")[0, 0, 0])
    assert by_road == 0
    found = analyses.travel_times(new, start, end, mode="car", limit_min=60).at()[0, 0]
    old = analyses.travel_times(town, start, end, mode="car", limit_min=60).at()[0, 0]
    assert found < old


def test_a_banned_turn_stays_banned_when_a_road_cuts_the_street_before_it(town):
    stub = layers.AddRoad("R", drawn((1.5, 1.6), (2.5, 1.6)), {"car": 20, "motorbike": 20}, tolerance_m=0)
    new = changed(town, stub)
    assert len(new.streets.edges.table.query("name == 'Row 2' and added > 0")) == 2
    start, end = lon_lat((2, 1.9)), lon_lat((2.5, 2))
    for mode, turned_min in (("motorbike", 0.5), ("car", 0.5)):
        found, old = (analyses.travel_times(one, start, end, mode=mode).at()[0, 0] for one in (new, town))
        assert abs(found - old) < 0.01
        assert found > turned_min  # straight it would be 66 m
    assert analyses.travel_times(new, start, end, mode="bicycle").at()[0, 0] > 0.5
    on_foot = analyses.travel_times(new, start, end, mode="walk").at()[0, 0]
    assert abs(on_foot - (0.1 * 109 + 0.5 * 110.6) / 80) < 0.02


def test_a_line_of_a_feed_runs_more_often_on_the_median_of_its_trips(town):
    new = changed(town, layers.ChangeHeadway("B1", 5))
    found = [trip for trip in line_edits.line_trips(new.timetable, "B1") if 0 <= trip.start < 86_400]
    assert sorted((trip.start, trip.until, trip.headway) for trip in found) == [(25_200, 36_000 + 300, 300)] * 2
    assert {int(trip.arrival[-1]) for trip in found} == {3 * (30 + 9)}
    assert {tuple(new.timetable.stop_ids[trip.stops]) for trip in found} == {("s0", "s1", "s3", "s5"), ("s5", "s3", "s1", "s0")}


def test_lines_of_a_feed_can_be_sped_up_shortened_and_removed(town):
    for change in (layers.ChangeSpeed("B1", 1.5), layers.RemoveStop("B1", "s3"), layers.ChangeDwell("B1", 15)):
        trips = line_edits.line_trips(changed(town, change).timetable, "B1")
        assert len(trips) == len(line_edits.line_trips(town.timetable, "B1"))
    fast = line_edits.line_trips(changed(town, layers.ChangeSpeed("B1", 1.5)).timetable, "B1")
    slow = line_edits.line_trips(town.timetable, "B1")
    longest = [max(int(trip.arrival[-1]) for trip in trips) for trips in (slow, fast)]
    assert longest == [144, 96]
    assert changed(town, layers.RemoveLine("B1")).timetable.line_ids == ()


# --- the region ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ends():
    zones = layers.zones(7)
    stops = layers.bus_stops().query("line_id == 'kaze_51_0'").iloc[::6]
    return layers.centres()[["geometry"]], pd.concat([zones[["geometry"]].iloc[::40], stops[["geometry"]]])


def region_minutes(transport, ends, mode):
    centres, zones = ends
    leaves = analyses.Departure("07:00", window_min=15)
    return analyses.travel_times(transport, zones, centres, mode=mode, limit_min=120, departure=leaves, draws=2).at()


def brt(headway_min=6):
    return layers.AddLine("BRT", layers.stations("brt_newcity_suoitien"), headway_min=headway_min, commercial_speed_kmh=23)


def across(start, end):
    at = layers.centres().geometry.centroid
    return GeoDataFrame(geometry=[LineString([at[start], at[end]])], crs=METRIC)


@pytest.mark.parametrize(
    "change",
    [
        brt(),
        layers.AddRoad("R", across("new_city", "di_an"), {"car": 60, "motorbike": 50}),
        layers.OpenPlanned(["ring3_bd", "ring4_bd"]),
        layers.OpenPlanned(by_year=2035),
        layers.ChangeRoadSpeed("ql13", factor=1.4),
    ],
    ids=["BRT", "road", "rings", "2035", "faster"],
)
def test_more_never_worsens_in_the_region(region, ends, change):
    new, better = changed(region, change), 0
    for mode in ("car", "motorbike", "transit"):
        after, before = region_minutes(new, ends, mode), region_minutes(region, ends, mode)
        assert (after <= before).all(), mode
        better += int((after < before).sum())
    assert better > 0


@pytest.mark.parametrize(
    "change",
    [layers.CloseRoad("ql13"), layers.RemoveLine("kaze_51_0"), layers.ChangeRoadSpeed(classes="highway", factor=0.5)],
    ids=["road", "line", "slower"],
)
def test_less_never_improves_in_the_region(region, ends, change):
    new, worse = changed(region, change), 0
    for mode in ("car", "motorbike", "transit"):
        after, before = region_minutes(new, ends, mode), region_minutes(region, ends, mode)
        assert (after >= before).all(), mode
        worse += int((after > before).sum())
    assert worse > 0


def test_a_line_of_the_region_added_and_removed_leaves_its_times(region, ends):
    back = changed(changed(region, brt()), layers.RemoveLine("BRT"))
    assert np.array_equal(region_minutes(back, ends, "transit"), region_minutes(region, ends, "transit"))
    assert back.timetable.line_ids == region.timetable.line_ids
