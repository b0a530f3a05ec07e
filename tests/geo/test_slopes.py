from pathlib import Path

import numpy as np
import pytest
import rasterio
from geopandas import GeoDataFrame, points_from_xy
from rasterio.transform import from_origin
from shapely import LineString

from geo import PlanningDataError
from geo.movement import CLOSED, Network, closed, import_streets, people_cut_off, with_slopes
from geo.movement.hierarchy import has_hierarchy, hierarchy
from geo.movement.slopes import cycling_factor, walking_factor
from tests.geo.osm_text import write_osm

CRS = "EPSG:9210"
CORNER = np.array([600_000.0, 1_230_000.0])
CELL_M = 20.0
DATA = Path(__file__).parents[2].parent / "shared" / "data"
FLAT_DS = {"walk": 10_000, "bicycle": 2_400, "car": 1_000}


@pytest.fixture
def dem(tmp_path):
    """A raster of heights by a function of metres east and north of the corner, from -400 to 1600 m both ways."""

    def write(height, *, nodata=-9999.0, name="dem.tif", size=100, unit=None, **options):
        at = (np.arange(size) + 0.5) * CELL_M - 400
        values = np.broadcast_to(height(at[None, :], at[::-1, None]), (size, size))
        options = {
            "driver": "GTiff", "crs": CRS, "height": size, "width": size, "count": 1, "dtype": "float64", "nodata": nodata,
            "transform": from_origin(CORNER[0] - 400, CORNER[1] - 400 + size * CELL_M, CELL_M, CELL_M), **options,
        }  # fmt: skip
        path = tmp_path / name
        with rasterio.open(path, "w", **options) as file:
            file.write(values.astype(options["dtype"]), 1)
            if unit:
                file.units = [unit]
        return path

    return write


def street(*xy, table=None, ds=FLAT_DS):
    """One two-way street; arc 0 runs along the line, arc 1 against it."""
    line = LineString(np.array(xy or ((0, 0), (1000, 0)), float) + CORNER)
    frame = GeoDataFrame({"name": ["A", "A"], **(table or {})}, geometry=[line, line.reverse()], crs=CRS)
    ends = np.array([line.coords[0], line.coords[-1]])
    return Network.from_edges(ends, CRS, [0, 1], [1, 0], {mode: [value] * 2 for mode, value in ds.items()}, edges=frame)


def there_and_back(network, mode):
    return tuple(network.edges.ds[mode][np.argsort(~network.edges.along)].tolist())


def plane(grade):
    return lambda east, north: 50 + grade * east + 0 * north


def test_ten_percent_up_takes_toblers_time_and_down_the_flat_one(dem):
    network, report = with_slopes(street(), dem(plane(0.1)))
    assert there_and_back(network, "walk") == (14_191, 10_000)  # exp(0.35) = 1.41907; |-0.10 + 0.05| = 0.05 as on the flat
    assert report.longer_pct["walk"] == pytest.approx(50 * (np.exp(0.35) - 1))
    assert report.mean_grade_pct == pytest.approx(10)
    assert (report.climb_m, report.drop_m) == (pytest.approx(100), 0)
    assert report.without_heights_pct == 0
    assert "mean grade 10.0 %" in str(report)


@pytest.mark.parametrize(("grade", "climb_m", "drop_m"), [(0.01, 10, 0), (-0.01, 0, 10)])
def test_gentle_slopes_add_up_to_what_is_climbed_and_dropped(dem, grade, climb_m, drop_m):
    report = with_slopes(street(), dem(plane(grade)))[1]
    assert (report.climb_m, report.drop_m) == (pytest.approx(climb_m), pytest.approx(drop_m))
    assert (report.length_km, report.mean_grade_pct, report.steeper_pct) == (1, pytest.approx(1), 0)


def test_a_street_shorter_than_a_metre_climbs_as_well(dem):
    assert there_and_back(with_slopes(street((0, 0), (0.9, 0)), dem(plane(0.1)))[0], "walk") == (14_191, 10_000)


def test_five_percent_down_is_the_fastest_walk(dem):
    assert there_and_back(with_slopes(street(), dem(plane(-0.05)))[0], "walk")[0] == 8_395  # exp(-0.175) = 0.839457
    grades = np.linspace(-0.4, 0.4, 801)
    assert grades[walking_factor(grades).argmin()] == pytest.approx(-0.05)


def test_cycling_is_linear_in_the_grade_between_pushing_and_the_design_speed(dem):
    network, _ = with_slopes(street(), dem(plane(0.03)))
    assert there_and_back(network, "bicycle") == (round(2400 / (1 - 3 * 0.4002 / 6.01)), round(2400 / (1 + 3 * 0.2379 / 6.01)))
    assert cycling_factor(np.array([0.0, 0.3, -0.4])) == pytest.approx([1, 5, 6.01 * 3.6 / 35])


def test_nodes_and_arcs_of_the_search_get_the_times_of_the_edges(dem):
    network, _ = with_slopes(street(), dem(plane(0.1)))
    start, end = network.nodes([0, 1])
    assert network.ds["walk"][(network.tail == start) & (network.head == end)].tolist() == [14_191]
    assert network.ds["walk"][(network.tail == end) & (network.head == start)].tolist() == [10_000]


