"""Mutated inputs of every reader of text: a result or our error, nothing else, and not slowly."""

from __future__ import annotations

import contextlib
import io
import random
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import geo
from tests.trust.rounds import Round

SLOW_S = 2.0
SIGNS = [
    "", " ", "0", "-1", "1e400", "NaN", "inf", "25:61:00", "8h00", "é", "Ế", "\x00", "\ufeff", ",", ";", '"', "'", "\n", "\r",
    "[", "]", "{", "}", "=", "#", "<", ">", "${x}", "</script>", "..", "/", "\\", "𝔛", "A\u0301", "-", "999999999999", "true",
]  # fmt: skip

FEED = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\na,KAZE,http://a.vn,Asia/Ho_Chi_Minh\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\ns1,Bến A,11.05,106.68\ns2,Bến B,11.06,106.69\ns3,Bến C,11.07,106.70\n",
    "routes.txt": "route_id,agency_id,route_short_name,route_type\nr,a,51,3\n",
    "trips.txt": "route_id,service_id,trip_id\nr,w,t1\nr,w,t2\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "t1,07:00:00,07:00:00,s1,1\nt1,07:05:00,07:06:00,s2,2\nt1,07:12:00,07:12:00,s3,3\n"
    "t2,24:50:00,24:50:00,s1,1\nt2,25:00:00,25:00:00,s3,2\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "w,1,1,1,1,1,0,0,20260101,20261231\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs\nt1,06:00:00,08:00:00,600\n",
}
TABLE = "zone_id;tên;dân số;lon;lat\n01;Phường Bến Cát;12,5;106,65;11,10\n1;Lai Hưng;1.234;106,62;11,15\n"
GEOJSON = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","id":1,"properties":{"name":"Bàu Bàng","n":3},'
    '"geometry":{"type":"Polygon","coordinates":[[[106.6,11.2],[106.7,11.2],[106.7,11.3],[106.6,11.2]]]}}]}'
)


def mutated(text: str, draw: random.Random) -> str:
    """One to four edits: a sign put in, a piece cut out, doubled, swapped with another, or a whole line gone."""
    for _ in range(draw.randint(1, 4)):
        low = draw.randrange(len(text) + 1)
        high = min(len(text), low + draw.choice([0, 1, 1, 2, 5, 20]))
        kind = draw.randrange(5)
        if kind == 0:
            text = text[:low] + draw.choice(SIGNS) + text[high:]
        elif kind == 1:
            text = text[:low] + text[high:]
        elif kind == 2:
            text = text[:high] + text[low:high] * draw.choice([1, 3, 50]) + text[high:]
        elif kind == 3:
            at = draw.randrange(len(text) + 1)
            text = text[:low] + text[at : at + 5] + text[high:]
        else:
            lines = text.split("\n")
            del lines[draw.randrange(len(lines))]
            text = "\n".join(lines)
    return text


def tried(promise: str, amount: int, one: Callable[[random.Random], object], seed: int) -> Round:
    """``one(draw)`` so often, each with a seed of its own."""
    found = Round(promise)
    with contextlib.suppress(Exception):
        one(random.Random(seed))  # noqa: S311 - what takes long the first time only
    for number in range(amount):
        start = time.process_time()
        try:
            with warnings.catch_warnings(action="error", category=RuntimeWarning):  # users would see them beside our words
                one(random.Random(seed + number))  # noqa: S311 - no secret
            said = ""
        except geo.PlanningDataError as error:
            said = "" if error.code and error.mend else f"an error without code or mend: {error}"
        except Exception as error:  # noqa: BLE001 - what must not happen
            said = f"{type(error).__name__}: {error}"
        spent = time.process_time() - start
        found.check(not said, f"seed {seed + number}: {said}"[:300])
        found.check(spent < SLOW_S, f"seed {seed + number} took {spent:.1f} s")
    found.tried //= 2
    return found


