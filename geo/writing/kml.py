"""KML 2.2: a folder a layer, typed extended data, the Vietnamese name as the name of the place."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geo.writing.columns import kind_of
from geo.writing.ready import Job, Ready

_NAMES = ("name_vi", "name", "title_vi", "name_en", "line_name", "stop_name")


def fill_kml(job: Job, part: Path) -> None:
    """Write layers as folders of one document."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>{_text(part.stem)}</name>',
    ]
    for number, one in enumerate(job.layers):
        lines += _schema(one, number)
        title = job.told.get(one.layer, {}).get("title_vi")
        lines += [f"<Folder><name>{_text(one.name)}</name>{f'<description>{_text(title)}</description>' if title else ''}"]
        lines += _placemarks(one, number, job.decimals)
        lines.append("</Folder>")
    part.write_bytes(("\n".join([*lines, "</Document></kml>"]) + "\n").encode())


def _text(value: object) -> str:
    return escape(str(value)).replace("\r", "&#13;")


def _fields(frame: GeoDataFrame) -> dict[str, str]:
    return {name: _type(frame[name]) for name in frame.columns if name != frame.geometry.name}


def _type(values: pd.Series) -> str:
    return {"flag": "bool", "whole": "int", "number": "double"}.get(kind_of(values), "string")


def _schema(one: Ready, number: int) -> Iterator[str]:
    yield f'<Schema name="{_text(one.name)}" id="layer_{number}">'
    for name, kind in _fields(one.frame).items():
        yield f'<SimpleField name="{_text(name)}" type="{kind}"/>'
    yield "</Schema>"


def _placemarks(one: Ready, number: int, decimals: int) -> Iterator[str]:
    frame = one.frame
    fields = _fields(frame)
    named = next((name for name in _NAMES if name in fields), one.ids if one.ids in fields else None)
    shapes = [_shape(shape, decimals) for shape in frame.geometry]
    columns = [(_text(name), _words(frame[name], kind)) for name, kind in fields.items()]
    names = frame[named].tolist() if named else [None] * len(frame)
    for at, shape in enumerate(shapes):
        data = "".join(f'<SimpleData name="{name}">{words[at]}</SimpleData>' for name, words in columns if words[at] is not None)
        name = "" if names[at] is None or pd.isna(names[at]) or names[at] == "" else f"<name>{_text(names[at])}</name>"
        extended = f'<ExtendedData><SchemaData schemaUrl="#layer_{number}">{data}</SchemaData></ExtendedData>' if data else ""
        yield f"<Placemark>{name}{extended}{shape}</Placemark>"


def _words(values: pd.Series, kind: str) -> list[str | None]:
    say = {"bool": lambda value: "1" if value else "0", "string": _text, "double": _number}.get(kind, str)
    return [None if missing else say(value) for value, missing in zip(values.tolist(), values.isna(), strict=True)]


def _number(value: float) -> str:
    return repr(float(value))


def _shape(shape: shapely.Geometry | None, decimals: int) -> str:
    if shape is None or shape.is_empty:
        return ""
    if shape.geom_type.startswith("Multi") or shape.geom_type == "GeometryCollection":
        return f"<MultiGeometry>{''.join(_shape(one, decimals) for one in shape.geoms)}</MultiGeometry>"
    if shape.geom_type != "Polygon":
        return f"<{shape.geom_type}>{_coordinates(shape, decimals)}</{shape.geom_type}>"
    turned = shapely.orient_polygons(shape)
    outer = f"<outerBoundaryIs><LinearRing>{_coordinates(turned.exterior, decimals)}</LinearRing></outerBoundaryIs>"
    inner = "".join(
        f"<innerBoundaryIs><LinearRing>{_coordinates(ring, decimals)}</LinearRing></innerBoundaryIs>" for ring in turned.interiors
    )
    return f"<Polygon>{outer}{inner}</Polygon>"


def _coordinates(shape: shapely.Geometry, decimals: int) -> str:
    rows = shapely.get_coordinates(shape, include_z=shape.has_z).round(decimals).tolist()
    told = " ".join(",".join(f"{value:.{decimals}f}".rstrip("0").rstrip(".") for value in row) for row in rows)
    return f"<coordinates>{told}</coordinates>"
