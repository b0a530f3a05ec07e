"""Quiet context, and what a page looks at."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

import layers
import maps
from maps import background, style


def test_context_falls_back_to_what_there_is() -> None:
    assert background.background() == []
    roles = [layer.role for layer in background.background(waterways=layers.waterways())]
    assert roles == ["ground", "borders"]


def test_borders_lie_over_areas_and_under_lines(zones: gpd.GeoDataFrame, corridors: gpd.GeoDataFrame) -> None:
    areas, lines = maps.choropleth(zones, "jobs"), maps.lines(corridors)
    order = background.in_context((areas, lines), "vi")
    at = {role: [number for number, layer in enumerate(order) if layer.role == role] for role in ("ground", "borders", "names")}
    assert max(at["ground"]) < order.index(areas) < min(at["borders"])
    assert max(at["borders"]) < order.index(lines) < min(at["names"])


def test_place_names_are_short_enough_for_a_map() -> None:
    names = background.short_names(layers.centres())
    assert names.loc["new_city", ["name_vi", "name_en"]].tolist() == ["Thành phố mới", "New City"]
    assert not names["name_vi"].str.contains(r"[()]|^Huyện|^TP\.").any()
    assert (names["name_vi"].str.len() > 0).all()


def test_orientation_is_given_by_roads_that_exist() -> None:
    roads = background.main_roads(layers.roads())
    assert len(roads) < len(layers.roads())
    assert set(roads["status"]) <= {"existing", "mixed"}


def test_a_page_looks_at_its_areas_and_else_at_the_region(zones: gpd.GeoDataFrame) -> None:
    far = gpd.GeoDataFrame(geometry=[shapely.LineString([(104, 9), (108, 13)])], crs=4326)
    assert np.allclose(background.focus([maps.choropleth(zones, "jobs"), maps.lines(far)]), zones.total_bounds)
    assert background.focus([maps.lines(far)]) == background.HOME
    assert background.focus([]) == background.HOME


@pytest.mark.parametrize(
    ("columns", "marks"),
    [
        ({"status": ["existing", "planned", "under_construction"]}, [0, style.PLANNED, style.BUILDING]),
        ({"status": ["concept", "superseded", None]}, [style.PLANNED, style.SUPERSEDED, 0]),
        ({"accuracy_m": [999.0, 1000.0, np.nan]}, [0, style.SCHEMATIC, 0]),
        ({"accuracy_m": [5000.0, 5000.0, 10.0], "schematic": [False, True, None]}, [0, style.SCHEMATIC, 0]),
        ({"accuracy_m": [10.0, 10.0, 5000.0], "synthetic": [True, False, False]}, [style.SCHEMATIC, 0, style.SCHEMATIC]),
        ({"note": ["a", "b", "c"]}, [0, 0, 0]),
    ],
)
def test_certainty_is_read_from_status_and_accuracy(columns: dict[str, list[object]], marks: list[int]) -> None:
    frame = gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy([0, 0, 0], [0, 0, 0]), crs=4326)
    assert style.marks(frame).tolist() == marks
