"""A checker of GeoJSON by the rules of RFC 7946, written apart from every writer."""

import json
import math
from itertools import pairwise

KINDS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


def faults(text, decimals=6):
    """What a text offends against; nothing where it is a proper FeatureCollection."""
    whole = json.loads(text, parse_constant=lambda word: word)
    found = []
    if whole.get("type") != "FeatureCollection":
        found.append("no FeatureCollection")
    if "crs" in whole:
        found.append("crs member")
    if "NaN" in text or "Infinity" in text:
        found.append("numbers that JSON has not")
    ids = [one["id"] for one in whole["features"] if "id" in one]
    if len(set(ids)) != len(ids):
        found.append("ids twice")
    for at, one in enumerate(whole["features"]):
        found += [f"feature {at}: {what}" for what in _feature(one, decimals)]
    found += _bbox(whole.get("bbox"), [one["geometry"] for one in whole["features"]], "collection")
    return found


def _feature(one, decimals):
    if one.get("type") != "Feature" or not isinstance(one.get("properties"), dict) or "geometry" not in one:
        yield "no Feature with properties and geometry"
        return
    if one["geometry"] is None:
        return
    yield from _shape(one["geometry"], decimals)
    yield from _bbox(one.get("bbox"), [one["geometry"]], "feature")


def _shape(shape, decimals):
    if shape["type"] == "GeometryCollection":
        for part in shape["geometries"]:
            yield from _shape(part, decimals)
        return
    for x, y in _positions(shape):
        if not (-180 <= x <= 180 and -90 <= y <= 90):
            yield f"position {x}, {y} off the globe"
        if any(abs(round(value, decimals) - value) > 1e-12 for value in (x, y)):
            yield f"more than {decimals} decimals"
    polygons = {"Polygon": [shape.get("coordinates")], "MultiPolygon": shape.get("coordinates")}.get(shape["type"], [])
    for polygon in polygons:
        for number, ring in enumerate(polygon):
            yield from _ring(ring, outer=number == 0)


def _ring(ring, *, outer):
    if len(ring) < 4 or ring[0] != ring[-1]:
        yield "ring not closed"
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    if area == 0 or (area > 0) != outer:
        yield "ring turns the wrong way"


def _positions(shape):
    if shape["type"] == "GeometryCollection":
        return [place for part in shape["geometries"] for place in _positions(part)]
    places, depth = [shape["coordinates"]], KINDS[shape["type"]]
    for _ in range(depth):
        places = [one for place in places for one in place]
    return [(place[0], place[1]) for place in places if place]


def _bbox(bbox, shapes, of):
    places = [place for shape in shapes if shape is not None for place in _positions(shape)]
    if not places:
        return
    if bbox is None:
        yield f"no bbox of the {of}"
        return
    west, south, east, north = bbox
    if not (math.isclose(min(y for _, y in places), south) and math.isclose(max(y for _, y in places), north)):
        yield f"bbox of the {of}: south or north"
    if west <= east:
        inside = math.isclose(min(x for x, _ in places), west) and math.isclose(max(x for x, _ in places), east)
    else:  # across the antimeridian
        inside = all(x >= west or x <= east for x, _ in places) and {west, east} <= {x for x, _ in places}
    if not inside:
        yield f"bbox of the {of}: west or east"
