"""What rasters hold in zones: people and lights, heights and slopes, hectares of every class of land, the share that is built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from analyses._zones import checked_zones
from geo import PlanningDataError, RasterLike, area_ha, nearest_names, raster_product, zonal_classes, zonal_stats

BUILT_UP = "built_up"
_M2_PER_HA = 10_000
_PCT = 100


def zonal(
    zones: GeoDataFrame, raster: RasterLike, columns: Mapping[str, str], *, band: int = 1, ground: bool = False
) -> pd.DataFrame:
    """Statistics of a raster in every zone, under names that carry their unit; cells count with the share inside.

    Formula: sum Σ_c s_c v_c, mean Σ_c s_c v_c / Σ_c s_c, s_c = share of cell c in the zone (with ground: × its m²). Source:
    Baston 2025, exactextract.

    ``columns`` {name: statistic}: ``{"worldpop_people": "sum", "height_m": "mean", "height_p90_m": "p90"}``; statistics as in
    `geo.zonal_stats`. Returns them on the zones' index and ``data_pct``, the share of the zone's ground with data; people, lights
    and hectares (sums) are 0 and all else null where there is none. Errors: E-POLY-01 to -03 (ids twice, no area, invalid),
    E-ZONAL-01 (no columns), E-RAS-01 to -10 as in `geo.zonal_stats`.

    >>> import geo, geopandas as gpd, numpy as np, shapely
    >>> from affine import Affine; from pyproj import CRS
    >>> grid = geo.Grid(CRS("EPSG:9210"), Affine(100, 0, 600000, 0, -100, 1220200), (2, 2))
    >>> zones = gpd.GeoDataFrame(geometry=[shapely.box(600000, 1220000, 600150, 1220200)], index=["a"], crs="EPSG:9210")
    >>> zonal(zones, geo.Raster(grid, np.array([[1.0, 2], [3, 4]])), {"people": "sum"}).round(3).to_dict("index")
    {'a': {'people': 7.0, 'data_pct': 100.0}}
    """
    if not columns:
        raise PlanningDataError("E-ZONAL-01", "no statistic is asked for.", mend='give columns={"people": "sum"}.')
    checked_zones(zones, "zones")
    statistics = list(dict.fromkeys(columns.values()))
    found = zonal_stats(raster, zones, statistics, band=band, ground=ground)
    table = pd.DataFrame({name: found[statistic] for name, statistic in columns.items()}, zones.index)
    sums = [name for name, statistic in columns.items() if statistic in {"sum", "count"}]
    table[sums] = table[sums].fillna(0.0)
    return table.assign(data_pct=_data_pct(zones, raster, band))


def class_areas(zones: GeoDataFrame, raster: RasterLike, classes: str | Mapping[int, str], *, band: int = 1) -> pd.DataFrame:
    """Hectares of every class of a land cover raster in every zone, on the ground and with exact shares of cells.

    Formula: A_ik = Σ_c s_ic a_c [v_c = k], s_ic = share of cell c in zone i, a_c its area on the ellipsoid. Source: stated here.

    ``classes`` "worldcover", "dynamic_world" or a table {code: key}. Returns ``<key>_ha`` on the zones' index, every class of the
    table, keys that stand twice added up; `land_use_mix` and the like take it as it is. Errors: E-POLY-01 to -03, E-CLASS-01
    (codes met that are in no class), E-RAS-16 (no such table), E-RAS-01 to -10.

    >>> import geo, geopandas as gpd, numpy as np, shapely
    >>> from affine import Affine; from pyproj import CRS
    >>> grid = geo.Grid(CRS("EPSG:6933"), Affine(100, 0, 0, 0, -100, 200), (2, 2))
    >>> zones = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 150, 200)], index=["a"], crs="EPSG:6933")
    >>> cover = geo.Raster(grid, np.array([[10, 50], [50, 50]], np.uint8))
    >>> class_areas(zones, cover, {10: "trees", 50: "built_up"}).round(3).to_dict("index")
    {'a': {'trees_ha': 1.0, 'built_up_ha': 2.0}}
    """
    keys = class_keys(classes)
    checked_zones(zones, "zones")
    found = zonal_classes(raster, zones, band=band)
    refuse_codes(np.asarray(found.columns)[(found > 0).any().to_numpy()], keys)
    columns = {key: np.zeros(len(zones)) for key in keys.values()}
    for code in found:
        if code in keys:  # others hold nothing here
            columns[keys[int(code)]] = columns[keys[int(code)]] + found[code].to_numpy()
    return pd.DataFrame({f"{key}_ha": hectares for key, hectares in columns.items()}, zones.index)


def built_up_share(zones: GeoDataFrame, raster: RasterLike, product: str, *, band: int = 1) -> pd.DataFrame:
    """How much of the land is built: hectares and per cent of the ground with data.

    Formula: B_i = 100 Σ_c s_ic b_c / Σ_c s_ic a_c, b_c = built m² of cell c: its number, or its area where it is of the class.
    Source: Pesaresi & Politis 2023, GHS-BUILT-S R2023A; UN-Habitat 2021, metadata of 11.3.1.

    ``product`` "ghs_built" (m² of footprint a cell), "worldcover" or "dynamic_world" (class built-up). Returns ``built_up_ha``
    and ``built_up_pct`` on the zones' index, null where no cell has data. A class of 10 m cells counts yards and streets too,
    a footprint does not: shares of two products are not the same thing. Errors: E-ZONAL-02 (a product without built land),
    those of `class_areas` and `zonal`.
    """
    meaning = raster_product(product)
    if meaning.unit == "m2":
        found = zonal(zones, raster, {"sum": "sum"}, band=band)
        ground = area_ha(zones) * found["data_pct"] / _PCT
        built = found["sum"] / _M2_PER_HA
    elif BUILT_UP in {key for key, _ in meaning.classes.values()}:
        areas = class_areas(zones, raster, product, band=band)
        built, ground = areas[f"{BUILT_UP}_ha"], areas.sum(axis=1)
    else:
        mend = "ghs_built, worldcover or dynamic_world."
        raise PlanningDataError("E-ZONAL-02", "this product tells nothing of built land.", seen=product, mend=mend)
    built = built.where(ground > 0)
    return pd.DataFrame({"built_up_ha": built, "built_up_pct": _PCT * built / ground}, zones.index)


def class_keys(classes: str | Mapping[int, str]) -> dict[int, str]:
    """Keys by code, of a product or of a table."""
    if not isinstance(classes, str):
        return dict(classes)
    found = raster_product(classes).classes
    if not found:
        mend = nearest_names("worldcover", ["worldcover", "dynamic_world"])
        raise PlanningDataError("E-CLASS-02", "this product has no classes.", seen=classes, mend=mend)
    return {code: key for code, (key, _) in found.items()}


def refuse_codes(codes: Iterable[int], keys: Mapping[int, object]) -> None:
    """E-CLASS-01 with the codes that are in no class."""
    strange = [int(code) for code in codes if code not in keys]
    if strange:
        mend = "add them to the table, or mark them as nodata: gdal_edit.py -a_nodata."
        raise PlanningDataError("E-CLASS-01", "codes are in no class.", feature_ids=strange, mend=mend)


def _data_pct(zones: GeoDataFrame, raster: RasterLike, band: int) -> pd.Series:
    """Share of the ground of each zone whose cells hold a value."""
    with_data = zonal_stats(raster, zones, ["data_m2"], band=band)["data_m2"].fillna(0.0)
    return (_PCT * with_data / _M2_PER_HA / area_ha(zones)).clip(upper=_PCT).rename("data_pct")
