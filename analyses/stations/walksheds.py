"""How far people walk from a place: circles where footways are not in the data, the cells reached over streets where they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from analyses._inputs import Floats, above_zero
from analyses.travel.reach import area_of_cells
from geo import PlanningDataError
from geo.movement import CrowFlies, Transport

NETWORK, CROW_FLY = "network", "crow_fly"
CELL_M = 25.0
_QUARTER = 64  # segments a quarter circle: its area is 0.01 % short
_WALK_KMH = 4.8

Shapes = NDArray[np.object_]


class Walk(NamedTuple):
    """A rule for walksheds: over the streets of ``transport``, or crow-fly with ``detour`` street metres a crow-fly metre."""

    method: str
    detour: float
    transport: Transport | None
    cell_m: float

    def sheds(self, xy: Floats, radii_m: Sequence[float]) -> Shapes:
        """Areas [place, radius] within each walk of places [place, xy]; empty where a place joins no street."""
        if self.transport is None or self.method == CROW_FLY:
            reach = np.asarray(radii_m, float) / self.detour
            return np.asarray(shapely.buffer(shapely.points(xy)[:, None], reach[None, :], quad_segs=_QUARTER))
        return np.stack([self._reached(self.transport, place, sorted(radii_m), list(radii_m)) for place in xy])

    def _reached(self, transport: Transport, place: Floats, ascending: list[float], radii_m: list[float]) -> Shapes:
        """The cells of one grid for all places whose centre is within the walk, so that areas of neighbours share them."""
        side = self.cell_m
        low = np.floor((place - ascending[-1]) / side).astype(int)
        count = int(np.ceil(2 * ascending[-1] / side)) + 2
        column, row = np.meshgrid(low[0] + np.arange(count), low[1] + np.arange(count)[::-1])
        centres = (np.stack([column, row], axis=-1) + 0.5) * side
        near = np.hypot(*np.moveaxis(centres - place, -1, 0)) <= ascending[-1]  # no street is shorter than the straight line
        links = transport.walking.links(place[None], centres[near], ascending[-1], _WALK_KMH)
        metres = np.full(int(near.sum()), np.inf)
        metres[links.place] = links.ds / 10 * _WALK_KMH / 3.6
        walked = np.full(near.shape, np.inf)
        walked[near] = metres
        corner = (low[0] * side, (low[1] + count) * side)
        found = np.empty(len(radii_m), object)
        for at, radius in enumerate(radii_m):
            found[at] = area_of_cells(walked <= radius, corner, side)
        return found


def walk_rule(transport: Transport | None, method: str | None, detour: float | None, cell_m: float) -> Walk:
    """The rule asked for, or by what is in the data. Errors: E-AREA-01 (method), E-AREA-02 (no streets), E-AREA-03 (detour)."""
    streets = transport is not None and not isinstance(transport.walking, CrowFlies)
    method = method or (NETWORK if streets else CROW_FLY)
    if method not in (NETWORK, CROW_FLY):
        raise PlanningDataError("E-AREA-01", "no such method.", seen=method, mend='method="network" or "crow_fly".')
    if method == NETWORK and not streets:
        mend = 'method="crow_fly", or a transport read from OpenStreetMap: layers.transport(osm=...).'
        raise PlanningDataError("E-AREA-02", "no streets on foot in the data.", seen=transport and transport.name, mend=mend)
    known = transport.walking.detour if transport is not None and isinstance(transport.walking, CrowFlies) else 1.0
    detour = known if detour is None else detour
    if not np.isfinite(detour) or detour < 1:
        raise PlanningDataError(
            "E-AREA-03", "no way is shorter than the straight line.", seen=detour, mend="a detour of 1 or more."
        )
    above_zero([cell_m], "E-AREA-03", "the side of a cell")
    return Walk(method, float(detour), transport if method == NETWORK else None, float(cell_m))
