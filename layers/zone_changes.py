"""People and jobs of a scenario: opportunities that are added, land that is used otherwise, another population."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geo import area_ha, largest_remainder, nearest_names, overlaps, to_crs, to_metric
from layers.changes import NO_PLACE, OUT_OF_RANGE, UNKNOWN, Problem, ZoneChange, frame_faults, kept, number_in

PEOPLE, JOBS = "population_2019_people", "jobs"
_BOUNDS = ("_low", "_high")  # of a modelled amount; they move with it
_AREAS = {"Polygon", "MultiPolygon"}
_MOST = 1e9


class AmountChange(ZoneChange):
    """A change of amounts in zones."""

    def lacking(self, zones: GeoDataFrame, *columns: str) -> Iterator[Problem]:
        """Columns that the zones do not have."""
        for column in columns:
            if column not in zones:
                yield self.problem(
                    UNKNOWN, "the zones have no such column", column, nearest_names(column, map(str, zones.columns))
                )


@dataclass(frozen=True, eq=False)
class AddOpportunities(AmountChange):
    """Further jobs, beds, pupils ... in the zones where ``places`` lie.

    ``places``: points or polygons with a column ``column`` of amounts, or ``total`` shared out over them (by area, or evenly over
    points). A polygon's amount goes to the zones by the area of overlap. Bounds (``jobs_low``, ``jobs_high``) get the same. Whole
    numbers stay whole and add up.
    """

    column: str
    places: GeoDataFrame
    total: float | None = None

    exclusive = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", kept(self.places, (self.column,)))

    @property
    def label(self) -> str:
        """See `Change`."""
        return f"AddOpportunities {self.column!r}"

    def faults(self) -> Iterator[Problem]:
        """See `Change`."""
        found = list(frame_faults(self, self.places, "places", {"Point", *_AREAS}))
        yield from found
        if found:
            return
        if self.total is not None:
            if not number_in(self.total, 0, _MOST):
                yield self.problem(OUT_OF_RANGE, "total is out of range", self.total, "give a number above 0")
        elif self.column not in self.places:
            yield self.problem(UNKNOWN, "places do not tell how many", self.column, f"give a column {self.column!r}, or total")
        elif not (self.places[self.column] >= 0).all():
            seen = self.places[self.column][~(self.places[self.column] >= 0)].tolist()[:5]
            yield self.problem(OUT_OF_RANGE, "amounts are negative or null", seen, "give 0 or more")

    def misfits(self, zones: GeoDataFrame) -> Iterator[Problem]:
        """See `Change`."""
        yield from self.lacking(zones, self.column)
        shares = _shares(self.places, zones)
        lost = self.places.index.difference(pd.Index(shares["place"].unique()))
        if len(lost):
            yield self.problem(
                NO_PLACE, "places lie in no zone", list(lost)[:5], "give zones that reach there, or leave them out"
            )

    def apply(self, zones: GeoDataFrame) -> GeoDataFrame:
        """See `Change`."""
        shares = _shares(self.places, zones)
        amount = pd.Series(self.places[self.column], dtype=float) if self.total is None else self._spread()
        added = (shares["place"].map(amount) * shares["share"]).groupby(shares["zone"]).sum().reindex(zones.index).fillna(0)
        out = zones.copy()
        if pd.api.types.is_integer_dtype(zones[self.column]):
            added = pd.Series(_whole(added), index=zones.index)
        for name in _with_bounds(zones, self.column):
            out[name] = zones[name] + added
        return out

    def _spread(self) -> pd.Series:
        area = to_metric(self.places).area
        weight = area if area.gt(0).all() else pd.Series(1.0, index=self.places.index)
        return weight / weight.sum() * float(self.total or 0)


@dataclass(frozen=True, eq=False)
class SetLandUse(AmountChange):
    """Land that is used otherwise: ``people_per_ha``, ``jobs_per_ha`` in ``area``, whatever was there before (TOD, conversion).

    Of a zone that lies partly in the area, the part inside changes: what it had there is taken to be spread evenly. A density
    that is not given stays.
    """

    area: GeoDataFrame
    people_per_ha: float | None = None
    jobs_per_ha: float | None = None
    columns: Mapping[str, str] = field(default_factory=lambda: {"people": PEOPLE, "jobs": JOBS}, kw_only=True)

    exclusive = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "area", kept(self.area, ()))
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))

    @property
    def label(self) -> str:
        """See `Change`."""
        told = (f"{density:g} {what}/ha" for what, density in self._densities().items())
        return " ".join(["SetLandUse", ", ".join(told)]).strip()

    def _densities(self) -> dict[str, float]:
        both = {"people": self.people_per_ha, "jobs": self.jobs_per_ha}
        return {what: density for what, density in both.items() if density is not None}

    def faults(self) -> Iterator[Problem]:
        """See `Change`."""
        yield from frame_faults(self, self.area, "area", _AREAS)
        if not self._densities():
            yield self.problem(OUT_OF_RANGE, "no density is given", None, "give people_per_ha, jobs_per_ha or both")
        for what, density in self._densities().items():
            if not (density == 0 or number_in(density, 0, 10_000)):
                yield self.problem(OUT_OF_RANGE, f"{what}_per_ha is out of range", density, "give 0 to 10000")

    def misfits(self, zones: GeoDataFrame) -> Iterator[Problem]:
        """See `Change`."""
        yield from self.lacking(zones, *(self.columns[what] for what in self._densities()))
        if not (_inside(self.area, zones) > 0).any():
            yield self.problem(NO_PLACE, "the area lies in no zone", len(self.area), "give zones that reach there")

    def apply(self, zones: GeoDataFrame) -> GeoDataFrame:
        """See `Change`."""
        share = _inside(self.area, zones)
        hectares = area_ha(zones).to_numpy() * share
        out = zones.copy()
        for what, density in self._densities().items():
            for name in _with_bounds(zones, self.columns[what]):
                out[name] = _like(zones[name], zones[name].to_numpy(float) * (1 - share) + density * hectares, share > 0)
            _keep_order(out, self.columns[what])
        return out


@dataclass(frozen=True, eq=False)
class SetPopulation(AmountChange):
    """Another population: ``people`` by zone id, or ``total_people`` to which all zones, or those of an ``area``, are scaled.

    A zone belongs to the area if its centre lies in it.
    """

    people: Mapping[str, float] | None = None
    total_people: float | None = None
    area: GeoDataFrame | None = None
    column: str = PEOPLE

    exclusive = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "area", kept(self.area, ()))
        if self.people is not None:
            object.__setattr__(self, "people", MappingProxyType(dict(self.people)))

    @property
    def label(self) -> str:
        """See `Change`."""
        return f"SetPopulation {'by zone' if self.people is not None else self.total_people}"

    def faults(self) -> Iterator[Problem]:
        """See `Change`."""
        if (self.people is None) == (self.total_people is None):
            yield self.problem(OUT_OF_RANGE, "people are told not once", None, "give people by zone, or total_people")
        if self.total_people is not None and not (self.total_people == 0 or number_in(self.total_people, 0, _MOST)):
            yield self.problem(OUT_OF_RANGE, "total_people is out of range", self.total_people, "give 0 or more")
        wrong = {zone: value for zone, value in (self.people or {}).items() if not (value == 0 or number_in(value, 0, _MOST))}
        if wrong:
            yield self.problem(OUT_OF_RANGE, "people are negative or null", dict(list(wrong.items())[:5]), "give 0 or more")
        if self.area is not None:
            yield from frame_faults(self, self.area, "area", _AREAS)
            if self.people is not None:
                yield self.problem(OUT_OF_RANGE, "people by zone need no area", None, "leave area out")

    def misfits(self, zones: GeoDataFrame) -> Iterator[Problem]:
        """See `Change`."""
        found = list(self.lacking(zones, self.column))
        yield from found
        unknown = [zone for zone in self.people or {} if zone not in zones.index]
        if unknown:
            yield self.problem(UNKNOWN, "no such zones", unknown[:5], "use ids of the zones' index")
        if not found and self.total_people is not None and not zones[self.column][self._meant(zones)].sum() > 0:
            mend = "give people by zone, or a larger area"
            yield self.problem(NO_PLACE, "nobody lives there, so there is nothing to scale", self.total_people, mend)

    def apply(self, zones: GeoDataFrame) -> GeoDataFrame:
        """See `Change`."""
        old, meant = zones[self.column], self._meant(zones)
        if self.people is not None:
            given = pd.Series(self.people, dtype=float).reindex(zones.index)
            new = given.where(meant, old.astype(float)).to_numpy()
        else:
            new = np.where(meant, old.to_numpy(float) * (float(self.total_people or 0) / float(old[meant].sum())), old)
        return zones.assign(**{self.column: _like(old, new, meant)})

    def _meant(self, zones: GeoDataFrame) -> NDArray[np.bool_]:
        if self.people is not None:
            return zones.index.isin(list(self.people))
        if self.area is None:
            return np.ones(len(zones), bool)
        centres = to_metric(zones).centroid
        return centres.within(to_crs(self.area, centres.crs).union_all()).to_numpy()


def _shares(places: GeoDataFrame, zones: GeoDataFrame) -> pd.DataFrame:
    """Which part of a place lies in which zone: ``place``, ``zone``, ``share`` (1 in all for every place that lies in any)."""
    cells = to_metric(zones)[[zones.geometry.name]]
    at = to_crs(places, cells.crs)
    points = at.geom_type.eq("Point")
    within = at[points].sjoin(cells, predicate="intersects")
    within = within[~within.index.duplicated()]  # on the border of two: the first
    right = next(name for name in within.columns if str(name).startswith("index_") or name == cells.index.name)
    first = pd.DataFrame({"place": within.index, "zone": within[right].to_numpy(), "share": 1.0})
    over = overlaps(at[~points], cells)
    second = over.rename(columns={"left": "place", "right": "zone"})
    second["share"] = second["area_m2"] / second.groupby("place")["area_m2"].transform("sum")
    return pd.concat([part for part in (first, second[["place", "zone", "share"]]) if len(part)] or [first], ignore_index=True)


def _inside(area: GeoDataFrame, zones: GeoDataFrame) -> NDArray[np.float64]:
    """How much of every zone lies in an area, 0–1."""
    cells = to_metric(zones)
    one = GeoDataFrame(geometry=[to_crs(area, cells.crs).union_all()], crs=cells.crs)
    found = overlaps(one, cells).set_index("right")["area_m2"].reindex(zones.index).fillna(0)
    return np.minimum(1.0, (found / cells.area).to_numpy())


def _with_bounds(zones: GeoDataFrame, column: str) -> list[str]:
    return [column, *(column + bound for bound in _BOUNDS if column + bound in zones)]


def _keep_order(zones: GeoDataFrame, column: str) -> None:
    """Rounding must not carry a bound across the amount it bounds."""
    for bound, limit in zip(_BOUNDS, (np.minimum, np.maximum), strict=True):
        if column + bound in zones:
            zones[column + bound] = limit(zones[column + bound], zones[column])


def _like(old: pd.Series, new: NDArray[np.float64], changed: NDArray[np.bool_]) -> pd.Series:
    """The new values; where the old were whole numbers, the changed ones are whole and add up to their rounded sum."""
    if not pd.api.types.is_integer_dtype(old):
        return pd.Series(new, index=old.index)
    out = old.to_numpy().copy()
    out[changed] = _whole(pd.Series(new[changed]))
    return pd.Series(out, index=old.index)


def _whole(values: pd.Series) -> NDArray[np.int64]:
    return largest_remainder(values, round(float(values.sum())))
