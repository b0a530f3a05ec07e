"""People and jobs of a scenario: totals add up, whole numbers stay whole, what is not meant stays as it was."""

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame

import layers
from geo import METRIC, PlanningDataError, area_ha, to_wgs84

PEOPLE = "population_2019_people"
WEST_SOUTH = np.array([600_000.0, 1_220_000.0])


def squares(*corners, side=1000.0):
    """Squares by their lower left corner in kilometres."""
    boxes = [shapely.box(*(xy := WEST_SOUTH + np.array(corner) * 1000), *(xy + side)) for corner in corners]
    return GeoDataFrame(geometry=boxes, crs=METRIC)


@pytest.fixture
def zones():
    """Four squares of 1 km in a row."""
    frame = squares((0, 0), (1, 0), (2, 0), (3, 0)).set_axis(list("abcd"))
    return frame.assign(
        **{PEOPLE: [1000, 2000, 0, 500], "jobs_low": [80, 0, 0, 8], "jobs": [100, 0, 0, 10], "jobs_high": [120, 0, 0, 12]}
    )


def changed(zones, *changes):
    return layers.Scenario("what if", changes).apply(zones)


def refused(zones, change):
    with pytest.raises(PlanningDataError, match="E-SCN-01") as caught:
        changed(zones, change)
    return str(caught.value)


def points(*km, **columns):
    xy = WEST_SOUTH + np.array(km) * 1000
    return GeoDataFrame(columns, geometry=shapely.points(xy), crs=METRIC)


def test_jobs_at_points_go_to_their_zones_with_their_bounds(zones):
    new = changed(zones, layers.AddOpportunities("jobs", points((0.5, 0.5), (2.5, 0.5), (2.6, 0.6), jobs=[7, 20, 30])))
    assert new["jobs"].tolist() == [107, 0, 50, 10]
    assert new["jobs_low"].tolist() == [87, 0, 50, 8]
    assert new["jobs_high"].tolist() == [127, 0, 50, 12]
    assert new["jobs"].dtype == zones["jobs"].dtype
    assert new[PEOPLE].equals(zones[PEOPLE])
    assert zones["jobs"].tolist() == [100, 0, 0, 10]


def test_jobs_of_an_area_are_shared_by_overlap_and_add_up(zones):
    new = changed(zones, layers.AddOpportunities("jobs", to_wgs84(squares((0.75, 0.0))), total=101))
    assert (new["jobs"] - zones["jobs"]).tolist() == [25, 76, 0, 0]


def test_a_place_partly_outside_gives_all_it_has_to_the_zones_it_touches(zones):
    new = changed(zones, layers.AddOpportunities("jobs", squares((3.5, 0)).assign(jobs=40)))
    assert (new["jobs"] - zones["jobs"]).tolist() == [0, 0, 0, 40]


def test_land_that_is_used_otherwise_has_the_density_told(zones):
    new = changed(zones, layers.SetLandUse(squares((0.5, 0)), people_per_ha=100, jobs_per_ha=50))
    hectares = float(area_ha(squares((0.5, 0))).iloc[0])
    assert abs(new[PEOPLE].sum() - (500 + 1000 + 500 + 100 * hectares)) <= 1
    assert abs(new[PEOPLE]["a"] - (500 + 50 * hectares)) <= 1
    assert abs(new["jobs"]["b"] - 25 * hectares) <= 1
    assert new.loc[["c", "d"]].equals(zones.loc[["c", "d"]])
    assert ((new["jobs_low"] <= new["jobs"]) & (new["jobs"] <= new["jobs_high"])).all()
    assert all(new[name].dtype == zones[name].dtype for name in (PEOPLE, "jobs", "jobs_low"))


def test_a_density_that_is_not_told_stays(zones):
    new = changed(zones, layers.SetLandUse(squares((0.5, 0)), jobs_per_ha=50))
    assert new[PEOPLE].equals(zones[PEOPLE])
    assert not new["jobs"].equals(zones["jobs"])


def test_land_cleared_has_nobody_left_inside(zones):
    new = changed(zones, layers.SetLandUse(squares((0, 0)), people_per_ha=0, jobs_per_ha=0))
    assert new.loc["a", [PEOPLE, "jobs", "jobs_low", "jobs_high"]].tolist() == [0, 0, 0, 0]
    assert new[PEOPLE].tolist()[1:] == zones[PEOPLE].tolist()[1:]


