"""Door-to-door times over the region: held to what drivers know, and to what must be true of any travel time."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame, points_from_xy

import analyses
import layers
from geo import METRIC, WGS84, PlanningDataError, to_wgs84
from layers.strategic import rules

DAY, PEAK, NIGHT = (analyses.Departure(time) for time in ("10:00", "07:00", "22:00"))
STREET_MODES = ("bicycle", "car", "motorbike", "truck")
MODES = (*STREET_MODES, "walk", "transit")
PLACE_OF = {  # names of [known] → where they are
    "suoi_tien_terminal": ("gateways", "suoi_tien"),
    "thu_duc_centre": ("centres", "thu_duc"),
    "chon_thanh": ("centres", "chon_thanh"),
    "stip_baubang": ("science_park", "science_park"),
    "dc_di_an": ("centres", "di_an"),
    "tsn_airport": ("gateways", "tan_son_nhat"),
    "dc_tan_uyen": ("centres", "tan_uyen"),
}
PLANNED_ROADS = ("exp_hcm_tdm_ct", "long_thanh_airport_link", "ring3_bd", "ring4_bd")
PLANNED_LINES = ("brt_newcity_suoitien", "metro_bd1_2026", "metro_bd2", "rail_anbinh_baubang")
every_mode = pytest.mark.parametrize("mode", MODES)


@pytest.fixture(scope="module")
def today():
    return layers.transport()


@pytest.fixture(scope="module")
def centres():
    return layers.centres()


@pytest.fixture(scope="module")
def zones():
    return layers.zones()


@pytest.fixture(scope="module")
def some(zones):
    """Every twentieth zone."""
    return zones.iloc[::20]


def minutes(transport, origins, destinations=None, **given):
    return analyses.travel_times(transport, origins, destinations, **{"limit_min": 400, **given}).at()


@pytest.mark.parametrize("name", rules()["known"])
def test_a_drive_from_new_city_takes_as_long_as_drivers_know(name, today, centres):
    low, high = rules()["known"][name]
    layer, place = PLACE_OF[name]
    found = minutes(today, centres.loc[["new_city"]], layers.get(layer).loc[[place]], mode="car", departure=DAY)
    assert low <= found.item() <= high


@pytest.mark.parametrize("mode", ["car", "motorbike", "truck"])
def test_every_centre_is_reached_from_every_other(mode, today, centres):
    found = minutes(today, centres, mode=mode)
    assert np.isfinite(found).all()
    apart = ~np.eye(len(centres), dtype=bool)
    assert found[apart].min() > 5
    assert found.max() < 240


@pytest.fixture(scope="module")
def pairs(today, centres):
    """The corridor table of every pair of centres by car."""
    ends = itertools.combinations(centres.index, 2)
    tables = [analyses.corridor_times(today, centres.loc[list(pair)], modes=["car"], departure=DAY) for pair in ends]
    return pd.concat(tables, ignore_index=True)


def test_no_way_between_two_centres_is_a_long_way_round(pairs):
    assert len(pairs) == 13 * 12 / 2
    assert pairs["detour"].between(1, 1.6).all(), pairs.nlargest(5, "detour")


def test_the_table_of_a_corridor_and_the_matrix_tell_the_same_minutes(pairs, today, centres):
    matrix = pd.DataFrame(minutes(today, centres, mode="car", departure=DAY), centres.index, centres.index)
    found = np.array([matrix.loc[row.from_id, row.to_id] for row in pairs.itertuples()])
    assert np.abs(found - pairs["travel_time_min"]).max() < 1e-4
    assert pairs["mean_speed_kmh"].between(18, 70).all()


def test_a_road_is_as_long_there_as_back(today, some, centres):
    there, back = minutes(today, some, centres, mode="car"), minutes(today, centres, some, mode="car")
    assert np.array_equal(there, back.T)


@pytest.mark.parametrize("mode", ["car", "motorbike", "truck"])
def test_the_peak_is_never_faster_than_the_day_nor_the_day_than_the_night(mode, today, some, centres):
    peak, day, night = (minutes(today, some, centres, mode=mode, departure=leaves) for leaves in (PEAK, DAY, NIGHT))
    assert (peak >= day).all()
    assert (day >= night).all()
    assert np.nanmean(peak - day) > 1


@pytest.mark.parametrize("roads", [*((road,) for road in PLANNED_ROADS), PLANNED_ROADS], ids=" ".join)
@pytest.mark.parametrize("mode", ["car", "motorbike"])
def test_a_planned_road_that_opens_makes_nobody_slower(roads, mode, today, zones, centres):
    opened = layers.transport(planned=roads)
    before, after = (minutes(transport, zones, centres, mode=mode, departure=DAY) for transport in (today, opened))
    assert (after <= before).all()


@pytest.mark.parametrize(("road", "mode"), [("exp_hcm_tdm_ct", "car"), ("ring3_bd", "car"), ("ring4_bd", "motorbike")])
def test_a_planned_road_is_of_use_to_somebody(road, mode, today, zones, centres):
    opened = layers.transport(planned=[road])
    before, after = (minutes(transport, zones, centres, mode=mode, departure=DAY) for transport in (today, opened))
    assert (after < before - 1).sum() > 100


def test_an_expressway_is_of_no_use_to_motorbikes(today, some, centres):
    opened = layers.transport(planned=["exp_hcm_tdm_ct"])
    assert np.array_equal(minutes(opened, some, centres, mode="motorbike"), minutes(today, some, centres, mode="motorbike"))


@pytest.mark.parametrize("line", PLANNED_LINES)
def test_a_planned_line_makes_no_trip_to_a_centre_slower(line, today, zones, centres):
    opened = layers.transport(planned=[line])
    before, after = (minutes(transport, zones, centres, limit_min=180) for transport in (today, opened))
    assert (after <= before).all()
    stations = layers.stations(line)
    before, after = (minutes(transport, zones, stations, limit_min=180) for transport in (today, opened))
    assert (after <= before).all()
    assert (after < before - 5).sum() > 500


def test_transit_is_never_slower_than_walking_all_the_way(today, some, centres):
    walked, ridden = (minutes(today, some, centres, limit_min=240, mode=mode) for mode in ("walk", "transit"))
    assert np.isfinite(walked).any()
    assert (ridden <= walked + 1 / 60).all()  # links of transit are rounded up to whole seconds


def test_a_longer_window_of_percentiles_rises(today, centres):
    leaves = analyses.Departure(percentiles=(1, 25, 50, 75, 100))
    found = analyses.travel_times(today, layers.metro_stations().iloc[:8], centres, departure=leaves, limit_min=240).minutes
    assert np.isfinite(found).any()
    assert (found[:-1] <= found[1:]).all()


@every_mode
def test_the_same_bytes_whatever_the_threads_and_the_order_of_origins(mode, today, some, centres):
    shuffled = some.sample(frac=1, random_state=3)
    assert not shuffled.index.equals(some.index)
    one = minutes(today, some, centres, mode=mode, threads=1, limit_min=180)
    shared = [minutes(today, some, centres, mode=mode, threads=threads, limit_min=180) for threads in (2, 4, 8)]
    other = analyses.travel_times(today, shuffled, centres, mode=mode, limit_min=180)
    assert all(one.tobytes() == found.tobytes() for found in shared)
    back = other.at()[other.origins.get_indexer(some.index)]
    assert one.tobytes() == back.tobytes()


@every_mode
def test_nobody_needs_time_to_be_where_he_is(mode, today, centres):
    assert (np.diag(minutes(today, centres, mode=mode)) == 0).all()


@every_mode
def test_polygons_stand_for_their_centre(mode, today, some, centres):
    points = some.set_geometry(some.centroid)
    assert np.array_equal(minutes(today, some, centres, mode=mode), minutes(today, points, centres, mode=mode))


def test_a_bent_polygon_stands_for_a_place_inside_it(today):
    x, y = 605_000, 1_223_000
    horseshoe = shapely.box(x, y, x + 3000, y + 3000) - shapely.box(x + 300, y + 300, x + 2700, y + 3000)
    bent = GeoDataFrame(index=["bent"], geometry=[horseshoe], crs=METRIC)
    inside = bent.set_geometry(bent.representative_point())
    assert not horseshoe.contains(horseshoe.centroid)
    assert minutes(today, bent, inside, mode="walk").item() == 0


def test_places_may_come_in_any_coordinate_system(today, centres):
    here, there = (minutes(today, frame, mode="car") for frame in (centres, to_wgs84(centres)))
    assert np.abs(here - there).max() < 0.01


@pytest.fixture
def lost():
    """One place in the sea, one on the other side of the earth, one in New City."""
    places = points_from_xy([107.6, -77.0, 106.6822], [9.5, -12.0, 11.0562])
    return GeoDataFrame(index=["sea", "lima", "new_city"], geometry=places, crs=WGS84)


@pytest.mark.parametrize("mode", [*STREET_MODES, "transit"])
def test_a_place_that_joins_nothing_is_told_with_its_reason_and_the_rest_is_computed(mode, lost, today, centres):
    found = analyses.travel_times(today, lost, centres, mode=mode, limit_min=180)
    assert np.isinf(found.at()[:2]).all()
    assert np.array_equal(found.at()[2:], minutes(today, lost.iloc[2:], centres, mode=mode, limit_min=180))
    assert np.isfinite(found.at()[2]).sum() > 1
    assert found.joined.index.equals(lost.index)
    assert (found.joined["reason"].iloc[:2] != "").all()
    assert found.joined["reason"].iloc[2] == ""
    as_destination = minutes(today, centres, lost, mode=mode, limit_min=180)
    assert np.isinf(as_destination[:, :2]).all()


@every_mode
def test_a_limit_cuts_what_takes_longer_and_changes_nothing_else(mode, today, some, centres):
    whole, cut = (minutes(today, some, centres, mode=mode, limit_min=limit) for limit in (150, 40))
    assert np.array_equal(np.where(whole <= 40, whole, np.inf), cut)
    assert 0 < np.isfinite(cut).sum() < np.isfinite(whole).sum()


def test_walking_takes_the_stated_detour_at_the_stated_speed(today):
    apart = GeoDataFrame(index=["a", "b"], geometry=points_from_xy([605_000, 606_000], [1_223_000, 1_223_000]), crs=METRIC)
    detour = rules()["walking"]["detour"]
    for kmh in (3.0, 4.8, 6.0):
        found = minutes(today, apart, mode="walk", walk_speed_kmh=kmh)
        assert abs(found[0, 1] - detour * 1 / kmh * 60) < 0.01


def test_a_pair_that_is_near_needs_no_main_road(today):
    apart = GeoDataFrame(index=["a", "b"], geometry=points_from_xy([605_000, 605_600], [1_223_000, 1_223_000]), crs=METRIC)
    local = rules()["local"]
    assert minutes(today, apart, mode="car", departure=DAY)[0, 1] <= 0.6 * local["detour"] / local["speed_kmh"]["car"] * 60 + 0.01


@pytest.mark.parametrize("mode", STREET_MODES)
def test_no_mode_beats_the_crow_at_expressway_speed(mode, today, some, centres):
    crow_km = np.array([some.centroid.distance(end) for end in centres.geometry]).T / 1000
    assert (minutes(today, some, centres, mode=mode, departure=NIGHT) >= crow_km / 120 * 60 - 0.01).all()


def test_trucks_are_not_faster_than_cars(today, some, centres):
    car, truck = (minutes(today, some, centres, mode=mode) for mode in ("car", "truck"))
    assert (truck >= car).all()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"mode": "carr"}, r"E-MODE-01.*car"),
        ({"limit_min": 0}, "E-LIMIT-01"),
        ({"limit_min": np.inf}, "E-LIMIT-01"),
        ({"limit_min": np.nan}, "E-LIMIT-01"),
    ],
)
def test_a_wrong_question_is_refused(given, code, today, centres):
    with pytest.raises(PlanningDataError, match=code):
        analyses.travel_times(today, centres, **given)


def test_origins_without_id_place_or_coordinate_system_are_refused(today, centres):
    twice = centres.iloc[[0, 1, 1]]
    nowhere = centres.set_geometry([shapely.Point(), *centres.geometry[1:]])
    bare = GeoDataFrame(index=["a"], geometry=points_from_xy([106.7], [11.0]))
    for wrong, code in ((twice, "E-ORIGIN-01.*bau_bang"), (nowhere, "E-ORIGIN-02.*bac_tan_uyen"), (bare, "E-CRS-01")):
        with pytest.raises(PlanningDataError, match=code):
            analyses.travel_times(today, wrong, centres, mode="car")


def test_transit_without_lines_is_refused_and_streets_still_serve(today, centres):
    without = replace(today, timetable=None)
    assert np.array_equal(minutes(without, centres, mode="car"), minutes(today, centres, mode="car"))
    with pytest.raises(PlanningDataError, match="E-MODE-01"):
        analyses.travel_times(without, centres, mode="transit")


def test_a_corridor_of_one_place_is_refused(today, centres):
    with pytest.raises(PlanningDataError, match="E-CORR-01"):
        analyses.corridor_times(today, centres.iloc[:1])


def test_the_sections_of_a_corridor_are_in_order_and_close_with_the_whole(today, centres):
    places = centres.loc[["thu_duc", "new_city", "chon_thanh"]]
    table = analyses.corridor_times(today, places, modes=["motorbike"], departure=DAY)
    assert list(zip(table["from_id"], table["to_id"], strict=True)) == [
        ("thu_duc", "new_city"),
        ("new_city", "chon_thanh"),
        ("thu_duc", "chon_thanh"),
    ]
    first, second, whole = table["travel_time_min"]
    assert whole <= first + second
    ways = analyses.corridor_ways(today, places, mode="motorbike", departure=DAY)
    assert ways.crs == METRIC
    assert (ways.length / 1000 < table["distance_km"].iloc[:2] * 1.05).all()
