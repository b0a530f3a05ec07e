"""The pictures of README: screenshots of the built maps in headless Chromium. Run by `make pictures` after `make study`."""

import shutil
import sys
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
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def _fewer_colours(path: Path) -> None:
    """256 colours are all these maps need, in a third of the bytes."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


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


if __name__ == "__main__":
    main()
