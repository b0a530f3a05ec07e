"""Sites of least cost by Benders cuts: one row a bundle of origins instead of a variable a pair, so that thousands are solved."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from analyses._inputs import Floats, Positions
from geo import PlanningDataError

_OPEN = 0.5
_HIT = 1e-7  # share by which a bundle's cost may be below its truth before it is cut
_PROVEN = 1e-9  # share of the cost
_FULL = 1 - 1e-6
_PCT = 100


@dataclass
class _Master:
    """The problem over sites and bundles of origins, with the cuts found so far."""

    k: int
    fixed: Positions
    needed: Floats
    bundles: int
    rows: list[Floats] = field(default_factory=list)
    least: list[Floats] = field(default_factory=list)

    def solved(self, *, whole: bool, limit_s: float) -> Any:
        sites = self.needed.shape[1]
        count = np.concatenate([np.ones(sites), np.zeros(self.bundles)])[None]
        reach = np.hstack([self.needed, np.zeros((len(self.needed), self.bundles))])
        low = np.concatenate([[self.k], np.ones(len(reach)), *self.least])
        high = np.full(len(low), np.inf)
        high[0] = self.k
        rules = LinearConstraint(csr_array(np.vstack([count, reach, *self.rows])), low, high)
        open_, costs = np.zeros(sites), np.full(self.bundles, np.inf)
        open_[self.fixed] = 1.0
        bounds = Bounds(np.concatenate([open_, np.zeros(self.bundles)]), np.concatenate([np.ones(sites), costs]))
        integral = np.concatenate([np.full(sites, float(whole)), np.zeros(self.bundles)])
        objective = np.concatenate([np.zeros(sites), np.ones(self.bundles)])
        options = {"time_limit": max(limit_s, 0.01), "mip_rel_gap": 0.0}
        return milp(objective, constraints=rules, integrality=integral, bounds=bounds, options=options)


def least_cost_sites(cost: Floats, k: int, fixed: Positions, limit_s: float) -> tuple[Positions, float]:
    """Positions of the k columns with the least sum of row minima, and the gap to the best that exists in per cent.

    ``cost`` [origins, sites], infinite where not reached; every row has a finite one. A bundle is the origins that share their
    nearest site. Errors: E-SITE-04 (no k sites reach every row), E-SITE-05 (nothing found within ``limit_s``).
    """
    ends = time.monotonic() + limit_s
    finite = np.isfinite(cost)
    order = np.argsort(cost, axis=1, kind="stable")
    names, bundle = np.unique(order[:, 0], return_inverse=True)
    master = _Master(k, fixed, np.unique(finite, axis=0).astype(float), len(names))
    scale = float(np.where(finite, cost, 0.0).max()) or 1.0  # the solver's tolerances are meant for numbers near 1
    scaled = cost / scale
    best, chosen, bound, whole = np.inf, np.zeros(0, np.int64), 0.0, False
    while True:
        found = master.solved(whole=whole, limit_s=ends - time.monotonic())
        if found.x is None:
            _refuse(found, chosen)
            break
        share, told = found.x[: cost.shape[1]], found.x[cost.shape[1] :]
        if whole:
            bound = max(bound, float(found.mip_dual_bound))
        elif found.status == 0:
            bound = max(bound, float(found.fun))
        here = np.flatnonzero(share > _OPEN) if whole else np.sort(np.argsort(-share, kind="stable")[:k])
        value = float(scaled[:, here].min(axis=1).sum())
        if value < best:
            best, chosen = value, here.astype(np.int64)
        if best - bound <= _PROVEN * best or time.monotonic() > ends:
            break
        if not _cut(master, scaled, order, bundle, share, told):
            if whole:
                break
            whole = True
    gap = max(0.0, best - bound) / best if best > 0 else 0.0
    return chosen, 0.0 if gap <= _PROVEN else _PCT * gap


def _cut(master: _Master, cost: Floats, order: Positions, bundle: Positions, share: Floats, told: Floats) -> bool:
    """Add what every bundle whose cost is told too low must cost at the least; False when none is.

    θ_i ≥ t − Σ_j max(0, t − c_ij) y_j holds for any t; the t by which the nearest sites add up to a whole one says most.
    """
    number = np.arange(len(cost))
    enough = np.cumsum(share[order], axis=1) >= _FULL
    last = np.isfinite(cost).sum(axis=1) - 1
    at = np.where(enough.any(axis=1), np.minimum(enough.argmax(axis=1), last), last)
    level = cost[number, order[number, at]]
    gains = np.maximum(level[:, None] - cost, 0.0)
    rows = np.zeros((master.bundles, cost.shape[1]))
    np.add.at(rows, bundle, gains)
    least = np.bincount(bundle, level, master.bundles).astype(np.float64)
    truth = least - rows @ share
    low = np.flatnonzero(truth > told + _HIT * np.maximum(np.abs(truth), 1e-6))
    if not len(low):
        return False
    own = np.zeros((len(low), master.bundles))
    own[np.arange(len(low)), low] = 1.0
    master.rows.append(np.hstack([rows[low], own]))
    master.least.append(least[low])
    return True


def _refuse(found: Any, chosen: Positions) -> None:
    """An error, unless sites are known from before the time ran out."""
    if found.status == 1 and len(chosen):
        return
    code, mend = (
        ("E-SITE-05", "raise limit_s.") if found.status == 1 else ("E-SITE-04", "allow more sites, or leave origins out.")
    )
    raise PlanningDataError(code, "no such sites were found.", seen=str(found.message), mend=mend)
