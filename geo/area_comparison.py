"""Areas of two sources side by side: what a committee checks, parcel by parcel."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geo.crs import to_crs
from geo.errors import PlanningDataError, nearest_names

_COLUMNS = ["cad_id", "gis_id", "matched_by", "cad_m2", "gis_m2", "difference_m2", "difference_pct", "overlap_pct"]


def compare_areas(
    cad: GeoDataFrame, gis: GeoDataFrame, *, by: str | None = None, least_overlap_pct: float = 50.0
) -> pd.DataFrame:
    """Areas of a drawing against those of a GIS, one row a pair and one a parcel that is missing on either side.

    Both are measured in the plane of ``cad``'s CRS, as the drawing's program does; ``gis`` is brought there by the one datum
    shift. Rows pair by equal values in the column ``by`` of both (empty ones do not), the others by greatest overlap, each taken
    once, if it covers ``least_overlap_pct`` of the smaller one. Returns ``cad_id``, ``gis_id`` (of the index, None if missing),
    ``matched_by`` (the column's name, "overlap", "" for none), ``cad_m2``, ``gis_m2``, ``difference_m2`` (GIS less CAD),
    ``difference_pct`` of CAD, ``overlap_pct`` of the smaller one. Errors: E-COMPARE-01 ``cad`` is not in metres, E-COMPARE-02
    no column ``by``, E-COMPARE-03 a value of it stands twice in one source, E-CRS-01 a frame without CRS.

    >>> from shapely import box
    >>> cad = GeoDataFrame({"thua": ["7"]}, geometry=[box(601300, 1222800, 601310, 1222810)], crs="EPSG:9210")
    >>> gis = GeoDataFrame({"thua": ["7"]}, geometry=[box(601300, 1222800, 601310, 1222811)], crs="EPSG:9210")
    >>> compare_areas(cad, gis, by="thua")[["cad_m2", "gis_m2", "difference_pct"]].values.tolist()
    [[100.0, 110.0, 10.0]]
    """
    moved = to_crs(gis, cad.crs) if cad.crs is not None else gis
    if cad.crs is None or not cad.crs.is_projected:
        raise PlanningDataError(
            "E-COMPARE-01", "the drawing's areas are not in a system with metres.", mend="read it with its crs."
        )
    left, right = cad.geometry.to_numpy(), moved.geometry.to_numpy()
    overlaps = _overlaps(left, right)
    pairs = {} if by is None else _by_column(cad, gis, by)
    told = dict.fromkeys(pairs.items(), by or "")
    taken = set(pairs.values())
    for (one, other), share in sorted(overlaps.items(), key=lambda entry: (-entry[1], entry[0])):
        if one not in pairs and other not in taken and 100 * share >= least_overlap_pct:
            pairs[one] = other
            taken.add(other)
            told[one, other] = "overlap"
    rows = [_row(cad, gis, left, right, (one, pairs.get(one)), told, overlaps) for one in range(len(left))]
    rows += [_row(cad, gis, left, right, (None, other), told, overlaps) for other in range(len(right)) if other not in taken]
    ids = {name: pd.Series([row[at] for row in rows], dtype=object) for at, name in enumerate(_COLUMNS[:2])}  # 7 stays 7, not 7.0
    return pd.DataFrame(rows, columns=_COLUMNS).assign(**ids).rename_axis("pair_id")


def _overlaps(left: np.ndarray, right: np.ndarray) -> dict[tuple[int, int], float]:
    """Shared area of each pair that meets, as a share of the smaller one."""
    good, other_good = shapely.make_valid(left), shapely.make_valid(right)
    ones, others = shapely.STRtree(other_good).query(good, predicate="intersects")
    shared = shapely.area(shapely.intersection(good[ones], other_good[others]))
    least = np.minimum(shapely.area(good[ones]), shapely.area(other_good[others]))
    shares = np.divide(shared, least, out=np.zeros_like(shared), where=least > 0)
    return dict(zip(zip(ones.tolist(), others.tolist(), strict=True), shares.tolist(), strict=True))


def _by_column(cad: GeoDataFrame, gis: GeoDataFrame, by: str) -> dict[int, int]:
    """Positions that pair by equal values."""
    ids = []
    for name, frame in (("cad", cad), ("gis", gis)):
        if by not in frame.columns:
            mend = nearest_names(by, map(str, frame.columns))
            raise PlanningDataError("E-COMPARE-02", f"{name} has no such column.", seen=by, mend=mend)
        told = [str(value).strip() if pd.notna(value) else "" for value in frame[by]]
        again = sorted({value for value in told if value and told.count(value) > 1})
        if again:
            mend = "give each parcel an id of its own, or compare without by=."
            raise PlanningDataError(
                "E-COMPARE-03", f"values of {by!r} stand more than once in {name}.", feature_ids=again, mend=mend
            )
        ids.append({value: at for at, value in enumerate(told) if value})
    return {at: ids[1][value] for value, at in ids[0].items() if value in ids[1]}


def _row(
    cad: GeoDataFrame,
    gis: GeoDataFrame,
    left: np.ndarray,
    right: np.ndarray,
    pair: tuple[int | None, int | None],
    told: dict[tuple[int, int], str],
    overlaps: dict[tuple[int, int], float],
) -> tuple[Hashable, ...]:
    one, other = pair
    cad_m2 = np.nan if one is None else float(shapely.area(left[one]))
    gis_m2 = np.nan if other is None else float(shapely.area(right[other]))
    both = (-1 if one is None else one, -1 if other is None else other)
    difference = gis_m2 - cad_m2
    names = (None if one is None else cad.index[one], None if other is None else gis.index[other])
    share = 100 * overlaps.get(both, 0.0) if None not in pair else np.nan
    return (*names, told.get(both, ""), cad_m2, gis_m2, difference, 100 * difference / cad_m2 if cad_m2 else np.nan, share)
