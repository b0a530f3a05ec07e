"""What a page must say of a workspace: the files behind it, and not what holds of embedded data that were replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import layers

Pair = tuple[str, str]  # Vietnamese, English

_OWN_PEOPLE = (
    "Dân số, việc làm của ô lục giác tính theo số liệu đã nhập ({names}), phần còn lại theo mô hình.",
    "People and jobs of the hexagons follow the imported data ({names}), the rest is modelled.",
)
_TITLES = MappingProxyType(
    {
        "network": ("Đường phố", "Streets"),
        "timetables": ("Biểu đồ chạy xe {}", "Timetable {}"),
        "rasters": ("Ảnh raster {}", "Raster {}"),
    }
)
_PEOPLE = ("population", "units_2025", "jobs")


def notes_in_force(notes: Sequence[Pair], workspace: layers.Workspace | None, *, people: Pair, lines: Pair) -> list[Pair]:
    """The notes without those of data that the workspace replaces: ``people`` of the embedded zones, ``lines`` of today."""
    if workspace is None:
        return list(notes)
    held = [name for name in _PEOPLE if name in workspace.layers]
    own = (_OWN_PEOPLE[0].format(names=", ".join(held)), _OWN_PEOPLE[1].format(names=", ".join(held)))
    kept = [one for one in notes if not (one == lines and workspace.timetables)]
    return [own if one == people and held else one for one in kept]


def files_of(workspace: layers.Workspace | None) -> list[Mapping[str, Any]]:
    """Streets, feeds and rasters of a workspace as rows of the catalogue."""
    return [
        {
            **vars(held),
            "title_vi": _TITLES[held.kind][0].format(held.name),
            "title_en": _TITLES[held.kind][1].format(held.name),
            "source_vi": layers.in_vietnamese(held.source),
            "licence_vi": layers.in_vietnamese(held.licence),
        }
        for held in workspace or ()
        if held.kind in _TITLES
    ]
