"""Services and innovation nodes within 15 minutes: by hand, monotone, refusals."""

import itertools

import numpy as np
import pandas as pd
import pytest

import analyses
from geo import PlanningDataError

HELIX = pd.Series({"s1": "state", "s2": "state", "e1": "enterprise", "e2": "enterprise", "u1": "school", "u2": "school"})
MINUTES = {"A": [5, 10, 15, 1, 2, 3], "B": [5, 15.1, 15, 99, 2, np.nan], "C": [1, 1, 1, 1, 20, 30]}
SERVICES = pd.DataFrame({"school": [5, 15, 20, np.inf], "clinic": [10, np.nan, 3, 40]}, index=list("abcd"))
PEOPLE = pd.Series({"a": 50, "b": 30, "c": 20, "d": 0})


def times():
    rows = [(zone, node, minute) for zone, minutes in MINUTES.items() for node, minute in zip(HELIX.index, minutes, strict=True)]
    return analyses.TravelTimes.from_frame(pd.DataFrame(rows, columns=["from_id", "to_id", "travel_time_min"]))


def test_co_location_by_hand():
    """Two of each; one of each; no school within 15 minutes, so nothing lies together."""
    table = analyses.co_location(times(), HELIX)
    assert table["co_location"].tolist() == pytest.approx([2, 1, 0])
    assert table.loc["C", "state_within_15min"] == 2
    assert table.index.tolist() == ["A", "B", "C"]


def test_a_longer_way_never_parts_what_lay_together():
    found = [analyses.co_location(times(), HELIX, cutoff_min=cutoff)["co_location"] for cutoff in (5, 15, 20, 30, 120)]
    assert all((more >= less).all() for less, more in itertools.pairwise(found))
    assert found[3]["C"] == pytest.approx(2)


@pytest.mark.parametrize(
    ("code", "kinds", "cutoff"),
    [
        ("E-KIND-01", HELIX.drop("s1"), 15),
        ("E-KIND-01", HELIX.replace("state", None), 15),
        ("E-KIND-02", pd.Series("state", HELIX.index), 15),
        ("E-KIND-03", HELIX, 0),
    ],
)
def test_nodes_without_a_kind_are_refused(code, kinds, cutoff):
    with pytest.raises(PlanningDataError, match=code):
        analyses.co_location(times(), kinds, cutoff_min=cutoff)


def test_the_fifteen_minute_index_by_hand():
    table = analyses.fifteen_minute_index(SERVICES, PEOPLE)
    assert table["people"].to_dict() == {"school": 80, "clinic": 70, "all": 50}
    assert table["index_pct"].to_dict() == {"school": 80, "clinic": 70, "all": 50}
    assert table["mean_min"].to_dict() == pytest.approx({"school": 11, "clinic": 8, "all": (50 * 10 + 20 * 20) / 70})


def test_more_minutes_never_serve_fewer_and_all_is_never_more_than_each():
    before = None
    for cutoff in (3, 15, 25, 60):
        share = analyses.fifteen_minute_index(SERVICES, PEOPLE, cutoff_min=cutoff)["index_pct"]
        assert share["all"] <= share.min()
        assert before is None or (share >= before).all()
        before = share


def test_nobody_reaching_a_service_is_null_and_zones_in_any_order_are_the_same():
    nowhere = SERVICES.assign(market=np.nan)
    table = analyses.fifteen_minute_index(nowhere, PEOPLE)
    assert np.isnan(table.loc["market", "mean_min"])
    assert table.loc["market", "index_pct"] == 0
    assert analyses.fifteen_minute_index(nowhere.iloc[::-1], PEOPLE).equals(table)


@pytest.mark.parametrize(
    ("code", "services", "people", "cutoff"),
    [
        ("E-FIFTEEN-01", SERVICES, PEOPLE.drop("a"), 15),
        ("E-FIFTEEN-01", SERVICES.iloc[1:], PEOPLE, 15),
        ("E-FIFTEEN-01", pd.concat([SERVICES, SERVICES]), PEOPLE, 15),
        ("E-FIFTEEN-01", SERVICES[[]], PEOPLE, 15),
        ("E-FIFTEEN-01", SERVICES.rename(columns={"school": "all"}), PEOPLE, 15),
        ("E-FIFTEEN-02", -SERVICES, PEOPLE, 15),
        ("E-FIFTEEN-02", SERVICES.assign(school="near"), PEOPLE, 15),
        ("E-FIFTEEN-02", SERVICES, -PEOPLE, 15),
        ("E-FIFTEEN-03", SERVICES, PEOPLE * 0, 15),
        ("E-FIFTEEN-04", SERVICES, PEOPLE, -1),
    ],
)
def test_services_that_can_not_be_judged_are_refused(code, services, people, cutoff):
    with pytest.raises(PlanningDataError, match=code):
        analyses.fifteen_minute_index(services, people, cutoff_min=cutoff)
