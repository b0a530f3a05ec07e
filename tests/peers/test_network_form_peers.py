"""The same streets in momepy and osmnx: run where they are installed (`pip install momepy`), skipped elsewhere."""

import numpy as np
import pytest
from geopandas import GeoDataFrame
from shapely import box, union_all

import analyses
from tests.layers.synthetic_city import city

RADIUS_M = 1700


@pytest.fixture(scope="module")
def town():
    return city()


@pytest.fixture(scope="module")
def momepy_graph(town):
    momepy = pytest.importorskip("momepy", reason="momepy is not installed")
    frame = town.streets.edges.frame(town.crs)
    frame = frame[frame["highway"] != "motorway"][["geometry"]]
    return momepy, momepy.gdf_to_nx(frame, approach="primal", length="mm_len", multigraph=False)


@pytest.mark.filterwarnings("ignore")
def test_harmonic_closeness_and_betweenness_are_those_of_networkx_on_the_graph_of_momepy(town, momepy_graph):
    import networkx as nx  # noqa: PLC0415 - comes with momepy

    _, graph = momepy_graph
    found = analyses.street_centrality(town, 1e6, mode="walk")
    ours = {(round(p.x, 3), round(p.y, 3)): row for p, row in zip(found.geometry, found.itertuples(), strict=True)}
    harmonic, between = (
        nx.harmonic_centrality(graph, distance="mm_len"),
        nx.betweenness_centrality(graph, normalized=False, weight="mm_len"),
    )
    for node in graph:
        row = ours[round(node[0], 3), round(node[1], 3)]
        assert row.harmonic_per_km == pytest.approx(1000 * harmonic[node])
        assert row.betweenness == pytest.approx(2 * between[node], abs=1e-6)


@pytest.mark.filterwarnings("ignore")
def test_closeness_within_a_radius_is_that_of_momepy(town, momepy_graph):
    momepy, graph = momepy_graph
    told = momepy.closeness_centrality(graph, radius=RADIUS_M, distance="mm_len", weight="mm_len")
    found = analyses.street_centrality(town, RADIUS_M, mode="walk")
    ours = {(round(p.x, 3), round(p.y, 3)): row for p, row in zip(found.geometry, found.itertuples(), strict=True)}
    for node, data in told.nodes(data=True):  # there times the share of all others that is reached
        row = ours[round(node[0], 3), round(node[1], 3)]
        assert 1000 * data["closeness"] == pytest.approx(row.closeness_per_km * row.reached_nodes / (len(graph) - 1))


@pytest.mark.filterwarnings("ignore")
def test_degree_dead_ends_and_blocks_are_those_of_momepy(town, momepy_graph):
    momepy, _ = momepy_graph
    frame = town.streets.edges.frame(town.crs)
    frame = frame[frame["highway"] != "motorway"][["geometry"]]
    lone = frame.drop(index=frame.index[[3, 40, 41]])  # some dead ends and larger blocks
    joined = momepy.remove_false_nodes(lone)
    graph = momepy.node_degree(momepy.gdf_to_nx(joined, multigraph=True), name="degree")
    degrees = np.array([data["degree"] for _, data in graph.nodes(data=True)])
    whole = box(*frame.total_bounds).buffer(50)
    found = analyses.network_form(lone, GeoDataFrame(index=["all"], geometry=[whole], crs=frame.crs)).loc["all"]
    assert found["nodes"] == len(degrees)
    assert found["node_degree_mean"] == pytest.approx(degrees.mean())
    assert found["intersections"] == (degrees >= 3).sum()
    assert found["dead_end_pct"] == pytest.approx(100 * (degrees == 1).mean())
    blocks = analyses.street_blocks(lone)
    assert blocks.geometry.area.sum() == pytest.approx(union_all(blocks.geometry.to_numpy()).area)
    assert found["block_ha"] == pytest.approx((blocks["block_ha"] ** 2).sum() / blocks["block_ha"].sum())
