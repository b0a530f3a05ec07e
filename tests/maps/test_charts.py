"""Charts: curves where the numbers put them, Gini in the legend, the same bytes again, mistakes told."""

from __future__ import annotations

import base64
import re
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib.image
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

import analyses
import maps
from geo import PlanningDataError
from maps.report import Section, write_report

ACCESS = pd.DataFrame({"jobs_within_45min": [0.0, 10, 30], "parks_within_15min": [4.0, 4, 4]}, index=["a", "b", "c"])
PEOPLE = pd.Series([10, 10, 20], ACCESS.index)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What is given to the axes: label and points of every line."""
    seen: list[tuple[str, Any]] = []
    plain = Axes.plot

    def plot(self: Axes, x: Any, y: Any, **look: Any) -> Any:
        seen.append((look["label"], np.column_stack([x, y])))
        return plain(self, x, y, **look)

    monkeypatch.setattr(Axes, "plot", plot)
    return seen


def test_curves_and_ginis_are_those_of_hand(tmp_path: Path, drawn: list[tuple[str, Any]]) -> None:
    path = maps.lorenz_chart(ACCESS, PEOPLE, tmp_path / "a.png", names={"parks_within_15min": ("Công viên", "Parks")}, lang="vi")
    assert matplotlib.image.imread(path).shape[:2] == (620, 820)
    (_, equal), (jobs, curve), (parks, level) = drawn
    np.testing.assert_allclose(curve, [[0, 0], [0.25, 0], [0.5, 100 / 700], [1, 1]])
    np.testing.assert_allclose(level[:, 0], level[:, 1])
    assert equal.tolist() == [[0, 0], [1, 1]]
    assert jobs.endswith("– Gini 0,39")  # 1 − (0.25 × 0 + 0.25 × 1/7 + 0.5 × 8/7) = 0.393
    assert parks == "Công viên – Gini 0"


def test_the_same_bytes_again_and_other_words_in_english(tmp_path: Path) -> None:
    one, two, english = (
        maps.lorenz_chart(ACCESS, PEOPLE, tmp_path / f"{name}.png", title=("Bất bình đẳng", "Inequality"), lang=lang)
        for name, lang in (("one", "vi"), ("two", "vi"), ("english", "en"))
    )
    assert one.read_bytes() == two.read_bytes() != english.read_bytes()


def test_decays_are_drawn_minute_by_minute(tmp_path: Path, drawn: list[tuple[str, Any]]) -> None:
    decays = {"step": analyses.decay_step(30), "half": analyses.decay_exponential(half_life_min=20)}
    maps.decay_chart(decays, tmp_path / "d.png", up_to_min=60)
    by_name = {name: dict(line.tolist()) for name, line in drawn}
    assert (by_name["step"][30.0], by_name["step"][30.25]) == (1, 0)
    assert by_name["half"][20.0] == pytest.approx(0.5)
    assert by_name["half"][60.0] == pytest.approx(0.125)


def test_mistakes_are_told(tmp_path: Path) -> None:
    for code, call in {
        "E-MAP-09": lambda: maps.lorenz_chart(ACCESS, PEOPLE, tmp_path / "a.svg"),
        "E-MAP-08": lambda: maps.lorenz_chart(ACCESS, PEOPLE, tmp_path / "a.png", lang="fr"),
        "E-MAP-17": lambda: maps.lorenz_chart(ACCESS[[]], PEOPLE, tmp_path / "a.png"),
        "E-EQUITY-02": lambda: maps.lorenz_chart(-ACCESS, PEOPLE, tmp_path / "a.png"),
    }.items():
        with pytest.raises(PlanningDataError) as caught:
            call()
        assert caught.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_a_report_shows_the_chart_of_the_language_read(tmp_path: Path) -> None:
    titles = {"vi": ("Bất bình đẳng", "Inequality"), "en": ("Bất bình đẳng", "Inequality")}
    vi, en = (partial(_written, lang=lang, title=title) for lang, title in titles.items())
    section = Section(("Công bằng", "Equity"), picture=(vi, en))
    page = write_report(tmp_path, "report.html", ("T", "T"), ("T", "T"), [section], lang="vi").read_text(encoding="utf-8")
    shown = re.findall(r'<bdi lang="(\w+)"( hidden)?><img alt="" src="data:image/png;base64,([^"]+)"', page)
    assert [(lang, bool(hidden)) for lang, hidden, _ in shown] == [("vi", False), ("en", True)]
    assert [base64.b64decode(data) for *_, data in shown] == [
        (tmp_path / f"pictures/01_{lang}.png").read_bytes() for lang in ("vi", "en")
    ]
    assert shown[0][2] != shown[1][2]


def _written(path: Path, **options: Any) -> Path:
    return maps.lorenz_chart(ACCESS, PEOPLE, path, **options)
