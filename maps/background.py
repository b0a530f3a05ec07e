"""Quiet context without a network: land of the study area, borders of units, rivers, main roads, place names.

It takes no pointer, has no legend, and is drawn only where a page's own layers meet the region. No outline of the country or of
the sea is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from geopandas import GeoDataFrame

from geo import PlanningDataError
from maps import vector_layer
from maps.style import Style

HOME = (106.2, 10.75, 107.0, 11.65)  # west, south, east, north of the region
SMALL_TOWN = ("junction", "other")
MAIN_ROADS = ("national_road", "expressway", "belt_road", "urban_road")
Bounds = tuple[float, float, float, float]
_LONG = re.compile(r"^(Huyện|TP\.|TX\.|Thị xã|Thành phố|Quận)\s+(?=\S)|\s*\([^)]*\)|\s+(centre|town)$")
NEW_CITY = ("Thành phố mới", "New City")


def context(marks: Iterable[Any], lang: str) -> list[vector_layer.VectorLayer]:
    """The background layers for these marks, lowest first; none where the marks lie elsewhere on earth."""
    ours = [mark for mark in marks if isinstance(mark, vector_layer.BlockLayer)]
    if ours and not any(_meets_region(layer) for layer in ours):
        return []
    return background(**_frames(), lang=lang)


def focus(shown: Sequence[vector_layer.BlockLayer]) -> Bounds:
    """What a map of these layers looks at: the areas among them; else all, but no farther than the region where they meet it."""
    areas = [layer for layer in shown if _is_area(layer)]
    edges = [layer.bounds for layer in areas]
    if not areas:
        edges = [_within_home(layer.bounds) if _meets_region(layer) else layer.bounds for layer in shown]
    if not edges:
        return HOME
    west, south, east, north = zip(*edges, strict=True)
    return min(west), min(south), max(east), max(north)


def _within_home(bounds: Bounds) -> Bounds:
    west, south, east, north = bounds
    return max(west, HOME[0]), max(south, HOME[1]), min(east, HOME[2]), min(north, HOME[3])


def in_context(marks: Sequence[Any], lang: str) -> list[Any]:
    """The marks with their background: ground below, borders and rivers over the areas and under lines and points, then names."""
    quiet = context(marks, lang)
    last_area = max((at for at, mark in enumerate(marks) if _is_area(mark)), default=-1) + 1
    by_role = {role: [layer for layer in quiet if layer.role == role] for role in ("ground", "borders", "names")}
    return [*by_role["ground"], *marks[:last_area], *by_role["borders"], *marks[last_area:], *by_role["names"]]


def _is_area(mark: Any) -> bool:
    if not isinstance(mark, vector_layer.VectorLayer):
        return isinstance(mark, vector_layer.BlockLayer)  # a raster
    return bool(mark.frame.geom_type.isin(["Polygon", "MultiPolygon"]).any())


def background(
    *,
    units: GeoDataFrame | None = None,
    waterways: GeoDataFrame | None = None,
    roads: GeoDataFrame | None = None,
    centres: GeoDataFrame | None = None,
    lang: str = "vi",
) -> list[vector_layer.VectorLayer]:
    """Background layers from whichever frames there are: areas, rivers, existing main roads, place names."""
    made = []
    if _any(units):
        made.append(_layer(units, "ground", "ground", Style(colors=("#fbfaf6",), outline="#fbfaf6"), lang))
    if _any(waterways):
        river = Style(colors=("#a9cde4",), widths=(2.2,), opacity=0.9)
        made.append(_layer(waterways, "rivers", "ground", river, lang))
        made.append(_layer(waterways, "rivers above", "borders", Style(colors=("#5f9fc9",), widths=(1.3,), opacity=0.75), lang))
    if _any(roads):
        made.append(_layer(main_roads(roads), "roads", "borders", Style(colors=("#6f675c",), widths=(0.9,), opacity=0.5), lang))
    if _any(units):
        border = Style(colors=("#59636b",), fill=False, outline_px=0.9, opacity=0.6)
        made.append(_layer(units, "borders", "borders", border, lang))
    if _any(centres):
        names = Style(colors=("#2f3a43",), widths=(12.5,), opacity=1)
        made.append(_layer(short_names(centres), "names", "names", names, lang))
    return made


def main_roads(roads: GeoDataFrame) -> GeoDataFrame:
    """Roads that exist and matter for orientation; all of them where the frame does not tell."""
    kept = roads
    if "status" in roads:
        kept = kept[kept["status"].isin(["existing", "mixed"])]
    if "category" in roads:
        kept = kept[kept["category"].isin(MAIN_ROADS)]
    return kept if len(kept) else roads


def short_names(centres: GeoDataFrame) -> GeoDataFrame:
    """Places with names short enough for a map: no rank, no remark in brackets."""
    places = centres[~centres["kind"].isin(SMALL_TOWN)] if "kind" in centres else centres
    names = {column: [_LONG.sub("", str(name)).strip() for name in places[column]] for column in ("name_vi", "name_en")}
    for at, place in enumerate(places.index):
        if place == "new_city":
            names["name_vi"][at], names["name_en"][at] = NEW_CITY
    return places[[places.geometry.name]].assign(**names)


def _layer(frame: GeoDataFrame, title: str, role: str, look: Style, lang: str) -> vector_layer.VectorLayer:
    return vector_layer.VectorLayer(frame, title, look=look, lang=lang, legend=False, role=role, certainty=False)


def _frames() -> dict[str, GeoDataFrame | None]:
    import layers  # noqa: PLC0415 - read only when a page is made

    readers: dict[str, Callable[[], GeoDataFrame]] = {
        "units": layers.units,
        "waterways": layers.waterways,
        "roads": layers.roads,
        "centres": layers.centres,
    }
    frames: dict[str, GeoDataFrame | None] = {}
    for name, reader in readers.items():
        try:
            frames[name] = reader()
        except (PlanningDataError, OSError):  # a map without its background is still a map
            frames[name] = None
    return frames


def _any(frame: GeoDataFrame | None) -> bool:
    return frame is not None and not frame.empty


def _meets_region(layer: vector_layer.BlockLayer) -> bool:
    west, south, east, north = layer.bounds
    return west < HOME[2] and east > HOME[0] and south < HOME[3] and north > HOME[1]
