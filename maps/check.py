"""The command ``check``: every kind of file the package reads, all findings of each, for people and for programs."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import geo
from geo import Finding, PlanningDataError

_STREETS = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
_PLACE = 4  # numbers of a box


def check_files(paths: Sequence[str], options: dict[str, Any]) -> dict[str, list[Finding]]:
    """All findings of each file, errors first. ``options`` as `geo.check_file` takes them."""
    return {path: _checker(path)(path, options) for path in paths}


def _checker(path: str) -> Callable[[str, dict[str, Any]], list[Finding]]:
    name = path.lower()
    if name.endswith(".toml"):
        return _study
    if name.endswith(_STREETS):
        return _streets
    if geo.is_local_folder(path) or (name.endswith(".zip") and _holds_a_feed(path)):
        return _feed
    return lambda one, options: geo.check_file(one, **options)


def _holds_a_feed(path: str) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.rpartition("/")[2] in {"stops.txt", "stop_times.txt", "agency.txt"} for name in archive.namelist())
    except geo.ZIP_FAULTS:
        return False


def _feed(path: str, _options: dict[str, Any]) -> list[Finding]:
    from geo.movement import gtfs_findings  # noqa: PLC0415 - loads the engine

    return [replace(one, file=Path(path).name) for one in gtfs_findings(path)]


def _streets(path: str, _options: dict[str, Any]) -> list[Finding]:
    """What the import of the streets refuses, and what it assumed."""
    from geo.movement import import_streets  # noqa: PLC0415 - loads the engine

    try:
        _, report = import_streets(path)
    except PlanningDataError as error:
        return [error.finding]
    return report.findings()


def _study(path: str, options: dict[str, Any]) -> list[Finding]:
    """A study with everything it names: layers, scenarios, and the findings of the files beside it."""
    import analyses  # noqa: PLC0415 - loads pydantic

    try:
        analyses.ready_study(path)
    except PlanningDataError as error:
        return [error.finding]
    return [one for name in _named_files(path) for one in _checker(name)(name, options)]


def _named_files(path: str) -> list[str]:
    """Files beside a study that it names and `geo.check_file` knows, each once."""
    if not geo.is_local_file(path):
        return []  # a shipped one
    table = geo.parsed_toml(geo.toml_bytes(Path(path)).decode("utf-8-sig").replace("\r\n", "\n"))
    endings = (*geo.readable_endings(), ".xlsx", ".txt", *_STREETS)
    named = dict.fromkeys(str(Path(path).parent / text) for text in _texts(table) if text.lower().endswith(endings))
    return [name for name in named if geo.is_local_file(name)]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def expected(text: str) -> Any:
    """The place that ``--expect`` names: region, anywhere, W,S,E,N, or the frame of a vector file."""
    if text in {"region", "anywhere"}:
        return text
    parts = text.split(",")
    if len(parts) == _PLACE:
        try:
            return tuple(float(part) for part in parts)
        except ValueError:
            pass
    return geo.read_vector(text, expect="anywhere")


def as_text(found: dict[str, list[Finding]]) -> str:
    """The findings as lines, file by file."""
    lines = []
    for path, findings in found.items():
        errors = sum(one.severity == "error" for one in findings)
        lines.append(f"{path}: {f'{errors} to mend first, {len(findings) - errors} to know' if findings else 'nothing to say'}")
        lines += [f"  {'ERROR' if one.severity == 'error' else one.severity} {one}" for one in findings]
    return "\n".join(lines) + "\n"


def as_json(found: dict[str, list[Finding]]) -> str:
    """The findings for programs: {"version": 1, "ok": bool, "files": [{"file", "ok", "findings": [...]}]}."""
    files = [
        {"file": path, "ok": not _refused(findings), "findings": [one.as_dict() for one in findings]}
        for path, findings in found.items()
    ]
    table = {"version": 1, "ok": not any(map(_refused, found.values())), "files": files}
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"


def _refused(findings: list[Finding]) -> bool:
    return geo.worst(findings) == "error"


def exit_code(found: dict[str, list[Finding]]) -> int:
    """2 where a file can not be used as it is, else 0."""
    return 2 if any(map(_refused, found.values())) else 0
