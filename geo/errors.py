"""The one error of the package: what is wrong, where, what was seen, and how to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from geo.findings import SHOWN_IDS, Finding


class PlanningDataError(ValueError):
    """An input that can not be used as it is.

    Parameters: ``code`` a stable code such as ``"E-CRS-03"`` (family, number); ``what`` one sentence; ``mend`` what the reader
    can do; ``file``, ``layer``, ``feature_ids`` where it is; ``seen`` the value met. All are attributes; ``str()`` is one line.
    """

    def __init__(
        self,
        code: str,
        what: str,
        *,
        mend: str,
        file: object = None,
        layer: str | None = None,
        feature_ids: Sequence[object] = (),
        seen: object = None,
    ) -> None:
        self.code = code
        self.what = what
        self.mend = mend
        self.file = None if file is None else str(file)
        self.layer = layer
        self.count = len(feature_ids)
        self.feature_ids = tuple(feature_ids[:SHOWN_IDS])
        self.seen = seen
        self.finding = Finding(code, what, mend, "error", self.file, layer, tuple(feature_ids), seen)
        super().__init__(str(self.finding))

    @classmethod
    def of(cls, finding: Finding) -> PlanningDataError:
        """The error that a finding is."""
        where: dict[str, Any] = {
            "file": finding.file,
            "layer": finding.layer,
            "feature_ids": finding.feature_ids,
            "seen": finding.seen,
        }
        return cls(finding.code, finding.what, mend=finding.mend, **where)


def nearest_names(name: str, known: Iterable[str], count: int = 3) -> str:
    """The known names closest to a misspelt one, as a sentence for an error's ``mend``."""
    names = sorted(known)
    close = difflib.get_close_matches(name.casefold(), names, n=count, cutoff=0.4)
    if not close:
        close = [other for other in names if name.casefold() in other][:count]
    return f"did you mean {', '.join(close)}?" if close else f"known names: {', '.join(names)}."
