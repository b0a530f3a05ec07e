"""Changes as values: equal by content, checked together, all that is wrong told at once."""

import hashlib
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
import shapely

import layers
from geo import PlanningDataError
from tests.layers.synthetic_city import city, places, way

ROOT = Path(__file__).parents[2]


def line(name="D", **given):
    told = {"headway_min": 6, "commercial_speed_kmh": 23, **given}
    return layers.AddLine(name, places((0, 0), (3, 3), (9, 9)), **told)


def scenario(*changes, name="what if"):
    return layers.Scenario(name, changes)


def refusal(*changes, to=None):
    with pytest.raises(PlanningDataError, match="E-SCN-01") as caught:
        scenario(*changes).apply(city() if to is None else to)
    told = str(caught.value)
    assert "\n" not in told
    return told


SQUARE = way((0, 0), (1, 0)).set_geometry([shapely.box(600_000, 1_220_000, 600_900, 1_220_900)])
ROAD = way((0, 0), (9, 9))
EVERY_KIND = [
    line(),
    layers.RemoveLine("E"),
    layers.ChangeHeadway("E", 5),
    layers.ChangeSpeed("E", 1.2),
    layers.ChangeDwell("E", 20),
    layers.Reroute("E", places((4, 3)), from_stop="3,2", to_stop="5,2"),
    layers.AddStop("E", places((4.5, 2))),
    layers.RemoveStop("E", "4,2"),
    layers.AddRoad("R", ROAD, {"car": 50}),
    layers.CloseRoad("Row 4"),
    layers.ChangeRoadSpeed("Row 4", factor=0.8),
    layers.OpenPlanned("ring4_bd"),
    layers.AddOpportunities("jobs", SQUARE, total=100),
    layers.SetLandUse(SQUARE, people_per_ha=100),
    layers.SetPopulation(total_people=1000),
]
every_kind = pytest.mark.parametrize("change", EVERY_KIND, ids=lambda change: type(change).__name__)


@every_kind
def test_a_change_is_frozen_hashable_and_equal_to_itself_alone(change):
    with pytest.raises(FrozenInstanceError):
        change.name = "other"
    assert [other for other in EVERY_KIND if other == change] == [change]
    assert len({change, change}) == 1
    assert len(change.content_hash) == 64
    assert change != "something else"


def test_equal_content_has_an_equal_hash_whatever_made_it():
    assert line() == line()
    assert line(headway_min=6.0) == line(headway_min=6)
    assert line(headway_min=[("05:00", "09:00", 5)]) == line(headway_min=(["05:00", "09:00", 5.0],))
    told = places((0, 0), (3, 3), (9, 9)).assign(remark="not read by the change")
    assert layers.AddLine("D", told, 6, 23) == line()
    assert scenario(line(), name="one") == scenario(line(), name="another")
    assert hash(scenario(line())) == hash(scenario(line()))
    assert layers.CloseRoad("Row 4") == layers.CloseRoad(["Row 4"])


@pytest.mark.parametrize(
    "other",
    [
        line("E2"),
        line(headway_min=6.01),
        line(commercial_speed_kmh=24),
        line(both_ways=False),
        layers.AddLine("D", places((0, 0), (3, 3), (9, 8)), 6, 23),
        layers.AddLine("D", places((0, 0), (3, 3), (9, 9)).iloc[::-1], 6, 23),
        layers.AddLine("D", places((0, 0), (3, 3), (9, 9), ids=["a", "b", "c"]), 6, 23),
        layers.AddLine("D", places((0, 0), (3, 3), (9, 9)).assign(chainage_km=[0, 1, 2]), 6, 23),
    ],
)
def test_other_content_has_another_hash(other):
    assert other != line()
    assert other.content_hash != line().content_hash


def test_the_order_of_changes_is_content_and_adding_up_keeps_it():
    one, two = scenario(line("A")), scenario(line("B"))
    assert (one + two).changes == (line("A"), line("B"))
    assert (one + two).name == "what if + what if"
    assert one + two != two + one
    assert (one + two) + one == one + (two + one)


def test_the_hash_is_the_same_in_every_run():
    code = "import layers; print(layers.Scenario('', [layers.ChangeHeadway('E', 5)]).content_hash)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.strip() == scenario(layers.ChangeHeadway("E", 5)).content_hash
    assert ran.stdout.strip() != hashlib.sha256(b"").hexdigest()


def test_a_change_keeps_what_it_was_given_even_if_that_changes_later():
    stops, speeds = places((0, 0), (3, 3), (9, 9)), {"car": 50.0}
    added, road = layers.AddLine("D", stops, 6, 23), layers.AddRoad("R", ROAD, speeds)
    hashes = added.content_hash, road.content_hash
    stops.geometry = stops.geometry.translate(100)
    speeds["car"] = 90
    assert (added.content_hash, road.content_hash) == hashes
    with pytest.raises(TypeError):
        road.speed_kmh["car"] = 90


