"""Quiet context without a network: land of the study area, borders of units, rivers, main roads, place names.

It takes no pointer, has no legend, and is drawn only where a page's own layers meet the region. No outline of the country or of
the sea is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from geopandas import GeoDataFrame

from geo import PlanningDataError
from maps import vector_layer
from maps.style import Style

HOME = ((10.8, 106.2), (11.6, 107.0))  # south-west, north-east of the region
SMALL_TOWN = ("junction", "other")
MAIN_ROADS = ("national_road", "expressway", "belt_road", "urban_road")
_LONG = re.compile(r"^(Huyện|TP\.|TX\.|Thị xã|Thành phố|Quận)\s+(?=\S)|\s*\([^)]*\)|\s+(centre|town)$")
NEW_CITY = ("Thành phố mới", "New City")


def context(marks: Iterable[Any], lang: str) -> list[vector_layer.VectorLayer]:
    """The background layers for these marks, lowest first; none where the marks lie elsewhere on earth."""
    ours = [mark for mark in marks if isinstance(mark, vector_layer.VectorLayer)]
    if ours and not any(_meets_region(layer) for layer in ours):
        return []
    return background(**_frames(), lang=lang)


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


@cache
def _frames() -> dict[str, GeoDataFrame | None]:
    import layers  # noqa: PLC0415 - read only when a page is made

    readers = {"units": layers.units, "waterways": layers.waterways, "roads": layers.roads, "centres": layers.centres}
    frames: dict[str, GeoDataFrame | None] = {}
    for name, reader in readers.items():
        try:
            frames[name] = reader()
        except (PlanningDataError, OSError):  # a map without its background is still a map
            frames[name] = None
    return frames


def _any(frame: GeoDataFrame | None) -> bool:
    return frame is not None and not frame.empty


def _meets_region(layer: vector_layer.VectorLayer) -> bool:
    (low_y, low_x), (high_y, high_x) = HOME
    (south, west), (north, east) = ((float(y or 0), float(x or 0)) for y, x in layer._get_self_bounds())  # noqa: SLF001 - folium's name
    return south < high_y and north > low_y and west < high_x and east > low_x
