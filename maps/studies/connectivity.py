"""Connectivity as maps and text: the axis, people within reach of the gateways, centres, and which failure hurts most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd
from geopandas import GeoDataFrame

import layers
from analyses import StudyGround
from analyses.studies import ConnectivityFound, ConnectivityStudy, gateways_of
from geo import Label
from maps import palettes
from maps.areas import choropleth
from maps.background import short_names
from maps.lines_ import lines
from maps.points_ import points
from maps.region_sheets import ACCENT
from maps.report import Section, section_of
from maps.sheets import Pair, Sheet, sheet, told
from maps.study_marks import ground_notes, group_of, where
from maps.words import value_label

TODAY = "today"
BREAKS_MIN = [15, 30, 45, 60, 90, 120]
SHOWN_GATEWAYS = 4  # layers of a map that a reader can still tell apart
TOLD_FAILURES = 10
BREAKS_EXTRA_MIN = [0.1, 0.5, 1, 2, 5]
HEADS = {
    "section_vi": ("Đoạn", "Section"),
    "failure": ("Sự cố", "Failure"),
    "extra_min": ("Thêm mỗi chuyến (phút)", "Extra a trip (min)"),
    "slower_pairs": ("Số cặp đi–đến chậm hơn", "Slower pairs"),
    "cut_off_trips": ("Chuyến không còn đường", "Trips cut off"),
}
_POTENTIAL = "people_potential_by_"
SCENARIO_TODAY = ("Hiện nay", "Today")
LOSS = (
    (
        "Mỗi sự cố tính riêng: đường bị cấm đi suốt (người ở dọc đường vẫn đi được), cầu bị đóng, tuyến ngừng chạy; không ai đổi "
        "phương tiện hay giờ đi; mỗi người dân đi một chuyến đến mỗi cực của trục."
    ),
    (
        "Each failure alone: a road closed to through traffic (those along it still get out), a bridge closed, a line not "
        "running; nobody changes mode or hour; everybody makes one trip to each pole of the axis."
    ),
)


def sheets(study: ConnectivityStudy, ground: StudyGround, found: ConnectivityFound, *, lang: str) -> Iterator[Sheet]:
    """The axis, the gateways, the centres, the failures."""
    yield _axis(study, ground, found, lang)
    yield _gateways(study, ground, found, lang)
    yield _centres(study, ground, found, lang)
    yield _failures(study, ground, found, lang)


def tables(found: ConnectivityFound) -> Mapping[str, pd.DataFrame]:
    """The axis by section, people within reach of gateways, minutes between centres, failures of all kinds."""
    return {
        "axis_sections": found.axis,
        "gateways_reached": found.reached,
        "centre_pairs": found.pairs,
        "failures_ranked": found.failures,
    }


def report(study: ConnectivityStudy, ground: StudyGround, found: ConnectivityFound, shown: Sequence[Sheet]) -> Sequence[Section]:
    """Each map's finding with its table."""
    axis, gateways, centres, failures = shown
    scenarios = _scenarios(study)
    minutes = {f"{name}_min": (f"{vi} (phút)", f"{en} (min)") for name, (vi, en) in scenarios.items()}
    potential = _potential_table(study, found)
    potentials = {name: _potential_title(name, scenarios) for name in map(str, potential) if name.startswith(_POTENTIAL)}
    sections = [
        section_of(axis, table=_axis_table(study, ground, found), caption=("Theo đoạn, hai khung giờ", "By section and hour")),
        section_of(gateways, table=_gateway_table(found, ground), caption=("Tỷ lệ dân số tới được (%)", "Share of people (%)")),
        section_of(centres, table=potential, caption=("Tiềm năng dân số (người)", "Population potential (people)")),
        section_of(failures, table=_failure_table(found), caption=("Các sự cố gây thiệt hại lớn nhất", "Worst failures")),
    ]
    return [replace(section, heads={**HEADS, **minutes, **potentials}) for section in sections]


def _scenarios(study: ConnectivityStudy) -> dict[str, Pair]:
    return {TODAY: SCENARIO_TODAY, **{one.id: (one.title_vi, one.title_en) for one in study.scenarios}}


def _called(ground: StudyGround) -> dict[str, Label]:
    names = short_names(ground.destinations)
    return {
        str(key): Label(str(vi), str(en)) for key, vi, en in zip(names.index, names["name_vi"], names["name_en"], strict=True)
    }


