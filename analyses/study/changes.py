"""Changes as a study file tells them: one model a change of `layers`, made from its dataclass, so that there is one truth."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_type_hints

from geopandas import GeoDataFrame
from pydantic import Field, create_model

import layers
from analyses.study.shapes import Part, ShapeOfStudy, StudyFiles, shapes_of
from geo import PlanningDataError

USUAL = {
    "stops": "points",
    "stop": "points",
    "places": "points",
    "line": "line",
    "area": "area",
}  # what coordinates are, by field


def _model(change: type[layers.Change]) -> type[Part]:
    hints = get_type_hints(change)
    fields: dict[str, Any] = {"change": (Literal[change.__name__], ...)}
    for field in dataclasses.fields(change):  # type: ignore[arg-type] # every change is a dataclass
        if field.default_factory is not dataclasses.MISSING:
            default = Field(default_factory=field.default_factory)
        else:
            default = ... if field.default is dataclasses.MISSING else field.default
        fields[field.name] = (_told_as(hints[field.name]), default)
    doc = (change.__doc__ or "").split("\n\n")[0]
    return create_model(change.__name__, __base__=Part, __doc__=doc, **fields)


def _told_as(hint: Any) -> Any:
    """A frame is told by name, file or coordinates; everything else as in Python."""
    if not _is_shape(hint):
        return hint
    return ShapeOfStudy if hint is GeoDataFrame else ShapeOfStudy | None


def _is_shape(hint: Any) -> bool:
    return hint is GeoDataFrame or GeoDataFrame in get_args(hint)


if TYPE_CHECKING:
    ChangeOfStudy = Part
else:
    ChangeOfStudy = Annotated[Union[tuple(map(_model, layers.CHANGES.values()))], Field(discriminator="change")]  # noqa: UP007


def change_of(told: Any, files: StudyFiles) -> layers.Change:
    """The change of `layers` that a part of a study file tells. Errors: `ShapeError` with the key whose shapes are not there."""
    change = layers.CHANGES[told.change]
    given = {name: getattr(told, name) for name in sorted(told.model_fields_set - {"change"})}
    for name, hint in get_type_hints(change).items():
        if given.get(name) is not None and _is_shape(hint):
            try:
                given[name] = shapes_of(given[name], USUAL[name], files)
            except PlanningDataError as error:
                raise ShapeError(name, error) from error
    return change(**given)


class ShapeError(Exception):
    """A key of a change, and what is wrong with the shapes it names."""

    def __init__(self, name: str, error: PlanningDataError) -> None:
        self.name, self.error = name, error
        super().__init__(str(error))
