"""The formats that can be written and what each of them holds: one table that the writers, their losses and the help read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from geo.errors import PlanningDataError, nearest_names

EVERYTHING = frozenset({"flag", "whole", "number", "date", "moment", "json", "blob", "category", "span", "shape"})


@dataclass(frozen=True)
class Format:
    """What a format holds.

    ``holds``: kinds of columns it keeps besides text. ``degrees``: longitude and latitude only. ``shapes``: holds geometry;
    ``tables``: rows without geometry; ``layers``: several layers a file. ``blank_is_null``: the text "" can not be told from
    null. ``bad_signs``: characters it can not hold (regular expression). ``largest``: whole numbers from here on are kept as
    text. ``names``: rule for names of columns. ``families``: "any" mixture of shapes, one "multi" or one "plain" family a layer.
    ``whole_bits``: whole numbers that need more are written as floating ones.
    ``longest`` text. ``moment_s``: the shortest time it tells apart. ``utc``: moments with a zone, or
    all, are in UTC. ``taken``: names of columns that it uses itself.
    """

    name: str
    suffixes: tuple[str, ...]
    driver: str = ""
    holds: frozenset[str] = frozenset({"flag", "whole", "number"})
    degrees: bool = False
    shapes: bool = True
    tables: bool = False
    layers: bool = False
    blank_is_null: bool = False
    bad_signs: str = "\x00"
    largest: int = 2**63
    names: Literal["any", "caseless", "gdb", "dbf"] = "any"
    families: Literal["any", "multi", "plain"] = "any"
    whole_bits: int = 64
    longest: int = 0
    moment_s: float = 1e-3
    utc: Literal["", "zoned", "always"] = ""
    taken: frozenset[str] = field(default=frozenset())


_XML = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
_SIMPLE = frozenset({"flag", "whole", "number"})
_TIMED = _SIMPLE | {"date", "moment"}
FORMATS = (
    Format("GeoJSON", (".geojson",), "GeoJSON", _SIMPLE | {"json"}, degrees=True),
    Format("GeoJSONSeq", (".geojsonl", ".geojsons", ".ndjson"), "GeoJSON", _SIMPLE | {"json"}, degrees=True),
    Format(
        "GeoPackage",
        (".gpkg",),
        "GPKG",
        _TIMED | {"blob"},
        tables=True,
        layers=True,
        names="caseless",
        utc="always",
        taken=frozenset({"fid", "geom"}),
    ),
    Format("FlatGeobuf", (".fgb",), "FlatGeobuf", _SIMPLE | {"moment", "blob"}, utc="zoned"),
    Format("KML", (".kml",), "", _SIMPLE, degrees=True, layers=True, bad_signs=_XML, largest=2**53, whole_bits=32),
    Format(
        "GeoParquet",
        (".parquet", ".geoparquet"),
        "",
        EVERYTHING,
        tables=True,
        bad_signs="",
        largest=2**64,
        whole_bits=65,
        moment_s=1e-9,
    ),
    Format("CSV", (".csv",), "", frozenset(), shapes=False, tables=True, blank_is_null=True, bad_signs="\x00", largest=2**64),
    Format(
        "Excel",
        (".xlsx",),
        "",
        _TIMED,
        shapes=False,
        tables=True,
        layers=True,
        blank_is_null=True,
        bad_signs=_XML,
        largest=2**53,
        longest=32_767,
        names="caseless",
    ),
    Format(
        "Shapefile",
        (".shp.zip", ".zip"),
        "ESRI Shapefile",
        _SIMPLE | {"date"},
        tables=True,
        layers=True,
        blank_is_null=True,
        largest=10**17,
        names="dbf",
        families="plain",
        longest=254,
    ),
    Format(
        "FileGDB",
        (".gdb", ".gdb.zip"),
        "OpenFileGDB",
        frozenset({"whole", "number", "moment", "blob"}),
        tables=True,
        layers=True,
        largest=2**53,
        whole_bits=32,
        names="gdb",
        families="multi",
        moment_s=1.0,
        utc="always",
        longest=65_536,
    ),
    Format("PMTiles", (".pmtiles",), "PMTiles", _SIMPLE, degrees=True),
)
ENDINGS = tuple(suffix for one in FORMATS for suffix in one.suffixes)


def format_of(path: Path) -> Format:
    """The format that the ending of a name tells. Errors: E-IO-01."""
    name = path.name.lower()
    for suffix in sorted(ENDINGS, key=len, reverse=True):
        if name.endswith(suffix):
            return next(one for one in FORMATS if suffix in one.suffixes)
    mend = f"use one of {', '.join(ENDINGS)}; {nearest_names(path.suffix, ENDINGS)}"
    if path.suffix.lower() == ".shp":
        mend = f"a Shapefile is several files: name it .shp.zip; or use one of {', '.join(ENDINGS)}."
    raise PlanningDataError("E-IO-01", f"no writer for the ending {path.suffix!r}.", file=path.name, mend=mend)


def stem_of(path: Path) -> str:
    """The name of a file without the ending of its format."""
    ending = next(suffix for suffix in sorted(ENDINGS, key=len, reverse=True) if path.name.lower().endswith(suffix))
    return path.name[: -len(ending)] or "layer"
