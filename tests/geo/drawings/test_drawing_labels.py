"""Texts inside parcels as labels; numbers as Vietnamese tables write them; legacy fonts."""

from __future__ import annotations

import ezdxf
import pytest

import geo
from geo.drawings.fonts import font_encoding
from geo.reading.numbers import readings
from tests.geo.drawings.plans import EAST, NORTH, written

HERE = "EPSG:9210"


def new():
    doc = ezdxf.new("R2010")
    doc.header["$INSUNITS"] = 6
    return doc, doc.modelspace()


def square(space, x, side=20.0):
    corners = ((0, 0), (1, 0), (1, 1), (0, 1))
    return space.add_lwpolyline([(EAST + x + a * side, NORTH + b * side) for a, b in corners], close=True)


def text(space, words, x, y, **look):
    return space.add_text(words, dxfattribs={"insert": (EAST + x, NORTH + y), "height": 1} | look)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1.222.845,37", (1222845.37,)),
        ("1,222,845.37", (1222845.37,)),
        ("1 222 845,37", (1222845.37,)),
        ("1222845,370", (1222845.37,)),
        ("601300.125", (601300.125,)),
        ("601.300", (601.3, 601300.0)),
        ("256,7", (256.7,)),
        ("-3,5", (-3.5,)),
        (".5", (0.5,)),
        (".123", (0.123,)),  # no thousands without a head
        ("-1.234", (-1.234, -1234.0)),
        ("1234.567", (1234.567,)),
        ("1.234.567", (1234567.0,)),
        (12, (12.0,)),
        ("1.2.3,4,5", ()),
        ("12a", ()),
        ("", ()),
        (None, ()),
        (True, ()),
        (float("nan"), ()),
    ],
)
def test_numbers(written, meant):
    assert readings(written) == meant


def test_labels_by_pattern(tmp_path):
    doc, space = new()
    squares = [square(space, 30 * at) for at in range(7)]
    for words, x, y in (
        ("12", 5, 15), ("400", 5, 10), ("ODT", 5, 5),  # a whole number that is its area
        ("Thửa số 13", 31, 15), ("S = 398,5 m2", 31, 10), ("ONT+CLN", 31, 5), ("Nguyễn Văn A", 31, 2),
        ("14/401.2", 65, 10),
        ("15", 95, 15), ("16", 95, 5),  # which is it?
        ("KDC", 125, 5),
        ("18", 155, 15), ("0,05 ha", 155, 5),
        ("18", 185, 15),
        ("99", 215, 15),  # in none
    ):  # fmt: skip
        text(space, words, x, y)
    doc.saveas(tmp_path / "labels.dxf")
    drawing, report = geo.read_drawing(tmp_path / "labels.dxf", crs=HERE), []
    found = geo.label_parcels(drawing.areas, drawing.texts, report=report).loc[[one.dxf.handle for one in squares]]
    assert list(found["parcel_number"]) == ["12", "13", "14", "", "", "18", "18"]
    assert list(found["stated_area_m2"].fillna(0)) == [400, 398.5, 401.2, 0, 0, 500, 0]
    assert list(found["land_code"]) == ["ODT", "ONT+CLN", "", "", "KDC", "", ""]
    assert list(found["label_state"]) == ["ok", "ok", "ok", "ambiguous", "none", "ok", "ok"]
    assert "Nguyễn Văn A" in found["label"].iloc[1]
    told = {one.code: one.feature_ids for one in report}
    assert told["E-LABEL-01"] == (squares[3].dxf.handle,)
    assert told["E-LABEL-02"] == (squares[4].dxf.handle,)
    assert len(told["E-LABEL-03"]) == 1
    assert told["E-LABEL-04"] == (squares[5].dxf.handle,)
    assert told["E-LABEL-05"] == (squares[5].dxf.handle, squares[6].dxf.handle)
    other = drawing.texts.set_crs("EPSG:9212", allow_override=True)
    with pytest.raises(geo.PlanningDataError, match="E-CRS-02"):
        geo.label_parcels(drawing.areas, other)


def test_a_parcel_and_its_hatch_share_labels(tmp_path):
    doc, space = new()
    line = square(space, 0)
    hatch = space.add_hatch(color=256)
    hatch.paths.add_polyline_path([(x, y) for x, y, *_ in line.get_points()], is_closed=True)
    around = square(space, -10, 60)
    text(space, "7", 5, 10)
    doc.saveas(tmp_path / "twins.dxf")
    drawing = geo.read_drawing(tmp_path / "twins.dxf", crs=HERE)
    assert drawing.areas.loc[line.dxf.handle, "same_as"] == hatch.dxf.handle
    assert {"E-CAD-16"} <= {one.code for one in drawing.findings}
    found = geo.label_parcels(drawing.areas, drawing.texts)["parcel_number"]
    assert dict(found) == {line.dxf.handle: "7", hatch.dxf.handle: "7", around.dxf.handle: ""}


