"""A dossier written: what lies where, in QGIS, by the command line, and against the drawing it was made from."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import ezdxf
import pyogrio
import pytest
import shapely
from geopandas import GeoDataFrame

import analyses
import layers
import maps
from geo import METRIC, PlanningDataError
from maps.__main__ import _run
from maps.dossier_reading import GIS, read_dossier, rules_of
from tests.maps.dossiers import CODE, EDGE, HEALTH, HOUSES, NAME, PLAN, planned, plot, right
from tests.maps.in_qgis import asked, blended, color_at, near, needs_qgis


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return right(tmp_path_factory.mktemp("Hồ sơ mẫu"), zipped=True)


def test_the_folder_is_that_of_the_rule_and_the_same_again(good: Path, tmp_path: Path) -> None:
    again = right(tmp_path, "gpkg")
    files = sorted(path.relative_to(good).as_posix() for path in good.rglob("*") if path.is_file() and ".gdb" not in str(path))
    names = ("HienTrang", "MocGioi", "NenDiaHinh", "QuyHoach")
    packages = [f"{GIS}/{name}.gpkg" for name in names]
    assert sorted(path.name for path in (good / GIS).glob("*.gdb")) == [f"{name}.gdb" for name in names]
    assert not list((again / GIS).glob("*.gdb"))
    assert files == sorted(
        ["DOC_TRUOC.txt", "HoSoBASIC/quyet_dinh.pdf", "HoSoScan/quyet_dinh.pdf", *packages, f"{GIS}/{NAME}.qgz"]
    )
    assert [name for name in files if (good / name).read_bytes() != (again / name).read_bytes()] == ["DOC_TRUOC.txt"]  # formats
    assert sorted(path.name for path in good.parent.iterdir()) == [good.name, f"{good.name}.zip", "quyet_dinh.pdf"]
    text = (good / "DOC_TRUOC.txt").read_text(encoding="utf-8")
    assert "CHƯA đối chiếu với Công báo" in text
    assert "QuyHoach / DAT_O_Nhomnhao_A: Nhóm nhà ở, 2, 2 ha" in text
    assert "EPSG:9210" in text


def test_every_class_has_the_least_fields_with_their_lengths(good: Path) -> None:
    with closing(sqlite3.connect(good / GIS / "QuyHoach.gpkg")) as base:
        rows = base.execute("SELECT name, type FROM pragma_table_info('DAT_O_Nhomnhao_A')").fetchall()
        plots = base.execute(
            "SELECT maThongTinQH, maHoSoQH, maDoiTuong, tenDoiTuong, phanLoai, floors FROM DAT_O_Nhomnhao_A"
        ).fetchall()
    fields = layers.dossier_fields()
    assert {name: kind for name, kind in rows if name in fields.index} == {
        name: f"TEXT({rule.field_length})" for name, rule in zip(fields.index, fields.itertuples(), strict=True)
    }
    assert plots == [(PLAN, CODE, "L0", "Lô 0", "DAT_O_Nhomnhao", 0), (PLAN, CODE, "L5", "Lô 5", "DAT_O_Nhomnhao", 5)]
    assert not fields["verified"].any()
    tables = {table.title: table for table in read_dossier(good, rules_of()).tables}
    assert (tables[HEALTH].role, tables[HEALTH].class_id, tables[HEALTH].scheme) == ("land", "DAT_HTXH_Yte", "QHPK")
    assert (tables["HienTrang/HT_LUC_A"].class_id, tables["HienTrang/HT_LUC_A"].stage) == ("LUC", "existing")
    assert tables[EDGE].role == "boundary"
    assert all(table.frame.crs == METRIC for table in tables.values())


@needs_qgis
def test_qgis_opens_the_project_in_the_colours_of_the_rule(good: Path, tmp_path: Path) -> None:
    request = {"project": str(good / GIS / f"{NAME}.qgz"), "themes": ["Quy hoạch"], "layout": "Quy hoạch", "width": 400}
    (answer,) = asked([request], tmp_path)
    assert (answer["crs"], answer["groups"]) == (METRIC, ["Mốc giới", "Quy hoạch", "Hiện trạng", "Nền địa hình"])
    assert len(answer["layers"]) == 11
    assert all(layer["valid"] and not layer["undrawn"] for layer in answer["layers"].values())
    counts = {key.removeprefix("dossier_"): layer["features"] for key, layer in answer["layers"].items()}
    assert counts["QuyHoach_DAT_O_Nhomnhao_A"] == 2
    assert counts["MocGioi_MocGioi_P"] == 2
    assert answer["exported"] == 0
    colors = layers.planning_classes()["color"]
    for class_id, shape in zip(planned()["class_id"], planned().geometry, strict=True):
        assert near(color_at(answer["pictures"]["Quy hoạch"], shape.centroid), blended(colors[class_id], 1.0)), class_id


def test_parts_that_are_not_given_are_empty_classes_and_said(tmp_path: Path) -> None:
    edge = GeoDataFrame(geometry=[plot(0, 0, 300, 200)], crs=METRIC)
    lines = GeoDataFrame(
        {"class_id": ["DAT_HTKT_DuongGT"]},
        geometry=[shapely.LineString([(600_000, 1_222_100), (600_300, 1_222_100)])],
        crs=METRIC,
    )
    folder = maps.write_dossier(
        tmp_path,
        "A",
        codes=(CODE, PLAN),
        planned=planned().rename(columns={"class_id": "lop"}),
        boundary=edge,
        class_column="lop",
    )
    found = {(one.code, one.layer or one.file) for one in maps.check_dossier(folder)}
    empty = {("E-DOS-36", name) for name in ("NenDiaHinh/DiemDoCao_P", "MocGioi/MocGioi_P", "HienTrang/CongTrinh_A")}
    assert found == {("E-DOS-09", "HoSoBASIC"), ("E-DOS-09", "HoSoScan"), *empty}
    roads = maps.write_dossier(tmp_path, "B", codes=(CODE, PLAN), planned=lines, boundary=edge, formats="gpkg")
    assert (roads / GIS / "QuyHoach.gpkg").exists()
    assert {name for name, _ in pyogrio.list_layers(roads / GIS / "QuyHoach.gpkg")} >= {"DAT_HTKT_DuongGT_L", "RanhGioiQH_A"}


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"name": "Thủ Dầu Một"}, "E-DOS-60"),
    ({"codes": ("79QPK001", PLAN)}, "E-DOS-60"),
    ({"formats": "shp"}, "E-DOS-60"),
    ({"codes": (CODE, "79")}, "E-DOS-60"),
    ({"codes": ("01QPK0010001", PLAN)}, "E-DOS-61"),
    ({"class_column": "lop"}, "E-DOS-62"),
    ({"planned": planned().assign(class_id="DAT_Sanbay")}, "E-DOS-62"),
]


@pytest.mark.parametrize(("change", "code"), WRONG)
def test_what_can_be_no_dossier_is_refused_and_nothing_is_written(change: dict[str, Any], code: str, tmp_path: Path) -> None:
    given = {"name": "A", "codes": (CODE, PLAN), "planned": planned(), "boundary": planned(), **change}
    with pytest.raises(PlanningDataError, match=code):
        maps.write_dossier(tmp_path, given.pop("name"), **given)
    assert list(tmp_path.iterdir()) == []


def test_a_dossier_is_not_written_over(good: Path) -> None:
    before = (good / "DOC_TRUOC.txt").read_bytes()
    with pytest.raises(PlanningDataError, match="E-DOS-63"):
        maps.write_dossier(good.parent, NAME, codes=(CODE, PLAN), planned=planned(), boundary=planned())
    assert (good / "DOC_TRUOC.txt").read_bytes() == before


def test_a_geodatabase_is_checked_too(good: Path, tmp_path: Path) -> None:
    tables = [table for table in read_dossier(good, rules_of()).tables if table.package == "MocGioi"]
    for name in ("HoSoBASIC", "HoSoScan"):
        (tmp_path / "CSDL_A" / name).mkdir(parents=True)
    path = tmp_path / "CSDL_A" / GIS / "MocGioi.gdb"
    path.parent.mkdir()
    for table in tables:
        pyogrio.write_dataframe(table.frame.assign(maHoSoQH="79"), path, layer=table.name, driver="OpenFileGDB")
    found = {(one.code, one.layer, one.field) for one in maps.check_dossier(tmp_path / "CSDL_A") if one.layer}
    bare = {("E-DOS-15", "MocGioi/MocGioi_P", name) for name in layers.dossier_fields().index}  # written without lengths
    assert found == {("E-DOS-19", "MocGioi/MocGioi_P", "maHoSoQH"), *bare}


def drawing(path: Path, plots: list[tuple[str, shapely.Polygon]]) -> Path:
    document = ezdxf.new("R2010", units=6)
    for layer, shape in plots:
        document.modelspace().add_lwpolyline(list(shape.exterior.coords)[:-1], close=True, dxfattribs={"layer": layer})
    document.saveas(path)
    return path


def test_areas_against_the_drawing_parcel_by_parcel(good: Path, tmp_path: Path) -> None:
    rows = planned()
    same = [(f"QHDH_{one}", shape) for one, shape in zip(rows["class_id"], rows.geometry, strict=True)]
    assert maps.check_dossier(good, against=drawing(tmp_path / "same.dxf", same)) == []
    other = [*same]
    other[0] = ("QHDH_DAT_O_Nhomnhao", plot(0, 0, 100, 99))  # 100 m² less
    other[1] = ("QHDH_DAT_Dichvu", same[1][1])
    del other[3]
    other.append(("QHDH_DAT_Cayxanhhanche", plot(4, 0)))
    found = {one.code: one for one in maps.check_dossier(good, against=drawing(tmp_path / "other.dxf", other))}
    assert set(found) == {"E-DOS-70", "E-DOS-71", "E-DOS-72", "E-DOS-73"}
    assert (found["E-DOS-70"].layer, found["E-DOS-70"].feature_ids) == (HOUSES, (1,))
    assert "drawing 9,900.0 m², dossier 10,000.0 m²" in str(found["E-DOS-70"].seen)
    assert found["E-DOS-71"].count == 1
    assert found["E-DOS-71"].seen == ["DAT_Cayxanhhanche"]
    assert (found["E-DOS-72"].layer, found["E-DOS-73"].layer) == ("QuyHoach/DAT_HTXH_Truonghoc_A", HEALTH)
    with pytest.raises(PlanningDataError, match="E-DOS-65"):
        maps.check_dossier(good, against=drawing(tmp_path / "none.dxf", [("KHUNG", plot(0, 0))]))
    (nothing,) = analyses.dossier_against_drawing([], rows)
    assert nothing.code == "E-DOS-72"


def test_the_command_line_writes_and_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    planned().to_file(tmp_path / "plan.gpkg", layer="plots")
    GeoDataFrame(geometry=[plot(0, 0, 300, 200)], crs=METRIC).to_file(tmp_path / "edge.gpkg")
    told = ["--name", NAME, "--code", CODE, "--plan-code", PLAN, "--boundary", tmp_path / "edge.gpkg", "--out", tmp_path]
    papers = ["--document", tmp_path / "edge.gpkg", "--scan", tmp_path / "edge.gpkg"]
    arguments = ["dossier", "write", f"{tmp_path / 'plan.gpkg'}:plots", *told, *papers, "--format", "gpkg", "--zip"]
    assert _run(list(map(str, arguments))) == 0
    folder = tmp_path / f"CSDL_{NAME}"
    assert (tmp_path / f"CSDL_{NAME}.zip").exists()
    assert f"{folder}: 0 errors, 4 warnings." in capsys.readouterr().out
    assert _run(["dossier", "check", str(folder), "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert (whole["ok"], whole["rules_verified"], len(whole["findings"])) == (True, False, 4)
    (folder / GIS / "QuyHoach.gpkg").unlink()
    assert _run(["dossier", "check", str(folder)]) == 2
    out = capsys.readouterr().out
    assert "E-DOS-03 HoSoGIS/QuyHoach: a package of the GIS dossier is missing." in out
    assert _run(["dossier", "check", str(tmp_path / "no")]) == 2
    assert "E-DOS-64" in capsys.readouterr().err
    assert _run(["dossier", "write", "--help"]) == 0
    assert "Example: innoregion dossier write" in capsys.readouterr().out
