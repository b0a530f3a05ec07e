"""How many of the people round a station live within the radius of each service, today and as planned, wherever it may stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from analyses._inputs import Floats
from analyses._zones import same_metric_crs
from analyses.planning.norm_formulas import PERCENT, of_class
from analyses.planning.norm_reach import (
    counts_for,
    covers,
    nearest_by_crow,
    nearest_of,
    norms_with_radius,
    site_radii,
    street_matrix,
)
from analyses.planning.norm_sites import cells_of, checked_cell_m
from analyses.planning.plan_cover import areas_only
from analyses.planning.ranges import range_columns, reason_columns
from analyses.planning.station_areas_drawn import SheetRules, StationPlaces
from analyses.planning.station_counts import TODAY, SheetData
from analyses.planning.station_norms import NO_PLACE
from geo import Label, PlanningDataError, format_number
from geo.movement import Transport

PLANNED = "planned"
SITES = ("service", "level", "area_m2", "accuracy_m", "planned", "stop_id")
SHARES = ("crow_pct", "street_pct", "households_crow_pct", "households_street_pct")
NO_DATA = Label("chưa có số liệu", "no data")
NOBODY = Label("không có dân số trong vòng tròn", "nobody lives in the circle")
_VAGUE = Label("cơ sở chỉ biết vị trí ± {m} m", "a site is placed ± {m} m only")
_NONE = Label("", "")
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class StationCoverage:
    """``table`` a row a station, norm with a radius and state; ``cells`` where people live in the circles as drawn.

    Of ``cells``: ``stop_id``, ``people``, and for every norm told ``<norm>_today`` and ``<norm>_planned``: street, crow_only,
    beyond.
    """

    table: pd.DataFrame
    cells: GeoDataFrame


def station_coverage(
    stops: GeoDataFrame,
    data: SheetData,
    norms: pd.DataFrame,
    sites: GeoDataFrame,
    *,
    rules: SheetRules = SheetRules(),  # noqa: B008 - a frozen value
    streets: Transport | None = None,
    city_class: str = "special",
    cell_m: float = 50.0,
) -> StationCoverage:
    """Shares of the people in a station's circle within the radius of every service, by street and crow-fly, today and planned.

    Formula: share = 100 × Σ people of cells in the circle and in reach / Σ people of cells in the circle, in every drawn place.
    Source: radii of QCVN 01:2021 and 01:2026, by date (`layers.planning_norms`), second-hand.

    ``stops``, ``data``, ``rules`` as of `station_sheets`: the same places are drawn, people are today's, spread over their zones
    in cells of ``cell_m``; households those of the buildings. ``sites`` points with `SITES`: what each gives, of which level and
    size, how well it is placed (null: not told), whether it is ``planned`` (counts as planned alone), and the ``stop_id`` of the
    station it stands at, with which it moves (empty: none). ``streets`` walks at 4.8 km/h; without them no share by street.

    Table: names, ``norm_level``, ``service``, ``radius_m``, ``rule``, ``verified``, ``state`` (today, planned), ``sites`` that
    may be in reach, the worst ``accuracy_m`` of them, ``crow_pct``, ``street_pct``, ``households_crow_pct``,
    ``households_street_pct``, each ``_p10 _p50 _p90``; null with ``reason_vi``, ``reason_en`` where the station's place is not
    known, no site of the service is in the data, or a site that may be in reach is placed worse than half its radius. Errors:
    E-SHEET-05 (norms), E-SHEET-07 (sites without these columns), E-NORM-04, E-NORM-05, E-CRS-02, E-STOP-01.
    """
    missing = [name for name in SITES if name not in sites]
    if missing:
        raise PlanningDataError("E-SHEET-07", "the sites lack columns.", seen=missing, mend=f"columns {', '.join(SITES)}.")
    if "radius_m" not in norms:
        raise PlanningDataError("E-SHEET-05", "these are no norms.", seen="radius_m", mend="norms = layers.planning_norms(on).")
    same_metric_crs(stops, data.zones)
    same_metric_crs(sites, data.zones)
    asked = norms_with_radius(norms[of_class(norms, city_class)])
    places, side_m = StationPlaces(stops, rules, None), checked_cell_m(cell_m)
    rows: list[dict[str, object]] = []
    shown = []
    for at, stop in enumerate(stops.index):
        around = _Around.of(places, at, data, side_m)
        columns: dict[str, object] = {}
        for norm_id, norm in asked.iterrows():
            about = {name: norm[name] for name in ("name_vi", "name_en", "norm_level", "service", "radius_m", "rule", "verified")}
            for state, row, cover in _of_norm(norm, sites, places, around, streets):
                rows.append({"stop_id": stop, "planning_norm_id": norm_id, **about, "state": state, **row})
                if cover is not None:
                    columns[f"{norm_id}_{state}"] = cover
        if around is not None:
            kept = around.cells.assign(stop_id=stop, **columns)
            shown.append(kept[around.drawn])
    empty = GeoDataFrame({"stop_id": [], "people": []}, geometry=[], crs=stops.crs)
    cells = GeoDataFrame(pd.concat(shown, ignore_index=True)) if shown else empty
    return StationCoverage(pd.DataFrame(rows), cells)


class _Lived(NamedTuple):
    """Who is counted: at which ``places``, how many (``amounts``), and which of them every drawn circle holds [draw, place]."""

    places: GeoDataFrame
    amounts: Floats
    inside: Flags


@dataclass(frozen=True, eq=False)
class _Around:
    """The surroundings of a station: cells with people, buildings with households where known, as far as it may stand."""

    xy: Floats
    reach_m: float
    cells: GeoDataFrame
    drawn: Flags
    people: _Lived
    homes: _Lived | None

    @classmethod
    def of(cls, places: StationPlaces, at: int, data: SheetData, cell_m: float) -> _Around | None:
        circle = places.circle(at)
        if circle is None:
            return None
        west, south, east, north = shapely.total_bounds(circle)
        ground = shapely.box(west - cell_m, south - cell_m, east + cell_m, north + cell_m)
        xy, radius = places.places(at), places.rules.radii_m[1]
        cells = _cells_near(data, ground, cell_m)
        drawn = np.asarray(cells.centroid.distance(places.stops.geometry.iloc[at]) <= radius)
        people = _Lived(cells, cells["people"].to_numpy(float), _inside(cells, xy, radius))
        homes = None
        if data.buildings is not None and "households" in data.buildings:
            near = data.buildings[data.buildings.intersects(ground)]
            points = GeoDataFrame(geometry=near.representative_point())
            homes = _Lived(points, near["households"].to_numpy(float), _inside(points, xy, radius))
        return cls(xy, radius, cells, drawn, people, homes)

    def may_reach(self, sites: GeoDataFrame, radii: Floats) -> Flags:
        """Sites whose radius may touch any drawn circle, wherever within twice their error they stand."""
        away = shapely.distance(sites.geometry.to_numpy(), shapely.multipoints(self.xy))
        return np.asarray(away <= self.reach_m + radii + 2 * np.nan_to_num(sites["accuracy_m"].to_numpy(float)))


def _cells_near(data: SheetData, ground: shapely.Polygon, cell_m: float) -> GeoDataFrame:
    """People of today in cells of the zones, as far as the ground goes."""
    zones = data.zones[data.zones.intersects(ground)]
    whole = zones.geometry.to_numpy()
    near = areas_only(shapely.intersection(whole, ground))
    people = zones[data.people[TODAY]] * shapely.area(near) / shapely.area(whole)
    some = shapely.area(near) > 0
    if not some.any():
        return GeoDataFrame({"people": np.zeros(0)}, geometry=[], crs=zones.crs)
    cut = GeoDataFrame(geometry=near[some], index=zones.index[some], crs=zones.crs)
    return cells_of(cut, people[some], cell_m)[["people", "geometry"]]


def _inside(places: GeoDataFrame, xy: Floats, radius_m: float) -> Flags:
    middles = shapely.get_coordinates(places.centroid)
    return np.asarray(np.hypot(*(middles[None] - xy[:, None]).transpose(2, 0, 1)) <= radius_m)


def _of_norm(
    norm: pd.Series, sites: GeoDataFrame, places: StationPlaces, around: _Around | None, streets: Transport | None
) -> Iterator[tuple[str, dict[str, object], NDArray[np.str_] | None]]:
    """State, row and cover of the cells for one norm round one station."""
    fits = sites[counts_for(sites, norm)]
    for state in (TODAY, PLANNED):
        mine = fits if state == PLANNED else fits[~fits["planned"].to_numpy(bool)]
        if around is None or mine.empty:
            yield state, _silent(NO_DATA if around is not None else NO_PLACE), None
            continue
        near = mine[around.may_reach(mine, site_radii(mine, norm)) | (mine["stop_id"] != "").to_numpy(bool)]
        moves = (near["stop_id"] != "").to_numpy(bool)
        fixed, radii = near[~moves], site_radii(near[~moves], norm)
        accuracy = fixed["accuracy_m"].to_numpy(float)
        vague = accuracy > radii / 2
        if vague.any():
            told = {lang: format_number(float(accuracy[vague].max()), lang, digits=0) for lang in ("vi", "en")}
            yield state, _silent(Label(_VAGUE.vi.format(m=told["vi"]), _VAGUE.en.format(m=told["en"]))), None
            continue
        moving = _moving(near[moves], norm, places, around)
        worst = float(np.nanmax(accuracy)) if np.isfinite(accuracy).any() else np.nan
        row: dict[str, object] = {"sites": len(fixed) + len(moving), "accuracy_m": worst}
        reached = {}
        for who, lived in (("", around.people), ("households_", around.homes)):
            for how, net in (("crow", None), ("street", streets)):
                if lived is None or (how == "street" and streets is None):
                    row |= range_columns(f"{who}{how}_pct", None)
                    continue
                within = _within(lived.places, fixed, radii, moving, float(norm["radius_m"]), net)
                row |= range_columns(f"{who}{how}_pct", _share(lived, within))
                if not who:
                    reached[how] = within.drawn
        known = np.isfinite(float(str(row["crow_pct_p50"])))
        yield state, row | reason_columns(_NONE if known else NOBODY), covers(reached["crow"], reached.get("street"))


class _Within(NamedTuple):
    """Places within reach: of sites that stay, and of those that move, [draw, place]; ``drawn`` as the map shows them."""

    fixed: Flags
    moving: Flags | None
    drawn: Flags


def _moving(sites: GeoDataFrame, norm: pd.Series, places: StationPlaces, around: _Around) -> list[tuple[Floats, Floats]]:
    """Where each station that serves may stand, [draw, xy] and as drawn, left out where it is too far in every draw."""
    found = []
    limit = around.reach_m + float(norm["radius_m"])
    for stop in sites["stop_id"]:
        at = places.stops.index.get_loc(stop)
        xy = places.places(int(at))
        drawn = shapely.get_coordinates(places.stops.geometry.iloc[[at]].to_numpy())
        if (np.hypot(*(xy - around.xy).T) <= limit).any() or (np.hypot(*(drawn - around.xy).T) <= limit).any():
            found.append((xy, drawn))
    return found


def _within(
    lived: GeoDataFrame,
    sites: GeoDataFrame,
    radii: Floats,
    moving: list[tuple[Floats, Floats]],
    radius_m: float,
    streets: Transport | None,
) -> _Within:
    """Which places are within reach of any site; straight where there are no ``streets``."""
    walked = None if streets is None else street_matrix(lived, sites, float(radii.max(initial=0.0)), streets)
    fixed = np.isfinite(nearest_by_crow(lived, sites, radii) if walked is None else nearest_of(walked, radii))
    by_draw: Flags | None = None
    drawn = fixed.copy()
    for xy, shown in moving:
        at = np.concatenate([shown, xy])
        if streets is None:
            reached = _inside(lived, at, radius_m)
        else:
            ends = GeoDataFrame(geometry=shapely.points(at), crs=lived.crs)
            metres = street_matrix(lived, ends, radius_m, streets)
            reached = radius_m >= np.asarray(metres).T
        drawn |= reached[0]
        by_draw = reached[1:] if by_draw is None else by_draw | reached[1:]
    return _Within(fixed, by_draw, drawn)


def _share(lived: _Lived, within: _Within) -> Floats | None:
    """Per cent of who is in the circle, [draw]; None where nobody is."""
    reached = within.fixed if within.moving is None else within.fixed | within.moving
    whole, near = (csr_matrix(one) @ lived.amounts for one in (lived.inside, lived.inside & reached))
    return np.asarray(PERCENT * near / whole) if (whole > 0).all() else None


def _silent(reason: Label) -> dict[str, object]:
    row: dict[str, object] = {"sites": 0, "accuracy_m": np.nan}
    for name in SHARES:
        row |= range_columns(name, None)
    return row | reason_columns(reason)
