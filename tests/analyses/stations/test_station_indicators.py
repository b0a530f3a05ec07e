"""Indicators of stations: an even plain in closed form, streets, ranges of displaced stations, refusals."""

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame

import analyses
from geo import PlanningDataError
from geo.movement import CrowFlies, Line, NearestEdge, Network, OnStreets, Timetable, Transport
from tests.analyses.stations.square_town import EAST_M, SOUTH_M, cells, streets_on_foot
from tests.ground import per_m2

SIDE, BLOCKS = 200.0, 21
NAMES = {"people": "people", "jobs": "jobs"}


GROUND = per_m2(EAST_M + 2_000, SOUTH_M + 2_000)


def at(*metres, accuracy_m=0.0):
    shapes = shapely.points([(EAST_M + x, SOUTH_M + y) for x, y in metres])
    index = pd.Index([f"S{n}" for n in range(len(shapes))], name="station_id")
    return GeoDataFrame({"accuracy_m": accuracy_m}, index=index, geometry=shapes, crs="EPSG:9210")


def plain(people=36.0, jobs=18.0, side_m=400.0, count=10):
    """4 km square, 16 ha a zone."""
    shapes = cells(side_m, count)
    return GeoDataFrame(
        {"people": people, "jobs": jobs}, index=[f"z{n:02d}" for n in range(len(shapes))], geometry=shapes, crs="EPSG:9210"
    )


@pytest.fixture(scope="module")
def town():
    """Blocks of 200 m on foot and a line every 10 minutes between two corners of the middle."""
    network = streets_on_foot(SIDE, BLOCKS)
    stops = pd.DataFrame({"x": [EAST_M + 1000, EAST_M + 3000], "y": SOUTH_M + 2000}, index=pd.Index(["w", "e"], name="stop_id"))
    line = Line("L", "L", ("w", "e"), (240,), ((6 * 3600, 10 * 3600, 600),))
    return Transport("town", network, NearestEdge(), OnStreets(network), Timetable.from_lines(stops, [line, line.back()]))


def test_an_even_plain_in_closed_form():
    table = analyses.tod_indicators(
        at((2000, 2000)), plain(), radius_m=1000, further=["jobs"], land_use=["people", "jobs"], **NAMES
    )
    row = table.loc["S0"]
    assert row["people_per_ha_p50"] == pytest.approx(36 / 16 / GROUND)
    assert row["jobs_per_ha_p50"] == pytest.approx(18 / 16 / GROUND)
    assert row["activity_mix_p50"] == pytest.approx(-(2 / 3 * np.log(2 / 3) + 1 / 3 * np.log(1 / 3)) / np.log(2))
    assert row["land_use_mix_p50"] == pytest.approx(row["activity_mix_p50"])
    assert row["job_housing_balance_p50"] == pytest.approx(1)
    assert row["people_walk_m_p50"] == pytest.approx(660, rel=1e-3)  # Σ (2r − 1)(r − ½) / 125 km over five rings, 667 over many
    assert row["covered_pct_p50"] == pytest.approx(100)
    assert all(row[f"{name}_p10"] == row[f"{name}_p90"] for name in ("people_per_ha", "people_walk_m"))
    assert table.index.name == "station_id"


def test_people_are_those_of_within_stops():
    zones = plain(people=np.random.default_rng(2).uniform(10, 90, 100))
    stops = at((1500, 2100), (2500, 1800), accuracy_m=[300.0, 450.0])
    ours = analyses.tod_indicators(stops, zones, radius_m=1000, draws=40, **NAMES)
    theirs = analyses.within_stops(stops, zones, ["people"], radii_m=[1000], draws=40)
    for percent in (10, 50, 90):
        people = ours[f"people_per_ha_p{percent}"].to_numpy() * np.pi * 100
        assert people == pytest.approx(theirs[f"people_p{percent}"].to_numpy()[:2], rel=5e-4)


def test_a_station_placed_too_badly_keeps_its_row_and_tells_nothing():
    table = analyses.tod_indicators(at((2000, 2000), (2000, 2000), accuracy_m=[501.0, 500.0]), plain(), draws=5, **NAMES)
    assert table["assessable"].tolist() == [False, True]
    assert table.filter(regex="_p[159]0$").loc["S0"].isna().all()
    assert table.filter(regex="_p[159]0$").loc["S1"].notna().all()


def test_design_and_service_on_streets(town):
    """200 m blocks: 25 junctions a km²; 6 departures an hour and direction; no line within 250 m of the other station."""
    table = analyses.tod_indicators(at((1000, 2000), (2000, 2000)), plain(), radius_m=600, transport=town, **NAMES)
    assert table["ped_shed_ratio_p50"].between(0.5, 2 / np.pi).all()
    assert table["junctions_per_km2_p50"].to_numpy() == pytest.approx(25, rel=0.6)
    assert table["trips_per_hour"].tolist() == pytest.approx([6, 0])
    assert table["lines"].tolist() == [1, 0]
    assert (table["jobs_within_45min"] <= 1800).all()
    areas = analyses.station_areas(at((1000, 2000), (2000, 2000)), transport=town, radius_m=[600], cell_m=50)
    assert table["ped_shed_ratio_p50"].tolist() == pytest.approx(areas["ped_shed_ratio"].tolist())
    circle = analyses.tod_indicators(at((1000, 2000)), plain(), radius_m=600, transport=town, method="crow_fly", **NAMES)
    assert "ped_shed_ratio_p50" not in circle


