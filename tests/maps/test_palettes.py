"""Colours stay apart for readers who see fewer of them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from maps import palettes

SEEN = {  # in linear RGB, all cones of one kind missing: Machado, Oliveira & Fernandes 2009
    "all cones": np.eye(3),
    "no red": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "no green": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
}
WHITE = np.array([0.95047, 1.0, 1.08883])
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(color: str, eye: str) -> np.ndarray:
    """CIE L*a*b* of a colour as this eye sees it."""
    rgb = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    ratio = TO_XYZ @ np.clip(SEEN[eye] @ linear, 0, 1) / WHITE
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one: str, other: str, eye: str) -> float:
    return float(np.linalg.norm(lab(one, eye) - lab(other, eye)))


def test_the_distance_is_that_of_the_textbook() -> None:
    assert apart("#ffffff", "#000000", "all cones") == pytest.approx(100, abs=1)
    assert apart("#ff0000", "#00ff00", "all cones") > 150
    assert apart("#d7191c", "#1a9641", "no green") < 40  # the usual red and green nearly meet


@pytest.mark.parametrize("eye", SEEN)
@pytest.mark.parametrize("name", palettes.SEQUENTIAL)
def test_five_classes_in_order_are_told_apart_and_darken(eye: str, name: str) -> None:
    colors = palettes.sequential(5, name)
    assert min(apart(one, other, eye) for one, other in itertools.pairwise(colors)) > 9
    light = [lab(color, eye)[0] for color in colors]
    assert light == sorted(light, reverse=True)  # also in grey print


@pytest.mark.parametrize("eye", SEEN)
def test_losses_and_gains_are_never_taken_for_each_other(eye: str) -> None:
    colors = palettes.diverging(3, 3)
    assert min(apart(one, other, eye) for one, other in itertools.pairwise(colors)) > 9
    assert min(apart(one, other, eye) for one in colors[:3] for other in colors[4:]) > 12


@pytest.mark.parametrize("eye", SEEN)
def test_categories_are_told_apart(eye: str) -> None:
    least = min(apart(one, other, eye) for one, other in itertools.combinations(palettes.QUALITATIVE, 2))
    assert least > 8, least
