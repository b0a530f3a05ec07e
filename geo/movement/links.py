"""`Links`: which places each point can reach on its own, and in what time. One type for snapping, walking and transfers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Points = NDArray[np.float64]  # [points, 2] metres


@dataclass(frozen=True)
class Links:
    """Point → place with a time, in compressed rows.

    ``ptr`` int64 [points + 1]; ``place`` int32 [links] index of a node, stop or point, ascending within a row and unique;
    ``ds`` int32 [links] time in deciseconds, ≥ 0; ``places`` their number. Rows may be empty: that point reaches nothing.
    """

    ptr: NDArray[np.int64]
    place: Ints
    ds: Ints
    places: int

    @classmethod
    def from_pairs(
        cls, point: NDArray[np.integer], place: NDArray[np.integer], ds: NDArray[np.integer], shape: tuple[int, int]
    ) -> Links:
        """Links from loose triples in any order; of one pair the fastest is kept. ``shape`` = (points, places)."""
        order = np.lexsort((ds, place, point))
        point, place, ds = point[order], place[order], ds[order]
        first = np.ones(len(point), bool)
        first[1:] = (point[1:] != point[:-1]) | (place[1:] != place[:-1])
        counts = np.bincount(point[first], minlength=shape[0])
        return cls.from_rows(counts, place[first].astype(np.int32), ds[first].astype(np.int32), shape[1])

    @classmethod
    def from_rows(cls, counts: NDArray[np.integer], place: Ints, ds: Ints, places: int) -> Links:
        """Links of one point after the other, ``counts`` [points] of them; the places of a point ascending and unique."""
        links = cls(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), place, ds, places)
        for array in (links.ptr, links.place, links.ds):
            array.flags.writeable = False
        return links

    @classmethod
    def stacked(cls, parts: Sequence[Links]) -> Links:
        """The points of one part after those of another, all with the same places."""
        counts = np.concatenate([np.diff(part.ptr) for part in parts])
        place, ds = (np.concatenate([getattr(part, name) for part in parts]) for name in ("place", "ds"))
        return cls.from_rows(counts, place, ds, parts[0].places)

    @property
    def points(self) -> int:
        """Number of points (rows)."""
        return len(self.ptr) - 1

    def point(self) -> Ints:
        """The point of every link, int32 [links]."""
        return np.repeat(np.arange(self.points, dtype=np.int32), np.diff(self.ptr))

    def rows(self, wanted: NDArray[np.integer]) -> Links:
        """Some points, in the order wanted."""
        counts = np.diff(self.ptr)[wanted]
        first = np.repeat(self.ptr[:-1][wanted] - (np.cumsum(counts) - counts), counts)
        item = first + np.arange(len(first))
        return Links.from_rows(counts, self.place[item], self.ds[item], self.places)

    def transposed(self) -> Links:
        """The same links seen from the places."""
        return Links.from_pairs(self.place, self.point(), self.ds, (self.places, self.points))

    def within(self, limit_ds: int) -> Links:
        """Only the links not longer than ``limit_ds``."""
        keep = self.ds <= limit_ds
        counts = np.bincount(self.point()[keep], minlength=self.points)
        return Links.from_rows(counts, self.place[keep], self.ds[keep], self.places)

    def scaled(self, factor: float) -> Links:
        """All times multiplied, rounded up."""
        return Links.from_rows(np.diff(self.ptr), self.place, np.ceil(self.ds * factor).astype(np.int32), self.places)
