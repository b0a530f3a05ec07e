"""Timetable and links → the `Query` of the kernels: whole seconds, staying and the feeds' rules, only trips and links that
matter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.movement.kernels.pruning import needed
from geo.movement.kernels.query import Query, Rows, Tables, fixed
from geo.movement.links import Links
from geo.movement.timetable import Timetable

PRUNE_FROM = 100  # origins from which on leaving out useless links pays for finding them

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Journeys:
    """How to travel: ``departure_s`` of the first minute, number of ``minutes``, most ``rides``, boarding slack, limit."""

    departure_s: int
    minutes: int
    rides: int
    slack_s: int
    limit_s: int


def transit_query(
    timetable: Timetable, links: tuple[Links, Links, Links, Links], journeys: Journeys, draws: int, seed: int
) -> Query:
    """The question as the kernels want it, ``ranks`` still empty. ``links``: access, transfers, egress, direct."""
    access, transfers, egress = (_within(table, journeys.limit_s * 10) for table in links[:3])
    starts, lo, hi, random = _running(timetable, journeys, draws, seed)
    walks = _with_staying(timetable, transfers, journeys.slack_s)
    by_destination = egress.transposed()
    live = lo < hi
    if access.points >= PRUNE_FROM:
        access, walks = (_pruned(timetable, table, live, boarding=True) for table in (access, walks))
        walks = _pruned(timetable, walks.transposed(), live, boarding=False).transposed()
        by_destination = _pruned(timetable, by_destination, live, boarding=False)
    reachable = np.flatnonzero(np.diff(by_destination.ptr)).astype(np.int32)
    ends = np.concatenate([[0], by_destination.ptr[1:][reachable]]).astype(np.int64)
    return Query(
        _rows(access),
        _rows(links[3]),
        _rows(walks),
        _rows(walks.transposed()),
        _rows(by_destination)._replace(ptr=fixed(ends)),
        fixed(reachable),
        _tables(timetable, live, random),
        fixed(starts),
        fixed(lo),
        fixed(hi),
        journeys.departure_s,
        journeys.minutes,
        journeys.rides,
        journeys.slack_s,
        journeys.limit_s,
        fixed(np.empty(0, np.int64)),
    )


def _within(links: Links, limit_ds: int) -> Links:
    return links if links.ds.max(initial=0) <= limit_ds else links.within(limit_ds)


def _running(timetable: Timetable, journeys: Journeys, draws: int, seed: int) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
    """Starts of every draw, the trips [lo, hi) of every pattern that matter in any of them, and which patterns are random."""
    patterns = timetable.patterns
    random = np.zeros(len(patterns.ptr) - 1, bool)
    random[patterns.headway[:, 0]] = True
    starts = timetable.starts(draws, seed)
    until_s = journeys.departure_s + journeys.minutes * 60 + journeys.limit_s
    spans = [patterns.running(start, journeys.departure_s, until_s) for start in starts]
    lo, hi = np.min([low for low, _ in spans], axis=0), np.max([high for _, high in spans], axis=0)
    drawn = (random & (lo < hi)).any()
    return starts if drawn else starts[:1], lo, hi, random  # nothing is drawn: all draws are alike


def _tables(timetable: Timetable, live: NDArray[np.bool_], random: NDArray[np.bool_]) -> Tables:
    p = timetable.patterns
    ptr, pattern, position = p.calls(len(timetable.stop_ids), live, boarding=True)
    at_stops = (fixed(ptr), fixed(pattern), fixed(position))
    return Tables(p.ptr, p.stop, p.board, p.alight, p.offset, p.arrival, p.departure, *at_stops, fixed(random))


def _pruned(timetable: Timetable, links: Links, live: NDArray[np.bool_], *, boarding: bool) -> Links:
    """Without the links to stops that no fastest journey boards (or alights) at."""
    p = timetable.patterns
    at, pattern, position = p.calls(len(timetable.stop_ids), live, boarding=boarding)
    calls = Rows(fixed(at), fixed(pattern), fixed(position))
    ptr, profile = p.profiles()
    keep = needed(_rows(links), calls, fixed(ptr), fixed(profile), p.departure if boarding else p.arrival, boarding)
    counts = np.add.reduceat(np.append(keep, False), links.ptr[:-1]) * (np.diff(links.ptr) > 0)
    return replace(
        links, ptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), place=links.place[keep], ds=links.ds[keep]
    )


def _with_staying(timetable: Timetable, transfers: Links, slack_s: int) -> Links:
    """Walks between stops, staying at 0 s, then the feeds' rules: their least time from alighting to boarding holds the slack."""
    stops = len(timetable.stop_ids)
    walked = transfers.point() != transfers.place
    every = np.arange(stops, dtype=np.int32)
    point = np.concatenate([transfers.point()[walked], every])
    place = np.concatenate([transfers.place[walked], every])
    ds = np.concatenate([transfers.ds[walked], np.zeros(stops, np.int32)])
    rules = timetable.rules
    ruled = np.isin(point.astype(np.int64) * stops + place, rules[:, 0].astype(np.int64) * stops + rules[:, 1])
    given = rules[rules[:, 2] >= 0]
    return Links.from_pairs(
        np.concatenate([point[~ruled], given[:, 0]]),
        np.concatenate([place[~ruled], given[:, 1]]),
        np.concatenate([ds[~ruled], np.maximum(given[:, 2] - slack_s, 0) * 10]),
        (stops, stops),
    )


def _rows(links: Links) -> Rows:
    """The links in whole seconds, rounded up."""
    return Rows(fixed(links.ptr), fixed(links.place), fixed((-(-links.ds // 10)).astype(np.int32)))
