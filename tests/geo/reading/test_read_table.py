"""Tables of text and workbooks: ids stay text, numbers become numbers, and what can mean two is asked for."""

import csv
import datetime as dt
import struct

import openpyxl
import pytest

import geo
from geo import PlanningDataError, read_table, read_vector
from geo.reading.dialects import separator
from geo.reading.encodings import shapefile_codec
from geo.reading.sheets import sheet_of


@pytest.fixture
def table(tmp_path):
    def written(text, name="a.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return written


@pytest.fixture
def book(tmp_path):
    def written(*rows, **sheets):
        made = openpyxl.Workbook()
        made.active.title = "Bảng"
        for row in rows:
            made.active.append(row)
        for name, more in sheets.items():
            sheet = made.create_sheet(name)
            for row in more:
                sheet.append(row)
        made.save(tmp_path / "a.xlsx")
        return tmp_path / "a.xlsx"

    return written


def codes(report):
    return [one.code for one in report]


def test_ids_stay_text_and_numbers_become_numbers(table):
    report = []
    read = read_table(table("ma,ten,so,ti_le,phone\n01,Bến Cát,3,0.5,0903\n1,Tân Uyên,,-,0904\n"), report=report)
    assert read["ma"].to_list() == ["01", "1"]
    assert read["phone"].to_list() == ["0903", "0904"]
    assert read["so"].to_list()[0] == 3.0
    assert read[["so", "ti_le"]].isna().sum().to_list() == [1, 1]
    assert read.index.to_list() == [2, 3]  # lines of the file
    assert report == []


def test_the_dialect_is_found_out_and_told(table):
    text = "\ufeffzone_id;area_ha;people\n01;12,5;1.234\n02;1.200,75;56\n"
    report = []
    read = read_table(table(text), id_column="zone_id", report=report)
    assert read.index.to_list() == ["01", "02"]
    assert read["area_ha"].to_list() == [12.5, 1200.75]
    assert read["people"].to_list() == [1234, 56]  # the file writes decimals with a comma, so the point is no decimal point
    assert codes(report) == ["E-TABLE-02", "E-TABLE-09", "E-TABLE-08", "E-TABLE-08"]
    for mark in "\t|":
        assert read_table(table(f"a{mark}b\n1{mark}2\n"))["b"].to_list() == [2]


@pytest.mark.parametrize(("text", "mark", "other"), [("1.234", ".", ","), ("12,345", ",", ".")])
def test_a_number_that_can_mean_two_is_asked_for(table, text, mark, other):
    path = table(f'name;jobs\na;"{text}"\nb;7\n')
    with pytest.raises(PlanningDataError, match=r"E-TABLE-06 a.csv: column 'jobs'") as told:
        read_table(path)
    assert f'thousands="{mark}"' in told.value.mend
    whole = int(text.replace(mark, ""))
    assert read_table(path, thousands=mark)["jobs"].to_list() == [whole, 7]
    assert read_table(path, decimal=mark)["jobs"].to_list() == [whole / 1000, 7]
    assert read_table(path, decimal=other)["jobs"].to_list() == [whole, 7]
    sure = table(f'name;jobs\na;"{text}{mark}678"\nb;7\n')
    assert read_table(sure)["jobs"].to_list() == [whole * 1000 + 678, 7]


@pytest.mark.parametrize(
    ("text", "code", "ids"),
    [
        ("a,b\n1,2\n3,4,5\n", "E-TABLE-03", ("line 3",)),
        ("a,b\n1,2\n3\n", "E-TABLE-03", ("line 3",)),
        ("a,b\n", "E-TABLE-01", ()),
        ("\n", "E-TABLE-01", ()),
        ("a,\n1,2\n", "E-TABLE-04", ("column 2",)),
        ("a,A\n1,2\n", "E-ATTR-05", ()),
        ("1,2\n3,4\n", "E-TABLE-05", ()),
        ("a,population_people\n1,-5\n", "E-ATTR-04", ("row 1",)),
        ("<html>\n", "E-IO-06", ()),
        ("a,b\n\0,2\n", "E-IO-06", ()),
    ],
)
def test_tables_that_can_not_be_trusted_are_refused(table, text, code, ids):
    with pytest.raises(PlanningDataError, match=code) as told:
        read_table(table(text))
    assert told.value.feature_ids == ids
    assert told.value.file == "a.csv"
    assert told.value.mend


def test_legacy_texts_are_told_and_read_when_named(table):
    path = table("name,n\nB×nh D­¬ng,1\nThñ DÇu Mét,2\nLai Khe,3\n,4\n", encoding="latin-1")
    with pytest.raises(PlanningDataError, match=r"E-TEXT-07.*TCVN3"):
        read_table(path)
    read = read_table(path, encoding="tcvn3")["name"]
    assert read.to_list()[:3] == ["Bình Dương", "Thủ Dầu Một", "Lai Khe"]
    assert read.isna().to_list() == [False, False, False, True]
    decomposed = read_table(table("name,n\nBi\u0300nh,1\n"))
    assert decomposed["name"].to_list() == ["B\u00ecnh"]
    assert read_table(table("name,n\nBình,1\n", encoding="utf-16"))["name"].to_list() == ["Bình"]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["Mét"], False),  # a single word with marks tells nothing
        (["Mét", "DÇu"], True),  # in two texts as in one
        (["Mét", "Mét"], False),  # the same text twice is one
        (["DÇu Mét"], True),
        (["Road 1", "Mét", "KCN", "DÇu", "Thñ"], True),
    ],
)
def test_two_words_with_marks_anywhere_in_a_column_tell_its_encoding(table, names, told):
    path = table("name,n\n" + "".join(f"{name},{at}\n" for at, name in enumerate(names)), encoding="latin-1")
    if not told:
        assert read_table(path)["name"].to_list() == names
        return
    with pytest.raises(PlanningDataError, match=r"E-TEXT-07.*TCVN3 \(100 %") as caught:
        read_table(path)
    assert caught.value.seen == next(name for name in names if not name.isascii())


