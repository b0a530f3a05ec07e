"""The measures as text: function, formula, source and peer, read from the docstrings, for README."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import NamedTuple

import analyses


class Measure(NamedTuple):
    """What a docstring states: name, first sentence, formula, source and the packages whose results it equals."""

    name: str
    what: str
    formula: str
    source: str
    peer: str


def measures() -> Iterator[Measure]:
    """Every public function of analyses whose docstring states "Formula: ... Source: ...", by module, in its order there."""
    functions = [function for name in dir(analyses) if inspect.isfunction(function := getattr(analyses, name))]
    for function in sorted(functions, key=lambda one: (one.__module__, one.__code__.co_firstlineno)):
        text = inspect.getdoc(function) or ""
        stated = analyses.formula_and_source(function)
        if stated:
            yield Measure(function.__name__, text.split("\n\n")[0].replace("\n", " "), *stated)


def measure_markdown() -> str:
    """The measures as a table for README: function | what it tells | formula | source | equals."""
    lines = ["| function | tells | formula | source | equals |", "|---|---|---|---|---|"]
    for one in measures():
        cells = f"{_cell(one.what)} | `{_cell(one.formula)}` | {_cell(one.source)} | {_cell(one.peer)}"
        lines.append(f"| `{one.name}` | {cells} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.rstrip(".").replace("|", "\\|")
