"""The gallery of the shipped study in a browser whose network is cut."""

import json
import struct

import pytest

from tests.maps.test_every_mark import SERIOUS, axe

WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAINTED = (
    "() => [...document.querySelectorAll('.inno-canvas')].map((box) => { const c = box.querySelector('canvas'),"
    " d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let painted = 0;"
    " for (let i = 3; i < d.length; i += 4) painted += d[i] > 0; return painted; })"
)
PICTURES = "() => [...document.images].map((image) => [image.complete, image.naturalWidth, image.naturalHeight])"


@pytest.fixture
def maps_of(gallery):
    found = sorted((gallery.folder / "maps").glob("*.html"))
    assert len(found) >= 6
    return found


def test_every_map_opens_without_a_request_or_a_word_is_drawn_and_open_to_every_reader(maps_of, show):
    for path in maps_of:
        shown = show(path)
        painted = shown.tab.evaluate(PAINTED)
        assert len(painted) >= 3, path.name  # the quiet background and what the map is about
        assert min(painted) > 100, path.name
        assert shown.texts("h1")[0].strip(), path.name
        assert shown.texts(".inno-legend"), path.name
        assert serious(shown) == [], path.name
        shown.tab.set_viewport_size({"width": 390, "height": 844})
        assert shown.tab.evaluate(WIDER) <= 0, path.name  # a phone need not be moved sideways
        assert shown.noise == [], path.name


def serious(shown):
    """What keeps a reader out, by axe-core: rule and element."""
    shown.tab.evaluate(axe())
    found = shown.tab.evaluate("axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations)")
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS]


@pytest.mark.parametrize("name", ["index.html", "report.html"])
def test_pages_of_text_are_open_to_every_reader(gallery, show, name):
    shown = show(gallery.folder / name, ready=False)
    assert serious(shown) == []
    shown.tab.set_viewport_size({"width": 390, "height": 844})
    assert shown.tab.evaluate(WIDER) <= 0
    assert shown.noise == []


def test_the_marks_of_the_gallery_are_all_there(maps_of):
    """Curtain, slider, raster, bands, flows, names: a page each that asks the script for it."""
    text = {path.stem: path.read_text(encoding="utf-8") for path in maps_of}
    assert "Innoregion.compare(" in text["jobs_today_and_planned"]
    assert {"hours_of_the_day", "minutes_grid", "isochrones", "first_centre"} <= set(text)
    assert '"role": "labels"' in text["parks_and_helix"]


def test_the_index_opens_without_a_request_and_shows_every_thumbnail(gallery, maps_of, show):
    shown = show(gallery.folder / "index.html", ready=False)
    assert shown.noise == []
    pictures = shown.tab.evaluate(PICTURES)
    sizes = [_size(path) for path in (gallery.folder / "thumbnails").glob("*.png")]
    assert len(sizes) == len(maps_of)
    assert sorted([*sizes, (480, 320)]) == sorted((w, h) for loaded, w, h in pictures if loaded)  # the report has one, too


def _size(png):
    return struct.unpack(">II", png.read_bytes()[16:24])


def test_a_card_leads_to_its_map_and_its_data(gallery, show):
    shown = show(gallery.folder / "index.html", ready=False)
    shown.tab.click("a.map >> nth=0")
    shown.tab.wait_for_selector("body[data-ready=yes]", state="attached")
    assert shown.tab.url.startswith((gallery.folder / "maps").as_uri())
    assert shown.noise == []
    assert min(shown.tab.evaluate(PAINTED)) > 100


def test_the_index_speaks_english_when_asked_to(gallery, show):
    titles = json.loads((gallery.folder / "manifest.json").read_text(encoding="utf-8"))["study"]
    shown = show(gallery.folder / "index.html", ready=False)
    assert [text for text in shown.tab.locator("h1").all_inner_texts() if text] == [titles["title_vi"]]
    shown.tab.click("button[data-lang=en]")
    assert [text for text in shown.tab.locator("h1").all_inner_texts() if text] == [titles["title_en"]]
    assert shown.noise == []
