"""A planning dossier on disk: its parts, and every class of its packages as it lies there, nothing mended."""

from __future__ import annotations

import html
import re
import sqlite3
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

import geo
import layers
from analyses import DossierRules, DossierTable
from geo import Finding

PREFIX = "CSDL_"
GIS = "HoSoGIS"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_DECLARED = re.compile(r"([A-Z]+)\s*(?:\((\d+)\))?")
_SOURCE = re.compile(r"<datasource>([^<]*)</datasource>")
_ENDINGS = {"_A", "_L", "_P"}
_SQLITE = b"SQLite format 3\0"
_OWN_TABLES = {"layer_styles"}
_BESIDE = (".gpkg-wal", ".gpkg-shm", ".gpkg-journal", ".qgd", ".qgz~", ".txt", ".md", ".xml", ".json")
_MOST_BYTES = 200_000_000  # of a project, unpacked
_GDB_FIELD = re.compile(
    r"<Name>([^<]*)</Name>(?:\s*<AliasName>[^<]*</AliasName>)?\s*<FieldType[^>]*>esriFieldType(\w+)</FieldType>.*?<Length>(\d+)<",
    re.DOTALL,
)
_GDB_TYPES = {"String": "TEXT", "SmallInteger": "INTEGER", "Integer": "INTEGER", "BigInteger": "INTEGER"}
_NO_LENGTH = 65_535  # letters from here on mean that nobody set a length


@dataclass
class Dossier:
    """What a folder holds: its ``name``, tables, the same ``again`` in a second format, and what is wrong with its parts."""

    folder: Path
    name: str
    tables: list[DossierTable] = field(default_factory=list)
    again: list[DossierTable] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Rules:
    """The rules of a day, a planner's own over them."""

    parts: pd.DataFrame
    classes: pd.DataFrame
    land: pd.DataFrame
    status: pd.DataFrame
    check: DossierRules
    own: str | Path | None = None


def rules_of(on: Any = None, own: str | Path | None = None) -> Rules:
    """The rules of a day (default: the newest) from the catalogue. Errors: E-LAW-01 to E-LAW-05."""
    land, status = layers.planning_classes(on, own=own), layers.land_status_codes(on, own=own)
    ids = frozenset(land.index) | frozenset(status["code"])
    checked = DossierRules(layers.dossier_fields(on, own=own), layers.vn2000_zones(own=own), ids)
    return Rules(layers.dossier_parts(on, own=own), layers.dossier_classes(on, own=own), land, status, checked, own)


def read_dossier(folder: Path, rules: Rules) -> Dossier:
    """The folder's parts and tables; what is missing or can not be read is a finding."""
    name = folder.resolve().name
    short = name.removeprefix(PREFIX)
    found = Dossier(folder, short)
    if not name.startswith(PREFIX) or not _NAME.fullmatch(short):
        mend = f"call it {PREFIX}<Name>, Latin letters and digits."
        found.findings.append(Finding("E-DOS-01", "the folder's name does not follow the rule.", mend, file=name, seen=name))
    packages: dict[str, list[Path]] = {}
    for part in rules.parts.itertuples():
        path, told = folder / str(part.part).format(name=short), str(part.part).format(name=short)
        match part.part_kind:
            case "folder":
                found.findings += _folder(path, told)
            case "package":
                found.findings += _package(path, told, str(part.endings).split(), packages)
            case "project" if not path.with_name(f"{path.name}.qgz").exists():
                mend = "innoregion dossier write makes it; or save one in QGIS."
                found.findings.append(Finding("E-DOS-05", "the QGIS project is missing.", mend, file=f"{told}.qgz"))
    found.findings += _strangers(folder / GIS, rules)
    there = _read_all(packages, found)
    found.tables = list(_known(found.tables, rules))
    for project in sorted((folder / GIS).glob("*.qgz")):
        found.findings += _project(project, folder, there)
    return found


