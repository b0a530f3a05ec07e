"""One guard for every frame that comes from outside: shapes, places, ids, numbers."""

from __future__ import annotations

import numpy as np
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray
from pyproj import CRS

from geo.findings import Finding
from geo.reading.attributes import areas_checked, checked_ids, numbers_checked
from geo.reading.crs_labels import label_findings
from geo.reading.limits import check_vertices
from geo.reading.options import Options
from geo.reading.place_test import Layer, meets, number_findings, place_findings
from geo.reading.placing import HOME, expected_box
from geo.reading.shapes_guard import guarded, present
from geo.reading.zone_mixups import zone_findings


def guarded_frame(
    frame: GeoDataFrame, crs: CRS | None, shown: str, layer: str | None, options: Options, found: list[Finding]
) -> GeoDataFrame:
    """The frame with what is left after every check, in ``crs`` (None where it is not known: places are not looked at then)."""
    ids, more = checked_ids(frame, options.id_column, shown, layer)
    found += more
    whole = Layer(frame.geometry.to_numpy(), ids, shown, layer)
    more, keep = present(whole)
    found += more
    if not keep.any():
        return frame[keep]
    frame, kept = (frame, whole) if keep.all() else (frame[keep], whole.where(keep))
    found += check_vertices(kept.shapes, kept.ids, shown, layer, allow_large=options.allow_large)
    more, bad = number_findings(kept, crs, expected_box(options.expect))
    found += more
    if more:
        frame, kept = frame[~bad], kept.where(~bad)
    if crs is not None:
        found += label_findings(crs, shown, layer) + _placed(kept, crs, options)
    if not len(kept.shapes):
        return frame
    shapes, more, keep = guarded(kept, crs, options.kind)
    found += more
    frame, ids = with_shapes(frame, shapes, crs), kept.ids
    if not keep.all():
        frame, ids = frame[keep], ids[keep]
    frame, more = numbers_checked(frame, ids, shown, layer)
    found += more
    found += areas_checked(frame, ids, shown, layer)
    return frame.set_index(options.id_column) if options.id_column else frame


def _placed(layer: Layer, crs: CRS, options: Options) -> list[Finding]:
    if not len(layer.shapes):
        return []
    box = expected_box(options.expect)
    inside = meets(layer, crs, box)
    found = place_findings(layer, crs, box, inside)
    if box is None or not inside.any():
        return found
    exact, told = not isinstance(options.expect, str), options.crs is not None
    return found + zone_findings(layer, crs, box, box if exact else HOME, inside, told=told, exact=exact)


def with_shapes(frame: GeoDataFrame, shapes: NDArray[np.object_], crs: CRS | None) -> GeoDataFrame:
    """The frame with other shapes in its rows."""
    return frame.set_geometry(GeoSeries(shapes, index=frame.index, crs=crs))
