"""Whether a dossier says the same in both of its formats: classes, objects, fields, values, shapes, coordinate system."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pyproj import CRS

from analyses.planning.dossier_fields import OBJECT
from analyses.planning.dossier_values import DossierRules, DossierTable
from geo import Finding

LEAST_M = 0.001  # a geodatabase keeps coordinates in steps of 0.1 mm
_TOLD = 5
_MEND = "find out which one is right, and export the other one anew."
_MOMENT_S = 1.0  # a geodatabase tells no shorter time
_FLAGS = {"True": "1", "False": "0", "true": "1", "false": "0", "1.0": "1", "0.0": "0"}


def dossier_between_formats(first: Sequence[DossierTable], second: Sequence[DossierTable], rules: DossierRules) -> list[Finding]:
    """What the packages of a dossier that are there in two formats do not hold the same; an empty list where they do.

    ``first`` the GeoPackages, ``second`` the file geodatabases; packages of one format alone are not compared. Objects pair by
    maDoiTuong, or row by row where it is missing or stands twice. E-DOS-80: classes of one format only; -81: objects of one
    format only; -82: fields of one format only, or a least field of another type or length; -83: other values (numbers to 1e-9 of
    themselves, times to 1 s); -84: other shapes (by more than 1 mm); -85: another coordinate system. Source: TT 16/2025/TT-BXD,
    App. II (second-hand), which names both formats. Returns one finding a class and kind, features by the ids of ``first``.
    """
    both = {table.package for table in first} & {table.package for table in second}
    ours = {table.title: table for table in first if table.package in both}
    theirs = {table.title: table for table in second if table.package in both}
    found = [
        Finding("E-DOS-80", "a class that is there in one format only.", _MEND, "error", None, title, seen=_which(title in ours))
        for title in sorted({*ours} ^ {*theirs})
    ]
    for title in (title for title in ours if title in theirs):
        found += _differences(ours[title], theirs[title], rules)
    return found


def _which(first: bool) -> str:
    return "only in the GeoPackage" if first else "only in the geodatabase"


def _differences(ours: DossierTable, theirs: DossierTable, rules: DossierRules) -> Iterator[Finding]:
    yield from _fields(ours, theirs, rules)
    if _crs(ours.frame) != _crs(theirs.frame):
        systems = [str(ours.frame.crs), str(theirs.frame.crs)]
        yield ours.finding("E-DOS-85", "the two formats differ in the coordinate system.", _MEND, seen=systems)
    a, b = _paired(ours.frame, theirs.frame)
    if len(a) < len(ours.frame) or len(b) < len(theirs.frame):
        lost = pd.Series(~ours.frame.index.isin(a.index), ours.frame.index)
        more = theirs.frame.index[~theirs.frame.index.isin(b.index)].tolist()
        seen = f"{len(ours.frame)} in the GeoPackage, {len(theirs.frame)} in the geodatabase, there alone {more[:_TOLD]}"
        yield ours.finding("E-DOS-81", "objects that are there in one format only.", _MEND, lost, seen=seen)
    shape = ours.frame.geometry.name
    for name in [name for name in ours.frame.columns if name in theirs.frame and name != shape]:
        other = _other_values(a[name], b[name])
        if other.any():
            yield _told(
                ours, a, other, "E-DOS-83", f"{name} differs between the formats.", _pairs(a[name], b[name], other), str(name)
            )
    other = _other_shapes(a.geometry.to_numpy(), b.geometry.to_numpy())
    if other.any():
        areas = _pairs(a.geometry.area.round(1), b.geometry.area.round(1), other)
        yield _told(ours, a, other, "E-DOS-84", "shapes differ between the formats.", areas, None)


def _told(
    table: DossierTable, rows: GeoDataFrame, other: NDArray[np.bool_], code: str, what: str, seen: list[str], field: str | None
) -> Finding:
    marked = pd.Series(table.frame.index.isin(rows.index[other]), table.frame.index)
    return table.finding(code, what, _MEND, marked, seen=seen, field=field)


def _pairs(a: pd.Series, b: pd.Series, other: NDArray[np.bool_]) -> list[str]:
    return [f"{one!r} and {two!r}" for one, two in zip(a[other].tolist()[:_TOLD], b[other].tolist()[:_TOLD], strict=True)]


def _fields(ours: DossierTable, theirs: DossierTable, rules: DossierRules) -> Iterator[Finding]:
    names = {table.frame.geometry.name for table in (ours, theirs)}
    for name in sorted(({*ours.frame.columns} ^ {*theirs.frame.columns}) - names, key=str):
        seen = _which(name in ours.frame)
        yield ours.finding("E-DOS-82", f"the field {name} is there in one format only.", _MEND, seen=seen, field=str(name))
    for name in map(str, rules.fields.index):
        kinds = (ours.declared.get(name), theirs.declared.get(name))
        if None not in kinds and kinds[0] != kinds[1]:
            what = f"the field {name} is declared {kinds[0]} in one format and {kinds[1]} in the other."
            yield ours.finding("E-DOS-82", what, _MEND, seen=list(kinds), field=name)


def _crs(frame: GeoDataFrame) -> CRS | None:
    return None if frame.crs is None else CRS(frame.crs)


def _paired(ours: GeoDataFrame, theirs: GeoDataFrame) -> tuple[GeoDataFrame, GeoDataFrame]:
    """The objects of both, in one order."""
    if not (_keyed(ours) and _keyed(theirs)):
        count = min(len(ours), len(theirs))
        return ours.iloc[:count], theirs.iloc[:count]
    there = pd.Index(theirs[OBJECT].astype(str)).get_indexer(pd.Index(ours[OBJECT].astype(str)))
    return ours[there >= 0], theirs.iloc[there[there >= 0]]


def _keyed(frame: GeoDataFrame) -> bool:
    return OBJECT in frame and bool(frame[OBJECT].notna().all()) and not frame[OBJECT].astype(str).duplicated().any()


def _other_values(a: pd.Series, b: pd.Series) -> NDArray[np.bool_]:
    """Where two columns differ, pair by pair: null is like null, numbers and times to what both formats keep."""
    gone = a.isna().to_numpy(), b.isna().to_numpy()
    if all(pd.api.types.is_datetime64_any_dtype(one) for one in (a, b)):
        apart = (pd.to_datetime(a, utc=True).to_numpy() - pd.to_datetime(b, utc=True).to_numpy()) / np.timedelta64(1, "s")
        other = np.abs(apart) > _MOMENT_S
    elif all(pd.api.types.is_numeric_dtype(one) for one in (a, b)):
        one, two = a.to_numpy(float, na_value=np.nan), b.to_numpy(float, na_value=np.nan)
        other = ~np.isclose(one, two, rtol=1e-9, atol=0, equal_nan=True)
    else:
        one, two = (column.astype(str).replace(_FLAGS).to_numpy() for column in (a, b))
        other = one != two
    return np.asarray((gone[0] != gone[1]) | (~gone[0] & ~gone[1] & other))


def _other_shapes(a: NDArray[np.object_], b: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Where two shapes lie apart; a single shape is like a multiple one of one part."""
    gone = [shapely.is_missing(one) | shapely.is_empty(one) for one in (a, b)]
    apart = np.nan_to_num(shapely.hausdorff_distance(a, b), nan=0.0) > LEAST_M
    size = [shapely.area(one) for one in (a, b)]
    apart |= np.abs(size[0] - size[1]) > LEAST_M * np.maximum(shapely.length(a), 1.0)
    return np.asarray((gone[0] != gone[1]) | (~gone[0] & ~gone[1] & apart))
