"""A planned park: who can come to work, how far trucks go, the housing its workers need, and how well the site fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Annotated, Literal

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, points_from_xy
from numpy.typing import NDArray
from pydantic import Field

import layers
from analyses.sites.siting import Siting, science_park_siting
from analyses.stations.displaced import RANGE_PCT, displaced_xy
from analyses.study.baselines import TODAY, StudyFromBaseline
from analyses.study.grounds import StudyGround
from analyses.study.parts import Minutes, Wrong
from analyses.study.shapes import Part
from analyses.travel.corridor import corridor_ways
from analyses.travel.matrices import travel_times
from analyses.travel.times import Departure
from geo import nearest_names, to_crs
from geo.movement import Transport

STEPS = ("labour", "freight", "housing", "siting")
DRAWN = "drawn"
_MAP_MIN = 90  # maps tell minutes so far, whatever the limits
_WALK_MIN = 15  # to a stop on foot
Mode = Literal["motorbike", "car", "transit", "transit_shuttle"]
Hour = Annotated[str, Field(pattern=r"^([01]?\d|2[0-3]):[0-5]\d$")]
Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(gt=0, le=100)]


class HousingOfStudy(Part):
    """Worker housing: land by rule, and what may stand on it.

    ``share_pct`` of the park's area, at least ``least_ha``; ``dwellings_per_ha`` of housing land, one row each;
    ``workers_per_dwelling``; ``workers_per_ha`` of the park's whole area.
    """

    share_pct: Share = 2.0
    least_ha: Annotated[float, Field(ge=0)] = 5.0
    dwellings_per_ha: list[Positive] = Field(default=[150.0], min_length=1)
    workers_per_dwelling: Positive = 2.0
    workers_per_ha: Positive = 50.0


class ParkStudy(StudyFromBaseline):
    """A park and its catchment, today and with each scenario.

    ``site`` an outline or industrial park of the region (elsewhere: a destination), displaced ``draws`` times by its accuracy;
    ``area_ha`` where it is not the published one; ``baseline`` the scenario of what exists but is missing in the data, from which
    all others start; people ``within_min`` by ``modes`` (``transit_shuttle``: the park's own bus to stations within
    ``shuttle_min``), home by transit at ``home_time``; ``labour_pct`` of people are of the labour force; trucks at
    ``truck_hours`` to ``gates`` (all of `layers.logistics` where none are named); ``siting`` a criteria file, "" for none.
    """

    kind: Literal["park_catchment"] = "park_catchment"
    site: str = "science_park"
    area_ha: Positive | None = None
    draws: int = Field(default=20, ge=5, le=500)
    modes: list[Mode] = Field(default=["motorbike", "car", "transit", "transit_shuttle"], min_length=1)
    within_min: list[Minutes] = Field(default=[30, 45, 60], min_length=1)
    home_time: Hour = "17:00"
    shuttle_min: Minutes = 30
    labour_pct: Share = 55.0
    truck_hours: list[Hour] = Field(default=["10:00", "22:00"], min_length=1)
    gates: list[str] = []  # noqa: RUF012 - pydantic gives every study its own
    limit_min: Minutes = 300
    housing: HousingOfStudy = HousingOfStudy()
    siting: str = "science_park"

    def wrong(self, ground: StudyGround) -> Iterator[Wrong]:
        """The site, gates and baseline that are not there."""
        yield from super().wrong(ground)
        known = _known_sites(ground)
        if self.site not in known.index:
            yield ("site",), f"no such site, seen {self.site!r}; {nearest_names(self.site, known.index)}"
        elif self.area_ha is None and not published_ha(self, ground) > 0:
            yield ("site",), "its area is not published; give area_ha"
        names = _known_gates(ground).index
        for number, gate in enumerate(self.gates):
            if gate not in names:
                yield ("gates", number), f"no such gate, seen {gate!r}; {nearest_names(gate, names)}"
        for number, mode in enumerate(self.modes):
            if mode.partition("_")[0] not in ground.today.modes:
                yield ("modes", number), f"this transport has no mode {mode!r}; {', '.join(ground.today.modes)}"


@dataclass(frozen=True, eq=False)
class ParkFound:
    """Its results; ``scenario`` is "today" (with the baseline) or a scenario's id, ``_p10`` and ``_p90`` over displaced sites.

    ``places``: the site as drawn and displaced; ``labour``: people and jobs within the limits by scenario and mode; ``zones``:
    ``<mode>_<scenario>_min`` of the site as drawn; ``freight``: truck minutes by hour, gate and scenario that changes streets,
    null where no road of the data leads; ``gates``, ``ways``: the gates and today's fastest truck ways; ``housing``: a row a
    density; ``siting`` as `science_park_siting` gives it (or None) and ``scores``, the site as drawn beside the sites found.
    """

    places: GeoDataFrame
    labour: pd.DataFrame
    zones: GeoDataFrame
    freight: pd.DataFrame
    gates: GeoDataFrame
    ways: GeoDataFrame
    housing: pd.DataFrame
    siting: Siting | None
    scores: pd.DataFrame


def park_study(study: ParkStudy, ground: StudyGround, step: Callable[[str], None] = lambda _: None) -> ParkFound:
    """Runs the study; ``step`` is told each of `STEPS` before it starts."""
    nets = study.transports(ground)
    places = _places(study, ground)
    step("labour")
    zones, labour = _labour(study, ground, nets, places)
    step("freight")
    gates = gates_of(study, ground)
    freight = _freight(study, nets, places, gates)
    step("housing")
    housing = _housing(study, study.area_ha or published_ha(study, ground))
    step("siting")
    fits = study.siting and ground.embedded
    siting = (
        science_park_siting(study.siting, transport=nets[TODAY], zones=ground.zones, workspace=ground.workspace) if fits else None
    )
    return ParkFound(
        places=places,
        labour=labour,
        zones=zones,
        freight=freight,
        gates=gates,
        ways=_ways(study, nets[TODAY], places, gates),
        housing=housing,
        siting=siting,
        scores=pd.DataFrame() if siting is None else _scores(siting, site_of(study, ground), places),
    )


def published_ha(study: ParkStudy, ground: StudyGround) -> float:
    """The area of the site as published; NaN where it is not."""
    row = _known_sites(ground).loc[study.site]
    return float(row.get("published_area_ha", row.get("area_ha", np.nan)))


def site_of(study: ParkStudy, ground: StudyGround) -> GeoDataFrame:
    """The site as drawn, one row."""
    return _known_sites(ground).loc[[study.site]]


def gates_of(study: ParkStudy, ground: StudyGround) -> GeoDataFrame:
    """The gates the study asks about."""
    every = _known_gates(ground).drop(index=study.site, errors="ignore")
    return every.loc[study.gates] if study.gates else every


def _known_sites(ground: StudyGround) -> GeoDataFrame:
    if not ground.embedded:
        return ground.destinations
    parks = layers.industrial_parks(workspace=ground.workspace).rename(columns={"area_ha": "published_area_ha"})
    return GeoDataFrame(pd.concat([layers.outlines(workspace=ground.workspace), parks]), crs=parks.crs)


def _known_gates(ground: StudyGround) -> GeoDataFrame:
    return layers.logistics(workspace=ground.workspace) if ground.embedded else ground.destinations


def _places(study: ParkStudy, ground: StudyGround) -> GeoDataFrame:
    """The centre of the site and its displaced places, in the transport's metres."""
    site = to_crs(site_of(study, ground), ground.today.crs)
    if "accuracy_m" not in site:
        site = site.assign(accuracy_m=0.0)
    centre = site.set_geometry(site.geometry.centroid)
    xy = np.vstack([shapely.get_coordinates(centre.geometry), displaced_xy(centre, study.draws, study.seed)[0]])
    names = [DRAWN, *(f"draw_{number:03d}" for number in range(1, study.draws + 1))]
    return GeoDataFrame(index=pd.Index(names, name="place_id"), geometry=points_from_xy(*xy.T), crs=site.crs)


