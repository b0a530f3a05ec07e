"""The strategic transport: open to whom, entered where, as long and as fast as published."""

import numpy as np
import pytest
import shapely

import layers
from geo import PlanningDataError
from geo.movement import CLOSED
from layers.strategic import rules

BRT = "brt_newcity_suoitien"
PLANNED_ROADS = ("exp_hcm_tdm_ct", "long_thanh_airport_link", "ring3_bd", "ring4_bd")
PLANNED_LINES = (BRT, "metro_bd1_2026", "metro_bd2", "rail_anbinh_baubang")
BUSES = tuple(layers.bus_lines().query("trips_a_day >= 4").index)
OVER_EXPRESSWAYS = {"car", "truck"}


@pytest.fixture(scope="module")
def today():
    return layers.transport()


@pytest.fixture(scope="module")
def opened():
    return layers.transport(planned=[*PLANNED_ROADS, *PLANNED_LINES])


@pytest.fixture(params=["today", "opened"])
def either(request):
    return request.getfixturevalue(request.param)


def on_expressways(transport):
    """Whether each arc belongs to an expressway."""
    edges = transport.streets.edges
    return edges.table["class"].eq("expressway").to_numpy()[edges.edge]


def nodes_of(transport, arcs):
    edges = transport.streets.edges
    return set(edges.tail[arcs].tolist()) | set(edges.head[arcs].tolist())


def running_s(transport, line_id):
    """Seconds from leaving the first stop to reaching the last of every service of a line."""
    table, found = transport.timetable, set()
    patterns, number = table.patterns, table.line_ids.index(line_id)
    for pattern in range(len(patterns.ptr) - 1):
        last = patterns.ptr[pattern + 1] - patterns.ptr[pattern] - 1
        for trip in range(patterns.trip_ptr[pattern], patterns.trip_ptr[pattern + 1]):
            if patterns.trip_line[trip] == number:
                at = patterns.offset[trip]
                found.add(int(patterns.arrival[at + last] - patterns.departure[at]))
    return found


def test_nothing_planned_is_the_very_same_value(today):
    assert layers.transport(planned=[]) is today
    assert layers.transport() is today


def test_order_and_repetition_of_what_is_opened_do_not_matter():
    assert layers.transport(planned=[BRT, "ring3_bd", BRT]) is layers.transport(planned=["ring3_bd", BRT])


@pytest.mark.parametrize(
    ("wrong", "near"), [("brt_newcity_suoitiem", BRT), ("ring4", "ring4_bd"), ("ql13", "ring3_bd|exp_|metro")]
)
def test_an_id_that_is_no_planned_road_or_line_is_refused_with_the_nearest(wrong, near):
    with pytest.raises(PlanningDataError, match=rf"E-LINE-10 .*{wrong}.*({near})"):
        layers.transport(planned=[wrong])


def test_the_planned_roads_of_these_tests_are_all_there_are():
    lines = layers.corridors().query("status != 'existing'")
    assert set(lines.index[lines["mode"].isin(["road", "expressway"])]) == set(PLANNED_ROADS)
    assert set(PLANNED_LINES) <= set(lines.index)


def test_streets_are_one_network_on_which_everybody_gets_everywhere(either):
    streets = either.streets
    served = np.unique(np.concatenate([streets.tail, streets.head]))
    component = streets.components("car@day")[served]
    assert np.mean(component == 0) > 0.999


def test_every_mode_has_times_in_every_band_of_the_day(today):
    modes, bands = {"bicycle", "car", "motorbike", "truck"}, {"day", "peak", "night"}
    assert set(today.streets.ds) == {f"{mode}@{band}" for mode in modes for band in bands}
    assert set(today.modes) == modes | {"walk", "transit"}
    assert {today.hours.weights("car", hour) for hour in range(24)} == {f"car@{band}" for band in bands}


def test_expressways_are_closed_to_motorbikes_and_bicycles_and_all_else_is_open(either):
    fast = on_expressways(either)
    assert fast.any()
    for name, ds in either.streets.edges.ds.items():
        closed = fast if name.partition("@")[0] not in OVER_EXPRESSWAYS else np.zeros(len(fast), bool)
        assert np.array_equal(ds == CLOSED, closed), name


def test_no_point_enters_an_expressway_between_its_interchanges(either):
    fast = on_expressways(either)
    only_fast = nodes_of(either, fast) - nodes_of(either, ~fast)
    assert len(only_fast) > 20
    assert not only_fast & set(either.joining.entry_node.tolist())


def test_expressways_meet_only_the_roads_they_name(either):
    lines, table = layers.corridors(), either.streets.edges.table
    line_of_arc = table["line_id"].to_numpy()[either.streets.edges.edge]
    seen = 0
    for name in table.loc[table["class"] == "expressway", "line_id"].unique():
        named = set(lines.loc[name, "interchanges_with"].split(";"))
        named |= {road for one in named for road in lines.loc[one, "shared_with"].split(";")}
        mine = nodes_of(either, line_of_arc == name)
        meets = {road for road in table["line_id"].unique() if road != name and mine & nodes_of(either, line_of_arc == road)}
        ends_at = {road for road in meets if name in lines.loc[road, "interchanges_with"].split(";")}
        at_the_same_place = {road for road in meets - named - ends_at if _share_a_node(either, line_of_arc, road, named)}
        assert meets <= named | ends_at | at_the_same_place, name
        seen += len(meets)
    assert seen > 1


def _share_a_node(transport, line_of_arc, road, others):
    """Whether a road meets one of the others: it then passes the same interchange."""
    mine = nodes_of(transport, line_of_arc == road)
    return any(mine & nodes_of(transport, line_of_arc == other) for other in others)


