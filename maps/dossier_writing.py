"""A planning dossier written as TT 16/2025, Appendix II, has it: folders, packages, classes, fields, styles, QGIS project."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame
from pyproj import CRS

import layers
from geo import PlanningDataError, nearest_names, to_crs
from maps.dossier_project import dossier_project
from maps.dossier_reading import GIS, PREFIX, Rules, rules_of
from maps.dossier_readme import readme
from maps.qgis_metadata import About
from maps.qgis_packages import Table, write_package
from maps.qml_ import drawn_kind
from maps.style import Style

_SHAPES = {"polygon": "A", "line": "L", "point": "P"}
_NAMED = ("tenDoiTuong", "name_vi", "name", "ten")


@dataclass(frozen=True)
class DossierCodes:
    """The codes that every row carries: of the dossier (79QHC0010001) and of the planning information (792612100001)."""

    dossier: str
    plan: str


@dataclass(frozen=True, eq=False)
class DossierClass:
    """A class as it is written: ``package`` and ``name``, rows with the least fields first, title and look."""

    package: str
    name: str
    frame: GeoDataFrame
    title: str
    look: Style


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
    on: str | dt.date | None = None,
    own: str | Path | None = None,
) -> Path:
    """Write ``folder/CSDL_<name>`` with its GeoPackages, QGIS project and a text to read first; returns its path.

    ``planned``: land and lines with a planning class (`layers.planning_classes`) or a drawing's layer name in ``class_column``;
    ``existing`` the same, or a code of `layers.land_status_codes`. ``terrain`` frames by class (DuongBinhDo, DiemDoCao);
    ``markers`` points; ``boundary`` the area that the land fills. Parts that are not given become empty classes, which the check
    warns of. Every class gets the least fields of `layers.dossier_fields`: the ``codes``, id, name (tenDoiTuong or name_vi),
    class and remark; further columns come along. The CRS is the zone of the province that the codes name. ``documents`` are
    copied into HoSoBASIC, ``scans`` into HoSoScan. The same input gives the same bytes. Names and lengths rest on second-hand
    rules (``verified=false``), and the dossier says so. Check it with `check_dossier`.
    Errors: E-DOS-60 name or codes, -61 province without a zone, -62 a class in no list, -63 the folder is there already, E-CRS-01
    a frame without CRS, E-LAW-01 to E-LAW-05.

    The plan's own day ``on`` chooses the rules, ``own`` a planner's rows over them.
    """
    codes = codes if isinstance(codes, DossierCodes) else DossierCodes(*codes)
    rules = rules_of(on, own)
    target = Path(folder) / f"{PREFIX}{name}"
    _check(name, codes, rules, target)
    crs = _zone(codes, rules)
    given = [*_land(planned, "QuyHoach", class_column, rules), ("QuyHoach", "RanhGioiQH", boundary)]
    if existing is not None:
        given += [*_land(existing, "HienTrang", class_column, rules), ("HienTrang", "RanhGioiHT", boundary)]
    given += [("NenDiaHinh", core, rows) for core, rows in (terrain or {}).items()]
    given += [("MocGioi", "MocGioi", markers)] if markers is not None else []
    classes = [_class(package, core, to_crs(rows, crs), codes, rules) for package, core, rows in given]
    there = {one.package for one in classes}
    classes += [_nothing(package, crs, codes, rules) for package in _packages(rules) if package not in there]
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=target.parent) as hidden:
        part = Path(hidden) / target.name
        _fill(part, name, classes, rules, crs)
        _copy(documents, part / "HoSoBASIC")
        _copy(scans, part / "HoSoScan")
        part.rename(target)
    return target


def _check(name: str, codes: DossierCodes, rules: Rules, target: Path) -> None:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
        raise PlanningDataError("E-DOS-60", "no name of a dossier.", seen=name, mend="Latin letters, digits, - and _.")
    for field, value in (("maHoSoQH", codes.dossier), ("maThongTinQH", codes.plan)):
        rule = rules.check.fields.loc[field]
        if not re.fullmatch(str(rule["pattern"]), value):
            mend = f"{rule['note']}, such as {rule['example']}." if rule.get("note") else f"such as {rule['example']}."
            raise PlanningDataError("E-DOS-60", f"{field} is no such code.", seen=value, mend=mend)
    if target.exists():
        raise PlanningDataError(
            "E-DOS-63", "the dossier is there already.", file=target, mend="move it away, or change the name."
        )


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


def _fill(folder: Path, name: str, classes: Sequence[DossierClass], rules: Rules, crs: CRS) -> None:
    for part in ("HoSoBASIC", "HoSoScan", GIS):
        (folder / part).mkdir(parents=True)
    widths = {str(field): int(rule["field_length"]) for field, rule in rules.check.fields.iterrows()}
    packages: dict[str, list[Table]] = {}
    project = dossier_project(name, classes, crs)
    for one in classes:
        about = About(one.title, lang="vi", sources=project.sources)
        table = Table(one.name, one.frame, about, {"mau_quy_hoach": project.styles[one.package, one.name]}, widths)
        packages.setdefault(one.package, []).append(table)
    for package, tables in packages.items():
        write_package(folder / GIS / f"{package}.gpkg", tables)
    project.write(folder / GIS / f"{name}.qgz")
    readme(folder / "DOC_TRUOC.txt", name, classes, rules, crs)


def _copy(files: Sequence[str | Path], folder: Path) -> None:
    for file in files:
        shutil.copyfile(file, folder / Path(file).name)
