"""What the packages publish: every name there, documented, annotated, and measures with their unit in the name."""

import importlib
import inspect
import pkgutil
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("geo", "geo.movement", "layers", "analyses", "analyses.studies", "maps")
UNITS = re.compile(r"(^|_)(ds|s|min|m|m2|km|kmh|ha|pct|people|jobs|bytes|gib|px|vnd)$")
IDS_AND_YEARS = re.compile(r"(_ids?|_?year)$")
NUMBER = re.compile(r"\b(int|float)\b")
NO_MEASURE = {
    "aci": "numbers of colours in drawings",
    "across": "how many in a row",
    "attempts": "how many",
    "aversion": "a dislike, without unit",
    "band": "number of a band of a raster",
    "best": "in the unit of the factor",
    "bounds": "in the unit of what is bounded",
    "breaks": "in the unit of the column they cut",
    "classes": "by their codes",
    "code": "number of a class",
    "column": "position",
    "compactness": "share",
    "components": "how many",
    "consistency_ratio": "share",
    "corners": "in the unit of the factor",
    "count": "how many",
    "counts": "how many, by name",
    "decimals": "places behind the point",
    "dependence": "a score, without unit",
    "destination": "position of a row",
    "detour": "street metres a crow-fly metre",
    "digits": "places behind the point",
    "direction": "0 there, 1 back",
    "directions": "+1 or -1 by indicator",
    "done": "how many",
    "draw": "number of a draw",
    "draws": "how many",
    "empty_zones": "how many",
    "exponent": "a power, without unit",
    "factor": "share",
    "factors": "shares of a resident, by group",
    "greatest": "a judgement, without unit",
    "halo": "cells",
    "header_row": "position",
    "hour": "hour of the day, 0–23",
    "imbalance": "a difference of scores",
    "island_nodes": "how many",
    "jobs_per_person": "how many",
    "k": "how many",
    "largest": "how many",
    "least_change": "in the unit of the measure",
    "local_factor": "share by band and mode",
    "max_rides": "how many",
    "nodes": "how many",
    "note_ways": "ids",
    "notes": "how many, by name",
    "of": "how many",
    "on_top": "numbers of roads",
    "opacity": "share",
    "order": "q of Hill's numbers",
    "origin": "position of a row",
    "p10": "in the unit of the item",
    "p50": "in the unit of the item",
    "p90": "in the unit of the item",
    "percentile": "percent of sorted times",
    "percentiles": "percent of sorted times",
    "periods": "(start_s, end_s, headway_s), told in the docstring",
    "places": "how many",
    "places_per_trip": "how many",
    "poverty_line": "in the unit of the access",
    "r2": "share",
    "radius": "pixels, as folium calls it",
    "residential_units": "how many",
    "resolution": "H3 resolution, 0–15",
    "roads": "how many",
    "row": "position",
    "rows": "how many",
    "scale": "metres of ground a metre of paper",
    "scores": "0 to 1, by category",
    "seed": "of the random draws",
    "shape": "(points, places)",
    "sites": "how many",
    "size": "a bare number to be written",
    "stay_days": "days",
    "steps": "how many",
    "stress": "a score, without unit",
    "threads": "how many",
    "total": "the whole that is shared out",
    "value": "a bare number to be written",
    "vehicles_per_lane_per_hour": "how many",
    "weight": "share of 1",
    "weights": "shares of 1",
    "width": "pixels, as folium calls it",
    "widths": "pixels, as folium calls it",
    "worst": "in the unit of the factor",
    "years": "how many",
    "zones": "how many",
}


def _published():
    for package in PACKAGES:
        yield from ((package, name) for name in importlib.import_module(package).__all__)


def _value(package, name):
    return getattr(importlib.import_module(package), name)


def _callables():
    """Public functions, and the public methods of public classes, by their full name."""
    for package, name in _published():
        value = _value(package, name)
        if inspect.isfunction(value):
            yield f"{package}.{name}", value
        elif inspect.isclass(value):
            yield from ((f"{package}.{name}.{method}", inner) for method, inner in _methods(value))


def _methods(owner):
    for name, member in vars(owner).items():
        inner = member.fget if isinstance(member, property) else getattr(member, "func", getattr(member, "__func__", member))
        if inspect.isfunction(inner) and not name.startswith("_"):
            yield name, inner


