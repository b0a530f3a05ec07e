"""What the files told stays with the transport: streets, islands and who lives on them, slopes, notes of feeds."""

import zipfile
from dataclasses import replace

import pytest
from geopandas import GeoDataFrame, points_from_xy

import layers
from geo import PlanningDataError
from geo.movement import Reports
from tests.geo.osm_text import write_osm

GRID = [[10 * row + column for column in range(7)] for row in range(7)]
TOWN = "\n".join(
    f"way {number} {' '.join(map(str, refs))} highway=residential"
    for number, refs in enumerate([*GRID, *zip(*GRID, strict=True), (98, 99)], start=1)
)
FEED = {
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\na,A,11.1,106.6\nb,B,11.1,106.608\nc,C,11.1,106.604\n",
    "routes.txt": "route_id,route_type\nr,3\n",
    "trips.txt": "route_id,service_id,trip_id\nr,s,t\nr,s,lonely\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt,8:00:00,8:00:00,a,1\nt,8:10:00,8:10:00,b,2\n"
    "lonely,9:00:00,9:00:00,c,1\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "s,1,1,1,1,1,1,1,20260101,20261231\n",
}


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    with zipfile.ZipFile(folder / "bus.zip", "w") as feed:
        for name, text in FEED.items():
            feed.writestr(name, text)
    osm = write_osm(folder / "town.osm", TOWN)
    network_of = {"osm": osm, "gtfs": folder / "bus.zip", "date": "2026-11-23"}
    return layers.transport(**network_of)


def people(*rows):
    lon, lat, count = zip(*rows, strict=True)
    return GeoDataFrame({"people": count}, geometry=points_from_xy(lon, lat), crs="EPSG:4326")


def test_streets_and_feeds_tell_what_was_doubtful(town):
    assert town.reports.streets.counts["nodes"] == 49
    assert any("1 trips with fewer than two stops" in note for note in town.reports.feeds)
    told = str(town.reports)
    assert "islands closed to walk: 1" in told
    assert "feed bus.zip: 1 trips with fewer than two stops are left out" in told


def test_islands_are_points_and_their_people_a_share(town):
    assert set(town.reports.islands()["mode"]) == {"walk", "bicycle", "car", "motorbike", "truck"}
    zones = people((106.603, 11.103, 30), (106.6085, 11.109, 10))  # the second stands by the island, 300 m and more from the rest
    table = town.cut_off(zones, "people")
    assert table["islands"].tolist() == [1] * 5
    assert table.loc["walk", "islands_km"] == pytest.approx(0.10926, rel=1e-3)
    assert table.loc["walk", "people_cut_off_pct"] == 0  # within 1,600 m of the streets that are left
    far = people((106.603, 11.103, 30), (106.63, 11.109, 10))
    assert town.cut_off(far, "people")["people_cut_off_pct"].tolist() == [25.0] * 5


def test_a_mode_without_islands_has_none(town):
    streets = town.reports.streets
    reports = Reports(replace(streets, islands=streets.islands.query("mode != 'car'")))
    table = reports.cut_off(town.streets, people((106.603, 11.103, 30)), "people")
    assert table.loc["car", ["islands", "islands_km"]].tolist() == [0, 0]
    assert table.loc["walk", "islands"] == 1


def test_a_scenario_carries_the_reports_on(town):
    after = layers.Scenario("slow", [layers.ChangeRoadSpeed(classes=("residential",), factor=0.5)]).apply(town)
    assert after is not town
    assert after.reports is town.reports


def test_slopes_are_told_beside_the_streets(tmp_path):
    import numpy as np  # noqa: PLC0415
    import rasterio  # noqa: PLC0415
    from rasterio.transform import from_bounds  # noqa: PLC0415

    osm, dem = write_osm(tmp_path / "town.osm", TOWN), tmp_path / "dem.tif"
    shape = {"driver": "GTiff", "width": 20, "height": 20, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    with rasterio.open(dem, "w", transform=from_bounds(106.59, 11.09, 106.62, 11.12, 20, 20), **shape) as raster:
        raster.write(np.full((20, 20), 7, np.float32), 1)
    reports = layers.transport(osm=osm, elevation=dem).reports
    assert reports.slopes.raster == "dem.tif"
    assert reports.slopes.mean_grade_pct == 0
    assert "dem.tif" in str(reports)
    assert reports.feeds == ()


def test_no_files_no_reports():
    region = layers.transport()
    assert str(region.reports) == str(Reports()) == "no files were read"
    assert region.reports.islands().empty
    with pytest.raises(PlanningDataError, match="E-CUT-02"):
        region.cut_off(layers.zones(), "population_2019_people")
