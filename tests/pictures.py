"""The pictures of README: the built maps in headless Chromium, and the project as QGIS draws it where QGIS is installed.

Run by `make pictures` after `make study`.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
WIDE, PHONE = (1280, 760), (390, 780)


def _unmoved(_: Page) -> None:
    """The page as it opens."""


def _asked(page: Page) -> None:
    """The explorer after a click on the zone of the first stop in New City."""
    page.mouse.click(840, 458)


PICTURES: dict[str, tuple[str, tuple[int, int], Callable[[Page], None]]] = {
    "jobs_access": ("maps/jobs_access.html", WIDE, _unmoved),
    "explorer": ("maps/explorer.html", WIDE, _asked),
    "phone": ("maps/isochrones.html", PHONE, _unmoved),
}
QGIS_LAYOUT = "Thời gian đến Thành phố mới"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def _fewer_colours(path: Path, method: Image.Quantize = Image.Quantize.MEDIANCUT) -> None:
    """256 colours are all these maps need, in a third of the bytes."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(256, method=method, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


def _by_qgis(out: Path, target: Path) -> None:
    """The first A3 layout of the project of the first study, drawn by QGIS through its own Python."""
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": ""}
    reader = ROOT / "tests" / "maps" / "qgis_reader.py"
    with tempfile.TemporaryDirectory() as folder:
        request = {"project": str((out / "first_look.qgz").resolve()), "pictures": folder, "layout": QGIS_LAYOUT, "dpi": 78}
        asked = Path(folder) / "request.json"
        asked.write_text(json.dumps([request]), encoding="utf-8")
        ran = subprocess.run(["/usr/bin/python3", reader, asked], capture_output=True, text=True, check=False, env=env)
        if "\n@@" not in ran.stdout:
            sys.stderr.write("pictures: QGIS is not installed here (Debian: apt install python3-qgis qgis-providers)\n")
            return
        shutil.copyfile(Path(folder) / "layout.png", target)
    _fewer_colours(target, Image.Quantize.MAXCOVERAGE)  # a single point keeps its colour


def main() -> None:
    """Write tests/pictures/<name>.png from out/, or from the folder that is named."""
    out = Path(sys.argv[1]) if sys.argv[1:] else ROOT / "out"
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        sys.exit("pictures: no chromium on this machine (Debian: apt install chromium)")
    folder = ROOT / "tests" / "pictures"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=browser_path, args=FLAGS)
        for name, (page_path, (width, height), change) in PICTURES.items():
            page = browser.new_page(viewport={"width": width, "height": height}, offline=True)
            page.goto((out / page_path).as_uri())
            page.wait_for_selector("body[data-ready=yes]", state="attached")
            change(page)
            page.wait_for_timeout(1500)
            page.screenshot(path=folder / f"{name}.png")
            _fewer_colours(folder / f"{name}.png")
        browser.close()
    _by_qgis(out, folder / "qgis.png")


if __name__ == "__main__":
    main()
