"""Working through blocks: in this process or on the workers of a cluster, finished ones kept in a folder."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.travel.mapped import mapped, taken
from geo import write_bytes

Positions: TypeAlias = NDArray[np.int64]
Progress: TypeAlias = Callable[[int, int], None]
Work: TypeAlias = Callable[[Positions], pd.DataFrame]
RETRIES = 3  # of a block whose worker died


class Task(NamedTuple):
    """One block: ``key`` the hash of all that its result depends on, ``rows`` positions of its origins."""

    key: str
    rows: Positions


def quiet(done: int, of: int) -> None:
    """No word on progress."""


def run(
    work: Work, tasks: Sequence[Task], engine: Any, folder: str | Path | None, progress: Progress, *, keep: bool = True
) -> list[pd.DataFrame]:
    """The frames of all blocks in their order; without ``keep`` none are kept in memory, they lie in ``folder``.

    A block that lies finished and whole in ``folder`` is read, not made again.
    """
    found: dict[int, pd.DataFrame] = {}
    place = None if folder is None else Path(folder)
    wanted = [number for number, task in enumerate(tasks) if place is None or not _load(place, number, task, found, keep=keep)]
    progress(len(tasks) - len(wanted), len(tasks))
    made = _here(work, tasks, wanted) if engine is None else _there(engine, work, tasks, wanted, place)
    for done, (number, frame) in enumerate(made, start=len(tasks) - len(wanted) + 1):
        if place is not None:
            _store(place, number, tasks[number], frame)
        if keep:
            found[number] = frame
        progress(done, len(tasks))
    return [found[number] for number in sorted(found)]


def _here(work: Work, tasks: Sequence[Task], wanted: Sequence[int]) -> Iterator[tuple[int, pd.DataFrame]]:
    return ((number, work(tasks[number].rows)) for number in wanted)


def _there(
    client: Any, work: Work, tasks: Sequence[Task], wanted: Sequence[int], folder: Path | None
) -> Iterator[tuple[int, pd.DataFrame]]:
    """On the workers: what all blocks share is laid where they see it, or sent to each of them once."""
    from distributed import as_completed  # noqa: PLC0415 - an optional extra

    with mapped(work, client, folder) as shared:
        number_of = {client.submit(_call, shared, tasks[number].rows, pure=False, retries=RETRIES): number for number in wanted}
        for future, frame in as_completed(number_of, with_results=True):  # type: ignore[no-untyped-call]
            yield number_of[future], frame
            future.release()


def _call(shared: Any, rows: Positions) -> pd.DataFrame:
    return cast("Work", taken(shared))(rows)


def _load(folder: Path, number: int, task: Task, found: dict[int, pd.DataFrame], *, keep: bool) -> bool:
    """Whether the block lies there whole: its name ends with the hash of its bytes."""
    for path in sorted(folder.glob(f"block-{number:05d}-{task.key}-*.parquet")):
        data = path.read_bytes()
        if path.stem.rpartition("-")[2] == _digest(data):
            if keep:
                found[number] = pd.read_parquet(io.BytesIO(data))
            return True
    return False


def _store(folder: Path, number: int, task: Task, frame: pd.DataFrame) -> None:
    whole = io.BytesIO()
    frame.to_parquet(whole)
    data = whole.getvalue()
    for old in folder.glob(f"block-{number:05d}-*.parquet"):  # of another question, or damaged
        old.unlink()
    write_bytes(folder / f"block-{number:05d}-{task.key}-{_digest(data)}.parquet", data)


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=8).hexdigest()
