"""Every layer of the catalogue through every format: what comes back is what went in, or the loss is listed; and no other."""

import pytest
from geopandas import GeoDataFrame

import geo
import layers
from tests.geo.writing.differences import differences, layer_in, listed, names_in

ENDINGS = (".geojson", ".geojsonl", ".gpkg", ".fgb", ".kml", ".parquet", ".csv", ".xlsx", ".shp.zip", ".gdb")
MOST = 150  # rows of a layer that are compared value by value
TABLES = (".gpkg", ".parquet", ".csv", ".xlsx", ".shp.zip", ".gdb")


@pytest.fixture(scope="module")
def catalogue():
    frames = {name: layers.get(name) for name in layers.catalogue().index}
    return {name: frame.iloc[:: max(1, len(frame) // MOST)] for name, frame in frames.items()}


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_layer_comes_back_or_its_losses_are_listed(ending, catalogue, tmp_path):
    for name, frame in catalogue.items():
        if not isinstance(frame, GeoDataFrame) and ending not in TABLES:
            with pytest.raises(geo.PlanningDataError, match="E-IO-02"):
                geo.write(frame, tmp_path / f"{name}{ending}")
            continue
        losses = []
        path = geo.write(frame, tmp_path / f"{name}{ending}", losses=losses)
        found = differences(frame, path, layer_in(losses, name), names_in(losses))
        assert found == listed(losses) - {("E-LOSS-20", None)}, (name, ending)
