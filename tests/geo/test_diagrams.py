import numpy as np
import pytest
import shapely
from shapely import box

import geo

FIELD = box(600_000, 1_200_000, 604_000, 1_202_000)
SITES = np.array([[600_500.0, 1_200_500], [601_500, 1_201_600], [602_400, 1_200_700], [603_700, 1_201_200]])


def test_without_weights_the_cells_are_the_voronoi_cells():
    cells = geo.power_cells(FIELD, SITES, np.zeros(4))
    drawn = shapely.voronoi_polygons(shapely.MultiPoint(SITES), extend_to=FIELD, ordered=True).geoms
    for cell, other in zip(cells, drawn, strict=True):
        assert cell.symmetric_difference(other.intersection(FIELD)).area < 1e-3


def test_a_weight_moves_the_boundary_by_half_of_it_over_the_distance():
    sites = np.array([[601_000.0, 1_201_000], [603_000, 1_201_000]])
    heavy, light = geo.power_cells(FIELD, sites, np.array([400_000.0, 0]))
    assert heavy.bounds[2] == pytest.approx(602_000 + 400_000 / (2 * 2_000))
    assert heavy.area + light.area == pytest.approx(FIELD.area)


def test_a_site_outweighed_everywhere_gets_an_empty_cell():
    cells = geo.power_cells(FIELD, SITES, np.array([0.0, 0, 1e9, 0]))
    assert [cell.is_empty for cell in cells] == [True, True, False, True]
    assert cells[2].equals(FIELD)


def test_balanced_weights_give_the_areas_asked_for():
    points, point_m2 = geo.sample_points(FIELD, 20_000)
    target = FIELD.area * np.array([0.1, 0.2, 0.3, 0.4])
    weights = geo.balanced_weights(points, point_m2, SITES, target)
    areas = shapely.area(geo.power_cells(FIELD, SITES, weights))
    assert areas == pytest.approx(target, rel=0.02)


def test_a_site_gets_ground_only_where_it_is_allowed():
    points, point_m2 = geo.sample_points(FIELD, 5_000)
    west = points[:, 0] < 602_000
    allowed = np.column_stack([west, west, ~west, ~west])
    target = np.array([1.0, 3, 2, 2]) * 1e6
    weights = geo.balanced_weights(points, point_m2, SITES, target, allowed)
    owner = np.where(allowed, geo.power_distance(points, SITES, weights), np.inf).argmin(axis=1)
    assert np.bincount(owner) * point_m2 == pytest.approx(target, rel=0.02)


def test_sample_points_stand_for_the_whole_area():
    points, point_m2 = geo.sample_points(FIELD.buffer(300), 1_000)
    assert len(points) * point_m2 == pytest.approx(FIELD.buffer(300).area)
    assert shapely.contains_xy(FIELD.buffer(300), points[:, 0], points[:, 1]).all()


def test_faces_of_overlapping_outlines_are_a_coverage_on_whole_metres():
    other = box(601_000.4, 1_199_000, 602_000.3, 1_203_000)
    found = geo.faces(np.array([FIELD, other]))
    assert len(found) == 5
    assert shapely.coverage_is_valid(found)
    assert (shapely.get_coordinates(found) % 1 == 0).all()
    assert shapely.area(found).sum() == pytest.approx(FIELD.union(other).area, rel=1e-3)


def test_two_sites_at_one_place_are_refused():
    with pytest.raises(geo.PlanningDataError, match="E-AREAL-02"):
        geo.power_cells(FIELD, SITES[[0, 0]], np.zeros(2))
