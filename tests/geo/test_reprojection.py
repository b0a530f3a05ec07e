"""Totals of people stay on other cells, densities keep their level, classes their codes; shares by hand and by GEOS."""

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

import geo
from geo import PlanningDataError

METRIC = CRS("EPSG:9210")


def raster(values, size=100, crs=METRIC, corner=(600_000, 1_240_000), unit="people"):
    values = np.ma.asarray(values)
    return geo.Raster(geo.Grid(crs, Affine(size, 0, corner[0], 0, -size, corner[1]), values.shape), values, unit)


def moved(tmp_path, one, **options):
    return geo.read_raster(geo.reproject_raster(one, tmp_path / "out.tif", **options))


def test_four_cells_into_one_and_one_into_four(tmp_path):
    fine = raster([[1.0, 2], [3, 4]], 50)
    assert moved(tmp_path, fine, kind="amount", like=raster([[0]])).values.tolist() == [[10]]
    assert moved(tmp_path, fine, kind="density", like=raster([[0]])).values[0, 0] == pytest.approx(2.5, rel=1e-6)
    spread = moved(tmp_path, raster([[8.0]]), kind="amount", like=fine).values
    assert spread.tolist() == [[2, 2], [2, 2]]


def test_half_a_cell_over_gives_half_of_it(tmp_path):
    found = moved(tmp_path, raster([[6.0, 4.0]]), kind="amount", like=raster([[0, 0, 0]], corner=(599_950, 1_240_000)))
    assert found.values.tolist() == [[3, 5, 2]]
    assert found.unit == "people"


@settings(max_examples=15)
@given(st.integers(0, 99), st.floats(37, 400), st.sampled_from(["EPSG:9210", "EPSG:32648", "EPSG:6933", "ESRI:54009"]))
def test_people_of_cells_in_degrees_keep_their_total(tmp_path_factory, seed, cell_m, crs):
    draw = np.random.default_rng(seed)
    values = np.ma.masked_less(draw.gamma(0.3, 40, (40, 50)), 0.1)
    one = raster(values, 1 / 1200, CRS("EPSG:4326"), (106.6, 11.2))
    found = moved(tmp_path_factory.mktemp("r"), one, kind="amount", crs=crs, cell_m=cell_m)
    assert found.values.sum() == pytest.approx(values.sum(), rel=1e-12)


def test_shares_are_those_of_the_polygons(tmp_path):
    one = raster(np.arange(1.0, 31).reshape(5, 6), 1 / 1200, CRS("EPSG:4326"), (106.6, 11.2))
    found = moved(tmp_path, one, kind="amount", crs="EPSG:9210", cell_m=70)
    back = geo.crs.transformer("EPSG:4326", "EPSG:9210")
    expected = np.zeros(found.grid.shape)
    boxes = [
        shapely.box(*(found.grid.part(row, column, (1, 1)).bounds))
        for row in range(expected.shape[0])
        for column in range(expected.shape[1])
    ]
    for (row, column), value in np.ndenumerate(one.values):
        west, south, east, north = one.grid.part(row, column, (1, 1)).bounds
        cell = shapely.Polygon(np.transpose(back.transform([west, east, east, west], [south, south, north, north])))
        expected += value * (shapely.area(shapely.intersection(boxes, cell)) / cell.area).reshape(expected.shape)
    assert found.values.filled(0) == pytest.approx(expected, rel=1e-7, abs=1e-9)


def test_windows_of_the_target_change_nothing(tmp_path, monkeypatch):
    one = raster(np.random.default_rng(2).gamma(0.3, 40, (70, 90)), 1 / 1200, CRS("EPSG:4326"), (106.6, 11.2))
    whole = moved(tmp_path, one, kind="amount", crs="EPSG:9210", cell_m=60)
    monkeypatch.setattr(geo.raster_cells, "_BLOCK", 3_000)
    parts = moved(tmp_path, one, kind="amount", crs="EPSG:9210", cell_m=60)
    assert parts.values.filled(0) == pytest.approx(whole.values.filled(0), rel=1e-12)


def test_density_times_ground_stays(tmp_path):
    one = raster(np.random.default_rng(2).gamma(2, 40, (40, 50)), 1 / 1200, CRS("EPSG:4326"), (106.6, 11.2))
    found = moved(tmp_path, one, kind="density", crs="EPSG:9210", cell_m=25)
    before = (one.values * one.grid.cell_areas_m2()).sum()
    assert (found.values * found.grid.cell_areas_m2()).sum() == pytest.approx(before, rel=0.02)  # cells at the edge are whole
    level = moved(tmp_path, raster(np.full((9, 9), 7.0)), kind="density", crs="EPSG:32648", cell_m=130)
    assert level.values.compressed() == pytest.approx(7)


def test_amounts_that_would_be_lost_are_refused_unless_asked_for(tmp_path):
    one, part = raster(np.ones((4, 4))), raster([[0, 0]])
    with pytest.raises(PlanningDataError, match=r"E-RAS-15 .*16 before, 2 in"):
        geo.reproject_raster(one, tmp_path / "cut.tif", kind="amount", like=part)
    assert not (tmp_path / "cut.tif").exists()
    assert moved(tmp_path, one, kind="amount", like=part, cut=True).values.sum() == 2


def test_classes_keep_their_codes_and_heights_their_plane(tmp_path):
    codes = np.repeat(np.repeat(np.array([[10, 50], [80, 95]], np.uint8), 6, axis=0), 6, axis=1)
    found = moved(tmp_path, raster(codes), kind="class", crs="EPSG:9210", cell_m=300)
    assert sorted(set(found.values.compressed().tolist())) == [10, 50, 80, 95]
    assert found.values.dtype == np.uint8
    plane = np.add.outer(np.arange(40) * 3.0, np.arange(40) * 2.0)
    fine = moved(
        tmp_path, raster(plane, unit="m"), kind="height", like=raster(np.zeros((30, 30)), 50, corner=(601_000, 1_239_000))
    )
    assert fine.values.count() == 900
    assert np.diff(fine.values.filled(np.nan), axis=1) == pytest.approx(1, rel=1e-4)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"kind": "people", "cell_m": 9, "crs": "EPSG:9210"}, "E-RAS-14"),
        ({"kind": "amount"}, "E-RAS-14"),
        ({"kind": "amount", "cell_m": 9, "like": raster([[1]])}, "E-RAS-14"),
        ({"kind": "amount", "cell_m": 9, "crs": "EPSG:4326"}, "E-RAS-14"),
        ({"kind": "amount", "cell_m": 1e-5}, "E-RAS-14"),
        ({"kind": "class", "cell_m": 9}, "E-RAS-09"),
    ],
)
def test_targets_that_tell_nothing_are_refused(tmp_path, options, code):
    with pytest.raises(PlanningDataError, match=code):
        geo.reproject_raster(raster([[1.5]]), tmp_path / "a.tif", **options)
