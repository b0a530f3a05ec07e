"""The page of text of a study: sections of sentences told from numbers, tables and pictures; static, prints well."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from geo import LANGUAGES, Label, column_digits, column_label, column_unit, format_number, is_change, write_text
from maps import gallery, offline, safe_text, vector_layer
from maps.sheets import Sheet
from maps.words import NOT_REACHED, value_label

Pair = tuple[str, str]  # Vietnamese, English
Draw = Callable[[Path], object]  # writes a PNG there


@dataclass(frozen=True, eq=False)
class Section:
    """A part of the page: ``text`` sentences in both languages, then a table, then a picture; ``notes`` in small print.

    ``table``: columns are headed by the label and unit of their names (``heads`` overrides), numbers written as each language
    does, values by their words; a column ``<name>_vi`` with its twin ``<name>_en`` shows as one. ``picture``: a PNG's path
    from the study's folder, or a function that writes one where it is told; a pair of either (Vietnamese,
    English) where the picture itself holds words. ``files`` links there by their caption. ``digits``: decimals of columns that
    want others than their unit's; ``strong``: rows in bold, by position.
    """

    heading: Pair
    text: Sequence[Pair] = ()
    table: pd.DataFrame | None = None
    caption: Pair | None = None
    heads: dict[str, Pair] | None = None
    picture: str | Draw | Pair | tuple[Draw, Draw] | None = None
    picture_caption: Pair | None = None
    notes: Sequence[Pair] = ()
    files: Mapping[Pair, str] | None = None
    digits: Mapping[str, int] | None = None
    strong: Sequence[int] = ()


def section_of(sheet: Sheet, *, table: pd.DataFrame | None = None, caption: Pair | None = None) -> Section:
    """The section of a map: its title, its finding, its picture, and a table where one is given."""
    return Section(sheet.title, [sheet.text], table, caption, picture=f"thumbnails/{sheet.name}.png")


def write_report(folder: Path, name: str, title: Pair, introduction: Pair, sections: Sequence[Section], *, lang: str) -> Path:
    """Write ``folder/<name>`` with both languages in it, one shown; returns its path."""
    body = "\n".join(_section(folder, _drawn(folder, section, at), lang) for at, section in enumerate(sections, 1))
    css, script = vector_layer.asset(("gallery.css", "report.css")), vector_layer.asset(("gallery.js",))
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"script-src {offline.digest(script)}; style-src {offline.digest(css)}"
    )
    heading, first = Label(*title), Label(*introduction)
    page = f"{gallery.header(heading, first, lang)}\n<main>\n{body}\n</main>"
    text = offline.document(heading.say(lang), lang=lang, policy=policy, css=[css], body=page, scripts=[script], noscript=None)
    return write_text(folder / name, text)


def _drawn(folder: Path, section: Section, number: int) -> Section:
    """The section with its pictures in the folder."""

    def put(picture: str | Draw, name: str) -> str:
        if isinstance(picture, str):
            return picture
        picture(folder / f"pictures/{name}.png")
        return f"pictures/{name}.png"

    if section.picture is None or isinstance(section.picture, str):
        return section
    if callable(section.picture):
        return replace(section, picture=put(section.picture, f"{number:02d}"))
    vi, en = section.picture
    return replace(section, picture=(put(vi, f"{number:02d}_vi"), put(en, f"{number:02d}_en")))


def _section(folder: Path, section: Section, lang: str) -> str:
    heading = [f"<h2>{_both(section.heading, lang)}</h2>"] if any(section.heading) else []
    parts = [*heading, *(f"<p>{_both(text, lang)}</p>" for text in section.text)]
    if section.table is not None:
        parts.append(_table(section, lang))
    if section.picture is not None:
        caption = f"<figcaption>{_both(section.picture_caption, lang)}</figcaption>" if section.picture_caption else ""
        parts.append(f"<figure>{_picture(folder, section.picture, lang)}{caption}</figure>")
    parts += [f'<p class="note">{_both(note, lang)}</p>' for note in section.notes]
    links = (f'<a href="{gallery.link(folder, path)}">{_both(name, lang)}</a>' for name, path in (section.files or {}).items())
    parts += [f"<p>{link}</p>" for link in links]
    return "<section>" + "\n".join(parts) + "</section>"


def _picture(folder: Path, picture: object, lang: str) -> str:
    if isinstance(picture, tuple):
        return "".join(
            f'<bdi lang="{one}"{"" if one == lang else " hidden"}>{_picture(folder, path, lang)}</bdi>'
            for one, path in zip(LANGUAGES, picture, strict=True)
        )
    data = base64.b64encode((folder / str(picture)).read_bytes()).decode()
    return f'<img alt="" src="data:image/png;base64,{data}">'


def _table(section: Section, lang: str) -> str:
    frame = pd.DataFrame(section.table)
    columns = [name for name in map(str, frame.columns) if not (name.endswith("_en") and f"{name[:-3]}_vi" in frame)]
    heads = "".join(f"<th{_right(frame[name])}>{_both(_head(name, section.heads or {}), lang)}</th>" for name in columns)
    written = {name: _cells(frame, name, lang, (section.digits or {}).get(name)) for name in columns}
    heads_of = ['<tr class="strong">' if row in set(section.strong) else "<tr>" for row in range(len(frame))]
    rows = [head + "".join(written[name][row] for name in columns) + "</tr>" for row, head in enumerate(heads_of)]
    caption = f"<caption>{_both(section.caption, lang)}</caption>" if section.caption else ""
    body = "\n".join(rows)
    return f'<div class="scroll"><table>{caption}<thead><tr>{heads}</tr></thead><tbody>\n{body}</tbody></table></div>'


def _head(name: str, heads: dict[str, Pair]) -> Pair:
    if name in heads:
        return heads[name]
    label, unit = column_label(name.removesuffix("_vi") if name.endswith("name_vi") else name), column_unit(name)
    told = (f"{text} ({one})" if one and one not in text else text for text, one in zip(label, unit, strict=True))
    return Label(*told)


def _cells(frame: pd.DataFrame, name: str, lang: str, decimals: int | None = None) -> list[str]:
    column, twin = frame[name], f"{name[:-3]}_en"
    if name.endswith("_vi") and twin in frame:
        return [f"<td>{_both(pair, lang)}</td>" for pair in zip(column.astype(str), frame[twin].astype(str), strict=True)]
    if is_numeric_dtype(column) and not is_bool_dtype(column):
        digits, signed = column_digits(name) if decimals is None else decimals, is_change(name)
        pairs = [
            tuple(format_number(value, one, digits=digits, signed=signed) for one in LANGUAGES)
            if value != np.inf
            else NOT_REACHED
            for value in column.astype(float)
        ]
        return [f'<td class="number">{_both((pair[0], pair[1]), lang)}</td>' for pair in pairs]
    return [f"<td>{_both(value_label(value), lang)}</td>" for value in column]


def _right(column: pd.Series) -> str:
    return ' class="number"' if is_numeric_dtype(column) and not is_bool_dtype(column) else ""


def _both(text: Pair | Label, lang: str) -> str:
    return gallery.both(safe_text.as_label(tuple(text)), lang)
