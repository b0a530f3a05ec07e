"""The explorer: travel times between all zones in one page, to be asked without a server.

The underscore keeps the module from shadowing its function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from branca.element import MacroElement
from geopandas import GeoDataFrame
from jinja2 import Template

from analyses import TravelTimes
from geo import Label, PlanningDataError, column_label, column_unit, format_number
from maps import codec, safe_text
from maps.areas import POLYGONS, require_kind
from maps.classes import decimals_of
from maps.explorer_looks import USUAL_CUTOFF_MIN, minutes_look, nearest, reached_looks, saved_look
from maps.explorer_times import Explored, coarser, differences, explored
from maps.fields import NAMES, require_column
from maps.packing import sorted_rows
from maps.page_ import Page, page
from maps.style import Style
from maps.vector_layer import VectorLayer, add_assets, asset

SCRIPTS = ("explorer_words.js", "explorer_data.js", "explorer_figures.js", "explorer_panel.js", "explorer.js")
STYLES = ("explorer.css",)
MOST_BYTES = 10_000_000  # of times in a page; beyond, zones are joined
GZIP_LEVEL = 6  # two parts in a hundred larger than at 9, a tenth of the time
MOST_ZONES = 6_000  # more can not be redrawn while a slider moves
STEP_MIN = 5
SIDES = (("Trước", "Before"), ("Sau", "After"))
ZONES = Label("Ô", "Zones")
ROUNDING = Label(
    "Thời gian làm tròn lên phút nguyên: trong {0} phút nghĩa là t ≤ {0}; không tới được trong {1} phút là không tới được.",
    "Times are rounded up to whole minutes: within {0} minutes means t ≤ {0}; what takes more than {1} minutes is not reached.",
)
JOINED = Label(
    "Các ô đã được gộp (bình quân {0} ô thành 1) để trang đủ nhẹ; thời gian tính từ ô đông dân nhất trong nhóm.",
    "Zones were joined ({0} into 1 on average) to keep the page light; times are those of the most populous zone of each.",
)


def explorer(
    zones: GeoDataFrame,
    times_before: TravelTimes,
    times_after: TravelTimes | None = None,
    *,
    opportunities: Sequence[str] = ("jobs", "population_2019_people"),
    population: str = "population_2019_people",
    cutoffs_min: Sequence[int] | None = None,
    title: str | tuple[str, str] = ("Tới được bao nhiêu, trong bao lâu?", "How much can be reached, and how soon?"),
    marks: Sequence[Any] = (),
    sides: Sequence[str | tuple[str, str]] = SIDES,
    percentile: int | None = None,
    **furniture: Any,
) -> Page:
    """A page that answers from the whole matrix: minutes from or to any zone, opportunities within any cutoff, who gains.

    The reader chooses a zone, a cutoff, an opportunity, a direction and a side (before, after, change); map, totals, histogram,
    Lorenz curve and Gini follow at once, weighted by ``population``. The same numbers come from `analyses.opportunities_within`,
    `compare`, `comparison_totals`, `winners_and_losers` and `gini`.

    ``times_before`` and ``times_after`` go from each zone to each zone, on the zones' index; ``opportunities`` and ``population``
    name columns of ``zones``; ``cutoffs_min`` are whole minutes (default: every 5); ``marks`` lie over the zones; ``sides`` name
    before and after; ``percentile`` chooses one of several; ``furniture`` goes to `maps.page` (lang, notes, sources).
    Minutes are rounded up, so ``t ≤ cutoff`` agrees. More than about 4,500 zones (10 MB) are joined, and the page says so.
    Errors: E-EXPLORE-01 (times of other zones), -02 (no geometry), -03 (cutoffs), -04 (amounts), E-MAP-02 (column),
    E-MAP-03 (no areas), E-PCT-01 (percentile).
    """
    counted = list(dict.fromkeys([population, *opportunities]))
    _check(zones, counted, opportunities, sides)
    times = [times_before] if times_after is None else [times_before, times_after]
    whole = explored(zones, times, percentile)
    cutoffs = _cutoffs(cutoffs_min, whole.limit_min)
    lang = str(furniture.get("lang", "vi"))
    about = {"lang": lang, "sides": [safe_text.as_label(side) for side in sides]}
    whole, block = _fit(whole, counted, partial(_block, opportunities=opportunities, cutoffs=cutoffs, about=about))
    look = Style(outline_px=0.0)
    layer = VectorLayer(_named(whole.zones), ZONES, look=look, lang=lang, legend=False, certainty=False)
    notes = [*safe_text.as_labels(furniture.pop("notes", ())), *_notes(whole, cutoffs)]
    made = page(title, layer, *marks, notes=notes, **furniture)
    made.add_child(_Explorer(layer, block))
    return made


class _Explorer(MacroElement):
    """The block of times, and the script that takes the zones' layer over."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        'Innoregion.explorer({{ this._parent.get_name() }}, "{{ this.get_name() }}", {{ this.layer.get_name() }});'
        "{% endmacro %}"
    )

    def __init__(self, layer: VectorLayer, block: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Explorer"
        self.layer, self.block = layer, block

    def render(self, **kwargs: Any) -> str:
        figure: Any = self.get_root()
        add_assets(figure)
        figure.header.add_child(safe_text.Raw(f"<style>{asset(STYLES)}</style>"), name="innoregion_explorer_css")
        figure.header.add_child(safe_text.Raw(f"<script>{asset(SCRIPTS)}</script>"), name="innoregion_explorer_js")
        data = f'<script type="application/octet-stream" id="{self.get_name()}_block">{self.block}</script>'
        figure.html.add_child(safe_text.Raw(data), name=self.get_name() + "_block")
        rendered: Any = super().render(**kwargs)  # type: ignore[no-untyped-call]
        return str(rendered or "")


def _check(zones: GeoDataFrame, counted: Sequence[str], opportunities: Sequence[str], sides: Sequence[Any]) -> None:
    if isinstance(opportunities, str) or not opportunities:
        raise PlanningDataError("E-EXPLORE-04", "opportunities are not a list of columns.", seen=opportunities, mend='["jobs"]')
    if len(sides) != len(SIDES):
        raise PlanningDataError("E-EXPLORE-04", "sides are two names: before and after.", seen=sides, mend=f"{SIDES}")
    for name in counted:
        require_column(zones, name)
        values = pd.to_numeric(zones[name], errors="coerce").to_numpy(float)
        wrong = ~(np.isfinite(values) & (values >= 0))
        if wrong.any():
            ids = list(zones.index[wrong])
            raise PlanningDataError(
                "E-EXPLORE-04", f"{name} is null, negative or no number.", feature_ids=ids, mend="give 0 where there are none."
            )
    require_kind(zones, POLYGONS, "areas", "zones with areas")


def _cutoffs(wanted: Sequence[int] | None, limit: int) -> list[int]:
    found = list(range(STEP_MIN, min(limit, 120) + 1, STEP_MIN) or [limit]) if wanted is None else list(wanted)
    wrong = [cut for cut in found if cut != int(cut) or not 0 <= cut <= limit]
    if wrong or not found:
        raise PlanningDataError(
            "E-EXPLORE-03",
            f"cutoffs are not whole minutes up to the {limit} of the times.",
            seen=wrong or found,
            mend="compute the times with a longer limit_min, or leave these out.",
        )
    return sorted({int(cut) for cut in found})


def _fit(whole: Explored, counted: Sequence[str], pack: Callable[[Explored, str], str]) -> tuple[Explored, str]:
    """Zones in Hilbert order and the block of their times; zones are joined until both are small enough."""
    while True:
        whole = whole.take(sorted_rows(whole.zones, ZONES))
        if len(whole.zones) <= MOST_ZONES:
            block = pack(whole, counted[0])
            if len(block) <= MOST_BYTES or len(whole.zones) == 1:
                return whole, block
        whole = coarser(whole, counted)


def _block(
    whole: Explored, population: str, opportunities: Sequence[str], cutoffs: Sequence[int], about: Mapping[str, Any]
) -> str:
    """Times, amounts, ids, and what the page has to say about them."""
    zones, first = whole.zones, whole.minutes[0]
    block = codec.Block(
        **about, count=len(zones), limit=whole.limit_min, cutoffs=list(cutoffs), start=nearest(cutoffs, USUAL_CUTOFF_MIN)
    )
    block.codes("before", differences(first))
    if len(whole.minutes) > 1:
        block.codes("saved", differences(first - whole.minutes[1]))
    block.json("ids", [str(one) for one in zones.index])
    block.meta |= {
        "index": str(zones.index.name or "zone_id"),
        "minutes": minutes_look(whole.limit_min),
        "saved": saved_look(whole.limit_min) if len(whole.minutes) > 1 else None,
        "people": _amounts(block, "people", zones[population]),
        "opportunities": [
            _amounts(block, f"amount{at}", zones[name])
            | {"looks": reached_looks(whole, name, population, cutoffs)}
            | {"within": [_within(name, cut) for cut in cutoffs]}
            for at, name in enumerate(opportunities)
        ],
    }
    return block.text(GZIP_LEVEL)


def _within(name: str, cutoff_min: int) -> tuple[str, Label]:
    column = f"{name}_within_{cutoff_min}min"
    return column, column_label(column)


def _amounts(block: codec.Block, section: str, values: pd.Series) -> dict[str, Any]:
    """A column of amounts: whole numbers as integers, others as they are."""
    known = values.to_numpy(float)
    whole = bool((known == np.rint(known)).all() and known.sum() < 2.0**31)
    (block.ints if whole else block.floats)(section, known.astype(np.int64) if whole else known)
    name = str(values.name)
    told = {"label": column_label(name), "unit": column_unit(name), "digits": decimals_of(name, known)}
    return {"column": name, "section": section, "whole": whole} | told


def _named(zones: GeoDataFrame) -> GeoDataFrame:
    """The zones with a name: their own, else their id."""
    known = [name for name in (*NAMES, "name") if name in zones.columns]
    if known:
        return zones[[*known, zones.geometry.name]]
    return zones[[zones.geometry.name]].assign(name=[str(one) for one in zones.index])


def _notes(whole: Explored, cutoffs: Sequence[int]) -> list[Label]:
    notes = [Label(*(text.format(nearest(cutoffs, USUAL_CUTOFF_MIN), whole.limit_min) for text in ROUNDING))]
    if whole.joined > 1:
        say = partial(format_number, whole.joined, digits=1)
        notes.append(Label(JOINED.vi.format(say("vi")), JOINED.en.format(say("en"))))
    return notes
