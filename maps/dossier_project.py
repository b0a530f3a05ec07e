"""The QGIS project of a planning dossier: a group a package, the plan on top, in the colours of the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from xml.etree import ElementTree as ET

from geopandas import GeoDataFrame
from pyproj import CRS

from maps.qgis_files import Bounds, Branch, Leaf, Project, leaves, write_project
from maps.qgis_layouts import Drawing, print_layout
from maps.qgis_metadata import About
from maps.qml_ import opacity, renderer, written_style
from maps.style import Style

_PACKAGES = {"MocGioi": "Mốc giới", "QuyHoach": "Quy hoạch", "HienTrang": "Hiện trạng", "NenDiaHinh": "Nền địa hình"}
_KINDS = {"A": "polygon", "L": "line", "P": "point"}
_ORDER = {"P": 0, "L": 1, "A": 3}  # from the top; boundaries between lines and areas
SOURCES = (
    "TT 16/2025/TT-BXD, Phụ lục I (màu, tên lớp) và Phụ lục II (hồ sơ): dẫn lại qua nguồn thứ cấp, chưa đối chiếu với Công báo",
)
_MARGIN = 0.04


class _Class(Protocol):
    @property
    def package(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def frame(self) -> GeoDataFrame: ...
    @property
    def look(self) -> Style: ...


@dataclass(frozen=True)
class DossierProject:
    """A project to write, the style of each class, and the sources that all carry."""

    project: Project
    styles: Mapping[tuple[str, str], str]
    sources: Sequence[str]

    def write(self, path: Path) -> Path:
        """Write the project."""
        return write_project(path, self.project)


def dossier_project(name: str, classes: Sequence[_Class], crs: CRS, ending: str = "gpkg") -> DossierProject:
    """The project of these classes, whose packages lie beside it in the format of this ``ending``."""
    styles = {(one.package, one.name): _style(one) for one in classes}
    tree = []
    for package, title in _PACKAGES.items():
        own = sorted((one for one in classes if one.package == package), key=_place)
        if not own:
            continue
        layers = [_leaf(one, styles[one.package, one.name], crs, ending) for one in own]
        seen = package != "HienTrang"
        tree.append(
            Branch(title, layers, visible=seen, expanded=package == "QuyHoach", theme=package in {"QuyHoach", "HienTrang"})
        )
    about = About(f"Hồ sơ GIS quy hoạch {name}", "Các lớp theo gói: " + ", ".join(one.title for one in tree), SOURCES, "vi")
    view = _view(classes)
    drawings = [
        Drawing(one.title, About(f"{name}: {one.title}", "", SOURCES, "vi"), list(leaves([one])), view)
        for one in tree
        if one.theme
    ]
    project = Project(about, crs, view, tree, [print_layout(drawing) for drawing in drawings])
    return DossierProject(project, {key: written_style(style) for key, style in styles.items()}, SOURCES)


def _place(one: _Class) -> tuple[int, str]:
    return (2 if not one.look.fill else _ORDER.get(one.name[-1], 3), one.name)


def _style(one: _Class) -> list[ET.Element]:
    return [renderer(one.look, _kind(one), "vi"), opacity(one.look)]


def _kind(one: _Class) -> str:
    return _KINDS[one.name[-1]]


def _leaf(one: _Class, style: Sequence[ET.Element], crs: CRS, ending: str) -> Leaf:
    source = f"./{one.package}.{ending}|layername={one.name}"
    about = About(one.title, one.name, SOURCES, "vi")
    return Leaf(f"dossier_{one.package}_{one.name}", source, _kind(one), crs, about, style)


def _view(classes: Sequence[_Class]) -> Bounds:
    bounds = [one.frame.total_bounds for one in classes if len(one.frame) and one.package == "QuyHoach"]
    west, south, east, north = (pick(edge) for pick, edge in zip((min, min, max, max), zip(*bounds, strict=True), strict=True))
    margin = _MARGIN * max(east - west, north - south)
    return float(west - margin), float(south - margin), float(east + margin), float(north + margin)
