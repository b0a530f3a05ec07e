"""What readers call a class of land of a station's sheet, and its colour: of plans, of status maps, of a drawing's layers."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

import layers
from geo import Label
from maps.balance_words import LEVELS
from maps.words import value_label

NEAREST = {  # classes of the embedded outlines, and the class of plans whose colour they borrow
    "urban": "DAT_O_Nhomnhao",
    "urban_industrial": "DAT_O_Honhop_Nhomo",
    "industrial": "DAT_SX_Congnghiep",
    "science_park": "DAT_DaotaoNC",
    "water": "DAT_KHAC_Songsuoi",
}
_WHITE = "#ffffff"


@lru_cache(maxsize=1024)
def land_name(value: str) -> Label:
    """The name of a class of land; of a drawing's layer with the service or level it tells, of a status code with the code."""
    classes, codes = layers.planning_classes(), layers.land_status_codes().drop_duplicates("code", keep="last").set_index("code")
    class_id, level, service = _drawn(value)
    if class_id in classes.index:
        name = Label(*(str(classes.loc[class_id, f"name_{lang}"]) for lang in ("vi", "en")))
        more = value_label(service) if service and service != classes.loc[class_id, "service"] else LEVELS.get(level)
        return name if more is None else Label(f"{name.vi} ({more.vi})", f"{name.en} ({more.en})")
    if value in codes.index:
        return Label(*(f"{codes[f'name_{lang}'][value]} ({value})" for lang in ("vi", "en")))
    return value_label(value).head()


def land_colors(values: list[str], on: str) -> dict[str, str]:
    """The colour of every class of land: of the class of plans, of the status code, or of the nearest class of plans."""
    classes, codes = layers.planning_classes(on)["color"], layers.land_status_codes(on).set_index("code")["color"]
    known = {**codes.to_dict(), **classes.to_dict()}
    return {one: str(known.get(NEAREST.get(one, one), known.get(_drawn(one)[0], _WHITE))) for one in values}


@lru_cache(maxsize=1024)
def _drawn(value: str) -> tuple[str, str, str]:
    """Class, level and service that the name of a drawing's layer tells; empty where it is none."""
    row = layers.drawing_layers(pd.Series([value], dtype="str")).iloc[0]
    return str(row["class_id"]), str(row["level"]), str(row["service"])
