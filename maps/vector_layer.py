"""``VectorLayer``: a folium layer that is small, quick, offline and deaf to what its data say.

It works in any ``folium.Map``, beside any other folium object; :func:`maps.page` and :func:`maps.save` make one file of it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from folium.map import Layer
from geopandas import GeoDataFrame
from jinja2 import Template

from geo import Label, PlanningDataError, to_wgs84
from maps import codec, fields, safe_text, style

SCRIPTS = ("unpack.js", "shapes.js", "text.js", "layer.js", "legend.js", "page.js")
STYLES = ("layer.css", "page.css")
MAX_FEATURES = 300_000


class VectorLayer(Layer):
    """Polygons, lines or points of a frame on a canvas, with tooltip, selection, legend and keyboard.

    Parameters: ``frame`` features of one kind in any CRS; ``title`` text or (vi, en); ``look`` a :class:`maps.Style`;
    ``fields`` lines of the tooltip; ``shown`` the column that sorts the data table; ``lang`` first language; ``role``
    ``data``, or quiet context that no pointer meets: ``ground`` under all, ``borders`` over the areas, ``names`` of points;
    ``certainty`` shows planned and schematic features as such. Errors:
    E-MAP-01 no geometry, E-MAP-03 mixed kinds, E-MAP-04 too many features, E-CRS-01 no CRS.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        'var {{ this.get_name() }} = Innoregion.layer("{{ this.get_name() }}", {{ this.options }});'
        "{% endmacro %}"
    )

    def __init__(
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
    ) -> None:
        self.title = safe_text.as_label(title)
        super().__init__(name=safe_text.layer_name(self.title.say(lang)), overlay=True, control=role == "data", show=show)
        self._name = "VectorLayer"
        self.frame, self.look, self.role = frame, look or style.Style(), role
        self.marks = style.marks(frame) if certainty and role == "data" else np.zeros(len(frame), np.uint8)
        block, self.bounds = pack(frame, self.title, self.look, fields, self.marks)
        names = [field.column for field in fields]
        block.meta["shown"] = names.index(shown) if shown in names else -1
        block.meta |= {"lang": lang, "legend_box": legend, "role": role}
        self.block = block.text()
        self.options = json.dumps({"role": role})

    def _get_self_bounds(self) -> list[list[float | None]]:
        west, south, east, north = self.bounds
        return [[south, west], [north, east]]

    def render(self, **kwargs: Any) -> str:
        """Put our style, script and data into the figure (folium calls this)."""
        figure: Any = self.get_root()
        add_assets(figure)
        data = f'<script type="application/octet-stream" id="{self.get_name()}_block">{self.block}</script>'
        figure.html.add_child(safe_text.Raw(data), name=self.get_name() + "_block")
        again = self.get_name() + "_add" in self._children  # folium's Layer would put itself on the map a second time
        render = super(Layer, self).render if again else super().render
        rendered: Any = render(**kwargs)  # type: ignore[no-untyped-call]
        return str(rendered or "")


def pack(
    frame: GeoDataFrame, title: Label, look: style.Style, shown: Sequence[fields.Field], marks: npt.NDArray[np.uint8]
) -> tuple[codec.Block, tuple[float, float, float, float]]:
    """A whole layer as one block, and its bounds (west, south, east, north)."""
    rows = sorted_rows(frame, title)
    frame, marks = to_wgs84(frame.iloc[rows]), marks[rows]
    block = codec.Block(title=title, bits=codec.BITS, count=len(frame))
    block.meta["kind"], _ = codec.add_geometry(block, frame.geometry.to_numpy())
    codes = look.codes(frame)
    block.codes("class", codes)
    if marks.any():
        block.codes("mark", marks)
        bits = (style.BUILDING, style.PLANNED, style.SUPERSEDED, style.SCHEMATIC)
        block.meta["marks"] = [[bit, int((marks & bit > 0).sum())] for bit in bits if (marks & bit).any()]
    block.meta["style"] = _header(look)
    block.meta["legend"] = [[code, color, label, count] for code, color, label, count in look.legend(codes)]
    fields.add_names(block, frame)
    fields.add_fields(block, frame, shown)
    west, south, east, north = (float(edge) for edge in frame.total_bounds)
    return block, (west, south, east, north)


def sorted_rows(frame: GeoDataFrame, title: Label) -> npt.NDArray[np.intp]:
    """Rows that have a geometry, along the Hilbert curve (small deltas; the page's tree is free)."""
    rows = np.flatnonzero(~(frame.geometry.is_empty | frame.geometry.isna()).to_numpy())
    frame = frame.iloc[rows]
    layer = title.vi
    if frame.empty:
        raise PlanningDataError("E-MAP-01", "no feature has a geometry to show.", layer=layer, mend="check the filter before it.")
    if len(frame) > MAX_FEATURES:
        raise PlanningDataError(
            "E-MAP-04",
            f"more than {MAX_FEATURES} features make a page too slow.",
            layer=layer,
            seen=len(frame),
            mend="aggregate to hexagons or zones first.",
        )
    numbers = np.unique(shapely.get_type_id(frame.geometry.to_numpy()))
    kinds = sorted({codec.KINDS.get(int(number), "collection") for number in numbers})
    if len(kinds) > 1 or kinds == ["collection"]:
        raise PlanningDataError(
            "E-MAP-03", "one layer shows one kind of geometry.", layer=layer, seen=kinds, mend="split it by frame.geom_type."
        )
    frame = to_wgs84(frame)
    order: npt.NDArray[np.intp] = np.lexsort((np.arange(len(frame)), frame.hilbert_distance(level=16)))
    return rows[order]


def _header(look: style.Style) -> dict[str, Any]:
    names = ("colors", "unit", "descending", "fill", "outline", "outline_px", "widths", "radius", "opacity")
    return {name: getattr(look, name) for name in names} | {"odd": {code: color for code, (color, _) in look.odd().items()}}


def add_assets(figure: Any) -> None:
    """Our style sheet and script, once in a figure."""
    figure.header.add_child(safe_text.Raw(f"<style>{asset(STYLES)}</style>"), name="innoregion_css")
    figure.header.add_child(safe_text.Raw(f"<script>{asset(SCRIPTS)}</script>"), name="innoregion_js")


@cache
def asset(names: tuple[str, ...]) -> str:
    """The text of our own files of ``maps/assets``, joined."""
    folder = files("maps") / "assets"
    return "\n".join((folder / name).read_text("utf8") for name in names)
