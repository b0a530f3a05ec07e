"""N12 to N15: networks made of arrays, and points far from them."""

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame

from geo import PlanningDataError
from geo.movement import Network, snap

XY = [[600_000, 1_220_000], [600_100, 1_220_000], [600_200, 1_220_000]]
TAIL, HEAD = [0, 1, 1, 2], [1, 0, 2, 1]


def network(ds, **told):
    tail, head = told.pop("tail", TAIL), told.pop("head", HEAD)
    lines = [shapely.LineString([XY[a], XY[b]]) for a, b in zip(tail, head, strict=True)]
    edges = GeoDataFrame(geometry=lines, crs="EPSG:9210")
    return Network.from_edges(told.pop("xy", XY), "EPSG:9210", tail, head, {"walk": ds}, edges=edges, **told)


@pytest.mark.parametrize("bad", [0, -5, float("nan"), float("inf"), 0.5, 1e12])
def test_weights_that_are_no_times_are_refused_with_their_arcs(bad):
    with pytest.raises(PlanningDataError) as caught:
        network([700, bad, 700, 700])
    assert caught.value.code == "E-NET-04"
    assert caught.value.feature_ids == (1,)
    assert caught.value.mend


def test_of_parallel_arcs_the_fastest_holds():
    made = network([10, 10, 10, 10, 4], tail=[*TAIL, 0], head=[*HEAD, 1])
    assert sorted(made.ds["walk"].tolist()) == [4, 10, 10, 10]


def test_doubled_nodes_and_dangling_ends_are_refused_by_name():
    with pytest.raises(PlanningDataError) as caught:
        network([10] * 4, node_id=[7, 8, 7])
    assert (caught.value.code, caught.value.feature_ids) == ("E-NET-02", (7,))
    with pytest.raises(PlanningDataError) as caught:
        Network.from_edges(XY, "EPSG:9210", [0, 1], [1, 9], {"walk": [10, 10]})
    assert (caught.value.code, caught.value.feature_ids) == ("E-NET-05", (1,))
    with pytest.raises(PlanningDataError) as caught:
        Network.from_edges([[0, 0], [np.nan, 0]], "EPSG:9210", [0], [1], {"walk": [10]})
    assert (caught.value.code, caught.value.feature_ids) == ("E-NET-01", (1,))


def test_a_point_1094_km_away_is_not_taken_to_the_nearest_street():
    """Hanoi on a network of Binh Duong: never a time, the distance told."""
    made = network([700] * 4)
    away = GeoDataFrame({"geometry": [shapely.Point(600_050, 1_220_010), shapely.Point(600_000, 2_314_000)]}, crs="EPSG:9210")
    found = snap(made, "walk", away)
    assert found.reason.tolist() == ["linked", "off the network"]
    assert round(found.distance_m[1] / 1000) == 1094
