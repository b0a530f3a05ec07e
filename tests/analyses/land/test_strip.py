"""A corridor laid straight: chainage, and land beside it counted by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, MultiLineString, Point, box

import analyses
import layers
from geo import METRIC, PlanningDataError, to_metric
from tests.ground import per_m2


def line(*xy: tuple[float, float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[LineString(xy or [(0, 0), (3_500, 0)])], crs=METRIC)


PARTS = gpd.GeoDataFrame(geometry=[MultiLineString([[(0, 0), (1, 1)]])], crs=METRIC)


def land(**shapes: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"land_use": list(shapes)}, geometry=list(shapes.values()), crs=METRIC)  # type: ignore[arg-type]


def test_stops_of_the_planned_line_lie_where_their_layer_says() -> None:
    stops = layers.stations("brt_newcity_suoitien")
    way = layers.brt_lines().loc[["brt_newcity_suoitien"]]
    found = analyses.along_line(to_metric(stops), to_metric(way), length_km=30.8)
    assert found.is_monotonic_increasing
    assert np.abs(found - stops["chainage_km"]).max() < 0.25  # the layer goes by published stretches
    assert found.iloc[0] == 0


def test_land_beside_a_line_by_hand() -> None:
    use = land(park=box(0, -100, 1_500, 100), homes=box(1_500, 0, 9_000, 500), far=box(0, 600, 10, 700))
    table = analyses.land_along(line(), use, beside_m=500, length_km=3.5)
    assert sorted(set(table["from_km"])) == [0, 1, 2, 3]
    assert table["to_km"].max() == 3.5
    share = table.set_index(["from_km", "land_use"])["share_pct"]
    assert share[0, "park"] == pytest.approx(20)  # 200 of 1,000 m across
    assert share[1, "park"] == pytest.approx(10)
    assert share[1, "homes"] == pytest.approx(25)
    assert share[3, "homes"] == pytest.approx(50)
    assert "far" not in set(table["land_use"])
    assert table.groupby("from_km")["share_pct"].sum().to_numpy() == pytest.approx(100)
    for middle, found in table.groupby(["from_km", "to_km"])["area_ha"].sum().items():
        km = middle[1] - middle[0]
        assert found == pytest.approx(100 * km * per_m2(500 * sum(middle), 0))


def test_kilometres_of_a_line_are_those_on_the_ground() -> None:
    table = analyses.land_along(line(), land(park=box(0, -100, 1_500, 100)))
    assert table["to_km"].max() == pytest.approx(3.5 * np.sqrt(per_m2(1_750, 0)))
    assert analyses.along_line(gpd.GeoDataFrame(geometry=[Point(3_500, 5)], crs=METRIC), line()).iloc[0] == table["to_km"].max()


def test_a_published_length_stretches_the_kilometres() -> None:
    table = analyses.land_along(line(), land(park=box(0, -100, 1_750, 100)), step_km=3.5, length_km=7)
    assert table[["from_km", "to_km"]].drop_duplicates().to_numpy().tolist() == [[0, 3.5], [3.5, 7]]
    assert set(table[table["from_km"] == 3.5]["land_use"]) == {"unclassified"}


@pytest.mark.parametrize(
    ("code", "arguments", "options"),
    [
        ("E-CRS-02", (line().to_crs("EPSG:32648"), land(a=box(0, 0, 1, 1))), {}),
        (
            "E-STRIP-01",
            (gpd.GeoDataFrame(geometry=[MultiLineString([[(0, 0), (1, 1)]])], crs=METRIC), land(a=box(0, 0, 1, 1))),
            {},
        ),
        ("E-STRIP-03", (line(), land(a=box(0, 0, 1, 1))), {"step_km": 0}),
        ("E-LAND-01", (line(), land(a=box(0, -900, 9_000, 900), b=box(0, -900, 9_000, 900))), {}),
    ],
)
def test_refused(code: str, arguments: tuple, options: dict) -> None:  # type: ignore[type-arg]
    with pytest.raises(PlanningDataError, match=code):
        analyses.land_along(*arguments, **options)


def test_stops_far_from_the_line_are_named() -> None:
    stops = gpd.GeoDataFrame(index=["near", "far"], geometry=[Point(5, 5), Point(0, 1_500)], crs=METRIC)
    with pytest.raises(PlanningDataError, match=r"E-STRIP-02.*far.*1500"):
        analyses.along_line(stops, line())
