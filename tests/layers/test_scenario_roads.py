"""Roads that are added, closed, slowed, opened: against minutes worked out by hand, in a city of blocks and in the region."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame

import analyses
import layers
from geo import METRIC, PlanningDataError, to_wgs84
from geo.movement import CLOSED, NearestEdge, Network
from tests.layers.synthetic_city import at, changed, city, places, way

BLOCK_MIN = 40 / 60  # by car and motorbike; half of it by car on Main Street, Row 4


@pytest.fixture(scope="module")
def today():
    return city()


@pytest.fixture(scope="module")
def region():
    return layers.transport()


def minutes(transport, start, end, mode="car", hour="10:00"):
    leaves = analyses.Departure(hour)
    return float(
        analyses.travel_times(transport, places(start), places(end), mode=mode, limit_min=300, departure=leaves).at()[0, 0]
    )


def close(seen, wanted):
    return abs(seen - wanted) < 0.01


def box(west_south, east_north):
    return GeoDataFrame(geometry=[shapely.box(*at(*west_south), *at(*east_north))], crs=METRIC)


def refused(transport, *changes):
    with pytest.raises(PlanningDataError, match="E-SCN-01") as caught:
        changed(transport, *changes)
    return str(caught.value)


def test_a_road_from_corner_to_corner_is_as_long_as_drawn_and_as_fast_as_told(today):
    new = changed(today, layers.AddRoad("R", way((0, 0), (9, 9)), {"car": 72}, joins="ends"))
    km = 9 * 0.4 * 2**0.5
    assert abs(minutes(new, (0, 0), (9, 9)) - km / 72 * 60) < 0.01 * km
    assert close(minutes(today, (0, 0), (9, 9)), 18 * BLOCK_MIN - 9 * BLOCK_MIN / 2)
    assert minutes(new, (0, 0), (9, 9), "motorbike") == minutes(today, (0, 0), (9, 9), "motorbike")


def test_kilometres_run_along_a_new_road_from_where_one_joins_it(today):
    new = changed(today, layers.AddRoad("R", way((0, 0), (9, 9)), {"car": 72}, joins="ends"))
    block_km = 0.4 * 2**0.5  # of the road, a block sideways and a block up

    def told(*ends):
        found = analyses.corridor_times(new, places(*ends), modes=("car",)).iloc[0]
        return found["distance_km"], found["travel_time_min"]

    whole, between = 9 * block_km, 4.4 * block_km
    assert told((0, 0), (9, 9)) == pytest.approx((whole, whole / 72 * 60), rel=5e-3)
    assert told((3.3, 3.3), (7.7, 7.7)) == pytest.approx((between, between / 72 * 60), rel=5e-3)
    assert told((3.25, 4), (3.75, 4)) == pytest.approx((0.2, 0.2 / 72 * 60), rel=5e-3)  # of one block of Main Street
    assert told((3.75, 4.05), (3.25, 3.95))[0] == pytest.approx(0.24, rel=5e-3)  # 20 m to it and 20 m from it
    first = 3.3 * block_km  # to the start of the road, then a block up
    for ends in (((3.3, 3.3), (0, 1)), ((0, 1), (3.3, 3.3))):
        assert told(*ends) == pytest.approx((first + 0.4, first / 72 * 60 + BLOCK_MIN), rel=5e-3)


def test_a_stated_length_counts_instead_of_the_drawn_one(today):
    new = changed(today, layers.AddRoad("R", way((0, 0), (9, 9)), {"car": 72}, joins="ends", length_km=6.0))
    assert close(minutes(new, (0, 0), (9, 9)), 5.0)


def test_a_road_is_entered_where_it_crosses_streets_unless_only_at_its_ends(today):
    diagonal = way((0.5, 0), (9, 8.5))  # it crosses streets between corners only
    joined = changed(today, layers.AddRoad("R", diagonal, {"car": 100}, length_km=4.81))
    apart = changed(today, layers.AddRoad("R", diagonal, {"car": 100}, length_km=4.81, joins="ends", entered=False))
    start, end = (3, 3), (5, 5)
    by_road = BLOCK_MIN / 2 + 1.5 * 2**0.5 * 0.4 / 100 * 60 + BLOCK_MIN / 2  # from (3.5, 3) to (5, 4.5)
    assert abs(minutes(joined, start, end) - by_road) < 0.02
    assert close(minutes(apart, start, end), minutes(today, start, end))
    assert minutes(apart, (0.5, 0), (9, 8.5)) < minutes(today, (0.5, 0), (9, 8.5))


def test_the_streets_a_road_meets_can_be_named(today):
    road = way((0.5, 0), (9, 8.5))
    some = changed(today, layers.AddRoad("R", road, {"car": 100}, joins=["Row 0", "Row 5"], entered=False))
    edges = some.streets.edges
    cut = edges.table.loc[~edges.table["whole"], "name"]
    assert set(cut) == {"Row 0", "Row 5"}


@pytest.mark.parametrize("bends", [(), ((9.6, 4),)])
def test_an_end_near_a_street_is_led_on_to_it_and_the_way_there_counts(today, bends):
    stub = way((9.2, 0.5), *bends, (9.2, 8.5))  # its ends are 80 m east of the last column
    new = changed(today, layers.AddRoad("R", stub, {"car": 60, "motorbike": 60}, tolerance_m=100, length_km=3.2))
    wanted = (3.2 + 2 * 0.08) / 60 * 60
    assert abs(minutes(new, (9, 0.5), (9, 8.5)) - wanted) < 0.01
    assert "E-SCN-06" in refused(today, layers.AddRoad("R", stub, {"car": 60}, tolerance_m=50))


def test_a_motorway_is_crossed_without_a_junction_unless_it_is_named(today):
    up = way((4.4, 6), (4.4, 7))
    over = changed(today, layers.AddRoad("R", up, {"car": 36}))
    assert not (over.streets.edges.table.query("name == 'Motorway'")["added"] > 0).any()
    joined = changed(today, layers.AddRoad("R", up, {"car": 36}, joins=["Motorway", "Row 6", "Row 7"]))
    assert (joined.streets.edges.table.query("name == 'Motorway'")["added"] > 0).any()


def test_a_road_one_way_leads_one_way(today):
    new = changed(today, layers.AddRoad("R", way((0, 0), (9, 9)), {"car": 72}, one_way=True, joins="ends"))
    assert minutes(new, (0, 0), (9, 9)) < minutes(today, (0, 0), (9, 9))
    assert minutes(new, (9, 9), (0, 0)) == minutes(today, (9, 9), (0, 0))


@pytest.mark.parametrize(
    ("one_way", "back", "home"),
    [
        (False, (0.2, 10), (0.92, 90)),
        (True, (1.0, 5 + 20 + 40 + 20 + 5), (1.12, 40 + 40 + 20 + 5 + 15)),  # round the block, and in by its other end
    ],
)
def test_kilometres_of_a_trip_on_a_new_road_hold_the_way_to_it_and_respect_its_direction(today, one_way, back, home):
    new = changed(today, layers.AddRoad("R", way((0, 0.5), (1, 0.5)), {"car": 72}, one_way=one_way))

    def told(*ends):
        found = analyses.corridor_times(new, places(*ends), modes=("car",)).iloc[0]
        return found["distance_km"], found["travel_time_min"] * 60

    assert told((0.25, 0.5), (0.75, 0.5)) == pytest.approx((0.2, 10), rel=2e-3)
    # 20 m on foot, 300 m of the road, a block and a half of Column 1
    assert told((0.25, 0.55), (1, 2)) == pytest.approx((0.92, 15 + 15 + 60), rel=2e-3)
    assert told((0.25, 0.55), (0.75, 0.45)) == pytest.approx((0.24, 15 + 10 + 15), rel=2e-3)
    assert told((0.75, 0.5), (0.25, 0.5)) == pytest.approx(back, rel=2e-3)
    assert told((1, 2), (0.25, 0.55)) == pytest.approx(home, rel=2e-3)


def test_a_second_road_meets_the_first(today):
    one = layers.AddRoad("A", way((0.5, -1), (0.5, 9.3)), {"car": 100}, joins="ends", tolerance_m=500)
    two = layers.AddRoad("B", way((-1, 4.5), (9.3, 4.5)), {"car": 100}, joins=["A"], tolerance_m=0)
    both = changed(today, one, two)
    assert set(both.streets.edges.table["added"]) == {0, 1, 2}
    assert (both.streets.edges.table.query("name == 'A'")["whole"] == False).any()  # noqa: E712 - a column of booleans
    assert "E-SCN-03" in refused(today, two)


def test_a_street_is_cut_where_a_road_meets_it_and_keeps_its_time(today):
    new = changed(today, layers.AddRoad("R", way((3.3, 2), (3.3, 5)), {"car": 36}))
    edges = new.streets.edges
    for name in ("Row 2", "Row 3", "Row 4", "Row 5"):
        parts = edges.table[(edges.table["name"] == name) & (edges.table["added"] > 0)]
        assert len(parts) == 2
        whole = parts["part_of"].iloc[0]
        assert np.isclose(parts["length_m"].sum(), edges.table["length_m"][whole])
        for mode in new.streets.modes:
            assert len({edges.ds[mode][edges.edge == part].max() for part in parts.index}) == 2
            times = [edges.ds[mode][(edges.edge == edge) & edges.along][0] for edge in (*parts.index, whole)]
            assert sum(times[:2]) == times[2]


def test_nodes_and_edges_keep_their_numbers_when_a_road_is_added(today):
    new, old = changed(today, layers.AddRoad("R", way((0.3, 0.3), (8.2, 8.7)), {"car": 50})).streets, today.streets
    assert np.array_equal(new.node_xy[: len(old.node_xy)], old.node_xy)
    assert np.array_equal(new.node_id[: len(old.node_id)], old.node_id)
    assert np.array_equal(new.edges.tail[: len(old.edges.tail)], old.edges.tail)
    added = new.node_id[len(old.node_id) :]
    assert added.tolist() == list(range(old.node_id.max() + 1, old.node_id.max() + 1 + len(added)))
    assert len(added) > 0


def test_a_closed_street_is_not_driven_through(today):
    shut = changed(today, layers.CloseRoad("Row 4"))
    assert close(minutes(today, (0, 4), (9, 4)), 9 * BLOCK_MIN / 2)
    assert close(minutes(shut, (0, 3), (9, 3)), 9 * BLOCK_MIN)
    assert minutes(shut, (0, 4), (9, 4)) >= 9 * BLOCK_MIN


def test_who_lives_on_a_closed_street_comes_to_the_crossings_as_before(today):
    shut = changed(today, layers.CloseRoad("Column 3"))
    for mode in ("car", "motorbike"):
        assert minutes(shut, (3, 6.25), (5, 6), mode) == minutes(today, (3, 6.25), (5, 6), mode)
        assert minutes(shut, (5, 6), (3, 6.25), mode) == minutes(today, (5, 6), (3, 6.25), mode)
    assert minutes(shut, (3, 6.2), (3, 6.4)) == minutes(today, (3, 6.2), (3, 6.4))
    assert close(minutes(shut, (3, 6), (3, 8)), 4 * BLOCK_MIN)


def test_a_street_can_be_closed_to_some_modes(today):
    shut = changed(today, layers.CloseRoad("Row 4", modes=["car"]))
    assert close(minutes(shut, (0, 4), (9, 4), "motorbike"), 9 * BLOCK_MIN)
    assert minutes(shut, (0, 4), (9, 4), "car") > minutes(today, (0, 4), (9, 4), "car")


def chosen(transport, **choice):
    table = transport.streets.edges.table
    share = layers.CloseRoad(**choice).share(transport.streets)
    return sorted(set(table["name"][share > 0])), int((share > 0).sum())


def test_streets_are_chosen_by_name_class_number_and_place_and_each_narrows_the_choice(today):
    edges = today.streets.edges
    number = int(np.flatnonzero(edges.table["name"] == "Row 4")[2])
    assert chosen(today, roads=("Row 4",)) == (["Row 4"], 9)
    assert chosen(today, roads=("Row 4", "Row 5")) == (["Row 4", "Row 5"], 18)
    assert chosen(today, classes=("primary",)) == (["Row 4"], 9)
    assert chosen(today, edge_ids=(number,)) == (["Row 4"], 1)
    assert chosen(today, area=box((0.5, 3.5), (2.5, 4.5))) == (["Column 1", "Column 2", "Row 4"], 7)
    assert chosen(today, area=box((0.5, 3.5), (2.5, 4.5)), roads=("Row 4",)) == (["Row 4"], 3)
    assert chosen(today, area=to_wgs84(box((0.5, 3.5), (2.5, 4.5))), classes=("residential",))[1] == 4


def test_pieces_of_a_street_are_chosen_with_it(today):
    new = changed(today, layers.AddRoad("R", way((3.3, 2), (3.3, 5)), {"car": 72, "motorbike": 72}))
    shut = changed(new, layers.CloseRoad("Row 3"))
    assert close(minutes(new, (2, 3), (5, 3)), 3 * BLOCK_MIN)
    assert close(minutes(shut, (2, 3), (5, 3)), 3.5 * BLOCK_MIN)  # up to Main Street, along it, down
    whole = int(np.flatnonzero(new.streets.edges.table["name"] == "Row 3")[3])
    table = new.streets.edges.table
    share = layers.CloseRoad(edge_ids=[whole]).share(new.streets)
    assert set(table["part_of"][share > 0]) == {whole}


def test_a_factor_scales_the_speed_of_the_modes_meant(today):
    slow = changed(today, layers.ChangeRoadSpeed(classes="residential", factor=0.5, modes="car"))
    assert close(minutes(slow, (0, 2), (0, 3)), 2 * BLOCK_MIN)
    assert close(minutes(slow, (0, 4), (9, 4)), 9 * BLOCK_MIN / 2)
    assert close(minutes(slow, (0, 2), (0, 3), "motorbike"), BLOCK_MIN)


def test_a_speed_is_driven_as_told(today):
    fast = changed(today, layers.ChangeRoadSpeed("Row 4", speed_kmh=96))
    assert close(minutes(fast, (0, 4), (9, 4)), 3.6 / 96 * 60)
    assert close(minutes(fast, (0, 4), (9, 4), "motorbike"), 3.6 / 96 * 60)
    assert close(minutes(fast, (0, 4), (9, 4), "walk"), 3.6 / 4.8 * 60)


def test_of_a_street_that_runs_through_an_area_the_part_inside_changes(today):
    jam = changed(today, layers.ChangeRoadSpeed("Row 4", factor=0.25, area=box((4.25, 3.5), (4.75, 4.5))))
    by_main_street = BLOCK_MIN / 2 * (0.5 + 0.5 * 4)
    assert close(minutes(jam, (4, 4), (5, 4)), by_main_street)
    assert close(minutes(jam, (3, 4), (4, 4)), BLOCK_MIN / 2)


def test_speeds_that_follow_each_other_multiply_and_are_rounded_once(today):
    changes = [layers.ChangeRoadSpeed("Row 4", factor=f) for f in (0.9, 0.7, 1.3)]
    forward, backward = changed(today, *changes), changed(today, *changes[::-1])
    for mode in today.streets.modes:
        assert np.array_equal(forward.streets.ds[mode], backward.streets.ds[mode])
    edges = forward.streets.edges
    main = edges.table["name"].eq("Row 4").to_numpy()[edges.edge]
    assert set(edges.ds["car"][main]) == {round(200 / (0.9 * 0.7 * 1.3))}
    assert np.array_equal(forward.streets.ds["walk"], today.streets.ds["walk"])


def test_closing_and_slowing_do_not_touch_the_timetable_and_lines_not_the_streets(today):
    for change in (
        layers.CloseRoad("Row 4"),
        layers.ChangeRoadSpeed("Row 4", factor=2),
        layers.AddRoad("R", way((0, 0), (9, 9)), {"car": 50}),
    ):
        assert changed(today, change).timetable is today.timetable
    for change in (layers.ChangeHeadway("E", 5), layers.AddLine("D", places((0, 0), (9, 9)), 5, 20)):
        new = changed(today, change)
        assert new.streets is today.streets
        assert new.walking is today.walking
        assert new.joining is today.joining


def test_walking_uses_a_new_footway_and_stops_are_nearer_by_it(today):
    new = changed(today, layers.AddRoad("Path", way((0, 0), (9, 9)), {"walk": 4.8}))
    assert minutes(new, (0, 0), (9, 9), "walk") < 0.72 * minutes(today, (0, 0), (9, 9), "walk")
    assert new.walking.streets is new.streets
    assert minutes(new, (0, 0), (9, 9)) == minutes(today, (0, 0), (9, 9))


def test_streets_that_are_not_drawn_are_refused(today):
    bare = today.streets
    bare = Network(bare.node_xy, bare.crs, bare.node_id, bare.ptr, bare.head, bare.ds)
    said = refused(
        replace(today, streets=bare, joining=NearestEdge()), layers.CloseRoad("Row 4"), layers.ChangeRoadSpeed("A", factor=2)
    )
    assert said.count("E-SCN-04") == 2


REFUSED = {
    "no choice": (layers.CloseRoad(), "E-SCN-02"),
    "no such road": (layers.CloseRoad("Row 44"), "E-SCN-03"),
    "no such class": (layers.CloseRoad(classes="trunk"), "E-SCN-03"),
    "no such edge": (layers.CloseRoad(edge_ids=[10**6]), "E-SCN-03"),
    "nothing there": (layers.CloseRoad(area=box((50, 50), (51, 51))), "E-SCN-06"),
    "nothing of it there": (layers.CloseRoad("Row 4", area=box((0, 7), (1, 8))), "E-SCN-06"),
    "a line for an area": (layers.CloseRoad(area=way((0, 0), (1, 0))), "E-SCN-06"),
    "no such mode": (layers.CloseRoad("Row 4", modes="tram"), "E-SCN-03"),
    "no speed": (layers.ChangeRoadSpeed("Row 4"), "E-SCN-02"),
    "a factor below 0": (layers.ChangeRoadSpeed("Row 4", factor=-1), "E-SCN-02"),
    "bands where there are none": (layers.ChangeRoadSpeed("Row 4", factor=2, bands="peak"), "E-SCN-04"),
    "a road nobody may use": (layers.AddRoad("R", way((0, 0), (9, 9)), {}), "E-SCN-02"),
    "a road that flies": (layers.AddRoad("R", way((0, 0), (9, 9)), {"car": 900}), "E-SCN-02"),
    "a road far away": (layers.AddRoad("R", way((50, 50), (60, 60)), {"car": 50}), "E-SCN-06"),
    "joins nothing that is known": (layers.AddRoad("R", way((0, 0), (9, 9)), {"car": 50}, joins=["Row 44"]), "E-SCN-03"),
    "a plan of another place": (layers.OpenPlanned("ring4_bd"), "E-SCN-04"),
    "no such plan": (layers.OpenPlanned("ring_road_4"), "E-SCN-03"),
    "a railway without a timetable": (layers.OpenPlanned("rail_dian_caimep"), "E-SCN-04"),
    "nothing to open": (layers.OpenPlanned(), "E-SCN-02"),
}


@pytest.mark.parametrize(("change", "code"), REFUSED.values(), ids=REFUSED)
def test_what_can_not_be_is_refused_with_its_code(today, change, code):
    assert code in refused(today, change)


PLANNED = ["exp_hcm_tdm_ct", "metro_bd1_2026", "ring3_bd", "ring4_bd"]


def region_minutes(transport, mode):
    ends = layers.centres()
    return analyses.travel_times(transport, ends, mode=mode, limit_min=180, draws=2).at()


def test_a_plan_that_opens_is_the_transport_that_is_planned_with_it(region):
    opened, planned = changed(region, layers.OpenPlanned(PLANNED)), layers.transport(planned=PLANNED)
    for mode in ("car", "truck", "motorbike", "transit"):
        assert np.array_equal(region_minutes(opened, mode), region_minutes(planned, mode)), mode


def test_plans_open_in_any_order_and_one_by_one(region):
    at_once = region_minutes(changed(region, layers.OpenPlanned(PLANNED)), "car")
    for order in (PLANNED, PLANNED[::-1]):
        one_by_one = changed(region, *(layers.OpenPlanned(name) for name in order))
        assert np.array_equal(region_minutes(one_by_one, "car"), at_once)


def test_by_a_year_opens_what_is_announced_for_it(region):
    by_year = {year: changed(region, layers.OpenPlanned(by_year=year)) for year in (2025, 2027, 2030, 2035)}
    roads = {year: set(found.streets.edges.table["line_id"]) for year, found in by_year.items()}
    lines = {year: set(found.timetable.line_ids) for year, found in by_year.items()}
    assert by_year[2025] is region or roads[2025] == set(region.streets.edges.table["line_id"])
    assert roads[2027] - roads[2025] == {"ring3_bd"}
    assert roads[2030] - roads[2027] == {"exp_hcm_tdm_ct"}
    assert lines[2030] - lines[2027] == {"metro_bd1_2026"}
    assert lines[2035] - lines[2030] == {"rail_anbinh_baubang"}
    assert not {"metro_bd1", "ring4_bd"} & (roads[2035] | lines[2035])


def test_what_is_open_is_not_opened_again(region):
    opened = changed(region, layers.OpenPlanned("ring3_bd"))
    assert "E-SCN-03" in refused(opened, layers.OpenPlanned("ring3_bd"))
    assert np.array_equal(region_minutes(changed(opened, layers.OpenPlanned(by_year=2027)), "car"), region_minutes(opened, "car"))


def test_a_band_of_the_day_can_be_congested_alone(region):
    jam = changed(region, layers.ChangeRoadSpeed("ql13", factor=0.5, bands="peak", modes="car"))
    for name, ds in region.streets.ds.items():
        assert np.array_equal(jam.streets.ds[name], ds) == (name != "car@peak"), name


def test_a_new_road_of_the_region_can_be_slower_at_a_band(region):
    line = layers.corridors().loc[["ring4_bd"]]
    road = layers.AddRoad("R", line, {"car": 80, "car@peak": 40, "motorbike": 50})
    edges = changed(region, road).streets.edges
    arcs = edges.table["line_id"].eq("R").to_numpy()[edges.edge]
    assert arcs.sum() > 100
    assert np.allclose(edges.ds["car@peak"][arcs] / edges.ds["car@day"][arcs], 2, rtol=0.05)
    assert (edges.ds["truck@day"][arcs] == CLOSED).all()


def test_what_is_added_to_the_region_and_to_its_plans_works_together(region):
    line = layers.corridors().loc[["ring4_bd"]]
    road = layers.AddRoad("R", line, {"car": 60, "motorbike": 50})
    both = [changed(region, *order) for order in ((road, layers.OpenPlanned("ring3_bd")), (layers.OpenPlanned("ring3_bd"), road))]
    before = region_minutes(region, "car")
    for found in both:
        assert (region_minutes(found, "car") <= before).all()
        assert (region_minutes(found, "car") < before).any()
