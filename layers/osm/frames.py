"""Collected things as frames: one CRS, the columns of the table and the catalogue, sorted by kind and number."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray

from geo import METRIC, WGS84, area_ha, length_km, to_crs, to_metric
from layers.osm.collecting import KINDS, NAMES, Collector, Found
from layers.osm.table import ANY, Rule, accuracy_m, column_facts
from layers.planning_land import crosswalked
from layers.register import entries

Shapes = NDArray[np.object_]
SOURCE = "OpenStreetMap"
_SOURCES = ("source", "source_layer", "area_source")
_TEXT = "text"
_AREAS = {"mapped_area_ha": 1e4, "site_area_ha": 1e4, "area_ha": 1e4, "footprint_m2": 1.0}  # column → m² of its unit
_NUMBER = r"^\s*(\d+(?:[.,]\d+)?)\s*(m|km/h|mph)?\s*(?:;.*)?$"  # feet and the like stay empty; of a list the first counts
_YEAR = r"^\s*(\d{4})(?:-.*)?()$"
KMH_OF_MPH = 1.609344


def frames_of(kept: Collector, *, within: shapely.Geometry | None, crs: str | None, as_of: str) -> dict[str, GeoDataFrame]:
    """One frame a layer, in the collector's order; ``within`` in degrees keeps what meets it, whole."""
    shapes = _simple(shapely.from_wkb(np.array([bytes.fromhex(one) for one in kept.wkb], dtype=object)))
    order = np.lexsort((kept.number, kept.of))
    place = np.empty(len(order), np.intp)
    place[order] = np.arange(len(order))
    inside = np.ones(len(shapes), bool)
    if within is not None:
        shapely.prepare(within)
        inside = shapely.intersects(within, shapes)
    target = crs or _metric(shapes[inside] if within is None else np.array([within]))
    drawn = to_crs(GeoDataFrame(geometry=shapes, crs=WGS84), target).geometry.to_numpy()
    names = np.array([f"{KINDS[of]}/{number}" for of, number in zip(kept.of, kept.number, strict=True)], dtype=object)
    frames = {}
    for found in kept.found:
        rows = np.array(found.shape, np.intp)
        chosen = np.flatnonzero(inside[rows])
        chosen = chosen[np.argsort(place[rows[chosen]], kind="stable")]
        picked = rows[chosen]
        frames[found.layer.name] = _frame(found, chosen, names[picked], drawn[picked], shapes[picked], (target, as_of))
    return frames


def _simple(shapes: Shapes) -> Shapes:
    """Multipolygons of one part as polygons."""
    single = (shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOLYGON) & (shapely.get_num_geometries(shapes) == 1)
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    return shapes


def _metric(shapes: Shapes) -> str:
    """One metric CRS for all layers, by the middles of the things: the outline of a province must not move the others."""
    if not len(shapes):
        return METRIC
    bounds = shapely.bounds(shapes)
    middles = (bounds[:, :2] + bounds[:, 2:]) / 2
    corners = GeoDataFrame(geometry=shapely.points([middles.min(axis=0), middles.max(axis=0)]), crs=WGS84)
    return str(to_metric(corners).crs.to_string())


def _frame(
    found: Found, chosen: NDArray[np.intp], names: Shapes, drawn: Shapes, degrees: Shapes, told: tuple[str, str]
) -> GeoDataFrame:
    layer, (crs, as_of) = found.layer, told
    index = pd.Index(names, name="osm_id", dtype="str")
    tags, rules = _tags(found, chosen), [found.rules[row] for row in chosen]
    given: dict[str, object] = {
        **{column: [rule.columns.get(column) for rule in rules] for rule in layer.rules for column in rule.columns},
        "name_vi": _names(tags, "name:vi", "name"),
        "name_en": _names(tags, "name:en", "int_name"),
        "kind": [tags[rule.key][at] if rule.kind == ANY else rule.kind for at, rule in enumerate(rules)],
        "status": [rule.columns.get("status", "existing") for rule in rules],
        "as_of": as_of,
        **dict.fromkeys(_SOURCES, SOURCE),
        "accuracy_m": accuracy_m(),
        **{column: tags[tag] for column, tag in layer.columns.items() if tag},
        **measured(layer.columns, degrees),
    }
    if "osm_tag" in layer.columns and rules:
        given |= _land(rules, tags, index)
    columns = {column: _typed(given.get(column, ""), column, index) for column in layer.columns}
    if found.tags:
        columns["tags"] = pd.Series([found.tags[row] for row in chosen], index=index, dtype="str")
    places = _places(drawn) if layer.drawn == "point" else drawn
    return GeoDataFrame(columns, index=index, geometry=GeoSeries(places, index=index, crs=crs))


