"""What became of the land: hectares from each use to each other, and gains, losses and swaps in them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries

from analyses._inputs import refuse_rows
from analyses._zones import checked_zones, same_metric_crs, small_overlaps
from analyses.stations.catchments import UNCLASSIFIED
from geo import EQUAL_AREA, PlanningDataError, nearest_names, overlaps, to_crs

_HA = 10_000
_NOTHING_HA = 1e-10  # a millionth of a square metre is rounding where edges meet


def land_use_change(
    before: GeoDataFrame, after: GeoDataFrame, *, column: str = "land_use", tolerance_pct: float = 0.01
) -> pd.DataFrame:
    """The from–to matrix: hectares of every use before that have every use after.

    Formula: M_kl = area(∪ before_k ∩ ∪ after_l), in hectares. Source: Pontius, Shusas & McEachern 2004.

    Both layers valid polygons in one metric CRS, none overlapping itself by more than ``tolerance_pct`` of the smaller polygon;
    ``column`` holds the use. Returns hectares (equal-area, EPSG:6933), index ``before``, columns ``after``, the same classes in
    both, sorted; land in one layer only is "unclassified" in the other, so that rows sum to the land before and columns to the
    land after. Errors: E-POLY-01 to -04, E-CRS-02, E-CHANGE-01 (no such column), E-CHANGE-02 (polygons without a use).

    >>> import geopandas as gpd, shapely
    >>> west, east = shapely.box(600000, 1220000, 600300, 1220100), shapely.box(600300, 1220000, 600400, 1220100)
    >>> one = gpd.GeoDataFrame({"land_use": ["farm", "farm"]}, geometry=[west, east], crs="EPSG:9210")
    >>> two = gpd.GeoDataFrame({"land_use": ["farm", "homes"]}, geometry=[west, east], crs="EPSG:9210")
    >>> land_use_change(one, two).round(2).to_dict("index")
    {'farm': {'farm': 3.0, 'homes': 1.0}, 'homes': {'farm': 0.0, 'homes': 0.0}}
    """
    for layer, what in ((before, "polygons before"), (after, "polygons after")):
        _check_uses(layer, column, what)
    same_metric_crs(before, after)
    for layer, what in ((before, "polygons before"), (after, "polygons after")):
        small_overlaps(layer, what, tolerance_pct)
    table = overlaps(before, after)
    left, right = before.loc[table["left"]], after.loc[table["right"]]
    hectares = _hectares(shapely.intersection(left.geometry.to_numpy(), right.geometry.to_numpy()), before)
    rows = pd.DataFrame({"before": left[column].to_numpy(), "after": right[column].to_numpy(), "area_ha": hectares})
    gone, new = _alone(before, after, column), _alone(after, before, column)
    rows = pd.concat([rows, gone.rename(columns={"use": "before"}), new.rename(columns={"use": "after"})]).fillna(UNCLASSIFIED)
    names = sorted({*rows["before"], *rows["after"]}, key=lambda name: (name == UNCLASSIFIED, str(name)))
    matrix = rows.pivot_table(index="before", columns="after", values="area_ha", aggfunc="sum", fill_value=0.0)
    return matrix.reindex(index=names, columns=names, fill_value=0.0).rename_axis(index="before", columns="after")


def change_components(matrix: pd.DataFrame) -> pd.DataFrame:
    """What each use gained and lost, and how much of that is a change of places rather than of size.

    Formula: gain = M_+k − M_kk, loss = M_k+ − M_kk, net = gain − loss, swap = 2 min(gain, loss), |net| + swap = gain + loss.
    Source: Pontius, Shusas & McEachern 2004.

    ``matrix`` as `land_use_change` returns it: the same classes in index and columns. Returns one row a class: ``before_ha``,
    ``after_ha``, ``persistence_ha``, ``gain_ha``, ``loss_ha``, ``net_ha`` (negative: shrunk), ``swap_ha``. Errors:
    E-CHANGE-03 (index and columns differ), E-CHANGE-04 (null or negative).

    >>> import pandas as pd
    >>> change_components(pd.DataFrame([[5, 2], [1, 4]], ["farm", "homes"], ["farm", "homes"])).loc["farm"].to_dict()
    {'before_ha': 7.0, 'after_ha': 6.0, 'persistence_ha': 5.0, 'gain_ha': 1.0, 'loss_ha': 2.0, 'net_ha': -1.0, 'swap_ha': 2.0}
    """
    if list(matrix.index) != list(matrix.columns) or matrix.index.has_duplicates:
        seen = (list(matrix.index), list(matrix.columns))
        mend = "give a square table, every class once in rows and columns."
        raise PlanningDataError("E-CHANGE-03", "rows and columns are not the same classes.", seen=seen, mend=mend)
    areas = matrix.to_numpy(float)
    wrong = pd.Series(~(np.isfinite(areas) & (areas >= 0)).all(axis=1), matrix.index)
    refuse_rows(wrong, "E-CHANGE-04", "hectares are null or negative.", "give 0 where nothing changed.")
    kept, before, after = np.diag(areas), areas.sum(axis=1), areas.sum(axis=0)
    gain, loss = after - kept, before - kept
    columns = {"before_ha": before, "after_ha": after, "persistence_ha": kept, "gain_ha": gain, "loss_ha": loss}
    columns |= {"net_ha": gain - loss, "swap_ha": 2 * np.minimum(gain, loss)}
    return pd.DataFrame(columns, index=matrix.index.rename("land_use"))


def _check_uses(layer: GeoDataFrame, column: str, what: str) -> None:
    if column not in layer:
        mend = nearest_names(column, map(str, layer.columns))
        raise PlanningDataError("E-CHANGE-01", f"{what} have no such column.", seen=column, mend=mend)
    checked_zones(layer, what)
    refuse_rows(layer[column].isna(), "E-CHANGE-02", f"{what} have no use.", f'write "{UNCLASSIFIED}" where it is not known.')


def _alone(layer: GeoDataFrame, other: GeoDataFrame, column: str) -> pd.DataFrame:
    """Hectares by use of what no polygon of the other layer covers."""
    shapes, others = layer.geometry.to_numpy(), other.geometry.to_numpy()
    mine, theirs = shapely.STRtree(others).query(shapes, predicate="intersects")
    rest = shapes.copy()
    for position in np.unique(mine):
        rest[position] = shapely.difference(shapes[position], shapely.union_all(others[theirs[mine == position]]))
    table = pd.DataFrame({"use": layer[column].to_numpy(), "area_ha": _hectares(rest, layer)})
    return table[table["area_ha"] > _NOTHING_HA]


def _hectares(shapes: np.ndarray, like: GeoDataFrame) -> np.ndarray:
    placed = to_crs(GeoDataFrame(geometry=GeoSeries(shapes, crs=like.crs)), EQUAL_AREA)
    return shapely.area(placed.geometry.to_numpy()) / _HA
