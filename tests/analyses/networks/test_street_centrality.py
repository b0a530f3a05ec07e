"""Centrality within a radius: by hand on a line, equal to networkx on a city."""

import networkx as nx
import numpy as np
import pytest
from geopandas import GeoDataFrame
from shapely import box

import analyses
import layers
from geo import PlanningDataError
from tests.analyses.networks.test_failures import two_banks
from tests.layers.synthetic_city import city


def test_three_bridges_apart_by_hand():
    banks, _ = two_banks(bridges=1)  # 3-2-1-0-4-5-6-7 in a row, a kilometre apart
    found = analyses.street_centrality(banks, 2000, mode="car")
    assert found["reached_nodes"].tolist() == [4, 4, 3, 2, 4, 4, 3, 2]  # two to either side, fewer at the ends
    assert found.loc[0, "harmonic_per_km"] == pytest.approx(1 + 1 + 0.5 + 0.5)
    assert found.loc[3, ["mean_m", "closeness_per_km", "harmonic_per_km"]].tolist() == pytest.approx([1500, 2 / 3, 1.5])
    assert found["betweenness"].tolist() == [2, 2, 2, 0, 2, 2, 2, 0]  # of the pairs two apart, both ways


@pytest.mark.parametrize("radius", [900, 100_000])
def test_equal_to_networkx_over_metres(radius):
    town = city()
    found = analyses.street_centrality(town, radius, mode="walk")
    edges = town.streets.edges
    graph = nx.Graph()
    for a, b, ds, edge in zip(edges.tail, edges.head, edges.ds["walk"], edges.edge, strict=True):
        if ds > 0:
            graph.add_edge(int(town.streets.node_id[a]), int(town.streets.node_id[b]), m=edges.table["length_m"][edge])
    assert sorted(graph) == found.index.tolist()
    for node in list(graph)[::7]:
        away = nx.single_source_dijkstra_path_length(graph, node, cutoff=radius, weight="m")
        others = np.array([d for other, d in away.items() if other != node])
        assert found.loc[node, "reached_nodes"] == len(others)
        assert found.loc[node, "closeness_per_km"] == pytest.approx(len(others) / others.sum() * 1000)
        assert found.loc[node, "harmonic_per_km"] == pytest.approx((1000 / others).sum())
    if radius > 10_000:
        whole = nx.betweenness_centrality(graph, normalized=False, weight="m")
        assert found["betweenness"].tolist() == pytest.approx([2 * whole[node] for node in found.index])


def test_means_by_zone_and_zones_without_junctions():
    banks, points = two_banks(bridges=1)
    found = analyses.street_centrality(banks, 2000, mode="car")
    shapes = [points.geometry.iloc[3].buffer(1100), box(0, 0, 1, 1)]
    zones = GeoDataFrame(index=["p3", "far"], geometry=shapes, crs=points.crs)
    told = analyses.centrality_by_zone(found, zones)
    assert told.loc["p3", "junctions"] == 3  # 3, 2 and, across the river, 7
    assert told.loc["p3", "reached_nodes_mean"] == pytest.approx((2 + 3 + 2) / 3)
    assert told.loc["far", "junctions"] == 0
    assert np.isnan(told.loc["far", "betweenness_mean"])


def test_closed_streets_leave_no_places_that_are_none():
    town = city()
    shut = layers.Scenario("shut", [layers.CloseRoad("Row 4")]).apply(town)
    assert analyses.street_centrality(shut, 900).index.tolist() == analyses.street_centrality(town, 900).index.tolist()


@pytest.mark.parametrize("radius", [0, -1, np.nan, np.inf])
def test_a_radius_that_is_none_is_refused(radius):
    with pytest.raises(PlanningDataError, match="E-CENT-01"):
        analyses.street_centrality(city(), radius)
