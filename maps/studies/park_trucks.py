"""Trucks from a planned park to its gates as maps, tables and text, today and with each plan."""

from __future__ import annotations

from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

import layers
from analyses import StudyGround
from analyses.studies import ParkFound, ParkStudy
from maps.lines_ import lines
from maps.points_ import points
from maps.sheets import Pair, Sheet, sheet, told
from maps.studies.park_parts import TODAY, layers_of, notes_of, site_marks
from maps.study_marks import group_of
from maps.vector_layer import VectorLayer

BREAKS_TRUCK_MIN = [30, 60, 90, 120, 150]
BREAKS_CHANGE_MIN = [-10, -5, -2, -0.1]
TRUCKS: Pair = (
    (
        "Phút xe tải theo tốc độ tính toán từng giờ; dữ liệu chưa có giờ cấm tải của TP.HCM, nên giờ ban ngày có thể không "
        "được phép chạy."
    ),
    (
        "Truck minutes by the modelled speed of the hour; the data hold no truck bans of Ho Chi Minh City, so day hours may "
        "be barred."
    ),
)
SECTIONS: Pair = (
    (
        "Dữ liệu chỉ có đoạn Bình Dương của Vành đai 3 và Vành đai 4: các đoạn qua Đồng Nai, Long An và các cầu nối chưa có, "
        "nên lợi ích "
        "đi Cái Mép và Long Thành tính ở đây là cận dưới."
    ),
    (
        "The data hold the Binh Duong sections of Ring Roads 3 and 4 only; those in Dong Nai and Long An and their bridges "
        "are missing: "
        "what is gained towards Cai Mep and Long Thanh is a lower bound."
    ),
)


def truck_sheet(study: ParkStudy, ground: StudyGround, found: ParkFound, lang: str) -> Sheet:
    """Today's ways and minutes to every gate."""
    frame = _gates(study, found)
    hours = [name for name in frame if str(name).startswith("at_")]
    ways = found.ways.join(pd.DataFrame(frame.drop(columns="geometry")))
    first = study.truck_hours[0]
    marks: list[VectorLayer] = [
        lines(
            ways.drop(columns=["kind", "status"], errors="ignore"),
            hours[0],
            title=(f"Đường xe tải lúc {first}: phút", f"Truck way at {first}: minutes"),
            scheme=BREAKS_TRUCK_MIN,
            width=3,
            lang=lang,
        ),
        *site_marks(study, ground, found, lang, near=False),
        points(
            frame, title=("Cảng, cảng cạn, sân bay, ga hàng", "Ports, dry ports, airports, freight station"), radius=8, lang=lang
        ),
    ]
    title = (
        f"Xe tải đến cảng và sân bay lúc {', '.join(study.truck_hours)}",
        f"Trucks to ports and airports at {', '.join(study.truck_hours)}",
    )
    notes = [TRUCKS, *notes_of(study, ground, found)]
    used = layers_of(ground, "logistics", "corridors")
    return sheet(
        "freight",
        group_of(study),
        title,
        _freight_text(study, found),
        marks,
        frame,
        lang=lang,
        sources=used,
        notes=notes,
        workspace=ground.workspace,
    )


def _freight_text(study: ParkStudy, found: ParkFound) -> Pair:
    """Nearest of each kind and every seaport, at the first and the last hour."""
    frame = pd.DataFrame(_gates(study, found))
    hours = [name for name in map(str, frame) if name.startswith("at_")]
    frame = frame[frame[hours[0]].notna()].sort_values(hours[0], kind="stable")
    kind = frame["kind"] if "kind" in frame else pd.Series("", index=frame.index)
    told_of = frame[kind.eq("seaport") | ~kind.duplicated()]
    vi = [
        f"{row['name_vi']} {{{number}a}} phút ({{{number}b}} lúc {study.truck_hours[-1]})"
        for number, (_, row) in enumerate(told_of.iterrows())
    ]
    en = [
        f"{row['name_en']} {{{number}a}} min ({{{number}b}} at {study.truck_hours[-1]})"
        for number, (_, row) in enumerate(told_of.iterrows())
    ]
    numbers = {
        f"{number}{which}": float(row[hour])
        for number, (_, row) in enumerate(told_of.iterrows())
        for which, hour in (("a", hours[0]), ("b", hours[-1]))
    }
    return told(f"Lúc {study.truck_hours[0]}: {'; '.join(vi)}.", f"At {study.truck_hours[0]}: {'; '.join(en)}.", **numbers)


