"""Public transport where people are: PTAL, the access index of London, and the frequency classes of DG REGIO."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from analyses._inputs import numbers, refuse_rows
from analyses.travel.frequencies import BUS, departures_per_hour, modes_of
from analyses.travel.matrices import centres_xy
from analyses.travel.rides import timetable_of, walked_m
from geo import PlanningDataError
from geo.movement import Transport

WALK_KMH = 4.8  # 80 m a minute
LONGEST_WALK_MIN = {BUS: 8.0}  # 640 m; every other mode 960 m
LONGEST_WALK_OTHER_MIN = 12.0
RELIABILITY_MIN = {BUS: 2.0}
RELIABILITY_OTHER_MIN = 0.75
BANDS = ((0.0, "0"), (2.5, "1a"), (5.0, "1b"), (10.0, "2"), (15.0, "3"), (20.0, "4"), (25.0, "5"), (40.0, "6a"), (np.inf, "6b"))
REGIO_WALK_M = {BUS: 417.0, "tram": 417.0}  # 5 minutes at 5 km/h; every other mode 10 minutes
REGIO_WALK_OTHER_M = 833.0
REGIO_KMH = 5.0
REGIO_CLASSES = ("no access", "low", "medium", "high", "very high")
_SEVERAL, _MANY = 4.0, 10.0  # departures an hour


def access_index(services: pd.DataFrame, *, reliability_min: Mapping[str, float] | None = None) -> pd.DataFrame:
    """The access index of points from the services within walk of them, and its band.

    Formula: TAT = walk + 0.5·60/f + K; EDF = 30/TAT; AI = Σ_modes (EDF_max + ½ Σ_others EDF); bands 0 (0), 1a (≤ 2.5), 1b (≤ 5),
    2 (≤ 10), 3 (≤ 15), 4 (≤ 20), 5 (≤ 25), 6a (≤ 40), 6b. Source: Transport for London 2015, Assessing transport connectivity.

    ``services``: ``point_id``, ``mode``, ``walk_min`` and ``per_hour`` of every line in its better direction at its best stop;
    ``reliability_min`` K by mode, by default 2 for "bus" and 0.75 for every other. One row a point that has a service, index
    ``point_id``: ``access_index``, ``ptal``, and ``<mode>_access_index``. Errors: E-PTAL-01 (columns missing), -02 (null or
    negative).

    >>> import pandas as pd
    >>> rows = [("a", "bus", 4, 7.5), ("a", "bus", 6, 5), ("a", "rail", 8, 12)]
    >>> services = pd.DataFrame(rows, columns=["point_id", "mode", "walk_min", "per_hour"])
    >>> found = access_index(services)  # access times of 10, 14 and 11.25 minutes
    >>> found["access_index"].round(4).to_dict(), found["ptal"].to_dict()
    ({'a': 6.7381}, {'a': '2'})
    """
    missing = {"point_id", "mode", "walk_min", "per_hour"} - set(services)
    if missing:
        raise PlanningDataError("E-PTAL-01", "columns are missing.", seen=sorted(missing), mend="see the docstring.")
    table = numbers(services[["walk_min", "per_hour"]], "PTAL", "services")
    refuse_rows((table["walk_min"] < 0) | (table["per_hour"] <= 0), "E-PTAL-02", "services are negative.", "leave them out.")
    known = {**RELIABILITY_MIN, **dict(reliability_min or {})}
    late = services["mode"].map(lambda mode: known.get(mode, RELIABILITY_OTHER_MIN)).to_numpy(float)
    edf = 30 / (table["walk_min"].to_numpy() + 30 / table["per_hour"].to_numpy() + late)
    found = services[["point_id", "mode"]].assign(edf=edf)
    groups = found.sort_values(["point_id", "mode", "edf"]).groupby(["point_id", "mode"])["edf"]
    halves = groups.max().add(groups.sum()).div(2).reset_index()
    by_mode = halves.pivot_table(index="point_id", columns="mode", values="edf", fill_value=0)
    index = by_mode.sum(axis=1)
    by_mode.columns = [f"{mode}_access_index" for mode in by_mode.columns]
    return pd.DataFrame({"access_index": index, "ptal": _band(index)}).join(by_mode)


def ptal(
    points: GeoDataFrame,
    transport: Transport,
    *,
    from_time: str = "08:15",
    to_time: str = "09:15",
    line_modes: Mapping[str, str] | None = None,
    reliability_min: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Public transport access level of any points: how dense and frequent transit is there, in bands from 0 to 6b.

    Formula: see `access_index`; walks at 80 m a minute, up to 640 m to a bus and 960 m to anything else; of each line the stop
    with the least walk and wait, in its more frequent direction. Source: Transport for London 2015, Assessing transport
    connectivity.

    ``points`` or polygons that stand for their centre; ``from_time`` to ``to_time`` the peak; ``line_modes`` line id → mode,
    lines not named are "bus". Walks run as the transport's do (over streets where they are in the data, else crow-fly with its
    detour). Index of the points: ``access_index``, ``ptal``, ``lines`` within walk, and ``<mode>_access_index`` of every mode;
    0 and band "0" where no line is. It says nothing of where the lines go. Errors: E-FREQ-01, E-DEP-01, E-MODE-02, E-ORIGIN-01,
    -02.
    """
    services = _services(points, transport, departures_per_hour(transport, from_time, to_time), line_modes)
    limit = services["mode"].map(lambda mode: LONGEST_WALK_MIN.get(mode, LONGEST_WALK_OTHER_MIN))
    services = services[services["walk_min"] <= limit.astype(float)]
    wait = services["walk_min"] + 30 / services["per_hour"]
    services = services.assign(wait=wait).sort_values(["place", "line_id", "wait", "stop_id", "direction"])
    services = services.drop_duplicates(["place", "line_id"]).rename(columns={"place": "point_id"})
    found = access_index(services, reliability_min=reliability_min) if len(services) else pd.DataFrame(index=pd.Index([]))
    found = found.reindex(range(len(points)))
    modes = [name for name in found if str(name).endswith("_access_index")]
    index = found["access_index"].fillna(0.0) if "access_index" in found else pd.Series(0.0, found.index)
    lines = services.groupby("point_id").size().reindex(range(len(points)), fill_value=0)
    table = pd.DataFrame({"access_index": index, "ptal": _band(index), "lines": lines}).join(found[modes].fillna(0.0))
    return table.set_axis(points.index)


