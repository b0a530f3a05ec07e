"""What reading a study's own files told: a section of the report, and lines for who runs it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from geo import Finding, by_severity
from maps.manifest import MANIFEST
from maps.report import Pair, Section

_HEADING = ("Tệp của nghiên cứu: những điều cần biết", "The study's own files: what a reader must know")
_TEXT = (
    "Khi đọc các tệp của nghiên cứu, phần mềm ghi nhận {count} điểm dưới đây; kết quả được tính với số liệu như vậy.",
    "Reading the study's own files, these {count} points were found; the results stand on the data as they are.",
)
_HEADS = {
    "file": ("Tệp", "File"),
    "severity_vi": ("Mức", "Kind"),
    "features": ("Số đối tượng", "Features"),
    "what": ("Nội dung (tiếng Anh)", "Finding"),
}
_WORDS = {
    "error": ("lỗi", "error"),
    "fixed": ("đã sửa", "mended"),
    "warning": ("cảnh báo", "warning"),
    "note": ("ghi chú", "note"),
}
SHOWN = 5  # lines of the command; the report has all


def sections(findings: Sequence[Finding]) -> list[Section]:
    """The section of the report, none where nothing was found."""
    if not findings:
        return []
    ordered = by_severity(findings)
    table = pd.DataFrame(
        {
            "file": [one.file or "" for one in ordered],
            "severity_vi": [_WORDS[one.severity][0] for one in ordered],
            "severity_en": [_WORDS[one.severity][1] for one in ordered],
            "features": [one.count or None for one in ordered],
            "what": [_text(one.as_dict()) for one in ordered],
        }
    )
    text: Pair = (_TEXT[0].format(count=len(ordered)), _TEXT[1].format(count=len(ordered)))
    return [Section(_HEADING, [text], table, heads=_HEADS)]


def lines(index: Path) -> str:
    """What the command says once the page ``index`` is made: the first findings that are more than notes, and where all are."""
    manifest = json.loads((index.parent / MANIFEST).read_text(encoding="utf-8"))
    told = [one for one in manifest["findings"] if one["severity"] != "note"]
    if not told:
        return ""
    head = f"The study's own files told {len(told)} things to know; all are in {index.parent / MANIFEST} and in the report:\n"
    shown = [f"  {one['severity']} {one['file'] or ''}: {_text(one)}\n" for one in told[:SHOWN]]
    return "".join([head, *shown, f"  and {len(told) - SHOWN} more\n" if len(told) > SHOWN else ""])


def _text(finding: dict[str, Any]) -> str:
    seen, mend = finding["seen"], finding["mend"]
    return f"{finding['code']} {finding['what']}{f' Seen: {seen}.' if seen else ''}{f' Mend: {mend}' if mend else ''}"
