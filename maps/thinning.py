"""Large layers made fit for a page: simplified, or counted in hexagons, and always said so.

Up to ``DIRECT`` features are shown as they are. Areas and lines up to ``SIMPLIFIED`` are simplified where they have many
vertices; points up to ``POINTS`` are shown as they are. What is more is counted in H3 hexagons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import h3
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pandas import Index
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from geo import Label, column_digits, column_unit, format_number, to_metric, to_wgs84
from maps import codec
from maps.style import numbers

DIRECT = 20_000
SIMPLIFIED = 100_000
POINTS = 300_000
VERTICES = 1_450_000  # of a layer; with more the page grows beyond 5 MB and draws too slowly
TOLERANCES_M = (1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0)  # tried in turn; no vertex is moved farther than the last
CELLS = 20_000  # hexagons at most
FINEST = 10
COUNTED = ("người", "việc làm")  # units whose values are added up, not averaged
FEATURES = "features_count"
ROUNDED = Label("Lớp lớn: tọa độ trong trang làm tròn đến 1,2 m.", "A large layer: coordinates in the page are rounded to 1.2 m.")


@dataclass(frozen=True)
class Fitted:
    """A frame that a page can show, and what was done to it; ``hexagons`` where features were counted in cells."""

    frame: GeoDataFrame
    notes: tuple[Label, ...] = ()
    hexagons: bool = False


def fitted(frame: GeoDataFrame, column: str | None) -> Fitted:
    """The frame itself, or what stands for it on a page. ``column`` is the one shown."""
    if len(frame) <= DIRECT:
        return Fitted(frame)
    kinds = {codec.KINDS.get(int(kind)) for kind in np.unique(shapely.get_type_id(frame.geometry.to_numpy())) if kind >= 0}
    if len(frame) > (POINTS if kinds == {"point"} else SIMPLIFIED):
        return _hexagons(frame, column)
    return Fitted(frame, (ROUNDED,)) if kinds == {"point"} else _simplified(frame)


def _simplified(frame: GeoDataFrame) -> Fitted:
    """Fewer vertices, none moved by more than the first tolerance that makes the layer small enough."""
    if int(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum()) <= VERTICES:
        return Fitted(frame, (ROUNDED,))
    metric = to_metric(frame)
    thin, tolerance_m = metric.geometry.to_numpy(), 0.0
    for tolerance_m in TOLERANCES_M:
        thin = shapely.simplify(metric.geometry.to_numpy(), tolerance_m, preserve_topology=True)
        if int(shapely.get_num_coordinates(thin).sum()) <= VERTICES:
            break
    note = Label(
        f"{format_number(len(frame), 'vi')} đối tượng, nét vẽ đã đơn giản hóa: lệch không quá {tolerance_m:g} m.",
        f"{format_number(len(frame), 'en')} features, drawn with fewer vertices: off by {tolerance_m:g} m at most.",
    )
    return Fitted(metric.set_geometry(thin, crs=metric.crs), (note, ROUNDED))


def _hexagons(frame: GeoDataFrame, column: str | None) -> Fitted:
    """One row a hexagon: how many features have a point inside it, and the column's sum, mean, or most frequent value."""
    kept = frame[~(frame.geometry.isna() | frame.geometry.is_empty).to_numpy()]
    lon, lat = _places(kept)
    resolution, cells = _cells(lon, lat)
    names, code = np.unique(cells, return_inverse=True)
    table = pd.DataFrame({FEATURES: np.bincount(code)}, index=Index(names, name="hexagon_id"))
    way = Label("", "")
    if column is not None:
        table[column], way = _gathered(kept[column], code, len(names))
    outlines = [shapely.Polygon(np.asarray(h3.cell_to_boundary(cell))[:, ::-1]) for cell in names]
    across_m = 2000 * h3.average_hexagon_edge_length(resolution, unit="km")
    note = Label(
        f"{format_number(len(kept), 'vi')} đối tượng là quá nhiều cho một trang: gộp theo ô lục giác H3 cấp {resolution} "
        f"(rộng khoảng {format_number(across_m, 'vi', digits=0)} m){way.vi}.",
        f"{format_number(len(kept), 'en')} features are too many for a page: put into H3 hexagons of resolution {resolution} "
        f"(about {format_number(across_m, 'en', digits=0)} m across){way.en}.",
    )
    return Fitted(GeoDataFrame(table, geometry=outlines, crs=4326), (note,), hexagons=True)


def _places(frame: GeoDataFrame) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """A point a feature: itself, or the middle of its box."""
    bounds = shapely.bounds(frame.geometry.to_numpy())
    middle = shapely.points((bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2)
    lon, lat = shapely.get_coordinates(to_wgs84(GeoDataFrame(geometry=middle, crs=frame.crs)).geometry.to_numpy()).T
    return lon, lat


def _cells(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> tuple[int, npt.NDArray[np.object_]]:
    """The finest resolution with few enough cells, and each point's cell (a parent holds its children only nearly)."""
    at = list(zip(lat.tolist(), lon.tolist(), strict=True))
    resolution = FINEST
    names = sorted({h3.latlng_to_cell(*place, resolution) for place in at})
    while len({h3.cell_to_parent(cell, resolution) for cell in names}) > CELLS:
        resolution -= 1
    return resolution, np.array([h3.latlng_to_cell(*place, resolution) for place in at])


def _gathered(values: pd.Series, code: npt.NDArray[np.intp], count: int) -> tuple[npt.NDArray[Any], Label]:
    """The column by hexagon, and the words for how it was gathered."""
    index = pd.RangeIndex(count)
    if is_bool_dtype(values.dtype) or not is_numeric_dtype(values.dtype):
        pairs = pd.DataFrame({"code": code, "value": values.astype(object).to_numpy()}).dropna()
        size = pairs.groupby(["code", "value"], sort=True).size().reset_index(name="n")
        first = size.sort_values(["code", "n"], ascending=[True, False], kind="stable").drop_duplicates("code").set_index("code")
        found = first["value"].reindex(index)
        return found.to_numpy(), Label("; màu: giá trị nhiều nhất", "; colour: the most frequent value")
    number = pd.Series(numbers(values)).replace([np.inf, -np.inf], np.nan)
    groups = number.groupby(code)
    if column_unit(str(values.name)).vi in COUNTED and (column_digits(str(values.name)) or 0) == 0:
        return groups.sum(min_count=1).reindex(index).to_numpy(), Label("; giá trị: tổng", "; value: sum")
    return groups.mean().reindex(index).to_numpy(), Label("; giá trị: trung bình", "; value: mean")
