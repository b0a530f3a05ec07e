"""What the maps of a planned park share: its outline, the notes they carry, the words of modes."""

from __future__ import annotations

import pandas as pd

from analyses import StudyGround
from analyses.studies import ParkFound, ParkStudy, site_of
from maps.areas import outlines
from maps.lines_ import lines
from maps.points_ import points
from maps.region_sheets import ACCENT
from maps.sheets import NETWORK, Pair, told
from maps.vector_layer import VectorLayer
from maps.words import value_label

TODAY, DRAWN = "today", "drawn"


def notes_of(study: ParkStudy, ground: StudyGround, found: ParkFound) -> list[Pair]:
    """How well the site is placed, what it is compared with, what the minutes rest on."""
    accuracy = site_of(study, ground).get("accuracy_m", pd.Series([0.0])).iloc[0]
    where = told(
        "Vị trí khu là sơ đồ, sai số ±{km} km: p10–p90 qua {draws} vị trí xê dịch.",
        "The site is schematic, ± {km} km: p10–p90 over {draws} displaced sites.",
        km=(accuracy / 1000, 1),
        draws=len(found.places) - 1,
    )
    base = [one for one in study.scenarios if one.id == study.baseline]
    missing = [(f"Mốc so sánh: {one.title_vi}.", f"Compared with: {one.title_en}.") for one in base]
    return [where, *missing, *([NETWORK] if ground.embedded else [])]


def site_marks(study: ParkStudy, ground: StudyGround, found: ParkFound, lang: str, *, near: bool = True) -> list[VectorLayer]:
    """The site as drawn and, hidden at first, its displaced places; as a line unless the map shall look at it (``near``)."""
    site, title = site_of(study, ground), ("Khu (ranh sơ đồ)", "The park (schematic)")
    spread = points(
        found.places.drop(index=DRAWN), title=("Vị trí xê dịch", "Displaced sites"), radius=2.5, lang=lang, show=False
    )
    if not set(site.geom_type) <= {"Polygon", "MultiPolygon"}:
        return [spread, points(site, title=title, color=ACCENT, lang=lang)]
    if near:
        return [spread, outlines(site, title=title, color=ACCENT, width=2.4, lang=lang)]
    border = site.set_geometry(site.boundary).drop(columns="kind", errors="ignore")
    return [spread, lines(border.assign(part="outline"), "part", title=title, palette=[ACCENT], width=2.4, lang=lang)]


def layers_of(ground: StudyGround, *names: str) -> tuple[str, ...]:
    """Layers of the region behind a sheet; none elsewhere."""
    return names if ground.embedded else ()


def by_mode(mode: str) -> Pair:
    """A mode as sentences name it."""
    label = value_label(mode)
    return label.vi, label.en
