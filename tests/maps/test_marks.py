"""Marks say what the data say: bands, curves, names, steps, cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import rasterio
import shapely
from affine import Affine
from rasterio.transform import from_bounds

import geo
import maps
from geo import PlanningDataError
from maps.codec import lonlat, world
from tests.maps.block_reader import unpacked
from tests.trust.hostile_files import sparse_raster


@pytest.fixture
def bands() -> gpd.GeoDataFrame:
    middle = shapely.Point(600_000, 1_230_000)
    rings = [middle.buffer(1000 * size) for size in (3, 1, 2)]
    return gpd.GeoDataFrame({"origin_id": "o", "cutoff_min": [45, 15, 30]}, geometry=rings, crs="EPSG:9210")


@pytest.fixture
def towns() -> gpd.GeoDataFrame:
    names = {"name_vi": ["A", "B", "C"], "name_en": ["Ae", "Be", "Ce"]}
    points = gpd.points_from_xy([600_000, 610_000, 600_000], [1_230_000, 1_230_000, 1_240_000])
    return gpd.GeoDataFrame(names, geometry=points, index=pd.Index(["a", "b", "c"], name="town_id"), crs="EPSG:9210")


@pytest.fixture
def trips() -> pd.DataFrame:
    rows = [("a", "b", 100), ("b", "a", 50), ("a", "a", 800), ("c", "b", 10), ("b", "c", 0), ("c", "a", 40)]
    return pd.DataFrame(rows, columns=["from_id", "to_id", "trips_people"])


def test_bands_are_told_by_what_lies_between_them(bands: gpd.GeoDataFrame) -> None:
    look = maps.isobands(bands).look
    assert [label.vi for label in look.labels] == ["≤ 15", "15 – 30", "30 – 45"]
    assert look.codes(bands).tolist() == [2, 0, 1]
    assert look.unit.en == "min"
    assert look.descending  # the nearest is drawn last, on top


def test_the_pointer_meets_the_nearest_band(bands: gpd.GeoDataFrame, show: Callable[..., Any], tmp_path: Path) -> None:
    shown = show(maps.save(maps.page("T", maps.isobands(bands), background=False), tmp_path / "a.html"))
    told = []
    for metres in (500, 1500, 2500):
        at = geo.to_wgs84(gpd.GeoDataFrame(geometry=gpd.points_from_xy([600_000 + metres], [1_230_000]), crs="EPSG:9210"))
        shown.hover(at.geometry.x[0], at.geometry.y[0])
        told.append(shown.tooltip("td")[0])
    assert told == ["15\u00a0phút", "30\u00a0phút", "45\u00a0phút"]


@pytest.mark.parametrize("values", [[15, np.nan, 30], [15, np.inf, 30]])
def test_a_band_without_value_is_refused(bands: gpd.GeoDataFrame, values: list[float]) -> None:
    with pytest.raises(PlanningDataError, match="E-MAP-06"):
        maps.isobands(bands.assign(cutoff_min=values))


def test_a_flow_runs_from_origin_to_destination_and_bends_to_its_right(towns: gpd.GeoDataFrame, trips: pd.DataFrame) -> None:
    frame = maps.flows(trips, towns, "trips_people").frame
    there, back = (geo.to_metric(frame).geometry[row] for row in (0, 1))
    assert np.allclose(there.coords[0], (600_000, 1_230_000))
    assert np.allclose(there.coords[-1], (610_000, 1_230_000))
    assert there.interpolate(0.5, normalized=True).y == pytest.approx(1_230_000 - 1_800, abs=10)  # eastwards: right is south
    assert back.interpolate(0.5, normalized=True).y == pytest.approx(1_230_000 + 1_800, abs=10)
    assert frame["name_en"].tolist() == ["Ae → Be", "Be → Ae", "Ce → Ae", "Ce → Be"]


def test_flows_left_out_are_counted(towns: gpd.GeoDataFrame, trips: pd.DataFrame) -> None:
    mark = maps.flows(trips, towns, "trips_people", largest=2)
    assert mark.frame["trips_people"].tolist() == [100, 50]
    assert mark.notes[0].vi == ("Vẽ 2 luồng lớn nhất giữa các nơi, chiếm 15 % tổng số; 80 % đi lại trong cùng một nơi, không vẽ.")
    assert maps.flows(trips[trips["from_id"] != trips["to_id"]], towns, "trips_people").notes == ()


def test_wider_is_more(towns: gpd.GeoDataFrame, trips: pd.DataFrame) -> None:
    mark = maps.flows(trips, towns, "trips_people")
    widths = [mark.look.width(int(code)) for code in mark.look.codes(mark.frame)]
    assert widths == sorted(widths, reverse=True)
    assert len(set(widths)) > 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table: table.assign(to_id="nowhere"), "nowhere"),
        (lambda table: table.assign(trips_people=-1), "negative"),
        (lambda table: table.assign(trips_people=np.nan), "missing"),
        (lambda table: table.assign(trips_people=0), "no flow between"),
        (lambda table: table.assign(to_id=table["from_id"]), "no flow between"),
    ],
)
def test_flows_that_can_not_be_drawn_are_named(
    towns: gpd.GeoDataFrame, trips: pd.DataFrame, change: Callable[[pd.DataFrame], pd.DataFrame], said: str
) -> None:
    with pytest.raises(PlanningDataError, match=f"E-MAP-11.*{said}"):
        maps.flows(change(trips), towns, "trips_people")


def test_labels_yield_by_rank_and_missing_names_are_left_out(towns: gpd.GeoDataFrame) -> None:
    frame = towns.assign(name_vi=["A", None, "C"], people=[5.0, 9.0, 7.0])
    head, data = unpacked(maps.labels(frame, priority="people").block)
    names = dict(zip([pair[0] for pair in data["names"]], data["rank"], strict=True))
    assert names == {"C": 0, "A": 1}
    assert head["role"] == "labels"


def test_steps_share_their_classes(zones: gpd.GeoDataFrame) -> None:
    frame = zones.assign(jobs_06h=zones["jobs"], jobs_08h=zones["jobs"] * 3)
    mark = maps.time_steps(frame, {"jobs_06h": "6:00", "jobs_08h": ("8 giờ", "8 o'clock")}, k=4)
    head, data = unpacked(mark.block)
    assert [step["label"] for step in head["steps"]] == [["6:00", "6:00"], ["8 giờ", "8 o'clock"]]
    order = [int(name[0].split()[1]) for name in data["names"]]
    for section, column in (("class", "jobs_06h"), ("class1", "jobs_08h")):
        wanted = np.searchsorted(mark.look.breaks, frame[column].to_numpy()[order], side="left")
        assert data[section] == wanted.tolist()
    for step, section in zip(head["steps"], ("class", "class1"), strict=True):
        assert {row[0]: row[3] for row in step["legend"]} == {code: data[section].count(code) for code in range(4)}
    assert head["columns"][head["steps"][1]["shown"]]["column"] == "jobs_08h"


@pytest.mark.parametrize(
    ("columns", "code"), [(["jobs"], "E-MAP-12"), (["jobs", "kind"], "E-MAP-12"), (["jobs", "no"], "E-MAP-02")]
)
def test_steps_that_are_none_are_refused(zones: gpd.GeoDataFrame, columns: list[str], code: str) -> None:
    with pytest.raises(PlanningDataError, match=code):
        maps.time_steps(zones, columns)


def _cell_values(mark: maps.RasterLayer) -> tuple[np.ndarray, dict[str, Any]]:
    head, data = unpacked(mark.block)
    digits = head["columns"][0]["digits"]
    values = np.array(data["c0"], float) / 10**digits
    odd = np.array(data.get("c0_odd", np.zeros(values.size)))
    return np.where(odd == 1, np.nan, values).reshape(head["shape"]), head


def test_every_cell_shown_is_the_source_cell_round_its_centre() -> None:
    rng = np.random.default_rng(2)
    source = np.round(rng.uniform(0, 900, (40, 30)))
    source[3, 4] = np.nan
    bounds = (590_000, 1_200_000, 605_000, 1_220_000)
    mark = maps.raster(source, "elevation_m", bounds=bounds, crs="EPSG:9210")
    shown, head = _cell_values(mark)
    x0, y0, x1, y1 = head["box"]
    rows, columns = shown.shape
    assert abs(shown.size / source.size - 1) < 0.1
    i, j = rng.integers(0, rows, 500), rng.integers(0, columns, 500)
    lon, lat = lonlat(x0 + (j + 0.5) * (x1 - x0) / columns, y0 + (i + 0.5) * (y1 - y0) / rows)
    points = geo.to_crs(gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326), "EPSG:9210").geometry
    column, row = (points.x - bounds[0]) / 500, (bounds[3] - points.y) / 500
    sure = (np.abs(column - np.rint(column)) > 0.02) & (np.abs(row - np.rint(row)) > 0.02)  # not on an edge
    inside = sure & (column > 0) & (column < 30) & (row > 0) & (row < 40)
    assert inside.sum() > 400
    wanted = source[row[inside].astype(int), column[inside].astype(int)]
    assert np.array_equal(shown[i, j][inside], wanted, equal_nan=True)
    assert np.isnan(shown[i, j][sure & ~inside]).all()
    codes = np.array(unpacked(mark.block)[1]["class"]).reshape(shown.shape)
    known = ~np.isnan(shown)
    assert np.array_equal(codes[known], np.searchsorted(mark.look.breaks, shown[known], side="left"))
    assert sum(row[3] for row in head["legend"]) == known.sum()


def test_a_geotiff_is_the_same_as_its_array(tmp_path: Path) -> None:
    values = np.arange(120.0).reshape(10, 12)
    values[0, 0] = -9999
    bounds = (106.5, 11.0, 106.8, 11.25)
    path = tmp_path / "a.tif"
    shape = {"width": 12, "height": 10, "count": 1, "dtype": "float64", "crs": "EPSG:4326", "nodata": -9999}
    with rasterio.open(path, "w", driver="GTiff", transform=from_bounds(*bounds, 12, 10), **shape) as file:
        file.write(values, 1)
    known = np.where(values == -9999, np.nan, values)
    assert maps.raster(path, "people").block == maps.raster(known, "people", bounds=bounds, crs="EPSG:4326").block


def test_a_fine_raster_is_shown_by_every_nth_cell_and_says_so() -> None:
    mark = maps.raster(np.ones((2000, 3000)), "slope_pct", bounds=(106, 11, 107, 12), crs="EPSG:4326")
    assert mark.cells.size < 1_600_000
    assert mark.notes[0].en.endswith("1 of 4 cells of the source is shown.")


@pytest.mark.parametrize(
    ("source", "options"),
    [
        ("nothing.tif", {}),
        (np.ones(3), {"bounds": (0, 0, 1, 1), "crs": "EPSG:4326"}),
        (np.ones((3, 3)), {}),
        (np.ones((3, 3)), {"bounds": (1, 0, 0, 1), "crs": "EPSG:4326"}),
        (np.full((3, 3), np.nan), {"bounds": (0, 0, 1, 1), "crs": "EPSG:4326"}),
        (np.ones((3, 3)), {"bounds": (600_000, 1_200_000, 700_000, 1_300_000), "crs": "EPSG:4326"}),
        (np.array([["a"]]), {"bounds": (0, 0, 1, 1), "crs": "EPSG:4326"}),
    ],
    ids=["no file", "one dimension", "no bounds", "no area", "no value", "metres as degrees", "text"],
)
def test_a_raster_that_can_not_be_shown_is_refused(source: Any, options: dict[str, Any]) -> None:
    with pytest.raises(PlanningDataError, match="E-MAP-14") as caught:
        maps.raster(source, "elevation_m", **options)
    assert caught.value.mend


def test_mercator_there_and_back() -> None:
    lon, lat = np.array([106.6, -51.2, 0.0]), np.array([11.1, -30.0, 0.0])
    back = lonlat(*world(np.column_stack([lon, lat])))
    assert np.allclose(back, (lon, lat), atol=3e-6)
    east, _ = pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform(106.6, 11.1)
    assert world(np.array([[106.6, 11.1]]))[0][0] == pytest.approx((east / 40_075_016.6856 + 0.5) * 2**27, abs=1)


def test_comparing_needs_two_marks(zones: gpd.GeoDataFrame) -> None:
    one = maps.choropleth(zones, "jobs")
    for wrong in ((one, one), (one, zones)):
        with pytest.raises(PlanningDataError, match="E-MAP-13"):
            maps.swipe(*wrong)
    with pytest.raises(PlanningDataError, match="E-MAP-13"):
        maps.swipe(one, maps.choropleth(zones, "jobs"), mode="over")


def test_two_maps_share_one_style(zones: gpd.GeoDataFrame) -> None:
    look = maps.classify(zones["jobs"], k=3)
    mark = maps.choropleth(zones.assign(jobs_after=zones["jobs"] * 2), "jobs_after", style=look)
    assert mark.look == replace(look, column="jobs_after")


def test_rasters_that_are_cut_too_large_or_not_those_of_their_checksum_are_not_shown(tmp_path: Path) -> None:
    cells = np.random.default_rng(1).uniform(0, 9, (256, 256)).astype(np.float32)
    grid = geo.Grid(pyproj.CRS("EPSG:9210"), Affine(100, 0, 600_000, 0, -100, 1_220_000), cells.shape)
    path = geo.write_raster(geo.Raster(grid, cells, "people"), tmp_path / "people.tif")
    whole, beside = path.read_bytes(), tmp_path / "people.tif.meta.json"
    beside.write_text('{"sha256": "0"}')
    with pytest.raises(PlanningDataError, match=r"E-MAP-14 .*checksum"):
        maps.raster(path, "people")
    beside.unlink()
    path.write_bytes(whole[:-20_000])
    with pytest.raises(PlanningDataError, match=r"E-MAP-14 .*cells can not be read"):
        maps.raster(path, "people")
    huge = sparse_raster(tmp_path, "huge", 50_000)
    with pytest.raises(PlanningDataError, match=r"E-MAP-14 .*2,000,000,000 cells and no overviews.*gdaladdo"):
        maps.raster(huge, "people")
