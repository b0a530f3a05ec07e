"""Mix of land uses: closed forms, bounds that are reached, and refusals."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analyses
from geo import PlanningDataError

AREAS = pd.DataFrame(
    {"homes": [5.0, 4, 1], "work": [0, 4, 2], "parks": [0, 4, 1], "farms": [0, 4, 0]}, index=["one", "all", "some"]
)
MEASURES = {
    "entropy": analyses.land_use_mix,
    "herfindahl": analyses.herfindahl,
    "simpson": analyses.simpson,
    "hill 0": lambda a: analyses.hill_number(a, 0),
    "hill 1": analyses.hill_number,
    "hill 2": lambda a: analyses.hill_number(a, 2),
}
every_measure = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
tables = st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3).filter(any), min_size=1, max_size=6)
small = settings(max_examples=30)


@pytest.mark.parametrize(
    ("measure", "one", "every", "some"),
    [
        ("entropy", 0, 1, 1.5 * math.log(2) / math.log(4)),
        ("herfindahl", 1, 1 / 4, 3 / 8),
        ("simpson", 0, 3 / 4, 5 / 8),
        ("hill 0", 1, 4, 3),
        ("hill 1", 1, 4, 2**1.5),
        ("hill 2", 1, 4, 8 / 3),
    ],
)
def test_mix_by_hand(measure, one, every, some):
    """One class; four equal ones; shares ¼, ½, ¼."""
    assert MEASURES[measure](AREAS).to_dict() == pytest.approx({"one": one, "all": every, "some": some})


def test_the_number_of_classes_considered_counts_not_of_those_present():
    alone = analyses.land_use_mix(AREAS, classes=["homes", "work", "parks"])
    assert alone["all"] == pytest.approx(1)
    assert alone["some"] == pytest.approx(analyses.land_use_mix(AREAS)["some"] * math.log(4) / math.log(3))


@small
@given(tables)
def test_measures_of_one_zone_agree_and_keep_their_bounds(rows):
    areas = pd.DataFrame(rows, columns=["x", "y", "z"])
    entropy, even = analyses.land_use_mix(areas), analyses.herfindahl(areas)
    assert entropy.between(0, 1 + 1e-12).all()
    assert even.between(1 / 3 - 1e-12, 1).all()
    numbers = pd.concat([analyses.hill_number(areas, order) for order in (0, 0.5, 1, 2, 5)], axis=1).to_numpy()
    assert (np.diff(numbers, axis=1) <= 1e-9).all()
    assert numbers[:, 2] == pytest.approx(3 ** entropy.to_numpy())
    assert numbers[:, 3] == pytest.approx(1 / even.to_numpy())


@every_measure
@small
@given(rows=tables, factor=st.integers(2, 900))
def test_the_unit_of_area_does_not_matter_nor_the_order_of_zones(measure, rows, factor):
    areas = pd.DataFrame(rows, columns=["x", "y", "z"])
    assert measure(areas * factor).to_numpy() == pytest.approx(measure(areas).to_numpy(), rel=1e-9, abs=1e-12)
    assert measure(areas.iloc[::-1]).loc[areas.index].equals(measure(areas))


def test_dissimilarity_of_known_cases():
    homes = pd.Series({"a": 10, "b": 20, "c": 30})
    assert analyses.dissimilarity(homes, homes * 7) == pytest.approx(0)
    assert analyses.dissimilarity(pd.Series([1, 0]), pd.Series([0, 5])) == 1
    assert analyses.dissimilarity(homes, pd.Series({"c": 10, "a": 30, "b": 20})) == pytest.approx(1 / 3)


@every_measure
@pytest.mark.parametrize(
    ("areas", "code", "ids"),
    [
        (AREAS.rename({"all": "one"}), "E-MIX-01", ("one",)),
        (AREAS.where(AREAS != 2), "E-MIX-02", ("some",)),
        (AREAS.replace(2, -2), "E-MIX-02", ("some",)),
        (AREAS.replace(5, np.inf), "E-MIX-02", ("one",)),
        (AREAS.assign(name="Thuận An"), "E-MIX-02", ()),
        (AREAS.replace(5, 0), "E-MIX-03", ("one",)),
    ],
)
def test_bad_areas_are_refused_with_their_zones(measure, areas, code, ids):
    with pytest.raises(PlanningDataError, match=code) as caught:
        measure(areas)
    assert caught.value.feature_ids == ids


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: analyses.land_use_mix(AREAS, classes=["homes", "wrok"]), "E-MIX-04 .*work"),
        (lambda: analyses.land_use_mix(AREAS[["homes"]]), "E-MIX-05"),
        (lambda: analyses.hill_number(AREAS, -1), "E-MIX-06"),
        (lambda: analyses.dissimilarity(AREAS["homes"], AREAS["work"].drop("one")), "E-MIX-01"),
        (lambda: analyses.dissimilarity(AREAS["homes"].drop("one"), AREAS["work"]), "E-MIX-01"),
        (lambda: analyses.dissimilarity(AREAS["homes"], AREAS["work"] * 0), "E-MIX-07"),
        (lambda: analyses.dissimilarity(AREAS["homes"], AREAS["work"] - 1), "E-MIX-02"),
    ],
)
def test_questions_without_an_answer_are_refused(ask, code):
    with pytest.raises(PlanningDataError, match=code):
        ask()
