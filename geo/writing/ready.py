"""A layer made ready for a format, with the ledger of what had to change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from geo.writing.formats import Format
from geo.writing.losses import LAYER_NAME, Ledger


@dataclass(frozen=True)
class Ready:
    """``layer`` as it was given, ``name`` in the file, ``frame`` to write, ``ids`` the column that was its index, ``source`` the
    frame as given. A layer that is split has one ledger, told with its first part.
    """

    layer: str
    name: str
    frame: pd.DataFrame
    ids: str | None
    source: pd.DataFrame
    ledger: Ledger

    def named(self, name: str) -> Ready:
        """The layer under a name that the format allows."""
        if name != self.name:
            self.ledger.add(LAYER_NAME, f"the layer is named {name!r} in the file.", seen={self.name: name})
        return replace(self, name=name)

    def part(self, name: str, frame: pd.DataFrame, *, first: bool) -> Ready:
        """A part of the layer under its own name."""
        return replace(self, name=name, frame=frame, ledger=self.ledger if first else Ledger(self.ledger.file, self.layer))

    def with_frame(self, frame: pd.DataFrame) -> Ready:
        """The layer with another frame to write."""
        return replace(self, frame=frame)

    def source_index(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with its index back in its place, for formats that keep one."""
        if self.ids is not None:
            index = pd.Index(frame[self.ids].array, name=self.source.index.name)
            return frame.drop(columns=self.ids).set_axis(index)
        if self.source.index.nlevels > 1:
            return frame.set_index(list(frame.columns[: self.source.index.nlevels]))
        return frame.set_axis(self.source.index)


@dataclass(frozen=True)
class Job:
    """What a writer is to put into one file: layers, their format, what is ``told`` of each, and the options of `geo.write`."""

    layers: Sequence[Ready]
    form: Format
    told: Mapping[str, Mapping[str, Any]]
    bom: bool = False
    decimals: int = 6
    embed: bool = False
