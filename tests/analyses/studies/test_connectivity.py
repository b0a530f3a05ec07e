"""The study of connectivity: its tables are the calls a planner would make, and its sums hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analyses
import layers
from analyses.studies import ConnectivityFound, ConnectivityStudy, connectivity_study
from geo import PlanningDataError

AXIS = ["thu_duc", "new_city", "chon_thanh"]
TEXT = f"""kind = "connectivity"
title_vi = "Thử"
title_en = "Trial"
axis = {AXIS}
gateways = ["suoi_tien", "tan_son_nhat"]
modes = ["motorbike", "transit"]
within_min = [30, 60]
[base]
resolution = 6
[[scenarios]]
id = "plans"
title_vi = "Quy hoạch"
title_en = "Plans"
changes = [{{ change = "OpenPlanned", by_year = 2030 }}]
"""


def test_the_axis_is_the_corridor_table_at_both_hours(found: ConnectivityFound) -> None:
    places = layers.centres().loc[AXIS]
    for hour, time in (("peak", "07:00"), ("off_peak", "10:00")):
        own = analyses.corridor_times(layers.transport(), places, modes=["motorbike"], departure=analyses.Departure(time)).round(
            {"distance_km": 2, "travel_time_min": 1}
        )
        rows = found.axis[found.axis["scenario"].eq("today") & found.axis["hour"].eq(hour) & found.axis["mode"].eq("motorbike")]
        for column in ("from_id", "to_id", "distance_km", "travel_time_min"):
            assert rows[column].tolist() == own[column].tolist()
    by_bus = found.axis[found.axis["mode"] == "transit"].set_index(["scenario", "hour", "from_id", "to_id"])["travel_time_min"]
    assert np.isnan(by_bus["today", "peak", "thu_duc", "chon_thanh"])  # no line goes there
    assert 30 < by_bus["plans", "peak", "thu_duc", "new_city"] < 120  # the metro of 2030 does


def test_plans_never_make_the_axis_slower(found: ConnectivityFound) -> None:
    wide = found.axis.pivot_table(index=["hour", "mode", "from_id", "to_id"], columns="scenario", values="travel_time_min")
    assert (wide["plans"] <= wide["today"].fillna(np.inf) + 1e-9).all()


def test_people_within_reach_are_counted_by_hand(found: ConnectivityFound) -> None:
    zones = found.gateways
    for gateway in ("suoi_tien", "tan_son_nhat"):
        for limit in (30, 60):
            rows = found.reached.set_index(["scenario", "gateway_id", "mode", "within_min"])
            # minutes of the table are rounded to a tenth: none lies within a tenth of the limit here
            minutes = zones[f"motorbike_to_{gateway}_min"]
            assert not minutes.between(limit - 0.06, limit + 0.06).any()
            inside = zones.loc[minutes <= limit, "population_2019_people"].sum()
            assert rows.loc[("today", gateway, "motorbike", limit), "population_2019_people"] == inside
    nearest = zones[["motorbike_to_suoi_tien_min", "motorbike_to_tan_son_nhat_min"]].min(axis=1)
    pd.testing.assert_series_equal(zones["motorbike_to_nearest_min"], nearest, check_names=False)


def test_everybody_belongs_to_one_centre(found: ConnectivityFound, run: analyses.StudyRun) -> None:
    assert found.potential["population_2019_people"].sum() == run.ground.zones["population_2019_people"].sum()
    own = found.potential["population_2019_people"]
    assert (found.potential["people_potential_by_motorbike_today"] <= own.sum()).all()
    assert (found.pairs["from_id"] != found.pairs["to_id"]).all()
    assert len(found.pairs[found.pairs["mode"] == "motorbike"]) == 2 * 13 * 12  # scenarios, ordered pairs of centres


def test_failures_are_those_of_closing_the_road(found: ConnectivityFound, run: analyses.StudyRun) -> None:
    worst = found.failures[found.failures["failure"] == "road"].iloc[0]
    zones, places = run.ground.zones, run.ground.destinations.loc[AXIS]
    closed = layers.Scenario("x", [layers.CloseRoad([str(worst.name)], modes=["car"])]).apply(run.ground.today)
    times = [
        analyses.travel_times(net, zones, places, mode="car", departure=analyses.Departure("07:00"), limit_min=240).at()
        for net in (run.ground.today, closed)
    ]
    before, after = (one.astype(float) for one in times)
    both = np.isfinite(before) & np.isfinite(after)
    people = zones["population_2019_people"].to_numpy()[:, None]
    extra = (people * np.where(both, after - np.where(both, before, 0), 0)).sum()
    assert worst["extra_person_min"] == pytest.approx(extra, rel=1e-6)
    assert {"road", "bridge", "line"} == set(found.failures["failure"])
    assert found.failures["name_vi"].str.len().gt(2).all()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("'new_city'", "'new_cty'", "new_city"), ("suoi_tien", "soui_tien", "suoi_tien"), ("within_min", "within", "within_min")],
)
def test_misspelt_names_are_told_before_anything_runs(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanningDataError, match="E-TOML-03") as caught:
        analyses.ready_study(path)
    assert said in str(caught.value)


def test_the_model_and_the_run_are_published() -> None:
    assert ConnectivityStudy.model_fields["kind"].default == "connectivity"
    assert callable(connectivity_study)
