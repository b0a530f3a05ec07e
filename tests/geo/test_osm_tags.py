import pytest

from geo import PlanningDataError
from geo.movement.osm_tags import allowed, directions, minutes_of, profile, read_speed, stopped_at
from geo.movement.street_table import MODES, street_table

TABLE = street_table()


def kmh(mode: str, *, back: bool = False, **tags: str) -> float:
    found = profile({key.replace("__", ":"): value for key, value in tags.items()}, TABLE)
    assert found is not None
    return (found.backward if back else found.forward)[MODES.index(mode)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50", 50),
        ("60 mph", 96.56064),
        ("60mph", 96.56064),
        ("5 knots", 9.26),
        ("30 km/h", 30),
        ("DE:zone:30", 30),
        ("de:zone30", 30),
        ("walk", 5),
        ("50;80", 50),
        ("40|60", 40),
        ("[50, 30]", 30),
        ("none", 130),
        ("1000", 130),
        ("60 @ (06:00-18:00)", 60),
        ("~50", 50),
        ("５０", 50),
    ],
)
def test_signs_are_read_in_all_their_spellings(text: str, expected: float) -> None:
    assert read_speed(text).kmh == pytest.approx(expected)


@pytest.mark.parametrize("text", ["0", "-5", "signals", "variable", "schnell", "", "50 furlongs"])
def test_signs_that_say_nothing_fall_back_to_the_table(text: str) -> None:
    assert read_speed(text).kmh is None
    assert kmh("car", highway="primary", maxspeed=text) == 50


@pytest.mark.parametrize("text", ["0", "-5", "50;80", "1000", "none", "60 @ (06:00-18:00)", "~50", "schnell"])
def test_doubtful_signs_leave_a_note(text: str) -> None:
    assert read_speed(text).notes


@pytest.mark.parametrize(
    ("text", "car", "motorbike", "truck"), [("vn:urban", 50, 50, 50), ("VN:rural", 80, 60, 70), ("RU:rural", 80, 60, 70)]
)
def test_symbolic_signs_take_the_limits_of_their_area(text: str, car: int, motorbike: int, truck: int) -> None:
    for tags in ({"maxspeed": text}, {"source__maxspeed": text}, {"maxspeed__type": text}):
        assert [kmh(m, highway="tertiary", **tags) for m in ("car", "motorbike", "truck")] == [car, motorbike, truck]


def test_small_streets_are_driven_as_the_table_assumes_until_a_sign_names_an_area() -> None:
    assert kmh("car", highway="residential") == 30
    assert kmh("truck", highway="unclassified") == 40
    assert kmh("car", highway="residential", maxspeed="VN:urban") == 50
    assert kmh("car", highway="unclassified", source__maxspeed="VN:rural") == 80
    assert kmh("car", highway="residential", maxspeed="20") == 20


def test_limits_follow_the_circular_by_vehicle_area_and_division() -> None:
    assert [kmh(m, highway="trunk") for m in ("car", "motorbike", "truck")] == [80, 60, 70]
    assert [kmh(m, highway="trunk", oneway="yes", lanes="2") for m in ("car", "motorbike", "truck")] == [90, 70, 80]
    assert [kmh(m, highway="primary", dual_carriageway="yes") for m in ("car", "motorbike", "truck")] == [60, 60, 60]


def test_no_vehicle_exceeds_its_own_limit_whatever_the_sign_says() -> None:
    assert [kmh(m, highway="trunk", maxspeed="100") for m in ("car", "motorbike", "truck")] == [100, 70, 80]
    assert kmh("truck", highway="trunk", maxspeed="60", maxspeed__hgv="40") == 40
    assert kmh("car", highway="trunk", maxspeed__forward="40", maxspeed="60") == 40
    assert kmh("car", highway="trunk", maxspeed__forward="40", maxspeed="60", back=True) == 60


@pytest.mark.parametrize("value", ["yes", "YES", "true", "1"])
def test_one_way_streets_close_the_way_back_to_vehicles_only(value: str) -> None:
    tags = {"highway": "residential", "oneway": value}
    assert directions(tags, "car") == (True, False)
    assert directions(tags, "bicycle") == (True, False)
    assert directions(tags, "walk") == (True, True)


