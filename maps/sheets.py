"""A sheet: a page, the frame behind it, and a finding told from its numbers; what the sheets of a study share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

import layers
from geo import Label, Raster, format_number
from maps.background import short_names
from maps.compare_ import Compare
from maps.own_sources import files_of, notes_in_force
from maps.page_ import Page, page
from maps.raster_ import RasterLayer
from maps.vector_layer import VectorLayer

Pair = tuple[str, str]  # Vietnamese, English
Mark = VectorLayer | RasterLayer

REGION = ("Vùng và các hệ thống", "The region and its systems")
STUDY = ("Nghiên cứu đầu tiên: tiếp cận và kết nối", "First study: access and connectivity")

MODELLED = (
    "Dân số phân bổ theo mô hình từ Tổng điều tra dân số và nhà ở 2019; việc làm ước tính theo mô hình, khớp với tổng khống chế.",
    "People are modelled from the census of 2019; jobs are a modelled estimate within control totals.",
)
NETWORK = (
    "Thời gian tính trên mạng đường trục (sơ đồ), hiệu chỉnh theo thực tế lái xe; đường nội bộ tính theo hệ số đường vòng 1,3.",
    "Times are on a strategic (schematic) road network, calibrated to what drivers know; local streets by a detour of 1.3.",
)
TRANSIT = (
    "Vận tải công cộng hiện nay: xe buýt KAZE theo biểu đồ chạy xe 02/06/2018 (thiếu các tuyến 61–77, 171) và Metro số 1 TP.HCM.",
    "Transit today: KAZE buses as of 2018-06-02 (later lines 61–77 and 171 are missing) and Metro Line 1 of Ho Chi Minh City.",
)
STOPS = (
    "Vị trí trạm chưa chính xác: số liệu là khoảng p10–p90 khi xê dịch trạm; sai số quá nửa bán kính thì không đánh giá được.",
    "Stop positions are uncertain: figures are p10–p90 over displaced stops; worse than half the radius can not be assessed.",
)


@dataclass(frozen=True)
class Sheet:
    """One card of the gallery before it is written: ``marks`` are those shown at first, lowest first; of two that are compared
    the second.
    """

    name: str
    group: Pair
    title: Pair
    text: Pair
    page: Page
    marks: Sequence[Mark]
    data: pd.DataFrame | Raster


def sheet(
    name: str,
    group: Pair,
    title: Pair,
    text: Pair,
    marks: Sequence[Mark | Compare],
    data: pd.DataFrame | Raster,
    *,
    lang: str,
    sources: Sequence[str | Mapping[str, Any]],
    notes: Sequence[Pair] = (),
    workspace: layers.Workspace | None = None,
) -> Sheet:
    """A sheet whose page carries the finding as subtitle and the catalogue's word on its ``sources`` (layer names, or its rows),
    as it is with ``workspace``, whose files stand beside them; ``notes`` of data that it replaces are left out.

    Of two marks under a curtain the thumbnail shows the second.
    """
    table = layers.catalogue(workspace=workspace).to_dict("index")
    told = [*(table[one] if isinstance(one, str) else one for one in sources), *files_of(workspace)]
    told_of = notes_in_force(notes, workspace, people=MODELLED, lines=TRANSIT)
    made = page(title, *marks, lang=lang, subtitle=text, sources=told, notes=told_of)
    seen = [mark.after if isinstance(mark, Compare) else mark for mark in marks]
    return Sheet(name, group, title, text, made, [mark for mark in seen if isinstance(mark, Mark) and mark.show], data)


def told(vi: str, en: str, **numbers: float | tuple[float, int]) -> Pair:
    """Both sentences with the numbers as each language writes them; a pair gives the decimals."""

    def fill(sentence: str, lang: str) -> str:
        written: dict[str, Any] = {}
        for key, value in numbers.items():
            number, digits = value if isinstance(value, tuple) else (value, 0)
            written[key] = format_number(float(number), lang, digits=digits)
        return sentence.format(**written)

    return fill(vi, "vi"), fill(en, "en")


def round3(value: float) -> float:
    """Three significant figures: what modelled numbers can bear."""
    return float(f"{value:.3g}")


def short(centres: GeoDataFrame, row: str) -> Label:
    """The name of a centre as maps write it, without rank and remark."""
    return names(short_names(centres), row)


def names(frame: pd.DataFrame, row: str) -> Label:
    """The name of a feature in both languages."""
    return Label(str(frame.loc[row, "name_vi"]), str(frame.loc[row, "name_en"]))
