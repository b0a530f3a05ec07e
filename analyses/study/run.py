"""One study from its file to its results: read, checked against its ground, run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import layers
from analyses.study.grounds import StudyGround, ground_mistakes, study_ground
from analyses.study.kinds import KINDS
from analyses.study.mistakes import told_at_once
from analyses.study.parts import Study
from analyses.study.reading import StudyFile, open_study
from analyses.study.shapes import StudyFiles, named_workspace


@dataclass(frozen=True, eq=False)
class StudyRun:
    """A study, its ground, and what it ``found``: the results of its kind."""

    study: Study
    ground: StudyGround
    found: Any


def ready_study(
    name: str | Path | Study, *, workspace: layers.Workspace | None = None, date: str | None = None
) -> tuple[Study, StudyGround]:
    """A study and its ground, everything checked and nothing run yet.

    ``name``: a file, a shipped study, or a study made in Python (its files by full path). ``workspace`` and ``date`` (the
    day of feeds) take the place of those the study names. Errors: those of `read_study` and `study_ground`; E-TOML-03 for what
    the file names that is not there.
    """
    if isinstance(name, Study):
        own = workspace or named_workspace(name.base.model_dump(), None)
        opened = StudyFile(name, "the study", None, {}, "", own)
    else:
        opened = open_study(name, workspace=workspace)
    files = StudyFiles(opened.folder, opened.workspace, anywhere=opened.study.base.osm is not None)
    files.digests |= {opened.name: opened.sha256} if opened.sha256 else {}
    study = opened.study
    if date is not None:
        study = study.model_copy(update={"base": study.base.model_copy(update={"date": date})})
    ground = study_ground(study, files)
    told_at_once(ground_mistakes(study, ground), opened.lines, opened.name)
    return study, ground


def run_study(
    name: str | Path | Study, step: Callable[[str], None] = lambda _: None, *, workspace: layers.Workspace | None = None
) -> StudyRun:
    """Run a study, by file, shipped name or value; ``step`` is told each step of its kind before it starts.

    Errors: those of `ready_study` and what the analyses refuse.
    """
    study, ground = ready_study(name, workspace=workspace)
    return StudyRun(study, ground, KINDS[study.kind].run(study, ground, step))
