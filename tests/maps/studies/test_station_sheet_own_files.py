"""A station's sheet from a planner's own files, through the study: every number on the tables and on the page by hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame

import analyses
import layers
from geo import METRIC, PlanningDataError, to_crs, to_wgs84, write
from maps.build import Form, build_study
from tests.ground import per_m2

LINE, A, B = "brt_newcity_suoitien", "brt_newcity_suoitien_01", "brt_newcity_suoitien_02"
EAST_M, SOUTH_M = (float(one) for one in shapely.get_coordinates(to_crs(layers.stations(LINE), METRIC).geometry[A])[0])
GROUND = per_m2(EAST_M, SOUTH_M)
CIRCLE = shapely.Point(EAST_M, SOUTH_M).buffer(1000, quad_segs=64)
STUDY = f"""
kind = "tod_station_sheet"
title_vi = "Trạm của tôi"
title_en = "My stations"
line = "{LINE}"
stations = ["{A}"]
scenario = "brt"
on = "2026-11-22"
cleared = ["DGT"]
destinations = []
[base]
workspace = "mine"
[plan]
file = "plan.gpkg"
id = "ma"
column = "loai"
[buildings]
file = "nha.gpkg"
id = "ma_nha"
column = "so_ho"
[services]
file = "dich_vu.gpkg"
column = "loai"
[population]
years = [2030]
growth = [{{ until = 2030, pct = 3.0 }}]
jobs_growth = [{{ until = 2030, pct = 3.0 }}]
[[scenarios]]
id = "brt"
title_vi = "BRT"
title_en = "BRT"
changes = [{{ change = "AddLine", name = "BRT", stops = "{LINE}", headway_min = 6, commercial_speed_kmh = 23 }}]
"""


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(EAST_M + west, SOUTH_M + south, EAST_M + east, SOUTH_M + north)


SITES = {
    "DGT": box(100, -1200, 140, 1200),  # a road of 40 m from south to north, to be cleared
    "QHDH_DAT_HTXH_Truonghoc_MN": box(-300, 0, -200, 60),  # a preschool of 6,000 m²
    "QHDH_DAT_HTXH_CayxanhCC_DVO": box(-1100, -100, -900, 100),  # a garden of 4 ha that the circle cuts
    "QHDH_DAT_Dichvu_CHO": box(300, 300, 350, 350),  # a market of 2,500 m²
}
HOUSES = {  # where, households
    "core": (box(-60, 0, -50, 10), 3),
    "core_road": (box(110, 0, 130, 20), 5),
    "ring": (box(0, 700, 20, 710), 7),
    "ring_road": (box(90, 800, 105, 820), 11),  # stands on the road with its edge
    "cut_inside": (box(-1010, 0, -980, 10), 13),  # counts by a point inside it
    "cut_outside": (box(-1030, 20, -995, 30), 17),
    "far": (box(1500, 1500, 1520, 1520), 19),
}


def plan() -> GeoDataFrame:
    homes = box(-1300, -1300, 1300, 1300).difference(shapely.union_all(list(SITES.values())))
    frame = {"ma": range(len(SITES) + 1), "loai": ["DAT_O_Nhomnhao", *SITES]}
    return GeoDataFrame(frame, geometry=[homes, *SITES.values()], crs=METRIC)


def houses() -> GeoDataFrame:
    shapes, held = zip(*HOUSES.values(), strict=True)
    return GeoDataFrame({"ma_nha": list(HOUSES), "so_ho": held}, geometry=list(shapes), crs=METRIC)


def services() -> GeoDataFrame:
    places = [shapely.Point(EAST_M, SOUTH_M), shapely.Point(EAST_M + 5000, SOUTH_M)]
    return GeoDataFrame({"loai": ["preschool", "health"], "accuracy_m": 5.0}, geometry=places, crs=METRIC)


FILES = {"plan": plan, "nha": houses, "dich_vu": services}


@pytest.fixture(scope="module")
def place(tmp_path_factory: Any) -> Path:
    """A folder with the study, its files, and a workspace where two stations are exactly placed."""
    folder: Path = tmp_path_factory.mktemp("own")
    stations = to_wgs84(layers.stations(LINE).loc[[A, B]].assign(accuracy_m=0.0))
    told = layers.Provenance(source="survey", licence="own", as_of="2026")
    layers.import_layer(write(stations, folder / "stations.gpkg"), "stations", folder / "mine", told=told)
    for name, make in FILES.items():
        write(make(), folder / f"{name}.gpkg")
    (folder / "mine.toml").write_text(STUDY, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def built(place: Path) -> Path:
    build_study(place / "mine.toml", place / "out", form=Form(paper="none"), step=lambda *_: None)
    return place / "out"


def figures(built: Path) -> pd.DataFrame:
    return pd.read_csv(built / "data/station_figures.csv").query(f"stop_id == '{A}'").set_index(["area", "item", "state"])


def table(built: Path, name: str) -> pd.DataFrame:
    mine = pd.read_csv(built / f"data/{name}.csv").query(f"stop_id == '{A}'")
    return mine.assign(item=mine["planning_norm_id"].str.removeprefix("qcvn01_2021_")).set_index(["item", "state"])


def cells(built: Path, block: str) -> dict[str, list[str]]:
    """The Vietnamese cells of a table of the page, by its first column."""
    text = (built / f"sheets/{A}.html").read_text(encoding="utf-8")
    part = re.search(rf'<section id="{block}">(.*?)</section>', text, re.DOTALL)
    assert part is not None
    rows = re.findall(r"<tr>(.*?)</tr>", part.group(1), re.DOTALL)
    told = [[_vietnamese(cell) for cell in re.findall(r"<t[dh]>(.*?)</t[dh]>", row, re.DOTALL)] for row in rows]
    return {row[0]: row[1:] for row in told if row}


def _vietnamese(cell: str) -> str:
    """What a cell says: the Vietnamese of two languages, or what both say."""
    both = re.search(r'<bdi lang="vi"[^>]*>(.*?)</bdi>', cell, re.DOTALL)
    return re.sub(r"<[^>]+>", "", both.group(1) if both else cell).strip()


def test_buildings_and_households_inside_outside_cut_and_on_cleared_land(built: Path) -> None:
    found = figures(built)["p50"]
    by_hand = {  # all, then those on the road
        "circle": (["core", "core_road", "ring", "ring_road", "cut_inside"], ["core_road", "ring_road"]),
        "core": (["core", "core_road"], ["core_road"]),
    }
    for area, groups in by_hand.items():
        for prefix, names in zip(("", "cleared_"), groups, strict=True):
            assert found[area, f"{prefix}buildings", "today"] == len(names)
            assert found[area, f"{prefix}households", "today"] == sum(HOUSES[name][1] for name in names)
            assert found[area, f"{prefix}footprint_m2", "today"] == pytest.approx(
                GROUND * sum(HOUSES[name][0].area for name in names), rel=1e-5
            )
    shown = cells(built, "resettlement")
    assert shown["Hộ phải tái định cư"] == ["5", "16"]
    assert shown["Công trình phải giải tỏa"] == ["1", "2"]
    assert shown["Hộ gia đình"] == ["8", "39"]
    committee = (built / "committee.html").read_text(encoding="utf-8")
    assert "Số hộ trên đất phải thu hồi" in committee


def test_land_by_class_and_norms_against_the_plan(built: Path) -> None:
    found, norms = figures(built), table(built, "norm_needs")
    zones = layers.zones()
    people = float((zones["population_2019_people"] * zones.intersection(CIRCLE).area / zones.area).sum())
    assert found.loc[("circle", "people", "today"), "p50"] == pytest.approx(people, rel=1e-6)
    assert found.loc[("circle", "DGT_ha", "today"), "p50"] == pytest.approx(GROUND * SITES["DGT"].intersection(CIRCLE).area / 1e4)
    row = norms.loc[("unit_preschool", "2030")]
    needed = 0.6 * people * 1.03**11 / 1e4
    assert row[["needed_ha_p50", "planned_ha_p50", "surplus_ha_p50"]].tolist() == pytest.approx(
        [needed, 0.6 * GROUND, 0.6 * GROUND - needed]
    )
    garden = norms.loc[("unit_green_public_unit", "2030")]
    assert garden["planned_ha_p50"] == pytest.approx(
        GROUND * SITES["QHDH_DAT_HTXH_CayxanhCC_DVO"].intersection(CIRCLE).area / 1e4
    )
    units = np.ceil(people * 1.03**11 / 20_000)
    market = norms.loc[("unit_market", "2030")]
    assert market[["needed_sites_p50", "planned_sites_p50", "met"]].tolist() == [units, 1, "met" if units == 1 else "not_met"]
    assert norms.loc[("unit_primary", "2030"), ["planned_ha_p50", "met"]].tolist() == [0, "not_met"]
    assert norms["plan_covered_pct"].to_numpy() == pytest.approx(100)
    shown = cells(built, "needs")
    assert shown["Trường tiểu học (cấp đơn vị ở)"][-1].startswith("chưa đạt")
    assert shown["Trường tiểu học (cấp đơn vị ở)"][-2].startswith("thiếu ")
    assert f"{0.6 - needed:.2f}".replace(".", ",").lstrip("-") in shown["Trường mầm non (cấp đơn vị ở)"][-2]


def test_coverage_is_that_of_the_files_and_of_the_line(built: Path) -> None:
    covered = table(built, "service_coverage")
    zones = layers.zones()

    def share(shape: shapely.Geometry) -> float:
        held = zones["population_2019_people"] / zones.area
        within = [float((held * zones.intersection(one).area).sum()) for one in (CIRCLE.intersection(shape), CIRCLE)]
        return 100 * within[0] / within[1]

    near = shapely.Point(EAST_M, SOUTH_M).buffer(500)
    preschool = covered.loc[("unit_preschool", "today")]
    assert preschool["crow_pct_p50"] == pytest.approx(share(near), abs=0.8)
    assert preschool["accuracy_m"] == 5
    both = near.union(SITES["QHDH_DAT_HTXH_Truonghoc_MN"].centroid.buffer(500))
    assert covered.loc[("unit_preschool", "planned"), "crow_pct_p50"] == pytest.approx(share(both), abs=0.8)
    assert preschool["households_crow_pct_p50"] == pytest.approx(100 * 8 / 39)
    assert covered.loc[("unit_health_station", "today"), "crow_pct_p50"] == 0  # the file holds one, 5 km away
    assert covered.loc[("unit_primary", "today"), "reason_en"] == "no data"
    stops, later = (covered.loc[("city_stop_walk", state), "crow_pct_p50"] for state in ("today", "planned"))
    assert stops <= later
    shown = cells(built, "coverage")
    assert shown["Trường mầm non (500 m)"][0] == f"{preschool['crow_pct_p50']:.0f}"
    assert shown["Trường tiểu học (500 m)"] == ["chưa có số liệu", "chưa có số liệu"]
    page = (built / f"sheets/{A}.html").read_text(encoding="utf-8")
    assert "tệp dich_vu.gpkg (2 nơi, ± 5 m)" in page
    used = pd.read_csv(built / "data/services_used.csv").set_index(["service", "origin"])
    assert used.loc[("preschool", "file"), "sites"] == 1
    assert used.loc[("preschool", "plan"), "sites"] == 1


BAD: dict[str, tuple[str, Any, str]] = {
    "a class of no table": ("plan", lambda: plan().replace({"loai": {"DGT": "DUONG_LON"}}), "E-SHEET-06"),
    "no column of classes": ("plan", lambda: plan().drop(columns="loai"), "E-STUDY-07"),
    "an id twice": ("plan", lambda: plan().assign(ma=1), "E-STUDY-05"),
    "parcels over each other": ("plan", lambda: plan().assign(geometry=box(0, 0, 500, 500)), "E-POLY-04"),
    "no column of households": ("nha", lambda: houses().drop(columns="so_ho"), "E-STUDY-07"),
    "households below 0": ("nha", lambda: houses().assign(so_ho=-1), "E-SHEET-02"),
    "buildings as points": ("nha", lambda: houses().assign(geometry=houses().centroid), "E-POLY-02"),
    "no rows": ("nha", lambda: houses().iloc[:0], "E-GEOM-03"),
    "the wrong CRS": ("nha", lambda: houses().set_crs("EPSG:5899", allow_override=True), "E-CRS-03"),
    "a service of no norm": ("dich_vu", lambda: services().assign(loai="mầm non"), "E-SHEET-08"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_with_its_code(what: str, place: Path, tmp_path: Path) -> None:
    name, make, code = BAD[what]
    for other, good in FILES.items():
        write((make if other == name else good)(), tmp_path / f"{other}.gpkg")
    (tmp_path / "mine.toml").write_text(STUDY.replace('"mine"', f'"{(place / "mine").as_posix()}"'), encoding="utf-8")
    with pytest.raises(PlanningDataError) as caught:
        analyses.run_study(tmp_path / "mine.toml")
    assert caught.value.code == code, str(caught.value)
