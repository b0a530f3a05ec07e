"""A plan as a drawing: layers named and coloured as TT 16/2025 asks, parcels as hatches."""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path

import numpy as np
from geopandas import GeoDataFrame

import layers
from analyses import LandUseBalance
from geo import write_drawing
from maps.plan_stages import long_term
from maps.planning_style_ import UNKNOWN_ACI, planning_style

BOUNDARY, BOUNDARY_ACI = "BV_Rg_lapquyhoach", 1  # the circular's layer of the planning boundary
_STAGE = re.compile(r"^(QHDD|QHDH|QH|HT)_")  # what a drawing's layer of a stage begins with
_NOT_ALLOWED = re.compile(r'[<>/\\":;?*|=`,\x00-\x1f]')


def save_plan_drawing(balance: LandUseBalance, path: str | Path, *, stage: str = "long_term") -> Path:
    """Write the parcels of a balance as .dxf (R2010, metres) and return its path: as they were counted, without overlaps.

    Planned parcels lie on layers ``QHDH_DAT_...`` (``stage`` as of `layers.drawing_layer_name`), existing ones on ``HT_DAT_...``,
    the boundary on ``BV_Rg_lapquyhoach``. A layer has the colour number of its class; classes in no table keep their own name.
    Parcels after the plan's period (`maps.plan_stages.long_term`) lie on layers of the long term, QHDH, whose lines are dashed;
    the others of such a plan on those of its period, QH.
    Errors: E-LAW-08 no stage, those of `geo.write_drawing`.
    """
    look = planning_style()
    numbers = {str(name): aci for name, aci in zip(look.categories, look.aci, strict=True)}
    frames: dict[str, GeoDataFrame] = {}
    colours = {BOUNDARY: BOUNDARY_ACI}
    sides = ((balance.plan, stage), *(((balance.status, "existing"),) if balance.status is not None else ()))
    dashed: set[str] = set()
    for parcels, one in sides:
        there = parcels[~parcels.is_empty]
        later = long_term(there) if one != "existing" else np.zeros(len(there), bool)
        stages = [("long_term" if after else "planned") if later.any() else one for after in later]
        rows = there[["class_id", "given", "level", "service"]].to_dict("records")
        names = [_name(row, stage, staged=bool(later.any())) for row, stage in zip(rows, stages, strict=True)]
        dashed |= {name for name, after in zip(names, later, strict=True) if after}
        for name in sorted(set(names)):
            part = there[[other == name for other in names]]
            frames[name] = GeoDataFrame(geometry=part.geometry)
            colours[name] = numbers.get(str(part["class_id"].iloc[0]), UNKNOWN_ACI)
    frames[BOUNDARY] = GeoDataFrame(geometry=balance.boundary.boundary)
    return write_drawing(frames, path, str(balance.plan.crs), aci=colours, dashed=sorted(dashed))


def _name(row: dict[Hashable, object], stage: str, *, staged: bool) -> str:
    class_id, given = str(row["class_id"]), _NOT_ALLOWED.sub("_", str(row["given"])) or "KHONG_RO"
    if class_id:
        return layers.drawing_layer_name(class_id, stage, str(row["level"]), str(row["service"]))
    if staged:
        return layers.drawing_layer_name(_STAGE.sub("", given), stage)
    known = layers.drawing_layer_name(given, stage)
    return given if given.startswith(known.split("_", 1)[0]) else known
