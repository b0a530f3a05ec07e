"""`Remembered`: links computed once for the same points, kept with the frozen rule or network they follow from."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

import numpy as np

from geo.movement.links import Links, Points

MOST_LINKS = 2**23  # 64 MB; what is longest unused goes first


class Remembered:
    """Links by what they were asked for, up to `MOST_LINKS` in all. Safe for threads; links are read-only, so all may share."""

    def __init__(self) -> None:
        self._links: OrderedDict[Hashable, Links] = OrderedDict()
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[type[Remembered], tuple[()]]:
        return Remembered, ()  # copies start empty

    def links(self, key: Hashable, make: Callable[[], Links]) -> Links:
        """The links of ``key``, made if they are not known. Two threads may make the same at once; both get equal links."""
        with self._lock:
            if key in self._links:
                self._links.move_to_end(key)
                return self._links[key]
        links = make()
        with self._lock:
            self._links[key] = links
            while self._links and sum(len(kept.ds) for kept in self._links.values()) > MOST_LINKS:
                self._links.popitem(last=False)
        return links


def by_value(xy: Points) -> bytes:
    """A key of the points themselves, whichever array holds them."""
    return hashlib.blake2b(np.ascontiguousarray(xy).tobytes(), digest_size=32).digest()
