"""The study of TOD along a line: rings by hand on even ground, the growth against the package's own change, sums that hold."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import analyses
import layers
from analyses.studies import TodCorridorFound
from analyses.studies.tod_rings import Rings, TodGround, around_stops
from geo import PlanningDataError

PEOPLE, JOBS = "population_2019_people", "jobs"
RADII = (500, 1000)
CORE_HA, WHOLE_HA = np.pi * 25, np.pi * 100  # of circles of 500 and 1,000 m
X, Y = 600_000, 1_220_000  # a middle of the region, where the metric plane is true to 1 in 10,000
RINGS = Rings(people=((80, 100, 120), (40, 50, 60)), jobs=((0, 0, 0), (20, 30, 40)))
TEXT = """kind = "tod_corridor"
title_vi = "Thử"
title_en = "Trial"
line = "brt_newcity_suoitien"
scenario = "brt"
draws = 8
[base]
resolution = 6
[[scenarios]]
id = "brt"
title_vi = "Có"
title_en = "With"
changes = [{ change = "AddLine", name = "BRT", stops = "brt_newcity_suoitien", headway_min = 6, commercial_speed_kmh = 23 }]
[[phases]]
id = "later"
title_vi = "Sau"
title_en = "Later"
core = { people_per_ha = [100, 200, 300], jobs_per_ha = [50, 100, 150] }
transition = { people_per_ha = [60, 120, 180], jobs_per_ha = [30, 60, 90] }
"""


def even_ground(people_per_ha: float = 10, jobs_per_ha: float = 5, **columns: float) -> gpd.GeoDataFrame:
    """Squares of 1 km² (100 ha) over 8 km, all alike."""
    cells = [
        shapely.box(x, y, x + 1000, y + 1000) for x in range(X - 4000, X + 4000, 1000) for y in range(Y - 4000, Y + 4000, 1000)
    ]
    amounts = {PEOPLE: 100 * people_per_ha, JOBS: 100 * jobs_per_ha, **columns}
    return gpd.GeoDataFrame(
        amounts, index=pd.Index([f"z{n}" for n in range(64)], name="zone_id"), geometry=cells, crs="EPSG:9210"
    )


def stops(*accuracy_m: float) -> gpd.GeoDataFrame:
    ids = [f"s{number}" for number in range(len(accuracy_m))]
    return gpd.GeoDataFrame({"accuracy_m": accuracy_m}, index=ids, geometry=[shapely.Point(X, Y)] * len(ids), crs="EPSG:9210")


def told(zones: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> pd.DataFrame:
    rows = around_stops(places, TodGround(zones, PEOPLE, JOBS), {"plan": RINGS}, RADII, draws=50, seed=1)
    return rows.set_index(["stop_id", "radius_m", "state"])


def test_rings_are_filled_as_a_hand_fills_them() -> None:
    found = told(even_ground(), stops(0))
    ring_ha = WHOLE_HA - CORE_HA
    assert found.loc[("s0", 500, "today"), "people_p50"] == pytest.approx(10 * CORE_HA, rel=1e-3)
    assert found.loc[("s0", 1000, "today"), "jobs_p90"] == pytest.approx(5 * WHOLE_HA, rel=1e-3)
    for percent, core, ring in (("p10", 80, 40), ("p50", 100, 50), ("p90", 120, 60)):
        assert found.loc[("s0", 500, "plan"), f"people_{percent}"] == pytest.approx(core * CORE_HA, rel=1e-3)
        assert found.loc[("s0", 1000, "plan"), f"people_{percent}"] == pytest.approx(core * CORE_HA + ring * ring_ha, rel=1e-3)
    # the core asks for no jobs: the 5 a hectare of today stay
    assert found.loc[("s0", 1000, "plan"), "jobs_p50"] == pytest.approx(5 * CORE_HA + 30 * ring_ha, rel=1e-3)


def test_nobody_is_moved_and_parks_and_rivers_are_not_built_on() -> None:
    dense = told(even_ground(people_per_ha=150), stops(0))
    assert dense.loc[("s0", 1000, "plan"), "people_p90"] == pytest.approx(150 * WHOLE_HA, rel=1e-3)
    # half of every cell is a park with 300 of its 500 jobs, 50 ha are open: 300 + max(200, 30 · 50) jobs a cell in the ring
    half = told(even_ground(habitable_pct=50.0, park_jobs=300), stops(0))
    assert half.loc[("s0", 500, "plan"), "people_p50"] == pytest.approx(50 * CORE_HA, rel=1e-3)
    assert half.loc[("s0", 1000, "plan"), "jobs_p50"] == pytest.approx(5 * CORE_HA + 18 * (WHOLE_HA - CORE_HA), rel=1e-3)


def test_a_stop_that_nobody_can_place_gets_no_numbers() -> None:
    found = told(even_ground(), stops(0, 400, 1500))
    columns = ["people_p10", "people_p50", "people_p90", "jobs_p50"]
    assert found.loc[("s1", 500, "today"), columns].isna().all()  # 400 m are worse than half of 500
    assert found.loc[("s1", 1000, "today"), columns].notna().all()
    assert found.loc["s2", columns].isna().all(axis=None)
    assert found["assessable"].groupby("stop_id").sum().to_dict() == {"all": 4, "s0": 4, "s1": 2, "s2": 0}
    # on even ground a displaced circle holds the same; together with one at its middle it holds more than one, less than two
    one, both = found.loc[("s0", 1000, "today"), "people_p50"], found.loc[("all", 1000, "today"), "people_p50"]
    assert found.loc[("s1", 1000, "today"), "people_p10"] == pytest.approx(one)
    assert one < both < 2 * one


def test_growth_is_the_packages_own_change_of_land_where_nothing_denser_stands() -> None:
    zones = even_ground()
    even = Rings(people=((50,) * 3, (50,) * 3), jobs=((30,) * 3, (30,) * 3))
    circle = stops(0).assign(geometry=stops(0).buffer(1000, quad_segs=64))
    own = layers.Scenario("own", [layers.SetLandUse(circle, people_per_ha=50, jobs_per_ha=30)]).apply(zones)
    alike = TodGround(zones, PEOPLE, JOBS).with_phase(stops(0, 0), even, RADII).apply(zones)
    assert np.abs(alike[[PEOPLE, JOBS]] - own[[PEOPLE, JOBS]]).max(axis=None) <= 1  # whole people, the remainder placed otherwise
    grown = TodGround(zones, PEOPLE, JOBS).with_phase(stops(0, 0), RINGS, RADII).apply(zones)
    assert grown[PEOPLE].sum() == pytest.approx(64 * 1000 + 90 * CORE_HA + 40 * (WHOLE_HA - CORE_HA), rel=1e-3)
    assert (grown[[PEOPLE, JOBS]] >= zones[[PEOPLE, JOBS]]).all(axis=None)
    assert grown.loc["z0"].equals(zones.loc["z0"])


def test_stops_today_are_those_of_within_stops(run: analyses.StudyRun, found: TodCorridorFound) -> None:
    places = layers.stations("brt_newcity_suoitien")
    own = analyses.within_stops(places, run.ground.zones, [PEOPLE, JOBS], radii_m=RADII, draws=8, seed=0)
    own = own.set_index(["stop_id", "radius_m"])
    now = found.around[found.around["state"] == "today"].set_index(["stop_id", "radius_m"])
    assert now["assessable"].equals(own["assessable"].reindex(now.index))
    for mine, theirs in (("people", PEOPLE), ("jobs", JOBS)):
        for percent in ("p10", "p50", "p90"):
            a, b = now[f"{mine}_{percent}"], own[f"{theirs}_{percent}"].reindex(now.index)
            np.testing.assert_allclose(a, b, rtol=1e-9)
    assert found.stops["assessable"].sum() == 7  # five of the twelve are placeholders of 1,500 m


def test_the_line_only_helps_and_motorbikes_gain_from_land_alone(found: TodCorridorFound) -> None:
    line, later = found.access["line"], found.access["later"]
    assert (line["jobs_by_transit_within_45min_change"] >= 0).all()
    assert (line["jobs_by_motorbike_within_45min_change"] == 0).all()
    assert (later["jobs_by_transit_within_45min_after"] >= line["jobs_by_transit_within_45min_after"]).all()
    assert (later["jobs_by_motorbike_within_45min_change"] >= 0).all()
    most = found.added.set_index("state").loc["later", "added_jobs"]
    assert 0 < later["jobs_by_motorbike_within_45min_change"].max() <= most
    assert (found.winners["worse_people"] == 0).all()


def test_node_changes_with_the_line_and_place_with_the_land(found: TodCorridorFound) -> None:
    rows = found.positions.set_index(["state", "stop_id"])
    node, place = ["trips_per_hour", "lines", "jobs_within"], ["people_per_ha", "jobs_per_ha", "job_housing_balance"]
    pd.testing.assert_frame_equal(rows.loc["today", place], rows.loc["line", place])
    pd.testing.assert_frame_equal(rows.loc["line", node], rows.loc["later", node])
    gained = rows.loc["line", "trips_per_hour"] - rows.loc["today", "trips_per_hour"]
    inner = found.stops.index[1:-1]
    assert gained[inner].to_numpy() == pytest.approx(20)  # every 6 minutes both ways; the peak hour is full of them
    unknown = found.stops.index[~found.stops["assessable"]]
    assert (rows.loc["later"].loc[unknown, "node_place_class"] == "not_assessable").all()
    scored = rows.loc["today"].loc[found.stops.index[found.stops["assessable"]]]
    assert scored[["node_score", "place_score", "tod_index"]].ge(0).all(axis=None)
    assert scored[["node_score", "place_score", "tod_index"]].le(1).all(axis=None)
    judged = found.positions[found.positions["assessable"]].set_index(["state", "stop_id"])
    own = analyses.node_place(judged[node], judged[place])
    assert judged["node_place_class"].equals(own["node_place_class"])


def test_gradients_are_of_zones_near_the_line(run: analyses.StudyRun, found: TodCorridorFound) -> None:
    fits = found.gradients.set_index(["state", "amount"])
    assert fits.loc[("later", "people"), "central_per_ha"] > fits.loc[("today", "people"), "central_per_ha"]
    line = layers.corridors().loc["brt_newcity_suoitien"].geometry
    near = (run.ground.zones.centroid.distance(line) <= 10_000).sum()
    assert fits.loc[("today", "people"), "zones"] + fits.loc[("today", "people"), "empty_zones"] == near
    assert found.minutes.is_monotonic_increasing
    assert found.strip["to_km"].max() == found.stops["chainage_km"].max() == 30.8


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('line = "brt_newcity', 'line = "brt_new', "brt_newcity_suoitien"),
        ('scenario = "brt"', 'scenario = "bus"', "brt"),
        ("draws = 8", "draws = 20\nradii_m = [1000, 500]", "ascend"),
        ("people_per_ha = [100, 200, 300]", "people_per_ha = [300, 200, 100]", "ascend"),
        ('id = "later"', 'id = "today"', "ids"),
    ],
)
def test_what_does_not_fit_is_told_before_anything_runs(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "trial.toml").write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanningDataError, match="E-TOML-03") as caught:
        analyses.ready_study(tmp_path / "trial.toml")
    assert said in str(caught.value)
