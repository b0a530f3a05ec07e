"""What a file says of itself: titles, source, licence, units and meaning of columns, what was lost; inside it or beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from geopandas import GeoDataFrame
from pyproj import CRS

from geo.findings import Finding
from geo.writing.columns import kind_of
from geo.writing.formats import Format
from geo.writing.ready import Ready
from geo.writing.whole import write_text

SIDECAR = ".meta.json"
Told = Mapping[str, Mapping[str, Any]]


def told(ready: Sequence[Ready], about: Mapping[str, Any] | None, *, single: bool) -> dict[str, dict[str, Any]]:
    """Layer → what was given about it; nothing where nothing was given."""
    if about is None:
        return {}
    return {one.layer: dict(about if single and one.layer not in about else about.get(one.layer, {})) for one in ready}


def as_json(about: Mapping[str, Any], indent: int | None = None) -> str:
    """What is said, as JSON; dates and the like as they print."""
    return json.dumps(about, ensure_ascii=False, default=str, indent=indent)


def flat(about: Mapping[str, Any]) -> dict[str, str]:
    """What is said as pairs of texts, lists and tables as JSON."""
    return {
        str(name): value if isinstance(value, str) else as_json({"": value})[5:-1]
        for name, value in about.items()
        if value not in (None, "")
    }


def write_sidecar(path: Path, form: Format, ready: Sequence[Ready], about: Told, found: Sequence[Finding]) -> Path:
    """Write ``<path>.meta.json``: what was given, and what can be counted in the file."""
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    table = {
        "file": path.name,
        "format": form.name,
        "sha256": digest.hexdigest(),
        "bytes": sum(file.stat().st_size for file in files),
        "software": f"innoregion {version('innoregion')}",
        "layers": [_layer(one, about.get(one.layer, {})) for one in ready],
        "losses": [finding.as_dict() for finding in found],
    }
    return write_text(path.with_name(path.name + SIDECAR), json.dumps(table, ensure_ascii=False, default=str, indent=1) + "\n")


def _layer(one: Ready, about: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in about.items() if name != "columns"}
    shapes = one.frame if isinstance(one.frame, GeoDataFrame) else None
    return {
        "layer": one.layer,
        **({"name_in_file": one.name} if one.name != one.layer else {}),
        **given,
        "rows": len(one.frame),
        "crs": None if shapes is None or shapes.crs is None else CRS(shapes.crs).to_string(),
        "bounds": None if shapes is None or shapes.empty else [round(float(value), 6) for value in shapes.total_bounds],
        "geometry": [] if shapes is None else sorted(set(shapes.geom_type.dropna())),
        "id_column": one.ids,
        "columns": _columns(one, about.get("columns", {})),
    }


def _columns(one: Ready, about: Mapping[str, Any]) -> list[dict[str, Any]]:
    shape = one.source.geometry.name if isinstance(one.source, GeoDataFrame) else None
    listed = []
    if one.ids is not None:
        index = one.source.index.to_series() if one.source.index.nlevels == 1 else None
        listed.append({"name": one.ids, "type": "text" if index is None else kind_of(index), **_words(about.get(one.ids))})
    given = [name for name in one.source.columns if name != shape]
    listed += [{"name": str(name), "type": kind_of(one.source[name]), **_words(about.get(name))} for name in given]
    renamed = one.ledger.renamed
    return [{**column, "name_in_file": renamed[column["name"]]} if column["name"] in renamed else column for column in listed]


def _words(said: Any) -> dict[str, Any]:
    if said is None:
        return {}
    return dict(said) if isinstance(said, Mapping) else dict(zip(("unit", "meaning_en"), said, strict=False))
