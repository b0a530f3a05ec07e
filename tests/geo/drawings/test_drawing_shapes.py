"""Every kind of entity by a figure known by formula; those that make no shape named by their handle."""

import math

import ezdxf
import numpy as np
import pytest
from ezdxf.enums import TextEntityAlignment

import geo
from tests.geo.drawings.plans import EAST, NORTH

BEZIER = [0, 0, 0, 0, 1, 1, 1, 1]


def at(x, y, *z):
    return (EAST + x, NORTH + y, *z)


@pytest.fixture
def paper(tmp_path):
    """A drawing in metres to draw on, and how it is read."""
    doc = ezdxf.new("R2010", setup=True)
    doc.header["$INSUNITS"] = 6

    def read(**options):
        doc.saveas(tmp_path / "a.dxf")
        return geo.read_drawing(tmp_path / "a.dxf", crs="EPSG:9210", **options)

    return doc, doc.modelspace(), read


def edges(space):
    return space.add_hatch().paths.add_edge_path()


def test_polylines_in_space_are_seen_from_above_and_meshes_are_left_out(paper):
    _, space, read = paper
    corners = [at(0, 0, 5), at(10, 0, 7), at(10, 10, 5), at(0, 10, 5)]
    area = space.add_polyline3d(corners, close=True).dxf.handle
    line = space.add_polyline3d(corners).dxf.handle
    space.add_polymesh((3, 3))
    report = []
    found = read(report=report)
    assert found.areas["area_m2"].to_dict() == {area: pytest.approx(100)}
    assert found.lines.geometry.length.to_dict() == {line: pytest.approx(30)}
    told = {one.code: one for one in report}
    assert told["E-CAD-11"].feature_ids == ("1 × POLYLINE",)


def test_hatches_by_curved_edges_have_the_area_of_the_formula(paper):
    _, space, read = paper
    bow = edges(space)
    bow.add_spline(control_points=[at(0, 0), at(0, 10), at(10, 10), at(10, 0)], degree=3, knot_values=BEZIER)
    bow.add_line(at(10, 0), at(0, 0))
    edges(space).add_ellipse(at(50, 50), major_axis=(20, 0), ratio=0.5, start_angle=0, end_angle=360)
    turned = edges(space)  # the first edge runs the other way, as some programs write it
    turned.add_line(at(30, 0), at(20, 0))
    turned.add_line(at(30, 0), at(30, 10))
    turned.add_line(at(30, 10), at(20, 0))
    found = read().areas
    # a cubic Bézier over the base w with arms h encloses 0.6 w h; the ellipse π a b
    assert found["area_m2"].to_numpy() == pytest.approx([60, math.pi * 20 * 10, 50], rel=1e-4)


def test_what_makes_no_shape_is_named_by_its_handle(paper):
    _, space, read = paper
    good = space.add_circle(at(0, 0), 5)
    bad = [space.add_circle(at(0, 0), 0), space.add_arc(at(0, 0), -1, 0, 90), space.add_hatch(), space.add_hatch()]
    bad[3].paths.add_edge_path()
    open_ = space.add_hatch()
    path = open_.paths.add_edge_path()
    path.add_line(at(0, 0), at(9, 0))
    path.add_line(at(9, 0), at(9, 9))
    far = space.add_spline()
    far.control_points = [at(0, 0), at(0, 2e6), at(1, 2e6), at(1, 0)]
    far.knots = BEZIER
    report = []
    found = read(report=report)
    told = {one.code: one for one in report}
    assert set(told["E-CAD-08"].feature_ids) == {one.dxf.handle for one in (*bad, open_, far)}
    assert list(found.areas.index) == [good.dxf.handle]
    assert found.lines.empty


def test_a_drawing_of_nothing_to_read_says_where_its_entities_are(paper):
    doc, space, read = paper
    doc.layers.add("TRUC")
    space.add_mline([at(0, 0), at(9, 0)], dxfattribs={"layer": "TRUC"})
    report = []
    found = read(report=report)
    assert found.areas.empty
    (told,) = [one for one in report if one.code == "E-CAD-17"]
    assert told.severity == "warning"
    assert "TRUC (1)" in told.what


def test_a_sign_is_its_place_its_attributes_and_not_their_pattern(paper):
    doc, space, read = paper
    block = doc.blocks.new("SIGN")
    block.add_attdef("TEN", (0, 0))
    block.add_line((0, 0), (3, 4))
    sign = space.add_blockref("SIGN", at(5, 5))
    sign.add_attrib("TEN", "Chợ", at(6, 6), dxfattribs={"height": 2})
    found = read()
    handle = sign.dxf.handle
    assert found.points.loc[handle, "attributes"] == {"TEN": "Chợ"}
    assert found.texts[["text", "tag", "block"]].to_dict("index") == {
        f"{handle}/TEN": {"text": "Chợ", "tag": "TEN", "block": "SIGN"}
    }
    assert found.lines.geometry.length.tolist() == pytest.approx([5])


def test_looks_that_an_entity_has_of_its_own(paper):
    doc, space, read = paper
    doc.layers.add("RANH", color=3)
    space.add_line(at(0, 0), at(5, 5), dxfattribs={"layer": "RANH", "true_color": 0x112233, "linetype": "DASHED"})
    space.add_line(at(0, 0), at(5, 5), dxfattribs={"layer": "RANH"})
    found = read().lines
    assert found[["aci", "rgb", "linetype"]].to_numpy().tolist() == [[3, "#112233", "DASHED"], [3, "#00ff00", "Continuous"]]


def test_texts_run_from_point_to_point_or_where_they_are_turned(paper):
    _, space, read = paper
    between = space.add_text("Đường số 5", height=2)
    between.set_placement(at(0, 0), at(30, 40), align=TextEntityAlignment.ALIGNED)
    space.add_mtext("Kênh", dxfattribs={"char_height": 2, "insert": at(0, 0), "text_direction": (0, 1, 0)})
    space.add_text("   ", height=2)
    found = read().texts.set_index("text")
    assert found["rotation_deg"].to_dict() == {"Đường số 5": pytest.approx(math.degrees(math.atan2(40, 30))), "Kênh": 90}
    middle = np.array(found.geometry["Đường số 5"].coords[0]) - at(15, 20)
    assert middle @ (3, 4) == pytest.approx(0, abs=1e-6)  # off the line by half its height, not along it
    assert np.hypot(*middle) == pytest.approx(1)


def test_blocks_that_hold_themselves_or_are_nested_too_deep_are_refused(paper, monkeypatch):
    doc, space, read = paper
    doc.blocks.new("A").add_point((0, 0))
    doc.blocks.new("B").add_blockref("A", (0, 0))
    doc.blocks.new("C").add_blockref("B", (0, 0))
    space.add_blockref("B", at(0, 0))  # measured first, so that C is too deep by what is known of B
    space.add_blockref("C", at(0, 0))
    monkeypatch.setattr("geo.drawings.walk.DEEPEST", 3)
    assert len(read().points) == 3 + 4  # inserts and the point
    monkeypatch.setattr("geo.drawings.walk.DEEPEST", 2)
    with pytest.raises(geo.PlanningDataError, match=r"E-CAD-04.*more than 2 deep"):
        read()
    monkeypatch.undo()
    doc.blocks.get("A").add_blockref("C", (0, 0))
    with pytest.raises(geo.PlanningDataError, match=r"E-CAD-04.*holds itself"):
        read()
