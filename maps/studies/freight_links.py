"""Waterways and railways as maps and text: which parks gain by barge or train, how sure that is, what passenger trains change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd
from geopandas import GeoDataFrame

from analyses import StudyGround
from analyses.studies import FreightLinksFound, FreightLinksStudy
from maps import palettes
from maps.areas import choropleth
from maps.lines_ import lines
from maps.points_ import points
from maps.region_sheets import ACCENT
from maps.report import Section, section_of
from maps.sheets import MODELLED, NETWORK, TRANSIT, Pair, Sheet, sheet, told
from maps.study_marks import group_of
from maps.vector_layer import VectorLayer

TOLD = 15
BREAKS_VND = [-600_000, -300_000, 0, 300_000]
ASSUMED: Pair = (
    (
        "MÔ HÌNH: mọi chi phí và thời gian trung chuyển là giả định trong tệp nghiên cứu, chưa có giá cước, lịch tàu hay "
        "biểu đồ chạy tàu thật."
    ),
    (
        "MODELLED: every cost and transfer time is an assumption of the study file; no tariff, sailing list or train path is "
        "behind them."
    ),
)
COURSES: Pair = (
    "Đường sắt đang quy hoạch, hướng tuyến sơ đồ (sai số 2,5–5 km); sông không có thông tin âu tàu, tĩnh không, luồng lạch.",
    (
        "The railways are planned, their courses schematic (± 2.5 to 5 km); of the rivers no lock, clearance or depth is in "
        "the data."
    ),
)
HEADS: dict[str, Pair] = {
    "park_vi": ("Khu công nghiệp", "Industrial park"),
    "port_vi": ("Cảng biển", "Seaport"),
    "carrier_vi": ("Phương tiện", "Carrier"),
    "terminal_vi": ("Nơi trung chuyển", "Terminal"),
    "truck_h": ("Xe tải (giờ)", "Truck (h)"),
    "chain_h": ("Kết hợp (giờ)", "Chain (h)"),
    "truck_k_vnd": ("Xe tải (nghìn đồng/TEU)", "Truck (thousand dong/TEU)"),
    "chain_k_vnd": ("Kết hợp (nghìn đồng/TEU)", "Chain (thousand dong/TEU)"),
    "saving_k_vnd": ("Tiết kiệm (nghìn đồng/TEU)", "Saving (thousand dong/TEU)"),
    "break_even_transfer_h": ("Thời gian trung chuyển hòa vốn (giờ)", "Break-even transfer (h)"),
    "break_even_handling_k_vnd": ("Phí xếp dỡ hòa vốn (nghìn đồng)", "Break-even handling (thousand dong)"),
    "line_km": ("Trên tuyến (km)", "On the line (km)"),
    "line_h": ("Chạy (giờ)", "Running (h)"),
    "transfer_h": ("Trung chuyển và tại cảng (giờ)", "Transfer and port (h)"),
    "total_h": ("Tổng (giờ)", "Total (h)"),
    "factor": ("Hệ số thời gian và phí trung chuyển", "Factor of transfer hours and handling"),
    "parks_gaining": ("Số khu được lợi", "Parks that gain"),
    "parks": ("Trên tổng số", "Of"),
    "scenario_vi": ("Phương án", "Scenario"),
}


def sheets(study: FreightLinksStudy, ground: StudyGround, found: FreightLinksFound, *, lang: str) -> Iterator[Sheet]:
    """Which parks gain, the links, and the jobs that new trains bring within reach."""
    yield _gains(study, ground, found, lang)
    yield _links(study, ground, found, lang)
    if found.access:
        yield _passengers(study, ground, found, lang)


def tables(found: FreightLinksFound) -> Mapping[str, pd.DataFrame]:
    """Chains, links, sensitivity, the terminals; people who gain by trains."""
    made = {"chains": found.chains, "line_links": found.links, "sensitivity": found.sensitivity, "terminals": found.terminals}
    return made | ({} if found.totals.empty else {"access_totals": found.totals, "access_winners": found.winners})


def report(
    study: FreightLinksStudy,
    ground: StudyGround,  # noqa: ARG001 - all kinds are asked alike
    found: FreightLinksFound,
    shown: Sequence[Sheet],
) -> Sequence[Section]:
    """Each map's finding with its table, and how sure the freight finding is."""
    gains, links, *trains = shown
    best = (
        f"{TOLD} cặp khu – cảng có lợi nhất (đủ cả trong tệp chains.csv)",
        f"The {TOLD} best pairs of park and port (all in chains.csv)",
    )
    sections = [
        section_of(gains, table=_chain_table(study, found), caption=best),
        _sensitivity(study, found),
        section_of(links, table=_link_table(study, found), caption=("Từ nơi trung chuyển đến cảng", "From terminal to port")),
    ]
    if trains:
        caption = ("Số người được lợi", "People who gain")
        sections.append(section_of(trains[0], table=_train_table(study, found), caption=caption))
    return [replace(section, heads=HEADS, notes=[*section.notes, ASSUMED]) for section in sections]


