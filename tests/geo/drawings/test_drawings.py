"""Planners' drawings: every parcel with its area by formula and its name exact, or the drawing refused by name."""

from __future__ import annotations

import math

import ezdxf
import numpy as np
import pytest

import geo
import layers
from tests.geo.drawings.plans import EAST, FONTS, NORTH, draw, parcels

HERE = "EPSG:9210"


@pytest.fixture(scope="module")
def plan():
    """Names that TCVN3 can write: it has no toned capitals."""
    names = sorted(set(layers.units("2025")["name_vi"]))
    return parcels([name[0] + name[1:].lower() if name[0] in "ÁẤẨỨỦÝ" else name for name in names])


@pytest.fixture(scope="module")
def plan_file(plan, tmp_path_factory):
    path = tmp_path_factory.mktemp("plan") / "plan.dxf"
    draw(plan, path)
    return path


@pytest.fixture(scope="module")
def drawing(plan_file):
    return geo.read_drawing(plan_file, crs=HERE)


def test_every_area_is_that_of_the_formula(drawing, plan):
    assert drawing.unit == "mm"
    assert drawing.crs == HERE
    assert len(drawing.areas) == len(plan) == 300
    numbered = geo.label_parcels(drawing.areas, drawing.texts).set_index("parcel_number")
    truth = {str(parcel.number): parcel.area_m2 for parcel in plan}
    assert set(numbered.index) == set(truth)
    wrong = numbered["area_m2"] - numbered.index.map(truth)
    assert wrong.abs().max() < 1e-4
    assert not [finding for finding in drawing.findings if finding.severity != "note"]
    assert set(drawing.areas["dxf_layer"]) == {"QHDD_O"}
    assert set(drawing.areas["aci"]) == {42}
    assert drawing.areas.geometry.is_valid.all()


def test_every_name_is_exact(drawing, plan):
    truth = sorted(parcel.name for parcel in plan)
    found = drawing.texts[~drawing.texts["text"].str.isdigit()]
    assert sorted(found["text"]) == truth
    assert dict(found.groupby("font")["text_encoding"].first()) == {
        (k if k != "Arial" else "arial.ttf"): v for k, v in FONTS.items()
    }


def test_labelled_with_the_zone_of_dong_nai_it_is_refused_by_name(plan_file):
    with pytest.raises(geo.PlanningDataError, match=r"E-CRS-03.*107-45.*EPSG:9210.*Mend: .*EPSG:9210.*mm") as refused:
        geo.read_drawing(plan_file, crs="EPSG:5899")
    assert refused.value.seen[0] > 6e8


@pytest.mark.parametrize("version", ["R12", "R2000", "R2018"])
def test_versions_and_metres(version, plan, tmp_path):
    few = plan[:6] if version != "R12" else [plan[0], plan[1]]  # R12 has no hatch here
    for format_ in ("asc", "bin"):
        path = tmp_path / f"{version}{format_}.dxf"
        draw(few, path, scale=1.0, insunits=6, version=version, fmt=format_)
        read = geo.read_drawing(path, crs=HERE)
        assert read.unit == "m"
        assert sorted(read.areas["area_m2"].round(4)) == sorted(round(parcel.area_m2, 4) for parcel in few)
        assert {parcel.name for parcel in few} <= set(read.texts["text"])


def test_units_are_never_guessed_silently(plan, tmp_path):
    silent, wrong = tmp_path / "silent.dxf", tmp_path / "wrong.dxf"
    draw(plan[:6], silent, scale=1.0, insunits=0)
    draw(plan[:6], wrong, scale=1.0, insunits=4)
    read = geo.read_drawing(silent, crs=HERE)
    assert read.unit == "m"
    assert [(one.code, one.severity) for one in read.findings if one.code == "E-CAD-06"] == [("E-CAD-06", "fixed")]
    with pytest.raises(geo.PlanningDataError, match=r'E-CAD-06.*says mm.*as m only.*unit="m"'):
        geo.read_drawing(wrong, crs=HERE)
    told = geo.read_drawing(wrong, crs=HERE, unit="m")
    assert told.areas["area_m2"].sum() == pytest.approx(sum(parcel.area_m2 for parcel in plan[:6]), abs=1e-3)
    with pytest.raises(geo.PlanningDataError, match=r'E-CRS-03.*unit="m"'):
        geo.read_drawing(wrong, crs=HERE, unit="mm")
    with pytest.raises(geo.PlanningDataError, match=r"E-CAD-06"):
        geo.read_drawing(wrong, crs=HERE, unit="chain")
    with pytest.raises(geo.PlanningDataError, match=r"E-CAD-06.*no unit"):
        geo.read_drawing(silent, crs=HERE, expect="anywhere")


def test_north_and_east_swapped_are_told(tmp_path):
    doc = ezdxf.new("R2010")
    doc.header["$INSUNITS"] = 6
    doc.modelspace().add_lwpolyline([(NORTH, EAST), (NORTH + 9, EAST), (NORTH, EAST + 9)], close=True)
    doc.saveas(tmp_path / "swapped.dxf")
    with pytest.raises(geo.PlanningDataError, match=r"E-CRS-03.*Mend: north and east are swapped"):
        geo.read_drawing(tmp_path / "swapped.dxf", crs=HERE)


