"""Progress on long work: bars on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Step = Callable[[str, int, int], None]  # what is done now, how many steps are done, of how many
_asked: list[int] = []  # signals that asked to stop


def stop(signal: int, _frame: object) -> None:
    """Ctrl-C or kill: ends what is under way, or the next step where a library's callback swallows that."""
    _asked.append(signal)
    raise KeyboardInterrupt


def _go_on(_what: str, _done: int, _total: int) -> None:
    if _asked:
        raise KeyboardInterrupt


@contextmanager
def progress() -> Iterator[Step]:
    """A function that shows how far the work is; on stderr, and only where that is a terminal."""
    if not sys.stderr.isatty():
        yield _go_on
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description:32}"), BarColumn(), TextColumn("{task.completed}/{task.total}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task("", total=1)

        def show(what: str, done: int, total: int) -> None:
            _go_on(what, done, total)
            bars.update(task, description=what, completed=done, total=total)

        yield show
