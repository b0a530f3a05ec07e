"""What comes after a plan's period is dashed on page, print, picture, in QGIS and in the drawing; schematic is another mark."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ezdxf
import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import analyses
import geo
import maps
from analyses.studies import LandUseBalanceStudy
from geo import METRIC, PlanningDataError
from maps import style
from maps.drawing import DASHED, HATCH, draw, shapes_of
from maps.plan_drawing import save_plan_drawing
from maps.plan_stages import long_term
from maps.vector_layer import VectorLayer

X, Y = 604_000, 1_223_000
NAMES = ["QHDD_DAT_O_Nhomnhao", "QHDH_DAT_HTXH_Yte", "QHDD_DAT_HTXH_CayxanhCC"]  # first phase, long term
CLASSES = [name.split("_", 1)[1] for name in NAMES]


@pytest.fixture
def parcels() -> GeoDataFrame:
    shapes = [shapely.box(X + 100 * at, Y, X + 100 * at + 100, Y + 100) for at in range(3)]
    status = [None, style.LONG_TERM_STATUS, None]
    return GeoDataFrame({"class_id": CLASSES, "status": status}, geometry=shapes, crs=METRIC, index=["a", "b", "c"])


@pytest.fixture
def mark(parcels: GeoDataFrame) -> VectorLayer:
    return maps.choropleth(parcels, "class_id", style=maps.planning_style(CLASSES))


def test_a_parcel_is_of_the_long_term_by_its_status_or_by_the_stages_of_the_drawing(parcels: GeoDataFrame) -> None:
    assert long_term(parcels).tolist() == [False, True, False]
    assert long_term(parcels[["class_id"]].assign(given=NAMES)).tolist() == [False, True, False]
    one_stage = [name.replace("QHDD", "QHDH") for name in NAMES]
    assert not long_term(parcels[["class_id"]].assign(given=one_stage)).any()
    assert style.marks(parcels).tolist() == [0, style.LONG_TERM, 0]


def strokes(axes: Any) -> list[tuple[str, str, bool]]:
    """Fill, edge and whether it is dashed, of every collection."""
    found = []
    for one in axes.collections:
        face = to_hex(one.get_facecolor()[0]) if len(one.get_facecolor()) else ""
        found.append((face, to_hex(one.get_edgecolor()[0]), one.get_linestyle()[0][1] is not None))
    return found


@pytest.mark.parametrize("paper", [True, False])
def test_pictures_and_prints_dash_the_edge_and_keep_the_colour(mark: VectorLayer, parcels: GeoDataFrame, *, paper: bool) -> None:
    axes = Figure().subplots()
    draw(axes, mark.look, shapes_of(mark, parcels), 1, px=1.0, paper=paper)
    wanted = [(color, style.LONG_TERM_EDGE if at == 1 else "#4a4a46", at == 1) for at, color in enumerate(mark.look.colors)]
    assert sorted(strokes(axes)) == sorted(wanted)
    assert {one.get_alpha() for one in axes.collections} == {1.0}
    assert DASHED[1] != (None,)
    lines = maps.lines(
        GeoDataFrame({"status": [style.LONG_TERM_STATUS]}, geometry=[shapely.LineString([(X, Y), (X, Y + 9)])], crs=METRIC)
    )
    other = Figure().subplots()
    draw(other, lines.look, shapes_of(lines, lines.frame), 1, px=1.0, paper=paper)
    assert [dashed for _, _, dashed in strokes(other)] == [True]


def test_a_schematic_parcel_is_hachured_and_not_dashed(parcels: GeoDataFrame) -> None:
    vague = maps.choropleth(parcels.assign(status=None, schematic=True), "class_id", style=maps.planning_style(CLASSES))
    axes = Figure().subplots()
    draw(axes, vague.look, shapes_of(vague, parcels), 1, px=1.0, paper=True)
    assert not any(dashed for _, _, dashed in strokes(axes))
    assert [one.get_hatch() for one in axes.collections].count(HATCH) == 3


def test_qgis_is_told_the_same(mark: VectorLayer) -> None:
    text = maps.qml(mark)
    assert "CASE WHEN coalesce(&quot;status&quot; = 'long_term', false) THEN 'dash' ELSE 'solid' END" in text
    assert "if(coalesce(&quot;status&quot; = 'long_term', false), '29,39,48,255', '74,74,70,255')" in text


def test_the_drawing_has_a_dashed_layer_of_its_own(parcels: GeoDataFrame, tmp_path: Path) -> None:
    balance = analyses.land_use_balance(parcels.assign(class_id=NAMES), None, 1000.0, on="2026-11-22", scheme="QHPK")
    document = ezdxf.readfile(save_plan_drawing(balance, tmp_path / "plan.dxf"))
    lines = {layer.dxf.name: layer.dxf.linetype for layer in document.layers if "DAT_" in layer.dxf.name}
    assert lines == {
        "QH_DAT_O_Nhomnhao": "Continuous",
        "QHDH_DAT_HTXH_Yte": "DASHED",
        "QH_DAT_HTXH_CayxanhCC": "Continuous",
    }
    assert "DASHED" in document.linetypes
    frames = {"A": parcels[["geometry"]]}
    with pytest.raises(PlanningDataError, match="E-CAD-23"):
        geo.write_drawing(frames, tmp_path / "b.dxf", METRIC, dashed=["B"])
    plain = ezdxf.readfile(geo.write_drawing(frames, tmp_path / "b.dxf", METRIC))
    assert "DASHED" not in plain.linetypes


def test_the_legend_of_the_page_names_it(mark: VectorLayer, show: Any, tmp_path: Path) -> None:
    shown = show(maps.save(maps.page(("Dài hạn", "Long term"), mark, background=False), tmp_path / "a.html"))
    assert shown.texts(".inno-legend li .inno-class")[-1] == "dài hạn, sau thời hạn quy hoạch"
    assert shown.texts(".inno-legend li .inno-count")[-1] == "1"
    row = shown.tab.evaluate(
        "() => { const l = Innoregion.maps[0]._inno.find((l) => l.options.role === 'data'), c = l._base,"
        " d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data, seen = [];"
        " const dark = (i) => d[i] < 60 && d[i + 1] < 70 && d[i + 2] < 80 && d[i + 3] === 255;"
        " for (let i = 0; i < d.length; i += 4) if (dark(i)) seen.push(i / 4 % c.width);"
        " return seen; }"
    )
    columns = np.unique(row)
    assert len(columns) > 20  # the dark dashes of the one parcel
    gaps = np.diff(columns)
    assert (gaps > 2).sum() >= 3  # with gaps between them: on its upper and lower edge


def test_a_study_marks_them_on_its_map(parcels: GeoDataFrame) -> None:
    from maps.studies import land_use_balance as pages  # noqa: PLC0415 - the study's own maps, here alone

    keys = {"kind": "land_use_balance", "title_vi": "a", "title_en": "b", "on": "2026-11-22"}
    study = LandUseBalanceStudy.model_validate(keys)
    balance = analyses.land_use_balance(parcels.assign(class_id=NAMES), None, 1000.0, on="2026-11-22", scheme="QHPK")
    sheet = pages._land(study, SimpleNamespace(balance=balance, example=False), "plan", pages.PLAN, "vi", None)
    assert sheet.marks[0].marks.tolist() == [0, style.LONG_TERM, 0]
