"""The closer look at one centre, held to what single calls say of it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

import analyses
import layers
from analyses.studies import CentreReach
from analyses.studies.centre_reach import centre_reach
from geo import to_metric

PEOPLE = "population_2019_people"
PEAK = analyses.Departure("07:00")


@pytest.fixture(scope="module")
def ground() -> analyses.StudyGround:
    return analyses.ready_study("first_look")[1]


@pytest.fixture(scope="module")
def reach(ground: analyses.StudyGround) -> CentreReach:
    study = analyses.ready_study("first_look")[0]
    return centre_reach(ground, "new_city", study.reach, PEAK, 180)


def test_the_hours_are_ordered_as_roads_are_full(reach: CentreReach) -> None:
    for mode in ("car", "motorbike"):
        night, day, peak = (reach.hours[f"{mode}_to_new_city_{hour}h_min"] for hour in ("22", "10", "07"))
        assert (night <= day).all()
        assert (day <= peak).all()
        assert night.mean() < day.mean() < peak.mean()


def test_bands_are_nested_and_hold_the_people_whose_zones_lie_in_them(ground: analyses.StudyGround, reach: CentreReach) -> None:
    bands = reach.bands
    assert bands["cutoff_min"].tolist() == [15, 30, 45, 60]
    assert bands[PEOPLE].is_monotonic_increasing
    for inner, outer in zip(bands.geometry.iloc[:-1], bands.geometry.iloc[1:], strict=True):
        assert shapely.difference(inner, outer).area < 1
    region = ground.zones.union_all()
    for band in bands.itertuples():
        cut = ground.zones.geometry.intersection(band.geometry).area / ground.zones.area  # people even over their zone
        assert band.population_2019_people == pytest.approx((cut * ground.zones[PEOPLE]).sum(), abs=1)
        outside = 1 - band.geometry.intersection(region).area / band.geometry.area
        assert band.outside_pct == pytest.approx(100 * outside, abs=0.06)
    assert bands["outside_pct"].iloc[-1] > 5  # south and west of the region people live who are not counted


def test_cells_tell_what_one_call_from_their_middle_tells(ground: analyses.StudyGround, reach: CentreReach) -> None:
    grid, values = reach.grid.grid, reach.grid.values
    assert grid.transform.a == -grid.transform.e == 500
    home = to_metric(ground.destinations.loc[["new_city"]]).geometry.iloc[0]
    column, row = (int(np.floor(part)) for part in ~grid.transform * (home.x, home.y))
    assert values[row, column] < 5
    rows, columns = np.nonzero(~np.ma.getmaskarray(values))
    some = slice(None, None, 997)
    x, y = grid.transform * (columns[some] + 0.5, rows[some] + 0.5)
    points = ground.zones.iloc[: len(x)][["geometry"]].set_geometry(shapely.points(x, y))
    again = analyses.travel_times(
        ground.today, points, ground.destinations.loc[["new_city"]], mode="motorbike", departure=PEAK, limit_min=180
    )
    assert np.allclose(again.at()[:, 0], values[rows[some], columns[some]].data, atol=0.051)
    region = ground.zones.union_all()
    assert region.contains(shapely.points(x, y)).all()
    assert len(rows) * 25 == pytest.approx(region.area / 10_000, rel=0.01)  # hectares


def test_everybody_has_one_first_centre_and_it_is_the_nearest(ground: analyses.StudyGround, reach: CentreReach) -> None:
    first = reach.first
    assert first[PEOPLE].sum() == ground.zones[PEOPLE].sum()
    assert not first.duplicated(["from_id", "to_id"]).any()
    ward = first.loc[first[PEOPLE].idxmax(), "from_id"]
    zones = ground.zones[ground.zones["ward_id"] == ward]
    centres = layers.centres()
    minutes = {
        centre: analyses.travel_times(
            ground.today, zones, centres.loc[[centre]], mode="motorbike", departure=PEAK, limit_min=180
        ).at()[:, 0]
        for centre in centres.index
    }
    nearest = [min(sorted(minutes), key=lambda centre, at=at: minutes[centre][at]) for at in range(len(zones))]
    people = zones[PEOPLE].groupby(nearest).sum()
    told = first[first["from_id"] == ward].set_index("to_id")
    assert told[PEOPLE].to_dict() == people[people > 0].to_dict()
    for centre, row in told.iterrows():
        mine = np.array(nearest) == centre
        mean = np.average(minutes[centre][mine], weights=zones[PEOPLE][mine])
        assert row["mean_travel_time_min"] == pytest.approx(mean, abs=0.06)
