"""The map of a station's sheet: circle, core, walks, land by class in the colours of plans, where else the station may stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

import layers
from analyses import StationSheet
from analyses.studies import StationSheetsFound, StationSheetStudy
from geo import Label, format_number, to_crs
from maps.background import main_roads
from maps.drawing import HATCH
from maps.paper import INK, SOFT
from maps.studies.station_sheet_blocks import schematic
from maps.studies.station_sheet_land import land_colors
from maps.studies.station_sheet_words import SCHEMATIC
from maps.style import SCHEMATIC_FROM_M

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINE, CORE, CIRCLE, WALK = "#c8501e", "#7a1f5c", "#14507a", "#2f8f6b"
NORTH = Label("B", "N")
_APART_M = 250  # a place nearer to a station than this would be named twice
Points = Callable[[float], float]  # millimetres of the layout in points of print


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What all maps of a study's stations show, in the stations' CRS."""

    study: StationSheetStudy
    stops: GeoDataFrame
    land: GeoDataFrame
    colors: dict[str, str]
    lines: tuple[tuple[NDArray[np.object_], str, float], ...]  # shapes, colour, width in mm
    places: GeoDataFrame
    corridor: NDArray[np.object_]
    planned: bool


def surroundings(study: StationSheetStudy, found: StationSheetsFound) -> Surroundings:
    """Rivers, roads, places and the line, read once."""
    crs = found.stops.crs
    lines = tuple(
        (to_crs(frame, crs).geometry.to_numpy(), color, width)
        for frame, color, width in ((layers.waterways(), "#8fbfe0", 1.4), (main_roads(layers.roads()), "#8a8278", 0.7))
    )
    named = [
        to_crs(frame, crs)[["name_vi", "name_en", "geometry"]]
        for frame in (layers.landmarks(), layers.universities(), layers.industrial_parks())
    ]
    places = GeoDataFrame(pd.concat(named), crs=crs)
    stations = shapely.union_all(found.stops.geometry.to_numpy())
    places = places[shapely.distance(places.geometry.to_numpy(), stations) > _APART_M]
    corridors = to_crs(layers.corridors(), crs)
    known = study.line in corridors.index
    return Surroundings(
        study=study,
        stops=found.stops,
        land=found.land,
        colors=land_colors(uses_of(found), study.on),
        lines=lines,
        places=places,
        corridor=np.array([corridors.geometry[study.line]] if known else [], object),
        planned=known and corridors.loc[study.line, "status"] != "existing",
    )


def draw_map(axes: Axes, around: Surroundings, sheet: StationSheet, window: tuple[float, float], mm: Points, lang: str) -> None:
    """Draw the surroundings of a station; ``window`` half the width and height in metres, ``mm`` millimetres in points."""
    x, y = sheet.station.geometry.x, sheet.station.geometry.y
    axes.set_xlim(x - window[0], x + window[0])
    axes.set_ylim(y - window[1], y + window[1])
    view = shapely.box(x - window[0], y - window[1], x + window[0], y + window[1])
    axes.add_patch(_patch(view, facecolor="#fbfaf6", zorder=0))
    _land(axes, around, view, mm)
    _context(axes, around, view, mm, lang)
    _areas(axes, around.study, sheet, mm, lang)
    _line(axes, around, view, mm, lang)
    _station(axes, sheet, mm, lang)
    _north_and_scale(axes, (x - window[0], y - window[1], x + window[0], y + window[1]), mm, lang)


def _land(axes: Axes, around: Surroundings, view: shapely.Polygon, mm: Points) -> None:
    """Parcels in the colours of plans; schematic outlines fade and are hachured."""
    near = around.land[around.land.intersects(view)]
    for shape, (_, row) in zip(shapely.intersection(near.geometry.to_numpy(), view), near.iterrows(), strict=True):
        vague = float(row.get("accuracy_m", 0) or 0) >= SCHEMATIC_FROM_M
        color = around.colors.get(str(row["land_use"]), "#ffffff")
        for part in shapely.get_parts(shape):
            if part.geom_type != "Polygon":
                continue
            axes.add_patch(_patch(part, facecolor=color, alpha=0.38 if vague else 0.6, zorder=2))
            if vague:
                axes.add_patch(_patch(part, facecolor="none", edgecolor=SOFT, linewidth=0, hatch=HATCH, alpha=0.35, zorder=2.1))
            axes.add_patch(_patch(part, facecolor="none", edgecolor=color, linewidth=mm(0.2), zorder=2.2))


