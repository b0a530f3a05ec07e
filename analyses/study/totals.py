"""What scenarios bring, for all and by unit, old and new, with the units' names."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from geopandas import GeoDataFrame

from analyses.options.comparison import comparison_totals, winners_and_losers
from analyses.study.grounds import StudyGround

_EVERYWHERE = ("toàn vùng", "everywhere")


def totals_by_unit(
    ground: StudyGround, compared: Mapping[str, GeoDataFrame], least_change: float = 0.0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Means (`comparison_totals`) and winners (`winners_and_losers`) of every scenario, for all and by each kind of unit.

    Before their columns stand ``scenario``, ``by`` (the column of units), ``unit_id`` ("all" first), ``name_vi``, ``name_en``.
    Empty without scenarios.
    """
    totals, winners = [pd.DataFrame()], [pd.DataFrame()]
    for name, frame in compared.items():
        for column in ground.units or [None]:
            mean = comparison_totals(frame, by=column, people=ground.people)
            count = winners_and_losers(frame, by=column, people=ground.people, least_change=least_change)
            totals.append(_named(mean, ground, column, name))
            winners.append(_named(count, ground, column, name))
    return pd.concat(totals, ignore_index=True), pd.concat(winners, ignore_index=True)


def _named(table: pd.DataFrame, ground: StudyGround, column: str | None, scenario: str) -> pd.DataFrame:
    units = ground.units[column] if column else {}
    names = [_EVERYWHERE if one == "all" else units[one] for one in table.iloc[:, 0]]
    out = table.rename(columns={table.columns[0]: "unit_id"})
    out.insert(0, "scenario", scenario)
    out.insert(1, "by", column or "all")
    out.insert(3, "name_vi", [vi for vi, _ in names])
    out.insert(4, "name_en", [en for _, en in names])
    return out
