"""Changes of a syntax tree so small that only a test can tell: a sign, a bound, a condition, a statement left out."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

TURNED: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
PAIRS = (("min", "max"), ("any", "all"), ("minimum", "maximum"), ("floor", "ceil"), ("nanmin", "nanmax"), ("argmin", "argmax"))
RENAMED = {**dict(PAIRS), **{second: first for first, second in PAIRS}}
DROPPED = (ast.AugAssign, ast.Raise, ast.Continue, ast.Break, ast.Delete)
SKIPPED = {"annotation", "returns", "decorator_list"}
TEXTS = {"PlanningDataError", "Finding", "Literal"}  # what is said of an error is not part of what is computed


class Change(NamedTuple):
    """``other`` in the place of ``node``: in a field of ``parent``, or at a position of the list there."""

    parent: ast.AST
    field: str
    position: int | None
    node: Any
    other: ast.AST

    def apply(self) -> None:
        """Change the tree."""
        if self.position is None:
            setattr(self.parent, self.field, self.other)
        else:
            getattr(self.parent, self.field)[self.position] = self.other
        ast.fix_missing_locations(self.parent)


def mutations(tree: ast.AST) -> Iterator[Change]:
    """All changes of a module, in the order of the text."""
    for field, value in ast.iter_fields(tree):
        if field in SKIPPED or (isinstance(tree, ast.Call) and _name(tree.func) in TEXTS):
            continue
        for position, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(node, ast.AST):
                for other in _others(node):
                    yield Change(tree, field, position, node, ast.copy_location(other, node))
                yield from mutations(node)


def _others(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare | ast.BoolOp | ast.BinOp):
        yield from _turned(node)
    elif isinstance(node, ast.Constant):
        yield from _constants(node.value)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub | ast.Invert):
        yield node.operand
    elif isinstance(node, ast.Name | ast.Attribute) and _name(node) in RENAMED:
        field = "id" if isinstance(node, ast.Name) else "attr"
        yield _with(node, field, RENAMED[_name(node)])
    elif isinstance(node, ast.IfExp):
        yield _with(node, "test", ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield ast.Return(ast.Constant(None))
    elif _may_go(node):
        yield ast.Pass()


def _turned(node: ast.Compare | ast.BoolOp | ast.BinOp) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for at, sign in enumerate(node.ops):
            yield _with(node, "ops", [*node.ops[:at], TURNED[type(sign)](), *node.ops[at + 1 :]])
    elif type(node.op) in TURNED and not isinstance(getattr(node, "left", None), ast.JoinedStr):
        yield _with(node, "op", TURNED[type(node.op)]())


def _constants(value: object) -> Iterator[ast.AST]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    elif isinstance(value, float):
        yield ast.Constant(value * 2 or 1.0)


def _may_go(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call)
    if isinstance(node, ast.Assign):
        return isinstance(node.targets[0], ast.Subscript | ast.Attribute)
    return isinstance(node, DROPPED)


def _name(node: ast.AST) -> str:
    return getattr(node, "id", "") or getattr(node, "attr", "")


def _with(node: ast.AST, field: str, value: object) -> ast.AST:
    other = copy.copy(node)
    setattr(other, field, value)
    return other
