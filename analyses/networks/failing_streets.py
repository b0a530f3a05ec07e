"""Failing streets: what `layers.CloseRoad` would do to every pair, routed again only where a way is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from analyses.networks.losses import DS_PER_MIN, Loss, Trips
from geo import PlanningDataError
from geo.movement import Edges, Transport, street_detours
from layers import CloseRoad

Points = NDArray[np.float64]
Rows = NDArray[np.int64]


def drawn_edges(transport: Transport) -> Edges:
    """The drawn streets of a transport. Errors: E-ROB-04."""
    edges = transport.streets.edges
    if edges is None:
        mend = "import them from a file."
        raise PlanningDataError("E-ROB-04", "the streets of this transport are not drawn.", seen=transport.name, mend=mend)
    return edges


def groups_of_edges(transport: Transport, groups: pd.Series) -> dict[object, Rows]:
    """Rows of the edges by the name that ``groups`` (index ``edge_id``) gives them; null belongs to none. Errors: E-ROB-04."""
    count = len(drawn_edges(transport))
    index = groups.index
    fits = pd.api.types.is_integer_dtype(index.dtype) and not index.has_duplicates
    if not (fits and (not len(index) or (index.min() >= 0 and index.max() < count))):
        mend = f"index it by edge_id, 0 to {count - 1}, each once: transport.streets.edges.frame(transport.crs)."
        raise PlanningDataError("E-ROB-04", "candidates and edges differ.", seen=f"{len(index)} rows", mend=mend)
    named = groups.dropna().sort_index()
    return {
        name: np.asarray(rows, np.int64) for name, rows in sorted(named.groupby(named).groups.items(), key=lambda g: str(g[0]))
    }


def closed_edges(transport: Transport, mode: str, changes: Sequence[CloseRoad]) -> Rows:
    """Rows of the edges that some changes close to a mode."""
    shut = np.zeros(len(drawn_edges(transport)), bool)
    for change in changes:
        if not change.modes or mode in change.modes:
            shut |= change.share(transport.streets) > 0
    return np.flatnonzero(shut)


def street_losses(
    transport: Transport,
    ends: tuple[Points, Points],
    failures: Mapping[object, Rows],
    trips: Trips,
    how: tuple[str, int, int | None],
) -> Loss:
    """What every failure costs; ``ends`` places of origins and destinations, ``how`` the mode, the hour and the threads."""
    mode, hour, threads = how
    streets, weights = transport.streets, transport.hours.weights(mode, hour)
    joined = transport.joining.joined(streets, mode, transport.hours.factor(mode, hour), *ends)
    found = street_detours(
        streets,
        weights,
        joined.leaving,
        joined.arriving,
        list(failures.values()),
        travellers=trips.travellers,
        opportunities=trips.opportunities,
        cutoff_ds=int(trips.cutoff_min * DS_PER_MIN),
        limit_ds=int(trips.limit_min * DS_PER_MIN),
        direct=joined.direct,
        threads=threads,
    )
    return Loss(
        found.travellers,
        found.traveller_ds / DS_PER_MIN,
        found.within,
        found.extra_ds / DS_PER_MIN,
        found.cut_off,
        found.slower_pairs,
        found.cut_off_pairs,
        found.lost,
    )


def edge_shapes(transport: Transport, failures: Mapping[object, Rows]) -> list[shapely.Geometry]:
    """One shape a failure: its edges as lines."""
    lines = drawn_edges(transport).lines()
    return [shapely.multilinestrings(lines[rows]) for rows in failures.values()]
