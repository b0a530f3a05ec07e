"""What a failure costs: the bridge that is closed, the road under water, the line that does not run, ranked by what is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from analyses._inputs import id_order
from analyses.networks.failing_lines import line_losses, line_shapes
from analyses.networks.failing_streets import closed_edges, edge_shapes, groups_of_edges, street_losses
from analyses.networks.losses import Loss, Trips, loss_between, trips_of
from analyses.travel.matrices import centres_xy, travel_times
from analyses.travel.times import Departure
from geo import PlanningDataError
from geo.movement import Transport
from layers import CloseRoad, RemoveLine, RemoveStop, Scenario

MEASURES = ("extra_minutes", "access_loss")
Change = CloseRoad | RemoveLine | RemoveStop
Candidates = Mapping[str, Change | Sequence[Change]] | pd.Series


def robustness(  # noqa: PLR0913 - one question with its documented defaults, all by keyword
    transport: Transport,
    origins: GeoDataFrame,
    destinations: GeoDataFrame,
    weights: pd.Series | pd.DataFrame,
    *,
    candidates: Candidates,
    measure: str = "extra_minutes",
    mode: str = "car",
    departure: Departure | None = None,
    opportunities: pd.Series | None = None,
    cutoff_min: float = 45,
    limit_min: float = 240,
    threads: int | None = None,
    **options: Any,
) -> GeoDataFrame:
    """Which failures hurt most: what is lost when a bridge, a road, a line or a station fails, each alone, ranked.

    Formula: I_k = Σ_ij w_ij (t_ij^k − t_ij) over pairs that still have a way, cut-off pairs counted apart; or
    Σ_i P_i (A_i − A_i^k) with A_i = Σ_j O_j [t_ij ≤ T]. Source: Jenelius, Petersen & Mattsson 2006.

    ``weights``: people on the index of the origins, each going once to every destination (w_ij = P_i), or a frame of travellers
    [origins, destinations]. ``candidates``: name → `layers.CloseRoad`, `RemoveLine`, `RemoveStop` or a list of them; or, for
    streets, a Series on ``edge_id`` (rows of ``transport.streets.edges.frame(crs)``) with the name of the candidate every edge
    belongs to, null for none (`road_candidates`, `bridge_candidates`). Roads are closed to through traffic, as by `CloseRoad`:
    who lives along them still comes to the next crossings. Streets fail for street modes, lines and stops for "transit" (first
    percentile of ``departure``; ``options`` ``board_slack_s``, ``max_rides``, ``draws``, ``seed``). Nobody changes mode or hour.

    Returns one row a candidate, index ``failure_id``, the worst first: ``rank`` by ``measure`` ("extra_minutes": of all people;
    "access_loss": opportunities within ``cutoff_min``), ``extra_person_min`` of those who still get there, ``extra_min`` a
    traveller, ``slower_pairs``; ``cut_off_pairs`` and ``cut_off_trips`` (the trips of pairs not reached within ``limit_min``
    any more), ``cut_off_rank`` among those (null where nobody is); with ``opportunities`` (a Series on the destinations)
    ``<name>_lost_within_<T>min`` a person and ``<name>_lost_pct``; ``reach_pct`` the travellers who arrive as long as nothing
    fails; geometry in the transport's CRS (lines run straight from stop to stop).
    Only what a failure touches is routed again; the result equals that of closing each road in turn.
    Errors: E-ROB-01 (no candidates, measure), -02 (a change that does not fit the mode), -03 (unknown line), -04 (edges),
    E-SCN-01, E-DEMAND-01 to -03, E-OPP-01 to -03, E-LIMIT-01, E-MODE-01, E-MODE-02, E-ORIGIN-01, E-ORIGIN-02.
    """
    _check(measure, opportunities, candidates)
    transport.check_mode(mode)
    departure = departure or Departure()
    origins, destinations = (frame.iloc[id_order(frame.index)] for frame in (origins, destinations))
    ends = centres_xy(origins, transport.crs), centres_xy(destinations, transport.crs)
    trips = trips_of(origins.index, destinations.index, weights, opportunities, cutoff_min, limit_min)
    if mode == "transit":
        lines = _changes(transport, candidates, (RemoveLine, RemoveStop), mode)
        loss = line_losses(transport, ends, lines, trips, departure, {"threads": threads, **options})
        return _ranked(list(lines), line_shapes(transport, lines), loss, trips, transport.crs, measure, opportunities)
    if options:
        mend = "board_slack_s, max_rides, draws and seed are of transit alone."
        raise PlanningDataError("E-ROB-02", "options without a meaning for streets.", seen=sorted(options), mend=mend)
    edges = _edges(transport, candidates, mode)
    if mode == "walk":
        loss = _on_foot(transport, origins, destinations, edges, trips)
    else:
        loss = street_losses(transport, ends, edges, trips, (mode, departure.hour, threads))
    return _ranked(list(edges), edge_shapes(transport, edges), loss, trips, transport.crs, measure, opportunities)


def _check(measure: str, opportunities: pd.Series | None, candidates: Candidates) -> None:
    if measure not in MEASURES:
        raise PlanningDataError("E-ROB-01", "no such measure.", seen=measure, mend=f"one of {', '.join(MEASURES)}.")
    if measure == "access_loss" and opportunities is None:
        mend = "give opportunities on the index of the destinations."
        raise PlanningDataError("E-ROB-01", "access to what?", seen=None, mend=mend)
    if not len(candidates) or (isinstance(candidates, pd.Series) and candidates.isna().all()):
        raise PlanningDataError("E-ROB-01", "there are no candidates.", seen=0, mend="name one failure at least.")


def _changes(transport: Transport, candidates: Candidates, kinds: tuple[type, ...], mode: str) -> dict[object, Sequence[Any]]:
    """The changes of every candidate as tuples, checked against the transport. Errors: E-ROB-02, E-SCN-01."""
    names = ", ".join(kind.__name__ for kind in kinds)
    if isinstance(candidates, pd.Series):
        mend = f"give name: {names}."
        raise PlanningDataError("E-ROB-02", f"edges of streets do not fail for {mode!r}.", seen="Series", mend=mend)
    found: dict[object, Sequence[Any]] = {}
    for name, given in candidates.items():
        changes = tuple(given) if isinstance(given, Sequence) else (given,)
        odd = [type(change).__name__ for change in changes if not isinstance(change, kinds)]
        if odd or not changes:
            what = f"this is no failure for {mode!r}."
            raise PlanningDataError("E-ROB-02", what, feature_ids=[name], seen=odd, mend=f"use {names}.")
        problems = [str(problem) for change in changes for problem in (*change.faults(), *change.misfits(transport))]
        if problems:
            what = f"{len(problems)} to mend: {'; '.join(problems)}."
            raise PlanningDataError("E-SCN-01", what, feature_ids=[name], mend="mend every point.")
        found[name] = changes
    return found


def _edges(transport: Transport, candidates: Candidates, mode: str) -> dict[object, Any]:
    """Rows of the edges that every candidate closes to the mode."""
    if isinstance(candidates, pd.Series):
        return groups_of_edges(transport, candidates)
    changes = _changes(transport, candidates, (CloseRoad,), mode)
    return {name: closed_edges(transport, mode, parts) for name, parts in changes.items()}


def _on_foot(
    transport: Transport, origins: GeoDataFrame, destinations: GeoDataFrame, edges: Mapping[object, Any], trips: Trips
) -> Loss:
    """Walks are timed anew for every failure: they may run over other streets than the transport's, or over none."""
    before = travel_times(transport, origins, destinations, mode="walk", limit_min=trips.limit_min).at().astype(float)
    reached, every = np.isfinite(before), np.arange(len(before))
    sums = np.zeros((5, len(before), len(edges)))
    for column, (name, rows) in enumerate(edges.items()):
        if len(rows):
            closed = Scenario(str(name), [CloseRoad(edge_ids=rows.tolist(), modes=["walk"])]).apply(transport)
            after = travel_times(closed, origins, destinations, mode="walk", limit_min=trips.limit_min).at().astype(float)
            sums[:, :, column] = loss_between(before, after, trips, every)
    own = np.where(reached, trips.travellers, 0)
    within = (before <= trips.cutoff_min) @ trips.opportunities
    return Loss(own.sum(axis=1), (own * np.where(reached, before, 0)).sum(axis=1), within, *sums)


