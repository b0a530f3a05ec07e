"""Areal interpolation against PySAL's tobler: sums by share of the source's area, means by share of the target's."""

import numpy as np
import pytest
from geopandas import GeoDataFrame
from shapely import box

import analyses

pytestmark = pytest.mark.filterwarnings("ignore")


def squares(count, size, shift):
    at = [(shift + size * (i % count), shift + size * (i // count)) for i in range(count * count)]
    return [box(600_000 + x, 1_220_000 + y, 600_000 + x + size, 1_220_000 + y + size) for x, y in at]


@pytest.fixture
def layers():
    """30 x 30 km in squares of 3 km, and squares of 4.5 km that lie within it, askew to the first ones."""
    draw = np.random.default_rng(4)
    source = GeoDataFrame(geometry=squares(10, 3000.0, 0.0), crs="EPSG:9210").rename_axis("unit_id")
    source["people"] = draw.integers(10, 900, len(source)).astype(float)
    source["income"] = draw.uniform(1, 9, len(source))
    return source, GeoDataFrame(geometry=squares(6, 4500.0, 700.0), crs="EPSG:9210").rename_axis("zone_id")


def test_people_and_income(peer, layers):
    source, target = layers
    found = peer("tobler.area_weighted").area_interpolate(
        source, target, extensive_variables=["people"], intensive_variables=["income"], allocate_total=False
    )
    ours = analyses.areal_interpolation(source, target, extensive=["people"], intensive=["income"]).table
    np.testing.assert_allclose(ours["people"], found["people"], rtol=1e-9)
    np.testing.assert_allclose(ours["income"], found["income"], rtol=1e-6)  # its weights of rates are in single precision
