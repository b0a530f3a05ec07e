import numpy as np
import pytest
from geopandas import GeoDataFrame
from shapely import LineString

from geo import PlanningDataError
from geo.movement import CLOSED, Network, deciseconds

CORNER = np.array([600_000, 1_230_000])
XY = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]]) + CORNER


def square(ds: list[float] | None = None, **options: GeoDataFrame) -> Network:
    return Network.from_edges(XY, "EPSG:9210", [0, 1, 2, 0], [1, 2, 3, 1], {"walk": ds or [14, 10, 10, 4]}, **options)


def arc(network: Network, mode: str, a: int, b: int) -> int | None:
    graph = network.graph(mode)
    a, b = network.nodes([a, b])
    row = slice(graph.ptr[a], graph.ptr[a + 1])
    return dict(zip(graph.to[row].tolist(), graph.ds[row].tolist(), strict=True)).get(b)


def test_parallel_arcs_keep_the_fastest_of_each_mode() -> None:
    network = Network.from_edges(XY, "EPSG:9210", [0, 0], [1, 1], {"walk": [14, 4], "car": [3, CLOSED]})
    assert arc(network, "walk", 0, 1) == 4
    assert arc(network, "car", 0, 1) == 3
    assert len(network.head) == 1


def test_closed_arcs_are_absent_for_their_mode_only() -> None:
    network = Network.from_edges(XY, "EPSG:9210", [0, 1], [1, 0], {"walk": [5, 5], "car": [2, CLOSED]})
    assert arc(network, "car", 1, 0) is None
    assert arc(network, "walk", 1, 0) == 5


@pytest.mark.parametrize("bad", [0, -5, np.nan, np.inf, 2.5, 2**27])
def test_impossible_times_are_refused_with_the_arcs(bad: float) -> None:
    with pytest.raises(PlanningDataError) as caught:
        square(ds=[14, bad, 10, bad])
    assert caught.value.code == "E-NET-04"
    assert caught.value.feature_ids == (1, 3)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("E-NET-01", {"node_xy": [[0.0, np.nan]] * 4}),
        ("E-NET-01", {"node_xy": [0.0, 1.0]}),
        ("E-NET-02", {"node_id": [7, 7, 8, 9]}),
        ("E-NET-02", {"node_id": [7, 8, 9]}),
        ("E-NET-03", {"ds": {"walk": [1, 2]}}),
        ("E-NET-03", {"ds": {}}),
        ("E-NET-05", {"head": [1, 2, 4, 1]}),
        ("E-NET-05", {"tail": [-1, 1, 2, 0]}),
        ("E-NET-05", {"tail": [0, 1]}),
        ("E-NET-05", {"tail": [0]}),
        ("E-NET-05", {"tail": [[0, 1], [2, 0]], "head": [[1, 2], [3, 1]]}),
        ("E-NET-06", {"crs": "EPSG:4326"}),
        ("E-NET-06", {"crs": "nowhere"}),
    ],
)
def test_broken_networks_are_refused_by_code(code: str, change: dict[str, object]) -> None:
    parts = {"node_xy": XY, "crs": "EPSG:9210", "tail": [0, 1, 2, 0], "head": [1, 2, 3, 1], "ds": {"walk": [1, 2, 3, 4]}} | change
    with pytest.raises(PlanningDataError) as caught:
        Network.from_edges(**parts)
    assert caught.value.code == code


def test_an_unknown_mode_names_the_known_ones() -> None:
    with pytest.raises(PlanningDataError, match=r"E-NET-08.*walk"):
        square().graph("walkk")


def test_an_unknown_node_is_named() -> None:
    with pytest.raises(PlanningDataError, match="99"):
        square().nodes([0, 99])


def test_the_rounding_rule_sends_halves_up_and_leaves_no_arc_free() -> None:
    assert deciseconds([0.001, 0.04, 0.05, 0.15, 1.0, 1.25]).tolist() == [1, 1, 1, 2, 10, 13]
    with pytest.raises(PlanningDataError, match="E-NET-04"):
        deciseconds([1.0, 0.0])


def test_an_arc_takes_no_longer_than_116_hours() -> None:
    longest = 2**22  # deciseconds
    network = Network.from_edges(XY, "EPSG:9210", [0], [1], {"walk": [longest]})
    assert network.ds["walk"].tolist() == [longest]
    with pytest.raises(PlanningDataError, match="E-NET-04") as caught:
        Network.from_edges(XY, "EPSG:9210", [0, 1, 2], [1, 2, 3], {"walk": [longest, CLOSED, longest + 1]})
    assert (caught.value.feature_ids, caught.value.seen) == ((2,), longest + 1)
    assert deciseconds(longest / 10).tolist() == longest
    with pytest.raises(PlanningDataError, match=r"E-NET-04.*116 hours") as caught:
        deciseconds([1.0, longest / 10 + 0.1, np.inf, np.nan])
    assert caught.value.feature_ids == (1, 2, 3)