def _gates(study: ParkStudy, found: ParkFound) -> GeoDataFrame:
    """The gates with today's minutes at every hour and the range at the first."""
    today = found.freight[found.freight["scenario"] == TODAY]
    at = today.pivot_table(index="gate_id", columns="hour", values="truck_min", sort=False, dropna=False)
    first = today[today["hour"] == study.truck_hours[0]].set_index("gate_id")
    columns = {f"at_{hour.replace(':', '')}_min": at[hour] for hour in study.truck_hours}
    kept = [name for name in ("name_vi", "name_en", "kind", "status", "accuracy_m") if name in found.gates]
    return found.gates[[*kept, "geometry"]].assign(
        **columns, **{name: first[name] for name in ("truck_p10_min", "truck_p90_min")}
    )


def truck_table(study: ParkStudy, found: ParkFound) -> pd.DataFrame:
    """The gates with today's minutes, the nearest first."""
    frame = pd.DataFrame(_gates(study, found)).drop(columns=["geometry", "accuracy_m"], errors="ignore")
    return frame.sort_values(f"at_{study.truck_hours[0].replace(':', '')}_min", kind="stable").reset_index(drop=True)


def plans_of(study: ParkStudy, found: ParkFound) -> list[Any]:
    """The scenarios that change streets: what else can change nothing for trucks."""
    return [one for one in study.further() if one.id in set(found.freight["scenario"])]


def change_table(study: ParkStudy, found: ParkFound) -> pd.DataFrame:
    """A row a gate, a column a scenario: the change at the first hour."""
    rows = found.freight[found.freight["hour"] == study.truck_hours[0]]
    wide = rows.pivot_table(index="gate_id", columns="scenario", values="truck_min_change", sort=False, dropna=False)
    named = found.gates[[name for name in ("name_vi", "name_en") if name in found.gates]]
    changes = {f"{one.id}_change": wide[one.id] for one in plans_of(study, found)}
    return pd.DataFrame(named.drop(columns="geometry", errors="ignore")).assign(**changes).reset_index(drop=True)


def change_sheet(study: ParkStudy, ground: StudyGround, found: ParkFound, lang: str) -> Sheet:
    """The change of every plan at every gate; the plan that saves most is shown first."""
    table = change_table(study, found).set_index(found.gates.index)
    renamed = {f"{one.id}_change": f"truck_{one.id}_min_change" for one in plans_of(study, found)}
    frame = found.gates[["geometry"]].join(table.rename(columns=renamed))
    most = min(renamed.values(), key=lambda name: (float(frame[name].sum()), name))
    marks: list[VectorLayer] = [_opened(ground, study, found, lang)] if ground.embedded else []
    marks += site_marks(study, ground, found, lang, near=False)
    marks += [
        points(
            frame,
            column,
            title=(f"{one.title_vi}: thay đổi phút xe tải", f"{one.title_en}: change in truck minutes"),
            scheme=BREAKS_CHANGE_MIN,
            fields=list(renamed.values()),
            radius=9,
            lang=lang,
            show=column == most,
        )
        for one, column in zip(plans_of(study, found), renamed.values(), strict=True)
        if frame[column].ne(0).any()
    ]
    parts = []
    for one, column in zip(plans_of(study, found), renamed.values(), strict=True):
        best = frame[column].idxmin() if frame[column].notna().any() else None
        if best is None or not frame.loc[best, column] < 0:
            parts.append((f"{one.title_vi}: không đổi", f"{one.title_en}: no change"))
            continue
        row, faster = frame.loc[best], frame[column].lt(0).sum()
        parts.append(
            told(
                f"{one.title_vi}: {{n}} nơi nhanh hơn, nhiều nhất {row['name_vi']} ({{min}} phút)",
                f"{one.title_en}: {{n}} places faster, most {row['name_en']} ({{min}} min)",
                n=faster,
                min=(row[column], 1),
            )
        )
    text = f"{'; '.join(vi for vi, _ in parts)}.", f"{'; '.join(en for _, en in parts)}."
    notes = [*([SECTIONS] if ground.embedded else []), TRUCKS, *notes_of(study, ground, found)]
    title = ("Các tuyến đường quy hoạch thay đổi gì cho xe tải?", "What do the planned roads change for trucks?")
    return sheet(
        "freight_change",
        group_of(study),
        title,
        text,
        marks,
        frame,
        lang=lang,
        sources=layers_of(ground, "logistics", "corridors"),
        notes=notes,
        workspace=ground.workspace,
    )


def _opened(ground: StudyGround, study: ParkStudy, found: ParkFound, lang: str) -> VectorLayer:
    """The roads of the plan that the scenarios open."""
    names = {
        str(name)
        for one in plans_of(study, found)
        for change in ground.scenarios[one.id].changes
        for name in getattr(change, "ids", ())
    }
    corridors = layers.corridors(workspace=ground.workspace)
    return lines(corridors[corridors.index.isin(names)], "mode", title=("Tuyến được mở", "What is opened"), lang=lang)
