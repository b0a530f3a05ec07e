"""A planning dossier checked as a whole: parts, classes, fields, shapes, and its areas against the drawing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path

from geopandas import GeoDataFrame

import analyses
import geo
import layers
from geo import Finding, PlanningDataError
from maps.dossier_reading import read_dossier, rules_of


def check_dossier(
    folder: str | Path,
    *,
    against: str | Path | None = None,
    on: str | dt.date | None = None,
    own: str | Path | None = None,
    least_m2: float = 1.0,
) -> list[Finding]:
    """Everything that is wrong with a dossier ``CSDL_<Name>``: file, class, field and features of each; errors first.

    Parts (E-DOS-01 name of the folder, -02 and -03 missing, -05 no project, -06 not readable, -07 paths of the project, -08 files
    that no rule knows, -09 empty, -12 tables without geometry, -86 one format only), then what `analyses.dossier_findings` tells
    of the GeoPackages, or of the geodatabases where there are no others; where both are there, what they do not hold the same
    (`analyses.dossier_between_formats`).
    ``against`` a drawing (DXF): its land, by the names of its layers, against the dossier's, parcel by parcel
    (`analyses.dossier_against_drawing`). Nothing is mended and nothing is written. ``on`` a day chooses the rules, ``own`` a
    planner's rows over them, ``least_m2`` the smallest overlap, gap or difference. Errors: E-DOS-64 no such folder, -65 no land
    in the drawing, E-LAW-01 to E-LAW-05, those of `geo.read_drawing`.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise PlanningDataError("E-DOS-64", "there is no such folder.", file=folder, mend="name the folder CSDL_<Name>.")
    rules = rules_of(on, own)
    found = read_dossier(folder, rules)
    findings = found.findings + analyses.dossier_findings(found.tables, rules.check, least_m2=least_m2)
    findings += analyses.dossier_between_formats(found.tables, found.again, rules.check)
    if against is not None:
        crs = next((str(table.frame.crs) for table in found.tables if table.frame.crs is not None), str(geo.METRIC))
        parcels = _parcels(Path(against), crs, findings, own)
        findings += analyses.dossier_against_drawing(found.tables, parcels, least_m2=least_m2)
    return geo.by_severity(findings)


def _parcels(drawing: Path, crs: str, findings: list[Finding], own: str | Path | None) -> GeoDataFrame:
    """The planned land of a drawing, each parcel once, with its class; what is wrong with the drawing is a finding."""
    report: list[Finding] = []
    areas = geo.read_drawing(drawing, crs=crs, expect="anywhere", report=report).areas
    findings += report
    read = layers.drawing_layers(areas["dxf_layer"], own=own)
    once = areas["same_as"].isna() | (areas["same_as"] == "")
    parcels = areas.assign(class_id=read["class_id"])[once & (read["class_id"] != "") & (read["stage"] != "existing")]
    if parcels.empty:
        seen, mend = sorted(set(areas["dxf_layer"]))[:10], "name the layers as TT 16/2025, QHDH_DAT_O_Nhomnhao."
        raise PlanningDataError("E-DOS-65", "no layer of the drawing is planned land.", file=drawing.name, seen=seen, mend=mend)
    return parcels


def told(findings: Sequence[Finding], folder: Path) -> str:
    """The findings as lines for people."""
    lines = [f"{one.severity:7} {one}\n" for one in findings]
    errors = sum(one.severity == "error" for one in findings)
    rest = "Rules are second-hand (verified=false): see `innoregion layers dossier_fields`."
    return "".join(lines) + f"{folder}: {errors} errors, {len(findings) - errors} warnings. {rest}\n"


def told_as_json(findings: Sequence[Finding], folder: Path) -> str:
    """The findings for programs."""
    ok = not any(one.severity == "error" for one in findings)
    whole = {"dossier": str(folder), "ok": ok, "rules_verified": False, "findings": [one.as_dict() for one in findings]}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
