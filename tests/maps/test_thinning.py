"""Large layers: every feature shown, or counted, and never without a word."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
import shapely.affinity

import geo
import maps
from geo import PlanningDataError
from maps import thinning
from maps.thinning import FEATURES, fitted
from tests.maps.block_reader import unpacked


def points(count: int, **columns: object) -> gpd.GeoDataFrame:
    draw = np.random.default_rng(3)
    places = gpd.points_from_xy(draw.uniform(106.5, 107, count), draw.uniform(11, 11.5, count))
    return gpd.GeoDataFrame(geometry=places, crs=4326).assign(**columns)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rules at a hundredth of the size."""
    for name in ("DIRECT", "SIMPLIFIED", "POINTS", "VERTICES", "CELLS"):
        monkeypatch.setattr(thinning, name, getattr(thinning, name) // 100)


@pytest.mark.usefixtures("small")
def test_what_fits_stays_as_it_is() -> None:
    frame = points(3_000, jobs=1.0)
    fit = fitted(frame, "jobs")
    assert fit.frame is frame
    assert fit.notes == (thinning.ROUNDED,)
    assert fitted(frame[:200], "jobs").notes == ()


@pytest.mark.usefixtures("small")
def test_hexagons_keep_every_feature_and_every_job() -> None:
    draw = np.random.default_rng(4)
    frame = points(3_100, jobs=draw.integers(0, 50, 3_100).astype(float), kind=draw.choice(["a", "b"], 3_100))
    for column in ("jobs", "kind", None):
        fit = fitted(frame, column)
        assert fit.hexagons
        assert fit.frame[FEATURES].sum() == 3_100
        assert len(fit.frame) <= 200
        assert "3.100 đối tượng là quá nhiều" in fit.notes[0].vi
    assert fitted(frame, "jobs").frame["jobs"].sum() == frame["jobs"].sum()
    found = fitted(frame, "jobs").frame
    inside = gpd.sjoin(frame, found[["geometry"]]).groupby("hexagon_id")["jobs"].sum()  # a cell holds what lies in it
    assert inside.to_dict() == found["jobs"].to_dict()


@pytest.mark.usefixtures("small")
def test_shares_are_averaged_and_missing_ones_left_out() -> None:
    frame = points(3_100, slope_pct=np.r_[np.nan, np.inf, np.full(3_098, 4.0)])
    fit = fitted(frame, "slope_pct")
    assert set(fit.frame["slope_pct"].dropna()) == {4.0}
    assert fit.notes[0].en.endswith("value: mean.")


@pytest.mark.usefixtures("small")
def test_every_mark_takes_too_many_features_and_says_so() -> None:
    many = points(3_100, jobs=1.0, kind="a")
    lines = many.set_geometry([shapely.LineString([(p.x, p.y), (p.x + 0.01, p.y)]) for p in many.geometry], crs=4326)
    areas = many.set_geometry([shapely.box(p.x, p.y, p.x + 0.001, p.y + 0.001) for p in many.geometry], crs=4326)
    shown = (maps.points(many), maps.points(many, "jobs"), maps.lines(lines, "jobs"), maps.choropleth(areas, "jobs"))
    shown = (maps.points(many), maps.points(many, "jobs"), maps.lines(lines, "jobs"), maps.choropleth(areas, "jobs"))
    for mark in (*shown, maps.outlines(areas)):
        head, data = unpacked(mark.block)
        assert head["kind"] == "polygon"
        assert len(mark.notes) == 1
        at = next(at for at, column in enumerate(head["columns"]) if column["column"] == FEATURES)
        assert sum(data[f"c{at}"]) == 3_100


@pytest.mark.usefixtures("small")
def test_simplified_shapes_stay_within_the_tolerance_they_name() -> None:
    angle = np.linspace(0, 2 * np.pi, 80)
    centres = points(400)
    ring = 0.003 * np.column_stack([np.cos(angle), np.sin(angle)])
    shapes = [shapely.affinity.translate(shapely.Polygon(ring), p.x, p.y) for p in centres.geometry]
    frame = centres.set_geometry(shapes, crs=4326)
    fit = fitted(frame, None)
    assert fit.notes
    assert not fit.hexagons
    metres = float(fit.notes[0].en.split(" off by ")[1].split()[0])
    apart = shapely.hausdorff_distance(fit.frame.geometry.to_numpy(), geo.to_metric(frame).geometry.to_numpy())
    assert 0 < apart.max() <= metres
    assert shapely.get_num_coordinates(fit.frame.geometry.to_numpy()).sum() <= thinning.VERTICES


def test_more_than_a_page_can_hold_is_refused_where_nothing_stands_for_it(zones: gpd.GeoDataFrame) -> None:
    with pytest.raises(PlanningDataError, match="E-MAP-04"):
        maps.labels(points(20_001, name="x"), "name")
    assert maps.choropleth(zones, "jobs").notes == ()
