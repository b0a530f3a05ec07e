"""The range of a station that is not well placed holds the truth, and its values are those of the single measures."""

import numpy as np
import pandas as pd
import pytest
from geopandas import GeoDataFrame, points_from_xy

import analyses
import layers
from analyses.planning.ranges import held_rank, low_middle_high, ranges
from analyses.planning.station_areas_drawn import SheetRules
from analyses.planning.station_worth import station_worth
from analyses.stations.displaced import displaced_xy

CASES, ACCURACY_M, REACH_M = 1000, 2000.0, 1000.0


def around(xy, cities, people):
    """People within the reach of places: the density of cities that thin out, times the area of the circle."""
    away = ((xy[..., None, :] - cities) ** 2).sum(axis=-1)
    return (people * np.exp(-away / (2 * (3 * REACH_M) ** 2))).sum(axis=-1) * np.pi * (REACH_M / 1000) ** 2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_a_thousand_stations_drawn_two_kilometres_wrong_the_range_of_80_percent_holds_the_truth(seed):
    rng = np.random.default_rng(seed)
    cities, people = rng.uniform(0, 60_000, (40, 2)), rng.uniform(500, 12_000, 40)
    truth = rng.uniform(10_000, 50_000, (CASES, 2))
    drawn = truth + ACCURACY_M / np.sqrt(2) * rng.standard_normal((CASES, 2))
    stops = GeoDataFrame({"accuracy_m": ACCURACY_M}, geometry=points_from_xy(*drawn.T), index=range(CASES), crs="EPSG:9210")
    low, middle, high = low_middle_high(around(displaced_xy(stops, 200, seed), cities, people))
    real = around(truth, cities, people)
    held = ((low <= real) & (real <= high)).mean()
    assert held >= 0.80
    assert held <= 0.90  # and is not so wide that it says nothing
    assert (low < middle).mean() > 0.99
    assert (middle < high).mean() > 0.99


def test_low_and_high_are_order_statistics_on_the_safe_side():
    values = np.random.default_rng(0).permutation(200)[None].astype(float)
    assert low_middle_high(values)[:, 0].tolist() == [14, 99, 185]  # the 15th smallest, the median, the 15th largest
    assert [held_rank(count) for count in (1, 5, 20, 1000, 100_000)] == [1, 1, 1, 89, pytest.approx(9_900, abs=30)]
    some = np.array([[3.0, np.inf, 1.0, 2.0, np.inf]])
    assert low_middle_high(some)[:, 0].tolist() == [1, 3, np.inf]  # not reached is the longest
    told = ranges(np.array([[1.0], [2.0]]), np.array([True, False]))
    assert told["p50"][0] == 1
    assert np.isnan([told[name][1] for name in ("p10", "p50", "p90")]).all()


def test_values_are_those_of_three_values_node_place_and_tod_index():
    rng = np.random.default_rng(3)
    stops = pd.Index(list("abcdef"))
    table = pd.DataFrame(rng.uniform(0, 9, (6, 6)), index=stops, columns=["n1", "n2", "p1", "p2", "m1", "m2"]).assign(p3=4.0)
    groups = {"node": ["n1", "n2"], "place": ["p1", "p2"], "market": ["m1", "m2"]}
    given = {group: {name: table[name].to_numpy()[:, None] for name in names} for group, names in groups.items()}
    given["place"]["p3"] = table["p3"].to_numpy()[:, None]  # alike everywhere: tells nothing
    found = station_worth(given, stops)
    three = analyses.three_values(table, **groups)
    for group in groups:
        assert found[f"{group}_value_p50"].tolist() == pytest.approx(three[f"{group}_value"].tolist())
    both = analyses.node_place(table[groups["node"]], table[groups["place"]])
    assert found["node_place_class"].tolist() == both["node_place_class"].tolist()
    index = analyses.tod_index(table[[name for names in groups.values() for name in names]])
    assert found["tod_index_p50"].tolist() == pytest.approx(index["tod_index"].tolist())
    assert (found["class_pct"] == 100).all()
    assert station_worth(given, stops[:1]).empty


def test_before_and_after_of_the_planned_line_are_the_times_from_its_stops():
    stops = layers.stations("brt_newcity_suoitien").iloc[[0, 1, 11]].assign(accuracy_m=[0.0, 0.0, 0.0])
    zones, today = layers.zones(7), layers.transport()
    planned = layers.Scenario("BRT", [layers.AddLine("BRT", stops, headway_min=6, commercial_speed_kmh=23)])
    ends = layers.centres().loc[["new_city"]]
    transport = analyses.SheetTransport(today, lambda _: planned.apply(today), ends, analyses.Departure("07:00", 60, (50,)))
    data = analyses.SheetData(zones, people={"today": "population_2019_people"}, jobs={"today": "jobs"})
    sheets = analyses.station_sheets(stops, data, rules=SheetRules(draws=200), transport=transport)
    reached = sheets.figures[sheets.figures["area"] == "station"]
    assert reached["p10"].notna().all()
    assert reached["assessable"].all()
    for state, net in (("before", today), ("after", planned.apply(today))):
        times = analyses.travel_times(net, stops, zones, mode="transit", departure=transport.departure, limit_min=45)
        jobs = analyses.opportunities_within(times, zones["jobs"], cutoff_min=45).iloc[:, 0]
        item = "jobs_within_45min_by_transit"
        told = [sheets.sheets[stop].figure(item, area="station", state=state).p50 for stop in stops.index]
        assert told == jobs.tolist()
    last = sheets.sheets[stops.index[2]]
    assert last.figure("trips_per_hour", area="station", state="after").p50 >= 10
    assert last.figure("transit_to_new_city_min", area="station", state="after").p50 < np.inf
    assert last.figure("motorbike_to_new_city_min", area="station", state="before").p50 > 30
    assert list(last.worth[["node_value_p10", "node_value_p50", "node_value_p90"]]).count(last.worth["node_value_p50"]) == 3
