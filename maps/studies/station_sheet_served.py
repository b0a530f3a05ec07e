"""The map of all stations: who of the people round them is within reach of a service today, with the line only, or not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from geopandas import GeoDataFrame

from analyses.studies import StationSheetsFound, StationSheetStudy
from geo import Label, format_number
from maps.areas import choropleth, outlines
from maps.points_ import points
from maps.region_sheets import ACCENT
from maps.sheets import MODELLED, STOPS, TRANSIT, Mark, Sheet, round3, sheet, told
from maps.studies.station_sheet_coverage import PLANNED
from maps.studies.station_sheet_words import TODAY
from maps.study_marks import group_of
from maps.style import Style

LATER, BEYOND = "planned_only", "beyond"
SERVED = {
    TODAY: Label("trong bán kính, hiện nay", "within the radius today"),
    LATER: Label("chỉ khi có tuyến hoặc quy hoạch", "with the line or the plan only"),
    BEYOND: Label("ngoài bán kính", "beyond the radius"),
}
_COLORS = {TODAY: "#2f8f6b", LATER: "#e0a030", BEYOND: "#c9c9c4"}
_SOURCES = ("zones", "stations", "bus_lines", "planning_norms")


def coverage_map(study: StationSheetStudy, found: StationSheetsFound, *, lang: str) -> Iterator[Sheet]:
    """People in the circles as drawn, served today, with the line or the plan only, or not: by stops, else by what is known."""
    norm_id = _shown(found)
    if norm_id is None:
        return
    areas = _areas(study, found, norm_id)
    stops = found.stops.loc[[stop for stop in found.stops.index if stop in found.sheets]]
    circles = stops[["name_vi", "name_en", "accuracy_m"]].assign(geometry=stops.buffer(study.radii_m[1], quad_segs=32))
    row = found.coverage.table[found.coverage.table["planning_norm_id"] == norm_id].iloc[0]
    name = Label(str(row["name_vi"]), str(row["name_en"]))
    circle = told("Vòng tròn {m} m", "Circle of {m} m", m=study.radii_m[1])
    marks: list[Mark] = [
        choropleth(areas, "served", title=name, style=_look(areas), fields=["name_vi", "people"], lang=lang),
        outlines(GeoDataFrame(circles), title=circle, fields=["accuracy_m"], lang=lang),
        points(stops, title=("Trạm", "Stations"), fields=["accuracy_m"], color=ACCENT, lang=lang),
    ]
    how = Label("theo đường đi", "by street") if study.streets else Label("theo đường chim bay", "crow-fly")
    metres = {one: format_number(float(row["radius_m"]), one, digits=0) for one in ("vi", "en")}
    text = (
        f"{name.vi}, bán kính {metres['vi']} m {how.vi}: trạm như vẽ; khoảng giá trị khi xê dịch trạm có ở hồ sơ từng trạm.",
        f"{name.en}, radius {metres['en']} m {how.en}: stations as drawn; ranges over displaced places stand in their sheets.",
    )
    title = (f"Độ phủ quanh trạm: {name.vi}", f"Within reach round the stations: {name.en}")
    notes = [STOPS, MODELLED, TRANSIT]
    yield sheet("coverage", group_of(study), title, text, marks, areas, lang=lang, sources=_SOURCES, notes=notes)


def _areas(study: StationSheetStudy, found: StationSheetsFound, norm_id: str) -> GeoDataFrame:
    """One area a station and answer, with the people who live in it."""
    cells = found.coverage.cells
    kinds = ["street"] if study.streets else ["street", "crow_only"]
    now, later = (cells[f"{norm_id}_{state}"].isin(kinds) for state in (TODAY, PLANNED))
    frame = cells[["stop_id", "people", "geometry"]].assign(served=np.select([now, later], [TODAY, LATER], BEYOND))
    areas = frame.dissolve(["stop_id", "served"], aggfunc="sum").reset_index()
    named = {name: areas["stop_id"].map(found.stops[name]) for name in ("name_vi", "name_en")}
    return GeoDataFrame(areas.assign(people=[round3(one) for one in areas["people"]], **named))


def _look(areas: GeoDataFrame) -> Style:
    known = [name for name in SERVED if name in set(areas["served"])]
    return Style(
        column="served",
        categories=tuple(known),
        colors=tuple(_COLORS[name] for name in known),
        labels=tuple(SERVED[name] for name in known),
        outline_px=0.0,
        opacity=0.7,
    )


def _shown(found: StationSheetsFound) -> str | None:
    """The norm of stops where it is told of both states, else the first that is."""
    norms = found.coverage.table.drop_duplicates("planning_norm_id")
    ordered = norms.sort_values("service", key=lambda services: services != "stops", kind="stable")
    columns = set(found.coverage.cells.columns)
    ids = [str(one) for one in ordered["planning_norm_id"]]
    return next((one for one in ids if {f"{one}_{TODAY}", f"{one}_{PLANNED}"} <= columns), None)
