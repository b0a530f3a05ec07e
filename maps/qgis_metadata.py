"""What a layer or project says of itself in QGIS: title, abstract, sources and licences, language, CRS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from pyproj import CRS

from maps.qml_ import DOCTYPE, VERSION, plain, xml_text


@dataclass(frozen=True)
class About:
    """Words of a layer or project in one language; ``sources`` a line each: source, licence, date, accuracy."""

    title: str
    abstract: str = ""
    sources: Sequence[str] = ()
    lang: str = "vi"


def metadata(tag: str, about: About, kind: str = "dataset") -> ET.Element:
    """The words as an element ``tag`` (``resourceMetadata``, ``projectMetadata``)."""
    made = ET.Element(tag)
    texts = {"identifier": "", "parentidentifier": "", "language": about.lang, "type": kind}
    for name, text in {**texts, "title": about.title, "abstract": about.abstract}.items():
        ET.SubElement(made, name).text = plain(text)
    for line in about.sources:
        ET.SubElement(made, "rights").text = line
    for line in about.sources:
        ET.SubElement(made, "license").text = line
    ET.SubElement(made, "encoding").text = "UTF-8"
    return made


def metadata_file(about: About) -> str:
    """The words as a QGIS metadata document (.qmd)."""
    root = ET.Element("qgis", {"version": VERSION})
    root.extend(metadata("qgis", about))
    return DOCTYPE + xml_text(root)


def crs_of(crs: CRS, tag: str | None = None) -> ET.Element:
    """A CRS as QGIS writes it, inside an element ``tag`` where one is named."""
    inner = ET.Element("spatialrefsys")
    authority = ":".join(crs.to_authority() or ("", ""))
    words = {"wkt": crs.to_wkt(), "authid": authority.strip(":"), "description": crs.name}
    for name, text in {**words, "geographicflag": "true" if crs.is_geographic else "false"}.items():
        ET.SubElement(inner, name).text = text
    if tag is None:
        return inner
    outer = ET.Element(tag)
    outer.append(inner)
    return outer
