"""The reader of timetables beside gtfs-kit: which trips run on a day, when they leave every stop, how often headway lines run."""

import datetime as dt
import zipfile
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from geo.movement import read_gtfs

gtfs_kit = pytest.importorskip("gtfs_kit", reason="gtfs-kit is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")

DATA = Path(__file__).parents[2].parent / "shared" / "data"
DAY_S = 86_400
FEED = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\na,A,http://a.example,Asia/Ho_Chi_Minh\n",
    "routes.txt": "route_id,agency_id,route_short_name,route_type\nr,a,1,3\nn,a,2,3\nf,a,3,3\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "work,1,1,1,1,1,0,0,20260105,20260130\nend,0,0,0,0,0,1,1,20260105,20260130\n",
    "calendar_dates.txt": "service_id,date,exception_type\nwork,20260114,2\nend,20260114,1\nwork,20260117,1\n",
    "trips.txt": "route_id,service_id,trip_id\nr,work,w1\nr,work,w2\nr,end,e1\nn,work,night\nn,end,late\nf,work,often\n"
    "f,end,each\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\np,P,11.00,106.6\nq,Q,11.01,106.6\nu,U,11.02,106.6\nv,V,11.06,106.6\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    + "".join(
        f"{trip},{(at := start + 400 * i) // 3600}:{at // 60 % 60:02}:{at % 60:02},"
        f"{(at + 20) // 3600}:{(at + 20) // 60 % 60:02}:{(at + 20) % 60:02},{stop},{i + 1}\n"
        for trip, start, stops in (
            ("w1", 28_800, "pquv"), ("w2", 32_400, "pqv"), ("e1", 36_000, "vuq"), ("night", 85_800, "pquv"),
            ("late", 88_000, "vqp"), ("often", 0, "puv"), ("each", 0, "vup"),
        )
        for i, stop in enumerate(stops)
    ),
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs,exact_times\n"
    "often,6:00:00,9:00:00,600,0\noften,9:00:00,20:00:00,900,0\neach,7:00:00,12:00:00,1200,1\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def feed_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("feed") / "town.zip"
    with zipfile.ZipFile(path, "w") as feed:
        for name, text in FEED.items():
            feed.writestr(name, text)
    return path


def clock_s(column):
    parts = column.str.split(":", expand=True).astype(float)
    return (parts[0] * 3600 + parts[1] * 60 + parts[2]).to_numpy()


def three_days(path, date, *, ends=False):
    """(stop, departure) of gtfs-kit over the day and its neighbours; ``ends``: where trips begin alone."""
    feed = gtfs_kit.read_feed(path, dist_units="km")
    exact = [] if feed.frequencies is None else feed.frequencies.query("exact_times == 1").to_dict("records")
    headway = set() if feed.frequencies is None else set(feed.frequencies["trip_id"])
    found = Counter()
    for shift in (-1, 0, 1):
        day = dt.date.fromisoformat(date) + dt.timedelta(days=shift)
        times = feed.get_stop_times(f"{day:%Y%m%d}")
        if times.empty:
            continue
        times = times.sort_values(["trip_id", "stop_sequence"])
        times = times[~times["trip_id"].duplicated()] if ends else times[times["trip_id"].duplicated(keep="last")]
        at = clock_s(times["departure_time"]).astype(int)
        single = feed.stop_times["trip_id"].value_counts().loc[times["trip_id"]].to_numpy() == 1
        begins = times.assign(at=at).groupby("trip_id")["at"].transform("min").to_numpy()
        for trip, stop, time, begin, alone in zip(times["trip_id"], times["stop_id"], at, begins, single, strict=True):
            starts = [begin] if trip not in headway else []
            for row in (row for row in exact if row["trip_id"] == trip):
                first, end = clock_s(pd.Series([row["start_time"], row["end_time"]])).astype(int)
                starts += range(first, end, int(row["headway_secs"]))
            found.update((stop, time - begin + start + shift * DAY_S) for start in starts if not alone)
    return found


def ours(table, *, ends=False):
    """(stop, departure) of every trip that is not drawn, the last stop left out."""
    p, found = table.patterns, Counter()
    drawn = set(p.headway[:, 0].tolist())
    for q in range(len(p.ptr) - 1):
        stops = table.stop_ids[p.stop[p.ptr[q] : p.ptr[q + 1]]][: 1 if ends else -1]
        for trip in range(p.trip_ptr[q], p.trip_ptr[q + 1]) if q not in drawn else ():
            leaves = p.start[trip] + p.departure[p.offset[trip] : p.offset[trip] + len(stops)]
            found.update(zip(stops.tolist(), leaves.tolist(), strict=True))
    return found


@pytest.mark.parametrize("date", ["2026-01-12", "2026-01-14", "2026-01-16", "2026-01-17", "2026-01-18", "2026-01-30"])
def test_every_departure_of_a_day_and_its_neighbours(date, feed_file):
    expected = three_days(feed_file, date)
    assert expected
    assert ours(read_gtfs(feed_file, date)) == expected


def test_headways(feed_file):
    feed = gtfs_kit.read_feed(feed_file, dist_units="km")
    rows = feed.frequencies[feed.frequencies["exact_times"] == 0]
    starts, ends = clock_s(rows["start_time"]), clock_s(rows["end_time"])
    expected = sorted(zip(starts.tolist(), ends.tolist(), rows["headway_secs"].tolist(), strict=True))
    headway = read_gtfs(feed_file, "2026-01-12").patterns.headway
    today = headway[(headway[:, 1] >= 0) & (headway[:, 1] < DAY_S)]
    assert sorted((float(a), float(b), int(h)) for _, a, b, h, _ in today) == expected


@pytest.mark.skipif(not DATA.is_dir(), reason="the folder of real data is absent")
@pytest.mark.parametrize(
    ("name", "date"),
    [("poa/poa_trensurb.zip", "2019-05-13"), ("poa/poa_eptc.zip", "2019-05-13"), ("transit/kaze_gtfs_2018.zip", "2018-06-04")],
)
def test_trips_of_real_feeds_begin_where_and_when_they_do_there(name, date):
    path = DATA / name
    expected = three_days(path, date, ends=True)
    assert ours(read_gtfs(path, date), ends=True) == expected
