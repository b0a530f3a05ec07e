import geopandas as gpd
import h3
import pytest
from shapely import Point, box

import geo


def areas():
    boxes = [box(106.6, 11.0, 106.65, 11.05), box(106.65, 11.0, 106.7, 11.05)]
    return gpd.GeoDataFrame(geometry=boxes, index=["west", "east"], crs=geo.WGS84)


@pytest.mark.parametrize("resolution", [7, 8, 9])
def test_a_cell_belongs_where_its_centre_lies(resolution):
    cells = geo.hexagons(areas(), resolution)
    assert cells.index.is_unique
    assert cells.index.is_monotonic_increasing
    assert cells.index.name == "zone_id"
    shapes = areas().geometry
    for cell, area in cells["area_id"].items():
        lat, lon = h3.cell_to_latlng(cell)
        assert shapes[area].contains(Point(lon, lat))


def test_cells_are_in_metres_and_as_large_as_h3_says():
    cells = geo.hexagons(areas(), 8)
    assert cells.crs == geo.METRIC
    for cell, hectares in geo.area_ha(cells).items():
        assert hectares == pytest.approx(h3.cell_area(cell, unit="km^2") * 100, rel=0.01)


def test_neighbouring_areas_share_no_cell_and_lose_none():
    both, joined = geo.hexagons(areas(), 8), geo.hexagons(areas().dissolve(), 8)
    assert both.index.tolist() == joined.index.tolist()


@pytest.mark.parametrize("resolution", [-1, 12, 8.0, True, "8"])
def test_other_resolutions_are_refused(resolution):
    with pytest.raises(geo.PlanningDataError, match="E-ZONE-01"):
        geo.hexagons(areas(), resolution)


def test_cells_by_address_keep_their_order_and_wrong_ones_are_named():
    cells = geo.hexagons(areas(), 8)
    mixed = geo.cells_by_id(cells.index[::-1])
    assert mixed.index.tolist() == cells.index[::-1].tolist()
    assert mixed.geometry.geom_equals_exact(cells.geometry.loc[mixed.index], 0).all()
    with pytest.raises(geo.PlanningDataError, match="E-ZONE-03") as caught:
        geo.cells_by_id([cells.index[0], "8865b56601ffff"])
    assert caught.value.seen == "8865b56601ffff"
