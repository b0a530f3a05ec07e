"""Coordinates come back where they were, in the whole region."""

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame, points_from_xy

from geo import METRIC, WGS84, area_ha, ground_scale, length_km, to_crs, to_metric, to_wgs84


def _points_over_the_region() -> GeoDataFrame:
    draw = np.random.default_rng(2)
    lon, lat = draw.uniform(106.2, 107.1, 20_000), draw.uniform(10.6, 11.7, 20_000)
    return GeoDataFrame({"name": "x"}, index=np.arange(20_000), geometry=points_from_xy(lon, lat), crs=WGS84)


def test_there_and_back_is_the_same_place_within_a_millimetre():
    points = _points_over_the_region()
    back = to_wgs84(to_metric(points))
    off_deg = np.abs(np.column_stack([back.geometry.x - points.geometry.x, back.geometry.y - points.geometry.y]))
    assert off_deg.max() < 1e-8


def test_one_datum_shift_serves_both_sides_of_the_mekong_border_at_11_04_north():
    across = GeoDataFrame(geometry=points_from_xy([106.66, 106.66], [11.0399, 11.0401]), crs=WGS84)
    metres = to_metric(across)
    assert abs(metres.geometry.iloc[0].distance(metres.geometry.iloc[1]) - 22.12) < 0.02  # 0.0002 degrees of latitude


def test_the_frame_keeps_its_columns_index_and_geometry_name():
    points = _points_over_the_region().rename_geometry("where").iloc[:3]
    metres = to_metric(points)
    assert list(metres.columns) == ["name", "where"]
    assert metres.geometry.name == "where"
    assert metres.crs == METRIC
    assert list(metres.index) == [0, 1, 2]
    assert (length_km(metres) == 0).all()


def test_areas_do_not_depend_on_the_way_their_rings_turn():
    """A part wound the other way used to be taken away from the others."""
    ring = shapely.box(106.5, 11.0, 106.6, 11.1).difference(shapely.box(106.52, 11.02, 106.54, 11.04))
    other = shapely.box(106.7, 11.0, 106.75, 11.05)
    turned = shapely.MultiPolygon([ring.reverse(), other])
    frame = GeoDataFrame(geometry=[ring, other, shapely.MultiPolygon([ring, other]), turned, turned.reverse()], crs=WGS84)
    areas = area_ha(frame)
    assert np.allclose(areas[2:], areas[0] + areas[1], rtol=1e-12)


@pytest.mark.parametrize("crs", [METRIC, "EPSG:9212", "EPSG:3405", "EPSG:32648"])
def test_plane_areas_and_lengths_times_their_scale_are_geodesic(crs):
    draw = np.random.default_rng(3)
    places = GeoDataFrame(geometry=points_from_xy(draw.uniform(105.6, 107.6, 60), draw.uniform(10.2, 12.4, 60)), crs=WGS84)
    middles = to_crs(places, crs)
    for radius_m in (20, 800, 5_000):
        circles = middles.set_geometry(middles.buffer(radius_m, quad_segs=64))
        scale = ground_scale(circles.geometry.to_numpy(), crs)
        assert np.abs(circles.area * scale / (area_ha(circles) * 1e4) - 1).max() < 1e-6
        rings = circles.set_geometry(circles.boundary)
        assert np.abs(rings.length * np.sqrt(scale) / (length_km(rings) * 1e3) - 1).max() < 1e-6
        assert np.abs(scale - 1).max() > 2e-4  # what is put right


def test_where_there_is_no_shape_there_is_no_scale():
    shapes = np.array([shapely.box(6e5, 1.22e6, 6e5 + 1, 1.22e6 + 1), shapely.Polygon(), None], object)
    assert np.isfinite(ground_scale(shapes, METRIC)).tolist() == [True, False, False]