def _carriers(study: FreightLinksStudy) -> dict[str, Pair]:
    return {one.id: (one.name_vi, one.name_en) for one in study.carriers}


def _called(frame: GeoDataFrame) -> dict[str, Pair]:
    return {str(key): (str(vi), str(en)) for key, vi, en in zip(frame.index, frame["name_vi"], frame["name_en"], strict=True)}


def _pairs(table: pd.DataFrame, column: str, names: Mapping[str, Pair], head: str) -> pd.DataFrame:
    """The table with a column of ids told by names in both languages, in its place."""
    at = list(table.columns).index(column)
    ids = table[column].astype(str)
    table = table.drop(columns=column)
    for step, lang in enumerate(("vi", "en")):
        table.insert(at + step, f"{head}_{lang}", [names.get(one, (one, one))[step] for one in ids])
    return table


def _drawn(found: FreightLinksFound, lang: str) -> list[VectorLayer]:
    titles = ("Sông và đường sắt", "Rivers and railways"), ("Nơi trung chuyển và cảng biển", "Terminals and seaports")
    return [
        lines(found.lines, "mode", title=titles[0], lang=lang),
        points(found.terminals, "kind", title=titles[1], radius=7, lang=lang),
    ]


def _gains(study: FreightLinksStudy, ground: StudyGround, found: FreightLinksFound, lang: str) -> Sheet:
    ports, carriers = _called(found.terminals), _carriers(study)
    columns = [str(name) for name in found.parks if str(name).endswith("_saving_k_vnd") and str(name) != "best_saving_k_vnd"]
    most = max(columns, key=lambda name: float(found.parks[name].gt(0).sum()))
    frame = found.parks[["name_vi", "name_en", "status", "accuracy_m", "geometry"]].copy()
    shown = {column: column.replace("_k_vnd", "_vnd") for column in columns}
    frame[list(shown.values())] = found.parks[columns] * 1000
    marks: list[VectorLayer] = _drawn(found, lang)
    for column in columns:
        carrier = next(name for name in carriers if column.startswith(f"{name}_"))
        port = ports[column.removeprefix(f"{carrier}_").removesuffix("_saving_k_vnd")]
        title = (
            f"{carriers[carrier][0].capitalize()} đến {port[0]}: tiết kiệm mỗi TEU (mô hình)",
            f"By {carriers[carrier][1]} to {port[1]}: saving a TEU (modelled)",
        )
        palette = [palettes.DIVERGING["brown_teal"][step] for step in (0, 1, 2, 5, 6)]
        marks.append(
            points(
                frame,
                shown[column],
                title=title,
                scheme=BREAKS_VND,
                palette=palette,
                radius=9,
                fields=list(shown.values()),
                lang=lang,
                show=column == most,
            )
        )
    title = ("Khu công nghiệp nào có lợi khi đi đường thủy, đường sắt?", "Which parks gain by river or rail?")
    used = ("industrial_parks", "waterways", "railways", "river_ports", "rail_stations", "seaports", "corridors")
    notes = [ASSUMED, COURSES, NETWORK]
    return sheet(
        "freight_gains",
        group_of(study),
        title,
        _gain_text(study, found),
        marks,
        frame,
        lang=lang,
        sources=used,
        notes=notes,
        workspace=ground.workspace,
    )


