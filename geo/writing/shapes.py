"""Geometry made fit for a format: finite, in a CRS it allows, of shapes it holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pandas import DataFrame
from pyproj import CRS

from geo.crs import WGS84, to_crs, to_wgs84
from geo.errors import PlanningDataError
from geo.writing import losses
from geo.writing.formats import Format
from geo.writing.losses import Ledger

FAMILIES = {
    0: "points",
    1: "lines",
    2: "lines",
    3: "polygons",
    4: "points",
    5: "lines",
    6: "polygons",
}  # by shapely's type number
_RING, _COLLECTION, _FIRST_MULTI = 2, 7, 4
_MULTI = {1: shapely.multilinestrings, 3: shapely.multipolygons, 0: shapely.multipoints}
_DEGREES = np.array([180, 90, 180, 90])


def placed(frame: GeoDataFrame, form: Format, ledger: Ledger, decimals: int, file: Path) -> GeoDataFrame:
    """The frame with geometry that ``form`` holds; what had to change is in the ledger.

    Errors: E-WRITE-02 coordinates are no finite numbers, E-CRS-01 no CRS, E-CRS-03 degrees outside the globe, E-WRITE-03
    collections where the format holds none.
    """
    _check_finite(frame, file, ledger.layer)
    frame = _heights(frame, form, ledger)
    if form.degrees:
        frame = _in_degrees(frame, form, ledger, decimals)
    elif frame.crs is None:
        to_crs(frame, WGS84)  # raises
    shapes = frame.geometry.to_numpy()
    kinds = shapely.get_type_id(shapes)
    if (kinds == _RING).any():
        ledger.add(
            losses.OTHER_SHAPE,
            "rings are written as closed lines.",
            seen="LinearRing → LineString",
            ids=frame.index[kinds == _RING],
        )
        frame = frame.set_geometry(_unringed(shapes, kinds), crs=frame.crs)
    if form.name == "FileGDB":
        _on_a_grid(frame, ledger)
    if form.families != "any":
        _check_collections(frame, form, file, ledger.layer)
    return _singles_and_multis(_empties(frame, form, ledger), form, ledger)


def by_family(frame: GeoDataFrame) -> dict[str, GeoDataFrame]:
    """The frame cut into points, lines and polygons; rows without a shape stay with the largest. One part stays whole."""
    kinds = shapely.get_type_id(frame.geometry.to_numpy())
    family = np.array([FAMILIES.get(int(kind), "") for kind in kinds], object)
    met = sorted(set(family) - {""})
    if len(met) < 2:  # noqa: PLR2004 - one family
        return {met[0] if met else "": frame}
    most = max(met, key=lambda name: int((family == name).sum()))
    return {name: frame[(family == name) | ((family == "") & (name == most))] for name in met}


def _unringed(shapes: NDArray[np.object_], kinds: NDArray[np.integer]) -> NDArray[np.object_]:
    return np.array(
        [shapely.LineString(one.coords) if kind == _RING else one for one, kind in zip(shapes, kinds, strict=True)], object
    )


def _check_finite(frame: GeoDataFrame, file: Path, layer: str | None) -> None:
    xy, at = shapely.get_coordinates(frame.geometry.to_numpy(), return_index=True)
    bad = ~np.isfinite(xy).all(axis=1)
    if bad.any():
        ids = list(frame.index[np.unique(at[bad])])
        mend = "take these features out or correct their coordinates."
        raise PlanningDataError(
            "E-WRITE-02", "coordinates are no finite numbers.", file=file.name, layer=layer, feature_ids=ids, mend=mend
        )


def _heights(frame: GeoDataFrame, form: Format, ledger: Ledger) -> GeoDataFrame:
    """Measures (M) and heights that are no numbers are left out; all heights where only some shapes of a layer have one."""
    shapes = frame.geometry.to_numpy()
    if _has_m(shapes).any() and form.name != "GeoParquet":
        ledger.add(
            losses.NO_HEIGHT,
            "measures along lines (M) are not written.",
            seen="M",
            ids=frame.index[_has_m(shapes)],
            severity="warning",
        )
        shapes = np.where(shapely.has_z(shapes), shapely.force_3d(shapes), shapely.force_2d(shapes))
    high = shapely.has_z(shapes)
    if not high.any():
        return frame if shapes is frame.geometry.to_numpy() else frame.set_geometry(shapes, crs=frame.crs)
    flat = high & _nameless(shapes)
    drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if form.name in {"FlatGeobuf", "Shapefile", "FileGDB"} and (drawn & (~high | flat)).any():
        flat = high
    if form.name == "PMTiles":
        flat = high
    if flat.any():
        ledger.add(losses.NO_HEIGHT, "heights are not written.", seen="Z", ids=frame.index[flat], severity="warning")
        shapes = np.where(flat, shapely.force_2d(shapes), shapes)
    return frame.set_geometry(shapes, crs=frame.crs)


def _has_m(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.asarray(shapely.has_m(shapes) if hasattr(shapely, "has_m") else np.zeros(len(shapes), bool))


def _nameless(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    xyz, at = shapely.get_coordinates(shapes, include_z=True, return_index=True)
    bad = np.zeros(len(shapes), bool)
    bad[at[~np.isfinite(xyz[:, 2])]] = True
    return bad & shapely.has_z(shapes)


def _in_degrees(frame: GeoDataFrame, form: Format, ledger: Ledger, decimals: int) -> GeoDataFrame:
    moved = to_wgs84(frame)
    if not frame.empty and (np.abs(np.nan_to_num(moved.total_bounds)) > _DEGREES * 2).any():
        mend = "the frame's CRS is not that of its coordinates: set_crs(..., allow_override=True)."
        seen = tuple(round(float(value), 1) for value in moved.total_bounds)
        raise PlanningDataError("E-CRS-03", "coordinates are no longitude and latitude.", file=ledger.file, seen=seen, mend=mend)
    if CRS(frame.crs) != CRS(WGS84):
        source = CRS(frame.crs).to_string()
        ledger.add(losses.OTHER_CRS, f"{form.name} holds longitude and latitude (WGS 84) only.", seen=source)
    if form.driver == "PMTiles":
        return moved
    xy = shapely.get_coordinates(moved.geometry.to_numpy())
    if (np.abs(np.round(xy, decimals) - xy) > 1e-12).any():  # noqa: PLR2004 - far below any coordinate's worth
        ledger.add(losses.ROUNDED, f"coordinates are rounded to {decimals} decimals ({_metres(decimals)}).", seen=decimals)
    return moved


def _on_a_grid(frame: GeoDataFrame, ledger: Ledger) -> None:
    """A geodatabase keeps coordinates as whole steps of a grid."""
    step = 1e-9 if CRS(frame.crs).is_geographic else 1e-4
    steps = shapely.get_coordinates(frame.geometry.to_numpy()) / step
    if (np.abs(steps - steps.round()) > 1e-2).any():  # noqa: PLR2004 - less is the noise of floating numbers
        ledger.add(losses.ROUNDED, f"coordinates are rounded to {step:g} {'degrees' if step < 1e-6 else 'm'}.", seen=step)  # noqa: PLR2004


def _metres(decimals: int) -> str:
    return f"up to {111_320 * 0.5 * 10**-decimals:.2g} m"


def _empties(frame: GeoDataFrame, form: Format, ledger: Ledger) -> GeoDataFrame:
    """Empty shapes as null where the format knows no other."""
    if form.name in {"GeoJSON", "GeoJSONSeq", "GeoPackage", "GeoParquet", "CSV"}:
        return frame
    empty = shapely.is_empty(frame.geometry.to_numpy())
    if not empty.any():
        return frame
    ledger.add(losses.NO_EMPTY, f"{form.name} writes empty shapes as null.", ids=frame.index[empty])
    return frame.set_geometry(np.where(empty, None, frame.geometry.to_numpy()), crs=frame.crs)


def _check_collections(frame: GeoDataFrame, form: Format, file: Path, layer: str | None) -> None:
    mixed = shapely.get_type_id(frame.geometry.to_numpy()) == _COLLECTION
    if mixed.any():
        mend = "take them apart: frame.explode(); or write .gpkg."
        ids, what = list(frame.index[mixed]), f"{form.name} holds no collections of shapes."
        raise PlanningDataError("E-WRITE-03", what, file=file.name, layer=layer, feature_ids=ids, mend=mend)


def _singles_and_multis(frame: GeoDataFrame, form: Format, ledger: Ledger) -> GeoDataFrame:
    """One kind a layer where the format, or every tool that reads it, wants it so."""
    if form.name in {"GeoJSON", "GeoJSONSeq", "GeoParquet", "CSV", "KML", "PMTiles"}:
        return frame
    shapes = frame.geometry.to_numpy()
    kinds = shapely.get_type_id(shapes)
    if form.families == "plain":
        alone = np.isin(kinds, (5, 6)) & (shapely.get_num_geometries(shapes) == 1)
        _of_one_part(frame, alone, ledger, form)
        return frame
    change = np.zeros(len(shapes), bool)
    for single, multi in ((0, 4), (1, 5), (3, 6)):
        always = form.families == "multi" and single != 0
        if (
            always
            or ((kinds == multi).any() and set(np.unique(kinds)) <= {-1, single, multi})
            or (form.families == "multi" and (kinds == multi).any())
        ):
            change |= kinds == single
    if not change.any():
        return frame
    told = "single shapes are written as multi shapes of one part."
    ledger.add(losses.OTHER_SHAPE, told, seen="single → multi", ids=frame.index[change])
    made = shapes.copy()
    for single, make in _MULTI.items():
        for at in np.flatnonzero(change & (kinds == single)):
            made[at] = make([shapes[at]])
    return frame.set_geometry(made, crs=frame.crs)


def _of_one_part(frame: DataFrame, alone: NDArray[np.bool_], ledger: Ledger, form: Format) -> None:
    if alone.any():
        told = f"{form.name} does not tell multi shapes of one part from single shapes."
        ledger.add(losses.OTHER_SHAPE, told, seen="multi → single", ids=frame.index[alone])
