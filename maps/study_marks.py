"""What the maps and texts of several kinds of studies share: headings, the drawn option, gains by unit, notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

import layers
from analyses import Study, StudyGround
from maps.areas import choropleth
from maps.lines_ import lines
from maps.points_ import points
from maps.region_sheets import ACCENT
from maps.sheets import MODELLED, NETWORK, TRANSIT, Pair
from maps.vector_layer import VectorLayer


def group_of(study: Study) -> Pair:
    """The heading over a study's cards: its title."""
    return study.title_vi, study.title_en


def drawn_option(ground: StudyGround, scenario: str, lang: str) -> list[VectorLayer]:
    """The stops, lines and areas that a scenario's changes draw or open, as marks."""
    marks: list[VectorLayer] = []
    for change in ground.scenarios[scenario].changes:
        for name in ("stops", "stop", "line", "area", "places"):
            frame = getattr(change, name, None)
            if isinstance(frame, GeoDataFrame):
                marks.append(_drawn(frame.drop(columns="chainage_km", errors="ignore"), lang))
        marks += _opened(ground, getattr(change, "ids", ()), lang)
    return marks


def _opened(ground: StudyGround, ids: tuple[str, ...], lang: str) -> list[VectorLayer]:
    stations = layers.stations(workspace=ground.workspace)
    opened = stations[stations["line_id"].isin(list(ids))]
    if opened.empty:
        return []
    return [points(opened, "mode", title=("Ga, trạm của phương án", "Stations of the option"), lang=lang)]


def _drawn(frame: GeoDataFrame, lang: str) -> VectorLayer:
    kind = set(frame.geom_type)
    if kind <= {"Point", "MultiPoint"}:
        return points(frame, title=("Trạm của phương án", "Stops of the option"), color=ACCENT, lang=lang)
    title = ("Phương án", "The option")
    if kind <= {"LineString", "MultiLineString"}:
        return lines(frame, title=title, lang=lang)
    return choropleth(frame.assign(option="option"), "option", title=title, lang=lang)


def gains(winners: pd.DataFrame, totals: pd.DataFrame, scenario: str, by: str, measure: str, least: int = 0) -> pd.DataFrame:
    """Of one scenario and measure, a row a unit: people better and worse off, the mean before, after and its change.

    Units where nobody gains or loses are left out when there are more than ``least`` rows of others.
    """
    keys = ["scenario", "by", "unit_id", "name_vi", "name_en", "measure"]
    both = winners.merge(totals, on=keys, how="left")
    both = both[both["scenario"].eq(scenario) & both["by"].eq(by) & both["measure"].eq(measure)]
    both = both.sort_values("better_people", ascending=False, kind="stable")
    moved = both[both["better_people"].gt(0) | both["worse_people"].gt(0) | both["unit_id"].eq("all")]
    both = moved if least and len(moved) > 1 else both
    stem, unit = measure.split("_by_", maxsplit=1)[0], measure.rsplit("_", 1)[-1]
    name = stem if stem != measure else f"travel_time_{unit}"
    shown = {f"mean_{side}": f"mean_{name}_{side}" for side in ("before", "after", "change")}
    return (
        both[["name_vi", "name_en", "better_people", "worse_people", *shown]]
        .rename(columns=shown)
        .round(1)
        .reset_index(drop=True)
    )


def unit_caption(by: str) -> Pair:
    """What the units of a table are."""
    return {
        "unit_id": ("Theo đơn vị cấp huyện trước 01/07/2025", "By district before 2025-07-01"),
        "ward_id": ("Theo phường, xã từ 01/07/2025", "By unit since 2025-07-01"),
    }.get(by, ("Toàn vùng", "Everywhere"))


def where(ground: StudyGround) -> list[str]:
    """Columns that say where a zone is, for tooltips."""
    wanted = ["unit_name_vi", "ward_name_vi", ground.people] if ground.embedded else ["name_vi", "unit_id", ground.people]
    return [name for name in wanted if name in ground.zones]


def sources_of(ground: StudyGround, *names: str) -> list[Mapping[str, Any]]:
    """What the catalogue in force says of these layers; of another place, of what the workspace holds of it."""
    table: dict[Any, Any] = layers.catalogue(workspace=ground.workspace).to_dict("index")
    held = ground.workspace.layers if ground.workspace else {}
    of_region = set(names) if ground.embedded else set() if ground.own_zones else {"zones", "jobs"}
    return [table[name] for name in names if name in of_region or name in held]


def ground_notes(ground: StudyGround) -> list[Pair]:
    """What must be said of the embedded data; of other places nothing is known here."""
    if not ground.embedded:
        return [] if ground.own_zones else [MODELLED]
    return [NETWORK, TRANSIT, MODELLED]
