"""Files into frames: one reader that never guesses a CRS."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from geopandas import GeoDataFrame

from geo.crs import WGS84
from geo.errors import PlanningDataError, nearest_names

_DRIVERS = {".geojson": "GeoJSON", ".gpkg": "GPKG", ".fgb": "FlatGeobuf", ".kml": "KML"}
_DEGREES = np.array([180, 90, 180, 90])


def read_vector(path: str | Path, *, crs: str | None = None, layer: str | None = None) -> GeoDataFrame:
    """Read GeoJSON, GeoPackage, FlatGeobuf or KML by its ending; ``crs`` names the system where the file does not.

    Local files only. Raises PlanningDataError E-IO-03 (missing), E-IO-01 (ending), E-IO-04 (can not be read), E-CRS-01 (no CRS),
    E-CRS-03 (coordinates outside longitude and latitude although the file says WGS 84).
    """
    import pyogrio  # noqa: PLC0415 - see _vector

    path = Path(path)
    driver = _DRIVERS.get(path.suffix.lower())
    if driver is None:
        raise PlanningDataError(
            "E-IO-01", f"no reader for the ending {path.suffix!r}.", file=path.name, mend=f"use one of {', '.join(_DRIVERS)}."
        )
    if not path.is_file():
        near = nearest_names(path.name, [other.name for other in path.parent.glob("*")] if path.parent.is_dir() else [])
        raise PlanningDataError("E-IO-03", "no such file.", file=path, mend=near)
    try:
        frame = pyogrio.read_dataframe(f"{driver}:{path}" if driver == "GeoJSON" else path, layer=layer)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise PlanningDataError(
            "E-IO-04", "the file can not be read.", file=path.name, seen=str(error), mend="export it anew."
        ) from error
    if crs is not None:
        frame = frame.set_crs(crs, allow_override=True)
    return _located(frame, path)


def _located(frame: GeoDataFrame, path: Path) -> GeoDataFrame:
    if frame.crs is None:
        raise PlanningDataError(
            "E-CRS-01", "the file names no CRS.", file=path.name, mend='name it: read_vector(..., crs="EPSG:9210").'
        )
    if frame.crs == WGS84 and not frame.empty and (np.abs(frame.total_bounds) > _DEGREES).any():
        raise PlanningDataError(
            "E-CRS-03",
            "coordinates are no longitude and latitude.",
            file=path.name,
            seen=tuple(round(float(v)) for v in frame.total_bounds),
            mend='metres of VN-2000 / TM-3 105°45\' look like (600000, 1220000): read_vector(..., crs="EPSG:9210").',
        )
    return frame
