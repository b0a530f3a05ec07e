"""The first look as maps and text: minutes to each centre, jobs reached, round the planned stops, the axis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

import layers
from analyses import StudyGround
from analyses.studies import FirstLook, FirstLookStudy
from geo import Label, format_number
from maps.areas import choropleth, outlines
from maps.background import short_names
from maps.classes import classify
from maps.compare_ import Compare, swipe
from maps.explorer_sheet import explorer_sheet
from maps.lines_ import lines
from maps.points_ import points
from maps.reach_sheets import BREAKS_MIN, TOLD_MIN, reach_sheets
from maps.region_sheets import ACCENT
from maps.report import Section, section_of
from maps.sheets import MODELLED, NETWORK, STOPS, STUDY, TRANSIT, Mark, Sheet, names, sheet, short, told
from maps.study_marks import where

MANY_JOBS = 100_000  # a round number near the top of what transit reaches
SIDES = {"before": ("Hiện nay", "Today"), "after": ("Có tuyến mới", "With the line")}


def sheets(study: FirstLookStudy, ground: StudyGround, found: FirstLook, *, lang: str) -> Iterator[Sheet]:
    """One sheet a destination, then access, the explorer, stops and axis."""
    plan = names(layers.corridors(workspace=ground.workspace), study.planned_line)
    for end in study.destinations:
        yield _minutes(ground, found, end, plan, lang)
    yield from reach_sheets(study, ground, found, lang=lang)
    yield _access(study, ground, found, plan, lang)
    yield _two_sides(study, ground, found, plan, lang)
    yield _explorer(study, ground, found, plan, lang)
    yield _stops(study, ground, found, plan, lang)
    yield _axis(study, ground, found, lang)


def tables(found: FirstLook) -> Mapping[str, pd.DataFrame]:
    """The axis, people reached, round the stops (ranges p10–p90)."""
    return {
        "axis": found.axis,
        "people_reached": found.reached,
        "stops_people_jobs": found.stops_people,
        "stops_land": found.stops_land,
        "axis_ways": found.axis_ways,
        "people_by_first_centre": found.reach.first,
    }


def report(study: FirstLookStudy, ground: StudyGround, found: FirstLook, shown: Sequence[Sheet]) -> Sequence[Section]:
    """The findings of the maps one after another, with the tables of people reached and of the axis."""
    called = {end: short(ground.destinations, end) for end in study.destinations}
    reached = found.reached.assign(
        name_vi=found.reached["centre_id"].map({end: name.vi for end, name in called.items()}),
        name_en=found.reached["centre_id"].map({end: name.en for end, name in called.items()}),
        within=[f"share_within_{limit}min_pct" for limit in found.reached["within_min"]],
    )
    shares = reached.pivot_table(
        index=["name_vi", "name_en", "mode"], columns="within", values="share_pct", sort=False
    ).reset_index()
    axis = found.axis[(found.axis["from_id"] == study.axis[0]) & (found.axis["to_id"] == study.axis[-1])]
    tables_of = {
        f"minutes_to_{study.destinations[-1]}": pd.DataFrame(shares),
        "axis": axis.drop(columns=["from_id", "to_id"]),
        "isochrones": pd.DataFrame(found.reach.bands[["cutoff_min", "area_ha", ground.people, "outside_pct"]]),
    }
    return [section_of(sheet, table=tables_of.get(sheet.name)) for sheet in shown]


def _minutes(ground: StudyGround, found: FirstLook, end: str, plan: Label, lang: str) -> Sheet:
    place = short(ground.destinations, end)
    modes = {
        "motorbike": ("Xe máy", "Motorbike"),
        "car": ("Ô tô", "Car"),
        "transit": ("Vận tải công cộng hiện nay", "Transit today"),
        "transit_planned": (f"Vận tải công cộng khi có {plan.vi}", f"Transit with {plan.en}"),
    }
    columns = {mode: f"{mode}_to_{end}_min" for mode in modes}
    zones = found.minutes[[*where(ground), *columns.values(), f"transit_to_{end}_min_change", "geometry"]]
    marks = [
        choropleth(
            zones,
            columns[mode],
            title=(f"{vi}: thời gian đến {place.vi}", f"{en}: minutes to {place.en}"),
            scheme=BREAKS_MIN,
            fields=[*where(ground), *columns.values()],
            lang=lang,
            show=mode == "motorbike",
        )
        for mode, (vi, en) in modes.items()
    ]
    target = ground.destinations.loc[[end]].drop(columns="kind")  # one point in its own colour, not a class of places
    marks.append(points(target, title=("Điểm đến", "Destination"), radius=7, color=ACCENT, lang=lang))
    share = found.reached.set_index(["centre_id", "mode", "within_min"])["share_pct"].to_dict()
    text = told(
        "Tỷ lệ dân số tới được trong {limit} phút: xe máy {motorbike}%, ô tô {car}%, vận tải công cộng {transit}%, "
        "vận tải công cộng khi có tuyến quy hoạch {transit_planned}%.",
        "Within {limit} minutes, share of people who get there: motorbike {motorbike} %, car {car} %, transit {transit} %, "
        "with the planned line {transit_planned} %.",
        limit=TOLD_MIN,
        **{mode: (share[end, mode, TOLD_MIN], 1) for mode in modes},
    )
    title = (f"Thời gian đến {place.vi}", f"Minutes to {place.en}")
    used = ("zones", "corridors", "bus_lines", "stations")
    notes = (NETWORK, TRANSIT, MODELLED)
    return sheet(
        f"minutes_to_{end}", STUDY, title, text, marks, zones, lang=lang, sources=used, notes=notes, workspace=ground.workspace
    )


def _access(study: FirstLookStudy, ground: StudyGround, found: FirstLook, plan: Label, lang: str) -> Sheet:
    limit = study.cutoff_min
    column = f"jobs_within_{limit}min"
    motorbike = f"jobs_by_motorbike_within_{limit}min"
    sides = [f"{column}_{side}" for side in ("before", "after", "change")]
    fields = [*where(ground), *sides, motorbike, f"jobs_by_car_within_{limit}min"]
    shown = found.access
    marks = [
        choropleth(shown, f"{column}_change", fields=fields, lang=lang),
        choropleth(shown, f"{column}_after", fields=fields, lang=lang, show=False),
        choropleth(shown, motorbike, fields=fields, lang=lang, show=False),
        points(
            layers.stations(study.planned_line, workspace=ground.workspace),
            title=("Trạm quy hoạch", "Planned stops"),
            color=ACCENT,
            lang=lang,
        ),
    ]
    people = shown[ground.people]

    def mean(name: str) -> float:
        return float((shown[name] * people).sum() / people.sum())

    text = told(
        "{people} người tới được nhiều việc làm hơn trong {limit} phút. Số việc làm bình quân một người tới được bằng vận tải "
        "công cộng: {before} → {after}; bằng xe máy: {motorbike}.",
        "{people} people reach more jobs in {limit} minutes. Jobs a person reaches on average by transit: {before} → {after}; "
        "by motorbike: {motorbike}.",
        limit=limit,
        people=people[shown[f"{column}_change"] > 0].sum(),
        before=mean(f"{column}_before"),
        after=mean(f"{column}_after"),
        motorbike=mean(motorbike),
    )
    title = (f"Việc làm trong {limit} phút khi có {plan.vi}", f"Jobs within {limit} minutes with {plan.en}")
    used = ("zones", "jobs", "brt_lines", "bus_lines")
    notes = (TRANSIT, NETWORK, MODELLED)
    return sheet(
        "jobs_access", STUDY, title, text, marks, shown, lang=lang, sources=used, notes=notes, workspace=ground.workspace
    )


def _two_sides(study: FirstLookStudy, ground: StudyGround, found: FirstLook, plan: Label, lang: str) -> Sheet:
    """Today and the plan under a curtain, in the same classes."""
    limit = study.cutoff_min
    column = f"jobs_within_{limit}min"
    sides = {side: f"{column}_{side}" for side in ("before", "after")}
    shown = found.access[[*where(ground), *sides.values(), "geometry"]]
    both = pd.concat([shown[name] for name in sides.values()], ignore_index=True)
    look = classify(both.rename(sides["after"]), scheme="natural", k=6)
    fields = [*where(ground), *sides.values()]
    before, after = (
        choropleth(
            shown,
            sides[side],
            title=(f"Việc làm trong {limit} phút: {vi.lower()}", f"Jobs within {limit} minutes: {en.lower()}"),
            style=look,
            fields=fields,
            lang=lang,
        )
        for side, (vi, en) in SIDES.items()
    )
    people = shown[ground.people]
    many = {side: round(float(people[shown[name] >= MANY_JOBS].sum()), -3) for side, name in sides.items()}
    text = told(
        "Hai bản đồ cùng thang màu. Số người tới được từ {many} việc làm trở lên trong {limit} phút bằng vận tải công cộng: "
        "{before} → {after}. Kéo thanh giữa để so sánh.",
        "Two maps in the same classes. People who reach {many} jobs or more within {limit} minutes by transit: {before} → "
        "{after}. Move the curtain to compare.",
        many=MANY_JOBS,
        limit=limit,
        **many,
    )
    stops = points(
        layers.stations(study.planned_line, workspace=ground.workspace),
        title=("Trạm quy hoạch", "Planned stops"),
        color=ACCENT,
        lang=lang,
    )
    title = (
        f"Hiện nay và khi có {plan.vi}: việc làm trong {limit} phút",
        f"Today and with {plan.en}: jobs within {limit} minutes",
    )
    marks: list[Mark | Compare] = [swipe(before, after, labels=(SIDES["before"], SIDES["after"]), lang=lang), stops]
    used = ("zones", "jobs", "brt_lines", "bus_lines")
    notes = (TRANSIT, NETWORK, MODELLED)
    return sheet(
        "jobs_today_and_planned",
        STUDY,
        title,
        text,
        marks,
        shown,
        lang=lang,
        sources=used,
        notes=notes,
        workspace=ground.workspace,
    )


def _explorer(study: FirstLookStudy, ground: StudyGround, found: FirstLook, plan: Label, lang: str) -> Sheet:
    corridor = layers.corridors(workspace=ground.workspace).loc[[study.planned_line]]
    marks = [
        lines(corridor, title=("Tuyến quy hoạch", "Planned line"), fields=[], lang=lang),
        points(
            layers.stations(study.planned_line, workspace=ground.workspace), title=("Trạm quy hoạch", "Planned stops"), lang=lang
        ),
    ]
    return explorer_sheet(
        "explorer",
        STUDY,
        ground.zones,
        found.transit,
        title=(f"Khám phá: đi được đến đâu khi có {plan.vi}?", f"Explore: how far can people get with {plan.en}?"),
        opportunities=["jobs", ground.people],
        population=ground.people,
        cutoff_min=study.cutoff_min,
        lang=lang,
        marks=marks,
        sides=[*SIDES.values()],
        sources=("zones", "jobs", "brt_lines", "bus_lines"),
        workspace=ground.workspace,
        notes=[TRANSIT, NETWORK, MODELLED],
    )


def _stops(study: FirstLookStudy, ground: StudyGround, found: FirstLook, plan: Label, lang: str) -> Sheet:
    radius = max(study.stops.radii_m)
    table = found.stops_people[found.stops_people["radius_m"] == radius].set_index("stop_id")
    counted = [f"{name}_p{percent}" for name in (ground.people, ground.jobs) for percent in (10, 50, 90)]
    stops = layers.stations(study.planned_line, workspace=ground.workspace).join(table[["assessable", *counted]])
    stops["assessable"] = stops["assessable"].map({True: "assessable", False: "not_assessable"})
    circles = stops.set_geometry(stops.buffer(radius))
    fields = ["assessable", "accuracy_m", *counted]
    land = layers.land_use(workspace=ground.workspace)
    land = land.set_geometry(land.intersection(circles.union_all()))
    in_circles = ("Sử dụng đất trong bán kính phục vụ (ranh sơ đồ)", "Land use within the radius (schematic outlines)")
    marks = [
        choropleth(land[~land.is_empty], "land_use", title=in_circles, lang=lang),
        outlines(
            circles,
            title=(f"Bán kính phục vụ {format_number(radius, 'vi')} m", f"Radius {format_number(radius, 'en')} m"),
            fields=fields,
            lang=lang,
        ),
        points(stops, "assessable", title=("Trạm quy hoạch", "Planned stops"), fields=fields, radius=6, lang=lang),
    ]
    total = table.to_dict("index")["all"]
    ranges = {name.replace(ground.people, "people"): round(float(total[name]), -2) for name in counted if total["assessable"]}
    figures = (
        (
            ": {people_p10}–{people_p90} người, {jobs_p10}–{jobs_p90} việc làm (p10–p90)",
            ": {people_p10}–{people_p90} people, {jobs_p10}–{jobs_p90} jobs (p10–p90)",
        )
        if ranges
        else ("", "")
    )
    text = told(
        "Đánh giá được {known} trên {stops} trạm ở bán kính phục vụ {radius} m" + figures[0] + ".",
        "{known} of {stops} stops can be assessed at a radius of {radius} m" + figures[1] + ".",
        known=int(total["stops"]),
        stops=len(stops),
        radius=radius,
        **ranges,
    )
    title = (f"Khu vực quanh các trạm của {plan.vi}", f"Round the stops of {plan.en}")
    used = ("stations", "zones", "land_use")
    return sheet(
        "planned_stops",
        STUDY,
        title,
        text,
        marks,
        stops,
        lang=lang,
        sources=used,
        notes=(STOPS, MODELLED),
        workspace=ground.workspace,
    )


def _axis(study: FirstLookStudy, ground: StudyGround, found: FirstLook, lang: str) -> Sheet:
    whole = found.axis[(found.axis["from_id"] == study.axis[0]) & (found.axis["to_id"] == study.axis[-1])]
    by_hour = whole.set_index(["mode", "hour"]).to_dict("index")
    calm, peak = by_hour["car", "off_peak"], by_hour["car", "peak"]
    first, last = (short(ground.destinations, end) for end in (study.axis[0], study.axis[-1]))
    text = told(
        f"{first.vi} – {last.vi}: "
        "{km} km; đi ô tô {calm} phút ngoài giờ cao điểm, {peak} phút giờ cao điểm; hệ số đường vòng {detour}.",
        f"{first.en} – {last.en}: " + "{km} km; by car {calm} minutes off peak, {peak} in the peak; detour {detour}.",
        km=calm["distance_km"],
        calm=calm["travel_time_min"],
        peak=peak["travel_time_min"],
        detour=(calm["detour"], 2),
    )
    ways = found.axis_ways.copy()
    called = short_names(ground.destinations)["name_vi"]
    ways["section"] = ways["from_id"].map(called) + " – " + ways["to_id"].map(called)
    marks = [
        lines(
            layers.innovation_axis(workspace=ground.workspace),
            title=("Trục đổi mới sáng tạo (ý tưởng)", "Innovation axis (concept)"),
            lang=lang,
        ),
        lines(ways, "section", title=("Đường đi nhanh nhất", "Fastest way"), width=4, lang=lang),
        points(ground.destinations.loc[study.axis], title=("Các cực của trục", "Poles of the axis"), radius=7, lang=lang),
    ]
    title = ("Trục Thủ Đức – Thành phố mới – Chơn Thành", "The axis Thu Duc – New City – Chon Thanh")
    used = ("innovation_axis", "corridors", "centres")
    return sheet(
        "axis", STUDY, title, text, marks, found.axis, lang=lang, sources=used, notes=(NETWORK,), workspace=ground.workspace
    )
