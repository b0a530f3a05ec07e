"""Changes said to be of no consequence are changes of lines that are still there, each with its reason."""

import ast
import tomllib
from functools import cache

import pytest

from tests.trust.mutants import EXPLAINED, ROOT, Mutant
from tests.trust.mutations import mutations

TOLD = tomllib.loads(EXPLAINED.read_text("utf-8"))["change"]


@cache
def places(module):
    tree = ast.parse((ROOT / module).read_text("utf-8"))
    return {Mutant(ROOT / module, tree, change, change.node.lineno, []).place for change in mutations(tree)}


@pytest.mark.parametrize("one", TOLD, ids=lambda one: f"{one['module']} {one['now']}")
def test_the_change_can_be_made_and_says_why_nobody_notices(one):
    assert (one["module"], one["line"], one["before"], one["now"]) in places(one["module"])
    assert len(one["why"].split()) > 3