def test_people_are_set_by_zone_or_scaled_to_a_total(zones):
    assert changed(zones, layers.SetPopulation({"c": 40, "a": 7}))[PEOPLE].tolist() == [7, 2000, 40, 500]
    assert changed(zones, layers.SetPopulation(total_people=7001))[PEOPLE].tolist() == [2000, 4001, 0, 1000]
    inside = layers.SetPopulation(total_people=6000, area=squares((0, 0), (1, 0)))
    assert changed(zones, inside)[PEOPLE].tolist() == [2000, 4000, 0, 500]


def test_changes_follow_each_other(zones):
    new = changed(zones, layers.SetPopulation(total_people=7000), layers.SetPopulation({"c": 3}))
    assert new[PEOPLE].tolist() == [2000, 4000, 3, 1000]


def test_the_totals_tell_what_every_change_does(zones):
    before = zones.copy()
    add, people = layers.AddOpportunities("jobs", points((0.5, 0.5), jobs=[7])), layers.SetPopulation(total_people=7000)
    told = layers.Scenario("both", [add, people, layers.RemoveLine("E")]).totals(zones)
    assert set(told["column"]) == {"jobs_low", "jobs", "jobs_high", PEOPLE}
    row = told.set_index("column")
    assert row.loc["jobs", ["before", "after", "added"]].tolist() == [110, 117, 7]
    assert row.loc[PEOPLE, ["before", "after", "added"]].tolist() == [3500, 7000, 3500]
    assert row.loc[PEOPLE, "change"] == people.label
    pd.testing.assert_frame_equal(zones, before)


def test_without_a_change_of_zones_the_frame_is_the_very_same(zones):
    assert layers.Scenario("nothing").apply(zones) is zones
    assert layers.Scenario("nothing").totals(zones).empty


REFUSED = {
    "no such column": (layers.AddOpportunities("beds", points((0.5, 0.5), beds=[5])), "E-SCN-03"),
    "no amounts": (layers.AddOpportunities("jobs", points((0.5, 0.5))), "E-SCN-03"),
    "amounts below 0": (layers.AddOpportunities("jobs", points((0.5, 0.5), jobs=[-5])), "E-SCN-02"),
    "null amounts": (layers.AddOpportunities("jobs", points((0.5, 0.5), jobs=[np.nan])), "E-SCN-02"),
    "a point outside": (layers.AddOpportunities("jobs", points((0.5, 0.5), (9, 9), jobs=[5, 5])), "E-SCN-06"),
    "an area outside": (layers.SetLandUse(squares((9, 9)), people_per_ha=5), "E-SCN-06"),
    "no density": (layers.SetLandUse(squares((0, 0))), "E-SCN-02"),
    "a density below 0": (layers.SetLandUse(squares((0, 0)), jobs_per_ha=-1), "E-SCN-02"),
    "no such zone": (layers.SetPopulation({"z": 5}), "E-SCN-03"),
    "people below 0": (layers.SetPopulation({"a": -5}), "E-SCN-02"),
    "no people told": (layers.SetPopulation(), "E-SCN-02"),
    "people told twice": (layers.SetPopulation({"a": 5}, total_people=7), "E-SCN-02"),
    "nobody to scale": (layers.SetPopulation(total_people=7, area=squares((2, 0))), "E-SCN-06"),
}


@pytest.mark.parametrize(("change", "code"), REFUSED.values(), ids=REFUSED)
def test_what_can_not_be_is_refused_with_its_code(zones, change, code):
    said = refused(zones, change)
    assert code in said
    assert "1 to mend" in said


def test_people_of_the_region_keep_their_totals_and_their_order_of_bounds():
    zones = layers.zones(7)
    plan = [
        layers.SetLandUse(layers.new_city(), people_per_ha=200, jobs_per_ha=100),
        layers.AddOpportunities("jobs", layers.science_park(), total=40_000),
        layers.SetPopulation(total_people=4_500_000),
    ]
    new = changed(zones, *plan)
    assert new[PEOPLE].sum() == 4_500_000
    assert ((new["jobs_low"] <= new["jobs"]) & (new["jobs"] <= new["jobs_high"])).all()
    added = layers.Scenario("plan", plan).totals(zones).query("column == 'jobs'").set_index("change")["added"]
    assert added["AddOpportunities 'jobs'"] == 40_000
    assert new.index.equals(zones.index)
    assert list(new.columns) == list(zones.columns)
