"""Minutes made elsewhere: read by their ids, refused where they are no times."""

import numpy as np
import pandas as pd
import pytest

from analyses import TravelTimes
from geo import PlanningDataError

PAIRS = pd.DataFrame({"from_id": ["a", "b", "a"], "to_id": ["x", "y", "y"], "travel_time_min": [5.0, 0.0, np.nan]})


def refused(pairs, **options):
    with pytest.raises(PlanningDataError) as caught:
        TravelTimes.from_frame(pairs, **options)
    return caught.value


def test_pairs_fill_a_matrix_by_their_ids():
    times = TravelTimes.from_frame(PAIRS)
    assert times.origins.tolist() == ["a", "b"]
    assert times.destinations.tolist() == ["x", "y"]
    assert times.minutes.tolist() == [[[5, np.inf], [np.inf, 0]]]  # missing and null pairs are not reached
    assert times.minutes.dtype == np.float32
    back = times.to_frame()
    assert TravelTimes.from_frame(back).minutes.tolist() == times.minutes.tolist()


def test_a_percentile_names_its_column():
    slow = PAIRS.rename(columns={"travel_time_min": "travel_time_p95_min"})
    times = TravelTimes.from_frame(slow, percentile=95)
    assert times.at().tolist() == times.at(95).tolist() == [[5, np.inf], [np.inf, 0]]
    with pytest.raises(PlanningDataError, match="E-PCT-01"):
        times.at(50)
    assert refused(slow).code == "E-PAIR-01"


def test_what_are_no_times_of_pairs_is_refused_by_name():
    for column in PAIRS:
        error = refused(PAIRS.drop(columns=column))
        assert error.code == "E-PAIR-01"
        assert column not in error.seen
    assert refused(pd.concat([PAIRS, PAIRS.iloc[:1]])).feature_ids == (("a", "x"),)
    error = refused(PAIRS.replace(5.0, -0.5))
    assert (error.code, error.feature_ids) == ("E-PAIR-03", (0,))
