"""A layer that a workspace holds takes the place of the embedded one: one decorator where layer functions are defined."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache, wraps
from typing import Protocol, TypeVar, cast, overload

import pandas as pd

from layers.workspace.value import Workspace

Frame = TypeVar("Frame", bound=pd.DataFrame)
Frame_co = TypeVar("Frame_co", bound=pd.DataFrame, covariant=True)
_KEYWORD = inspect.Parameter("workspace", inspect.Parameter.KEYWORD_ONLY, default=None, annotation="Workspace | None")


class LayerFunction(Protocol[Frame_co]):
    """A function of `layers` that returns a layer: the embedded one, or that of ``workspace`` where it holds one."""

    __name__: str

    def __call__(self, *, workspace: Workspace | None = None) -> Frame_co:
        """The layer, every time a frame of its own."""


@overload
def replaceable(make: LayerFunction[Frame]) -> LayerFunction[Frame]: ...
@overload
def replaceable(make: Callable[[], Frame]) -> LayerFunction[Frame]: ...
def replaceable(make: Callable[..., Frame]) -> LayerFunction[Frame]:
    """The function with ``workspace``: a layer of its name there is the answer, else what ``make`` makes.

    ``make`` takes ``workspace`` itself where it derives its layer from others that a workspace may hold.
    """
    told = inspect.signature(make)
    derives = "workspace" in told.parameters

    @wraps(make)
    def layer_function(*, workspace: Workspace | None = None) -> Frame:
        own = held(workspace, make.__name__)
        if own is not None:
            return cast("Frame", own)
        return make(workspace=workspace) if derives and workspace is not None else embedded(make)

    shown = told if derives else told.replace(parameters=[_KEYWORD])
    layer_function.__signature__ = shown  # type: ignore[attr-defined] # what help() and editors show
    return layer_function


def embedded(make: Callable[[], Frame]) -> Frame:
    """What ``make`` makes of the embedded data: it is asked once, and every caller has a copy."""
    return cast("Frame", own_copy(_made(make)))


def own_copy(kept: Frame) -> Frame:
    """A copy that leaves nothing behind at what is kept: an index in common is noted there with every copy."""
    mine = kept.copy()
    mine.index = kept.index.copy(deep=True)
    return mine


@cache
def _made(make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    return make()


def held(workspace: Workspace | None, name: str) -> pd.DataFrame | None:
    """The layer of that name of the workspace, None where it holds none."""
    return None if workspace is None or name not in workspace.layers else workspace.read(name)
