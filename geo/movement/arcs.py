"""Loose directed arcs: their checks, the one rounding rule, and the merge of parallel arcs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import PlanningDataError

CLOSED = -1
LONGEST_DS = 2**22  # 116 hours for one arc or link: the queue of a search has a bucket for each decisecond

Ints = NDArray[np.int32]
Times = dict[str, Ints]


def deciseconds(seconds: ArrayLike) -> Ints:
    """Seconds as whole deciseconds, int32. The one rounding rule of the engine: halves go up, and no arc is free (at least 1)."""
    values = np.asarray(seconds, float)
    bad = np.flatnonzero(~(values > 0) | (values * 10 > LONGEST_DS))
    if len(bad):
        raise _bad_times(bad, values[bad[0]], "times must be finite, above 0 and below 116 hours")
    return np.maximum(1, np.floor(values * 10 + 0.5)).astype(np.int32)


def checked_times(ds: Mapping[str, ArrayLike], arcs: int) -> Times:
    """One int32 array a mode, modes in alphabetical order; `CLOSED` (-1) where the mode may not pass.

    Errors: E-NET-03 wrong length or no mode; E-NET-04 an arc whose time is zero, negative, NaN or not whole, with the arcs.
    """
    checked: Times = {}
    for mode in sorted(ds):
        values = np.asarray(ds[mode])
        if values.shape != (arcs,):
            mend = f"give one value an arc ({arcs}); {CLOSED} where the mode may not pass."
            raise PlanningDataError("E-NET-03", f"the times of {mode!r} do not fit the arcs.", seen=values.shape, mend=mend)
        with np.errstate(invalid="ignore"):
            usable = (values == CLOSED) | ((values > 0) & (values <= LONGEST_DS) & (values == np.floor(values)))
        bad = np.flatnonzero(~usable)
        if len(bad):
            raise _bad_times(bad, values[bad[0]], f"the time of an arc for {mode!r} is not a whole number of deciseconds above 0")
        checked[mode] = values.astype(np.int32)
    if not checked:
        raise PlanningDataError("E-NET-03", "no mode may use the network.", mend='give at least one, e.g. {"walk": times}.')
    return checked


def checked_ends(tail: ArrayLike, head: ArrayLike, nodes: int) -> tuple[Ints, Ints]:
    """Both ends of every arc, int32; E-NET-05 names arcs whose end is no node."""
    ends = np.asarray(tail, np.int64), np.asarray(head, np.int64)
    if ends[0].shape != ends[1].shape or ends[0].ndim != 1:
        seen = (ends[0].shape, ends[1].shape)
        raise PlanningDataError("E-NET-05", "arcs need as many tails as heads.", seen=seen, mend="give two arrays of one length.")
    outside = (np.minimum(*ends) < 0) | (np.maximum(*ends) >= nodes)
    if outside.any():
        arc = int(np.flatnonzero(outside)[0])
        raise PlanningDataError(
            "E-NET-05",
            f"an arc ends at a node that does not exist (there are {nodes}).",
            feature_ids=np.flatnonzero(outside).tolist(),
            seen=(int(ends[0][arc]), int(ends[1][arc])),
            mend="add the node or leave the arc out.",
        )
    return ends[0].astype(np.int32), ends[1].astype(np.int32)


def freeze(*arrays: NDArray[Any]) -> None:
    """Make arrays read-only."""
    for array in arrays:
        array.flags.writeable = False


def merged(tail: Ints, head: Ints, ds: Times) -> tuple[Ints, Ints, Times]:
    """Arcs sorted by tail and head, loops dropped, parallel arcs merged: each mode keeps its fastest, in any row order."""
    keep = np.flatnonzero(tail != head)
    order = keep[np.lexsort((head[keep], tail[keep]))]
    tail, head = tail[order], head[order]
    first = np.flatnonzero(np.r_[True, (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])]) if len(order) else order
    fastest: Times = {}
    for mode, values in ds.items():
        loose = values[order].astype(np.int64)
        loose[loose == CLOSED] = np.iinfo(np.int32).max
        best = np.minimum.reduceat(loose, first) if len(order) else loose
        best[best == np.iinfo(np.int32).max] = CLOSED
        fastest[mode] = best.astype(np.int32)
    return tail[first], head[first], fastest


def _bad_times(arcs: NDArray[np.intp], seen: object, what: str) -> PlanningDataError:
    mend = f"correct them, or close the arc for the mode ({CLOSED})."
    return PlanningDataError("E-NET-04", f"{what}.", feature_ids=arcs.tolist(), seen=seen, mend=mend)