def test_directions_against_the_drawing_and_by_vehicle() -> None:
    assert directions({"oneway": "-1"}, "motorbike") == (False, True)
    assert directions({"oneway": "yes", "oneway:motorcycle": "no"}, "motorbike") == (True, True)
    assert directions({"oneway": "yes", "cycleway": "opposite_lane"}, "bicycle") == (True, True)
    assert directions({"oneway:foot": "yes"}, "walk") == (True, False)


@pytest.mark.parametrize("value", ["reversible", "alternating"])
def test_ways_whose_direction_depends_on_the_hour_are_closed_to_vehicles(value: str) -> None:
    found = profile({"highway": "primary", "oneway": value}, TABLE)
    assert found is not None
    assert found.notes == ("reversible way closed to vehicles",)
    assert (kmh("car", highway="primary", oneway=value), kmh("walk", highway="primary", oneway=value)) == (0, 4.8)


@pytest.mark.parametrize("tags", [{"highway": "motorway"}, {"highway": "motorway_link"}, {"junction": "roundabout"}])
def test_motorways_and_roundabouts_are_one_way_unless_tagged(tags: dict[str, str]) -> None:
    assert directions(tags, "car") == (True, False)
    assert directions({**tags, "oneway": "no"}, "car") == (True, True)


@pytest.mark.parametrize(
    ("tags", "open_to"),
    [
        ({}, "bicycle car motorbike truck walk"),
        ({"access": "no"}, ""),
        ({"access": "private"}, ""),
        ({"access": "no", "bus": "yes"}, ""),
        ({"access": "no", "foot": "yes"}, "walk"),
        ({"access": "private", "motorcycle": "permissive"}, "motorbike"),
        ({"vehicle": "no"}, "walk"),
        ({"motor_vehicle": "no"}, "bicycle walk"),
        ({"motor_vehicle": "no", "motorcycle": "yes"}, "bicycle motorbike walk"),
        ({"hgv": "no"}, "bicycle car motorbike walk"),
        ({"motorcycle": "no"}, "bicycle car truck walk"),
        ({"motorroad": "yes"}, "car truck"),
        ({"access": "destination"}, "bicycle car motorbike truck walk"),
    ],
)
def test_access_is_decided_mode_by_mode(tags: dict[str, str], open_to: str) -> None:
    assert [mode for mode in MODES if kmh(mode, highway="residential", **tags)] == open_to.split()


def test_motorbikes_are_barred_from_expressways_and_access_yes_opens_nothing() -> None:
    assert kmh("motorbike", highway="motorway") == 0
    assert kmh("motorbike", highway="motorway", access="yes") == 0
    assert not allowed({"access": "yes"}, "car", default=False, table=TABLE)
    assert kmh("motorbike", highway="footway", motorcycle="yes") > 0


def test_barriers_stop_the_modes_of_the_table_unless_tagged() -> None:
    assert stopped_at({"barrier": "bollard"}, TABLE) == {"car", "truck"}
    assert stopped_at({"barrier": "gate"}, TABLE) == set()
    assert stopped_at({"barrier": "gate", "access": "private"}, TABLE) == set(MODES)
    assert stopped_at({"barrier": "bollard", "motorcar": "yes"}, TABLE) == {"truck"}
    assert stopped_at({"highway": "crossing"}, TABLE) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("15", 15), ("0:20", 20), ("1:30", 90), ("00:20:30", None), ("PT1H5M", 65), ("soon", None), ("0", None)],
)
def test_durations(text: str, expected: float | None) -> None:
    assert minutes_of(text) == (20.5 if text == "00:20:30" else expected)


def test_what_is_no_street_has_no_profile() -> None:
    for tags in ({}, {"highway": "proposed"}, {"highway": "construction"}, {"railway": "rail"}):
        assert profile(tags, TABLE) is None


def test_a_broken_table_is_refused(tmp_path: object) -> None:
    bad = tmp_path / "speeds.toml"
    bad.write_text("[limits]\n")
    with pytest.raises(PlanningDataError, match="E-OSM-09"):
        street_table(bad)
