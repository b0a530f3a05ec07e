"""Growth of land against people, and open space, by hand."""

import numpy as np
import pytest
from geopandas import GeoDataFrame
from shapely import LineString, box

import analyses
from geo import METRIC, PlanningDataError

X, Y = 600_000.0, 1_220_000.0


def frame(*shapes, **columns):
    return GeoDataFrame(columns, geometry=list(shapes), crs=METRIC)


def square(west, south, east, north):
    return box(X + west, Y + south, X + east, Y + north)


def test_land_that_doubles_while_people_grow_by_e():
    found = analyses.land_consumption(100, 200, 1000, 1000 * np.e, years=10)
    assert found["lcr_pct"] == pytest.approx(10)
    assert found["pgr_pct"] == pytest.approx(10)
    assert found["lcrpgr"] == pytest.approx(1)
    assert found["built_m2_per_person_before"] == 1000
    assert found["built_per_person_change_pct"] == pytest.approx(100 * (2 / np.e - 1))


def test_people_who_neither_grow_nor_shrink_give_no_ratio():
    found = analyses.land_consumption(100, 200, 1000, 1000, years=10)
    assert np.isnan(found["lcrpgr"])
    assert analyses.land_consumption(100, 200, 1000, 900, years=10)["lcrpgr"] < 0


@pytest.mark.parametrize("given", [(0, 1, 1, 1), (1, 1, 0, 1), (1, np.nan, 1, 1), (1, 1, 1, -1)])
def test_areas_and_people_must_be_above_nothing(given):
    with pytest.raises(PlanningDataError, match="E-GROW-01"):
        analyses.land_consumption(*given, years=10)
    with pytest.raises(PlanningDataError, match="E-GROW-01"):
        analyses.land_consumption(1, 1, 1, 1, years=0)


def test_parks_and_streets_inside_the_city_count_once():
    city = frame(square(0, 0, 1000, 1000))
    parks = frame(square(0, 0, 100, 1000), square(50, 0, 100, 1000), square(-500, 0, 0, 1000))
    street = frame(LineString([(X - 100, Y + 500), (X + 1100, Y + 500)]), width_m=[20.0])
    found = analyses.open_space_share(city, parks, street)
    assert found["open_space_pct"] == pytest.approx(10, rel=1e-4)
    assert found["street_pct"] == pytest.approx(100 * 900 * 20 / 1e6, rel=1e-4)
    assert found["sdg_11_7_1_pct"] == pytest.approx(11.8, rel=1e-4)
    assert found["built_up_ha"] == pytest.approx(100, rel=1e-3)
    drawn = analyses.open_space_share(city, parks, frame(square(-100, 490, 1100, 510)))
    assert drawn["sdg_11_7_1_pct"] == pytest.approx(found["sdg_11_7_1_pct"])


def test_streets_without_a_width_and_other_crs_are_refused():
    city, line = frame(square(0, 0, 10, 10)), LineString([(X, Y), (X + 10, Y)])
    for street in (frame(line), frame(line, width_m=[np.nan]), frame(line, width_m=[0.0])):
        with pytest.raises(PlanningDataError, match="E-OPEN-01"):
            analyses.open_space_share(city, city, street)
    with pytest.raises(PlanningDataError, match="E-CRS-02"):
        analyses.open_space_share(city, city.set_crs(3857, allow_override=True), city)
