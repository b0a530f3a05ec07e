"""The files of a GTFS feed as plain tables of text, opened with care: hostile archives, wrong encodings and missing parts are
refused.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from geo.errors import PlanningDataError
from geo.reading.archives import ZIP_FAULTS
from geo.reading.digests import refuse_changed
from geo.reading.paths import is_local_file, is_local_folder
from geo.vietnamese import vietnamese_encoding

COLUMNS = {
    "stops.txt": ("stop_id", "stop_lat", "stop_lon"),
    "routes.txt": ("route_id",),
    "trips.txt": ("route_id", "service_id", "trip_id"),
    "stop_times.txt": ("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence"),
}
OPTIONAL = {
    "calendar.txt": (
        "service_id",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "start_date",
        "end_date",
    ),
    "calendar_dates.txt": ("service_id", "date", "exception_type"),
    "frequencies.txt": ("trip_id", "start_time", "end_time", "headway_secs"),
    "transfers.txt": ("from_stop_id", "to_stop_id", "transfer_type"),
}
MOST_BYTES = 2 * 10**9
MOST_RATIO = 100
SMALL_BYTES = 10**6  # below it a high ratio is harmless


@dataclass(frozen=True)
class Feed:
    """``tables`` by file name: all columns text, blanks "", index = row of the file (the heading is row 1); ``notes`` on what
    was repaired.
    """

    file: Path
    tables: dict[str, pd.DataFrame]
    notes: tuple[str, ...]


def open_feed(path: str | Path) -> Feed:
    """The tables of a feed, a zip or a folder. Errors: E-GTFS-08, -09, -11, -12, -13; E-IO-07 another checksum than beside it."""
    path = Path(path)
    if not is_local_file(path) and not is_local_folder(path):
        raise PlanningDataError(
            "E-GTFS-09", "there is no such feed.", file=path, mend="give a GTFS zip or a folder with its files."
        )
    tables, notes = {}, []
    for name, content in _contents(path):
        encoding = _encoding(content, path, name)
        if encoding != "UTF-8":
            notes.append(f"{path.name}: {name} is not UTF-8; read as {encoding}, check accented names")
        tables[name] = _table(content, encoding, path, name)
        _check_columns(tables[name], path, name)
        give_back()
    missing = [name for name in COLUMNS if name not in tables]
    if not {"calendar.txt", "calendar_dates.txt"} & tables.keys():
        missing.append("calendar.txt or calendar_dates.txt")
    if missing:
        raise PlanningDataError(
            "E-GTFS-09", "the feed lacks files.", file=path, feature_ids=missing, mend="ask the operator for the complete feed."
        )
    empty = [name for name in COLUMNS if tables[name].empty]
    if empty:
        raise PlanningDataError(
            "E-GTFS-09",
            "files of the feed have no rows.",
            file=path,
            feature_ids=empty,
            mend="ask the operator for the complete feed.",
        )
    return Feed(path, tables, tuple(notes))


def give_back() -> None:
    """Hand the room of text tables no longer used back to the system: Arrow else keeps it for texts to come."""
    import pyarrow as pa  # noqa: PLC0415 - pandas loads it with the first table

    pa.default_memory_pool().release_unused()


def _contents(path: Path) -> Iterator[tuple[str, bytes]]:
    wanted = [*COLUMNS, *OPTIONAL, "pathways.txt"]
    if path.is_dir():
        for name in [name for name in wanted if (path / name).is_file()]:
            refuse_changed(path / name, f"{path.name}/{name}")
            yield name, (path / name).read_bytes()
        return
    refuse_changed(path, path.name)
    try:
        archive = zipfile.ZipFile(path)
    except ZIP_FAULTS as error:
        raise PlanningDataError(
            "E-GTFS-09", "the feed is not a readable zip.", file=path, seen=str(error), mend="fetch it again."
        ) from error
    with archive:
        _check_archive(archive, path)
        names = [info.filename for info in archive.infolist()]
        homes = [PurePosixPath(name).parent for name in names if PurePosixPath(name).name == "stops.txt"]
        home = min(homes, default=PurePosixPath(), key=lambda folder: (len(folder.parts), str(folder)))
        for name in wanted:
            if str(home / name) in names:
                yield name, _unpacked(archive, str(home / name), path)


def _unpacked(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    try:
        return archive.read(name)
    except ZIP_FAULTS as error:
        mend = "fetch it again; a feed has no password."
        raise PlanningDataError("E-GTFS-09", f"{name} can not be unpacked.", file=path, seen=str(error), mend=mend) from error


def _check_archive(archive: zipfile.ZipFile, path: Path) -> None:
    members = archive.infolist()
    outside = [
        info.filename
        for info in members
        if info.filename.startswith(("/", "\\"))
        or ":" in info.filename
        or ".." in PurePosixPath(info.filename.replace("\\", "/")).parts
        or stat.S_ISLNK(info.external_attr >> 16)
    ]
    if outside:
        raise PlanningDataError(
            "E-GTFS-12",
            "names in the archive point outside of it.",
            file=path,
            feature_ids=outside,
            mend="do not use this archive.",
        )
    size = sum(info.file_size for info in members)
    swollen = [i.filename for i in members if i.file_size > SMALL_BYTES and i.file_size > MOST_RATIO * i.compress_size]
    if swollen or size > MOST_BYTES:
        raise PlanningDataError(
            "E-GTFS-11",
            f"the archive unpacks to {size / 1e6:,.0f} MB, too much for its size.",
            file=path,
            feature_ids=swollen,
            mend=f"allowed: {MOST_BYTES // 10**9} GB, ratio {MOST_RATIO}; if you trust it, unpack it and give the folder.",
        )


def _encoding(content: bytes, path: Path, name: str) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    try:
        content.decode()
    except UnicodeDecodeError:
        if b"\x00" in content:
            raise PlanningDataError("E-GTFS-08", f"{name} is not text.", file=path, mend="save it as UTF-8.") from None
        _refuse_vietnamese(content, path, name)
        return "Latin-1"
    return "UTF-8"


def _refuse_vietnamese(content: bytes, path: Path, name: str) -> None:
    """Texts of before Unicode, which would be read as other letters."""
    for codec in ("cp1258", "latin-1"):
        found = vietnamese_encoding(re.split(r"[,\r\n]", content.decode(codec, "replace")))
        if codec == "cp1258" and found is not None and found.encoding in ("cp1258", "unicode"):
            kind = "CP1258"
        elif codec == "latin-1" and found is not None and found.encoding != "unicode":
            kind = found.encoding.upper()
        else:
            continue
        mend = "save it as UTF-8, or convert its texts: geo.decode_vietnamese."
        raise PlanningDataError("E-GTFS-08", f"the texts look like {kind}.", file=path, layer=name, seen=kind, mend=mend)


def _table(content: bytes, encoding: str, path: Path, name: str) -> pd.DataFrame:
    codec = "utf-8-sig" if encoding == "UTF-8" else encoding
    options: dict[str, Any] = {"dtype": str, "keep_default_na": False, "skipinitialspace": True, "skip_blank_lines": False}
    try:
        table = pd.read_csv(io.BytesIO(content), encoding=codec, **options)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise _unreadable(path, name, str(error), "mend or drop that row.") from error
    if not isinstance(table.index, pd.RangeIndex):  # pandas takes the first cells as an index and moves all others
        raise _unreadable(path, name, list(table.columns), "every row has more cells than the first: drop the commas at its end.")
    table.columns = table.columns.str.strip()
    twice = [column for column in table.columns if column.rpartition(".")[0] in table.columns]  # pandas counts them: stop_id.1
    if twice or table.columns.has_duplicates:
        raise _unreadable(path, name, list(table.columns), "a column stands twice: drop one.")
    table.index = pd.RangeIndex(2, len(table) + 2)
    table = table.fillna("")
    table = table[(table != "").any(axis=1)]
    stripped: pd.DataFrame = table.apply(lambda column: column.str.strip())
    return stripped


def _unreadable(path: Path, name: str, seen: object, mend: str) -> PlanningDataError:
    return PlanningDataError("E-GTFS-13", f"{name} can not be read.", file=path, layer=name, seen=seen, mend=mend)


def _check_columns(table: pd.DataFrame, path: Path, name: str) -> None:
    missing = [column for column in (COLUMNS | OPTIONAL).get(name, ()) if column not in table]
    if missing:
        raise PlanningDataError(
            "E-GTFS-09",
            f"{name} lacks columns.",
            file=path,
            feature_ids=missing,
            seen=list(table.columns),
            mend="add them to the first row.",
        )
