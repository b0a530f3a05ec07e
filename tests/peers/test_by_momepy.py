"""Mix of uses and form of streets against momepy, which counts a list of uses: as many of each as there are hectares."""

import numpy as np
import pandas as pd
import pytest
from geopandas import GeoDataFrame
from shapely import LineString, box

import analyses

pytestmark = pytest.mark.filterwarnings("ignore")
KINDS = ["homes", "work", "parks", "shops"]


@pytest.fixture
def areas():
    """Whole hectares, some classes absent, one zone of one class."""
    draw = np.random.default_rng(2)
    table = draw.integers(0, 30, (40, 4)) * (draw.random((40, 4)) < 0.7)
    table[:, 0] += 1
    table[5] = [9, 0, 0, 0]
    return pd.DataFrame(table, columns=KINDS)


def listed(areas):
    return [pd.Series(np.repeat(KINDS, row)) for row in areas.to_numpy()]


def test_simpson_and_herfindahl(peer, areas):
    momepy = peer("momepy")
    found = np.array([momepy.simpson_diversity(uses, categorical=True) for uses in listed(areas)])
    np.testing.assert_allclose(analyses.herfindahl(areas), found, rtol=1e-9)
    np.testing.assert_allclose(analyses.simpson(areas), 1 - found, rtol=1e-9, atol=1e-12)


def test_entropy_and_the_first_hill_number(peer, areas):
    momepy = peer("momepy")
    found = np.array([momepy.shannon_diversity(uses, categorical=True, categories=KINDS) for uses in listed(areas)])
    np.testing.assert_allclose(analyses.land_use_mix(areas), found / np.log(4), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(analyses.hill_number(areas), np.exp(found), rtol=1e-9)


@pytest.fixture(params=range(1, 5))
def streets(request):
    """Blocks of 100 m with streets missing and bends here and there; ends of two streets alone are no junctions.

    Not a draw with a loop that hangs on one street (0): momepy 0.11 starts its line anywhere and loses the junction at its foot.
    """
    draw = np.random.default_rng(request.param)
    x, y = np.meshgrid(np.arange(8), np.arange(8), indexing="ij")
    at = np.stack([x.ravel(), y.ravel()], axis=1) * 100.0 + [600_000, 1_220_000]
    pairs = [(i, i + 8) for i in range(56)] + [(i, i + 1) for i in range(64) if i % 8 < 7]
    kept = [pairs[i] for i in np.flatnonzero(draw.random(len(pairs)) < 0.75)]
    bend = draw.choice([0.0, 0.0, 12.0], len(kept))
    lines = [LineString([at[a], (at[a] + at[b]) / 2 + off, at[b]]) for (a, b), off in zip(kept, bend, strict=True)]
    return GeoDataFrame(geometry=lines, crs="EPSG:9210")


def test_form_of_streets(peer, streets):
    momepy = peer("momepy")
    joined = momepy.remove_false_nodes(streets)
    graph = momepy.node_degree(momepy.gdf_to_nx(joined, approach="primal", length="m"))
    degree = np.array([data["degree"] for _, data in graph.nodes(data=True)])
    straight = momepy.linearity(joined)
    whole = GeoDataFrame(index=["all"], geometry=[box(599_000, 1_219_000, 602_000, 1_222_000)], crs=streets.crs)
    ours = analyses.network_form(streets, whole).loc["all"]
    assert ours["nodes"] == len(degree)
    assert ours["intersections"] == (degree >= 3).sum() > 9
    assert ours["dead_end_pct"] == pytest.approx(100 * (degree == 1).mean(), rel=1e-9)
    assert ours["node_degree_mean"] == pytest.approx(degree.mean(), rel=1e-9)
    assert ours["street_km"] == pytest.approx(sum(m for _, _, m in graph.edges(data="m")) / 1000, rel=1e-9)
    assert ours["circuity"] == pytest.approx(joined.length.sum() / (straight * joined.length).sum(), rel=1e-9)
