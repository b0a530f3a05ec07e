"""The sheet of a station as a page: the same facts, map, diagrams and tables as on paper, in both languages, printable on A3."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np

from analyses import Range, StationSheet
from analyses.studies import StationSheetsFound, StationSheetStudy
from geo import Label, format_number, write_text
from maps import gallery, offline, safe_text, vector_layer
from maps.blocks import block_html
from maps.paper import FONT
from maps.sheets import round3
from maps.studies.station_sheet_blocks import schematic
from maps.studies.station_sheet_charts import BLUE, GREEN, GREY, TAN
from maps.studies.station_sheet_map import LINE, draw_map
from maps.studies.station_sheet_print import VAGUE, Told
from maps.studies.station_sheet_words import AFTER, BEFORE, HEADING, ITEMS, NOT_ASSESSABLE, RANGES, STATION

_MAP_PX, _MAP_MM = (1050, 1000), 225.0
_HALF_M = 1400.0
_FIRST, _LEFT, _RIGHT = ("people", "jobs"), ("land", "capacity", "needs"), ("reach", "worth", "coverage", "resettlement", "rules")
MAP_NOTE = Label(
    "Vòng tròn xanh đậm: 1.000 m; tím: lõi; xanh lá: đi bộ theo phút; quầng cam: nơi trạm có thể nằm; gạch chéo: ranh sơ đồ.",
    "Dark blue: circle of 1,000 m; purple: core; green: walks; orange halo: where the station may stand; hachured: schematic.",
)


def save_page(
    study: StationSheetStudy, found: StationSheetsFound, sheet: StationSheet, told: Told, path: Path, *, lang: str
) -> bytes:
    """Write the page of a station; returns the picture of its map as PNG, for the card that leads there."""
    picture = map_picture(sheet, told, lang)
    name = Label(str(sheet.station["name_vi"]), str(sheet.station["name_en"]))
    numbers = {one: format_number(sheet.rules.draws, one) for one in ("vi", "en")}
    about = Label(RANGES.vi.format(draws=numbers["vi"]), RANGES.en.format(draws=numbers["en"]))
    title = Label(*(f"{head}: {one}" for head, one in zip(HEADING, name, strict=True)))
    facts = "".join(f"<div>{gallery.both(label, lang)}<b>{gallery.both(value, lang)}</b></div>" for label, value in told.facts)
    vague = f'<p class="vague">{gallery.both(VAGUE, lang)}</p>' if schematic(sheet) and not sheet.assessable else ""
    image = f'<figure><img alt="" src="data:image/png;base64,{base64.b64encode(picture).decode()}">'
    image += f"<figcaption>{gallery.both(MAP_NOTE, lang)}</figcaption></figure>"

    def tables(names: tuple[str, ...]) -> str:
        return "".join(block_html(told.blocks[one], lang) for one in names)

    values, reached = (f"<figure>{_both(one, lang)}</figure>" for one in (_values(found, sheet), _reach(study, sheet)))
    first = f'<div class="sheet first"><div>{image}</div><div>{tables(_FIRST)}{values}</div></div>'
    second = f'<div class="sheet two"><div>{tables(_LEFT)}</div><div>{reached}{tables(_RIGHT)}</div></div>'
    main = f'<main class="station"><div class="facts">{facts}</div>{vague}\n{first}\n{second}\n</main>'
    body = f"{gallery.header(title, about, lang)}\n{main}"
    css, script = vector_layer.asset(("gallery.css", "report.css", "station.css")), vector_layer.asset(("gallery.js",))
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"script-src {offline.digest(script)}; style-src {offline.digest(css)}"
    )
    write_text(
        path, offline.document(title.say(lang), lang=lang, policy=policy, css=[css], body=body, scripts=[script], noscript=None)
    )
    return picture


def map_picture(sheet: StationSheet, told: Told, lang: str) -> bytes:
    """The map of the sheet as PNG."""
    from matplotlib import rc_context  # noqa: PLC0415 - a second to import
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    wide, high = _MAP_PX
    with rc_context({"font.family": FONT, "hatch.linewidth": 0.4}):
        figure = Figure(figsize=(wide / 100, high / 100), dpi=100, facecolor="white")
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        draw_map(axes, told.around, sheet, (_HALF_M * wide / high, _HALF_M), lambda mm: mm * wide / 100 * 72 / _MAP_MM, lang)
        out = io.BytesIO()
        figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _both(drawn: dict[str, str], lang: str) -> str:
    """One drawing a language, one of them shown."""
    return "".join(f'<bdi lang="{one}"{"" if one == lang else " hidden"}>{svg}</bdi>' for one, svg in drawn.items())


def _bars(
    rows: list[tuple[Label, Range, str, Label]], top: float, heading: Label, dots: list[list[float]] | None = None
) -> dict[str, str]:
    """Bars with their range as SVG; ``dots`` other stations' values on each bar."""
    drawn = {}
    for lang in ("vi", "en"):
        parts = [f'<text x="0" y="16" font-weight="600">{safe_text.escaped(heading.say(lang))}</text>']
        for at, (label, told, color, value) in enumerate(rows):
            y = 34 + at * 42
            parts.append(f'<text class="soft" x="0" y="{y + 6}">{safe_text.escaped(label.say(lang))}</text>')
            parts.append(f'<rect x="0" y="{y + 12}" width="480" height="13" fill="#ecece7"/>')
            if np.isfinite(told.p50):
                ends = [round(480 * min(max(one / top, 0), 1), 1) for one in told]
                parts.append(f'<rect x="0" y="{y + 12}" width="{ends[1]}" height="13" fill="{color}"/>')
                parts.append(
                    f'<line x1="{ends[0]}" x2="{ends[2]}" y1="{y + 18.5}" y2="{y + 18.5}" stroke="#1d2730" stroke-width="2"/>'
                )
            mark = f'cy="{y + 18.5}" r="3" fill="#fff" stroke="#5d6870"/>'
            parts += [f'<circle cx="{480 * dot:.1f}" {mark}' for dot in (dots[at] if dots else [])]
            parts.append(f'<text x="490" y="{y + 23}">{safe_text.escaped(value.say(lang))}</text>')
        high = 34 + len(rows) * 42
        named = safe_text.escaped(heading.say(lang))
        drawn[lang] = f'<svg viewBox="0 0 720 {high}" role="img" aria-label="{named}">{"".join(parts)}</svg>'
    return drawn