def _ranges(values: NDArray[np.float64], name: str) -> dict[str, float]:
    """The value of the site as drawn, and p10 and p90 over the displaced ones; unreached is null."""
    low, _, high = np.percentile(values[1:], RANGE_PCT, method="inverted_cdf")
    told = {name: float(values[0]), f"{name}_p10": float(low), f"{name}_p90": float(high)}
    return {key: value if np.isfinite(value) else np.nan for key, value in told.items()}


def _minutes(study: ParkStudy, ground: StudyGround, net: Transport, places: GeoDataFrame, mode: Mode) -> NDArray[np.float64]:
    """Minutes [zone, place]: to work on the streets, home from the park by transit, whose ends may be ridden by its own bus."""
    ask = partial(travel_times, net, limit_min=max(study.within_min[-1], _MAP_MIN), seed=study.seed)
    if not mode.startswith("transit"):
        return ask(ground.zones, places, mode=mode, departure=study.leaves()).at().astype(float)
    home = Departure(study.home_time, study.departure.window_min)
    by, most_min = ("car", study.shuttle_min) if mode == "transit_shuttle" else ("walk", _WALK_MIN)
    rides = ask(places, ground.zones, mode="transit", departure=home, access_mode=by, access_limit_min=most_min)
    return rides.at().astype(float).T


def _labour(
    study: ParkStudy, ground: StudyGround, nets: Mapping[str, Transport], places: GeoDataFrame
) -> tuple[GeoDataFrame, pd.DataFrame]:
    zones, rows = ground.zones.copy(), []
    people, jobs = (ground.zones[name].to_numpy(float) for name in (ground.people, ground.jobs))
    streets: dict[Mode, NDArray[np.float64]] = {}
    for (name, net), mode in product(nets.items(), study.modes):
        known = mode in streets and net.streets is nets[TODAY].streets
        minutes = streets[mode] if known else _minutes(study, ground, net, places, mode)
        if name == TODAY and not mode.startswith("transit"):
            streets[mode] = minutes
        zones[f"{mode}_{name}_min"] = np.round(minutes[:, 0], 1)
        for limit in study.within_min:
            within = minutes <= limit
            told = _ranges((people @ within).round(), "people")
            labour = study.labour_pct / 100 * told["people"]
            rows.append(
                {"scenario": name, "mode": mode, "within_min": limit}
                | told
                | {"labour_people": round(labour), "jobs": round(float(jobs @ within[:, 0]))}
            )
    return zones, pd.DataFrame(rows)


