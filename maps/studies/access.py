"""Access as maps and text: today, then each scenario's change, with totals by unit and who gains or loses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

from analyses import StudyGround
from analyses.studies import AccessFound, AccessStudy
from geo import area_ha, column_digits, column_label, column_unit
from maps.areas import choropleth
from maps.isobands_ import isobands
from maps.points_ import points
from maps.region_sheets import ACCENT
from maps.report import Section, section_of
from maps.sheets import Pair, Sheet, names, sheet, told
from maps.study_marks import drawn_option, gains, ground_notes, group_of, sources_of, unit_caption, where
from maps.vector_layer import VectorLayer

TODAY = ("Hiện nay", "Today")
REACHED = ("Vùng tới được", "Areas reached")
EVENNESS = ("Mức độ đồng đều của tiếp cận (0 là như nhau)", "How evenly access is spread (0 is alike for all)")


def sheets(study: AccessStudy, ground: StudyGround, found: AccessFound, *, lang: str) -> Iterator[Sheet]:
    """Today with a layer a measure, one sheet a scenario with the changes, and the areas reached from places."""
    columns = _columns(found, ground)
    yield _today(study, ground, found, columns, lang)
    for one in study.scenarios:
        yield _scenario(study, ground, found, columns, (one.id, (one.title_vi, one.title_en)), lang)
    if study.isochrones is not None:
        yield _isochrones(study, ground, found, lang)


def tables(found: AccessFound) -> Mapping[str, pd.DataFrame]:
    """Means by unit, who gains or loses, how evenly access is spread, and how many zones joined nothing."""
    made = {"totals_by_unit": found.totals, "winners_and_losers": found.winners}
    return {**({} if found.totals.empty else made), "equity": found.equity, "zones_joined": found.joined}


def report(study: AccessStudy, ground: StudyGround, found: AccessFound, shown: Sequence[Sheet]) -> Sequence[Section]:
    """Each map's finding; with each scenario the gains and losses by unit."""
    parts = [section_of(shown[0], table=_equity(found), caption=EVENNESS)]
    first, by = _columns(found, ground)[0], next(iter(ground.units), "all")
    for one, made in zip(study.scenarios, shown[1:], strict=False):
        table = gains(found.winners, found.totals, one.id, by, first)
        parts.append(section_of(made, table=table, caption=unit_caption(by)))
    return [*parts, *map(section_of, shown[1 + len(study.scenarios) :])]


def _equity(found: AccessFound) -> pd.DataFrame:
    """The indices with the measures' labels."""
    labels = [column_label(name) for name in found.equity["measure"]]
    named = found.equity.assign(name_vi=[one.vi for one in labels], name_en=[one.en for one in labels])
    return named[["name_vi", "name_en", *found.equity.columns[1:]]].reset_index(drop=True)


def _isochrones(study: AccessStudy, ground: StudyGround, found: AccessFound, lang: str) -> Sheet:
    told_of: Any = study.isochrones
    areas = found.isochrones
    marks: list[VectorLayer] = []
    for place, own in areas.groupby("origin_id", sort=False):
        name = names(ground.destinations, str(place))
        marks.append(isobands(own, title=(f"Từ {name.vi}", f"From {name.en}"), fields=["cutoff_min"], lang=lang, show=not marks))
    at = ground.destinations.loc[told_of.places]
    marks.append(points(at, title=("Điểm đi", "Origins"), radius=7, color=ACCENT, fields=[], lang=lang))
    last = areas[areas["cutoff_min"] == max(told_of.cutoffs_min)]
    km2 = {str(place): float(size) / 100 for place, size in zip(last["origin_id"], area_ha(last), strict=True)}
    vi, en = column_label(told_of.mode)
    text = told(
        f"{vi}, trong {{limit}} phút: từ {{least}} đến {{most}} km² tùy điểm đi.",
        f"{en}, within {{limit}} minutes: {{least}} to {{most}} km² by place.",
        limit=max(told_of.cutoffs_min),
        least=(min(km2.values()), 1),
        most=(max(km2.values()), 1),
    )
    about: dict[str, Any] = {"sources": _sources(ground), "notes": ground_notes(ground), "workspace": ground.workspace}
    return sheet("isochrones", group_of(study), REACHED, text, marks, areas, lang=lang, **about)


