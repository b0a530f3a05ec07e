"""The catalogue: every layer with its title, source, status, licence, accuracy and documented columns. One place, text files.

Each ``data/catalogue/*.toml`` holds ``[columns]`` (name = [unit, meaning]; a column is described once for all layers) and one
``[layers.<name>]`` table a layer. ``<name>`` is the function in this package that returns the layer; ``like`` names
another layer whose columns it shares.
"""

from __future__ import annotations

import importlib
import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import Any, cast

import pandas as pd

from geo import PlanningDataError, nearest_names
from layers import _files
from layers.wording import in_vietnamese
from layers.workspace.value import Holding, Workspace

COMMON = ("name_vi", "name_en", "status", "as_of", "plan_basis", "superseded_by", "source", "accuracy_m", "note")
TOLD = ("source", "licence", "accuracy_note", "how_to_import")  # texts that the catalogue also gives in Vietnamese
STATUSES = ("existing", "under_construction", "planned", "concept", "superseded", "mixed")


@dataclass(frozen=True)
class Entry:
    """What the catalogue knows of one layer.

    ``index`` the name of the frame's index; ``columns`` name → (unit, meaning) in the frame's order, geometry aside; ``status``
    that of all rows, or ``mixed``; ``as_of`` the youngest row; ``accuracy_m`` the worst row (NaN where nothing is located);
    ``shipped`` False where the layer is an empty frame, then ``how_to_import`` says what fills it. Texts are English; those
    ending in ``_vi`` say the same in Vietnamese (``data/vietnamese.toml``). ``derived_from`` the layers it follows where a
    workspace replaces them; ``in_force`` where it comes from.
    """

    layer: str
    title_vi: str
    title_en: str
    family: str
    geometry: str
    index: str
    features: int
    status: str
    source: str
    source_vi: str
    licence: str
    licence_vi: str
    as_of: str
    accuracy_m: float
    accuracy_note: str = ""
    accuracy_note_vi: str = ""
    plan_basis: str = ""
    superseded_by: str = ""
    shipped: bool = True
    how_to_import: str = ""
    how_to_import_vi: str = ""
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    derived_from: tuple[str, ...] = ()
    in_force: str = "embedded"


@cache
def entries() -> Mapping[str, Entry]:
    """All catalogue entries by layer name, sorted."""
    files = _files.catalogue_files()
    known = {name: (unit, meaning) for file in files for name, (unit, meaning) in file.get("columns", {}).items()}
    tables = {name: table for file in files for name, table in file.get("layers", {}).items()}
    found = {name: _entry(name, table, tables, known) for name, table in tables.items()}
    return MappingProxyType(dict(sorted(found.items())))


def entry(name: str, workspace: Workspace | None = None) -> Entry:
    """The catalogue entry of a layer; an unknown name is refused (E-LAYER-01) with the nearest ones."""
    known = entries() if workspace is None else in_force(workspace)
    if name not in known:
        raise PlanningDataError("E-LAYER-01", "there is no such layer.", layer=name, mend=nearest_names(name, known))
    return known[name]


def catalogue(*, workspace: Workspace | None = None) -> pd.DataFrame:
    """One row a layer, index ``layer``: titles, family, geometry, features, status, source, licence, as_of, accuracy_m ...

    ``source``, ``licence``, ``accuracy_note`` and ``how_to_import`` are English, the same with ``_vi`` Vietnamese.
    ``id_column`` names the frame's index; ``columns`` is a dict name → (unit, meaning); ``shipped`` is False for layers that are
    empty until you import data (``how_to_import``). ``in_force`` says where a layer comes from: "embedded", "workspace" with the
    day of the import, or "derived from" layers of the workspace; the rows of a ``workspace`` tell its own source, licence and
    date, and its further layers have rows too. Reads text files only: no layer is built.
    """
    told = entries() if workspace is None else in_force(workspace)
    table = pd.DataFrame([{**vars(one), "columns": dict(one.columns)} for one in told.values()])
    return table.set_index("layer").rename(columns={"index": "id_column"}).drop(columns="derived_from")


