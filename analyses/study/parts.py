"""What every study file holds: titles, seed, the base it stands on, when people leave, and the scenarios it tells apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from analyses.study.changes import ChangeOfStudy
from analyses.study.lines import Place
from analyses.study.shapes import Part
from analyses.travel.times import Departure

if TYPE_CHECKING:
    from analyses.study.grounds import StudyGround
    from analyses.study.shapes import StudyFiles

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]  # part of names of files
Minutes = Annotated[int, Field(ge=1, le=24 * 60)]
Wrong = tuple[Place, str]  # the key and what is wrong with it


class ZonesOfStudy(Part):
    """Zones from a file: which column holds the id, the people, the jobs, the unit to total by, the name."""

    file: str
    id: str
    people: str
    jobs: str
    unit: str | None = None
    name: str | None = None


class PlacesOfStudy(Part):
    """Destinations from a file (which column holds the id and the name) or from a layer."""

    file: str | None = None
    id: str | None = None
    name: str | None = None
    layer: str | None = None


class BaseOfStudy(Part):
    """What the study stands on: the embedded region, a workspace, or streets, feeds and zones of any place from files.

    ``workspace`` a folder of `innoregion import` beside the study; what is named here besides takes the place of what it holds.
    """

    workspace: str | None = None
    resolution: Annotated[int, Field(ge=6, le=10)] = 8
    osm: str | None = None
    gtfs: tuple[str, ...] = ()
    date: str | None = None
    zones: ZonesOfStudy | None = None
    destinations: PlacesOfStudy | None = None


class DepartureOfStudy(Part):
    """When people leave."""

    time: str = Field(default="07:00", pattern=r"^([01]?\d|2[0-3]):[0-5]\d$")
    window_min: Minutes = 60


class ScenarioOfStudy(Part):
    """A named, ordered list of changes; none is today."""

    id: Id
    title_vi: str
    title_en: str
    changes: tuple[ChangeOfStudy, ...] = ()


class Study(Part):
    """The parts all kinds of studies share; ``by_block`` where a kind can work without its whole matrices in memory."""

    by_block: ClassVar[bool] = False
    kind: str
    title_vi: str
    title_en: str
    seed: int = 0
    base: BaseOfStudy = BaseOfStudy()
    departure: DepartureOfStudy = DepartureOfStudy()
    scenarios: tuple[ScenarioOfStudy, ...] = ()

    def leaves(self, *percentiles: int) -> Departure:
        """The departure as the analyses take it; the median where no percentiles are named."""
        return Departure(self.departure.time, self.departure.window_min, percentiles or (50,))

    def given(self, files: StudyFiles) -> Mapping[str, Any]:  # noqa: ARG002 - for kinds that read files of their own
        """What a kind reads from files of its own beside the study, by name: it finds them in the ground."""
        return {}

    def wrong(self, ground: StudyGround) -> Iterator[Wrong]:  # noqa: ARG002 - for kinds that name what is in the ground
        """What a kind finds wrong once the ground is known: (place, sentence), such as (("destinations", 0), "no such ...")."""
        yield from ()
