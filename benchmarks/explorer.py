# ruff: noqa: INP001, T201 - a script: it prints
"""How fast the explorer answers on the region's real matrices, in headless Chromium with the network off.

    python benchmarks/explorer.py [FOLDER]

Pages (and the matrices they are made of) stay in FOLDER, if one is named. A latency is the time from the browser's own event to
the second frame after it, when the new picture is on the screen; one warm run of CLICKS zones and MOVES of the slider each. On a
busy machine the CPU milliseconds of one answer, browser and driver together, say more than the clock.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from measuring import about

import analyses
import layers
import maps

LINE = "brt_newcity_suoitien"
LIMIT_MIN = 180
CLICKS, MOVES, WARM = 60, 60, 8
DEEPEST = 8  # generations of processes
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--enable-precise-memory-info")
ARM = """() => {
  window.lat = [];
  const seen = (t) => lat.push(performance.now() - t);
  const arm = (e) => { const t = e.timeStamp; requestAnimationFrame(() => requestAnimationFrame(() => seen(t))); };
  document.querySelector('.leaflet-container').addEventListener('click', arm, true);
  document.getElementById('inno-cutoff').addEventListener('input', arm, true);
}"""
PLACE = """(at) => {
  const x = Innoregion.explorers[0], m = x.map, {people} = x.travel;
  const order = [...people.keys()].sort((a, b) => people[b] - people[a]);
  const p = m.latLngToContainerPoint(x.layer.latlng(order[17 * at])), b = m.getContainer().getBoundingClientRect();
  return [p.x + b.x, p.y + b.y, x.state.zone];
}"""


def pages(folder: Path) -> dict[str, Path]:
    """Transit without and with the BRT, and the hard case: car times, all different, at two hours."""
    zones = layers.zones()
    today, planned = layers.transport(), layers.transport(planned=[LINE])
    pairs = {
        "transit": (("transit", today, "07:00"), ("transit", planned, "07:00")),
        "car": (("car", today, "10:00"), ("car", today, "07:00")),
    }
    made = {}
    for name, sides in pairs.items():
        found = [
            analyses.travel_times(network, zones, mode=mode, departure=analyses.Departure(hour), limit_min=LIMIT_MIN)
            for mode, network, hour in sides
        ]
        begun = time.process_time()
        page = maps.explorer(zones, *found, title=name, marks=[maps.points(layers.stations(LINE))])
        made[name] = maps.save(page, folder / f"{name}.html")
        size = made[name].stat().st_size / 1e6
        print(f"{name}: {len(zones):,} zones, {size:.2f} MB, written in {time.process_time() - begun:.1f} CPU s", flush=True)
    return made


def measure(tab: Any, path: Path) -> str:
    """One line of latencies."""
    tab.goto(path.as_uri())
    tab.wait_for_selector("body[data-ready=yes]", state="attached")
    load = tab.evaluate("performance.now()")
    tab.evaluate(ARM)
    used = [browser_cpu_s()]
    clicks = [latency(tab, lambda at=at: click(tab, at)) for at in range(WARM + CLICKS)]
    used.append(browser_cpu_s())
    chosen = moves(tab)
    used.append(browser_cpu_s())
    tab.evaluate("Innoregion.explorers[0].choose(-1)")
    whole = moves(tab)
    used.append(browser_cpu_s())
    heap = tab.evaluate("performance.memory.usedJSHeapSize / 1e6")
    parts = zip(("click", "slider, zone chosen", "slider, all zones"), (clicks, chosen, whole), used, used[1:], strict=False)
    told = "; ".join(_told(name, ms[WARM:], 1000 * (end - start) / len(ms)) for name, ms, start, end in parts)
    return f"{told}; ready after {load:.0f} ms, heap {heap:.0f} MB; load {os.getloadavg()[0]:.1f}"


def _told(name: str, ms: list[float], cpu_ms: float) -> str:
    return f"{name}: median {statistics.median(ms):.0f}, worst {max(ms):.0f} ms, {cpu_ms:.0f} CPU ms"


def browser_cpu_s() -> float:
    """CPU seconds of all processes under this one so far (Linux): drawing included, whatever else the machine does."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        found[int(path.parent.name)] = (int(fields[1]), int(fields[11]) + int(fields[12]))
    ours = {os.getpid()}
    for _ in range(DEEPEST):
        ours |= {pid for pid, (parent, _) in found.items() if parent in ours}
    return sum(found[pid][1] for pid in ours - {os.getpid()}) / os.sysconf("SC_CLK_TCK")


def click(tab: Any, at: int) -> None:
    """Choose the next zone where people live."""
    x, y, _ = tab.evaluate(PLACE, at)
    tab.mouse.click(x, y)


def moves(tab: Any) -> list[float]:
    """Latencies of the slider, up and down."""
    tab.evaluate("const x = Innoregion.explorers[0]; x.set({cut: x.head.start})")
    tab.locator("#inno-cutoff").focus()
    keys = ["ArrowRight"] * 10 + ["ArrowLeft"] * 18 + ["ArrowRight"] * 8
    return [latency(tab, lambda key=key: tab.keyboard.press(key)) for key in (keys * 3)[: WARM + MOVES]]


def latency(tab: Any, act: Any) -> float:
    """Milliseconds from the event to the picture."""
    before = tab.evaluate("lat.length")
    act()
    tab.wait_for_timeout(60)
    while tab.evaluate("lat.length") == before:
        tab.wait_for_timeout(20)
    return float(tab.evaluate("lat[lat.length - 1]"))


def main() -> None:
    """Make the pages, then ask them."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - the group test brings it

    print(about())
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as driver:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else temporary).resolve()
        found = {path.stem: path for path in folder.glob("*.html")} or pages(folder)
        chromium = driver.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        for name, path in found.items():
            tab = chromium.new_context(viewport={"width": 1400, "height": 900}, offline=True).new_page()
            print(f"{name}: {measure(tab, path)}", flush=True)
        chromium.close()


if __name__ == "__main__":
    main()
