"""How many people and jobs the land round a station can hold, by the floor that may be built on it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analyses._inputs import Floats, amounts_on
from geo import PlanningDataError

Rate = float | tuple[float, float, float]
Rates = Rate | Mapping[str, Rate]
LOW_TO_HIGH = ("low", "", "high")
_HA = 10_000
_WHOLE = 100.0


def station_capacity(
    land: pd.DataFrame,
    *,
    far: Rates,
    efficiency: Rates,
    m2_per_person: Mapping[str, Rate],
    m2_per_job: Mapping[str, Rate],
    home_pct: Mapping[str, float] | None = None,
    built_pct: Rates = _WHOLE,
) -> pd.DataFrame:
    """Floor by use, people and jobs that the land of every station area holds when it is built as a phase of the plan says.

    Formula: F_u = A_u b_u FAR_u; people Σ_u F_u η_u h_u / (m² a person)_u; jobs Σ_u F_u η_u (1 − h_u) / (m² a job)_u. Source:
    stated here; FAR is the land-use coefficient of QCVN 01:2021/BXD.

    ``land`` one row a station, one column ``<use>_ha`` a use (hectares, as from `land_within_stops`); every rate one number, or
    one for each use; each number may be (low, middle, high). ``far`` gross floor area a plot area; ``efficiency`` η usable share
    of it (0–1); ``built_pct`` b share of the land that is plots, the rest streets and green; ``m2_per_person``, ``m2_per_job``
    usable m² by use (homes and workplaces alone): a use in both needs ``home_pct`` h, its share of floor for homes; a use in
    neither has floor alone. Call it for every phase: ``{p: station_capacity(land, **rates[p]) for p in layers.phases().index}``.

    Returns on the index of ``land``: ``<use>_floor_m2`` (gross, middle), ``floor_low_m2``, ``floor_m2``, ``floor_high_m2``, and
    ``people_low``, ``people``, ``people_high`` and the same of jobs; the low of people takes low FAR and high m² a person. Rows
    add up: a station split in two holds the same. Errors: E-CAPACITY-01 (ids twice, columns not ``_ha``), E-CAPACITY-02 (null,
    infinite, negative hectares), E-CAPACITY-03 (a rate missing, not above 0, not ascending, a share above 1), E-CAPACITY-04
    (home_pct of a use in both missing, or outside 0–100), E-CAPACITY-05 (rates for a use that is no column).

    >>> import pandas as pd
    >>> land = pd.DataFrame({"homes_ha": [10.0], "offices_ha": [2.0]}, index=["A"])
    >>> table = station_capacity(land, far={"homes": (2, 3, 4), "offices": 5}, efficiency=0.8,
    ...                          m2_per_person={"homes": 30}, m2_per_job={"offices": 20}, built_pct=50)
    >>> table[["people_low", "people", "people_high", "jobs"]].round(6).loc["A"].tolist()
    [2666.666667, 4000.0, 5333.333333, 2000.0]
    """
    table, uses = _land(land)
    _check_uses(uses, far, efficiency, m2_per_person, m2_per_job, home_pct or {}, built_pct)
    homes = _home_shares(uses, m2_per_person, m2_per_job, home_pct or {})
    share = _rates(uses, built_pct, "built_pct", most=_WHOLE) / _WHOLE
    ground = table.to_numpy()[:, :, None] * _HA * share  # [station, use, low–high]
    floor = ground * _rates(uses, far, "far")
    usable = floor * _rates(uses, efficiency, "efficiency", most=1.0)
    columns: dict[str, Floats] = {f"{use}_floor_m2": floor[:, at, 1] for at, use in enumerate(uses)}
    for end, amount in zip(LOW_TO_HIGH, np.moveaxis(floor.sum(axis=1), -1, 0), strict=True):
        columns["_".join(filter(None, ("floor", end, "m2")))] = amount
    for name, per, part in (("people", m2_per_person, homes), ("jobs", m2_per_job, 1 - homes)):
        needed = [use in per and part[at] > 0 for at, use in enumerate(uses)]
        rates = _rates([use for use, asked in zip(uses, needed, strict=True) if asked], per, f"m2 of {name}")[:, ::-1]
        held = (usable[:, needed] * part[needed][:, None] / rates).sum(axis=1)
        columns |= {"_".join(filter(None, (name, end))): held[:, at] for at, end in enumerate(LOW_TO_HIGH)}
    return pd.DataFrame(columns, index=land.index)


def _land(land: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    wrong = [str(name) for name in land if not str(name).endswith("_ha")]
    if wrong or not land.shape[1] or land.columns.has_duplicates:
        mend = "one column a use, named <use>_ha, each once."
        raise PlanningDataError("E-CAPACITY-01", "columns are no hectares of uses.", feature_ids=wrong, mend=mend)
    table = amounts_on(land.index, land, "CAPACITY", "hectares", of="stations")
    return table, [str(name).removesuffix("_ha") for name in table]


def _check_uses(uses: list[str], *rates: Rates) -> None:
    unknown = sorted({use for rate in rates if isinstance(rate, Mapping) for use in rate} - set(uses))
    if unknown:
        mend = f"uses of the land: {', '.join(uses)}."
        raise PlanningDataError("E-CAPACITY-05", "rates for uses that are not there.", feature_ids=unknown, mend=mend)


def _rates(uses: list[str], rates: Rates, name: str, *, most: float = np.inf) -> Floats:
    """[use, low–high] of a rate, above 0 and ascending."""
    found = np.ones((len(uses), len(LOW_TO_HIGH)))
    for at, use in enumerate(uses):
        rate = rates.get(use) if isinstance(rates, Mapping) else rates
        triple = np.asarray(np.nan if rate is None else rate, float)
        ends = np.broadcast_to(triple, len(LOW_TO_HIGH)) if triple.shape in ((), (len(LOW_TO_HIGH),)) else np.full(3, np.nan)
        if not (np.isfinite(ends).all() and ends[0] > 0 and (np.diff(ends) >= 0).all() and ends[-1] <= most):
            mend = f"a number above 0, at most {most:g}, or (low, middle, high) ascending."
            raise PlanningDataError("E-CAPACITY-03", f"{name} of a use is no rate.", feature_ids=[use], seen=rate, mend=mend)
        found[at] = ends
    return found


def _home_shares(uses: list[str], people: Mapping[str, Rate], jobs: Mapping[str, Rate], home_pct: Mapping[str, float]) -> Floats:
    """Share of the floor of every use that is for homes."""
    shares = np.zeros(len(uses))
    for at, use in enumerate(uses):
        both = use in people and use in jobs
        pct = home_pct.get(use, np.nan if both else _WHOLE if use in people else 0.0)
        if not 0 <= pct <= _WHOLE or (not both and use in home_pct):
            mend = "0 to 100 for every use with both homes and workplaces, and for no other."
            raise PlanningDataError("E-CAPACITY-04", "the share of homes is unknown.", feature_ids=[use], seen=pct, mend=mend)
        shares[at] = pct / _WHOLE
    return shares
