"""Sheets about one centre: by the hour of the day, cell by cell, in bands of time, and who is nearer to another centre."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame, points_from_xy

import layers
from analyses import StudyGround
from analyses.studies import FirstLook, FirstLookStudy
from geo import format_number
from maps.areas import outlines
from maps.background import short_names
from maps.flows_ import flows
from maps.isobands_ import isobands
from maps.points_ import points
from maps.raster_ import raster
from maps.region_sheets import ACCENT
from maps.sheets import MODELLED, NETWORK, STUDY, Pair, Sheet, sheet, short, told
from maps.study_marks import where
from maps.time_steps_ import time_steps
from maps.vector_layer import VectorLayer

BREAKS_MIN = [15, 30, 45, 60, 90, 120]
TOLD_MIN = 60
FAINT = "#9aa3a9"
MODES = {"car": ("Ô tô", "Car"), "motorbike": ("Xe máy", "Motorbike")}
_BANDS = {"night": ("Ban đêm", "Night"), "day": ("Ban ngày", "Daytime"), "peak": ("Giờ cao điểm", "Peak")}
_HOURS = (
    "Tốc độ đổi theo khung giờ (cao điểm, ban ngày, ban đêm) theo hệ số ước tính quy hoạch; các giờ trong một khung như nhau.",
    "Speeds change by band of the day (peak, day, night) by planning estimates; all hours of one band give the same minutes.",
)
_NO_TRIPS = (
    "Đường cong không phải lượng đi lại: đó là dân số phường, xã theo trung tâm tới được sớm nhất bằng xe máy.",
    "The curves are no trips: they are people of a ward by the centre they reach first by motorbike. No demand is assumed.",
)


def reach_sheets(study: FirstLookStudy, ground: StudyGround, found: FirstLook, *, lang: str) -> Iterator[Sheet]:
    """The four sheets of the first of the study's destinations."""
    yield _hours(study, ground, found, lang)
    yield _raster(study, ground, found, lang)
    yield _bands(study, ground, found, lang)
    yield _first(study, ground, found, lang)


def _hours(study: FirstLookStudy, ground: StudyGround, found: FirstLook, lang: str) -> Sheet:
    end = study.destinations[0]
    place = short(ground.destinations, end)
    columns = {(mode, time): f"{mode}_to_{end}_{time[:2]}h_min" for mode in MODES for time in study.reach.hours}
    when = {time: _when(ground, time) for time in study.reach.hours}
    zones = found.reach.hours[[*where(ground), *columns.values(), "geometry"]]
    marks = [
        time_steps(
            zones,
            {columns[mode, time]: when[time] for time in study.reach.hours},
            title=(f"{vi}: thời gian đến {place.vi} theo giờ", f"{en}: minutes to {place.en} by the hour"),
            scheme=BREAKS_MIN,
            fields=where(ground),
            lang=lang,
            show=mode == "car",
        )
        for mode, (vi, en) in MODES.items()
    ]
    marks.append(_point(ground, end, lang))
    limit = study.cutoff_min
    counts = {key: zones.loc[zones[column] <= limit, ground.people].sum() for key, column in columns.items()}
    told_of = [
        "; ".join(
            f"{MODES[mode][at].lower()} – "
            + ", ".join(
                f"{when[time][at].lower()} {format_number(round(float(counts[mode, time]), -3), one)}"
                for time in study.reach.hours
            )
            for mode in MODES
        )
        for at, one in enumerate(("vi", "en"))
    ]
    text = (
        f"Số người tới {place.vi} trong {limit} phút: {told_of[0]}. Kéo thanh trượt để xem từng giờ.",
        f"People who get to {place.en} within {limit} minutes: {told_of[1]}. Move the slider to see each hour.",
    )
    title = (f"Thời gian đến {place.vi} theo giờ trong ngày", f"Minutes to {place.en} by the hour of the day")
    used = ("zones", "corridors", "speed_limits", "congestion")
    return sheet(
        "hours_of_the_day",
        STUDY,
        title,
        text,
        marks,
        zones,
        lang=lang,
        sources=used,
        notes=(_HOURS, NETWORK, MODELLED),
        workspace=ground.workspace,
    )


