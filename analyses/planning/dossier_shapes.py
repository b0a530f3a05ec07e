"""Shapes of a planning dossier: the right kind, valid, in the zone of the place, once, without overlap, gap or excess."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS

from analyses.planning.dossier_fields import DOSSIER
from analyses.planning.dossier_values import DossierRules, DossierTable
from geo import Finding, overlaps, to_wgs84

SHAPES = {"A": ("area", (3, 6)), "L": ("line", (1, 5)), "P": ("point", (0, 4))}  # ending → word, GEOS type numbers
LEAST_M2 = 1.0  # smaller overlaps and gaps are noise of drawing
_VN2000 = "VN-2000 / TM-3"
_HALF_ZONE_DEG = 1.5
_TOLD = 5


def shape_findings(table: DossierTable) -> Iterator[Finding]:
    """Each feature of one class by itself."""
    shapes = table.frame.geometry
    gone = (shapes.isna() | shapes.is_empty).rename(None)
    if not len(shapes):
        yield table.finding("E-DOS-36", "the class has no feature.", "fill it, or say why.", severity="warning")
        return
    if gone.any():
        yield table.finding("E-DOS-30", "features without a shape.", "draw them or drop them.", gone)
    word, numbers = SHAPES.get(table.name[-1:], ("", ()))
    kinds = pd.Series(shapely.get_type_id(shapes.to_numpy()), shapes.index)
    wrong = ~gone & ~kinds.isin(numbers)
    if word and wrong.any():
        seen = sorted(set(shapes[wrong].geom_type))
        what, mend = f"the name ends in _{table.name[-1]}, so every feature is a {word}.", "move them to a class of their kind."
        yield table.finding("E-DOS-31", what, mend, wrong, seen=seen)
    broken = ~gone & ~shapes.is_valid
    if broken.any():
        seen = shapely.is_valid_reason(shapes[broken].iloc[0])
        yield table.finding("E-DOS-32", "shapes that are not valid.", "QGIS: Fix geometries.", broken, seen=seen)
    whole = shapes[~gone & ~broken].normalize()
    again = pd.Series(data=False, index=shapes.index)
    again[whole.index] = whole.to_wkb().duplicated(keep=False)
    if again.any():
        yield table.finding("E-DOS-33", "the same shape is there twice.", "keep one of them.", again)


def land_findings(tables: Sequence[DossierTable], least_m2: float = LEAST_M2) -> Iterator[Finding]:
    """Land of one package and stage together: no overlap, and the boundary filled to its edge."""
    groups: dict[tuple[str, str], list[DossierTable]] = {}
    for table in tables:
        if table.role == "land" and table.name.endswith("_A") and len(table.frame) and table.frame.crs is not None:
            groups.setdefault((table.package, table.stage), []).append(table)
    edges = [table for table in tables if table.role == "boundary" and len(table.frame)]
    for (package, _), group in groups.items():
        if len({str(table.frame.crs) for table in group}) > 1:
            continue  # said by place_findings
        land = together(group)
        yield from _overlaps(land, least_m2)
        own = [table for table in edges if table.package == package] or edges
        for table in own:
            if str(table.frame.crs) == str(land.crs):
                yield from _against_boundary(table, land, least_m2)
    if groups and not edges:
        what, mend = "there is no boundary that the land must fill.", "add the class of the boundary."
        last = max(package for package, _ in groups)  # QuyHoach where it has land
        yield Finding("E-DOS-40", what, mend, "error", None, last)


def together(group: Sequence[DossierTable]) -> GeoDataFrame:
    """All valid land of the group with class and id of each feature."""
    parts = []
    for table in group:
        shapes = table.frame.geometry
        good = ~shapes.isna() & ~shapes.is_empty & shapes.is_valid & shapes.geom_type.isin(["Polygon", "MultiPolygon"])
        kept = shapes[good]
        parts.append(GeoDataFrame({"layer": table.title, "id": kept.index.to_numpy()}, geometry=kept.to_numpy(), crs=shapes.crs))
    return GeoDataFrame(pd.concat(parts, ignore_index=True))


def _overlaps(land: GeoDataFrame, least_m2: float) -> Iterator[Finding]:
    found = overlaps(land, land)
    found = found[(found["left"] < found["right"]) & (found["area_m2"] >= least_m2)]
    for layer in dict.fromkeys(land["layer"][found["left"]]):
        rows = found[(land["layer"][found["left"]] == layer).to_numpy()]
        pairs = [
            f"{land['id'][left]} with {land['layer'][right]} {land['id'][right]}: {area:,.1f} m²"
            for left, right, area in rows.head(_TOLD).to_numpy()
        ]
        ids = tuple(dict.fromkeys(land["id"][rows["left"]].tolist()))
        what = f"{len(rows)} overlaps of land, {rows['area_m2'].sum():,.1f} m²."
        yield Finding("E-DOS-41", what, "QGIS: check topology; one place has one class.", "error", None, layer, ids, pairs)


def _against_boundary(table: DossierTable, land: GeoDataFrame, least_m2: float) -> Iterator[Finding]:
    shapes = table.frame.geometry
    inside = shapely.union_all(shapes[~shapes.isna() & shapes.is_valid].to_numpy())
    covered = shapely.union_all(land.geometry.to_numpy())
    gaps = _parts(shapely.difference(inside, covered), least_m2)
    if len(gaps):
        what = f"{len(gaps)} gaps in the land within the boundary, {shapely.area(gaps).sum():,.1f} m²."
        yield table.finding("E-DOS-42", what, "give every place a class.", None, seen=_where(gaps))
    beyond = shapely.area(shapely.difference(land.geometry.to_numpy(), inside))
    for layer in dict.fromkeys(land["layer"][beyond >= least_m2]):
        rows = (land["layer"] == layer).to_numpy() & (beyond >= least_m2)
        what, ids = f"land beyond the boundary, {beyond[rows].sum():,.1f} m².", tuple(land["id"][rows].tolist())
        yield Finding("E-DOS-43", what, "cut it at the boundary.", "error", None, layer, ids)


def _parts(shape: shapely.Geometry, least_m2: float) -> np.ndarray:
    parts = shapely.get_parts(shape)
    parts = parts[shapely.area(parts) >= least_m2]
    return np.asarray(parts[np.argsort(-shapely.area(parts), kind="stable")])


def _where(parts: np.ndarray) -> list[str]:
    points = shapely.point_on_surface(parts[:_TOLD])
    return [f"{part.area:,.1f} m² at {point.x:.1f}, {point.y:.1f}" for part, point in zip(parts, points, strict=False)]


def place_findings(tables: Sequence[DossierTable], rules: DossierRules) -> Iterator[Finding]:
    """The coordinate system: VN-2000 in the zone of the province, the same in all classes."""
    wanted = _wanted(tables, rules)
    known = [table for table in tables if table.frame.crs is not None]
    first = next((CRS(table.frame.crs) for table in known), None)
    for table in tables:
        if table.frame.crs is None:
            yield table.finding("E-DOS-50", "the class has no coordinate system.", f"set {wanted or 'its zone of VN-2000'}.")
            continue
        crs = CRS(table.frame.crs)
        if not crs.name.startswith(_VN2000):
            yield table.finding("E-DOS-51", "not in VN-2000, TM 3°.", f"bring it to {wanted or 'its zone'}.", seen=crs.name)
        elif wanted and crs != CRS(wanted):
            what, mend = "another zone of VN-2000 than the province maps in.", f"bring it to {wanted}: reproject, do not relabel."
            yield table.finding("E-DOS-52", what, mend, seen=f"{crs.name} ({crs.to_string()})")
        elif first is not None and crs != first:
            what, mend = "another coordinate system than the other classes.", f"bring it to {first.to_string()}."
            yield table.finding("E-DOS-53", what, mend, seen=crs.to_string())
        yield from _misplaced(table, crs)


def _wanted(tables: Sequence[DossierTable], rules: DossierRules) -> str:
    """The zone of the province that the codes name; "" where they name none we know."""
    for table in tables:
        if DOSSIER in table.frame:
            for code in table.frame[DOSSIER].dropna().astype(str).str[:2].unique():
                zones = rules.zones[rules.zones["province_code"] == code]["epsg"].unique()
                if len(zones) == 1:
                    return str(zones[0])
    return ""


def _misplaced(table: DossierTable, crs: CRS) -> Iterator[Finding]:
    """Coordinates that lie nowhere near the zone's meridian: another zone's, degrees, or X and Y changed."""
    if table.frame.empty or not crs.is_projected:
        return
    steps = crs.coordinate_operation.params if crs.coordinate_operation is not None else ()
    lon_0 = next((float(one.value) for one in steps if "ongitude of natural" in one.name), float("nan"))
    drawn = table.frame.geometry
    places = to_wgs84(drawn.to_frame()).geometry.bounds
    off = (places["minx"] - lon_0).abs().gt(2 * _HALF_ZONE_DEG) | places["miny"].lt(8) | places["maxy"].gt(24)
    off |= places["minx"].isna() & ~drawn.isna() & ~drawn.is_empty
    if off.any():
        point = drawn[off].iloc[0].bounds[:2]
        what, mend = "features that lie outside the zone or the country.", "X north and Y east changed, degrees, or another zone?"
        yield table.finding("E-DOS-54", what, mend, off, seen=tuple(round(float(one), 1) for one in point))
