"""The catalogue: every layer with its title, source, status, licence, accuracy and documented columns. One place, text files.

Each ``data/catalogue/*.toml`` holds ``[columns]`` (name = [unit, meaning]; a column is described once for all layers) and one
``[layers.<name>]`` table a layer. ``<name>`` is the function in this package that returns the layer; ``like`` names
another layer whose columns it shares.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, cast

import pandas as pd

from geo import PlanningDataError, nearest_names
from layers import _files
from layers.wording import in_vietnamese

COMMON = ("name_vi", "name_en", "status", "as_of", "plan_basis", "superseded_by", "source", "accuracy_m", "note")
TOLD = ("source", "licence", "accuracy_note", "how_to_import")  # texts that the catalogue also gives in Vietnamese
STATUSES = ("existing", "under_construction", "planned", "concept", "superseded", "mixed")


@dataclass(frozen=True)
class Entry:
    """What the catalogue knows of one layer.

    ``index`` the name of the frame's index; ``columns`` name → (unit, meaning) in the frame's order, geometry aside; ``status``
    that of all rows, or ``mixed``; ``as_of`` the youngest row; ``accuracy_m`` the worst row (NaN where nothing is located);
    ``shipped`` False where the layer is an empty frame, then ``how_to_import`` says what fills it. Texts are English; those
    ending in ``_vi`` say the same in Vietnamese (``data/vietnamese.toml``).
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


@cache
def entries() -> Mapping[str, Entry]:
    """All catalogue entries by layer name, sorted."""
    files = _files.catalogue_files()
    known = {name: (unit, meaning) for file in files for name, (unit, meaning) in file.get("columns", {}).items()}
    tables = {name: table for file in files for name, table in file.get("layers", {}).items()}
    found = {name: _entry(name, table, tables, known) for name, table in tables.items()}
    return MappingProxyType(dict(sorted(found.items())))


def entry(name: str) -> Entry:
    """The catalogue entry of a layer; an unknown name is refused (E-LAYER-01) with the nearest ones."""
    if name not in entries():
        raise PlanningDataError("E-LAYER-01", "there is no such layer.", layer=name, mend=nearest_names(name, entries()))
    return entries()[name]


def catalogue() -> pd.DataFrame:
    """One row a layer, index ``layer``: titles, family, geometry, features, status, source, licence, as_of, accuracy_m ...

    ``source``, ``licence``, ``accuracy_note`` and ``how_to_import`` are English, the same with ``_vi`` Vietnamese.
    ``id_column`` names the frame's index; ``columns`` is a dict name → (unit, meaning); ``shipped`` is False for layers that are
    empty until you import data (``how_to_import``). Reads the text files only: no layer is built.
    """
    table = pd.DataFrame([{**vars(one), "columns": dict(one.columns)} for one in entries().values()])
    return table.set_index("layer").rename(columns={"index": "id_column"})


def get(name: str, **options: object) -> pd.DataFrame:
    """The layer of that name (``get("units", vintage="2025")``); an unknown name is refused (E-LAYER-01)."""
    function = getattr(importlib.import_module("layers"), entry(name).layer)
    return cast("pd.DataFrame", function(**options))


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