def _when(ground: StudyGround, time: str) -> Pair:
    hour = int(time[:2])
    band = _BANDS.get(ground.today.hours.band_of[hour]) if ground.today.hours.band_of else None
    clock = f"{hour}:00"
    return (f"{band[0]} ({clock})", f"{band[1]} ({clock})") if band else (clock, clock)


def _point(ground: StudyGround, end: str, lang: str, title: Pair = ("Điểm đến", "Destination")) -> VectorLayer:
    place = ground.destinations.loc[[end]].drop(columns="kind", errors="ignore")
    return points(place, title=title, radius=7, color=ACCENT, lang=lang)


def _raster(study: FirstLookStudy, ground: StudyGround, found: FirstLook, lang: str) -> Sheet:
    end, grid = study.destinations[0], found.reach.grid
    place = short(ground.destinations, end)
    cell = study.reach.cell_m
    values = grid.values.filled(np.nan).astype(float)  # noqa: PD011 - a raster, no frame
    shown = raster(
        values,
        f"motorbike_to_{end}_min",
        bounds=grid.grid.bounds,
        crs=str(grid.grid.crs.to_string()),
        title=(f"Xe máy: thời gian đến {place.vi}, ô {cell} m", f"Motorbike: minutes to {place.en}, {cell} m cells"),
        scheme=BREAKS_MIN,
        lang=lang,
    )
    share = found.reached.set_index(["centre_id", "mode", "within_min"])["share_pct"]
    text = told(
        f"{{people}}% dân số nhưng {{land}}% diện tích cách {place.vi} không quá {{limit}} phút đi xe máy; tính tại "
        "{cells} điểm của lưới {cell} m.",
        f"{{people}} % of the people but {{land}} % of the land are within {{limit}} minutes of {place.en} by motorbike; "
        "computed at {cells} points of a {cell} m grid.",
        people=(share[end, "motorbike", TOLD_MIN], 1),
        land=(100 * float((values <= TOLD_MIN).sum() / (~np.isnan(values)).sum()), 1),
        limit=TOLD_MIN,
        cells=int((~np.isnan(values)).sum()),
        cell=cell,
    )
    title = (f"Thời gian đến {place.vi} trên lưới {cell} m", f"Minutes to {place.en} on a {cell} m grid")
    used = ("zones", "corridors", "speed_limits")
    return sheet(
        "minutes_grid",
        STUDY,
        title,
        text,
        [shown, _point(ground, end, lang)],
        grid,
        lang=lang,
        sources=used,
        notes=(NETWORK, MODELLED),
        workspace=ground.workspace,
    )


def _bands(study: FirstLookStudy, ground: StudyGround, found: FirstLook, lang: str) -> Sheet:
    end, bands = study.destinations[0], found.reach.bands
    place = short(ground.destinations, end)
    marks = [
        isobands(
            bands,
            title=(f"Xe máy từ {place.vi}", f"Motorbike from {place.en}"),
            fields=["cutoff_min", ground.people, "area_ha", "outside_pct"],
            lang=lang,
        ),
        _point(ground, end, lang, ("Điểm đi", "Origin")),
    ]
    inside = [
        ", ".join(
            f"{format_number(round(float(people), -3), one)} {who} {format_number(minutes, one)} {unit}"
            for people, minutes in zip(bands[ground.people], bands["cutoff_min"], strict=True)
        )
        for one, who, unit in (("vi", "người trong", "phút"), ("en", "people within", "minutes"))
    ]
    last = bands.iloc[-1]
    text = told(
        f"Đi xe máy từ {place.vi} lúc {study.departure.time}: {inside[0]}. {{outside}}% diện tích trong {{limit}} phút "
        "nằm ngoài vùng có số liệu dân số, nên chưa được tính.",
        f"By motorbike from {place.en} at {study.departure.time}: {inside[1]}. {{outside}} % of the area within {{limit}} "
        "minutes lies outside the zones; its people are not counted.",
        outside=(last["outside_pct"], 1),
        limit=last["cutoff_min"],
    )
    title = (f"Vùng tới được từ {place.vi} bằng xe máy", f"Isochrones of {place.en} by motorbike")
    used = ("zones", "corridors", "speed_limits")
    notes = (NETWORK, MODELLED)
    return sheet("isochrones", STUDY, title, text, marks, bands, lang=lang, sources=used, notes=notes, workspace=ground.workspace)


