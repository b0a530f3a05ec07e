"""The study of industrial conversion: jobs conserved at every bound, ways of workers and floor by hand."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import analyses
import layers
from analyses.studies import ConversionFound
from analyses.studies.moved_jobs import arriving, leaving
from geo import PlanningDataError

BOUNDS = ["jobs_low", "jobs", "jobs_high"]
PEOPLE = "population_2019_people"
TEXT = """kind = "conversion"
title_vi = "Thử"
title_en = "Trial"
parks = ["songthan1", "binhan"]
candidates = ["vsip3", "caytruong"]
modes = ["motorbike", "transit"]
[base]
resolution = 7
[land]
housing_pct = 50.0
services_pct = 10.0
far_homes = [1.0, 2.0, 3.0]
far_services = [1.0, 1.0, 1.0]
efficiency = [0.5, 0.5, 0.5]
m2_per_person = [20, 25, 50]
m2_per_job = [50, 50, 50]
people_per_dwelling = 4.0
"""


def row_of_zones(*park_jobs: int) -> gpd.GeoDataFrame:
    cells = [shapely.box(600_000 + at, 1_220_000, 601_000 + at, 1_221_000) for at in range(0, 1000 * len(park_jobs), 1000)]
    columns = {"jobs": [jobs + 10 for jobs in park_jobs], "park_jobs": park_jobs}
    return gpd.GeoDataFrame(columns, index=list("abcdef")[: len(cells)], geometry=cells, crs="EPSG:9210")


def outline(*ends_m: tuple[int, int]) -> gpd.GeoDataFrame:
    shapes = [shapely.box(600_000 + start, 1_220_000, 600_000 + end, 1_221_000) for start, end in ends_m]
    return gpd.GeoDataFrame(index=[f"p{at}" for at in range(len(shapes))], geometry=shapes, crs="EPSG:9210")


def test_jobs_leave_where_they_are_and_never_more_than_there_are() -> None:
    zones, park = row_of_zones(100, 100, 0), outline((500, 2500))
    even = leaving(park, pd.Series({"p0": 90}), zones, "jobs")
    assert even.to_dict() == {"a": 30, "b": 60, "c": 0}  # by overlap 500 to 1,000 m; c counts no jobs in parks
    full = leaving(park, pd.Series({"p0": 200}), zones, "jobs")
    assert full.to_dict() == {"a": 90, "b": 110, "c": 0}  # b gives all of its 110, a the rest
    with pytest.raises(PlanningDataError, match="E-CONVERT-02"):
        leaving(park, pd.Series({"p0": 221}), zones, "jobs")


def test_jobs_arrive_by_overlap_and_add_up() -> None:
    found = arriving(outline((500, 1500), (2000, 3000)), pd.Series({"p0": 101, "p1": 7}), row_of_zones(0, 0, 0))
    assert found["c"] == 7
    assert sorted(found[["a", "b"]]) == [50, 51]


def test_what_is_displaced_arrives_exactly_at_every_bound(run: analyses.StudyRun, found: ConversionFound) -> None:
    own = layers.jobs().loc[["songthan1", "binhan"], BOUNDS]
    pd.testing.assert_frame_equal(found.moves.groupby("park_id")[BOUNDS].sum().loc[own.index], own, check_names=False)
    before, moved = run.ground.zones, found.zones["moved"]
    for name in BOUNDS:
        assert moved[name].sum() == before[name].sum()
        gone = (before[name] - moved[name]).clip(lower=0).sum()
        assert 0 < gone <= own[name].sum()  # a zone may give and get
        assert (moved[name] >= 0).all()
    assert (moved["jobs_low"] <= moved["jobs"]).all()
    assert (moved["jobs"] <= moved["jobs_high"]).all()
    assert moved[PEOPLE].equals(before[PEOPLE])
    # vsip3: 1,000 ha · 70 − 30,000 = 40,000 jobs of room, caytruong 700 · 70 = 49,000
    shares = found.moves.groupby("candidate_id")["jobs"].sum() / own["jobs"].sum()
    assert shares.to_dict() == pytest.approx({"vsip3": 40 / 89, "caytruong": 49 / 89}, abs=1e-4)


def test_homes_and_services_by_hand(found: ConversionFound) -> None:
    park = found.parks.loc["binhan"]  # 26 ha: 13 of homes, 2.6 of services
    assert park["new_people"] == 130_000 * 2 * 0.5 / 25 == 5200
    assert (park["new_people_low"], park["new_people_high"]) == (130_000 * 1 * 0.5 / 50, 130_000 * 3 * 0.5 / 20)
    assert park["new_dwellings"] == 5200 / 4
    assert park["new_jobs"] == 26_000 * 0.5 / 50 == 260
    moved, rebuilt = found.zones["moved"], found.zones["rebuilt"]
    assert rebuilt["jobs"].sum() - moved["jobs"].sum() == found.parks["new_jobs"].sum()
    assert rebuilt[PEOPLE].sum() - moved[PEOPLE].sum() == found.parks["new_people"].sum()
    housing = found.candidates["worker_housing_ha"]
    assert housing.to_dict() == {"vsip3": 20.0, "caytruong": 14.0}  # 2 % of 1,000 and 700 ha


def test_ways_of_workers_by_the_stated_rule(run: analyses.StudyRun, found: ConversionFound) -> None:
    zones, ends = run.ground.zones, layers.industrial_parks().loc[["songthan1", "vsip3"]]
    leaves = analyses.Departure("07:00", 60, (50,))
    minutes = analyses.travel_times(run.ground.today, zones, ends, mode="motorbike", departure=leaves, limit_min=180).at()
    near = minutes[:, 0] <= 45
    weight = zones[PEOPLE].to_numpy()[near] * 0.5 ** (minutes[near, 0].astype(float) / 10)
    ways = found.commute.set_index(["park_id", "work_id", "mode"])
    for work, to in (("songthan1", 0), ("vsip3", 1)):
        assert np.isfinite(minutes[near, to]).all()
        told = ways.loc[("songthan1", work, "motorbike")]
        assert told["mean_min"] == pytest.approx(np.average(minutes[near, to], weights=weight), rel=1e-6)
        assert told["longer_pct"] == pytest.approx(100 * weight[minutes[near, to] > 60].sum() / weight.sum(), abs=1e-6)
    assert found.homes["workers_people"].sum() == pytest.approx(found.parks["jobs"].sum(), abs=len(zones) * 0.05)


def test_access_falls_round_the_old_parks(found: ConversionFound) -> None:
    frame = found.access["moved"]
    column = "jobs_by_motorbike_within_45min_change"
    assert frame[column].min() >= -found.parks["jobs"].sum()
    assert frame.loc[frame.contains(found.parks.representative_point().iloc[0]), column].iloc[0] < 0
    better = found.access["rebuilt"][column] - frame[column]
    assert (better >= 0).all()
    assert better.max() <= found.parks["new_jobs"].sum()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"binhan"]', '"binhann"]', "binhan"),
        ('"caytruong"]', '"binhan"]', "twice"),
        ("housing_pct = 50.0", "housing_pct = 95.0", "more than the whole"),
    ],
)
def test_what_does_not_fit_is_told_before_anything_runs(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "trial.toml").write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanningDataError, match="E-TOML-03") as caught:
        analyses.ready_study(tmp_path / "trial.toml")
    assert said in str(caught.value)


def test_jobs_without_room_are_refused(tmp_path: Path) -> None:
    (tmp_path / "trial.toml").write_text(TEXT.replace("modes =", "full_jobs_per_ha = 31.0\nmodes =", 1), encoding="utf-8")
    with pytest.raises(PlanningDataError, match="E-CONVERT-01"):
        analyses.run_study(tmp_path / "trial.toml")
