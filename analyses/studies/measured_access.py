"""Access and equity for the study of all measures: competition-free beside competitive, active beside passive, by district."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import layers
from analyses.access import benefits, decay, equity, floating, nearness, opportunities, potential
from analyses.indicators import performance
from analyses.land import balance
from analyses.options import comparison
from analyses.studies.measured_base import CUTOFF_MIN, Base, Family, Used, number
from analyses.study.grounds import StudyGround
from analyses.travel import detour
from analyses.travel.reach import boundary_cut
from analyses.travel.times import TravelTimes
from geo import area_ha

HALF_LIFE_MIN, HEALTH_MIN, SPEED_KMH = 20.0, 30, 20.0
MODES = ("motorbike", "transit")
DECAYS: dict[str, decay.Decay] = {
    "decay_exponential": decay.decay_exponential(half_life_min=HALF_LIFE_MIN),
    "decay_gaussian": decay.decay_gaussian(HALF_LIFE_MIN),
    "decay_dai": decay.decay_dai(CUTOFF_MIN),
    "decay_power": decay.decay_power(1.0),
    "decay_linear": decay.decay_linear(HALF_LIFE_MIN, HALF_LIFE_MIN),
    "decay_step": decay.decay_step(CUTOFF_MIN),
    "decay_bands": decay.decay_bands([15, 30, 45], [1.0, 0.5, 0.2]),
    "decay_logistic": decay.decay_logistic(30, 8),
}
AT_MIN = (0, 5, 10, 15, 20, 30, 45, 60, 90)
STATED_TRIPS = (
    "nhu cầu giả định: 100 chuyến mỗi ngày giữa mỗi cặp trung tâm",
    "stated demand: 100 trips a day between every pair of centres",
)
NEXT_BEST = (
    "nhóm thu nhập chưa có dữ liệu: xếp hạng theo mật độ dân số",
    "no incomes in the data: ranked by density of people instead",
)


def access_family(base: Base) -> Family:
    """Access of the zones by both modes, and what several measures make of the same times."""
    zones = base.zones[["name_vi", "name_en", "unit_id", "geometry"]].assign(people=base.people)
    for mode in MODES:
        for name, column in _by_mode(base, mode).items():
            zones[name] = column
    side = _side_by_side(zones, base.ground)
    known = {"zones_access": zones.rename(columns={"people": base.ground.people}), "access_side_by_side": side}
    mean = {str(name): base.mean(zones[name]) for name in zones.columns[5:]}
    shown: dict[Callable[..., Any], tuple[str, str]] = {
        opportunities.opportunities_within: ("jobs_by_motorbike_within_45min", "jobs"),
        opportunities.opportunities_between: ("jobs_by_motorbike_between_30_and_60min", "jobs"),
        opportunities.gravity: ("jobs_by_motorbike_gravity", "jobs"),
        opportunities.time_to_nearest: ("hospital_by_motorbike_min", "min"),
        opportunities.dual_access: ("fifty_thousand_jobs_by_motorbike_min", "min"),
        opportunities.balancing_time: ("balancing_jobs_by_motorbike_min", "min"),
        floating.floating_catchment: ("jobs_per_100_people_by_motorbike", "jobs / 100 people"),
        floating.spatial_availability: ("available_jobs_per_100_people_by_motorbike", "jobs / 100 people"),
        performance.transport_performance: ("performance_by_motorbike_pct", "%"),
    }
    used = [Used(one, "zones_access", mean[name], unit) for one, (name, unit) in shown.items()]
    return Family((*used, *_further(base, known)), known)


def _by_mode(base: Base, mode: str) -> dict[str, pd.Series]:
    times, health = base.by_mode[mode], base.to_hospitals[mode]
    weigh = DECAYS["decay_exponential"]
    jobs, people = base.jobs, base.people
    back = TravelTimes(times.minutes.transpose(0, 2, 1), times.destinations, times.origins)
    shared = floating.spatial_availability(times, jobs, people, decay=weigh)
    balanced = opportunities.balancing_time(times, jobs, people * jobs.sum() / people.sum()).iloc[:, 0]
    performed = performance.transport_performance(times, people, base.zones)["performance_pct"]
    return {
        f"jobs_by_{mode}_within_45min": opportunities.opportunities_within(times, jobs, CUTOFF_MIN).iloc[:, 0],
        f"people_by_{mode}_within_45min": opportunities.opportunities_within(back, people, CUTOFF_MIN).iloc[:, 0],
        f"jobs_by_{mode}_gravity": opportunities.gravity(times, jobs, weigh).iloc[:, 0],
        f"jobs_by_{mode}_between_30_and_60min": opportunities.opportunities_between(times, jobs, 30, 60).iloc[:, 0],
        f"hospital_by_{mode}_min": opportunities.time_to_nearest(health).iloc[:, 0],
        f"hospitals_by_{mode}_within_30min": (health.at() <= HEALTH_MIN).sum(axis=1).astype(float),
        f"fifty_thousand_jobs_by_{mode}_min": opportunities.dual_access(times, jobs, 50_000).iloc[:, 0],
        f"balancing_jobs_by_{mode}_min": balanced,
        f"jobs_per_100_people_by_{mode}": 100 * floating.floating_catchment(times, jobs, people, cutoff_min=CUTOFF_MIN),
        f"available_jobs_per_100_people_by_{mode}": 100 * shared / people.where(people > 0),
        f"performance_by_{mode}_pct": performed,
        f"boundary_cut_by_{mode}_pct": boundary_cut(times, base.zones, base.zones, base.boundary, CUTOFF_MIN)["cut_pct"],
    }


def _side_by_side(zones: pd.DataFrame, ground: StudyGround) -> pd.DataFrame:
    """A row a district and mode, means over people: with competition or not, from here and to here, and the border's share."""
    names = layers.units("2024", workspace=ground.workspace)[["name_vi", "name_en"]]
    rows = []
    for unit, part in (*zones.groupby("unit_id"), ("all", zones)):
        called = ("toàn vùng", "everywhere") if unit == "all" else tuple(names.loc[str(unit)])
        people = part["people"]
        for mode in MODES:
            row: dict[str, object] = {"unit_id": unit, "name_vi": called[0], "name_en": called[1], "mode": mode}
            row[ground.people] = people.sum()
            for key, column in {
                "jobs_within_45min": f"jobs_by_{mode}_within_45min",
                "jobs_gravity": f"jobs_by_{mode}_gravity",
                "jobs_per_100_people": f"jobs_per_100_people_by_{mode}",
                "available_jobs_per_100_people": f"available_jobs_per_100_people_by_{mode}",
                "people_within_45min": f"people_by_{mode}_within_45min",
                "boundary_cut_pct": f"boundary_cut_by_{mode}_pct",
            }.items():
                known = people.where(part[column].notna(), 0)
                row[key] = float((part[column].fillna(0) * known).sum() / max(known.sum(), 1))
            rows.append(row)
    return pd.DataFrame(rows)


