"""The pictures of README: screenshots of the built maps in headless Chromium. Run by `make pictures` after `make study`."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = {"gallery": "index.html", "minutes_to_new_city": "maps/minutes_to_new_city.html"}
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def main() -> None:
    """Write tests/pictures/<name>.png from out/."""
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        sys.exit("pictures: no chromium on this machine (Debian: apt install chromium)")
    folder = ROOT / "tests" / "pictures"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=browser_path, args=FLAGS)
        context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
        for name, page_path in PICTURES.items():
            page = context.new_page()
            page.goto((ROOT / "out" / page_path).as_uri())
            page.wait_for_timeout(1500)
            page.screenshot(path=folder / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
