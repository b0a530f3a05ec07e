"""Stops, lines and areas as a study file names them: in the catalogue, in a file of drawn shapes, or by coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

import layers
from geo import WGS84, Finding, PlanningDataError, file_sha256, nearest_names, read_vector
from geo.movement import Transport

_FILES = (".geojson", ".json", ".gpkg", ".fgb", ".kml")
_LEAST = {"points": 1, "line": 2, "area": 3}


class Part(BaseModel):
    """A table of a study file: no key but its own, no value of another type, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ShapesOfStudy(Part):
    """Shapes by one of: ``layer`` of the catalogue or ``file`` by the study, narrowed to ``ids``; ``points``, ``line``, ``area``.

    ``id`` names the column of the file that holds the ids. Coordinates are [longitude, latitude]; ``ids`` names points given so.
    """

    layer: str | None = None
    file: str | None = None
    id: str | None = None
    ids: list[str] | None = None
    points: list[tuple[float, float]] | None = None
    line: list[tuple[float, float]] | None = None
    area: list[tuple[float, float]] | None = None


def _form(value: Any) -> str:
    return "name" if isinstance(value, str) else "coordinates" if isinstance(value, Sequence) else "table"


ShapeOfStudy = Annotated[
    Annotated[str, Tag("name"), Field(description="a line with stations, a corridor, a layer, or a file beside the study")]
    | Annotated[list[tuple[float, float]], Tag("coordinates"), Field(description="[longitude, latitude], ...")]
    | Annotated[ShapesOfStudy, Tag("table")],
    Discriminator(_form),
]


def shapes_of(told: Any, usual: str, files: StudyFiles) -> GeoDataFrame:
    """The frame a study file means; ``usual`` is what bare coordinates are: points, line or area.

    Errors: E-STUDY-02 a name that is neither line, corridor, layer nor file (nearest names), E-STUDY-03 shapes told not once, too
    few coordinates, or ids that are not there; those of `geo.read_vector`.
    """
    if isinstance(told, str):
        return _named(told, usual, files)
    if not isinstance(told, ShapesOfStudy):
        return _drawn(usual, told, None)
    given = [name for name in ("layer", "file", "points", "line", "area") if getattr(told, name) is not None]
    if len(given) != 1:
        mend = "give one of layer, file, points, line, area."
        raise PlanningDataError("E-STUDY-03", "shapes are told not once.", seen=given, mend=mend)
    if told.layer is not None or told.file is not None:
        frame = (
            layers.get(told.layer, workspace=files.workspace) if told.layer is not None else files.read(str(told.file), told.id)
        )
        return _chosen(_placed(frame, told.layer), told.ids)
    return _drawn(given[0], getattr(told, given[0]), told.ids)


def _placed(frame: pd.DataFrame, name: str | None) -> GeoDataFrame:
    if not isinstance(frame, GeoDataFrame):
        raise PlanningDataError("E-STUDY-03", "the layer has no shapes.", layer=name, mend="choose one with geometry.")
    return frame


def _chosen(frame: GeoDataFrame, ids: list[str] | None) -> GeoDataFrame:
    if ids is None:
        return frame
    known = {str(one): one for one in frame.index}
    missing = [one for one in ids if one not in known]
    if missing:
        raise PlanningDataError("E-STUDY-03", "no such ids.", seen=missing, mend=nearest_names(missing[0], known))
    return frame.loc[[known[one] for one in ids]]


def _drawn(kind: str, at: Sequence[tuple[float, float]], ids: list[str] | None) -> GeoDataFrame:
    if len(at) < _LEAST[kind] or (ids is not None and kind == "points" and len(ids) != len(at)):
        mend = f"give {_LEAST[kind]} or more pairs of longitude and latitude, and as many ids as points."
        raise PlanningDataError("E-STUDY-03", "there are too few coordinates, or other ids than points.", seen=len(at), mend=mend)
    shapes = {"points": shapely.points, "line": lambda xy: [shapely.linestrings(xy)], "area": lambda xy: [shapely.polygons(xy)]}
    made = shapes[kind](at)
    return GeoDataFrame(index=ids or [str(number) for number in range(1, len(made) + 1)], geometry=list(made), crs=WGS84)