def get(name: str, *, workspace: Workspace | None = None, **options: object) -> pd.DataFrame:
    """The layer of that name (``get("units", vintage="2025")``); an unknown name is refused (E-LAYER-01)."""
    if workspace is not None and name in workspace.layers and name not in entries():
        return workspace.read(name)
    taken = {"workspace": workspace} if workspace is not None and replaceable_by(name) else {}
    return cast("pd.DataFrame", _function(entry(name, workspace).layer)(**taken, **options))


def replaceable_by(name: str) -> bool:
    """Whether a workspace may hold the layer: not so tables of rules that take a planner's rows by ``own=``."""
    return "workspace" in inspect.signature(_function(catalogue_name(name))).parameters


def _function(name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(importlib.import_module("layers"), name)
    return function


def in_force(workspace: Workspace) -> Mapping[str, Entry]:
    """The entries with those of the workspace in their place: its own, and what is derived from them."""
    own = {name: _of_workspace(held) for name, held in workspace.layers.items()}
    derived = {name: _derived(one, own) for name, one in entries().items() if name not in own}
    return MappingProxyType(dict(sorted({**derived, **own}.items())))


def _derived(one: Entry, own: Mapping[str, Entry]) -> Entry:
    """``derived_from`` names the layers themselves and not what these are derived from in turn: the chain is followed here."""
    replaced = sorted(_origins(one.layer) & set(own))
    if not replaced:
        return one
    told: dict[str, Any] = {
        key: "; ".join(dict.fromkeys([*(getattr(own[name], key) for name in replaced), getattr(one, key)]))
        for key in ("source", "source_vi", "licence", "licence_vi")
    }
    as_of = max([one.as_of, *(own[name].as_of for name in replaced)])
    titles = _titles(one.layer, one.title_vi, one.title_en)
    return replace(one, **told, **titles, as_of=as_of, in_force=f"derived from {', '.join(replaced)} of the workspace")


def _origins(name: str) -> set[str]:
    known = entries().get(name)
    return {name}.union(*(_origins(other) for other in (known.derived_from if known else ())))


def _of_workspace(held: Holding) -> Entry:
    """What the catalogue says of the layer that is replaced, with source, licence, status, date and accuracy of the import."""
    known = entries().get(catalogue_name(held.name))
    usual = (known.title_vi, known.title_en) if known else (held.name, held.name)
    said: dict[str, Any] = {
        "layer": held.name,
        "features": held.rows,
        "status": held.status,
        "source": held.source,
        "source_vi": in_vietnamese(held.source),
        "licence": held.licence,
        "licence_vi": in_vietnamese(held.licence),
        "as_of": held.as_of,
        "accuracy_m": held.accuracy_m,
        "in_force": f"workspace {held.imported}",
        **_titles(held.name, held.title_vi or usual[0], held.title_en or usual[1]),
    }
    blank: dict[str, Any] = {"accuracy_note": "", "accuracy_note_vi": "", "plan_basis": "", "superseded_by": "", "shipped": True}
    if known is not None:
        extra = {name: (unit, meaning) for name, (unit, meaning) in held.columns.items() if name not in known.columns}
        return replace(known, **said, **blank, how_to_import="", how_to_import_vi="", columns={**known.columns, **extra})
    geometry = held.geometry or "table"
    return Entry(**said, **blank, family="workspace", geometry=geometry, index=held.index, columns=held.columns)


def _titles(name: str, vi: str, en: str) -> dict[str, Any]:
    """The titles without what they say of the embedded data."""
    vi, en = _files.parameters("import_words")["titles"].get(name, (vi, en))
    return {"title_vi": vi, "title_en": en}


def catalogue_name(name: str) -> str:
    """The name in the catalogue of a layer that a workspace may hold in two vintages."""
    return "units" if name == "units_2025" else name


def _entry(
    name: str, table: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]], known: Mapping[str, tuple[str, str]]
) -> Entry:
    given = {"columns": [], "accuracy_m": math.nan, **table}
    own = tables[given.pop("like")]["columns"] if "like" in given else given["columns"]
    columns = {column: known[column] for column in (*COMMON[:2], *own, *COMMON[2:])}
    told = {f"{text}_vi": in_vietnamese(given.get(text, "")) for text in TOLD}
    return Entry(
        **{**told, **given, "layer": name, "columns": MappingProxyType(columns), "accuracy_m": float(given["accuracy_m"])}
    )
