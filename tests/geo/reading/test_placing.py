"""Which systems would put coordinates where they are expected, and how a reader is told of them."""

import numpy as np
import pytest
from geopandas import GeoDataFrame
from pyproj import CRS
from shapely import LineString, Point

from geo import PlanningDataError, read_vector
from geo.crs import REGION_BOUNDS
from geo.reading.place_test import impossible
from geo.reading.placing import Candidate, candidates, choose, expected_box, looks_like, within

HERE = Candidate("EPSG:9210", "xy", "VN-2000 / TM-3 105-45")
TURNED = Candidate("EPSG:9211", "yx", "VN-2000 / TM-3 106-00")
CORNER = np.array([[596_000.0, 1_236_000.0]])  # of EPSG:9210, north of Thu Dau Mot


@pytest.mark.parametrize(
    ("fitting", "sentence", "mend"),
    [
        ([], "", "name it."),
        ([HERE], " Looks like EPSG:9210 (VN-2000 / TM-3 105-45).", 'read_vector(..., crs="EPSG:9210").'),
        (
            [TURNED, HERE],
            " Looks like EPSG:9211 (VN-2000 / TM-3 106-00, north before east) or EPSG:9210 (VN-2000 / TM-3 105-45).",
            'read_vector(..., crs="EPSG:9211", axes="yx") or as another of these.',
        ),
    ],
)
def test_every_system_that_fits_is_named_and_the_first_is_given_as_an_option(fitting, sentence, mend):
    assert looks_like(fitting) == sentence
    assert choose(fitting, "name it.") == mend


def test_the_option_is_that_of_the_reader_who_asks():
    assert choose([HERE], "", "read_drawing") == 'read_drawing(..., crs="EPSG:9210").'


def test_bounds_of_a_place_belong_to_it():
    box = (106.0, 10.0, 107.0, 11.0)
    lon = np.array([106.0, 107.0, 106.5, 106.5, 105.9, 107.1, 106.5, 106.5])
    lat = np.array([10.5, 10.5, 10.0, 11.0, 10.5, 10.5, 9.9, 11.1])
    assert within(np.column_stack([lon, lat]), box).tolist() == [True] * 4 + [False] * 4
    earth = np.array([[-180.0, -90.0], [180.0, 90.0], [180.1, 0.0], [0.0, -90.1], [np.inf, np.inf]])
    assert within(earth, None).tolist() == [True, True, False, False, False]


@pytest.mark.parametrize("expect", ["here", (1.0, 2.0, 3.0), (2.0, 0.0, 1.0, 1.0), (0.0, 2.0, 1.0, 1.0), (0.0, 0.0, 1.0, np.nan)])
def test_a_place_that_is_none_is_refused(expect, tmp_path):
    with pytest.raises(PlanningDataError, match="E-CRS-05"):
        expected_box(expect)
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [106.6, 11.1]}}')
    assert len(read_vector(path, expect=(106.6, 11.1, 106.6, 11.1))) == 1
    with pytest.raises(PlanningDataError, match="E-CRS-05"):
        read_vector(path, expect=expect)


def test_a_place_may_be_a_point_or_a_line():
    assert expected_box((106.0, 11.0, 106.0, 11.0)) == (106.0, 11.0, 106.0, 11.0)


@pytest.mark.parametrize(("outside", "fits"), [(0, True), (1, True), (2, False)])
def test_ninety_nine_of_a_hundred_points_must_lie_in_the_place(outside, fits):
    xy = np.repeat(CORNER, 100, axis=0)
    xy[:outside] += 10_000_000
    assert ("EPSG:9210" in {one.crs for one in candidates(xy, None)}) is fits


def test_points_without_coordinates_tell_nothing():
    assert candidates(np.full((3, 2), np.nan), None) == []
    assert candidates(np.zeros((0, 2)), None) == []
    mixed = np.concatenate([np.full((300, 2), np.inf), CORNER])
    assert candidates(mixed, None) == candidates(CORNER, None) != []


def test_coordinates_turned_round_fit_the_system_turned_round():
    assert {(one.crs, one.axes) for one in candidates(CORNER, None)} >= {("EPSG:9210", "xy")}
    turned = candidates(CORNER[:, ::-1], None)
    assert {one.axes for one in turned} == {"yx"}
    assert "EPSG:9210" in {one.crs for one in turned}


def test_around_a_frame_five_percent_of_its_size_belong_to_the_place():
    frame = GeoDataFrame(geometry=[Point(106.0, 11.0), Point(107.0, 11.4)], crs="EPSG:4326")
    assert expected_box(frame) == pytest.approx((105.95, 10.98, 107.05, 11.42))
    assert expected_box(frame.iloc[:1]) == (106.0, 11.0, 106.0, 11.0)  # a point has no size


def test_words_name_the_region_and_anywhere():
    assert expected_box("anywhere") is None
    assert expected_box("region") == REGION_BOUNDS
    assert expected_box([106, 11, 107, 12]) == (106, 11, 107, 12)


@pytest.mark.parametrize("chunk", [1, 2, 3, 4, 5, 6, 100])
def test_features_without_numbers_are_the_same_ones_however_many_are_looked_at_at_once(monkeypatch, chunk):
    monkeypatch.setattr("geo.reading.place_test._CHUNK_VERTICES", chunk)
    nan, inf, far = np.nan, np.inf, 5.1e7
    ends = [
        ((0, 0), (1, 1)),
        ((0, nan), (1, 1)),
        ((0, 0), (far, 1)),
        ((0, 0), (5e7, -5e7)),
        ((0, 0), (1, inf)),
        ((0, -far), (0, 0)),
    ]
    with np.errstate(invalid="ignore"):
        shapes = np.array([LineString(pair) for pair in ends], object)
    broken, beyond = impossible(shapes, CRS("EPSG:9210"))
    assert np.flatnonzero(broken).tolist() == [1, 4]
    assert np.flatnonzero(beyond).tolist() == [2, 5]
    broken, beyond = impossible(shapes[::-1], None)
    assert np.flatnonzero(broken).tolist() == [1, 4]
    assert np.flatnonzero(beyond).tolist() == [0, 3]


@pytest.mark.parametrize(
    ("x", "y", "flag"), [(180, 90, False), (-180, -90, False), (180.1, 0, True), (0, -90.1, True), (0, 91, True)]
)
def test_degrees_end_at_the_poles_and_at_the_date_line(x, y, flag):
    shapes = np.array([Point(1, 1), Point(x, y), Point(np.nan, 1)], object)
    broken, beyond = impossible(shapes, CRS("EPSG:4326"))
    assert broken.tolist() == [False, False, True]
    assert beyond.tolist() == [False, flag, False]
    assert [part.tolist() for part in impossible(shapes[:0], CRS("EPSG:4326"))] == [[], []]
