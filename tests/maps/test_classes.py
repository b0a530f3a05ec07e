"""Classes, colours and legends."""

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import PlanningDataError
from maps import palettes, style
from maps.classes import classify


def test_every_value_falls_into_the_class_its_label_names(zones: gpd.GeoDataFrame) -> None:
    look = classify(zones["jobs"], k=5)
    codes = look.codes(zones)
    assert [row[3] for row in look.legend(codes)] == np.bincount(codes).tolist()
    for code, label in enumerate(look.labels):
        values = zones["jobs"][codes == code]
        bounds = [float(part.replace(",", "")) for part in label.en.replace("≤", "").replace("≥", "").split("–")]
        assert values.max() <= bounds[-1] if "≥" not in label.en else values.min() >= bounds[0]


@given(
    st.lists(st.floats(-1e7, 1e7, allow_nan=False), min_size=1, max_size=60),
    st.integers(1, 7),
    st.sampled_from(["quantiles", "equal"]),
)
def test_classes_are_sound_for_any_numbers(values: list[float], k: int, scheme: str) -> None:
    column = pd.Series(values, name="jobs_change")
    look = classify(column, k=k, scheme=scheme)
    frame = gpd.GeoDataFrame(column.to_frame(), geometry=gpd.points_from_xy(column * 0, column * 0))
    codes = look.codes(frame)
    assert len(look.colors) == len(look.labels) == len(look.breaks) + 1
    assert codes.max() < len(look.colors)
    order = np.argsort(np.round(column.to_numpy(), look.decimals), kind="stable")
    assert (np.diff(codes[order].astype(int)) >= 0).all()


def test_changes_are_coloured_on_both_sides_of_zero(zones: gpd.GeoDataFrame) -> None:
    look = classify(zones["jobs_change"], k=5)
    codes = look.codes(zones)
    zero = look.labels.index(style.words.NO_CHANGE)
    assert (zones["jobs_change"][codes == zero] == 0).all()
    assert (zones["jobs_change"][codes < zero] < 0).all()
    assert (zones["jobs_change"][codes > zero] > 0).all()
    assert look.colors[zero] == palettes.DIVERGING["brown_teal"][3]


def test_a_loss_of_time_is_a_gain() -> None:
    gain = classify(pd.Series([-5.0, 0.0, 5.0], name="travel_time_min_change"), k=3)
    worse = classify(pd.Series([-5.0, 0.0, 5.0], name="jobs_change"), k=3)
    assert gain.colors == worse.colors[::-1]


def test_missing_and_unreached_are_classes_of_their_own(zones: gpd.GeoDataFrame) -> None:
    look = classify(zones["travel_time_min"])
    codes = look.codes(zones)
    assert codes[5] == style.NO_DATA
    assert codes[6] == style.NOT_REACHED
    assert [row[2].en for row in look.legend(codes)][-2:] == ["not reached", "no data"]


def test_a_column_without_any_value_is_all_no_data() -> None:
    column = pd.Series([np.nan, np.nan], name="jobs")
    look = classify(column)
    frame = gpd.GeoDataFrame(column.to_frame(), geometry=gpd.points_from_xy([0, 0], [0, 0]))
    assert [(row[2].vi, row[3]) for row in look.legend(look.codes(frame))] == [("không có dữ liệu", 2)]


def test_few_values_are_named_one_by_one() -> None:
    look = classify(pd.Series([15, 30, 45, 15], name="cutoff_min"))
    assert [label.vi for label in look.labels] == ["15", "30", "45"]
    assert look.descending  # the nearest lies on top


def test_text_columns_get_one_colour_a_value_in_both_languages(zones: gpd.GeoDataFrame) -> None:
    look = classify(zones["kind"])
    assert [label.vi for label in look.labels] == ["nhà ở", "khu công nghiệp", "Chợ Đình"]
    assert [label.en for label in look.labels] == ["housing", "industrial park", "Chợ Đình"]
    assert len(set(look.colors)) == 3


def test_the_rarest_of_many_categories_become_other() -> None:
    column = pd.Series([f"v{at}" for at in range(12) for _ in range(20 - at)], name="kind")
    look = classify(column)
    frame = gpd.GeoDataFrame(column.to_frame(), geometry=gpd.points_from_xy(np.zeros(len(column)), np.zeros(len(column))))
    rows = look.legend(look.codes(frame))
    assert rows[-1][2].en == "other"
    assert sum(row[3] for row in rows) == len(column)
    assert len(set(look.colors)) == 8


def test_given_breaks_are_kept() -> None:
    look = classify(pd.Series([1.0, 20, 50], name="travel_time_min"), scheme=[15, 30, 45])
    assert look.breaks == (15.0, 30.0, 45.0)
    assert [label.en for label in look.labels] == ["≤ 15", "16 – 30", "31 – 45", "≥ 46"]


def test_natural_breaks_find_the_gaps() -> None:
    column = pd.Series([*range(10), *range(1000, 1010), *range(5000, 5010)], name="jobs")
    codes = classify(column, scheme="natural", k=3).codes(
        gpd.GeoDataFrame(column.to_frame(), geometry=gpd.points_from_xy(column, column))
    )
    assert np.bincount(codes).tolist() == [10, 10, 10]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"scheme": "quantile"}, "E-MAP-06"),
        ({"k": 40}, "E-MAP-06"),
        ({"palette": "blue"}, "E-MAP-05"),
        ({"palette": ["red"] * 5}, "E-MAP-05"),
        ({"palette": ["#112233"]}, "E-MAP-05"),
        ({"scheme": [30, 15]}, "E-MAP-05"),
    ],
)
def test_wrong_options_are_named(options: dict[str, object], code: str) -> None:
    with pytest.raises(PlanningDataError, match=code):
        classify(pd.Series(np.arange(100.0), name="jobs"), **options)


# What a reader with red-green weakness sees, from linear light (Machado et al. 2009, severity 1.0)
DEUTERANOPIA = np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]])
PROTANOPIA = np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]])


def _lab(color: str, sight: np.ndarray) -> np.ndarray:
    rgb = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(sight @ linear, 0, 1)
    f = np.cbrt(np.maximum(xyz / [0.9505, 1, 1.089], 0.008856))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", [np.eye(3), DEUTERANOPIA, PROTANOPIA], ids=["usual", "deuteranopia", "protanopia"])
def test_neighbouring_classes_differ_for_every_kind_of_sight(sight: np.ndarray) -> None:
    ramps = [palettes.sequential(5, name) for name in palettes.SEQUENTIAL] + [palettes.diverging(2, 2), palettes.diverging(3, 3)]
    for ramp in ramps:
        seen = [_lab(color, sight) for color in ramp]
        assert min(np.linalg.norm(a - b) for a, b in itertools.pairwise(seen)) > 9, ramp
