"""The catalogue as text: for the terminal and for README."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import analyses
import layers
from geo import PlanningDataError, nearest_names

_SOURCE_WIDTH = 60


def layer_table(workspace: Path | None = None) -> str:
    """All layers, one a line: name, geometry, features, status, as of, accuracy, source; with a workspace which is in force."""
    own = _opened(workspace)
    table = _rows(own)
    rows = [("layer", "geometry", "features", "status", "as of", "accuracy", *(["in force"] if own else []), "source")]
    rows += [
        (
            name,
            row["geometry"],
            f"{row['features']:,}",
            row["status"],
            row["as_of"],
            _metres(row["accuracy_m"]),
            *([row["in_force"]] if own else []),
            textwrap.shorten(row["source"], _SOURCE_WIDTH),
        )
        for name, row in table.items()
    ]
    return f"{_columns(rows)}\n{len(table)} layers; `innoregion layers NAME` tells more of one.\n{_further(own)}"


def _further(own: layers.Workspace | None) -> str:
    """Streets, feeds and rasters of a workspace, one a line."""
    held = [one for one in own or () if one.kind != "layers"]
    return "".join(
        f"{one.kind}: {one.name}, {one.origin}, {one.as_of or 'no date stated'}, workspace {one.imported}\n" for one in held
    )


def _opened(workspace: Path | None) -> layers.Workspace | None:
    return layers.open_workspace(workspace) if workspace else None


def study_table() -> str:
    """The shipped studies, one a line: name, kind, title; and where their files lie."""
    told = {name: analyses.read_study(name) for name in analyses.shipped_studies()}
    rows = [("study", "kind", "title"), *((name, study.kind, study.title_en) for name, study in told.items())]
    folder = files("analyses") / "studies"
    return _columns(rows) + f"\n{len(told)} studies in {folder}; `innoregion run NAME --out DIR` runs one.\n"


def _columns(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def layer_sheet(name: str, workspace: Path | None = None) -> str:
    """One layer: all the catalogue says of it, and its columns with unit and meaning. Errors: E-LAYER-01."""
    table = _rows(_opened(workspace))
    if name not in table:
        raise PlanningDataError("E-LAYER-01", "there is no such layer.", layer=name, mend=nearest_names(name, table))
    row = dict(table[name])
    columns = row.pop("columns")
    lines = [f"{key:16} {value}" for key, value in row.items() if str(value) not in {"", "nan"}]
    lines += ["", "columns:"] + [f"  {column:28} {unit or '-':10} {meaning}" for column, (unit, meaning) in columns.items()]
    return "\n".join([name, *lines]) + "\n"


def layer_markdown() -> str:
    """The catalogue as a table for README."""
    table = _rows()
    lines = ["| layer | what | features | status | as of | accuracy |", "|---|---|---|---|---|---|"]
    lines += [_markdown_row(name, row) for name, row in table.items()]
    return "\n".join(lines) + "\n"


def _markdown_row(name: str, row: Mapping[str, Any]) -> str:
    cells = (f"`{name}`", row["title_en"], f"{row['features']:,}", row["status"], row["as_of"], _metres(row["accuracy_m"]))
    return f"| {' | '.join(cells)} |"


def _rows(workspace: layers.Workspace | None = None) -> dict[str, dict[str, Any]]:
    table = layers.catalogue(workspace=workspace)
    columns = [str(column) for column in table]
    return {str(name): dict(zip(columns, row, strict=True)) for name, *row in table.itertuples(name=None)}


def _metres(value: float) -> str:
    return "no place" if math.isnan(value) else f"{value:,.0f} m"


def study_markdown() -> str:
    """The shipped studies as a table for README: name | what | kind."""
    told = {name: analyses.read_study(name) for name in analyses.shipped_studies()}
    lines = ["| study | what | kind |", "|---|---|---|"]
    lines += [f"| `{name}` | {study.title_en} | `{study.kind}` |" for name, study in told.items()]
    return "\n".join(lines) + "\n"


def tag_table() -> str:
    """Tags of OpenStreetMap by layer, one rule a line: layer, drawn as, tags, kind, further columns."""
    table = layers.osm_tags()
    columns = ["layer", "drawn", "tags", "kind", "sets"]
    rows = [
        tuple(columns),
        *((*row[:3], row[3] or "(left out)", row[4]) for row in table[columns].itertuples(index=False, name=None)),
    ]
    return f"{_columns(rows)}\nThe first rule of a layer that fits wins; kind * is the value of the first tag.\n"


def tag_markdown() -> str:
    """Layers made from OpenStreetMap as a table for README: layer | group | drawn as | tags."""
    lines = ["| layer | fetched with | drawn as | tags |", "|---|---|---|---|"]
    for layer, rules in layers.osm_tags().groupby("layer", sort=False):
        tags = ", ".join(f"`{tag}`" for tag in dict.fromkeys(rules["tags"].str.split(" & ").str[0]))
        lines.append(f"| `{layer}` | {rules['group'].iloc[0]} | {rules['drawn'].iloc[0]} | {tags} |")
    return "\n".join(lines) + "\n"