def test_lines_that_only_together_close(tmp_path):
    doc, space = new()
    ends = [(EAST, NORTH), (EAST + 20, NORTH), (EAST + 20, NORTH + 10.004), (EAST, NORTH + 10)]
    for start, end in zip(ends, [*ends[1:], ends[0]], strict=True):
        space.add_line(start, (end[0], end[1] - 0.004 if end[1] > NORTH + 10.001 else end[1]))
    doc.saveas(tmp_path / "chain.dxf")
    assert geo.read_drawing(tmp_path / "chain.dxf", crs=HERE).areas.empty
    found = geo.read_drawing(tmp_path / "chain.dxf", crs=HERE, close_m=0.01)
    assert list(found.areas["dxf_type"]) == ["CHAIN"]
    assert found.areas["area_m2"].iloc[0] == pytest.approx(200, abs=0.1)
    assert len(found.lines) == 4
    assert geo.read_drawing(tmp_path / "chain.dxf", crs=HERE, close_m=0.001).areas.empty


def test_fonts_by_name():
    tcvn3 = [".VnTime", ".VnArial Narrow", "vntime.ttf", "VNARIAL.TTF"]
    assert {font_encoding(font) for font in tcvn3} == {("tcvn3", False)}
    assert {font_encoding(font) for font in (".VnTimeH", "VHTIME.TTF", r"C:\fonts\vharial.ttf")} == {("tcvn3", True)}
    assert {font_encoding(font) for font in ("VNI-Times", "vni-helve.ttf")} == {("vni", False)}
    assert {font_encoding(font) for font in ("Arial", "txt", "", "romans.shx", "vnsimpli.shx")} == {None}


def test_texts_in_the_fonts_of_their_parts(tmp_path):
    doc, space = new()
    for name, font in (("old", ".VnTime"), ("capitals", ".VnTimeH"), ("plain", "txt"), ("shape", "vnsimpli.shx")):
        doc.styles.add(name, font=font)
    mtext = space.add_mtext(
        r"{\f.VnTime|b0|i0|c0|p34;§Êt ë} {\fVNI-Times|b1;Ñaát ôû}\P{\fArial|b0|c163;Đất ở} %%c12 30%%d \S1/2;",
        dxfattribs={"style": "plain", "insert": (EAST, NORTH), "char_height": 2, "attachment_point": 5},
    )
    texts = [
        text(space, "®Êt ë", 0, 5, style="capitals"),
        text(space, "Đất ở", 0, 10, style="old"),  # typed later, in Unicode
        text(space, "§Êt trång c©y l©u n¨m", 0, 20, style="shape"),
        text(space, "§Êt ë ®« thÞ", 0, 30, style="shape"),
        text(space, "R=%%c30 %%179", 0, 40, style="plain"),
    ]
    doc.saveas(tmp_path / "fonts.dxf")
    read = geo.read_drawing(tmp_path / "fonts.dxf", crs=HERE)
    found = read.texts["text"]
    assert found[mtext.dxf.handle] == "Đất ở Đất ở\nĐất ở Ø12 30° 1/2"
    assert read.texts.loc[mtext.dxf.handle, "text_encoding"] == "tcvn3+vni+unicode"
    assert list(found[[one.dxf.handle for one in texts[:4]]]) == ["ĐẤT Ở", "Đất ở", "Đất trồng cây lâu năm", "Đất ở đô thị"]
    told = {one.code: one for one in read.findings}
    assert told["E-TEXT-04"].feature_ids == (texts[2].dxf.handle, texts[3].dxf.handle)
    assert read.texts.geometry[mtext.dxf.handle].equals_exact(read.texts.geometry[mtext.dxf.handle], 0)
    doubt = geo.read_drawing(tmp_path / "fonts.dxf", crs=HERE, encoding="unicode")
    assert doubt.texts.loc[texts[2].dxf.handle, "text"].startswith("§Êt")
    with pytest.raises(geo.PlanningDataError, match="E-TEXT-01"):
        geo.read_drawing(tmp_path / "fonts.dxf", crs=HERE, encoding="viscii")


def test_a_drawing_saved_under_a_vietnamese_windows(tmp_path):
    """Its bytes of TCVN3 were taken for cp1258: letters of that page stand where the font means others."""
    doc, space = new()
    doc.header["$DWGCODEPAGE"] = "ANSI_1258"
    doc.styles.add("old", font=".VnTime")
    name = "Khu đô thị ven sông, bến xe"
    mangled = written(name, "tcvn3").encode("latin-1").decode("cp1258")
    one = text(space, mangled, 0, 5, style="old")
    doc.saveas(tmp_path / "page.dxf")
    content = (tmp_path / "page.dxf").read_text(encoding="utf-8").replace("ANSI_1252", "ANSI_1258")
    (tmp_path / "page.dxf").write_text(content, encoding="utf-8")
    assert mangled != written(name, "tcvn3")
    assert geo.read_drawing(tmp_path / "page.dxf", crs=HERE).texts["text"][one.dxf.handle] == name
