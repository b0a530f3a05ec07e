"""A study on more than one process, or within less memory than its matrices: the options of `innoregion run`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import analyses

_USUAL_GIB = 4.0


@contextmanager
def asked_blocks(
    workers: int | None, scheduler: str | None, memory_gib: float | None, keep: Path | None, step: Callable[[str, int, int], None]
) -> Iterator[analyses.Blocks | None]:
    """The blocks that the options ask for, None where they ask for none; ``step`` hears of every block and the time left."""
    limit_gib = memory_gib or _USUAL_GIB
    told = _Told(step)
    if workers is not None or scheduler is not None:
        with analyses.workers(workers, scheduler=scheduler, memory_limit_gib=limit_gib) as client:
            yield analyses.Blocks(limit_gib, keep, client, told)
    elif memory_gib is not None or keep is not None:
        yield analyses.Blocks(limit_gib, keep, None, told)
    else:
        yield None


class _Told:
    """Progress over the blocks of one matrix, with the time that the rest will take."""

    def __init__(self, step: Callable[[str, int, int], None]) -> None:
        self.step = step
        self.start, self.first = time.monotonic(), 0

    def __call__(self, done: int, of: int) -> None:
        if done < of and (done == 0 or done < self.first):
            self.start, self.first = time.monotonic(), done
        made = done - self.first
        left = f", {(time.monotonic() - self.start) / made * (of - done):.0f} s left" if made > 0 and done < of else ""
        self.step(f"block {done} of {of}{left}", done, max(of, 1))
