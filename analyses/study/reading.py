"""Study files: a TOML whose ``kind`` says what is asked, checked whole before anything runs, every mistake with its line."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

import layers
from analyses.study.kinds import KINDS
from analyses.study.lines import Lines, lines_of
from analyses.study.mistakes import Mistake, mistakes_in, told_at_once
from analyses.study.parts import Study
from analyses.study.scenarios import mistakes_of_scenarios
from analyses.study.shapes import StudyFiles, named_workspace
from geo import PlanningDataError, is_local_file, nearest_names, parsed_toml, toml_bytes

_SHIPPED = resources.files("analyses") / "studies"


@dataclass(frozen=True, eq=False)
class StudyFile:
    """A study and the file it was read from: ``lines`` of its keys, ``sha256`` of its bytes, ``folder`` its files lie beside.

    ``workspace`` whose layers stand for the embedded ones, if any.
    """

    study: Study
    name: str
    folder: Path | None
    lines: Lines
    sha256: str
    workspace: layers.Workspace | None = None


def shipped_studies() -> tuple[str, ...]:
    """Names of the studies that come with the package."""
    return tuple(sorted(item.name.removesuffix(".toml") for item in _SHIPPED.iterdir() if item.name.endswith(".toml")))


def read_study(name: str | Path) -> Study:
    """The study of a file, or a shipped one by its name.

    Errors: E-TOML-01 no such study (nearest names), E-TOML-02 no TOML (line), E-TOML-03 wrong keys, values or changes (line, key,
    what is allowed); of several mistakes all are named.
    """
    return open_study(name).study


def open_study(name: str | Path, *, workspace: layers.Workspace | None = None) -> StudyFile:
    """As `read_study`, with what is known of the file; ``workspace`` takes the place of the one it names."""
    source = _find(name)
    try:
        data = toml_bytes(source)
        text = data.decode("utf-8-sig").replace("\r\n", "\n")  # as editors on Windows write it
        table = parsed_toml(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanningDataError("E-TOML-02", f"this is no TOML: {error}.", file=source.name, mend="mend that line.") from error
    folder = source.parent if isinstance(source, Path) else None
    lines = lines_of(text)
    study, found = _validated(table)
    workspace = workspace or named_workspace(table.get("base"), folder)
    files = StudyFiles(folder, workspace, anywhere=_elsewhere(table))
    told_at_once([*found, *mistakes_of_scenarios(table, files)], lines, source.name)
    assert study is not None  # noqa: S101 - without mistakes there is one
    return StudyFile(study, source.name, folder, lines, hashlib.sha256(data).hexdigest(), workspace)


def _elsewhere(table: dict[str, Any]) -> bool:
    base = table.get("base")
    return isinstance(base, dict) and "osm" in base


def study_schema() -> dict[str, Any]:
    """The JSON schema of study files, as editors read it: one branch a kind, every change with its fields."""
    kinds: Any = TypeAdapter(_any_kind())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "innoregion study", **kinds.json_schema()}


def study_digest(study: Study) -> str:
    """SHA-256 of what a study says, whatever its file looks like."""
    told = json.dumps(study.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _any_kind() -> Any:
    from typing import Annotated, Union  # noqa: PLC0415 - of the schema alone

    from pydantic import Field  # noqa: PLC0415 - as above

    models = tuple(kind.model for kind in KINDS.values())
    return Annotated[Union[models], Field(discriminator="kind")]  # noqa: UP007 - the members are known at run time


def _find(name: str | Path) -> Traversable:
    path = Path(name)
    if is_local_file(path):
        return path
    if str(name) in shipped_studies():
        return _SHIPPED / f"{name}.toml"
    near = [*shipped_studies(), *(other.name for other in path.parent.glob("*.toml"))]
    raise PlanningDataError(
        "E-TOML-01", "no such study, neither a file nor a shipped one.", seen=str(name), mend=nearest_names(path.name, near)
    )


def _validated(table: dict[str, Any]) -> tuple[Study | None, list[Mistake]]:
    kind = table.get("kind")
    if kind is None:
        return None, [(("kind",), f"key 'kind' is missing, one of {', '.join(KINDS)}")]
    if kind not in KINDS:
        return None, [(("kind",), f"kind = {kind!r}: {nearest_names(str(kind), KINDS)}")]
    model = KINDS[kind].model
    try:
        return model.model_validate_json(json.dumps(table, default=str)), []
    except ValidationError as error:
        return None, list(mistakes_in(table, model, error))
