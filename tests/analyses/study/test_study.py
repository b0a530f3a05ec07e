"""Study files: the same as Python calls, every mistake told at once with its line, one truth with the changes of layers."""

import json
from dataclasses import fields

import pandas as pd
import pytest

import analyses
import layers
from analyses.studies import AccessStudy
from analyses.study.lines import lines_of
from geo import PlanningDataError, write

HEAD = 'kind = "access"\ntitle_vi = "Thử"\ntitle_en = "Trial"\n'
BASE = "[base]\nresolution = 6\n"
JOBS = '[[measures]]\nmeasure = "opportunities_within"\nof = "jobs"\ncutoff_min = 60\n'
BRT = '{ change = "AddLine", name = "BRT", stops = "brt_newcity_suoitien", headway_min = 6, commercial_speed_kmh = 23 }'


def scenario(*changes, name="brt"):
    return f'[[scenarios]]\nid = "{name}"\ntitle_vi = "Có"\ntitle_en = "With"\nchanges = [\n' + ",\n".join(changes) + "\n]\n"


@pytest.fixture
def study(tmp_path):
    """A study file of some text, beside whatever else lies in the folder."""

    def written(*parts):
        (tmp_path / "trial.toml").write_text("".join(parts), encoding="utf-8")
        return tmp_path / "trial.toml"

    return written


def told(path):
    with pytest.raises(PlanningDataError) as caught:
        analyses.ready_study(path)
    assert caught.value.code == "E-TOML-03"
    assert caught.value.file == "trial.toml"
    return caught.value.what


def test_a_study_file_is_the_python_calls(study):
    run = analyses.run_study(study(HEAD, BASE.replace("6", "7"), JOBS, scenario(BRT)))
    zones, today = layers.zones(7), layers.transport()
    line = layers.AddLine("BRT", layers.stations("brt_newcity_suoitien"), headway_min=6, commercial_speed_kmh=23)
    planned = layers.Scenario("With", [line]).apply(today)
    before, after = (
        analyses.opportunities_within(analyses.travel_times(one, zones), zones["jobs"].rename("jobs_by_transit"), 60)
        for one in (today, planned)
    )
    assert run.ground.scenarios["brt"].content_hash == layers.Scenario("other name", [line]).content_hash
    found = run.found.compared["brt"]
    pd.testing.assert_frame_equal(found, analyses.compare(zones, before, after))
    assert found["jobs_by_transit_within_60min_change"].max() > 0


