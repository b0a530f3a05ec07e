"""The project file of QGIS: a zip of one XML with relative paths, written without QGIS and the same for the same input."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree as ET

from pyproj import CRS

from geo import write_whole
from maps.qgis_metadata import About, crs_of, metadata
from maps.qml_ import DOCTYPE, VERSION, plain, xml_text

Bounds = tuple[float, float, float, float]
_OLDEST = (1980, 1, 1, 0, 0, 0)  # what a zip can say of its files' date; now would change the bytes
_CHECKED = {True: "Qt::Checked", False: "Qt::Unchecked"}
_FAMILIES = {"polygon": ("Polygon", "MultiPolygon"), "line": ("Line", "MultiLineString"), "point": ("Point", "Point")}
_EDGES = ("xmin", "ymin", "xmax", "ymax")
_PAPER = (243, 243, 239)  # the page's own ground


@dataclass(frozen=True)
class Leaf:
    """A layer: ``source`` relative to the project, ``kind`` polygon, line, point or raster, ``style`` as `maps.qml_` makes it."""

    layer_id: str
    source: str
    kind: str
    crs: CRS
    about: About
    style: Sequence[ET.Element]
    visible: bool = True
    provider: Literal["ogr", "gdal", "wms"] = "ogr"
    legend: bool = True  # whether a printed legend has it


@dataclass(frozen=True)
class Branch:
    """A group of the legend, the first on top; ``theme`` makes a map theme of it: what is seen with this group alone.

    Groups that are ``always`` seen are in every theme; of an ``exclusive`` group one child shows. Titles of themes differ.
    """

    title: str
    children: Sequence[Branch | Leaf]
    visible: bool = True
    expanded: bool = False
    exclusive: bool = False
    theme: bool = False
    always: bool = False


@dataclass(frozen=True)
class Project:
    """A project: words, CRS, first view (``extent`` in that CRS), the legend from the top, print layouts."""

    about: About
    crs: CRS
    extent: Bounds
    tree: Sequence[Branch | Leaf]
    layouts: Sequence[ET.Element] = field(default_factory=tuple)


def write_project(path: str | Path, project: Project) -> Path:
    """Write the project as ``.qgz``, all or nothing."""
    path = Path(path)
    text = DOCTYPE + xml_text(_project(project))
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(zipfile.ZipInfo(f"{path.stem}.qgs", _OLDEST), text.encode(), zipfile.ZIP_DEFLATED)

    def fill(part: Path) -> None:
        part.write_bytes(whole.getvalue())

    return write_whole(path, fill)


def leaves(tree: Sequence[Branch | Leaf]) -> Iterator[Leaf]:
    """All layers from the top of the legend."""
    for one in tree:
        if isinstance(one, Leaf):
            yield one
        else:
            yield from leaves(one.children)


def _project(project: Project) -> ET.Element:
    root = ET.Element("qgis", {"version": VERSION, "projectname": project.about.title})
    ET.SubElement(root, "homePath", {"path": ""})
    ET.SubElement(root, "title").text = project.about.title
    root.append(crs_of(project.crs, "projectCrs"))
    shown = list(leaves(project.tree))
    legend = ET.SubElement(root, "layer-tree-group")
    _grow(legend, project.tree)
    root.append(_canvas(project))
    listed = ET.SubElement(root, "projectlayers")
    listed.extend(_layer(leaf) for leaf in shown)
    order = ET.SubElement(root, "layerorder")
    for leaf in shown:
        ET.SubElement(order, "layer", {"id": leaf.layer_id})
    root.append(_properties())
    root.append(_themes(project.tree))
    root.append(metadata("projectMetadata", project.about))
    layouts = ET.SubElement(root, "Layouts")
    layouts.extend(project.layouts)
    view = ET.SubElement(ET.SubElement(root, "ProjectViewSettings", {"UseProjectScales": "0"}), "DefaultViewExtent")
    view.attrib |= dict(zip(_EDGES, _edges(project.extent), strict=True))
    view.append(crs_of(project.crs))
    return root


def _grow(parent: ET.Element, tree: Sequence[Branch | Leaf]) -> None:
    for one in tree:
        if isinstance(one, Leaf):
            about = {"id": one.layer_id, "name": plain(one.about.title), "source": one.source, "providerKey": one.provider}
            ET.SubElement(parent, "layer-tree-layer", {**about, "checked": _CHECKED[one.visible], "expanded": "1"})
            continue
        said = {"name": plain(one.title), "checked": _CHECKED[one.visible], "expanded": str(int(one.expanded))}
        if one.exclusive:
            first = next((at for at, child in enumerate(one.children) if child.visible), -1)
            said |= {"mutually-exclusive": "1", "mutually-exclusive-child": str(first)}
        _grow(ET.SubElement(parent, "layer-tree-group", said), one.children)


def _canvas(project: Project) -> ET.Element:
    canvas = ET.Element("mapcanvas", {"name": "theMapCanvas", "annotationsVisible": "1"})
    ET.SubElement(canvas, "units").text = "degrees" if project.crs.is_geographic else "meters"
    _extent(canvas, project.extent)
    ET.SubElement(canvas, "rotation").text = "0"
    canvas.append(crs_of(project.crs, "destinationsrs"))
    return canvas


def _extent(parent: ET.Element, extent: Bounds) -> None:
    made = ET.SubElement(parent, "extent")
    for name, edge in zip(_EDGES, _edges(extent), strict=True):
        ET.SubElement(made, name).text = edge


def _edges(extent: Bounds) -> list[str]:
    return [f"{edge:.3f}" for edge in extent]


def _layer(leaf: Leaf) -> ET.Element:
    raster = leaf.provider != "ogr"
    made = ET.Element("maplayer", {"type": "raster" if raster else "vector", "styleCategories": "AllStyleCategories"})
    if not raster:
        geometry, wkb = _FAMILIES[leaf.kind]
        labelled = any(part.tag == "labeling" for part in leaf.style)
        made.attrib |= {"geometry": geometry, "wkbType": wkb, "labelsEnabled": str(int(labelled))}
    ET.SubElement(made, "id").text = leaf.layer_id
    ET.SubElement(made, "datasource").text = leaf.source
    ET.SubElement(made, "layername").text = plain(leaf.about.title)
    made.append(crs_of(leaf.crs, "srs"))
    made.append(metadata("resourceMetadata", leaf.about))
    ET.SubElement(made, "attribution").text = "; ".join(leaf.about.sources)
    ET.SubElement(made, "provider", {} if raster else {"encoding": "UTF-8"}).text = leaf.provider
    made.extend(leaf.style)
    ET.SubElement(made, "blendMode").text = "0"
    return made


def _properties() -> ET.Element:
    made = ET.Element("properties")
    for group, rows in {
        "Paths": [("Absolute", "bool", "false")],
        "Gui": [
            (f"CanvasColor{name}Part", "int", str(part)) for name, part in zip(("Red", "Green", "Blue"), _PAPER, strict=True)
        ],
        "Measurement": [("DistanceUnits", "QString", "meters"), ("AreaUnits", "QString", "ha")],
        "SpatialRefSys": [("ProjectionsEnabled", "int", "1")],
    }.items():
        one = ET.SubElement(made, group)
        for name, kind, value in rows:
            ET.SubElement(one, name, {"type": kind}).text = value
    return made


def _themes(tree: Sequence[Branch | Leaf]) -> ET.Element:
    """A map theme for each group that asks for one: its own layers and those of the groups that are always seen."""
    made = ET.Element("visibility-presets")
    steady = [(path, one) for path, one in _paths(tree) if one.always]
    for path, branch in _paths(tree):
        if not branch.theme:
            continue
        about = {"name": plain(branch.title), "has-expanded-info": "0", "has-checked-group-info": "1"}
        theme = ET.SubElement(made, "visibility-preset", about)
        for leaf in (leaf for _, one in [*steady, (path, branch)] for leaf in leaves([one]) if leaf.visible):
            ET.SubElement(theme, "layer", {"id": leaf.layer_id, "visible": "1"})
        checked = ET.SubElement(theme, "checked-group-nodes")
        inner = [(*path[:-1], *below) for below, _ in _paths([branch])]
        above = [path[:at] for at in range(1, len(path))]
        for group in [*(group for group, _ in steady), *above, *inner]:
            ET.SubElement(checked, "checked-group-node", {"id": "/".join(map(plain, group))})
    return made


def _paths(tree: Sequence[Branch | Leaf], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Branch]]:
    """All groups with the titles that lead to them."""
    for one in tree:
        if isinstance(one, Branch):
            path = (*above, one.title)
            yield path, one
            yield from _paths(one.children, path)
