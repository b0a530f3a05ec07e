"""A browser without a network, and small layers whose pictures are known."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from tests.maps.dossiers import cached_rules

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class Shown:
    """An open page and everything it said or asked for."""

    tab: Any
    noise: list[str] = field(default_factory=list)

    def texts(self, selector: str) -> list[str]:
        return self.tab.evaluate("(s) => [...document.querySelectorAll(s)].map((e) => e.textContent)", selector)

    def tooltip(self, part: str) -> list[str]:
        """Texts of the tooltip; an older one may still be fading out."""
        return self.tab.evaluate(
            "(s) => [...[...document.querySelectorAll('.leaflet-tooltip')].pop().querySelectorAll(s)].map((e) => e.textContent)",
            part,
        )

    def hover(self, lon: float, lat: float) -> None:
        x, y = self.tab.evaluate(
            "([lon, lat]) => { const m = Innoregion.maps[0], p = m.latLngToContainerPoint([lat, lon]),"
            " b = m.getContainer().getBoundingClientRect(); return [p.x + b.x, p.y + b.y]; }",
            [lon, lat],
        )
        self.tab.mouse.move(x - 1, y - 1)
        self.tab.mouse.move(x, y)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(f"no browser here: none of {', '.join(NAMES)} is installed")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is a browser

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def show(browser: Any) -> Iterator[Callable[..., Shown]]:
    """Opens a file with the network cut; a map's page is waited for until its layers are drawn."""
    contexts: list[Any] = []

    def opened(path: Path, *, width: int = 1000, height: int = 700, ready: bool = True, touch: bool = False) -> Shown:
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True, has_touch=touch)
        contexts.append(context)
        shown = Shown(context.new_page())
        context.route("**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort())
        shown.tab.on("console", lambda message: shown.noise.append(message.text[:200]))
        shown.tab.on("pageerror", lambda error: shown.noise.append(str(error)[:200]))
        shown.tab.on("dialog", lambda dialog: (shown.noise.append("dialog"), dialog.dismiss()))
        local = ("file:", "data:", "blob:")
        shown.tab.on("request", lambda request: None if request.url.startswith(local) else shown.noise.append(request.url[:200]))
        shown.tab.goto(path.as_uri())
        if ready:
            shown.tab.wait_for_selector("body[data-ready=yes]", state="attached")
        return shown

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def zones() -> gpd.GeoDataFrame:
    """Thirty squares in New City; jobs 0, 100, 200 ...; one without data, one not reached."""
    cells = [
        shapely.box(106.6 + 0.02 * (at % 6), 11.0 + 0.02 * (at // 6), 106.62 + 0.02 * (at % 6), 11.02 + 0.02 * (at // 6))
        for at in range(30)
    ]
    number = np.arange(30.0)
    return gpd.GeoDataFrame(
        {
            "name_vi": [f"Ô {at}" for at in range(30)],
            "name_en": [f"Zone {at}" for at in range(30)],
            "jobs": number * 100,
            "travel_time_min": np.where(number == 5, np.nan, np.where(number == 6, np.inf, number + 0.3)),
            "jobs_change": np.where(number < 10, -100 * number, np.where(number < 15, 0, 50 * number)),
            "kind": np.where(number < 10, "industrial_park", np.where(number < 25, "housing", "Chợ Đình")),
        },
        geometry=cells,
        crs=4326,
    )


@pytest.fixture
def corridors() -> gpd.GeoDataFrame:
    """Four lines of every certainty."""
    return gpd.GeoDataFrame(
        {
            "name_vi": ["Tuyến A", "Tuyến B", "Tuyến C", "Tuyến D"],
            "mode": ["brt", "brt", "metro", "metro"],
            "status": ["existing", "planned", "under_construction", "superseded"],
            "accuracy_m": [20.0, 1500.0, 300.0, 300.0],
        },
        geometry=[shapely.LineString([(106.6, 11.0 + 0.03 * at), (106.72, 11.0 + 0.03 * at)]) for at in range(4)],
        crs=4326,
    )


@pytest.fixture
def stops() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name_vi": ["Trạm 1", "Trạm 2"], "status": ["existing", "planned"]},
        geometry=gpd.points_from_xy([106.62, 106.7], [11.05, 11.06]),
        crs=4326,
    )


@pytest.fixture
def rules_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of dossiers do not change between tests: checks share one reading of them."""
    monkeypatch.setattr("maps.dossier_check.rules_of", cached_rules)
