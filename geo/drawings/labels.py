"""Texts inside parcels as their labels: number, area and land code by pattern; what is ambiguous is listed, not chosen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geo.errors import PlanningDataError
from geo.findings import Finding
from geo.reading.numbers import readings

_CODE = re.compile(r"[A-ZĐ]{3}(?:\s*\+\s*[A-ZĐ]{3})*")
_NUMBER = re.compile(r"(?:thửa(?:\s+đất)?(?:\s+số)?\s*:?\s*)?(\d{1,5}[a-z]?)", re.IGNORECASE)
_AREA = re.compile(r"(?:(?:s|dt|diện tích)\s*[=:]\s*)?([\d.,\s]+?)\s*(m2|m²|ha)?", re.IGNORECASE)
_MARKED = re.compile(r"=|:|m2|m²|ha|[.,]", re.IGNORECASE)
_IS_ITS_AREA = 0.02  # share by which a whole number may miss the parcel's area and still be taken for it
_DIFFERS = 0.01


@dataclass
class _Label:
    numbers: list[str] = field(default_factory=list)
    areas: list[float] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def label_parcels(areas: GeoDataFrame, texts: GeoDataFrame, *, report: list[Finding] | None = None) -> GeoDataFrame:
    """The areas of a drawing with what the texts inside say: ``parcel_number``, ``stated_area_m2``, ``land_code``, ``label``.

    A text belongs to the smallest area around its middle (and to the line that bounds that hatch). Patterns: "123", "Thửa số 123"
    a number; "256,7", "S = 256.7 m²", "1,2 ha" an area; "ODT", "ONT+CLN" a land code; "123/256,7" both; other texts are in
    ``label`` only. Where two texts could be the number, there is none: ``label_state`` is "ambiguous" ("none" where no number
    stands in it, else "ok"). ``report`` takes findings: E-LABEL-01 ambiguous, E-LABEL-02 no number, E-LABEL-03 texts in no area,
    E-LABEL-04 a stated area more than 1 % off, E-LABEL-05 numbers used twice. Errors: E-CRS-02 two systems.
    """
    if areas.crs != texts.crs:
        raise PlanningDataError("E-CRS-02", "areas and texts are in two systems.", mend="take both from one drawing.")
    sizes = shapely.area(areas.geometry.to_numpy())
    inside, lost = _inside(areas, texts, sizes)
    labels = [_Label() for _ in range(len(areas))]
    for text, area in inside:
        for part in re.split(r"[\n\t]+", str(texts["text"].iloc[text])):
            _read(labels[area], part.strip(), sizes[area])
    rows = [_row(label, size) for label, size in zip(labels, sizes, strict=True)]
    columns = ["parcel_number", "stated_area_m2", "land_code", "label", "label_state"]
    found = areas.join(pd.DataFrame(rows, columns=columns, index=areas.index))
    if report is not None:
        report.extend(_findings(found, texts.index[lost]))
    return found


def _inside(areas: GeoDataFrame, texts: GeoDataFrame, sizes: Any) -> tuple[list[tuple[int, int]], list[int]]:
    """Pairs of text and area, and the texts that are in none."""
    valid = np.where(areas.geometry.is_valid.to_numpy(), areas.geometry.to_numpy(), None)
    hits = shapely.STRtree(valid).query(texts.geometry.to_numpy(), predicate="within")
    around: dict[int, list[int]] = {}
    for text, area in zip(*hits.tolist(), strict=True):
        around.setdefault(text, []).append(area)
    bounds = dict(zip(areas.index, areas.get("same_as", pd.Series("", index=areas.index)), strict=True))
    pairs = []
    for text, met in sorted(around.items()):
        own = min(met, key=lambda at: (sizes[at], at))
        hatch = bounds[areas.index[own]] or areas.index[own]
        pairs += [(text, at) for at in met if at == own or areas.index[at] == hatch or bounds[areas.index[at]] == hatch]
    return pairs, [at for at in range(len(texts)) if at not in around]


def _read(label: _Label, text: str, size: float) -> None:
    label.texts.append(text)
    if "/" in text and all(part.strip() for part in text.split("/", 1)):
        top, bottom = (part.strip() for part in text.split("/", 1))
        if _NUMBER.fullmatch(top) and _AREA.fullmatch(bottom) and readings(bottom):
            label.numbers.append(_NUMBER.fullmatch(top)[1])  # type: ignore[index]  # matched above
            label.areas.append(_nearest(bottom, "", size))
        return
    if _CODE.fullmatch(text):
        label.codes.append(re.sub(r"\s", "", text))
    elif found := _NUMBER.fullmatch(text):
        label.numbers.append(found[1])
    elif (found := _AREA.fullmatch(text)) and _MARKED.search(text) and readings(found[1]):
        label.areas.append(_nearest(found[1], found[2] or "", size))


def _nearest(text: str, unit: str, size: float) -> float:
    """The reading of a number that is nearest to the parcel's own area."""
    factor = 1e4 if unit.lower() == "ha" else 1.0
    return min((value * factor for value in readings(text)), key=lambda value: abs(value - size))


def _row(label: _Label, size: float) -> tuple[str, float, str, str, str]:
    numbers, stated = list(dict.fromkeys(label.numbers)), label.areas
    if len(numbers) > 1 and not stated:  # an area without decimals looks like a number
        like = [one for one in numbers if one.isdigit() and abs(int(one) - size) <= _IS_ITS_AREA * size]
        if len(like) == 1:
            numbers.remove(like[0])
            stated = [float(like[0])]
    doubtful = len(numbers) > 1 or len(set(stated)) > 1 or len(set(label.codes)) > 1
    state = "ambiguous" if doubtful else "ok" if numbers else "none"
    return (
        numbers[0] if len(numbers) == 1 else "",
        stated[0] if len(set(stated)) == 1 else np.nan,
        label.codes[0] if len(set(label.codes)) == 1 else "",
        " | ".join(label.texts),
        state,
    )


def _findings(found: GeoDataFrame, lost: pd.Index) -> list[Finding]:
    sizes = shapely.area(found.geometry.to_numpy())
    off = (found["stated_area_m2"] - sizes).abs() > _DIFFERS * sizes
    own = found[found.get("same_as", pd.Series("", index=found.index)) == ""]
    again = own["parcel_number"].duplicated(keep=False) & (own["parcel_number"] != "")
    told = [
        (
            "E-LABEL-01",
            "warning",
            found.index[found["label_state"] == "ambiguous"],
            "parcels with several numbers, areas or codes.",
        ),
        ("E-LABEL-02", "warning", found.index[found["label_state"] == "none"], "parcels without a number."),
        ("E-LABEL-03", "note", lost, "texts that stand in no parcel."),
        ("E-LABEL-04", "warning", found.index[off], "parcels whose stated area is more than 1 % off the drawn one."),
        ("E-LABEL-05", "warning", own.index[again], "parcels whose number another one has too."),
    ]
    mend = "look at them in the drawing; label tells all texts of each."
    return [Finding(code, what, mend, severity, None, None, tuple(ids)) for code, severity, ids, what in told if len(ids)]  # type: ignore[arg-type]
