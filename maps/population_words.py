"""How people of coming years were brought about, in words: the method, its formula and source, its figures, whose they are."""

from __future__ import annotations

from collections.abc import Mapping

from analyses import PopulationProjection
from analyses.studies import PeopleToCome
from geo import Label, format_number
from maps.report import Section

_METHODS = {
    "exponential": Label(
        "tăng theo hàm mũ, P = P₀·Π(1 + r)ⁿ (Shryock, Siegel 1976)",
        "exponential growth, P = P₀·Π(1 + r)ⁿ (Shryock & Siegel 1976)",
    ),
    "logistic": Label(
        "logistic tới sức chứa K, P = K / (1 + (K/P₀ − 1)·Π(1 + r)⁻ⁿ) (Verhulst 1838)",
        "logistic up to a capacity K, P = K / (1 + (K/P₀ − 1)·Π(1 + r)⁻ⁿ) (Verhulst 1838)",
    ),
    "jobs_led": Label(
        "theo việc làm, P = P₀ + ΔJ·(1 − i) / ((1 − o)·a) (cơ sở kinh tế, công thức nêu tại đây)",
        "led by jobs, P = P₀ + ΔJ·(1 − i) / ((1 − o)·a) (economic base, stated here)",
    ),
}
_PLANNERS = Label(
    "giả định của người lập nghiên cứu, không phải dự báo được duyệt", "the planner's assumption, no approved forecast"
)
_HEADS = {
    "year": ("Năm", "Year"),
    "people": ("Dân số (người)", "People"),
    "before_people": ("Trước khi khớp tổng", "Before the totals"),
}


def projection_note(told: PeopleToCome, projection: PopulationProjection) -> Label:
    """One sentence of method, formula, source, figures, control totals and whose figures they are."""
    return Label(*(_sentence(told, projection, lang) for lang in ("vi", "en")))


def jobs_note(told: PeopleToCome) -> Label:
    """How the jobs grow, and whose figures these are."""
    vi, en = (", ".join(_rates(told, lang, of_jobs=True)) for lang in ("vi", "en"))
    return Label(f"Việc làm: tăng {vi}; {_whose(told).vi}.", f"Jobs: growth {en}; {_whose(told).en}.")


def projection_section(told: PeopleToCome, projection: PopulationProjection) -> Section:
    """People by year as a table, under the sentence of the method."""
    fits = projection.fits
    kept = ["people"] if not (fits["steps"] > 0).any() else ["people", "before_people"]
    table = fits[kept].reset_index().astype({"year": str})
    note = projection_note(told, projection)
    digits = dict.fromkeys(kept, 0)
    return Section(("Dân số dự báo", "People to come"), [(note.vi, note.en)], table, heads=_HEADS, digits=digits)


def _sentence(told: PeopleToCome, projection: PopulationProjection, lang: str) -> str:
    words: Mapping[str, str] = _WORDS[lang]
    parts = [f"{words['people']}: {_METHODS[told.method].say(lang)}", *_figures(told, lang)]
    moved = projection.fits[projection.fits["steps"] > 0]
    if len(moved):
        least, most = (_number(value, lang, 3) for value in (moved["least_factor"].min(), moved["most_factor"].max()))
        parts.append(words["fitted"].format(least=least, most=most))
    return "; ".join([*parts, _whose(told).say(lang)]) + "."


def _whose(told: PeopleToCome) -> Label:
    return _PLANNERS if told.source_vi is None or told.source_en is None else Label(told.source_vi, told.source_en)


def _figures(told: PeopleToCome, lang: str) -> list[str]:
    words = _WORDS[lang]
    growth = ", ".join(_rates(told, lang))
    parts = []
    if told.method != "jobs_led":
        parts.append(words["growth"].format(rates=growth))
    elif told.later:
        parts.append(words["before"].format(year=told.jobs_base_year, rates=growth))
    if told.capacity_people is not None:
        parts.append(words["capacity"].format(people=_number(told.capacity_people, lang, 0)))
    if told.capacity_per_ha is not None:
        parts.append(words["per_ha"].format(people=_number(told.capacity_per_ha, lang, 0)))
    if told.capacity_column is not None:
        parts.append(words["column"].format(column=told.capacity_column))
    if told.method == "jobs_led":
        shares = (told.participation_pct, told.in_commuting_pct or 0.0, told.out_commuting_pct or 0.0)
        a, i, o = (_number(float(share or 0), lang, 1) for share in shares)
        parts.append(words["shares"].format(a=a, i=i, o=o))
    return parts


def _rates(told: PeopleToCome, lang: str, *, of_jobs: bool = False) -> list[str]:
    words = _WORDS[lang]["rate"]
    return [words.format(pct=_number(pct, lang, 1), year=year) for year, pct in told.rates(of_jobs=of_jobs).items()]


def _number(value: float, lang: str, digits: int) -> str:
    return format_number(value, lang, digits=digits)


_WORDS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "people": "Dân số",
        "growth": "r = {rates}",
        "rate": "{pct} %/năm đến {year}",
        "before": "đến {year} tăng {rates}",
        "capacity": "K = {people} người, chia theo dân số hiện có",
        "per_ha": "K = {people} người/ha đất ở được",
        "column": "K theo cột {column} của từng ô",
        "shares": "a = {a} % dân số làm việc, i = {i} % việc làm do người nơi khác, o = {o} % lao động làm nơi khác",
        "fitted": "khớp với tổng khống chế (IPF), hệ số {least}–{most}",
    },
    "en": {
        "people": "People",
        "growth": "r = {rates}",
        "rate": "{pct} % a year up to {year}",
        "before": "growth up to {year} {rates}",
        "capacity": "K = {people} people, shared as people are today",
        "per_ha": "K = {people} people a hectare of habitable land",
        "column": "K by the column {column} of each zone",
        "shares": "a = {a} % of people work, i = {i} % of jobs held from elsewhere, o = {o} % of workers work elsewhere",
        "fitted": "fitted to control totals (IPF), factors {least}–{most}",
    },
}
