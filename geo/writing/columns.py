"""Columns made fit for a format: every kind of value a frame can hold is kept, or changed and said so."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from geo.writing import losses
from geo.writing.formats import Format
from geo.writing.losses import Ledger

_INFERRED = {
    "string": "text",
    "empty": "text",
    "boolean": "flag",
    "integer": "whole",
    "floating": "number",
    "mixed-integer-float": "number",
    "date": "date",
    "datetime": "moment",
    "bytes": "blob",
    "timedelta": "span",
}
_BY_DTYPE: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (types.is_bool_dtype, "flag"),
    (types.is_integer_dtype, "whole"),
    (types.is_float_dtype, "number"),
    (types.is_datetime64_any_dtype, "moment"),
    (types.is_timedelta64_dtype, "span"),
)
_ALL_BITS = 64


def kind_of(values: pd.Series) -> str:
    """text, flag, whole, number, date, moment, span, json, blob, category, shape or other."""
    if values.dtype.name in {"category", "geometry"}:
        return {"category": "category", "geometry": "shape"}[values.dtype.name]
    if values.dtype != object and not isinstance(values.dtype, pd.ArrowDtype):
        return next(
            (kind for fits, kind in _BY_DTYPE if fits(values.dtype)), "text" if types.is_string_dtype(values) else "other"
        )
    values = values.astype(object)
    inferred = types.infer_dtype(values, skipna=True)
    if inferred in _INFERRED:
        return _INFERRED[inferred]
    return "json" if _present(values).map(lambda value: isinstance(value, list | tuple | dict | np.ndarray)).all() else "other"


def fitted(frame: pd.DataFrame, form: Format, ledger: Ledger, *, skip: str | None = None) -> pd.DataFrame:
    """The frame with columns that ``form`` holds; what had to change is in the ledger. ``skip`` names the geometry."""
    columns = {name: frame[name] for name in frame.columns if name != skip}
    changed: dict[str, str] = {}
    for name, values in columns.items():
        kind = kind_of(values)
        if kind == "category" and not ("category" in form.holds and types.is_string_dtype(values.cat.categories)):
            values = values.astype(values.cat.categories.dtype if not values.isna().any() else object)  # noqa: PLW2901
            changed[name] = "category → " + (kind := kind_of(values))
        if kind == "number":
            values = _finite(values, name, ledger)  # noqa: PLW2901
        columns[name], to = _held(values, kind, form)
        if to != kind:
            changed[name] = f"{changed.get(name, kind).split(' → ')[0]} → {to}"
        if to == "text":
            columns[name] = _text(columns[name], name, form, ledger)
        elif kind == to == "moment":
            columns[name] = _moments(columns[name], name, form, ledger)
    if changed:
        what = f"{form.name} holds columns of these kinds as others."
        ledger.add(losses.OTHER_TYPE, what, seen=changed, mend="the sidecar (.meta.json) tells what they were.")
    return frame.assign(**columns)


def _present(values: pd.Series) -> pd.Series:
    return values[values.notna().to_numpy()]


def _held(values: pd.Series, kind: str, form: Format) -> tuple[pd.Series, str]:
    """The values as the format holds them, and of what kind they are then."""
    to = kind if kind in form.holds or kind == "text" else _NEXT.get(kind, "text")
    if to not in form.holds and to != "text":
        to = "text"
    if to == "whole" and _most(values) >= min(form.largest, 2 ** (form.whole_bits - 1)):
        to = "number" if _most(values) < form.largest and form.whole_bits < _ALL_BITS else "text"
    if to == "json":
        to = "json" if form.degrees or _alike(values) else "text"
    return _CASTS.get(to, _same)(values, kind, form), to


def _most(values: pd.Series) -> int:
    """The largest whole number, without its sign."""
    given = _present(values)
    return max(abs(int(given.min())), abs(int(given.max()))) if len(given) else 0


_NEXT = {"flag": "whole", "date": "moment", "span": "number", "whole": "number"}


def _same(values: pd.Series, kind: str, form: Format) -> pd.Series:  # noqa: ARG001
    return values


def _as_text(values: pd.Series, kind: str, form: Format) -> pd.Series:
    if kind == "text":
        return values.astype("str")
    if kind == "number" and form.name == "CSV":
        return values  # the table's writer prints them
    told = values.astype(object).map(_TEXTS.get(kind, str), na_action="ignore")
    return told.where(values.notna().to_numpy(), None).astype("str")


def _as_whole(values: pd.Series, kind: str, form: Format) -> pd.Series:  # noqa: ARG001
    if values.dtype.kind == "u" and _most(values) >= 2 ** (_ALL_BITS - 1):
        return values
    whole = values.astype("Int64") if values.isna().any() else values.astype("int64")
    if form.whole_bits < _ALL_BITS:
        return whole.astype("Int32" if values.isna().any() else "int32")
    return whole


def _as_flag(values: pd.Series, kind: str, form: Format) -> pd.Series:  # noqa: ARG001
    return values.astype("boolean" if values.isna().any() else "bool")


def _as_number(values: pd.Series, kind: str, form: Format) -> pd.Series:  # noqa: ARG001
    if kind == "span":
        return pd.Series(pd.to_timedelta(values).dt.total_seconds().to_numpy(float), index=values.index)
    return values if values.dtype.name == "float32" else pd.to_numeric(values).astype(float)


def _as_moment(values: pd.Series, kind: str, form: Format) -> pd.Series:  # noqa: ARG001
    return pd.to_datetime(values) if values.dtype == object else values


def _as_json(values: pd.Series, kind: str, form: Format) -> pd.Series:
    return _as_text(values, kind, form) if form.degrees else values


def _json(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    """A value as JSON knows it: numbers that are none become null."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(one) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _alike(values: pd.Series) -> bool:
    """Whether the lists of a column are one type to Arrow; dicts never are: those without a key would get it."""
    import pyarrow as pa  # noqa: PLC0415 - asked for lists in a Parquet file alone

    if _present(values).map(lambda value: isinstance(value, dict)).any():
        return False
    try:
        back = pa.array(values.tolist(), from_pandas=True).to_pylist()
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return False
    return all(one is None or _plain(one) == _plain(two) for one, two in zip(back, values, strict=True))


