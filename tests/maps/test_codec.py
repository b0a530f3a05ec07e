"""The block: what goes in comes out, and nothing else is in it."""

from __future__ import annotations

import re
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maps
from maps.codec import BITS, Block, add_numbers, add_texts
from tests.maps.block_reader import unpacked


@given(st.lists(st.integers(-(2**29), 2**29), max_size=40))
def test_integers_come_back(values: list[int]) -> None:
    block = Block()
    block.ints("plain", values)
    block.ints("steps", values, delta=True)
    _, data = unpacked(block.text())
    assert data["plain"] == data["steps"] == values


@given(st.lists(st.floats(-1e9, 1e9) | st.sampled_from([np.nan, np.inf, -np.inf]), min_size=1, max_size=40), st.integers(0, 6))
def test_numbers_come_back_rounded_and_odd_ones_are_told_apart(values: list[float], digits: int) -> None:
    block = Block()
    odd = add_numbers(block, "c", np.array(values), digits)
    _, data = unpacked(block.text())
    known = np.isfinite(values)
    assert odd == (not known.all())
    assert np.allclose(np.array(data["c"])[known] / 10**digits, np.array(values)[known], atol=0.51 * 10.0**-digits, rtol=1e-12)
    codes = {None: 0} if not odd else dict(zip(map(str, values), data["c_odd"], strict=True))
    assert {codes.get("nan", 1), codes.get("inf", 2), codes.get("-inf", 3)} == {1, 2, 3}


@given(st.lists(st.none() | st.text(max_size=6) | st.tuples(st.text(max_size=4), st.text(max_size=4)), max_size=30))
def test_texts_come_back_whole(texts: list[Any]) -> None:
    block = Block()
    form = add_texts(block, "t", texts)
    text = block.text()
    assert re.fullmatch(r"[A-Za-z0-9+/=]*", text)
    _, data = unpacked(text)
    found = [data["t_words"][code] for code in data["t"]] if form == "words" else data["t"]
    assert found == [list(one) if isinstance(one, tuple) else one for one in texts]


def test_too_large_integers_are_refused() -> None:
    with pytest.raises(OverflowError):
        Block().ints("x", [2**40])


def test_geometry_comes_back_within_a_foot(zones: gpd.GeoDataFrame) -> None:
    _, data = unpacked(maps.choropleth(zones, "jobs").block)
    lon = np.array(data["x"]) / 2**BITS * 360 - 180
    lat = np.degrees(2 * np.arctan(np.exp((0.5 - np.array(data["y"]) / 2**BITS) * 2 * np.pi)) - np.pi / 2)
    corners = {(round(x, 5), round(y, 5)) for x, y in zip(lon, lat, strict=True)}
    wanted = {(round(x, 5), round(y, 5)) for shape in zones.geometry for x, y in shape.exterior.coords}
    assert corners == wanted
    assert data["vertices"] == [4] * 30
    assert data["rings"] == [1] * 30


def test_holes_and_parts_are_rings_of_their_feature() -> None:
    import shapely  # noqa: PLC0415 - this test alone

    holed = shapely.box(106, 11, 106.3, 11.3).difference(shapely.box(106.1, 11.1, 106.2, 11.2))
    frame = gpd.GeoDataFrame({"jobs": [1.0]}, geometry=[shapely.union_all([holed, shapely.box(107, 11, 107.1, 11.1)])], crs=4326)
    _, data = unpacked(maps.choropleth(frame, "jobs").block)
    assert data["rings"] == [3]
    assert sorted(data["vertices"]) == [4, 4, 4]


def test_ten_thousand_cells_stay_small() -> None:
    import shapely  # noqa: PLC0415 - this test alone

    side = np.arange(100) * 0.005
    x, y = (grid.ravel() for grid in np.meshgrid(106 + side, 11 + side))
    frame = gpd.GeoDataFrame({"jobs": np.arange(10_000.0)}, geometry=shapely.box(x, y, x + 0.005, y + 0.005), crs=4326)
    assert len(maps.choropleth(frame, "jobs").block) < 250_000


def test_large_layers_are_written_in_coarser_steps_and_stay_in_place() -> None:
    draw = np.random.default_rng(8)
    lon, lat = draw.uniform(106, 107, 20_001), draw.uniform(10.8, 11.6, 20_001)
    for count, step_m in ((5_000, 0.3), (5_001, 0.6), (20_001, 1.2)):
        frame = gpd.GeoDataFrame({"at": range(count)}, geometry=gpd.points_from_xy(lon[:count], lat[:count]), crs=4326)
        head, data = unpacked(maps.points(frame, fields=["at"]).block)
        world = 2.0 ** head["bits"]
        assert 40_075_016.7 / world == pytest.approx(step_m, rel=0.01)
        back = np.array(data["x"]) / world * 360 - 180
        assert np.abs(back - lon[data["c0"]]).max() * 111_320 <= step_m / 2 * 1.01
