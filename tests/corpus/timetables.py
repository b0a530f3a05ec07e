"""T: feeds that are read without a word and answer wrongly."""

from __future__ import annotations

import stat
import zipfile

from tests.corpus.rows import Row
from tests.geo.test_gtfs import FEED, with_row, write

HEADWAYS = "trip_id start_time end_time headway_secs exact_times\n"
TIMES, STOPS, CALENDAR = FEED["stop_times.txt"], FEED["stops.txt"], FEED["calendar.txt"]
TCVN3 = "stop_id,stop_name,stop_lat,stop_lon\nA,Thñ DÇu Mét,11.0,106.6\nB,BÕn C¸t,11.01,106.6\nC,B×nh D\u00ad¬ng,11.03,106.6\n"
PLAIN = "stop_id,stop_lat,stop_lon\nA,11.0,106.6\nB,11.01,106.6\nC,11.03,106.6\n"


def feed(**changes):
    return lambda folder, _ending: write(folder, "input.zip", **changes)


def archive(change):
    """The sound feed with its bytes changed."""

    def make(folder, _ending):
        path = write(folder, "input.zip")
        path.write_bytes(change(bytearray(path.read_bytes())))
        return path

    return make


def member(name, text=b"x", *, link=False):
    """The sound feed with a file more."""

    def make(folder, _ending):
        path = write(folder, "input.zip")
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        if link:
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
        with zipfile.ZipFile(path, "a") as opened:
            opened.writestr(info, text)
        return path

    return make


def _locked(data):
    """Every file said to need a password."""
    for mark, flag in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(mark)
        while at >= 0:
            data[at + flag] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def _understated(data):
    """The directory says that the first file is ten bytes long."""
    at = data.find(b"PK\x01\x02") + 24
    data[at : at + 4] = (10).to_bytes(4, "little")
    return bytes(data)


def _turned(data):
    data[45:70] = bytes(one ^ 255 for one in data[45:70])
    return bytes(data)


def _refused(number, letter, what, code, says, **changes):
    make = changes.pop("make", None) or feed(**changes)
    return Row(
        id=f"T{number:02}{letter}", what=what, make=make, endings=("zip",), outcome="R", code=code, says=says, reader="feed"
    )


