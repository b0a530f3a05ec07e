"""Published against drawn: every area and length that has both."""

from __future__ import annotations

import pandas as pd

from layers._frames import layer
from layers._replacing import replaceable
from layers.admin import units
from layers.lines import corridor_segments, corridors
from layers.urban import outlines
from layers.workspace.value import Workspace


@replaceable
def published_measures(*, workspace: Workspace | None = None) -> pd.DataFrame:
    """One row a published area (ha) or length (km) with what is drawn and the deviation in percent, index ``measure_id``.

    The deviation is empty where the published length covers something else than the drawn line (``covers``).
    """
    return layer("published_measures", pd.concat([_areas(workspace), _lengths(workspace)], ignore_index=True))


def _areas(workspace: Workspace | None) -> pd.DataFrame:
    return pd.concat(
        [
            _row(frame.assign(published=frame["published_area_ha"], drawn=frame["mapped_area_ha"]), name, "area", "ha")
            for name, frame in (("outlines", outlines(workspace=workspace)), ("units", units("2024", workspace=workspace)))
        ]
    )


def _lengths(workspace: Workspace | None) -> pd.DataFrame:
    rows = []
    drawn = {"corridors": corridors(workspace=workspace), "corridor_segments": corridor_segments(workspace=workspace)}
    for name, frame in drawn.items():
        lines = frame[frame["length_km_published"].notna()]
        lines = lines.assign(published=lines["length_km_published"], drawn=lines["length_km_drawn"])
        rows.append(_row(lines.rename(columns={"length_covers": "covers"}), name, "length", "km"))
    return pd.concat(rows)


def _row(frame: pd.DataFrame, name: str, quantity: str, unit: str) -> pd.DataFrame:
    table = pd.DataFrame(frame.drop(columns="geometry")).reset_index(names="feature_id")
    covers = table["covers"] if "covers" in table else pd.Series("", index=table.index)
    deviation = ((table["drawn"] / table["published"] - 1) * 100).round(2).where(covers == "")
    return table.assign(
        measure_id=name + ":" + table["feature_id"],
        layer=name,
        quantity=quantity,
        value_unit=unit,
        deviation_pct=deviation,
        covers=covers,
    )
