"""Lines that are added, removed, sped up, run more often, rerouted: against numbers worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from geopandas import GeoDataFrame
from shapely import Point

import layers
from geo import METRIC, PlanningDataError
from geo.movement import Line, Timetable, line_edits
from tests.layers.synthetic_city import at, city, places, way

DAY_S = 86_400


@pytest.fixture(scope="module")
def today():
    return city()


def changed(today, *changes):
    return layers.Scenario("what if", changes).apply(today).timetable


def trips(table, line, *, of_today=True):
    """Trips of a line; services are told once."""
    found = line_edits.line_trips(table, line)
    return [trip for trip in found if 0 <= trip.start < DAY_S] if of_today else found


def there(table, line):
    """The first service or trip of a line that starts at its westmost or southmost stop."""
    found = sorted(trips(table, line), key=lambda trip: (table.x[trip.stops[0]] + table.y[trip.stops[0]], -len(trip.stops)))
    return found[0]


def stop_names(table, trip):
    return [str(name) for name in table.stop_ids[trip.stops]]


def in_vehicle_s(trip):
    return int(trip.arrival[-1] - trip.departure[0])


def refused(today, *changes):
    with pytest.raises(PlanningDataError, match="E-SCN-01") as caught:
        changed(today, *changes)
    return str(caught.value)


def test_a_brt_of_30_8_km_at_25_kmh_takes_its_time_in_the_vehicle():
    stops = layers.stations("brt_newcity_suoitien")
    brt = layers.Scenario("BRT", [layers.AddLine("BRT", stops, headway_min=6, commercial_speed_kmh=25)])
    trip = there(brt.apply(layers.transport()).timetable, "BRT")
    assert abs(in_vehicle_s(trip) - 30.8 / 25 * 3600) < 1
    assert len(trip.stops) == len(stops)


@pytest.mark.parametrize("speed_kmh", [18, 23, 27.5])
def test_a_commercial_speed_holds_the_dwells_inside_and_a_running_speed_adds_them(today, speed_kmh):
    corners = [(0, 0), (0, 3), (4, 3), (4, 9)]
    km = 13 * 0.4 * 1.2
    commercial, running = (
        there(changed(today, layers.AddLine("D", places(*corners), 5, dwell_s=30, **{name: speed_kmh})), "D")
        for name in ("commercial_speed_kmh", "running_speed_kmh")
    )
    assert abs(in_vehicle_s(commercial) - km / speed_kmh * 3600) <= len(corners) - 1
    assert abs(in_vehicle_s(running) - (km / speed_kmh * 3600 + 2 * 30)) <= len(corners) - 1
    for trip in (commercial, running):
        ride, dwell = line_edits.profile(trip)
        assert dwell.tolist() == [0, 30, 30, 0]
        blocks = np.array([3, 4, 6])
        assert np.abs(ride - ride.sum() * blocks / 13).max() <= 1


def test_minutes_between_stops_are_kept_with_dwells_on_top(today):
    corners = places((0, 0), (0, 3), (4, 3))
    trip = there(changed(today, layers.AddLine("D", corners, 5, hop_min=[2.5, 4], dwell_s=20)), "D")
    assert trip.arrival.tolist() == [0, 150, 410]
    assert trip.departure.tolist() == [0, 170, 410]


def test_a_corridor_gets_stops_evenly_and_keeps_its_published_length(today):
    corridor = way((0, 0), (9, 0)).assign(travel_length_km=5.0)
    table = changed(today, layers.AddLine("C", corridor, 5, 30, stop_spacing_m=600, dwell_s=0))
    trip = there(table, "C")
    assert len(trip.stops) == 9  # eight hops of 625 m
    assert in_vehicle_s(trip) == 600
    assert np.allclose(np.diff(table.x[trip.stops]), 9 * 400 / 8)
    assert stop_names(table, trip)[0] == "C/1"


def test_both_directions_run_unless_one_is_wanted(today):
    both = trips(changed(today, layers.AddLine("D", places((0, 0), (4, 0)), 5, 20)), "D")
    assert sorted(stop.tolist() for stop in (trip.stops for trip in both)) == sorted(
        [both[0].stops.tolist(), both[0].stops[::-1].tolist()]
    )
    assert len(trips(changed(today, layers.AddLine("D", places((0, 0), (4, 0)), 5, 20, both_ways=False)), "D")) == 1


def test_headways_by_period_run_in_their_periods_only(today):
    periods = [("05:00", "09:00", 5), ("09:00", "16:00", 12), ("20:00", "25:30", 20)]
    found = trips(changed(today, layers.AddLine("D", places((0, 0), (4, 0)), periods, 20, both_ways=False)), "D")
    told = sorted((trip.start, trip.until, trip.headway) for trip in found)
    assert told == [(18_000, 32_400, 300), (32_400, 57_600, 720), (72_000, 91_800, 1200)]


def test_the_same_headway_changes_nothing_not_even_the_phase(today):
    after = changed(today, layers.ChangeHeadway("E", 10))
    before = sorted(map(repr, line_edits.line_trips(today.timetable, "E")))
    assert sorted(map(repr, line_edits.line_trips(after, "E"))) == before


def test_numbers_of_numpy_are_numbers(today):
    told = layers.AddLine("D", places((0, 0), (4, 0)), np.int64(5), np.float32(20), dwell_s=np.int16(10))
    assert 300 in changed(today, told, layers.ChangeHeadway("E", np.int32(7))).patterns.headway[:, 3]
    assert told == layers.AddLine("D", places((0, 0), (4, 0)), 5, 20, dwell_s=10)


def test_another_headway_keeps_stops_times_and_hours_of_service(today):
    old, new = (
        sorted(trips(table, "E"), key=repr_of) for table in (today.timetable, changed(today, layers.ChangeHeadway("E", 5)))
    )
    for before, after in zip(old, new, strict=True):
        assert after.headway == 300
        assert before.headway == 600
        assert (after.start, after.until) == (before.start, before.until)
        assert after.stops.tolist() == before.stops.tolist()
        assert after.arrival.tolist() == before.arrival.tolist()


def repr_of(trip):
    return repr(trip.stops.tolist())


def test_a_scheduled_line_becomes_a_headway_line_on_its_most_frequent_stops_in_each_direction(today):
    before = trips(today.timetable, "T")
    assert {len(trip.stops) for trip in before} == {5, 10}
    assert not any(trip.headway for trip in before)
    after = trips(changed(today, layers.ChangeHeadway("T", 10)), "T")
    assert sorted(stop_names(today.timetable, trip)[0] for trip in after) == ["0,8", "9,8"]
    for trip in after:
        assert len(trip.stops) == 10
        assert trip.headway == 600
        assert trip.arrival.tolist() == [0, *(50 + 70 * i for i in range(9))]
    eastward = next(trip for trip in after if stop_names(today.timetable, trip)[0] == "0,8")
    assert eastward.start == 6 * 3600
    assert eastward.until == 70_800 + 600  # the last departure and a headway


def test_periods_of_a_changed_headway_replace_the_hours_of_service(today):
    after = trips(changed(today, layers.ChangeHeadway("T", [("07:00", "08:00", 4)])), "T")
    assert {(trip.start, trip.until, trip.headway) for trip in after} == {(25_200, 28_800, 240)}
    assert len(after) == 2


def test_a_service_in_two_peaks_stays_in_two_peaks():
    stops = places((0, 0), (1, 0), (2, 0))
    peaks = Line("P", "P", tuple(stops.index), (60, 60), ((21_600, 28_800, 900), (57_600, 64_800, 900)), exact=True)
    alone = replace(city(), timetable=Timetable.from_lines(stops, [peaks], crs=METRIC))
    after = trips(changed(alone, layers.ChangeHeadway("P", 5)), "P")
    assert sorted((trip.start, trip.until) for trip in after) == [(21_600, 27_900 + 300), (57_600, 63_900 + 300)]


def test_another_speed_scales_the_riding_and_leaves_the_standing(today):
    trip = there(changed(today, layers.ChangeSpeed("E", factor=1.5)), "E")
    ride, dwell = line_edits.profile(trip)
    assert ride.tolist() == [40] * 9
    assert dwell.tolist() == [0] + [10] * 8 + [0]
    for one in trips(changed(today, layers.ChangeSpeed("T", factor=0.5)), "T"):
        assert in_vehicle_s(one) == (len(one.stops) - 1) * 100 + (len(one.stops) - 2) * 20


def test_a_commercial_speed_is_reached_end_to_end(today):
    for line, dwell_s in (("E", 80), ("T", 160)):
        trip = there(changed(today, layers.ChangeSpeed(line, commercial_speed_kmh=24, length_km=4.0)), line)
        assert in_vehicle_s(trip) == 600
        assert line_edits.profile(trip)[1].sum() == dwell_s


def test_another_dwell_makes_the_whole_trip_longer(today):
    trip = there(changed(today, layers.ChangeDwell("E", 25)), "E")
    assert in_vehicle_s(trip) == 9 * 60 + 8 * 25
    assert in_vehicle_s(there(changed(today, layers.ChangeDwell("E", 0)), "E")) == 540


def test_a_stop_in_between_that_is_removed_saves_its_standing(today):
    table = changed(today, layers.RemoveStop("E", "4,2"))
    trip = there(table, "E")
    assert "4,2" not in stop_names(table, trip)
    assert in_vehicle_s(trip) == 540 + 70
    assert line_edits.profile(trip)[0].tolist() == [60, 60, 60, 120, 60, 60, 60, 60]
    assert "4,2" in table.stop_ids


def test_where_the_first_stop_is_removed_the_line_starts_at_the_next_when_it_left_there(today):
    before, table = there(today.timetable, "T"), changed(today, layers.RemoveStop("T", "0,8"))
    after = there(table, "T")
    assert stop_names(table, after)[0] == "1,8"
    assert after.start == before.start + 70
    assert after.departure[0] == 0
    assert (after.start + after.arrival).tolist()[1:] == (before.start + before.arrival).tolist()[2:]


def test_a_new_stop_is_called_at_in_both_directions_and_delays_by_its_dwell(today):
    table = changed(today, layers.AddStop("E", places((4.5, 2), ids=["X"]), dwell_s=30))
    for trip in trips(table, "E"):
        names = stop_names(table, trip)
        assert len(names) == 11
        assert {names[names.index("X") - 1], names[names.index("X") + 1]} == {"4,2", "5,2"}
        assert in_vehicle_s(trip) == 9 * 60 + 8 * 10 + 30
    assert table.stops().geometry["X"].coords[0] == at(4.5, 2)


def test_a_new_stop_beside_the_way_costs_the_way_round(today):
    table = changed(today, layers.AddStop("E", places((4.5, 2.5), ids=["X"]), dwell_s=0))
    trip = there(table, "E")
    assert abs(in_vehicle_s(trip) - (540 + 80 + 60 * (2**0.5 - 1))) <= 1


def test_a_new_stop_is_served_by_patterns_that_pass_and_by_no_others(today):
    table = changed(today, layers.AddStop("T", places((7.5, 8), ids=["X"])))
    assert {len(trip.stops) for trip in trips(table, "T")} == {5, 11}


def test_a_line_is_rerouted_between_two_stops_in_both_directions(today):
    round_about = places((4, 3), (5, 3), ids=["4,3", "5,3"])
    table = changed(today, layers.Reroute("E", round_about, from_stop="3,2", to_stop="6,2", dwell_s=10))
    forward, back = sorted((stop_names(table, trip) for trip in trips(table, "E")), key=lambda names: names[0])
    assert forward[3:7] == ["3,2", "4,3", "5,3", "6,2"]
    assert back == forward[::-1]
    for trip in trips(table, "E"):
        assert abs(in_vehicle_s(trip) - (60 * (7 + 2 * 2**0.5) + 80)) <= 1
    assert len(table.stop_ids) == len(today.timetable.stop_ids)


def test_one_direction_alone_can_be_rerouted(today):
    change = layers.Reroute("E", places((4, 3), ids=["4,3"]), from_stop="3,2", to_stop="5,2", both_ways=False)
    table = changed(today, change)
    names = sorted((stop_names(table, trip) for trip in trips(table, "E")), key=lambda names: names[0])
    assert "4,3" in names[0]
    assert "4,3" not in names[1]


def test_a_line_is_led_on_beyond_its_end_at_a_running_speed(today):
    change = layers.Reroute("E", places((9, 4), ids=["9,4"]), from_stop="9,2", running_speed_kmh=24, dwell_s=10)
    table = changed(today, change)
    forward, back = sorted(trips(table, "E"), key=lambda trip: stop_names(table, trip)[0])
    assert stop_names(table, forward)[-2:] == ["9,2", "9,4"]
    assert stop_names(table, back)[:2] == ["9,4", "9,2"]
    for trip in (forward, back):
        assert in_vehicle_s(trip) == 620 + 800 * 1.2 / (24 / 3.6)


def test_the_nearer_end_of_a_line_is_replaced_where_one_stop_is_told(today):
    new_end = places((8, 3), (9, 4), ids=["8,3", "9,4"])
    table = changed(today, layers.Reroute("E", new_end, from_stop="7,2"))
    forward, back = sorted((stop_names(table, trip) for trip in trips(table, "E")), key=lambda names: names[0])
    assert forward == [*(f"{i},2" for i in range(8)), "8,3", "9,4"]
    assert back == forward[::-1]
    new_start = places((0, 4), (1, 3), ids=["0,4", "1,3"])
    table = changed(today, layers.Reroute("E", new_start, to_stop="2,2"))
    assert ["0,4", "1,3", *(f"{i},2" for i in range(2, 10))] in [stop_names(table, trip) for trip in trips(table, "E")]


def test_a_removed_line_is_gone_and_the_others_are_the_same_to_the_byte(today):
    table = changed(today, layers.RemoveLine("E"))
    assert table.line_ids == ("N", "T")
    for line in ("N", "T"):
        assert list(map(repr, line_edits.line_trips(table, line))) != []
        before, after = (line_edits.line_trips(one, line) for one in (today.timetable, table))
        assert [(t.start, t.key, t.arrival.tolist()) for t in after] == [(t.start, t.key, t.arrival.tolist()) for t in before]
    assert table.stop_ids is today.timetable.stop_ids


def test_a_line_edited_leaves_the_phases_of_the_others(today):
    starts = {}
    for name, table in (("before", today.timetable), ("after", changed(today, layers.ChangeHeadway("E", 3)))):
        number = table.line_ids.index("N")
        starts[name] = np.sort(table.starts(5, 7)[:, table.patterns.trip_line == number])
    assert np.array_equal(starts["before"], starts["after"])


NOWHERE = GeoDataFrame(geometry=[Point(0, 0), Point(1, 1)])
REFUSED = {
    "no such line": (layers.RemoveLine("EE"), "E-SCN-03"),
    "a line that runs": (layers.AddLine("E", places((0, 0), (1, 1)), 5, 20), "E-SCN-03"),
    "no stop of the line": (layers.RemoveStop("E", "0,0"), "E-SCN-03"),
    "a stop that is there": (layers.AddStop("E", places((4.5, 2), ids=["4,2"])), "E-SCN-03"),
    "a stop far from the line": (layers.AddStop("E", places((4.5, 6), ids=["X"])), "E-SCN-04"),
    "no stop to turn off": (layers.Reroute("E", places((4, 3)), from_stop="3,3", to_stop="6,2"), "E-SCN-03"),
    "no end told": (layers.Reroute("E", places((4, 3))), "E-SCN-02"),
    "two speeds": (layers.ChangeSpeed("E", factor=2, commercial_speed_kmh=20, length_km=4), "E-SCN-02"),
    "no length": (layers.ChangeSpeed("E", commercial_speed_kmh=20), "E-SCN-02"),
    "standing takes it all": (layers.ChangeSpeed("E", commercial_speed_kmh=200, length_km=1), "E-SCN-02"),
    "two speeds of a new line": (layers.AddLine("D", places((0, 0), (1, 1)), 5, 20, running_speed_kmh=20), "E-SCN-02"),
    "no speed of a new line": (layers.AddLine("D", places((0, 0), (1, 1)), 5), "E-SCN-02"),
    "hops that do not fit": (layers.AddLine("D", places((0, 0), (1, 1)), 5, hop_min=[1, 2]), "E-SCN-02"),
    "overlapping periods": (layers.ChangeHeadway("E", [("05:00", "09:00", 5), ("08:00", "10:00", 5)]), "E-SCN-02"),
    "a headway in words": (layers.AddLine("D", places((0, 0), (1, 1)), "ten", 20), "E-SCN-02"),
    "no headway": (layers.ChangeHeadway("E", None), "E-SCN-02"),
    "a period too short to read": (layers.ChangeHeadway("E", [("05:00", 5)]), "E-SCN-02"),
    "no period": (layers.ChangeHeadway("E", []), "E-SCN-02"),
    "two stops in one place": (layers.AddLine("D", places((0, 0), (0, 0), (1, 1)), 5, 20), "E-SCN-06"),
    "stops without a CRS": (layers.AddLine("D", NOWHERE, 5, 20), "E-SCN-06"),
    "a corridor without a spacing": (layers.AddLine("D", way((0, 0), (9, 0)), 5, 20), "E-SCN-02"),
    "a dwell of an hour and more": (layers.ChangeDwell("E", 4000), "E-SCN-02"),
}


@pytest.mark.parametrize(("change", "code"), REFUSED.values(), ids=REFUSED)
def test_what_can_not_be_is_refused_with_its_code(today, change, code):
    said = refused(today, change)
    assert code in said
    assert "1 to mend" in said


def test_a_line_of_one_direction_is_not_rerouted_against_it(today):
    one_way = layers.AddLine("D", places((0, 0), (4, 0), (8, 0)), 5, 20, both_ways=False)
    back = layers.Reroute("D", places((4, 1)), from_stop="D/p2", to_stop="D/p0", both_ways=False)
    assert "E-SCN-04" in refused(today, one_way, back)


def test_lines_can_not_be_changed_where_none_run(today):
    said = refused(replace(today, timetable=None), layers.ChangeHeadway("E", 5), layers.RemoveLine("T"))
    assert said.count("E-SCN-04") == 2


def test_a_line_can_be_the_first_of_a_transport(today):
    table = changed(replace(today, timetable=None), layers.AddLine("D", places((0, 0), (4, 0)), 5, 20))
    assert table.line_ids == ("D",)


def test_stops_left_behind_by_a_line_of_the_same_name_are_not_moved_in_silence(today):
    before = layers.Scenario("one", [layers.AddLine("D", places((0, 0), (4, 0)), 5, 20), layers.RemoveLine("D")]).apply(today)
    assert "lie elsewhere" in refused(before, layers.AddLine("D", places((0, 5), (4, 5)), 5, 20))
    assert "D" in changed(before, layers.AddLine("D", places((0, 0), (4, 0)), 5, 20)).line_ids