def _gain_text(study: FreightLinksStudy, found: FreightLinksFound) -> Pair:
    ports, carriers, parts = _called(found.terminals), _carriers(study), []
    for (carrier, port), rows in found.chains.groupby(["carrier", "port_id"], sort=False):
        (vi, en), (port_vi, port_en) = carriers[str(carrier)], ports[str(port)]
        parts.append(
            told(
                f"{vi} đến {port_vi}: {{n}}/{{all}} khu rẻ hơn xe tải, chậm hơn {{slow}} giờ",
                f"{en} to {port_en}: {{n}} of {{all}} parks pay less than by truck, {{slow}} hours slower",
                n=rows["saving_k_vnd"].gt(0).sum(),
                all=len(rows),
                slow=(rows["chain_min"].sub(rows["truck_min"]).median() / 60, 0),
            )
        )
    best = found.chains.sort_values("saving_k_vnd", kind="stable").iloc[-1]
    name = _called(found.parks)[str(best["park_id"])]
    tail = told(
        f"Lợi nhất: {name[0]} ({carriers[best['carrier']][0]}, {{k}} nghìn đồng/TEU).",
        f"Most: {name[1]} ({carriers[best['carrier']][1]}, {{k}} thousand dong a TEU).",
        k=best["saving_k_vnd"],
    )
    return (
        f"Theo giả định chi phí của mô hình – {'; '.join(vi for vi, _ in parts)}. {tail[0]}",
        f"By the model's assumed costs – {'; '.join(en for _, en in parts)}. {tail[1]}",
    )


def _chain_table(study: FreightLinksStudy, found: FreightLinksFound) -> pd.DataFrame:
    """The cheapest chain of every park and port, those that save most first."""
    table = found.chains.sort_values(["saving_k_vnd", "park_id"], ascending=[False, True], kind="stable")
    table = table.drop_duplicates(["park_id", "port_id"]).head(TOLD)
    table = table.assign(truck_h=(table["truck_min"] / 60).round(1), chain_h=(table["chain_min"] / 60).round(1))
    wanted = ["park_id", "port_id", "carrier", "terminal_id", "truck_h", "chain_h", "truck_k_vnd", "chain_k_vnd", "saving_k_vnd"]
    table = table[[*wanted, "break_even_transfer_h", "break_even_handling_k_vnd"]].reset_index(drop=True)
    table = _pairs(_pairs(table, "park_id", _called(found.parks), "park"), "port_id", _called(found.terminals), "port")
    return _pairs(_pairs(table, "carrier", _carriers(study), "carrier"), "terminal_id", _called(found.terminals), "terminal")


def _sensitivity(study: FreightLinksStudy, found: FreightLinksFound) -> Section:
    table = found.sensitivity
    low, high = min(study.factors), max(study.factors)
    ends = [table[table["factor"].eq(one)]["parks_gaining"] for one in (low, high)]
    text = told(
        "Khi thời gian và phí trung chuyển nhân {low}, nhiều nhất {many} khu được lợi với một phương tiện và một cảng; "
        "nhân {high}, nhiều "
        "nhất {few} khu. Thời gian hòa vốn âm: dù không phải chờ vẫn đắt hơn xe tải.",
        "With transfer hours and handling times {low}, at most {many} parks gain by one carrier and port; times {high}, "
        "at most {few}. "
        "A negative break-even: dearer than the truck even without any wait.",
        low=(low, 2),
        high=(high, 2),
        many=ends[0].max(),
        few=ends[1].max(),
    )
    told_as = _pairs(_pairs(table, "carrier", _carriers(study), "carrier"), "port_id", _called(found.terminals), "port")
    heading = ("Kết quả chắc đến đâu?", "How sure is that?")
    return Section(heading, [text], told_as, ("Số khu được lợi theo hệ số", "Parks that gain, by factor"))


