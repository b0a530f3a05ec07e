"""Layer names of planners' drawings: stage, class of land and level told by a name as TT 16/2025 builds it."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import pandas as pd

from geo import PlanningDataError, plain_name
from layers.planning_land import land_crosswalk
from layers.planning_rules import OwnRules, dated_rows

STAGES = {"HT": "existing", "QHDD": "first_phase", "QHDH": "long_term", "QH": "planned"}
LEVELS = {"DVO": "unit", "QG": "city", "CV": "city", "CT": "city", "CH": "city"}  # of a residential unit, or above it
SUFFIXES = {"MN": "preschool", "TH": "primary", "THCS": "lower_secondary", "CHO": "market", "TTTM": "market"}
_Names = tuple[dict[str, tuple[str, bool]], dict[str, str]]
_SEPARATORS = re.compile(r"[\s_-]+")


class DrawingLayer(NamedTuple):
    """What a layer's name tells: ``stage`` existing, first_phase, long_term, planned or empty; ``class_id`` of
    `planning_classes`, empty where the name fits none; ``level`` unit, city or empty; ``service`` as norms name it, or empty;
    ``judgement`` whether the class was read from a name that is not the circular's own.
    """

    stage: str
    class_id: str
    level: str
    service: str
    judgement: bool


def drawing_layers(names: pd.Series, *, own: OwnRules = None) -> pd.DataFrame:
    """What each layer name of a drawing tells, on the names' index: columns of `DrawingLayer`.

    Case, accents, blanks and a prefix of an external reference (``plan$0$``) do not matter: "QHDH_DAT_HTXH_Yte_DVO" is
    health of a residential unit in the long term. A name that fits no class keeps an empty ``class_id``; nothing is guessed.
    Errors: E-LAW-03 to E-LAW-05 of ``own``.

    >>> drawing_layers(pd.Series(["QHDH_DAT_HTXH_Truonghoc_MN"])).iloc[0].tolist()
    ['long_term', 'DAT_HTXH_Truonghoc', '', 'preschool', False]
    """
    known, gives = _shipped() if own is None else _names(own)
    told = {name: _read(name, known, gives) for name in dict.fromkeys(names.astype("str"))}
    return pd.DataFrame([told[name] for name in names.astype("str")], index=names.index, columns=DrawingLayer._fields)


def drawing_layer_name(class_id: str, stage: str = "long_term", level: str = "", service: str = "") -> str:
    """The name of a drawing's layer: prefix of the stage, class, suffix of the service or level. Errors: E-LAW-08 no stage.

    >>> drawing_layer_name("DAT_HTXH_Truonghoc", "existing", service="primary")
    'HT_DAT_HTXH_Truonghoc_TH'
    """
    prefixes = {name: prefix for prefix, name in STAGES.items()}
    if stage not in prefixes:
        raise PlanningDataError("E-LAW-08", "no such stage.", seen=stage, mend=f"stages are {', '.join(prefixes)}.")
    suffixes = {name: suffix for suffix, name in reversed(SUFFIXES.items())}
    suffix = suffixes.get(service) or ("DVO" if level == "unit" else "")
    return "_".join(part for part in (prefixes[stage], class_id, suffix) if part)


@cache
def _shipped() -> _Names:
    """The names of the shipped classes, put together once."""
    return _names(None)


def _names(own: OwnRules) -> _Names:
    """What every name is known as, and the service that a class gives by itself."""
    classes = dated_rows("planning_classes", None, own)
    return _known(classes), {str(name): str(service) for name, service in classes["service"].items()}


def _known(classes: pd.DataFrame) -> dict[str, tuple[str, bool]]:
    """Class and whether it is a judgement, by the name in capitals without accents."""
    table = land_crosswalk()
    others = table[(table["from_system"] == "dxf") & (table["choice"] == 1)]
    found = {_plain(name): (to, kind == "judgement") for name, to, kind in others[["from_value", "to_value", "kind"]].to_numpy()}
    return found | {_plain(one): (str(one), False) for one in classes.index}


def _plain(name: str) -> str:
    return "_".join(part for part in _SEPARATORS.split(plain_name(name).upper()) if part)


def _read(name: str, known: dict[str, tuple[str, bool]], gives: dict[str, str]) -> DrawingLayer:
    parts = _plain(name.rsplit("$", 1)[-1]).split("_")
    stage = STAGES.get(parts[0], "")
    parts = parts[1:] if stage else parts
    level = service = ""
    while parts and "_".join(parts) not in known and (parts[-1] in LEVELS or parts[-1] in SUFFIXES):
        level, service = LEVELS.get(parts[-1], level), SUFFIXES.get(parts[-1], service)
        parts = parts[:-1]
    class_id, judgement = known.get("_".join(parts), ("", False))
    return DrawingLayer(stage, class_id, level, service or gives.get(class_id, ""), judgement)