def _wkt(value: Any) -> str:
    return str(value.wkt)


_TEXTS: dict[str, Callable[[Any], str]] = {
    "json": _json,
    "blob": bytes.hex,
    "shape": _wkt,
    "moment": lambda value: value.isoformat(),
    "date": dt.date.isoformat,
    "whole": lambda value: str(int(value)),
    "flag": lambda value: "true" if value else "false",
    "span": lambda value: repr(pd.Timedelta(value).total_seconds()),
    "number": lambda value: repr(float(value)),
}
_CASTS = {
    "text": _as_text,
    "whole": _as_whole,
    "flag": _as_flag,
    "number": _as_number,
    "moment": _as_moment,
    "json": _as_json,
}


def _text(values: pd.Series, name: str, form: Format, ledger: Ledger) -> pd.Series:
    if not types.is_string_dtype(values):
        return values
    given = _present(values)
    fixed = given.map(lambda value: unicodedata.normalize("NFC", value))
    if form.bad_signs:
        bad = re.compile(form.bad_signs)
        fixed = fixed.map(lambda value: bad.sub("", value))
    _told(
        fixed,
        given,
        losses.OTHER_SIGNS,
        f"letters of column {name!r} are written composed (NFC), control signs left out.",
        ledger,
        name,
    )
    if form.longest:
        cut = fixed.map(lambda value: _cut(value, form))
        what = f"texts of column {name!r} are longer than {form.name} holds ({form.longest}) and are cut."
        _told(cut, fixed, losses.CUT, what, ledger, name, severity="warning")
        fixed = cut
    if form.blank_is_null and (fixed == "").any():
        ledger.add(losses.BLANK, f"in column {name!r} empty text and null are one in {form.name}.", seen=name)
    whole = values.to_numpy(object, copy=True)
    whole[values.notna().to_numpy()] = fixed.to_numpy(object)
    return pd.Series(whole, index=values.index, name=values.name, dtype="str")


def _told(after: pd.Series, before: pd.Series, code: str, what: str, ledger: Ledger, name: str, severity: Any = "note") -> None:
    other = (after != before).to_numpy(bool)
    if other.any():
        ledger.add(code, what, seen=name, ids=after.index[other], severity=severity)


def _cut(text: str, form: Format) -> str:
    """As many whole characters as fit: bytes in a Shapefile, characters elsewhere."""
    if form.names == "dbf":
        return text.encode()[: form.longest].decode(errors="ignore")
    return text[: form.longest]


def _finite(values: pd.Series, name: str, ledger: Ledger) -> pd.Series:
    endless = np.isinf(pd.to_numeric(values).to_numpy(float, na_value=np.nan))
    if not endless.any():
        return values
    what = f"infinite numbers of column {name!r} are written as null."
    ledger.add(losses.INFINITE, what, seen=name, ids=values.index[endless])
    return values.mask(endless)


def _moments(values: pd.Series, name: str, form: Format, ledger: Ledger) -> pd.Series:
    """Moments to the fraction of a second, and in the zone, that the format holds."""
    unit = {1.0: "s", 1e-3: "ms"}.get(form.moment_s)
    if unit is not None:
        rounded = values.dt.floor(unit)
        fine = (rounded != values).to_numpy() & values.notna().to_numpy()
        if fine.any():
            what = f"moments of column {name!r} are written to {'the second' if unit == 's' else 'a thousandth of a second'}."
            ledger.add(losses.MOMENTS, what, seen=name, ids=values.index[fine])
            values = rounded
    if form.utc and values.dt.tz is not None and str(values.dt.tz) != "UTC":
        ledger.add(losses.MOMENTS, f"{form.name} is given the moments of column {name!r} in UTC.", seen=name)
        values = values.dt.tz_convert("UTC")
    elif form.utc == "always" and values.dt.tz is None and values.notna().any():
        ledger.add(losses.MOMENTS, f"{form.name} takes the moments of column {name!r} for UTC.", seen=name)
    if form.name == "Excel" and values.dt.tz is not None:
        ledger.add(losses.MOMENTS, f"{form.name} knows no time zones: column {name!r} is local time.", seen=name)
        values = values.dt.tz_localize(None)
    return values
