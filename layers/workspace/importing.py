"""Files of a planner into a workspace: layers, streets, feeds and rasters, each checked whole before anything is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
from geopandas import GeoDataFrame

from geo import Finding, PlanningDataError, nearest_names, plain_name, write
from layers.register import COMMON, catalogue_name, entries, replaceable_by
from layers.workspace.filling import Provenance, Shape, extra, filled, is_blank
from layers.workspace.holdings import layer_holding, new_holding
from layers.workspace.manifest import NAME as MANIFEST
from layers.workspace.mapping import PLACES, Mapped, map_columns
from layers.workspace.opening import open_workspace
from layers.workspace.placing import UNIT, placed
from layers.workspace.rows import Reading, read_rows
from layers.workspace.storing import stored
from layers.workspace.units import with_units
from layers.workspace.value import Holding, Workspace

LAYER_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True)
class Columns:
    """How their columns become ours: ``given`` theirs → ours, ``keep`` taken as they are, ``values`` ours → one value for all,
    ``blank`` ours → what an empty cell of it means.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    keep: Sequence[str] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    blank: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Imported:
    """What an import made: ``holding`` as workspace.toml tells it, the layer's ``frame``, what each column became, the columns
    ``left_out``, what was found, and the ``workspace`` as it then is (None after a rehearsal).
    """

    holding: Holding
    frame: pd.DataFrame | None = None
    mapped: tuple[Mapped, ...] = ()
    left_out: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    workspace: Workspace | None = None


def import_layer(
    path: str | Path,
    name: str,
    workspace: str | Path,
    *,
    columns: Columns | None = None,
    told: Provenance | None = None,
    reading: Reading | None = None,
    new: bool = False,
    dry_run: bool = False,
) -> Imported:
    """A vector file, drawing or table as layer ``name`` of a workspace, which is made where there is none.

    ``name`` a layer of the catalogue (or ``units_2025``), or any other with ``new``. ``columns`` maps theirs to ours; what is not
    told is known by name or by a word (`Imported.mapped` says how), never by content. ``reading`` how the file is read and where
    its rows may lie. ``told`` speaks for rows that say nothing of their own. ``dry_run`` checks all and writes nothing.
    Errors: E-IMPORT-01 … -16, those of `geo.read_vector`, `geo.read_table` and of the workspace.
    """
    path, columns, reading = Path(path), columns or Columns(), reading or Reading()
    said = _stated(told or Provenance(), path)
    shape, expect = _shape(name, path, new=new), reading.expect or _expected(Path(workspace))
    rows = read_rows(path, reading, wants=shape.geometry, expect=expect)
    findings = list(rows.findings)
    frame = rows.table.assign(**_constants(columns.values, shape, path))
    names = [str(one) for one in frame.columns if one != "geometry"]
    mapped = map_columns(
        names, shape.columns, layer=name, file=path.name, given=columns.given, keep=columns.keep, index=shape.index
    )
    if shape.geometry != "table" and not isinstance(frame, GeoDataFrame):
        by_ours = {one.ours: one.theirs for one in mapped}
        roles = {ours: theirs for ours, theirs in by_ours.items() if ours in PLACES}
        roles |= {name: by_ours[ours] for name, ours in (("id", shape.index), ("within", "district")) if ours in by_ours}
        at = placed(frame, roles, wants=shape.geometry, reading=reading, expect=expect, file=path.name)
        frame, mapped, more = with_units(at, mapped, shape, path.name)
        findings += [*at.findings, *more]
    if new:
        shape, mapped = _of_theirs(shape, frame, mapped)
    frame, more = _blanks(frame, columns.blank, mapped, name, path)
    layer, further = filled(frame, [one for one in mapped if one.ours not in PLACES], shape, said, file=path.name)
    findings += [*more, *further, *_unstated(told or Provenance(), path, name)]
    left_out = tuple(one for one in names if one not in {done.theirs for done in mapped})
    holding = layer_holding(layer, shape, mapped, new_holding("layers", name, path, said, findings))
    made = Imported(holding, layer, tuple(mapped), left_out, tuple(findings))
    if dry_run:
        return made
    return replace(made, workspace=stored(Path(workspace), holding, ".parquet", lambda part: _write(layer, part)))