def _further(base: Base, tables: dict[str, pd.DataFrame]) -> list[Used]:
    """Measures of centres, of services, of the scenario and of ways, each in a table of its own."""
    centres, people = base.ground.destinations, base.people
    minutes = pd.DataFrame({"hospital": opportunities.time_to_nearest(base.to_hospitals["motorbike"]).iloc[:, 0]})
    nodes = layers.innovation_nodes(workspace=base.ground.workspace)
    minutes["innovation_node"] = opportunities.time_to_nearest(base.times("motorbike", nodes)).iloc[:, 0]
    fifteen = nearness.fifteen_minute_index(minutes, people)
    tables["fifteen_minutes"] = fifteen.rename_axis("service").reset_index()
    beside = nearness.co_location(base.times("motorbike", nodes, starts=nodes), nodes["helix"])
    tables["co_location"] = nodes[["name_vi", "name_en"]].join(beside)
    between = base.times("motorbike", centres, starts=centres)
    nearest = centres.index[centres.sindex.nearest(base.zones.centroid, return_all=False)[1]]
    masses, areas = (part.groupby(nearest).sum().reindex(centres.index) for part in (people, area_ha(base.zones)))
    inside = potential.internal_minutes(areas.fillna(areas.mean()), SPEED_KMH)
    found = potential.potential_access(between, masses.fillna(0), DECAYS["decay_exponential"], internal_min=inside)
    tables["centres_potential"] = centres[["name_vi", "name_en"]].join(found).assign(internal_min=inside).reset_index(drop=True)
    ways = detour.circuity(base.transport, centres, mode="motorbike")
    tables["circuity"] = ways
    mean_ways = detour.mean_circuity(ways)
    totals = comparison.comparison_totals(base.compared, by="unit_id")
    winners = comparison.winners_and_losers(base.compared, by="unit_id")
    change, better = (table.set_index("unit_id").loc["all"] for table in (totals, winners))
    tables |= {"scenario_totals": totals, "scenario_winners": winners}
    before, after = (base.times("transit", centres, transport, centres) for transport in (base.transport, base.planned))
    trips = pd.DataFrame(100.0, centres.index, centres.index)
    saved = benefits.rule_of_a_half(before, after, trips)
    tables["centres_saved"] = centres[["name_vi", "name_en"]].join(saved).reset_index(drop=True)
    hours = float(saved["saved_person_hours"].sum())
    weights = pd.DataFrame({name: one(np.array(AT_MIN)) for name, one in DECAYS.items()}).round(3)
    weights.insert(0, "travel_time_min", AT_MIN)
    tables["decays"] = weights
    homes = base.zones[(people + base.jobs) > 0]
    even = balance.jobs_housing_balance(people[homes.index], base.jobs[homes.index])
    tables["jobs_housing"] = homes[["name_vi", "name_en", "unit_id", "geometry"]].join(even)
    return [
        Used(nearness.fifteen_minute_index, "fifteen_minutes", number(fifteen.loc["all", "index_pct"]), "%"),
        Used(nearness.co_location, "co_location", float(beside["co_location"].mean()), "index"),
        Used(potential.internal_minutes, "centres_potential", float(inside.mean()), "min"),
        Used(potential.potential_access, "centres_potential", float(found.iloc[:, 0].max()), "people"),
        Used(detour.circuity, "circuity", float(ways["circuity"].max()), "ratio"),
        Used(detour.mean_circuity, "circuity", float(mean_ways.iloc[0]), "ratio"),
        Used(comparison.comparison_totals, "scenario_totals", number(change["mean_change"]), "jobs"),
        Used(comparison.winners_and_losers, "scenario_winners", number(better["better_people"]), "people"),
        Used(benefits.rule_of_a_half, "centres_saved", hours, "person hours", "derived", STATED_TRIPS),
        Used(balance.jobs_housing_balance, "jobs_housing", float(even.mean()), "0–1"),
        *(Used(getattr(decay, name), "decays", float(one(20.0)), "weight at 20 min") for name, one in DECAYS.items()),
    ]


