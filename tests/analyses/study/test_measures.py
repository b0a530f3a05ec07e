"""The study of all measures: none is missing, every value is finite, and what it tells is what the calls themselves give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import analyses
import layers
import maps.studies.measures as pages
from analyses.studies import MeasuresFound
from geo import PlanningDataError
from maps.measures_listing import measures


@pytest.fixture(scope="module")
def run() -> analyses.StudyRun:
    return analyses.run_study("all_measures")


@pytest.fixture(scope="module")
def found(run: analyses.StudyRun) -> MeasuresFound:
    return run.found


def test_every_measure_stands_in_a_table_with_a_finite_value(found: MeasuresFound) -> None:
    used = found.used.set_index("measure")
    stated = {one.name: one for one in measures()}
    assert set(stated) <= set(used.index), sorted(set(stated) - set(used.index))
    assert used.index.is_unique
    assert np.isfinite(used["value"]).all(), list(used.index[~np.isfinite(used["value"])])
    assert (used["unit"] != "").all()
    for name, row in used.iterrows():
        assert len(found.tables[row["table"]]) > 0, name
        assert row["equals"] == (stated[str(name)].peer if name in stated else "")
    told = used["note_vi"].ne("") & used["note_en"].ne("")
    assert told[used["basis"] != "region"].all()
    assert set(used["basis"]) == {"region", "derived", "example"}


def test_what_the_region_has_no_data_for_is_told_to_be_an_example(found: MeasuresFound) -> None:
    used = found.used.set_index("measure")
    for name in ("self_containment", "open_space_share", "slope_pct", "aspect", "station_capacity"):
        assert used.loc[name, "basis"] == "example"
    assert used.loc["slope_pct", "value"] == pytest.approx(10, rel=1e-4)  # on the ellipsoid; rises 1 m in 10 m
    assert used.loc["aspect", "value"] == pytest.approx(270)  # to the east, so it looks west
    assert used.loc["self_containment", "value"] == pytest.approx(60)  # 60 of the 100 who live there
    assert used.loc["open_space_share", "value"] == pytest.approx(22.58, abs=0.05)  # 20 and a rim of 10 m: 2.58
    assert used.loc["access_index", "value"] == pytest.approx(3)  # 30 / (4 + 60 / 15 + 2)


def test_access_by_district_is_the_mean_of_the_calls(run: analyses.StudyRun, found: MeasuresFound) -> None:
    zones = layers.zones(7)
    times = analyses.travel_times(layers.transport(), zones, mode="motorbike", departure=run.study.leaves(), limit_min=90)
    people = zones["population_2019_people"].astype(float)
    reached = analyses.opportunities_within(times, zones["jobs"], 45).iloc[:, 0]
    side = found.tables["access_side_by_side"].set_index(["unit_id", "mode"])
    here = zones["unit_id"].eq("ben_cat")
    assert side.loc[("ben_cat", "motorbike"), "jobs_within_45min"] == pytest.approx(
        np.average(reached[here], weights=people[here])
    )
    jobs, everyone = side.loc[("all", "motorbike"), ["available_jobs_per_100_people", "population_2019_people"]]
    assert jobs * everyone / 100 == pytest.approx(zones["jobs"].sum(), rel=1e-6)  # availability shares out every job once
    assert found.used.set_index("measure").loc["gini", "value"] == pytest.approx(analyses.gini(reached, people))
    out, back = side.xs("motorbike", level="mode").loc["all", ["jobs_within_45min", "people_within_45min"]]
    assert out > 0
    assert back > 0
    assert side["boundary_cut_pct"].between(0, 100).all()


def test_gaps_between_districts_cancel_out_over_people(found: MeasuresFound) -> None:
    gaps = found.gaps
    for name in [str(column) for column in gaps if str(column).endswith("_gap_pct")]:
        assert np.average(gaps[name], weights=gaps["population_2019_people"]) == pytest.approx(0, abs=1e-6), name
    by_unit = found.tables["equity_by_district"]
    theil = found.tables["equity"].set_index("measure")["theil"]
    np.testing.assert_allclose(by_unit.groupby("measure")[["between", "within"]].sum().sum(axis=1)[theil.index], theil)


def test_maps_tables_and_text_hold_every_measure(run: analyses.StudyRun, found: MeasuresFound) -> None:
    shown = list(pages.sheets(run.study, run.ground, found, lang="vi"))
    written = set(pages.tables(found)) | {one.name for one in shown}
    assert set(found.used["table"]) <= written
    sections = pages.report(run.study, run.ground, found, shown)
    listed = pd.concat([one.table for one in sections if one.table is not None and "basis_vi" in one.table])
    assert set(listed["measure"]) == set(found.used["measure"] + "()")
    assert not set(found.used["unit"]) - set(pages.UNITS_VI) - {"0–1", "−1–1", "%", "ha", "km", "km/h", "ρ"}


def test_a_study_without_a_scenario_is_refused(run: analyses.StudyRun) -> None:
    empty: Any = run.study.model_copy(update={"scenarios": ()})
    with pytest.raises(PlanningDataError) as caught:
        analyses.ready_study(empty)
    assert caught.value.code == "E-TOML-03"
