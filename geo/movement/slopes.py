"""Slopes: walking and cycling times of a network by the heights under its drawn streets.

Walking: Tobler (1993), Three Presentations on Geographical Analysis and Modeling, NCGIA report 93-1: 6 exp(-3.5 |S + 0.05|) km/h.
Cycling: Parkin & Rotheram (2010), Transport Policy 17(5), doi:10.1016/j.tranpol.2010.03.001: mean speed 6.01 m/s on the flat,
0.4002 m/s less per percent uphill, 0.2379 m/s more per percent downhill, designed for up to 35 km/h. Both are taken relative to
the flat, so that a level street keeps the network's own time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.errors import PlanningDataError
from geo.heights import heights_at
from geo.movement.arcs import CLOSED, deciseconds
from geo.movement.edges import Edges
from geo.movement.edits import retimed
from geo.movement.network import Network

PIECE_M = 50.0  # longer parts of a line are sampled in between
STEEPEST = 0.5  # rise over run; beyond stands a cliff or a house of the raster, no street
TOBLER_DECAY, TOBLER_BEST = 3.5, -0.05
CYCLING_FLAT_MS, CYCLING_UP_MS, CYCLING_DOWN_MS = 6.01, 0.4002, 0.2379  # the last two: a percent of grade
CYCLING_HIGHEST = 35 / 3.6 / CYCLING_FLAT_MS
CYCLING_LOWEST = 0.2  # of the flat speed, where the line is at 12 %: whoever rides 15 km/h pushes at 3 km/h

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class SlopeReport:
    """What heights did to a network; lengths are of the drawn edges.

    ``raster`` its file; ``length_km``; shares of it: ``without_heights_pct`` (taken as level), ``spanned_pct`` (bridges, tunnels:
    straight from end to end), ``steeper_pct`` (beyond `STEEPEST`, cut to it); ``mean_grade_pct`` mean steepness, up or down;
    ``climb_m``, ``drop_m`` sums along the lines as drawn; ``longer_pct`` mode → mean growth of times, by length of arcs.
    """

    raster: str
    length_km: float
    without_heights_pct: float
    spanned_pct: float
    steeper_pct: float
    mean_grade_pct: float
    climb_m: float
    drop_m: float
    longer_pct: Mapping[str, float]

    def __str__(self) -> str:
        lines = [
            f"{self.raster}: {self.length_km:,.1f} km of streets, mean grade {self.mean_grade_pct:.1f} %",
            f"  without heights, taken as level: {self.without_heights_pct:.1f} % of the length",
            f"  bridges and tunnels, straight: {self.spanned_pct:.1f} %; cut to grade {STEEPEST:.0%}: {self.steeper_pct:.1f} %",
            f"  along the lines {self.climb_m:,.0f} m up, {self.drop_m:,.0f} m down",
        ]
        return "\n".join(lines + [f"  times of {mode}: {value:+.1f} %" for mode, value in self.longer_pct.items()])


class _Pieces(NamedTuple):
    """Parts of the drawn lines between two samples, in their order: edge, metres, and rise as drawn (NaN: not known)."""

    edge: NDArray[np.intp]
    length_m: Floats
    rise_m: Floats


def with_slopes(
    network: Network, raster: str | Path, *, modes: Iterable[str] = ("walk", "bicycle")
) -> tuple[Network, SlopeReport]:
    """The network with times of ``modes`` by the slopes of a GeoTIFF of heights in metres (first band), and what they did.

    Heights are read between the cells' centres (bilinear) at every vertex, and on longer parts at most 50 m apart; each arc
    climbs in its own direction, so the two of a street differ. Where a height is missing the street is level. Edges whose
    column ``bridge`` or ``tunnel`` says so run straight between the heights of their own ends; ferries (``highway``) stay level.
    Times are rounded as everywhere; other modes keep theirs and what was prepared for them. Whole metres of height in a raster
    of 30 m are steps of 3 %: they lengthen times on the flat a little. Errors: E-SLOPE-01 no GeoTIFF, -02 no CRS,
    -03 no nodata value although cells look like one, -04 no drawn edges, -05 the raster has no height on any street,
    -06 heights not in metres, -07 a mode without a rule; E-NET-08 a mode the network does not carry.
    """
    chosen = tuple(dict.fromkeys(modes))
    for mode in chosen:
        network.check_mode(mode)
        if _base(mode) not in FACTORS:
            mend = f"rules exist for {', '.join(FACTORS)}."
            raise PlanningDataError("E-SLOPE-07", "slopes do not change the times of this mode.", seen=mode, mend=mend)
    edges = network.edges
    if edges is None or not len(edges):
        mend = "build it with from_edges(..., edges=frame) or import_streets."
        raise PlanningDataError("E-SLOPE-04", "the network has no drawn edges to read heights at.", mend=mend)
    spanned = _marked(edges, "bridge") | _marked(edges, "tunnel")
    pieces = _pieces(edges, network.crs, raster)
    pieces = _straight(pieces, spanned, len(edges))
    pieces.rise_m[_ferries(edges)[pieces.edge]] = 0.0
    grade = np.divide(np.nan_to_num(pieces.rise_m), pieces.length_m, out=np.zeros(len(pieces.edge)), where=pieces.length_m > 0)
    cut = np.clip(grade, -STEEPEST, STEEPEST)
    by_mode = {mode: _arc_factors(edges, pieces, cut, mode) for mode in chosen}
    report = _report(Path(raster).name, edges, pieces, grade, spanned, by_mode)
    return retimed(network, {mode: _slowed(edges, mode, factor) for mode, factor in by_mode.items()}), report


def walking_factor(grade: Floats) -> Floats:
    """Walking time by that on the flat; ``grade`` rise over run as walked. Fastest at 5 % downhill (Tobler 1993)."""
    return np.asarray(np.exp(TOBLER_DECAY * (np.abs(grade - TOBLER_BEST) - abs(TOBLER_BEST))))


def cycling_factor(grade: Floats) -> Floats:
    """Cycling time by that on the flat; ``grade`` rise over run in the direction ridden (Parkin & Rotheram 2010).

    Speed is linear in the grade, never below a fifth of that on the flat (pushing) nor above 35 : 21.6 of it.
    """
    per_pct = np.where(np.asarray(grade) > 0, CYCLING_UP_MS, CYCLING_DOWN_MS) / CYCLING_FLAT_MS
    return np.asarray(1 / np.clip(1 - 100 * np.asarray(grade) * per_pct, CYCLING_LOWEST, CYCLING_HIGHEST))


FACTORS = MappingProxyType({"walk": walking_factor, "bicycle": cycling_factor})


def _base(mode: str) -> str:
    """Times may be kept by the hour, as "walk@peak": the rule is that of the mode."""
    return mode.partition("@")[0]


def _pieces(edges: Edges, crs: str, raster: str | Path) -> _Pieces:
    row = np.repeat(np.arange(len(edges)), np.diff(edges.ptr))
    part = np.flatnonzero(row[1:] == row[:-1])
    step = edges.xy[part + 1] - edges.xy[part]
    length = np.hypot(*step.T)
    count = np.maximum(1, np.ceil(length / PIECE_M)).astype(np.intp)
    of = np.repeat(np.arange(len(part)), count)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    start, end = (edges.xy[part[of]] + (k / count[of])[:, None] * step[of] for k in (nth, nth + 1))
    x, y = np.concatenate([start, end]).T
    below, above = np.split(heights_at(raster, x, y, crs), 2)
    if not np.isfinite(below).any():
        mend = "take a raster that covers the streets, and look at its CRS."
        raise PlanningDataError("E-SLOPE-05", "the raster has no height on any street.", file=Path(raster).name, mend=mend)
    return _Pieces(row[part[of]], (length / count)[of], above - below)


def _straight(pieces: _Pieces, spanned: Mask, edges: int) -> _Pieces:
    """The rise of spanned edges spread evenly; samples under a bridge are not its own, only those of its ends count."""
    total, length = (np.bincount(pieces.edge, weights=values, minlength=edges) for values in (pieces.rise_m, pieces.length_m))
    even = pieces.length_m / np.where(length > 0, length, 1)[pieces.edge] * total[pieces.edge]
    return pieces._replace(rise_m=np.where(spanned[pieces.edge], even, pieces.rise_m))


def _arc_factors(edges: Edges, pieces: _Pieces, grade: Floats, mode: str) -> Floats:
    """Factor of every arc: mean over its pieces by length, each in the arc's direction."""
    rule = FACTORS[_base(mode)]
    length = np.bincount(pieces.edge, weights=pieces.length_m, minlength=len(edges))
    both = []
    for sign in (1, -1):
        slowed = np.bincount(pieces.edge, weights=pieces.length_m * rule(sign * grade), minlength=len(edges))
        both.append(np.divide(slowed, length, out=np.ones(len(edges)), where=length > 0))
    return np.where(edges.along, both[0][edges.edge], both[1][edges.edge])


