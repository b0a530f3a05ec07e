"""A planning dossier written as TT 16/2025, Appendix II, has it: folders, packages, classes, fields, styles, QGIS project."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from geopandas import GeoDataFrame
from pyproj import CRS

import layers
from geo import PlanningDataError, geodatabase_names, local_file, nearest_names, to_crs, writable_file, write, write_zip
from maps.dossier_project import dossier_project
from maps.dossier_reading import GIS, PREFIX, Rules, rules_of
from maps.dossier_readme import readme
from maps.qgis_metadata import About
from maps.qgis_packages import Table, write_package
from maps.qml_ import drawn_kind
from maps.style import Style

_SHAPES = {"polygon": "A", "line": "L", "point": "P"}
FORMATS = ("gpkg", "gdb")
Formats = Literal["gpkg", "gdb", "both"]
_NAMED = ("tenDoiTuong", "name_vi", "name", "ten")


@dataclass(frozen=True)
class DossierCodes:
    """The codes that every row carries: of the dossier (79QHC0010001) and of the planning information (792612100001)."""

    dossier: str
    plan: str


@dataclass(frozen=True, eq=False)
class DossierClass:
    """A class as it is written: ``package`` and ``name``, rows with the least fields first, title and look.

    ``aliases``: what columns were called that got a name every format allows.
    """

    package: str
    name: str
    frame: GeoDataFrame
    title: str
    look: Style
    aliases: Mapping[str, str] = field(default_factory=dict)


def write_dossier(  # noqa: PLR0913 - keyword-only parts of one dossier
    folder: str | Path,
    name: str,
    *,
    codes: DossierCodes | tuple[str, str],
    planned: GeoDataFrame,
    boundary: GeoDataFrame,
    existing: GeoDataFrame | None = None,
    terrain: Mapping[str, GeoDataFrame] | None = None,
    markers: GeoDataFrame | None = None,
    class_column: str = "class_id",
    documents: Sequence[str | Path] = (),
    scans: Sequence[str | Path] = (),
    formats: Formats = "both",
    zipped: bool = False,
    on: str | dt.date | None = None,
    own: str | Path | None = None,
) -> Path:
    """Write ``folder/CSDL_<name>`` with its packages, QGIS project and a text to read first; returns its path.

    ``planned``: land and lines with a planning class (`layers.planning_classes`) or a drawing's layer name in ``class_column``;
    ``existing`` the same, or a code of `layers.land_status_codes`. ``terrain`` frames by class (DuongBinhDo, DiemDoCao);
    ``markers`` points; ``boundary`` the area that the land fills. Parts that are not given become empty classes, which the check
    warns of. Every class gets the least fields of `layers.dossier_fields`: the ``codes``, id, name (tenDoiTuong or name_vi),
    class and remark; further columns come along. The CRS is the zone of the province that the codes name. ``documents`` are
    copied into HoSoBASIC, ``scans`` into HoSoScan.

    ``formats``: every package as GeoPackage "gpkg", file geodatabase "gdb" (lengths, aliases in Vietnamese, coordinates on a grid
    of 0.1 mm), or "both", which hold the same: further columns then get names that a geodatabase allows. ``zipped``: also
    ``CSDL_<name>.zip`` beside it. The same input gives the same GeoPackages to the byte; a geodatabase holds random identifiers.
    Names and lengths rest on second-hand rules (``verified=false``), and the dossier says so. Check it with `check_dossier`.
    Errors: E-DOS-60 name, codes or formats, -61 province without a zone, -62 a class in no list, -63 the folder is there already,
    E-CRS-01 a frame without CRS, E-LAW-01 to E-LAW-05.

    The plan's own day ``on`` chooses the rules, ``own`` a planner's rows over them.
    """
    codes = codes if isinstance(codes, DossierCodes) else DossierCodes(*codes)
    rules = rules_of(on, own)
    target = Path(folder) / f"{PREFIX}{name}"
    _check(name, codes, rules, target, formats)
    wanted = FORMATS if formats == "both" else (formats,)
    crs = _zone(codes, rules)
    given = [*_land(planned, "QuyHoach", class_column, rules), ("QuyHoach", "RanhGioiQH", boundary)]
    if existing is not None:
        given += [*_land(existing, "HienTrang", class_column, rules), ("HienTrang", "RanhGioiHT", boundary)]
    given += [("NenDiaHinh", core, rows) for core, rows in (terrain or {}).items()]
    given += [("MocGioi", "MocGioi", markers)] if markers is not None else []
    classes = _classes([(package, core, to_crs(rows, crs)) for package, core, rows in given], codes, rules, crs)
    if "gdb" in wanted:
        classes = [replace(one, **_names_of_both(one.frame)) for one in classes]
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=target.parent) as hidden:
        part = Path(hidden) / target.name
        _fill(part, name, classes, rules, crs, wanted)
        _copy(documents, part / "HoSoBASIC")
        _copy(scans, part / "HoSoScan")
        if zipped:
            _hand_in(part, target)
        part.rename(target)
    return target


def _check(name: str, codes: DossierCodes, rules: Rules, target: Path, formats: str) -> None:
    if formats not in {*FORMATS, "both"}:
        raise PlanningDataError("E-DOS-60", "no such format of packages.", seen=formats, mend="gpkg, gdb or both.")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", name):
        raise PlanningDataError(
            "E-DOS-60", "no name of a dossier.", seen=name, mend="Latin letters, digits, - and _, at most 100."
        )
    for key, value in (("maHoSoQH", codes.dossier), ("maThongTinQH", codes.plan)):
        rule = rules.check.fields.loc[key]
        if not re.fullmatch(str(rule["pattern"]), value):
            mend = f"{rule['note']}, such as {rule['example']}." if rule.get("note") else f"such as {rule['example']}."
            raise PlanningDataError("E-DOS-60", f"{key} is no such code.", seen=value, mend=mend)
    if target.exists():
        raise PlanningDataError(
            "E-DOS-63", "the dossier is there already.", file=target, mend="move it away, or change the name."
        )


def _hand_in(part: Path, target: Path) -> None:
    """The whole folder in a zip beside it; parts without a file are folders in it too."""
    members = {
        f"{path.relative_to(part.parent).as_posix()}{'/' * path.is_dir()}": path.read_bytes() if path.is_file() else b""
        for path in sorted(part.rglob("*"))
    }
    write_zip(target.with_name(f"{target.name}.zip"), members)


def _classes(given: Sequence[tuple[str, str, GeoDataFrame]], codes: DossierCodes, rules: Rules, crs: CRS) -> list[DossierClass]:
    """The classes as they are written, an empty one for each package that has none."""
    classes = [_class(package, core, rows, codes, rules) for package, core, rows in given]
    there = {one.package for one in classes}
    return classes + [_nothing(package, crs, codes, rules) for package in _packages(rules) if package not in there]


def _names_of_both(frame: GeoDataFrame) -> dict[str, Any]:
    """The rows under column names that a geodatabase allows, and what the renamed columns were called."""
    new = geodatabase_names([str(name) for name in frame.columns.drop(frame.geometry.name)])
    changed = {old: name for old, name in new.items() if old != name}
    return {"frame": frame.rename(columns=changed), "aliases": {name: old for old, name in changed.items()}}


def _zone(codes: DossierCodes, rules: Rules) -> CRS:
    zones = rules.check.zones
    found = zones[zones["province_code"] == codes.dossier[:2]]["epsg"].unique()
    if len(found) != 1:
        known = ", ".join(sorted(set(zones["province_code"])))
        mend = f"known are {known}; add it to your own rules, [[vn2000_zones]]."
        raise PlanningDataError("E-DOS-61", "no zone of VN-2000 is known for the province.", seen=codes.dossier[:2], mend=mend)
    return CRS(found[0])


def _land(frame: GeoDataFrame, package: str, column: str, rules: Rules) -> Iterator[tuple[str, str, GeoDataFrame]]:
    """Package, name of the table without its ending, and rows of each class; in the order of the names."""
    prefix = "HT_" if package == "HienTrang" else ""
    if column not in frame:
        known = [str(one) for one in frame.columns if one != frame.geometry.name]
        raise PlanningDataError("E-DOS-62", f"there is no column {column!r} of classes.", mend=nearest_names(column, known))
    values = frame[column].astype("object").where(frame[column].notna(), "").astype(str)
    read = layers.drawing_layers(values, own=rules.own)["class_id"]
    status = set(rules.status["code"]) if prefix else set()
    classes = values.where(values.isin(status) | values.isin(rules.land.index), read)
    if (classes == "").any():
        lost = classes == ""
        raise PlanningDataError(
            "E-DOS-62", "classes that are in no list.", feature_ids=list(frame.index[lost]), seen=sorted(set(values[lost]))[:5],
            mend=nearest_names(values[lost].iloc[0], [*rules.land.index, *status]),
        )  # fmt: skip
    for one in sorted(set(classes)):
        rows = frame[(classes == one).to_numpy()].assign(phanLoai=one)
        yield package, prefix + one, GeoDataFrame(rows)


def _class(package: str, core: str, rows: GeoDataFrame, codes: DossierCodes, rules: Rules) -> DossierClass:
    name = f"{core}_{_SHAPES.get(drawn_kind(rows), 'A')}"
    title, color = _looks(package, name, core, rules)
    look = Style(colors=(color,), outline="#4a4a46", outline_px=0.4, widths=(1.6,), radius=3.0, opacity=1.0)
    if core.startswith("RanhGioi"):
        look = Style(colors=(color,), fill=False, outline_px=2.4, opacity=1.0)
    fallback = core.removeprefix("HT_") if core.startswith(("DAT_", "HT_")) else core
    return DossierClass(package, name, _fields(rows, codes, fallback, title, rules), title, look)


def _looks(package: str, name: str, core: str, rules: Rules) -> tuple[str, str]:
    """Title and colour of a class by the rules."""
    key = f"{package}/{name}"
    if key in rules.classes.index:
        return str(rules.classes.loc[key, "name_vi"]), str(rules.classes.loc[key, "color"])
    bare = core.removeprefix("HT_")
    if bare in rules.land.index:
        return str(rules.land.loc[bare, "name_vi"]), str(rules.land.loc[bare, "color"])
    codes = rules.status.drop_duplicates("code", keep="last").set_index("code")
    return (str(codes.loc[bare, "name_vi"]), str(codes.loc[bare, "color"])) if bare in codes.index else (core, "#9a9a96")


def _fields(rows: GeoDataFrame, codes: DossierCodes, class_id: str, title: str, rules: Rules) -> GeoDataFrame:
    """The least fields first, then what else the rows hold; the rows in their order, counted anew."""
    count = len(rows)
    names = next((rows[one] for one in _NAMED if one in rows), pd.Series(title, index=rows.index))
    ids = rows["maDoiTuong"] if "maDoiTuong" in rows else rows.index.astype(str).to_series(index=rows.index)
    least: dict[str, Any] = {
        "maThongTinQH": [codes.plan] * count,
        "maHoSoQH": [codes.dossier] * count,
        "maDoiTuong": ids.astype(str).to_numpy(),
        "tenDoiTuong": names.astype("object").where(names.notna(), title).astype(str).to_numpy(),
        "phanLoai": rows["phanLoai"].astype(str).to_numpy() if "phanLoai" in rows else [class_id] * count,
        "ghiChu": rows["ghiChu"].astype("object").to_numpy() if "ghiChu" in rows else [None] * count,
    }
    told = {name: pd.Series(least.get(str(name), [None] * count), dtype="object").to_numpy() for name in rules.check.fields.index}
    small = {str(name).casefold() for name in told} | {"fid", "geom"}
    more = {name: rows[name].to_numpy() for name in rows.columns.drop(rows.geometry.name) if str(name).casefold() not in small}
    return GeoDataFrame({**told, **more}, geometry=rows.geometry.to_numpy(), crs=rows.crs)


def _nothing(package: str, crs: CRS, codes: DossierCodes, rules: Rules) -> DossierClass:
    """An empty class, the first of the package by the rules, so that the package is there."""
    own = rules.classes[(rules.classes["part"] == package) & (rules.classes["role"] != "boundary")]
    core = str(own.index[0]).partition("/")[2][:-2] if len(own) else package
    empty = _class(package, core, GeoDataFrame(geometry=[], crs=crs), codes, rules)
    shape = str(own["shape"].iloc[0]) if len(own) else "A"
    return DossierClass(package, f"{core}_{shape}", empty.frame, empty.title, empty.look)


def _packages(rules: Rules) -> list[str]:
    return [str(part).rpartition("/")[2] for part in rules.parts[rules.parts["part_kind"] == "package"]["part"]]


def _fill(folder: Path, name: str, classes: Sequence[DossierClass], rules: Rules, crs: CRS, formats: Sequence[str]) -> None:
    for part in ("HoSoBASIC", "HoSoScan", GIS):
        (folder / part).mkdir(parents=True)
    widths = _widths(rules)
    packages: dict[str, list[Table]] = {}
    project = dossier_project(name, classes, crs, formats[0])
    for one in classes:
        about = About(one.title, lang="vi", sources=project.sources)
        table = Table(one.name, one.frame, about, {"mau_quy_hoach": project.styles[one.package, one.name]}, widths)
        packages.setdefault(one.package, []).append(table)
    for package, tables in packages.items():
        if "gpkg" in formats:
            write_package(folder / GIS / f"{package}.gpkg", tables)
        if "gdb" in formats:
            own = [one for one in classes if one.package == package]
            write({one.name: one.frame for one in own}, folder / GIS / f"{package}.gdb", about=_geodatabase(own, rules))
    project.write(folder / GIS / f"{name}.qgz")
    readme(folder / "DOC_TRUOC.txt", name, classes, rules, crs, formats)


def _widths(rules: Rules) -> dict[str, int]:
    return {str(name): int(rule["field_length"]) for name, rule in rules.check.fields.iterrows()}


def _geodatabase(classes: Sequence[DossierClass], rules: Rules) -> dict[str, dict[str, Any]]:
    """What a geodatabase says of classes and fields: titles and names in Vietnamese, lengths, the kind of an empty class."""
    widths, names = _widths(rules), rules.check.fields["name_vi"]
    least = {name: {"meaning_vi": str(names[name]), "letters": widths[name]} for name in widths}
    kinds = {ending: shape for shape, ending in _SHAPES.items()}
    return {
        one.name: {
            "title_vi": one.title,
            "shape": kinds[one.name[-1]],
            "columns": least | {name: {"meaning_vi": alias} for name, alias in one.aliases.items()},
        }
        for one in classes
    }


def _copy(files: Sequence[str | Path], folder: Path) -> None:
    taken = set[str]()
    for file in files:
        name = unicodedata.normalize("NFC", Path(file).name)
        if name.casefold() in taken:
            mend = "rename one: the dossier holds them in one folder."
            raise PlanningDataError("E-DOS-60", "two documents have one name.", seen=name, mend=mend)
        taken.add(name.casefold())
        shutil.copyfile(local_file(file), writable_file(folder / name))
