"""Zip archives that are the same bytes whenever they are made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from geo.writing.whole import write_bytes

DATED = (1980, 1, 1, 0, 0, 0)  # the oldest date a zip can hold


def write_zip(path: str | Path, files: Mapping[str, str | bytes]) -> Path:
    """Write an archive of ``files`` (name → content, text as UTF-8), all or nothing; same content, same bytes."""
    return write_bytes(path, zipped(files))


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """The bytes of an archive: members in the order given, dated 1980-01-01, readable by all; a name ending in / is a folder."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, DATED)
            member.compress_type, member.create_system = zipfile.ZIP_DEFLATED, 3
            member.external_attr = (0o40755 << 16) | 0x10 if name.endswith("/") else 0o100644 << 16
            archive.writestr(member, content)
    return whole.getvalue()
