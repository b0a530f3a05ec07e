"""What the kernels are asked: links that no running line needs are left out where that pays, and nothing is drawn in vain."""

import numpy as np
import pandas as pd
import pytest

from geo.movement import Line, Links, Timetable
from geo.movement.queries import PRUNE_FROM, Journeys, transit_query

HOUR = 3600
STOPS = pd.DataFrame({"x": np.arange(6) * 1000.0, "y": 0.0}, index=pd.Index([f"s{at}" for at in range(6)], name="stop_id"))


def line(name, stops, hour, *, exact=True):
    """An hour of service, ten minutes from stop to stop."""
    return Line(name, name, stops, (600,) * (len(stops) - 1), ((hour * HOUR, (hour + 1) * HOUR, 1200),), exact=exact)


def asked(origins, *lines, backwards=False, draws=5):
    """What is asked at 8:00 from origins and to a place a minute from every stop; no walks between stops."""
    table = Timetable.from_lines(STOPS, lines)
    stops = len(STOPS)
    point, place = np.divmod(np.arange(origins * stops), stops)
    minute = np.full(origins * stops, 600)
    none = np.zeros(0, int)
    links = (
        Links.from_pairs(point, place, minute, (origins, stops)),
        Links.from_pairs(none, none, none, (stops, stops)),
        Links.from_pairs(place, point, minute, (stops, origins)),
        Links.from_pairs(none, none, none, (origins, origins)),
    )
    journeys = Journeys(8 * HOUR, 1, 2, 0, HOUR, backwards=backwards)
    return table.stop_ids, transit_query(table, links, journeys, draws, 0)


NOW, LATER = line("now", ("s0", "s1", "s2"), 8), line("later", ("s3", "s4", "s5"), 14)


@pytest.mark.parametrize(("backwards", "line_then"), [(False, NOW), (True, line("then", ("s0", "s1", "s2"), 7))])
def test_of_many_origins_only_stops_of_running_lines_are_walked_to(backwards, line_then):
    """All stops are a minute away: one boards before the last and alights after the first, backwards the other way round."""
    names, query = asked(PRUNE_FROM, line_then, LATER, backwards=backwards)
    boards, alights = (names[one.item].tolist() for one in (query.access, query.egress))
    first, last = ("s2", "s0") if backwards else ("s0", "s2")
    assert sorted(boards) == sorted([first, "s1"] * PRUNE_FROM)
    assert sorted(alights) == sorted([last, "s1"] * PRUNE_FROM)


def test_of_few_origins_all_links_stay():
    _, query = asked(PRUNE_FROM - 1, NOW, LATER)
    assert len(query.access.item) == len(query.egress.item) == (PRUNE_FROM - 1) * len(STOPS)


@pytest.mark.parametrize(
    ("lines", "draws"),
    [
        ((NOW, LATER), 1),
        ((line("now", ("s0", "s1"), 8, exact=False), LATER), 5),
        ((NOW, line("later", ("s3", "s4"), 14, exact=False)), 1),  # what is drawn does not run
    ],
)
def test_draws_are_made_where_a_headway_line_runs(lines, draws):
    assert len(asked(2, *lines)[1].starts) == draws
