"""What a format can not hold, said as findings: the ledger that every writer fills."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from geo.findings import Finding, Severity

NO_SHAPES, OTHER_CRS, ROUNDED, INFINITE, OTHER_TYPE, BLANK = (f"E-LOSS-0{number}" for number in range(1, 7))
RENAMED, CUT, DIGITS, OTHER_SIGNS, FORMULA, NO_HEIGHT = (
    "E-LOSS-07",
    "E-LOSS-08",
    "E-LOSS-09",
    *(f"E-LOSS-1{n}" for n in range(3)),
)
NO_EMPTY, OTHER_SHAPE, SPLIT, MERIDIAN, REORDERED, NO_IDS = (f"E-LOSS-{number}" for number in range(13, 19))
MOMENTS, LAYER_NAME, TILES = (f"E-LOSS-{number}" for number in range(19, 22))


class Ledger:
    """The losses of one layer in one file, in the order they are met."""

    def __init__(self, file: str, layer: str | None) -> None:
        self.file, self.layer = file, layer
        self.found: list[Finding] = []

    @property
    def renamed(self) -> dict[str, str]:
        """Column → its name in the file, where that is another one."""
        told = [found.seen for found in self.found if found.code == RENAMED]
        return dict(told[0]) if told and isinstance(told[0], Mapping) else {}

    def add(
        self,
        code: str,
        what: str,
        *,
        mend: str = "",
        seen: object = None,
        ids: Iterable[object] = (),
        severity: Severity = "note",
    ) -> None:
        """One loss. ``severity``: "note" the content is all there in another form, "warning" part of it is gone."""
        self.found.append(Finding(code, what, mend, severity, self.file, self.layer, tuple(ids), seen))