@pytest.mark.parametrize("ds", [0, -2, 1.5, np.nan])
def test_an_arc_takes_whole_deciseconds_of_which_one_is_the_least(ds: float) -> None:
    assert Network.from_edges(XY, "EPSG:9210", [0], [1], {"walk": [1]}).ds["walk"].tolist() == [1]
    assert Network.from_edges(XY, "EPSG:9210", [0], [1], {"walk": [CLOSED]}).ds["walk"].tolist() == [CLOSED]
    with pytest.raises(PlanningDataError, match="E-NET-04") as caught:
        Network.from_edges(XY, "EPSG:9210", [0, 1], [1, 2], {"walk": [1.0, ds]})
    assert caught.value.feature_ids == (1,)


def test_the_order_of_rows_changes_no_byte() -> None:
    draw = np.random.default_rng(5)
    xy = draw.uniform(0, 1000, (50, 2))
    tail, head, ds = draw.integers(0, 50, 300), draw.integers(0, 50, 300), draw.integers(1, 99, 300)
    mixed = draw.permutation(300)
    one = Network.from_edges(xy, "EPSG:9210", tail, head, {"walk": ds})
    two = Network.from_edges(xy, "EPSG:9210", tail[mixed], head[mixed], {"walk": ds[mixed]})
    assert one.head.tobytes() == two.head.tobytes()
    assert one.ds["walk"].tobytes() == two.ds["walk"].tobytes()


def test_neighbours_on_the_ground_are_neighbours_in_memory() -> None:
    draw = np.random.default_rng(1)
    xy = draw.uniform(0, 10_000, (4_000, 2))
    network = Network.from_edges(xy, "EPSG:9210", [0], [1], {"walk": [1]})
    step = np.linalg.norm(np.diff(network.node_xy, axis=0), axis=1).mean()
    assert step < 300
    assert np.linalg.norm(np.diff(xy, axis=0), axis=1).mean() > 4_000
    assert np.array_equal(network.node_xy[network.nodes([17, 4])], xy[[17, 4]])


def test_arrays_can_not_be_changed() -> None:
    network = square()
    for array in (network.node_xy, network.head, network.ds["walk"], network.graph("walk").ds):
        assert not array.flags.writeable


def test_components_are_strong_and_the_largest_is_zero() -> None:
    network = Network.from_edges(XY, "EPSG:9210", [0, 1, 2], [1, 0, 3], {"walk": [1, 1, 1]})
    label = network.components("walk")[network.nodes([0, 1, 2, 3])]
    assert label[:2].tolist() == [0, 0]
    assert sorted(label[2:].tolist()) == [1, 2]


def test_both_directions_of_a_drawn_street_are_one_edge() -> None:
    lines = [
        LineString(XY[[0, 1]]),
        LineString(XY[[1, 0]]),
        LineString([XY[0], XY[0] + np.array([50, 9]), XY[1]]),
        LineString(XY[[1, 2]]),
    ]
    frame = GeoDataFrame({"name": ["A", "A", "B", "C"]}, geometry=lines, crs="EPSG:9210")
    ends = [0, 1, 0, 1], [1, 0, 1, 2]
    edges = Network.from_edges(XY, "EPSG:9210", *ends, {"walk": [5, 6, 9, 5]}, edges=frame).edges
    assert edges.edge.tolist() == [0, 0, 1, 2]
    assert edges.along.tolist() == [True, False, True, True]
    drawn = edges.frame("EPSG:9210")
    assert drawn["name"].tolist() == ["A", "B", "C"]
    assert drawn.geometry.iloc[1].equals(lines[2])


@pytest.mark.parametrize("wrong", ["crs", "rows", "points"])
def test_lines_that_do_not_fit_the_arcs_are_refused(wrong: str) -> None:
    frame = GeoDataFrame(geometry=[LineString(XY[[0, 1]])] * (1 if wrong == "rows" else 4), crs="EPSG:9210")
    if wrong == "crs":
        frame = frame.to_crs("EPSG:4326")
    if wrong == "points":
        frame.geometry = frame.geometry.centroid
    with pytest.raises(PlanningDataError, match="E-NET-06"):
        square(edges=frame)


def test_a_network_without_arcs_or_nodes_is_still_a_network() -> None:
    assert len(Network.from_edges(XY, "EPSG:9210", [], [], {"walk": []}).head) == 0
    assert Network.from_edges(np.zeros((0, 2)), "EPSG:9210", [], [], {"walk": []}).ptr.tolist() == [0]


def test_nodes_are_found_by_their_ids_and_unknown_ones_are_named():
    network = square()
    assert network.node_id[network.nodes([2, 0])].tolist() == [2, 0]
    with pytest.raises(PlanningDataError) as caught:
        network.nodes([0, 77, 1, 99])
    assert (caught.value.code, caught.value.feature_ids) == ("E-NET-07", (77, 99))
