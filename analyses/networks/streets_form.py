"""The form of a street network by zone: how many crossings, how fine the blocks, how straight the streets, how many dead ends."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from analyses._inputs import id_order
from analyses._zones import checked_zones, same_metric_crs, zone_of
from geo import PlanningDataError, area_ha, ground_m2, ground_scale

_CROSSING = 3  # streets that meet at least
_SAME_M = 0.01
_HA = 10_000
Shapes = NDArray[np.object_]


def network_form(streets: GeoDataFrame, zones: GeoDataFrame) -> pd.DataFrame:
    """What kind of street network every zone has.

    Formula: intersection density = nodes with three or more streets / km²; street density = km / km²; block size =
    Σ_b a_bz A_b / Σ_b a_bz over faces b of the street network, a_bz = area of b in zone z; circuity = Σ length / Σ straight
    length of the streets between nodes; dead ends = nodes with one street / all nodes. Source: Southworth & Ben-Joseph 2003;
    Boeing 2017. Peer: momepy (node_degree, linearity).

    ``streets``: lines that end where streets meet (``transport.streets.edges.frame(transport.crs)``, or any frame); the two
    directions of one line count once, lines are joined where only two meet, the carriageways of a divided road are two lines.
    ``zones``: polygons in the same metric CRS. Index of the zones: ``street_km``, ``street_km_per_km2``, ``nodes``,
    ``intersections``, ``intersections_per_km2``, ``dead_end_pct``, ``node_degree_mean``, ``circuity`` (streets whose middle
    lies in the zone, rings left out), ``block_ha`` (mean by area: the block a random place lies in) and ``in_blocks_pct``, the
    share of the zone inside closed blocks (low where the data end). Nodes and streets on a border count for the lowest id. Null
    where there is nothing to divide by. Blocks are faces of the drawing: bridges and tunnels cut them as well. Errors:
    E-CRS-02, E-FORM-01 (streets are no lines), E-POLY-01 to -03.
    """
    same_metric_crs(streets, zones)
    checked_zones(zones, "zones")
    lines = _streets(streets)
    shapes = zones.geometry.to_numpy()
    km2 = area_ha(zones).to_numpy(float) / 100
    tree = shapely.STRtree(shapes)
    street_km = _length_km(lines, tree, zones, np.argsort(id_order(zones.index)))
    degree, node_zone = _nodes(lines, zones)
    inside = node_zone >= 0
    count = _sums(node_zone[inside], np.ones(inside.sum()), len(zones))
    crossings = _sums(node_zone[inside], degree[inside] >= _CROSSING, len(zones))
    ends = _sums(node_zone[inside], degree[inside] == 1, len(zones))
    arms = _sums(node_zone[inside], degree[inside], len(zones))
    block_ha, in_blocks = _blocks(lines, tree, zones)
    return pd.DataFrame(
        {
            "street_km": street_km,
            "street_km_per_km2": street_km / km2,
            "nodes": count.astype(int),
            "intersections": crossings.astype(int),
            "intersections_per_km2": crossings / km2,
            "dead_end_pct": 100 * _ratio(ends, count),
            "node_degree_mean": _ratio(arms, count),
            "circuity": _circuity(lines, zones),
            "block_ha": block_ha,
            "in_blocks_pct": 100 * in_blocks,
        },
        index=zones.index,
    )


def street_blocks(streets: GeoDataFrame) -> GeoDataFrame:
    """Blocks: the faces that streets close off, index ``block_id``, with ``block_ha``; for `network_form` and for maps.

    Source: Marshall 2005. Errors: E-FORM-01.
    """
    faces = _faces(_streets(streets))
    frame = GeoDataFrame(index=pd.RangeIndex(len(faces), name="block_id"), geometry=faces, crs=streets.crs)
    return frame.assign(block_ha=ground_m2(faces, streets.crs) / _HA)


def _streets(streets: GeoDataFrame) -> Shapes:
    """The streets once each, joined where only two meet."""
    shapes = streets.geometry.to_numpy()
    odd = shapely.is_missing(shapes) | shapely.is_empty(shapes) | ~np.isin(shapely.get_type_id(shapes), (1, 5))
    odd |= ~np.isfinite(np.where(odd, 0.0, shapely.length(shapes)))
    if odd.any() or not len(shapes):
        ids = list(streets.index[odd])
        raise PlanningDataError("E-FORM-01", "streets are no lines.", feature_ids=ids, mend="leave these rows out.")
    parts = shapely.set_precision(shapely.get_parts(shapes), _SAME_M)
    parts = parts[~shapely.is_empty(parts)]
    once = shapely.from_wkb(np.unique(shapely.to_wkb(shapely.normalize(parts))))
    return np.asarray(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(once))))


def _nodes(lines: Shapes, zones: GeoDataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Degree of every node and the zone it lies in, -1 outside all."""
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(lines, place)) for place in (0, -1)])
    places, degree = np.unique(np.round(ends / _SAME_M).astype(np.int64), axis=0, return_counts=True)
    return degree.astype(np.int64), zone_of(shapely.points(places * _SAME_M), zones)


def _length_km(lines: Shapes, tree: shapely.STRtree, zones: GeoDataFrame, rank: NDArray[np.int64]) -> NDArray[np.float64]:
    line, zone = tree.query(lines, predicate="intersects")
    order = np.lexsort((rank[zone], line))
    line, zone, shapes = line[order], zone[order], zones.geometry.to_numpy()
    shapely.prepare(shapes)
    parts = lines[line]
    cut = np.flatnonzero(~shapely.covers(shapes[zone], parts))
    parts[cut] = shapely.intersection(parts[cut], shapes[zone[cut]])
    length = shapely.length(parts)
    for step in range(1, int(np.bincount(line).max(initial=0))):  # a stretch along a border lies in both zones
        first = np.flatnonzero(line[:-step] == line[step:])
        length[first + step] -= shapely.length(shapely.intersection(parts[first], parts[first + step]))
    there = length > 0
    real_m = length[there] * np.sqrt(ground_scale(parts[there], zones.crs))
    return _sums(zone[there], real_m, len(zones)) / 1000


def _circuity(lines: Shapes, zones: GeoDataFrame) -> NDArray[np.float64]:
    straight = shapely.distance(shapely.get_point(lines, 0), shapely.get_point(lines, -1))
    lines, straight = lines[straight > _SAME_M], straight[straight > _SAME_M]
    zone = zone_of(shapely.line_interpolate_point(lines, 0.5, normalized=True), zones)
    inside = zone >= 0
    return _ratio(*(_sums(zone[inside], part[inside], len(zones)) for part in (shapely.length(lines), straight)))


def _faces(lines: Shapes) -> Shapes:
    found = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all(lines))))
    return np.asarray(found[np.lexsort(shapely.get_coordinates(shapely.centroid(found)).T)])


def _blocks(lines: Shapes, tree: shapely.STRtree, zones: GeoDataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    faces, shapes = _faces(lines), zones.geometry.to_numpy()
    face, zone = tree.query(faces, predicate="intersects")
    shared = shapely.area(shapely.intersection(faces[face], shapes[zone]))
    inside = _sums(zone, shared, len(zones))
    weighted = _sums(zone, shared * ground_m2(faces, zones.crs)[face] / _HA, len(zones))
    return _ratio(weighted, inside), np.minimum(1.0, inside / shapely.area(shapes))


def _sums(group: NDArray[np.integer], values: NDArray[np.generic], count: int) -> NDArray[np.float64]:
    return np.bincount(group, np.asarray(values, float), minlength=count).astype(np.float64)


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