def test_curves_keep_their_areas(tmp_path):
    doc = ezdxf.new("R2010")
    doc.header["$INSUNITS"] = 6
    space, block = doc.modelspace(), doc.blocks.new("HOA")
    here = (EAST, NORTH)
    space.add_circle(here, 25)
    space.add_ellipse(here, (30, 10), 0.4)
    block.add_circle((1, 1), 2)
    space.add_blockref("HOA", here, dxfattribs={"xscale": 3, "yscale": -5, "rotation": 77})
    space.add_spline([(EAST, NORTH), (EAST + 40, NORTH), (EAST + 40, NORTH + 40), (EAST, NORTH + 40), (EAST, NORTH)])
    many = space.add_blockref("HOA", here)
    many.grid((2, 3), (50, 50))
    doc.saveas(tmp_path / "curves.dxf")
    areas = geo.read_drawing(tmp_path / "curves.dxf", crs=HERE).areas
    by_kind = areas.groupby("dxf_type")["area_m2"].apply(list)
    expected = [math.pi * 625, math.pi * 4 * 15, *np.full(6, math.pi * 4)]
    assert by_kind["CIRCLE"] == pytest.approx(expected, abs=1e-6)
    assert by_kind["ELLIPSE"] == pytest.approx([math.pi * 1000 * 0.4], rel=0.4 * 1e-9 + 10)
    assert areas.index.is_unique
    assert sum("[" in handle for handle in areas.index) == 6
    hausdorff = areas[areas.dxf_type == "CIRCLE"].geometry.iloc[0].exterior
    off = [abs(math.dist(point, here) - 25) for point in hausdorff.coords]
    assert max(off) < 0.001


def test_hatches_by_their_style(tmp_path):
    doc = ezdxf.new("R2010")
    doc.header["$INSUNITS"] = 6
    for style in (0, 1, 2):
        hatch = doc.modelspace().add_hatch(dxfattribs={"hatch_style": style})
        for side in (40, 30, 20):
            ring = np.array([(0, 0), (side, 0), (side, side), (0, side)]) + np.array([EAST - side / 2, NORTH - side / 2])
            hatch.paths.add_polyline_path(ring, is_closed=True, flags=1 if side == 40 else 0)
        box = np.array([(0, 0), (3, 0), (3, 3), (0, 3)]) + np.array([EAST, NORTH])
        hatch.paths.add_polyline_path(box, is_closed=True, flags=8)  # keeps a text free
    doc.saveas(tmp_path / "nested.dxf")
    areas = geo.read_drawing(tmp_path / "nested.dxf", crs=HERE).areas
    assert list(areas["area_m2"]) == pytest.approx([1600 - 900 + 400, 1600 - 900, 1600])


def test_looks_by_layer_by_block_and_hidden(tmp_path):
    doc = ezdxf.new("R2010")
    doc.header["$INSUNITS"] = 6
    doc.linetypes.add("NETDUT", [0.5, 0.3, -0.2])
    doc.layers.add("HT_DUONG", color=1, linetype="NETDUT")
    doc.layers.add("QH_CU", color=5).freeze()
    doc.layers.add("QH_TAT", color=6).off()
    doc.layers.add("QH_RGB", true_color=ezdxf.rgb2int((10, 20, 30)))
    block = doc.blocks.new("DUONG")
    ends = (EAST, NORTH), (EAST + 9, NORTH)
    block.add_line((0, 0), (9, 0), dxfattribs={"layer": "0", "color": 0, "linetype": "BYBLOCK"})
    block.add_line((0, 0), (9, 0), dxfattribs={"layer": "0"})
    space = doc.modelspace()
    space.add_blockref("DUONG", ends[0], dxfattribs={"layer": "HT_DUONG", "color": 3})
    for layer in ("QH_CU", "QH_TAT", "QH_RGB"):
        space.add_line(*ends, dxfattribs={"layer": layer})
    doc.layout("Layout1").add_line((0, 0), (1, 1))
    doc.saveas(tmp_path / "looks.dxf")
    read = geo.read_drawing(tmp_path / "looks.dxf", crs=HERE)
    lines = read.lines
    assert list(lines["dxf_layer"]) == ["HT_DUONG", "HT_DUONG", "QH_CU", "QH_TAT", "QH_RGB"]
    assert list(lines["aci"][:2]) == [3, 1]
    assert list(lines["linetype"][:2]) == ["NETDUT", "NETDUT"]
    assert list(lines["hidden"]) == [False, False, True, True, False]
    assert lines["rgb"].iloc[4] == "#0a141e"
    assert list(lines["block"][:3]) == ["DUONG", "DUONG", ""]
    assert {"E-CAD-14", "E-CAD-15"} <= {finding.code for finding in read.findings}
    only = geo.read_drawing(tmp_path / "looks.dxf", crs=HERE, layers=["qh_*"])
    assert len(only.lines) == 3
    with pytest.raises(geo.PlanningDataError, match=r"E-CAD-07.*HT_DUONG"):
        geo.read_drawing(tmp_path / "looks.dxf", crs=HERE, layers=["HT_DUONGG"])