CONTRADICTIONS = {
    "a line removed and changed": ([layers.RemoveLine("E"), layers.ChangeHeadway("E", 5)], "removed and changed"),
    "a line changed and removed": ([layers.ChangeHeadway("E", 5), layers.RemoveLine("E")], "changed and removed"),
    "a name twice": ([line("D"), line("D", headway_min=9)], "added twice"),
    "a road's name twice": ([EVERY_KIND[8], layers.AddRoad("R", way((0, 9), (9, 0)), {"car": 50})], "added twice"),
    "the same change twice": ([layers.CloseRoad("Row 4"), layers.CloseRoad("Row 4")], "stands twice"),
    "two headways": ([layers.ChangeHeadway("E", 5), layers.ChangeHeadway("E", 6)], "ChangeHeadway stands twice"),
    "two speeds": ([layers.ChangeSpeed("E", 1.5), layers.ChangeSpeed("E", 2)], "ChangeSpeed stands twice"),
    "a road closed and slowed": ([layers.CloseRoad("Row 4"), layers.ChangeRoadSpeed("Row 4", factor=2)], "removed and changed"),
    "a stop removed from a removed line": ([layers.RemoveStop("E", "3,2"), layers.RemoveLine("E")], "changed and removed"),
}


@pytest.mark.parametrize(("changes", "told"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_changes_that_contradict_each_other_are_refused(changes, told):
    said = refusal(*changes)
    assert "E-SCN-05" in said
    assert told in said
    assert "1 to mend" in said


def test_a_line_may_be_replaced_added_and_changed_and_added_and_removed():
    new = scenario(layers.RemoveLine("E"), line("E")).apply(city()).timetable
    assert new.line_ids.count("E") == 1
    often = scenario(line("D"), layers.ChangeHeadway("D", 2)).apply(city()).timetable
    assert 120 in often.patterns.headway[:, 3]
    gone = scenario(line("D"), layers.RemoveLine("D")).apply(city()).timetable
    assert gone.line_ids == city().timetable.line_ids


def test_all_that_is_wrong_is_told_at_once_with_change_value_and_mend():
    said = refusal(
        line("never", headway_min=0),
        layers.ChangeHeadway("Q", 5),
        layers.ChangeHeadway("E", [("09:00", "08:00", 5)]),
        layers.ChangeSpeed("N", factor=-1),
        layers.RemoveStop("T", "0,0"),
        layers.CloseRoad("Row 44"),
        layers.ChangeRoadSpeed("Row 3", factor=0.5, bands="peak"),
        layers.AddRoad("R", ROAD, {"tram": 30}),
        layers.SetPopulation(total_people=-5),
    )
    assert "9 to mend" in said
    for change, seen in [
        ("AddLine 'never'", "seen 0"),
        ("ChangeHeadway 'Q'", "seen 'Q'"),
        ("ChangeHeadway 'E'", "seen ('09:00', '08:00')"),
        ("ChangeSpeed 'N'", "seen -1"),
        ("RemoveStop 'T'", "seen '0,0'"),
        ("CloseRoad roads Row 44", "seen 'Row 44'"),
        ("ChangeRoadSpeed roads Row 3", "seen ('peak',)"),
        ("AddRoad 'R'", "seen 'tram'"),
        ("SetPopulation -5", "seen -5"),
    ]:
        told = said.split(change, 1)[1].split("; (")[0]
        assert seen in told, change
        assert ";" in told, change  # the mend follows


def test_what_waits_for_a_change_that_failed_is_no_second_problem():
    said = refusal(line("X", headway_min=-1), layers.ChangeHeadway("X", 5), layers.RemoveStop("X", "X/p1"))
    assert "1 to mend" in said


def test_something_that_is_no_change_is_told_as_one():
    assert "str" in refusal("close everything")


def test_a_scenario_is_applied_to_transport_or_zones_only():
    with pytest.raises(PlanningDataError, match="E-SCN-07"):
        scenario(line()).apply("the city")


def test_an_empty_scenario_and_one_for_zones_leave_a_transport_the_very_same():
    today = city()
    assert scenario().apply(today) is today
    assert scenario(layers.SetPopulation(total_people=5)).apply(today) is today
    assert scenario(line()).apply(SQUARE) is SQUARE


def test_the_name_of_the_result_tells_the_scenario():
    assert layers.Scenario("BRT", [line()]).apply(city()).name == "city, BRT"
