"""A page: a folium map with its furniture.

The underscore keeps the module from shadowing its function.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import folium
from branca.element import MacroElement
from jinja2 import Template

from geo import LANGUAGES, Label, PlanningDataError, format_date, format_number
from maps import codec, offline, safe_text, style
from maps.areas import Title
from maps.background import HOME, focus, in_context
from maps.compare_ import Compare
from maps.vector_layer import BlockLayer, add_assets, add_block

MAX_ZOOM = 19
SCHEMATIC_NOTE = Label(
    "Vị trí sơ đồ (nét có dải mờ, vùng gạch chéo, điểm có quầng): chưa chính xác, không dùng để đo đạc.",
    "Schematic positions (lines in a soft band, hachured areas, points in a halo) are not exact; do not measure from them.",
)


class Page(folium.Map):
    """A ``folium.Map`` with title, subtitle, legends, notes and sources round it; add further folium objects as usual.

    ``save`` writes one offline file (see :func:`maps.save`). In a plain figure or a notebook it shows as any folium map.
    """

    def __init__(self, head: Mapping[str, Any]) -> None:
        west, south, east, north = HOME
        super().__init__([(south + north) / 2, (west + east) / 2], zoom_start=10, tiles=None, max_zoom=MAX_ZOOM, zoom_snap=0.25)
        self.options["max_zoom"] = MAX_ZOOM
        self.title: Label = head["title"]
        self.lang: str = head["lang"]
        self.online: bool = head["online"]
        self.head = dict(head)

    def render(self, **kwargs: Any) -> str:
        """Put the furniture in, after all layers (folium calls this)."""
        if not any(isinstance(child, _Furniture) for child in self._children.values()):
            self.add_child(_Furniture(self.head))
        rendered: Any = super().render(**kwargs)  # type: ignore[no-untyped-call]
        return str(rendered or "")

    def save(self, outfile: str | Path, **_: Any) -> None:  # type: ignore[override]
        """Write the page as one offline file."""
        offline.save(self, outfile)


class _Furniture(MacroElement):
    _template = Template(
        "{% macro script(this, kwargs) %}"
        'Innoregion.page({{ this._parent.get_name() }}, "{{ this.get_name() }}", [{{ this.layer_names() }}]);'
        "{% endmacro %}"
    )

    def __init__(self, head: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Furniture"
        self.head = head

    def layers(self) -> list[BlockLayer]:
        """The page's layers that a reader may ask about."""
        parent: Any = self._parent
        children = parent._children.values()  # noqa: SLF001 - branca's tree has no public face
        return [child for child in children if isinstance(child, BlockLayer) and child.role in {"data", "labels"}]

    def layer_names(self) -> str:
        """Their JavaScript names."""
        return ", ".join(layer.get_name() for layer in self.layers())

    def render(self, **kwargs: Any) -> str:
        figure: Any = self.get_root()
        add_assets(figure)
        west, south, east, north = focus(self.layers())
        vague = any((layer.marks & style.SCHEMATIC).any() for layer in self.layers())
        told = [note for layer in self.layers() for note in layer.notes]
        notes = [*self.head["notes"], *dict.fromkeys(told), *([SCHEMATIC_NOTE] if vague else [])]
        block = codec.Block(**{**self.head, "notes": notes, "bounds": [[south, west], [north, east]]}).text()
        add_block(figure, self.get_name(), block)
        rendered: Any = super().render(**kwargs)  # type: ignore[no-untyped-call]
        return str(rendered or "")


def page(
    title: str | tuple[str, str],
    *marks: Any,
    lang: str = "vi",
    subtitle: Title = None,
    sources: Any = (),
    notes: Any = (),
    background: bool = True,
    online_tiles: bool = False,
) -> Page:
    """A page of the marks, the first lowest; each is a mark of ours or any folium object.

    Every text is one string or a pair (Vietnamese, English); ``lang`` is what the reader sees first, a button switches.
    ``sources`` and ``notes``: one text or several; a source may also be a row of ``layers.catalogue()`` (a mapping with
    ``title_vi, title_en, source, source_vi, licence, licence_vi, as_of, accuracy_m``), or the catalogue itself.
    ``background=False`` leaves out the quiet context (units, rivers, main roads, place names), which is drawn where the marks
    meet the region.
    ``online_tiles=True`` adds OpenStreetMap tiles that are off until the reader wants them; without it the page can reach no
    network at all.
    Errors: E-MAP-07 a text that is none, E-MAP-08 an unknown language.
    """
    if lang not in LANGUAGES:
        raise PlanningDataError("E-MAP-08", "no such language.", seen=lang, mend=f"choose one of {', '.join(LANGUAGES)}.")
    told = _sources(sources)
    head = {
        "title": safe_text.as_label(title),
        "subtitle": safe_text.as_label(subtitle) if subtitle else None,
        "lang": lang,
        "notes": safe_text.as_labels(notes),
        "sources": told,
        "osm": any("openstreetmap" in text.casefold() or "odbl" in text.casefold() for source in told for text in source),
        "online": online_tiles,
    }
    made = Page(head)
    compared = [mark for mark in marks if isinstance(mark, Compare)]
    flat = [part for mark in marks for part in (mark.parts if isinstance(mark, Compare) else (mark,))]
    for mark in [*(in_context(flat, lang) if background else flat), *compared]:
        made.add_child(mark)
    return made


def _sources(sources: Any) -> list[Label]:
    if hasattr(sources, "to_dict"):
        sources = [sources.to_dict()] if getattr(sources, "ndim", 2) == 1 else sources.to_dict("records")
    if isinstance(sources, str | Mapping):
        sources = [sources]
    labels = [_catalogue_row(source) if isinstance(source, Mapping) else safe_text.as_label(source) for source in sources]
    return list(dict.fromkeys(labels))


def _catalogue_row(row: Mapping[str, Any]) -> Label:
    """A row of the catalogue as one line: title: source; licence; date; accuracy."""
    said = {lang: [] for lang in LANGUAGES}  # type: dict[str, list[str]]
    for lang, parts in said.items():
        vi = lang == "vi"
        told = [row.get(f"{key}_vi" if vi and _given(row.get(f"{key}_vi")) else key) for key in ("source", "licence")]
        parts += [str(text) for text in told if _given(text)]
        if _given(row.get("as_of")):
            parts.append(("số liệu đến " if vi else "as of ") + format_date(str(row["as_of"]), lang))
        if _given(row.get("accuracy_m")):
            parts.append(("sai số vị trí khoảng " if vi else "position accurate to about ") + _metres(row["accuracy_m"], lang))
    titles = {lang: row.get(f"title_{lang}") for lang in LANGUAGES}
    return Label(*((f"{titles[lang]}: " if _given(titles[lang]) else "") + "; ".join(said[lang]) for lang in LANGUAGES))


def _metres(value: Any, lang: str) -> str:
    return f"{format_number(value, lang)} m" if isinstance(value, int | float) else f"{value} m"


def _given(value: Any) -> bool:
    return value is not None and value == value and str(value) != ""  # noqa: PLR0124 - NaN is not itself