def _links(study: FreightLinksStudy, ground: StudyGround, found: FreightLinksFound, lang: str) -> Sheet:
    fastest = found.links.sort_values("total_h", kind="stable").drop_duplicates(["carrier", "port_id"])
    names, carriers = _called(found.terminals), _carriers(study)
    parts = [
        told(
            f"{carriers[row['carrier']][0]} {names[row['terminal_id']][0]} – {names[row['port_id']][0]}: {{km}} km, {{h}} "
            f"giờ, trong đó "
            "{wait} giờ trung chuyển và tại cảng",
            f"{carriers[row['carrier']][1]} {names[row['terminal_id']][1]} – {names[row['port_id']][1]}: {{km}} km, {{h}} "
            f"hours, of them "
            "{wait} for transfer and port",
            km=row["line_km"],
            h=(row["total_h"], 1),
            wait=(row["transfer_h"], 1),
        )
        for row in fastest.to_dict("records")
    ]
    text = f"Nhanh nhất: {'; '.join(vi for vi, _ in parts)}.", f"Fastest: {'; '.join(en for _, en in parts)}."
    title = ("Các tuyến sông và đường sắt đến cảng biển", "River and rail links to the seaports")
    used = ("waterways", "railways", "river_ports", "rail_stations", "seaports")
    marks = _drawn(found, lang)
    return sheet(
        "links",
        group_of(study),
        title,
        text,
        marks,
        found.links,
        lang=lang,
        sources=used,
        notes=[ASSUMED, COURSES],
        workspace=ground.workspace,
    )


def _link_table(study: FreightLinksStudy, found: FreightLinksFound) -> pd.DataFrame:
    table = _pairs(
        _pairs(found.links, "carrier", _carriers(study), "carrier"), "terminal_id", _called(found.terminals), "terminal"
    )
    return _pairs(table, "port_id", _called(found.terminals), "port")


def _passengers(study: FreightLinksStudy, ground: StudyGround, found: FreightLinksFound, lang: str) -> Sheet:
    marks: list[VectorLayer] = []
    stops = found.terminals[found.terminals["kind"].eq("rail_station")]
    change = f"jobs_within_{study.cutoff_min}min_change"
    where = [name for name in ("unit_name_vi", "ward_name_vi", ground.people) if name in ground.zones]
    sides = [change.replace("change", side) for side in ("before", "after", "change")]
    for one in study.further():
        frame = found.access[one.id][[*where, *sides, "geometry"]]
        marks.append(
            choropleth(frame, change, title=(one.title_vi, one.title_en), fields=[*where, *sides], lang=lang, show=not marks)
        )
    marks += [lines(found.lines[found.lines["mode"].eq("rail")], "mode", lang=lang), points(stops, color=ACCENT, lang=lang)]
    parts = [
        told(
            f"{one.title_vi}: {{n}} người tới được nhiều việc làm hơn trong {study.cutoff_min} phút, bình quân toàn vùng "
            f"+{{mean}} việc làm",
            f"{one.title_en}: {{n}} people reach more jobs within {study.cutoff_min} minutes, +{{mean}} jobs a person "
            f"over the region",
            n=round(found.winners.set_index("scenario")["better_people"][one.id], -3),
            mean=found.totals.set_index("scenario")["mean_change"][one.id],
        )
        for one in study.further()
    ]
    text = f"{'; '.join(vi for vi, _ in parts)}.", f"{'; '.join(en for _, en in parts)}."
    title = ("Tàu khách thêm được bao nhiêu việc làm trong tầm tới?", "What do passenger trains bring within reach?")
    notes = [ASSUMED, COURSES, TRANSIT, MODELLED]
    last = found.access[study.further()[0].id]
    used = ("rail_stations", "railways", "zones", "jobs")
    return sheet(
        "passengers", group_of(study), title, text, marks, last, lang=lang, sources=used, notes=notes, workspace=ground.workspace
    )


def _train_table(study: FreightLinksStudy, found: FreightLinksFound) -> pd.DataFrame:
    names = {one.id: (one.title_vi, one.title_en) for one in study.further()}
    both = found.winners.merge(found.totals, on=["scenario", "measure", "group"])
    wanted = ["scenario", "better_people", "worse_people", "mean_before", "mean_after", "mean_change"]
    jobs = {name: name.replace("mean_", "mean_jobs_") for name in wanted if name.startswith("mean_")}
    return _pairs(both[wanted], "scenario", names, "scenario").rename(columns=jobs)