def test_a_flat_raster_leaves_every_time_as_it_was(dem):
    points = np.random.default_rng(1).uniform(-300, 1500, (60, 2))
    network = street(*points, ds={"walk": 12_347, "bicycle": 3, "car": 77})
    level, report = with_slopes(network, dem(lambda east, north: 123.456 + 0 * east * north))
    assert all(np.array_equal(level.ds[mode], network.ds[mode]) for mode in network.modes)
    assert all(np.array_equal(level.edges.ds[mode], network.edges.ds[mode]) for mode in network.modes)
    assert report.longer_pct == {"walk": 0, "bicycle": 0}


def test_a_hill_in_the_middle_of_a_long_segment_costs_both_ways_alike(dem):
    hill = dem(lambda east, north: np.maximum(0, 100 - 0.25 * np.abs(east - 500)) + 0 * north)
    network, report = with_slopes(street(), hill)
    for mode in ("walk", "bicycle"):
        there, back = there_and_back(network, mode)
        assert there == back > FLAT_DS[mode] * 1.1
    assert report.climb_m == pytest.approx(report.drop_m, abs=1e-6)
    assert report.climb_m > 90


def test_other_modes_and_what_was_prepared_for_them_stay(dem):
    network = street()
    prepared = {mode: hierarchy(network, mode) for mode in network.modes}
    sloped, report = with_slopes(network, dem(plane(0.1)), modes=["walk"])
    for mode in ("car", "bicycle"):
        assert there_and_back(sloped, mode) == (FLAT_DS[mode],) * 2
        assert hierarchy(sloped, mode) is prepared[mode]
    assert not has_hierarchy(sloped, "walk")
    assert list(report.longer_pct) == ["walk"]
    assert there_and_back(network, "walk") == (10_000, 10_000)


def test_closed_arcs_stay_closed(dem):
    sloped, report = with_slopes(closed(street(), [0], ["walk"]), dem(plane(0.1)))
    assert there_and_back(sloped, "walk") == (CLOSED, CLOSED)
    assert report.longer_pct["walk"] == 0


def test_missing_heights_are_level_and_counted(dem):
    half = dem(lambda east, north: np.where(east < 500, 0.1 * east, -9999.0) + 0 * north)
    network, report = with_slopes(street(), half)
    assert report.without_heights_pct == pytest.approx(50, abs=5.01)
    share = 1 - report.without_heights_pct / 100
    assert there_and_back(network, "walk")[0] == pytest.approx(10_000 * (1 + share * (np.exp(0.35) - 1)), abs=1)


def test_streets_beyond_the_raster_are_level_and_counted(dem):
    network, report = with_slopes(street((600, 0), (2600, 0)), dem(plane(0.1)))
    assert report.without_heights_pct == pytest.approx(50)
    # 20 pieces of 50 m with heights; in the last 10 m of the raster the last centre counts: 4 m up in 50 m
    assert there_and_back(network, "walk")[0] == pytest.approx(10_000 * (19 * np.exp(0.35) + np.exp(0.28) + 20) / 40, abs=1)


def test_a_bridge_runs_straight_between_its_ends(dem):
    gorge = dem(lambda east, north: np.where(np.abs(east - 500) < 300, 0.0, 80 + 0.02 * east) + 0 * north)
    for table in ({"bridge": [True, True]}, {"tunnel": ["yes", "yes"]}):
        network, report = with_slopes(street(table=table), gorge)
        assert there_and_back(network, "walk") == (round(10_000 * np.exp(0.07)), round(10_000 * np.exp(-0.07)))
        assert report.spanned_pct == 100
    for table in ({"bridge": [False, False]}, {"bridge": ["no", "no"]}, {"tunnel": [None, None]}, None):
        network, report = with_slopes(street(table=table), gorge)
        assert min(there_and_back(network, "walk")) > 11_000
        assert report.spanned_pct == 0


def test_a_ferry_does_not_climb(dem):
    assert there_and_back(with_slopes(street(table={"highway": ["ferry"] * 2}), dem(plane(0.1)))[0], "walk") == (10_000, 10_000)


def test_a_cliff_of_the_raster_is_cut_and_told(dem):
    network, report = with_slopes(street(), dem(lambda east, north: np.where(east < 500, 0.0, 3000.0) + 0 * north))
    assert 0 < report.steeper_pct <= 10
    assert max(there_and_back(network, "walk")) < 10_000 * (1 + 0.1 * walking_factor(np.array([0.5]))[0])


def test_heights_are_read_in_the_rasters_own_system(dem):
    degrees = dem(
        lambda east, north: 10 + 1000 * east / 2000 + 0 * north, crs="EPSG:4326", size=200,
        transform=from_origin(105.5, 11.6, 0.01, 0.01),
    )  # fmt: skip
    network, report = with_slopes(street((0, 0), (9000, 0)), degrees)
    assert report.climb_m == pytest.approx(9000 / 1093 * 10, rel=0.02)  # a cell is about 1,093 m wide here and 10 m higher
    assert there_and_back(network, "walk")[0] > there_and_back(network, "walk")[1]