def test_a_transport_without_streets_on_foot_tells_its_detour_and_no_design():
    network = Network.from_edges([[0, 0], [1, 0]], "EPSG:9210", [0], [1], {"car": [1]})
    bare = Transport("bare", network, NearestEdge(), CrowFlies(1.25))
    row = analyses.tod_indicators(at((2000, 2000)), plain(), transport=bare, **NAMES).loc["S0"]
    assert row["people_walk_m_p50"] == pytest.approx(660, rel=1e-3)
    assert "junctions_per_km2_p50" not in row
    assert "lines" not in row


def test_nobody_round_a_station_is_no_density_no_mix_and_no_walk():
    zones = plain(people=np.where(np.arange(100) % 10 < 5, 50.0, 0.0), jobs=np.where(np.arange(100) % 10 < 5, 5.0, 0.0))
    row = analyses.tod_indicators(at((3300, 2000)), zones, radius_m=500, **NAMES).loc["S0"]
    assert row["people_per_ha_p50"] == row["activity_mix_p50"] == row["job_housing_balance_p50"] == 0
    assert np.isnan(row["people_walk_m_p50"])


def test_rows_in_any_order_give_the_same_bytes():
    zones = plain(people=np.random.default_rng(5).uniform(10, 90, 100))
    stops = at((1500, 2100), (2500, 1800), (3000, 3000), accuracy_m=[300.0, 450.0, 0.0])
    one = analyses.tod_indicators(stops, zones, draws=20, **NAMES)
    other = analyses.tod_indicators(stops.iloc[::-1], zones.iloc[::-1], draws=20, **NAMES)
    assert other.loc[one.index].equals(one)


def test_indicators_feed_the_index_and_the_classes():
    zones = plain(people=np.arange(100.0) + 1, jobs=200 - np.arange(100.0))
    table = analyses.tod_indicators(at((900, 900), (3000, 3000), (1000, 3000)), zones, radius_m=500, **NAMES)
    place = table[["people_per_ha_p50", "jobs_per_ha_p50"]]
    index = analyses.tod_index(place.join(table["people_walk_m_p50"]))
    assert index["tod_index"].between(0, 1).all()
    node = pd.DataFrame({"trips_per_hour": [4, 20, 10]}, index=table.index)
    assert analyses.node_place(node, place)["node_place_class"].notna().all()


STOP = at((2000, 2000))


@pytest.mark.parametrize(
    ("code", "stops", "zones", "options"),
    [
        ("E-STOP-01", STOP.drop(columns="accuracy_m"), plain(), {}),
        ("E-STOP-01", STOP.assign(accuracy_m=np.nan), plain(), {}),
        ("E-STOP-01", STOP.assign(accuracy_m=-1.0), plain(), {}),
        ("E-STOP-02", at((50_000, 0)), plain(), {}),
        ("E-IND-02", STOP, plain(people=-1.0), {}),
        ("E-IND-02", STOP, plain(people=np.nan), {}),
        ("E-IND-03", STOP, plain(), {"people": "peopel"}),
        ("E-IND-03", STOP, plain(), {"take": "half"}),
        ("E-IND-03", STOP, plain(), {"draws": 0}),
        ("E-IND-03", STOP, plain(), {"land_use": ["jobs"]}),
        ("E-BALANCE-04", STOP, plain(jobs=0.0), {}),
        ("E-POLY-01", STOP, plain().rename(index=lambda _: "z"), {}),
        ("E-POLY-04", STOP, pd.concat([plain(), plain(side_m=300, count=2).rename(index="x{}".format)]), {}),
        ("E-CRS-02", STOP.to_crs(4326), plain(), {}),
        ("E-CRS-02", STOP, plain().to_crs(32648), {}),
        ("E-ORIGIN-01", pd.concat([STOP, STOP]), plain(), {}),
        ("E-AREA-02", STOP, plain(), {"method": "network"}),
        ("E-AREA-03", STOP, plain(), {"radius_m": 0}),
    ],
)
def test_what_can_not_be_told_is_refused(code, stops, zones, options):
    with pytest.raises(PlanningDataError, match=code):
        analyses.tod_indicators(stops, zones, **{**NAMES, "draws": 2, **options})


def test_a_station_outside_the_zones_is_named():
    with pytest.raises(PlanningDataError, match=r"E-STOP-02.*Features: S1\."):
        analyses.tod_indicators(at((2000, 2000), (50_000, 0)), plain(), draws=2, **NAMES)
