"""What if: a scenario is an ordered list of changes, checked together, applied to a copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TypeVar, overload

import pandas as pd
from geopandas import GeoDataFrame

from geo import PlanningDataError
from geo.movement import Transport
from layers._content import digest
from layers.changes import CONTRADICTION, OUT_OF_RANGE, Change, Problem, TransportChange, ZoneChange
from layers.road_changes import ChangeRoadSpeed, all_slowed

State = TypeVar("State", Transport, GeoDataFrame)


@dataclass(frozen=True, eq=False)
class Scenario:
    """A named, ordered list of changes. ``apply`` returns a new value; what it is given stays as it was.

    Each change is checked as it stands, against the others, and against the state that the ones before it leave; all problems
    are told at once (E-SCN-01, each with its own code) and nothing is changed. ``a + b`` is both, in this order. Scenarios with
    equal changes in equal order are equal and have one ``content_hash``; the name is a label.
    """

    name: str
    changes: Sequence[Change] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        object.__setattr__(self, "changes", tuple(self.changes))

    @property
    def content_hash(self) -> str:
        """SHA-256 of the changes: the same on every machine, in every run."""
        return digest(self.changes)

    def __add__(self, other: Scenario) -> Scenario:
        """Both scenarios, first this one."""
        return Scenario(f"{self.name} + {other.name}", (*self.changes, *other.changes))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.content_hash == other.content_hash

    def __hash__(self) -> int:
        return hash(self.content_hash)

    @overload
    def apply(self, to: Transport) -> Transport: ...
    @overload
    def apply(self, to: GeoDataFrame) -> GeoDataFrame: ...
    def apply(self, to: Transport | GeoDataFrame) -> Transport | GeoDataFrame:
        """The transport, or the zones, after all changes that concern them; without any of those the very same value.

        Zone changes do nothing to a transport and transport changes nothing to zones, so one scenario serves both. Errors:
        E-SCN-01 with all problems, E-SCN-07 something else was given.
        """
        if isinstance(to, GeoDataFrame):
            return self._zones(to)[0]
        if not isinstance(to, Transport):
            mend = "give a Transport (layers.transport()) or a frame of zones."
            raise PlanningDataError("E-SCN-07", "a scenario can not be applied to this.", seen=type(to).__name__, mend=mend)
        applied, _ = self._applied(to, TransportChange)
        return applied if applied is to else replace(applied, name=f"{to.name}, {self.name}")

    def problems(self, to: Transport | GeoDataFrame) -> tuple[Problem, ...]:
        """All that keeps the scenario from being applied to the transport, or to the zones: empty where `apply` would do it."""
        kind = ZoneChange if isinstance(to, GeoDataFrame) else TransportChange
        return tuple(self._tried(to, kind)[2])

    def totals(self, zones: GeoDataFrame) -> pd.DataFrame:
        """What every zone change does to the totals, one row a change and column: ``change``, ``column``, ``before``, ``after``,
        ``added``; the zones are not changed. Errors: E-SCN-01.
        """
        rows = [
            (label, name, before[name].sum(), after[name].sum())
            for label, before, after in self._zones(zones)[1]
            for name in after
            if name not in before or not before[name].equals(after[name])
        ]
        table = pd.DataFrame(rows, columns=["change", "column", "before", "after"])
        return table.assign(added=table["after"] - table["before"])

    def _zones(self, zones: GeoDataFrame) -> tuple[GeoDataFrame, list[tuple[str, pd.DataFrame, pd.DataFrame]]]:
        applied, steps = self._applied(zones, ZoneChange)
        return applied, [(label, _amounts(before), _amounts(after)) for label, before, after in steps]

    def _applied(self, state: State, kind: type[TransportChange | ZoneChange]) -> tuple[State, list[tuple[str, State, State]]]:
        """The state after the changes of a kind, and every step: label, before, after."""
        state, steps, problems = self._tried(state, kind)
        if problems:
            told = "; ".join(f"({number}) {problem}" for number, problem in enumerate(problems, 1))
            what = f"scenario {self.name!r} can not be applied, {len(problems)} to mend: {told}."
            raise PlanningDataError("E-SCN-01", what, mend="mend every point; nothing was changed.")
        return state, steps

    def _tried(
        self, state: State, kind: type[TransportChange | ZoneChange]
    ) -> tuple[State, list[tuple[str, State, State]], list[Problem]]:
        """As far as it can be applied: the state, every step, and all problems."""
        problems = list(self.faults())
        wrong = {problem.change for problem in problems}
        changes = [change for change in self.changes if isinstance(change, Change)]
        promised = {name for change in changes if change.adds and change.label in wrong for name in change.names}
        sound = [change for change in changes if isinstance(change, kind) and change.label not in wrong]
        steps = []
        for together in _together(sound):
            if promised & {name for change in together for name in change.names}:
                continue  # it waits for something that failed: no second message for one cause
            before = state
            try:
                misfits = [problem for change in together for problem in change.misfits(state)]
                state = state if misfits else _after(together, state)
            except PlanningDataError as error:
                misfits = [Problem(error.code, together[0].label, error.what.rstrip("."), error.seen, error.mend)]
            problems += misfits
            promised |= {name for change in together if misfits and change.adds for name in change.names}
            steps += [] if misfits else [(", ".join(change.label for change in together), before, state)]
        return state, steps, problems

    def faults(self) -> Iterator[Problem]:
        """What is wrong with the changes, alone and against each other, whatever they are applied to."""
        for change in self.changes:
            if isinstance(change, TransportChange | ZoneChange):
                yield from change.faults()
            else:
                mend = "use the changes of layers, such as layers.AddLine"
                yield Problem(OUT_OF_RANGE, type(change).__name__, "is no change", change, mend)
        yield from _contradictions(self.changes)


def _together(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """The changes one by one, speeds of roads that follow each other at once: rounded once, in whatever order they stand."""
    for speeds, group in groupby(changes, key=lambda change: isinstance(change, ChangeRoadSpeed)):
        if speeds:
            yield list(group)
        else:
            yield from ([change] for change in group)


def _after(together: Sequence[Change], state: State) -> State:
    speeds = [change for change in together if isinstance(change, ChangeRoadSpeed)]
    if speeds and isinstance(state, Transport):
        return all_slowed(state, speeds)
    return together[0].apply(state)


def _amounts(zones: GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(zones.drop(columns=zones.geometry.name))


def _contradictions(changes: Sequence[Change]) -> Iterator[Problem]:
    """Changes that can not both be meant: a name twice, a thing removed and changed, one kind of change twice, the same twice."""
    seen: set[Change] = set()
    added: set[tuple[str, str]] = set()
    removed: set[tuple[str, str]] = set()
    touched: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        if not isinstance(change, Change):
            continue
        if change in seen:
            yield change.problem(CONTRADICTION, "stands twice", len(seen) + 1, "leave one out")
            continue
        seen.add(change)
        for name in change.names:
            yield from _against(change, name, added, removed, touched)


def _against(
    change: Change,
    name: tuple[str, str],
    added: set[tuple[str, str]],
    removed: set[tuple[str, str]],
    touched: dict[tuple[str, str], list[str]],
) -> Iterator[Problem]:
    before = touched.setdefault(name, [])
    kind = type(change).__name__
    if change.adds:
        if name in added and name not in removed:
            yield change.problem(CONTRADICTION, f"a {name[0]} of this name is added twice", name[1], "choose another name")
        added.add(name)
        removed.discard(name)
        before.clear()
        return
    if name in removed:
        what = f"the {name[0]} is removed and changed" if not change.removes else f"the {name[0]} is removed twice"
        yield change.problem(CONTRADICTION, what, name[1], "keep one of the two")
    elif change.removes and before:
        yield change.problem(CONTRADICTION, f"the {name[0]} is changed and removed", before, "keep one of the two")
    elif change.exclusive and kind in before:
        yield change.problem(CONTRADICTION, f"{kind} stands twice for this {name[0]}", name[1], "keep one of the two")
    if change.removes:
        removed.add(name)
    else:
        before.append(kind)
