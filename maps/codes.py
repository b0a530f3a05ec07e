"""Every code that an error or a finding of the package may bear, with what it says, read from the source itself."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

_FLOORS = ("geo", "layers", "analyses", "maps")
_CODE = re.compile(r"E-[A-Z]+-\d\d")


@cache
def error_codes() -> dict[str, dict[str, tuple[str, ...]]]:
    """{code: {module: what it says there}}, sorted; what differs from case to case is "…"."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for module, tree in _modules():
        for code, text in _uses(tree):
            if text not in found[code][module]:
                found[code][module].append(text)
    return {code: {name: tuple(texts) for name, texts in sorted(found[code].items())} for code in sorted(found)}


def code_table() -> str:
    """The codes as lines: code, what it says, where it is raised."""
    lines = []
    for code, places in error_codes().items():
        texts = list(dict.fromkeys(text for said in places.values() for text in said if text))
        lines.append(f"{code}  {' | '.join(texts[:3])}  ({', '.join(places)})")
    return "\n".join(lines) + "\n"


def _modules() -> Iterator[tuple[str, ast.Module]]:
    root = Path(__file__).parents[1]
    for floor in _FLOORS:
        for path in sorted((root / floor).rglob("*.py")):
            name = ".".join(path.relative_to(root).with_suffix("").parts)
            yield name.removesuffix(".__init__"), ast.parse(path.read_text(encoding="utf-8"))


def _uses(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Codes in a module and the sentence that goes with each, where it can be told."""
    for scope in _scopes(tree):
        own = sorted(_own(scope), key=lambda node: getattr(node, "lineno", 0))
        named: dict[str, ast.expr] = {}
        for node in own:
            if isinstance(node, ast.Assign):
                named |= {target.id: node.value for target in node.targets if isinstance(target, ast.Name)}
            for code, *texts in _told(node):
                yield code, next((text for one in texts if (text := _sentence(one, named))), "")


def _told(node: ast.AST) -> Iterator[tuple[Any, ...]]:
    """(code, what may be its sentence ...) of a call, a tuple, a table, or a name that is given a code."""
    if isinstance(node, (ast.Call, ast.Tuple, ast.List)):
        given = node.args if isinstance(node, ast.Call) else node.elts
        yield from ((_code(one), *given[at + 1 :]) for at, one in enumerate(given) if _code(one))
    elif isinstance(node, ast.Dict):
        yield from ((_code(key), value) for key, value in zip(node.keys, node.values, strict=True) if _code(key))
    elif isinstance(node, ast.IfExp):
        yield from ((_code(one),) for one in (node.body, node.orelse) if _code(one))
    elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.Return, ast.keyword)) and _code(node.value):
        yield (_code(node.value),)


def _scopes(tree: ast.Module) -> Iterator[ast.AST]:
    yield tree
    yield from (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.Lambda)))


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope without those of functions inside it."""
    for child in ast.iter_child_nodes(scope):
        if isinstance(child, (ast.FunctionDef, ast.Lambda)):
            continue
        yield child
        yield from _own(child)


def _code(node: ast.AST | None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CODE.fullmatch(node.value):
        return node.value
    return ""


def _sentence(node: ast.AST | None, named: dict[str, ast.expr]) -> str:
    """A text as it stands in the source, names followed to where they were given it."""
    if isinstance(node, ast.Name):
        return _sentence(named.get(node.id), {})
    if isinstance(node, ast.IfExp):
        return _sentence(node.body, named) or _sentence(node.orelse, named)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
        return node.value
    return ""