def _ranked(
    names: list[object],
    shapes: list[Any],
    loss: Loss,
    trips: Trips,
    crs: str,
    measure: str,
    opportunities: pd.Series | None,
) -> GeoDataFrame:
    travellers = loss.travellers.sum()
    table: dict[str, Any] = {
        "extra_person_min": loss.extra_min.sum(axis=0),
        "extra_min": loss.extra_min.sum(axis=0) / travellers if travellers > 0 else np.nan,
        "slower_pairs": loss.slower_pairs.sum(axis=0).astype(int),
        "cut_off_pairs": loss.cut_off_pairs.sum(axis=0).astype(int),
        "cut_off_trips": loss.cut_off.sum(axis=0),
    }
    worst = table["extra_person_min"]
    if opportunities is not None:
        name = "opportunities" if opportunities.name is None else opportunities.name
        lost, whole = trips.people @ loss.lost, trips.people @ loss.within
        table[f"{name}_lost_within_{trips.cutoff_min:g}min"] = lost / trips.people.sum()
        table[f"{name}_lost_pct"] = 100 * lost / whole if whole > 0 else np.nan
        worst = lost if measure == "access_loss" else worst
    index = pd.Index(names, name="failure_id")
    frame = GeoDataFrame(table, index=index, geometry=shapes, crs=crs)
    frame.insert(0, "rank", pd.Series(worst, index).rank(ascending=False, method="min").astype(int))
    cut = frame["cut_off_trips"].where(frame["cut_off_pairs"] > 0)
    frame.insert(6, "cut_off_rank", cut.rank(ascending=False, method="min").astype("Int64"))
    frame.insert(7, "reach_pct", 100 * travellers / trips.travellers.sum())
    order = sorted(
        range(len(names)), key=lambda row: (frame["rank"].iloc[row], -frame["cut_off_trips"].iloc[row], str(names[row]))
    )
    return frame.iloc[order]
