"""A file as an ezdxf document: DXF by its content, everything else refused with what to do about it."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from types import MappingProxyType
from typing import Any

from geo.drawings.fonts import clean
from geo.drawings.heaviest import LIFT, check_drawing
from geo.errors import PlanningDataError
from geo.findings import Finding
from geo.reading.digests import refuse_changed
from geo.reading.paths import local_file

LARGEST_MB = 512
_BINARY = b"AutoCAD Binary DXF\r\n\x1a\x00"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOST = re.compile("delet|remov|discard", re.IGNORECASE)
_SAVE_AS = "open it in the program that made it and save it as DXF R2010 (ASCII)"
_FOREIGN = MappingProxyType(
    {
        "DWG": f'{_SAVE_AS}: SAVEAS, type "AutoCAD 2010 DXF".',
        "DGN V8": f"{_SAVE_AS}: File > Save As > DXF, or as DGN V7, which geo.read_vector reads.",
        "DGN V7": "read it with geo.read_vector, or save it as DXF R2010.",
        "Excel 97 (.xls)": "save it as .xlsx (Excel workbook), or as CSV UTF-8.",
        "PDF": "ask for the drawing itself: a plot holds no coordinates; DXF R2010 is read.",
        "Excel or ZIP": "unpack it first; a list of coordinates is read by geo.read_coordinate_list.",
        "SHX or PLT": f"{_SAVE_AS}.",
        "picture": "ask for the drawing itself: a picture holds no coordinates; DXF R2010 is read.",
    }
)


def foreign_kind(head: bytes, suffix: str) -> str | None:
    """The kind of a planner's file that is known and not read, by its first bytes; the ending only parts the OLE formats."""
    if head[:4] in {b"AC10", b"AC1.", b"AC2.", b"MC0."} or head.startswith(b"AC15"):
        return "DWG"
    if head.startswith(_OLE):
        return "Excel 97 (.xls)" if suffix in {".xls", ".xlt"} else "DGN V8"
    signs = {
        b"\x08\x09\xfe\x02": "DGN V7",
        b"\xc8\x09\xfe\x02": "DGN V7",
        b"%PDF": "PDF",
        b"PK\x03\x04": "Excel or ZIP",
        b"\x89PNG": "picture",
        b"\xff\xd8\xff": "picture",
        b"II*\x00": "picture",
        b"MM\x00*": "picture",
    }
    return next((kind for sign, kind in signs.items() if head.startswith(sign)), None)


def refuse_foreign(path: str | Path, *, but: tuple[str, ...] = ()) -> Path:
    """The whole path of a local file.

    Errors: as `local_file`; E-CAD-02 a known kind that is not read (DWG, DGN, .xls ...); E-IO-07 another checksum than the one
    beside it.
    """
    whole = local_file(path)
    with whole.open("rb") as handle:
        kind = foreign_kind(handle.read(64), whole.suffix.lower())
    if kind is not None and kind not in but:
        raise PlanningDataError("E-CAD-02", f"this is {kind}, which is not read here.", file=whole.name, mend=_FOREIGN[kind])
    refuse_changed(whole, whole.name)
    return whole


def open_drawing(path: str | Path, *, allow_large: bool = False) -> tuple[Any, list[Finding]]:
    """The document (audited, mended where ezdxf can) and what the audit found.

    Errors: as `local_file`, E-CAD-02 another format, E-CAD-03 cut short, E-CAD-04 too large, E-CAD-20, E-SIZE-04 too many
    entities or vertices of one, E-CAD-01 no DXF that can be read.
    """
    path = refuse_foreign(path)
    size = path.stat().st_size
    if size > LARGEST_MB * 1_000_000 and not allow_large:
        mend = f"purge it, {LIFT}"
        raise PlanningDataError("E-CAD-04", f"more than {LARGEST_MB} MB.", file=path.name, seen=size, mend=mend)
    with path.open("rb") as handle:
        head = handle.read(4096)
        handle.seek(max(0, size - 512))
        tail = handle.read()
    binary = head.startswith(_BINARY)
    if not binary and b"SECTION" not in head:
        raise _unreadable(path, "no section in its beginning")
    if b"EOF" not in tail:
        mend = "copy or export it again: what is missing would be missing from every sum."
        raise PlanningDataError("E-CAD-03", "the drawing is cut short: it has no end mark.", file=path.name, seen=size, mend=mend)
    if not binary and not allow_large:
        check_drawing(path)
    document, auditor = _loaded(path, binary=binary)
    return document, [*_audited(auditor, path)]


def _loaded(path: Path, *, binary: bool) -> tuple[Any, Any]:
    from ezdxf import recover  # noqa: PLC0415 - half a second
    from ezdxf.filemanagement import readfile  # noqa: PLC0415 - as above

    quiet = logging.getLogger("ezdxf")
    level = quiet.level
    quiet.setLevel(logging.CRITICAL)  # it logs what the audit tells anyway
    try:
        if not binary:
            return recover.readfile(path)
        document = readfile(str(path))
        return document, document.audit()
    except MemoryError:
        raise
    except Exception as error:  # broken files make it raise nearly anything
        raise _unreadable(path, clean(f"{type(error).__name__}: {error}"[:200])) from error
    finally:
        quiet.setLevel(level)


def _unreadable(path: Path, seen: str) -> PlanningDataError:
    return PlanningDataError("E-CAD-01", "no DXF that can be read.", file=path.name, seen=seen, mend=f"{_SAVE_AS}.")


def _audited(auditor: Any, path: Path) -> list[Finding]:
    """One finding a kind of flaw, with the entities; what was deleted is a loss, not a mend."""
    found = []
    for code in sorted({entry.code for entry in (*auditor.errors, *auditor.fixes)}):
        same = [entry for entry in (*auditor.errors, *auditor.fixes) if entry.code == code]
        lost = any(entry in auditor.errors or _LOST.match(entry.message) for entry in same)
        handles = tuple(str(entry.entity.dxf.handle) for entry in same if entry.entity is not None and entry.entity.dxf)
        name = str(getattr(code, "name", code)).replace("_", " ").lower()
        what = clean(f"the audit found {len(same)} × {name}: {same[0].message}"[:300])
        mend = "run AUDIT in the CAD program, look at what it says, save again." if lost else ""
        found.append(Finding("E-CAD-05", what, mend, "warning" if lost else "fixed", path.name, None, handles))
    return found
