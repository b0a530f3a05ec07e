"""The gallery: one index page of cards that opens with no network and leads to maps and data files beside it."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from geo import LANGUAGES, Label, PlanningDataError, write_text
from maps import offline, safe_text, vector_layer
from maps.areas import Title

HEADING = Label("Bộ bản đồ Vùng đổi mới sáng tạo Bình Dương", "Maps of the Binh Duong Innovation Region")
INTRODUCTION = Label(
    "Mỗi bản đồ là một tệp, mở được không cần mạng. Số liệu kèm theo ở dạng GeoJSON và CSV.",
    "Every map is one file that opens without a network. The data come along as GeoJSON and CSV.",
)
OPEN_MAP = Label("Mở bản đồ", "Open the map")
LANGUAGE = Label("Ngôn ngữ", "Language")
LANGUAGE_NAMES = {"vi": ("VI", "Tiếng Việt"), "en": ("EN", "English")}


@dataclass(frozen=True)
class Card:
    """One map of the gallery: ``title`` and ``text`` in one or both languages; paths relative to the gallery's folder.

    ``group`` is an optional heading over cards that follow each other; ``files`` further links by their caption, one text or
    (Vietnamese, English).
    """

    title: str | tuple[str, str]
    text: Title = None
    map: str | None = None
    thumbnail: str | None = None
    geojson: str | None = None
    csv: str | None = None
    group: Title = None
    files: Mapping[str, str] | Mapping[tuple[str, str], str] | None = None


def write_gallery(
    out_dir: str | Path,
    cards: Sequence[Card | Mapping[str, Any]],
    *,
    lang: str = "vi",
    title: str | tuple[str, str] = HEADING,
    introduction: str | tuple[str, str] = INTRODUCTION,
) -> Path:
    """Write ``out_dir/index.html`` and return its path. Thumbnails are taken into the page, so it opens from anywhere.

    Errors: E-MAP-08 unknown language, E-MAP-09 a file of a card is missing or lies outside the folder.
    """
    if lang not in LANGUAGES:
        raise PlanningDataError("E-MAP-08", "no such language.", seen=lang, mend=f"choose one of {', '.join(LANGUAGES)}.")
    folder = Path(out_dir)
    listed = [card if isinstance(card, Card) else Card(**card) for card in cards]
    heading = safe_text.as_label(title)
    body = _page(folder, heading, safe_text.as_label(introduction), listed, lang)
    css, script = vector_layer.asset(("gallery.css",)), vector_layer.asset(("gallery.js",))
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"script-src {offline.digest(script)}; style-src {offline.digest(css)}"
    )
    text = offline.document(heading.say(lang), lang=lang, policy=policy, css=[css], body=body, scripts=[script])
    return write_text(folder / "index.html", text)


def _page(folder: Path, heading: Label, introduction: Label, cards: list[Card], lang: str) -> str:
    parts: list[str] = []
    group: Label | None = None
    for card in cards:
        wanted = safe_text.as_label(card.group) if card.group else None
        if wanted != group:
            parts.append(("</ul>" if parts else "") + (f"<h2>{both(wanted, lang)}</h2>" if wanted else "") + "<ul>")
        elif not parts:
            parts.append("<ul>")
        group = wanted
        parts.append(_card(folder, card, lang))
    listing = "\n".join(parts) + ("</ul>" if parts else "")
    return f"{header(heading, introduction, lang)}\n<main>\n{listing}\n</main>"


def header(heading: Label, introduction: Label, lang: str) -> str:
    """The head of a page of text: title, first words, the choice of language."""
    return f"<header><div>{_switch(lang)}<h1>{both(heading, lang)}</h1><p>{both(introduction, lang)}</p></div></header>"


def _card(folder: Path, card: Card, lang: str) -> str:
    title = safe_text.as_label(card.title)
    picture = f'<img alt="" src="{_picture(folder, card.thumbnail)}">' if card.thumbnail else ""
    text = f"<p>{both(safe_text.as_label(card.text), lang)}</p>" if card.text else ""
    name = both(title, lang)
    head = (
        f'<a class="map" href="{link(folder, card.map)}">{picture}<h3>{name}</h3></a>'
        if card.map
        else f"{picture}<h3>{name}</h3>"
    )
    data = [("GeoJSON", card.geojson), ("CSV", card.csv), *(card.files or {}).items()]
    links = [f'<a href="{link(folder, path)}">{both(safe_text.as_label(caption), lang)}</a>' for caption, path in data if path]
    return f'<li>{head}{text}<p class="data">{" ".join(links)}</p></li>'


def both(label: Label, lang: str) -> str:
    """The text in both languages; the script shows one of them, and without script it is the first."""
    if label.vi == label.en:
        return f"<bdi>{safe_text.escaped(label.vi)}</bdi>"
    return "".join(
        f'<bdi lang="{one}"{"" if one == lang else " hidden"}>{safe_text.escaped(label.say(one))}</bdi>' for one in LANGUAGES
    )


def _switch(lang: str) -> str:
    buttons = "".join(
        f'<button type="button" data-lang="{one}" title="{long}" aria-pressed="{str(one == lang).lower()}">{short}</button>'
        for one, (short, long) in LANGUAGE_NAMES.items()
    )
    return f'<div class="langs" role="group" aria-label="{safe_text.escaped(LANGUAGE.say(lang))}">{buttons}</div>'


def link(folder: Path, path: str) -> str:
    """A relative address of a file inside the folder, every risky sign percent-encoded."""
    _inside(folder, path)
    return quote(Path(path).as_posix())


def _picture(folder: Path, path: str) -> str:
    return "data:image/png;base64," + base64.b64encode(_inside(folder, path).read_bytes()).decode()


def _inside(folder: Path, path: str) -> Path:
    whole = folder / path
    if (
        Path(path).is_absolute()
        or "\0" in str(path)
        or not whole.resolve().is_relative_to(folder.resolve())
        or not whole.is_file()
    ):
        raise PlanningDataError(
            "E-MAP-09",
            "a card's file is not in the gallery's folder.",
            file=path,
            mend="write it there first; paths are relative to it.",
        )
    return whole