def test_scaled_heights_are_unscaled(dem):
    path = dem(lambda east, north: 10 * (50 + 0.1 * east) + 0 * north, dtype="int32", nodata=-32768)
    with rasterio.open(path, "r+") as file:
        file.scales = [0.1]
    assert there_and_back(with_slopes(street(), path)[0], "walk")[0] == 14_191


def test_imported_streets_know_their_bridges(tmp_path):
    ways = ("way 1 11 12 bridge=viaduct", "way 2 12 13", "way 3 13 14 tunnel=yes")
    text = "\n".join(f"{way} highway=residential" for way in ways)
    network, _ = import_streets(write_osm(tmp_path / "a.osm", text), island_nodes=1)
    table = network.edges.table.set_index("osm_way_id")
    assert table["bridge"].to_dict() == {1: True, 2: False, 3: False}
    assert table["tunnel"].to_dict() == {1: False, 2: False, 3: True}


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("E-SLOPE-02", {"crs": None}),
        ("E-SLOPE-05", {"transform": from_origin(100_000, 900_000, 20, 20)}),
        ("E-SLOPE-06", {"unit": "ft"}),
    ],
)
def test_a_raster_that_would_be_silently_wrong_is_refused(dem, code, options):
    with pytest.raises(PlanningDataError, match=code):
        with_slopes(street(), dem(plane(0.1), **options))


def test_cells_that_look_missing_need_a_nodata_value(dem):
    with pytest.raises(PlanningDataError, match="E-SLOPE-03"):
        with_slopes(street(), dem(lambda east, north: np.where(east < 500, 1.0, -9999.0) + 0 * north, nodata=None))


def test_only_a_geotiff_is_opened(tmp_path):
    path = tmp_path / "x.tif"
    path.write_text('<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1"/></VRTDataset>')
    with pytest.raises(PlanningDataError, match="E-SLOPE-01"):
        with_slopes(street(), path)


def test_a_network_without_drawn_edges_and_a_mode_without_a_rule_are_refused(dem):
    path = dem(plane(0.1))
    bare = Network.from_edges([[0, 0], [1, 0]], CRS, [0], [1], {"walk": [5], "bicycle": [5]})
    with pytest.raises(PlanningDataError, match="E-SLOPE-04"):
        with_slopes(bare, path)
    with pytest.raises(PlanningDataError, match="E-SLOPE-07"):
        with_slopes(street(), path, modes=["car"])
    with pytest.raises(PlanningDataError, match="E-NET-08"):
        with_slopes(street(), path, modes=["train"])


@pytest.mark.skipif(not (DATA / "poa/poa_elevation.tif").is_file(), reason="the elevation of Porto Alegre is not here")
def test_the_hills_of_porto_alegre_lengthen_walks_plausibly():
    flat, _ = import_streets(DATA / "poa/poa_osm.pbf")
    hilly, report = with_slopes(flat, DATA / "poa/poa_elevation.tif")
    factor = hilly.ds["walk"] / flat.ds["walk"]
    assert (hilly.ds["walk"] > 0).sum() == (flat.ds["walk"] > 0).sum()
    assert np.isfinite(factor).all()
    assert 0 < report.longer_pct["walk"] < 20
    assert 0 < report.longer_pct["bicycle"] < 50
    assert report.without_heights_pct < 5
    assert 1 < report.mean_grade_pct < 8
    assert report.steeper_pct < 0.1
    assert all(np.array_equal(hilly.ds[mode], flat.ds[mode]) for mode in ("car", "motorbike", "truck"))


def villages():
    """Three streets that do not meet: the first has three nodes, the others two."""
    lines = [
        LineString(np.array(xy, float) + CORNER) for xy in ([(0, 0), (100, 0)], [(100, 0), (200, 0)], [(5000, 0), (5100, 0)])
    ]
    both = [shape for line in lines for shape in (line, line.reverse())]
    xy = np.array([[0, 0], [100, 0], [200, 0], [5000, 0], [5100, 0]]) + CORNER
    frame = GeoDataFrame({"name": ["s"] * 6}, geometry=both, crs=CRS)
    return Network.from_edges(xy, CRS, [0, 1, 1, 2, 3, 4], [1, 0, 2, 1, 4, 3], {"walk": [100] * 6}, edges=frame)


def test_people_on_islands_and_far_from_streets_are_cut_off():
    east, people = np.array([50, 150, 5050, 9000]), [60, 20, 15, 5]
    zones = GeoDataFrame(
        {"people": people, "none": 0}, geometry=points_from_xy(east + CORNER[0], np.full(4, CORNER[1] + 10)), crs=CRS
    )
    squares = zones.set_geometry(zones.buffer(20, cap_style="square")).to_crs("EPSG:4326")
    assert people_cut_off(villages(), "walk", squares, "people") == pytest.approx(0.20)
    assert people_cut_off(villages(), "walk", zones.iloc[:2], "people") == 0
    for column in ("none", "nobody", "geometry"):
        with pytest.raises(PlanningDataError, match="E-CUT-01"):
            people_cut_off(villages(), "walk", zones, column)
