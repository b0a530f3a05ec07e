"""Workers for blocks: processes of this machine, or a scheduler that is running somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from geo import PlanningDataError

_SCHEMES = ("tcp://", "tls://")


@contextmanager
def workers(count: int | None = None, *, scheduler: str | None = None, memory_limit_gib: float = 4.0) -> Iterator[Any]:
    """A ``distributed.Client`` for ``Blocks(engine=...)``: ``count`` new processes here, or those of a ``scheduler``.

    Processes started here listen on this machine alone and end with the block of code; each takes one thread, unless ``threads=``
    of `travel_times` says otherwise. ``scheduler``: "tcp://host:8786" of a cluster on which innoregion is installed in the same
    version. Errors: E-BLOCK-04 neither or both are given, or distributed is not installed; E-BLOCK-05 no scheduler answers.
    """
    if (count is None) == (scheduler is None) or (count is not None and count < 1):
        mend = 'workers(4), or workers(scheduler="tcp://host:8786").'
        raise PlanningDataError("E-BLOCK-04", "who is to work?", seen=(count, scheduler), mend=mend)
    try:
        distributed: Any = import_module("distributed")  # an optional extra
    except ImportError:
        mend = 'pip install distributed (the extra "cluster").'
        raise PlanningDataError("E-BLOCK-04", "distributed is not installed.", mend=mend) from None
    if scheduler is not None:
        with _connected(distributed.Client, scheduler) as client:
            yield client
        return
    here = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "protocol": "tcp"}  # any free port: several may run at once
    with (
        distributed.LocalCluster(n_workers=count, threads_per_worker=1, memory_limit=f"{memory_limit_gib}GiB", **here) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def _connected(client: Any, scheduler: str) -> Any:
    mend = "start one: dask scheduler; dask worker tcp://host:8786 on every machine."
    if not scheduler.startswith(_SCHEMES):
        raise PlanningDataError("E-BLOCK-05", "this is no scheduler's address.", seen=scheduler, mend=mend)
    try:
        return client(scheduler, timeout="10s")
    except (OSError, ValueError) as problem:
        raise PlanningDataError("E-BLOCK-05", "no scheduler answers.", seen=scheduler, mend=mend) from problem
