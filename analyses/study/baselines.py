"""Studies whose today is a scenario: what exists but is missing in the data, from which all other scenarios start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyses.study.parts import Id, ScenarioOfStudy, Study, Wrong
from geo import nearest_names
from geo.movement import Transport

if TYPE_CHECKING:
    from analyses.study.grounds import StudyGround

TODAY = "today"


class StudyFromBaseline(Study):
    """A study with ``baseline``, the scenario that stands for today."""

    baseline: Id | None = None

    def further(self) -> list[ScenarioOfStudy]:
        """The scenarios told apart from today: all but the baseline."""
        return [one for one in self.scenarios if one.id != self.baseline]

    def transports(self, ground: StudyGround) -> dict[str, Transport]:
        """Today's transport with the baseline under "today", and with each further scenario on top of it."""
        base = ground.transport(self.baseline)
        return {TODAY: base} | {one.id: ground.scenarios[one.id].apply(base) for one in self.further()}

    def wrong(self, ground: StudyGround) -> Iterator[Wrong]:
        """A baseline that is no scenario."""
        if self.baseline is not None and self.baseline not in ground.scenarios:
            yield ("baseline",), f"no such scenario, seen {self.baseline!r}; {nearest_names(self.baseline, ground.scenarios)}"
