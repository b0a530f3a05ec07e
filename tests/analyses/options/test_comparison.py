"""Before and after by zone and by unit, who gains and who loses: against sums worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from geopandas import GeoDataFrame, points_from_xy

import analyses
from geo import METRIC, PlanningDataError

PEOPLE = "population_2019_people"
JOBS, MINUTES = "jobs_within_45min", "transit_to_centre_min"


@pytest.fixture
def zones():
    people, unit = [100, 300, 0, 50, 25], ["u", "u", "v", "v", "w"]
    points = points_from_xy(range(5), range(5))
    return GeoDataFrame({PEOPLE: people, "unit_id": unit}, index=list("abcde"), geometry=points, crs=METRIC)


BEFORE = pd.DataFrame({JOBS: [10, 0, 5, 40, 7], MINUTES: [30.0, 50.0, np.inf, np.inf, 20.0]}, index=list("abcde"))
AFTER = pd.DataFrame({JOBS: [15, 4, 5, 20, 7], MINUTES: [20.0, 50.0, np.inf, 60.0, np.inf]}, index=list("abcde"))


@pytest.fixture
def compared(zones):
    return analyses.compare(zones, BEFORE, AFTER, percent=True)


def row(table, measure, group="all"):
    return table[(table["measure"] == measure) & (table.iloc[:, 0] == group)].iloc[0]


def test_change_in_percent_is_null_where_there_was_nothing_or_nothing_is_reached(zones, compared):
    assert compared[f"{JOBS}_change_pct"].tolist()[0] == 50
    assert compared[f"{JOBS}_change_pct"].isna().tolist() == [False, True, False, False, False]
    assert compared[f"{MINUTES}_change_pct"].isna().tolist() == [False, False, True, True, True]
    assert np.isclose(compared.loc["a", f"{MINUTES}_change_pct"], -100 / 3)
    plain = analyses.compare(zones, BEFORE, AFTER)
    assert not [name for name in plain if name.endswith("_pct")]
    pd.testing.assert_frame_equal(plain, compared[list(plain.columns)])


def test_means_are_weighted_by_people_and_tell_who_is_left_out(compared):
    table = analyses.comparison_totals(compared)
    jobs, minutes = row(table, JOBS), row(table, MINUTES)
    assert np.isclose(jobs["mean_before"], (100 * 10 + 50 * 40 + 25 * 7) / 475)
    assert np.isclose(jobs["mean_after"], (100 * 15 + 300 * 4 + 50 * 20 + 25 * 7) / 475)
    assert np.isclose(jobs["mean_change"], (500 + 1200 - 1000) / 475)
    assert np.isclose(jobs["mean_change_pct"], 100 * 700 / 3175)
    assert (jobs["counted_people"], jobs["left_out_people"]) == (475, 0)
    assert (minutes["mean_before"], minutes["mean_after"]) == (45, 42.5)
    assert (minutes["counted_people"], minutes["left_out_people"]) == (400, 75)


def test_groups_add_up_to_all(compared):
    table = analyses.comparison_totals(compared, by="unit_id")
    assert list(table.columns[:2]) == ["unit_id", "measure"]
    for measure in (JOBS, MINUTES):
        mine = table[table["measure"] == measure].set_index("unit_id")
        assert list(mine.index) == ["all", "u", "v", "w"]
        parts = mine.drop("all")
        assert parts["counted_people"].sum() == mine["counted_people"]["all"]
        assert parts["left_out_people"].sum() == mine["left_out_people"]["all"]
        whole = (parts["mean_change"] * parts["counted_people"]).fillna(0).sum() / mine["counted_people"]["all"]
        assert np.isclose(whole, mine["mean_change"]["all"])
    assert np.isnan(row(table, MINUTES, "v")["mean_before"])


def test_more_jobs_and_fewer_minutes_are_gains_and_reached_beats_unreached(compared):
    table = analyses.winners_and_losers(compared)
    jobs, minutes = row(table, JOBS), row(table, MINUTES)
    assert [jobs[f"{side}_people"] for side in ("better", "worse", "same", "unreached")] == [400, 50, 25, 0]
    assert [minutes[f"{side}_people"] for side in ("better", "worse", "same", "unreached")] == [150, 25, 300, 0]
    assert np.isclose(jobs["better_pct"], 100 * 400 / 475)
    assert np.isclose(minutes["worse_pct"], 100 * 25 / 475)


def test_small_changes_count_as_none(compared):
    table = analyses.winners_and_losers(compared, by="unit_id", least_change=4)
    assert [row(table, JOBS)[f"{side}_people"] for side in ("better", "worse", "same")] == [100, 50, 325]
    assert row(table, JOBS, "u")["better_people"] == 100
    sides = table[[f"{side}_people" for side in ("better", "worse", "same", "unreached")]].sum(axis=1)
    assert sides.tolist() == table["measure"].map(lambda _: 0).add([475, 400, 50, 25] * 2).tolist()


def test_other_people_can_be_counted(compared):
    table = analyses.winners_and_losers(compared.assign(pupils=[1, 2, 3, 4, 5]), people="pupils")
    assert row(table, JOBS)["better_people"] == 3


@pytest.mark.parametrize(
    ("code", "options", "edit"),
    [
        ("E-CMP-03", {"by": "unit"}, {}),
        ("E-CMP-03", {"people": "pupils"}, {}),
        ("E-CMP-04", {}, {PEOPLE: [1, -1, 0, 0, 0]}),
        ("E-CMP-04", {}, {PEOPLE: [1, np.nan, 0, 0, 0]}),
    ],
)
def test_what_can_not_be_summed_is_refused(compared, code, options, edit):
    for summed in (analyses.comparison_totals, analyses.winners_and_losers):
        with pytest.raises(PlanningDataError, match=code):
            summed(compared.assign(**edit), **options)


def test_results_of_other_measures_or_other_zones_are_not_compared(zones):
    with pytest.raises(PlanningDataError) as caught:
        analyses.compare(zones, BEFORE, AFTER[[MINUTES, JOBS]])
    assert caught.value.code == "E-CMP-01"
    for pair in ((BEFORE.drop("b"), AFTER), (BEFORE, AFTER.rename({"b": "z"}))):
        with pytest.raises(PlanningDataError) as caught:
            analyses.compare(zones, *pair)
        assert caught.value.code == "E-CMP-02"
        assert "b" in caught.value.feature_ids
    mixed = analyses.compare(zones, BEFORE.iloc[::-1], AFTER.sample(frac=1, random_state=1))  # the ids tell, not the order
    pd.testing.assert_frame_equal(mixed, analyses.compare(zones, BEFORE, AFTER))


def test_frames_that_were_not_compared_and_negative_thresholds_are_refused(zones, compared):
    with pytest.raises(PlanningDataError, match="E-CMP-03"):
        analyses.comparison_totals(zones)
    with pytest.raises(PlanningDataError, match="E-CMP-05"):
        analyses.winners_and_losers(compared, least_change=-1)
