"""Texts of a drawing in Unicode: by the font's name where it tells, by all texts of the font together where it does not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PureWindowsPath
from typing import Any, TypeAlias

from geo.errors import PlanningDataError
from geo.findings import Finding
from geo.vietnamese import VIETNAMESE_ENCODINGS, decode_vietnamese, vietnamese_encoding

Run: TypeAlias = tuple[str, str]  # font, characters as the file holds them
_TCVN3_FILE = re.compile(r"v[nh][a-z]+h?\.ttf", re.IGNORECASE)  # vntime.ttf, vhtime.ttf: the files of .VnTime and .VnTimeH
_WESTERN = 0xFF  # the last letter of Latin-1: legacy text has none beyond
_SIGNS = {"c": "\ue000", "d": "\ue001", "p": "\ue002"}  # kept apart: Ø and ° are letters in legacy fonts
_SHOWN = str.maketrans({"\ue000": "Ø", "\ue001": "°", "\ue002": "±"})
_ESCAPED = re.compile(r"\\U\+([0-9A-Fa-f]{4})")
_PERCENT = re.compile(r"%%(\d{3}|[cdpkouCDPKOU])")


def unescaped(text: str) -> str:
    r"""The text with its letters that are written as \U+1EDD: what a codepage lacks; ezdxf leaves them in binary files."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def clean(text: str) -> str:
    """A name or a text without letters that can not be written: bytes that were none in the file's codepage."""
    return unescaped(text).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def font_of(document: Any, style: str) -> str:
    """The font of a text style: its family where the drawing tells it, else its file."""
    if not document.styles.has_entry(style):
        return ""
    entry = document.styles.get(style)
    return clean(entry.get_extended_font_data()[0] or entry.dxf.get("font", ""))


def text_runs(raw: str, font: str) -> list[Run]:
    """The one run of a TEXT or of an attribute."""
    from ezdxf.tools.text import caret_decode  # noqa: PLC0415 - loads the library

    return [(font, _PERCENT.sub(_special, caret_decode(unescaped(raw))))]


def mtext_runs(raw: str, font: str) -> list[Run]:
    """Runs of an MTEXT, by the fonts that its inline codes choose; codes of looks are dropped."""
    from ezdxf.fonts.font_face import FontFace  # noqa: PLC0415 - loads the library
    from ezdxf.tools.text import MTextContext, MTextParser, TokenType  # noqa: PLC0415 - as above

    context = MTextContext()
    context.font_face = FontFace(family=font)
    between = {TokenType.SPACE: " ", TokenType.NBSP: " ", TokenType.TABULATOR: "\t"}
    between |= {TokenType.NEW_PARAGRAPH: "\n", TokenType.NEW_COLUMN: "\n", TokenType.WRAP_AT_DIMLINE: " "}
    runs: list[Run] = []
    for token in MTextParser(_PERCENT.sub(_special, unescaped(raw)), context):
        if token.type == TokenType.WORD:
            part = token.data
        elif token.type == TokenType.STACK:
            part = "/".join(piece for piece in token.data[:2] if piece)
        else:
            part = between.get(token.type, "")
        family = token.ctx.font_face.family
        runs[-1:] = [(family, runs[-1][1] + part)] if runs and runs[-1][0] == family else [*runs[-1:], (family, part)]
    return runs


def _special(found: re.Match[str]) -> str:
    code = found[1].lower()
    return chr(int(code) % 256) if code.isdigit() else _SIGNS.get(code, "")


def font_encoding(font: str) -> tuple[str, bool] | None:
    """The encoding that a font's name tells and whether it draws capitals; None where it does not tell."""
    name = PureWindowsPath(font).name
    if name.lower().startswith("vni"):
        return "vni", False
    if name.lower().startswith(".vn"):
        return "tcvn3", name.removesuffix(".ttf").endswith("H")
    if _TCVN3_FILE.fullmatch(name):
        return "tcvn3", name.lower().startswith("vh") or name.lower().endswith("h.ttf")
    return None


class Fonts:
    """What each font of a drawing is written in; ``codepage`` (cp1258 ...) is what the drawing says its bytes were."""

    def __init__(self, texts: Mapping[str, list[Run]], codepage: str, encoding: str | None, file: str) -> None:
        if encoding is not None and encoding not in VIETNAMESE_ENCODINGS:
            decode_vietnamese("", encoding)  # refuses it
        self._codepage = codepage
        self._of: dict[str, tuple[str, bool]] = {}
        self.findings: list[Finding] = []
        fonts: dict[str, list[tuple[str, str]]] = {}
        for handle, runs in texts.items():
            for font, raw in runs:
                fonts.setdefault(font, []).append((handle, raw))
        for font, used in sorted(fonts.items()):
            self._of[font] = font_encoding(font) or self._by_content(font, used, encoding, file)

    def _by_content(self, font: str, used: list[tuple[str, str]], encoding: str | None, file: str) -> tuple[str, bool]:
        marked = [(handle, raw) for handle, raw in used if not raw.isascii()]
        if not marked:
            return "unicode", False
        handles = tuple(handle for handle, _ in marked)
        if encoding is not None:
            return encoding, False
        best = vietnamese_encoding(raw for _, raw in marked)
        western = vietnamese_encoding(self._western(raw) for _, raw in marked)
        if western is not None and western.encoding in {"tcvn3", "vni"}:
            best = western
        if best is None:
            mend = 'pass encoding="tcvn3" or "vni"; "unicode" if they are right as they stand.'
            what = f"texts in the font {font!r} read as Vietnamese in no encoding; they stand as they are."
            self.findings.append(Finding("E-TEXT-03", what, mend, "warning", file, None, handles, marked[0][1]))
            return "unicode", False
        if best.encoding != "unicode":
            what = (
                f"texts in the font {font!r}, whose name does not tell, read as {best.encoding} ({best.share_pct:g} % of words)."
            )
            mend = "compare a few with the plot; pass encoding= to choose otherwise."
            self.findings.append(Finding("E-TEXT-04", what, mend, "fixed", file, None, handles, marked[0][1]))
        return best.encoding, False

    def text(self, runs: list[Run]) -> tuple[str, str]:
        """The text in Unicode, and the encodings it was in."""
        read: list[str] = []
        met: list[str] = []
        for font, raw in runs:
            encoding, capitals = self._of[font]
            source = raw
            if encoding in {"tcvn3", "vni"}:
                source = self._western(raw)
                if any(letter.isalpha() and ord(letter) > _WESTERN and letter not in _SIGNS.values() for letter in source):
                    encoding, source = "unicode", raw  # the font is old, the text was typed later
            read.append(_decoded(source, encoding, capitals=capitals))
            if not raw.isascii() or not met:
                met.append(encoding)
        return clean("".join(read)).translate(_SHOWN).strip(), "+".join(dict.fromkeys(met))

    def _western(self, raw: str) -> str:
        """Legacy text as its font means it, where the file's bytes were read in another codepage."""
        if all(ord(letter) <= _WESTERN for letter in raw):
            return raw
        try:
            return raw.encode(self._codepage, "surrogateescape").decode("latin-1")
        except (UnicodeError, LookupError):
            return raw


def _decoded(source: str, encoding: str, *, capitals: bool) -> str:
    try:
        return decode_vietnamese(source, encoding, capitals=capitals)
    except PlanningDataError:  # one text of a font that is not in the encoding of the others
        return decode_vietnamese(source, "unicode")
