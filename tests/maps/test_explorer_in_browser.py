"""The explorer as a reader meets it: every number on the page is the one Python computes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import analyses
import maps
from geo import format_number
from tests.maps.explored import CUTOFFS_MIN, LIMIT_MIN, times, town
from tests.maps.test_hostile_text import PAYLOADS, RUN, seen

SIDES = ("before", "after")
X = "Innoregion.explorers[0]"
SHOWN = (  # a column of tooltip and table, -1 where not reached
    "x.travel.ids.map((_, f) => { const s = x.layer.shapes, v = s.value(s.head.columns[given[0]], f);"
    " return v === Infinity ? -1 : v; })"
)
COUNTED: dict[str, Any] = {"opportunities": ["jobs", "shops_ha"], "population": "people", "cutoffs_min": CUTOFFS_MIN}


@pytest.fixture(scope="module")
def zones() -> gpd.GeoDataFrame:
    return town()


@pytest.fixture(scope="module")
def both(zones: gpd.GeoDataFrame) -> tuple[analyses.TravelTimes, analyses.TravelTimes]:
    return times(zones)


@pytest.fixture(scope="module")
def file(zones: gpd.GeoDataFrame, both: Any, tmp_path_factory: Any) -> Path:
    page = maps.explorer(zones, *both, **COUNTED, title=("Khám phá", "Explore"), background=False, sides=["Nay", "Mới"])
    return maps.save(page, tmp_path_factory.mktemp("explorer") / "a.html")


@pytest.fixture
def page(file: Path, show: Callable[..., Any]) -> Iterator[Any]:
    shown = show(file)
    yield shown
    assert shown.noise == []


def expected(zones: gpd.GeoDataFrame, both: Any, name: str, cutoff: int, way: str = "from") -> gpd.GeoDataFrame:
    """What `analyses.compare` says of ``name`` within ``cutoff``, beside people alone."""
    minutes = [one.minutes if way == "from" else one.minutes.transpose(0, 2, 1) for one in both]
    turned = [analyses.TravelTimes(one, zones.index, zones.index) for one in minutes]
    return analyses.compare(
        zones[["people", "geometry"]], *(analyses.opportunities_within(one, zones[name], cutoff) for one in turned)
    )


def written(values: Any, digits: int) -> list[str]:
    """Before, after and change as the page writes them."""
    return [format_number(value, digits=digits, signed=at == 2) for at, value in enumerate(values)]


def on_zones(page: Any, zones: gpd.GeoDataFrame, script: str, *given: Any) -> np.ndarray:
    """Numbers of the page, one a zone, in the order of ``zones``."""
    ids, values = page.tab.evaluate(f"(given) => {{ const x = {X}; return [x.travel.ids, Array.from({script})]; }}", list(given))
    return pd.Series(values, index=ids).loc[zones.index].to_numpy()


def ask(page: Any, **state: Any) -> None:
    page.tab.evaluate(f"(state) => {X}.set(state)", state)


def grid(page: Any, selector: str) -> list[list[str]]:
    script = "(s) => [...document.querySelectorAll(s + ' tr')].map((r) => [...r.children].map((c) => c.textContent))"
    return page.tab.evaluate(script, selector)


def test_sums_on_the_page_are_those_of_python_for_every_cutoff_direction_and_side(page: Any, zones: Any, both: Any) -> None:
    for what, name in enumerate(COUNTED["opportunities"]):
        for way in ("from", "to"):
            for cutoff in CUTOFFS_MIN:
                table = expected(zones, both, name, cutoff, way)
                for side in SIDES:
                    told = on_zones(page, zones, "x.travel.reached(...given)", what, side, way, cutoff)
                    assert told == pytest.approx(table[f"{name}_within_{cutoff}min_{side}"].to_numpy(), abs=1e-9)


def test_totals_and_gini_and_who_gains_are_those_of_python(page: Any, zones: Any, both: Any) -> None:
    for cutoff, way in ((45, "from"), (10, "to")):
        ask(page, cut=cutoff, way=way, side="change")  # together: the totals follow whatever else is asked
        table, column = expected(zones, both, "jobs", cutoff, way), f"jobs_within_{cutoff}min"
        means = analyses.comparison_totals(table, people="people").iloc[0]
        gains = analyses.winners_and_losers(table, people="people").iloc[0]
        gini = [analyses.gini(table[f"{column}_{side}"], zones["people"]) for side in SIDES]
        told = grid(page, ".inno-totals .inno-grid")
        assert told[1][1:] == written(means[["mean_before", "mean_after", "mean_change"]], 0)
        wanted = [f"{gini[0]:.3f}", f"{gini[1]:.3f}", f"{gini[1] - gini[0]:+.3f}"]
        assert [text.replace(",", ".").replace("−", "-") for text in told[2][1:]] == wanted
        for row, key in ((4, "better"), (5, "worse")):
            share = format_number(gains[f"{key}_pct"], digits=1)
            assert told[row][1] == f"{format_number(gains[f'{key}_people'], digits=0)} ({share}\u00a0%)"


def test_histogram_and_lorenz_curve_are_those_of_python(page: Any, zones: Any, both: Any) -> None:
    ask(page, what=1, cut=20)
    table = expected(zones, both, "shops_ha", 20)
    parts = "({top: f.top, shares: f.shares.map((s) => [...s]), points: f.curves.map((c) => c.points)})"
    found = page.tab.evaluate(f"() => {{ const f = {X}.found; return {parts}; }}")
    values = [table[f"shops_ha_within_20min_{side}"] for side in SIDES]
    assert found["top"] == pytest.approx(max(one.max() for one in values))
    for at, one in enumerate(values):
        shares, _ = np.histogram(one, bins=20, range=(0, found["top"]), weights=zones["people"])
        assert found["shares"][at] == pytest.approx(shares / zones["people"].sum())
        curve = analyses.lorenz(one, zones["people"]).to_numpy()
        points = np.array(found["points"][at])
        assert np.interp(points[:, 0], *curve.T) == pytest.approx(points[:, 1], abs=1e-9)


def test_classes_on_the_map_are_those_of_the_numbers(page: Any, zones: Any, both: Any) -> None:
    for side, column in (("after", "jobs_within_15min_after"), ("change", "jobs_within_15min_change")):
        ask(page, side=side, cut=15)
        table = expected(zones, both, "jobs", 15)
        breaks = page.tab.evaluate(f"{X}.look().breaks")
        assert (on_zones(page, zones, "x.layer.shapes.codes") == np.searchsorted(breaks, table[column])).all()
        assert sorted(breaks) == breaks


def test_a_click_shows_minutes_from_the_zone_and_a_switch_those_to_it(page: Any, zones: Any, both: Any) -> None:
    page.hover(106.69, 11.05)  # z16
    page.tab.mouse.down()
    page.tab.mouse.up()
    assert page.texts(".inno-picked strong") == ["Ô 16"]
    whole = [np.ceil(one.at()) for one in both]
    seen_words = set()
    for way, axis in (("from", 0), ("to", 1)):
        page.tab.locator(f"input[name=inno-way][value={way}]").check(force=True)
        old, new = (np.take(one, zones.index.get_loc("z16"), axis=axis) for one in whole)
        for number, values in enumerate((old, new)):
            assert list(on_zones(page, zones, SHOWN, number)) == list(np.where(np.isinf(values), -1, values))
        page.tab.locator("input[name=inno-side][value=change]").check(force=True)
        codes = on_zones(page, zones, "x.layer.shapes.codes")
        was, is_now = np.isfinite(old), np.isfinite(new)
        breaks = page.tab.evaluate(f"{X}.look().breaks")
        moved = np.searchsorted(breaks, np.subtract(new, old, where=was & is_now, out=np.zeros(len(old))))
        assert (codes == np.select([was & is_now, ~was & is_now, was & ~is_now], [moved, 253, 254], 255)).all()
        words = page.texts(".inno-key .inno-class")
        for code, word in ((253, "mới tới được"), (254, "không còn tới được"), (255, "không tới được")):
            assert (word in words) == (code in codes)
            seen_words |= {code} & set(codes)
    assert seen_words == {253, 254, 255}


def test_the_box_of_the_chosen_zone_tells_what_is_reached_from_it(page: Any, zones: Any, both: Any) -> None:
    ask(page, zone=page.tab.evaluate(f"{X}.travel.ids.indexOf('z08')"), measure="minutes", cut=45)
    for row, (name, digits) in enumerate((("jobs", 0), ("shops_ha", 1)), start=1):  # so many decimals as the unit has
        line = expected(zones, both, name, 45).loc["z08"]
        assert grid(page, ".inno-picked .inno-grid")[row][1:] == written(line.filter(like="_within_"), digits)
    page.tab.locator(".inno-picked button").click()
    assert page.tab.evaluate(f"{X}.state.zone") == -1
    assert page.tab.evaluate(f"{X}.state.measure") == "reached"


def test_the_tooltip_tells_before_after_and_change(page: Any, zones: Any, both: Any) -> None:
    page.hover(106.69, 11.05)
    line = expected(zones, both, "jobs", 45).loc["z16"]
    told = [text + "\u00a0việc làm" for text in written(line.filter(like="_within_"), 0)]
    assert page.tooltip("td") == [*told, format_number(line["people"], digits=0) + "\u00a0người"]


def test_the_table_and_the_file_hold_what_is_shown(page: Any, zones: Any, both: Any, tmp_path: Path) -> None:
    ask(page, cut=20, side="change")
    page.tab.locator(".inno-explorer .inno-open-table").click()
    table = expected(zones, both, "jobs", 20)
    top = table.sort_values("jobs_within_20min_change", ascending=False).iloc[0]
    row = page.texts(".inno-drawer tbody tr:first-child td")
    assert row[1:4] == [text + "\u00a0việc làm" for text in written(top.filter(like="_within_"), 0)]
    ask(page, cut=15)  # the open table follows
    assert page.texts(".inno-drawer strong") == ["Việc làm trong 15 phút, thay đổi"]
    with page.tab.expect_download() as waiting:
        page.tab.get_by_role("button", name="CSV").click()
    waiting.value.save_as(tmp_path / "a.csv")
    assert waiting.value.suggested_filename == "viec_lam_trong_15_phut_thay_doi.csv"
    file = pd.read_csv(tmp_path / "a.csv").set_index("zone_id").loc[zones.index]
    for name, values in expected(zones, both, "jobs", 15).drop(columns="geometry").items():
        assert (file[name] == values).all(), name


def test_the_address_keeps_the_question(page: Any, file: Path) -> None:
    asked = {"cut": 20, "side": "change", "way": "to", "what": 1, "measure": "minutes"}
    page.tab.evaluate(f"{X}.choose(5)")
    ask(page, **asked)
    page.tab.wait_for_timeout(400)  # until it has settled
    link = page.tab.evaluate("location.hash")
    page.tab.goto("about:blank")
    page.tab.goto(file.as_uri() + link)
    page.tab.wait_for_selector("body[data-ready=yes]", state="attached")
    assert page.tab.evaluate(f"{X}.state") == asked | {"zone": 5}
    assert page.tab.locator("input[name=inno-way][value=to]").is_checked()
    page.tab.evaluate("location.hash = '#side=x&of=__proto__&within=1e9&zone=<img>&way=from'")
    page.tab.wait_for_timeout(50)
    assert page.tab.evaluate(f"{X}.state") == asked | {"zone": -1, "way": "from", "measure": "reached"}


def test_a_zone_is_found_by_name_and_chosen(page: Any) -> None:
    page.tab.locator(".inno-find input").fill("o 17")
    page.tab.keyboard.press("Enter")
    assert page.texts(".inno-picked strong") == ["Ô 17"]
    assert page.tab.evaluate(f"{X}.state.measure") == "minutes"


def test_a_click_on_a_stop_chooses_the_zone_under_it(zones: Any, both: Any, show: Callable[..., Any], tmp_path: Path) -> None:
    stop = gpd.GeoDataFrame({"name_vi": ["Trạm"]}, geometry=gpd.points_from_xy([106.69], [11.05]), crs=4326)
    marks = [maps.points(stop, title="Trạm")]
    shown = show(maps.save(maps.explorer(zones, *both, **COUNTED, marks=marks, background=False), tmp_path / "a.html"))
    shown.hover(106.69, 11.05)
    assert shown.tooltip("strong") == ["Trạm"]
    shown.tab.mouse.down()
    shown.tab.mouse.up()
    assert shown.texts(".inno-picked strong") == ["Ô 16"]
    assert shown.tab.locator(".leaflet-popup").count() == 0
    assert shown.noise == []


def test_the_slider_moves_map_and_numbers_once_a_frame(page: Any) -> None:
    slider = page.tab.locator("#inno-cutoff")
    slider.focus()
    page.tab.keyboard.press("ArrowRight")
    page.tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))")
    assert page.texts(".inno-cutoff output") == [f"{LIMIT_MIN} phút"]
    assert slider.get_attribute("aria-valuetext") == f"{LIMIT_MIN} phút"
    assert page.texts(".inno-key h2") == [f"Việc làm trong {LIMIT_MIN} phút"]


def test_the_keyboard_chooses_a_zone(page: Any) -> None:
    page.tab.locator(".inno-explorer .inno-walk").focus()
    page.tab.keyboard.press("Enter")
    page.tab.keyboard.press("ArrowRight")
    spoken = page.texts("[role=status]")[0]
    page.tab.keyboard.press("Enter")
    assert page.texts(".inno-picked strong") == [spoken.split(";")[0]]


@pytest.mark.parametrize("width", [1400, 390])
def test_nothing_on_the_page_shuts_readers_out(file: Path, show: Callable[..., Any], width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    shown = show(file, width=width, height=844)
    shown.tab.evaluate(f"{X}.choose(7)")
    found = axe.run(shown.tab).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_the_language_switches_and_the_choice_stays(page: Any) -> None:
    ask(page, cut=20, side="change")
    page.tab.click("button[lang=en]")
    assert page.texts(".inno-cutoff output") == ["20 min"]
    assert page.texts(".inno-key h2") == ["Jobs within 20 min, change"]
    assert page.tab.locator("input[name=inno-side][value=change]").is_checked()


def test_one_matrix_makes_a_page_without_change(zones: Any, both: Any, show: Callable[..., Any], tmp_path: Path) -> None:
    shown = show(maps.save(maps.explorer(zones, both[0], **COUNTED, background=False, lang="en"), tmp_path / "a.html"))
    assert shown.tab.locator("input[name=inno-side]").count() == 0
    value = analyses.opportunities_within(both[0], zones["jobs"], 45)["jobs_within_45min"]
    mean = float((value * zones["people"]).sum() / zones["people"].sum())
    assert grid(shown, ".inno-totals .inno-grid")[1][1:] == [format_number(mean, "en", digits=0)]
    assert shown.noise == []


def test_hostile_text_is_shown_and_never_runs(zones: Any, both: Any, show: Callable[..., Any], tmp_path: Path) -> None:
    texts = [*PAYLOADS.values()]
    names = [texts[at % len(texts)] for at in range(len(zones))]
    column = f"{PAYLOADS['image']}{PAYLOADS['script end']}_jobs"
    frame = zones.assign(name_vi=pd.Series(names, zones.index, dtype=object), name_en="Zone", **{column: zones["jobs"]})
    for text in (PAYLOADS["script end"], PAYLOADS["template code"], PAYLOADS["image"], PAYLOADS["prototype"]):
        told = {"title": text, "sides": [text, (text, text)], "subtitle": text, "notes": [text]}
        made = maps.explorer(frame, *both, opportunities=[column, "jobs"], population="people", background=False, **told)
        path = maps.save(made, tmp_path / "a.html")
        assert RUN not in path.read_text("utf8").split("<body>")[1]
        shown = show(path)
        for zone in range(len(zones)) if text == PAYLOADS["image"] else (0,):
            ask(shown, zone=zone, measure="minutes")
            name = shown.tab.evaluate(f"{X}.layer.shapes.name({zone})[0]")
            assert shown.texts(".inno-picked strong") == [seen(name)]
        shown.tab.evaluate(f"Innoregion.tip({X}.layer, 3, {X}.layer.latlng(3))")
        assert shown.texts(".inno-segments span")[:2] == [seen(text), seen(text)]
        assert shown.tab.evaluate("window.__ran") is None
        assert shown.noise == []
