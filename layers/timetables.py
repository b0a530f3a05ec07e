"""Lines that run: the buses of 2018, Metro Line 1 of Ho Chi Minh City, and planned BRT, metro and rail on request."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geo.movement import Line, line_at_speed
from layers.lines import corridors
from layers.stops import bus_lines, bus_stops, stations

MODES = ("brt", "metro", "rail")


@cache
def rules() -> dict[str, Any]:
    """How lines run (data/timetables.toml). Not to be changed."""
    return tomllib.loads((resources.files("layers") / "data" / "timetables.toml").read_text(encoding="utf-8"))


def lines(planned: tuple[str, ...] = ()) -> tuple[pd.DataFrame, list[Line]]:
    """Stops (index ``stop_id``, columns x, y, stop_name) and lines, both directions, of today and of the opened plans."""
    buses = _buses()
    existing = corridors().query("status == 'existing'").index.intersection(list(rules()["lines"]))
    opened = [*existing, *(name for name in planned if name in rules()["lines"])]
    tracks = [line for name in opened for line in track_line(name)]
    places = pd.concat(
        [
            _places(bus_stops().query("line_id in @ids", local_dict={"ids": [line.line_id for line in buses]})),
            _places(stations().query("line_id in @opened", local_dict={"opened": opened})),
        ]
    )
    return places, [*buses, *tracks]


def opened_lines(planned: tuple[str, ...]) -> tuple[pd.DataFrame, list[Line]]:
    """As `lines`, of the opened plans alone: what joins the feeds that stand for the lines of today."""
    opened = [name for name in planned if name in rules()["lines"]]
    places = _places(stations().query("line_id in @opened", local_dict={"opened": opened}))
    return places, [line for name in opened for line in track_line(name)]


def track_line(line_id: str) -> list[Line]:
    """Both directions of a BRT, metro or rail line at its commercial speed over the published length."""
    how, at = rules()["lines"][line_id], stations(line_id)
    corridor = corridors().loc[line_id]
    there = line_at_speed(
        line_id,
        corridor["name_vi"],
        list(at.index),
        list(np.diff(at["chainage_km"].to_numpy()) * 1000),
        commercial_speed_kmh=how["commercial_speed_kmh"],
        periods=[(_seconds(start), _seconds(end), round(headway_min * 60)) for start, end, headway_min in how["periods"]],
        dwell_s=rules()["dwell_s"][corridor["mode"]],
    )
    return [there, there.back()]


def _buses() -> list[Line]:
    table, stops = bus_lines(), bus_stops()
    often = table[table["trips_a_day"] >= rules()["bus"]["least_trips_a_day"]]
    return [_bus(line_id, row, stops[stops["line_id"] == line_id]) for line_id, row in often.iterrows()]


def _bus(line_id: str, row: pd.Series, at: GeoDataFrame) -> Line:
    xy = shapely.get_coordinates(at.geometry.to_numpy())
    chord = np.hypot(*np.diff(xy, axis=0).T)
    reached = np.rint(np.cumsum(chord) / chord.sum() * row["running_min"] * 60).astype(int)
    headway = round(row["median_gap_min"] * 60)
    period = (_seconds(row["first_departure"]), _seconds(row["last_departure"]) + headway, headway)
    return Line(line_id, row["name_vi"], tuple(at.index), tuple(np.diff(reached, prepend=0).tolist()), (period,))


def _places(at: GeoDataFrame) -> pd.DataFrame:
    xy = shapely.get_coordinates(at.geometry.to_numpy())
    return pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "stop_name": at["name_vi"].to_numpy()}, index=at.index.rename("stop_id"))


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60
