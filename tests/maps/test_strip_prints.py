"""The strip map: stops at their kilometre, numbers as given, doubt shown, refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import maps
from geo import Label, PlanningDataError
from maps.paper import Sheet, blank
from maps.strip_prints import _Strip

STOPS = pd.DataFrame(
    {
        "name_vi": ["Bến đầu", "Chợ", "Cầu", "Bến cuối rất dài tên"],
        "name_en": ["First", "Market", "Bridge", "Last"],
        "chainage_km": [0.0, 1.0, 1.2, 10.0],
        "car_min": [0.0, 2.5, 3.0, 20.0],
        "jobs_p10": [90.0, np.nan, 5.0, 1000.0],
        "jobs_p50": [100.0, np.nan, 10.0, 1234.0],
        "jobs_p90": [120.0, np.nan, 20.0, 1500.0],
    },
    index=pd.Index(list("abcd"), name="stop_id"),
)
LAND = pd.DataFrame(
    {"from_km": [0, 0, 5], "to_km": [5, 5, 10], "land_use": ["urban", "park", "urban"], "share_pct": [60, 40, 100.0]}
)


def drawn(lang: str = "vi") -> _Strip:
    strip = _Strip(STOPS, ["car_min"], ["jobs"], LAND, [Label("Ghi chú", "Note")], Label("Tuyến", "Line"))
    strip.fill(Sheet(blank("A3"), "A3", lang))
    return strip


def test_stops_stand_at_their_kilometre_and_texts_do_not_touch() -> None:
    strip = drawn()
    xs = strip._x(STOPS["chainage_km"])
    assert np.diff(xs) / np.diff(STOPS["chainage_km"]) == pytest.approx([strip.unit_km] * 3)
    apart = strip._apart(xs)
    assert np.diff(apart).min() > 8.4
    assert (np.diff(apart) > 0).all()
    ends = [text.get_window_extent().x1 for text in strip.axes.texts]
    assert max(ends) <= strip.axes.get_window_extent().x1  # the last name too is on the sheet


def test_numbers_names_and_doubt_are_told() -> None:
    vi = [text.get_text() for text in drawn().axes.texts]
    assert {"Bến đầu", "Chợ", "0", "1,2", "2,5", "20", "100", "1.230", "?", "Ghi chú", "Lý trình (km)", "Ô tô (phút)"} <= set(vi)
    assert vi.count("?") == 1
    assert any(text.startswith("? Vị trí") for text in vi)
    assert {"First", "Note", "1,230", "Car (min)"} <= {text.get_text() for text in drawn("en").axes.texts}


def test_land_is_as_high_as_its_share() -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415 - as the code under test

    boxes = [patch for patch in drawn().axes.patches if isinstance(patch, Rectangle) and patch.get_width() > 50]
    assert sorted(box.get_height() / 16 * 100 for box in boxes) == pytest.approx([40, 60, 100])


def test_same_bytes(tmp_path: Path) -> None:
    files = [maps.save_strip(STOPS, tmp_path / name, title="x", bars=["jobs"], land=LAND) for name in ("a.pdf", "b.pdf")]
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize(
    ("stops", "bars"),
    [(STOPS, ["people"]), (STOPS.iloc[::-1], []), (STOPS.iloc[:1], []), (STOPS.drop(columns="chainage_km"), [])],
)
def test_refused(stops: pd.DataFrame, bars: list[str], tmp_path: Path) -> None:
    with pytest.raises(PlanningDataError, match="E-STRIP-04"):
        maps.save_strip(stops, tmp_path / "x.pdf", title="x", bars=bars)
