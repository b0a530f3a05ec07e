"""The tables, styles and rasters of a project as they gather: equal frames are kept once, every layer has an id of its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS

from geo import Raster, plain_name, to_crs, write_raster
from maps.qgis_files import Branch, Leaf
from maps.qgis_metadata import About
from maps.qgis_packages import Table
from maps.qgis_rasters import cells_of, raster_style
from maps.qml_ import drawn_kind, mark_style, written_style
from maps.raster_ import RasterLayer
from maps.vector_layer import VectorLayer

Mark = VectorLayer | RasterLayer
RASTERS = "data"  # folder of rasters beside the project, as a study's own
_LONGEST = 48  # letters of a table's name
_STYLE_NAME = 26


@dataclass
class Store:
    """What the project's ``package`` (a file name) and raster folder are to hold; frames come in ``crs``."""

    package: str
    crs: CRS
    lang: str
    tables: dict[str, Table] = field(default_factory=dict)
    _contents: dict[str, str] = field(default_factory=dict)  # digest of a frame → its table
    _rasters: dict[str, Raster] = field(default_factory=dict)
    _ids: set[str] = field(default_factory=set)

    def layer(
        self, mark: Mark, about: About, *, name: str = "", title: str = "", data: Any = None, visible: bool = True
    ) -> Branch | Leaf:
        """The mark as a layer of the project, or a group of them where it has steps; ``data`` a raster's source."""
        words = replace(about, title=title or mark.title.say(self.lang))
        name = slug(name) or slug(mark.title.en) or "layer"
        if isinstance(mark, RasterLayer):
            return self._raster(mark, words, name, data, visible=visible)
        table = self._table(mark.frame, name, words)
        if not mark.steps:
            return self._leaf(mark, words, table, None, visible=visible)
        steps = [(column, f"{words.title}: {label.say(self.lang)}") for column, label in mark.steps]
        leaves = [
            self._leaf(mark, replace(words, title=told), table, column, visible=at == 0)
            for at, (column, told) in enumerate(steps)
        ]
        return Branch(words.title, leaves, visible=visible, exclusive=True)

    def write_rasters(self, folder: Path) -> None:
        """Write the rasters into their folder beside the project."""
        for name, raster in self._rasters.items():
            write_raster(raster, folder / RASTERS / f"{name}.tif")

    def _leaf(self, mark: VectorLayer, words: About, table: str, column: str | None, *, visible: bool) -> Leaf:
        style = mark_style(mark, self.lang, column)
        self._keep_style(table, written_style(style), slug(column or mark.look.column or words.title) or "style")
        source = f"./{self.package}|layername={table}"
        legend = bool(mark.about["legend_box"]) and mark.role == "data"
        kind = drawn_kind(mark.frame)
        return Leaf(self._new_id(table), source, kind, self.crs, words, style, visible=visible, legend=legend)

    def _raster(self, mark: RasterLayer, words: About, name: str, data: Any, *, visible: bool) -> Leaf:
        raster = data if isinstance(data, Raster) else cells_of(mark)
        name = free(name, self._rasters)
        self._rasters[name] = raster
        style, source = raster_style(mark.look, self.lang), f"./{RASTERS}/{name}.tif"
        return Leaf(self._new_id(name), source, "raster", raster.grid.crs, words, style, visible=visible, provider="gdal")

    def _table(self, frame: GeoDataFrame, name: str, words: About) -> str:
        frame = to_crs(frame, self.crs)
        content = _digest(frame)
        if content not in self._contents:
            self._contents[content] = free(name, self.tables)
            self.tables[self._contents[content]] = Table(self._contents[content], frame, words)
        return self._contents[content]

    def _keep_style(self, table: str, text: str, title: str) -> None:
        known: Mapping[str, str] = self.tables[table].styles
        if text not in known.values():
            styles = {**known, free(title[:_STYLE_NAME], known): text}
            self.tables[table] = replace(self.tables[table], styles=styles)

    def _new_id(self, name: str) -> str:
        found = free(f"innoregion_{name}", self._ids)  # QGIS takes no id of less than 11 letters
        self._ids.add(found)
        return found


def slug(text: str) -> str:
    """A text as a short name of a table or file: small Latin letters, digits, underscores."""
    return re.sub(r"[^a-z0-9]+", "_", plain_name(text)).strip("_")[:_LONGEST].strip("_")


def free(name: str, taken: Container[str], numbered: str = "_{}") -> str:
    """The name, with a number from 2 on where it is taken."""
    found, at = name, 1
    while found in taken:
        at += 1
        found = name + numbered.format(at)
    return found


def _digest(frame: GeoDataFrame) -> str:
    """What tells two frames apart: names, ids, values, shapes, in their order."""
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name)).reset_index()
    texts = table.assign(**{name: table[name].map(repr) for name in table.columns if table[name].dtype == object})
    values = pd.util.hash_pandas_object(texts, index=False).to_numpy()
    shapes = [b"" if one is None else shapely.to_wkb(one) for one in frame.geometry.to_numpy()]
    return hashlib.sha256(b"\0".join([repr(list(table.columns)).encode(), values.tobytes(), *shapes])).hexdigest()