def test_the_stretches_of_a_road_add_up_to_its_stated_length(today):
    stated = layers.corridors()["travel_length_km"]
    table = today.streets.edges.table
    km = table.groupby("line_id")["length_m"].sum() / 1000
    lost_km = stated[km.index] - km  # a stretch that is the same as that of another road is driven once
    assert lost_km.min() > -1e-9
    assert lost_km.max() < 0.5
    assert lost_km.sum() < 0.01 * km.sum()
    assert (lost_km < 1e-9).sum() > 20


def test_a_node_lies_where_its_stretches_end(either):
    edges, xy = either.streets.edges, either.streets.node_xy
    ends = (
        shapely.get_coordinates(shapely.get_point(edges.lines(), 0)),
        shapely.get_coordinates(shapely.get_point(edges.lines(), -1)),
    )
    first = np.where(edges.along[:, None], ends[0][edges.edge], ends[1][edges.edge])
    off_m = np.hypot(*(xy[edges.tail] - first).T)
    assert off_m.max() <= rules()["network"]["tolerance_m"]
    assert np.median(off_m) < 0.01


def test_expressways_meet_every_road_they_name(opened):
    lines, edges = layers.corridors(), opened.streets.edges
    line_of_arc = edges.table["line_id"].to_numpy()[edges.edge]
    for name, named in lines.query("mode == 'expressway'")["interchanges_with"].items():
        mine = nodes_of(opened, line_of_arc == name)
        for road in named.split(";"):
            same_course = {road, *lines.loc[road, "shared_with"].split(";")}
            assert mine & nodes_of(opened, np.isin(line_of_arc, list(same_course))), (name, road)


def test_stretches_are_short_enough_to_be_entered_anywhere(today):
    drawn = np.array([line.length for line in today.streets.edges.lines()])
    assert drawn.max() <= rules()["network"]["step_m"] + 1e-6


@pytest.mark.parametrize("mode", ["car", "motorbike", "truck"])
def test_every_stretch_is_slowest_in_the_peak_and_fastest_at_night_and_never_absurd(either, mode):
    edges = either.streets.edges
    peak, day, night = (edges.ds[f"{mode}@{band}"] for band in ("peak", "day", "night"))
    open_ = day != CLOSED
    assert (peak[open_] >= day[open_]).all()
    assert (day[open_] >= night[open_]).all()
    assert (peak[open_] > night[open_]).any()
    kmh = edges.table["length_m"].to_numpy()[edges.edge][open_] / (day[open_] / 10) * 3.6
    long = edges.table["length_m"].to_numpy()[edges.edge][open_] > 200
    assert kmh[long].min() > 12
    assert kmh[long].max() < 110


def test_nobody_drives_faster_than_a_road_is_designed_for(either):
    edges = either.streets.edges
    design, metres = (edges.table[name].to_numpy()[edges.edge] for name in ("design_speed_kmh", "length_m"))
    for name, ds in edges.ds.items():
        open_ = ds != CLOSED
        least_s = metres[open_] / (design[open_] / 3.6) - 0.05  # times are rounded to deciseconds
        assert (ds[open_] / 10 >= least_s / (1.15 if "night" in name else 1)).all(), name


def test_opening_a_road_leaves_every_arc_of_today_as_it_was(today, opened):
    def arcs(transport):
        edges, ids = transport.streets.edges, transport.streets.node_id
        ends = zip(ids[edges.tail].tolist(), ids[edges.head].tolist(), strict=True)
        return set(zip(ends, edges.ds["car@peak"].tolist(), strict=True))

    assert arcs(today) < arcs(opened)


def test_what_is_cached_can_not_be_changed(today):
    for array in (today.streets.head, *today.streets.ds.values(), today.timetable.x, today.timetable.patterns.start):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize("line", BUSES)
def test_a_bus_takes_its_published_running_minutes_to_the_second(line, today):
    assert running_s(today, line) == {round(layers.bus_lines().loc[line, "running_min"] * 60)}


def test_a_bus_that_runs_too_seldom_for_a_headway_is_left_out(today):
    lines = set(layers.bus_lines().index)
    assert lines - set(BUSES) == {"kaze_53_0", "kaze_53_1"}
    assert not {"kaze_53_0", "kaze_53_1"} & set(today.timetable.line_ids)
    assert set(BUSES) <= set(today.timetable.line_ids)


def test_buses_are_as_fast_as_buses_are(today):
    """Chord length by running minutes; the chord is shorter than the road, the true speed a little higher."""
    lines = layers.bus_lines().loc[list(BUSES)]
    kmh = {line: lines.loc[line, "length_km_drawn"] / running_s(today, line).pop() * 3600 for line in BUSES}
    assert min(kmh.values()) > 15
    assert max(kmh.values()) < 26
    assert 20.5 <= kmh["kaze_51_0"] <= 24


@pytest.mark.parametrize(("line", "km", "kmh"), [(BRT, 30.8, 23), ("metro_hcmc1", None, 37)])
def test_a_track_line_takes_its_published_length_at_its_commercial_speed_to_the_second(line, km, kmh, opened):
    corridor = layers.corridors().loc[line]
    assert km is None or corridor["length_km_published"] == km
    assert running_s(opened, line) == {round(corridor["travel_length_km"] / kmh * 3600)}


def test_planned_lines_run_only_when_they_are_opened(today, opened):
    assert not set(PLANNED_LINES) & set(today.timetable.line_ids)
    assert set(PLANNED_LINES) <= set(opened.timetable.line_ids)
    assert set(today.timetable.line_ids) < set(opened.timetable.line_ids)