@pytest.mark.parametrize(("most", "told"), [(1, False), (2, True), (4, True)])
def test_of_many_texts_some_are_looked_at_from_the_first_to_the_last(table, monkeypatch, most, told):
    monkeypatch.setattr("geo.reading.encodings._SAMPLE", most)  # every fourth, every second, all
    path = table("name,n\nMét,1\nThñ,2\nDÇu,3\n§Êt,4\n", encoding="latin-1")
    if told:
        with pytest.raises(PlanningDataError, match="E-TEXT-07"):
            read_table(path)
    else:
        assert len(read_table(path)) == 4


@pytest.mark.parametrize(
    ("name", "says", "codec"),
    [
        ("Ben Cat", "1252", "utf-8"),  # plain letters are the same in all
        ("Bến Cát".encode(), None, "utf-8"),
        ("Bến Cát".encode(), "UTF-8", "utf-8"),
        ("Bến Cát".encode(), "1252", "utf-8"),
        ("São".encode("cp1252"), None, "cp1252"),
        ("São".encode("cp1252"), "UTF-8", "cp1252"),
        ("São".encode("cp1252"), "65001", "cp1252"),
        ("São".encode("cp850"), "850", "cp850"),
        ("São".encode("latin-1"), "ISO-8859-1", "iso8859-1"),
        ("São".encode("cp1252"), "no such", "cp1252"),
    ],
)
def test_texts_of_a_shapefile_are_read_as_its_bytes_are_and_else_as_it_says(tmp_path, name, says, codec):
    row = name.encode() if isinstance(name, str) else name
    (tmp_path / "a.dbf").write_bytes(bytes(8) + struct.pack("<H", 33) + bytes(22) + b"\xff" + row)
    if says is not None:
        (tmp_path / "a.cpg").write_text(f"{says}\n")
    found = []
    assert shapefile_codec(tmp_path / "a.shp", "a.shp", found) == codec
    doubtful = (codec == "utf-8" and not row.isascii() and says != "UTF-8") or (codec == "cp1252" and says in {"UTF-8", "65001"})
    assert [one.code for one in found] == ["E-TEXT-05"] * doubtful