def _wards(ground: StudyGround) -> GeoDataFrame:
    """A point a ward or commune, in the middle of its people."""
    zones = ground.zones
    weight = zones[ground.people] + 1e-6  # a ward without people still has a middle
    middle = zones.geometry.centroid
    at = pd.DataFrame({"x": middle.x * weight, "y": middle.y * weight, "weight": weight}).groupby(zones["ward_id"]).sum()
    names = zones.groupby("ward_id")["ward_name_vi"].first()
    english = layers.units("2025", workspace=ground.workspace)["name_en"].reindex(names.index).fillna(names)
    points_of = points_from_xy(at["x"] / at["weight"], at["y"] / at["weight"])
    return GeoDataFrame({"name_vi": names, "name_en": english}, geometry=points_of, crs=zones.crs)


def _first(study: FirstLookStudy, ground: StudyGround, found: FirstLook, lang: str) -> Sheet:
    table = found.reach.first
    centres = layers.centres(workspace=ground.workspace)
    named = ["name_vi", "name_en"]
    places = pd.concat([_wards(ground), short_names(centres)[[*named, "geometry"]]])
    curves = flows(
        table,
        GeoDataFrame(places),
        ground.people,
        title=("Dân số theo trung tâm tới được sớm nhất", "People by the centre they reach first"),
        lang=lang,
    )
    since = ("Phường, xã từ 01/07/2025", "Wards and communes since 2025-07-01")
    marks = [
        outlines(layers.units("2025", workspace=ground.workspace), title=since, color=FAINT, width=0.8, lang=lang),
        curves,
        points(centres.drop(columns="kind"), title=("Trung tâm", "Centres"), radius=6, color=ACCENT, fields=[], lang=lang),
    ]
    of = table.groupby("to_id")[ground.people].sum().sort_values(ascending=False, kind="stable")
    called = {centre: short(centres, centre) for centre in of.index}
    end = study.destinations[0]
    largest = [
        ", ".join(f"{called[centre].say(one)} {format_number(round(float(of[centre]), -3), one)}" for centre in of.index[:3])
        for one in ("vi", "en")
    ]
    minutes = (table["mean_travel_time_min"] * table[ground.people]).sum() / table[ground.people].sum()
    text = told(
        f"Số dân theo trung tâm tới được sớm nhất bằng xe máy: {largest[0]}; {short(centres, end).vi} {{people}}. Bình quân "
        "{minutes} phút đến trung tâm gần nhất. Không phải lượng đi lại.",
        f"People by the centre they reach first by motorbike: {largest[1]}; {short(centres, end).en} {{people}}. On average "
        "{minutes} minutes to the nearest centre. These are no trips.",
        people=round(float(of.get(end, 0)), -3),
        minutes=(minutes, 1),
    )
    told_names = {f"{side}_{name}": table[f"{side}_id"].map(places[name]) for side in ("from", "to") for name in named}
    data = GeoDataFrame(table.assign(**told_names), geometry=curves.frame.geometry, crs=curves.frame.crs)
    title = ("Ai ở gần trung tâm nào?", "Who is nearest to which centre?")
    notes = (_NO_TRIPS, NETWORK, MODELLED)
    used = ("zones", "units", "centres")
    return sheet(
        "first_centre", STUDY, title, text, marks, data, lang=lang, sources=used, notes=notes, workspace=ground.workspace
    )
