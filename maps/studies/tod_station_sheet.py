"""Station sheets as a study: a map of the line, a card, a PDF and a page a station, the line's figures, the norms."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

import layers
from analyses import Range, StudyGround
from analyses.studies import StationSheetsFound, StationSheetStudy
from geo import Label, file_names, format_number, write_whole
from maps.areas import choropleth, outlines
from maps.gallery import Card
from maps.labels_ import labels
from maps.lines_ import lines
from maps.points_ import points
from maps.region_sheets import ACCENT
from maps.report import Section, section_of
from maps.sheets import MODELLED, STOPS, TRANSIT, Pair, Sheet, round3, sheet, told
from maps.studies.station_sheet_coverage import services_used
from maps.studies.station_sheet_land import land_name
from maps.studies.station_sheet_map import surroundings
from maps.studies.station_sheet_page import save_page
from maps.studies.station_sheet_print import save_sheet, told_of
from maps.studies.station_sheet_served import coverage_map
from maps.studies.station_sheet_words import AFTER, BEFORE, ITEMS, STATION, TODAY, said, state_name
from maps.study_marks import group_of
from maps.vector_layer import VectorLayer

FOLDER = "sheets"
PAGES = ("Hồ sơ từng trạm", "Sheets of the stations")
HEADS: dict[str, Pair] = {
    "name_vi": ("Trạm", "Station"),
    "accuracy_m": ("Sai số vị trí (m)", "Accuracy (m)"),
    "people_vi": ("Dân số hiện nay", "People today"),
    "later_vi": ("Dân số năm cuối", "People in the last year"),
    "jobs_vi": ("Việc làm hiện nay", "Jobs today"),
    "room_vi": ("Sức chứa dân số, giai đoạn cuối", "Room for people, last phase"),
    "before_vi": ("Việc làm tới được hiện nay", "Jobs reached today"),
    "after_vi": ("Việc làm tới được khi có tuyến", "Jobs reached with the line"),
    "item_vi": ("Đại lượng", "Item"),
    "stations": ("Số trạm", "Stations"),
    "sum_vi": ("Cả tuyến: trung vị (p10–p90)", "The line: median (p10–p90)"),
    "twice": ("Cộng từng trạm sẽ thừa (%)", "Adding up single stations: too much (%)"),
}


def sheets(study: StationSheetStudy, ground: StudyGround, found: StationSheetsFound, *, lang: str) -> Iterator[Sheet]:  # noqa: ARG001
    """The line with its circles, people within them; who of them is within reach of stops."""
    yield _stations(study, found, lang)
    yield from coverage_map(study, found, lang=lang)


def _stations(study: StationSheetStudy, found: StationSheetsFound, lang: str) -> Sheet:
    """The line with its circles, people within them."""
    core, whole = study.radii_m
    frame = found.stops[["name_vi", "name_en", "status", "chainage_km", "accuracy_m", "geometry"]].copy()
    last = str(study.population.years[-1])
    for name, state in (("people_today", TODAY), (f"people_{last}", last)):
        frame[name] = [
            round3(found.sheets[stop].figure("people", state=state).p50) if stop in found.sheets else float("nan")
            for stop in frame.index
        ]
    frame = frame[frame.index.isin(list(found.sheets))]
    circles = GeoDataFrame(frame.assign(geometry=frame.buffer(whole, quad_segs=32)))
    fields = ["chainage_km", "accuracy_m", "people_today", f"people_{last}"]
    within = told("Dân số trong {m} m", "People within {m} m", m=whole)
    marks: list[VectorLayer] = [
        choropleth(circles, "people_today", title=within, fields=fields, lang=lang, k=4),
        outlines(
            GeoDataFrame(frame.assign(geometry=frame.buffer(core, quad_segs=32))),
            title=told("Lõi {m} m", "Core {m} m", m=core), fields=["accuracy_m"], lang=lang,
        ),
        lines(layers.corridors().loc[[study.line]], title=("Tuyến", "Line"), fields=[], lang=lang),
        points(frame, title=("Trạm", "Stations"), fields=fields, color=ACCENT, lang=lang),
        labels(frame, ("name_vi", "name_en"), lang=lang),
    ]  # fmt: skip
    line: Any = found.line.set_index(["area", "item", "state"])["p50"]
    text = told(
        "Đánh giá được {fine}/{all} trạm ở bán kính {whole} m. Quanh các trạm đó có {people} người (trung vị, tính một lần).",
        "{fine} of {all} stations can be assessed at {whole} m; round them live {people} people (median, overlaps once).",
        fine=sum(one.assessable for one in found.sheets.values()),
        all=len(found.sheets),
        whole=whole,
        people=round3(float(line.get(("circle", "people", TODAY), float("nan")))),
    )
    title = ("Các trạm TOD của tuyến", "The TOD stations of the line")
    sources = ("zones", "stations", "land_use", "jobs", "bus_lines", "planning_norms", "tod_rules")
    notes = [STOPS, MODELLED, TRANSIT]
    return sheet("stations", group_of(study), title, text, marks, circles, lang=lang, sources=sources, notes=notes)


def tables(found: StationSheetsFound) -> Mapping[str, pd.DataFrame]:
    """All figures, the line, node and place, norms, rules, the projection's fit."""
    fits = pd.concat({what: one.fits for what, one in found.projections.items()}, names=["amount", "year"]).reset_index()
    return {
        "station_figures": found.figures,
        "line_figures": found.line,
        "node_place_market": found.worth.reset_index(),
        "norm_needs": found.needs,
        "service_coverage": found.coverage.table,
        "services_used": services_used(found),
        "tod_rules": found.tod_rules.reset_index(),
        "projections": fits,
    }


