"""One promise tried many times: what was tried, how often, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Round:
    """``tried`` attempts of one kind; ``failures`` say what went wrong, and with what seed or step to try it again."""

    promise: str
    tried: int = 0
    failures: list[str] = field(default_factory=list)
    said: str = ""

    def check(self, right: bool, what: str) -> None:
        """Count one attempt."""
        self.tried += 1
        if not right:
            self.failures.append(what)


@dataclass(frozen=True)
class Trial:
    """``run(amount)`` makes a `Round`; ``short`` amount for the test suite, ``long`` for `make trust`."""

    name: str
    run: Callable[[int], Round]
    short: int
    long: int
