"""Maps as a project that QGIS opens without a question: ``.qgz``, one GeoPackage beside it, rasters in ``data/``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import shapely
from geopandas import GeoDataFrame
from pyproj import CRS

from geo import WGS84, Label, PlanningDataError, Raster, to_crs, to_metric
from maps import safe_text
from maps.areas import Title
from maps.background import context, focus
from maps.compare_ import Compare
from maps.page_ import Page
from maps.qgis_files import Bounds, Branch, Leaf, Project, leaves, write_project
from maps.qgis_layouts import Drawing, print_layout
from maps.qgis_metadata import About
from maps.qgis_packages import write_package
from maps.qgis_store import Mark, Store, free, slug
from maps.qml_ import check_language, drawn_kind, plain
from maps.raster_ import RasterLayer
from maps.sheets import Sheet
from maps.vector_layer import BlockLayer, VectorLayer

Shown = Sheet | Page | Mark | Compare
_NAMES = Label("Địa danh, ranh giới, sông, đường", "Names, borders, rivers, roads")
_GROUND = Label("Nền", "Ground")
_OSM_TITLE = Label("OpenStreetMap (cần mạng)", "OpenStreetMap (needs a network)")
_MAP = Label("Bản đồ", "Map")
_QUIET = {
    "ground": Label("Vùng nghiên cứu", "Study area"),
    "rivers": Label("Lòng sông", "River beds"),
    "rivers above": Label("Sông", "Rivers"),
    "roads": Label("Đường chính", "Main roads"),
    "borders": Label("Ranh giới hành chính", "Borders of units"),
    "names": Label("Địa danh", "Place names"),
}
_TILES = "type=xyz&url=https://tile.openstreetmap.org/%7Bz%7D/%7Bx%7D/%7By%7D.png&zmax=19&zmin=0"
_OSM = "© OpenStreetMap contributors, ODbL 1.0"
_MARGIN = 0.04  # of the extent round the first view


@dataclass(frozen=True)
class _Map:
    """A map to become a group: its words, its layers (lowest first) and those that are hidden at first."""

    name: str
    family: str
    about: About
    marks: Sequence[Mark]
    data: Any = None
    under: Sequence[Any] = ()


def save_project(
    shown: Sequence[Shown] | Shown,
    path: str | Path,
    *,
    lang: str = "vi",
    title: Title = None,
    online_tiles: bool = False,
) -> Path:
    """Write a QGIS project (``.qgz``) of sheets, pages or marks, the first lowest, with its files; returns the path.

    Beside it come ``<name>.gpkg`` with every frame once, its styles and metadata inside, and rasters in ``data/`` (those of a
    sheet as of its study, else the cells as the page shows them). A sheet or page becomes a group, a map theme and an A3 layout;
    the first is what opens. Paths are relative, so the folder may move; nothing is fetched unless ``online_tiles`` asks for
    OpenStreetMap. Texts are in ``lang``; frames in the metric CRS of the place (EPSG:9210 in the region). The same maps give the
    same bytes. Read by QGIS 3.22 and newer. Errors: E-MAP-08 language, E-QGIS-01 names of columns, E-QGIS-02 another ending or
    nothing to show, E-CRS-01 a frame without CRS.
    """
    check_language(lang)
    path = Path(path)
    head = safe_text.as_label(title).say(lang) if title else ""
    maps = _maps(list(shown) if isinstance(shown, Sequence) else [shown], head, lang)
    if path.suffix.lower() != ".qgz" or not maps or not all(one.marks for one in maps):
        raise PlanningDataError("E-QGIS-02", "no project of this.", file=path.name, mend="give marks, and a name ending in .qgz.")
    crs = to_metric(_outline(maps[0].marks)).crs
    store = Store(path.with_suffix(".gpkg").name, crs, lang)
    drawn = [_branch(one, store, first=at == 0) for at, one in enumerate(maps)]
    names, ground = _quiet([mark for one in maps for mark in one.marks], store)
    tiles = [_tiles(lang)] if online_tiles else []
    tree = [*names, *_families(maps, drawn), *ground, *tiles]
    views = [_view(one.marks, crs) for one in maps]
    write_package(path.with_suffix(".gpkg"), list(store.tables.values()))
    store.write_rasters(path.parent)
    layouts = [print_layout(_drawing(*told)) for told in zip(maps, drawn, views, strict=True)]
    return write_project(path, Project(_whole(maps, head), crs, views[0], tree, layouts))


def _maps(given: Sequence[Shown], head: str, lang: str) -> list[_Map]:
    """What is to be shown as maps: each sheet and page one, all loose marks together one; no title twice."""
    loose = [part for one in given if not isinstance(one, Sheet | Page) for part in _parts(one)]
    made = [
        _of_sheet(one, lang) if isinstance(one, Sheet) else _of_page(one, lang) for one in given if isinstance(one, Sheet | Page)
    ]
    if loose:
        title = head or loose[-1].title.say(lang) or _MAP.say(lang)
        under = [one.before for one in given if isinstance(one, Compare)]
        made.append(_Map(slug(title), "", About(title, lang=lang), loose, under=under))
    titles: set[str] = set()
    for at, one in enumerate(made):
        title = free(one.about.title, titles, " ({})")
        titles.add(title)
        made[at] = replace(one, about=replace(one.about, title=title))
    return made


def _parts(mark: Mark | Compare) -> Sequence[Mark]:
    return mark.parts if isinstance(mark, Compare) else (mark,)  # type: ignore[return-value]


def _of_sheet(sheet: Sheet, lang: str) -> _Map:
    """A sheet with all marks of its page, those that are hidden at first too."""
    at = 0 if lang == "vi" else 1
    page = _of_page(sheet.page, lang) if isinstance(sheet.page, Page) else None
    marks = list(page.marks) if page else []
    if not all(any(mark is other for other in marks) for mark in sheet.marks):  # an explorer's zones have no colours of their own
        marks = [*sheet.marks, *(mark for mark in marks if mark.about["legend_box"])]
    about = About(sheet.title[at], sheet.text[at], page.about.sources if page else (), lang)
    return _Map(sheet.name, sheet.group[at], about, marks, sheet.data, page.under if page else ())


def _of_page(page: Page, lang: str) -> _Map:
    children = list(page._children.values())  # noqa: SLF001 - branca's tree has no public face
    marks = [one for one in children if isinstance(one, VectorLayer | RasterLayer) and one.role in {"data", "labels"}]
    words = [text.say(lang) for text in (page.head["subtitle"], *page.head["notes"]) if text]
    about = About(page.title.say(lang), "\n".join(words), [text.say(lang) for text in page.head["sources"]], lang)
    return _Map(slug(page.title.en), "", about, marks, under=[one.before for one in children if isinstance(one, Compare)])


def _whole(maps: Sequence[_Map], head: str) -> About:
    first = maps[0].about
    lines = [line for one in maps for line in one.about.sources]
    return replace(
        first,
        title=head or first.title,
        abstract="\n".join(one.about.title for one in maps) if len(maps) > 1 else first.abstract,
        sources=list(dict.fromkeys(lines)),
    )


def _branch(one: _Map, store: Store, *, first: bool) -> Branch:
    """The group of a map; its layers from the top."""
    children = []
    for mark in one.marks:
        seen = mark.show and not any(mark is other for other in one.under)
        name = one.name if _draws(mark, one.data) else ""
        children.append(store.layer(mark, one.about, name=name, data=one.data, visible=seen))
    return Branch(one.about.title, children[::-1], visible=first, expanded=first, theme=True)


def _draws(mark: Mark, data: Any) -> bool:
    """Whether the mark draws the frame or raster that a sheet stands for."""
    if isinstance(mark, RasterLayer) or not isinstance(data, GeoDataFrame):
        return isinstance(mark, RasterLayer) and isinstance(data, Raster)
    return mark.look.column in data and drawn_kind(mark.frame) == drawn_kind(data)


def _families(maps: Sequence[_Map], drawn: Sequence[Branch]) -> list[Branch]:
    """The groups under a group for each family of sheets."""
    names = list(dict.fromkeys(one.family for one in maps))
    if len(names) == 1:
        return list(drawn)
    families = []
    for name in names:
        own = [branch for one, branch in zip(maps, drawn, strict=True) if one.family == name]
        families += [Branch(name, own, visible=True, expanded=True)] if name else own
    return families


def _quiet(marks: Sequence[Mark], store: Store) -> tuple[list[Branch], list[Branch]]:
    """What lies over and under all maps, for orientation; nothing where the maps lie elsewhere."""
    layers: dict[bool, list[Branch | Leaf]] = {True: [], False: []}
    for mark in context(marks, store.lang):
        title = _QUIET[mark.title.en].say(store.lang)
        about = About(title, lang=store.lang)
        layers[mark.role == "ground"].append(store.layer(mark, about, name=slug(_QUIET[mark.title.en].en), title=title))
    return tuple(  # type: ignore[return-value]
        [Branch(title.say(store.lang), layers[below][::-1], always=True)] if layers[below] else []
        for below, title in ((False, _NAMES), (True, _GROUND))
    )


def _tiles(lang: str) -> Branch:
    title = _OSM_TITLE.say(lang)
    about = About(title, sources=[_OSM], lang=lang)
    leaf = Leaf("innoregion_openstreetmap", _TILES, "raster", CRS("EPSG:3857"), about, (), provider="wms", legend=False)
    return Branch(title, [leaf], visible=False)


def _outline(marks: Sequence[BlockLayer]) -> GeoDataFrame:
    return GeoDataFrame(geometry=[shapely.box(*focus(marks))], crs=WGS84)


def _view(marks: Sequence[Mark], crs: CRS) -> Bounds:
    """What the map looks at when it opens."""
    shown = [mark for mark in marks if mark.show] or list(marks)
    west, south, east, north = to_crs(_outline(shown), crs).total_bounds
    margin = _MARGIN * max(east - west, north - south)
    return west - margin, south - margin, east + margin, north + margin


def _drawing(one: _Map, branch: Branch, view: Bounds) -> Drawing:
    legend = [leaf for leaf in leaves([branch]) if leaf.visible and leaf.legend]
    return Drawing(plain(branch.title), one.about, legend, view)
