"""Two marks of one place against each other: under a curtain, or side by side.

The underscore keeps the module from shadowing functions of that name.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from branca.element import MacroElement
from jinja2 import Template

from geo import Label, PlanningDataError
from maps import codec, safe_text
from maps.areas import Title
from maps.vector_layer import BlockLayer, add_assets, add_block

MODES = ("swipe", "side")
BEFORE = Label("Trước", "Before")
AFTER = Label("Sau", "After")


class Compare(MacroElement):
    """Two layers and the curtain between them; give it to :func:`maps.page`, or ``add_to`` any ``folium.Map``."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        'Innoregion.compare({{ this._parent.get_name() }}, "{{ this.get_name() }}", '
        "{{ this.before.get_name() }}, {{ this.after.get_name() }}, {{ this.options }});"
        "{% endmacro %}"
    )

    def __init__(self, before: BlockLayer, after: BlockLayer, labels: tuple[Label, Label], mode: str, lang: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Compare"
        self.before, self.after = before, after
        self.block = codec.Block(labels=labels, lang=lang).text()
        self.options = json.dumps({"mode": mode})

    @property
    def parts(self) -> tuple[BlockLayer, BlockLayer]:
        """The two layers, which the map must hold before this."""
        return self.before, self.after

    def add_to(self, parent: Any, *args: Any, **kwargs: Any) -> Any:
        """Put both layers and the curtain on a map."""
        for part in self.parts:
            part.add_to(parent)
        return super().add_to(parent, *args, **kwargs)

    def render(self, **kwargs: Any) -> str:
        """Put the texts into the figure (folium calls this)."""
        figure: Any = self.get_root()
        add_assets(figure)
        add_block(figure, self.get_name(), self.block)
        rendered: Any = super().render(**kwargs)  # type: ignore[no-untyped-call]
        return str(rendered or "")


def swipe(
    before: BlockLayer,
    after: BlockLayer,
    *,
    labels: tuple[Title, Title] = (BEFORE, AFTER),
    mode: Literal["swipe", "side"] = "swipe",
    lang: str = "vi",
) -> Compare:
    """Two marks under a curtain that the reader moves (mouse, finger, arrow keys), or side by side on two maps that move alike.

    ``mode`` is what the reader sees first; a button changes it. Give both one ``style`` (``maps.classify``), or the colours do
    not mean the same. Errors: E-MAP-13 where a mark is none of ours, is given twice, or the mode is unknown.
    """
    if not (isinstance(before, BlockLayer) and isinstance(after, BlockLayer)) or before is after:
        raise PlanningDataError(
            "E-MAP-13",
            "two different marks are compared.",
            seen=[before, after],
            mend="give two marks.",
        )
    if mode not in MODES:
        raise PlanningDataError("E-MAP-13", "no such way to compare.", seen=mode, mend="choose swipe or side.")
    first, second = labels
    return Compare(before, after, (safe_text.as_label(first), safe_text.as_label(second)), mode, lang)