def test_a_text_that_is_not_in_the_encoding_named_is_refused(table):
    path = table("name,n\nŠkoda,1\n", encoding="cp1252")  # whose first byte is no letter of Vietnamese Windows
    for encoding in ("cp1258", "utf-8", "ascii"):
        with pytest.raises(PlanningDataError, match="E-TEXT-02"):
            read_table(path, encoding=encoding)
    assert read_table(path, encoding="windows-1252")["name"].to_list() == ["Škoda"]
    with pytest.raises(PlanningDataError, match="E-TEXT-01"):
        read_table(path, encoding="klingon")


def test_a_workbook_with_titles_and_heads_in_two_rows(book):
    path = book(
        ["BẢNG DÂN SỐ"],
        [],
        ["Mã", "Dân số", None, "Ngày"],
        [None, "2009", "2019", None],
        ["01", 100, 120.5, dt.datetime(2024, 5, 1)],  # noqa: DTZ001 - as a sheet holds it
        ["1", 90, None, dt.datetime(2024, 5, 2)],  # noqa: DTZ001 - as a sheet holds it
        Khác=[["x"], [1]],
    )
    report = []
    read = read_table(path, report=report)
    assert list(read.columns) == ["Mã", "Dân số / 2009", "Dân số / 2019", "Ngày"]
    assert read["Mã"].to_list() == ["01", "1"]
    assert read["Dân số / 2009"].to_list() == [100, 90]
    assert read["Ngày"].dt.day.to_list() == [1, 2]
    assert codes(report) == ["E-IO-11", "E-TABLE-10", "E-TABLE-11"]
    assert read_table(path, sheet="Khác")["x"].to_list() == [1]
    with pytest.raises(PlanningDataError, match=r"E-IO-10.*Khac"):
        read_table(path, sheet="Khac")


def test_of_many_sheets_six_are_named(book):
    report = []
    read_table(book(["a"], [1], **{f"s{number}": [["b"], [2]] for number in range(2, 9)}), report=report)
    assert report[0].what == "the workbook has 8 sheets; the first, 'Bảng', is read."
    assert report[0].mend == "name one: sheet='Bảng' or 's2' or 's3' or 's4' or 's5' or 's6'."


@pytest.mark.parametrize(
    ("lines", "mark"),
    [
        (["a;b", "1,5;2", "1;2"], ";"),  # every line has two cells by semicolons, one alone by commas
        (["a,b;c", "1,2;3"], ","),  # as good by either: commas come first
        (["a,b;c;d", "1,2;3;4"], ";"),  # more cells
        (["a", "1"], ","),
        (["a;b", *["1;2"] * 199, *["1,2,3"] * 900], ";"),  # 200 lines are looked at
        (["a;b", *["1,2"] * 199, *["1;2"] * 900], ","),
        (["a|b", "", "", "1|2"], "|"),
    ],
)
def test_the_separator_is_what_cuts_the_first_lines_most_alike(lines, mark):
    assert separator("\n".join(lines)) == mark
    assert separator("\n".join(lines) + "\n") == mark


def test_words_that_mean_nothing_elsewhere_are_names_here_and_blank_lines_are_counted(table):
    read = read_table(table("name,n\nNA,1\n\nnull,2\n,\nNone,\n"))
    assert read["name"].to_list() == ["NA", "null", "None"]
    assert read.index.to_list() == [2, 4, 6]
    assert read_table(table("of,2024\nx,y\nname,n\nA,1\n"), header_row=3).index.to_list() == [4]


