"""The examples in the docstrings of the measures run and show what is printed there."""

import doctest
import importlib
from pathlib import Path

import pytest

import analyses

FOLDER = Path(analyses.__file__).parent
FILES = sorted(path for path in FOLDER.rglob("*.py") if ">>> " in path.read_text(encoding="utf-8"))
MODULES = [".".join(path.relative_to(FOLDER.parent).with_suffix("").parts) for path in FILES]


def test_there_are_examples():
    assert len(MODULES) > 10


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name):
    failed, tried = doctest.testmod(importlib.import_module(name), optionflags=doctest.FAIL_FAST)
    assert tried > 0
    assert failed == 0
