"""Cities for the register: small ones drawn by a seed, the region, two large ones made here, and real ones where they lie by.

Every length of a drawn city is a multiple of 1/64 m, so that moving or turning the plane rounds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

import analyses
import layers
from geo import METRIC, to_crs
from geo.movement import Line, NearestEdge, Network, OnStreets, Timetable, Transport, deciseconds

CORNER = np.array([600_000.0, 1_220_000.0])
ALL_DAY = (5 * 3600, 23 * 3600)
SPEEDS_KMH = {"primary": 60, "secondary": 40, "residential": 25}
KM_AN_HOUR_ON_FOOT = 4.8
NAMES = ("Bàu Bàng", "Bến Cát", "Lai Uyên", "Thủ Dầu Một", "Dĩ An", "Tân Uyên", "Chơn Thành", "Long Nguyên")
PEAK = analyses.Departure("08:00", window_min=6, percentiles=(1, 50, 100))


@dataclass(frozen=True, eq=False)
class City:
    """A place with streets, lines perhaps, and zones that hold people and jobs; ``drawn`` what it is made of here."""

    name: str
    seed: int
    transport: Transport
    zones: GeoDataFrame
    limit_min: int = 60
    drawn: Drawn | None = None
    known: dict[Any, Any] = field(default_factory=dict)

    @property
    def people(self) -> pd.Series:
        """Residents by zone."""
        return self.zones["people"]

    @property
    def jobs(self) -> pd.Series:
        """Jobs by zone."""
        return self.zones["jobs"]

    @cached_property
    def modes(self) -> tuple[str, ...]:
        """Modes to try: one that drives, walking, and transit where there is any."""
        drives = [mode for mode in ("car", "motorbike") if mode in self.transport.modes][:1]
        return (*drives, "walk", *(["transit"] if self.transport.timetable is not None else []))

    def draw(self, what: int = 0) -> np.random.Generator:
        """Random numbers of this city alone."""
        return np.random.default_rng([self.seed, what])

    def times(self, mode: str, transport: Transport | None = None, **options: Any) -> analyses.TravelTimes:
        """Times between all zones in the morning peak; those of the city as it is are kept."""
        asked = {"mode": mode, "departure": PEAK, "limit_min": self.limit_min, "draws": 2, "threads": 1, **options}
        if transport is None and not options:
            if mode not in self.known:
                self.known[mode] = analyses.travel_times(self.transport, self.zones, **asked)
            return self.known[mode]
        return analyses.travel_times(transport or self.transport, asked.pop("zones", self.zones), **asked)

    def changed(self, *changes: Any) -> Transport:
        """The transport with these changes applied."""
        return layers.Scenario("what if", changes).apply(self.transport)


@dataclass(frozen=True)
class Drawn:
    """What a drawn city is made of: corners, streets between them, lines over corners."""

    corners: np.ndarray
    streets: pd.DataFrame
    lines: tuple[tuple[Line, bool], ...]

    def transport(self, corners: np.ndarray | None = None, order: np.ndarray | None = None) -> Transport:
        """Streets and lines as one transport; ``corners`` elsewhere, ``order`` of the rows of the streets."""
        xy = self.corners if corners is None else corners
        arcs = self.streets if order is None else self.streets.iloc[order]
        pieces = [shapely.LineString(xy[[a, b]]) for a, b in zip(arcs["tail"], arcs["head"], strict=True)]
        frame = GeoDataFrame(arcs[["name", "highway", "length_m"]].reset_index(drop=True), geometry=pieces, crs=METRIC)
        ds = {mode: arcs[mode].to_numpy() for mode in ("car", "walk")}
        network = Network.from_edges(xy, METRIC, arcs["tail"].to_numpy(), arcs["head"].to_numpy(), ds, edges=frame)
        stops = pd.DataFrame({"stop_id": [f"s{i:04}" for i in range(len(xy))], "x": xy[:, 0], "y": xy[:, 1]})
        ways = [way for line, back in self.lines for way in ([line, line.back()] if back else [line])]
        table = Timetable.from_lines(stops, ways, crs=METRIC) if ways else None
        return Transport("a drawn city", network, NearestEdge(), OnStreets(network, access_m=900), table)


def small_city(seed: int) -> City:
    """4 to 7 corners a side, some streets missing, some one way, a detached hamlet, 2 to 5 lines; about 40 zones."""
    draw = np.random.default_rng(seed)
    side = int(draw.integers(4, 8))
    drawn = _drawn(draw, side, missing=0.12, one_way=0.15, lines=int(draw.integers(2, 6)), hamlet=True)
    return City(f"drawn city {seed}", seed, drawn.transport(), _zones(draw, drawn.corners, int(draw.integers(4, 7))), drawn=drawn)


def large_grid(corners: int = 317) -> City:
    """Square streets of about 100,000 corners, no lines."""
    draw = np.random.default_rng(corners)
    drawn = _drawn(draw, corners, missing=0.02, one_way=0.02, lines=0, hamlet=True)
    return City(f"grid of {corners**2:,} corners", corners, drawn.transport(), _zones(draw, drawn.corners, 16), drawn=drawn)


def town_with_lines(corners: int = 60, lines: int = 40) -> City:
    """3,600 corners and 40 lines, some by timetable."""
    draw = np.random.default_rng(corners)
    drawn = _drawn(draw, corners, missing=0.05, one_way=0.05, lines=lines, hamlet=True)
    zones = _zones(draw, drawn.corners, 14)
    return City(f"town of {corners**2:,} corners and {lines} lines", corners, drawn.transport(), zones, drawn=drawn)


def region() -> City:
    """The embedded one, every ninth zone."""
    zones = layers.zones().iloc[::9].rename(columns={"population_2019_people": "people"})
    return City("the region", 1, layers.transport(), zones[["people", "jobs", "geometry"]])


def real_cities(folder: Path) -> Iterator[City]:
    """Porto Alegre and Porto, where their files lie in ``folder``."""
    poa = folder / "poa"
    if (poa / "poa_osm.pbf").is_file():
        feeds = [poa / "poa_eptc.zip", poa / "poa_trensurb.zip"]
        transport = layers.transport(osm=poa / "poa_osm.pbf", gtfs=feeds, date="2019-05-13")
        yield City("Porto Alegre", 2, transport, _round_the_stops(transport, 14))
    porto = folder / "osm" / "porto_portugal.osm.pbf"
    feed = folder / "transit" / "porto_gtfs.zip"
    if porto.is_file() and feed.is_file():
        transport = layers.transport(osm=porto, gtfs=[feed], date=_runs_on(feed))
        yield City("Porto", 3, transport, _round_the_stops(transport, 12))


def _runs_on(feed: Path) -> str:
    """A Wednesday on which the feed runs: its own middle."""
    from geo.movement import service_days  # noqa: PLC0415 - of one city alone

    days = service_days(feed)
    busy = days[days == days.max()]
    return str(pd.Timestamp(busy.index[len(busy) // 2]).date())


def _drawn(draw: np.random.Generator, side: int, *, missing: float, one_way: float, lines: int, hamlet: bool) -> Drawn:
    block = float(draw.integers(150, 400))
    place = np.stack(np.meshgrid(np.arange(side), np.arange(side), indexing="ij"), axis=-1).reshape(-1, 2)
    shift = np.round(draw.uniform(-0.2, 0.2, place.shape) * block * 64) / 64
    corners = CORNER + place * block + shift
    number = np.arange(side * side).reshape(side, side)
    ends = np.concatenate(
        [np.stack([number[:-1].ravel(), number[1:].ravel()]), np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()])], axis=1
    )
    ends = ends[:, draw.random(ends.shape[1]) >= missing]
    names = np.array([f"Street {n}" for n in draw.integers(0, 4 * side, ends.shape[1])])
    if hamlet:  # three corners that no street leads to
        far = CORNER + np.array([[side + 1.0, 0], [side + 1.5, 0], [side + 1.5, 0.5]]) * block
        at = np.arange(3) + len(corners)
        corners = np.concatenate([corners, np.round(far * 64) / 64])
        ends = np.concatenate([ends, np.array([at[:2], at[1:]]).T], axis=1)
        names = np.append(names, ["Hamlet", "Hamlet"])
    kind = draw.choice(list(SPEEDS_KMH), ends.shape[1], p=[0.15, 0.25, 0.6])
    there = pd.DataFrame({"tail": ends[0], "head": ends[1], "name": names, "highway": kind})
    single = draw.random(len(there)) < one_way
    back = there.rename(columns={"tail": "head", "head": "tail"})[list(there)].assign(single=single)
    streets = pd.concat([there.assign(single=False), back], ignore_index=True)
    streets["length_m"] = np.hypot(*(corners[streets["tail"]] - corners[streets["head"]]).T)
    speed = streets["highway"].map(SPEEDS_KMH).to_numpy(float)
    streets["walk"] = deciseconds(streets["length_m"] / (KM_AN_HOUR_ON_FOOT / 3.6))
    streets["car"] = np.where(streets["single"], -1, deciseconds(streets["length_m"] / (speed / 3.6)))
    return Drawn(corners, streets, tuple(_line(draw, n, side, block) for n in range(lines)))


def _line(draw: np.random.Generator, number: int, side: int, block: float) -> tuple[Line, bool]:
    """Along a row or a column, or hopping over the town; most of them there and back, every third by timetable."""
    if number % 3 == 2:
        stops = draw.choice(side * side, min(side, 5), replace=False)
    else:
        lane, along = int(draw.integers(0, side)), np.arange(0, side, 1 + number % 2)
        stops = along * side + lane if number % 2 else lane * side + along
    ride = np.maximum(20, draw.integers(40, 90, len(stops) - 1) * block // 300).astype(int)
    every = int(draw.choice([240, 300, 480, 600, 900, 1200]))
    line = Line(f"L{number}", f"Line {number}", tuple(f"s{i:04}" for i in stops), tuple(ride.tolist()), ((*ALL_DAY, every),),
                int(draw.integers(0, 30)), exact=number % 3 == 1)  # fmt: skip
    return line, number % 4 != 3


def _zones(draw: np.random.Generator, corners: np.ndarray, cells: int) -> GeoDataFrame:
    """A partition into squares round the whole city, a few of them off every street."""
    low, high = corners.min(axis=0) - 200, corners.max(axis=0) + 200
    size = np.round((high - low) / cells * 8) / 8
    west, south = (low[k] + np.arange(cells) * size[k] for k in (0, 1))
    squares = [shapely.box(w, s, w + size[0], s + size[1]) for w in west for s in south]
    count = len(squares)
    frame = GeoDataFrame(index=pd.Index([f"z{n:04}" for n in range(count)], name="zone_id"), geometry=squares, crs=METRIC)
    frame["name_vi"] = [f"{NAMES[n % len(NAMES)]} {n}" for n in range(count)]
    frame["people"] = draw.integers(0, 2000, count) * (draw.random(count) < 0.9)
    frame["jobs"] = draw.integers(0, 900, count) * (draw.random(count) < 0.7)
    return frame


def _round_the_stops(transport: Transport, cells: int) -> GeoDataFrame:
    """Squares over the middle of a real city, people and jobs drawn."""
    table = transport.timetable
    assert table is not None
    xy = np.column_stack([table.x, table.y])
    low, high = np.quantile(xy, [0.05, 0.95], axis=0)
    draw = np.random.default_rng(5)
    zones = _zones(draw, np.array([low + 200, high - 200]), cells)
    return to_crs(zones.set_crs(transport.crs, allow_override=True), transport.crs)


def moved(city: City, matrix: np.ndarray, shift: np.ndarray) -> City:
    """The same city elsewhere on the plane: every place turned by ``matrix`` round its corner, then shifted."""
    assert city.drawn is not None

    def go(xy: np.ndarray) -> np.ndarray:
        return (xy - CORNER) @ matrix.T + CORNER + shift

    zones = city.zones.set_geometry(shapely.transform(city.zones.geometry.to_numpy(), go), crs=METRIC)
    return replace(city, transport=city.drawn.transport(go(city.drawn.corners)), zones=zones, known={})
