"""Everything of one study into one folder: layers, results, maps, gallery, manifest. The old folder stays whole until the end."""

from __future__ import annotations

import hashlib
import json
import tempfile
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from geopandas import GeoDataFrame

import analyses
import layers
from geo import PlanningDataError, write, write_text
from maps.gallery import Card, write_gallery
from maps.offline import save
from maps.progress import Step
from maps.region_sheets import region_sheets
from maps.sheets import STUDY, Sheet
from maps.study_sheets import study_sheets
from maps.thumbnail_ import thumbnail

MANIFEST = "manifest.json"
_REGION_SHEETS = 4
_STUDY_SHEETS = 3  # and one a destination


def build_study(name: str, out: Path, *, lang: str, step: Step) -> Path:
    """Run the study ``name`` and put all its files into ``out``; returns the gallery's path.

    Everything is written beside ``out`` first and moved in at the end, so that a failure, a full disk or Ctrl-C leaves the
    folder as it was. Files of an earlier run (listed in its manifest) that are no longer made go; other files stay.
    Errors: what `read_study` and the analyses refuse, E-OUT-02 where ``out`` is a file, E-OUT-03 where a folder stands in a
    file's way.
    """
    study = analyses.read_study(name)
    if out.exists() and not out.is_dir():
        raise PlanningDataError("E-OUT-02", "the output is a file, not a folder.", file=out, mend="choose another --out.")
    out.parent.mkdir(parents=True, exist_ok=True)
    mounted = out.is_dir() and out.stat().st_dev != out.parent.stat().st_dev  # files can not be moved in from another disk
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out if mounted else out.parent) as folder:
        _fill(Path(folder), study, lang, step)
        _move_in(Path(folder), out)
    return out / "index.html"


def _fill(folder: Path, study: analyses.Study, lang: str, step: Step) -> None:
    names = list(layers.catalogue().index)
    total = len(names) + len(analyses.STEPS) + _REGION_SHEETS + _STUDY_SHEETS + len(study.destinations) + 1
    done = iter(range(total + 1))

    def say(what: str) -> None:
        step(what, next(done), total)

    ground = _ground(study)  # first: a study that names what there is not stops before anything is written
    for name in names:
        say(f"layer {name}")
        _write_frame(layers.get(name), folder / "layers" / name)
    found = analyses.region_study(study, ground, lambda part: say(f"study: {part}"))
    cards = []
    for sheet in (*region_sheets(ground.zones, lang=lang), *study_sheets(study, ground, found, lang=lang)):
        say(f"map {sheet.name}")
        cards.append(_card(folder, sheet, lang))
    say("gallery")
    cards += [_tables(folder, found), _layers_card(names, folder)]
    write_gallery(folder, cards, lang=lang, title=(study.title_vi, study.title_en))
    _write_manifest(folder, study)
    say("done")


def _ground(study: analyses.Study) -> analyses.Ground:
    return analyses.Ground(
        zones=layers.zones(),
        centres=layers.centres(),
        stops=layers.stations(study.planned_line),
        land_use=layers.land_use(),
        today=layers.transport(),
        planned=layers.transport(planned=[study.planned_line]),
    )


def _write_frame(frame: pd.DataFrame, path: Path) -> dict[str, str]:
    """The frame as CSV and, with geometry, as GeoJSON; caption → path from the study's folder."""
    written = {"CSV": write(frame, path.with_suffix(".csv"))}
    if isinstance(frame, GeoDataFrame):
        written["GeoJSON"] = write(frame, path.with_suffix(".geojson"))
    return {kind: file.relative_to(path.parents[1]).as_posix() for kind, file in written.items()}


def _card(folder: Path, sheet: Sheet, lang: str) -> Card:
    save(sheet.page, folder / "maps" / f"{sheet.name}.html", lang=lang)
    *under, top = sheet.marks
    thumbnail(
        top if not under else under[0], path=folder / "thumbnails" / f"{sheet.name}.png", over=(*under[1:], top) if under else ()
    )
    data = _write_frame(sheet.data, folder / "data" / sheet.name)
    return Card(
        title=sheet.title,
        text=sheet.text,
        map=f"maps/{sheet.name}.html",
        thumbnail=f"thumbnails/{sheet.name}.png",
        geojson=data.get("GeoJSON"),
        csv=data["CSV"],
        group=sheet.group,
    )


def _tables(folder: Path, found: analyses.RegionStudy) -> Card:
    tables = {
        "axis": found.axis,
        "people_reached": found.reached,
        "stops_people_jobs": found.stops_people,
        "stops_land": found.stops_land,
    }
    files = {f"{name}.csv": _write_frame(table, folder / "data" / name)["CSV"] for name, table in tables.items()}
    ways = _write_frame(found.axis_ways, folder / "data" / "axis_ways")
    files["axis_ways.geojson"] = ways["GeoJSON"]
    text = (
        "Bảng của nghiên cứu: trục, dân số tới được, khu vực quanh các trạm (khoảng p10–p90).",
        "Tables of the study: the axis, people reached, round the stops (ranges p10–p90).",
    )
    return Card(title=("Bảng số liệu", "Tables"), text=text, group=STUDY, files=files)


def _layers_card(names: list[str], folder: Path) -> Card:
    about = layers.catalogue()
    files = {
        (about["title_vi"][name], about["title_en"][name]): next(
            path for kind in ("geojson", "csv") if (folder / (path := f"layers/{name}.{kind}")).exists()
        )
        for name in names
    }
    text = (
        f"{len(names)} lớp dữ liệu, mỗi lớp có nguồn, tình trạng, thời điểm và độ chính xác (innoregion layers).",
        f"{len(names)} layers, each with source, status, date and accuracy (innoregion layers).",
    )
    group = ("Dữ liệu", "Data")
    return Card(title=("Các lớp dữ liệu", "Layers"), text=text, group=group, files=files)


def _write_manifest(folder: Path, study: analyses.Study) -> None:
    """What was made, with what: SHA-256 of every file, versions, the study's parameters."""
    files = {path.relative_to(folder).as_posix(): _digest(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    used = {name: version(name) for name in ("innoregion", "geopandas", "shapely", "pyproj", "numpy", "numba", "folium")}
    table = {"study": study.model_dump(), "versions": used, "files": files}
    write_text(folder / MANIFEST, json.dumps(table, ensure_ascii=False, indent=1) + "\n")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _move_in(new: Path, out: Path) -> None:
    """Put the finished files in place and take away those of the earlier run that are not made any more."""
    before = _listed(out)
    files = [path.relative_to(new) for path in sorted(new.rglob("*")) if path.is_file() and path.name != MANIFEST]
    for folder in sorted({(out / file).parent for file in files}):  # a name that is taken shows before anything moves
        folder.mkdir(parents=True, exist_ok=True)
    taken = [out / file for file in (*files, Path(MANIFEST)) if (out / file).is_dir()]
    if taken:
        raise PlanningDataError(
            "E-OUT-03", "a folder stands where a file is to go.", file=taken[0], mend="move it away, or choose another --out."
        )
    for file in (*files, Path(MANIFEST)):  # the manifest last: what it lists is there
        (new / file).replace(out / file)
    for name in before - {file.as_posix() for file in files}:
        (out / name).unlink(missing_ok=True)


def _listed(out: Path) -> set[str]:
    """Files of an earlier run: those its manifest lists and that lie inside the folder; none where it is no manifest of ours."""
    try:
        table = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        listed = set(table["files"]) if table["versions"]["innoregion"] else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    root = out.resolve()
    return {name for name in listed if (root / name).resolve().is_relative_to(root)}
