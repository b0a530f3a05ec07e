"""Parts of folium on a page of ours: texts in them end no template of JavaScript, and are no template of Python.

folium writes popups and tooltips into templates of JavaScript; and what it has written of any part is compiled as a template of
Jinja once more, so that ``{{ ... }}`` in a value would be run by Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import folium
from branca.element import Element, Html
from markupsafe import Markup, escape

from maps.safe_text import Raw

_SIGNS = {ord(sign): f"&#{ord(sign)};" for sign in "`$\\"}  # what ends a template, begins code in it, or hides its end


@contextmanager
def without_templates(root: Any) -> Iterator[None]:
    """While the page is rendered, the signs of templates stand as entities of HTML, which readers see as ever; what comes of it
    is compiled no second time.
    """
    known = {id(part) for section in (root.html, root.script) for part in section._children.values()}  # noqa: SLF001 - see `every_part`
    with _plain_texts(root):
        yield
    for section in (root.html, root.script):
        for name, part in list(section._children.items()):  # noqa: SLF001 - as above
            if type(part) is Element and id(part) not in known:
                section._children[name] = Raw(str(part._template_str))  # noqa: SLF001 - as above


@contextmanager
def _plain_texts(root: Any) -> Iterator[None]:
    before: list[tuple[Any, str, Any]] = []
    for part in every_part(root):
        for owner, name in _texts(part):
            text = getattr(owner, name)
            before.append((owner, name, text))
            shown = text if getattr(owner, "script", True) else str(escape(text))
            setattr(owner, name, Markup(str(shown).translate(_SIGNS)))  # noqa: S704 - as folium would have written it, or escaped
    try:
        yield
    finally:
        for owner, name, text in before:
            setattr(owner, name, text)


def every_part(part: Any) -> Iterator[Any]:
    """A part and all within it, those of popups included."""
    yield part
    for child in part._children.values():  # noqa: SLF001 - branca's tree has no public face
        yield from every_part(child)
    if isinstance(part, folium.Popup):
        yield from every_part(part.html)


def _texts(part: Any) -> Iterator[tuple[Any, str]]:
    if isinstance(part, folium.Tooltip):
        yield part, "text"
    elif isinstance(part, Html):
        yield part, "data"
