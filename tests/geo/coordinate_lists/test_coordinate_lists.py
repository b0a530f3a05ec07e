"""Lists of coordinates from Excel and CSV: parcels as they were meant, or refused by name."""

from __future__ import annotations

import numpy as np
import openpyxl
import pytest
from openpyxl.styles import Font

import geo
import layers
from tests.geo.drawings.plans import draw, parcels, written

HERE = "EPSG:9210"
X0, Y0 = 1_222_800.0, 601_300.0  # the northing is X


def comma(value, digits=3):
    return f"{value:.{digits}f}".replace(".", ",")


def thousands(value):
    return f"{value:,.3f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def square(side=10.0, at=0.0):
    return [(X0 + x, Y0 + at + y) for x, y in ((0, 0), (0, side), (side, side), (side, 0))]


def book(tmp_path, rows, merged=(), font=None, name="list.xlsx"):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for area in merged:
        made.active.merge_cells(area)
    if font:
        for row in made.active.iter_rows():
            for cell in row:
                cell.font = Font(name=font)
    made.save(tmp_path / name)
    return tmp_path / name


def numbered(points, form=lambda value: value):
    return [[number, form(x), form(y)] for number, (x, y) in enumerate(points, start=1)]


@pytest.fixture(scope="module")
def plan():
    return parcels(sorted(set(layers.units("2025")["name_vi"])))


def test_the_plan_as_a_list(plan, tmp_path):
    """Straight parcels of the plan, each with its name above and its area below, as one sheet."""
    straight = [parcel for parcel in plan if parcel.number % 4 == 0 and parcel.hole is None]
    rows = [["BẢNG KÊ TỌA ĐỘ GÓC THỬA"], ["Hệ tọa độ VN-2000, kinh tuyến trục 105°45', múi chiếu 3°"], []]
    for parcel in straight:
        rows += [[f"Thửa số {parcel.number}"], ["Số hiệu điểm", "X (m)", "Y (m)", "Cạnh (m)"]]
        rows += [[at, comma(y), comma(x), "24,00"] for at, (x, y, _) in enumerate(parcel.corners, start=1)]
        first = parcel.corners[0]
        rows += [[1, comma(first[1]), comma(first[0])], [f"Diện tích: {comma(parcel.area_m2, 1)} m²"], []]
    report = []
    found = geo.read_coordinate_list(book(tmp_path, rows), crs=HERE, report=report)
    assert len(found) == len(straight) > 30
    assert list(found["parcel"]) == [str(parcel.number) for parcel in straight]
    truth = np.array([parcel.area_m2 for parcel in straight])
    assert np.abs(found["area_m2"] - truth).max() < 0.01
    assert found["difference_pct"].abs().max() < 1e-3
    assert [one for one in report if one.severity != "note"] == []
    assert list(found.geometry.iloc[0].exterior.coords)[:4] == [(x, y) for x, y, _ in straight[0].corners]
    with pytest.raises(geo.PlanningDataError, match=r"E-CRS-03.*107-45.*EPSG:9210.*Mend: read_coordinate_list.*EPSG:9210"):
        geo.read_coordinate_list(tmp_path / "list.xlsx", crs="EPSG:5899")
    draw(straight, tmp_path / "plan.dxf")
    drawing = geo.read_drawing(tmp_path / "plan.dxf", crs=HERE)
    labelled = geo.label_parcels(drawing.areas, drawing.texts)
    table = geo.compare_areas(labelled, found.assign(parcel_number=found["parcel"]), by="parcel_number")
    assert set(table["matched_by"]) == {"parcel_number"}
    assert table["difference_m2"].abs().max() < 0.01


@pytest.mark.parametrize("form", [float, comma, thousands, lambda value: f"{value:,.3f}", lambda value: f" {value:.3f} "])
def test_numbers_however_written_and_columns_by_magnitude(form, tmp_path):
    for turned, header in ((False, ["STT", "X", "Y"]), (True, ["STT", "X", "Y"]), (False, ["Điểm", "Y(m)", "X(m)"])):
        rows = [header, *numbered(square(), form)]
        rows = [[row[0], row[2], row[1]] for row in rows] if turned else rows
        found = geo.read_coordinate_list(book(tmp_path, rows), crs=HERE)
        assert found["area_m2"].tolist() == pytest.approx([100.0])
        assert found.total_bounds.tolist() == pytest.approx([Y0, X0, Y0 + 10, X0 + 10])
        assert found["point_numbers"].iloc[0] == ["1", "2", "3", "4"]