def _fields(owner):
    return {name: str(kind) for name, kind in vars(owner).get("__annotations__", {}).items() if not name.startswith("_")}


PUBLISHED = list(_published())
CALLABLES = dict(_callables())
CLASSES = {f"{package}.{name}": _value(package, name) for package, name in PUBLISHED if inspect.isclass(_value(package, name))}
every_package = pytest.mark.parametrize("package", PACKAGES)


def test_the_public_face_is_looked_at_whole():
    assert len(PUBLISHED) > 100
    assert len(CALLABLES) > 100
    assert len(CLASSES) > 15


@pytest.mark.parametrize(("package", "name"), PUBLISHED)
def test_a_published_name_exists_and_says_what_it_is(package, name):
    value = _value(package, name)
    if name.isupper():
        assert not callable(value)
    else:
        _says_what_it_is(value)


def _says_what_it_is(value):
    assert len(inspect.getdoc(value) or "") > 20
    assert isinstance(value, ModuleType) or value.__doc__ is not None


@pytest.mark.parametrize("name", CALLABLES)
def test_a_public_function_is_documented_and_fully_annotated(name):
    function = CALLABLES[name]
    assert function.__doc__
    signature = inspect.signature(function)
    bare = [
        parameter.name
        for position, parameter in enumerate(signature.parameters.values())
        if parameter.annotation is parameter.empty and not (position == 0 and parameter.name in {"self", "cls"})
    ]
    assert not bare
    assert signature.return_annotation is not signature.empty


@pytest.mark.parametrize("name", CALLABLES)
def test_numbers_that_measure_carry_their_unit_in_the_name(name):
    parameters = inspect.signature(CALLABLES[name]).parameters.values()
    assert not [one.name for one in parameters if NUMBER.search(str(one.annotation)) and not _told(one.name)]


@pytest.mark.parametrize("name", CLASSES)
def test_fields_that_measure_carry_their_unit_in_the_name(name):
    assert not [field for field, kind in _fields(CLASSES[name]).items() if NUMBER.search(kind) and not _told(field)]


def _told(name):
    return bool(UNITS.search(name) or IDS_AND_YEARS.search(name)) or name in NO_MEASURE


def test_every_exception_from_the_units_is_still_needed():
    names = {one for function in CALLABLES.values() for one in inspect.signature(function).parameters}
    names |= {field for owner in CLASSES.values() for field in _fields(owner)}
    assert not set(NO_MEASURE) - names


@every_package
def test_no_module_is_named_like_a_public_value(package):
    """Such a module would hide the value as soon as it is imported."""
    found = importlib.import_module(package)
    modules = {one.name for one in pkgutil.iter_modules(found.__path__)}
    published = {name for name in found.__all__ if not isinstance(_value(package, name), ModuleType)}
    assert len(modules) > 2
    assert not modules & published


@every_package
def test_flags_are_given_by_keyword(package):
    flags = [
        f"{name}({one.name})"
        for name, function in CALLABLES.items()
        for one in inspect.signature(function).parameters.values()
        if name.startswith(f"{package}.") and str(one.annotation) == "bool" and one.kind is not one.KEYWORD_ONLY
    ]
    assert not flags


@every_package
def test_the_stub_publishes_each_name_once_and_under_its_own_name(package):
    lines = _stub(package).read_text(encoding="utf-8").splitlines()
    names = [re.fullmatch(r"from \.[\w.]* import (\w+) as (\w+)(  # noqa: \w+)?", line) for line in lines]
    assert all(names), [line for line, name in zip(lines, names, strict=True) if not name]
    assert all(name[1] == name[2] for name in names)
    assert sorted(name[1] for name in names) == sorted(importlib.import_module(package).__all__)


def _stub(package):
    return ROOT.joinpath(*package.split("."), "__init__.pyi")


def test_the_stubs_are_sorted():
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
    assert ruff, "ruff belongs to the extra dev, which the lock installs"
    command = [ruff, "check", "--no-cache", "--select", "I", *(str(_stub(package)) for package in PACKAGES)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert ran.returncode == 0, ran.stdout
