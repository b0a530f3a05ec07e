"""Measures as a study file names them: functions of `analyses` with their keyword parameters, checked, from their signatures."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, Union, get_type_hints

import pandas as pd
from pydantic import Field, create_model

from analyses.access import decay, floating, opportunities
from analyses.study.shapes import Part
from analyses.travel.blocks import BlockTimes
from analyses.travel.times import TravelTimes
from geo.movement import fingerprint

MEASURES: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        one.__name__: one
        for one in (
            opportunities.opportunities_within,
            opportunities.opportunities_between,
            opportunities.gravity,
            opportunities.time_to_nearest,
            opportunities.dual_access,
            opportunities.balancing_time,
            floating.floating_catchment,
            floating.spatial_availability,
        )
    }
)
DECAYS: Mapping[str, Callable[..., decay.Decay]] = MappingProxyType(
    {
        one.__name__: one
        for one in (
            decay.decay_exponential,
            decay.decay_gaussian,
            decay.decay_dai,
            decay.decay_power,
            decay.decay_linear,
            decay.decay_step,
            decay.decay_bands,
            decay.decay_logistic,
        )
    }
)
BY_ORIGIN = frozenset(one.__name__ for one in MEASURES.values() if one.__module__ == opportunities.__name__)
EitherTimes: TypeAlias = TravelTimes | BlockTimes
_GIVEN = ("times", "opportunities", "supply", "demand", "percentile", "with_ids")  # what the study itself brings


def _model(key: str, function: Callable[..., Any], common: dict[str, Any]) -> type[Part]:
    hints = get_type_hints(function)
    fields: dict[str, Any] = {key: (Literal[function.__name__], ...), **common}
    for name, parameter in inspect.signature(function).parameters.items():
        if name not in _GIVEN:
            default = ... if parameter.default is parameter.empty else parameter.default
            fields[name] = (_told_as(name, hints[name], default), default)
    return create_model(function.__name__, __base__=Part, __doc__=(function.__doc__ or "").split("\n")[0], **fields)


def _told_as(name: str, hint: Any, default: Any) -> Any:
    if name != "decay":
        return hint
    return DecayOfStudy if default is ... else DecayOfStudy | None


if TYPE_CHECKING:
    DecayOfStudy = Part
    MeasureOfStudy = Part
else:
    DecayOfStudy = Annotated[
        Union[tuple(_model("decay", one, {}) for one in DECAYS.values())],  # noqa: UP007 - the members are known at run time
        Field(discriminator="decay"),
    ]
    _COMMON = {
        "of": (str, Field(default="jobs", description="a column of the zones: what is reached, supplied or shared out")),
        "to": (Literal["zones", "destinations"], "zones"),
        "called": (str | None, Field(default=None, pattern=r"^[a-z][a-z0-9_]*$", description="how its columns begin")),
    }
    MeasureOfStudy = Annotated[
        Union[tuple(_model("measure", one, _COMMON) for one in MEASURES.values())],  # noqa: UP007 - as above
        Field(discriminator="measure"),
    ]


def measured_together(
    told: Mapping[int, Any], times: EitherTimes, amounts: Mapping[int, pd.Series], people: pd.Series
) -> pd.DataFrame:
    """Several measures of the same times, their columns behind their numbers (`columns_of`), and the ``reason`` of every origin.

    `BlockTimes` are gone through once for all that follow origin by origin; the others need the whole matrix.
    """
    if isinstance(times, TravelTimes):
        return _together(told, amounts, people, times)
    by_row = {number: one for number, one in told.items() if one.measure in BY_ORIGIN}
    name = fingerprint(({n: one.model_dump(mode="json") for n, one in by_row.items()}, dict(amounts), people))
    table = times.measured(partial(_together, by_row, amounts, people), f"measures {name}")
    others = {number: one for number, one in told.items() if number not in by_row}
    return table.join(_together(others, amounts, people, times.whole()).drop(columns="reason")) if others else table


def columns_of(table: pd.DataFrame, number: int) -> pd.DataFrame:
    """The columns of one of the measures."""
    head = f"{number} "
    own = [name for name in map(str, table) if name.startswith(head)]
    return table[own].rename(columns={name: name.removeprefix(head) for name in own})


def _together(told: Mapping[int, Any], amounts: Mapping[int, pd.Series], people: pd.Series, times: TravelTimes) -> pd.DataFrame:
    people = people.loc[times.origins]
    parts = [measured(one, times, amounts[number], people).add_prefix(f"{number} ") for number, one in told.items()]
    return pd.concat([*parts, times.joined["reason"].rename("reason").to_frame()], axis=1)


def measured(told: Any, times: TravelTimes, amounts: pd.Series, people: pd.Series) -> pd.DataFrame:
    """The measure of one part of a study file: ``amounts`` on the destinations, ``people`` on the origins."""
    function = MEASURES[told.measure]
    given = {name: getattr(told, name) for name in told.model_fields_set - {"measure", "of", "to", "called"}}
    if given.get("decay") is not None:
        told_decay = given["decay"]
        given["decay"] = DECAYS[told_decay.decay](
            **{name: getattr(told_decay, name) for name in told_decay.model_fields_set - {"decay"}}
        )
    asks = inspect.signature(function).parameters
    given |= {"opportunities": amounts} if "opportunities" in asks else {"supply": amounts}
    given |= {"demand": people} if "demand" in asks else {}
    found = function(times, **given)
    return found if isinstance(found, pd.DataFrame) else found.to_frame(f"{amounts.name}_{told.measure}")
