"""Weights of criteria: given and checked, by pairs that people compared (AHP), or by what the criteria have in common (PCA)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses._inputs import Floats, id_order, numbers
from geo import PlanningDataError

# CR = CI / RI: the mean consistency index of random matrices of 1, 2, 3 ... criteria, as printed by Saaty 1980
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
ACCEPTED_RATIO = 0.1
SUM_TOLERANCE = 1e-6
_EQUAL = 1e-9
_PAIR, _TRIAD = 2, 3


@dataclass(frozen=True)
class AhpWeights:
    """What a comparison of pairs says: the weights, and whether its judgements agree with each other.

    ``weights`` sum to 1, by criterion; ``consistency_ratio`` 0 when every judgement follows from the others, to be mistrusted
    above 0.1; ``worst_triad`` the three criteria whose judgements contradict each other most, empty where none do, and
    ``contradiction`` these judgements in words.
    """

    weights: pd.Series
    consistency_ratio: float
    worst_triad: tuple[str, ...]
    contradiction: str


@dataclass(frozen=True)
class PcaWeights:
    """What criteria have in common: ``weights`` by criterion (sum 1), ``loadings`` [criterion, component], ``explained_pct``.

    The greatest loading of a component is positive. A negative one on the first component tells of a criterion that runs against
    the others: look at its direction before an index is made of it.
    """

    weights: pd.Series
    loadings: pd.DataFrame
    explained_pct: pd.Series


def given_weights(weights: Mapping[str, float], criteria: Sequence[str]) -> pd.Series:
    """The weights in the order of the criteria, if there is one for each, none below 0, and they sum to 1.

    Errors: E-WEIGHT-01 (a criterion without weight, a weight without criterion), E-WEIGHT-02 (null, infinite, negative),
    E-WEIGHT-03 (another sum than 1).

    >>> given_weights({"density": 0.75, "access": 0.25}, ["access", "density"]).to_dict()
    {'access': 0.25, 'density': 0.75}
    """
    odd = sorted(set(weights) ^ set(criteria), key=str)
    if odd:
        mend = f"give one weight to each of {', '.join(map(str, criteria))}."
        raise PlanningDataError("E-WEIGHT-01", "weights and criteria differ.", feature_ids=odd, mend=mend)
    found = pd.Series({name: float(weights[name]) for name in criteria}, dtype="float64", name="weight").rename_axis("criterion")
    wrong = found.index[~(np.isfinite(found) & (found >= 0))]
    if len(wrong):
        seen = list(found[wrong])
        raise PlanningDataError(
            "E-WEIGHT-02", "weights are no shares.", feature_ids=list(wrong), seen=seen, mend="0 to 1, of sum 1."
        )
    total = float(np.sum(np.sort(found.to_numpy())))
    if abs(total - 1) > SUM_TOLERANCE:
        raise PlanningDataError("E-WEIGHT-03", "weights do not sum to 1.", seen=total, mend=f"divide all of them by {total:g}.")
    return found


def ahp_weights(matrix: pd.DataFrame, *, inconsistent: str = "refuse", greatest: float = 9.0) -> AhpWeights:
    """Weights from pairs: people say how many times as important one criterion is as another.

    Formula: A w = λ w, λ the largest eigenvalue, Σ w = 1; CI = (λ − n) / (n − 1), CR = CI / RI(n); worst triad: the greatest
    |ln(a_ij a_jk / a_ik)|. Source: Saaty 1980; Koczkodaj 1993. Peer: pymcdm (AHP).

    ``matrix`` the criteria as index and as columns. One of each pair is enough: null is filled with the reciprocal of the other,
    null on the diagonal with 1, so leave the lower triangle empty. ``greatest`` judgement, 9 on Saaty's scale. Where CR > 0.1 the
    error names the triad to look at again; ``inconsistent="keep"`` returns the weights all the same. Two criteria are always
    consistent. Errors: E-AHP-01 (index and columns differ, ids twice, more than 15), E-AHP-02 (no positive number, beyond the
    scale), E-AHP-03 (a pair and its reverse are not reciprocal, or both null), E-AHP-04 (CR > 0.1), E-AHP-05 (option).

    >>> import pandas as pd
    >>> names, no = ["density", "access", "design"], None
    >>> result = ahp_weights(pd.DataFrame([[1, 2, 4], [no, 1, 2], [no, no, 1]], names, names))
    >>> result.weights.round(4).to_dict(), round(result.consistency_ratio, 4) + 0.0
    ({'density': 0.5714, 'access': 0.2857, 'design': 0.1429}, 0.0)
    """
    if inconsistent not in ("refuse", "keep"):
        raise PlanningDataError("E-AHP-05", "no such option.", seen=inconsistent, mend='inconsistent="refuse" or "keep".')
    names = _criteria(matrix)
    order = id_order(names)
    filled = _reciprocal(_judgements(matrix.loc[names, names], greatest), names)[np.ix_(order, order)]
    values, vectors = np.linalg.eig(filled)
    main = int(np.argmax(values.real))
    weight = np.abs(vectors[:, main].real)
    size = len(order)
    index = max(float(values[main].real) - size, 0.0) / max(size - 1, 1)
    ratio = index / RANDOM_INDEX[size - 1] if size >= _TRIAD else 0.0
    triad, words = _contradiction(filled, [str(name) for name in names[order]])
    if ratio > ACCEPTED_RATIO and inconsistent == "refuse":
        mend = f'judge these anew: {words}; or inconsistent="keep".'
        raise PlanningDataError(
            "E-AHP-04", f"the judgements contradict each other: CR {ratio:.3f} > 0.1.", feature_ids=triad, mend=mend
        )
    weights = pd.Series(weight / weight.sum(), names[order], name="weight").loc[names].rename_axis("criterion")
    return AhpWeights(weights, ratio, triad, words)


def pca_weights(indicators: pd.DataFrame, *, components: int | None = None) -> PcaWeights:
    """Weights from the data alone: how much of an indicator's variance the main components share with the others.

    Formula: w_k = h_k / Σ_m h_m, communality h_k = Σ_c λ_c e_kc² over the components c of the correlation matrix with λ_c ≥ 1.
    Source: Kaiser 1960; OECD & JRC 2008.

    ``indicators`` one row a station, one column an indicator, in any units, more rows than 2; ``components`` how many instead of
    those with λ ≥ 1. Weights do not depend on signs, nor on how the components are rotated. Indicators that share nothing weigh
    the same. Errors: E-PCA-01 (ids twice, fewer than 3 rows or 2 columns), E-PCA-02 (null, infinite, text), E-PCA-03 (a
    column of equal numbers), E-PCA-04 (components).

    >>> import pandas as pd
    >>> table = pd.DataFrame({"people": [1, 2, 3, 4], "jobs": [10, 20, 30, 40], "noise": [1, -1, -1, 1]})
    >>> pca_weights(table, components=1).weights.round(4).to_dict()
    {'people': 0.5, 'jobs': 0.5, 'noise': 0.0}
    """
    table = _varied(indicators)
    by_name = id_order(table.columns)
    sorted_names = table.columns[by_name]
    values, vectors = np.linalg.eigh(np.corrcoef(table.to_numpy()[np.ix_(id_order(table.index), by_name)], rowvar=False))
    values, vectors = values[::-1], vectors[:, ::-1]
    kept = int((values >= 1 - _EQUAL).sum()) if components is None else components
    if not 1 <= kept <= len(values):
        mend = f"1 to {len(values)}, or None for those with an eigenvalue of 1 or more."
        raise PlanningDataError("E-PCA-04", "there are not so many components.", seen=components, mend=mend)
    vectors = vectors[:, :kept]
    largest = np.argmax(np.abs(vectors) > np.abs(vectors).max(axis=0) - _EQUAL, axis=0)  # the first by name among equals
    vectors = vectors * np.where(vectors[largest, np.arange(kept)] < 0, -1.0, 1.0)
    shared = (values[:kept] * vectors**2).sum(axis=1)
    shared[shared < _EQUAL] = 0.0
    heads = pd.RangeIndex(1, kept + 1, name="component")
    loadings = pd.DataFrame(vectors * np.sqrt(np.maximum(values[:kept], 0)), sorted_names, heads)
    weights = pd.Series(shared / shared.sum(), sorted_names, name="weight")
    explained = pd.Series(100 * values[:kept] / len(values), heads, name="explained_pct")
    names = table.columns.rename("criterion")
    return PcaWeights(weights.loc[names], loadings.loc[names], explained)


def _criteria(matrix: pd.DataFrame) -> pd.Index:
    names = matrix.index
    if names.has_duplicates or matrix.columns.has_duplicates or len(names.symmetric_difference(matrix.columns)):
        odd = list(names.symmetric_difference(matrix.columns)) or list(names[names.duplicated()])
        mend = "name the rows and the columns alike, each criterion once."
        raise PlanningDataError("E-AHP-01", "rows and columns of the matrix differ.", feature_ids=odd, mend=mend)
    if not 1 <= len(names) <= len(RANDOM_INDEX):
        mend = "group the criteria, and compare within groups first."
        raise PlanningDataError("E-AHP-01", "criteria must be 1 to 15.", seen=len(names), mend=mend)
    return names


def _judgements(matrix: pd.DataFrame, greatest: float) -> Floats:
    """The matrix in float64 with null where nothing was said, judgements within the scale."""
    try:
        said = matrix.astype("float64").to_numpy()
    except (TypeError, ValueError) as error:
        raise PlanningDataError(
            "E-AHP-02", "judgements are no numbers.", seen=str(error), mend="write 1/3 as a number."
        ) from error
    high = greatest * (1 + _EQUAL)
    bad = ~(np.isnan(said) | ((said <= high) & (said * high >= 1)))
    if bad.any():
        row, column = np.argwhere(bad)[0]
        pair = [str(matrix.index[row]), str(matrix.columns[column])]
        mend = f"from 1/{greatest:g} to {greatest:g}."
        seen = float(said[row, column])
        raise PlanningDataError("E-AHP-02", "a judgement is beyond the scale.", feature_ids=pair, seen=seen, mend=mend)
    return said


def _reciprocal(said: Floats, names: pd.Index) -> Floats:
    """The judgements with nulls filled from the other side of the diagonal."""
    filled = np.where(np.isnan(said), 1 / said.T, said)
    filled[np.diag_indices_from(filled)] = np.where(np.isnan(np.diag(said)), 1.0, np.diag(said))
    bad = ~(np.abs(filled * filled.T - 1) <= SUM_TOLERANCE)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        pair = [str(names[row]), str(names[column])]
        seen = [float(said[row, column]), float(said[column, row])]
        mend = "give one of the two and leave the other null: it is its reciprocal."
        raise PlanningDataError(
            "E-AHP-03", "a pair and its reverse are not reciprocal, or both null.", feature_ids=pair, seen=seen, mend=mend
        )
    return filled


def _contradiction(matrix: Floats, names: list[str]) -> tuple[tuple[str, ...], str]:
    """The triad whose direct judgement differs most from the indirect one, and that in words; nothing if none does."""
    worst, found = _EQUAL, None
    for i, j, k in itertools.combinations(range(len(names)), _TRIAD):
        gap = abs(np.log(matrix[i, j] * matrix[j, k] / matrix[i, k]))
        if gap > worst + _EQUAL:
            worst, found = gap, (i, j, k)
    if found is None:
        return (), ""
    i, j, k = found
    one, other, third = (names[at] for at in found)
    follows = matrix[i, j] * matrix[j, k]
    said = f"{one}/{other} = {matrix[i, j]:.3g}, {other}/{third} = {matrix[j, k]:.3g}"
    return (one, other, third), f"{said}, so {one}/{third} would be {follows:.3g}, not {matrix[i, k]:.3g}"


def _varied(indicators: pd.DataFrame) -> pd.DataFrame:
    if (
        indicators.index.has_duplicates
        or indicators.columns.has_duplicates
        or len(indicators) < _TRIAD
        or indicators.shape[1] < _PAIR
    ):
        seen = f"{len(indicators)} rows, {indicators.shape[1]} columns"
        mend = "3 stations and 2 indicators or more, each named once."
        raise PlanningDataError("E-PCA-01", "too little to compare, or names stand twice.", seen=seen, mend=mend)
    table = numbers(indicators, "PCA", "indicators")
    same = [str(name) for name in table if table[name].max() - table[name].min() <= _EQUAL * table[name].abs().max()]
    if same:
        raise PlanningDataError(
            "E-PCA-03", "indicators are the same everywhere.", seen=same, mend="leave them out: they tell nothing."
        )
    return table