def test_where_parcels_begin(tmp_path):
    column = [["Thửa", "Điểm", "X", "Y", "Diện tích (ha)"]]
    for name, at, area in (("A1", 0, 0.01), ("A2", 20, 0.0101)):
        column += [[name, number, x, y, area if number == 1 else None] for number, x, y in numbered(square(at=at))]
    by_column = geo.read_coordinate_list(book(tmp_path, column, ["A2:A5", "E2:E5", "A6:A9"]), crs=HERE, report=[])
    assert list(by_column["parcel"]) == ["A1", "A2"]
    assert by_column["stated_area_m2"].tolist() == pytest.approx([100, 101])
    ring = [*numbered(square()), [1, *square()[0]]]
    closed = geo.read_coordinate_list(book(tmp_path, [*ring, *numbered(square(at=20))]), crs=HERE)
    assert list(closed["points"]) == [4, 4]
    assert list(closed["parcel"]) == ["", ""]
    assert list(closed["first_row"]) == [1, 6]
    anew = geo.read_coordinate_list(book(tmp_path, [*numbered(square()), *numbered(square(at=20))]), crs=HERE)
    assert list(anew["points"]) == [4, 4]
    beside = [["Lô A", None, None, "Lô B"], ["STT", "X", "Y", "STT", "X", "Y"]]
    beside += [[*one, *other] for one, other in zip(numbered(square()), numbered(square(at=50)), strict=True)]
    both = geo.read_coordinate_list(book(tmp_path, beside), crs=HERE)
    assert list(both["parcel"]) == ["A", "B"]
    assert both.geometry.bounds["minx"].tolist() == [Y0, Y0 + 50]
    corners = [(X0, Y0), (X0, Y0 + 10), (X0 + 5, Y0 + 12), (X0 + 10, Y0 + 10), (X0 + 10, Y0), (X0 + 5, Y0 - 2)]
    halves = zip(numbered(corners)[:3], numbered(corners)[3:], strict=True)
    on = [["STT", "X", "Y", "STT", "X", "Y"], *([*one, *other] for one, other in halves)]
    whole = geo.read_coordinate_list(book(tmp_path, on), crs=HERE)
    assert whole["area_m2"].tolist() == pytest.approx([120])
    beside_named = [["Thửa đất số", 7, None, "Diện tích", 100.05, "m2"], ["Tên điểm", "X", "Y"], *numbered(square())]
    named = geo.read_coordinate_list(book(tmp_path, beside_named), crs=HERE)
    assert named[["parcel", "stated_area_m2"]].values.tolist() == [["7", 100.05]]


def test_degrees_are_of_the_datum_of_the_list(tmp_path):
    corners = geo.to_crs(geo.read_coordinate_list(book(tmp_path, numbered(square(1000))), crs=HERE), "EPSG:4756")
    rows = [["STT", "Vĩ độ", "Kinh độ"]]
    for at, (lon, lat) in enumerate(list(corners.geometry.iloc[0].exterior.coords)[:4]):
        rows.append([at + 1, *(f"{int(v)}°{int(v % 1 * 60):02d}'{comma(v * 60 % 1 * 60, 5)}\"" for v in (lat, lon))])
    report = []
    found = geo.read_coordinate_list(book(tmp_path, rows), crs=HERE, report=report)
    assert found["area_m2"].iloc[0] == pytest.approx(1e6, abs=0.1)
    assert found.total_bounds[0] == pytest.approx(Y0, abs=0.001)
    assert "E-LIST-12" in {one.code for one in report}
    decimal = [[at, lat, lon] for at, (lon, lat) in enumerate(list(corners.geometry.iloc[0].exterior.coords)[:4])]
    same = geo.read_coordinate_list(book(tmp_path, decimal), crs=HERE)
    assert same["area_m2"].iloc[0] == pytest.approx(1e6, abs=0.01)


