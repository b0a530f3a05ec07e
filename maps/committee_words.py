"""What an answer to a committee is: a sentence told from numbers, its source, a table, links; or what is lacking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from geo import Label
from maps.sheets import Pair

NO_SOURCE = Label("", "")


@dataclass(frozen=True, eq=False)
class Answer:
    """``text`` the answer; ``source`` where its numbers stand; ``table`` more of them; ``files`` links."""

    text: Label
    source: Label = NO_SOURCE
    table: pd.DataFrame | None = None
    heads: Mapping[str, Pair] = field(default_factory=lambda: MappingProxyType({}))
    files: Mapping[Pair, str] = field(default_factory=lambda: MappingProxyType({}))
    answered: bool = True


def unanswered(need: Label) -> Answer:
    """No answer, and what would be needed for one."""
    return Answer(Label(f"Cần: {need.vi}.", f"Needed: {need.en}."), answered=False)
