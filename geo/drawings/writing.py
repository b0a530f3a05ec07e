"""Frames as a drawing: DXF R2010, a layer each, areas as hatch and closed line, names in Unicode."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS

from geo.crs import to_crs
from geo.drawings.reading import metric_system
from geo.errors import PlanningDataError
from geo.writing.whole import write_text

_NO_NAME = re.compile(r'[<>/\\":;?*|=`,\x00-\x1f]')
_FONT = "arial.ttf"  # has the Vietnamese letters in every CAD program
_MOST_ACI = 255
_DASHED = "DASHED"


def write_drawing(
    frames_by_layer: Mapping[str, GeoDataFrame],
    path: str | Path,
    crs: str | CRS,
    *,
    aci: Mapping[str, int] = MappingProxyType({}),
    labels: Mapping[str, str] = MappingProxyType({}),
    text_height_m: float = 2.0,
    dashed: Collection[str] = (),
) -> Path:
    """Write frames as DXF R2010 in metres of ``crs``, all or nothing; same frames, same bytes.

    Each layer of the drawing is a frame. Areas become a solid hatch by layer (holes left free) and a closed line on their outer
    boundary; the boundaries of holes are two open lines each, for a closed one would be read as an area again. Lines become
    polylines, points POINTs. ``aci``: colour (1–255) of layers, 7 where none is given; ``labels``: of layers, the column that is
    written as text, ``text_height_m`` high, on a point within each feature. Text is UTF-8, as R2010 wants it; GDAL (3.6 to 3.12)
    takes it for Western letters unless it is told ``DXF_ENCODING=UTF-8``, CAD programs do not. ``dashed``: layers whose lines are
    dashed (line type DASHED, 6 m and 4 m of gap), as norms ask of what comes after a plan's period.

    Errors: E-CAD-20 a layer's name that DXF has not, E-CAD-21 features without shape, E-CAD-22 no such colour, E-CAD-23 no such
    column or layer of ``labels``, ``aci`` or ``dashed``, E-CRS-01 a frame without CRS, E-CRS-02 ``crs`` without metres.
    """
    path = Path(path)
    system = metric_system(crs, path.name)
    _checked(frames_by_layer, aci, labels, dashed, path.name)
    with _undated():
        document = _empty()
        if dashed:
            document.linetypes.add(_DASHED, [10.0, 6.0, -4.0], description="__ __ __")
        space = document.modelspace()
        for layer, frame in frames_by_layer.items():
            document.layers.add(layer, color=aci.get(layer, 7), linetype=_DASHED if layer in dashed else "Continuous")
            moved = to_crs(frame, system)
            for shape in moved.geometry:
                _draw(space, shape, layer)
            if layer in labels:
                _label(space, moved, labels[layer], layer, text_height_m)
        stream = io.StringIO(newline="\n")
        document.write(stream)
    return write_text(path, stream.getvalue())


def _checked(
    frames: Mapping[str, GeoDataFrame], aci: Mapping[str, int], labels: Mapping[str, str], dashed: Collection[str], file: str
) -> None:
    known = {str(layer) for layer in frames}
    for layer, frame in frames.items():
        if not layer or _NO_NAME.search(layer) or layer != layer.strip():
            mend = 'without < > / \\ " : ; ? * | = ` , and blanks around it.'
            raise PlanningDataError("E-CAD-20", "a layer of a drawing can not have this name.", file=file, seen=layer, mend=mend)
        bad = frame.index[frame.geometry.isna() | frame.geometry.is_empty]
        if len(bad):
            what, mend = "features without shape can not be drawn.", "drop them: frame[frame.geometry.notna()]."
            raise PlanningDataError("E-CAD-21", what, file=file, layer=layer, feature_ids=tuple(bad), mend=mend)
        if layer in labels and labels[layer] not in frame.columns:
            mend = f"one of {', '.join(map(str, frame.columns))}."
            raise PlanningDataError("E-CAD-23", "no such column.", file=file, layer=layer, seen=labels[layer], mend=mend)
    for layer, colour in aci.items():
        if isinstance(colour, bool) or not isinstance(colour, (int, np.integer)) or not 1 <= colour <= _MOST_ACI:
            raise PlanningDataError("E-CAD-22", "no such colour.", file=file, layer=layer, seen=colour, mend="1 to 255.")
    if unknown := sorted({*aci, *labels, *dashed} - known):
        mend = f"one of {', '.join(sorted(known))}."
        raise PlanningDataError("E-CAD-23", "no such layer among the frames.", file=file, seen=unknown, mend=mend)


@contextmanager
def _undated() -> Iterator[None]:
    """No time of writing and no random id in the file: ezdxf's own switch, set back afterwards."""
    from ezdxf._options import options  # noqa: PLC0415 - loads the library

    before = options.write_fixed_meta_data_for_testing
    options.write_fixed_meta_data_for_testing = True
    try:
        yield
    finally:
        options.write_fixed_meta_data_for_testing = before


def _empty() -> Any:
    from ezdxf.filemanagement import new  # noqa: PLC0415 - loads the library

    document = new("R2010", units=6)  # metres
    document.styles.add("UNICODE", font=_FONT)
    return document


def _draw(space: Any, shape: Any, layer: str) -> None:
    look = {"layer": layer}
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            _draw_area(space, part, look)
        elif part.geom_type in {"LineString", "LinearRing"}:
            space.add_lwpolyline(shapely.get_coordinates(part), dxfattribs=look)
        elif part.geom_type == "Point":
            space.add_point((part.x, part.y), dxfattribs=look)
        else:  # a collection in a collection
            _draw(space, part, layer)


def _draw_area(space: Any, part: Any, look: dict[str, Any]) -> None:
    outer = shapely.get_coordinates(part.exterior)[:-1]
    hatch = space.add_hatch(color=256, dxfattribs=look)
    hatch.paths.add_polyline_path(outer, is_closed=True, flags=1)
    space.add_lwpolyline(outer, close=True, dxfattribs=look)
    for ring in part.interiors:
        hole = shapely.get_coordinates(ring)
        hatch.paths.add_polyline_path(hole[:-1], is_closed=True, flags=16)
        half = len(hole) // 2
        space.add_lwpolyline(hole[: half + 1], dxfattribs=look)
        space.add_lwpolyline(hole[half:], dxfattribs=look)


def _label(space: Any, frame: GeoDataFrame, column: str, layer: str, height_m: float) -> None:
    from ezdxf.enums import TextEntityAlignment  # noqa: PLC0415 - loads the library

    look = {"layer": layer, "style": "UNICODE", "height": height_m}
    for value, point in zip(frame[column], frame.representative_point(), strict=True):
        if pd.notna(value) and str(value).strip():
            text = space.add_text(" ".join(str(value).split()), dxfattribs=look)
            text.set_placement((point.x, point.y), align=TextEntityAlignment.MIDDLE)
