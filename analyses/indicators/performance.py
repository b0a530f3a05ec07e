"""How well transport brings near people into reach, and the three values of stations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from scipy.spatial import cKDTree

from analyses._inputs import above_zero, amounts_on, id_order
from analyses._zones import same_metric_crs
from analyses.access.opportunities import opportunities_within
from analyses.scoring.scores import standardised
from analyses.travel.matrices import centres_xy
from analyses.travel.times import TravelTimes
from geo import PlanningDataError, nearest_names

LEVELS = ("low", "medium", "high")


def transport_performance(
    times: TravelTimes, people: pd.Series, places: GeoDataFrame, *, cutoff_min: float = 30, radius_km: float = 8
) -> pd.DataFrame:
    """Of the people nearby, how many can be reached in half an hour: what transport adds to, or takes from, a dense place.

    Formula: 100 × Σ_j P_j [t_ij ≤ 30 min] / Σ_j P_j [s_ij ≤ 8 km]. Source: Poelman, Dijkstra & Ackermans 2020.

    ``times`` between places; ``people`` P and ``places`` (points, or polygons that stand for their centre, one metric CRS) on the
    destinations, which include the origins. ``cutoff_min``, ``radius_km``: the pair of the source; others answer other questions.
    Index of the origins: ``accessible_people``, ``nearby_people``, ``performance_pct`` (above 100 where people farther away are
    reached), null where nobody lives nearby. Near the edge of the data both counts are too low. Errors: E-PERF-01 (places and
    destinations differ), E-PERF-02 (radius), E-OPP-01 to -03, E-CRS-02, E-ORIGIN-01, -02.
    """
    above_zero([radius_km], "E-PERF-02", "the radius")
    missing = times.destinations.union(times.origins).difference(places.index)
    if len(missing):
        mend = "give the place of every origin and destination."
        raise PlanningDataError("E-PERF-01", "places are missing.", feature_ids=list(missing), mend=mend)
    same_metric_crs(places, places)
    xy = pd.DataFrame(centres_xy(places, str(places.crs)), index=places.index)
    amounts = amounts_on(times.destinations, people, "OPP", "people").iloc[:, 0]
    accessible = opportunities_within(times, amounts.rename("people"), cutoff_min)
    order = id_order(times.destinations)
    near = cKDTree(xy.loc[times.destinations].to_numpy()[order])
    found = near.query_ball_point(xy.loc[times.origins].to_numpy(), radius_km * 1000, return_sorted=True)
    in_order = amounts.to_numpy()[order]
    nearby = np.array([in_order[rows].sum() for rows in found])
    columns: dict[str, object] = {"nearby_people": nearby}
    for name in accessible:
        tail = str(name).removeprefix(f"people_within_{cutoff_min:g}min")
        reached = accessible[name].to_numpy(float)
        columns[f"accessible_people{tail}"] = reached
        share = np.divide(reached, nearby, out=np.full(len(reached), np.nan), where=nearby > 0)
        columns[f"performance{tail}_pct"] = 100 * share
    return pd.DataFrame(columns, index=times.origins)


def three_values(
    indicators: pd.DataFrame, *, node: Sequence[str], place: Sequence[str], market: Sequence[str],
    directions: Mapping[str, int] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Node, place and market potential value of stations, each the mean of its indicators 0–1, and how far apart they are.

    Formula: V_g = mean over k in g of (x_k − min x_k) / (max x_k − min x_k); imbalance = max V − min V; levels by thirds of 0–1.
    Source: Salat & Ollivier 2017 (World Bank, 3V approach).

    ``indicators`` one row a station; ``node`` (centralities, lines, departures an hour, modes), ``place`` (street intersections,
    people and services within a walk, mix), ``market`` (people, jobs now and planned, jobs within 30 minutes, land to build
    on): its columns. ``directions`` as in `standardised`. Returns ``node_value``, ``place_value``, ``market_value``,
    ``imbalance``, and ``node_level`` ... "low", "medium", "high". Values compare these stations with each other and with no
    others. Errors: E-3V-01 (unknown or doubled columns, a value without any), E-SCORE-01 to -04.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"lines": [1, 5], "people": [900, 100], "jobs": [10, 20]}, index=["a", "b"])
    >>> three_values(table, node=["lines"], place=["people"], market=["jobs"])["imbalance"].tolist()
    [1.0, 1.0]
    """
    groups = {"node": list(node), "place": list(place), "market": list(market)}
    named = [name for group in groups.values() for name in group]
    unknown = [name for name in named if name not in indicators]
    if unknown or len(set(named)) < len(named) or not all(groups.values()):
        mend = nearest_names(unknown[0], map(str, indicators)) if unknown else "give each value columns of its own."
        raise PlanningDataError("E-3V-01", "indicators and values do not fit.", feature_ids=unknown, seen=groups, mend=mend)
    scores = standardised(indicators[named], directions=directions)
    values = pd.DataFrame({f"{group}_value": scores[columns].mean(axis=1) for group, columns in groups.items()})
    found = values.assign(imbalance=values.max(axis=1) - values.min(axis=1))
    for group in groups:
        third = np.minimum((values[f"{group}_value"].to_numpy() * 3).astype(int), 2)
        found[f"{group}_level"] = pd.Categorical(np.array(LEVELS, object)[third], list(LEVELS), ordered=True)
    return found
