"""What a measure says of itself: formula, source and peer, read from its docstring, so that they are written once."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any, NamedTuple

_STATED = re.compile(
    r"Formula: (?P<formula>.+?) Source: (?P<source>.+?)\.?(?: Peer: (?P<peer>.+?)\.?)?(?:\n\n|$)",
    re.DOTALL,
)


class Stated(NamedTuple):
    """Formula and source of a measure, and the packages it is compared with: "momepy (shannon_diversity)", empty for none."""

    formula: str
    source: str
    peer: str = ""


def formula_and_source(function: Callable[..., Any]) -> Stated | None:
    """What the docstring states after "Formula:", "Source:" and "Peer:", None where it states no formula.

    >>> import analyses
    >>> formula_and_source(analyses.gravity)
    Stated(formula='A_i = Σ_j O_j f(t_ij).', source='Hansen 1959', peer='access (weighted_catchment)')
    """
    text = re.sub(r"(?<!\n)\n(?!\n)", " ", inspect.getdoc(function) or "")
    found = _STATED.search(text)
    return Stated(found["formula"], found["source"], found["peer"] or "") if found else None
