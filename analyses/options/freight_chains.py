"""Goods by river or rail against truck only: lengths along lines between terminals, and the cheapest chain of each pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geo import PlanningDataError, to_crs
from geo.movement import node_lines

Floats = NDArray[np.float64]
_STEP_M = 250.0


@dataclass(frozen=True)
class Carrier:
    """What barge or train takes and costs a TEU, in hours and thousand dong.

    ``transfer_h`` at the terminal with the wait for departure, ``port_h`` at the seaport, ``handling_k_vnd`` all lifts beyond
    those of a truck alone.
    """

    speed_kmh: float
    transfer_h: float
    port_h: float
    k_vnd_per_km: float
    handling_k_vnd: float


@dataclass(frozen=True)
class Truck:
    """What a truck costs, thousand dong a TEU: a trip ``fixed_k_vnd``, a kilometre, and an hour of the goods by any way."""

    fixed_k_vnd: float
    k_vnd_per_km: float
    k_vnd_per_hour: float

    def cost(self, km: Floats, minutes: Floats) -> Floats:
        """Of one trip, time of the goods included."""
        return self.fixed_k_vnd + self.k_vnd_per_km * km + self.k_vnd_per_hour * minutes / 60


def lengths_along(
    lines: GeoDataFrame,
    places: GeoDataFrame,
    *,
    legs: Sequence[tuple[str, str, float]] = (),
    join_km: float = 2.0,
    tolerance_m: float = 150.0,
) -> pd.DataFrame:
    """Kilometres between places along lines, infinite where the lines do not lead; index and columns those of ``places``.

    ``lines`` in metres with unique ids; where one has ``travel_length_km`` its drawn length is stretched to it. Places stand at
    the nearest point of the lines (to 125 m) within ``join_km``, else only at the ``legs``: (place, place, km) that the lines
    lack. Errors: E-LINK-01 a leg between unknown places or without a length.
    """
    wrong = [leg for leg in legs if leg[0] not in places.index or leg[1] not in places.index or not leg[2] > 0]
    if wrong:
        raise PlanningDataError("E-LINK-01", "no such leg.", seen=wrong[0], mend="name two places and kilometres above 0.")
    graph = node_lines(dict(lines.geometry), tolerance_m=tolerance_m, step_m=_STEP_M)
    xy, edges = graph.node_xy, graph.edges
    stretch = _stretch(lines).reindex(edges["line_id"]).to_numpy()
    at = shapely.get_coordinates(to_crs(places, lines.crs).geometry)
    away = np.hypot(at[:, None, 0] - xy[None, :, 0], at[:, None, 1] - xy[None, :, 1])
    node = np.where(away.min(axis=1) <= join_km * 1000, away.argmin(axis=1), len(xy) + np.arange(len(at)))
    where = dict(zip(places.index, node, strict=True))
    tails = np.array([*edges["tail"], *(where[leg[0]] for leg in legs)])
    heads = np.array([*edges["head"], *(where[leg[1]] for leg in legs)])
    km = np.array([*(edges["length_m"].to_numpy() / 1000 * stretch), *(leg[2] for leg in legs)])
    size = len(xy) + len(at)
    keys = pd.DataFrame({"tail": tails, "head": heads, "km": km}).groupby(["tail", "head"], as_index=False)["km"].min()
    matrix = coo_array((keys["km"], (keys["tail"], keys["head"])), shape=(size, size)).tocsr()
    nodes, back = np.unique(node, return_inverse=True)
    found = dijkstra(matrix, directed=False, indices=nodes)[back][:, node]
    return pd.DataFrame(found, index=places.index, columns=places.index)


def _stretch(lines: GeoDataFrame) -> pd.Series:
    """What a drawn kilometre of each line stands for."""
    if "travel_length_km" not in lines:
        return pd.Series(1.0, index=lines.index)
    return (lines["travel_length_km"] / (lines.geometry.length / 1000)).fillna(1.0)


def chains(
    truck_km: pd.DataFrame, truck_min: pd.DataFrame, line_km: pd.DataFrame, truck: Truck, carriers: Mapping[str, Carrier]
) -> pd.DataFrame:
    """The cheapest chain truck – terminal – carrier – port of every origin, port and carrier, beside the truck alone.

    C_truck = f + c d + v t; C_chain = f + c d_k + v (t_k + h_k + l_kq / s + h_q) + a + b l_kq, by the terminal k with the least
    C_chain; break-even transfer hours h_k + (C_truck − C_chain) / v, break-even handling a + C_truck − C_chain.

    ``truck_km``, ``truck_min`` [origin, terminal or port]; ``line_km`` index (carrier, terminal), a column a port, infinite where
    no line leads. One row an origin, port and carrier: ``terminal_id``, ``truck_min``, ``chain_min``, ``truck_k_vnd``,
    ``chain_k_vnd``, ``saving_k_vnd``, ``break_even_transfer_h`` (negative: not even without any wait),
    ``break_even_handling_k_vnd``. Pairs that no chain or no truck serves are left out.
    """
    rows = []
    for name, carrier in carriers.items():
        table = line_km.loc[name]
        km, minutes = (frame[list(table.index)].to_numpy(float) for frame in (truck_km, truck_min))
        for port in table.columns:
            line = table[port].to_numpy(float)
            chain_min = minutes + 60 * (carrier.transfer_h + carrier.port_h + line / carrier.speed_kmh)
            cost = truck.cost(km, chain_min) + carrier.handling_k_vnd + carrier.k_vnd_per_km * line
            cost = np.where(np.isfinite(cost), cost, np.inf)
            best = cost.argmin(axis=1)
            at = np.arange(len(best))
            only = truck.cost(truck_km[port].to_numpy(float), truck_min[port].to_numpy(float))
            saving = only - cost[at, best]
            frame = pd.DataFrame(
                {
                    "origin_id": truck_km.index,
                    "port_id": port,
                    "carrier": name,
                    "terminal_id": table.index[best],
                    "truck_min": truck_min[port].to_numpy(float),
                    "chain_min": chain_min[at, best],
                    "truck_k_vnd": only,
                    "chain_k_vnd": cost[at, best],
                    "saving_k_vnd": saving,
                    "break_even_transfer_h": carrier.transfer_h + saving / truck.k_vnd_per_hour,
                    "break_even_handling_k_vnd": carrier.handling_k_vnd + saving,
                }
            )
            rows.append(frame[np.isfinite(saving)])
    return pd.concat(rows, ignore_index=True)
