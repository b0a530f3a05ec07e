"""Layers of millions of features: amounts of their partitions on zones add up to those of the whole."""

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame

import analyses
import layers

dataframe = pytest.importorskip("dask.dataframe", reason="dask is not installed")
BUILDINGS = 4000


@pytest.fixture(scope="module")
def zones():
    return layers.zones().iloc[::9][["geometry"]]


@pytest.fixture(scope="module")
def buildings(zones):
    draw = np.random.default_rng(4)
    low_x, low_y, high_x, high_y = zones.total_bounds
    places = np.unique(draw.integers([low_x // 40, low_y // 40], [high_x // 40, high_y // 40], (BUILDINGS, 2)), axis=0) * 40
    west, south = places.T
    boxes = shapely.box(west, south, west + draw.uniform(5, 35, len(places)), south + draw.uniform(5, 35, len(places)))
    frame = GeoDataFrame({"people": draw.integers(1, 9, len(boxes))}, geometry=boxes, crs=zones.crs)
    return frame.rename_axis("building_id")


def people(buildings, zones):
    return analyses.areal_interpolation(buildings, zones, extensive=["people"]).table[["people"]]


def test_partitions_read_from_files_add_up_to_the_whole(buildings, zones, tmp_path):
    parts = np.array_split(np.arange(len(buildings)), 7)
    for number, rows in enumerate(parts):
        buildings.iloc[rows].to_parquet(tmp_path / f"part-{number}.parquet")
    lazy = dataframe.from_map(geopandas.read_parquet, sorted(tmp_path.iterdir()))
    assert lazy.npartitions == len(parts)
    meta = pd.DataFrame({"people": pd.Series(dtype=float)}, index=zones.index[:0])
    found = lazy.map_partitions(people, zones, meta=meta).compute().groupby(level=0).sum()
    whole = people(buildings, zones)
    assert 0 < whole["people"].sum() < buildings["people"].sum()
    pd.testing.assert_frame_equal(found.loc[whole.index], whole, check_exact=False, rtol=1e-12, atol=1e-9)