def _axis(study: ConnectivityStudy, ground: StudyGround, found: ConnectivityFound, lang: str) -> Sheet:
    called = _called(ground)
    ways = found.axis_ways.copy()
    ways["section"] = [
        f"{called[start].vi} – {called[end].vi}" for start, end in zip(ways["from_id"], ways["to_id"], strict=True)
    ]
    marks = [
        lines(
            ways[ways["scenario"] == name],
            "section",
            title=(f"Đường nhanh nhất: {vi}", f"Fastest way: {en}"),
            width=4,
            lang=lang,
            show=name == TODAY,
        )
        for name, (vi, en) in _scenarios(study).items()
    ]
    if ground.embedded:
        marks.insert(
            0,
            lines(
                layers.innovation_axis(workspace=ground.workspace),
                title=("Trục đổi mới sáng tạo (ý tưởng)", "Innovation axis (concept)"),
                lang=lang,
            ),
        )
    places = ground.destinations.loc[study.axis]
    marks.append(points(places, title=("Các cực của trục", "Poles of the axis"), radius=7, lang=lang))
    ends = [called[study.axis[0]], called[study.axis[-1]]]
    text = _axis_text(study, found, ends)
    title = (" – ".join(called[place].vi for place in study.axis), " – ".join(called[place].en for place in study.axis))
    used = ("innovation_axis", "corridors", "centres") if ground.embedded else ()
    return sheet(
        "axis",
        group_of(study),
        title,
        text,
        marks,
        found.axis,
        lang=lang,
        sources=used,
        notes=ground_notes(ground),
        workspace=ground.workspace,
    )


def _axis_text(study: ConnectivityStudy, found: ConnectivityFound, ends: list[Label]) -> Pair:
    """The whole axis by the first street mode, and by transit where there is any, today and with each scenario."""
    whole = found.axis[(found.axis["from_id"] == study.axis[0]) & (found.axis["to_id"] == study.axis[-1])]
    street = next((mode for mode in study.modes if mode != "transit"), study.modes[0])
    rows = whole[whole["mode"] == street].set_index(["scenario", "hour"]).to_dict("index")
    today, calm = rows[TODAY, "peak"], rows[TODAY, "off_peak"]
    by = value_label(street)
    parts = [
        told(
            f"{ends[0].vi} – {ends[1].vi} bằng {by.vi}: {{km}} km, {{peak}} phút giờ cao điểm, {{calm}} phút ngoài giờ; hệ số "
            "đường vòng {detour}.",
            f"{ends[0].en} – {ends[1].en} by {by.en}: {{km}} km, {{peak}} minutes in the peak, {{calm}} off peak; "
            "detour {detour}.",
            km=today["distance_km"],
            peak=today["travel_time_min"],
            calm=calm["travel_time_min"],
            detour=(today["detour"], 2),
        )
    ]
    for name, (vi, en) in list(_scenarios(study).items())[1:]:
        after = rows[name, "peak"]["travel_time_min"]
        parts.append(told(f"{vi}: {{after}} phút giờ cao điểm.", f"{en}: {{after}} minutes in the peak.", after=after))
    return " ".join(vi for vi, _ in parts), " ".join(en for _, en in parts)


def _axis_table(study: ConnectivityStudy, ground: StudyGround, found: ConnectivityFound) -> pd.DataFrame:
    """A row a section, mode and hour; minutes today and with each scenario side by side."""
    called, scenarios = _called(ground), _scenarios(study)
    keys = ["from_id", "to_id", "mode", "hour"]
    minutes = found.axis.pivot_table(index=keys, columns="scenario", values="travel_time_min", sort=False, dropna=False)
    minutes = minutes.reindex(pd.MultiIndex.from_frame(found.axis[keys].drop_duplicates()))
    about = found.axis[found.axis["scenario"] == TODAY].set_index(keys)[["distance_km", "detour"]]
    table = about.join(minutes[[*scenarios]].rename(columns={name: f"{name}_min" for name in scenarios})).reset_index()
    table.insert(
        0, "section_vi", [f"{called[a].vi} – {called[b].vi}" for a, b in zip(table["from_id"], table["to_id"], strict=True)]
    )
    table.insert(
        1, "section_en", [f"{called[a].en} – {called[b].en}" for a, b in zip(table["from_id"], table["to_id"], strict=True)]
    )
    return table.drop(columns=["from_id", "to_id"])


