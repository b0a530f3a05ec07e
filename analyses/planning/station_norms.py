"""What norms ask for the people round a station, what a plan gives them there, and what is left over or short."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from analyses._inputs import Floats
from analyses._zones import same_metric_crs
from analyses.planning.norm_formulas import PERCENT, needed_m2, needed_share_m2, needed_sites, of_class, residential_units
from analyses.planning.norm_items import MET, NO_ROADS, NOT_ASSESSABLE, NOT_MET, loose_schools
from analyses.planning.norm_reach import counts_for
from analyses.planning.norm_sites import plan_classes_read, service_sites
from analyses.planning.ranges import low_middle_high, range_columns, reason_columns
from analyses.planning.station_areas_drawn import SheetRules, StationPlaces
from analyses.planning.station_counts import LAND, SheetData, people_within
from analyses.stations.station_catchments import total, zone_shares
from analyses.stations.walksheds import Shapes
from geo import Label, PlanningDataError, format_number, ground_scale

BY_PLACE = "by_place"  # whether it is met depends on where the station stands
NEEDED = ("m2_per_person", "each_m2", "sites_per_unit", "most_people", "measure", "norm_level", "city_class", "rule", "service")
AMOUNTS = ("needed_ha", "planned_ha", "surplus_ha", "needed_sites", "planned_sites")
NO_PLAN = Label("chưa có quy hoạch", "no plan given")
NO_PLACE = Label("vị trí trạm là sơ đồ", "the station's place is schematic")
LOOSE = Label("có trường học chưa ghi cấp học", "some schools do not tell their level")
_PARTLY = Label("đồ án phủ {pct} % vòng tròn", "the plan covers {pct} % of the circle")
_NONE = Label("", "")
_HA, _WHOLE_PCT, _MOST = 10_000, 99.0, 0.5
Flags = NDArray[np.bool_]


def station_norms(
    stops: GeoDataFrame,
    data: SheetData,
    norms: pd.DataFrame,
    *,
    rules: SheetRules = SheetRules(),  # noqa: B008 - a frozen value
    plan: GeoDataFrame | None = None,
    scheme: str = "QHPK",
    city_class: str = "special",
) -> pd.DataFrame:
    """What norms ask for the people in a station's circle, what the plan gives there and what is left over, item by item.

    Formula: needed = m² a person × people; of sites: each m² × sites a unit × ⌈people / most people of a unit⌉; of roads: share ×
    built land; surplus = planned − needed in every drawn place. Source: QCVN 01:2021 and 01:2026, by date
    (`layers.planning_norms`), second-hand.

    ``stops``, ``data``, ``rules`` as of `station_sheets`: the same places are drawn and a parcel cut by the circle counts by the
    same rule; a site is in the circle where at least half of it is. ``norms`` the rows in force on a day; those of land, of sites
    and of roads are asked, of cities those of ``city_class``. ``plan``: parcels with their class in ``land_use`` (read as by
    `norm_check`, columns ``service`` and ``level`` say more) of the table ``scheme``; without it nothing planned is told.

    A row a station, norm and state of the people: names, ``norm_level``, ``measure``, ``rule``, ``verified``, ``state``,
    ``needed_ha``, ``planned_ha``, ``surplus_ha`` (below 0: short), ``needed_sites``, ``planned_sites``, each ``_p10 _p50 _p90``,
    ``plan_covered_pct`` (middle), ``met``: met, not_met, by_place (the drawn places differ), not_assessable with its
    ``reason_vi``, ``reason_en``. Land beyond a plan's edge may hold what is short, so a plan that covers less than 99 % of the
    circle can be met but never not_met. Errors: E-SHEET-05 (no norms), E-NORM-05, E-BALANCE-05 to -08, E-CRS-02, E-STOP-01.
    """
    missing = [name for name in NEEDED if name not in norms]
    if missing:
        raise PlanningDataError("E-SHEET-05", "these are no norms.", seen=missing, mend="norms = layers.planning_norms(on).")
    same_metric_crs(stops, data.zones)
    read = None if plan is None else _PlanRead.of(plan, scheme, rules.take)
    measures = ["land", "sites"] if plan is None else ["land", "sites", "share"]
    asked = norms[of_class(norms, city_class) & norms["measure"].isin(measures) & norms["norm_level"].isin(["unit", "city"])]
    places = StationPlaces(stops, rules, None)
    rows: list[dict[str, object]] = []
    for at, stop in enumerate(stops.index):
        circle = places.circle(at)
        rows += [{"stop_id": stop, **row} for row in _rows_of(asked, norms, data, read, circle)]
    return pd.DataFrame(rows)


@dataclass(frozen=True, eq=False)
class _PlanRead:
    """A plan as norms read it: its parcels, and the sites among them."""

    parcels: GeoDataFrame
    sites: pd.DataFrame  # by the parcel's position
    take: str

    @classmethod
    def of(cls, plan: GeoDataFrame, scheme: str, take: str) -> _PlanRead:
        read = plan_classes_read(plan, scheme, LAND, None)
        sites = service_sites(read, None)
        names: list[Hashable] = [f"plan {one}" for one in read.index]
        return cls(read, pd.DataFrame(sites.drop(columns="geometry")).reindex(names), take)

    def within(self, circle: Shapes) -> _PlanWithin:
        box = shapely.box(*shapely.total_bounds(circle))
        near = np.flatnonzero(shapely.intersects(self.parcels.geometry.to_numpy(), box))
        parcels = self.parcels.iloc[near]
        taken = zone_shares(circle, parcels, self.take)
        area = shapely.area(parcels.geometry.to_numpy())
        part = taken if self.take == "part" else zone_shares(circle, parcels, "part")
        covered = PERCENT * total(part, area) / shapely.area(circle)
        scale = np.nan_to_num(ground_scale(circle, self.parcels.crs))
        return _PlanWithin(parcels, self.sites.iloc[near], taken, area, scale, np.minimum(covered, PERCENT))


class _PlanWithin(NamedTuple):
    """The parcels of a plan near a circle, and the share of each that every drawn circle takes [draw, parcel].

    ``drawn_m2`` areas of the plane, ``scale`` [draw] the ground for a square metre of it.
    """

    parcels: GeoDataFrame
    sites: pd.DataFrame
    taken: Floats
    drawn_m2: Floats
    scale: Floats
    covered_pct: Floats

    def land_m2(self, counted: Flags) -> Floats:
        return total(self.taken[:, counted], self.drawn_m2[counted]) * self.scale

    def sites_of(self, counted: Flags, least_m2: float) -> Floats:
        large = counted & (self.sites["area_m2"].to_numpy(float) >= least_m2)
        return np.asarray((self.taken[:, large] >= _MOST).sum(axis=1), float)


def _rows_of(
    asked: pd.DataFrame, norms: pd.DataFrame, data: SheetData, read: _PlanRead | None, circle: Shapes | None
) -> Iterator[dict[str, object]]:
    """The rows of one station; ``circle`` [draw], None where its place is not known well enough."""
    people = dict.fromkeys(data.people) if circle is None else people_within(data, circle)
    within = None if read is None or circle is None else read.within(circle)
    for norm_id, norm in asked.iterrows():
        about = {name: norm[name] for name in ("name_vi", "name_en", "norm_level", "measure", "rule", "verified")}
        for state, amounts in people.items():
            row = {"planning_norm_id": norm_id, **about, "state": state}
            if amounts is None:
                yield {**row, **_amounts({}), "plan_covered_pct": np.nan, "met": NOT_ASSESSABLE, **reason_columns(NO_PLACE)}
            else:
                yield row | _row(norm, amounts, residential_units(norms, amounts), within)


def _row(norm: pd.Series, people: Floats, units: Floats, within: _PlanWithin | None) -> dict[str, object]:
    """What one norm asks for in one state, and what is planned."""
    told: dict[str, Floats] = {}
    if norm["measure"] != "share":
        told["needed_ha"] = np.asarray(needed_m2(norm, people, units)) / _HA
        if norm["sites_per_unit"] > 0:
            told["needed_sites"] = np.asarray(needed_sites(norm, units))
    if within is None:
        return {**_amounts(told), "plan_covered_pct": np.nan, "met": NOT_ASSESSABLE, **reason_columns(NO_PLAN)}
    if norm["measure"] == "share":
        counted = (within.parcels["service"] == "transport_land").to_numpy(bool)
        built_m2 = within.land_m2(within.parcels["built"].to_numpy(bool))
        told["needed_ha"] = np.asarray(needed_share_m2(norm, built_m2)) / _HA
    else:
        counted = counts_for(within.sites, norm)
    told["planned_ha"] = within.land_m2(counted) / _HA
    told["surplus_ha"] = told["planned_ha"] - told["needed_ha"]
    enough = told["surplus_ha"] >= 0
    if "needed_sites" in told:
        told["planned_sites"] = within.sites_of(counted, float(norm["each_m2"]))
        fits = told["planned_sites"] >= told["needed_sites"]
        enough = fits if norm["measure"] == "sites" else enough & fits
    loose = within.land_m2(loose_schools(within.parcels, norm).to_numpy(bool))
    covered = float(low_middle_high(within.covered_pct[None])[1, 0])
    finding = _finding(enough, loose, within.covered_pct)
    if norm["measure"] == "share" and not (told["planned_ha"] > 0).all():
        finding = {"met": NOT_ASSESSABLE, **reason_columns(NO_ROADS)}
    return {**_amounts(told), "plan_covered_pct": covered, **finding}


def _finding(enough: Flags, loose_m2: Floats, covered_pct: Floats) -> dict[str, object]:
    """Whether it is met wherever the station may stand; what may lie elsewhere is not said to be short."""
    least, _, most = low_middle_high(enough.astype(float)[None])[:, 0]
    if least == 1:
        return {"met": MET, **reason_columns(_NONE)}
    low, middle, _ = low_middle_high(covered_pct[None])[:, 0]
    if low < _WHOLE_PCT:
        told = {lang: format_number(middle, lang, digits=0) for lang in ("vi", "en")}
        return {
            "met": NOT_ASSESSABLE,
            **reason_columns(Label(_PARTLY.vi.format(pct=told["vi"]), _PARTLY.en.format(pct=told["en"]))),
        }
    if (loose_m2 > 0).any():
        return {"met": NOT_ASSESSABLE, **reason_columns(LOOSE)}
    return {"met": NOT_MET if most == 0 else BY_PLACE, **reason_columns(_NONE)}


def _amounts(told: dict[str, Floats]) -> dict[str, float]:
    """Columns of all amounts, null where nothing is told."""
    return {column: value for name in AMOUNTS for column, value in range_columns(name, told.get(name)).items()}