def feeds(amount: int) -> Round:
    """GTFS with one table mutated."""
    from geo.movement import read_gtfs  # noqa: PLC0415 - compiled kernels come with it

    def one(draw: random.Random) -> None:
        name = draw.choice(sorted(FEED))
        tables = {**FEED, name: mutated(FEED[name], draw)}
        if draw.random() < 0.05:
            del tables[draw.choice(sorted(tables))]
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for file, text in tables.items():
                archive.writestr(file, text)
        path.write_bytes(packed.getvalue())
        read_gtfs(path, "2026-06-01")

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed.zip"
        return tried("a GTFS feed that is not in order is read or refused by name", amount, one, seed=1)


def tables(amount: int) -> Round:
    """CSV files mutated."""

    def one(draw: random.Random) -> None:
        path.write_text(mutated(TABLE, draw), encoding=draw.choice(["utf-8", "utf-8-sig", "utf-16", "utf-8"]), errors="replace")
        geo.read_table(path)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        return tried("a table that is not in order is read or refused by name", amount, one, seed=10**6)


def shapes(amount: int) -> Round:
    """GeoJSON mutated."""

    def one(draw: random.Random) -> None:
        path.write_text(mutated(GEOJSON, draw), encoding="utf-8", errors="replace")
        west, south, east, north = geo.read_vector(path).total_bounds
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise ValueError((west, south, east, north))

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shapes.geojson"
        return tried("a GeoJSON that is not in order is read or refused by name", amount, one, seed=2 * 10**6)


def studies(amount: int) -> Round:
    """Study files mutated."""
    import analyses  # noqa: PLC0415 - heavy
    from analyses import studies as shipped  # noqa: PLC0415

    folder_of = Path(shipped.__file__ or "").parent
    texts = [file.read_text(encoding="utf-8") for file in sorted(folder_of.glob("*.toml"))]

    def one(draw: random.Random) -> None:
        path.write_text(mutated(draw.choice(texts), draw), encoding="utf-8", errors="replace")
        analyses.read_study(path)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "study.toml"
        return tried("a study file that is not in order is read or refused by line", amount, one, seed=3 * 10**6)


def tags(amount: int) -> Round:
    """Values of OSM's tags: any text gives plain figures."""
    from geo.movement.osm_tags import FASTEST_KMH, profile  # noqa: PLC0415 - what is looked into
    from geo.movement.street_table import street_table  # noqa: PLC0415

    table = street_table()
    keys = (
        "maxspeed",
        "oneway",
        "access",
        "junction",
        "lanes",
        "motor_vehicle",
        "foot",
        "bicycle",
        "maxspeed:backward",
        "zone:traffic",
    )
    values = (
        "50",
        "60 mph",
        "vn:urban",
        "none",
        "walk",
        "yes",
        "-1",
        "reversible",
        "50;80",
        "roundabout",
        "no",
        "60 @ (06:00-18:00)",
    )

    def one(draw: random.Random) -> None:
        told = {draw.choice(keys): mutated(draw.choice(values), draw) for _ in range(draw.randint(0, 5))}
        found = profile({"highway": draw.choice(sorted(table.classes)), **told}, table)
        if found is None or not all(0 <= kmh <= FASTEST_KMH for kmh in (*found.forward, *found.backward)):
            raise ValueError(told)

    return tried("any value of OSM's tags gives speeds from 0 to 130 km/h", amount, one, seed=4 * 10**6)


def texts(amount: int) -> Round:
    """Names from data on a page: nothing of them is left that HTML, a script or a template would read."""
    from maps.safe_text import escaped, layer_name  # noqa: PLC0415 - folium comes with it

    def one(draw: random.Random) -> None:
        text = mutated("Phường Bến Cát <b>${alert(1)}</b> {{ x }} `y` </script><img src=x onerror=alert(1)>", draw)
        shown, name = escaped(text), layer_name(text)
        if any(sign in shown for sign in "<>\"'") or any(sign in name for sign in "<>`{}$\\"):
            raise ValueError(text)

    return tried("no text from data becomes HTML, script or template", amount, one, seed=5 * 10**6)