def _expected(workspace: Path) -> str:
    """Anywhere in a workspace whose streets lie elsewhere, else in the region."""
    if not (workspace / MANIFEST).is_file():
        return "region"
    return "anywhere" if open_workspace(workspace).elsewhere else "region"


def _write(layer: pd.DataFrame, part: Path) -> None:
    write(layer, part)


def _shape(name: str, path: Path, *, new: bool) -> Shape:
    known = entries().get(catalogue_name(name))
    if known is not None and not replaceable_by(name):
        mend = f"give your rows where they are used: {name}(own=...)."
        raise PlanningDataError("E-IMPORT-16", "rules take rows of their own.", file=path.name, layer=name, mend=mend)
    if known is not None:
        return Shape(name, known.geometry, known.index, known.columns)
    if not new or not LAYER_NAME.fullmatch(name):
        mend = f"{nearest_names(name, [*entries(), 'units_2025'])} One of your own is made with --new (small letters, digits, _)."
        what = "there is no such layer." if not new else "this is no name for a layer."
        raise PlanningDataError("E-IMPORT-01", what, file=path.name, layer=name, mend=mend)
    common = entries()["landmarks"].columns  # the columns that every layer carries
    return Shape(name, "", f"{name}_id", {one: common[one] for one in COMMON})


def _of_theirs(shape: Shape, frame: pd.DataFrame, mapped: list[Mapped]) -> tuple[Shape, list[Mapped]]:
    """A layer of the planner's own: all columns are kept, under plain names."""
    taken = {one.theirs for one in mapped}
    free = [str(one) for one in frame.columns if one not in taken and one not in ("geometry", UNIT)]
    more = [Mapped(one, _plain(one, at), "kept") for at, one in enumerate(free)]
    own = {one.ours: extra(one.ours, frame[one.theirs]) for one in more}
    first, last = list(shape.columns.items())[:2], list(shape.columns.items())[2:]
    geometry = shape.geometry if isinstance(frame, GeoDataFrame) else "table"
    return Shape(shape.name, geometry, shape.index, dict([*first, *own.items(), *last])), [*mapped, *more]


def _plain(name: str, at: int) -> str:
    letters = re.sub(r"[^a-z0-9]+", "_", plain_name(name)).strip("_")
    return letters if re.match(r"[a-z]", letters) else f"column_{at + 1}"


def _constants(values: Mapping[str, str], shape: Shape, path: Path) -> dict[str, str]:
    for name in values:
        if name not in shape.columns:
            mend = nearest_names(name, shape.columns)
            what = "the layer has no such column to set."
            raise PlanningDataError("E-IMPORT-03", what, file=path.name, layer=shape.name, seen=name, mend=mend)
    return dict(values)


def _blanks(
    frame: pd.DataFrame, blank: Mapping[str, str], mapped: Sequence[Mapped], name: str, path: Path
) -> tuple[pd.DataFrame, list[Finding]]:
    """Empty cells with what the planner says they mean, every row told."""
    by_ours = {one.ours: one.theirs for one in mapped}
    findings = []
    for ours, value in blank.items():
        if ours not in by_ours:
            mend = nearest_names(ours, by_ours)
            what = "no column of the file is this one, so none of its cells is empty."
            raise PlanningDataError("E-IMPORT-03", what, file=path.name, layer=name, seen=ours, mend=mend)
        cells = frame[by_ours[ours]]
        empty = is_blank(cells)
        frame = frame.assign(**{by_ours[ours]: cells.astype("object").where(~empty, value)})
        rows = tuple(f"line {line}" for line in frame.index[empty])
        what = f"column {by_ours[ours]!r}: {len(rows)} empty cells are taken as {value}."
        findings.append(Finding("W-IMPORT-07", what, "", "warning", path.name, name, rows))
    return frame, findings


def _stated(told: Provenance, path: Path) -> Provenance:
    return told if told.source else replace(told, source=f"imported from {path.name}")


def _unstated(told: Provenance, path: Path, name: str) -> list[Finding]:
    missing = [key for key, said in (("--source", told.source), ("--as-of", told.as_of)) if not said]
    missing += ["--licence"] if told.licence == Provenance().licence else []
    if not missing:
        return []
    what = f"the import does not state {', '.join(one.strip('-') for one in missing)}."
    return [Finding("W-IMPORT-01", what, f"say it with {', '.join(missing)}.", "warning", path.name, name)]
