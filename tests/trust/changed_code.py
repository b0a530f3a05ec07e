"""A changed module in the place of the one on disk, in a process that may be thrown away."""

from __future__ import annotations

import ast
import gc
import sys
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from tests.trust.mutations import Change


def module_name(path: Path, root: Path) -> str:
    """The name by which a file is imported."""
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def changed(root: Path, path: Path, tree: ast.Module, change: Change) -> None:
    """Make the change where everything is imported already: other code for a function, else the packages are loaded anew."""
    inside = any(one is change.node for outer in _functions(tree) for step in outer.body for one in ast.walk(step))
    change.apply()
    if not inside:
        ours = {one.name for one in root.iterdir()}
        for name in [name for name in sys.modules if name.split(".")[0] in ours]:
            del sys.modules[name]
        sys.meta_path.insert(0, _Finder(module_name(path, root), path, tree))
        return
    codes = {(code.co_qualname, code.co_firstlineno): code for code in _codes(compile(tree, str(path), "exec"))}
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename == str(path):
            one.__code__ = codes.get((one.__code__.co_qualname, one.__code__.co_firstlineno), one.__code__)


def _functions(node: ast.AST) -> Iterator[ast.FunctionDef]:
    """The outermost functions of a module."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            yield child
        else:
            yield from _functions(child)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)


class _Loader(SourceFileLoader):
    tree: ast.Module

    def get_code(self, fullname: str) -> Any:
        del fullname
        return compile(self.tree, self.path, "exec")


class _Finder(MetaPathFinder):
    """Finds the one mutated module; all others are found as ever."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self.name = name
        self.loader = _Loader(self.name, str(path))
        self.loader.tree = tree

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        del path, target
        return spec_from_file_location(fullname, self.loader.path, loader=self.loader) if fullname == self.name else None
