"""Stations judged as nodes and as places, and by one index of how far transit and land use serve each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analyses._inputs import Floats, id_order
from analyses.scoring.scores import standardised
from analyses.scoring.weights import AhpWeights, PcaWeights, given_weights, pca_weights
from geo import PlanningDataError, nearest_names

NODE_PLACE_CLASSES = ("balance", "stress", "dependence", "unsustained_node", "unsustained_place")
IMBALANCE, DEPENDENCE, STRESS = 0.25, 0.3, 0.7


def node_place(
    node_indicators: pd.DataFrame,
    place_indicators: pd.DataFrame,
    *,
    weights: Mapping[str, float] | None = None,
    standardise: str = "min_max",
    directions: Mapping[str, int] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    imbalance: float = IMBALANCE,
    dependence: float = DEPENDENCE,
    stress: float = STRESS,
) -> pd.DataFrame:
    """How much of a node (transit) and how much of a place (people, jobs, services) every station is, and whether the two match.

    Formula: N = Σ_k w_k s_k over node indicators, V the same over place indicators; class: N − V > 0.25 unsustained node, < −0.25
    unsustained place, else (N + V) / 2 > 0.7 stress, < 0.3 dependence, else balance. Source: Bertolini 1999.

    Two frames on the same index, one row a station; scores as in `standardised` (``min_max`` or ``rank``, so N and V lie in 0–1),
    relative to the stations compared unless ``bounds`` are given. ``weights`` for all indicators of both frames, of sum 1 on each
    side; left out: all alike. ``imbalance``, ``dependence``, ``stress`` are the thresholds of the class. Returns ``node_score``,
    ``place_score``, ``balance_gap`` (N − V) and ``node_place_class`` on the index. Errors: E-NODE-01 (index differs, a name on
    both sides), E-NODE-02 (thresholds, no scale of 0–1), E-WEIGHT-01 to -03, and those of `standardised`.

    >>> import pandas as pd
    >>> names = ["centre", "suburb", "terminal"]
    >>> node = pd.DataFrame({"trips_per_hour": [20, 2, 18]}, index=names)
    >>> place = pd.DataFrame({"people_per_ha": [200, 20, 20]}, index=names)
    >>> node_place(node, place)["node_place_class"].to_dict()
    {'centre': 'stress', 'suburb': 'dependence', 'terminal': 'unsustained_node'}
    """
    _check_sides(node_indicators, place_indicators)
    _check_classes(standardise, imbalance, dependence, stress)
    place_indicators = place_indicators.loc[node_indicators.index]
    known = {*map(str, node_indicators), *map(str, place_indicators)}
    unknown = sorted({*(weights or {}), *(directions or {}), *(bounds or {})} - known)
    if unknown:
        mend = nearest_names(unknown[0], known)
        raise PlanningDataError("E-NODE-01", "no such indicator.", feature_ids=unknown, mend=mend)
    node, place = (
        _side(table, standardise, weights, directions or {}, bounds or {}) for table in (node_indicators, place_indicators)
    )
    gap, level = node - place, (node + place) / 2
    classes = np.select(
        [gap > imbalance, gap < -imbalance, level > stress, level < dependence],
        ["unsustained_node", "unsustained_place", "stress", "dependence"],
        "balance",
    )
    table = {"node_score": node, "place_score": place, "balance_gap": gap, "node_place_class": classes}
    return pd.DataFrame(table, index=node_indicators.index)


def tod_index(
    indicators: pd.DataFrame,
    *,
    weights: str | Mapping[str, float] | pd.Series | AhpWeights | PcaWeights = "equal",
    dimensions: Mapping[str, Sequence[str]] | None = None,
    transit: Sequence[str] = (),
    standardise: str = "min_max",
    directions: Mapping[str, int] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
) -> pd.DataFrame:
    """One number for how far transit and land use serve each other round a station, and the scores it is made of.

    Formula: TOD = Σ_k w_k s_k, s_k the standardised criteria, Σ w_k = 1; potential TOD: the same without the criteria that only
    transit brings, their weights shared out over the others. Source: Singh et al. 2014; Cervero & Kockelman 1997.
    Peer: pymcdm (WSM).

    ``indicators`` one row a station (or a zone, where only the potential is asked for), as from `tod_indicators`. ``dimensions``
    name → its indicators: a criterion is then the mean score of a dimension (density, diversity, design, access, economy,
    capacity); left out, every indicator is a criterion. ``weights`` of the criteria: "equal", "pca" (`pca_weights` of the
    criteria), a mapping of sum 1, or what `ahp_weights` returned. ``transit`` the criteria the potential goes without.
    Returns ``<criterion>_score``, ``tod_index`` and, with ``transit``, ``tod_potential``, 0–1 unless by ``z_score``. Errors:
    E-TOD-01 (dimensions do not hold each indicator once), E-TOD-02 (weights), E-TOD-03 (transit), E-WEIGHT-01 to -03, and those
    of `standardised` and `pca_weights`.

    >>> import pandas as pd
    >>> stations = pd.DataFrame({"people_per_ha": [50, 150], "lines": [4, 1]}, index=["A", "B"])
    >>> tod_index(stations, weights={"people_per_ha": 0.75, "lines": 0.25}, transit=["lines"]).to_dict("index")["B"]
    {'people_per_ha_score': 1.0, 'lines_score': 0.0, 'tod_index': 0.75, 'tod_potential': 1.0}
    """
    scores = standardised(indicators, standardise, directions=directions, bounds=bounds)
    if dimensions is not None:
        _check_dimensions(dimensions, list(map(str, indicators)))
        scores = pd.DataFrame({name: _mean(scores[list(mine)]) for name, mine in dimensions.items()}, scores.index)
    weight = _weights(weights, scores)
    result = scores.add_suffix("_score")
    result["tod_index"] = _weighed(scores, weight)
    if not transit:
        return result
    rest = [name for name in map(str, scores) if name not in transit]
    if len(rest) + len(set(transit)) != scores.shape[1] or not weight[rest].sum() > 0:
        mend = f"some of {', '.join(map(str, scores))}, and one of weight must stay."
        raise PlanningDataError("E-TOD-03", "the criteria of transit do not fit.", seen=list(transit), mend=mend)
    result["tod_potential"] = _weighed(scores[rest], weight[rest] / weight[rest].sum())
    return result


def _side(
    table: pd.DataFrame,
    standardise: str,
    weights: Mapping[str, float] | None,
    directions: Mapping[str, int],
    bounds: Mapping[str, tuple[float, float]],
) -> Floats:
    """The score of one side; directions, bounds and weights hold indicators of both."""
    turns = {name: sign for name, sign in directions.items() if name in table}
    limits = {name: bound for name, bound in bounds.items() if name in table}
    scores = standardised(table, standardise, directions=turns, bounds=limits)
    if weights is None:
        return _mean(scores)
    names = list(map(str, scores))
    return _weighed(scores, given_weights({name: weights[name] for name in names if name in weights}, names))


def _mean(scores: pd.DataFrame) -> Floats:
    return _weighed(scores, pd.Series(1 / scores.shape[1], scores.columns))


def _weighed(scores: pd.DataFrame, weight: pd.Series) -> Floats:
    """Σ w s of every row, in the order of the names: the same for any order of columns."""
    parts = scores.to_numpy() * weight[scores.columns].to_numpy()
    return np.asarray(parts[:, id_order(scores.columns)].sum(axis=1))


def _weights(weights: str | Mapping[str, float] | pd.Series | AhpWeights | PcaWeights, scores: pd.DataFrame) -> pd.Series:
    if isinstance(weights, (AhpWeights, PcaWeights)):
        weights = weights.weights
    if isinstance(weights, pd.DataFrame):
        raise PlanningDataError("E-TOD-02", "a matrix is no weights.", seen=weights.shape, mend="weights=ahp_weights(matrix).")
    if not isinstance(weights, str):
        return given_weights({str(name): share for name, share in weights.items()}, list(map(str, scores)))
    if weights == "pca":
        return pca_weights(scores).weights
    if weights != "equal":
        mend = '"equal", "pca", a mapping of sum 1, or ahp_weights(matrix).'
        raise PlanningDataError("E-TOD-02", "no such weights.", seen=weights, mend=mend)
    return pd.Series(1 / scores.shape[1], scores.columns)


def _check_sides(node: pd.DataFrame, place: pd.DataFrame) -> None:
    odd = list(node.index.symmetric_difference(place.index)) or [name for name in node if name in place]
    if odd:
        mend = "give both sides the same stations, and every indicator to one side."
        raise PlanningDataError("E-NODE-01", "the two sides differ in stations or share names.", feature_ids=odd, mend=mend)


def _check_classes(standardise: str, imbalance: float, dependence: float, stress: float) -> None:
    if standardise not in ("min_max", "rank") or not (0 < imbalance < 1 and 0 <= dependence < stress <= 1):
        seen = f"{standardise}, imbalance {imbalance}, dependence {dependence}, stress {stress}"
        mend = 'standardise "min_max" or "rank", 0 < imbalance < 1, dependence < stress within 0–1.'
        raise PlanningDataError("E-NODE-02", "the classes have no meaning.", seen=seen, mend=mend)


def _check_dimensions(dimensions: Mapping[str, Sequence[str]], names: list[str]) -> None:
    held = [name for mine in dimensions.values() for name in mine]
    odd = [name for name in held if held.count(name) > 1] + list(set(held) ^ set(names))
    if odd or not all(dimensions.values()):
        ids = sorted(set(odd), key=str)
        mend = "put every indicator into one dimension, or leave it out of the table."
        raise PlanningDataError("E-TOD-01", "dimensions do not hold each indicator once.", feature_ids=ids, mend=mend)