def test_flaws_are_named(tmp_path):
    (a, b, c, d), far = square(), (X0 + 500_000, Y0)
    cases = {
        "E-LIST-07.*1–2 and 3–4": [[1, *a], [2, *c], [3, *b], [4, *d]],
        "E-LIST-05.*row 3": [[1, *a], [2, *b], [3, c[0], "60131O.5"], [4, *c], [5, *d]],
        "E-LIST-06": [["Thửa 1"], [1, *a], [2, *b], ["Thửa 2"], *numbered(square())],
        "E-LIST-08.*100.00 m².*120.00 m²": [["Thửa 1, diện tích 120 m2"], *numbered(square())],
        "E-LIST-09": [*numbered(square()), [5, "=B1+12", "=C1-4"]],
        "E-CRS-12.*row 4": [[1, *a], [2, *b], [3, *c], [4, *far], [5, *d]],
        "E-LIST-11": [[*a, *(v + 60 for v in a)], [*b, *(v + 60 for v in b)], [*c, *(v + 60 for v in c)]],
        "E-LIST-04": [["STT", "X", "Y"], [1, 12, 13], [2, 14, 15]],
    }
    for told, rows in cases.items():
        with pytest.raises(geo.PlanningDataError, match=told):
            geo.read_coordinate_list(book(tmp_path, rows), crs=HERE)
    report = []
    rows = [["Thửa 1"], *numbered(square()), ["Diện tích: 100,3 m²"], ["Tổng diện tích: 400 m2"], ["Thửa 2"]]
    kept = geo.read_coordinate_list(book(tmp_path, rows), crs=HERE, report=report)
    assert len(kept) == 1
    told = [(one.code, one.severity) for one in report]
    assert told == [("E-LIST-10", "note"), ("E-LIST-08", "warning"), ("E-LIST-08", "warning")]
    assert "100.30" in report[1].what
    with pytest.raises(geo.PlanningDataError, match=r"E-LIST-03.*Sheet"):
        geo.read_coordinate_list(tmp_path / "list.xlsx", crs=HERE, sheet="Sheet1")


def test_csv_and_legacy_fonts(tmp_path):
    text = "Thửa số 5\nSTT;X;Y\n" + "\n".join(f"{n};{comma(x)};{comma(y)}" for n, x, y in numbered(square()))
    for encoding in ("utf-8-sig", "utf-16", "utf-8"):
        (tmp_path / "list.csv").write_text(text, encoding=encoding)
        assert geo.read_coordinate_list(tmp_path / "list.csv", crs=HERE)["parcel"].tolist() == ["5"]
    (tmp_path / "points.csv").write_text("\n".join(f"{n},{x},{y}" for n, x, y in numbered(square())))
    assert geo.read_coordinate_list(tmp_path / "points.csv", crs=HERE)["area_m2"].iloc[0] == pytest.approx(100)
    name = "Lô số 3b, xã Phú Lợi"
    for font, encoding in ((".VnTime", "tcvn3"), ("VNI-Times", "vni"), ("Arial", "tcvn3")):
        rows = [[written(name, encoding)], [written("Số hiệu điểm", encoding), "X", "Y"], *numbered(square())]
        report = []
        found = geo.read_coordinate_list(book(tmp_path, rows, font=font), crs=HERE, report=report)
        assert found["parcel"].tolist() == ["3b"]
        assert ("E-TEXT-04" in {one.code for one in report}) == (font == "Arial")


def test_what_is_no_list(tmp_path):
    cases = {
        "a.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), r"E-CAD-02.*\.xlsx"),
        "b.xlsx": (b"PK\x03\x04" + bytes(50), "E-ZIP-01"),
        "c.csv": (bytes(50), "E-LIST-01"),
        "d.csv": (b"hello\n", "E-LIST-04"),
        "e.csv": (b"", "E-IO-09"),
    }
    for name, (content, told) in cases.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(geo.PlanningDataError, match=told):
            geo.read_coordinate_list(tmp_path / name, crs=HERE)


def test_a_point_that_follows_itself_is_taken_once_and_told(tmp_path):
    corners = square()
    rows = [["Số hiệu điểm", "X (m)", "Y (m)"], *numbered([*corners[:2], corners[1], *corners[2:]])]
    report = []
    found = geo.read_coordinate_list(book(tmp_path, rows), crs=HERE, report=report)
    assert found.area.tolist() == pytest.approx([100])
    assert len(found.geometry.iloc[0].exterior.coords) == 5
    assert [(one.code, one.severity) for one in report if one.severity != "note"] == [("E-LIST-13", "fixed")]


@pytest.mark.parametrize(("name", "most"), [("MOST_CELLS", 14), ("LARGEST_MB", 0.00001)])
def test_lists_that_are_too_large_are_refused(tmp_path, monkeypatch, name, most):
    rows = [["Số hiệu điểm", "X (m)", "Y (m)"], *numbered(square())]
    sheet = book(tmp_path, rows)
    (tmp_path / "list.csv").write_text("\n".join(";".join(map(str, row)) for row in rows), encoding="utf-8")
    monkeypatch.setattr(f"geo.coordinate_lists.cells.{name}", most)
    with pytest.raises(geo.PlanningDataError, match="E-LIST-02"):
        geo.read_coordinate_list(sheet, crs=HERE)
    monkeypatch.setattr(f"geo.coordinate_lists.cells.{name}", min(most, 9))  # a CSV is counted by its commas
    with pytest.raises(geo.PlanningDataError, match="E-LIST-02"):
        geo.read_coordinate_list(tmp_path / "list.csv", crs=HERE)
