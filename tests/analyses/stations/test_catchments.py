import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame

import analyses
from geo import PlanningDataError
from tests.ground import per_m2


def town(accuracy_m=0.0, places=((5000, 5000),)):
    cells = [shapely.box(x, y, x + 1000, y + 1000) for x in range(0, 10_000, 1000) for y in range(0, 10_000, 1000)]
    zones = GeoDataFrame({"people": 1000.0}, index=range(100), geometry=cells, crs="EPSG:9210")
    stops = GeoDataFrame(
        {"accuracy_m": accuracy_m}, index=list("abc"[: len(places)]), geometry=shapely.points(places), crs="EPSG:9210"
    )
    return stops, zones


def test_an_exact_stop_counts_the_people_of_its_circle():
    stops, zones = town()
    row = analyses.within_stops(stops, zones, ["people"], radii_m=[500], draws=3).iloc[0]
    assert row["people_p10"] == row["people_p90"] == pytest.approx(np.pi * 0.25 * 1000, rel=2e-4)


def test_a_stop_worse_than_half_the_radius_is_not_assessable():
    stops, zones = town(accuracy_m=251.0)
    table = analyses.within_stops(stops, zones, ["people"], draws=20).set_index(["stop_id", "radius_m"])
    assert not table.loc[("a", 500), "assessable"]
    assert np.isnan(table.loc[("a", 500), "people_p50"])
    assert table.loc[("a", 1000), "assessable"]


def test_the_range_holds_the_truth_where_people_are_uneven():
    stops, zones = town(accuracy_m=250.0)
    zones["people"] = np.where(zones.geometry.centroid.x < 5000, 2000.0, 0.0)
    row = analyses.within_stops(stops, zones, ["people"], radii_m=[1000], draws=400).iloc[0]
    truth = np.pi * 1000
    assert row["people_p10"] < truth < row["people_p90"]
    assert row["people_p90"] - row["people_p10"] > 0.1 * truth


def test_overlapping_circles_count_once_in_the_total():
    stops, zones = town(places=((5000, 5000), (5000, 5000)))
    table = analyses.within_stops(stops, zones, ["people"], radii_m=[500], draws=2)
    assert table.iloc[-1]["stop_id"] == "all"
    assert table.iloc[-1]["people_p50"] == pytest.approx(table.iloc[0]["people_p50"])


def test_hectares_by_class_and_unclassified_fill_the_circle():
    stops, _ = town()
    land = GeoDataFrame({"land_use": ["industrial"]}, geometry=[shapely.box(0, 0, 5000, 10_000)], crs="EPSG:9210")
    row = analyses.land_within_stops(stops, land, radii_m=[1000], draws=2).iloc[0]
    assert row["industrial_ha_p50"] == pytest.approx(row["unclassified_ha_p50"])
    assert row["industrial_ha_p50"] + row["unclassified_ha_p50"] == pytest.approx(np.pi * 100 * per_m2(5_000, 5_000), rel=2e-4)


def test_overlapping_land_use_is_refused():
    stops, _ = town()
    twice = [shapely.box(0, 0, 9000, 9000)] * 2
    with pytest.raises(PlanningDataError, match="E-LAND-01"):
        analyses.land_within_stops(stops, GeoDataFrame({"land_use": ["a", "b"]}, geometry=twice, crs="EPSG:9210"), draws=2)


def test_frames_in_different_systems_are_refused():
    stops, zones = town()
    with pytest.raises(PlanningDataError, match="E-CRS-02"):
        analyses.within_stops(stops.to_crs(4326), zones, ["people"])


def test_the_same_seed_gives_the_same_numbers():
    stops, zones = town(accuracy_m=200.0)
    one, other = (analyses.within_stops(stops, zones, ["people"], draws=50) for _ in range(2))
    assert one.equals(other)
