"""QGIS as a reader of our files: found on the machine, asked through its own Python in another process."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from PIL import Image

PYTHON = "/usr/bin/python3"  # Debian's python3-qgis belongs to the system's Python
READER = Path(__file__).with_name("qgis_reader.py")
_ENV = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": "/tmp", "PYTHONPATH": ""}  # noqa: S108 - Qt's own wish


@cache
def missing() -> str:
    """Why there is no QGIS to ask; nothing where there is one."""
    try:
        ran = subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, check=False, env=_ENV)
    except OSError:
        return f"no {PYTHON} here"
    return "QGIS with PyQGIS is not installed here (Debian: apt install python3-qgis qgis-providers)" if ran.returncode else ""


needs_qgis = pytest.mark.skipif(bool(missing()), reason=missing() or "QGIS is here")


def asked(requests: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """What QGIS answers to the requests of qgis_reader.py."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "request.json").write_text(json.dumps([{"pictures": str(folder), **one} for one in requests]), encoding="utf-8")
    ran = subprocess.run(
        [PYTHON, READER, folder / "request.json"], capture_output=True, text=True, check=False, env=_ENV, timeout=300
    )
    assert "\n@@" in ran.stdout, ran.stderr[-2000:]
    return json.loads(ran.stdout.split("\n@@")[1])


def color_at(picture: dict[str, Any], point: shapely.Point) -> tuple[int, int, int]:
    """The colour of the picture at a place in the project's CRS."""
    west, south, east, north = picture["extent"]
    with Image.open(picture["file"]) as image:
        wide, high = image.size
        x, y = (point.x - west) / (east - west) * wide, (north - point.y) / (north - south) * high
        return image.convert("RGB").getpixel((int(x), int(y)))


def blended(color: str, opacity: float) -> tuple[float, ...]:
    """A colour of the page on white at this opacity."""
    return tuple(opacity * int(color[at : at + 2], 16) + (1 - opacity) * 255 for at in (1, 3, 5))


def near(found: tuple[int, ...], wanted: tuple[float, ...], by: float = 2.0) -> bool:
    return bool(np.abs(np.subtract(found, wanted)).max() <= by)