def _freight(study: ParkStudy, nets: Mapping[str, Transport], places: GeoDataFrame, gates: GeoDataFrame) -> pd.DataFrame:
    rows = []
    changed = {name: net for name, net in nets.items() if name == TODAY or net.streets is not nets[TODAY].streets}
    for (name, net), hour in product(changed.items(), study.truck_hours):
        times = travel_times(net, places, gates, mode="truck", departure=Departure(hour), limit_min=study.limit_min)
        minutes = times.at().astype(float)
        rows += [
            {"scenario": name, "hour": hour, "gate_id": gate} | _ranges(minutes[:, at], "truck_min")
            for at, gate in enumerate(gates.index)
        ]
    table = pd.DataFrame(rows)
    before = table[table["scenario"] == TODAY].set_index(["hour", "gate_id"])["truck_min"]
    was = before.reindex(pd.MultiIndex.from_frame(table[["hour", "gate_id"]])).to_numpy()
    table["truck_min_change"] = table["truck_min"] - was
    columns = [name for name in table if str(name).startswith("truck_min")]
    renamed = {"truck_min_p10": "truck_p10_min", "truck_min_p90": "truck_p90_min"}
    return table.round(dict.fromkeys(columns, 1)).rename(columns=renamed)


def _ways(study: ParkStudy, net: Transport, places: GeoDataFrame, gates: GeoDataFrame) -> GeoDataFrame:
    """The fastest truck way to each gate at the first hour, as drawn; index ``gate_id``."""
    start, leaves = places.loc[[DRAWN]][["geometry"]], Departure(study.truck_hours[0])
    ends = to_crs(gates, places.crs)[["geometry"]]
    found = [corridor_ways(net, pd.concat([start, ends.loc[[gate]]]), mode="truck", departure=leaves) for gate in ends.index]
    return GeoDataFrame(pd.concat(found).set_index("to_id").rename_axis("gate_id")[["geometry"]], crs=places.crs)


def _housing(study: ParkStudy, area_ha: float) -> pd.DataFrame:
    """Land by rule, and the dwellings and workers it takes at every density."""
    rule = study.housing
    land, workers = max(rule.share_pct / 100 * area_ha, rule.least_ha), rule.workers_per_ha * area_ha
    density = np.array(rule.dwellings_per_ha)
    housed = np.minimum(density * land * rule.workers_per_dwelling, workers)
    return pd.DataFrame(
        {
            "dwellings_per_ha": density,
            "housing_land_ha": land,
            "dwellings": (density * land).round(),
            "housed_workers": housed.round(),
            "workers": round(workers),
            "housed_workers_pct": (100 * housed / workers).round(1),
            "land_for_all_ha": (workers / rule.workers_per_dwelling / density).round(1),
        }
    )


def _scores(siting: Siting, site: GeoDataFrame, places: GeoDataFrame) -> pd.DataFrame:
    """The site as drawn (p10 and p90 of displaced ones) beside the sites found: mean suitability by area, share excluded."""
    zones = siting.zones
    outline = to_crs(site, zones.crs).geometry.iloc[0]
    xy = shapely.get_coordinates(to_crs(places, zones.crs).geometry)
    score, excluded = [], []
    for dx, dy in xy - xy[0]:
        moved = shapely.transform(outline, lambda at, by=(dx, dy): at + np.array(by))
        part = shapely.area(shapely.intersection(zones.geometry.to_numpy(), moved))
        fits = zones["suitability"].notna().to_numpy()
        score.append(part[fits] @ zones["suitability"].to_numpy()[fits] / part[fits].sum() if part[fits].sum() else np.nan)
        excluded.append(100 * part[~fits].sum() / part.sum() if part.sum() else np.nan)
    low, _, high = np.nanpercentile(score[1:], RANGE_PCT, method="inverted_cdf")
    drawn = {
        "place": DRAWN,
        "suitability": score[0],
        "suitability_p10": low,
        "suitability_p90": high,
        "excluded_pct": excluded[0],
    }
    centre = shapely.centroid(outline)
    found = siting.sites.assign(
        place=[f"site_{number}" for number in range(1, len(siting.sites) + 1)],
        excluded_pct=0.0,
        from_drawn_km=siting.sites.geometry.centroid.distance(centre) / 1000,
    )
    table = pd.concat([pd.DataFrame([drawn | {"from_drawn_km": 0.0}]), pd.DataFrame(found.drop(columns="geometry"))])
    wanted = ["place", "from_drawn_km", "suitability", "suitability_p10", "suitability_p90", "excluded_pct"]
    return table[wanted].round({"from_drawn_km": 1, "excluded_pct": 1} | dict.fromkeys(wanted[2:5], 3)).reset_index(drop=True)