def _read_all(packages: Mapping[str, Sequence[Path]], found: Dossier) -> set[str]:
    """Fill the tables: of a package in two formats the first, then the second again; returns layers as a project names them."""
    single, there = [], set()
    for package, paths in packages.items():
        read = [_read(package, path, found) for path in paths]
        there |= {f"{path.name}|layername={one.name}" for path, tables in zip(paths, read, strict=True) for one in tables or ()}
        first = next((tables for tables in read if tables is not None), [])
        found.tables += first
        if len(read) > 1 and all(tables is not None for tables in read):
            found.again += read[1] or []
        if len(paths) == 1:
            single.append(paths[0].name)
    if single:
        what, mend = (
            "packages that are there in one format only.",
            "the rule names .gpkg and .gdb: innoregion dossier write makes both.",
        )
        found.findings.append(Finding("E-DOS-86", what, mend, "warning", file=GIS, seen=single))
    return there


def _folder(path: Path, told: str) -> Iterator[Finding]:
    if not path.is_dir():
        yield Finding("E-DOS-02", "a part of the dossier is missing.", "make the folder and fill it.", file=told)
    elif not any(path.iterdir()):
        yield Finding("E-DOS-09", "a part of the dossier is empty.", "put its documents there.", "warning", file=told)


def _package(path: Path, told: str, endings: list[str], packages: dict[str, list[Path]]) -> Iterator[Finding]:
    there = [path.with_name(f"{path.name}.{ending}") for ending in endings if path.with_name(f"{path.name}.{ending}").exists()]
    if not there:
        mend = f"one of {', '.join(f'{told}.{ending}' for ending in endings)}."
        yield Finding("E-DOS-03", "a package of the GIS dossier is missing.", mend, file=told)
        return
    packages[path.name] = there


def _strangers(folder: Path, rules: Rules) -> Iterator[Finding]:
    known = {str(part).rpartition("/")[2] for part in rules.parts["part"]}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix in {".gpkg", ".gdb"} and path.stem not in known:
            mend = f"packages are {', '.join(sorted(one for one in known if '{' not in one))}."
            yield Finding("E-DOS-08", "a package that no rule knows.", mend, "warning", file=f"{GIS}/{path.name}")
        elif path.suffix not in {".gpkg", ".gdb", ".qgz", *_BESIDE}:
            yield Finding("E-DOS-08", "a file that no rule knows.", "take it out.", "warning", file=f"{GIS}/{path.name}")


def _read(package: str, path: Path, found: Dossier) -> list[DossierTable] | None:
    """The classes of one package; None where it can not be read."""
    import pyogrio  # noqa: PLC0415 - half a second that other commands need not pay

    file = f"{GIS}/{path.name}"
    if not _is_what_it_says(path):
        mend = "put the package itself there, exported anew."
        what = "the package is no GeoPackage or file geodatabase, or a link out of the dossier."
        found.findings.append(Finding("E-DOS-06", what, mend, file=file))
        return None
    try:
        with warnings.catch_warnings():  # what GDAL only warns of, the check tells by itself
            warnings.simplefilter("ignore")
            names = pyogrio.list_layers(path)
            kept = [str(name) for name, kind in names if kind is not None and name not in _OWN_TABLES]
            frames = {name: pyogrio.read_dataframe(path, layer=name, fid_as_index=True) for name in kept}
            declared = {name: _declared(path, name) for name in kept}
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, sqlite3.DatabaseError, ValueError) as problem:
        mend = "open it in QGIS and export it anew."
        found.findings.append(Finding("E-DOS-06", "the package can not be read.", mend, file=file, seen=str(problem)[:200]))
        return None
    for name in (str(name) for name, kind in names if kind is None and name not in _OWN_TABLES):
        mend = "leave it out, or give it a geometry."
        found.findings.append(Finding("E-DOS-12", "a table without geometry.", mend, file=file, layer=f"{package}/{name}"))
    return [DossierTable(package, name, frame, declared=declared[name]) for name, frame in frames.items()]


def _declared(path: Path, name: str) -> Mapping[str, str]:
    """Declared type and length of each field, as the package says."""
    if path.suffix != ".gpkg":
        return _declared_in_geodatabase(path, name)
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
        rows = base.execute("SELECT name, upper(type) FROM pragma_table_info(?)", (name,)).fetchall()
    found = {str(field): _DECLARED.match(str(kind)) for field, kind in rows}
    return {field: f"{kind[1]}({kind[2] or 0})" if kind else "?" for field, kind in found.items()}


