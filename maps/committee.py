"""The questions a committee asks, in order, answered from a study's own numbers, or said to be not answered with what lacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analyses import StudyRun
from geo import Label
from maps.committee_balance import balance_answers
from maps.committee_options import option_answers
from maps.committee_stations import station_answers
from maps.committee_words import Answer, unanswered
from maps.report import Section, write_report

FILE = "committee.html"
TITLE = ("Câu hỏi của hội đồng thẩm định", "Questions of the appraisal committee")
_INTRODUCTION = (
    (
        "Câu hỏi theo thứ tự hội đồng thường hỏi. Mỗi câu trả lời lấy từ con số của nghiên cứu này và nói rõ nguồn; "
        "câu nào chưa có số liệu thì ghi “chưa trả lời được” và nêu cần gì."
    ),
    (
        "Questions in the order a committee asks them. Every answer is told from this study's numbers, with their source; "
        "what has no data is “not answered”, with what would be needed."
    ),
)
_ANSWERED, _NOT = ("Đã trả lời", "Answered"), ("Chưa trả lời được", "Not answered")
QUESTIONS: tuple[tuple[str, Label, Label], ...] = (
    ("basis", Label("Căn cứ pháp lý nào?", "What is the legal basis?"),
     Label("quy định có ngày hiệu lực mà nghiên cứu dựa vào", "the dated rules the study rests on")),
    ("year", Label("Số liệu năm nào?", "Of which year are the data?"),
     Label("năm của từng lớp số liệu đầu vào", "the year of every layer that goes in")),
    ("area", Label("Diện tích có khớp không?", "Does the area add up?"),
     Label("bảng cân đối sử dụng đất khép về ranh giới", "a land-use balance that adds up to the boundary")),
    ("norms", Label("Có đạt quy chuẩn không?", "Are the norms met?"),
     Label("bản đồ quy hoạch theo thửa và các công trình dịch vụ", "a plan by parcel and the services in it")),
    ("money", Label("Ai trả tiền?", "Who pays?"),
     Label("tổng mức đầu tư, chi phí vận hành, nguồn vốn", "investment, running costs and their sources")),
    ("households", Label("Bao nhiêu hộ phải di dời?", "How many households must move?"),
     Label("lớp công trình có số hộ và ranh thu hồi đất", "a layer of buildings with households, and the land to be cleared")),
    ("worse", Label("Ai bị thiệt?", "Worse for whom?"),
     Label("so sánh trước – sau theo đơn vị hành chính", "a comparison of before and after by unit")),
    ("metro", Label("Nếu làm metro thay BRT thì sao?", "What if metro instead of BRT?"),
     Label('phương án metro trong nghiên cứu so sánh (kind = "option_test")', 'an option with the metro (kind = "option_test")')),
    ("road", Label("Nếu chỉ làm đường thì sao?", "What if only the road?"),
     Label('phương án chỉ mở đường (kind = "option_test")', 'an option of the road alone (kind = "option_test")')),
)  # fmt: skip

Answers = Mapping[str, Answer]
KINDS: Mapping[str, Callable[[Any, Any, Any], Answers]] = {
    "land_use_balance": balance_answers,
    "option_test": option_answers,
    "tod_station_sheet": station_answers,
}


@dataclass(frozen=True)
class Asked:
    """A question of the committee and its answer."""

    name: str
    question: Label
    answer: Answer


def asked(run: StudyRun) -> Sequence[Asked]:
    """All questions, in order, with what the study can say; kinds without answers of their own say what would be needed."""
    tell = KINDS.get(run.study.kind)
    known = tell(run.study, run.ground, run.found) if tell else {}
    return [Asked(name, question, known.get(name) or unanswered(need)) for name, question, need in QUESTIONS]


def write_committee(folder: Path, run: StudyRun, *, lang: str) -> Path:
    """Write ``committee.html`` into the study's folder; returns its path."""
    sections = []
    for number, one in enumerate(asked(run), 1):
        state = _ANSWERED if one.answer.answered else _NOT
        heading = (f"{number}. {one.question.vi}", f"{number}. {one.question.en}")
        text = [(f"{state[0]}. {one.answer.text.vi}", f"{state[1]}. {one.answer.text.en}")]
        files = {caption: path for caption, path in one.answer.files.items() if (folder / path).is_file()}
        notes = [(one.answer.source.vi, one.answer.source.en)] if one.answer.source.vi else []
        sections.append(Section(heading, text, table=one.answer.table, heads=dict(one.answer.heads), notes=notes, files=files))
    title = (f"{TITLE[0]}: {run.study.title_vi}", f"{TITLE[1]}: {run.study.title_en}")
    return write_report(folder, FILE, title, _INTRODUCTION, sections, lang=lang)


def count(run: StudyRun) -> tuple[int, int]:
    """How many questions are answered, of how many."""
    told = asked(run)
    return sum(one.answer.answered for one in told), len(told)
