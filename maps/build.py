"""Everything of one study into one folder: results, maps, tables, a page of text, gallery, manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from geopandas import GeoDataFrame

import analyses
import layers
from analyses import StudyRun
from geo import PlanningDataError, Raster, write, write_raster, write_text
from maps import input_findings
from maps.committee import TITLE as COMMITTEE
from maps.committee import count, write_committee
from maps.gallery import Card, write_gallery
from maps.manifest import write_manifest
from maps.offline import save
from maps.output import filled, refuse_file
from maps.prints import printable, save_pdf
from maps.progress import Step
from maps.qgis_projects import save_project
from maps.qml_ import drawn_kind, qml
from maps.region_sheets import region_sheets
from maps.report import Section, write_report
from maps.sheets import Pair, Sheet
from maps.study_pages import PAGES
from maps.thumbnail_ import thumbnail
from maps.vector_layer import VectorLayer

REGION_STUDY = "first_look"
REPORT = "report.html"
NO_PAPER = "none"
_PROJECT = ("Dự án QGIS", "QGIS project")
_TABLES = ("Bảng số liệu", "Tables")
_TEXT = ("Báo cáo", "Report")
_PRINTS = ("Bản in kèm theo", "Prints that come along")
_INTRODUCTION = (
    "Các con số trong báo cáo được lấy trực tiếp từ kết quả tính; bản đồ, bảng và tệp GeoJSON nằm trong cùng thư mục.",
    "Every number of this report is taken from the results as computed; maps, tables and GeoJSON lie in the same folder.",
)


@dataclass(frozen=True)
class Form:
    """How results are put: the language pages open in, and the paper of the PDF beside each map, "none" for no PDF.

    ``workspace`` a folder whose layers take the place of the embedded ones, ``date`` the day its feeds are read for.
    """

    lang: str = "vi"
    paper: str = "A3"
    workspace: Path | None = None
    date: str | None = None


def build_study(name: str | Path, out: Path, *, form: Form, step: Step, blocks: analyses.Blocks | None = None) -> Path:
    """Run a study, by file or shipped name, and put its files into ``out``; returns the gallery's path.

    Errors: what `run_study` refuses, and those of `filled`.
    """
    return _built(name, out, form, step, [], blocks)


def build_region(out: Path, *, form: Form, step: Step) -> Path:
    """Every layer, the region's own maps and the first study, into ``out``; returns the gallery's path."""
    own = layers.open_workspace(form.workspace) if form.workspace else None
    return _built(REGION_STUDY, out, form, step, list(layers.catalogue(workspace=own).index), None)


def _built(name: str | Path, out: Path, form: Form, step: Step, with_layers: list[str], blocks: analyses.Blocks | None) -> Path:
    refuse_file(out)
    own = layers.open_workspace(form.workspace) if form.workspace else None
    # a study that names what there is not stops before anything is written
    study, ground = analyses.ready_study(name, workspace=own, date=form.date)
    if blocks is not None and not study.by_block:
        mend = "leave --workers, --scheduler, --memory-gib and --keep out; they serve studies of kind access."
        raise PlanningDataError("E-BLOCK-06", "studies of this kind work in memory.", seen=study.kind, mend=mend)
    ground = replace(ground, blocks=blocks)
    kind = analyses.KINDS[study.kind]
    steps = [
        *(f"layer {layer}" for layer in with_layers),
        *(f"study: {part}" for part in kind.steps),
        *("maps", "project", "report", "gallery", "done"),
    ]

    def say(what: str, more: str = "") -> None:
        step(f"{what} {more}".rstrip(), steps.index(what), len(steps) - 1)

    with filled(out) as folder:
        for layer in with_layers:
            say(f"layer {layer}")
            write_frame(layers.get(layer, workspace=own), folder / "layers" / layer)
        found = kind.run(study, ground, lambda part: say(f"study: {part}"))
        _show(folder, Path(name).stem, StudyRun(study, ground, found), form, with_layers, say)
        say("done")
    return out / "index.html"


def _show(folder: Path, name: str, run: StudyRun, form: Form, with_layers: list[str], say: Callable[..., None]) -> None:
    pages, lang = PAGES[run.study.kind], form.lang
    title = (run.study.title_vi, run.study.title_en)
    own = region_sheets(run.ground.zones, lang=lang, workspace=run.ground.workspace) if with_layers else iter(())
    cards, of_region = _cards(folder, own, form, say)
    more, shown = _cards(folder, pages.sheets(run.study, run.ground, run.found, lang=lang), form, say)
    say("project")
    project = save_project([*shown, *of_region], folder / f"{name}.qgz", lang=lang, title=title)
    say("report")
    extras = _extras(folder, run, lang)
    sections = [*pages.report(run.study, run.ground, run.found, shown), *([Section(_PRINTS, files=extras)] if extras else [])]
    sections += input_findings.sections(run.ground.findings)
    write_report(folder, REPORT, title, _INTRODUCTION, sections, lang=lang)
    say("gallery")
    group = shown[0].group
    own_cards, listed = _own_cards(run), _tables_card(folder, pages.tables(run.found), group, extras)
    cards += [_report_card(shown, group), _committee_card(folder, run, group, lang), *own_cards, *more]
    cards += [_project_card(project, group), listed]
    alone = not with_layers and not own_cards  # one group alone would say the title again
    cards = [replace(card, group=None) for card in cards] if alone else cards
    cards += [_layers_card(with_layers, folder, run.ground.workspace)] if with_layers else []
    write_gallery(folder, cards, lang=lang, title=title)
    write_manifest(folder, run)


def _extras(folder: Path, run: StudyRun, lang: str) -> Mapping[Pair, str]:
    """Files that a kind makes beside maps and tables (its pages' ``extras``), caption → path from the folder."""
    make = getattr(PAGES[run.study.kind], "extras", None)
    return dict(make(run.study, run.ground, run.found, folder, lang=lang)) if make else {}


def _cards(folder: Path, sheets: Iterable[Sheet], form: Form, say: Callable[..., None]) -> tuple[list[Card], list[Sheet]]:
    cards, kept = [], []
    for sheet in sheets:
        say("maps", sheet.name)
        cards.append(_card(folder, sheet, form))
        kept.append(sheet)
    return cards, kept


def write_frame(frame: pd.DataFrame | Raster, path: Path) -> dict[str, str]:
    """The frame as CSV and, with geometry, as GeoJSON; a raster as GeoTIFF; caption → path from the study's folder."""
    if isinstance(frame, Raster):
        written = {"GeoTIFF": write_raster(frame, path.with_suffix(".tif"))}
    else:
        written = {"CSV": write(frame, path.with_suffix(".csv"))}
        if isinstance(frame, GeoDataFrame):
            written["GeoJSON"] = write(frame, path.with_suffix(".geojson"))
    return {kind: file.relative_to(path.parents[1]).as_posix() for kind, file in written.items()}


def _card(folder: Path, sheet: Sheet, form: Form) -> Card:
    save(sheet.page, folder / "maps" / f"{sheet.name}.html", lang=form.lang)
    files = {}
    if form.paper != NO_PAPER and printable(sheet.page):
        printed = save_pdf(sheet.page, folder / "prints" / f"{sheet.name}.pdf", paper=form.paper, lang=form.lang)
        files[f"PDF {form.paper}"] = printed.relative_to(folder).as_posix()
    *under, top = sheet.marks
    thumbnail(
        top if not under else under[0], path=folder / "thumbnails" / f"{sheet.name}.png", over=(*under[1:], top) if under else ()
    )
    data = write_frame(sheet.data, folder / "data" / sheet.name)
    files |= {kind: data[kind] for kind in ("GeoTIFF",) if kind in data} | _style_file(folder, sheet, form.lang)
    return Card(
        title=sheet.title,
        text=sheet.text,
        map=f"maps/{sheet.name}.html",
        thumbnail=f"thumbnails/{sheet.name}.png",
        geojson=data.get("GeoJSON"),
        csv=data.get("CSV"),
        group=sheet.group,
        files=files,
    )


def _style_file(folder: Path, sheet: Sheet, lang: str) -> dict[str, str]:
    """The QGIS style of the GeoJSON under its name, where a mark that is shown first draws a column of it."""
    if not isinstance(sheet.data, GeoDataFrame):
        return {}
    kind = drawn_kind(sheet.data)
    for mark in sheet.marks:
        if isinstance(mark, VectorLayer) and mark.look.column in sheet.data and drawn_kind(mark.frame) == kind:
            path = write_text(folder / "data" / f"{sheet.name}.qml", qml(mark, lang=lang))
            return {"QGIS (QML)": path.relative_to(folder).as_posix()}
    return {}


def _report_card(shown: Sequence[Sheet], group: Pair) -> Card:
    text = (
        f"Bản thuyết minh in được: {len(shown)} bản đồ, bảng và kết luận lấy từ số liệu.",
        f"A page of text to print: {len(shown)} maps, tables and findings taken from the numbers.",
    )
    return Card(title=_TEXT, text=text, map=REPORT, thumbnail=f"thumbnails/{shown[0].name}.png", group=group)


def _project_card(project: Path, group: Pair) -> Card:
    vi = (
        "Mọi bản đồ trong một dự án QGIS (từ 3.22): bấm đúp tệp .qgz; tệp .gpkg và thư mục data phải nằm cùng chỗ. "
        "Mỗi bản đồ là một nhóm lớp, một chủ đề bản đồ và một trang in A3."
    )
    en = (
        "All maps in one QGIS project (3.22 or newer): double-click the .qgz; the .gpkg and the folder data stay beside it. "
        "Each map is a group of layers, a map theme and an A3 layout."
    )
    names = (project.name, project.with_suffix(".gpkg").name)
    return Card(title=_PROJECT, text=(vi, en), group=group, files={(name, name): name for name in names})


def _own_cards(run: StudyRun) -> list[Card]:
    """Cards that a kind makes of files of its own."""
    make = getattr(PAGES[run.study.kind], "cards", None)
    return list(make(run.study, run.found)) if make else []


def _committee_card(folder: Path, run: StudyRun, group: Pair, lang: str) -> Card:
    page = write_committee(folder, run, lang=lang)
    told, of = count(run)
    text = (
        f"Chín câu hỏi theo thứ tự hội đồng thường hỏi: trả lời được {told}/{of} từ số liệu của nghiên cứu này.",
        f"The questions in the order a committee asks them: {told} of {of} answered from this study's numbers.",
    )
    return Card(title=COMMITTEE, text=text, map=page.name, group=group)


def _tables_card(folder: Path, tables: Mapping[str, pd.DataFrame], group: Pair, extras: Mapping[Pair, str]) -> Card:
    files = dict(extras)
    for name, table in tables.items():
        written = write_frame(table, folder / "data" / name)
        kind = "GeoJSON" if "GeoJSON" in written else "CSV"
        called = f"{name}.{kind.lower()}"
        files[called, called] = written[kind]
    text = ("Các bảng kết quả của nghiên cứu (CSV, GeoJSON).", "The study's tables of results (CSV, GeoJSON).")
    return Card(title=_TABLES, text=text, group=group, files=files)


def _layers_card(names: list[str], folder: Path, workspace: layers.Workspace | None) -> Card:
    about = layers.catalogue(workspace=workspace)
    files = {
        (about["title_vi"][name], about["title_en"][name]): next(
            path for kind in ("geojson", "csv") if (folder / (path := f"layers/{name}.{kind}")).exists()
        )
        for name in names
    }
    text = (
        f"{len(names)} lớp dữ liệu, mỗi lớp có nguồn, tình trạng, thời điểm và độ chính xác (innoregion layers).",
        f"{len(names)} layers, each with source, status, date and accuracy (innoregion layers).",
    )
    group = ("Dữ liệu", "Data")
    return Card(title=("Các lớp dữ liệu", "Layers"), text=text, group=group, files=files)
