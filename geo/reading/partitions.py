"""Whether areas cover the ground once: overlaps that count people twice, gaps that lose them."""

from __future__ import annotations

from geopandas import GeoDataFrame

from geo.areal import gaps, overlaps
from geo.crs import to_metric
from geo.findings import Finding


def partition_findings(
    zones: GeoDataFrame, *, sliver_m2: float = 1.0, file: str | None = None, layer: str | None = None
) -> list[Finding]:
    """What keeps areas (valid polygons, any CRS) from being a partition: zones, wards, districts, parcels.

    E-GEOM-13 error: overlaps above ``sliver_m2``, with the ids (of the index) and the area. E-GEOM-14 warning:
    smaller overlaps and gaps enclosed by the areas, with number and area. Empty where they cover the ground
    once. Errors: E-CRS-01 no CRS.

    >>> import geopandas as gpd, shapely
    >>> squares = [shapely.box(600_000, 1_220_000, 600_100, 1_220_100), shapely.box(600_050, 1_220_000, 600_150, 1_220_100)]
    >>> found = partition_findings(gpd.GeoDataFrame(geometry=squares, index=["a", "b"], crs="EPSG:9210"))
    >>> [(one.code, one.feature_ids, one.seen) for one in found]
    [('E-GEOM-13', ('a', 'b'), '0.5000 ha')]
    """
    ground = to_metric(zones[[zones.geometry.name]]).reset_index(drop=True)
    twice = overlaps(ground, ground)
    twice = twice[twice["left"] < twice["right"]]
    labels = zones.index.to_numpy()
    large, small = twice[twice["area_m2"] > sliver_m2], twice[twice["area_m2"] <= sliver_m2]
    found = []
    if len(large):
        ids = tuple(dict.fromkeys(labels[large[["left", "right"]].to_numpy().ravel()].tolist()))
        what = f"{len(large)} pairs of areas overlap: what lies there counts twice."
        seen = f"{large['area_m2'].sum() / 1e4:,.4f} ha"
        found.append(Finding("E-GEOM-13", what, "cut them along one border.", "error", file, layer, ids, seen))
    holes = gaps(ground.geometry).area
    told = [f"{len(small)} slivers of overlap ({small['area_m2'].sum():,.4f} m²)"] if len(small) else []
    told += [f"{len(holes)} gaps between areas ({holes.sum():,.4f} m²)"] if len(holes) else []
    if told:
        what = f"the areas do not meet everywhere: {' and '.join(told)}."
        found.append(Finding("E-GEOM-14", what, "snap the borders to each other.", "warning", file, layer))
    return found