def _context(axes: Axes, around: Surroundings, view: shapely.Polygon, mm: Points, lang: str) -> None:
    """Rivers and main roads, quiet; places that a reader may know, small and grey."""
    for shapes, color, width in around.lines:
        for part in shapely.get_parts(shapely.intersection(shapes, view)):
            if part.geom_type == "LineString" and not part.is_empty:
                axes.plot(*shapely.get_coordinates(part).T, color=color, linewidth=mm(width), zorder=3, alpha=0.9)
    for _, row in around.places[around.places.within(view)].iterrows():
        axes.plot(row.geometry.x, row.geometry.y, ".", color=SOFT, markersize=mm(1.4), zorder=5.5)
        _text(axes, row.geometry.x, row.geometry.y, str(row[f"name_{lang}"]), 2.1, mm, color=SOFT, va="bottom", lift=0.8)


def _areas(axes: Axes, study: StationSheetStudy, sheet: StationSheet, mm: Points, lang: str) -> None:
    walks = sheet.areas[sheet.areas.index.str.startswith("walk_")]
    for shape in walks.geometry.to_numpy()[::-1]:
        for part in shapely.get_parts(shape):
            axes.add_patch(_patch(part, facecolor=WALK, alpha=0.04, zorder=4))
            axes.add_patch(_patch(part, facecolor="none", edgecolor=WALK, linewidth=mm(0.25), zorder=4.1))
    for area, color, width in (("circle", CIRCLE, 0.8), ("core", CORE, 0.6)):
        axes.add_patch(_patch(sheet.areas.geometry[area], facecolor="none", edgecolor=color, linewidth=mm(width), zorder=6))
    x, y = sheet.station.geometry.x, sheet.station.geometry.y
    for radius, color in zip(study.radii_m, (CORE, CIRCLE), strict=True):
        label = f"{format_number(radius, lang, digits=0)} m"
        angle = np.radians(52)
        _text(axes, x + radius * np.cos(angle), y + radius * np.sin(angle), label, 3.0, mm, color=color, weight="bold")
    for area, row in walks.iterrows():
        bounds = shapely.bounds(row.geometry)
        minutes = str(area).removeprefix("walk_").removesuffix("min")
        told = f"{minutes} phút" if lang == "vi" else f"{minutes} min"
        _text(axes, x, bounds[1], told, 2.5, mm, color=WALK)


def _line(axes: Axes, around: Surroundings, view: shapely.Polygon, mm: Points, lang: str) -> None:
    """The line, solid with a light core while it is planned, and its other stations."""
    for part in shapely.get_parts(shapely.intersection(around.corridor, view)):
        if part.geom_type == "LineString" and not part.is_empty:
            xy = shapely.get_coordinates(part).T
            axes.plot(*xy, color=LINE, linewidth=mm(1.3), zorder=7, solid_capstyle="butt")
            if around.planned:
                axes.plot(*xy, color="#ffffff", linewidth=mm(0.5), zorder=7.1, solid_capstyle="butt")
    for _, row in around.stops[around.stops.within(view)].iterrows():
        axes.plot(row.geometry.x, row.geometry.y, "o", color="#ffffff", markeredgecolor=LINE, markersize=mm(2.6), zorder=8)
        _text(axes, row.geometry.x, row.geometry.y, str(row[f"name_{lang}"]), 2.9, mm, va="top", lift=-2.6)


