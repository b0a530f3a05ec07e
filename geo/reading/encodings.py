"""In what the texts of a file are written: told, declared, or found out, and never guessed where names would come out wrong."""

from __future__ import annotations

import codecs
import struct
import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import PlanningDataError
from geo.findings import Finding
from geo.vietnamese import decode_vietnamese, vietnamese_encoding

_LEGACY = ("tcvn3", "vni", "cp1258")
_SAMPLE = 400  # distinct texts with marks that are looked at
_LEAST = 2  # words with marks below which nothing can be told
_WESTERN = "cp1252"
_ROWS_BYTES = 4_000_000


def codec_of(encoding: str | None, shown: str) -> tuple[str | None, str | None]:
    """(codec of the bytes, Vietnamese encoding of the letters) that a person names; (None, None) for none.

    Errors: E-TEXT-01 there is none such.
    """
    if encoding is None:
        return None, None
    name = encoding.casefold().replace("windows-", "cp")
    if name in _LEGACY:
        return _WESTERN, name
    try:
        return codecs.lookup(name).name, None
    except LookupError as error:
        mend = f"one of utf-8, {', '.join(_LEGACY)}, or a codec of Python."
        raise PlanningDataError("E-TEXT-01", "there is no such encoding.", file=shown, seen=encoding, mend=mend) from error


def shapefile_codec(path: Path, shown: str, found: list[Finding]) -> str:
    """How the bytes of a .dbf are to be read: UTF-8 where they are it, else Western, in which legacy Vietnamese is told apart.

    A .cpg that says UTF-8 over other bytes is not believed (E-TEXT-05 warning); nor is a missing one taken for Western.
    """
    parts = {one.suffix.lower(): one for one in path.parent.iterdir() if one.stem == path.stem}
    said = parts[".cpg"].read_text(encoding="ascii", errors="replace").strip() if ".cpg" in parts else ""
    rows = _text_bytes(parts[".dbf"]) if ".dbf" in parts else b""
    utf8 = _is_utf8(rows)
    if rows.isascii():
        return "utf-8"
    if utf8:
        if said.casefold().replace("-", "") not in {"utf8", "65001"}:
            what = f"the .dbf is in UTF-8, but {'no .cpg says so' if not said else f'its .cpg says {said}'}; it is read as UTF-8."
            found.append(
                Finding("E-TEXT-05", what, "look at the names; write a .cpg that says UTF-8.", "warning", shown, None, (), said)
            )
        return "utf-8"
    if said.casefold().replace("-", "") in {"utf8", "65001"}:
        what = "its .cpg says UTF-8, but the .dbf is not; it is read as Western."
        found.append(
            Finding("E-TEXT-05", what, "look at the names, or pass encoding=.", "warning", shown, None, (), said or None)
        )
        return _WESTERN
    try:
        return codecs.lookup(f"cp{said}" if said.isdigit() else said).name if said else _WESTERN
    except LookupError:
        return _WESTERN


def _text_bytes(path: Path) -> bytes:
    """The rows of a .dbf, or as many as are enough."""
    with path.open("rb") as opened:
        (start,) = struct.unpack("<H", opened.read(32)[8:10])
        opened.seek(start)
        return opened.read(_ROWS_BYTES)


def _is_utf8(rows: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(rows)
    except UnicodeDecodeError:
        return False
    return True


def text_columns(frame: pd.DataFrame) -> list[str]:
    """The columns that hold texts."""
    return [name for name in frame.columns if isinstance(frame[name].dtype, pd.StringDtype) or frame[name].dtype == object]


def readable(frame: pd.DataFrame, legacy: str | None, shown: str, layer: str | None, found: list[Finding]) -> pd.DataFrame:
    """The frame with texts and column names in composed Unicode (NFC); texts in ``legacy`` where a person names it.

    Texts that read as Vietnamese only in another encoding are refused (E-TEXT-07); UTF-8 that was read as Western is mended.
    """
    changed: dict[str, pd.Series] = {}
    composed = 0
    for name in text_columns(frame):
        texts = frame[name]
        codes, distinct = _distinct(texts, shown, layer)
        marked = [one for one in distinct if not one.isascii()]
        if not marked:
            continue
        encoding = legacy or _encoding(marked, name, shown, layer, found)
        new = [_decoded(one, encoding, shown, layer, name) for one in distinct]
        if encoding in {None, "unicode"}:
            composed += sum(one != other for one, other in zip(new, distinct, strict=True))
        if any(one != other for one, other in zip(new, distinct, strict=True)):
            values = pd.Series([*new, None], dtype=object).iloc[codes].to_numpy()
            changed[name] = texts.where(codes < 0, pd.Series(values, index=texts.index)).astype(texts.dtype)
    if composed:
        what = f"{composed} texts were not composed (NFD) and are now (NFC), so that equal names compare equal."
        found.append(Finding("E-TEXT-06", what, "", "fixed", shown, layer))
    return frame.assign(**changed) if changed else frame


def _distinct(column: pd.Series, shown: str, layer: str | None) -> tuple[Any, list[str]]:
    """Codes and distinct texts; -1 for what is no text: null, lists and objects of GeoJSON, numbers among texts."""
    try:
        if column.dtype == object:
            column = pd.Series([one if isinstance(one, str) else None for one in column], dtype=object)
        codes, values = pd.factorize(column)
        distinct = list(values)  # Arrow makes texts of its bytes only here
    except UnicodeDecodeError as error:
        what = f"column {column.name!r} holds bytes that are no text."
        mend = "export it anew, or fetch it again: it may be cut or damaged."
        raise PlanningDataError("E-IO-04", what, file=shown, layer=layer, seen=str(error)[:200], mend=mend) from error
    return codes, distinct


def _encoding(marked: list[str], column: str, shown: str, layer: str | None, found: list[Finding]) -> str | None:
    """Unicode, or what legacy encoding a column is surely in."""
    sample = marked[:: max(1, len(marked) // _SAMPLE)]
    told = vietnamese_encoding(sample)
    if told is None or told.encoding == "unicode" or len(" ".join(sample).split()) < _LEAST:
        return None
    if told.encoding == "utf8":
        what = f"column {column!r} was UTF-8 read as Western, and is mended."
        found.append(Finding("E-TEXT-05", what, "look at the names.", "warning", shown, layer, (), sample[0]))
        return "utf8"
    mend = f'read_vector(..., encoding="{told.encoding}").'
    what = f"column {column!r} is not in Unicode but in {told.encoding.upper()} ({told.share_pct:.0f} % of its words read so)."
    found.append(Finding("E-TEXT-07", what, mend, "error", shown, layer, (), sample[0]))
    return None


def _decoded(text: str, encoding: str | None, shown: str, layer: str | None, column: str) -> str:
    if encoding is None or encoding == "unicode":
        return unicodedata.normalize("NFC", text)
    if text.isascii():
        return text
    try:
        return decode_vietnamese(text, encoding)
    except PlanningDataError as error:
        what = f"column {column!r} holds a text that is not in {encoding}."
        raise PlanningDataError("E-TEXT-02", what, file=shown, layer=layer, seen=text, mend=error.mend) from error
