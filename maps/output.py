"""An output folder that is whole at every moment: filled beside the old one, moved in at the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo import PlanningDataError, part_folder, writable_file
from maps.manifest import MANIFEST


@contextmanager
def filled(out: Path) -> Iterator[Path]:
    """A folder to write into; what is in it moves to ``out`` when all went well.

    A failure, a full disk or Ctrl-C leaves ``out`` as it was; what a killed run left beside it goes. Files of an earlier run
    (listed in its manifest) that are no longer made go; other files stay. Errors: E-OUT-02 where ``out`` is a file, E-OUT-03
    where a folder stands in a file's way.
    """
    refuse_file(out)
    mounted = out.is_dir() and out.stat().st_dev != out.parent.stat().st_dev  # files can not be moved in from another disk
    with part_folder(out if mounted else out.parent) as place:
        new = place / "new"
        new.mkdir()
        yield new
        move_in(new, out)


def refuse_file(out: Path) -> None:
    """Errors: E-OUT-02 where the output folder is a file; E-IO-05 where it is no folder of this machine."""
    writable_file(out.absolute())
    if out.exists() and not out.is_dir():
        raise PlanningDataError("E-OUT-02", "the output is a file, not a folder.", file=out, mend="choose another --out.")


def move_in(new: Path, out: Path) -> None:
    """Put the finished files in place and take away those of the earlier run that are not made any more."""
    before = _listed(out)
    files = [path.relative_to(new) for path in sorted(new.rglob("*")) if path.is_file() and path.name != MANIFEST]
    every = (*files, Path(MANIFEST))  # the manifest last: what it lists is there
    for folder in sorted({(out / file).parent for file in every}):  # a name that is taken shows before anything moves
        folder.mkdir(parents=True, exist_ok=True)
    taken = [out / file for file in every if (out / file).is_dir()]
    if taken:
        raise PlanningDataError(
            "E-OUT-03", "a folder stands where a file is to go.", file=taken[0], mend="move it away, or choose another --out."
        )
    for file in every:
        (new / file).replace(out / file)
    for name in before - {file.as_posix() for file in files}:
        (out / name).unlink(missing_ok=True)


def _listed(out: Path) -> set[str]:
    """Files of an earlier run: those its manifest lists and that lie inside the folder; none where it is no manifest of ours."""
    try:
        table = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        listed = set(table["files"]) if table["versions"]["innoregion"] else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    root = out.resolve()
    return {name for name in listed if (root / name).resolve().is_relative_to(root)}