def _is_what_it_says(path: Path) -> bool:
    """Whether its content is that of its ending and lies beside it: GDAL opens by content, also what names other files."""
    if not path.resolve().is_relative_to(path.parent.resolve()):
        return False
    if path.suffix == ".gdb":
        return (path / "a00000001.gdbtable").is_file() and not any(one.is_symlink() for one in path.iterdir())
    with path.open("rb") as opened:
        return opened.read(len(_SQLITE)) == _SQLITE


def _declared_in_geodatabase(path: Path, name: str) -> Mapping[str, str]:
    """The same from the definition of the class (XML), which GDAL hands out."""
    import pyogrio  # noqa: PLC0415 - see _read

    whole = str(pyogrio.read_dataframe(path, sql=f"GetLayerDefinition {name}").iloc[0, 0])
    found = {}
    for field_name, kind, letters in _GDB_FIELD.findall(whole):
        known = _GDB_TYPES.get(kind, kind.upper())
        found[html.unescape(field_name)] = (
            f"{known}({0 if int(letters) >= _NO_LENGTH else letters})" if known == "TEXT" else known
        )
    return found


def _known(tables: list[DossierTable], rules: Rules) -> Iterator[DossierTable]:
    """The tables with what the rules know of them: the role, and of land the class, list and stage."""
    cores = [one.name[:-2] if one.name[-2:] in _ENDINGS else one.name for one in tables]
    read = layers.drawing_layers(pd.Series(cores, dtype="object"), own=rules.own)
    status, schemes = set(rules.status["code"]), rules.land["scheme"].to_dict()
    for table, core, name in zip(tables, cores, read.itertuples(), strict=True):
        if table.title in rules.classes.index:
            yield replace(table, role=str(rules.classes.loc[table.title, "role"]))
        elif core.startswith("HT_") and core[3:] in status:
            yield replace(table, role="land", class_id=core[3:], stage="existing")
        elif name.judgement or name.class_id not in schemes:
            yield table
        else:
            stage = str(name.stage) or ("existing" if table.package == "HienTrang" else "")
            yield replace(table, role="land", class_id=str(name.class_id), stage=stage, scheme=schemes[name.class_id])


def _project(path: Path, folder: Path, tables: set[str]) -> Iterator[Finding]:
    """Whether the layers of a project are where it looks for them, and go along when the folder moves."""
    file = f"{GIS}/{path.name}"
    try:
        with zipfile.ZipFile(path) as packed:
            inside = next(one for one in packed.infolist() if one.filename.endswith(".qgs"))
            text = packed.read(inside).decode("utf-8") if inside.file_size < _MOST_BYTES else ""
    except (StopIteration, *geo.ZIP_FAULTS) as problem:
        yield Finding("E-DOS-06", "the project can not be read.", "save it anew in QGIS.", file=file, seen=str(problem)[:200])
        return
    sources = sorted({one.replace("&amp;", "&") for one in _SOURCE.findall(text)})
    files = [one for one in sources if one and "=" not in one.partition("|")[0]]
    away = re.compile(r"/|[A-Za-z]:|\\\\|file:")
    outside = [one for one in files if away.match(one) or not _within(path.parent / one.partition("|")[0], folder)]
    if outside:
        mend = "QGIS: Project properties, save paths relative; keep all data in the dossier."
        yield Finding("E-DOS-07", "the project looks for data outside the dossier.", mend, file=file, seen=outside[:5])
    gone = [one for one in files if one not in outside and not _there(path.parent, one, tables)]
    if gone:
        yield Finding("E-DOS-07", "the project looks for what is not there.", "mend its layers.", file=file, seen=gone[:5])


def _there(folder: Path, source: str, tables: set[str]) -> bool:
    file, _, options = source.partition("|")
    layer = next((one for one in options.split("|") if one.startswith("layername=")), "")
    return (folder / file).exists() and (not layer or f"{Path(file).name}|{layer}" in tables)


def _within(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())
