"""What transport makes of near people, and the three values of stations."""

import numpy as np
import pandas as pd
import pytest

import analyses
import layers
from geo import PlanningDataError
from tests.layers.synthetic_city import places

HOMES = places((0, 0), (10, 0), (30, 0))  # 0, 4 and 12 km
PEOPLE = pd.Series([100.0, 50, 850], HOMES.index, name="people")


def times(minutes):
    return analyses.TravelTimes(np.array([minutes], np.float32), HOMES.index, HOMES.index)


def test_reached_people_against_near_people():
    found = analyses.transport_performance(times([[0, 40, 20], [40, 0, 20], [20, 30, 0]]), PEOPLE, HOMES)
    assert found["nearby_people"].tolist() == [150, 1000, 900]  # exactly 8 km is nearby
    assert found["accessible_people"].tolist() == [950, 900, 1000]
    assert found["performance_pct"].tolist() == pytest.approx([100 * 950 / 150, 90, 100 * 1000 / 900])


def test_nobody_nearby_gives_no_share():
    found = analyses.transport_performance(times(np.zeros((3, 3))), PEOPLE * [0, 0, 1], HOMES, radius_km=1)
    assert found["performance_pct"].isna().tolist() == [True, True, False]


def test_places_that_are_missing_and_radii_that_are_none_are_refused():
    square = times(np.zeros((3, 3)))
    with pytest.raises(PlanningDataError, match="E-PERF-01"):
        analyses.transport_performance(square, PEOPLE, HOMES.iloc[:2])
    with pytest.raises(PlanningDataError, match="E-PERF-02"):
        analyses.transport_performance(square, PEOPLE, HOMES, radius_km=0)
    with pytest.raises(PlanningDataError, match="E-CRS-02"):
        analyses.transport_performance(square, PEOPLE, HOMES.set_crs(4326, allow_override=True))
    with pytest.raises(PlanningDataError, match="E-CRS-02"):  # Web Mercator: its kilometres are too long
        analyses.transport_performance(square, PEOPLE, HOMES.to_crs(3857))


def test_in_the_region_motorbikes_reach_more_of_the_near_people_than_transit():
    today, zones = layers.transport(), layers.zones()
    some = zones[zones["population_2019_people"] > 2000].iloc[::10]
    people = some["population_2019_people"]
    found = {
        mode: analyses.transport_performance(
            analyses.travel_times(today, some, mode=mode, limit_min=30), people.rename("people"), some
        )
        for mode in ("motorbike", "transit")
    }
    assert (found["motorbike"]["performance_pct"] >= found["transit"]["performance_pct"]).all()
    assert (found["motorbike"]["accessible_people"] > 0).all()


TABLE = pd.DataFrame({"lines": [1, 5, 3], "crossings": [10, 0, 20], "jobs": [0, 50, 100], "walk_min": [5, 5, 1]}, list("abc"))


def test_values_are_means_of_scores_and_levels_are_thirds():
    found = analyses.three_values(TABLE, node=["lines"], place=["crossings", "walk_min"], market=["jobs"])
    assert found["node_value"].tolist() == [0, 1, 0.5]
    assert found["place_value"].tolist() == [0.25, 0, 1]
    assert found["imbalance"].tolist() == [0.25, 1, 0.5]
    assert found["node_level"].tolist() == ["low", "high", "medium"]
    assert found["market_level"].tolist() == ["low", "medium", "high"]


@pytest.mark.parametrize(
    "groups",
    [
        {"node": ["lines"], "place": ["crossings"], "market": []},
        {"node": ["lines"], "place": ["lines"], "market": ["jobs"]},
        {"node": ["lanes"], "place": ["crossings"], "market": ["jobs"]},
    ],
)
def test_values_without_indicators_of_their_own_are_refused(groups):
    with pytest.raises(PlanningDataError, match="E-3V-01"):
        analyses.three_values(TABLE, **groups)
