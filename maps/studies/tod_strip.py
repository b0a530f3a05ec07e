"""The strip map of the study of TOD: people and jobs round every stop, today and in the last phase, along the line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analyses.studies import TodCorridorFound, TodCorridorStudy
from maps.sheets import MODELLED, Pair
from maps.strip_prints import save_strip
from maps.studies.tod_tables import ASSUMED, TODAY
from maps.study_marks import group_of


def strip_map(study: TodCorridorStudy, found: TodCorridorFound, folder: Path, *, lang: str) -> Mapping[Pair, str]:
    """Write the strip map into the folder as a PDF; its path from there by caption."""
    radius, last = study.radii_m[1], study.phases[-1].id
    rows: Any = found.around[found.around["radius_m"] == radius].set_index(["state", "stop_id"])
    stops = found.stops.sort_values("chainage_km").join(found.minutes)
    for state, name in ((TODAY, f"{{}}_within_{radius}m"), (last, "{}_planned")):
        for what in ("people", "jobs"):
            for percent in ("p10", "p50", "p90"):
                stops[f"{name.format(what)}_{percent}"] = rows.loc[state, f"{what}_{percent}"].reindex(stops.index)
    phase = study.phases[-1]
    note = (
        f"Quy hoạch: {phase.title_vi}, trong {radius} m. {ASSUMED[0]}",
        f"Planned: {phase.title_en}, within {radius} m. {ASSUMED[1]}",
    )
    kinds = ("people", "jobs")
    bars = [*(f"{one}_within_{radius}m" for one in kinds), *(f"{one}_planned" for one in kinds)]
    title = group_of(study)
    save_strip(
        stops,
        folder / "strip_map.pdf",
        title=title,
        rows=["transit_min"],
        bars=bars,
        land=found.strip,
        notes=[note, MODELLED],
        lang=lang,
    )
    return {("Bản đồ dải dọc tuyến (PDF, A3)", "Strip map of the line (PDF, A3)"): "strip_map.pdf"}
