"""How density falls with the distance from a centre or an axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses._inputs import Floats, amounts_on, id_order, refuse_rows
from geo import PlanningDataError

_LEAST_ZONES = 3


@dataclass(frozen=True)
class DensityGradient:
    """A fitted fall of density: ``central_per_ha`` D0 and ``decline_per_km`` b with their standard errors, how well they fit.

    ``half_km`` the distance after which density is halved (inf where it does not fall); ``r2`` the explained share of the
    variance of ln D; ``zones`` how many were fitted, ``empty_zones`` how many had no density and so no logarithm.
    """

    central_per_ha: float
    decline_per_km: float
    decline_error_per_km: float
    half_km: float
    r2: float
    zones: int
    empty_zones: int

    def at(self, distance_km: float) -> float:
        """Density a hectare at a distance."""
        return float(self.central_per_ha * np.exp(-self.decline_per_km * distance_km))


def density_gradient(
    density: pd.Series, distance_km: pd.Series, *, weights: pd.Series | None = None, empty: str = "refuse"
) -> DensityGradient:
    """The density at a centre or an axis, and the rate at which it falls away from there.

    Formula: D(d) = D0 e^(−b d), fitted as ln D = ln D0 − b d by least squares. Source: Clark 1951.

    ``density`` people or jobs a hectare, ``distance_km`` on the same index, for example
    ``zones.centroid.distance(axis.union_all()) / 1000``; ``weights`` of the zones (their area), else all alike. Zones without
    density have no logarithm: ``empty="leave_out"`` fits the others and counts them. ``r2`` is weighted as the fit. Errors:
    E-GRADIENT-01 (ids differ or stand twice), E-GRADIENT-02 (null, infinite, negative), E-GRADIENT-03 (zones without density),
    E-GRADIENT-04 (fewer than 3 zones, all at one distance, all of one density), E-GRADIENT-05 (option, no weight).

    >>> import numpy as np, pandas as pd
    >>> away = pd.Series([0.0, 1, 2, 5])
    >>> fit = density_gradient(200 * np.exp(-0.5 * away), away)
    >>> [round(value, 6) for value in (fit.central_per_ha, fit.decline_per_km, fit.r2)]
    [200.0, 0.5, 1.0]
    """
    if empty not in ("refuse", "leave_out"):
        raise PlanningDataError("E-GRADIENT-05", "no such option.", seen=empty, mend='empty="refuse" or "leave_out".')
    columns = {"density": density, "distance": distance_km, "weights": density * 0 + 1 if weights is None else weights}
    parts = [
        amounts_on(density.index, series.rename(name), "GRADIENT", name, of="zones", all_of_them=True)
        for name, series in columns.items()
    ]
    table = pd.concat(parts, axis=1).iloc[id_order(density.index)]
    bare = table["density"] <= 0
    if empty == "refuse":
        refuse_rows(bare, "E-GRADIENT-03", "zones have no density.", 'empty="leave_out", or leave out what can not be built on.')
    return _fitted(table[~bare & (table["weights"] > 0)], int(bare.sum()))


def _fitted(table: pd.DataFrame, empty_zones: int) -> DensityGradient:
    away, weight = table["distance"].to_numpy(), table["weights"].to_numpy()
    logs = np.log(table["density"].to_numpy())
    if len(away) < _LEAST_ZONES or np.ptp(away) <= 0 or np.ptp(logs) <= 0:
        mend = "give 3 zones or more, at several distances and of several densities."
        raise PlanningDataError("E-GRADIENT-04", "there is nothing to fit.", seen=f"{len(away)} zones", mend=mend)
    share = weight / weight.sum()
    middle, level = share @ away, share @ logs
    spread = share @ (away - middle) ** 2
    slope = share @ ((away - middle) * (logs - level)) / spread
    left: Floats = logs - level - slope * (away - middle)
    unexplained = float(share @ left**2)
    error = np.sqrt(unexplained / (len(away) - 2) / spread)
    r2 = 1 - unexplained / float(share @ (logs - level) ** 2)
    half = np.log(2) / -slope if slope < 0 else np.inf
    central = float(np.exp(level - slope * middle))
    return DensityGradient(central, float(-slope), float(error), float(half), float(r2), len(away), empty_zones)
