"""A small right dossier: six plots that fill a boundary, existing land, contours, markers; and ways to spoil it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import geopandas as gpd
import shapely
from geopandas import GeoDataFrame

import geo
import maps
from geo import METRIC
from maps.dossier_reading import GIS, Rules, read_dossier, rules_of
from maps.dossier_writing import Formats
from maps.qgis_metadata import About
from maps.qgis_packages import Table, write_package

NAME, CODE, PLAN = "ThuDauMot", "79QPK0010001", "792632012345"
X, Y = 600_000, 1_222_000
CLASSES = ["DAT_O_Nhomnhao", "DAT_HTXH_Yte", "DAT_HTXH_CayxanhCC", "DAT_HTXH_Truonghoc", "DAT_Dichvu", "DAT_O_Nhomnhao"]
WIDTHS = {"maThongTinQH": 15, "maHoSoQH": 15, "maDoiTuong": 100, "tenDoiTuong": 100, "phanLoai": 250, "ghiChu": 250}
HOUSES, HEALTH, EDGE = "QuyHoach/DAT_O_Nhomnhao_A", "QuyHoach/DAT_HTXH_Yte_A", "QuyHoach/RanhGioiQH_A"
Frames = dict[str, GeoDataFrame]


def plot(column: int, row: int, wide: float = 100, high: float = 100) -> shapely.Polygon:
    return shapely.box(X + 100 * column, Y + 100 * row, X + 100 * column + wide, Y + 100 * row + high)


def planned() -> GeoDataFrame:
    shapes = [plot(column, row) for row in range(2) for column in range(3)]
    names = [f"Lô {at}" for at in range(6)]
    index = [f"L{at}" for at in range(6)]
    return GeoDataFrame({"class_id": CLASSES, "name_vi": names, "floors": range(6)}, geometry=shapes, crs=METRIC, index=index)


def right(folder: Path, formats: Formats = "both", **more: bool) -> Path:
    """``folder/CSDL_ThuDauMot``, complete."""
    folder.mkdir(parents=True, exist_ok=True)
    paper = folder / "quyet_dinh.pdf"
    paper.write_bytes(b"%PDF")
    existing = GeoDataFrame({"class_id": ["ODT", "LUC"]}, geometry=[plot(0, 0, 300), plot(0, 1, 300)], crs=METRIC)
    line = shapely.LineString([(X, Y + 50), (X + 300, Y + 80)])
    return maps.write_dossier(
        folder,
        NAME,
        codes=(CODE, PLAN),
        planned=planned(),
        boundary=GeoDataFrame(geometry=[plot(0, 0, 300, 200)], crs=METRIC),
        existing=existing,
        terrain={"DuongBinhDo": GeoDataFrame(geometry=[line], crs=METRIC)},
        markers=GeoDataFrame(geometry=gpd.points_from_xy([X, X + 300], [Y, Y + 200]), crs=METRIC),
        documents=[paper],
        scans=[paper],
        formats=formats,
        **more,
    )


@cache
def cached_rules(*_: object) -> Rules:
    """The newest rules, read once."""
    return rules_of()


@cache
def frames_of(folder: Path) -> Frames:
    return {table.title: table.frame for table in read_dossier(folder, cached_rules()).tables}


def spoiled(
    source: Path,
    folder: Path,
    change: Callable[[Frames], object],
    widths: dict[str, int] | None = None,
    ending: str = "gpkg",
) -> Path:
    """A copy of the dossier whose packages of one format were changed; with ``widths`` all of them are written."""
    target = folder / source.name
    shutil.copytree(source, target)
    before = frames_of(source)
    frames = dict(before)
    change(frames)
    touched = {title.partition("/")[0] for title in {*before, *frames} if frames.get(title) is not before.get(title)}
    for package in sorted(touched if widths is None else {title.partition("/")[0] for title in frames}):
        own = {title.partition("/")[2]: one.reset_index(drop=True) for title, one in frames.items() if title.startswith(package)}
        letters = WIDTHS if widths is None else widths
        if ending == "gpkg":
            write_package(
                target / GIS / f"{package}.gpkg", [Table(name, one, About(name), {}, letters) for name, one in own.items()]
            )
        else:
            told = {name: {"columns": {field: {"letters": most} for field, most in letters.items()}} for name in own}
            geo.write(own, target / GIS / f"{package}.gdb", about=told)
    return target
