"""The indicators that reports ask for, in one table: value, unit, formula, source, and what is missing for a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from analyses._inputs import amounts_on
from analyses.indicators.access_level import frequency_class, ptal
from analyses.indicators.near_transit import (
    HIGH_CAPACITY,
    convenient_transport,
    people_near_transit,
    rapid_transit_ratio,
    rural_access,
)
from analyses.indicators.performance import transport_performance
from analyses.indicators.urban_growth import land_consumption, open_space_share
from analyses.stated import formula_and_source
from analyses.travel.frequencies import modes_of
from analyses.travel.rides import timetable_of
from analyses.travel.times import TravelTimes
from geo import PlanningDataError, to_crs
from geo.movement import OnStreets, Transport, Walking

_ON_STREETS = "", ""
_CROW_FLY = (
    "không có mạng đường đi bộ: khoảng cách đường chim bay, tính theo phần diện tích ô",
    "no footways in the data: straight distances, by share of a zone's area",
)


class _Row(NamedTuple):
    """One line of the table; ``value`` None where data are missing, and ``gap`` (Vietnamese, English) says which."""

    key: str
    vi: str
    en: str
    value: float | None
    unit: str
    measure: Callable[..., Any]
    gap: tuple[str, str]


def standard_indicators(  # noqa: PLR0913 - each further argument is data one indicator needs
    transport: Transport,
    zones: GeoDataFrame,
    people: str | pd.Series = "population_2019_people",
    *,
    line_modes: Mapping[str, str] | None = None,
    rapid_lines: Sequence[str] = (),
    rapid_km: float | None = None,
    rural_people: str | pd.Series | None = None,
    all_season_roads: GeoDataFrame | None = None,
    built_up: Mapping[str, Any] | None = None,
    open_space: tuple[GeoDataFrame, GeoDataFrame, GeoDataFrame] | None = None,
    times: TravelTimes | None = None,
) -> pd.DataFrame:
    """The standard indicators of access and growth for one area, one row each; what can not be computed says what it needs.

    ``zones`` of the area with their ``people`` (small ones: hexagons); ``line_modes`` line id → mode ("metro", "brt", ...;
    lines not named are "bus"); ``rapid_lines`` ids of lines that count as rapid transit and ``rapid_km`` their length;
    ``rural_people`` and ``all_season_roads`` for SDG 9.1.1; ``built_up`` the arguments of `land_consumption`; ``open_space``
    the three frames of `open_space_share`; ``times`` between the zones for `transport_performance`. Index ``indicator``:
    ``name_vi``, ``name_en``, ``value`` (null with a gap), ``unit``, ``formula``, ``source``, ``gap_vi``, ``gap_en`` (also where
    a value rests on a coarser method).
    Errors: E-IND-01 (a rapid line that is none), E-PCT-01 (times of several percentiles), and those of the measures.
    """
    zones = to_crs(zones, transport.crs)
    lines = timetable_of(transport).line_ids
    unknown = [line for line in rapid_lines if line not in lines]
    if unknown:
        raise PlanningDataError("E-IND-01", "no such line.", feature_ids=unknown, mend=f"one of {list(lines)[:20]}.")
    told = zones[people] if isinstance(people, str) and people in zones else people
    rows = [
        _convenient(transport, zones, people, line_modes),
        *_rapid(transport, zones, people, rapid_lines, rapid_km),
        *_levels(transport, zones, told, line_modes),
        _performance(zones, told, times),
        _growth(built_up),
        _open(open_space),
        _rural(zones, rural_people, all_season_roads),
    ]
    return pd.DataFrame([_told(row) for row in rows]).set_index("indicator")


def _told(row: _Row) -> dict[str, object]:
    stated = formula_and_source(row.measure)
    formula, source = stated[:2] if stated else ("", "")
    value = np.nan if row.value is None else row.value
    names = {"indicator": row.key, "name_vi": row.vi, "name_en": row.en, "value": value, "unit": row.unit}
    return {**names, "formula": formula, "source": source, "gap_vi": row.gap[0], "gap_en": row.gap[1]}


def _walking(transport: Transport) -> tuple[Walking | None, tuple[str, str]]:
    """Walks over streets where there are any; else none, and what that means."""
    return (transport.walking, _ON_STREETS) if isinstance(transport.walking, OnStreets) else (None, _CROW_FLY)


def _convenient(transport: Transport, zones: GeoDataFrame, people: str | pd.Series, line_modes: Mapping[str, str] | None) -> _Row:
    walking, gap = _walking(transport)
    found = convenient_transport(zones, _stops(transport, line_modes), people, walking=walking)
    vi, en = "Dân số tiếp cận thuận tiện giao thông công cộng", "People with convenient access to public transport"
    return _Row("sdg_11_2_1", vi, en, found["sdg_11_2_1_pct"], "%", convenient_transport, gap)


def _rapid(
    transport: Transport, zones: GeoDataFrame, people: str | pd.Series, rapid_lines: Sequence[str], rapid_km: float | None
) -> list[_Row]:
    walking, gap = _walking(transport)
    rapid = _stops(transport, None, only=rapid_lines)
    pnt = people_near_transit(zones, rapid, people, walking=walking)["pnt_pct"] if len(rapid_lines) else None
    needs = ("cần rapid_lines: tuyến vận tải nhanh", "needs rapid_lines: which lines are rapid transit")
    whole = float((zones[people] if isinstance(people, str) else people).sum())
    ratio = None if rapid_km is None else rapid_transit_ratio(rapid_km, whole)
    length = ("", "") if rapid_km is not None else ("cần rapid_km: chiều dài khai thác", "needs rapid_km: kilometres in service")
    near_vi, near_en = "Dân số gần giao thông nhanh (PNT)", "People near rapid transit (PNT)"
    ratio_vi, ratio_en = "Km giao thông nhanh trên một triệu dân (RTR)", "Rapid transit to resident ratio (RTR)"
    return [
        _Row("pnt", near_vi, near_en, pnt, "%", people_near_transit, gap if pnt is not None else needs),
        _Row("rtr", ratio_vi, ratio_en, ratio, "km / 1,000,000", rapid_transit_ratio, length),
    ]


def _levels(
    transport: Transport, zones: GeoDataFrame, people: pd.Series | str, line_modes: Mapping[str, str] | None
) -> list[_Row]:
    weights = _weights(zones, people)
    index = ptal(zones, transport, line_modes=line_modes)["access_index"].to_numpy()
    classes = frequency_class(zones, transport, line_modes=line_modes)["class"].to_numpy()
    gap = (
        "mỗi ô tính tại tâm; đường đi bộ như trong dữ liệu giao thông",
        "every zone counts at its centre; walks as the transport has them",
    )
    mean = float(np.average(index, weights=weights))
    none, frequent = (
        100 * float(np.average(np.isin(classes, kinds), weights=weights)) for kinds in (["no access"], ["high", "very high"])
    )
    none_vi, none_en = (
        "Dân số không có giao thông công cộng gần nhà (DG REGIO)",
        "People without public transport nearby (DG REGIO)",
    )
    often_vi, often_en = "Dân số gần trạm có tần suất cao (DG REGIO)", "People near frequent public transport (DG REGIO)"
    return [
        _Row("ptal_mean", "Chỉ số PTAL bình quân theo dân số", "Mean access index (PTAL) of people", mean, "AI", ptal, gap),
        _Row("regio_no_access", none_vi, none_en, none, "%", frequency_class, gap),
        _Row("regio_frequent", often_vi, often_en, frequent, "%", frequency_class, gap),
    ]


def _performance(zones: GeoDataFrame, people: pd.Series | str, times: TravelTimes | None) -> _Row:
    vi, en = "Hiệu quả vận tải 30 phút (EC)", "Transport performance, 30 minutes (EC)"
    if times is None:
        needs = ("cần times: thời gian đi lại giữa các ô", "needs times: travel times between the zones")
        return _Row("transport_performance", vi, en, None, "%", transport_performance, needs)
    times.at()  # one percentile, or E-PCT-01
    amounts = pd.Series(_weights(zones, people), zones.index, name="people")
    found = transport_performance(times, amounts, zones)
    own = amounts.loc[found.index].to_numpy()
    reached, near = (float((own * found[name].to_numpy()).sum()) for name in ("accessible_people", "nearby_people"))
    value = 100 * reached / near if near > 0 else None
    edge = ("vùng biên thấp hơn thực tế", "too low near the edge of the data")
    return _Row("transport_performance", vi, f"{en}, by {times.mode or 'given times'}", value, "%", transport_performance, edge)


def _growth(built_up: Mapping[str, Any] | None) -> _Row:
    vi, en = "Tốc độ tiêu thụ đất trên tốc độ tăng dân số", "Land consumption to population growth"
    needs = ("cần built_up: diện tích xây dựng và dân số hai năm", "needs built_up: built-up area and people of two years")
    if built_up is None:
        return _Row("sdg_11_3_1", vi, en, None, "ratio", land_consumption, needs)
    value = float(land_consumption(**built_up)["lcrpgr"])
    still = ("dân số không đổi: không có tỷ số", "people neither grew nor shrank: there is no ratio")
    known = bool(np.isfinite(value))
    return _Row("sdg_11_3_1", vi, en, value if known else None, "ratio", land_consumption, ("", "") if known else still)


def _open(frames: tuple[GeoDataFrame, GeoDataFrame, GeoDataFrame] | None) -> _Row:
    vi, en = "Tỷ lệ không gian công cộng mở và đường phố", "Open public space and streets in the built-up area"
    needs = ("cần open_space: đất xây dựng, không gian mở, đường", "needs open_space: built-up land, open spaces, streets")
    if frames is None:
        return _Row("sdg_11_7_1", vi, en, None, "%", open_space_share, needs)
    return _Row("sdg_11_7_1", vi, en, open_space_share(*frames)["sdg_11_7_1_pct"], "%", open_space_share, ("", ""))


def _rural(zones: GeoDataFrame, people: str | pd.Series | None, roads: GeoDataFrame | None) -> _Row:
    vi, en = "Dân số nông thôn trong 2 km từ đường đi được quanh năm", "Rural people within 2 km of an all-season road"
    if people is None or roads is None:
        needs = ("cần rural_people và all_season_roads", "needs rural_people and all_season_roads")
        return _Row("sdg_9_1_1", vi, en, None, "%", rural_access, needs)
    found = rural_access(zones, to_crs(roads, str(zones.crs)), people)["rai_pct"]
    return _Row("sdg_9_1_1", vi, en, found, "%", rural_access, ("", ""))


def _weights(zones: GeoDataFrame, people: pd.Series | str) -> np.ndarray:
    told = zones[people] if isinstance(people, str) else people
    return amounts_on(zones.index, told, "PEOPLE", "people", of="zones", all_of_them=True).iloc[:, 0].to_numpy()


def _stops(transport: Transport, line_modes: Mapping[str, str] | None, *, only: Sequence[str] | None = None) -> GeoDataFrame:
    """Stops that lines call at with their ``mode``: of a stop with several lines one of high capacity, if there is any."""
    table = timetable_of(transport)
    patterns = table.patterns
    pattern = np.repeat(np.arange(len(patterns.ptr) - 1), np.diff(patterns.ptr))
    line = np.array(table.line_ids, object)[patterns.trip_line[patterns.trip_ptr[:-1]][pattern]]
    calls = pd.DataFrame({"stop_id": table.stop_ids[patterns.stop], "line": line}).drop_duplicates()
    if only is not None:
        calls = calls[calls["line"].isin(list(only))]
    calls = calls.assign(mode=modes_of(calls["line"], line_modes))
    calls = calls.assign(low=~calls["mode"].isin(HIGH_CAPACITY)).sort_values(["stop_id", "low", "mode"])
    mode = calls.drop_duplicates("stop_id").set_index("stop_id")["mode"]
    stops = table.stops()
    found = stops[stops.index.isin(mode.index)]
    return to_crs(found.assign(mode=mode.loc[found.index].to_numpy()), transport.crs)