def test_reading_leaves_the_limit_of_cells_as_it_was(table):
    before = csv.field_size_limit()
    read_table(table("a,b\n1,2\n"))
    with pytest.raises(PlanningDataError):
        read_table(table("a,b\n1,2,3\n"))
    assert csv.field_size_limit() == before


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a,b\n1,2\n3,,5\n", "E-TABLE-03"),
        ("a,b\n1,2\n,,\n3,4\n", None),  # a line of separators alone is no row
        ('a,b\n1,2\n"3,4\n', "E-TABLE-03"),  # a quote that nobody closes
        ('a,b\n1,2\n3,"4\n', "E-IO-04"),
        ("a,b\n" + "1,2\n" * 9_000 + "\0,2\n", "E-IO-06"),
        ("a,b\n,\n\n", "E-TABLE-01"),
    ],
)
def test_rows_are_whole_or_the_table_is_refused(table, text, code):
    if code is None:
        assert len(read_table(table(text))) == 2
        return
    with pytest.raises(PlanningDataError, match=code):
        read_table(table(text))


@pytest.mark.parametrize(
    ("rows", "heads", "row"),
    [
        ([["a", "b", "c"], [1, 2, 3]], ["a", "b", "c"], 1),
        ([["a", "b", 2019], [1, 2, 3]], ["a", "b", "2019"], 1),  # two thirds are text
        ([["A title"], ["a", "b", "c"], [1, 2, 3]], ["a", "b", "c"], 2),
        ([["A title"]] * 29 + [["a", "b"], [1, 2]], ["a", "b"], 30),
        ([["Title"], ["lot", "area", None, None], [None, None, "of lot", "of road"], ["x", "y", 1, 2]],
         ["lot", "area", "area / of lot", "area / of road"], 2),
        ([["lot", None, None], [None, "old", "new"], ["x", 1, 2]], ["", "old", "new"], 2),
        ([["lot", "area"], ["x", "y"]], ["lot", "area"], 1),
    ],
)  # fmt: skip
def test_the_heads_of_a_sheet_are_its_first_row_of_texts(book, rows, heads, row):
    report = []
    frame, _ = sheet_of(book(*rows), "a.xlsx", None, None, report, allow_large=False)
    assert list(frame.columns) == heads
    assert [one.code for one in report] == ["E-TABLE-10"] * (row > 1) + ["E-TABLE-11"] * any("/" in head for head in heads)
    assert all(f"row {row};" in one.what for one in report if one.code == "E-TABLE-10")


def test_heads_below_the_thirtieth_row_are_named(book):
    path = book(*[["A title", None, None]] * 30, ["a", "b", "c"], [1, 2, 3])
    assert list(read_table(path, header_row=31).columns) == ["a", "b", "c"]
    with pytest.raises(PlanningDataError, match=r"E-TABLE-01.*header_row="):
        read_table(path)
    with pytest.raises(PlanningDataError, match="E-TABLE-01"):
        read_table(path, header_row=33)


def test_sheets_that_are_hidden_are_read_when_they_are_named(book):
    path = book(["a"], [1], Shown=[["b"], [2]])
    made = openpyxl.load_workbook(path)
    made["Bảng"].sheet_state = "hidden"
    made.save(path)
    report = []
    assert read_table(path, report=report)["b"].to_list() == [2]
    assert report == []
    assert read_table(path, sheet="Bảng")["a"].to_list() == [1]


def test_names_of_columns_are_cleaned_unique_and_none_is_missing_where_there_are_values(table):
    read = read_table(table(" Dân  số ,area_ha,,\n1,2,,\n3,4,,\n"))
    assert list(read.columns) == ["Dân số", "area_ha"]
    for text, code, ids in (
        ("a,,b\n1,,2\n3,4,5\n", "E-TABLE-04", ("column 2",)),
        (",b,\n1,2,3\n", "E-TABLE-04", ("column 1", "column 3")),
        ("Dân  số,dân số\n1,2\n", "E-ATTR-05", ()),
    ):
        with pytest.raises(PlanningDataError, match=code) as told:
            read_table(table(text))
        assert told.value.feature_ids == ids
    for heads in ("2019,2020", "-1,1.5"):
        with pytest.raises(PlanningDataError, match="E-TABLE-05"):
            read_table(table(f"{heads}\n1,2\n"))
    assert list(read_table(table("zone,2019\na,2\n")).columns) == ["zone", "2019"]
    assert list(read_table(table("a,b\n1,\n")).columns) == ["a", "b"]


