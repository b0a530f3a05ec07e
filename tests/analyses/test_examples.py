"""The examples in the docstrings of the measures run and show what is printed there."""

import doctest
import importlib

import pytest

MODULES = (
    "access",
    "decay",
    "equity",
    "floating",
    "interpolation",
    "land_change",
    "mix",
    "partition",
    "scores",
    "tod",
    "weights",
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name):
    failed, tried = doctest.testmod(importlib.import_module(f"analyses.{name}"), optionflags=doctest.FAIL_FAST)
    assert tried > 2  # an import and two lines at the least
    assert failed == 0
