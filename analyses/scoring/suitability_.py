"""Where a use fits best: weighted overlay of factors under constraints, and how much the ranking hangs on the weights.

The underscore keeps the module from shadowing its function.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analyses._inputs import Floats, id_order, refuse_rows
from analyses.scoring.factors import Factor, scored_cells, standardise
from analyses.scoring.weights import given_weights
from geo import PlanningDataError, RasterLike, map_rasters

_PCT = 100


def suitability(values: pd.DataFrame, factors: Mapping[str, Factor], *, constraints: pd.DataFrame | None = None) -> pd.DataFrame:
    """Suitability of zones between 0 and 1, null where a constraint excludes them, with every score behind it.

    Formula: S_i = Π_c [constraint c holds in i] · Σ_k w_k u_k(x_ik), Σ_k w_k = 1. Source: Malczewski 1999; Saaty 1980.

    ``values`` one row a zone, a column a factor, as measured; ``factors`` {column: `Factor`}, weights of sum 1 (`ahp_weights`
    finds them from pairs). ``constraints`` columns of True (may be used) or False on the same index. Returns on the zones' index
    ``<factor>_score``, ``suitability``, ``suitability_rank`` (1 the best; equals share the better rank, null where excluded) and
    ``excluded_by`` (names of the constraints, ";" between them, empty where none). Infinite minutes are the worst score. Errors:
    E-SUIT-02 (no scores), E-SUIT-03 (no such column), E-SUIT-04 (zones that no constraint excludes have null values),
    E-SUIT-05 (constraints and zones differ, null, not true or false), E-WEIGHT-01 to -03.

    >>> import pandas as pd
    >>> zones = pd.DataFrame({"walk_min": [5, 25, 5], "people_per_ha": [10, 0, 50]}, index=["a", "b", "c"])
    >>> factors = {"walk_min": Factor(0.75, worst=45, best=5), "people_per_ha": Factor(0.25, worst=20, best=0)}
    >>> dry = pd.DataFrame({"dry": [True, True, False]}, index=["a", "b", "c"])
    >>> suitability(zones, factors, constraints=dry)[["suitability", "suitability_rank", "excluded_by"]].iloc[:2].to_dict("list")
    {'suitability': [0.875, 0.625], 'suitability_rank': [1.0, 2.0], 'excluded_by': ['', '']}
    """
    weights = _weights(factors)
    missing = [name for name in factors if name not in values]
    if missing:
        raise PlanningDataError("E-SUIT-03", "no such column.", feature_ids=missing, mend=f"one of {list(values)}.")
    excluded = _excluded(values.index, constraints)
    scores = pd.DataFrame({name: standardise(values[name], factor) for name, factor in factors.items()}, values.index)
    lacking = (scores[weights.index[weights > 0]].isna().any(axis=1)) & (excluded == "")
    refuse_rows(lacking, "E-SUIT-04", "zones have no value of a factor.", "fill them, or exclude them by a constraint.")
    total = pd.Series(_overlay(scores, weights), values.index).where(excluded == "")
    out = scores.add_suffix("_score")
    out["suitability"] = total
    out["suitability_rank"] = _rank(total)
    return out.assign(excluded_by=excluded)


def suitability_raster(
    rasters: Mapping[str, RasterLike],
    factors: Mapping[str, Factor],
    path: str | Path,
    *,
    constraints: Sequence[RasterLike] = (),
) -> Path:
    """The same for every cell of rasters of one grid, window by window, written as a GeoTIFF.

    Formula: as `suitability`, cell by cell. Source: Malczewski 1999.

    ``rasters`` {factor: raster}, all of the very same cells (E-RAS-12 says how to mend it); ``constraints`` rasters of 1 (may be
    used) and 0 or missing (not). A cell that lacks a factor of weight above 0, or that a constraint excludes, is missing. Returns
    the path. Errors: E-SUIT-02, E-SUIT-03 (rasters and factors differ), E-WEIGHT-01 to -03, those of `geo.map_rasters`.
    """
    weights = _weights(factors)
    if set(rasters) != set(factors):
        odd = sorted(set(rasters) ^ set(factors))
        raise PlanningDataError("E-SUIT-03", "rasters and factors differ.", feature_ids=odd, mend="one raster a factor.")
    used = [name for name in factors if weights[name] > 0]

    def overlay(*cells: Any) -> Any:
        scores = [scored_cells(one, factors[name]) for name, one in zip(used, cells, strict=False)]
        total = sum(weights[name] * score for name, score in zip(used, scores, strict=True))
        mask = np.ma.getmaskarray(total)
        for one in cells[len(used) :]:
            mask = mask | np.ma.getmaskarray(one) | (np.ma.getdata(one) == 0)
        return np.ma.array(np.ma.getdata(total), mask=mask)

    return map_rasters(overlay, [*(rasters[name] for name in used), *constraints], path)


def suitability_sensitivity(
    values: pd.DataFrame,
    factors: Mapping[str, Factor],
    *,
    constraints: pd.DataFrame | None = None,
    change_pct: float = 20.0,
    count: int = 10,
) -> pd.DataFrame:
    """How stable the ranking is when each weight in turn is larger and smaller, the others making room in proportion.

    Formula: w'_k = w_k (1 ± x / 100), w'_j = w_j (1 − w'_k) / (1 − w_k); ρ = rank correlation of S' and S. Source: Daniel 1973;
    Chen, Yu & Khan 2010.

    Arguments as in `suitability`; ``change_pct`` x; ``count`` how many of the best are watched. Returns one row a factor and
    side: ``factor``, ``change_pct``, ``weight``, ``rank_correlation`` (Spearman, of the zones not excluded), ``best_id``,
    ``best_stays``, ``first_kept_pct`` (share of the first ``count`` that stay among them) and ``most_ranks`` (by how many
    ranks the most moved of them moves). Errors: E-SUIT-06 (change, fewer than two zones or factors), those of `suitability`.
    """
    base = suitability(values, factors, constraints=constraints)
    open_ = base[base["suitability"].notna()]
    weights = _weights(factors)
    if not 0 < change_pct <= _PCT or count < 1 or min(len(open_), (weights > 0).sum()) <= 1:
        seen, mend = (
            (change_pct, count, len(open_)),
            "change_pct of 0 to 100, a count, two zones and two factors at least.",
        )
        raise PlanningDataError("E-SUIT-06", "there is nothing to vary.", seen=seen, mend=mend)
    scores = open_[[f"{name}_score" for name in factors]].set_axis(list(factors), axis=1).iloc[id_order(open_.index)]
    before = _ranks(scores, weights)
    rows = [
        {"factor": name, "change_pct": sign * change_pct}
        | _moved(scores, _varied(weights, name, 1 + sign * change_pct / _PCT), name, before, min(count, len(scores)))
        for name in weights.index[weights > 0]
        for sign in (-1, 1)
    ]
    return pd.DataFrame(rows)


def _moved(scores: pd.DataFrame, weights: pd.Series, name: str, before: pd.Series, first: int) -> dict[str, object]:
    after = _ranks(scores, weights)
    leaders, best = before.index[before <= first], after.index[int(after.argmin())]
    return {
        "weight": float(weights[name]),
        "rank_correlation": float(np.corrcoef(before, after)[0, 1]) if before.std() > 0 and after.std() > 0 else np.nan,
        "best_id": best,
        "best_stays": bool(before[best] == before.min()),
        "first_kept_pct": float(_PCT * (after[leaders] <= max(first, before[leaders].max())).mean()),
        "most_ranks": float((after - before)[leaders].abs().max()),
    }


def _varied(weights: pd.Series, name: str, factor: float) -> pd.Series:
    """One weight times a factor (1 at the most), the others scaled to the rest."""
    new = min(weights[name] * factor, 1.0)
    return (weights * (1 - new) / (1 - weights[name])).where(weights.index != name, new)


def _ranks(scores: pd.DataFrame, weights: pd.Series) -> pd.Series:
    return _rank(pd.Series(_overlay(scores, weights), scores.index))


def _rank(total: pd.Series) -> pd.Series:
    """1 the best; the last bits of a sum make no difference of rank."""
    return total.round(12).rank(method="min", ascending=False)


def _overlay(scores: pd.DataFrame, weights: pd.Series) -> Floats:
    """The weighted sum, factor by factor: the same bits for any order of rows; factors without weight need no scores."""
    total = np.zeros(len(scores))
    for name in weights.index[weights > 0]:
        total = total + weights[name] * scores[name].to_numpy()
    return total


def _weights(factors: Mapping[str, Factor]) -> pd.Series:
    return given_weights({name: factor.weight for name, factor in factors.items()}, list(factors))


def _excluded(index: pd.Index, constraints: pd.DataFrame | None) -> pd.Series:
    """Names of the constraints that exclude each zone."""
    if constraints is None:
        return pd.Series("", index)
    odd = index.symmetric_difference(constraints.index)
    wrong = [str(name) for name, kind in constraints.dtypes.items() if not pd.api.types.is_bool_dtype(kind)]
    if len(odd) or constraints.index.has_duplicates or wrong:
        mend = "give one row of True or False for every zone."
        raise PlanningDataError("E-SUIT-05", "constraints do not fit.", feature_ids=list(odd) or wrong, mend=mend)
    table = constraints.loc[index]
    names = np.array([f"{name};" for name in table], dtype=object)
    return pd.Series([names[~row].sum().rstrip(";") if not row.all() else "" for row in table.to_numpy()], index, dtype="str")
