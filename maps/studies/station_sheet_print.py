"""The two A3 pages of a station: the map with what matters at first sight, then the tables behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyses import StationSheet, StudyGround
from analyses.studies import StationSheetsFound, StationSheetStudy
from geo import Label, format_number
from maps.block_prints import Part, fill_columns
from maps.blocks import Block
from maps.paper import BINDING, EDGE, GAP, INK, SOFT, Sheet, write_pages
from maps.studies.station_sheet_blocks import blocks_of, facts, schematic
from maps.studies.station_sheet_charts import draw_node_place, draw_reach, draw_values
from maps.studies.station_sheet_map import CIRCLE, CORE, LINE, WALK, Surroundings, draw_map
from maps.studies.station_sheet_words import HEADING, RANGES, SCHEMATIC

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SCALE = 12_000
_HEAD, _SIDE = 31.0, 158.0
_NODE_PLACE, _VALUES, _REACH, _LEGEND = 66.0, 34.0, 34.0, 47.0
VAGUE = Label(
    "Vị trí trạm là sơ đồ (sai số lớn hơn nửa bán kính): các con số quanh trạm không đánh giá được; chỉ nêu khả năng đi lại.",
    "The station's place is schematic (worse than half the radius): figures round it are not assessable; only its reach is told.",
)
PAGE = Label("Trang {n}/2", "Page {n} of 2")


@dataclass(frozen=True, eq=False)
class Told:
    """What a sheet says, for paper and page alike."""

    facts: Sequence[tuple[Label, Label]]
    blocks: dict[str, Block]
    around: Surroundings


def told_of(
    study: StationSheetStudy, ground: StudyGround, found: StationSheetsFound, sheet: StationSheet, around: Surroundings
) -> Told:
    """The facts and tables of a station."""
    return Told(facts(study, ground, sheet), blocks_of(study, ground, found, sheet, around.colors), around)


def save_sheet(
    study: StationSheetStudy, found: StationSheetsFound, sheet: StationSheet, told: Told, path: Path, *, lang: str
) -> Path:
    """Write the sheet of a station as a PDF of two A3 pages; returns its path."""
    blocks, head = told.blocks, told.facts

    def first(paper: Sheet) -> None:
        bottom, high = _header(paper, sheet, head, 1)
        left = BINDING + GAP
        wide = paper.wide - EDGE - GAP - _SIDE - GAP - left
        axes = paper.axes(left, bottom, wide, high)
        metres = SCALE * paper.unit / 1000
        draw_map(axes, told.around, sheet, (wide * metres / 2, high * metres / 2), paper.points, lang)
        paper.frame(left, bottom, left + wide, bottom + high, 0.35)
        parts: list[Part] = [
            blocks["people"],
            (_NODE_PLACE, lambda one, *box: _square(one, box, found, sheet)),
            (_VALUES, lambda one, *box: _in(one, box, lambda axes: draw_values(axes, found, sheet, one.points, lang))),
            (_LEGEND, lambda one, *box: _legend(one, box, study, blocks["land"], sheet)),
        ]
        fill_columns(paper, [(left + wide + GAP + 2, bottom, _SIDE - 4, high, parts)])

    def second(paper: Sheet) -> None:
        bottom, high = _header(paper, sheet, head, 2)
        left = BINDING + GAP + 1
        wide = (paper.wide - EDGE - GAP - 1 - left - 8) / 2
        chart: Part = (_REACH, lambda one, *box: _in(one, box, lambda axes: draw_reach(axes, study, sheet, one.points, lang)))
        columns: tuple[Sequence[Part], Sequence[Part]] = (
            [blocks[name] for name in ("jobs", "land", "capacity", "needs")],
            [blocks["reach"], chart, *(blocks[name] for name in ("worth", "coverage", "resettlement", "rules"))],
        )
        fill_columns(paper, [(left + at * (wide + 8), bottom, wide, high, parts) for at, parts in enumerate(columns)])

    name = str(sheet.station[f"name_{lang}"])
    return write_pages(path, "A3", lang, f"{HEADING.say(lang)}: {name}", [first, second])


def _header(paper: Sheet, sheet: StationSheet, head: Sequence[tuple[Label, Label]], number: int) -> tuple[float, float]:
    """Name, facts, what the figures are; returns the bottom and height that are left."""
    left, top = BINDING + GAP, paper.high - EDGE - GAP
    wide = paper.wide - EDGE - GAP - left
    axes = paper.axes(left, top - _HEAD, wide, _HEAD)
    axes.set_xlim(0, wide)
    axes.set_ylim(0, _HEAD)
    name = Label(str(sheet.station["name_vi"]), str(sheet.station["name_en"]))
    _write(paper, axes, 1, _HEAD - 6, HEADING, 3.0, color=LINE, weight="bold")
    _write(paper, axes, 1, _HEAD - 14, name, 6.4, weight="bold")
    _write(paper, axes, wide - 1, _HEAD - 6, Label(*(text.format(n=number) for text in PAGE)), 2.5, color=SOFT, ha="right")
    if schematic(sheet):
        box = {"boxstyle": "square,pad=0.3", "facecolor": "#fbe3d6", "edgecolor": "#9a3412", "linewidth": paper.points(0.2)}
        _write(paper, axes, wide - 2, _HEAD - 14, SCHEMATIC, 4.2, color="#9a3412", weight="bold", ha="right", bbox=box)
    each = wide / (len(head) + 1)  # the first, the line, has room for two
    for at, (label, value) in enumerate(head):
        x = 1 + (at + bool(at)) * each
        _write(paper, axes, x, _HEAD - 20, label, 2.1, color=SOFT)
        _write(paper, axes, x, _HEAD - 24, value, 2.6, weight="bold", room=each * (1 if at else 2) - 2)
    told = VAGUE if not sheet.assessable else RANGES
    numbers = {lang: format_number(sheet.rules.draws, lang) for lang in ("vi", "en")}
    note = Label(told.vi.format(draws=numbers["vi"]), told.en.format(draws=numbers["en"]))
    _write(paper, axes, 1, 1.2, note, 2.1, color="#9a3412" if told is VAGUE else SOFT)
    axes.plot([0, wide], [0, 0], color=INK, linewidth=paper.points(0.25))
    bottom = EDGE + GAP
    return bottom, top - _HEAD - GAP - bottom


def _write(paper: Sheet, axes: Axes, x: float, y: float, text: Label, size: float, *, room: float = 0.0, **options: Any) -> None:
    """One line of text, made smaller where it would be wider than its room."""
    from maps.paper import text_width  # noqa: PLC0415 - imports matplotlib's fonts

    said = text.say(paper.lang)
    if room:
        size = min(size, room / max(text_width(said, bold=True), 1e-9))
    style: dict[str, Any] = {"color": INK, "va": "baseline", **options}
    axes.text(x, y, said, size=paper.points(size), parse_math=False, **style)


def _in(paper: Sheet, box: tuple[float, float, float, float], paint: Callable[[Axes], None]) -> None:
    left, bottom, wide, high = box
    paint(paper.axes(left, bottom, wide, high))


def _square(paper: Sheet, box: tuple[float, float, float, float], found: StationSheetsFound, sheet: StationSheet) -> None:
    """Node against place in a square in the middle of its box."""
    left, bottom, wide, high = box
    side = high - 2
    _in(
        paper,
        (left + (wide - side) / 2, bottom + 2, side, side),
        lambda axes: draw_node_place(axes, found, sheet, paper.points, paper.lang),
    )


def _legend(
    paper: Sheet, box: tuple[float, float, float, float], study: StationSheetStudy, land: Block, sheet: StationSheet
) -> None:
    """What the map's lines and colours are, its scale and coordinates."""
    from matplotlib.patches import Rectangle  # noqa: PLC0415 - a second to import

    left, bottom, wide, high = box
    axes = paper.axes(left, bottom, wide, high)
    axes.set_xlim(0, wide)
    axes.set_ylim(0, high)
    _write(paper, axes, 0, high - 3.2, Label("Chú giải bản đồ", "Legend of the map"), 3.1, weight="bold")
    core, whole = (format_number(one, paper.lang, digits=0) for one in study.radii_m)
    lines = [
        (CIRCLE, 0.8, Label(f"Vòng tròn TOD {whole} m", f"TOD circle of {whole} m")),
        (CORE, 0.6, Label(f"Lõi {core} m", f"Core of {core} m")),
        (WALK, 0.25, Label("Vùng đi bộ theo phút", "Walks by minutes")),
        (LINE, 1.3, Label("Tuyến (lõi trắng: quy hoạch)", "Line (white core: planned)")),
        (LINE, -1, Label("Trạm có thể nằm trong quầng", "The station may stand in the halo")),
    ]
    for at, (color, width, text) in enumerate(lines):
        y = high - 8.5 - at * 5
        if width < 0:
            axes.add_patch(Rectangle((0, y - 0.6), 8, 3, facecolor=color, alpha=0.18, linewidth=0))
        else:
            axes.plot([0, 8], [y + 0.9, y + 0.9], color=color, linewidth=paper.points(width))
            if width > 1:
                axes.plot([0, 8], [y + 0.9, y + 0.9], color="#ffffff", linewidth=paper.points(0.5))
        _write(paper, axes, 10, y, text, 2.4)
    shown = [(row[0], color) for row, color in zip(land.rows, land.colors, strict=False)][:-1]
    for at, (text, color) in enumerate(shown[:6]):
        y = high - 8.5 - at * 5
        axes.add_patch(
            Rectangle((wide / 2, y - 0.6), 6, 3, facecolor=color, alpha=0.6, edgecolor=SOFT, linewidth=paper.points(0.1))
        )
        _write(paper, axes, wide / 2 + 8, y, text, 2.4, room=wide / 2 - 9)
    y = high - 8.5 - max(len(lines), len(shown)) * 5
    system, scale = sheet.areas.crs.name, {lang: format_number(SCALE, lang, digits=0) for lang in ("vi", "en")}
    about = Label(
        f"Tỷ lệ 1:{scale['vi']} (A3). Hệ tọa độ: {system}. Màu đất theo TT 16/2025 (loại gần nhất); gạch chéo: ranh sơ đồ.",
        f"Scale 1:{scale['en']} (A3). Coordinates: {system}. Colours of TT 16/2025 (nearest class); hachured: schematic.",
    )
    for at, line in enumerate(_wrapped(about.say(paper.lang), wide)):
        _write(paper, axes, 0, y - at * 2.9, Label(line, line), 2.1, color=SOFT)


def _wrapped(text: str, wide: float) -> list[str]:
    from maps.paper import wrapped  # noqa: PLC0415 - imports matplotlib's fonts

    return wrapped(text, 2.1, wide)
