"""Points, shapes and cells from the columns of a table: longitude and latitude, x and y, WKT, H3."""

from __future__ import annotations

import re
from pathlib import Path

import h3
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS

from geo.crs import WGS84
from geo.errors import PlanningDataError
from geo.findings import Finding
from geo.hexes import cell_outline
from geo.reading.options import Options
from geo.reading.tables import TableOptions, cells_read
from geo.vietnamese import plain_name

_PAIRS = (  # (x, y, whether they are degrees)
    ("lon lng long longitude kinh_do kinhdo stop_lon x_wgs84 lon_deg", "lat latitude vi_do vido stop_lat y_wgs84 lat_deg", True),
    ("x easting east e toa_do_x x_m x_coord coord_x point_x", "y northing north n toa_do_y y_m y_coord coord_y point_y", False),
)
_WKT = ["wkt", "geometry", "geom", "the_geom", "shape_wkt", "wkt_geom"]
_CELLS = ["h3", "h3_index", "h3_cell", "hex", "hex_id", "h3_id", "hexagon", "zone_id", "cell", "cell_id"]


def table_with_places(path: Path, options: Options, found: list[Finding]) -> tuple[GeoDataFrame, CRS | None]:
    """A table as features by what its columns are named, and the CRS these tell (degrees are WGS 84 with a note).

    Errors: those of `read_table`; E-TABLE-12 no columns of places, E-TABLE-13 rows whose place is missing, no number, no WKT or
    no cell.
    """
    table, _, _ = cells_read(path, TableOptions(options.encoding, allow_large=options.allow_large), found)
    names = {re.sub(r"\W+", "_", plain_name(str(name))).strip("_"): name for name in table.columns}
    rows = np.array([f"line {line}" for line in table.index], object)
    for words_x, words_y, degrees in _PAIRS:
        x, y = (next((names[word] for word in words.split() if word in names), None) for words in (words_x, words_y))
        if x is not None and y is not None:
            shapes = _points(table, x, y, rows, path.name)
            return GeoDataFrame(table, geometry=shapes), _degrees(path.name, found) if degrees else None
    for word in _WKT:
        if word in names:
            shapes = _shapes(table[names[word]], rows, path.name)
            return GeoDataFrame(table.drop(columns=names[word]), geometry=shapes), None
    for word in _CELLS:
        if word in names and h3.is_valid_cell(str(table[names[word]].iloc[0])):
            return GeoDataFrame(table, geometry=_hexagons(table[names[word]], rows, path.name)), CRS(WGS84)
    mend = "name them lon and lat, x and y, wkt, or h3; a table without places is read with read_table."
    raise PlanningDataError("E-TABLE-12", "no columns tell places.", file=path.name, seen=list(table.columns), mend=mend)


def _degrees(shown: str, found: list[Finding]) -> CRS:
    what = "longitude and latitude are taken as WGS 84; of VN-2000 they would lie 225 m off."
    found.append(Finding("E-CRS-15", what, 'if they are VN-2000: crs="EPSG:4756".', "note", shown))
    return CRS(WGS84)


def _points(table: pd.DataFrame, x: str, y: str, rows: np.ndarray, shown: str) -> np.ndarray:
    numbers = [pd.to_numeric(table[name], errors="coerce").to_numpy(float) for name in (x, y)]
    _every(np.isfinite(numbers[0]) & np.isfinite(numbers[1]), rows, shown, f"numbers in {x} and {y}")
    return np.asarray(shapely.points(*numbers))


def _shapes(column: pd.Series, rows: np.ndarray, shown: str) -> np.ndarray:
    shapes = shapely.from_wkt(column.astype(object).where(column.notna(), None).to_numpy(), on_invalid="ignore")
    _every(~shapely.is_missing(shapes), rows, shown, f"WKT in {column.name}")
    return np.asarray(shapes)


def _hexagons(column: pd.Series, rows: np.ndarray, shown: str) -> np.ndarray:
    good = np.array([isinstance(cell, str) and h3.is_valid_cell(cell) for cell in column], bool)
    _every(good, rows, shown, f"H3 cells in {column.name}")
    return np.array([cell_outline(cell) for cell in column], object)


def _every(good: np.ndarray, rows: np.ndarray, shown: str, what: str) -> None:
    if not good.all():
        mend = "fill them in, or drop these rows."
        told = f"{(~good).sum()} of {len(good)} rows have no {what}."
        raise PlanningDataError("E-TABLE-13", told, file=shown, feature_ids=rows[~good].tolist(), mend=mend)
