"""What differs between a frame and the file made of it, as codes of losses: the truth that a list of losses is held against."""

import json
import unicodedata

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS

from geo import to_wgs84
from geo.writing.columns import kind_of
from tests.geo.writing.reading_back import read


def differences(frame, path, layer, names=None):
    """Set of (code, column or None) that a file differs by; ``names`` column → its name in the file."""
    back, found, names = read(path, layer), set(), names or {}
    index = frame.index
    counted = isinstance(index, pd.RangeIndex) and index.name is None
    table = frame if counted else frame.reset_index(names=index.name or "id")
    shape = frame.geometry.name if isinstance(frame, GeoDataFrame) else None
    assert back.rows == len(frame)
    order = _order(table, back, shape, names)
    if order is None:
        order = np.arange(len(table))
    elif (order != np.arange(len(table))).any():
        found.add(("E-LOSS-17", None))
    for name in table.columns:
        if name == shape:
            continue
        stored = names.get(name, name)
        if not len(table) and stored not in back.columns:
            continue  # JSON without a feature names no column
        assert stored in back.columns, (path.name, name, list(back.columns))
        if stored != name:
            found.add(("E-LOSS-07", name))
        kind, values = back.columns[stored]
        found |= {(code, name) for code in _column(table[name], kind, [values[at] for at in order])}
    if shape is not None:
        found |= {(code, None) for code in _shapes(frame, back, order)}
    return found


def _order(table, back, shape, names):
    """Position in the file of each row, by the first column."""
    first = next((name for name in table.columns if name != shape), None)
    stored = names.get(first, first)
    if first is None or stored not in back.columns:
        return None
    at = {str(value): place for place, value in enumerate(back.columns[stored][1])}
    if len(at) != len(table) or set(at) != {str(value) for value in table[first]}:
        return None
    return np.array([at[str(value)] for value in table[first]], int)


def _plain(value):
    return None if value is None or (not isinstance(value, list | tuple | dict | np.ndarray) and pd.isna(value)) else value


def _column(values, kind, stored):
    own = kind_of(values)
    given = [_plain(one) for one in list(values.array)]
    stored = [_plain(one) for one in stored]
    held = own if own != "category" else kind_of(values.astype(object))
    if kind != own and not _same_kind(held, kind, given, own):
        yield "E-LOSS-05"
    for one, two in zip(given, stored, strict=True):
        yield from _value(one, two, held)


def _same_kind(own, kind, given, first):
    if kind == "nothing":  # a column of a sheet without a value has no kind
        return all(one is None or one == "" or (isinstance(one, float) and not np.isfinite(one)) for one in given)
    whole = all(one is None or not np.isfinite(one) or float(one).is_integer() for one in given) if own == "number" else False
    return first != "category" and (kind == own or (own == "number" and kind == "whole" and whole))


def _value(one, two, own):
    if one is None or two is None:
        if one is None and two is not None:
            yield "null became a value"
        elif one == "" and two is None:
            yield "E-LOSS-06"
        elif own == "number" and one is not None and np.isinf(one):
            yield "E-LOSS-04"
        elif one is not None:
            yield f"{one!r} became null"
        return
    if own in {"text", "number", "moment", "span"}:
        yield from {"text": _text, "number": _number}.get(own, _time)(one, two)
    elif not _equal(one, two, own):
        yield f"{one!r} became {two!r}"


def _number(one, two):
    narrow = isinstance(one, np.float32)
    if (np.float32(one) == np.float32(two)) if narrow else float(one) == float(two):
        return
    yield "E-LOSS-09" if abs(float(two) / float(one) - 1) < 1e-9 else f"{one!r} became {two!r}"


def _text(one, two):
    if one == two:
        return
    clean = unicodedata.normalize("NFC", "".join(sign for sign in one if sign in "\t\n\r" or sign >= " "))
    if clean != one:
        yield "E-LOSS-10"
    if two == f"'{clean}":
        yield "E-LOSS-11"
    elif clean.startswith(two) and clean != two:
        yield "E-LOSS-08"
    elif clean.replace("\r\n", "\n") == two.replace("\r\n", "\n") and clean != two:
        yield "line ends"
    elif clean != two:
        yield f"{one!r} became {two!r}"


