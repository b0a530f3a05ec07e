"""A city of square blocks that scenario tests change: streets that are drawn, bus lines by headway, one line by timetable.

Ten by ten corners, blocks of 400 m, in EPSG:9210. Cars drive 36 km/h (40 s a block), on Main Street (row 4) 72 km/h; walking is
at 4.8 km/h. A motorway passes over it all without meeting any street.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame, GeoSeries, points_from_xy
from shapely import LineString

import layers
from geo import METRIC
from geo.movement import Line, NearestEdge, Network, OnStreets, Timetable, Transport, deciseconds

CORNERS, BLOCK_M = 10, 400.0
WEST_SOUTH = np.array([600_000.0, 1_220_000.0])
MAIN_STREET = 4
ALL_DAY = (5 * 3600, 22 * 3600)


def at(i, j):
    """Metres of a corner, or of any place in blocks."""
    return tuple((np.array([i, j], float) * BLOCK_M + WEST_SOUTH).tolist())


def way(*corners):
    """A frame with one line through corners."""
    return GeoDataFrame(geometry=[LineString([at(*corner) for corner in corners])], crs=METRIC)


def places(*corners, ids=None):
    """Points at corners, index ``p0``, ``p1`` ..."""
    xy = np.array([at(*corner) for corner in corners])
    return GeoDataFrame(index=ids or [f"p{n}" for n in range(len(corners))], geometry=points_from_xy(*xy.T), crs=METRIC)


def streets():
    """The grid, a motorway across it, for car, motorbike and walk."""
    rows = []
    for i in range(CORNERS):
        for j in range(CORNERS):
            if i + 1 < CORNERS:
                rows.append(((i, j), (i + 1, j), f"Row {j}", "primary" if j == MAIN_STREET else "residential"))
            if j + 1 < CORNERS:
                rows.append(((i, j), (i, j + 1), f"Column {i}", "residential"))
    rows += [((-1, 6.5), (4.25, 6.5), "Motorway", "motorway"), ((4.25, 6.5), (11, 6.5), "Motorway", "motorway")]
    table = pd.DataFrame(rows, columns=["start", "end", "name", "highway"])
    back = table.rename(columns={"start": "end", "end": "start"})[table.columns]
    arcs = pd.concat([table, back], ignore_index=True)
    lines = [LineString([at(*a), at(*b)]) for a, b in zip(arcs["start"], arcs["end"], strict=True)]
    frame = GeoDataFrame(arcs[["name", "highway"]], geometry=lines, crs=METRIC)
    frame["length_m"] = frame.geometry.length
    nodes = {corner: n for n, corner in enumerate(dict.fromkeys([*arcs["start"], *arcs["end"]]))}
    fast = arcs["highway"].map({"primary": 72, "residential": 36, "motorway": 108}).to_numpy(float)
    ds = {
        "car": deciseconds(frame["length_m"] / (fast / 3.6)),
        "motorbike": np.where(arcs["highway"] == "motorway", -1, deciseconds(frame["length_m"] / (36 / 3.6))),
        "walk": np.where(arcs["highway"] == "motorway", -1, deciseconds(frame["length_m"] / (4.8 / 3.6))),
    }
    xy = np.array([at(*corner) for corner in nodes])
    return Network.from_edges(xy, METRIC, arcs["start"].map(nodes), arcs["end"].map(nodes), ds, edges=frame)


def timetable():
    """Bus E along row 2 and bus N along column 7 by headway; bus T along row 8 by timetable, every second trip turns half-way."""
    stops = pd.DataFrame([(f"{i},{j}", *at(i, j)) for i in range(CORNERS) for j in range(CORNERS)], columns=["stop_id", "x", "y"])
    east = Line("E", "Bus E", tuple(f"{i},2" for i in range(CORNERS)), (60,) * 9, ((*ALL_DAY, 600),), dwell_s=10)
    north = Line("N", "Bus N", tuple(f"7,{j}" for j in range(CORNERS)), (60,) * 9, ((*ALL_DAY, 900),), dwell_s=10)
    long = Line("T", "Bus T", tuple(f"{i},8" for i in range(CORNERS)), (50,) * 9, ((6 * 3600, 20 * 3600, 1200),), 20, exact=True)
    short = replace(long, line_id="T2", stop_ids=long.stop_ids[:5], ride_s=(50,) * 4, periods=((21_900, 72_000, 2400),))
    made = Timetable.from_lines(stops, [east, east.back(), north, north.back(), long, long.back(), short], crs=METRIC)
    number = np.array([made.line_ids.index("T") if line == "T2" else n for n, line in enumerate(made.line_ids)], np.int32)
    patterns = replace(made.patterns, trip_line=number[made.patterns.trip_line])  # the short trips are trips of T
    return replace(made, patterns=patterns, line_ids=made.line_ids[:-1], line_names=made.line_names[:-1])


def city():
    """All of it as one transport."""
    network = streets()
    return Transport("city", network, NearestEdge(), OnStreets(network, access_m=1300), timetable())


def addresses(count=24, seed=1):
    """Places anywhere in the city, some in the middle of blocks."""
    xy = np.random.default_rng(seed).uniform(0, (CORNERS - 1) * BLOCK_M, (count, 2)) + WEST_SOUTH
    return GeoDataFrame(index=[f"a{n:02d}" for n in range(count)], geometry=GeoSeries(points_from_xy(*xy.T)).values, crs=METRIC)


def changed(transport, *changes):
    return layers.Scenario("what if", changes).apply(transport)