def _named(name: str, usual: str, files: StudyFiles) -> GeoDataFrame:
    """Stations of a line where points are wanted, a corridor where a line is, else a layer; a name with an ending is a file."""
    if Path(name).suffix.lower() in _FILES:
        return files.read(name, None)
    lines = layers.stations(workspace=files.workspace)["line_id"]
    if usual == "points" and name in set(lines):
        return layers.stations(name, workspace=files.workspace)
    corridors = layers.corridors(workspace=files.workspace)
    if usual == "line" and name in corridors.index:
        return corridors.loc[[name]]
    known = layers.catalogue(workspace=files.workspace)
    if name in known.index:
        return _placed(layers.get(name, workspace=files.workspace), name)
    near = [*known.index, *(set(lines) if usual == "points" else corridors.index if usual == "line" else [])]
    raise PlanningDataError("E-STUDY-02", "no shapes of that name.", seen=name, mend=nearest_names(name, near))


def named_workspace(base: Any, folder: Path | None) -> layers.Workspace | None:
    """The workspace that the ``[base]`` of a study names, beside the study; None where it names none."""
    name = base.get("workspace") if isinstance(base, dict) else None
    return layers.open_workspace((folder or Path()) / name) if isinstance(name, str) else None


class StudyFiles:
    """Files beside a study, read once, the SHA-256 and findings of those read; ``workspace`` whose layers names mean."""

    def __init__(self, folder: Path | None, workspace: layers.Workspace | None = None, *, anywhere: bool = False) -> None:
        self.folder = folder
        self.workspace = workspace
        anywhere = anywhere or (workspace is not None and workspace.elsewhere)
        self.expect = "anywhere" if anywhere else "region"  # a study with streets of its own may lie anywhere
        self.digests: dict[str, str] = dict(workspace.inputs) if workspace else {}
        self.findings: dict[str, list[Finding]] = {}  # by file, or files that are read together

    def path(self, name: str) -> Path:
        """The path of a file named in the study; noted as an input. Errors: E-STUDY-04 missing, or no place to look in."""
        if self.folder is None and not Path(name).is_absolute():
            mend = "write the study into a folder, or name the file by its full path."
            raise PlanningDataError("E-STUDY-04", "the study has no folder to look in.", file=name, mend=mend)
        path = (self.folder or Path()) / name
        if not path.is_file():
            near = [other.name for other in path.parent.glob("*")] if path.parent.is_dir() else []
            raise PlanningDataError(
                "E-STUDY-04", "no such file beside the study.", file=name, mend=nearest_names(path.name, near)
            )
        if name not in self.digests:
            self.digests[name] = file_sha256(path)
        return path

    def transport(self, osm: str | None, gtfs: Sequence[str] = (), **how: Any) -> Transport:
        """`layers.transport` of files named in the study."""
        feeds = [self.path(name) for name in gtfs] or None
        made = layers.transport(osm=None if osm is None else self.path(osm), gtfs=feeds, **how)
        self.findings[" ".join([osm or "", *gtfs])] = made.reports.findings()
        return made

    def read(self, name: str, index: str | None) -> GeoDataFrame:
        """A vector file by its column of ids; by running number, from "1", where none is named. Errors: E-STUDY-05 the column."""
        found: list[Finding] = []
        frame = read_vector(self.path(name), expect=self.expect, report=found)
        self.findings[name] = found
        if index is None:
            return frame.set_index(pd.Index([str(number) for number in range(1, len(frame) + 1)], name="id"))
        if index not in frame or frame[index].duplicated().any() or frame[index].isna().any():
            mend = "name a column whose values are there and stand once."
            seen = index if index in frame else nearest_names(index, map(str, frame.columns))
            raise PlanningDataError("E-STUDY-05", "this column can not be the id.", file=name, seen=seen, mend=mend)
        return frame.assign(**{index: frame[index].astype(str)}).set_index(index)
