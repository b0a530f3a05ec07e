"""Text from data on its way into a page: never code, never lost.

branca compiles text that is already rendered as a template a second time, so ``{{ ... }}`` found in data would run as Python when
a map is saved; folium puts names into ``innerHTML``. What must be written as text outside a block goes through here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

from branca.element import Element
from jinja2 import Template

from geo import Label, PlanningDataError

_MEANS_SOMETHING = re.compile(r"""[<>&"'{}%#`$\\_]""")  # "_" too: a layer named __proto__ breaks folium's layer control
_CONTROL = {code: 0x2400 + code for code in range(32) if code not in (9, 10)}  # NUL becomes its picture
_SURROGATE = re.compile("[\ud800-\udfff]")


class Raw(Element):
    """Text written as it is; branca's own Element would compile it as a template."""

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self._name = "Raw"
        self.text = text


def printable(text: str) -> str:
    """The text with control characters as their pictures and lone surrogates as the replacement character."""
    return _SURROGATE.sub("\ufffd", text.translate(_CONTROL))


def escaped(text: str) -> str:
    """Text for an HTML text node or a quoted attribute."""
    return html.escape(printable(text))


def layer_name(text: str) -> str:
    """A name that folium's control, its popups and branca's template all show as text: risky signs as numeric entities."""
    return _MEANS_SOMETHING.sub(lambda sign: f"&#{ord(sign[0])};", printable(text))


def as_label(text: object) -> Label:
    """A text or a (Vietnamese, English) pair as a label in both languages."""
    if isinstance(text, str):
        return Label(text, text)
    if isinstance(text, Sequence) and len(text) == len(Label._fields) and all(isinstance(one, str) for one in text):
        return Label(*text)
    raise PlanningDataError(
        "E-MAP-07",
        "a text of the page is neither a string nor a pair of strings.",
        seen=text,
        mend='write "..." or ("vi", "en").',
    )


def as_labels(texts: object) -> tuple[Label, ...]:
    """One text or several as labels; a pair in a list is one text in both languages."""
    if isinstance(texts, str | Label):
        return (as_label(texts),)
    return tuple(as_label(text) for text in _listed(texts))


def _listed(texts: Any) -> list[Any]:
    return list(texts) if texts is not None else []
