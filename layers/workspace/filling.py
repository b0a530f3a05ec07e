"""From their rows to a layer of ours: the catalogue's columns, typed, with ids, shapes of the right kind, and nothing guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from geo import Finding, PlanningDataError, column_unit, nearest_names, to_metric
from layers._frames import FLAG, SHARED, TEXT, typed
from layers.register import STATUSES
from layers.wording import NOT_STATED
from layers.workspace.mapping import Mapped, folded, words_of

KINDS = {"Point": 0, "LineString": 1, "Polygon": 2}
_NO_NEGATIVES = ("count", "people", "jobs", "ha", "km", "m", "m²", "km²", "%", "km/h", "Mbit/s", "ms", "jobs/ha", "VND", "share")


@dataclass(frozen=True)
class Provenance:
    """What speaks for rows that say nothing of their own: ``source``, ``licence``, ``status``, ``as_of``, ``accuracy_m``."""

    source: str = ""
    licence: str = NOT_STATED
    status: str = "existing"
    as_of: str = ""
    accuracy_m: float = float("nan")


@dataclass(frozen=True)
class Shape:
    """The layer to be filled: its ``name``, ``geometry`` ("table" for none, "" for any), ``index`` and columns with units."""

    name: str
    geometry: str
    index: str
    columns: Mapping[str, tuple[str, str]]


def filled(
    rows: pd.DataFrame, mapped: Sequence[Mapped], shape: Shape, told: Provenance, *, file: str
) -> tuple[pd.DataFrame, list[Finding]]:
    """The rows as that layer, and what was found on the way.

    Errors: E-IMPORT-02 a column the layer can not do without, -04 ids twice or empty, -05 no numbers, -06 below 0, -07 a word
    that is not allowed, -08 shapes of another kind.
    """
    _required(rows, mapped, shape, file)
    by_ours = {one.ours: one.theirs for one in mapped}
    ids, findings = _ids(rows, by_ours.get(shape.index), shape, file)
    kept = {one.ours: extra(one.ours, rows[one.theirs]) for one in mapped if one.ours not in {*shape.columns, shape.index}}
    columns = {}
    for name, (unit, _) in {**_wanted(shape, by_ours), **kept}.items():
        given = rows[by_ours[name]] if name in by_ours else pd.Series("", index=rows.index, dtype="str")
        columns[name] = _checked(_said(given, name, told), name, unit, ids, shape.name, file)
    frame = pd.DataFrame(columns).set_axis(ids)
    _complete(frame, shape, file)
    if isinstance(rows, GeoDataFrame) and shape.geometry != "table":
        shapes, more = _shapes(rows, shape, ids, file)
        findings += more
        frame = GeoDataFrame(frame, geometry=shapes.to_numpy(), crs=shapes.crs)
    return frame.sort_index(), findings


def _wanted(shape: Shape, by_ours: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """The catalogue's columns; that of the census of 2019 not where the people are of another year or place."""
    census, other = "population_2019_people", "population_people"
    return {name: told for name, told in shape.columns.items() if name != census or name in by_ours or other not in by_ours}


def is_blank(values: pd.Series) -> pd.Series:
    """Whether a cell is null, empty or spaces."""
    return values.isna() | (values.astype("str").str.strip() == "")


def extra(name: str, values: pd.Series) -> tuple[str, str]:
    """Unit and meaning of a column that is not in the catalogue, from its name and values."""
    if is_bool_dtype(values):
        return FLAG, "as imported"
    blank = is_blank(values)
    if is_numeric_dtype(values) or (pd.to_numeric(values, errors="coerce").notna() | blank).all():
        return column_unit(name).en or "number", "as imported"
    return TEXT, "as imported"


def _required(rows: pd.DataFrame, mapped: Sequence[Mapped], shape: Shape, file: str) -> None:
    found = {one.ours for one in mapped}
    wanted = words_of("required").get(shape.name, ())
    missing = [one for one in wanted if not found & set(one.split("|"))]
    if missing:
        seen = [str(name) for name in rows.columns if name != "geometry"]
        mend = f"say which it is: --map THEIRS={missing[0].split('|')[0]}. Columns: {', '.join(seen)}."
        what = f"the layer needs {', '.join(one.replace('|', ' or ') for one in missing)}."
        raise PlanningDataError("E-IMPORT-02", what, file=file, layer=shape.name, mend=mend)


def _complete(frame: pd.DataFrame, shape: Shape, file: str) -> None:
    """Numbers that the layer needs are in every row: an empty cell is no 0."""
    for name in (one for told in words_of("required").get(shape.name, ()) for one in told.split("|") if one in frame):
        blank = frame[name].isna()
        if blank.any():
            mend = f"give a number in every row, or say what an empty cell means: --blank {name}=0."
            what = f"column {name!r} is empty in some rows."
            ids = list(frame.index[blank])
            raise PlanningDataError("E-IMPORT-05", what, file=file, layer=shape.name, feature_ids=ids, mend=mend)


