"""Drawings on paper: size, true scale, embedded fonts, legends as on the web page, same bytes, clear refusals."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.patches import Rectangle

import maps
from geo import METRIC, PlanningDataError
from maps.paper import PAPERS, Sheet, blank
from maps.print_column import Column
from maps.prints import _scale, map_panel

EAST, NORTH = 600_000.0, 1_220_000.0
VIETNAMESE = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"


def squares(count: int = 4, side: float = 5_000) -> gpd.GeoDataFrame:
    boxes = [shapely.box(EAST + at * side, NORTH, EAST + (at + 1) * side, NORTH + side) for at in range(count)]
    columns = {"name_vi": [f"Ô số {at}" for at in range(count)], "jobs": [1, 10, 100, 1000][:count], "as_of": "2022"}
    return gpd.GeoDataFrame(columns, geometry=boxes, crs=METRIC)


def page(**options: object) -> maps.Page:
    mark = maps.choropleth(squares(), "jobs")
    return maps.page(("Việc làm", "Jobs"), mark, subtitle=("Tệp thử", "A test"), sources=["Nguồn {{ 1+1 }} $x$"], **options)


def written(made: maps.Page, path: Path, **options: object) -> str:
    """All texts and drawing commands of the PDF."""
    data = maps.save_pdf(made, path, **options).read_bytes()  # type: ignore[arg-type]
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, flags=re.DOTALL)
    return "\n".join(_inflated(stream) for stream in streams) + data.decode("latin1")


def _inflated(stream: bytes) -> str:
    try:
        return zlib.decompress(stream).decode("latin1")
    except zlib.error:
        return ""


@pytest.mark.parametrize("paper", ["A3", "A0"])
def test_paper_and_fonts(tmp_path: Path, paper: str) -> None:
    text = written(page(), tmp_path / "map.pdf", paper=paper)
    box = [float(value) for value in re.findall(r"/MediaBox \[ ?([\d. ]+)\]", text)[0].split()]
    assert np.allclose(np.array(box[2:]) / 72 * 25.4, PAPERS[paper], atol=0.1)
    assert len(re.findall(r"/FontFile2", text)) == len(re.findall(r"/Type /FontDescriptor", text)) > 0
    assert "/Subtype /Image" not in text  # all vector
    assert "/CreationDate" not in text


def test_the_font_has_every_vietnamese_letter() -> None:
    for weight in ("normal", "bold"):
        font = get_font(findfont(FontProperties(family="DejaVu Sans", weight=weight)))
        assert all(font.get_char_index(ord(letter)) for letter in VIETNAMESE + VIETNAMESE.upper() + "²–…")


def test_same_bytes(tmp_path: Path) -> None:
    one = maps.save_pdf(page(), tmp_path / "a.pdf").read_bytes()
    assert one == maps.save_pdf(page(), tmp_path / "b.pdf").read_bytes()
    assert one != maps.save_pdf(page(), tmp_path / "c.pdf", lang="en").read_bytes()


@pytest.mark.parametrize(("paper", "scale"), [("A3", None), ("A3", 250_000), ("A0", None), ("A1", 100_000)])
def test_a_kilometre_is_as_long_on_paper_as_the_scale_says(paper: str, scale: int | None) -> None:
    figure = blank(paper)
    denominator, system = map_panel(Sheet(figure, paper, "vi"), page(), scale)
    assert scale in (None, denominator)
    assert system.startswith("VN-2000")
    axes = figure.axes[0]
    ends = axes.transData.transform([(EAST, NORTH), (EAST + 10_000, NORTH), (EAST, NORTH + 10_000)])
    for end in ends[1:]:
        assert np.hypot(*(end - ends[0])) / figure.dpi * 25.4 == pytest.approx(10_000_000 / denominator, rel=1e-9)
    window = axes.get_window_extent()
    corners = axes.transData.transform([(EAST, NORTH), (EAST + 20_000, NORTH + 5_000)])
    assert (corners[0] > window.min).all()  # all of it is on the sheet
    assert (corners[1] < window.max).all()


def test_the_scale_bar_is_true() -> None:
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasPdf(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    column = Column(axes, 254, 254, 1.0, "vi")
    column.bottom = 0.0
    column._scale_box(200_000, "VN-2000")
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert len(bars) == 4
    length_km = sum(bar.get_width() for bar in bars) * 200_000 / 1e6
    said = [text.get_text() for text in axes.texts if text.get_text().endswith(" km")]
    assert said == [f"{length_km:.0f} km"]
    assert "Tỷ lệ 1:200.000" in {text.get_text() for text in axes.texts}


def test_round_scales() -> None:
    assert [_scale(least, None) for least in (90_000, 100_000, 101_000, 390_000, 999_999)] == [
        100_000, 125_000, 125_000, 500_000, 1_250_000,
    ]  # fmt: skip
    assert _scale(5, 10) == 10


def test_the_legend_holds_the_classes_of_the_map() -> None:
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasPdf(figure)
    mark = maps.choropleth(squares(), "jobs")
    made = maps.page(("Việc làm", "Jobs"), mark, background=False, notes=["x " * 30_000, "y"])
    column = Column(figure.add_axes((0, 0, 1, 1)), 92, 270, 1.0, "vi")
    column.fill(made, [mark], (100_000, "VN-2000"), [], "QH-01")
    texts = [text.get_text() for text in column.axes.texts]
    labels = [row[2].vi for row in mark.look.legend(mark.look.codes(mark.frame))]
    assert [text for text in texts if text in labels] == labels
    assert "Bản vẽ số: QH-01" in texts
    assert "… (đầy đủ trong bản web)" in texts  # what does not fit is said
    assert min(text.get_position()[1] for text in column.axes.texts) > 0


def test_a_raster_is_drawn_where_it_lies() -> None:
    cells = np.array([[1.0, 2.0], [3.0, np.nan]])
    mark = maps.raster(cells, "elevation_m", bounds=(106.6, 11.0, 106.8, 11.2), crs="EPSG:4326", scheme=[1, 2])
    figure = blank("A4")
    map_panel(Sheet(figure, "A4", "vi"), maps.page("x", mark, background=False), None)
    picture = figure.axes[0].get_images()[0]
    array, (west, east, south, north) = np.asarray(picture.get_array()), picture.get_extent()
    east_m, north_m = 603_000, 1_226_000  # about 106°41.6' E, 11°05' N in EPSG:9210: south-west of the middle
    row = int((north - north_m) / (north - south) * array.shape[0])
    column = int((east_m - west) / (east - west) * array.shape[1])
    color = mark.look.color(mark.look.codes_of(np.array([3.0]))[0])
    assert bytes(array[row, column, :3]).hex() == color[1:].lower()
    assert array[-1, -1, 3] == 0  # beyond its edge nothing is drawn


def test_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanningDataError, match="E-PRINT-01"):
        maps.save_pdf(page(), tmp_path / "x.pdf", paper="B2")
    with pytest.raises(PlanningDataError, match="E-PRINT-02"):
        maps.save_pdf(page(), tmp_path / "x.pdf", scale=1000)
    with pytest.raises(PlanningDataError, match="E-PRINT-03"):
        maps.save_pdf(maps.page("leer"), tmp_path / "x.pdf")
    with pytest.raises(PlanningDataError, match="E-MAP-08"):
        maps.save_pdf(page(), tmp_path / "x.pdf", lang="fr")
    assert not list(tmp_path.iterdir())


def test_of_two_maps_under_a_curtain_paper_shows_the_second(tmp_path: Path) -> None:
    look = maps.classify(squares()["jobs"])
    before, after, alone = (maps.choropleth(squares(), "jobs", style=look, title=title) for title in ("Trước", "Sau", "Sau"))
    compared = maps.save_pdf(maps.page("Một", maps.swipe(before, after)), tmp_path / "a.pdf").read_bytes()
    assert compared == maps.save_pdf(maps.page("Một", alone), tmp_path / "b.pdf").read_bytes()