def test_a_run_leaves_equal_bytes_behind(study, tmp_path):
    for name in ("one", "two"):
        found = analyses.run_study(study(HEAD, BASE, JOBS, scenario(BRT))).found
        write(found.compared["brt"], tmp_path / name / "found.geojson")
        write(found.totals, tmp_path / name / "totals.csv")
    for file in ("found.geojson", "totals.csv"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_an_empty_scenario_and_one_that_takes_back_what_it_adds_are_today(study):
    back = '{ change = "RemoveLine", line = "BRT" }'
    found = analyses.run_study(study(HEAD, BASE, JOBS, scenario(name="empty"), scenario(BRT, back, name="back"))).found
    for name in ("empty", "back"):
        frame = found.compared[name]
        before, after = (frame[f"jobs_by_transit_within_60min_{side}"] for side in ("before", "after"))
        pd.testing.assert_series_equal(before, after, check_names=False)
        assert (found.winners.query("scenario == @name")["better_people"] == 0).all()


def test_totals_by_unit_add_up_to_all(study):
    found = analyses.run_study(study(HEAD, BASE, JOBS, scenario(BRT))).found
    for _, table in found.winners.groupby("by"):
        whole, parts = table[table["unit_id"].eq("all")], table[table["unit_id"].ne("all")]
        for side in ("better_people", "worse_people", "same_people", "unreached_people"):
            assert parts[side].sum() == whole[side].iloc[0]


def test_all_mistakes_of_the_changes_are_told_at_once_with_their_lines(study):
    what = told(
        study(
            HEAD.replace("title_en", "title_em"),
            scenario(
                BRT.replace("headway_min = 6", "headway_min = 0"),
                BRT.replace("brt_newcity_suoitien", "brt_newcity_suoiten").replace('"BRT"', '"B"'),
                '{ change = "AddLin", name = "C" }',
                '{ change = "ChangeHeadway", line = "x", headway_min = "often" }',
                '{ change = "ChangeDwell", line = "y", dwell_s = 20 }',
                '{ change = "RemoveLine", line = "y" }',
                '{ change = "RemoveStop", line = "z" }',
            ),
            JOBS.replace("cutoff_min", "cutof_min"),
        )
    )
    for part in (
        "line 3: unknown key 'title_em', did you mean title_en",
        "line 9: E-SCN-02 AddLine 'BRT': headway_min is out of range, seen 0.0",
        "line 10: E-STUDY-02 AddLine stops: no shapes of that name, seen 'brt_newcity_suoiten'; did you mean brt",
        "line 11: scenarios.0.changes.2: there is no 'AddLin', did you mean AddLine?",
        "line 12: scenarios.0.changes.3.headway_min = 'often': Input should be a valid number, or Input should be a valid array",
        "line 14: E-SCN-05 RemoveLine 'y': the line is changed and removed",
        "line 15: key 'scenarios.0.changes.6.stop_id' is missing",
        "line 20: unknown key 'measures.0.cutof_min', did you mean cutoff_min",
    ):
        assert part in what


def test_what_is_not_in_the_ground_is_told_at_once_before_anything_runs(study, monkeypatch):
    monkeypatch.setattr(analyses.studies.access, "travel_times", lambda *_, **__: pytest.fail("it ran"))
    what = told(
        study(
            HEAD,
            'destinations = ["new_cty"]\n',
            BASE,
            JOBS.replace('"jobs"', '"job"'),
            scenario(
                '{ change = "RemoveStop", line = "metro_hcmc1", stop_id = "nowhere" }',
                '{ change = "AddStop", line = "kaze_51_0", stop = [[106.9, 11.4]] }',
                '{ change = "RemoveLine", line = "kaze_51" }',
            ),
        )
    )
    for part in (
        "line 4: no such place, seen 'new_cty'; did you mean new_city",
        "line 9: the zones count no 'job', did you mean jobs",
        "line 16: E-SCN-03 RemoveStop 'metro_hcmc1': the line does not call at this stop, seen 'nowhere'",
        "line 17: E-SCN-04 AddStop 'kaze_51_0': the line does not pass there, seen",
        "line 18: E-SCN-03 RemoveLine 'kaze_51': no such line runs, seen 'kaze_51'; did you mean kaze_5",
    ):
        assert part in what


def test_zones_modes_and_areas_that_are_not_there_are_told_at_once(study):
    isochrones = '[isochrones]\nplaces = ["new_cty"]\nmode = "boat"\n'
    narrowed = 'origins = { ward = ["x"], unit_id = ["ben_ca"] }\nmodes = ["transit"]\n'
    what = told(study(HEAD, narrowed, BASE, JOBS, JOBS, isochrones))
    for part in (
        "the zones have no such column, did you mean ward_id",
        "no zone there, seen ['ben_ca']; did you mean ben_cat",
        "no such place, seen 'new_cty'; did you mean new_city",
        "this transport has no such mode; ",
        "opportunities_within of ('jobs', 'zones') stands twice; give one of them called = '...'",
    ):
        assert part in what, what


SQUARE = {"type": "Polygon", "coordinates": [[[106.6, 11.0], [106.7, 11.0], [106.7, 11.1], [106.6, 11.0]]]}


def drawn(path, *rows):
    features = [{"type": "Feature", "properties": row, "geometry": SQUARE} for row in rows]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def refused(path):
    with pytest.raises(PlanningDataError) as caught:
        analyses.ready_study(path)
    return caught.value


def test_zones_and_places_of_files_that_can_not_serve_are_refused(study, tmp_path):
    zones = '[base.zones]\nfile = "z.geojson"\nid = "id"\npeople = "people"\njobs = "jobs"\n'
    path = study(HEAD, JOBS, zones)
    assert (refused(path).code, refused(path).file) == ("E-STUDY-04", "z.geojson")
    good = {"id": "a", "people": 5, "jobs": 0}
    for row, code in (({"id": "a"}, "E-STUDY-05"), ({"id": None}, "E-STUDY-05"), ({"jobs": None}, "E-STUDY-08"), ({}, "")):
        drawn(tmp_path / "z.geojson", good, good | {"id": "b"} | row)
        if code:
            assert refused(path).code == code
    study_, ground = analyses.ready_study(path)
    assert ground.own_zones
    assert ground.zones["population_people"].to_dict() == {"a": 5, "b": 5}
    assert refused(study(HEAD, JOBS, zones.replace('"jobs"', '"job"'))).code == "E-STUDY-07"
    both = '[base.destinations]\nfile = "z.geojson"\nlayer = "centres"\n'
    assert refused(study(HEAD, JOBS, both)).code == "E-STUDY-06"
    assert refused(study(HEAD, JOBS, '[base.destinations]\nlayer = "context_figures"\n')).code == "E-STUDY-03"
    named = '[base.destinations]\nfile = "z.geojson"\nid = "id"\n'
    ground = analyses.ready_study(study(HEAD, JOBS, named))[1]
    assert ground.destinations["name_vi"].to_dict() == {"a": "a", "b": "b"}
    assert (ground.destinations.geom_type == "Point").all()
    assert [(one.code, one.feature_ids) for one in ground.findings][-1] == ("E-STUDY-10", ("a", "b"))
    assert study_.kind == "access"


@pytest.mark.parametrize(
    ("stops", "code"),
    [
        ('{ layer = "centres", points = [[106.7, 11.0]] }', "E-STUDY-03"),
        ('{ ids = ["a"] }', "E-STUDY-03"),
        ('{ layer = "context_figures" }', "E-STUDY-03"),
        ('{ layer = "centres", ids = ["new_cty"] }', "E-STUDY-03"),
        ('{ points = [[106.7, 11.0], [106.8, 11.0]], ids = ["one"] }', "E-STUDY-03"),
        ("{ points = [] }", "E-STUDY-03"),
        ('{ file = "no.geojson" }', "E-STUDY-04"),
        ('"context_figures"', "E-STUDY-03"),
    ],
)
def test_stops_that_are_told_wrong_are_refused_where_they_are_told(study, stops, code):
    assert f"line 13: {code} AddLine stops: " in told(study(HEAD, JOBS, scenario(BRT.replace('"brt_newcity_suoitien"', stops))))


def test_stops_by_name_by_coordinates_and_from_a_drawn_file_are_one_line(study, tmp_path):
    stations = layers.stations("brt_newcity_suoitien").drop(columns="chainage_km")
    write(stations, tmp_path / "drawn.geojson")
    drawn = analyses.ready_study(study(HEAD, JOBS, scenario(BRT.replace("brt_newcity_suoitien", "drawn.geojson"))))[1]
    pairs = json.loads((tmp_path / "drawn.geojson").read_text())["features"]
    inline = str([one["geometry"]["coordinates"] for one in pairs])
    typed = analyses.ready_study(study(HEAD, JOBS, scenario(BRT.replace('"brt_newcity_suoitien"', inline))))[1]
    lengths_km = [ground.scenarios["brt"].changes[0].length_km for ground in (drawn, typed)]
    assert lengths_km[0] == pytest.approx(lengths_km[1], abs=0.001)
    assert 25 < lengths_km[0] < 40
    assert len(drawn.scenarios["brt"].changes[0].stops) == len(stations)
    assert "drawn.geojson" in drawn.inputs


def test_the_models_are_the_changes_field_by_field():
    defs = analyses.study_schema()["$defs"]
    assert len(layers.CHANGES) == 15
    for name, change in layers.CHANGES.items():
        assert set(defs[name]["properties"]) == {"change", *(field.name for field in fields(change))}
    subclasses = {one.__name__ for one in _below(layers.Change) if "__dataclass_fields__" in vars(one)}
    assert subclasses == set(layers.CHANGES)


def _below(owner):
    for one in owner.__subclasses__():
        yield one
        yield from _below(one)


@pytest.mark.parametrize("name", analyses.shipped_studies())
def test_shipped_studies_fit_their_kind_and_their_ground(name):
    study, ground = analyses.ready_study(name)
    assert study.kind in analyses.KINDS
    assert f"{name}.toml" in ground.inputs


def test_a_study_made_in_python_is_the_one_of_the_file(study):
    path = study(HEAD, BASE, JOBS, scenario(BRT))
    read = analyses.read_study(path)
    assert AccessStudy.model_validate_json(read.model_dump_json()) == read
    assert analyses.study_digest(read) == analyses.study_digest(analyses.read_study(path))
    assert analyses.study_digest(read) != analyses.study_digest(read.model_copy(update={"seed": 1}))


def test_lines_of_every_form_of_toml():
    text = (
        'a = 1\n[t]\nb = """x = 1\ny"""\nc.d = [1,\n 2, # no\n {e = 3, "f g" = [4]}]\n'
        "[[s]]\nh = 'x'\n[[s.u]]\n[[s.u]]\nk = 2024-01-01\n[s.v]\nw = true\n[[s]]\nh = 1\n"
    )
    found = lines_of(text)
    expected = {
        ("a",): 1, ("t",): 2, ("t", "b"): 3, ("t", "c", "d"): 5, ("t", "c", "d", 0): 5, ("t", "c", "d", 1): 6,
        ("t", "c", "d", 2, "e"): 7, ("t", "c", "d", 2, "f g", 0): 7, ("s",): 8, ("s", 0): 8, ("s", 0, "h"): 9,
        ("s", 0, "u", 0): 10, ("s", 0, "u", 1): 11, ("s", 0, "u", 1, "k"): 12, ("s", 0, "v", "w"): 14, ("s", 1, "h"): 16,
    }  # fmt: skip
    assert {place: found.get(place) for place in expected} == expected
