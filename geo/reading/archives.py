"""Zip archives opened with care: names that point outside and archives that swell are refused before anything is unpacked."""

from __future__ import annotations

import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from geo.errors import PlanningDataError

ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    ValueError,
    EOFError,
    RuntimeError,
)  # of a damaged one
MOST_BYTES = 2 * 10**9
MOST_RATIO = 100
MOST_MEMBERS = 10_000
SMALL_BYTES = 10**6  # below it a high ratio is harmless


def checked_members(path: Path, shown: str, *, allow_large: bool, most_bytes: int = MOST_BYTES) -> list[zipfile.ZipInfo]:
    """The files of an archive. Errors: E-ZIP-01 not readable, -02 names outside of it, -03 too large, also for its size."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
    except ZIP_FAULTS as error:
        mend = "fetch or zip it again."
        raise PlanningDataError("E-ZIP-01", "the archive can not be read.", file=shown, seen=str(error), mend=mend) from error
    outside = [info.filename for info in members if _leaves(info)]
    if outside:
        mend = "do not use this archive."
        raise PlanningDataError(
            "E-ZIP-02", "names in the archive point outside of it.", file=shown, feature_ids=outside, mend=mend
        )
    size = sum(info.file_size for info in members)
    swollen = [i.filename for i in members if i.file_size > SMALL_BYTES and i.file_size > MOST_RATIO * max(i.compress_size, 1)]
    if (swollen or size > most_bytes or len(members) > MOST_MEMBERS) and not allow_large:
        most = f"{most_bytes / 1e6:,.0f} MB, {MOST_RATIO} times its size, {MOST_MEMBERS:,} files"
        what = f"the archive unpacks to {size / 1e6:,.0f} MB in {len(members):,} files; {most} are unpacked unasked."
        mend = "pass allow_large=True (--allow-large) if you trust it."
        raise PlanningDataError("E-ZIP-03", what, file=shown, feature_ids=swollen, mend=mend)
    return members


def _leaves(info: zipfile.ZipInfo) -> bool:
    name = info.filename.replace("\\", "/")
    linked = stat.S_ISLNK(info.external_attr >> 16)
    return name.startswith("/") or ":" in name or ".." in PurePosixPath(name).parts or linked


def unpack_shapefiles(path: Path, folder: Path, shown: str, *, allow_large: bool) -> list[Path]:
    """The Shapefiles of an archive, with the files beside them, in ``folder``, by name.

    Errors: those of `checked_members`, E-ZIP-01 damaged, E-ZIP-04 no Shapefile in it.
    """
    members = checked_members(path, shown, allow_large=allow_large)
    parts = [info for info in members if "__MACOSX" not in info.filename]
    if not any(info.filename.lower().endswith(".shp") for info in parts):
        held = sorted(info.filename for info in parts)[:5]
        mend = "unpack it, and read the file in it by its own ending."
        raise PlanningDataError("E-ZIP-04", "there is no Shapefile in the archive.", file=shown, seen=held, mend=mend)
    try:
        with zipfile.ZipFile(path) as archive:
            for info in parts:
                target = folder / info.filename.replace("\\", "/")
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(info) as packed, target.open("wb") as plain:
                    shutil.copyfileobj(packed, plain)
    except ZIP_FAULTS as error:
        mend = "fetch or zip it again, without a password."
        raise PlanningDataError("E-ZIP-01", "the archive can not be read.", file=shown, seen=str(error), mend=mend) from error
    return sorted(one for one in folder.rglob("*") if one.suffix.lower() == ".shp")
