"""A style as QGIS reads it, so that a desktop map has the colours, classes and words of the page.

The underscore keeps the module from shadowing its function.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
from geopandas import GeoDataFrame

from geo import LANGUAGES, PlanningDataError, column_label, column_unit
from maps import words as words_
from maps.fields import NAMES
from maps.qgis_labels import labeling
from maps.qgis_symbols import Certain, certain_of, symbol
from maps.safe_text import printable
from maps.style import GAINED, NO_DATA, Style
from maps.vector_layer import VectorLayer

KINDS = ("polygon", "line", "point")
VERSION = "3.22.0"
DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_NAMED = ("labels", "names")  # roles that are words on the map and nothing else


def qml(mark: VectorLayer | Style, *, kind: str = "polygon", lang: str = "vi") -> str:
    """The QGIS style (QML) of a mark, or of a style for ``kind`` polygon, line or point.

    Save it beside the layer's file under the same name (``jobs.gpkg``, ``jobs.qml``): QGIS applies it when it opens the layer.
    Numbers become classes that take every value as the page, which rounds it first, texts categories, else one symbol; missing
    values have their own class. Labels, flows with heads, planned (dashed) and schematic features (soft band, hachure, halo) come
    along; columns bear their label in ``lang``. Errors: E-MAP-08 language, E-MAP-15 an unknown kind.
    """
    check_language(lang)
    kind = drawn_kind(mark.frame) if isinstance(mark, VectorLayer) else kind
    if kind not in KINDS:
        raise PlanningDataError("E-MAP-15", "QGIS draws no such kind.", seen=kind, mend=f"choose one of {', '.join(KINDS)}.")
    parts = mark_style(mark, lang, gaps=True) if isinstance(mark, VectorLayer) else [renderer(mark, kind, lang), opacity(mark)]
    return written_style(parts)


def check_language(lang: str) -> None:
    """PlanningDataError E-MAP-08 for a language that maps do not speak."""
    if lang not in LANGUAGES:
        raise PlanningDataError("E-MAP-08", "no such language.", seen=lang, mend=f"choose one of {', '.join(LANGUAGES)}.")


def written_style(parts: Iterable[ET.Element]) -> str:
    """A style file of these elements."""
    parts = list(parts)
    labelled = any(part.tag == "labeling" for part in parts)
    about = {"version": VERSION, "styleCategories": "Symbology|Labeling|Fields|Rendering", "labelsEnabled": str(int(labelled))}
    root = ET.Element("qgis", about)
    root.extend(parts)
    return DOCTYPE + xml_text(root)


def xml_text(root: ET.Element) -> str:
    """The tree as lines of text; control characters of data become their pictures, XML knows none."""
    ET.indent(root)
    return printable(ET.tostring(root, encoding="unicode")).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd") + "\n"


def mark_style(mark: VectorLayer, lang: str, column: str | None = None, *, gaps: bool = False) -> list[ET.Element]:
    """What QGIS needs to draw the mark, as elements of a style or a project; ``column`` another than the style's own.

    ``gaps``: a class of missing values even where the frame has none.
    """
    look = replace(mark.look, column=column) if column else mark.look
    if mark.role in _NAMED:
        told = NAMES[LANGUAGES.index(lang)]
        told = told if told in mark.frame else NAMES[0]
        words = labeling(look, told, order=mark.order, count=len(mark.frame))
        return [ET.Element("renderer-v2", {"type": "nullSymbol"}), words, opacity(Style(opacity=1))]
    kind = drawn_kind(mark.frame)
    return [
        renderer(
            look, kind, lang, certain_of(mark.frame, mark.marks), gaps=gaps or bool((look.codes(mark.frame) >= GAINED).any())
        ),
        opacity(look),
        _aliases(mark.frame, lang),
        *_tip(mark.frame, lang),
    ]


def renderer(look: Style, kind: str, lang: str, certain: Certain | None = None, *, gaps: bool = True) -> ET.Element:
    """The classes of a style as rules of QGIS, one for missing values where there are ``gaps``."""
    made = ET.Element("renderer-v2", {"type": "RuleRenderer", "symbollevels": "0", "forceraster": "0"})
    listed = ET.SubElement(made, "rules", {"key": "root"})
    symbols = ET.SubElement(made, "symbols")
    for at, (code, label, where) in enumerate(rules_of(look, lang)):
        if code == NO_DATA and not gaps:
            continue
        told = {"filter": where} if where else {}
        ET.SubElement(listed, "rule", {"key": f"rule{at}", "symbol": str(at), "label": plain(label), **told})
        symbols.append(symbol(look, code, kind, str(at), certain))
    if look.descending and look.column:  # nested areas: the large ones first
        made.set("enableorderby", "1")
        order = ET.SubElement(made, "orderby")
        ET.SubElement(order, "orderByClause", {"asc": "0", "nullsFirst": "1"}).text = quoted(look.column)
    return made


def drawn_kind(frame: GeoDataFrame) -> str:
    """What QGIS draws the frame's first geometry as: polygon, line or point; nothing where there is none."""
    found = frame.geometry.dropna().geom_type.str.lower()
    return next((one for one in KINDS for name in found[:1] if one in name), "")