def _time(one, two):
    if isinstance(one, pd.Timedelta):
        seconds = pd.Timedelta(one).total_seconds()
        if (two.total_seconds() if hasattr(two, "total_seconds") else float(two)) != seconds:
            yield f"{one!r} became {two!r}"
        return
    one, two = pd.Timestamp(one), pd.Timestamp(two)
    if (one.tz is None) != (two.tz is None):
        yield "E-LOSS-19"
        if one.tz_localize(None) == two.tz_localize(None):
            return
        one, two = (each.tz_localize("UTC") if each.tz is None else each for each in (one, two))
    if one != two:
        yield "E-LOSS-19" if abs((one - two).total_seconds()) < 1 else f"{one!r} became {two!r}"
    elif one.tz is not None and one.utcoffset() != two.utcoffset():
        yield "E-LOSS-19"


def _equal(one, two, own):
    tests = {
        "flag": lambda: bool(one) == (two in {True, "true", "1"}),
        "whole": lambda: int(one) == int(two),
        "date": lambda: pd.Timestamp(one) == pd.Timestamp(two).tz_localize(None),
        "blob": lambda: one == (bytes.fromhex(two) if isinstance(two, str) else two),
        "shape": lambda: (shapely.from_wkt(two) if isinstance(two, str) else two).equals(one),
        "json": lambda: (
            json.dumps(one, default=list) == json.dumps(json.loads(two) if isinstance(two, str) else two, default=list)
        ),
    }
    return tests.get(own, lambda: str(one) == str(two))()


def _shapes(frame, back, order):
    if back.shapes is None:
        yield "E-LOSS-01"
        return
    stored = np.asarray(back.shapes, object)[order] if len(frame) else np.array([], object)
    source = CRS(frame.crs)
    crs, given = CRS.from_user_input(back.crs), frame.geometry.to_numpy()
    if not crs.equals(source, ignore_axis_order=True):
        assert crs.equals(CRS("EPSG:4326"), ignore_axis_order=True), crs
        yield "E-LOSS-02"
        frame = to_wgs84(frame)
    shapes = frame.geometry.to_numpy()
    for one, two, high in zip(shapes, stored, shapely.has_z(given), strict=True):
        yield from _shape(one, two)
        if two is not None and not two.is_empty and high != two.has_z:
            yield "E-LOSS-12"


def _shape(one, two):
    if one is None or two is None:
        if one is not None and one.is_empty and two is None:
            yield "E-LOSS-13"
        elif (one is None) != (two is None):
            yield f"{one} became {two}"
        return
    if one.is_empty and two.is_empty:
        return
    apart, metres = shapely.hausdorff_distance(one, two), abs(one.bounds[0]) > 1000
    if one.geom_type != two.geom_type:
        over = not metres and (one.bounds[2] > 180 or one.bounds[0] < -180)
        yield "E-LOSS-16" if over else "E-LOSS-14"
        if over:
            return
    if apart > (1e-6 if metres else 1e-12):  # what is less is the noise of floating numbers
        yield "E-LOSS-03" if apart < (1e-4 if metres else 1e-6) else f"{one} became {two}"


def listed(losses):
    """The same pairs as a list of losses tells them."""
    found = set()
    for one in losses:
        if one.code in {"E-LOSS-05", "E-LOSS-07"}:
            found |= {(one.code, name) for name in one.seen}
        elif one.code in {"E-LOSS-04", "E-LOSS-06", "E-LOSS-08", "E-LOSS-09", "E-LOSS-10", "E-LOSS-11", "E-LOSS-19"}:
            found.add((one.code, one.seen))
        else:
            found.add((one.code, None))
    return found


def names_in(losses):
    """Column → its name in the file, as the losses tell it."""
    return {old: new for one in losses if one.code == "E-LOSS-07" for old, new in one.seen.items()}


def layer_in(losses, layer):
    """The name of a layer in the file, as the losses tell it."""
    return next((one.seen[layer] for one in losses if one.code == "E-LOSS-20" and layer in one.seen), layer)
