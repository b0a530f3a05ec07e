"""Units, people, centres and gateways agree with what is published and with each other."""

import pytest
import shapely

import layers
from geo import PlanningDataError


def test_the_outlines_before_the_reform_are_one_coverage_without_overlap():
    assert shapely.coverage_is_valid(layers.units("2024").geometry.to_numpy())


def test_unit_areas_are_within_two_percent_of_the_published():
    units = layers.units("2024")
    assert ((units["mapped_area_ha"] / units["published_area_ha"] - 1).abs() < 0.02).all()


def test_units_before_are_superseded_and_those_after_are_not():
    assert set(layers.units("2024")["status"]) == {"superseded"}
    assert set(layers.units("2025")["status"]) == {"existing"}
    assert list(layers.units("2025").columns) == list(layers.units("2024").columns)


def test_an_unknown_vintage_is_refused():
    with pytest.raises(PlanningDataError, match="E-LAYER-03"):
        layers.units("2023")


def test_people_add_up_to_the_census():
    people = layers.population()
    assert people.loc[people["province"] == "Bình Dương", "population_2019_people"].sum() == 2_426_561
    assert people.loc[people["study_unit"] == "thu_duc", "population_2019_people"].sum() == 1_169_967
    assert (people["urban_2019_people"] + people["rural_2019_people"] == people["population_2019_people"]).all()


def test_every_study_unit_is_a_unit_and_holds_the_people_of_its_communes():
    people, units = layers.population(), layers.units("2024")
    inside = people[people["in_study_area"]]
    assert set(inside["study_unit"]) == set(units.index)
    assert (people.loc[~people["in_study_area"], "study_unit"] == "").all()
    sums = inside.groupby("study_unit")["population_2019_people"].sum()
    assert sums.to_dict() == units["population_2019_people"].to_dict()


def test_label_points_of_communes_lie_in_or_within_a_kilometre_of_their_unit():
    people, units = layers.population().query("in_study_area"), layers.units("2024")
    home = units.geometry.loc[people["study_unit"]].set_axis(people.index)
    assert people.geometry.distance(home).max() < 1_000


def test_every_unit_has_its_centre_near_or_inside():
    centres, units = layers.centres(), layers.units("2024")
    assert set(centres["study_unit"]) == set(units.index)
    home = units.geometry.loc[centres["study_unit"]].set_axis(centres.index)
    assert (centres.geometry.distance(home) <= centres["accuracy_m"]).all()


def test_gateways_name_the_south_and_the_north_end_of_the_axis():
    gateways = layers.gateways()
    assert gateways["direction"]["chon_thanh"] == "north"
    assert gateways["direction"]["suoi_tien"] == "south-east"
    assert {"airport", "seaport", "bus_terminal", "metro_terminal"} <= set(gateways["kind"])


def test_every_commune_of_the_study_area_went_somewhere_whole_or_in_parts():
    changes, people = layers.unit_changes(), layers.population()
    assert set(changes["commune_id"]) == set(people.index[people["in_study_area"]])
    parts = changes.groupby("commune_id").agg(rows=("share", "size"), whole=("whole", "sum"))
    assert ((parts["rows"] == 1) == (parts["whole"] == 1)).all()
    assert (changes["share"].isna() == ~changes["whole"]).all()


def test_the_new_units_come_from_the_old_ones_save_one_outside():
    known = set(layers.units("2025").index)
    assert set(layers.unit_changes()["unit_2025_id"]) - known == {"25351"}
    assert known <= set(layers.unit_changes()["unit_2025_id"])


def test_the_two_wards_of_the_capital_axis_carry_their_published_areas():
    areas = layers.units("2025")["published_area_ha"]
    assert areas["25760"] == 5815.7
    assert areas["25432"] == 12440
