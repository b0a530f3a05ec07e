"""What was made, from what, with what: the manifest of an output folder."""

from __future__ import annotations

import inspect
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import analyses
from analyses import StudyRun
from geo import METRIC, by_severity, file_sha256, write_text

MANIFEST = "manifest.json"
_USED = ("innoregion", "geopandas", "shapely", "pyproj", "numpy", "pandas", "numba", "folium", "pydantic")


def conventions() -> dict[str, Any]:
    """What every number rests on, from the functions that hold it."""
    given = inspect.signature(analyses.travel_times).parameters
    defaults = {
        name: given[name].default for name in ("walk_speed_kmh", "access_limit_min", "board_slack_s", "max_rides", "draws")
    }
    return {
        **defaults,
        "reached": "t <= cutoff",
        "percentile": "percentile p of n sorted times is element ceil(p/100*n) - 1, unreached last; taken on times, then access",
        "unreached": "null, never a large number",
        "metric_crs": str(METRIC),
        "lengths_and_areas": "geodesic",
    }


def write_manifest(folder: Path, run: StudyRun) -> None:
    """SHA-256 of every file made and every input, what reading them told, versions, conventions, seed, the study and its hash."""
    files = {path.relative_to(folder).as_posix(): file_sha256(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    table = {
        "study": run.study.model_dump(mode="json"),
        "study_sha256": analyses.study_digest(run.study),
        "scenarios_sha256": {name: scenario.content_hash for name, scenario in run.ground.scenarios.items()},
        "seed": run.study.seed,
        "conventions": conventions(),
        "versions": {name: version(name) for name in _USED},
        "inputs": dict(run.ground.inputs),
        "findings": [one.as_dict() for one in by_severity(run.ground.findings)],
        "files": files,
    }
    write_text(folder / MANIFEST, json.dumps(table, ensure_ascii=False, indent=1) + "\n")