def rules_of(look: Style, lang: str) -> list[tuple[int, str, str]]:
    """Class code, label and filter of every class."""
    if look.column is None:
        return [(0, "", "")]
    column = quoted(look.column)
    words = [label.say(lang) for label in look.labels] or [""] * len(look.colors)
    unit = look.unit.say(lang)
    if look.categories:
        known = [value for value in look.categories if value is not None]
        others = f"{column} NOT IN ({', '.join(map(_value, known))})"
        wheres = [others if one is None else f"{column} = {_value(one)}" for one in look.categories]
    else:
        edges = [None, *(_edge(cut, look.decimals) for cut in look.breaks), None]
        wheres = [_between(column, edges[at], edges[at + 1]) for at in range(len(look.colors))]
    rules = [(code, f"{word} {unit}".strip(), where) for code, (word, where) in enumerate(zip(words, wheres, strict=True))]
    gone = f"{words_.NO_DATA.say(lang)} / {words_.NOT_REACHED.say(lang)}"  # files hold both as null
    return [*rules, (NO_DATA, gone, f"{column} IS NULL")]


def top_of(cut: float, decimals: int) -> tuple[float, bool]:
    """The value up to which numbers, rounded half to even, stay at or below ``cut``; and whether it does itself."""
    step = 10.0**-decimals
    last = int(np.floor(cut / step + 1e-9))
    return float(np.round((last + 0.5) * step, decimals + 1)), last % 2 == 0


def _edge(cut: float, decimals: int) -> tuple[str, str, str]:
    """How filters below and above a break end, and where."""
    top, itself = top_of(cut, decimals)
    return repr(top), "<=" if itself else "<", ">" if itself else ">="


def _between(column: str, low: tuple[str, str, str] | None, high: tuple[str, str, str] | None) -> str:
    ends = [f"{column} {low[2]} {low[0]}"] if low is not None else []
    ends += [f"{column} {high[1]} {high[0]}"] if high is not None else []
    return " AND ".join(ends) or f"{column} IS NOT NULL"


def quoted(column: str) -> str:
    """A column's name in an expression."""
    return '"' + column.replace('"', '""') + '"'


def plain(text: str) -> str:
    """Words that QGIS shows as they are: it runs what stands between these two signs in legends and layouts."""
    return text.replace("[%", "[ %")


def _value(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "TRUE" if value else "FALSE"
    return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"


def opacity(look: Style) -> ET.Element:
    """The opacity of a whole layer."""
    made = ET.Element("layerOpacity")
    made.text = f"{look.opacity:g}"
    return made


def _aliases(frame: GeoDataFrame, lang: str) -> ET.Element:
    """What QGIS calls the columns: the label and unit that legends have."""
    made = ET.Element("aliases")
    for name in (str(one) for one in frame.columns.drop(frame.geometry.name)):
        unit = column_unit(name).say(lang)
        told = column_label(name).say(lang) + (f" ({unit})" if unit else "")
        ET.SubElement(made, "alias", {"field": name, "name": told, "index": "0"})
    return made


def _tip(frame: GeoDataFrame, lang: str) -> list[ET.Element]:
    """The column that names a feature in lists and tips."""
    named = [name for name in (NAMES[LANGUAGES.index(lang)], *NAMES, "name") if name in frame]
    if not named:
        return []
    made = ET.Element("previewExpression")
    made.text = quoted(named[0])
    return [made]