def equity_family(base: Base, zones: pd.DataFrame) -> Family:
    """Inequality of access to jobs and to hospitals by both modes, in all and between districts."""
    people, groups = base.people, base.zones["unit_id"]
    levels = {f"{what}_by_{mode}_within_{t}min": t for mode in MODES for what, t in (("jobs", 45), ("hospitals", 30))}
    density = people / area_ha(base.zones)
    rows, districts = [], []
    for name in levels:
        level = zones[name].fillna(0)
        poor = equity.foster_greer_thorbecke(level, people, _median(level, people) / 2 or 1.0)
        rows.append(
            {
                "measure": name,
                "gini": equity.gini(level, people),
                "palma": _palma(level, people),
                "theil": equity.theil(level, people),
                "atkinson": equity.atkinson(level, people),
                "concentration_index": equity.concentration_index(level, people, density),
                "below_half_median_pct": 100 * float(poor.iloc[0]),
            }
        )
        parts = equity.theil_groups(level, people, groups)
        districts.append(parts.rename_axis("unit_id").reset_index().assign(measure=name))
    table, by_unit = pd.DataFrame(rows), pd.concat(districts, ignore_index=True)
    first = next(iter(levels))
    curve = equity.lorenz(zones[first].fillna(0), people)
    half = float(np.interp(0.5, curve["population_share"], curve["access_share"]))
    jobs = table.iloc[0]
    rich = by_unit[by_unit["measure"].eq(first)]
    used = (
        Used(equity.lorenz, "lorenz_curve", 100 * half, "% held by the worse-off half"),
        Used(equity.gini, "equity", float(jobs["gini"]), "0–1"),
        Used(equity.palma, "equity", float(jobs["palma"]), "ratio"),
        Used(equity.theil, "equity", float(jobs["theil"]), "index"),
        Used(equity.theil_groups, "equity_by_district", float(rich["between"].sum()), "index between districts"),
        Used(equity.concentration_index, "equity", float(jobs["concentration_index"]), "−1–1", "derived", NEXT_BEST),
        Used(equity.foster_greer_thorbecke, "equity", float(jobs["below_half_median_pct"]), "% of people"),
        Used(equity.atkinson, "equity", float(jobs["atkinson"]), "0–1"),
    )
    gaps = _gaps(base, zones, by_unit, list(levels))
    return Family(used, {"equity": table, "equity_by_district": by_unit, "lorenz_curve": curve, "gaps": gaps})


def _median(level: pd.Series, people: pd.Series) -> float:
    order = np.argsort(level.to_numpy(), kind="stable")
    held = np.cumsum(people.to_numpy()[order])
    return float(level.to_numpy()[order][np.searchsorted(held, held[-1] / 2)])


def _palma(level: pd.Series, people: pd.Series) -> float:
    """Null where the poorest 40 % reach nothing: there is no ratio."""
    order = np.argsort(level.to_numpy(), kind="stable")
    held = np.cumsum(people.to_numpy()[order]) / people.sum()
    return equity.palma(level, people) if (level.to_numpy()[order][held <= equity.POOREST] > 0).any() else np.nan


def _gaps(base: Base, zones: pd.DataFrame, by_unit: pd.DataFrame, levels: list[str]) -> pd.DataFrame:
    """The districts with their mean access and how far it is from the region's mean, in per cent of it."""
    units = layers.units("2024", workspace=base.ground.workspace)[["name_vi", "name_en", "geometry"]]
    held = by_unit.pivot_table(index="unit_id", columns="measure", values="mean_access")
    found = units.loc[units.index.isin(held.index)].copy()
    found[base.ground.people] = base.people.groupby(base.zones["unit_id"]).sum()
    for name in levels:
        region = base.mean(zones[name].fillna(0))
        found[name] = held[name]
        found[f"{name.split('_within')[0]}_gap_pct"] = 100 * (held[name] / region - 1)
    return found
