"""The strategic transport of the region: a road network from the corridors, today's lines, and planned ones on request."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geo import METRIC, PlanningDataError, length_km, nearest_names, to_wgs84
from geo.movement import CLOSED, CrowFlies, Hours, LocalRoads, Network, Timetable, Transport, deciseconds, node_lines
from layers import timetables
from layers.admin import units
from layers.lines import corridor_segments, corridors

ROADS = ("road", "expressway")
_DIVIDED_LANES = 4
_OF_TWO = ("built-up", "outside")  # the order of pairs in transport.toml


@cache
def rules() -> dict[str, Any]:
    """The parameters of the strategic network (data/transport.toml). Not to be changed."""
    return tomllib.loads((resources.files("layers") / "data" / "transport.toml").read_text(encoding="utf-8"))


def strategic_transport(planned: Iterable[str] = ()) -> Transport:
    """Streets, lines and walking of the region as of today; ``planned`` opens roads and lines that are not yet there.

    Streets are the existing corridors, noded where they cross and where ends come within a stated tolerance; expressways are
    entered at their interchanges only; lengths are the published ones where a line is a chord. Points join them over local
    streets with a stated detour. Lines are the buses of New City as of 2018-06-02 and Metro Line 1 of Ho Chi Minh City, by
    headway. Speeds are planning estimates calibrated to what drivers know (data/transport.toml).
    Errors: E-LINE-10 an id that is no planned road or line.
    """
    return _transport(tuple(sorted(set(planned))))


@cache
def _transport(planned: tuple[str, ...]) -> Transport:
    lines = corridors()
    _check(planned, lines)
    stretches, node_xy = _stretches(_roads(lines), {*lines.index[lines["status"].eq("existing")], *planned})
    streets = _network(stretches, node_xy)
    number = np.empty(len(node_xy), np.int32)  # the network orders its nodes anew
    number[streets.node_id] = np.arange(len(node_xy), dtype=np.int32)
    stops, services_now = timetables.lines(planned)
    return Transport(
        name="today" if not planned else "today and " + ", ".join(planned),
        streets=streets,
        joining=_local(stretches, node_xy, number, lines, planned),
        hours=_hours(),
        timetable=Timetable.from_lines(stops, services_now),
        walking=_walking(),
    )


def _check(planned: tuple[str, ...], lines: GeoDataFrame) -> None:
    known = set(lines.index[lines["status"].ne("existing") & lines["mode"].isin([*ROADS, *timetables.MODES])])
    for name in planned:
        if name not in known:
            raise PlanningDataError(
                "E-LINE-10", "no planned road or line of that name.", seen=name, mend=nearest_names(name, known)
            )


def _roads(lines: GeoDataFrame) -> GeoDataFrame:
    """Existing and planned roads; of a road that partly exists, the parts that are not the same as another road."""
    roads = lines[lines["mode"].isin(ROADS)].copy()
    roads["stated_km"] = roads["travel_length_km"]
    parts = corridor_segments().query("assumed_status != 'existing'")
    for name, group in parts[parts["corridor_id"].isin(roads.index)].groupby("corridor_id"):
        shape = shapely.line_merge(shapely.union_all(group.geometry.to_numpy()))
        published = group["length_km_published"].astype(float).sum(min_count=len(group))
        roads.loc[name, "geometry"] = shape
        roads.loc[name, "stated_km"] = published if published > 0 else float(length_km(group).sum())
    return roads


def _stretches(roads: GeoDataFrame, is_open: Collection[str]) -> tuple[GeoDataFrame, np.ndarray]:
    """The open stretches: index ``stretch_id``, ``line_id``, ``tail``, ``head``, ``length_km`` to travel, ``class``, ``area``.

    All roads are noded, open or not: opening one adds its stretches and leaves every other as it was.
    """
    network = rules()["network"]
    graph = node_lines(
        dict(zip(roads.index, roads.geometry, strict=True)),
        limited=_interchanges(roads),
        tolerance_m=network["tolerance_m"],
        step_m=network["step_m"],
    )
    edges = GeoDataFrame(graph.edges, geometry=graph.shapes, crs=METRIC)
    edges = edges[edges["line_id"].isin(is_open)]
    edges = edges[~_doubled(edges, roads)].reset_index(drop=True)
    stated = roads["stated_km"] / (roads.geometry.length / 1000)
    edges["length_km"] = edges["length_m"] / 1000 * edges["line_id"].map(stated).to_numpy()
    edges["lanes"] = edges["line_id"].map(roads["lanes"]).astype(float)
    edges["design_speed_kmh"] = edges["line_id"].map(roads["design_speed_kmh"]).astype(float)
    edges["class"] = _classes(edges["line_id"].map(roads["mode"]), edges["design_speed_kmh"])
    edges["area"] = np.where(_built_up(edges), *_OF_TWO)
    edges.index = pd.Index(
        [f"{line}:{part:03d}" for line, part in zip(edges["line_id"], edges.groupby("line_id").cumcount(), strict=True)]
    )
    return edges.drop(columns="length_m").rename_axis("stretch_id"), graph.node_xy


def _doubled(edges: GeoDataFrame, roads: GeoDataFrame) -> pd.Series:
    """Stretches between the same two nodes as another: two names of one road, of which the one built for more speed stays."""
    ends = pd.DataFrame({"low": edges[["tail", "head"]].min(axis=1), "high": edges[["tail", "head"]].max(axis=1)})
    speed = edges["line_id"].map(roads["design_speed_kmh"]).astype(float)
    order = np.lexsort((edges["line_id"], edges["length_m"], -speed))
    return ends.iloc[order].duplicated().reindex(edges.index)


def _interchanges(roads: GeoDataFrame) -> dict[str, list[str]]:
    """Expressway → roads it can be entered from; of a road not yet there, the one that shares its course as well."""
    fast = roads[roads["mode"].eq("expressway")]
    joined = {name: joined.split(";") for name, joined in fast["interchanges_with"].items()}
    shared = roads.loc[roads["status"].ne("existing"), "shared_with"].str.split(";").str[0]
    return {name: [*named, *(shared[road] for road in named if road in shared.index)] for name, named in joined.items()}


def _classes(mode: pd.Series, design_speed_kmh: pd.Series) -> np.ndarray:
    by_speed = rules()["classes"]
    found = np.select([design_speed_kmh >= least for least in by_speed.values()], list(by_speed), default="street")
    return np.where(mode.eq("expressway"), "expressway", found)


def _built_up(edges: GeoDataFrame) -> np.ndarray:
    """Whether the middle of a stretch lies in a dense unit or, outside all units, in the built-up south."""
    network = rules()["network"]
    before = units("2024")
    density = before["population_2019_people"] / before["mapped_area_ha"] * 100
    dense = shapely.union_all(before.geometry[density >= network["built_up_people_per_km2"]].to_numpy())
    known = shapely.union_all(before.geometry.to_numpy())
    middle = shapely.line_interpolate_point(edges.geometry.to_numpy(), 0.5, normalized=True)
    south = to_wgs84(GeoDataFrame(geometry=middle, crs=METRIC)).geometry.y.to_numpy() < network["built_up_south_of_lat"]
    return shapely.within(middle, dense) | (south & ~shapely.within(middle, known))


def _network(stretches: GeoDataFrame, node_xy: np.ndarray) -> Network:
    """Every stretch both ways."""
    back = stretches.set_geometry(stretches.geometry.reverse()).rename(columns={"tail": "head", "head": "tail"})
    arcs = pd.concat([stretches, back]).assign(length_m=lambda both: both["length_km"] * 1000)
    return Network.from_edges(node_xy, METRIC, arcs["tail"], arcs["head"], _weights(stretches), edges=arcs)


def _weights(stretches: GeoDataFrame) -> dict[str, np.ndarray]:
    """Deciseconds of every arc, both ways, by mode and band of the day ("car@peak"); closed where the mode may not go."""
    out = {}
    for mode in rules()["local"]["speed_kmh"]:
        speed_kmh = _speed_kmh(stretches, mode)
        for band in ("day", *rules()["hours"]):
            factor = _pair(rules()["hour_factor"].get(band, {}).get(mode, [1.0, 1.0]), stretches["area"])
            seconds = stretches["length_km"].to_numpy() / (speed_kmh * factor) * 3600
            ds = np.where(np.isfinite(seconds), deciseconds(np.where(np.isfinite(seconds), seconds, 1.0)), CLOSED)
            out[f"{mode}@{band}"] = np.concatenate([ds, ds])
    return out


def _speed_kmh(stretches: GeoDataFrame, mode: str) -> np.ndarray:
    """Speed driven by day = min(limit, design speed) × factor; NaN where the mode may not go."""
    flat = rules()["flat_kmh"].get(mode)
    if flat is not None:
        return np.where(stretches["class"].eq("expressway"), np.nan, float(flat))
    limits, factors = rules()["limit_kmh"][mode], rules()["factor"][mode]
    carriageway = np.where(stretches["lanes"] >= _DIVIDED_LANES, "divided", "undivided")
    kind = np.where(stretches["class"].eq("expressway"), "expressway", carriageway)
    limit = np.minimum(_by_area(limits, kind, stretches["area"]), stretches["design_speed_kmh"])
    return limit * _by_area(factors, stretches["class"].to_numpy(), stretches["area"])


def _by_area(table: Mapping[str, list[float]], key: np.ndarray, area: pd.Series) -> np.ndarray:
    pairs = np.array([table.get(name, [np.nan, np.nan]) for name in key], float)
    return np.where(area.eq(_OF_TWO[0]), pairs[:, 0], pairs[:, 1])


def _pair(values: list[float], area: pd.Series) -> np.ndarray:
    return np.where(area.eq(_OF_TWO[0]), *values)


def _local(
    stretches: GeoDataFrame, node_xy: np.ndarray, number: np.ndarray, lines: GeoDataFrame, planned: tuple[str, ...]
) -> LocalRoads:
    """Every node of a road that is no expressway can be entered, once for each road it lies on; planned ones come on top."""
    local = rules()["local"]
    slow = stretches[stretches["class"] != "expressway"]
    entries = pd.concat(
        [
            slow[["line_id", "tail"]].set_axis(["road", "node"], axis=1),
            slow[["line_id", "head"]].set_axis(["road", "node"], axis=1),
        ]
    )
    entries = entries.drop_duplicates().sort_values(["road", "node"])
    road, names = pd.factorize(entries["road"])
    return LocalRoads(
        detour=local["detour"],
        roads=local["roads"],
        reach_m=local["reach_km"] * 1000,
        direct_m=local["direct_km"] * 1000,
        speed_kmh=local["speed_kmh"],
        barriers=shapely.union_all(lines.geometry.loc[local["barriers"]].to_numpy()),
        entry_xy=node_xy[entries["node"]],
        entry_node=number[entries["node"]],
        entry_road=road.astype(np.int32),
        on_top=tuple(np.flatnonzero(names.isin(planned)).tolist()),
    )


def _hours() -> Hours:
    bands = ["day"] * 24
    for band, hours in rules()["hours"].items():
        for hour in hours:
            bands[hour] = band
    factors = {band: {mode: pair[0] for mode, pair in table.items()} for band, table in rules()["hour_factor"].items()}
    return Hours(tuple(bands), factors)


def _walking() -> CrowFlies:
    walking = rules()["walking"]
    return CrowFlies(walking["detour"], walking["access_km"] * 1000, walking["transfer_km"] * 1000)
