"""How mixed land uses are: entropy, concentration and diversity of classes within zones, and unevenness between zones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analyses._inputs import Floats, amounts_on, at_least_zero, id_order, refuse_rows
from geo import PlanningDataError, nearest_names

_LEAST_CLASSES = 2


def land_use_mix(areas: pd.DataFrame, *, classes: Sequence[str] | None = None) -> pd.Series:
    """Entropy of land uses: 0 with one class, 1 when all classes considered have the same area.

    Formula: E = −Σ_k p_k ln p_k / ln K, K = number of classes considered, present in the zone or not. Source: Frank & Pivo 1994.
    Peer: momepy (shannon_diversity).

    ``areas`` one row a zone, one column a class, in any unit of area; ``classes`` the columns to be considered (left out: all of
    them, K is their number). Returns "land_use_mix" on the zones' index, no unit. Errors: E-MIX-01 (ids twice), E-MIX-02 (null,
    infinite, negative), E-MIX-03 (zones without any area: leave them out), E-MIX-04 (no such column), E-MIX-05 (K < 2).

    >>> import pandas as pd
    >>> areas = pd.DataFrame({"homes": [4, 2], "work": [4, 0], "parks": [0, 0]}, index=["centre", "edge"])
    >>> land_use_mix(areas).round(4).to_dict()
    {'centre': 0.6309, 'edge': 0.0}
    """
    shares = _shares(areas, classes)
    if shares.shape[1] < _LEAST_CLASSES:
        raise PlanningDataError("E-MIX-05", "one class can not mix.", seen=list(shares), mend="consider two classes or more.")
    return _named(shares, _entropy(shares) / np.log(shares.shape[1]), "land_use_mix")


def herfindahl(areas: pd.DataFrame, *, classes: Sequence[str] | None = None) -> pd.Series:
    """Concentration: the chance that two random places of a zone have the same use, 1 with one class, 1/K at the least.

    Formula: H = Σ_k p_k². Source: Hirschman 1964; Simpson 1949. Peer: momepy (simpson_diversity).

    Arguments and errors as in `land_use_mix`. Returns "herfindahl" on the zones' index, no unit.

    >>> import pandas as pd
    >>> herfindahl(pd.DataFrame({"homes": [3], "work": [1]})).tolist()
    [0.625]
    """
    shares = _shares(areas, classes)
    return _named(shares, (shares.to_numpy() ** 2).sum(axis=1), "herfindahl")


def simpson(areas: pd.DataFrame, *, classes: Sequence[str] | None = None) -> pd.Series:
    """Diversity: the chance that two random places of a zone differ in use, 0 with one class, 1 − 1/K at the most.

    Formula: D = 1 − Σ_k p_k². Source: Simpson 1949. Peer: momepy (simpson_diversity).

    Arguments and errors as in `land_use_mix`. Returns "simpson" on the zones' index, no unit.

    >>> import pandas as pd
    >>> simpson(pd.DataFrame({"homes": [3], "work": [1]})).tolist()
    [0.375]
    """
    return (1 - herfindahl(areas, classes=classes)).rename("simpson")


def hill_number(areas: pd.DataFrame, order: float = 1.0, *, classes: Sequence[str] | None = None) -> pd.Series:
    """Diversity as a number of classes: so many classes of equal area would be as diverse.

    Formula: N_q = (Σ_k p_k^q)^(1/(1−q)); q = 1: exp(−Σ_k p_k ln p_k). Source: Hill 1973. Peer: momepy (shannon_diversity).

    ``order`` q, 0 or more: 0 counts the classes present, 1 is the exponential of entropy, 2 the inverse of `herfindahl`. The rest
    as in `land_use_mix`. Returns "hill_number" on the zones' index, in classes. Errors: E-MIX-06 (order), and those there.

    >>> import pandas as pd
    >>> hill_number(pd.DataFrame({"homes": [3], "work": [3], "parks": [0]}), order=2).tolist()
    [2.0]
    """
    at_least_zero(order, "E-MIX-06", "the order")
    shares = _shares(areas, classes)
    if order == 1:
        return _named(shares, np.exp(_entropy(shares)), "hill_number")
    parts = shares.to_numpy()
    sums = np.sum(np.where(parts > 0, np.power(parts, order, where=parts > 0, out=np.zeros(parts.shape)), 0.0), axis=1)
    return _named(shares, sums ** (1 / (1 - order)), "hill_number")


def dissimilarity(one: pd.Series, other: pd.Series) -> float:
    """Unevenness of two groups over the same zones: the share of either that would have to move for equal shares everywhere.

    Formula: D = ½ Σ_i |a_i / A − b_i / B|. Source: Duncan & Duncan 1955. Peer: inequality (Schutz).

    ``one`` a and ``other`` b on the same index: people of two groups, homes and jobs, hectares of two uses. 0 even, 1 apart.
    Errors: E-MIX-01 (ids differ or stand twice), E-MIX-02 (null, infinite, negative), E-MIX-07 (a group is empty).

    >>> import pandas as pd
    >>> dissimilarity(pd.Series([10, 0]), pd.Series([5, 5]))
    0.5
    """
    tables = [amounts_on(one.index, group, "MIX", "groups", of="zones", all_of_them=True) for group in (one, other)]
    groups = [table.iloc[id_order(one.index), 0].to_numpy() for table in tables]
    if min(group.sum() for group in groups) <= 0:
        raise PlanningDataError("E-MIX-07", "a group is empty.", seen=[float(one.sum()), float(other.sum())], mend="give both.")
    return float(np.abs(groups[0] / groups[0].sum() - groups[1] / groups[1].sum()).sum() / 2)


def _shares(areas: pd.DataFrame, classes: Sequence[str] | None) -> pd.DataFrame:
    """Share of every class considered in the area of its zone."""
    if classes is not None:
        unknown = [name for name in classes if name not in areas]
        if unknown:
            mend = nearest_names(str(unknown[0]), map(str, areas.columns))
            raise PlanningDataError("E-MIX-04", "no such class.", seen=unknown, mend=mend)
        areas = areas[list(classes)]
    table = amounts_on(areas.index, areas, "MIX", "areas", of="zones")
    total = table.sum(axis=1)
    refuse_rows(total <= 0, "E-MIX-03", "zones have no area in any class considered.", "leave them out: nothing is mixed there.")
    return table.div(total, axis=0)


def _entropy(shares: pd.DataFrame) -> Floats:
    parts = shares.to_numpy()
    logs = np.log(parts, where=parts > 0, out=np.zeros(parts.shape))
    return np.abs((parts * logs).sum(axis=1))


def _named(shares: pd.DataFrame, values: Floats, name: str) -> pd.Series:
    return pd.Series(values, index=shares.index, name=name)