def report(
    study: StationSheetStudy,
    ground: StudyGround,  # noqa: ARG001 - as all kinds
    found: StationSheetsFound,
    shown: Sequence[Sheet],
) -> Sequence[Section]:
    """The stations side by side with links to their sheets, then the line as a whole."""
    names = _names(found)
    files = {
        Label(f"{one.station['name_vi']} ({form})", f"{one.station['name_en']} ({form})"): f"{FOLDER}/{names[stop]}.{kind}"
        for stop, one in found.sheets.items()
        for form, kind in (("HTML", "html"), ("PDF", "pdf"))
    }
    caption = told(
        "Trong vòng tròn {m} m; từ trạm trong {c} phút",
        "Within {m} m; from the station within {c} min",
        m=study.radii_m[1],
        c=study.cutoff_min,
    )
    side = Section(
        PAGES,
        table=_side_by_side(study, found),
        caption=caption,
        heads=HEADS,
        files={(vi, en): path for (vi, en), path in files.items()},
    )
    whole = Section(
        ("Cả tuyến, phần chồng lấn tính một lần", "The whole line, overlaps counted once"),
        table=_line(study, found),
        heads=HEADS,
        notes=[STOPS],
    )
    return [section_of(shown[0]), side, whole, *(section_of(one) for one in shown[1:])]


def extras(
    study: StationSheetStudy, ground: StudyGround, found: StationSheetsFound, folder: Path, *, lang: str
) -> Mapping[Pair, str]:
    """A PDF of two A3 pages and a page for every station, and the picture of its card."""
    around = surroundings(study, found)
    written: dict[Pair, str] = {}
    names = _names(found)
    for stop, one in found.sheets.items():
        name = names[stop]
        said_once = told_of(study, ground, found, one, around)
        save_sheet(study, found, one, said_once, folder / f"{FOLDER}/{name}.pdf", lang=lang)
        picture = save_page(study, found, one, said_once, folder / f"{FOLDER}/{name}.html", lang=lang)
        write_whole(folder / f"thumbnails/{name}.png", partial(_put, picture))
        written[f"{one.station['name_vi']} (PDF A3)", f"{one.station['name_en']} (PDF A3)"] = f"{FOLDER}/{name}.pdf"
    return written


def _names(found: StationSheetsFound) -> dict[Hashable, str]:
    """Stations' ids, which may come from a planner's file, as names of files."""
    names = file_names(map(str, found.sheets))
    return {stop: names[str(stop)] for stop in found.sheets}


def _put(picture: bytes, part: Path) -> None:
    part.write_bytes(picture)


def cards(study: StationSheetStudy, found: StationSheetsFound) -> Sequence[Card]:
    """A card a station in the gallery."""
    made = []
    last, names = state_name(str(study.population.years[-1]), study), _names(found)
    for stop, one in found.sheets.items():
        now, later = said(one.figure("people")), said(one.figure("people", state=str(study.population.years[-1])))
        radius = {lang: format_number(study.radii_m[1], lang, digits=0) for lang in ("vi", "en")}
        text = (
            f"Dân số trong {radius['vi']} m: {now.vi} hiện nay, {later.vi} năm {last.vi}.",
            f"People within {radius['en']} m: {now.en} today, {later.en} in {last.en}.",
        )
        made.append(
            Card(
                title=(str(one.station["name_vi"]), str(one.station["name_en"])),
                text=text
                if one.assessable
                else ("Vị trí sơ đồ: không đánh giá được quanh trạm.", "Schematic place: not assessable round it."),
                map=f"{FOLDER}/{names[stop]}.html",
                thumbnail=f"thumbnails/{names[stop]}.png",
                group=PAGES,
                files={"PDF A3": f"{FOLDER}/{names[stop]}.pdf"},
            )
        )
    return made


def _side_by_side(study: StationSheetStudy, found: StationSheetsFound) -> pd.DataFrame:
    last, item = str(study.population.years[-1]), f"jobs_within_{study.cutoff_min:g}min_by_transit"
    rows = []
    for one in found.sheets.values():
        cells = {
            "people": said(one.figure("people")),
            "later": said(one.figure("people", state=last)),
            "jobs": said(one.figure("jobs")),
            **({"room": said(one.figure("capacity_people", state=study.phases[-1].id))} if study.phases else {}),
            "before": said(one.figure(item, area=STATION, state=BEFORE)),
            "after": said(one.figure(item, area=STATION, state=AFTER)),
        }
        row = {"name_vi": one.station["name_vi"], "name_en": one.station["name_en"], "accuracy_m": one.station["accuracy_m"]}
        rows.append({**row, **{f"{name}_{lang}": cell.say(lang) for name, cell in cells.items() for lang in ("vi", "en")}})
    return pd.DataFrame(rows)


def _line(study: StationSheetStudy, found: StationSheetsFound) -> pd.DataFrame:
    """People, jobs, land and room of all assessable circles together."""
    rows = []
    mine = found.line[found.line["area"] == "circle"]
    for _, row in mine.iterrows():
        item, state = str(row["item"]), str(row["state"])
        if item in ("covered_pct", "area_ha") or (item.endswith("_ha") and row["p90"] < 1):
            continue
        named = ITEMS.get(item) or Label(*(f"{one} (ha)" for one in land_name(item.removesuffix("_ha"))))
        when = state_name(state, study)
        told_as = said(Range(row["p10"], row["p50"], row["p90"]))
        rows.append(
            {
                "item_vi": f"{named.vi}: {when.vi}", "item_en": f"{named.en}: {when.en}", "stations": int(row["stations"]),
                "sum_vi": told_as.vi, "sum_en": told_as.en, "twice": round(float(row["twice_pct"]), 1),
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["item_vi", "item_en", "stations", "sum_vi", "sum_en", "twice"])
