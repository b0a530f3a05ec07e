import numpy as np
import pytest
from shapely.geometry import LineString

from geo.movement.noding import node_lines


def line(*xy):
    return LineString(xy)


CROSS = {"a": line((0, 0), (1000, 0)), "b": line((400, -300), (400, 300))}


def test_a_crossing_becomes_one_node_of_both_lines():
    net = node_lines(CROSS, tolerance_m=10, step_m=5000)
    assert len(net.node_xy) == 5
    assert sorted(net.edges["length_m"]) == [300, 300, 400, 600]


def test_an_end_within_the_tolerance_is_joined_and_one_beyond_it_is_not():
    near = {"a": line((0, 0), (1000, 0)), "b": line((500, 90), (500, 800))}
    joined = node_lines(near, tolerance_m=100, step_m=5000)
    assert len(joined.edges) == 3
    loose = node_lines(near, tolerance_m=50, step_m=5000)
    assert len(loose.edges) == 2


def test_an_expressway_joins_only_at_its_interchanges():
    lines = {**CROSS, "x": line((0, 100), (1000, 100)), "c": line((900, -300), (900, 300))}
    net = node_lines(lines, limited={"x": ["c"]}, tolerance_m=10, step_m=5000)
    on_x = net.edges[net.edges["line_id"] == "x"]
    assert sorted(on_x["length_m"]) == [100, 900]


def test_an_interchange_with_a_line_that_never_comes_near_is_none():
    lines = {"c": line((900, -300), (900, 300)), "x": line((0, 100), (500, 100))}
    net = node_lines(lines, limited={"x": ["c"]}, tolerance_m=150, step_m=5000)
    assert sorted(net.edges["length_m"]) == [500, 600]
    assert len(net.node_xy) == 4


def test_two_lines_that_share_a_stretch_meet_at_both_of_its_ends():
    lines = {"a": line((0, 0), (1000, 0)), "b": line((200, 300), (200, 0), (700, 0), (700, 300))}
    net = node_lines(lines, tolerance_m=1, step_m=5000)
    shared = net.edges[net.edges["length_m"] == 500]
    assert len(shared) == 2
    assert len({tuple(sorted(pair)) for pair in shared[["tail", "head"]].to_numpy().tolist()}) == 1


def test_long_stretches_get_evenly_spaced_nodes():
    net = node_lines({"a": line((0, 0), (1000, 0))}, tolerance_m=1, step_m=300)
    assert np.allclose(net.edges["length_m"], 250)


def test_the_order_of_lines_does_not_matter():
    one, other = (node_lines(dict(pairs), tolerance_m=10, step_m=250) for pairs in (CROSS.items(), reversed(CROSS.items())))
    assert np.array_equal(one.node_xy, other.node_xy)
    assert one.edges.equals(other.edges)


@pytest.mark.parametrize(("gap_m", "edges", "nodes"), [(0, 3, 4), (1, 3, 4), (100, 3, 4), (100.001, 2, 4)])
def test_an_end_as_far_as_the_tolerance_is_joined(gap_m, edges, nodes):
    lines = {"a": line((0, 0), (1000, 0)), "b": line((300, gap_m), (300, 800))}
    for turned in (lines, {**lines, "b": line((300, 800), (300, gap_m))}):  # its first end or its last
        net = node_lines(turned, tolerance_m=100, step_m=5000)
        assert (len(net.edges), len(net.node_xy)) == (edges, nodes)
        cut = sorted(net.edges.loc[net.edges["line_id"] == "a", "length_m"])
        assert cut == ([300, 700] if edges == 3 else [1000])


@pytest.mark.parametrize(("gap_m", "cut"), [(150, [200, 400]), (150.001, [600])])
def test_an_interchange_as_far_as_the_tolerance_is_one(gap_m, cut):
    lines = {"c": line((900, -300), (900, 300)), "x": line((900 - gap_m, 100), (0, 100))}
    net = node_lines(lines, limited={"x": ["c"]}, tolerance_m=150, step_m=5000)
    assert sorted(net.edges.loc[net.edges["line_id"] == "c", "length_m"]) == cut


@pytest.mark.parametrize(
    ("step_m", "lengths"), [(1000, [1000]), (999, [500] * 2), (500, [500] * 2), (499, [pytest.approx(1000 / 3)] * 3)]
)
def test_a_stretch_as_long_as_the_step_is_left_whole(step_m, lengths):
    net = node_lines({"a": line((0, 0), (1000, 0))}, tolerance_m=1, step_m=step_m)
    assert net.edges["length_m"].tolist() == lengths
    assert [shape.length for shape in net.shapes] == lengths
