"""A dossier in both formats: geodatabases with lengths and aliases, opened by others; what differs between the two is found."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
import shapely
from geopandas import GeoDataFrame
from shapely import affinity

import layers
import maps
from geo import METRIC
from maps.dossier_reading import GIS, read_dossier
from tests.maps.dossiers import CODE, HEALTH, HOUSES, NAME, PLAN, WIDTHS, Frames, cached_rules, planned, plot, right, spoiled
from tests.maps.in_qgis import asked, needs_qgis

CONTOURS = "NenDiaHinh/DuongBinhDo_L"
OGRINFO = shutil.which("ogrinfo")
LEAST = layers.dossier_fields()["name_vi"]

pytestmark = pytest.mark.usefixtures("rules_read_once")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return right(tmp_path_factory.mktemp("Hồ sơ hai dạng"), zipped=True)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return right(tmp_path_factory.mktemp("gdb"), "gdb")


def test_both_formats_hold_the_same(good: Path) -> None:
    found = read_dossier(good, cached_rules())
    assert [one.title for one in found.tables] == [one.title for one in found.again]
    assert len(found.again) == 11
    for ours, theirs in zip(found.tables, found.again, strict=True):
        frame = theirs.frame.rename_axis("fid")
        assert frame.crs == ours.frame.crs == METRIC
        assert list(frame.columns) == list(ours.frame.columns)
        values = [pd.DataFrame(one).drop(columns="geometry").astype(object) for one in (frame, ours.frame)]
        pd.testing.assert_frame_equal(values[0].where(values[0].notna(), None), values[1].where(values[1].notna(), None))
        assert shapely.equals(frame.geometry.to_numpy(), ours.frame.geometry.to_numpy()).all()
        assert {name: theirs.declared[name] for name in WIDTHS} == {name: f"TEXT({letters})" for name, letters in WIDTHS.items()}
    assert maps.check_dossier(good) == []


def test_a_geodatabase_alone_is_a_dossier_but_for_a_warning(alone: Path) -> None:
    (finding,) = maps.check_dossier(alone)
    assert (finding.code, finding.severity, finding.file) == ("E-DOS-86", "warning", GIS)
    assert finding.seen == ["HienTrang.gdb", "MocGioi.gdb", "QuyHoach.gdb", "NenDiaHinh.gdb"]
    text = (alone / "DOC_TRUOC.txt").read_text(encoding="utf-8")
    assert "FileGDB (thư mục .gdb)" in text
    assert "GeoPackage (.gpkg)" not in text
    assert "Hai định dạng" not in text


def test_the_zip_is_the_folder(good: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(good.parent / f"{good.name}.zip") as packed:
        packed.extractall(tmp_path)
    files = {path.relative_to(good): path.read_bytes() for path in good.rglob("*") if path.is_file()}
    assert {path.relative_to(tmp_path / good.name): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == files
    assert f"{GIS}/QuyHoach.gdb/gdb" in {path.as_posix() for path in files}
    text = (good / "DOC_TRUOC.txt").read_text(encoding="utf-8")
    assert "Hai định dạng chứa cùng dữ liệu" in text


@pytest.mark.skipif(OGRINFO is None, reason="no ogrinfo here (Debian: apt install gdal-bin)")
@pytest.mark.parametrize("package", ["QuyHoach", "MocGioi"])
def test_another_gdal_reads_names_lengths_and_aliases(package: str, good: Path) -> None:
    ran = subprocess.run([OGRINFO or "", "-so", "-al", good / GIS / f"{package}.gdb"], capture_output=True, text=True, check=True)
    classes = dict(re.findall(r"Layer name: (\S+)\nGeometry: ([\w ]+)", ran.stdout))
    kinds = {"A": "Multi Polygon", "L": "Multi Line String", "P": "Point"}
    assert classes == {name: kinds[name[-1]] for name, _ in pyogrio.list_layers(good / GIS / f"{package}.gdb")}
    assert ran.stdout.count('ID["EPSG",9210]]\n') == len(classes)
    for name, letters in WIDTHS.items():
        assert ran.stdout.count(f'{name}: String ({letters}.0), alternative name="{LEAST[name]}"') == len(classes)


@needs_qgis
def test_qgis_opens_the_geodatabases(alone: Path, tmp_path: Path) -> None:
    (answer,) = asked([{"project": str(alone / GIS / f"{NAME}.qgz"), "width": 200}], tmp_path)
    assert len(answer["layers"]) == 11
    assert all(layer["valid"] and not layer["undrawn"] for layer in answer["layers"].values())
    assert answer["layers"]["dossier_QuyHoach_DAT_O_Nhomnhao_A"]["features"] == 2
    assert answer["crs"] == METRIC


def test_columns_get_names_that_both_formats_allow(tmp_path: Path) -> None:
    rows = planned().assign(**{
        "Diện tích, m²": [1.5, None, 3, 4, 5, 6.25],
        "date": pd.to_datetime(["2026-11-22"] * 6),
        "approved": [True, False, None, True, True, True],
        "at": [dt.date(2026, 11, 22)] * 6,
        "cells": 2**40,
    })  # fmt: skip
    edge = GeoDataFrame(geometry=[plot(0, 0, 300, 200)], crs=METRIC)
    folder = maps.write_dossier(tmp_path, "A", codes=(CODE, PLAN), planned=rows, boundary=edge)
    assert {one.code for one in maps.check_dossier(folder)} == {"E-DOS-09", "E-DOS-36"}  # empty parts, nothing else
    info = pyogrio.read_info(folder / GIS / "QuyHoach.gdb", layer="DAT_O_Nhomnhao_A")
    names = ["class_id", "name_vi", "floors", "Dien_tich__m_", "date_", "approved", "at", "cells"]
    assert list(info["fields"])[6:] == names
    whole = str(pyogrio.read_dataframe(folder / GIS / "QuyHoach.gdb", sql="GetLayerDefinition DAT_O_Nhomnhao_A").iloc[0, 0])
    assert "<AliasName>Diện tích, m²</AliasName>" in whole
    assert "<AliasName>Nhóm nhà ở</AliasName>" in whole  # of the class
    empty = pyogrio.read_info(folder / GIS / "HienTrang.gdb", layer="CongTrinh_A")
    assert (empty["features"], empty["geometry_type"]) == (0, "MultiPolygon")


def put(title: str, make: Callable[[GeoDataFrame], GeoDataFrame]) -> Callable[[Frames], None]:
    def change(frames: Frames) -> None:
        frames[title] = make(frames[title])

    return change


def moved(metres: float) -> Callable[[GeoDataFrame], GeoDataFrame]:
    """The second row, to the east."""
    return lambda frame: frame.set_geometry([frame.geometry.iloc[0], affinity.translate(frame.geometry.iloc[1], metres)]).set_crs(
        METRIC
    )


def without(title: str) -> Callable[[Frames], None]:
    def change(frames: Frames) -> None:
        del frames[title]

    return change


def floors(frame: GeoDataFrame) -> GeoDataFrame:
    return frame.assign(floors=[0, 6])


def ids(*numbers: str | None) -> Callable[[GeoDataFrame], GeoDataFrame]:
    return lambda frame: frame.assign(maDoiTuong=list(numbers))


def in_other_order(frame: GeoDataFrame) -> GeoDataFrame:
    return frame.iloc[::-1]


def another_zone(frame: GeoDataFrame) -> GeoDataFrame:
    return frame.set_crs("EPSG:9212", allow_override=True)


DIFFERENCES: dict[str, tuple[Callable[[Frames], None], list[tuple[str, str, str | None, tuple[object, ...]]]]] = {
    # what was done to the geodatabase → code, class, field, features
    "nothing": (lambda _: None, []),
    "rows in another order": (put(HOUSES, in_other_order), []),
    "a value": (put(HOUSES, lambda f: f.assign(tenDoiTuong=["Lô 0", "Lô khác"])), [("E-DOS-83", HOUSES, "tenDoiTuong", (2,))]),
    "a number": (put(HOUSES, floors), [("E-DOS-83", HOUSES, "floors", (2,))]),
    "a value lost": (put(HEALTH, lambda f: f.assign(tenDoiTuong=None)), [("E-DOS-83", HEALTH, "tenDoiTuong", (1,))]),
    "a shape by 5 mm": (put(HOUSES, moved(0.005)), [("E-DOS-84", HOUSES, None, (2,))]),
    "a shape by 0.04 mm": (put(HOUSES, moved(0.000_04)), []),
    "an id twice": (put(HOUSES, ids("L0", "L0")), [("E-DOS-83", HOUSES, "maDoiTuong", (2,))]),  # then row by row
    "an id lost": (put(HOUSES, ids("L0", None)), [("E-DOS-83", HOUSES, "maDoiTuong", (2,))]),
    "all ids others": (put(HOUSES, ids("X0", "X5")), [("E-DOS-81", HOUSES, None, (1, 2))]),
    "all ids lost": (put(HOUSES, lambda f: f.drop(columns="maDoiTuong")), [("E-DOS-82", HOUSES, "maDoiTuong", ())]),
    "a row lost": (put(HOUSES, lambda f: f.iloc[:1]), [("E-DOS-81", HOUSES, None, (2,))]),
    "a class lost": (without(HEALTH), [("E-DOS-80", HEALTH, None, ())]),
    "a field lost": (put(HOUSES, lambda f: f.drop(columns="ghiChu")), [("E-DOS-82", HOUSES, "ghiChu", ())]),
    "another zone": (put(CONTOURS, another_zone), [("E-DOS-85", CONTOURS, None, ())]),
}


@pytest.mark.parametrize("case", DIFFERENCES)
def test_a_difference_planted_in_the_geodatabase_is_found(case: str, good: Path, tmp_path: Path) -> None:
    change, wanted = DIFFERENCES[case]
    folder = spoiled(good, tmp_path, change, ending="gdb")
    findings = [one for one in maps.check_dossier(folder) if one.code >= "E-DOS-80"]
    assert [(one.code, one.layer, one.field, one.feature_ids) for one in findings] == wanted
    assert all(one.severity == "error" for one in findings)


def test_another_length_in_the_geodatabase_is_found(good: Path, tmp_path: Path) -> None:
    folder = spoiled(good, tmp_path, lambda _: None, WIDTHS | {"maHoSoQH": 20}, "gdb")
    findings = maps.check_dossier(folder)
    assert {(one.code, one.field, tuple(one.seen)) for one in findings} == {("E-DOS-82", "maHoSoQH", ("TEXT(15)", "TEXT(20)"))}
    assert {one.layer for one in findings} == {one.title for one in read_dossier(good, cached_rules()).tables}
