"""The explorer as a sheet of a study: page, finding, picture and the frame behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

import layers
from analyses import TravelTimes, compare, comparison_totals, opportunities_within, winners_and_losers
from geo import column_label
from maps.areas import choropleth
from maps.explorer_ import explorer
from maps.sheets import Pair, Sheet, told

TOLD_MIN = (30, 45, 60)  # cutoffs in the files; the page answers for all


def explorer_sheet(
    name: str,
    group: Pair,
    zones: GeoDataFrame,
    times: tuple[TravelTimes, TravelTimes],
    *,
    title: Pair,
    opportunities: Sequence[str],
    population: str,
    cutoff_min: int,
    lang: str,
    **page: Any,
) -> Sheet:
    """The explorer of ``times`` before and after; the finding is told at ``cutoff_min`` of the first of the ``opportunities``.

    ``page`` is what `maps.explorer` takes beside (marks, sides, notes), and ``sources`` as names of layers of the catalogue.
    """
    cutoffs = sorted({*TOLD_MIN, cutoff_min})
    amounts = zones[[*opportunities]]
    sides = [opportunities_within(one, amounts, cutoffs) for one in times]
    known = [column for column in ("name_vi", "unit_name_vi", "ward_name_vi", population) if column in zones]
    data = compare(zones[[*dict.fromkeys(known), zones.geometry.name]], *sides)
    shown = f"{opportunities[0]}_within_{cutoff_min}min"
    text = _finding(data, shown, population)
    about = layers.catalogue(workspace=page.pop("workspace", None)).to_dict("index")
    page["sources"] = [about[one] for one in page.get("sources", ())]
    page |= {"title": title, "subtitle": text, "lang": lang}
    made = explorer(zones, times[0], times[1], opportunities=opportunities, population=population, **page)
    return Sheet(name, group, title, text, made, [choropleth(data, f"{shown}_after", lang=lang)], data)


def _finding(data: GeoDataFrame, column: str, population: str) -> Pair:
    sides = [f"{column}_{side}" for side in ("before", "after", "change")]
    table = pd.DataFrame(data[[*sides, population]])
    means = comparison_totals(table, people=population).iloc[0]
    label = column_label(column)
    return told(
        f"{label.vi}: bình quân một người tới được {{before}} → {{after}}; {{better}} người tới được nhiều hơn. "
        "Bấm vào một ô để xem thời gian đi từ ô đó hoặc đến ô đó.",
        f"{label.en}: a person reaches {{before}} → {{after}} on average; {{better}} people reach more. "
        "Click a zone for the minutes from it or to it.",
        before=means["mean_before"],
        after=means["mean_after"],
        better=winners_and_losers(table, people=population).iloc[0]["better_people"],
    )