def _slowed(edges: Edges, mode: str, factor: Floats) -> NDArray[np.int32]:
    ds = edges.ds[mode].copy()
    is_open = ds != CLOSED
    ds[is_open] = deciseconds(ds[is_open] / 10 * factor[is_open])
    return ds


def _marked(edges: Edges, column: str) -> Mask:
    """Edges whose column says yes, as a truth value or in OpenStreetMap's words (yes, viaduct, culvert ...)."""
    if column not in edges.table:
        return np.zeros(len(edges), bool)
    words = edges.table[column].astype(object).fillna("").astype(str).str.strip().str.casefold()
    return ~words.isin(["", "no", "false", "0", "0.0", "none", "nan"]).to_numpy(bool)


def _ferries(edges: Edges) -> Mask:
    return (edges.table["highway"] == "ferry").to_numpy(bool) if "highway" in edges.table else np.zeros(len(edges), bool)


def _report(name: str, edges: Edges, pieces: _Pieces, grade: Floats, spanned: Mask, by_mode: Mapping[str, Floats]) -> SlopeReport:
    metres, rise = pieces.length_m, np.nan_to_num(pieces.rise_m)
    total = max(float(metres.sum()), 1e-9)
    long = np.bincount(pieces.edge, weights=metres, minlength=len(edges))
    means = {}
    for mode, factor in by_mode.items():
        used = edges.ds[mode] != CLOSED
        weight = long[edges.edge[used]]
        means[mode] = 100 * (float(np.average(factor[used], weights=weight)) - 1) if weight.sum() > 0 else 0.0
    return SlopeReport(
        raster=name,
        length_km=float(metres.sum()) / 1000,
        without_heights_pct=100 * float(metres[np.isnan(pieces.rise_m)].sum()) / total,
        spanned_pct=100 * float(metres[spanned[pieces.edge]].sum()) / total,
        steeper_pct=100 * float(metres[np.abs(grade) > STEEPEST].sum()) / total,
        mean_grade_pct=100 * float(np.abs(rise).sum()) / total,
        climb_m=float(rise[rise > 0].sum()),
        drop_m=float(-rise[rise < 0].sum()),
        longer_pct=MappingProxyType(means),
    )
