"""PTAL and the classes of DG REGIO: by hand from the published method, on a city of square blocks, and in the region."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import analyses
import layers
from geo import PlanningDataError
from geo.movement import CrowFlies, Line, Timetable, Transport
from tests.layers.synthetic_city import ALL_DAY, at, city, places


@pytest.fixture(scope="module")
def town():
    return city()


def test_departures_by_headway_by_timetable_and_by_direction(town):
    found = analyses.departures_per_hour(town, "08:00", "09:00").set_index(["stop_id", "line_id", "direction"])["per_hour"]
    assert found.loc["3,2", "E"].tolist() == pytest.approx([6, 6])
    assert found.loc["7,2", "N"].tolist() == pytest.approx([4, 4])
    assert found.loc["7,2"].index.get_level_values("line_id").unique().tolist() == ["E", "N"]
    assert found.loc["9,2", "E"].size == 1  # at a terminus one leaves one way only
    # T: every 20 minutes the whole way, every 40 as far as the middle
    assert found.loc[("7,8", "T")].tolist() == pytest.approx([3, 3])
    assert sorted(found.loc[("2,8", "T")]) == pytest.approx([3, 4.5], abs=0.51)


def test_the_window_counts_departures_at_the_stop_itself(town):
    early = analyses.departures_per_hour(town, "04:30", "05:00")
    assert early.empty
    half = analyses.departures_per_hour(town, "04:30", "05:30").set_index(["stop_id", "line_id", "direction"])["per_hour"]
    assert half.loc["0,2", "E"].iloc[0] == pytest.approx(3)
    assert half.loc["5,2", "E"].min() < half.loc["0,2", "E"].iloc[0]  # the first one comes by some minutes later


def test_the_index_by_hand():
    services = pd.DataFrame(
        [("a", "bus", 4, 7.5), ("a", "bus", 6, 5), ("a", "rail", 8, 12), ("b", "rail", 0, 60), ("c", "bus", 8, 1)],
        columns=["point_id", "mode", "walk_min", "per_hour"],
    )
    found = analyses.access_index(services)
    # a: bus 4 + 4 + 2 = 10 and 6 + 6 + 2 = 14 minutes, rail 8 + 2.5 + 0.75 = 11.25
    assert found.loc["a", "access_index"] == pytest.approx(30 / 10 + 0.5 * 30 / 14 + 30 / 11.25)
    assert found.loc["b", "access_index"] == pytest.approx(30 / (0.5 + 0.75))
    assert found.loc["c", "access_index"] == pytest.approx(30 / 40)
    assert found["ptal"].tolist() == ["2", "5", "1a"]
    other = analyses.access_index(services, reliability_min={"rail": 4.75})
    assert other.loc["b", "access_index"] == pytest.approx(30 / 5.25)


@pytest.mark.parametrize(
    ("index", "band"),
    [(0.01, "1a"), (2.5, "1a"), (2.51, "1b"), (5, "1b"), (10, "2"), (15, "3"), (20, "4"), (25, "5"), (40, "6a"), (40.1, "6b")],
)
def test_bands_end_where_they_are_published_to_end(index, band):
    from analyses.indicators.access_level import _band  # noqa: PLC0415 - the limits themselves

    assert _band(pd.Series([index, 0.0])).tolist() == [band, "0"]


def line_town(walk_detour=1.0):
    """Two stops 5 km apart, a bus of six an hour and a metro of twelve between them, no streets needed."""
    stops = pd.DataFrame({"x": [at(0, 0)[0], at(0, 0)[0] + 5000], "y": [at(0, 0)[1]] * 2}, index=["s", "t"])
    lines = [
        Line("B", "Bus", ("s", "t"), (600,), ((*ALL_DAY, 600),)),
        Line("M", "Metro", ("s", "t"), (300,), ((*ALL_DAY, 300),)),
    ]
    base = city()
    both = [one for line in lines for one in (line, line.back())]
    return Transport("line", base.streets, base.joining, CrowFlies(walk_detour), Timetable.from_lines(stops, both))


def test_ptal_of_points_at_known_walks():
    lined = line_town()
    points = places((0, 0), (1, 0), (2, 0), (2.1, 0), (2.5, 0))  # 0, 400, 800, 840, 1,000 m
    found = analyses.ptal(points, lined, line_modes={"M": "metro"})
    bus = [30 / (walk / 80 + 5 + 2) for walk in (0, 400)]
    metro = [30 / (walk / 80 + 2.5 + 0.75) for walk in (0, 400, 800, 840)]
    expected = [bus[0] + metro[0], bus[1] + metro[1], metro[2], metro[3], 0]
    assert found["access_index"].tolist() == pytest.approx(expected, rel=1e-3)
    assert found["lines"].tolist() == [2, 2, 1, 1, 0]
    assert found["ptal"].tolist() == ["3", "2", "1a", "1a", "0"]
    assert found["metro_access_index"].iloc[-1] == 0
    named = analyses.ptal(points, lined)  # nobody says that M is a metro: two buses
    assert named["access_index"].iloc[0] == pytest.approx(30 / (2.5 + 2) + 0.5 * bus[0], rel=1e-3)


@pytest.mark.parametrize(
    ("metres", "lines", "metro_index"),
    [(640, 2, 30 / 11.25), (641, 1, 30 / 11.2625), (960, 1, 30 / 15.25), (961, 0, 0)],  # walk + wait of 2.5 + 0.75 minutes
)
def test_a_bus_is_walked_to_over_640_m_and_a_metro_over_960(metres, lines, metro_index):
    found = analyses.ptal(places((metres / 400, 0)), line_town(), line_modes={"M": "metro"})
    assert found["lines"].tolist() == [lines]
    assert found.get("metro_access_index", pd.Series([0])).tolist() == pytest.approx([metro_index], rel=1e-4)


@pytest.mark.parametrize(("metres", "bus", "metro"), [(417, 6, 12), (417.2, 0, 12), (833, 0, 12), (833.2, 0, 0)])
def test_a_bus_counts_within_5_minutes_and_a_metro_within_10_at_5_km_an_hour(metres, bus, metro):
    found = analyses.frequency_class(places((metres / 400, 0)), line_town(), line_modes={"M": "metro"})
    assert found["bus_tram_per_hour"].tolist() == pytest.approx([bus])
    assert found["metro_train_per_hour"].tolist() == pytest.approx([metro])


def test_walks_are_not_looked_for_beyond_the_longest_that_counts():
    asked = []

    class Watched(CrowFlies):
        def links(self, origins, destinations, limit_m, speed_kmh, threads=None):
            asked.append((limit_m, speed_kmh))
            return super().links(origins, destinations, limit_m, speed_kmh, threads)

    watched = replace(line_town(), walking=Watched(1.0))
    for measure in (analyses.ptal, analyses.frequency_class):
        measure(places((0, 0)), watched)
    assert asked == [(960, 4.8)] * 2


def test_more_service_and_shorter_walks_are_never_worse(town):
    points = places((3.3, 2.2), (7.4, 5.1), (1.2, 8.3))
    now = analyses.ptal(points, town)
    more = analyses.ptal(points, layers.Scenario("more", [layers.ChangeHeadway("E", 5)]).apply(town))
    less = analyses.ptal(points, layers.Scenario("less", [layers.RemoveLine("N")]).apply(town))
    assert (more["access_index"] >= now["access_index"]).all()
    assert (more["access_index"] > now["access_index"]).any()
    assert (less["access_index"] <= now["access_index"]).all()
    assert (less["access_index"] < now["access_index"]).any()


def test_classes_of_frequency_by_kind():
    lined = line_town()
    points = places((0, 0), (1.2, 0), (2.2, 0))  # 0, 480, 880 m
    found = analyses.frequency_class(points, lined, line_modes={"M": "metro"})
    assert found["bus_tram_per_hour"].tolist() == pytest.approx([6 * 14 / 14, 0, 0])
    assert found["metro_train_per_hour"].tolist() == pytest.approx([12, 12, 0])
    assert found["class"].tolist() == ["high", "high", "no access"]
    twice = layers.Scenario("x", [layers.ChangeHeadway("B", 5)]).apply(lined)
    assert analyses.frequency_class(points, twice, line_modes={"M": "metro"})["class"].tolist()[0] == "very high"
    seldom = layers.Scenario("x", [layers.ChangeHeadway("B", 30), layers.RemoveLine("M")]).apply(lined)
    assert analyses.frequency_class(points, seldom)["class"].tolist() == ["low", "no access", "no access"]
    some = layers.Scenario("x", [layers.ChangeHeadway("B", 15), layers.RemoveLine("M")]).apply(lined)
    assert analyses.frequency_class(points, some)["class"].tolist() == ["medium", "no access", "no access"]


def test_the_region_is_poorly_served_and_new_city_better_than_most():
    zones = layers.zones().iloc[::20]
    found = analyses.ptal(zones, layers.transport(), line_modes={"metro_hcmc1": "metro"})
    assert found.index.equals(zones.index)
    assert (found["ptal"] == "0").mean() > 0.5
    centre = analyses.ptal(layers.centres().loc[["new_city", "dau_tieng"]], layers.transport())
    assert centre["access_index"].loc["new_city"] > centre["access_index"].loc["dau_tieng"] == 0


@pytest.mark.parametrize(
    ("services", "code"),
    [
        ({"point_id": ["a"]}, "E-PTAL-01"),
        ({"point_id": ["a"], "mode": ["bus"], "walk_min": [-1.0], "per_hour": [1.0]}, "E-PTAL-02"),
        ({"point_id": ["a"], "mode": ["bus"], "walk_min": [1.0], "per_hour": [0.0]}, "E-PTAL-02"),
        ({"point_id": ["a"], "mode": ["bus"], "walk_min": [np.nan], "per_hour": [1.0]}, "E-PTAL-02"),
    ],
)
def test_services_that_are_none_are_refused(services, code):
    with pytest.raises(PlanningDataError, match=code):
        analyses.access_index(pd.DataFrame(services))


def test_windows_that_are_none_are_refused(town):
    for window, code in [(("09:00", "09:00"), "E-FREQ-01"), (("9h", "10:00"), "E-DEP-01")]:
        with pytest.raises(PlanningDataError, match=code):
            analyses.departures_per_hour(town, *window)
