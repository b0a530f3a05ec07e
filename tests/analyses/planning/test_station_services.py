"""Who round a station is within reach of services: shares by hand, today and planned, by street and crow-fly, or no answer."""

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame

import analyses
import layers
from analyses.planning.station_areas_drawn import SheetRules
from analyses.planning.station_services import SITES
from geo import PlanningDataError
from geo.movement import NearestEdge, OnStreets, Transport
from tests.analyses.stations.square_town import EAST_M, SOUTH_M, streets_on_foot

CRS = "EPSG:9210"
OLD, NEW = (layers.planning_norms(day) for day in ("2026-11-22", "2027-01-01"))
FEW = SheetRules(draws=40)
PRESCHOOL, STOP = "qcvn01_2021_unit_preschool", "qcvn01_2021_city_stop_walk"


def box(west, south, east, north):
    return shapely.box(EAST_M + west, SOUTH_M + south, EAST_M + east, SOUTH_M + north)


def point(x, y):
    return shapely.Point(EAST_M + x, SOUTH_M + y)


def stops(*places, accuracy_m=0.0):
    shapes = [point(x, y) for x, y in places or [(6000, 6000)]]
    return GeoDataFrame({"accuracy_m": accuracy_m}, geometry=shapes, index=[f"S{at}" for at in range(len(shapes))], crs=CRS)


def data(buildings=None):
    """10,000 people a km² everywhere."""
    zones = GeoDataFrame({"people": [1.44e6], "jobs": 0.0}, geometry=[box(0, 0, 12_000, 12_000)], crs=CRS)
    return analyses.SheetData(zones, people={"today": "people"}, jobs={"today": "jobs"}, buildings=buildings)


def sites(*rows):
    """Each a service, a place and what differs from a well-known place of today."""
    usual = {"level": "unit", "area_m2": 0.0, "accuracy_m": np.nan, "planned": False, "stop_id": ""}
    told = [{**usual, "service": service, **more} for service, _, more in rows]
    frame = GeoDataFrame(told, geometry=[point(*place) for _, place, _ in rows], crs=CRS)
    return frame if rows else GeoDataFrame({name: [] for name in SITES}, geometry=[], crs=CRS)


def found(at, where=None, norms=OLD, held=None, **options):
    result = analyses.station_coverage(stops() if where is None else where, held or data(), norms, at, **options)
    return result.table.set_index(["stop_id", "planning_norm_id", "state"]), result.cells


def test_shares_are_those_of_circles_by_hand():
    school, later = ("preschool", (6000, 6000), {}), ("preschool", (7000, 6000), {"planned": True})
    table, cells = found(sites(school, later))
    now, planned = (table.loc[("S0", PRESCHOOL, state)] for state in ("today", "planned"))
    assert now[["crow_pct_p10", "crow_pct_p50", "crow_pct_p90"]].tolist() == pytest.approx([25] * 3, abs=0.6)
    lens = shapely.intersection(shapely.Point(0, 0).buffer(1000, 64), shapely.Point(1000, 0).buffer(500, 64)).area
    assert planned["crow_pct_p50"] == pytest.approx(25 + 100 * lens / (np.pi * 1e6), abs=0.8)
    assert now[["sites", "radius_m", "rule"]].tolist() == [1, 500, "QCVN 01:2021/BXD"]
    assert np.isnan(now["street_pct_p50"])
    assert np.isnan(now["households_crow_pct_p50"])
    assert not table["verified"].any()
    assert set(cells[f"{PRESCHOOL}_today"]) == {"crow_only", "beyond"}
    within = cells[f"{PRESCHOOL}_planned"] == "crow_only"
    assert 100 * cells.loc[within, "people"].sum() / cells["people"].sum() == pytest.approx(planned["crow_pct_p50"], abs=0.2)
    assert cells["people"].sum() == pytest.approx(10_000 * np.pi, rel=0.01)


def test_a_stop_of_the_line_moves_with_its_station_and_a_place_that_stays_gives_a_range():
    own = ("stops", (6000, 6000), {"planned": True, "stop_id": "S0"})
    other = ("stops", (6900, 6000), {})
    vague = stops(accuracy_m=400.0)
    table, _ = found(sites(own), vague, rules=FEW)
    moved = table.loc[("S0", STOP, "planned")]
    assert moved[["crow_pct_p10", "crow_pct_p90"]].tolist() == pytest.approx([25, 25], abs=0.8)
    assert table.loc[("S0", STOP, "today"), "reason_en"] == "no data"
    both, _ = found(sites(own, other), vague, rules=FEW)
    today, planned = (both.loc[("S0", STOP, state)] for state in ("today", "planned"))
    assert today["crow_pct_p10"] < today["crow_pct_p50"] < today["crow_pct_p90"]
    assert planned["crow_pct_p50"] > max(today["crow_pct_p50"], 25)
    two = stops((6000, 6000), (6800, 6000), accuracy_m=[0.0, 300.0])  # the neighbour's stop is displaced, this station is not
    near, _ = found(sites(("stops", (6800, 6000), {"planned": True, "stop_id": "S1"})), two, rules=FEW)
    assert near.loc[("S0", STOP, "planned"), "crow_pct_p10"] < near.loc[("S0", STOP, "planned"), "crow_pct_p90"]

    far = stops((6000, 6000), (7510, 6000), accuracy_m=[0.0, 500.0])  # as drawn too far to serve anybody here
    some, _ = found(sites(("stops", (7510, 6000), {"planned": True, "stop_id": "S1"})), far, rules=FEW)
    assert some.loc[("S0", STOP, "planned"), ["crow_pct_p10", "crow_pct_p50"]].tolist() == [0, 0]
    assert some.loc[("S0", STOP, "planned"), "crow_pct_p90"] > 0


