"""What a station is worth as a node, as a place and to the market, and whether node and place match, wherever it may stand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses._inputs import Floats
from analyses.planning.ranges import ranges
from analyses.stations.tod import DEPENDENCE, IMBALANCE, STRESS

VALUES = ("node", "place", "market")
LEAST = 2  # stations: values are relative to each other


def station_worth(indicators: Mapping[str, Mapping[str, Floats]], stops: pd.Index) -> pd.DataFrame:
    """Node, place and market value, TOD index and node–place class of every station, over all draws.

    Formula: in every draw V_g = mean over k in g of (x_k − min x_k) / (max x_k − min x_k), TOD = mean over all k, classes as in
    `node_place`. Source: Salat & Ollivier 2017 (World Bank, 3V approach); Bertolini 1999; Singh et al. 2014.

    What `three_values`, `node_place` and `tod_index` give for one table, of all draws at once. ``indicators`` by node, place and
    market: name → [station, draw]; one that is alike at all stations of a draw tells nothing and is left out there; a value
    without any is 0.5. Returns on ``stops`` ``<value>_value_p10 _p50 _p90``, ``tod_index_p10 ...``, the ``node_place_class`` that
    most draws give and ``class_pct``, how many of them. Empty for fewer than two stations.
    """
    if len(stops) < LEAST:
        return pd.DataFrame(index=stops[:0])
    draws = max(rows.shape[1] for group in indicators.values() for rows in group.values())
    untold = np.full((len(stops), draws), np.nan)
    scores = {group: [*_scores(list(indicators.get(group, {}).values())), untold] for group in VALUES}
    values = {f"{group}_value": _mean(one) for group, one in scores.items()}
    values["tod_index"] = _mean([score for one in scores.values() for score in one])
    everywhere = np.ones(len(stops), bool)
    found = {f"{name}_{at}": row for name, rows in values.items() for at, row in ranges(rows, everywhere).items()}
    named, share = _most_frequent(_classes(values["node_value"], values["place_value"]))
    return pd.DataFrame({**found, "node_place_class": named, "class_pct": share}, index=stops)


def _scores(indicators: list[Floats]) -> list[Floats]:
    """Each 0–1 over the stations of a draw; null where all are alike."""
    found = []
    for rows in indicators:
        low, high = rows.min(axis=0), rows.max(axis=0)
        span = np.broadcast_to(high - low, rows.shape)
        found.append(np.divide(rows - low, span, out=np.full(rows.shape, np.nan), where=span > 0))
    return found


def _mean(scores: list[Floats]) -> Floats:
    """The mean of the scores that tell stations apart, 0.5 where none does."""
    stacked = np.stack(scores)
    told = np.isfinite(stacked)
    count = told.sum(axis=0)
    return np.divide(np.where(told, stacked, 0).sum(axis=0), count, out=np.full(count.shape, 0.5), where=count > 0)


def _classes(node: Floats, place: Floats) -> NDArray[np.str_]:
    gap, level = np.broadcast_arrays(node - place, (node + place) / 2)
    return np.select(
        [gap > IMBALANCE, gap < -IMBALANCE, level > STRESS, level < DEPENDENCE],
        ["unsustained_node", "unsustained_place", "stress", "dependence"],
        "balance",
    )


def _most_frequent(classes: NDArray[np.str_]) -> tuple[list[str], Floats]:
    names, share = [], np.zeros(len(classes))
    for at, row in enumerate(classes):
        found, counts = np.unique(row, return_counts=True)
        names.append(str(found[counts.argmax()]))
        share[at] = 100 * counts.max() / len(row)
    return names, share
