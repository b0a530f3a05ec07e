"""Mark for grids: a GeoTIFF or an array, brought to the map's own projection for display.

The underscore keeps the module from shadowing its function.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from geopandas import GeoDataFrame, points_from_xy

from geo import Label, PlanningDataError, column_label, column_unit, format_number, is_change, local_file, refuse_changed, to_crs
from maps import codec, packing
from maps.areas import Title
from maps.classes import Scheme, classify
from maps.style import EMPTY_CELL, Style
from maps.vector_layer import BlockLayer

MOST_READ = 2_000_000_000  # cells of a raster without overviews, which is read whole
MAX_CELLS = 1_500_000  # shown; a finer raster is shown by every n-th cell, and says so
MESH = 65  # places a side at which the projection is computed; between them it is interpolated
SAMPLE = 200_000  # cells from which classes are made
Floats = npt.NDArray[np.float64]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Grid:
    """Cells row by row from the north-west corner; ``affine`` takes (column, row) of a corner to x, y (a, b, c, d, e, f)."""

    cells: Floats
    affine: tuple[float, float, float, float, float, float]
    crs: Any
    every: int = 1  # cells of the source a cell of this, by side


class RasterLayer(BlockLayer):
    """Cells on a canvas with legend and tooltip; made by :func:`maps.raster`."""

    def __init__(
        self,
        cells: Floats,
        bounds: Bounds,
        column: str,
        *,
        title: str | tuple[str, str],
        look: Style,
        lang: str,
        legend: bool,
        show: bool,
    ) -> None:
        super().__init__(title, lang=lang, show=show, legend=legend, role="data")
        self._name = "RasterLayer"
        self.look, self.bounds, self.marks, self.cells = look, bounds, np.zeros(0, np.uint8), cells
        self.codes = np.where(np.isnan(cells), EMPTY_CELL, look.codes_of(cells)).astype(np.uint8)
        known = self.codes[self.codes != EMPTY_CELL]
        west, south, east, north = bounds
        (x0, x1), (y0, y1) = codec.world(np.array([[west, north], [east, south]]))
        block = codec.Block(title=self.title, bits=codec.BITS, count=cells.size, kind="grid", shape=cells.shape)
        block.meta["box"] = [int(edge) for edge in (x0, y0, x1, y1)]
        block.meta |= {"style": packing.look_header(look), "legend": packing.legend_rows(look, known), "shown": 0}
        block.codes("class", self.codes.ravel())
        decimals = look.decimals
        odd = codec.add_numbers(block, "c0", cells.ravel(), decimals, delta=True)
        unit, label = column_unit(column), column_label(column)
        told = {"section": "c0", "type": "number", "digits": decimals, "odd": odd, "signed": is_change(column)}
        block.meta["columns"] = [{**told, "column": column, "label": label, "unit": unit}]
        self._close(block)


def raster(  # noqa: PLR0913 - keyword-only options of one mark
    source: str | Path | npt.ArrayLike,
    column: str,
    *,
    bounds: Bounds | None = None,
    crs: str | None = None,
    band: int = 1,
    title: Title = None,
    scheme: Scheme = "quantiles",
    k: int = 5,
    palette: str | Sequence[str] | None = None,
    style: Style | None = None,
    opacity: float = 0.8,
    lang: str | None = None,
    legend: bool = True,
    show: bool = True,
) -> RasterLayer:
    """A GeoTIFF, or an array with ``bounds`` (west, south, east, north) and ``crs``, as cells coloured by class.

    ``column`` names what the cells tell, as a column of a frame would (``elevation_m``, ``jobs_change``): label and unit are
    made from it. Cells are brought to Web Mercator by the nearest cell, so that every colour is a value that occurs; cells
    without data show what lies below. Beyond 1.5 million cells every n-th is shown, with a note.
    Errors: E-MAP-14 no GeoTIFF, no CRS, no such band, not two-dimensional, no bounds, over 2·10⁹ cells without
    overviews, or no cell with a value.
    """
    grid = _read(source, band) if isinstance(source, str | Path) else _given(np.asarray(source), bounds, crs)
    cells, box = _to_mercator(grid)
    known = cells[np.isfinite(cells)]
    if not known.size:
        raise PlanningDataError("E-MAP-14", "no cell of the raster has a value.", mend="check its nodata value and band.")
    sample = known[:: -(-known.size // SAMPLE)]
    sample = np.r_[sample, known.min(), known.max()]
    look = style or classify(pd.Series(sample, name=column), scheme=scheme, k=k, palette=palette)
    layer = RasterLayer(
        cells,
        box,
        column,
        title=title or column_label(column),
        look=replace(look, column=column, opacity=opacity),
        lang=lang or "vi",
        legend=legend,
        show=show,
    )
    if grid.every > 1:
        layer.notes = (_coarser(layer.title, grid.every),)
    return layer


def _coarser(title: Label, every: int) -> Label:
    return Label(
        f"{title.vi}: hiển thị 1 trong {format_number(every**2, 'vi')} ô của dữ liệu gốc.",
        f"{title.en}: 1 of {format_number(every**2, 'en')} cells of the source is shown.",
    )


def _read(path: str | Path, band: int) -> _Grid:
    import rasterio  # noqa: PLC0415 - heavy, and only rasters need it
    from rasterio.errors import RasterioIOError  # noqa: PLC0415

    try:
        whole = local_file(path)
        refuse_changed(whole, whole.name)
        source = rasterio.open(whole, driver="GTiff")  # others may read further files on behalf of a file's content
    except (RasterioIOError, PlanningDataError) as error:
        raise _refused("it is no GeoTIFF that can be read.", "give a .tif file.", path, str(error)) from error
    with source:
        if source.crs is None:
            raise _refused("it has no CRS.", "assign one: gdal_edit.py -a_srs EPSG:9210.", path)
        if not 1 <= band <= source.count:
            raise _refused("there is no such band.", f"choose 1 to {source.count}.", path, band)
        count = source.width * source.height
        if count > MOST_READ and not source.overviews(band):
            mend = "make overviews (gdaladdo -r nearest), or cut it: geo.read_raster(..., within=area)."
            raise _refused(f"it has more than {MOST_READ:,} cells and no overviews.", mend, path, count)
        every = max(1, int(np.ceil(np.sqrt(count / MAX_CELLS))))
        shape = -(-source.height // every), -(-source.width // every)
        try:
            cells = source.read(band, out_shape=shape, masked=True)
        except RasterioIOError as error:
            seen = str(error.__cause__ or error)
            raise _refused("its cells can not be read.", "fetch it again: it is cut or damaged.", path, seen) from error
        values = cells.astype(float).filled(np.nan) * source.scales[band - 1] + source.offsets[band - 1]
        wide, high = source.width / shape[1], source.height / shape[0]
        t = source.transform
        affine = (t.a * wide, t.b * high, t.c, t.d * wide, t.e * high, t.f)
        return _Grid(values, affine, source.crs.to_wkt(), every)


def _given(values: npt.NDArray[Any], bounds: Bounds | None, crs: str | None) -> _Grid:
    if values.ndim != 2 or not values.size or not np.issubdtype(values.dtype, np.number):  # noqa: PLR2004
        raise _refused("an array has two dimensions and numbers.", "give rows from north to south.", None, values.shape)
    if bounds is None or crs is None:
        raise _refused("an array needs bounds and crs.", 'give bounds=(west, south, east, north), crs="EPSG:9210".', None)
    west, south, east, north = map(float, bounds)
    if not (np.isfinite([west, south, east, north]).all() and west < east and south < north):
        raise _refused("the bounds hold no area.", "give (west, south, east, north).", None, bounds)
    high, wide = values.shape
    every = max(1, int(np.ceil(np.sqrt(values.size / MAX_CELLS))))
    step = (east - west) / wide * every, (north - south) / high * every
    return _Grid(
        values[every // 2 :: every, every // 2 :: every].astype(float), (step[0], 0, west, 0, -step[1], north), crs, every
    )


def _refused(what: str, mend: str, path: str | Path | None, seen: Any = None) -> PlanningDataError:
    return PlanningDataError("E-MAP-14", f"this raster can not be shown: {what}", file=path, seen=seen, mend=mend)


def _to_mercator(grid: _Grid) -> tuple[Floats, Bounds]:
    """The cells on a grid that is even in Web Mercator, each the value of the source cell round its centre; its bounds."""
    high, wide = grid.cells.shape
    bounds = _lonlat_bounds(grid)
    (x0, x1), (y0, y1) = codec.world(np.array([[bounds[0], bounds[3]], [bounds[2], bounds[1]]]))
    columns = max(1, round(np.sqrt(wide * high * (x1 - x0) / (y1 - y0))))
    rows = max(1, round(wide * high / columns))
    mesh_x, mesh_y = np.linspace(x0, x1, MESH), np.linspace(y0, y1, MESH)
    lon, lat = codec.lonlat(*(part.ravel() for part in np.meshgrid(mesh_x, mesh_y)))
    east, north = _places(lon, lat, "EPSG:4326", grid.crs)
    a, b, c, d, e, f = grid.affine
    det = a * e - b * d
    column = (e * (east - c) - b * (north - f)) / det
    row = (a * (north - f) - d * (east - c)) / det
    at = np.meshgrid((np.arange(columns) + 0.5) / columns * (MESH - 1), (np.arange(rows) + 0.5) / rows * (MESH - 1))
    j, i = (np.floor(_bilinear(part.reshape(MESH, MESH), *at)).astype(np.int64) for part in (column, row))
    inside = (i >= 0) & (i < high) & (j >= 0) & (j < wide)
    cells = np.full((rows, columns), np.nan)
    cells[inside] = grid.cells[i[inside], j[inside]]
    return cells, bounds


def _bilinear(mesh: Floats, x: Floats, y: Floats) -> Floats:
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    u, v = x - left, y - top
    upper = mesh[top, left] * (1 - u) + mesh[top, left + 1] * u
    lower = mesh[top + 1, left] * (1 - u) + mesh[top + 1, left + 1] * u
    return upper * (1 - v) + lower * v


def _lonlat_bounds(grid: _Grid) -> Bounds:
    """The grid's bounds in longitude and latitude, from points along its edge."""
    high, wide = grid.cells.shape
    t = np.linspace(0, 1, MESH)
    column = np.r_[t, t, np.zeros(MESH), np.ones(MESH)] * wide
    row = np.r_[np.zeros(MESH), np.ones(MESH), t, t] * high
    a, b, c, d, e, f = grid.affine
    lon, lat = _places(a * column + b * row + c, d * column + e * row + f, grid.crs, "EPSG:4326")
    if not (np.isfinite(lon).all() and np.isfinite(lat).all() and np.abs(lat).max() < 90):  # noqa: PLR2004
        raise _refused("its place does not fit its CRS.", "check bounds and CRS.", None, grid.affine)
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _places(x: Floats, y: Floats, source: Any, target: Any) -> tuple[Floats, Floats]:
    """Points by the same pinned datum shift as frames."""
    moved = to_crs(GeoDataFrame(geometry=points_from_xy(x, y), crs=source), target).geometry
    return moved.x.to_numpy(), moved.y.to_numpy()
