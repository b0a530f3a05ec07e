"""From findings to the one error that a reader raises."""

from __future__ import annotations

from geo.errors import PlanningDataError
from geo.findings import Finding


def refuse(found: list[Finding]) -> None:
    """Raise the first error among the findings; nothing where there is none."""
    error = next((one for one in found if one.severity == "error"), None)
    if error is not None:
        raise PlanningDataError.of(error)
