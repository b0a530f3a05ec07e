"""What is too large to be read unasked: told before memory is taken, each with its number and the option that lifts it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from geo.errors import PlanningDataError
from geo.findings import Finding
from geo.reading.json_brackets import brackets

MOST_BYTES = 2 * 10**9
MOST_TEXT_BYTES = 5 * 10**8  # JSON and XML take ten times their size in memory
MOST_ROWS = 5_000_000
MOST_COLUMNS = 2_000
MOST_VERTICES = 100_000_000
MOST_VERTICES_A_FEATURE = 5_000_000
MANY_VERTICES_A_FEATURE = 500_000
MOST_DEPTH = 100
MOST_LINE_BYTES = 100_000_000
_LIFT = "pass allow_large=True (--allow-large) if you mean it"


def check_size(path: Path, shown: str, *, text: bool, allow_large: bool) -> None:
    """Errors: E-SIZE-01 more bytes than are read unasked."""
    size, most = path.stat().st_size, MOST_TEXT_BYTES if text else MOST_BYTES
    if size > most and not allow_large:
        what = f"the file has {size / 1e6:,.0f} MB; {most / 1e6:,.0f} MB are read unasked."
        raise PlanningDataError("E-SIZE-01", what, file=shown, seen=size, mend=f"cut it to the area of work, or {_LIFT}.")


def check_counts(
    rows: int, columns: int, shown: str, layer: str | None, *, allow_large: bool, most_rows: int | None = None
) -> None:
    """Errors: E-SIZE-02 too many rows, E-SIZE-03 too many columns."""
    told = (("E-SIZE-02", "rows", rows, most_rows or MOST_ROWS), ("E-SIZE-03", "columns", columns, MOST_COLUMNS))
    for code, name, count, most in told:
        if count > most and not allow_large:
            what = f"there are {count:,} {name}; {most:,} are read unasked."
            raise PlanningDataError(code, what, file=shown, layer=layer, seen=count, mend=f"drop what is not needed, or {_LIFT}.")


def check_depth(path: Path, shown: str) -> None:
    """Errors: E-SIZE-05 JSON nested deeper than 100; GeoJSON needs eight."""
    if any(depths.max(initial=0) > MOST_DEPTH for _, depths in brackets(path)):
        what = f"the JSON is nested deeper than {MOST_DEPTH} levels; GeoJSON needs eight."
        raise PlanningDataError("E-SIZE-05", what, file=shown, mend="this is no GeoJSON: do not use this file.")


def check_line(longest: int, shown: str) -> None:
    """Errors: E-SIZE-07 a line of a table is longer than is read unasked."""
    if longest > MOST_LINE_BYTES:
        what = f"a line of the table has {longest / 1e6:,.0f} MB; {MOST_LINE_BYTES / 1e6:,.0f} MB are read unasked."
        raise PlanningDataError("E-SIZE-07", what, file=shown, seen=longest, mend=f"look what stands in it, or {_LIFT}.")


def check_largest(bytes_: int, rows: int, shown: str, layer: str | None, *, allow_large: bool) -> None:
    """Errors: E-SIZE-04 ``rows`` features hold so many ``bytes_`` that one must have more vertices than are read unasked."""
    mean = bytes_ / 16 / max(rows, 1)  # two float64; text takes more
    if mean > MOST_VERTICES_A_FEATURE and not allow_large:
        raise heavy(f"a feature has about {mean:,.0f} vertices", shown, layer, ())


def check_vertices(shapes: np.ndarray, ids: np.ndarray, shown: str, layer: str | None, *, allow_large: bool) -> list[Finding]:
    """A warning for features of very many vertices. Errors: E-SIZE-04 too many of one feature or of all."""
    counts = shapely.get_num_coordinates(shapes)
    over = counts > MOST_VERTICES_A_FEATURE
    if not allow_large and over.any():
        raise heavy(f"a feature has {counts.max():,} vertices", shown, layer, tuple(ids[over]))
    if not allow_large and counts.sum() > MOST_VERTICES:
        raise heavy(f"the layer has {counts.sum():,} vertices", shown, layer, ())
    many = counts > MANY_VERTICES_A_FEATURE
    if not many.any():
        return []
    what = f"{many.sum()} features have more than {MANY_VERTICES_A_FEATURE:,} vertices."
    mend = "simplify them for maps: frame.simplify_coverage or frame.simplify."
    return [Finding("E-SIZE-08", what, mend, "warning", shown, layer, tuple(ids[many]), int(counts.max()))]


def heavy(what: str, shown: str, layer: str | None, ids: tuple[object, ...]) -> PlanningDataError:
    """E-SIZE-04: more vertices than are read unasked."""
    most = f"{MOST_VERTICES_A_FEATURE:,} a feature and {MOST_VERTICES:,} a layer are read unasked"
    return PlanningDataError(
        "E-SIZE-04", f"{what}; {most}.", file=shown, layer=layer, feature_ids=ids, mend=f"simplify it first, or {_LIFT}."
    )
