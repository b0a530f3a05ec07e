"""What a reader of a land-use balance must know, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd
from geopandas import GeoDataFrame

from analyses.planning.plan_cover import Cover
from geo import Label, format_number

_SIDES = {"plan": Label("quy hoạch", "the plan"), "status": Label("hiện trạng", "the status map")}
_SHOWN = 5


def balance_notes(
    counted: Mapping[str, GeoDataFrame],
    covers: Mapping[str, Cover],
    judgements: pd.DataFrame,
    *,
    people: float | None,
    existing_people: float | None,
    drawn: bool,
) -> tuple[Label, ...]:
    """Of missing people, boundary and status; overlaps, land outside, gaps, classes in no table, judgements."""
    found = [*_missing(counted, people, existing_people, drawn=drawn)]
    for side, cover in covers.items():
        found += _of_side(_SIDES[side], counted[side], cover)
    if len(judgements):
        ha = _ha(float(judgements["area_ha"].sum()) * 1e4)
        codes = ", ".join(str(one) for one in list(dict.fromkeys(judgements["given"]))[:_SHOWN])
        found.append(
            Label(
                f"{ha.vi} ha được xếp loại theo nhận định vì mã hiện trạng ứng với nhiều loại ({codes}).",
                f"{ha.en} ha are classed by judgement, their status code fits several classes ({codes}).",
            )
        )
    return tuple(found)


def _missing(
    counted: Mapping[str, GeoDataFrame], people: float | None, existing_people: float | None, *, drawn: bool
) -> Iterator[Label]:
    if people is None:
        yield Label("Chưa có dân số quy hoạch: không tính chỉ tiêu m²/người.", "No people of the plan are told: no m² a person.")
    if "status" not in counted:
        yield Label("Không có bản đồ hiện trạng: cột hiện trạng để trống.", "No status map is given: no existing land.")
    elif existing_people is None:
        yield Label(
            "Chưa có dân số hiện trạng: không tính m²/người hiện trạng.", "No people of today are told: no existing m² a person."
        )
    if not drawn:
        yield Label(
            "Không có ranh giới: lấy ranh ngoài của các lô quy hoạch.",
            "No boundary is given: the outline of the plan's parcels counts.",
        )


def _of_side(side: Label, parcels: GeoDataFrame, cover: Cover) -> Iterator[Label]:
    for frame, told in (
        (
            cover.overlaps,
            Label(
                "{side}: {n} chỗ chồng lấn, tổng {ha} ha, chỉ tính một lần cho lô đứng trước.",
                "{side}: overlaps {n}, of {ha} ha, counted once, for the parcel listed first.",
            ),
        ),
        (
            cover.outside,
            Label(
                "{side}: {n} lô vượt ra ngoài ranh giới, phần vượt {ha} ha không tính.",
                "{side}: parcels beyond the boundary {n}, {ha} ha of them are left out.",
            ),
        ),
        (
            cover.gaps,
            Label(
                "{side}: {n} khoảng hở, tổng {ha} ha chưa có loại đất.",
                "{side}: gaps {n}, {ha} ha that no parcel covers.",
            ),
        ),
    ):
        if len(frame):
            yield _told(told, side, len(frame), float(frame["area_m2"].sum()))
    unknown = parcels[parcels["class_id"] == ""]
    if len(unknown):
        names = ", ".join(str(one) or "?" for one in list(dict.fromkeys(unknown["given"]))[:_SHOWN])
        what = Label(
            f"{{side}}: {{n}} lô có loại đất không có trong bảng ({names}), tổng {{ha}} ha; vẫn được liệt kê.",
            f"{{side}}: parcels of classes in no table {{n}} ({names}), {{ha}} ha; they are listed all the same.",
        )
        yield _told(what, side, len(unknown), float(unknown["area_m2"].sum()))


def _told(text: Label, side: Label, count: int, area_m2: float) -> Label:
    ha = _ha(area_m2)
    vi, en = side.head()
    return Label(text.vi.format(side=vi, n=count, ha=ha.vi), text.en.format(side=en, n=count, ha=ha.en))


def _ha(area_m2: float) -> Label:
    return Label(format_number(area_m2 / 1e4, "vi", digits=2), format_number(area_m2 / 1e4, "en", digits=2))
