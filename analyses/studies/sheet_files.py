"""Files of a study of station sheets: the plan's land, buildings, services; what can not be read as such is refused."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
from geopandas import GeoDataFrame

import layers
from analyses.planning.land_balance import Scheme
from analyses.planning.plan_classes import UNKNOWN, resolved_classes
from analyses.planning.station_counts import LAND
from analyses.study.shapes import Part, StudyFiles
from geo import PlanningDataError, nearest_names

HOUSEHOLDS, SERVICE = "households", "service"
SERVED = ("land", "sites", "reach")  # norms of what people go to


class FileOfStudy(Part):
    """Shapes from a file: the column of ids, and that of classes, households or services."""

    file: str
    id: str | None = None
    column: str | None = None


class PlanOfStudy(FileOfStudy):
    """The plan's land by class; ``scheme`` the table its classes are of: QHC general plan, QHPK zoning plan."""

    scheme: Scheme = "QHPK"


def read_plan(files: StudyFiles, told: PlanOfStudy, own_classes: Collection[str]) -> GeoDataFrame:
    """The plan's parcels with their class in ``land_use``.

    A class is one of `layers.planning_classes`, the name of a drawing's layer, a status code, a class of the embedded land use,
    or one that the study gives rates for. Errors: E-STUDY-07 no such column, E-SHEET-06 a class of no table.
    """
    frame = _with_column(files, told, LAND, needed=True)
    given = frame[LAND].dropna().astype(str).str.strip()
    known = {*layers.land_use()["land_use"], *own_classes}
    read = resolved_classes(given, told.scheme, None, None)
    lost = read["how"].eq(UNKNOWN) & ~given.isin(known)
    if lost.any():
        seen = sorted(set(given[lost]))
        near = nearest_names(seen[0], [*layers.planning_classes(scheme=told.scheme).index, *known])
        mend = f"{near} Or give it rates in [[phases]]."
        ids = list(given.index[lost])
        raise PlanningDataError(
            "E-SHEET-06", "classes of the plan stand in no table.", file=told.file, feature_ids=ids, seen=seen, mend=mend
        )
    return frame


def read_buildings(files: StudyFiles, told: FileOfStudy) -> GeoDataFrame:
    """Buildings, with ``households`` where the file tells them. Errors: E-STUDY-07 no such column."""
    return _with_column(files, told, HOUSEHOLDS, needed=told.column is not None)


def read_services(files: StudyFiles, told: FileOfStudy) -> GeoDataFrame:
    """Places with the ``service`` each gives; ``level`` and ``accuracy_m`` where the file tells them.

    Errors: E-STUDY-07 no such column, E-SHEET-08 a service that no norm knows.
    """
    frame = _with_column(files, told, SERVICE, needed=True)
    given = frame[SERVICE].fillna("").astype(str).str.strip()
    norms = layers.planning_norms()
    known = sorted({one for row in norms.loc[norms["measure"].isin(SERVED), "service"] for one in str(row).split()})
    lost = ~given.isin(known)
    if lost.any():
        seen, ids = sorted(set(given[lost])), list(given.index[lost])
        mend = f"{nearest_names(seen[0], known)} Services: {', '.join(known)}."
        raise PlanningDataError(
            "E-SHEET-08", "no norm knows these services.", file=told.file, feature_ids=ids, seen=seen, mend=mend
        )
    return frame.assign(service=given)


def _with_column(files: StudyFiles, told: FileOfStudy, name: str, *, needed: bool) -> GeoDataFrame:
    """The file's rows, the column that is asked for under the name that analyses know."""
    frame = files.read(told.file, told.id)
    column = told.column or name
    if column not in frame:
        if not needed:
            return frame
        mend = nearest_names(column, map(str, frame.columns))
        raise PlanningDataError("E-STUDY-07", "the file has no such column.", file=told.file, seen=column, mend=mend)
    kept = frame if column == name else frame.drop(columns=[name], errors="ignore").rename(columns={column: name})
    return GeoDataFrame(pd.DataFrame(kept), geometry=frame.geometry.name, crs=frame.crs)
