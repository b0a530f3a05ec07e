"""Strange layers give a right page or a clear error, never an empty map."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import maps
from geo import PlanningDataError

PAINTED = (
    "Innoregion.maps[0]._inno.filter((l) => l.options.role === 'data').map((l) => { const c = l._base,"
    " d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;"
    " for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; })"
)
LONG = "Tiêu đề rất dài " * 32
EMOJI = "Dân số 👩‍👩‍👧‍👦 🏙️ (ước tính)"


def cases(zones: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    point = shapely.Point(106.6, 11.0)
    return {
        "no number at all": zones.assign(jobs=np.nan),
        "no text at all": zones.assign(jobs=pd.Series([None] * 30, dtype=object)),
        "all unreached": zones.assign(jobs=np.inf),
        "one class": zones.assign(jobs=7),
        "one feature": zones.iloc[:1],
        "huge and tiny": zones.assign(jobs=np.geomspace(1e-9, 1e12, 30)),
        "negative": zones.assign(jobs=-np.arange(1.0, 31)),
        "other CRS": zones.to_crs("EPSG:32648"),
        "empty and missing shapes": zones.set_geometry([None, shapely.Polygon(), *zones.geometry[2:]], crs=4326),
        "height in the shapes": zones.set_geometry(shapely.force_3d(zones.geometry.to_numpy(), 9.0), crs=4326),
        "a metre across": zones.iloc[:1].set_geometry([point.buffer(0.000005)], crs=4326),
        "nullable numbers": zones.assign(jobs=pd.array([None, *range(29)], dtype="Int64")),
        "same index twice": zones.set_axis([0] * 30, axis=0),
        "multi index": zones.set_axis(pd.MultiIndex.from_product([range(5), range(6)]), axis=0),
        "a category": zones.assign(jobs=pd.Categorical(["a", "b"] * 15)),
        "big integers": zones.assign(jobs=np.arange(30) + 2**53),
    }


@pytest.mark.parametrize("title", ["T", LONG, EMOJI], ids=["plain", "500 characters", "emoji"])
def test_strange_layers_give_a_page_that_shows_something(
    zones: gpd.GeoDataFrame, title: str, show: Callable[..., Any], tmp_path: Path
) -> None:
    frames = cases(zones)
    chosen = frames if title == "T" else {"one class": frames["one class"]}
    marks = [maps.choropleth(frame, "jobs", title=f"{title} {name}") for name, frame in chosen.items()]
    for at, mark in enumerate(marks):
        if len(mark.frame) == 1:
            continue
        assert mark.look.codes(mark.frame).size == len(mark.frame), at
    page = maps.page(title, *marks, background=False)
    shown = show(maps.save(page, tmp_path / "a.html"), width=390 if title != "T" else 1000)
    painted = shown.tab.evaluate(PAINTED)
    assert len(painted) == len(chosen)
    assert min(painted) > 0, dict(zip(chosen, painted, strict=True))
    assert shown.texts("h1") == [title] or shown.texts("h1") == [title.strip()]
    assert shown.tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert shown.noise == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda z: z.iloc[:0], "E-MAP-01"),
        (lambda z: z.set_geometry([None] * 30, crs=4326), "E-MAP-01"),
        (lambda z: z.set_crs(None, allow_override=True), "E-CRS"),
        (lambda z: z.set_geometry([shapely.GeometryCollection([s]) for s in z.geometry], crs=4326), "E-MAP-03"),
        (lambda z: z.set_geometry(z.translate(600_000, 1_200_000)).set_crs(4326, allow_override=True), "E-MAP-16"),
        (lambda z: z.set_geometry(z.translate(1e300)).set_crs(4326, allow_override=True), "E-MAP-16"),
        (lambda z: z.drop(columns="jobs"), "E-MAP-02"),
    ],
    ids=["empty", "no shapes", "no CRS", "collections", "metres as degrees", "not a place", "no column"],
)
def test_layers_that_can_not_be_shown_are_refused_by_name(
    zones: gpd.GeoDataFrame, change: Callable[[Any], Any], code: str
) -> None:
    with pytest.raises(PlanningDataError, match=code) as caught:
        maps.page("T", maps.choropleth(change(zones), "jobs"))
    assert caught.value.mend
