"""Minutes over cells: by hand, exactly those of scipy's Dijkstra, and on slopes the other way there and back."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

import analyses
import geo
from analyses.rasters.friction import _factors, step_metres
from geo import PlanningDataError

X, Y = 600_000, 1_220_000
STEPS = ((0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1))


def grid(rows, columns, crs="EPSG:9210", cell=100.0, corner=(X, Y)):
    return geo.Grid(CRS(crs), Affine(cell, 0, corner[0], 0, -cell, corner[1]), (rows, columns))


def at(one, *cells):
    points = [one.transform * (column + 0.5, row + 0.5) for row, column in cells]
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(*zip(*points, strict=True)), crs=one.crs)


def by_scipy(friction, one, sources, factors=None):
    """The same graph in a library: an arc for each of the eight steps, its weight by the same sum."""
    rows, columns = one.shape
    metres = step_metres(one)
    tails, heads, weights = [], [], []
    for k, (down, across) in enumerate(STEPS):
        for r in range(rows):
            for c in range(columns):
                i, j = r + down, c + across
                if 0 <= i < rows and 0 <= j < columns:
                    step = (friction[r, c] + friction[i, j]) / 2 * metres[min(r, i), 0 if down == 0 else 1 if across == 0 else 2]
                    step *= 1 if factors is None else factors[k, r, c]
                    if np.isfinite(step):
                        tails.append(r * columns + c)
                        heads.append(i * columns + j)
                        weights.append(step)
    graph = csr_array((weights, (tails, heads)), shape=(rows * columns, rows * columns))
    return dijkstra(graph, indices=sources, min_only=True).reshape(rows, columns)


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.integers(1, 14), st.integers(2, 14), st.booleans(), st.sampled_from(["EPSG:9210", "EPSG:4326"]))
def test_minutes_are_exactly_those_of_another_library(seed, rows, columns, hilly, crs):
    draw = np.random.default_rng(seed)
    one = grid(rows, columns, crs, *((100.0, (X, Y)) if crs == "EPSG:9210" else (0.001, (10.0, 60.0))))
    friction = draw.uniform(0.001, 0.1, one.shape)
    friction[draw.random(one.shape) < 0.2] = np.inf
    friction[0, 0] = 0.01
    heights = geo.Raster(one, draw.normal(50, 20, one.shape), "m") if hilly else None
    sources = [(0, 0), (rows - 1, columns - 1)]
    found = analyses.cost_distance(geo.Raster(one, friction, "min/m"), at(one, *sources), heights=heights)
    cells = [r * columns + c for r, c in sources if np.isfinite(friction[r, c])]
    expected = by_scipy(friction, one, cells, _factors(one, heights, towards=False) if hilly else None)
    assert found.values.filled(np.inf).tolist() == expected.tolist()


def test_around_a_wall_by_hand():
    """A wall with a gap at the bottom: two steps down, across it diagonally, up again."""
    one = grid(3, 3)
    friction = np.full((3, 3), 0.01)
    friction[:2, 1] = np.inf
    found = analyses.cost_distance(geo.Raster(one, friction, "min/m"), at(one, (0, 0))).values
    assert np.ma.getmaskarray(found).tolist() == [[False, True, False]] * 2 + [[False] * 3]
    assert found[0, 2] == pytest.approx(2 + 2 * np.sqrt(2), rel=1e-3)
    assert found[2, 0] == pytest.approx(2, rel=1e-3)
    near = analyses.cost_distance(geo.Raster(one, friction, "min/m"), at(one, (0, 0)), limit_min=2.1).values
    assert near.count() == 3


def test_uphill_is_slower_and_towards_is_from_turned_round():
    one = grid(1, 6)
    flat = geo.Raster(one, np.full((1, 6), 0.012), "min/m")
    heights = geo.Raster(one, np.array([[0.0, 10, 20, 30, 40, 50]]), "m")
    up = analyses.cost_distance(flat, at(one, (0, 0)), heights=heights).values[0, 5]
    down = analyses.cost_distance(flat, at(one, (0, 5)), heights=heights).values[0, 0]
    assert up == pytest.approx(6 * np.exp(3.5 * 0.1), rel=1e-3)
    assert down == pytest.approx(6, rel=1e-3)  # as fast as on the flat at 10 % downhill: |−0.1 + 0.05| = 0.05
    back = analyses.cost_distance(flat, at(one, (0, 0)), heights=heights, towards=True).values[0, 5]
    assert back == pytest.approx(down, rel=1e-12)


def test_speeds_of_land_and_the_faster_road():
    one = grid(2, 3)
    cover = geo.Raster(one, np.ma.masked_equal(np.array([[10, 10, 80], [10, 80, 0]], np.uint8), 0))
    road = gpd.GeoDataFrame(
        {"speed_kmh": [30.0, 1.0]},
        geometry=[
            shapely.LineString([(X + 10, Y - 50), (X + 290, Y - 50)]),
            shapely.LineString([(X + 10, Y - 50), (X + 90, Y - 50)]),
        ],
        crs="EPSG:9210",
    )
    wild = analyses.friction_surface(cover, {10: 5, 80: 0}).values
    assert wild.filled(-1).tolist() == [[0.012, 0.012, np.inf], [0.012, np.inf, -1]]
    made = analyses.friction_surface(cover, {10: 5, 80: 0}, roads=road).values
    assert made.filled(-1).tolist() == [[0.002] * 3, [0.012, np.inf, -1]]


def test_people_of_a_unit_go_where_the_weighted_land_is():
    """A built cell of 1 and a sparse one of 0.25: four fifths and one fifth of 90 people."""
    one = grid(1, 3)
    cover = geo.Raster(one, np.array([[50, 40, 80]], np.uint8))
    weights = analyses.dasymetric_weights(cover, {50: 1, 40: 0.25})
    assert weights.values.tolist()[0] == pytest.approx([1e4, 2.5e3, 0], rel=1e-3)
    unit = gpd.GeoDataFrame({"people": [90]}, geometry=[shapely.box(X, Y - 100, X + 300, Y)], index=["u"], crs="EPSG:9210")
    parts = gpd.GeoDataFrame(
        geometry=[shapely.box(X, Y - 100, X + 100, Y), shapely.box(X + 100, Y - 100, X + 300, Y)], crs="EPSG:9210"
    )
    moved = analyses.areal_interpolation(unit, parts, extensive=["people"], weights=weights)
    assert moved.table["people"].tolist() == pytest.approx([72, 18], rel=1e-6)


EVEN = geo.Raster(grid(2, 2), np.full((2, 2), 0.01), "min/m")
START = at(EVEN.grid, (0, 0))


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: analyses.cost_distance(geo.Raster(EVEN.grid, EVEN.values, "min"), START), "E-FRICTION-02"),
        (lambda: analyses.cost_distance(geo.Raster(EVEN.grid, -EVEN.values, "min/m"), START), "E-FRICTION-02"),
        (lambda: analyses.cost_distance(EVEN, START.translate(9_000).to_frame("geometry")), "E-FRICTION-03"),
        (lambda: analyses.cost_distance(EVEN, START, heights=geo.Raster(grid(2, 3), np.zeros((2, 3)), "m")), "E-FRICTION-04"),
        (lambda: analyses.cost_distance(EVEN, START, heights=geo.Raster(EVEN.grid, EVEN.values, "ft")), "E-FRICTION-04"),
        (lambda: analyses.cost_distance(EVEN, START, limit_min=np.nan), "E-FRICTION-05"),
        (lambda: analyses.friction_surface(geo.Raster(EVEN.grid, np.array([[10, 20]] * 2)), {10: 5}), "E-CLASS-01"),
        (lambda: analyses.friction_surface(geo.Raster(EVEN.grid, np.array([[10, 10]] * 2)), {10: -5}), "E-FRICTION-01"),
        (lambda: analyses.friction_surface(geo.Raster(EVEN.grid, np.array([[1, 1]] * 2)), {1: 5}, roads=START), "E-FRICTION-01"),
        (lambda: analyses.dasymetric_weights(EVEN, {1: np.nan}), "E-INTERP-04"),
    ],
)
def test_what_makes_no_sense_is_refused(ask, code):
    with pytest.raises(PlanningDataError, match=code):
        ask()