def _ids(rows: pd.DataFrame, column: str | None, shape: Shape, file: str) -> tuple[pd.Index, list[Finding]]:
    if column is None:
        width = len(str(len(rows)))
        ids = pd.Index([f"{shape.name}_{number:0{width}d}" for number in range(1, len(rows) + 1)], dtype="str", name=shape.index)
        what = f"the rows have no ids: they are numbered {ids[0]} to {ids[-1]} in the order of the file."
        return ids, [Finding("W-IMPORT-04", what, f"--map THEIRS={shape.index}", "warning", file, shape.name)]
    ids = pd.Index([_id(one) for one in rows[column]], dtype="str", name=shape.index)
    twice = sorted(set(ids[ids.duplicated()]) | ({""} & set(ids)))
    if twice:
        mend = "give every row an id of its own, or map another column to the ids."
        what = f"ids of column {column!r} stand twice or are empty."
        raise PlanningDataError("E-IMPORT-04", what, file=file, layer=shape.name, feature_ids=twice, mend=mend)
    return ids, []


def _id(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - null in any column
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _said(values: pd.Series, name: str, told: Provenance) -> pd.Series:
    """What the rows say, else the import."""
    if name not in SHARED:
        return values
    said = getattr(told, name)
    blank = is_blank(values)
    return values.astype("object").where(~blank, said)


def _checked(values: pd.Series, name: str, unit: str, ids: pd.Index, layer: str, file: str) -> pd.Series:
    if name == "status":
        values = _words(values, words_of("values")["status"], name, ids, layer, file, allowed=STATUSES)
    elif unit == FLAG:
        values = _words(values, words_of("values")["flag"], name, ids, layer, file, allowed=("true", "false"))
    elif unit != TEXT:
        values = _numbers(values, name, unit, ids, layer, file)
    else:
        values = values.map(_text)
    return typed(values, unit).set_axis(ids)


def _text(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - as above
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _words(
    values: pd.Series,
    known: Mapping[str, Sequence[str]],
    name: str,
    ids: pd.Index,
    layer: str,
    file: str,
    *,
    allowed: Sequence[str],
) -> pd.Series:
    ours = {word: key for key, words in known.items() for word in words}
    found = values.map(lambda one: ours.get(folded(_text(one))))
    wrong = found.isna().to_numpy()
    if wrong.any():
        seen = _text(values[wrong].iloc[0])
        mend = f"write one of {', '.join(allowed)}; {nearest_names(seen, allowed)}"
        what = f"column {name!r} holds other words."
        raise PlanningDataError("E-IMPORT-07", what, file=file, layer=layer, feature_ids=list(ids[wrong]), seen=seen, mend=mend)
    return found


def _numbers(values: pd.Series, name: str, unit: str, ids: pd.Index, layer: str, file: str) -> pd.Series:
    blank = is_blank(values)
    numbers = pd.to_numeric(values.where(~blank), errors="coerce")
    for code, wrong, what, mend in (
        (
            "E-IMPORT-05",
            ~blank & ~np.isfinite(numbers),
            "no numbers",
            "write 1234.5: no thousands signs, the decimals behind a point.",
        ),
        (
            "E-IMPORT-06",
            (numbers < 0) & (unit in _NO_NEGATIVES and "deviation" not in name),
            "numbers below 0",
            "mend them; leave a cell empty where nothing is known.",
        ),
    ):
        if wrong.any():
            seen = str(values[wrong.to_numpy()].iloc[0])
            at = list(ids[wrong.to_numpy()])
            told = f"column {name!r} ({unit}) holds {what}."
            raise PlanningDataError(code, told, file=file, layer=layer, feature_ids=at, seen=seen, mend=mend)
    return numbers


def _shapes(rows: GeoDataFrame, shape: Shape, ids: pd.Index, file: str) -> tuple[pd.Series, list[Finding]]:
    """Shapes of the layer's kind, in metres: areas stand for their inner point where points are wanted."""
    metric = to_metric(rows).geometry
    kinds = shapely.get_dimensions(metric.to_numpy())
    gone = metric.isna().to_numpy() | metric.is_empty.to_numpy()
    if gone.any():
        mend = "draw them, or leave the rows out."
        raise PlanningDataError(
            "E-IMPORT-08", "rows without a shape.", file=file, layer=shape.name, feature_ids=list(ids[gone]), mend=mend
        )
    findings: list[Finding] = []
    if shape.geometry == "Point" and (kinds == KINDS["Polygon"]).any():
        areas = ids[kinds == KINDS["Polygon"]]
        what = "areas stand in a layer of points by a point inside them."
        findings.append(Finding("W-IMPORT-05", what, "", "fixed", file, shape.name, tuple(areas)))
        metric = metric.where(kinds != KINDS["Polygon"], metric.representative_point())
        kinds = shapely.get_dimensions(metric.to_numpy())
    if shape.geometry == "Point":
        single = shapely.get_num_geometries(metric.to_numpy()) == 1
        metric = metric.where(~single, shapely.get_geometry(metric.to_numpy(), 0))
    wrong = kinds != KINDS.get(shape.geometry, -1)
    if shape.geometry and wrong.any():
        seen = sorted({str(one) for one in metric.geom_type[wrong]})
        mend = f"give {shape.geometry} shapes, or another layer (--as)."
        what = f"the layer is of {shape.geometry} shapes."
        raise PlanningDataError(
            "E-IMPORT-08", what, file=file, layer=shape.name, feature_ids=list(ids[wrong]), seen=seen, mend=mend
        )
    return metric, findings