def test_ids_that_stand_twice_and_files_other_than_their_checksum_are_refused(table):
    path = table("zone_id,n\na,1\nb,2\na,3\n")
    assert len(read_table(path)) == 3
    with pytest.raises(PlanningDataError, match=r"E-ATTR-\d+") as told:
        read_table(path, id_column="zone_id")
    assert "a" in told.value.feature_ids
    path.with_name("a.csv.meta.json").write_text('{"sha256": "0"}')
    with pytest.raises(PlanningDataError, match="E-IO-07"):
        read_table(path)


def test_ids_of_a_sheet_are_texts_and_numbers_are_whole_where_all_are(book):
    read = read_table(book(["ma", "lots", "area", "gaps"], [7, 1, 1, 1], [8.0, 2, 2.5, None], [12, 3, 4, 3]))
    assert read["ma"].to_list() == ["7", "8", "12"]
    assert [read[name].dtype.kind for name in ("lots", "area", "gaps")] == ["i", "f", "f"]
    assert read["area"].to_list() == [1, 2.5, 4]


def test_a_column_of_numbers_and_texts_is_text_and_one_of_ids_too(book):
    rows = [["A ", 7.0, 1, True], [1.5, 8.5, 2.5, False], [2, None, None, True], [3.0, "x", 4, False]]
    read = read_table(book(["lot", "ma", "area", "built"], *rows))
    assert read["lot"].to_list() == ["A", "1.5", "2", "3"]
    assert read["ma"].to_list()[:2] == ["7", "8.5"]
    assert read["area"].fillna(-1).to_list() == [1, 2.5, -1, 4]
    assert read["built"].to_list() == [True, False, True, False]


def test_formulas_give_saved_values_or_are_refused(book):
    with pytest.raises(PlanningDataError, match="E-TABLE-07") as told:
        read_table(book(["a", "b"], [1, "=A2*2"]))
    assert told.value.feature_ids == ("B2",)
    for rows, cells in (
        ((["a", "b"], [1, 2, "=A2*2"]), ("C2",)),  # in a column without a head
        ((["a", "b"], [1, 2], ["=A2", "=B2"]), ("A3", "B3")),  # a row of totals under full ones
        ((["a", "b"], [1, 2], [], [None, "=B2"]), ("B4",)),
    ):
        with pytest.raises(PlanningDataError, match="E-TABLE-07") as told:
            read_table(book(*rows))
        assert told.value.feature_ids == cells
    with pytest.raises(PlanningDataError, match="E-TABLE-07"):
        read_table(book(["a", "b"], [1, "#REF!"]))


def test_old_workbooks_and_other_endings_are_named(table):
    for read in (read_table, read_vector):
        for name in ("a.xls", "A.XLS"):
            with pytest.raises(PlanningDataError, match="E-IO-01") as told:
                read(table("x", name=name))
            assert told.value.mend == "open it in a spreadsheet program and save it as .xlsx or .csv."
        with pytest.raises(PlanningDataError, match=r"E-IO-01.*'.doc'") as told:
            read(table("x", name="a.doc"))
        assert told.value.mend.startswith("use one of .")
        assert told.value.mend.endswith(".xlsx.") == (read is read_table)


@pytest.mark.parametrize(
    ("text", "crs", "kind"),
    [
        ("name,lon,lat\na,106.625,11.125\n", None, "Point"),
        ("tên;Kinh độ;Vĩ độ\na;106,625;11,125\n", None, "Point"),
        ("name,x,y\na,595889.5,1236000\n", "EPSG:9210", "Point"),
        ('name,wkt\na,"POLYGON ((106.6 11, 106.7 11, 106.7 11.1, 106.6 11))"\n', "EPSG:4326", "Polygon"),
        ("h3,jobs\n8865b56601fffff,3\n", None, "Polygon"),
    ],
)
def test_places_are_made_of_columns(table, text, crs, kind):
    path = table(text)
    read = read_vector(path, crs=crs)
    assert read.geom_type.to_list() == [kind]
    assert 105 < geo.to_wgs84(read).total_bounds[0] < 107
    if crs:
        with pytest.raises(PlanningDataError, match="E-CRS-01"):
            read_vector(path)


