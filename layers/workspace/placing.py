"""Where the rows of a table lie: well-known text, H3 cells, longitude and latitude, eastings and northings, or units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

import h3
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, points_from_xy

from geo import METRIC, WGS84, Finding, PlanningDataError, cells_by_id, check_frame, to_metric
from layers.admin import population, units
from layers.unit_names import match_units
from layers.workspace.rows import Reading

Vintage = Literal["2019", "2024", "2025"]
VINTAGES: tuple[Vintage, ...] = ("2025", "2024", "2019")
_FAR = 1_000_000  # northings of the region lie beyond, eastings do not


UNIT = "matched unit"  # column of a joined row's unit


@dataclass(frozen=True)
class Placed:
    """The rows with a geometry in metres, what was found, and the ``vintage`` of the units they were joined to, if any."""

    frame: GeoDataFrame
    findings: tuple[Finding, ...] = ()
    vintage: str = ""


def placed(table: pd.DataFrame, roles: Mapping[str, str], *, wants: str, reading: Reading, expect: str, file: str) -> Placed:
    """The table with geometry. ``roles``: lon, lat, easting, northing, wkt, h3, unit → their column; ``wants`` a geometry.

    The first that fits: well-known text; H3 cells; coordinates (points only); units by code or name. Errors: E-IMPORT-09 nothing
    says where, E-IMPORT-10 rows that are no unit, E-IMPORT-15 places that are none, those of `geo.check_frame`.
    """
    cells = roles.get("h3") or _cell_column(table)
    points = [pair for pair in (("lon", "lat"), ("easting", "northing")) if set(pair) <= set(roles)]
    units_in = {name: roles[name] for name in ("unit", "within", "id") if name in roles}
    if units_in.keys() & {"unit", "within"} and not ("wkt" in roles or cells or points):
        return _by_unit(table, units_in, wants, reading.units, file)
    if "wkt" in roles:
        frame, findings = _by_text(table, roles["wkt"], reading.crs or WGS84, file), list[Finding]()
    elif cells and (wants != "Point" or not points):
        frame, findings = _by_cell(table, cells, wants, file)
    elif points and wants != "Polygon":
        frame, findings = _by_coordinates(table, roles, points[0], reading.crs, file), list[Finding]()
    else:
        mend = "name the columns: --map theirs=lon --map theirs=lat, or theirs=wkt, h3, unit, or easting and northing with --crs."
        what = f"nothing says where the rows lie (the layer is of {wants or 'any'} shapes)."
        raise PlanningDataError("E-IMPORT-09", what, file=file, seen=list(map(str, table.columns)), mend=mend)
    checked = check_frame(frame, file, expect=expect, report=findings)
    return Placed(to_metric(checked), tuple(findings))


def _cell_column(table: pd.DataFrame) -> str | None:
    """The column all of whose values are H3 cells."""
    for name in table.columns:
        values = table[name]
        if len(values) and all(isinstance(one, str) and h3.is_valid_cell(one) for one in values):
            return str(name)
    return None


def _by_text(table: pd.DataFrame, column: str, crs: str, file: str) -> GeoDataFrame:
    shapes = shapely.from_wkt(table[column].to_numpy(), on_invalid="ignore")
    _all_there(table, ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes), column, file)
    return GeoDataFrame(table, geometry=shapes, crs=crs)


def _by_cell(table: pd.DataFrame, column: str, wants: str, file: str) -> tuple[GeoDataFrame, list[Finding]]:
    good = table[column].map(lambda one: isinstance(one, str) and h3.is_valid_cell(one)).to_numpy(bool)
    _all_there(table, good, column, file)
    outlines = cells_by_id(table[column])
    shapes = outlines.geometry.to_numpy() if wants != "Point" else outlines.centroid.to_numpy()
    told = Finding("W-IMPORT-02", f"column {column!r} holds H3 cells: their outlines are the shapes.", severity="note", file=file)
    return GeoDataFrame(table, geometry=shapes, crs=outlines.crs), [told]


def _by_coordinates(table: pd.DataFrame, roles: Mapping[str, str], pair: tuple[str, str], crs: str | None, file: str) -> Placed:
    x, y = (pd.to_numeric(table[roles[name]], errors="coerce") for name in pair)
    _all_there(table, (np.isfinite(x) & np.isfinite(y)).to_numpy(), " and ".join(roles[name] for name in pair), file)
    if pair[0] == "lon":
        wrong = ((x.abs() > 180) | (y.abs() > 90) | ((x == 0) & (y == 0))).to_numpy()  # noqa: PLR2004 - the globe
        _all_there(table, ~wrong, "longitude and latitude", file)
    elif crs is None:
        mend = "name it: --crs EPSG:9210 for VN-2000 / TM-3 105°45'."
        raise PlanningDataError("E-CRS-01", "eastings and northings need a CRS.", file=file, mend=mend)
    elif (x.abs() > _FAR).all() and (y.abs() < _FAR).all():
        mend = f"--map {roles['easting']}=northing --map {roles['northing']}=easting."
        seen = (float(x.iloc[0]), float(y.iloc[0]))
        raise PlanningDataError("E-IMPORT-15", "eastings and northings are swapped.", file=file, seen=seen, mend=mend)
    return GeoDataFrame(table, geometry=points_from_xy(x, y), crs=WGS84 if pair[0] == "lon" else crs)


def _by_unit(table: pd.DataFrame, roles: Mapping[str, str], wants: str, vintage: str | None, file: str) -> Placed:
    """Units of the vintage told, else of the one in which all rows are units; by our own ids where the file has them."""
    column = roles.get("unit") or roles["within"]
    tried = {one: _matched(table, roles, cast("Vintage", one)) for one in ([vintage] if vintage else VINTAGES)}
    whole = [one for one, found in tried.items() if found["unit_id"].notna().all()]
    best = whole[0] if whole else min(tried, key=lambda one: int(tried[one]["unit_id"].isna().sum()))
    found = tried[best]
    lost = found[found["unit_id"].isna()]
    if len(lost):
        rows = [
            f"{table[column][row]!r} ({lost['matched_by'][row]}; {lost['candidates'][row] or 'none near'})" for row in lost.index
        ]
        what = f"{len(lost)} of {len(found)} rows are no unit of {best}."
        mend = "write the name or the official code, or say the year of the units: --units 2019, 2024 or 2025."
        raise PlanningDataError("E-IMPORT-10", what, file=file, feature_ids=rows, mend=mend)
    if found["unit_id"].duplicated().any():
        twice = sorted(set(found["unit_id"][found["unit_id"].duplicated()]))
        raise PlanningDataError(
            "E-IMPORT-10", "rows mean the same unit.", file=file, feature_ids=twice, mend="leave one of each."
        )
    known = population() if best == "2019" else units(best)  # type: ignore[arg-type]
    shapes = known.geometry.loc[found["unit_id"]]
    if wants == "Point":
        shapes = shapes.representative_point()
    elif best == "2019":
        from layers.ward_outlines import commune_outlines  # noqa: PLC0415 - seconds of work that nothing else here needs

        shapes = commune_outlines().geometry.reindex(found["unit_id"])
    told = f"column {column!r}: {len(found)} rows joined to units of {best}" + (
        "." if vintage or len(whole) == 1 else " (the latest that fits)."
    )
    frame = GeoDataFrame(table.assign(**{UNIT: found["unit_id"]}), geometry=shapes.to_numpy(), crs=METRIC)
    return Placed(frame, (Finding("W-IMPORT-03", told, severity="note", file=file),), best)


def _matched(table: pd.DataFrame, roles: Mapping[str, str], vintage: Vintage) -> pd.DataFrame:
    known = population() if vintage == "2019" else units(vintage)
    if "id" in roles and table[roles["id"]].isin(known.index).all():
        return pd.DataFrame({"unit_id": table[roles["id"]], "matched_by": "id", "candidates": ""})
    names = table[roles.get("unit") or roles["within"]]
    district = table[roles["within"]] if vintage == "2019" and {"unit", "within"} <= roles.keys() else None
    return match_units(names, vintage, within=district)


def _all_there(table: pd.DataFrame, good: np.ndarray, where: str, file: str) -> None:
    if not good.all():
        rows = [f"line {line}" for line in table.index[~good]]
        mend = "mend these rows, or leave them out."
        raise PlanningDataError("E-IMPORT-15", f"{where}: places that are none.", file=file, feature_ids=rows, mend=mend)