def frequency_class(
    points: GeoDataFrame,
    transport: Transport,
    *,
    from_time: str = "06:00",
    to_time: str = "20:00",
    line_modes: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """How often public transport leaves near people, in the five classes of DG REGIO.

    Formula: bus and tram within 417 m, metro and train within 833 m; f = departures an hour at the best stop of each kind; very
    high: both above 10; high: one above 10; medium: one at least 4; low: less; no access: no stop. Source: Poelman & Dijkstra
    2015.

    Arguments as in `ptal`; all departures of a stop count, of all lines and directions. Index of the points: ``class`` (ordered,
    "no access" to "very high"), ``bus_tram_per_hour``, ``metro_train_per_hour`` (0 where nothing leaves). Errors as in `ptal`.
    """
    services = _services(points, transport, departures_per_hour(transport, from_time, to_time), line_modes)
    slow = services["mode"].isin(list(REGIO_WALK_M))
    limit_m = services["mode"].map(lambda mode: REGIO_WALK_M.get(mode, REGIO_WALK_OTHER_M)).astype(float)
    limit_ds = np.ceil(limit_m / (WALK_KMH * 1000 / 3600) * 10)  # whole tenths of a second, as walks are: a stop that far counts
    near = services[services["walk_min"] <= limit_ds / 600].assign(slow=slow)
    best = near.groupby(["slow", "place", "stop_id"])["per_hour"].sum().groupby(["slow", "place"]).max()
    places = range(len(points))
    kinds = {True: "bus_tram_per_hour", False: "metro_train_per_hour"}
    table = pd.DataFrame(
        {name: (best.loc[kind] if kind in best.index.get_level_values(0) else pd.Series(dtype=float)).reindex(places).fillna(0.0)
         for kind, name in kinds.items()}
    )  # fmt: skip
    many, several = (table > _MANY).sum(axis=1), (table >= _SEVERAL).any(axis=1)
    number = np.select([many > 1, many == 1, several, (table > 0).any(axis=1)], [4, 3, 2, 1], default=0)
    kind = pd.Categorical(np.array(REGIO_CLASSES, object)[number], list(REGIO_CLASSES), ordered=True)
    return table.assign(**{"class": kind})[["class", *kinds.values()]].set_axis(points.index)


def _services(
    points: GeoDataFrame, transport: Transport, frequent: pd.DataFrame, line_modes: Mapping[str, str] | None
) -> pd.DataFrame:
    """Every point (its position in ``place``) with every line and direction at every stop within 12 minutes."""
    table = timetable_of(transport)
    at_stops = np.column_stack([table.x, table.y])
    metres = walked_m(LONGEST_WALK_OTHER_MIN, WALK_KMH)
    links = transport.walking.links(centres_xy(points, transport.crs), at_stops, metres, WALK_KMH)
    walks = pd.DataFrame({"place": links.point(), "stop_id": table.stop_ids[links.place], "walk_min": links.ds / 600})
    return walks.merge(frequent.assign(mode=modes_of(frequent["line_id"], line_modes)), on="stop_id")


def _band(index: pd.Series) -> pd.Categorical:
    number = np.searchsorted([limit for limit, _ in BANDS], index.to_numpy(), side="left")
    names = [name for _, name in BANDS]
    return pd.Categorical(np.array(names, object)[number], names, ordered=True)
