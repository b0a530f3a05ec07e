"""Vietnamese for what the catalogue and the rows say in English: sources, licences, notes on accuracy and import."""

from __future__ import annotations

import re
from functools import cache

from layers import _files

NOT_STATED = "not stated"  # what an import says of a licence that nobody told
_CLAUSES = re.compile(r"(; |(?<=\.) )")


def in_vietnamese(text: str) -> str:
    """A text of the catalogue or of a layer's ``source`` in Vietnamese; text that is not ours stays as it is.

    ``data/vietnamese.toml`` holds every text once. It is looked up whole, else clause by clause; a text of which one clause
    is not known stays English as a whole.
    """
    known = _known()
    if not text or text in known:
        return known.get(text, "")
    parts = _CLAUSES.split(text)
    if any(part not in known for part in parts[::2]):
        return text
    return "".join(known.get(part, part) for part in parts)


@cache
def _known() -> dict[str, str]:
    return {**_files.parameters("vietnamese"), NOT_STATED: "chưa nêu"}