def _values(found: StationSheetsFound, sheet: StationSheet) -> dict[str, str]:
    rows, dots = [], []
    others = found.worth[found.worth.index != sheet.station.name]
    for name, color in (("node_value", BLUE), ("place_value", GREEN), ("market_value", TAN)):
        told = sheet.worth_of(name)
        value = (
            Label(*(format_number(told.p50, lang, digits=2) for lang in ("vi", "en")))
            if np.isfinite(told.p50)
            else NOT_ASSESSABLE
        )
        rows.append((ITEMS[name], told, color, value))
        dots.append([float(one) for one in others[f"{name}_p50"]] if f"{name}_p50" in others else [])
    heading = Label("Nút – nơi chốn – thị trường (chấm: các trạm khác)", "Node – place – market (dots: the other stations)")
    return _bars(rows, 1.0, heading, dots)


def _reach(study: StationSheetStudy, sheet: StationSheet) -> dict[str, str]:
    item = f"jobs_within_{study.cutoff_min:g}min_by_"
    asked: list[tuple[Any, str, str, str]] = [
        (Label("Vận tải công cộng hiện nay", "Transit today"), "transit", BEFORE, GREY),
        (Label("Vận tải công cộng khi có tuyến", "Transit with the line"), "transit", AFTER, LINE),
        (Label("Xe máy", "Motorbike"), "motorbike", BEFORE, BLUE),
    ]
    rows = []
    for label, mode, state, color in asked:
        told = sheet.figure(item + mode, area=STATION, state=state)
        rows.append((label, told, color, Label(*(format_number(round3(told.p50), lang, digits=0) for lang in ("vi", "en")))))
    top = max((told.p90 for _, told, _, _ in rows if np.isfinite(told.p90)), default=1.0) or 1.0
    minutes = f"{study.cutoff_min:g}"
    return _bars(rows, top, Label(f"Việc làm tới được trong {minutes} phút", f"Jobs within {minutes} minutes"))
