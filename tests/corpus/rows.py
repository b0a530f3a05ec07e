"""What a row of the corpus says: a bad input, how it is made, and what every reader that meets it must do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["R", "F", "W", "OK"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One input.

    ``id`` of the list of bad inputs, a letter behind it where there are several files of it. ``what`` in words. ``make`` gets a
    folder and an ending and returns the path of the file. ``endings``: every format it is made in. ``outcome``: R refused, F
    mended and told, W read with a warning, OK nothing to say. ``code`` of the finding that must be there. ``says``: words of its
    text. ``ids`` of the features it names. ``layer``: it must name one. ``options`` and ``reader`` by which it is read.
    ``holds``: what must be true of what is read. ``checked``: False where only
    reading can tell (a day, a place, all of a raster).
    """

    id: str
    what: str
    make: Callable[..., Any]
    endings: tuple[str, ...]
    outcome: Outcome
    code: str = ""
    says: tuple[str, ...] = ()
    ids: tuple[object, ...] = ()
    layer: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    reader: str = "vector"
    holds: Callable[[Any], Any] = lambda _: True
    checked: bool = True