def _gateways(study: ConnectivityStudy, ground: StudyGround, found: ConnectivityFound, lang: str) -> Sheet:
    ends = gateways_of(study, ground)
    shown = [str(end) for end in ends.index[:SHOWN_GATEWAYS]]
    street = next((mode for mode in study.modes if mode != "transit"), study.modes[0])
    columns = [f"{street}_to_nearest_min", *(f"{street}_to_{end}_min" for end in shown)]
    names = [
        ("cửa ngõ gần nhất", "the nearest gateway"),
        *((str(ends.loc[e, "name_vi"]), str(ends.loc[e, "name_en"])) for e in shown),
    ]
    by = value_label(street)
    fields = [*where(ground), *(name for name in found.gateways if name.endswith("_to_nearest_min")), *columns[1:]]
    frame = found.gateways[[*dict.fromkeys(fields), "geometry"]]
    marks = [
        choropleth(
            frame,
            column,
            title=(f"{by.head().vi} đến {vi}", f"By {by.en} to {en}"),
            scheme=BREAKS_MIN,
            fields=list(dict.fromkeys(fields)),
            lang=lang,
            show=at == 0,
        )
        for at, (column, (vi, en)) in enumerate(zip(columns, names, strict=True))
    ]
    marks.append(points(ends, title=("Cửa ngõ", "Gateways"), color=ACCENT, lang=lang))
    limit = study.within_min[len(study.within_min) // 2]
    nearest = frame[columns[0]]
    people = ground.zones[ground.people]
    text = told(
        f"{{share}}% dân số tới được một cửa ngõ trong {{limit}} phút bằng {by.vi}.",
        f"{{share}} % of people reach a gateway within {{limit}} minutes by {by.en}.",
        share=(100 * people[nearest <= limit].sum() / people.sum(), 1),
        limit=limit,
    )
    title = ("Tiếp cận các cửa ngõ của vùng", "Access to the region's gateways")
    used = ("zones", "gateways", "corridors") if ground.embedded else ()
    return sheet(
        "gateways",
        group_of(study),
        title,
        text,
        marks,
        frame,
        lang=lang,
        sources=used,
        notes=ground_notes(ground),
        workspace=ground.workspace,
    )


def _gateway_table(found: ConnectivityFound, ground: StudyGround) -> pd.DataFrame:
    """A row a gateway and mode, shares today by limit."""
    today = found.reached[found.reached["scenario"] == TODAY]
    shares = today.assign(within=[f"share_within_{limit}min_pct" for limit in today["within_min"]])
    wide = shares.pivot_table(index=["gateway_id", "mode"], columns="within", values="share_pct", sort=False).reset_index()
    names = layers.gateways(workspace=ground.workspace)
    known = wide["gateway_id"].isin(names.index)
    for at, lang in enumerate(("vi", "en")):
        called = wide["gateway_id"].map(names[f"name_{lang}"]) if known.all() else wide["gateway_id"]
        wide.insert(at, f"name_{lang}", called)
    return pd.DataFrame(wide.drop(columns="gateway_id"))


def _centres(study: ConnectivityStudy, ground: StudyGround, found: ConnectivityFound, lang: str) -> Sheet:
    columns = [name for name in found.potential if "_potential_by_" in str(name)]
    named = {name: name.replace("people_potential", "potential") for name in columns}
    frame = found.potential[["name_vi", "name_en", ground.people, *columns, "geometry"]]
    frame = GeoDataFrame(frame.rename(columns={name: f"{named[name]}_people" for name in columns}))
    shown = [f"{named[name]}_people" for name in columns]
    scenarios = _scenarios(study)
    titles = [_potential_title(name, scenarios) for name in columns]
    marks = [
        points(frame, column, title=title, fields=[ground.people, *shown], radius=9, lang=lang, show=at == 0)
        for at, (column, title) in enumerate(zip(shown, titles, strict=True))
    ]
    best, least = frame[shown[0]].idxmax(), frame[shown[0]].idxmin()
    called = _called(ground)
    text = told(
        f"Tiềm năng dân số ({titles[0][0]}) cao nhất: {called[best].vi}, {{top}} người; thấp nhất: {called[least].vi}, {{low}}.",
        f"Population potential ({titles[0][1]}): highest {called[best].en}, {{top}} people; lowest {called[least].en}, {{low}}.",
        top=frame.loc[best, shown[0]],
        low=frame.loc[least, shown[0]],
    )
    half = told(
        "Tiềm năng: dân số mọi trung tâm, giảm một nửa sau mỗi {half} phút; dân của mỗi ô tính cho trung tâm tới sớm nhất.",
        "Potential: the people of all centres, halved every {half} minutes; people count for the centre they reach first.",
        half=study.half_life_min,
    )
    title = ("Tiềm năng tiếp cận giữa các trung tâm", "Potential accessibility of the centres")
    used = ("centres", "zones", "corridors") if ground.embedded else ()
    return sheet(
        "centres",
        group_of(study),
        title,
        text,
        marks,
        frame,
        lang=lang,
        sources=used,
        notes=[half, *ground_notes(ground)],
        workspace=ground.workspace,
    )


def _potential_title(column: str, scenarios: Mapping[str, Pair]) -> Pair:
    """people_potential_by_car_today → (ô tô, hiện nay)."""
    mode, _, scenario = column.removeprefix(_POTENTIAL).partition("_")
    by, (vi, en) = value_label(mode), scenarios[scenario]
    return f"{by.head().vi}: {vi}", f"{by.head().en}: {en}"


def _potential_table(study: ConnectivityStudy, found: ConnectivityFound) -> pd.DataFrame:
    """The centres with their potential by mode, today and with the last scenario."""
    last = [TODAY, *(one.id for one in study.scenarios[-1:])]
    wanted = [f"people_potential_by_{mode}_{name}" for mode in study.modes for name in last]
    table = found.potential[["name_vi", "name_en", *wanted]].sort_values(wanted[0], ascending=False, kind="stable")
    return pd.DataFrame(table).reset_index(drop=True)


def _failures(study: ConnectivityStudy, ground: StudyGround, found: ConnectivityFound, lang: str) -> Sheet:
    frame = found.failures[found.failures["extra_person_min"] > 0].copy()
    frame["extra_person_hours"] = (frame["extra_person_min"] / 60).round()
    kinds = {"road": ("Đường", "Roads"), "bridge": ("Cầu", "Bridges"), "line": ("Tuyến vận tải công cộng", "Transit lines")}
    fields = ["failure", "rank", "extra_min", "extra_person_hours", "cut_off_trips"]
    marks = [
        lines(
            frame[frame["failure"] == kind],
            "extra_min",
            title=(f"{vi}: thêm phút mỗi chuyến khi gặp sự cố", f"{en}: extra minutes a trip when it fails"),
            scheme=BREAKS_EXTRA_MIN,
            palette=palettes.sequential(len(BREAKS_EXTRA_MIN) + 1, "heat"),  # dark is bad
            fields=fields,
            width=5,
            lang=lang,
            show=kind == "road",
        )
        for kind, (vi, en) in kinds.items()
        if (frame["failure"] == kind).any()
    ]
    first = frame[frame["failure"] == "road"].iloc[0]
    text = told(
        f"Nặng nhất: {first['name_vi']} bị cắt, mỗi chuyến đi thêm {{extra}} phút bình quân; {{cut}} chuyến không còn đường đi.",
        f"Worst: {first['name_en']} closed, {{extra}} more minutes a trip on average; {{cut}} trips have no way left.",
        extra=(first["extra_min"], 1),
        cut=first["cut_off_trips"],
    )
    title = ("Sự cố nào gây thiệt hại lớn nhất?", "Which failure hurts most?")
    used = ("corridors", "waterways", "bus_lines", "zones") if ground.embedded else ()
    made = frame[["name_vi", "name_en", *fields, "geometry"]]
    return sheet(
        "failures",
        group_of(study),
        title,
        text,
        marks,
        made,
        lang=lang,
        sources=used,
        notes=[LOSS, *ground_notes(ground)],
        workspace=ground.workspace,
    )


def _failure_table(found: ConnectivityFound) -> pd.DataFrame:
    table = pd.DataFrame(found.failures.drop(columns="geometry"))
    top = table[table["extra_person_min"] > 0].groupby("failure", sort=False).head(TOLD_FAILURES)
    return top[["failure", "rank", "name_vi", "name_en", "extra_min", "slower_pairs", "cut_off_trips"]].reset_index(drop=True)