def _columns(found: AccessFound, ground: StudyGround) -> list[str]:
    return [str(name) for name in found.today.columns if name not in ground.zones.columns]


def _sources(ground: StudyGround) -> list[Mapping[str, Any]]:
    return sources_of(ground, "zones", "jobs", "bus_lines", "stations")


def _today(study: AccessStudy, ground: StudyGround, found: AccessFound, columns: list[str], lang: str) -> Sheet:
    fields = [*where(ground), *columns]
    shown = found.today[[*fields, "geometry"]]
    marks: list[VectorLayer] = [
        choropleth(shown, name, fields=fields, lang=lang, show=at == 0) for at, name in enumerate(columns) if _some(shown, name)
    ]
    marks += _places(study, ground, lang)
    first = columns[0]
    people = ground.zones.loc[shown.index, ground.people]
    reached = shown[first].notna()
    mean = float((shown[first].where(reached, 0) * people).sum() / max(people.where(reached, 0).sum(), 1))
    label = column_label(first)
    text = told(
        f"{label.vi}: bình quân một người {{mean}} {column_unit(first).vi}.",
        f"{label.en}: {{mean}} {column_unit(first).en} a person on average.",
        mean=(mean, column_digits(first) or 0),
    )
    notes = ground_notes(ground)
    return sheet(
        "today",
        group_of(study),
        TODAY,
        text,
        marks,
        shown,
        lang=lang,
        sources=_sources(ground),
        notes=notes,
        workspace=ground.workspace,
    )


def _scenario(
    study: AccessStudy, ground: StudyGround, found: AccessFound, columns: list[str], scenario: tuple[str, Pair], lang: str
) -> Sheet:
    name, title = scenario
    frame = found.compared[name]
    sides = [f"{column}_{side}" for column in columns for side in ("before", "after", "change")]
    fields = [*where(ground), *sides]
    shown = frame[[*fields, "geometry"]]
    changes = [f"{column}_change" for column in columns]
    moved = [column for column in changes if shown[column].fillna(0).ne(0).any()] or changes[:1]
    marks = [choropleth(shown, column, fields=fields, lang=lang, show=at == 0) for at, column in enumerate(moved)]
    marks += _places(study, ground, lang)
    marks += drawn_option(ground, name, lang)
    text = _finding(found, name, columns[0])
    return sheet(
        f"scenario_{name}",
        group_of(study),
        title,
        text,
        marks,
        shown,
        lang=lang,
        sources=_sources(ground),
        notes=ground_notes(ground),
        workspace=ground.workspace,
    )


def _finding(found: AccessFound, scenario: str, column: str) -> Pair:
    rows = found.winners[found.winners["scenario"].eq(scenario) & found.winners["measure"].eq(column)]
    means = found.totals[found.totals["scenario"].eq(scenario) & found.totals["measure"].eq(column)]
    first, mean, label = rows.iloc[0], means.iloc[0], column_label(column)
    digits = column_digits(column) or 0
    unit = column_unit(column)
    return told(
        f"{label.vi}: {{better}} người được lợi, {{worse}} người bị thiệt; bình quân {{before}} → {{after}} {unit.vi}.",
        f"{label.en}: {{better}} people gain, {{worse}} lose; on average {{before}} → {{after}} {unit.en}.",
        better=first["better_people"],
        worse=first["worse_people"],
        before=(mean["mean_before"], digits),
        after=(mean["mean_after"], digits),
    )


def _places(study: AccessStudy, ground: StudyGround, lang: str) -> list[VectorLayer]:
    if not study.destinations:
        return []
    places = ground.destinations.loc[study.destinations]
    return [points(places, title=("Điểm đến", "Destinations"), radius=7, color=ACCENT, lang=lang)]


def _some(frame: GeoDataFrame, name: str) -> bool:
    return bool(pd.Series(frame[name]).notna().any())
