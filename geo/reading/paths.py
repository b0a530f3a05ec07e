"""Which paths are read: files of this machine, named plainly."""

from __future__ import annotations

from pathlib import Path

from geo.errors import PlanningDataError, nearest_names

_NOT_A_NAME = ("\0", "://", "<", "{", "\n")
_SHOWN = 80


def local_file(path: str | Path) -> Path:
    """The whole path of a local file, links and ``..`` resolved, so that no library can take it for anything else.

    Errors: E-IO-05 an address, a GDAL prefix (``/vsicurl/`` ...), a text that is data and no name; E-IO-03 no such file, E-IO-09
    it is empty.
    """
    text = str(path)
    if any(mark in text for mark in _NOT_A_NAME) or text.replace("\\", "/").lstrip().lower().startswith("/vsi"):
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
