"""What a reader of a drawing must know: what was left out, mended, doubtful, or drawn twice."""

from __future__ import annotations

from typing import Any

import shapely

from geo.drawings.parts import Parts
from geo.findings import Finding, Severity

_SHAPELESS = frozenset(
    {"REGION", "3DSOLID", "BODY", "SURFACE", "ACAD_PROXY_ENTITY", "IMAGE", "OLE2FRAME", "MESH", "POLYLINE", "MLINE"}
)
_ALIKE = 1e-3  # of the area, by which a boundary and its hatch may differ


def findings_of(parts: Parts, document: Any, file: str) -> list[Finding]:
    """All findings about the entities, the gravest first."""
    found: list[Finding] = []

    def add(code: str, severity: Severity, ids: Any, what: str, mend: str = "", seen: object = None) -> None:
        if ids:
            found.append(Finding(code, what, mend, severity, file, None, tuple(ids), seen))

    why = next(iter(parts.bad.values()), "")
    add("E-CAD-08", "error", parts.bad, f"entities that can not be read: {why}.", "mend or delete them in the CAD program.")
    add("E-CAD-09", "error", parts.crossing, "areas whose boundary crosses itself: their size says nothing.", "draw them anew.")
    add(
        "E-CAD-10",
        "warning",
        parts.xrefs,
        "inserts of other drawings or of no block.",
        "bind them: XREF, Bind.",
        _names(parts.xrefs.values()),
    )
    shapeless = {kind: count for kind, count in parts.unread.items() if kind in _SHAPELESS}
    others = {kind: count for kind, count in parts.unread.items() if kind not in _SHAPELESS}
    add(
        "E-CAD-11",
        "warning",
        _counted(shapeless),
        "kinds of entities that are not read and may be parcels.",
        "EXPLODE them, save again.",
    )
    add("E-CAD-11", "note", _counted(others), "kinds of entities that are not read.")
    add("E-CAD-12", "fixed", parts.touching, "areas whose boundary touches itself (a hole on a slit): taken as area with hole.")
    add(
        "E-CAD-13",
        "warning",
        parts.tilted,
        "entities drawn on a slope or a wall: seen from above, their areas are smaller.",
        "FLATTEN them.",
    )
    add("E-CAD-14", "note", parts.hidden, "entities on layers that are off or frozen: read, with hidden = True.")
    paper = {layout.name: len(layout) for layout in document.layouts if layout.name != "Model" and len(layout)}
    add("E-CAD-15", "note", _counted(paper), "paper space is not read; layouts and their entities.")
    add("E-CAD-18", "note", parts.nothing, "entities of one point or of no width: left out.")
    twins = mark_twins(parts.areas)
    add("E-CAD-16", "note", twins, "closed lines that bound a hatch of the same size: in twice, see same_as before adding up.")
    if not parts.rows():
        layers = ", ".join(f"{name} ({count})" for name, count in parts.layers.most_common(5))
        what = f"nothing was read; layers with entities: {layers or 'none'}."
        found.append(Finding("E-CAD-17", what, "look for the plan in another file or layer.", "warning", file))
    return found


def mark_twins(areas: list[dict[str, Any]]) -> list[str]:
    """Closed lines that bound a hatch: ``same_as`` set to its handle; their handles."""
    hatches = [row for row in areas if row["dxf_type"] in {"HATCH", "MPOLYGON"} and row["geometry"].is_valid]
    lines = [row for row in areas if row["dxf_type"] not in {"HATCH", "MPOLYGON"} and row["geometry"].is_valid]
    if not hatches or not lines:
        return []
    shells = [_without_holes(row["geometry"]) for row in hatches]
    tree = shapely.STRtree(shells)
    found = []
    inner = [row["geometry"].representative_point() for row in lines]
    for at, of in sorted(tree.query(inner, predicate="within").T.tolist()):
        line, most = lines[at], _ALIKE * lines[at]["geometry"].area
        if "same_as" not in line and line["geometry"].symmetric_difference(shells[of]).area <= most:
            line["same_as"] = hatches[of]["handle"]
            found.append(line["handle"])
    return found


def _without_holes(area: Any) -> Any:
    return shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(area)])


def _counted(kinds: dict[str, int]) -> list[str]:
    return [f"{count} × {kind}" for kind, count in sorted(kinds.items())]


def _names(names: Any) -> str:
    return ", ".join(sorted(set(names))[:5])
