"""Planning practice for the study of all measures: people to come, tables that add up, people who do not live there."""

from __future__ import annotations

import pandas as pd

import layers
from analyses.planning.converted import converted_population
from analyses.planning.fitting import fit_to_totals
from analyses.planning.norms import norm_check
from analyses.planning.population import population_projection
from analyses.planning.station_areas_drawn import CIRCLE, SheetRules
from analyses.planning.station_counts import TODAY, SheetData
from analyses.planning.station_norms import station_norms
from analyses.planning.station_services import station_coverage
from analyses.planning.station_sheets import station_sheets
from analyses.studies.measured_base import Base, Family, Pair, Used, number
from analyses.studies.sheet_services import sheet_sites

YEARS, GROWTH_PCT = (2025, 2030, 2050), {2025: 3.5, 2030: 3.0, 2050: 1.5}
GROWN: Pair = (
    "tốc độ tăng dân số là giả định ví dụ, không phải dự báo được duyệt",
    "rates of growth are example assumptions, no approved forecast",
)
WORKERS: Pair = ("ví dụ: 10 % việc làm do người ở nơi khác đến làm", "example: 10 % of jobs held by people from elsewhere")
NORMS: Pair = ("đồ án ví dụ của 61.000 người", "the worked example of a plan, for 61,000 people")
NORM_DAY, COMMUTE_PCT = "2026-11-22", 10
BRT = "brt_newcity_suoitien"


def planning_family(base: Base) -> Family:
    """People of the districts in 2025, 2030 and 2050, converted population, people by district and ward of 2025."""
    zones, people = base.zones, base.ground.people
    by_unit = pd.DataFrame(
        {people: zones.groupby("unit_id")[people].sum(), "jobs": zones.groupby("unit_id")[base.ground.jobs].sum()}
    )
    grown = population_projection(by_unit, YEARS, people=people, growth_pct=GROWTH_PCT)
    workers = (by_unit["jobs"] * COMMUTE_PCT / 100).rename("workers")
    converted = converted_population(
        by_unit[people], workers.to_frame(), layers.conversion_factors(workspace=base.ground.workspace)
    )
    crossed = zones.pivot_table(index="ward_id", columns="unit_id", values=people, aggfunc="sum").fillna(0.0)
    crossed = crossed[crossed.sum(axis=1) > 0]
    rows, columns = crossed.sum(axis=1), crossed.sum() * 1.0
    fitted = fit_to_totals(crossed, rows * 1.25, columns * 1.25)
    data = SheetData(
        zones, people={TODAY: people}, jobs={TODAY: base.ground.jobs}, land=layers.land_use(workspace=base.ground.workspace)
    )
    rules, stops = SheetRules(draws=50, seed=base.study.seed), layers.stations(BRT, workspace=base.ground.workspace)
    sheets = station_sheets(stops, data, rules=rules)
    line = sheets.line.set_index(["area", "item", "state"])
    names = layers.units("2024", workspace=base.ground.workspace)[["name_vi", "name_en"]]
    on_day, terminal = layers.planning_norms(NORM_DAY), stops.iloc[:1]
    needs = station_norms(terminal, data, on_day, rules=rules)
    sites = sheet_sites(stops, base.ground.today, None, services=None, plan=None, scheme="QHPK", workspace=base.ground.workspace)
    reached = station_coverage(terminal, data, on_day, sites, rules=rules).table
    near_stops = float(reached["crow_pct_p50"].max())
    plan = layers.planning_example()
    norms = norm_check(plan.plan, plan.people, on=NORM_DAY, services=plan.services)
    tables: dict[str, pd.DataFrame] = {
        "norms_of_the_example": norms.table.join(norms.coverage).reset_index(),
        "population_projection": names.join(grown.people, how="right").reset_index(names="unit_id"),
        "converted_population": names.join(converted, how="right").reset_index(names="unit_id"),
        "station_figures": sheets.figures,
        "station_norm_needs": needs,
        "station_coverage": reached,
        "people_by_ward_and_district": fitted.table.add_prefix("population_").add_suffix("_people").reset_index(),
    }
    whole, to_come = float(converted["converted_people"].sum()), float(grown.fits["people"][2030])
    by_ward, near = float(fitted.table.to_numpy().sum()), number(line.loc[(CIRCLE, "people", TODAY), "p50"])
    return Family(
        (
            Used(population_projection, "population_projection", to_come, "people in 2030", "example", GROWN),
            Used(converted_population, "converted_population", whole, "people", "example", WORKERS),
            Used(fit_to_totals, "people_by_ward_and_district", by_ward, "people", "example", GROWN),
            Used(norm_check, "norms_of_the_example", float(norms.table["needed_m2"].sum() / 10_000), "ha", "example", NORMS),
            Used(station_sheets, "station_figures", near, "people within 1 km"),
            Used(station_norms, "station_norm_needs", float(needs["needed_ha_p50"].sum()), "ha"),
            Used(station_coverage, "station_coverage", near_stops, "% of people"),
        ),
        tables,
    )
