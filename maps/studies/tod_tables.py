"""Tables of the study of TOD as its report shows them: ranges in one cell, "not assessable" said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analyses.studies import TodCorridorFound, TodCorridorStudy
from geo import LANGUAGES, format_number
from maps.sheets import Pair, round3, told
from maps.words import value_label

TODAY, LINE = "today", "line"
ASSUMED = (
    (
        "Mật độ các giai đoạn là giả định của người lập quy hoạch (tệp nghiên cứu), tính trên đất ngoài khu công nghiệp và sông; "
        "nơi hiện đã đông hơn thì giữ nguyên. Đây là sức chứa, không phải dự báo."
    ),
    (
        "Densities of the phases are the planner's assumptions (study file), on ground outside parks and rivers; what is denser "
        "today stays. They are capacity, no forecast."
    ),
)
HEADS: dict[str, Pair] = {
    "name_vi": ("Trạm", "Stop"),
    "state_vi": ("Thời kỳ", "State"),
    "amount_vi": ("Đại lượng", "Amount"),
    "chainage_km": ("Lý trình (km)", "Chainage (km)"),
    "accuracy_m": ("Sai số vị trí (m)", "Accuracy (m)"),
    "central_per_ha": ("D₀ (mỗi ha)", "D₀ (a ha)"),
    "decline": ("b (mỗi km)", "b (a km)"),
    "half_km": ("Giảm một nửa sau (km)", "Halved after (km)"),
    "r2": ("R²", "R²"),
    "tod_today": ("Chỉ số TOD hiện nay", "TOD index today"),
    "tod_last": ("Chỉ số TOD giai đoạn cuối", "TOD index, last phase"),
    "mode": ("Phương thức", "Mode"),
    "mean_before": ("Hiện nay", "Today"),
    "mean_after": ("Sau", "After"),
    "better_people": ("Số người được lợi", "People better off"),
    "worse_people": ("Số người bị thiệt", "People worse off"),
}


def state_names(study: TodCorridorStudy) -> dict[str, Pair]:
    """Today, the line alone, then the phases, as readers know them."""
    phases = {phase.id: (phase.title_vi, phase.title_en) for phase in study.phases}
    return {TODAY: ("Hiện nay", "Today"), LINE: ("Có tuyến, chưa TOD", "Line without TOD"), **phases}


def land_heads(found: TodCorridorFound) -> dict[str, Pair]:
    """Heads of the classes of land in `land`."""
    classes = {str(name).removesuffix("_ha_p50") for name in found.land if str(name).endswith("_ha_p50")}
    named = {name: value_label(name).head() for name in classes}
    return {f"{name}_ha": (f"{label.vi} (ha)", f"{label.en} (ha)") for name, label in named.items()}


def people(study: TodCorridorStudy, found: TodCorridorFound, what: str) -> pd.DataFrame:
    """A row a stop and all of them: today and the phases, each "median (p10–p90)" within the whole circle."""
    rows = found.around[found.around["radius_m"] == study.radii_m[1]].set_index(["state", "stop_id"])
    ids = [*found.stops.index, "all"]
    table = _stops(found)
    table.loc["all"] = ["Các trạm đánh giá được", "All assessable stops"]
    for state in (TODAY, *(phase.id for phase in study.phases)):
        cells = [_range(rows.loc[(state, stop)], what) for stop in ids]
        for at, lang in enumerate(LANGUAGES):
            table[f"{state}_{lang}"] = [pair[at] for pair in cells]
    return table.reset_index(drop=True)


def classes(found: TodCorridorFound, states: Sequence[str]) -> pd.DataFrame:
    """A row a stop: its node–place class in every state, the TOD index today and in the last."""
    table = _stops(found).assign(chainage_km=found.stops["chainage_km"], accuracy_m=found.stops["accuracy_m"])
    rows = found.positions.set_index(["state", "stop_id"])
    for state in states:
        named = [value_label(one) for one in rows.loc[state].loc[table.index, "node_place_class"]]
        table = table.assign(**{f"{state}_vi": [one.vi for one in named], f"{state}_en": [one.en for one in named]})
    for name, state in (("tod_today", states[0]), ("tod_last", states[-1])):
        table[name] = rows.loc[state].loc[table.index, "tod_index"].round(2)
    return table.reset_index(drop=True)


def land(found: TodCorridorFound, radius_m: int) -> pd.DataFrame:
    """A row an assessable stop: median hectares by class of land."""
    rows = found.land[(found.land["radius_m"] == radius_m) & found.land["assessable"]].set_index("stop_id")
    rows = rows[rows.index != "all"]
    held = {name: str(name).removesuffix("_ha_p50") for name in rows if str(name).endswith("_ha_p50") and rows[name].sum() > 0}
    table = _stops(found).loc[rows.index].assign(accuracy_m=rows["accuracy_m"])
    for name, called in held.items():
        table[f"{called}_ha"] = rows[name].round(0)
    return table.reset_index(drop=True)


def access(found: TodCorridorFound, states: Mapping[str, Pair]) -> pd.DataFrame:
    """A row a state and mode: jobs reached on average, before and after, people better and worse off."""
    both = found.totals.merge(found.winners, on=["scenario", "by", "unit_id", "name_vi", "name_en", "measure"])
    both = both[both["unit_id"] == "all"].drop_duplicates(["scenario", "measure"])
    table = pd.DataFrame(
        {
            "state_vi": [states[one][0] for one in both["scenario"]],
            "state_en": [states[one][1] for one in both["scenario"]],
            "mode": [str(one).split("_by_")[1].split("_within")[0] for one in both["measure"]],
        }
    )
    numbers = both[["mean_before", "mean_after", "better_people", "worse_people"]].round(0).reset_index(drop=True)
    return table.join(numbers)


def gradients(found: TodCorridorFound, states: Mapping[str, Pair]) -> pd.DataFrame:
    """The fits by state and amount."""
    table = found.gradients
    amounts = {"people": ("người", "people"), "jobs": ("việc làm", "jobs")}
    named = {
        "amount_vi": [amounts[one][0] for one in table["amount"]],
        "amount_en": [amounts[one][1] for one in table["amount"]],
        "state_vi": [states[one][0] for one in table["state"]],
        "state_en": [states[one][1] for one in table["state"]],
    }
    numbers = {"central_per_ha": table["central_per_ha"].round(1), "decline": table["decline_per_km"].round(3)}
    numbers |= {"half_km": table["half_km"].round(1), "r2": table["r2"].round(2)}
    return pd.DataFrame({**named, **numbers})


def _stops(found: TodCorridorFound) -> pd.DataFrame:
    return pd.DataFrame(found.stops[["name_vi", "name_en"]])


def _range(row: pd.Series, what: str) -> Pair:
    if pd.isna(row[f"{what}_p50"]):
        label = value_label("not_assessable")
        return label.vi, label.en

    def say(lang: str) -> str:
        middle, low, high = (format_number(round3(row[f"{what}_{p}"]), lang, digits=0) for p in ("p50", "p10", "p90"))
        return f"{middle} ({low}–{high})"

    return say("vi"), say("en")


def gradient_text(study: TodCorridorStudy, found: TodCorridorFound) -> Pair:
    """The fitted fall of people a hectare away from the line, today and in the last phase."""
    fits: Any = found.gradients[found.gradients["amount"] == "people"].set_index("state")
    last = study.phases[-1]
    return told(
        "D(d) = D₀·e^(−bd) trong {km} km hai bên tuyến: mật độ dân tại tuyến {d0} người/ha hiện nay, "
        f"{{d1}} ở {last.title_vi}; "
        "giảm {b0} và {b1} mỗi km. R² = {r2} hiện nay: khoảng cách tới tuyến giải thích được ít khi R² thấp.",
        "D(d) = D₀·e^(−bd) within {km} km of the line: {d0} people/ha at the line today, "
        f"{{d1}} in {last.title_en}; falling by "
        "{b0} and {b1} a km. R² = {r2} today: where it is low, the distance to the line explains little.",
        km=study.gradient_km,
        d0=(fits.loc[TODAY, "central_per_ha"], 1),
        d1=(fits.loc[last.id, "central_per_ha"], 1),
        b0=(fits.loc[TODAY, "decline_per_km"], 3),
        b1=(fits.loc[last.id, "decline_per_km"], 3),
        r2=(fits.loc[TODAY, "r2"], 2),
    )
