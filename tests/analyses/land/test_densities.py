"""Densities by hand on the ground, and faults of the ground itself."""

import geopandas as gpd
import pytest
import shapely

import analyses
import geo
import layers
from geo import PlanningDataError
from tests.ground import per_m2

X, Y = 600_000, 1_220_000
ZONES = gpd.GeoDataFrame(
    {"people": [200, 0], "jobs": [50, 10], "floor_area_m2": [40_000.0, 0], "built_up_ha": [1.0, 0.5]},
    geometry=[shapely.box(X, Y, X + 200, Y + 100), shapely.box(X + 200, Y, X + 300, Y + 100)],
    index=["a", "b"],
    crs="EPSG:9210",
)


def test_densities_by_hand():
    found = analyses.land_densities(ZONES, ["people", "jobs", "floor_area_m2", "built_up_ha"])
    assert found.table.columns.tolist() == ["people_per_ha", "jobs_per_ha", "floor_area_ratio", "built_up_pct", "area_ha"]
    expected = [[100, 25, 2, 50, 2], [0, 10, 0, 50, 1]]
    assert found.table.to_numpy().tolist() == [pytest.approx(row, rel=1e-3) for row in expected]
    assert found.table["area_ha"].tolist() == geo.area_ha(ZONES).tolist()
    assert found.faults.empty


def test_ground_counted_twice_is_told():
    over = ZONES.set_geometry([ZONES.geometry.iloc[0], shapely.box(X + 150, Y, X + 300, Y + 100)])
    found = analyses.land_densities(over, ["people"])
    assert found.faults[["kind", "zone_ids"]].to_numpy().tolist() == [["overlap", ("a", "b")]]
    assert found.faults["area_m2"].iloc[0] == pytest.approx(5_000 * per_m2(X + 175, Y + 50))


def test_densities_of_the_region_give_its_people_back():
    zones = layers.zones(resolution=7)
    found = analyses.land_densities(zones, ["population_2019_people", "jobs"])
    people = found.table["population_2019_people_per_ha"] * found.table["area_ha"]
    assert people.sum() == pytest.approx(zones["population_2019_people"].sum(), rel=1e-12)
    assert found.faults[found.faults["kind"] == "overlap"]["area_m2"].sum() < 1


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: analyses.land_densities(ZONES, ["peple"]), "E-DENSITY-03 .*people"),
        (lambda: analyses.land_densities(ZONES, []), "E-DENSITY-03"),
        (lambda: analyses.land_densities(ZONES.assign(people=[-1, 0]), ["people"]), "E-DENSITY-02"),
        (lambda: analyses.land_densities(ZONES.rename({"b": "a"}), ["people"]), "E-POLY-01 .*\\ba\\b"),
        (lambda: analyses.land_densities(ZONES.to_crs("EPSG:4326"), ["people"]), "E-CRS-02"),
    ],
)
def test_what_has_no_density_is_refused(ask, code):
    with pytest.raises(PlanningDataError, match=code):
        ask()
