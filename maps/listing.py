"""The catalogue as text: for the terminal and for README."""

from __future__ import annotations

import textwrap

import layers
from geo import PlanningDataError, nearest_names

_SOURCE_WIDTH = 60


def layer_table() -> str:
    """All layers, one a line: name, geometry, features, status, as of, accuracy, source."""
    table = layers.catalogue()
    rows = [("layer", "geometry", "features", "status", "as of", "± m", "source")]
    rows += [
        (
            name,
            row.geometry,
            f"{row.features:,}",
            row.status,
            row.as_of,
            _metres(row.accuracy_m),
            textwrap.shorten(row.source, _SOURCE_WIDTH),
        )
        for name, row in zip(table.index, table.itertuples(), strict=True)
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, f"{len(table)} layers; `innoregion layers NAME` tells more of one."]) + "\n"


def layer_sheet(name: str) -> str:
    """One layer: all the catalogue says of it, and its columns with unit and meaning. Errors: E-LAYER-01."""
    table = layers.catalogue()
    if name not in table.index:
        raise PlanningDataError("E-LAYER-01", "there is no such layer.", layer=name, mend=nearest_names(name, table.index))
    row = table.loc[name].drop("columns")
    lines = [f"{key:16} {value}" for key, value in row.items() if str(value) not in {"", "nan"}]
    columns = table.loc[name, "columns"]
    lines += ["", "columns:"] + [f"  {column:28} {unit or '-':10} {meaning}" for column, (unit, meaning) in columns.items()]
    return "\n".join([name, *lines]) + "\n"


def layer_markdown() -> str:
    """The catalogue as a table for README."""
    table = layers.catalogue()
    lines = ["| layer | what | features | status | as of | accuracy, m |", "|---|---|---|---|---|---|"]
    lines += [
        f"| `{name}` | {row.title_en} | {row.features:,} | {row.status} | {row.as_of} | {_metres(row.accuracy_m)} |"
        for name, row in zip(table.index, table.itertuples(), strict=True)
    ]
    return "\n".join(lines) + "\n"


def _metres(value: float) -> str:
    return f"{value:,.0f}" if value == value else "–"  # noqa: PLR0124 - NaN: nothing is located
