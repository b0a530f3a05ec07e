# mypy: disable-error-code="untyped-decorator"
"""Links that no fastest journey needs, found exactly: riding along a line beats walking along it.

A row of links leads to stops with walking times w. Boarding a pattern at position j brings nothing if an earlier position i
has departure(j) − departure(i) ≤ w(j) − w(i) in every running profile: whoever boards at j boards the same vehicle at i and
stays on. Alighting at i brings nothing if a later j has arrival(j) + w(j) ≤ arrival(i) + w(i). A link stays if one pattern
needs it. Profiles, not trips: it holds for every minute and every draw.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo.movement.kernels.query import Ints, Rows


@njit(nogil=True, cache=True)
def needed(links: Rows, calls: Rows, profile_ptr: Ints, profile: Ints, time: Ints, boarding: bool) -> NDArray[np.bool_]:
    """Which links are needed, bool [links].

    ``calls``: stop → (pattern ``item``, position ``sec``) where one can board or alight; ``profile``: offsets into ``time``
    (departures when boarding, else arrivals) of every pattern, rows by ``profile_ptr``.
    """
    keep = np.zeros(len(links.item), np.bool_)
    for row in range(len(links.ptr) - 1):
        count = 0
        for e in range(links.ptr[row], links.ptr[row + 1]):
            count += calls.ptr[links.item[e] + 1] - calls.ptr[links.item[e]]
        key, link, n = np.empty(count, np.int64), np.empty(count, np.int64), 0
        for e in range(links.ptr[row], links.ptr[row + 1]):
            for c in range(calls.ptr[links.item[e]], calls.ptr[links.item[e] + 1]):
                order = calls.sec[c] if boarding else 65535 - calls.sec[c]
                key[n], link[n] = np.int64(calls.item[c]) * 65536 + order, e
                n += 1
        _mark(links.sec, key, link, profile_ptr, profile, time, boarding, keep)
    return keep


@njit(nogil=True, cache=True)
def _mark(
    sec: Ints,
    key: NDArray[np.int64],
    link: NDArray[np.int64],
    profile_ptr: Ints,
    profile: Ints,
    time: Ints,
    boarding: bool,
    keep: NDArray[np.bool_],
) -> None:
    """Go through the calls by pattern and position; keep what no kept call of the pattern makes useless."""
    kept, count, last = np.empty(len(key), np.int64), 0, np.int64(-1)
    for i in np.argsort(key):
        q, position = key[i] >> 16, key[i] & 65535
        if q != last:
            last, count = q, 0
        useless = False
        for k in range(count):
            other = key[kept[k]] & 65535
            spare = sec[link[i]] - sec[link[kept[k]]]
            useless = _rides_within(profile[profile_ptr[q] : profile_ptr[q + 1]], time, position, other, spare, boarding)
            if useless:
                break
        if not useless:
            kept[count] = i
            count += 1
            keep[link[i]] = True


@njit(nogil=True, cache=True)
def _rides_within(profile: Ints, time: Ints, position: int, other: int, spare: int, boarding: bool) -> bool:
    """Whether in every profile riding between the two positions takes no longer than ``spare``."""
    if not boarding:
        position, other = 65535 - position, 65535 - other
    for offset in profile:  # noqa: SIM110 - compiled
        if abs(time[offset + position] - time[offset + other]) > spare:
            return False
    return True
