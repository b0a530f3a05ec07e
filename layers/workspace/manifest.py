"""workspace.toml: what a workspace holds, as text that people read and this package writes. Version 1."""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path, PurePosixPath
from typing import Any

from geo import PlanningDataError, parsed_toml, toml_bytes
from layers.workspace.value import KINDS, Holding, Kind

NAME = "workspace.toml"
FORMAT, VERSION = "innoregion workspace", 1
_APART = ("kind", "name")  # they are the table's own name
_SAID_WHERE_GIVEN = ("as_of", "accuracy_m", "rows", "geometry", "crs", "index", "title_vi", "title_en")
_HEAD = (
    "# Written by `innoregion import`. Import a file anew rather than change a line here: every file is known by its SHA-256.\n"
)
_MEND = "import into a new folder, or take this one from a backup."
_FIELDS = {one.name: one.type for one in fields(Holding)}


def written(holdings: Iterable[Holding]) -> str:
    """The text of workspace.toml: the same holdings give the same text."""
    parts = [f"{_HEAD}format = {_value(FORMAT)}\nversion = {VERSION}\n"]
    ordered = sorted(holdings, key=lambda held: (KINDS.index(held.kind), held.name))
    parts += [f"\n[{one.kind}.{_key(one.name)}]\n" + "".join(_lines(one)) for one in ordered]
    return "".join(parts)


def read(path: Path) -> tuple[bytes, dict[Kind, dict[str, Holding]]]:
    """The bytes of workspace.toml, and what they say. Errors: as `parsed`; E-WORK-02 far too large."""
    try:
        text = toml_bytes(path)
    except tomllib.TOMLDecodeError as error:
        raise _refused(path, "the file is no workspace of innoregion", str(error)) from error
    return text, parsed(text, path)


def parsed(text: bytes, path: Path) -> dict[Kind, dict[str, Holding]]:
    """What workspace.toml says. Errors: E-WORK-02 no workspace of ours, damaged, or of a newer version."""
    try:
        table = parsed_toml(text.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _refused(path, "the file is no TOML", str(error)) from error
    if table.get("format") != FORMAT:
        raise _refused(path, "this is no workspace of innoregion", table.get("format"))
    version = table.get("version")
    if isinstance(version, int) and version > VERSION:
        mend = "open it with the innoregion that wrote it, or a newer one."
        what = f"the workspace is of version {version}, this innoregion knows {VERSION}."
        raise PlanningDataError("E-WORK-02", what, file=path, seen=version, mend=mend)
    if version != VERSION:
        raise _refused(path, "the version is none", version)
    return {kind: {name: _holding(kind, name, one, path) for name, one in _table(table, kind, path).items()} for kind in KINDS}


def _table(table: Mapping[str, Any], kind: str, path: Path) -> Mapping[str, Any]:
    held = table.get(kind, {})
    if not isinstance(held, dict) or not all(isinstance(one, dict) for one in held.values()):
        raise _refused(path, f"[{kind}] is no table of tables", kind)
    return held


def _holding(kind: Kind, name: str, table: Mapping[str, Any], path: Path) -> Holding:
    given = {key: value for key, value in table.items() if key in _FIELDS}
    given["columns"] = {key: tuple(told) for key, told in table.get("columns", {}).items()}
    given["findings"] = tuple(table.get("findings", ()))
    try:
        held = Holding(kind=kind, name=name, **given)
    except TypeError as error:
        raise _refused(path, f"[{kind}.{name}] lacks a key", str(error)) from error
    _check(held, path)
    return held


def _check(held: Holding, path: Path) -> None:
    """Types as written by us, and a file inside the folder of its kind."""
    texts = [held.file, held.sha256, held.modified, held.source, held.licence, held.imported, held.origin]
    numbers = [held.size_bytes, held.rows]
    place = PurePosixPath(held.file) if isinstance(held.file, str) else PurePosixPath()
    inside = len(place.parts) == 2 and place.parts[0] == held.kind and ".." not in place.parts  # noqa: PLR2004
    if not all(isinstance(one, str) for one in texts) or not all(type(one) is int for one in numbers):
        raise _refused(path, f"a value of [{held.kind}.{held.name}] is of another type", [*texts, *numbers])
    if not inside:
        raise _refused(path, f"the file of [{held.kind}.{held.name}] lies outside {held.kind}/", held.file)


def _lines(one: Holding) -> Iterator[str]:
    for field in fields(one):
        value = getattr(one, field.name)
        empty = value in ("", 0) or (isinstance(value, float) and math.isnan(value))
        if (
            field.name in _APART
            or (empty and field.name in _SAID_WHERE_GIVEN)
            or (isinstance(value, Mapping | tuple) and not value)
        ):
            continue
        if field.name == "findings":
            yield "findings = [\n" + "".join(f"  {_value(found)},\n" for found in value) + "]\n"
        else:
            yield f"{field.name} = {_value(value)}\n"


def _value(value: Any) -> str:
    """A value as TOML writes it; what JSON writes of a text is a TOML string too."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(str(key))} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").replace("-", "").isalnum() else _value(name)


def _refused(path: Path, what: str, seen: object) -> PlanningDataError:
    return PlanningDataError("E-WORK-02", f"{what}.", file=path, seen=seen, mend=_MEND)
