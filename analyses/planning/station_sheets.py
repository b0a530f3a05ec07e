"""The TOD sheet of a station: what lies round it now and later, what fits there, what it reaches, each as a range."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from analyses._inputs import Floats
from analyses._zones import same_metric_crs
from analyses.land.balance import balance, region_ratio
from analyses.planning.ranges import low_middle_high, ranges
from analyses.planning.sheet_results import STATION, StationSheet, StationSheets
from analyses.planning.station_areas_drawn import CIRCLE, CORE, RING, SheetRules, StationPlaces, spread, union_of
from analyses.planning.station_counts import TODAY, Count, Counter, SheetData, land_of
from analyses.planning.station_reach import AFTER, BEFORE, TRANSIT, SheetTransport, station_reach
from analyses.planning.station_room import PhaseRates, room
from analyses.planning.station_worth import station_worth
from analyses.stations.walksheds import Shapes
from geo import PlanningDataError, nearest_names

COLUMNS = ("stop_id", "area", "item", "state", "assessable", "p10", "p50", "p90")
_HA = 10_000
_NO_PHASES: Mapping[str, PhaseRates] = MappingProxyType({})


def station_sheets(
    stops: GeoDataFrame,
    data: SheetData,
    *,
    rules: SheetRules = SheetRules(),  # noqa: B008 - a frozen value
    transport: SheetTransport | None = None,
    phases: Mapping[str, PhaseRates] = _NO_PHASES,
) -> StationSheets:
    """The TOD sheets of a line's stations, every number as p10, p50 and p90 over the places where a station may stand.

    Formula: Σ_z y_z area(z ∩ a) / area(z) over areas a round displaced stations; capacity Σ area · FAR · efficiency / (m² a
    person); what two stations share is counted once in the line, by the union of their areas draw by draw. Source: QĐ 3065/2025
    (1,000 m round the centre of a station, second-hand); Wilks 1941; Salat & Ollivier 2017.

    ``stops`` points with ``accuracy_m`` (root mean square error; 0 exact) in the CRS of ``data``. Where the accuracy is worse
    than half of what an area reaches nothing is said of it: ``assessable`` False, null. Without streets in the transport walks
    are circles shortened by its detour. What is reached is told for all stations: 45 minutes reach much farther than any error.
    ``phases`` by id. Errors: E-STOP-01, E-STOP-03 (ids twice), E-SHEET-01 to -03, E-CRS-02, E-CAPACITY-01 to -05, and those of
    `travel_times`.
    """
    same_metric_crs(stops, data.zones)
    if stops.index.has_duplicates:
        ids = list(stops.index[stops.index.duplicated()])
        raise PlanningDataError("E-STOP-03", "stations stand twice.", feature_ids=ids, mend="give every station its own id.")
    places = StationPlaces(stops, rules, transport.before if transport else None)
    counter = Counter(data, rules.take)
    rows, lines, kept = _counted(places, counter, phases)
    reach = {} if transport is None else station_reach(places, transport, data.zones, data.jobs[TODAY])
    for (item, state), values in reach.items():
        told = ranges(values, np.ones(len(stops), bool))
        for at, stop in enumerate(stops.index):
            rows.append((stop, STATION, item, state, True, *(told[p][at] for p in ("p10", "p50", "p90"))))
    figures = pd.DataFrame(rows, columns=list(COLUMNS))
    worth = _worth(places, data, kept, reach, phases)
    return StationSheets(MappingProxyType(_sheets(places, data, figures, worth)), _line(lines, figures), figures)


def station_sheet(
    station: Hashable,
    stops: GeoDataFrame,
    data: SheetData,
    *,
    rules: SheetRules = SheetRules(),  # noqa: B008 - a frozen value
    transport: SheetTransport | None = None,
    phases: Mapping[str, PhaseRates] = _NO_PHASES,
) -> StationSheet:
    """The TOD sheet of one station among the ``stops`` of its line, which its values are compared with; see `station_sheets`.

    Errors: E-SHEET-04 (no such station), and those of `station_sheets`.

    >>> import geopandas as gpd, shapely
    >>> zones = gpd.GeoDataFrame({"people": [4000], "jobs": [800]}, geometry=[shapely.box(0, 0, 4000, 4000)], crs="EPSG:9210")
    >>> stops = gpd.GeoDataFrame({"accuracy_m": [0.0]}, geometry=[shapely.Point(2000, 2000)], index=["A"], crs="EPSG:9210")
    >>> sheet = station_sheet("A", stops, SheetData(zones, people={"today": "people"}, jobs={"today": "jobs"}))
    >>> [round(number) for number in sheet.figure("people")]
    [785, 785, 785]
    """
    if station not in stops.index:
        raise PlanningDataError(
            "E-SHEET-04", "no such station.", seen=station, mend=nearest_names(str(station), map(str, stops.index))
        )
    return station_sheets(stops, data, rules=rules, transport=transport, phases=phases).sheets[station]


Kept = dict[Count, list[Floats]]  # [station][draw] of the stations known at the circle


def _counted(
    places: StationPlaces, counter: Counter, phases: Mapping[str, PhaseRates]
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]], Kept]:
    """Rows of every station, rows of the line, and the numbers of the circle draw by draw."""
    rows: list[tuple[object, ...]] = []
    kept: Kept = {}
    shapes = []
    items: dict[Count, None] = {}
    for at, stop in enumerate(places.stops.index):
        shapes.append(places.shapes(at))
        counts = counter.count(shapes[-1]) if shapes[-1] else {}
        triples = _triples(counts, phases)
        items |= dict.fromkeys(triples)
        rows += [(stop, *one, True, *told) for one, told in triples.items() if places.known[one.area][at]]
        if CIRCLE in shapes[-1]:
            for one, values in {**counts, **_middle(counts, phases)}.items():
                if one.area == CIRCLE:
                    kept.setdefault(one, []).append(spread(values, places.rules.draws))
    said = {row[:4] for row in rows}
    silent = ((stop, *one) for stop in places.stops.index for one in items)
    rows += [(*key, False, np.nan, np.nan, np.nan) for key in silent if key not in said]
    return rows, _line_rows(places, counter, phases, shapes), kept


def _line_rows(
    places: StationPlaces, counter: Counter, phases: Mapping[str, PhaseRates], shapes: list[dict[str, Shapes]]
) -> list[tuple[object, ...]]:
    """Figures of all stations together, core and ring of those whose core can be told."""
    stations = {area: int(known.sum()) for area, known in places.known.items()}

    def united(asked: list[dict[str, Shapes]]) -> dict[Count, Floats]:
        areas = {area: None for one in asked for area in one}
        unions = {area: union_of([one[area] for one in asked if area in one], places.rules.draws) for area in areas}
        return _triples(counter.count(unions), phases) if unions else {}

    close = [one for one, known in zip(shapes, places.known[CORE], strict=True) if known]
    told = {one: values for one, values in united(shapes).items() if one.area not in (CORE, RING)}
    told |= {one: values for one, values in united(close).items() if one.area in (CORE, RING)}
    return [(*one, stations[one.area], *values) for one, values in told.items()]


def _triples(counts: Mapping[Count, Floats], phases: Mapping[str, PhaseRates]) -> dict[Count, Floats]:
    """Low, middle, high of every count and capacity."""
    found = {one: low_middle_high(values[None])[:, 0] for one, values in counts.items()}
    for phase, by_item in _rooms(counts, phases).items():
        for (area, item), values in by_item.items():
            ends = [low_middle_high(row[None])[place, 0] for place, row in enumerate(values)]
            found[Count(area, item, phase)] = np.array(ends)
    return found


def _rooms(counts: Mapping[Count, Floats], phases: Mapping[str, PhaseRates]) -> dict[str, dict[tuple[str, str], Floats]]:
    """By phase the room of core, ring and circle, [low–high, draw]; where one of them is counted, so are the others."""
    areas = {area: land_of(counts, area) for area in (CORE, RING)}
    if areas[CORE].empty:
        return {}
    found = {}
    for phase, rates in phases.items():
        held = room(areas, rates)
        items = dict.fromkeys(item for _, item in held)
        found[phase] = held | {(CIRCLE, item): held[CORE, item] + held[RING, item] for item in items}
    return found


def _middle(counts: Mapping[Count, Floats], phases: Mapping[str, PhaseRates]) -> dict[Count, Floats]:
    return {
        Count(area, item, phase): values[1]
        for phase, by_item in _rooms(counts, phases).items()
        for (area, item), values in by_item.items()
    }


def _line(rows: list[tuple[object, ...]], figures: pd.DataFrame) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["area", "item", "state", "stations", "p10", "p50", "p90"])
    single = figures[figures["area"] != STATION].groupby(["area", "item", "state"])["p50"].sum()
    sums = np.array([single.get(key, np.nan) for key in zip(table["area"], table["item"], table["state"], strict=True)], float)
    middle = table["p50"].to_numpy(float)
    twice = np.divide(sums - middle, middle, out=np.full(len(table), np.nan), where=middle > 0)
    return table.assign(twice_pct=np.where(table["item"].str.endswith("_pct"), np.nan, 100 * twice))


def _worth(
    places: StationPlaces, data: SheetData, kept: Kept, reach: Mapping[tuple[str, str], Floats], phases: Mapping[str, PhaseRates]
) -> pd.DataFrame:
    """Node, place and market of the stations known at the circle."""
    known = places.known[CIRCLE]
    held = {(one.item, one.state): np.stack(values) for one, values in kept.items() if len(values) == known.sum()}
    if not held:
        return pd.DataFrame(index=places.stops.index[:0])
    hectares = np.pi * places.rules.radii_m[1] ** 2 / _HA
    people, jobs = held["people", TODAY], held["jobs", TODAY]
    ratio = region_ratio(data.zones[data.people[TODAY]], data.zones[data.jobs[TODAY]])
    later = AFTER if any(state == AFTER for _, state in reach) else BEFORE
    within = f"jobs_within_{places.rules.cutoff_min:g}min_by_{TRANSIT}"
    node = {item: reach[item, later][known] for item in ("lines", "trips_per_hour", within) if (item, later) in reach}
    place = {
        "people_per_ha": people / hectares,
        "jobs_per_ha": jobs / hectares,
        "balance": balance(people.ravel(), jobs.ravel(), ratio).reshape(people.shape),
    }
    market = {}
    if (within, AFTER) in reach:
        market["jobs_gained"] = (reach[within, AFTER] - reach[within, BEFORE])[known]
    last = list(data.people)[-1]
    if last != TODAY:
        market["people_to_come"] = held["people", last] - people
    for phase in list(phases)[-1:]:
        if ("capacity_people", phase) in held:
            market["room"] = held["capacity_people", phase] + held["capacity_jobs", phase] - people - jobs
    return station_worth({"node": node, "place": place, "market": market}, places.stops.index[known])


def _sheets(places: StationPlaces, data: SheetData, figures: pd.DataFrame, worth: pd.DataFrame) -> dict[Hashable, StationSheet]:
    areas = places.drawn()
    given = {"land": data.land, "buildings": data.buildings}
    missing = tuple(name for name, frame in given.items() if frame is None)
    found: dict[Hashable, StationSheet] = {}
    for stop, row in places.stops.iterrows():
        mine = areas[areas["stop_id"] == stop].set_index("area").drop(columns="stop_id")
        land = _land_in(data, mine.geometry[CIRCLE])
        own = figures[figures["stop_id"] == stop].drop(columns="stop_id").reset_index(drop=True)
        valued = worth.loc[stop] if stop in worth.index else pd.Series(dtype=object)
        found[stop] = StationSheet(row, own, mine, land, valued, places.rules, missing)
    return found


def _land_in(data: SheetData, circle: shapely.Polygon) -> GeoDataFrame:
    if data.land is None:
        return data.zones.geometry.iloc[:0].to_frame("geometry")
    cut = data.land[data.land.intersects(circle)].clip(circle)
    return cut[cut.area > 0]  # a parcel that touches the circle leaves a point of it
