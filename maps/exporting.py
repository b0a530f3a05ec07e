"""Layers, or the lines that run, into files for other programs, with what the catalogue knows of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import analyses
import layers
from geo import Finding, PlanningDataError, column_label, nearest_names, write
from geo.movement import Transport
from layers import in_vietnamese

_TOLD = ("title_vi", "title_en", "family", "status", "as_of", "accuracy_m", "accuracy_note", "accuracy_note_vi", "plan_basis")


def export_layers(
    names: str,
    file: str,
    *,
    workspace: Path | None = None,
    geometry: Literal["wkt", "lonlat"] | None = None,
    bom: bool = False,
    decimals: int = 6,
    sidecar: bool = True,
) -> str:
    """Write layers ("zones", "zones,units" or "all") to a file or database; what was written and what was lost, as text."""
    own = layers.open_workspace(workspace) if workspace else None
    table = layers.catalogue(workspace=own)
    wanted = list(table.index) if names == "all" else [name.strip() for name in names.split(",")]
    frames = {name: layers.get(name, workspace=own) for name in wanted}
    told = {name: about(table.loc[name]) for name in wanted}
    lost: list[Finding] = []
    single = len(wanted) == 1
    write(
        frames[wanted[0]] if single else frames,
        file,
        layer=wanted[0] if single and "://" not in file else None,
        about=told[wanted[0]] if single else told,
        geometry=geometry,
        bom=bom,
        decimals=decimals,
        sidecar=sidecar and "://" not in file,
        losses=lost,
    )
    rows = sum(map(len, frames.values()))
    what = wanted[0] if single else f"{len(wanted)} layers"
    return f"{_shown(file)}: {rows:,} rows of {what}\n{_losses(lost)}"


def export_lines(
    file: Path,
    *,
    planned: str = "",
    study: str | None = None,
    scenario: str | None = None,
    date: str = "2026-01-05",
    workspace: Path | None = None,
) -> str:
    """Write the lines that run as a GTFS feed: today's with opened plans, or those of a study's scenario; what was written.

    Errors: E-TOML-03 the study has no such scenario, and those of `layers.write_gtfs`.
    """
    own = layers.open_workspace(workspace) if workspace else None
    opened = tuple(name.strip() for name in planned.split(",") if name.strip())
    if study is None:
        transport = layers.transport(planned=opened, workspace=own)
        more = f", with {', '.join(opened)}" if opened else ""
    else:
        _, ground = analyses.ready_study(study, workspace=own)
        transport, more = _scenario(ground, scenario, study), f", {scenario or 'today'} of the study {Path(study).name}"
    layers.write_gtfs(transport, file, date=date)
    return f"{file}: lines as GTFS, service day {date}{more}\n"


def _scenario(ground: analyses.StudyGround, scenario: str | None, study: str) -> Transport:
    if scenario is not None and scenario not in ground.scenarios:
        mend = nearest_names(scenario, ground.scenarios)
        raise PlanningDataError("E-TOML-03", "the study has no such scenario.", file=study, seen=scenario, mend=mend)
    return ground.transport(scenario)


def about(row: Any) -> dict[str, Any]:
    """What the catalogue knows of a layer, as `geo.write` keeps it in files: texts, and unit and meaning of every column."""
    told = {name: row[name] for name in _TOLD if name in row and row[name] == row[name] and row[name] != ""}
    sources = {name: row[name] for name in ("source", "source_vi", "licence", "licence_vi")}
    columns = {
        name: {"unit": unit, "meaning_en": meaning, "meaning_vi": _in_vietnamese(name, meaning)}
        for name, (unit, meaning) in row["columns"].items()
    }
    return {"layer": row.name, **told, **sources, "columns": columns}


def _in_vietnamese(column: str, meaning: str) -> str:
    said = in_vietnamese(meaning)
    return column_label(column).vi if said == meaning else said


def _losses(lost: list[Finding]) -> str:
    """What the format could not hold as it is: one line a code, warnings first."""
    lines = []
    for code in sorted(
        {one.code for one in lost}, key=lambda code: (all(o.severity == "note" for o in lost if o.code == code), code)
    ):
        same = [one for one in lost if one.code == code]
        more = f" (and {len(same) - 1} more like it)" if len(same) > 1 else ""
        word = "Lost" if any(one.severity == "warning" for one in same) else "Changed"
        lines.append(f"  {word}: {code} {same[0].what}{more}\n")
    return "".join(lines)


def _shown(file: str) -> str:
    """A database by its name without user and password."""
    return file if "://" not in file else file.split("://", maxsplit=1)[0] + "://" + file.rsplit("@", maxsplit=1)[-1]
