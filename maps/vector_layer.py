"""``VectorLayer``: a folium layer that is small, quick, offline and deaf to what its data say.

It works in any ``folium.Map``, beside any other folium object; :func:`maps.page` and :func:`maps.save` make one file of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
from folium.map import Layer
from geopandas import GeoDataFrame
from jinja2 import Template

from geo import Label
from maps import codec, fields, packing, safe_text, style
from maps.packing import sorted_rows

SCRIPTS = (
    "unpack.js",
    "shapes.js",
    "grid.js",
    "text.js",
    "layer.js",
    "names.js",
    "find.js",
    "table.js",
    "download.js",
    "legend.js",
    "compare.js",
    "link.js",
    "page.js",
    "print.js",
)
STYLES = ("layer.css", "page.css")
_COMMENT = re.compile(r"^[ ]*/\*.*?\*/[ ]*\n", re.DOTALL | re.MULTILINE)
_INDENT = re.compile(r"^[ ]+", re.MULTILINE)


class BlockLayer(Layer):
    """A folium layer whose data, texts and style ride in one compressed block that the page's own script draws.

    ``title`` text or (vi, en); ``role`` is ``data``; or quiet context that no pointer meets: ``ground`` under all, ``borders``
    over the areas, ``names`` of points; or ``labels``, names that the reader may switch.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        'var {{ this.get_name() }} = Innoregion.layer("{{ this.get_name() }}", {{ this.options }});'
        "{% endmacro %}"
    )
    look: style.Style
    marks: npt.NDArray[np.uint8]
    bounds: packing.Bounds
    notes: tuple[Label, ...] = ()  # what a reader must know of how it is shown

    def __init__(self, title: str | tuple[str, str], *, lang: str, show: bool, legend: bool, role: str) -> None:
        self.title = safe_text.as_label(title)
        control = role in {"data", "labels"}
        super().__init__(name=safe_text.layer_name(self.title.say(lang)), overlay=True, control=control, show=show)
        self.role = role
        self.about = {"lang": lang, "legend_box": legend, "role": role}
        self.options = json.dumps({"role": role})

    def _close(self, block: codec.Block) -> None:
        block.meta |= self.about
        self.block = block.text()

    def _get_self_bounds(self) -> list[list[float | None]]:
        west, south, east, north = self.bounds
        return [[south, west], [north, east]]

    def render(self, **kwargs: Any) -> str:
        """Put our style, script and data into the figure (folium calls this)."""
        figure: Any = self.get_root()
        add_assets(figure)
        add_block(figure, self.get_name(), self.block)
        added: Any = self._children.get(self.get_name() + "_add")
        parent: Any = self._parent
        if added is not None and getattr(added, "element_parent_name", None) != parent.get_name():
            del self._children[self.get_name() + "_add"]  # it was on another map before
            added = None
        render = super(Layer, self).render if added else super().render  # folium's Layer would add itself twice
        rendered: Any = render(**kwargs)  # type: ignore[no-untyped-call]
        return str(rendered or "")


class VectorLayer(BlockLayer):
    """Polygons, lines or points of a frame on a canvas, with tooltip, selection, legend and keyboard.

    Parameters: ``frame`` features of one kind in any CRS; ``title`` and ``role`` as of :class:`BlockLayer`; ``look`` a
    :class:`maps.Style`; ``fields`` lines of the tooltip; ``shown`` the column that sorts the data table; ``lang`` first
    language; ``certainty`` shows planned and schematic features as such; ``steps`` columns that one slider walks through, each
    with its label; ``order`` the column by which labels yield to each other, the lowest stays; ``notes`` what the page
    must say of it. Errors:
    E-MAP-01 no geometry, E-MAP-03 mixed kinds, E-MAP-04 too many features, E-CRS-01 no CRS.
    """

    def __init__(  # noqa: PLR0913 - all that marks may ask for
        self,
        frame: GeoDataFrame,
        title: str | tuple[str, str],
        *,
        look: style.Style | None = None,
        fields: Sequence[fields.Field] = (),
        lang: str = "vi",
        show: bool = True,
        legend: bool = True,
        role: str = "data",
        certainty: bool = True,
        shown: str | None = None,
        steps: Sequence[tuple[str, Label]] = (),
        order: str | None = None,
        notes: tuple[Label, ...] = (),
    ) -> None:
        super().__init__(title, lang=lang, show=show, legend=legend, role=role)
        self._name = "VectorLayer"
        self.frame, self.look, self.notes = frame, look or style.Style(), notes
        self.steps, self.order = tuple(steps), order
        self.marks = style.marks(frame) if certainty and role == "data" else np.zeros(len(frame), np.uint8)
        rows = sorted_rows(frame, self.title)
        block, self.bounds = packing.pack(frame.iloc[rows], self.title, self.look, fields, self.marks[rows], steps)
        names = [field.column for field in fields]
        block.meta["shown"] = names.index(shown) if shown in names else -1
        if order:
            block.ints("rank", frame[order].to_numpy()[rows])
        self._close(block)


def add_block(figure: Any, name: str, block: str) -> None:
    """The data of the object ``name``, where its script finds them."""
    data = f'<script type="application/octet-stream" id="{name}_block">{block}</script>'
    figure.html.add_child(safe_text.Raw(data), name=f"{name}_block")


def add_assets(figure: Any) -> None:
    """Our style sheet and script, once in a figure."""
    figure.header.add_child(safe_text.Raw(f"<style>{asset(STYLES)}</style>"), name="innoregion_css")
    figure.header.add_child(safe_text.Raw(f"<script>{asset(SCRIPTS)}</script>"), name="innoregion_js")


@cache
def asset(names: tuple[str, ...]) -> str:
    """The text of our own files of ``maps/assets``, joined."""
    folder = files("maps") / "assets"
    text = "\n".join((folder / name).read_text("utf8") for name in names)
    return _INDENT.sub("", _COMMENT.sub("", text))  # a tenth smaller; no text of ours runs over lines
