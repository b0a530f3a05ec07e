"""The five Ds round every station - density, diversity, design, destinations, distance - with capacity and economy, as ranges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from analyses._inputs import Floats, above_zero, amounts_on, id_order
from analyses._zones import checked_zones, same_metric_crs, small_overlaps
from analyses.access.opportunities import opportunities_within
from analyses.land.balance import balance, region_ratio
from analyses.stations.displaced import accuracies_m, displaced_xy, range_columns
from analyses.stations.station_catchments import TAKES, total, zone_shares
from analyses.stations.walksheds import CELL_M, NETWORK, Walk, walk_rule
from analyses.travel.matrices import centres_xy, travel_times
from analyses.travel.service import AROUND_M, station_service
from analyses.travel.times import Departure
from geo import PlanningDataError, ground_m2, nearest_names
from geo.movement import Network, Transport

RINGS = 5
_HA, _KM2 = 10_000, 1_000_000
_JUNCTION = 3  # streets that meet
_SLIVER_PCT = 0.01


def tod_indicators(  # noqa: PLR0913 - one table with its documented defaults, all by keyword
    stops: GeoDataFrame,
    zones: GeoDataFrame,
    *,
    transport: Transport | None = None,
    radius_m: float = 1000,
    people: str = "population_2019_people",
    jobs: str = "jobs",
    further: Sequence[str] = (),
    land_use: Sequence[str] = (),
    method: str | None = None,
    detour: float | None = None,
    take: str = "part",
    departure: Departure | None = None,
    cutoff_min: float = 45,
    draws: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """What node–place and TOD indices are made of, for every station, as p10, p50 and p90 where its place is not exact.

    Formula: density Σ y / A; mix −Σ p ln p / ln K; balance 1 − |J − aP| / (J + aP); walk Σ_r P_r m_r / Σ_r P_r over five rings r
    with middle m; junctions / A; ped-shed A / π r². Source: Cervero & Kockelman 1997; Ewing & Cervero 2010.

    A station with ``accuracy_m`` is displaced ``draws`` times by a normal error of that size (an exact one is 0 m) and its area
    drawn each time, by the rules of `station_areas` (streets in cells of 50 m); ``take`` cuts zones as in `station_amounts`.
    Where the accuracy is worse than half of ``radius_m``, ``assessable`` is False and ranges are null. ``zones`` partition the
    ground; stops and transport are in their metric CRS; ``further`` are more amounts (jobs in parks, floor), ``land_use`` amounts
    by class whose mix counts. Returns on the stops' index ``accuracy_m``, ``assessable``, and

    - density ``people_per_ha``, ``jobs_per_ha``; economy ``<further>_per_ha``
    - diversity ``activity_mix``, ``job_housing_balance`` (a = Σ J / Σ P of all zones), ``land_use_mix``: 0 where nothing is
    - distance ``people_walk_m``, mean street metres of the people to the station, null if nobody lives there in some draw
    - ``covered_pct`` of the area that lies in zones; design, over streets alone: ``ped_shed_ratio``, ``junctions_per_km2``

    each with ``_p10 _p50 _p90``; and with lines in ``transport``, of the station as it is drawn: capacity ``lines``,
    ``trips_per_hour`` within 250 m, destinations ``<jobs>_within_<T>min`` by transit. Errors: E-STOP-01 (no accuracy), E-STOP-02
    (stations outside all zones, or off all streets), E-IND-02 (amounts null, infinite, below 0), E-IND-03 (columns, take),
    E-BALANCE-04, E-POLY-01 to -04, E-CRS-02, E-ORIGIN-01, E-AREA-01 to -03, and those of `travel_times`.
    """
    names = [people, jobs, *further, *land_use]
    _check(stops, zones, transport, names, take, draws)
    if len(land_use) == 1:
        mend = "give the amounts of two classes or more."
        raise PlanningDataError("E-IND-03", "one class can not mix.", seen=list(land_use), mend=mend)
    above_zero([radius_m], "E-AREA-03", "the radius")
    walk = walk_rule(transport, method, detour, 2 * CELL_M)
    amounts = amounts_on(zones.index, zones[list(dict.fromkeys(names))], "IND", "amounts", of="zones")
    order = id_order(zones.index)
    ground = _Ground(zones.iloc[order], amounts.iloc[order], take)
    places = displaced_xy(stops, draws, seed)
    accuracy = accuracies_m(stops)
    assessable = accuracy <= radius_m / 2
    ratio = region_ratio(amounts[people], amounts[jobs])
    junctions = _junctions(transport.streets) if transport is not None and walk.method == NETWORK else None
    values: dict[str, list[Floats]] = {}
    for place, once in zip(places, (accuracy == 0) | ~assessable, strict=True):
        found = _Around(ground, walk, place[:1] if once else place, radius_m)
        for name, numbers in found.indicators(people, jobs, further, land_use, ratio, junctions).items():
            values.setdefault(name, []).append(np.broadcast_to(numbers, draws))
    stacked = {name: np.stack(rows) for name, rows in values.items()}
    _refuse_outside(stops, assessable, stacked["covered_pct"])
    table = pd.DataFrame({"accuracy_m": accuracy, "assessable": assessable}, index=stops.index)
    table = table.assign(**range_columns(stacked, assessable))
    if transport is None or transport.timetable is None:
        return table
    service = station_service(transport, stops, departure=departure, around_m=AROUND_M)
    times = travel_times(transport, stops, zones, mode="transit", departure=departure, limit_min=cutoff_min)
    return table.join(service).join(opportunities_within(times, amounts[jobs], cutoff_min=cutoff_min))


class _Ground:
    """Zones with their amounts in the order of their ids, and a tree to find them."""

    def __init__(self, zones: GeoDataFrame, amounts: pd.DataFrame, take: str) -> None:
        self.zones, self.take = zones, take
        self.amounts = amounts
        self.tree = shapely.STRtree(zones.geometry.to_numpy())

    def near(self, shapes: NDArray[np.object_]) -> NDArray[np.int64]:
        """Positions of the zones that meet the box of the shapes."""
        if shapely.is_empty(shapes).all():
            return np.zeros(0, np.int64)
        return np.sort(self.tree.query(shapely.box(*shapely.total_bounds(shapes))))


class _Around:
    """What lies round one station, in every draw: areas [draw, ring], the last ring the whole area."""

    def __init__(self, ground: _Ground, walk: Walk, places: Floats, radius_m: float) -> None:
        self._radius_m, self._walk = radius_m, walk
        self._ends = radius_m * np.arange(1, RINGS + 1) / RINGS
        self.areas = walk.sheds(places, list(self._ends))
        self._near = ground.near(self.areas)
        self._ground = ground
        self._zones = ground.zones.iloc[self._near]
        self.whole = self.areas[:, -1]
        self._drawn_m2 = shapely.area(self.whole)
        self.area_m2 = ground_m2(self.whole, ground.zones.crs)
        self._shares = zone_shares(self.whole, self._zones, ground.take)

    def sums(self, name: str) -> Floats:
        """An amount in the whole area [draw]."""
        return total(self._shares, self._amounts(name))

    def indicators(
        self,
        people: str,
        jobs: str,
        further: Sequence[str],
        land_use: Sequence[str],
        ratio: float,
        junctions: shapely.STRtree | None,
    ) -> dict[str, Floats]:
        """Every indicator that varies with the place, [draw]."""
        living, working = self.sums(people), self.sums(jobs)
        hectares = self.area_m2 / _HA
        found = {"people_per_ha": _per(living, hectares), "jobs_per_ha": _per(working, hectares)}
        found |= {f"{name}_per_ha": _per(self.sums(name), hectares) for name in further}
        found["activity_mix"] = _mix(np.stack([living, working], axis=1))
        found["job_housing_balance"] = balance(living, working, ratio)
        if land_use:
            found["land_use_mix"] = _mix(np.stack([self.sums(name) for name in land_use], axis=1))
        found["people_walk_m"] = self._walk_m(people, living)
        inside = total(zone_shares(self.whole, self._zones, "part"), shapely.area(self._zones.geometry.to_numpy()))
        found["covered_pct"] = np.minimum(100 * _per(inside, self._drawn_m2), 100)
        if junctions is not None:
            found["ped_shed_ratio"] = self._drawn_m2 / (np.pi * self._radius_m**2)
            area, _ = junctions.query(self.whole, predicate="contains")
            found["junctions_per_km2"] = _per(np.bincount(area, minlength=len(self.whole)), self.area_m2 / _KM2)
        return found

    def _walk_m(self, people: str, living: Floats) -> Floats:
        """Mean street metres: people of a ring walk to its middle."""
        held, take = self._amounts(people), self._ground.take
        inner = [total(zone_shares(ring, self._zones, take), held) for ring in self.areas[:, :-1].T]
        rings = np.diff(np.stack([*inner, living]), axis=0, prepend=0.0)
        middles = self._ends - self._radius_m / RINGS / 2
        return np.divide(middles @ rings, living, out=np.full(len(living), np.nan), where=living > 0)

    def _amounts(self, name: str) -> Floats:
        return self._ground.amounts[name].to_numpy()[self._near]


def _per(amount: Floats | NDArray[np.int64], of: Floats) -> Floats:
    """Amount a unit, 0 where there is no area."""
    return np.divide(amount, of, out=np.zeros(len(of)), where=of > 0)


def _mix(amounts: Floats) -> Floats:
    """Entropy of the columns, 0–1, and 0 where nothing is."""
    whole = amounts.sum(axis=1, keepdims=True)
    share = np.divide(amounts, whole, out=np.zeros(amounts.shape), where=whole > 0)
    logs = np.log(share, out=np.zeros(share.shape), where=share > 0)
    return np.abs((share * logs).sum(axis=1)) / np.log(amounts.shape[1])


def _junctions(streets: Network) -> shapely.STRtree:
    """Nodes where three streets or more meet on foot."""
    arcs = streets.ds["walk"] >= 0
    tail = np.repeat(np.arange(len(streets.node_xy)), np.diff(streets.ptr))[arcs]
    head = streets.head[arcs]
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    pairs = np.unique(np.column_stack([low, high])[low != high], axis=0)
    meeting = np.bincount(pairs.ravel(), minlength=len(streets.node_xy)) >= _JUNCTION
    return shapely.STRtree(shapely.points(streets.node_xy[meeting]))


def _check(
    stops: GeoDataFrame, zones: GeoDataFrame, transport: Transport | None, names: Sequence[str], take: str, draws: int
) -> None:
    missing = [name for name in names if name not in zones]
    if missing or take not in TAKES or draws < 1:
        mend = nearest_names(missing[0], map(str, zones.columns)) if missing else f"take one of {', '.join(TAKES)}, draws ≥ 1."
        raise PlanningDataError("E-IND-03", "no such columns or rule.", seen=(missing, take, draws), mend=mend)
    same_metric_crs(stops, checked_zones(zones, "zones"))
    small_overlaps(zones, "zones", _SLIVER_PCT)
    centres_xy(stops, stops.crs)  # ids twice, no place
    if transport is not None and stops.crs != transport.crs:
        seen = (str(transport.crs), str(stops.crs))
        raise PlanningDataError(
            "E-CRS-02", "transport and stops differ in CRS.", seen=seen, mend="geo.to_crs(frame, transport.crs)."
        )


def _refuse_outside(stops: GeoDataFrame, assessable: NDArray[np.bool_], covered_pct: Floats) -> None:
    outside = stops.index[assessable & (np.median(covered_pct, axis=1) <= 0)]
    if len(outside):
        mend = "leave them out, or give zones there: nothing is known of who lives round them."
        raise PlanningDataError(
            "E-STOP-02", "stations lie outside all zones, or join no street.", feature_ids=list(outside), mend=mend
        )
