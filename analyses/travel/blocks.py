"""Matrices larger than memory: computed block by block, each block measured or written before the next one is made.

Rows of a matrix do not depend on each other, so any cut into blocks gives the same bytes. Blocks hold neighbouring origins
(along a Hilbert curve): where people reach little of the region, a block needs only the destinations that it reaches.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial, wraps
from inspect import BoundArguments, signature
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeAlias, cast

import numpy as np
import pandas as pd

from analyses.travel.block_runs import Progress, Task, quiet, run
from analyses.travel.plans import Matrix, Positions
from analyses.travel.times import TravelTimes
from geo import PlanningDataError
from geo.movement import fingerprint, hilbert_order

_GIB = 2**30
_SHARE = 0.5  # of the memory for the block; the rest for the network, links and results
_FEW_ROWS = 2048  # origins of a block that reaches few destinations
_SAMPLE = 32  # origins that tell how many one reaches
_LOOSE = 2  # a stretch of the Hilbert curve is no disc
_VERSION = "1"  # of what a finished block holds: a change of results makes old ones unusable

Given = ParamSpec("Given")
Measure: TypeAlias = Callable[Concatenate[TravelTimes, Given], pd.DataFrame]
EitherMeasure: TypeAlias = "Callable[Concatenate[TravelTimes | BlockTimes, Given], pd.DataFrame]"


@dataclass(frozen=True)
class Blocks:
    """How a matrix is cut and worked through.

    ``memory_limit_gib`` what one worker may take for a block; ``folder`` keeps finished blocks: a run that was killed
    goes on from there; ``engine`` a ``distributed.Client``, None = this process with its threads; ``progress`` is told (done, of)
    after every block. Errors: E-BLOCK-01.
    """

    memory_limit_gib: float = 4.0
    folder: str | Path | None = None
    engine: Any = None
    progress: Progress = field(default=quiet, compare=False)

    def __post_init__(self) -> None:
        if not self.memory_limit_gib > 0:
            mend = "give GiB above 0."
            raise PlanningDataError("E-BLOCK-01", "there is no memory to work in.", seen=self.memory_limit_gib, mend=mend)


@dataclass(frozen=True, eq=False)
class BlockTimes:
    """Travel times that are made block by block: give them to a measure in place of `TravelTimes`, or iterate."""

    matrix: Matrix
    blocks: Blocks

    @property
    def origins(self) -> pd.Index:
        """Ids of the origins."""
        return self.matrix.origins

    @property
    def destinations(self) -> pd.Index:
        """Ids of the destinations."""
        return self.matrix.destinations

    @cached_property
    def spans(self) -> list[Positions]:
        """Positions of the origins of every block, neighbours together."""
        order = hilbert_order(self.matrix.start_xy)
        return [order[low : low + self.rows] for low in range(0, len(order), self.rows)]

    @cached_property
    def rows(self) -> int:
        """Origins a block: the most of whose pairs fit into the memory."""
        layers = len(self.matrix.asked.departure.percentiles)
        room = self.blocks.memory_limit_gib * _GIB * _SHARE / bytes_a_pair(layers)
        if room < len(self.destinations):
            needed = f"{len(self.destinations) * bytes_a_pair(layers) / _GIB / _SHARE:.2g} GiB"
            mend = f"memory_limit_gib={needed} or more, or fewer destinations."
            raise PlanningDataError("E-BLOCK-01", "one row does not fit.", seen=self.blocks.memory_limit_gib, mend=mend)
        return self._rows_of_few(room) if self.few else int(room / max(1, len(self.destinations)))

    def _rows_of_few(self, room: float) -> int:
        """Origins that lie together reach what lies in a disc round them, as wide as their own and their reach."""
        sample = np.linspace(0, len(self.origins) - 1, min(_SAMPLE, len(self.origins))).astype(np.int64)
        reached = np.isfinite(self.matrix.times(sample, few=True).minutes[-1]).sum(axis=1).max()
        rows = np.arange(1, _FEW_ROWS + 1)
        disc = (np.sqrt(rows * len(self.destinations) / len(self.origins)) + np.sqrt(reached)) ** 2
        held = rows * np.minimum(_LOOSE * disc, len(self.destinations))
        return max(1, int(np.searchsorted(held, room, side="right")))

    @cached_property
    def few(self) -> bool:
        """Whether blocks hold only the destinations they reach."""
        return len(self.origins) > 0 and self.matrix.plan.reaches_few()

    def __iter__(self) -> Iterator[TravelTimes]:
        """One block after the other."""
        return (self.matrix.times(span, few=self.few) for span in self.spans)

    def whole(self) -> TravelTimes:
        """All of it in memory, for what needs every origin at once."""
        return self.matrix.times(np.arange(len(self.origins)))

    def measured(self, measure: Callable[[TravelTimes], pd.DataFrame], name: str = "") -> pd.DataFrame:
        """The frames of ``measure``, one a block on its origins, put together in the order of the origins.

        ``name`` says what the measure is, with all that it is given: finished blocks in ``folder`` are found by it.
        """
        tasks = [Task(self._key(name, number), span) for number, span in enumerate(self.spans)]
        work = partial(_measured, self._shipped, measure, self.few)
        frames = run(work, tasks, self.blocks.engine, self.blocks.folder, self.blocks.progress)
        return pd.concat(frames).loc[self.origins] if frames else measure(self.matrix.times(np.zeros(0, np.int64)))

    def write(self, folder: str | Path) -> Path:
        """The reached pairs as partitioned Parquet, a file a block, in ``folder``: columns of `TravelTimes.to_frame`.

        Files that are there already and whole are kept. Returns the folder.
        """
        folder = Path(folder)
        tasks = [Task(self._key("pairs", number), span) for number, span in enumerate(self.spans)]
        work = partial(_measured, self._shipped, TravelTimes.to_frame, self.few)
        run(work, tasks, self.blocks.engine, folder, self.blocks.progress, keep=False)
        return folder

    @property
    def _shipped(self) -> Matrix:
        return self.matrix if self.blocks.engine is None else self.matrix.on_workers()

    def _key(self, name: str, number: int) -> str:
        return fingerprint((_VERSION, self._said, name, self.rows, number)) if self.blocks.folder or name == "pairs" else ""

    @cached_property
    def _said(self) -> str:
        matrix = self.matrix
        asked = {**matrix.asked.rides, "threads": None}, matrix.asked.mode, matrix.asked.limit_min
        return fingerprint(
            (
                matrix.transport,
                matrix.start_xy,
                matrix.end_xy,
                matrix.origins,
                matrix.destinations,
                asked,
                matrix.asked.departure,
                matrix.asked.access,
            )
        )


def bytes_a_pair(layers: int) -> int:
    """What one pair takes at the peak: deciseconds or a sort of them, minutes by percentile, one layer as a measure reads it."""
    return 4 + 4 * layers + 4


def by_origin(*sliced: str) -> Callable[[Measure[Given]], EitherMeasure[Given]]:
    """A measure whose rows depend on the times of their origin alone takes `BlockTimes` too.

    ``sliced`` names arguments that are given by origin. Errors of the measure then: E-BLOCK-02, -03.
    """

    def wrapped(measure: Measure[Given]) -> EitherMeasure[Given]:
        def either(times: TravelTimes | BlockTimes, *args: Given.args, **kwargs: Given.kwargs) -> pd.DataFrame:
            if isinstance(times, TravelTimes):
                return measure(times, *args, **kwargs)
            given = signature(measure).bind(None, *args, **kwargs)
            for name in sliced:
                _check_ids(times.origins, given.arguments[name], name)
            name = f"{measure.__name__} {fingerprint(given.args[1:])}" if times.blocks.folder else ""
            return times.measured(partial(_of_block, either, sliced, given), name)

        return cast("EitherMeasure[Given]", wraps(measure)(either))

    return wrapped


def _check_ids(origins: pd.Index, given: pd.Series, name: str) -> None:
    differing = origins.symmetric_difference(given.index)
    if len(differing) or given.index.has_duplicates:
        mend = "give one row for every one of the origins."
        raise PlanningDataError("E-BLOCK-02", f"{name} and origins differ.", feature_ids=list(differing), mend=mend)


def _of_block(
    measure: Callable[..., pd.DataFrame], sliced: Sequence[str], given: BoundArguments, times: TravelTimes
) -> pd.DataFrame:
    own = {name: value.loc[times.origins] if name in sliced else value for name, value in given.arguments.items()}
    given = BoundArguments(given.signature, OrderedDict(own))
    return measure(times, *given.args[1:], **given.kwargs)


def _measured(matrix: Matrix, measure: Callable[[TravelTimes], pd.DataFrame], few: bool, rows: Positions) -> pd.DataFrame:
    return measure(matrix.times(rows, few=few))
