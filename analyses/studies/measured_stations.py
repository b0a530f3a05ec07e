"""Stations, streets, lines, indicators and sites for the study of all measures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import shapely
from geopandas import GeoDataFrame

import layers
from analyses.indicators import access_level, near_transit
from analyses.indicators import standard as indicators
from analyses.indicators.performance import three_values
from analyses.land.clusters import contiguous_sites
from analyses.land.floor_space import station_capacity
from analyses.land.strip import along_line, land_along
from analyses.networks import failures, screenlines
from analyses.networks.candidates import road_candidates
from analyses.networks.centrality import street_centrality
from analyses.networks.failing_streets import drawn_edges
from analyses.networks.streets_form import network_form
from analyses.options.line_speeds import line_figures
from analyses.options.trip_costs import fare_vnd, vehicle_cost_vnd
from analyses.scoring import scores, weights
from analyses.scoring import suitability_ as suitability
from analyses.scoring.factors import Factor, standardise
from analyses.sites import sites, siting
from analyses.stations import tod
from analyses.stations.catchments import land_within_stops
from analyses.stations.station_catchments import station_amounts, station_areas
from analyses.stations.station_indicators import tod_indicators
from analyses.studies.measured_base import Base, Family, Pair, Used, number
from analyses.travel import service
from analyses.travel.frequencies import departures_per_hour
from analyses.travel.rides import itinerary, timetable_of

BRT, METRO = "brt_newcity_suoitien", "metro_hcmc1"
RADIUS_M, SITES, WITHIN_MIN, CENTRALITY_M = 1000, 3, 30, 20_000
RURAL_PER_HA, PARK_PCT, DETOUR = 3.0, 50.0, 1.3
FORM: Pair = (
    "mạng đường trục (sơ đồ): nút và ô phố của đường nội bộ không có trong dữ liệu",
    "a strategic (schematic) network: junctions and blocks of local streets are not in the data",
)
RATES: Pair = (
    "hệ số sử dụng đất và diện tích mỗi người là giả định ví dụ, không phải quy hoạch được duyệt",
    "floor area ratios and m² a person are example assumptions, no approved plan",
)
PAIRS: Pair = ("so sánh cặp là ví dụ", "the pairwise judgements are an example")
COSTS: Pair = (
    "giá vé và chi phí là giả định quy hoạch, chưa kiểm chứng",
    "fares and costs are planning assumptions, not verified",
)
RURAL: Pair = (
    "nông thôn giả định: ô dưới 3 người/ha; đường trục coi là đi được quanh năm",
    "rural is assumed: hexagons under 3 people a hectare; strategic roads count as all-season",
)


def station_family(base: Base) -> Family:
    """The stops of the planned BRT with the line running: catchments, TOD, node and place."""
    stops, line, land = (
        layers.stations(BRT, workspace=base.ground.workspace),
        layers.brt_lines(workspace=base.ground.workspace),
        layers.land_use(workspace=base.ground.workspace),
    )
    counted = [base.ground.people, base.ground.jobs]
    areas = station_areas(stops, radius_m=[500, RADIUS_M], method="crow_fly", detour=DETOUR)
    amounts = station_amounts(areas, base.zones, counted)
    found = tod_indicators(stops, base.zones, transport=base.planned, radius_m=RADIUS_M, draws=50, seed=base.study.seed)
    chosen = found[["people_per_ha_p50", "jobs_per_ha_p50", "job_housing_balance_p50", "lines", "trips_per_hour"]].dropna()
    chosen = chosen.loc[:, chosen.max() > chosen.min()]
    names = stops.loc[chosen.index, ["name_vi", "name_en"]]
    node = [name for name in ("lines", "trips_per_hour") if name in chosen]
    place = [name for name in map(str, chosen) if name not in node and not name.startswith("jobs")]
    value = tod.node_place(chosen[node], chosen[place])
    index = tod.tod_index(chosen)
    three = three_values(chosen, node=node, place=place, market=["jobs_per_ha_p50"])
    even = scores.standardised(chosen)
    judged, components = weights.ahp_weights(_judgements()), weights.pca_weights(chosen)
    ours = service.station_service(base.planned, stops, departure=base.study.leaves())
    far_along = along_line(stops, line, reach_m=3000)
    beside = land_along(line, land)
    capacity = _capacity(stops, land, base.study.seed)
    shown = names.join([value, index, three.drop(columns=[c for c in three if c in index])])
    measured = [found.drop(columns="accuracy_m"), far_along.rename("along_km")]
    stations = stops[["name_vi", "name_en", "accuracy_m", "geometry"]].join(measured)
    tables: dict[str, pd.DataFrame] = {
        "stations": stations.join(ours.rename(columns={"lines": "lines_near", "trips_per_hour": "trips_per_hour_near"})),
        "station_areas": areas,
        "station_amounts": amounts,
        "station_scores": shown.reset_index(drop=True),
        "station_standardised": names.join(even).reset_index(drop=True),
        "station_capacity": capacity.reset_index(),
        "land_along_brt": beside,
        "weights": pd.concat(
            [_weights_table(judged.weights, "ahp"), _weights_table(components.weights, "pca")], ignore_index=True
        ),
    }
    whole = amounts.loc[f"all/{RADIUS_M}"]
    return Family(
        (
            Used(station_areas, "station_areas", float(areas["area_ha"].max()), "ha"),
            Used(station_amounts, "station_amounts", number(whole[base.ground.people]), "people within 1 km"),
            Used(tod_indicators, "stations", float(found["people_per_ha_p50"].max()), "people / ha"),
            Used(tod.tod_index, "station_scores", float(index["tod_index"].max()), "0–1"),
            Used(tod.node_place, "station_scores", float(value["node_score"].max()), "0–1"),
            Used(three_values, "station_scores", float(three["imbalance"].max()), "0–1"),
            Used(scores.standardised, "station_standardised", float(even.iloc[:, 0].mean()), "0–1"),
            Used(weights.ahp_weights, "weights", float(judged.weights["people"]), "weight", "example", PAIRS),
            Used(weights.pca_weights, "weights", float(components.weights.max()), "weight"),
            Used(service.station_service, "stations", float(ours["trips_per_hour"].max()), "departures / h"),
            Used(along_line, "stations", float(far_along.max()), "km"),
            Used(land_along, "land_along_brt", float(beside["area_ha"].sum()), "ha"),
            Used(station_capacity, "station_capacity", float(capacity["people"].sum()), "people", "example", RATES),
        ),
        tables,
    )


def _capacity(stops: GeoDataFrame, land: GeoDataFrame, seed: int) -> pd.DataFrame:
    """What the land round every stop may hold, at rates made up for the example."""
    round_stops = land_within_stops(stops, land, radii_m=[RADIUS_M], draws=20, seed=seed)
    alone = round_stops[round_stops["stop_id"].ne("all") & round_stops["assessable"]].set_index("stop_id")
    uses = alone[["urban_ha_p50", "urban_industrial_ha_p50"]].rename(columns=lambda name: name.removesuffix("_p50"))
    return station_capacity(
        uses,
        far=2.0,
        efficiency=0.8,
        m2_per_person={"urban": 25.0, "urban_industrial": 25.0},
        m2_per_job={"urban": 20.0, "urban_industrial": 40.0},
        home_pct={"urban": 60.0, "urban_industrial": 30.0},
        built_pct=50.0,
    )


def _judgements() -> pd.DataFrame:
    """People count twice as much as jobs, and these twice as much as service: an example for AHP."""
    criteria = ["people", "jobs", "service"]
    return pd.DataFrame([[1, 2, 4], [0.5, 1, 2], [0.25, 0.5, 1]], index=criteria, columns=criteria, dtype=float)


def _weights_table(found: pd.Series, method: str) -> pd.DataFrame:
    return found.rename("weight").rename_axis("criterion").reset_index().assign(method=method)


def network_family(base: Base) -> Family:
    """Form of the streets, centralities, failures, screenlines, and how near public transport runs."""
    net = base.transport
    units = layers.units("2024", workspace=base.ground.workspace)[["name_vi", "name_en", "geometry"]]
    form = network_form(drawn_edges(net).frame(net.crs), units)
    central = street_centrality(net, CENTRALITY_M, mode="car")
    centres = base.ground.destinations
    lost = failures.robustness(
        net, centres, centres, pd.Series(1.0, centres.index), candidates=road_candidates(net), mode="motorbike"
    )
    river = layers.waterways(workspace=base.ground.workspace).loc[["river_saigon"], ["geometry"]]
    roads, crossing = screenlines.screenline_roads(net, river, vehicles_per_lane_per_hour=1500), _crossing(base)
    lines = screenlines.screenline_lines(net, crossing, from_time="07:00", to_time="08:00")
    modes = {str(name): "metro" for name in layers.metro_lines(workspace=base.ground.workspace).index}
    named = {line: modes.get(line, "metro" if line.startswith("metro") else "bus") for line in map(str, _lines(base))}
    level = access_level.ptal(base.zones, net, line_modes=named)
    often = access_level.frequency_class(base.zones, net, line_modes=named)
    metro = [name for name, mode in named.items() if mode == "metro"]
    km = float(layers.metro_lines(workspace=base.ground.workspace).loc[metro, "length_km_published"].sum())
    rural = base.people.where(base.people / base.zones["area_ha"] < RURAL_PER_HA, 0)
    streets = drawn_edges(net).frame(net.crs)
    table = indicators.standard_indicators(
        net, base.zones, base.ground.people, line_modes=named, rapid_lines=metro, rapid_km=km, rural_people=rural,
        all_season_roads=streets, times=base.by_mode["motorbike"],
    )  # fmt: skip
    levels = base.zones[["name_vi", "name_en", "unit_id", "geometry"]].join(level[["access_index", "ptal"]])
    levels = levels.join(often).rename(columns={"class": "frequency_class"})
    example = pd.DataFrame([("a", "bus", 4, 7.5)], columns=["point_id", "mode", "walk_min", "per_hour"])
    by_hand = access_level.access_index(example)
    tables: dict[str, pd.DataFrame] = {
        "street_form": units.join(form),
        "street_centrality": central,
        "road_failures": lost,
        "screenline_roads": roads.reset_index(),
        "screenline_lines": lines.reset_index(drop=True),
        "transit_levels": levels.astype({"ptal": str, "frequency_class": str}),
        "standard_indicators": table.reset_index(),
    }
    value = table["value"]
    hourly = departures_per_hour(net, "07:00", "08:00")
    tables["departures"] = hourly
    return Family(
        (
            Used(network_form, "street_form", float(form["street_km"].sum()), "km", "region", FORM),
            Used(street_centrality, "street_centrality", float(central["betweenness"].max()), "pairs", "region", FORM),
            Used(failures.robustness, "road_failures", float(lost["extra_min"].max()), "min a trip"),
            Used(screenlines.screenline_roads, "screenline_roads", float(roads["lanes"].sum()), "lanes"),
            Used(screenlines.screenline_lines, "screenline_lines", float(lines["trips_per_hour"].sum()), "trips / h"),
            Used(access_level.ptal, "transit_levels", float(level["access_index"].max()), "index"),
            Used(access_level.access_index, "transit_levels", float(by_hand["access_index"].iloc[0]), "index", "example",
                 ("một điểm cách trạm 4 phút, 7,5 chuyến/giờ; chỉ số của các ô ở cột bên",
                  "one point 4 minutes from a bus at 7.5 an hour; the zones' own in the column beside")),
            Used(access_level.frequency_class, "transit_levels", float(often["bus_tram_per_hour"].max()), "departures / h"),
            Used(departures_per_hour, "departures", float(hourly["per_hour"].max()), "departures / h"),
            Used(near_transit.convenient_transport, "standard_indicators", value["sdg_11_2_1"], "%"),
            Used(near_transit.people_near_transit, "standard_indicators", value["pnt"], "%"),
            Used(near_transit.rapid_transit_ratio, "standard_indicators", value["rtr"], "km / 1,000,000"),
            Used(near_transit.rural_access, "standard_indicators", value[_rural(table)], "%", "derived", RURAL),
        ),
        tables,
    )  # fmt: skip


def site_family(base: Base) -> Family:
    """Where hospitals would serve best, the siting of the science park, and suitability by hexagon."""
    centres, people = base.ground.destinations, base.people
    times = base.times("motorbike", centres, limit_min=240)
    found: dict[Callable[..., Any], Any] = {
        sites.p_median: sites.p_median(times, people, SITES),
        sites.max_cover: sites.max_cover(times, people, SITES, WITHIN_MIN),
        sites.set_cover: sites.set_cover(times, 90),
        sites.p_center: sites.p_center(times, SITES),
    }
    names = centres["name_vi"], centres["name_en"]
    chosen = pd.DataFrame(
        [
            (one.__name__, *("; ".join(map(str, part[list(result.chosen)])) for part in names), result.value, result.gap_pct)
            for one, result in found.items()
        ],
        columns=["method", "sites_vi", "sites_en", "value", "gap_pct"],
    )
    dense = people / base.zones["area_ha"]
    values = pd.DataFrame({"people_per_ha": dense, "centre_min": times.at().min(axis=1)}, base.zones.index)
    factors = {"people_per_ha": Factor(0.5, worst=0, best=100), "centre_min": Factor(0.5, worst=60, best=0)}
    dry = pd.DataFrame({"no_industrial_park": base.zones["park_pct"] < PARK_PCT}, index=base.zones.index)
    fit = suitability.suitability(values, factors, constraints=dry)
    stable = suitability.suitability_sensitivity(values, factors, constraints=dry)
    judged = standardise(values["people_per_ha"], factors["people_per_ha"])
    best = contiguous_sites(base.zones, fit["suitability"], 2500.0, count=3)
    park = siting.science_park_siting(zones=None if base.ground.embedded else base.zones, workspace=base.ground.workspace)
    tables: dict[str, pd.DataFrame] = {
        "sites": chosen,
        "suitability": base.zones[["name_vi", "name_en", "unit_id", "geometry"]].join([values, fit]),
        "suitability_sensitivity": stable,
        "best_sites": best.assign(zone_ids=[";".join(map(str, ids)) for ids in best["zone_ids"]]),
        "science_park_sites": park.sites.drop(columns="zone_ids", errors="ignore"),
    }
    units = {sites.p_median: "person minutes", sites.max_cover: "people", sites.set_cover: "sites", sites.p_center: "min"}
    return Family(
        (
            *(Used(one, "sites", float(result.value), units[one]) for one, result in found.items()),
            Used(suitability.suitability, "suitability", float(fit["suitability"].max()), "0–1"),
            Used(suitability.suitability_sensitivity, "suitability_sensitivity", float(stable["rank_correlation"].min()), "ρ"),
            Used(standardise, "suitability", float(judged.max()), "0–1"),
            Used(contiguous_sites, "best_sites", float(best["suitability"].max()), "0–1"),
            Used(siting.science_park_siting, "science_park_sites", float(park.sites["suitability"].max()), "0–1"),
        ),
        tables,
    )


def cost_family(base: Base) -> Family:
    """Metro line 1 and what trips cost: from its first station to its last, and the same way by motorbike."""
    line = layers.stations(METRO, workspace=base.ground.workspace)
    ends = line.iloc[[0]], line.iloc[[-1]]
    figures = line_figures(
        base.transport, METRO, float(layers.metro_lines(workspace=base.ground.workspace).loc[METRO, "length_km_drawn"])
    )
    costs = layers.travel_costs(workspace=base.ground.workspace)
    fare = fare_vnd(itinerary(base.transport, *ends, departure=base.study.leaves()), timetable_of(base.transport), costs)
    ride = float(ends[0].geometry.iloc[0].distance(ends[1].geometry.iloc[0]) / 1000)
    own = vehicle_cost_vnd("motorbike", ride, costs)
    told = {**figures, "fare_vnd": fare, "straight_km": ride, "motorbike_cost_vnd": own}
    table = pd.DataFrame({"measure": list(told), "value": [number(value) for value in told.values()]})
    speed = next(number(value) for name, value in figures.items() if name.startswith("commercial_speed"))
    return Family(
        (
            Used(line_figures, "metro_line", speed, "km/h"),
            Used(fare_vnd, "metro_line", fare, "VND", "derived", COSTS),
            Used(vehicle_cost_vnd, "metro_line", own, "VND", "derived", COSTS),
        ),
        {"metro_line": table},
    )


def _crossing(base: Base) -> GeoDataFrame:
    """A screenline across the region at the height of New City, from west to east."""
    west, _, east, _ = base.zones.total_bounds
    north = float(base.ground.destinations.geometry["new_city"].y)
    return GeoDataFrame(geometry=[shapely.LineString([(west, north), (east, north)])], index=["new_city"], crs=base.zones.crs)


def _lines(base: Base) -> tuple[str, ...]:
    return tuple(timetable_of(base.transport).line_ids)


def _rural(table: pd.DataFrame) -> str:
    return next(str(key) for key in table.index if "rural" in str(key) or "9_1_1" in str(key))
