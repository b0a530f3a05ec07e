"""Wrong dossiers, one fault each: found by code, class, field and feature; the right one has no finding."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio
import pytest
import shapely
from geopandas import GeoDataFrame, GeoSeries

import maps
from geo import Finding, PlanningDataError
from maps.dossier_check import told, told_as_json
from tests.maps.dossiers import EDGE, GIS, HEALTH, HOUSES, NAME, WIDTHS, Frames, plot, right, spoiled

pytestmark = pytest.mark.usefixtures("rules_read_once")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return right(tmp_path_factory.mktemp("good"), "gpkg")


def checked(folder: Path) -> list[Finding]:
    """The findings but the one that all these dossiers have: to be quick they are written in one format."""
    findings = maps.check_dossier(folder)
    assert [(one.severity, one.file) for one in findings if one.code == "E-DOS-86"] == [("warning", GIS)]
    return [one for one in findings if one.code != "E-DOS-86"]


def value(title: str, row: int, column: str, new: object) -> Callable[[Frames], None]:
    def change(frames: Frames) -> None:
        frame = frames[title].astype({column: "object"})
        frame.iloc[row, frame.columns.get_loc(column)] = new
        frames[title] = frame

    return change


def shape(title: str, row: int, new: Any) -> Callable[[Frames], None]:
    def change(frames: Frames) -> None:
        shapes = frames[title].geometry.to_list()
        shapes[row] = new
        frames[title] = frames[title].set_geometry(GeoSeries(shapes, index=frames[title].index, crs=frames[title].crs))

    return change


def renamed(old: str, new: str) -> Callable[[Frames], None]:
    def change(frames: Frames) -> None:
        frames[new] = frames.pop(old)

    return change


def without(*titles: str) -> Callable[[Frames], None]:
    def change(frames: Frames) -> None:
        for title in titles:
            del frames[title]

    return change


def put(title: str, make: Callable[[GeoDataFrame], GeoDataFrame]) -> Callable[[Frames], None]:
    def change(frames: Frames) -> None:
        frames[title] = make(frames[title])

    return change


def relabelled(frame: GeoDataFrame) -> GeoDataFrame:
    return frame.set_crs("EPSG:9212", allow_override=True)


def swapped(frame: GeoDataFrame) -> GeoDataFrame:
    return frame.set_geometry(shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1])).set_crs(frame.crs)


def doubled(frame: GeoDataFrame) -> GeoDataFrame:
    again = frame.iloc[[0]].assign(maDoiTuong="copy")
    return GeoDataFrame(pd.concat([frame, again], ignore_index=True))


BOW = shapely.Polygon([(600_100, 1_222_000), (600_200, 1_222_100), (600_200, 1_222_000), (600_100, 1_222_100)])
CONTOURS = "NenDiaHinh/DuongBinhDo_L"
BARE, ACCENTS, AIRPORT, GENERAL = (f"QuyHoach/{one}" for one in ("DAT_Yte", "Đất_y_tế_A", "DAT_Sanbay_A", "DAT_NDD_Yte_A"))
GAP = {"E-DOS-42"}
LOST = {"E-DOS-07"}  # the project looks for the old name


def general(frames: Frames) -> None:
    renamed(HEALTH, GENERAL)(frames)
    value(GENERAL, 0, "phanLoai", "DAT_NDD_Yte")(frames)


WRONG: dict[str, tuple[Callable[[Frames], object], str, str, str | None, tuple[object, ...], set[str]]] = {
    # what was done → change, code, class, field, features, codes that follow from it
    "name without ending": (renamed(HEALTH, BARE), "E-DOS-10", BARE, None, (), GAP | LOST),
    "name with accents": (renamed(HEALTH, ACCENTS), "E-DOS-10", ACCENTS, None, (), GAP | LOST),
    "class in no list": (renamed(HEALTH, AIRPORT), "E-DOS-11", AIRPORT, None, (), GAP | LOST),
    "field missing": (put(HOUSES, lambda f: f.drop(columns="tenDoiTuong")), "E-DOS-13", HOUSES, "tenDoiTuong", (), set()),
    "field misspelt": (put(HEALTH, lambda f: f.rename(columns={"ghiChu": "ghichu"})), "E-DOS-13", HEALTH, "ghiChu", (), set()),
    "field of numbers": (put(HOUSES, lambda f: f.assign(maDoiTuong=[1, 2])), "E-DOS-14", HOUSES, "maDoiTuong", (), set()),
    "text too long": (value(HOUSES, 1, "tenDoiTuong", "đ" * 101), "E-DOS-16", HOUSES, "tenDoiTuong", (2,), set()),
    "key empty": (value(HOUSES, 0, "maThongTinQH", None), "E-DOS-17", HOUSES, "maThongTinQH", (1,), set()),
    "key of blanks": (value(HEALTH, 0, "maHoSoQH", "  "), "E-DOS-17", HEALTH, "maHoSoQH", (1,), set()),
    "plan code too short": (value(HOUSES, 1, "maThongTinQH", "79261"), "E-DOS-18", HOUSES, "maThongTinQH", (2,), set()),
    "plan of level 5": (value(HOUSES, 1, "maThongTinQH", "792651012345"), "E-DOS-18", HOUSES, "maThongTinQH", (2,), set()),
    "dossier of no kind": (value(HEALTH, 0, "maHoSoQH", "79QHX0010001"), "E-DOS-19", HEALTH, "maHoSoQH", (1,), {"E-DOS-20"}),
    "two dossiers": (value(HEALTH, 0, "maHoSoQH", "79QPK0010002"), "E-DOS-20", HEALTH, "maHoSoQH", (1,), set()),
    "row of no class": (value(HOUSES, 1, "phanLoai", "DAT_Sanbay"), "E-DOS-21", HOUSES, "phanLoai", (2,), set()),
    "row of another table": (value(HOUSES, 1, "phanLoai", "DAT_Dichvu"), "E-DOS-22", HOUSES, "phanLoai", (2,), set()),
    "object twice": (value(HOUSES, 1, "maDoiTuong", "L0"), "E-DOS-23", HOUSES, "maDoiTuong", (1, 2), set()),
    "another province": (value(HOUSES, 0, "maThongTinQH", "742632012345"), "E-DOS-24", HOUSES, "maThongTinQH", (1,), set()),
    "class of a general plan": (general, "E-DOS-25", GENERAL, "maHoSoQH", (), LOST),
    "no shape": (shape(HOUSES, 1, None), "E-DOS-30", HOUSES, None, (2,), GAP),
    "shape of nothing": (shape(HOUSES, 1, shapely.Polygon()), "E-DOS-30", HOUSES, None, (2,), GAP),
    "line as an area": (put(EDGE, lambda f: f.set_geometry(f.boundary)), "E-DOS-31", EDGE, None, (1,), {"E-DOS-43"}),
    "bow tie": (shape(HEALTH, 0, BOW), "E-DOS-32", HEALTH, None, (1,), GAP),
    "same shape twice": (put(HOUSES, doubled), "E-DOS-33", HOUSES, None, (1, 3), {"E-DOS-41"}),
    "empty class": (put(CONTOURS, lambda f: f.iloc[:0]), "E-DOS-36", CONTOURS, None, (), set()),
    "no boundary": (without(EDGE, "HienTrang/RanhGioiHT_A"), "E-DOS-40", "QuyHoach", None, (), LOST),
    "overlap": (shape(HOUSES, 0, plot(0, 0, 105)), "E-DOS-41", HEALTH, None, (1,), set()),
    "gap": (shape(HEALTH, 0, plot(1, 0, 95)), "E-DOS-42", EDGE, None, (), set()),
    "beyond the boundary": (shape(HOUSES, 1, plot(2, 1, 110)), "E-DOS-43", HOUSES, None, (2,), set()),
    "degrees": (put(HEALTH, lambda f: f.to_crs(4326)), "E-DOS-51", HEALTH, None, (), GAP),
    "another zone": (put(HEALTH, lambda f: f.to_crs(9212)), "E-DOS-52", HEALTH, None, (), GAP),
    "another zone by name": (put(HEALTH, relabelled), "E-DOS-52", HEALTH, None, (), GAP),
    "X and Y changed": (put(HEALTH, swapped), "E-DOS-54", HEALTH, None, (1,), {"E-DOS-42", "E-DOS-43"}),
}


def test_the_right_dossier_has_no_finding(good: Path) -> None:
    assert checked(good) == []
    assert json.loads(told_as_json([], good)) == {"dossier": str(good), "ok": True, "rules_verified": False, "findings": []}
    assert "0 errors, 0 warnings" in told([], good)


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_class_is_found_with_field_and_features(case: str, good: Path, tmp_path: Path) -> None:
    change, code, layer, field, ids, follow = WRONG[case]
    findings = checked(spoiled(good, tmp_path, change))
    (found,) = [one for one in findings if one.code == code]
    assert (found.layer, found.field, found.feature_ids) == (layer, field, ids)
    assert found.mend
    assert found.severity == ("warning" if code in {"E-DOS-25", "E-DOS-36"} else "error")
    assert {one.code for one in findings} - {code} <= follow


def test_existing_land_may_fill_the_boundary_of_the_plan(good: Path, tmp_path: Path) -> None:
    change = without("HienTrang/RanhGioiHT_A")
    assert {one.code for one in checked(spoiled(good, tmp_path, change))} == {"E-DOS-07"}  # the project looks for it


def test_a_length_that_is_not_the_rules_is_found(good: Path, tmp_path: Path) -> None:
    findings = checked(spoiled(good, tmp_path, lambda _: None, WIDTHS | {"maHoSoQH": 20}))
    assert {(one.code, one.field, one.seen) for one in findings} == {("E-DOS-15", "maHoSoQH", 20)}
    assert len(findings) == 11  # every class
    bare = checked(spoiled(good, tmp_path / "bare", lambda _: None, {}))
    assert {(one.code, one.seen) for one in bare} == {("E-DOS-15", 0)}


def remove(*parts: str) -> Callable[[Path], object]:
    return lambda folder: [shutil.rmtree(folder / one) if (folder / one).is_dir() else (folder / one).unlink() for one in parts]


def project(old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / GIS / f"{NAME}.qgz"
        with zipfile.ZipFile(path) as packed:
            text = packed.read(f"{NAME}.qgs").decode().replace(old, new)
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr(f"{NAME}.qgs", text)

    return change


def cut_short(folder: Path) -> None:
    path = folder / GIS / "MocGioi.gpkg"
    path.write_bytes(path.read_bytes()[:5000])


def strange(folder: Path) -> None:
    shutil.copy(folder / GIS / "MocGioi.gpkg", folder / GIS / "Moi.gpkg")


def table_without_geometry(folder: Path) -> None:
    pyogrio.write_dataframe(pd.DataFrame({"a": [1]}), folder / GIS / "MocGioi.gpkg", layer="Bang", driver="GPKG", append=True)


PARTS: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "no basic part": (remove("HoSoBASIC"), "E-DOS-02", "HoSoBASIC"),
    "no package": (remove(f"{GIS}/MocGioi.gpkg", f"{GIS}/{NAME}.qgz"), "E-DOS-03", f"{GIS}/MocGioi"),
    "no geodatabase": (lambda one: (one / GIS / "MocGioi.gdb").mkdir(), "E-DOS-06", f"{GIS}/MocGioi.gdb"),
    "no project": (remove(f"{GIS}/{NAME}.qgz"), "E-DOS-05", f"{GIS}/{NAME}.qgz"),
    "package cut short": (cut_short, "E-DOS-06", f"{GIS}/MocGioi.gpkg"),
    "project no zip": (lambda one: (one / GIS / f"{NAME}.qgz").write_bytes(b"PK"), "E-DOS-06", f"{GIS}/{NAME}.qgz"),
    "project elsewhere": (project("./MocGioi.gpkg", "/home/a/MocGioi.gpkg"), "E-DOS-07", f"{GIS}/{NAME}.qgz"),
    "project above": (project("./MocGioi.gpkg", "../../MocGioi.gpkg"), "E-DOS-07", f"{GIS}/{NAME}.qgz"),
    "project of a lost file": (project("./MocGioi.gpkg", "./Moc.gpkg"), "E-DOS-07", f"{GIS}/{NAME}.qgz"),
    "a strange package": (strange, "E-DOS-08", f"{GIS}/Moi.gpkg"),
    "an empty part": (lambda one: [file.unlink() for file in (one / "HoSoScan").iterdir()], "E-DOS-09", "HoSoScan"),
    "a bare table": (table_without_geometry, "E-DOS-12", f"{GIS}/MocGioi.gpkg"),
}  # fmt: skip


@pytest.mark.parametrize("case", PARTS)
def test_a_wrong_part_is_found(case: str, good: Path, tmp_path: Path) -> None:
    change, code, file = PARTS[case]
    shutil.copytree(good, tmp_path / good.name)
    change(tmp_path / good.name)
    found = next(one for one in checked(tmp_path / good.name) if one.code == code)
    assert (found.code, found.file) == (code, file)
    assert found.severity == ("warning" if code in {"E-DOS-08", "E-DOS-09"} else "error")


def test_the_name_of_the_folder_and_a_folder_that_is_not_there(good: Path, tmp_path: Path) -> None:
    shutil.copytree(good, tmp_path / "Thủ Dầu Một")
    codes = {one.code for one in checked(tmp_path / "Thủ Dầu Một")}
    assert codes == {"E-DOS-01", "E-DOS-05"}  # the project has the name of the dossier
    with pytest.raises(PlanningDataError, match="E-DOS-64"):
        maps.check_dossier(tmp_path / "nowhere")