def _station(axes: Axes, sheet: StationSheet, mm: Points, lang: str) -> None:
    """The station, how far off it may stand, and the word for a schematic place."""
    x, y, off = sheet.station.geometry.x, sheet.station.geometry.y, float(sheet.station["accuracy_m"])
    if off > 0:
        halo = shapely.Point(x, y).buffer(off)
        axes.add_patch(_patch(halo, facecolor=LINE, alpha=0.13, zorder=5))
        told = f"± {format_number(off, lang, digits=0)} m"
        inside = off < axes.get_xlim()[1] - x
        if inside:
            _text(axes, x - off, y, told, 2.6, mm, color=LINE)
    axes.plot(x, y, "o", color=LINE, markeredgecolor="#ffffff", markeredgewidth=mm(0.4), markersize=mm(4.4), zorder=9)
    if schematic(sheet):
        (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
        style: dict[str, Any] = {"color": "#9a3412", "alpha": 0.28, "rotation": 30, "ha": "center", "va": "center", "zorder": 11}
        at = (west + east) / 2, south + 0.78 * (north - south)
        axes.text(*at, SCHEMATIC.say(lang), size=mm(20), weight="bold", parse_math=False, **style)


def _north_and_scale(axes: Axes, window: tuple[float, float, float, float], mm: Points, lang: str) -> None:
    west, south, east, north = window
    span = east - west
    left, low, unit = west + 0.035 * span, south + 0.03 * span, 500.0
    for at in range(2):
        face = INK if at == 0 else "#ffffff"
        bar = shapely.box(left + at * unit / 2, low, left + (at + 1) * unit / 2, low + 0.008 * span)
        axes.add_patch(_patch(bar, facecolor=face, edgecolor=INK, linewidth=mm(0.12), zorder=12))
    for away, told in ((0.0, "0"), (unit, f"{format_number(unit, lang, digits=0)} m")):
        _text(axes, left + away, low + 0.012 * span, told, 2.5, mm, va="bottom")
    x, y, tall = east - 0.05 * span, north - 0.09 * span, 0.05 * span
    for side, face in ((-1, INK), (1, "#ffffff")):
        half = shapely.Polygon([(x, y + tall), (x + side * 0.3 * tall, y - 0.1 * tall), (x, y + 0.1 * tall)])
        axes.add_patch(_patch(half, facecolor=face, edgecolor=INK, linewidth=mm(0.15), zorder=12))
    _text(axes, x, y + tall * 1.1, NORTH.say(lang), 3.6, mm, va="bottom", weight="bold")


def _text(
    axes: Axes, x: float, y: float, text: str, size: float, mm: Points, *, color: str = INK, va: str = "center",
    weight: str = "normal", lift: float = 0.0,
) -> None:  # fmt: skip
    """A text with a light rim, ``lift`` millimetres above its place."""
    from matplotlib.patheffects import withStroke  # noqa: PLC0415 - a second to import

    rim = [withStroke(linewidth=mm(0.7), foreground="white")]
    style: dict[str, Any] = {"size": mm(size), "color": color, "weight": weight, "parse_math": False, "path_effects": rim}
    axes.annotate(
        text, (x, y), xytext=(0, mm(lift)), textcoords="offset points", ha="center", va=va, zorder=10, clip_on=True,
        annotation_clip=True, **style,
    )  # fmt: skip


def _patch(shape: shapely.Polygon, **look: Any) -> Any:
    """A polygon with its holes as a patch."""
    from matplotlib.patches import PathPatch  # noqa: PLC0415 - a second to import
    from matplotlib.path import Path as Outline  # noqa: PLC0415

    rings = [Outline(shapely.get_coordinates(ring), closed=True) for ring in shapely.get_rings(shape)]
    return PathPatch(Outline.make_compound_path(*rings), **{"edgecolor": "none", **look})


def uses_of(found: StationSheetsFound) -> list[str]:
    """Classes of land that stand in any sheet's figures."""
    items = {str(item) for item in found.figures["item"] if str(item).endswith("_ha")}
    return sorted(item.removesuffix("_ha") for item in items - {"area_ha", "capacity_left_out_ha"})
