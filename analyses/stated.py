"""What a measure says of itself: formula and source, read from its docstring, so that they are written once."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any, NamedTuple

_STATED = re.compile(r"Formula: (?P<formula>.+?) Source: (?P<source>.+?)\.?(?:\n\n|$)", re.DOTALL)


class Stated(NamedTuple):
    """Formula and source of a measure."""

    formula: str
    source: str


def formula_and_source(function: Callable[..., Any]) -> Stated | None:
    """What the docstring states after "Formula:" and "Source:", None where it states nothing.

    >>> import analyses
    >>> formula_and_source(analyses.gravity)
    Stated(formula='A_i = Σ_j O_j f(t_ij).', source='Hansen 1959')
    """
    text = re.sub(r"(?<!\n)\n(?!\n)", " ", inspect.getdoc(function) or "")
    found = _STATED.search(text)
    return Stated(found["formula"], found["source"]) if found else None
