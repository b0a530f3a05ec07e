"""Timetable and links → the `Query` of the kernels: whole seconds, staying and the feeds' rules, only trips and links that
matter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.movement.assembly import Patterns
from geo.movement.kernels.pruning import needed
from geo.movement.kernels.query import Query, Rows, Tables, calls, fixed
from geo.movement.links import Links
from geo.movement.timetable import Timetable

PRUNE_FROM = 100  # origins from which on leaving out useless links pays for finding them

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Journeys:
    """How to travel: ``departure_s`` of the first minute, number of ``minutes``, most ``rides``, boarding slack, limit.

    ``backwards``: ``departure_s`` is when to have arrived at the latest; the minutes count back from it.
    """

    departure_s: int
    minutes: int
    rides: int
    slack_s: int
    limit_s: int
    backwards: bool = False


def transit_query(
    timetable: Timetable, links: tuple[Links, Links, Links, Links], journeys: Journeys, draws: int, seed: int
) -> Query:
    """The question as the kernels want it, ``ranks`` still empty. ``links``: access, transfers, egress, direct.

    Backwards the same kernels run on negated times from the destinations: there, the slack follows a ride instead of
    preceding it.
    """
    access, transfers, egress = (_within(table, journeys.limit_s * 10) for table in links[:3])
    walks, to_destination, direct = _with_staying(timetable, transfers, journeys.slack_s), egress.transposed(), links[3]
    patterns, starts = timetable.patterns, timetable.starts(draws, seed)
    from_s, slack_s = journeys.departure_s, journeys.slack_s
    if journeys.backwards:
        patterns, starts, from_s, slack_s = patterns.reversed(), -starts[:, ::-1], -from_s, 0
        walks = _later(walks.transposed(), journeys.slack_s)
        access, to_destination, direct = to_destination, _later(access, journeys.slack_s), direct.transposed()
    lo, hi = _running(patterns, starts, from_s, from_s + journeys.minutes * 60 + journeys.limit_s)
    random = np.zeros(len(lo), bool)
    random[patterns.headway[:, 0]] = True
    if not (random & (lo < hi)).any():
        starts = starts[:1]  # nothing is drawn: all draws are alike
    if access.points >= PRUNE_FROM:
        access, walks = (_pruned(patterns, table, lo < hi, boarding=True) for table in (access, walks))
        walks = _pruned(patterns, walks.transposed(), lo < hi, boarding=False).transposed()
        to_destination = _pruned(patterns, to_destination, lo < hi, boarding=False)
    reachable = np.flatnonzero(np.diff(to_destination.ptr)).astype(np.int32)
    ends = np.concatenate([[0], to_destination.ptr[1:][reachable]]).astype(np.int64)
    tables = _tables(patterns, len(timetable.stop_ids), lo < hi, random)
    return Query(
        _rows(access),
        _rows(direct),
        _rows(walks),
        _rows(walks.transposed()),
        _rows(to_destination)._replace(ptr=fixed(ends)),
        fixed(reachable),
        tables,
        fixed(starts),
        fixed(lo),
        fixed(hi),
        calls(tables, fixed(starts), fixed(lo), fixed(hi)),
        int(from_s),  # plain integers: one compiled version
        int(journeys.minutes),
        int(journeys.rides),
        int(slack_s),
        int(journeys.limit_s),
        fixed(np.empty(0, np.int64)),
    )


def _later(links: Links, seconds: int) -> Links:
    return replace(links, ds=links.ds + np.int32(seconds * 10))


def _within(links: Links, limit_ds: int) -> Links:
    return links if links.ds.max(initial=0) <= limit_ds else links.within(limit_ds)


def _running(patterns: Patterns, starts: Ints, from_s: int, until_s: int) -> tuple[Ints, Ints]:
    """The trips [lo, hi) of every pattern that matter in any draw."""
    spans = [patterns.running(start, from_s, until_s) for start in starts]
    return np.min([low for low, _ in spans], axis=0), np.max([high for _, high in spans], axis=0)


def _tables(p: Patterns, stops: int, live: NDArray[np.bool_], random: NDArray[np.bool_]) -> Tables:
    ptr, pattern, position = p.calls(stops, live, boarding=True)
    services = (
        fixed(p.ptr),
        fixed(p.stop),
        fixed(p.board),
        fixed(p.alight),
        fixed(p.offset),
        fixed(p.arrival),
        fixed(p.departure),
    )
    return Tables(*services, fixed(ptr), fixed(pattern), fixed(position), fixed(random))


def _pruned(p: Patterns, links: Links, live: NDArray[np.bool_], *, boarding: bool) -> Links:
    """Without the links to stops that no fastest journey boards (or alights) at."""
    at, pattern, position = p.calls(links.places, live, boarding=boarding)
    calls = Rows(fixed(at), fixed(pattern), fixed(position))
    ptr, profile = p.profiles()
    time = p.departure if boarding else p.arrival
    keep = needed(_rows(links), calls, fixed(ptr), fixed(profile), fixed(time), boarding)
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