def test_what_can_not_be_told_says_why_and_is_never_zero():
    vague = ("preschool", (6000, 6000), {"accuracy_m": 251.0})
    table, _ = found(sites(vague))
    assert table.loc[("S0", PRESCHOOL, "today"), "reason_en"] == "a site is placed ± 251 m only"
    assert table.loc[("S0", PRESCHOOL, "today"), "reason_vi"] == "cơ sở chỉ biết vị trí ± 251 m"
    away = ("preschool", (9000, 6000), {"accuracy_m": 700.0})  # 1,000 + 500 + 2 × 700 m do not reach the circle
    table, _ = found(sites(away))
    assert table.loc[("S0", PRESCHOOL, "today"), "crow_pct_p50"] == 0  # the data holds one, not here
    assert table.loc[("S0", "qcvn01_2021_unit_primary", "today"), "reason_en"] == "no data"
    lost, cells = found(sites(("preschool", (6000, 6000), {})), stops(accuracy_m=501.0), rules=FEW)
    assert set(lost["reason_en"]) == {"the station's place is schematic"}
    assert lost["crow_pct_p50"].isna().all()
    assert cells.empty
    far = (60_000, 6000)
    alone, nobody = found(sites(("preschool", far, {})), stops(far))
    assert alone.loc[("S0", PRESCHOOL, "today"), "reason_en"] == "nobody lives in the circle"
    assert np.isnan(alone.loc[("S0", PRESCHOOL, "today"), "crow_pct_p50"])
    assert nobody.empty
    city = ("hospital", (6000, 6000), {"level": "city", "accuracy_m": 700.0})
    newer, _ = found(sites(city), norms=NEW)
    assert newer.loc[("S0", "qcvn01_2026_city_health_city", "today"), "crow_pct_p50"] == 100  # of 2,000 m, known well enough
    assert newer.loc[("S0", "qcvn01_2026_city_health_city", "today"), "accuracy_m"] == 700


def test_the_size_of_a_park_tells_its_radius():
    large, small = (("green", (7500, 6000), {"level": "city", "area_m2": m2}) for m2 in (60_000.0, 20_000.0))
    circles = [shapely.Point(1500, 0).buffer(radius, 64) for radius in (2000, 800)]  # 2,000 m from 5 ha on
    by_hand = [100 * shapely.intersection(shapely.Point(0, 0).buffer(1000, 64), one).area / (np.pi * 1e6) for one in circles]
    shares = [
        found(sites(one), norms=NEW)[0].loc[("S0", "qcvn01_2026_city_green_public_city", "today"), "crow_pct_p50"]
        for one in (large, small)
    ]
    assert shares == pytest.approx(by_hand, abs=0.8)


def test_households_of_buildings_are_counted_where_they_stand():
    shapes = [box(x, 6000, x + 10, 6010) for x in (6100, 6450, 6550, 7200)]
    houses = GeoDataFrame({"households": [3, 5, 8, 100]}, geometry=shapes, crs=CRS)
    table, _ = found(sites(("preschool", (6000, 6000), {})), held=data(houses))
    assert table.loc[("S0", PRESCHOOL, "today"), "households_crow_pct_p50"] == pytest.approx(50)  # 8 of 16, the last is outside


def test_by_street_fewer_are_within_reach_and_a_moving_stop_walks_too():
    network = streets_on_foot(100.0, 36, low_m=4250)
    city = Transport("blocks", network, NearestEdge(), OnStreets(network))
    at = sites(("preschool", (6050, 6050), {}), ("stops", (6000, 6000), {"planned": True, "stop_id": "S0"}))
    table, cells = found(at, streets=city, cell_m=100.0)
    school = table.loc[("S0", PRESCHOOL, "today")]
    assert school["street_pct_p50"] == pytest.approx(100 * 61 / len(cells))  # cells whose way is at most five blocks
    assert school["crow_pct_p50"] == pytest.approx(25, abs=1.5)
    assert set(cells[f"{PRESCHOOL}_today"]) == {"street", "crow_only", "beyond"}
    stop = table.loc[("S0", STOP, "planned")]
    assert 5 < stop["street_pct_p50"] < stop["crow_pct_p50"]


def test_what_are_no_sites_or_norms_is_refused():
    good = sites(("preschool", (6000, 6000), {}))
    for code, call in (
        ("E-SHEET-07", lambda: found(good.drop(columns="stop_id"))),
        ("E-SHEET-05", lambda: found(good, norms=OLD.drop(columns="radius_m"))),
        ("E-NORM-05", lambda: found(good, city_class="VI")),
        ("E-CRS-02", lambda: found(good.to_crs("EPSG:32648"))),
        ("E-NORM-04", lambda: found(good, cell_m=0.0)),
    ):
        with pytest.raises(PlanningDataError) as caught:
            call()
        assert caught.value.code == code
