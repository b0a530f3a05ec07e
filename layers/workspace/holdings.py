"""What is known of a file before it is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

from geo import Finding, file_sha256
from layers.register import catalogue_name, entries
from layers.workspace.filling import Provenance, Shape, extra
from layers.workspace.mapping import Mapped
from layers.workspace.value import Holding, Kind


def layer_holding(layer: pd.DataFrame, shape: Shape, mapped: Sequence[Mapped], holding: Holding) -> Holding:
    """The holding with what the layer is: rows, geometry, CRS, columns that the catalogue does not know."""
    located = isinstance(layer, GeoDataFrame)
    known = set(shape.columns)
    further = {one: extra(one, layer[one]) for one in layer.columns if one not in known and one != "geometry"}
    own = {} if entries().get(catalogue_name(shape.name)) else {one: shape.columns[one] for one in shape.columns}
    return replace(
        holding,
        rows=len(layer),
        geometry=(shape.geometry or _kind(layer)) if located else "",
        crs=layer.crs.to_string() if isinstance(layer, GeoDataFrame) else "",
        index=shape.index,
        mapping={one.theirs: one.ours for one in mapped},
        columns={**own, **further},
    )


def _kind(layer: pd.DataFrame) -> str:
    kinds = set(layer.geometry.geom_type.str.removeprefix("Multi")) if isinstance(layer, GeoDataFrame) else set()
    return next(iter(kinds)) if len(kinds) == 1 else "Geometry"


def new_holding(kind: Kind, name: str, path: Path, told: Provenance, findings: Sequence[Finding]) -> Holding:
    """What is known of a file before it is stored."""
    return Holding(
        kind=kind,
        name=name,
        file="",
        sha256="",
        size_bytes=0,
        modified="",
        imported=dt.datetime.now(dt.UTC).date().isoformat(),
        origin=path.name,
        origin_sha256=file_sha256(path),
        source=told.source,
        licence=told.licence,
        status=told.status,
        as_of=told.as_of,
        accuracy_m=told.accuracy_m,
        findings=tuple(_short(one) for one in findings),
    )


def _short(one: Finding) -> dict[str, Any]:
    told = {"code": one.code, "severity": one.severity, "what": one.what}
    return {**told, "count": one.count} if one.count else told
