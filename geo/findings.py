"""What a check found in an input: an error that stops it, something mended, or a warning that the result must carry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Severity: TypeAlias = Literal["error", "fixed", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "fixed", "warning", "note")
_TOLD_FIRST: tuple[Severity, ...] = ("error", "warning", "fixed", "note")
SHOWN_IDS = 10


@dataclass(frozen=True)
class Finding:
    """One finding: a stable ``code``, one sentence ``what``, the ``mend``, and where it is.

    ``severity``: "error" the input can not be used, "fixed" it was mended and can, "warning" it is used as it is and a reader of
    the result must know, "note" worth saying. ``feature_ids`` are all of them; texts show the first ten. ``seen`` the value met;
    ``field`` the column it is in.
    """

    code: str
    what: str
    mend: str = ""
    severity: Severity = "error"
    file: str | None = None
    layer: str | None = None
    feature_ids: tuple[object, ...] = ()
    seen: object = None
    field: str | None = None

    @property
    def count(self) -> int:
        """How many features it concerns."""
        return len(self.feature_ids)

    def __str__(self) -> str:
        """The finding as one line."""
        where = [self.file or "", f"layer {self.layer!r}" if self.layer else ""]
        place = ", ".join(part for part in where if part)
        text = f"{self.code} {place}: {self.what}" if place else f"{self.code} {self.what}"
        if self.feature_ids:
            more = f" and {self.count - SHOWN_IDS} more" if self.count > SHOWN_IDS else ""
            text += f" Features: {', '.join(map(str, self.feature_ids[:SHOWN_IDS]))}{more}."
        if self.seen is not None:
            text += f" Seen: {self.seen!r}."
        return f"{text} Mend: {self.mend}" if self.mend else text

    def as_dict(self) -> dict[str, Any]:
        """The finding for JSON: ids as text (the first ten), their count, ``seen`` as it prints."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "layer": self.layer,
            "field": self.field,
            "what": self.what,
            "feature_ids": [str(one) for one in self.feature_ids[:SHOWN_IDS]],
            "count": self.count,
            "seen": None if self.seen is None else repr(self.seen),
            "mend": self.mend,
        }


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The gravest severity among the findings, None where there are none."""
    met = {one.severity for one in findings}
    return next((one for one in SEVERITIES if one in met), None)


def by_severity(findings: Iterable[Finding]) -> list[Finding]:
    """Errors first, then what a reader must know, what was mended, and notes; otherwise in the order given."""
    return sorted(findings, key=lambda one: _TOLD_FIRST.index(one.severity))