def _tags(found: Found, chosen: NDArray[np.intp]) -> dict[str, list[str | None]]:
    """Tag → its values, row by row."""
    keys = (*NAMES, *found.keys)
    return {key: np.array(found.told[at :: len(keys)], dtype=object)[chosen].tolist() for at, key in enumerate(keys)}


def _land(rules: Sequence[Rule], tags: Mapping[str, Sequence[str | None]], index: pd.Index) -> dict[str, object]:
    """The tag that tells the land use, and its code on the status map."""
    values = [f"{rule.key}={tags[rule.key][at] if rule.value == ANY else rule.value}" for at, rule in enumerate(rules)]
    told = pd.Series(values, index=index, dtype="str")
    kinds = pd.Series(sorted(set(values)), dtype="str")
    codes = crosswalked(kinds, "osm", "status")
    first = codes[codes["choice"] <= 1].set_index("from_value")["to_value"]
    return {"osm_tag": told, "land_status_code": told.map(first)}


def _places(shapes: Shapes) -> Shapes:
    """Points as they are, areas as a point inside."""
    areas = shapely.get_dimensions(shapes) == 2  # noqa: PLR2004 - a surface
    places = shapes.copy()
    places[areas] = shapely.point_on_surface(shapes[areas])
    return places


def _names(tags: dict[str, list[str | None]], *keys: str) -> list[str]:
    """The first of the tags that says something, in one form of accents (NFC)."""
    rows = zip(*(tags[key] for key in keys), strict=True)
    chosen = (next(filter(None, row), "") for row in rows)
    return [name if name.isascii() else unicodedata.normalize("NFC", name) for name in chosen]


def measured(columns: Mapping[str, str], degrees: Shapes) -> dict[str, Any]:
    """Geodesic areas and lengths of shapes in degrees."""
    found: dict[str, Any] = {}
    if not len(degrees):
        return found
    wanted = [column for column in _AREAS if column in columns]
    if wanted:
        square_m = area_ha(GeoDataFrame(geometry=degrees, crs=WGS84)).to_numpy() * 1e4
        square_m = np.where(shapely.get_dimensions(degrees) == 2, square_m, np.nan)  # noqa: PLR2004 - a surface
        found = {column: (square_m / _AREAS[column]).round(4) for column in wanted}
    if "length_km_drawn" in columns:
        found["length_km_drawn"] = length_km(GeoDataFrame(geometry=degrees, crs=WGS84)).round(4).to_numpy()
    return found


def _typed(given: object, column: str, index: pd.Index) -> pd.Series:
    unit = _units().get(column, _TEXT)
    if not len(index):
        return pd.Series(index=index, dtype={_TEXT: "str", "yes/no": "bool"}.get(unit, "float"))
    if unit == _TEXT and isinstance(given, str):
        return pd.Series(pd.array([given], dtype="str").take(np.zeros(len(index), np.intp)), index=index)
    if unit == _TEXT:
        return pd.Series(given, index=index, dtype="str").fillna("")
    if unit == "yes/no":
        return pd.Series(False, index=index)  # noqa: FBT003 - no tag says so
    numbers = pd.Series(given, index=index)
    if numbers.dtype.kind != "f":
        read = numbers.astype("str").str.extract(_YEAR if unit == "year" else _NUMBER)
        numbers = pd.to_numeric(read[0].str.replace(",", ".")).where(read[1] != "mph", lambda mph: mph * KMH_OF_MPH)
    return numbers.astype(float)


@cache
def _units() -> dict[str, str]:
    """Column → unit, the catalogue before the table."""
    known = {column: unit for column, (unit, _) in column_facts().items()}
    return known | {column: unit for entry in entries().values() for column, (unit, _) in entry.columns.items()}
