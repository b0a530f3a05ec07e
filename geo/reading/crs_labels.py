"""What a file says of its CRS, and what is wrong with it: nothing said, unknown systems, mistyped meridians, a lost datum."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pyproj import CRS

from geo.crs import WGS84, known_crs
from geo.errors import PlanningDataError
from geo.findings import Finding
from geo.reading.placing import Candidate, choose, looks_like

_MERIDIANS = (104.5, 104.75, 105.5, 105.75, 106.25, 106.5, 107.25, 107.5, 107.75, 108.25, 108.5)  # official, with minutes
_ZONES = {
    105.0: "EPSG:5897",
    105.5: "EPSG:9209",
    105.75: "EPSG:9210",
    106.0: "EPSG:9211",
    106.25: "EPSG:9212",
    106.5: "EPSG:9213",
    107.0: "EPSG:9214",
    107.75: "EPSG:5899",
    108.0: "EPSG:5898",
}
_KM = 109.3  # of a degree of longitude at 11° N
_TM3_SCALE = 0.9999
_HEAD = 1 << 16
_MEMBER = re.compile(r'"crs"\s*:')
_FEATURES = re.compile(r'"features"\s*:')


def no_crs(fitting: list[Candidate], shown: str, layer: str | None, seen: Any = None) -> Finding:
    """The refusal of a file that names no CRS; ``fitting`` as `candidates` finds them."""
    mend = choose(fitting, 'name it: read_vector(..., crs="EPSG:9210") for VN-2000 / TM-3 105°45\'.')
    return Finding("E-CRS-01", f"the file names no CRS.{looks_like(fitting)}", mend, "error", shown, layer, (), seen)


def geojson_crs(path: Path, shown: str) -> tuple[CRS, Finding | None]:
    """The CRS of a GeoJSON by its own words, for GDAL takes an unknown one, null and a link for WGS 84 without telling.

    WGS 84 where there is no member ``crs`` (RFC 7946). With a note where there is one of another system (GeoJSON 2008).
    Errors: E-CRS-04 null, a link (it is not followed), or an unknown name.
    """
    found = _crs_member(path)
    if found is None:
        return CRS(WGS84), None
    (member,) = found
    name = member.get("properties", {}).get("name") if isinstance(member, dict) and member.get("type") == "name" else None
    if not isinstance(name, str):
        kind = "null" if member is None else "a link, which is not followed"
        mend = 'name it: read_vector(..., crs="EPSG:4326") if the coordinates are longitude and latitude.'
        what = f"the file's member crs is {kind}."
        raise PlanningDataError("E-CRS-04", what, file=shown, seen=str(member)[:80], mend=mend)
    crs = known_crs(name, shown)
    if crs.to_authority() in {("OGC", "CRS84"), ("EPSG", "4326")}:
        return CRS(WGS84), None
    mend = "write it anew with geo.write: RFC 7946 wants WGS 84, and other programs may overlook this member."
    return crs, Finding("E-CRS-06", f"the GeoJSON is not in WGS 84 but in {crs.name}.", mend, "note", shown, None, (), name)


def _crs_member(path: Path) -> tuple[Any] | None:
    """The member ``crs`` of the whole document, in a tuple; None where there is none."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    if not _MEMBER.search(text):
        return None
    features = _FEATURES.search(text)
    if features is None or features.start() > _HEAD:
        whole = _json(text)
        return (whole["crs"],) if isinstance(whole, dict) and "crs" in whole else None
    head = _json(text[: features.start()] + '"features":0}')
    if isinstance(head, dict) and "crs" in head:
        return (head["crs"],)
    last = text.rfind('"crs"', features.end())  # behind the features, or of a feature
    tail = _json("{" + text[last:]) if last > 0 else None  # whole only where no bracket of features is open
    return (tail["crs"],) if isinstance(tail, dict) and "crs" in tail else None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def label_findings(crs: CRS, shown: str | None, layer: str | None) -> list[Finding]:
    """What is wrong with a CRS as such: a mistyped central meridian (error), VN-2000's projection without its datum (warning)."""
    bound, crs = crs.is_bound, (crs.source_crs or crs) if crs.is_bound else crs
    meridian = _tm_meridian(crs)
    if meridian is None:
        return []
    meant = _meant(meridian)
    if meant is not None:
        degrees, minutes = int(meant), round(60 * (meant % 1))
        zone = _ZONES.get(meant)
        off_km = _KM * abs(meant - meridian)
        what = f"the central meridian is {meridian:g}°: {degrees}°{minutes:02d}' written as a decimal, {off_km:.0f} km off."
        mend = f"{degrees}°{minutes:02d}' is {meant:g}°" + (f': read_vector(..., crs="{zone}").' if zone else ".")
        return [Finding("E-CRS-07", what, mend, "error", shown, layer, (), meridian)]
    vn2000 = bound or "VN-2000" in crs.to_wkt() or "Vietnam_2000" in crs.to_wkt()
    if meridian in _ZONES and not vn2000 and _parameter(crs, "Scale factor at natural origin") == _TM3_SCALE:
        mend = f'pass crs="{_ZONES[meridian]}" to have the datum shifted.'
        what = "the projection is VN-2000 / TM-3 but its datum is not VN-2000: places come out about 225 m off."
        return [Finding("E-CRS-08", what, mend, "warning", shown, layer, (), crs.name)]
    return []


def _parameter(crs: CRS, name: str) -> float | None:
    operation = crs.coordinate_operation
    found = [one.value for one in operation.params if one.name == name] if operation is not None else []
    return float(found[0]) if found else None


def _tm_meridian(crs: CRS) -> float | None:
    operation = crs.coordinate_operation
    if operation is None or "Transverse Mercator" not in operation.method_name:
        return None
    return _parameter(crs, "Longitude of natural origin")


def _meant(meridian: float) -> float | None:
    """The official meridian whose degrees and minutes were written as a decimal, such as 105.45 for 105°45'."""
    if any(abs(meridian - one) < 1e-6 for one in _MERIDIANS):  # noqa: PLR2004 - rounding of definitions
        return None
    whole, part = divmod(meridian, 1)
    meant = whole + round(100 * part, 4) / 60
    return next((one for one in _MERIDIANS if abs(meant - one) < 1e-6), None)  # noqa: PLR2004 - rounding of definitions
