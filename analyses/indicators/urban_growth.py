"""Land and people growing together or apart (SDG 11.3.1), and how much of a city is open to all (SDG 11.7.1)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from analyses._inputs import above_zero
from analyses._zones import checked_zones, same_metric_crs
from geo import PlanningDataError, area_ha

_HA = 10_000
_FLAT = 1e-12


def land_consumption(
    built_before_ha: float, built_after_ha: float, before_people: float, after_people: float, *, years: float
) -> pd.Series:
    """SDG 11.3.1: how fast built-up land grows against people.

    Formula: LCR = (V1 − V0) / V0 / y; PGR = ln(P1 / P0) / y; LCRPGR = LCR / PGR. Source: UN-Habitat 2021, metadata of 11.3.1.

    ``built_..._ha`` built-up area V (of two rasters or maps of one making, inside one boundary), ``people_...`` P there, all
    above 0; ``years`` y between them. Returns ``lcr_pct`` and ``pgr_pct`` a year, ``lcrpgr`` (null where people neither grow
    nor shrink: the ratio does not exist), ``built_m2_per_person_before``, ``..._after`` and their change
    ``built_per_person_change_pct``. A ratio below 0 means that one grew and the other shrank: read both rates. Errors:
    E-GROW-01.

    >>> land_consumption(1000, 1500, 100_000, 200_000, years=10).round(3).to_dict()["lcrpgr"]
    0.721
    """
    given = [built_before_ha, built_after_ha, before_people, after_people, years]
    first, second, before, after, span = above_zero(given, "E-GROW-01", "areas, people and years")
    lcr, pgr = (second - first) / first / span, float(np.log(after / before)) / span
    each = first * _HA / before, second * _HA / after
    return pd.Series(
        {
            "lcr_pct": 100 * lcr,
            "pgr_pct": 100 * pgr,
            "lcrpgr": lcr / pgr if abs(pgr) > _FLAT else np.nan,
            "built_m2_per_person_before": each[0],
            "built_m2_per_person_after": each[1],
            "built_per_person_change_pct": 100 * (each[1] / each[0] - 1),
        }
    )


def open_space_share(built_up: GeoDataFrame, open_spaces: GeoDataFrame, streets: GeoDataFrame) -> pd.Series:
    """SDG 11.7.1: the share of the built-up area that is open public space: parks and squares, and land given to streets.

    Formula: 100 × (area of open public spaces + area of streets not in them) / built-up area. Source: UN-Habitat 2018, metadata
    of 11.7.1.

    ``built_up`` and ``open_spaces`` polygons, ``streets`` polygons, or lines with ``width_m`` of the whole street, sidewalks
    included; all in one metric CRS, counted inside the built-up area, overlaps once. Returns ``sdg_11_7_1_pct``,
    ``open_space_pct``, ``street_pct``, ``built_up_ha``. Errors: E-OPEN-01 (lines without width), E-CRS-02, E-POLY-01 to -03.
    """
    for frame in (open_spaces, streets):
        same_metric_crs(built_up, frame)
    city = shapely.union_all(checked_zones(built_up, "built-up areas").geometry.to_numpy())
    spaces = shapely.intersection(shapely.union_all(checked_zones(open_spaces, "open spaces").geometry.to_numpy()), city)
    roads = shapely.difference(shapely.intersection(shapely.union_all(_street_areas(streets)), city), spaces)
    areas = area_ha(GeoDataFrame(geometry=[city, spaces, roads], crs=built_up.crs)).to_numpy(float)
    open_pct, street_pct = 100 * areas[1] / areas[0], 100 * areas[2] / areas[0]
    told = {"sdg_11_7_1_pct": open_pct + street_pct, "open_space_pct": open_pct, "street_pct": street_pct}
    return pd.Series({**told, "built_up_ha": areas[0]})


def _street_areas(streets: GeoDataFrame) -> np.ndarray:
    shapes = streets.geometry.to_numpy()
    lines = shapely.get_dimensions(shapes) == 1
    if not lines.any():
        return np.asarray(checked_zones(streets, "streets").geometry.to_numpy())
    width = streets["width_m"].to_numpy(float) if "width_m" in streets else np.full(len(streets), np.nan)
    lost = lines & ~(np.isfinite(width) & (width > 0))
    if lost.any():
        mend = "give width_m, sidewalks included."
        raise PlanningDataError("E-OPEN-01", "streets without a width.", feature_ids=list(streets.index[lost]), mend=mend)
    return np.asarray(np.where(lines, shapely.buffer(shapes, np.where(lines, width, 0) / 2, cap_style="flat"), shapes))
