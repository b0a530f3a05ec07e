"""What competition leaves: supply shared among all who can reach it (floating catchments, spatial availability)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses._inputs import Floats, Minutes, Positions, above_zero, amounts_on, at_least_zero, checked, id_order, minutes_at
from analyses.access.decay import DecayFunction, decay_step, weights_of
from analyses.access.kernels import add_columns, add_products
from analyses.travel.times import TravelTimes
from geo import PlanningDataError, nearest_names

METHODS = ("2sfca", "e2sfca", "3sfca", "bfca")
_PAIRS = 100_000  # pairs weighted at a time: a block stays in the processor's cache
_NOTHING = 1e-250  # demand below this is rounding of weights next to zero: dividing by it would overflow


def floating_catchment(
    times: TravelTimes,
    supply: pd.Series,
    demand: pd.Series,
    *,
    method: str = "2sfca",
    decay: DecayFunction | None = None,
    cutoff_min: float | None = None,
    percentile: int | None = None,
) -> pd.Series:
    """Supply per person once everybody in reach has had a share.

    Formula: A_i = Σ_j R_j h_ij, R_j = S_j / Σ_i P_i g_ij; 2SFCA: g = h = [t ≤ T]; E2SFCA: g = h = f(t); 3SFCA:
    g = h = f² / Σ_k f_ik; BFCA: g = f / Σ_k f_ik, h = f / Σ_k f_kj. Source: Luo & Wang 2003; Luo & Qi 2009; Wan, Zou & Sternberg
    2012; Paez, Higgins & Vivona 2019. Peer: access (two_stage_fca, three_stage_fca).

    ``supply`` S on the destinations, ``demand`` P (people) on the origins. "2sfca" takes ``cutoff_min`` T alone; the others a
    ``decay`` f, and a ``cutoff_min`` beyond which it is 0. ``percentile`` of the times where several were computed. Returns
    ``<supply>_per_person`` on the origins' index. Σ P_i A_i is the supply that anybody reaches, but for BFCA, which keeps
    Σ_i A_i = Σ_j R_j and Σ_ij P_i g_ij = Σ P instead. Supply that nobody reaches serves nobody. Errors: E-SUPPLY-01, -02 and
    E-DEMAND-01, -02 (ids differ; null, negative), E-FLOAT-01 (method), E-FLOAT-02 (decay or cutoff missing or too much),
    E-DECAY-02, E-PCT-01, E-TIMES-01, E-TIMES-02.

    >>> import pandas as pd, analyses
    >>> pairs = pd.DataFrame({"from_id": ["a", "b"], "to_id": "clinic", "travel_time_min": [10, 20]})
    >>> times = analyses.TravelTimes.from_frame(pairs)
    >>> beds, people = pd.Series({"clinic": 6}, name="beds"), pd.Series({"a": 100, "b": 200})
    >>> floating_catchment(times, beds, people, cutoff_min=30).to_dict()
    {'a': 0.02, 'b': 0.02}
    """
    if method not in METHODS:
        raise PlanningDataError("E-FLOAT-01", "unknown method.", seen=method, mend=nearest_names(str(method), METHODS))
    pairs = _pairs(times, _reach(method, decay, cutoff_min), percentile)
    people = amounts_on(times.origins, demand, "DEMAND", "demand", of="origins", all_of_them=True).iloc[:, 0]
    offered = amounts_on(times.destinations, supply, "SUPPLY", "supply", all_of_them=True).iloc[:, 0]
    values = pairs.shared(offered.to_numpy(), people.to_numpy(), method)
    return pd.Series(values, index=times.origins, name=f"{offered.name}_per_person")


def spatial_availability(
    times: TravelTimes,
    opportunities: pd.Series,
    demand: pd.Series,
    *,
    decay: DecayFunction,
    cutoff_min: float | None = None,
    exponent: float = 1.0,
    percentile: int | None = None,
) -> pd.Series:
    """Opportunities that fall to each origin when all of them are shared out by demand and by nearness.

    Formula: V_i = Σ_j O_j F^p_i F^c_ij / Σ_k F^p_k F^c_kj, F^p_i = P_i^α / Σ_k P_k^α, F^c_ij = f_ij / Σ_k f_kj. Source: Soukhov
    et al. 2023.

    ``opportunities`` O on the destinations, ``demand`` P on the origins, ``exponent`` α (1: a person counts as a person
    anywhere). Returns ``<name>_available`` on the origins' index, in the unit of the opportunities; its sum is all opportunities
    that anybody reaches. Errors: E-OPP-01, -02, E-DEMAND-01, -02, E-FLOAT-03 (exponent), E-DECAY-02, E-PCT-01, E-TIMES-01, -02.

    >>> import pandas as pd, analyses
    >>> pairs = pd.DataFrame({"from_id": ["a", "b"], "to_id": "park", "travel_time_min": [10, 20]})
    >>> times = analyses.TravelTimes.from_frame(pairs)
    >>> jobs, people = pd.Series({"park": 90}, name="jobs"), pd.Series({"a": 100, "b": 100})
    >>> spatial_availability(times, jobs, people, decay=analyses.decay_exponential(half_life_min=10)).round(9).to_dict()
    {'a': 60.0, 'b': 30.0}
    """
    above_zero([exponent], "E-FLOAT-03", "the exponent")
    pairs = _pairs(times, _Reach(decay, cutoff_min), percentile)
    people = amounts_on(times.origins, demand, "DEMAND", "demand", of="origins", all_of_them=True).iloc[:, 0].to_numpy()
    offered = amounts_on(times.destinations, opportunities, "OPP", "opportunities").iloc[:, 0]
    weight = people**exponent
    values = weight * pairs.shared(offered.to_numpy(), weight, "e2sfca")  # the sums in both F cancel out
    return pd.Series(values, index=times.origins, name=f"{offered.name}_available")


@dataclass(frozen=True)
class _Reach:
    """f(t), 0 beyond the cutoff."""

    decay: DecayFunction
    cutoff_min: float | None

    def weights(self, minutes: Minutes) -> Floats:
        found = weights_of(self.decay, minutes)
        return found if self.cutoff_min is None else np.where(minutes <= self.cutoff_min, found, 0.0)


@dataclass(frozen=True)
class _Pairs:
    """Pairs of origins and destinations with their weights, made block by block, origins by id."""

    minutes: Minutes
    reach: _Reach
    rows: Positions
    columns: Positions

    def blocks(self) -> Iterator[tuple[Positions, Floats]]:
        height = max(1, _PAIRS // max(1, self.minutes.shape[1]))
        for start in range(0, len(self.rows), height):
            rows = self.rows[start : start + height]
            yield rows, self.reach.weights(self.minutes[rows])

    def shared(self, supply: Floats, people: Floats, method: str) -> Floats:
        """Supply per person: the two steps of every method."""
        asked, all_weights = np.zeros(len(supply)), np.zeros(len(supply))
        for rows, weights in self.blocks():
            add_columns(self._asking(weights, method), people[rows], asked)
            if method == "bfca":
                add_columns(weights, np.ones(len(rows)), all_weights)
        ratio = np.divide(supply, asked, out=np.zeros(len(supply)), where=asked > _NOTHING)
        if method == "bfca":
            np.divide(ratio, all_weights, out=ratio, where=ratio > 0)
        found = np.zeros((len(people), 1))
        for rows, weights in self.blocks():
            part = np.zeros((len(rows), 1))
            served = weights if method == "bfca" else self._asking(weights, method)
            add_products(served, self.columns, ratio[self.columns, None], part)
            found[rows] = part
        return found[:, 0]

    def _asking(self, weights: Floats, method: str) -> Floats:
        """How much of its demand each origin brings to each destination: g of the formula."""
        if method in {"2sfca", "e2sfca"}:
            return weights
        total = np.zeros((len(weights), 1))
        add_products(weights, self.columns, np.ones((len(self.columns), 1)), total)
        share = np.divide(weights, total, out=np.zeros(weights.shape), where=total > _NOTHING)
        return share if method == "bfca" else share * weights


def _pairs(times: TravelTimes, reach: _Reach, percentile: int | None) -> _Pairs:
    minutes = minutes_at(checked(times), percentile)
    return _Pairs(minutes, reach, id_order(times.origins), id_order(times.destinations))


def _reach(method: str, decay: DecayFunction | None, cutoff_min: float | None) -> _Reach:
    if cutoff_min is not None:
        cutoff_min = at_least_zero(cutoff_min, "E-FLOAT-02", "the cutoff in minutes")
    if method == "2sfca":
        if cutoff_min is None or decay is not None:
            mend = 'give cutoff_min alone; with a decay the method is "e2sfca".'
            raise PlanningDataError("E-FLOAT-02", "2SFCA counts all within a cutoff.", seen=(decay, cutoff_min), mend=mend)
        return _Reach(decay_step(cutoff_min), None)
    if decay is None:
        mend = "decay=analyses.decay_gaussian(20), or another."
        raise PlanningDataError("E-FLOAT-02", f"{method} weighs by a decay.", seen=decay, mend=mend)
    return _Reach(decay, cutoff_min)
