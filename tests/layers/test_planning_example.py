"""The worked example of a plan: made by its generator, believable, and faulty where it says so."""

import layers
from geo import area_ha
from tests.layers.make_planning_example import EXISTING, PEOPLE, ROOT, files

EXAMPLE = layers.planning_example()


def test_the_files_are_what_the_generator_writes():
    made = files()
    folder = ROOT / "layers" / "data" / "planning"
    assert {path.name for path in folder.glob("example_*")} == set(made)
    for name, text in made.items():
        assert (folder / name).read_text(encoding="utf-8") == text, name
    assert sum(len(text) for text in made.values()) < 300_000


def test_it_is_a_valid_plan_of_61_000_people_and_says_that_it_is_an_example():
    assert (EXAMPLE.people, EXAMPLE.existing_people) == (PEOPLE, EXISTING) == (61_000, 8_200)
    assert EXAMPLE.plan["people"].sum() == 61_000
    for frame in (EXAMPLE.plan, EXAMPLE.status, EXAMPLE.boundary, EXAMPLE.services):
        assert frame.index.is_unique
        assert frame.is_valid.all()
        assert frame.crs == layers.new_city().crs
    assert EXAMPLE.plan["name_vi"].str.endswith("(ví dụ)").all()
    assert EXAMPLE.plan["name_en"].str.endswith("(example)").all()
    assert EXAMPLE.services["name_en"].str.endswith("(example)").all()
    assert 600 < area_ha(EXAMPLE.boundary).iloc[0] < 700
    assert EXAMPLE.boundary.distance(layers.new_city().union_all()).iloc[0] < 5_000
    assert "walk" in EXAMPLE.streets.modes


def test_its_layer_names_are_those_of_the_circular_but_for_one():
    told = layers.drawing_layers(EXAMPLE.plan["class_id"])
    assert set(EXAMPLE.plan.loc[told["class_id"] == "", "class_id"]) == {"QHDH_DAT_THUNGHIEM"}
    assert set(told["stage"]) == {"long_term"}
    codes = set(layers.land_status_codes("2026-11-22")["code"])
    assert set(EXAMPLE.status["class_id"]) <= codes
