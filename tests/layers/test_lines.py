"""Corridors: what is published, what is drawn, what may be used for travel time."""

import numpy as np
import pytest

import layers
from geo import length_km


def test_there_are_50_lines_of_seven_modes():
    modes = layers.corridors()["mode"].value_counts().to_dict()
    assert modes == {"road": 33, "rail": 4, "metro": 4, "waterway": 4, "expressway": 3, "brt": 1, "axis": 1}


@pytest.mark.parametrize(
    ("line", "published", "deviation"),
    [
        ("brt_newcity_suoitien", 30.8, -4.0),
        ("metro_bd1", 29.01, -9.4),
        ("metro_bd1_2026", 31.6, -16.8),
        ("metro_bd2", 23.3, -20.8),
        ("ring3_bd", 26.6, -13.7),
        ("ring4_bd", 47.85, -5.1),
        ("exp_hcm_tdm_ct", 59.4, -7.4),
        ("rail_anbinh_baubang", 52.25, -9.3),
    ],
)
def test_a_published_length_is_the_travel_length_and_the_drawn_one_deviates(line, published, deviation):
    row = layers.corridors().loc[line]
    assert row["length_km_published"] == row["travel_length_km"] == published
    assert row["deviation_pct"] == deviation


@pytest.mark.parametrize("line", ["metro_hcmc1", "rail_dian_locninh"])
def test_a_published_length_that_covers_something_else_is_not_used(line):
    row = layers.corridors().loc[line]
    assert row["length_covers"]
    assert row["travel_length_km"] == row["length_km_drawn"]
    assert np.isnan(row["deviation_pct"])


def test_every_line_has_a_travel_length_near_its_drawn_one():
    lines = layers.corridors()
    assert ((lines["travel_length_km"] / lines["length_km_drawn"]).between(1, 1.3)).all()
    assert (length_km(lines) - lines["length_km_drawn"]).abs().max() < 0.0051


def test_ids_named_by_lines_are_lines():
    lines = layers.corridors()
    for column in ("interchanges_with", "shared_with", "superseded_by"):
        named = {one for text in lines[column] if text for one in text.split(";")}
        assert named
        assert named <= set(lines.index), column


def test_expressways_say_where_they_may_be_entered():
    assert (layers.expressways()["interchanges_with"] != "").all()


def test_the_metro_plan_of_2026_supersedes_the_one_of_2025_and_covers_the_brt_link():
    lines = layers.corridors()
    assert lines["status"]["metro_bd1"] == "superseded"
    assert lines["superseded_by"]["metro_bd1"] == lines["superseded_by"]["brt_newcity_suoitien"] == "metro_bd1_2026"
    assert lines["status"]["brt_newcity_suoitien"] == lines["status"]["metro_bd1_2026"] == "planned"


def test_what_is_superseded_says_by_what():
    lines = layers.corridors()
    assert (lines.loc[lines["status"] == "superseded", "superseded_by"] != "").all()


def test_lines_of_mixed_status_are_told_apart_by_their_stretches():
    lines, stretches = layers.corridors(), layers.corridor_segments()
    assert set(stretches["corridor_id"]) == set(lines.index[lines["status"] == "mixed"])
    assert stretches["assumed_status"].to_dict() == {
        "ring3_bd_1": "existing",
        "ring3_bd_2": "under_construction",
        "ring4_bd_1": "planned",
    }
    drawn = stretches.groupby("corridor_id")["length_km_drawn"].sum()
    assert (drawn - lines.loc[drawn.index, "length_km_drawn"]).abs().max() < 0.02


def test_commercial_speeds_are_a_range_below_the_top_speed():
    lines = layers.corridors().dropna(subset="commercial_speed_low_kmh")
    assert (lines["commercial_speed_low_kmh"] < lines["commercial_speed_high_kmh"]).all()
    brt = lines.loc["brt_newcity_suoitien"]
    assert (brt["commercial_speed_low_kmh"], brt["commercial_speed_high_kmh"]) == (18, 28)
    metro = lines.dropna(subset="top_speed_kmh")
    assert (metro["commercial_speed_high_kmh"] < metro["top_speed_kmh"]).all()


def test_families_of_roads():
    roads = layers.roads()
    assert set(layers.belt_roads().index) == {"ring3_bd", "ring4_bd", "vo_chi_cong"}
    assert set(layers.belt_roads().index) | set(layers.avenues().index) <= set(roads.index)
    assert not set(layers.expressways().index) & set(roads.index)


def test_rivers_have_a_width_and_nothing_else_has():
    lines = layers.corridors()
    assert lines["width_m"].notna().equals(lines["mode"] == "waterway")
    assert layers.waterways()["width_m"].to_dict() == {
        "river_be": 80,
        "river_dongnai": 300,
        "river_saigon": 200,
        "river_thitinh": 40,
    }