@pytest.mark.parametrize(
    ("text", "code", "ids"),
    [
        ("name,lon,lat\na,106.6,11\nb,106.6,\n", "E-TABLE-13", ("line 3",)),
        ("name,wkt\na,POINT(106.6 11)\nb,POINT(106.6\n", "E-TABLE-13", ("line 3",)),
        ("name,wkt\na,POINT(106.6 11)\nb,\n", "E-TABLE-13", ("line 3",)),
        ("h3,jobs\n8865b56601fffff,3\n8865b56601ffff,4\n,5\nx,6\n", "E-TABLE-13", ("line 3", "line 4", "line 5")),
        ("name,jobs\na,3\n", "E-TABLE-12", ()),
        ("name,lon,lat\na,11,106.6\n", "E-CRS-03", ()),
        ("name;lon;lat\na;106.606.622;11,1\nb;106,6;11,1\n", "E-CRS-09", ("row 1",)),  # two points make no degrees
    ],
)
def test_rows_without_a_place_are_named(table, text, code, ids):
    with pytest.raises(PlanningDataError, match=code) as told:
        read_vector(table(text))
    assert told.value.feature_ids == ids


def test_degrees_in_a_table_are_said_to_be_of_wgs_84_and_not_of_vn_2000(table):
    report = []
    read_vector(table("name,lon,lat\na,106.6,11\n"), report=report)
    (told,) = [one for one in report if one.code == "E-CRS-15"]
    assert (told.severity, told.mend) == ("note", 'if they are VN-2000: crs="EPSG:4756".')


@pytest.mark.parametrize("name", ["zone_id", "ma", "Mã số", "code", "h3_index", "phone"])
def test_columns_of_ids_stay_text_also_where_every_one_is_a_number(tmp_path, name):
    path = tmp_path / "a.csv"
    path.write_text(f"{name},idea\n12,1\n345,2\n", encoding="utf-8")
    read = geo.read_table(path)
    assert read[name].tolist() == ["12", "345"]
    assert read["idea"].tolist() == [1, 2]


def test_a_text_of_no_encoding_named_is_read_as_western_with_a_warning(table):
    report = []
    read = read_table(table("name,n\nSão Tomé,1\n", encoding="cp1252"), report=report)
    assert read["name"].to_list() == ["São Tomé"]
    (told,) = report
    assert (told.code, told.severity, told.file) == ("E-TEXT-05", "warning", "a.csv")
    assert told.mend == "look at the names, or pass encoding=."
    named = []
    assert read_table(table("name,n\nSão Tomé,1\n", encoding="cp1252"), encoding="cp1252", report=named)["n"].to_list() == [1]
    assert named == []


@pytest.mark.parametrize("start", [b"\xff\xfe", b"\xfe\xff"])
def test_marks_of_byte_order_tell_utf_16_of_both_orders(tmp_path, start):
    path, report = tmp_path / "a.csv", []
    path.write_bytes(start + "name,n\nBình,1\n".encode("utf-16-le" if start == b"\xff\xfe" else "utf-16-be"))
    assert read_table(path, report=report)["name"].to_list() == ["Bình"]
    assert [(one.code, one.severity, one.what) for one in report] == [
        ("E-TABLE-02", "fixed", "the file is in UTF-16 and is read so.")
    ]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("", ","),
        ("a;b", ";"),
        ("\na;b\n", ";"),
        ("a;b\n" * 100 + "1,2,3\n" * 101, ";"),  # the first 200 lines tell it
        ("a;b\n" * 99 + "1,2,3\n" * 101, ","),
        ("\n" + "a;b\n" * 100 + "1,2,3\n" * 101, ";"),  # also where the first of them is blank
        ("\n" + "a;b\n" * 99 + "1,2,3\n" * 100, ","),
    ],
)
def test_the_separator_is_told_by_the_first_lines_alone(text, mark):
    assert separator(text) == mark
