"""Outlines of published size, and the land use they give."""

from itertools import combinations

import numpy as np
import pytest

import layers
from geo import area_ha
from layers.ground import PRIORITY


def test_every_outline_has_its_published_hectares_within_a_tenth():
    outlines = layers.outlines()
    assert len(outlines) == 9
    assert (area_ha(outlines) - outlines["published_area_ha"]).abs().max() < 0.1


@pytest.mark.parametrize(
    ("layer", "hectares"),
    [("new_city", 1000), ("complex", 4196), ("science_park", 1700), ("high_tech_park", 913)],
)
def test_the_founding_areas(layer, hectares):
    frame = layers.get(layer)
    assert frame["published_area_ha"].iloc[0] == hectares
    assert area_ha(frame).iloc[0] == pytest.approx(hectares, abs=0.1)


def test_the_complex_carries_its_published_parts():
    parts = layers.complex().iloc[0]
    assert (parts["industrial_ha"], parts["service_ha"], parts["urban_ha"]) == (1800, 612.7, 1662)


def test_the_urban_industrial_complexes():
    assert layers.urban_industrial_complexes()["published_area_ha"].to_dict() == {
        "bau_bang_complex": 2166,
        "becamex_binh_phuoc": 4633,
        "my_phuoc_complex": 3429,
    }


def test_the_science_park_is_a_search_area_and_says_so():
    park = layers.science_park().iloc[0]
    assert park["status"] == "planned"
    assert park["accuracy_m"] == 3500
    assert not park["site_published"]
    assert "not published" in park["source"]


def test_new_city_is_the_living_lab_and_lies_in_the_complex():
    city = layers.new_city()
    assert city["living_lab"].all()
    inside = city.intersection(layers.complex().geometry.iloc[0]).area / city.area
    assert inside.iloc[0] > 0.95


def test_industrial_parks_are_thirty_and_no_hectare_counts_twice():
    parks, outlines = layers.industrial_parks(), layers.outlines()
    assert len(parks) == 30
    assert set(parks["generation"]) == {"traditional", "combined_urban_service", "smart_green", "science_technology"}
    assert set(parks["part_of"]) - {""} <= set(outlines.index)
    inside = parks[parks["part_of"] != ""].groupby("part_of")["area_ha"].sum()
    assert (inside <= outlines.loc[inside.index, "published_area_ha"]).all()


def test_parks_with_an_outline_are_those_that_say_so():
    parks = layers.industrial_parks()
    outlined = layers.industrial_park_outlines()
    assert set(outlined.index) == set(parks.index[parks["has_outline"]])
    assert outlined["published_area_ha"].to_dict() == parks.loc[outlined.index, "area_ha"].to_dict()


def test_nobody_works_in_a_park_that_is_not_there_yet():
    parks = layers.industrial_parks()
    assert (parks.loc[parks["status"] == "planned", "workers_per_ha"] == 0).all()


def test_the_old_inner_parks_are_marked_for_conversion():
    parks = layers.industrial_parks()
    assert set(parks.index[parks["to_be_converted"]]) == {"binhan", "binhduong_anbinh", "tandonghiep_a", "tandonghiep_b"}


def test_land_use_is_a_partition():
    pieces = layers.land_use()
    overlap = [a.intersection(b).area for a, b in combinations(pieces.geometry, 2)]
    assert max(overlap) < 1e-3  # square metres
    assert set(pieces["land_use"]) == set(PRIORITY)
    assert np.isclose(pieces.area.sum(), pieces.union_all().area)


def test_the_complex_gives_way_to_new_city_in_land_use():
    pieces = layers.land_use()["mapped_area_ha"]
    assert pieces["new_city"] == pytest.approx(1000, abs=0.1)
    assert pieces["complex"] == pytest.approx(3195.8, abs=1)


def test_planned_ground_never_takes_from_what_exists():
    pieces, outlines = layers.land_use(), layers.outlines()
    firm = outlines[outlines["status"] == "existing"].union_all()
    kept = pieces[(pieces["status"] == "existing") & (pieces["source_layer"] == "outlines")].union_all()
    assert firm.difference(kept).difference(layers.waterways().buffer(151).union_all()).area < 1


def test_published_measures_cover_every_published_area_and_length():
    table = layers.published_measures()
    assert table.groupby("layer").size().to_dict() == {"corridor_segments": 3, "corridors": 11, "outlines": 9, "units": 12}
    areas = table[table["layer"] == "outlines"]
    assert (areas["published"] - areas["drawn"]).abs().max() < 0.1
    assert table.loc["corridors:metro_bd1", "deviation_pct"] == pytest.approx(-9.4, abs=0.05)
    assert table["deviation_pct"].isna().equals(table["covers"] != "")


def test_the_region_and_the_zone_are_drawn_from_units_and_hold_their_parts():
    region, units = layers.innovation_region().iloc[0], layers.units()
    assert region["mapped_area_ha"] == pytest.approx(units.loc[region["members"].split(";"), "mapped_area_ha"].sum(), rel=1e-4)
    assert region.geometry.contains(layers.science_park().geometry.iloc[0].centroid)
    assert region.geometry.contains(layers.new_city().geometry.iloc[0].centroid)
    zone = layers.smart_city_zone().iloc[0]
    assert zone["members"].split(";") == ["ben_cat", "di_an", "tan_uyen", "thu_dau_mot", "thuan_an"]