ROWS = [
    Row(id="T01", what="25:10", make=feed(stop_times=TIMES.replace("08:15:00", "25:10:00")), endings=("zip",), outcome="OK",
        reader="feed", holds=lambda read: read.patterns.arrival.max() == (25 * 60 + 10 - 480) * 60),
    _refused(2, "", "times that run backwards", "E-GTFS-02", ("trip t1", "stop C"), stop_times=TIMES.replace("08:15", "07:15")),
    _refused(2, "b", "departure before arrival", "E-GTFS-02", ("stop B",), stop_times=TIMES.replace("08:06", "08:04")),
    _refused(3, "", "an unknown stop", "E-GTFS-03", ("'X'", "stops.txt"), stop_times=TIMES.replace("C       5", "X 5")),
    _refused(3, "b", "an unknown trip", "E-GTFS-03", ("'t9'",),
             stop_times=with_row("stop_times.txt", "t9 08:20:00 08:20:00 A 1")),
    _refused(4, "", "no calendar", "E-GTFS-09", ("calendar.txt",), calendar=None),
    Row(id="T04b", what="a calendar that has run out", make=feed(calendar=CALENDAR.replace("2025", "2018")), endings=("zip",),
        outcome="R", code="E-GTFS-04", says=("2018-01-06 to 2018-01-31", "nearest"), reader="feed", checked=False),
    Row(id="T04c", what="a calendar for ever", make=feed(calendar=CALENDAR.replace("20250131", "99991231")), endings=("zip",),
        outcome="OK", reader="feed"),
    _refused(4, "d", "the 13th month", "E-GTFS-04", ("20251331",), calendar=CALENDAR.replace("20250131", "20251331")),
    _refused(4, "e", "a date with hyphens", "E-GTFS-04", ("2025-01-13",),
             calendar_dates="service_id date exception_type\nwork 2025-01-13 2"),
    _refused(4, "f", "an end before the start", "E-GTFS-04", ("'work'",), calendar=CALENDAR.replace("20250106", "20250301")),
    _refused(4, "g", "days as true", "E-GTFS-04", ("monday 'true'",), calendar=CALENDAR.replace("work       1 ", "work true ")),
    _refused(4, "h", "a service that stands twice", "E-GTFS-07", ("row 3",),
             calendar=with_row("calendar.txt", "work 0 0 0 0 0 1 1 20250106 20250131")),
    _refused(4, "i", "an exception of kind 3", "E-GTFS-04", ("'3'",),
             calendar_dates="service_id date exception_type\nwork 20250113 3"),
    _refused(4, "j", "a calendar without rows", "E-GTFS-04", ("empty",), calendar=CALENDAR.split("work")[0]),
    Row(id="T04k", what="a trip of no service", make=feed(trips=with_row("trips.txt", "R nowhere t2")), endings=("zip",),
        outcome="W", code="E-GTFS-15", says=("never run",), reader="feed"),
    _refused(5, "", "headway 0", "E-GTFS-05", ("'0'",), frequencies=HEADWAYS + "t1 06:00:00 07:00:00 0 0"),
    _refused(5, "b", "headways that overlap", "E-GTFS-05", ("row 3",),
             frequencies=HEADWAYS + "t1 06:00:00 07:00:00 600 0\nt1 06:59:00 08:00:00 600 0"),
    _refused(5, "c", "a headway of eleven digits", "E-GTFS-05", ("99999999999",),
             frequencies=HEADWAYS + "t1 06:00:00 07:00:00 99999999999 0"),
    _refused(5, "d", "3.6 million departures of one line", "E-GTFS-05", ("3,596,400", "500,000"),
             frequencies=HEADWAYS + "t1 00:00:00 999:00:00 1 1"),
    _refused(6, "", "a stop at (0, 0)", "E-GTFS-06", ("row 3 B",), stops=STOPS.replace("11.01    106.60", "0 0")),
    _refused(6, "b", "latitude and longitude exchanged", "E-GTFS-06", ("exchanged",),
             stops=STOPS.replace("11.01    106.60", "106.60 11.01")),
    _refused(6, "c", "a stop another country away", "E-GTFS-06", ("51.03",), stops=STOPS.replace("11.03", "51.03")),
    Row(id="T06d", what="a stop off its way", endings=("zip",), outcome="W", code="E-GTFS-15", says=("off the way", "B"),
        make=feed(stops=STOPS.replace("11.01    106.60", "11.01 106.65").replace("11.03", "11.005")), reader="feed"),
    _refused(6, "e", "a place that is no number", "E-GTFS-06", ("nan",), stops=STOPS.replace("11.01", "nan")),
    _refused(7, "", "a stop that stands twice", "E-GTFS-07", ("row 5 A",), stops=with_row("stops.txt", "A Again 11.2 106.6")),
    _refused(8, "", "texts of TCVN3", "E-GTFS-08", ("TCVN3", "UTF-8"), stops=TCVN3.encode("latin-1")),
    Row(id="T08b", what="Latin-1", make=feed(stops=STOPS.replace("Beta", "Cañón"), encoding="latin-1"), endings=("zip",),
        outcome="F", code="E-GTFS-15", says=("Latin-1",), reader="feed", holds=lambda read: "Cañón" in read.stop_names),
    Row(id="T08c", what="UTF-16", make=feed(stops=PLAIN.encode("utf-16")), endings=("zip",), outcome="F", code="E-GTFS-15",
        says=("UTF-16",), reader="feed"),
    Row(id="T08d", what="a byte order mark", make=feed(encoding="utf-8-sig"), endings=("zip",), outcome="OK", reader="feed"),
    _refused(8, "e", "half a letter of UTF-16", "E-GTFS-13", ("stops.txt",), stops=PLAIN.encode("utf-16") + b"A"),
    _refused(9, "", "no stops.txt", "E-GTFS-09", ("stops.txt",), stops=None),
    _refused(9, "b", "no column of latitudes", "E-GTFS-09", ("stop_lat",), stops=STOPS.replace("stop_lat", "latitude")),
    _refused(9, "c", "a comma at the end of every row", "E-GTFS-13", ("commas",),
             stops=PLAIN.replace("\n", ",\n").replace(",\n", "\n", 1).encode()),
    _refused(9, "d", "a column that stands twice", "E-GTFS-13", ("twice",),
             stops=PLAIN.replace("stop_id,", "stop_id,stop_id,").replace("\nA", "\nZ,A").replace("\nB", "\nZ,B")
             .replace("\nC", "\nZ,C").encode()),
    _refused(9, "e", "stop_times.txt without rows", "E-GTFS-09", ("no rows", "stop_times.txt"), stop_times=TIMES.split("t1")[0]),
    _refused(9, "f", "a password", "E-GTFS-09", ("password",), make=archive(_locked)),
    _refused(9, "g", "a file of the archive is damaged", "E-GTFS-09", ("unpacked",), make=archive(_turned)),
    Row(id="T09h", what="half of the archive", make=archive(lambda data: bytes(data[: len(data) // 2])), endings=("zip",),
        outcome="R", code="E-GTFS-09", says=("zip",), reader="feed", checked=False),  # the check can not tell that it was a feed
    _refused(10, "", "8h00", "E-GTFS-10", ("row 2", "'8h00'"), stop_times=TIMES.replace("08:00:00", "8h00", 1)),
    _refused(10, "b", "minute 60", "E-GTFS-10", ("'08:60:00'",), stop_times=TIMES.replace("08:15:00", "08:60:00")),
    _refused(10, "c", "5,000 digits", "E-GTFS-10", ("row 4",), stop_times=TIMES.replace("C       5", "C " + "9" * 5000)),
    _refused(10, "d", "more than a whole number holds", "E-GTFS-10", ("row 4",),
             stop_times=TIMES.replace("C       5", "C 99999999999999999999")),
    _refused(11, "", "a zip that swells", "E-GTFS-11", ("ratio 100",), make=member("shapes.txt", b"0" * 50_000_000)),
    _refused(11, "b", "a zip that understates its size", "E-GTFS-09", ("unpacked",), make=archive(_understated)),
    *[_refused(12, letter, f"a file named {name}", "E-GTFS-12", (repr(name)[1:-1].replace("\\\\", "\\"),), make=member(name))
      for letter, name in (("", "../stops.txt"), ("b", "/etc/stops.txt"), ("c", "C:/stops.txt"))],
    _refused(12, "d", "a link", "E-GTFS-12", ("link.txt",), make=member("link.txt", b"/etc/passwd", link=True)),
]  # fmt: skip
