"""Which paths are read and written: files of this machine, named plainly."""

from __future__ import annotations

import re
from pathlib import Path

from geo.errors import PlanningDataError, nearest_names

_NOT_A_NAME = ("\0", "://", "<", "{", "\n")
_SHOWN = 80
_SERVER = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)  # a path takes two strokes for one; C:/ is a disk
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_LONGEST_BYTES = 200  # of a name: systems take 255, and copies beside it need some
DEVICES = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{one}{at}" for one in ("COM", "LPT") for at in range(1, 10))})  # of Windows


def local_file(path: str | Path) -> Path:
    """The whole path of a local file, links and ``..`` resolved, so that no library can take it for anything else.

    Errors: E-IO-05 an address, a GDAL prefix (``/vsicurl/`` ...), a text that is data and no name; E-IO-03 no such file, E-IO-09
    it is empty.
    """
    text = str(path)
    if _elsewhere(text):
        mend = "download it first and give the path of the file."
        raise PlanningDataError("E-IO-05", "this is no path of a local file.", seen=text[:_SHOWN], mend=mend)
    path = Path(path)
    try:
        whole, there = path.resolve(), path.is_file()
    except (OSError, RuntimeError) as error:  # a name too long, links in a ring
        raise PlanningDataError("E-IO-05", "this is no path of a local file.", seen=str(error)[:_SHOWN], mend="") from error
    if not there:
        near = nearest_names(path.name, [other.name for other in path.parent.glob("*")] if path.parent.is_dir() else [])
        raise PlanningDataError("E-IO-03", "no such file.", file=path, mend=near)
    if whole.stat().st_size == 0:
        raise PlanningDataError("E-IO-09", "the file is empty (0 bytes).", file=path.name, mend="export or fetch it again.")
    return whole


def is_local_file(path: str | Path) -> bool:
    """Whether there is such a file; a name that none can have (too long, with NUL) is none."""
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def is_local_folder(path: str | Path) -> bool:
    """Whether there is such a folder, as `is_local_file`."""
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def _elsewhere(text: str) -> bool:
    """Whether a library would take a text for something else than a file here: an address, a prefix of GDAL, data."""
    plain = text.replace("\\", "/").lstrip().lower()
    return any(mark in text for mark in _NOT_A_NAME) or plain.startswith("/vsi") or _SERVER.match(plain) is not None


def writable_file(path: str | Path) -> Path:
    """The path as it is, of a name that every system can hold and `local_file` reads again.

    Errors: E-IO-05 an address or a prefix of GDAL; a name that is blank, too long, of control letters, a device of Windows, or
    that ends with a full stop or blank, which Windows cuts off.
    """
    text, name = str(path), Path(path).name
    bare = name.lstrip(".").partition(".")[0]
    nameless = not bare.strip() or name[-1:] in {".", " "} or bare[-1:] == " " or bare.upper() in DEVICES
    long = len(name.encode("utf-8", "replace")) > _LONGEST_BYTES
    if _elsewhere(text) or _CONTROL.search(text) or nameless or long:
        mend = f"give a name of letters, digits, - and _, of at most {_LONGEST_BYTES} bytes, in a folder here."
        raise PlanningDataError("E-IO-05", "no file can be written under this name.", seen=text[:_SHOWN], mend=mend)
    return Path(path)
