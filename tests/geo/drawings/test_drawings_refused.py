"""Drawings that are no drawings, or too much of one: refused by our error alone."""

from __future__ import annotations

import random

import ezdxf
import numpy as np
import pytest

import geo
from geo.drawings import parts as drawings_parts
from geo.drawings import walk as drawings_walk
from tests.geo.drawings.plans import EAST, NORTH, draw, parcels

HERE = "EPSG:9210"
FOREIGN = {
    "plan.dwg": (b"AC1027\0\0\0\0", "DWG.*DXF R2010"),
    "plan.dxf": (b"AC1015\0\0\0\0", "DWG.*DXF R2010"),  # named as if it were one
    "plan.dgn": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "DGN V8.*DXF"),
    "plan7.dgn": (b"\x08\x09\xfe\x02" + bytes(99), "DGN V7.*read_vector"),
    "list.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), r"\.xls.*\.xlsx"),
    "plan.pdf": (b"%PDF-1.7\n", "PDF.*drawing itself"),
    "list.xlsx": (b"PK\x03\x04" + bytes(99), "read_coordinate_list"),
    "scan.tif": (b"II*\0" + bytes(99), "picture"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "plan.dxf"
    draw(parcels(["Phường An Khê"], 12), path)
    return path.read_bytes()


@pytest.mark.parametrize("name", FOREIGN)
def test_what_planners_hold_and_we_do_not_read(name, tmp_path):
    content, told = FOREIGN[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(geo.PlanningDataError, match=f"E-CAD-02 {name}.*{told}"):
        geo.read_drawing(tmp_path / name, crs=HERE)


def test_no_file_no_drawing_cut_short(whole, tmp_path):
    with pytest.raises(geo.PlanningDataError, match=r"E-IO-03"):
        geo.read_drawing(tmp_path / "plan.dxf", crs=HERE)
    cases = {b"": "E-IO-09", b"hello": "E-CAD-01", whole[: len(whole) // 2]: "E-CAD-03", b"0\nSECTION\nEOF\n": "E-CAD-01"}
    for content, code in cases.items():
        (tmp_path / "plan.dxf").write_bytes(content)
        with pytest.raises(geo.PlanningDataError, match=f"{code} plan.dxf"):
            geo.read_drawing(tmp_path / "plan.dxf", crs=HERE)


def test_noise_gives_our_error_or_a_report(whole, tmp_path):
    """Sixty drawings with values changed, tags lost or doubled: never another exception."""
    chance, refused = random.Random(7), 0  # noqa: S311 - noise
    for round_ in range(60):
        lines = whole.replace(b"\r\n", b"\n").split(b"\n")
        for _ in range(round_ // 4 + 1):
            at = 2 * chance.randrange(len(lines) // 2)
            code, value = lines[at : at + 2]
            other = chance.choice([b"%d" % chance.randrange(-9, 1200), chance.randbytes(5), b"nan", b"1e400", b""])
            lines[at : at + 2] = chance.choice([[], [code, value] * 2, [code, other], [code, other], [code, other]])
        path = tmp_path / f"{round_}.dxf"
        path.write_bytes(b"\n".join(lines))
        try:
            drawing = geo.read_drawing(path, crs=HERE, report=[])
        except geo.PlanningDataError:
            refused += 1
        else:
            assert drawing.areas.geometry.notna().all()
    assert 0 < refused < 60


def test_bombs_are_refused_before_they_open(tmp_path):
    doc = ezdxf.new("R2010")
    doc.blocks.new("B0").add_point((0, 0))
    for level in range(1, 9):
        block = doc.blocks.new(f"B{level}")
        for _ in range(10):
            block.add_blockref(f"B{level - 1}", (EAST, NORTH))
    doc.modelspace().add_blockref("B8", (0, 0))
    doc.saveas(tmp_path / "bomb.dxf")
    with pytest.raises(geo.PlanningDataError, match=r"E-CAD-04.*2,000,000"):
        geo.read_drawing(tmp_path / "bomb.dxf", crs=HERE)
    many = ezdxf.new("R2010")
    many.blocks.new("P").add_point((0, 0))
    many.modelspace().add_blockref("P", (0, 0)).grid((30_000, 30_000), (1, 1))
    many.saveas(tmp_path / "grid.dxf")
    with pytest.raises(geo.PlanningDataError, match=r"E-CAD-04"):
        geo.read_drawing(tmp_path / "grid.dxf", crs=HERE)
    deep = ezdxf.new("R2010")
    deep.blocks.new("D0").add_point((0, 0))
    for level in range(1, drawings_walk.DEEPEST + 1):
        deep.blocks.new(f"D{level}").add_blockref(f"D{level - 1}", (0, 0))
    deep.modelspace().add_blockref(f"D{drawings_walk.DEEPEST}", (EAST, NORTH))
    deep.saveas(tmp_path / "deep.dxf")
    with pytest.raises(geo.PlanningDataError, match=r"E-CAD-04.*deep"):
        geo.read_drawing(tmp_path / "deep.dxf", crs=HERE)


def test_vertices_are_counted(whole, tmp_path, monkeypatch):
    monkeypatch.setattr(drawings_parts, "MOST_VERTICES", 100)
    (tmp_path / "plan.dxf").write_bytes(whole)
    with pytest.raises(geo.PlanningDataError, match=r"E-CAD-04.*layers="):
        geo.read_drawing(tmp_path / "plan.dxf", crs=HERE)


def test_flaws_are_named_by_handle(tmp_path):
    doc = ezdxf.new("R2010")
    doc.header["$INSUNITS"] = 6
    space = doc.modelspace()

    def ring(*points):
        return space.add_lwpolyline([(EAST + x, NORTH + y) for x, y in points], close=True)

    good = ring((0, 0), (10, 0), (10, 10), (0, 10))
    bowtie = ring((0, 0), (10, 10), (10, 0), (0, 10))
    slit = ring((0, 0), (20, 0), (20, 20), (0, 20), (0, 0), (5, 5), (5, 9), (9, 9), (9, 5), (5, 5))
    flat = space.add_line((EAST, NORTH), (EAST, NORTH))
    hatch = space.add_hatch()
    path = hatch.paths.add_edge_path()
    path.add_line((EAST, NORTH), (EAST + 9, NORTH))
    path.add_line((EAST + 9, NORTH + 3), (EAST, NORTH + 9))
    space.add_mline([(EAST, NORTH), (EAST + 9, NORTH)])
    doc.add_xref_def("neighbour.dwg", "NEIGHBOUR")
    space.add_blockref("NEIGHBOUR", (EAST, NORTH))
    space.add_blockref("NOWHERE", (EAST, NORTH))
    title = space.add_line((0, 0), (420, 297))
    space.add_line((EAST, NORTH), (EAST, NORTH + 1), dxfattribs={"extrusion": (0, 1, 1)})
    doc.saveas(tmp_path / "flaws.dxf")
    with pytest.raises(geo.PlanningDataError, match=r"E-CAD-08"):
        geo.read_drawing(tmp_path / "flaws.dxf", crs=HERE)
    report = []
    read = geo.read_drawing(tmp_path / "flaws.dxf", crs=HERE, report=report)
    told = {finding.code: finding for finding in report}
    assert list(report) == list(read.findings)
    assert told["E-CAD-08"].feature_ids == (hatch.dxf.handle,)
    assert told["E-CAD-09"].feature_ids == (bowtie.dxf.handle,)
    assert told["E-CAD-12"].feature_ids == (slit.dxf.handle,)
    assert told["E-CAD-18"].feature_ids == (flat.dxf.handle,)
    assert told["E-CAD-10"].seen == "NEIGHBOUR"
    assert (told["E-CAD-05"].severity, "undefined block" in told["E-CAD-05"].what) == ("warning", True)
    assert told["E-CAD-11"].feature_ids == ("1 × MLINE",)
    assert told["E-CRS-12"].feature_ids == (title.dxf.handle,)
    assert told["E-CAD-13"].count == 1
    assert np.isnan(read.areas.loc[bowtie.dxf.handle, "area_m2"])
    assert read.areas.loc[good.dxf.handle, "area_m2"] == pytest.approx(100)
    assert read.areas.loc[slit.dxf.handle, "area_m2"] == pytest.approx(400 - 16)
