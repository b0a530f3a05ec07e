"""A value for many processes whose arrays lie in one file: workers of a machine share the memory, those of a cluster a disk."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from tempfile import gettempdir
from typing import Any, NamedTuple

from geo import PlanningDataError, part_folder

_ALIGNED = 64  # bytes: what vector instructions read at once
_KEPT = 2  # values a worker holds: the matrix it works on and the one before


class Span(NamedTuple):
    """Where an array lies in the file; ``frozen`` = it may not be written to."""

    start: int
    length: int
    frozen: bool


class Mapped(NamedTuple):
    """A value apart from its arrays: ``rest`` as the engine ships values, ``spans`` of the file ``path`` with hash ``digest``."""

    rest: bytes
    spans: tuple[Span, ...]
    path: str
    digest: str


@contextmanager
def mapped(value: object, client: Any, folder: Path | None) -> Iterator[Any]:
    """What to give every task for `taken`: a `Mapped` where all workers see the file, else the value itself, sent to each once.

    The file lies in ``folder``, or where temporary files do, and goes when the block of code ends. A disk that is full is no
    error: the value is sent then.
    """
    with ExitStack() as kept:
        try:
            place = kept.enter_context(part_folder(folder or Path(gettempdir())))
            laid = _laid(value, place / "arrays")
        except OSError:
            laid = None
        if laid is not None and _seen_by_all(client, laid):
            yield laid
            return
    yield client.scatter(value, broadcast=True, hash=False)


def taken(shared: Any) -> Any:
    """The value of what `mapped` gave, on a worker. Errors: E-BLOCK-07 the file is gone or was changed."""
    return _opened(shared) if isinstance(shared, Mapped) else shared


def _laid(value: object, path: Path) -> Mapped:
    """The value with its arrays in the file."""
    from distributed.protocol.pickle import dumps  # noqa: PLC0415 - an optional extra, and how it ships values itself

    arrays: list[memoryview] = []
    rest = dumps(value, buffer_callback=lambda buffer: arrays.append(buffer.raw()))  # type: ignore[no-untyped-call]
    spans, told, start = [], blake2b(digest_size=16), 0
    with path.open("wb") as file:
        for array in arrays:
            spans.append(Span(start, array.nbytes, array.readonly))
            length = -(-array.nbytes // _ALIGNED) * _ALIGNED
            for part in (array, bytes(length - array.nbytes)):
                file.write(part)
                told.update(part)
            start += length
    return Mapped(rest, tuple(spans), str(path), told.hexdigest())


def _seen_by_all(client: Any, laid: Mapped) -> bool:
    size = Path(laid.path).stat().st_size
    seen = client.run(_size, laid.path)
    return bool(seen) and size > 0 and all(found == size for found in seen.values())


def _size(path: str) -> int:
    file = Path(path)
    return file.stat().st_size if file.is_file() else -1


@lru_cache(maxsize=_KEPT)
def _opened(laid: Mapped) -> Any:
    from distributed.protocol.pickle import loads  # noqa: PLC0415 - as above

    try:
        with Path(laid.path).open("rb") as file:
            whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))  # pages are shared until written to
    except OSError as problem:
        raise _gone(laid, str(problem)) from None
    found = blake2b(whole, digest_size=16).hexdigest()
    if found != laid.digest:
        raise _gone(laid, found)
    arrays = [whole[start : start + length] for start, length, _ in laid.spans]
    buffers = [array.toreadonly() if span.frozen else array for array, span in zip(arrays, laid.spans, strict=True)]
    return loads(laid.rest, buffers=buffers)  # type: ignore[no-untyped-call]


def _gone(laid: Mapped, seen: str) -> PlanningDataError:
    mend = "leave the folder of the blocks alone while they are worked on."
    return PlanningDataError(
        "E-BLOCK-07", "the arrays that workers share are gone or changed.", file=laid.path, seen=seen, mend=mend
    )
