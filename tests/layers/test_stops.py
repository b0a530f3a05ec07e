"""Stations and buses."""

import numpy as np
import pytest

import layers
from geo import PlanningDataError


@pytest.mark.parametrize(
    ("line", "count", "synthetic"),
    [
        ("brt_newcity_suoitien", 12, 5),
        ("metro_bd1", 19, 19),
        ("metro_bd1_2026", 17, 17),
        ("metro_bd2", 13, 13),
        ("metro_hcmc1", 14, 0),
        ("rail_anbinh_baubang", 10, 8),
        ("rail_dian_locninh", 9, 8),
        ("rail_north_south", 6, 1),
    ],
)
def test_a_line_has_its_stations_in_order_and_says_which_are_placeholders(line, count, synthetic):
    stations = layers.stations(line)
    assert list(stations["stop_sequence"]) == list(range(1, count + 1))
    assert stations["synthetic"].sum() == synthetic


def test_stations_of_a_line_share_its_status_and_plan():
    stations, lines = layers.stations(), layers.corridors()
    for column in ("status", "plan_basis", "superseded_by", "mode"):
        assert (stations[column] == lines.loc[stations["line_id"], column].to_numpy()).all(), column


def test_placeholders_are_never_called_accurate():
    stations = layers.stations()
    assert stations.loc[stations["synthetic"], "accuracy_m"].min() >= 1_500


def test_placeholders_of_the_metro_plans_are_evenly_spaced_along_the_line():
    for line in ("metro_bd1_2026", "metro_bd2"):
        track = layers.corridors().geometry[line]
        along = np.array([track.project(point) for point in layers.stations(line).geometry])
        assert (layers.stations(line).distance(track) < 10).all()
        gaps = np.diff(along)
        assert gaps.max() - gaps.min() < 25  # positions are stored to four decimals
        assert along[0] < 10
        assert track.length - along[-1] < 10


def test_stations_lie_on_their_line_within_the_accuracy_of_both():
    stations = layers.stations()
    lines = layers.corridors().loc[stations["line_id"]].set_axis(stations.index)
    off = stations.distance(lines.geometry)
    assert (off <= stations["accuracy_m"] + lines["accuracy_m"]).all()


def test_a_line_without_stations_is_refused_with_the_nearest_name():
    with pytest.raises(PlanningDataError, match=r"E-LAYER-02.*brt_newcity_suoitien"):
        layers.stations("brt_newcity_suoitiem")


def test_stations_of_the_modes_make_up_all_stations():
    parts = [*layers.brt_stops().index, *layers.metro_stations().index, *layers.rail_stations().index]
    assert sorted(parts) == list(layers.stations().index)


def test_the_buses_of_2018_run_as_their_timetable_says():
    lines = layers.bus_lines()
    assert len(lines) == 14
    assert lines["line"].nunique() == 8
    assert lines["trips_a_day"].sum() == 154
    brisk = lines.loc["kaze_51_0"]
    assert (brisk["trips_a_day"], brisk["running_min"], brisk["first_departure"], brisk["last_departure"]) == (
        25,
        44,
        "06:00",
        "17:00",
    )
    assert brisk["length_km_drawn"] == pytest.approx(16.4, abs=0.1)


def test_every_bus_line_has_its_stops_in_order():
    stops, lines = layers.bus_stops(), layers.bus_lines()
    assert len(stops) == 323
    for line, group in stops.groupby("line_id"):
        assert list(group["stop_sequence"]) == list(range(1, lines["stops"][line] + 1))


def test_the_catalogue_says_what_the_bus_layer_lacks():
    assert "61-77 and 171" in layers.catalogue().loc["bus_lines", "accuracy_note"]
