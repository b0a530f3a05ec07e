"""The floors of the house: which package may know which, and what none of them does."""

import ast
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import geo
import geo.movement

ROOT = Path(__file__).parents[1]
FLOORS = ("geo", "layers", "analyses", "maps")  # from the ground up
FACES = {"geo.movement", "analyses.studies"}  # subpackages with a public face of their own
KERNELS = "geo.movement.kernels"
DEFINITIONS = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.ClassDef)
REFUSED_CALLS = {"print", "eval", "exec", "compile", "__import__", "breakpoint", "input"}
REFUSED_MODULES = {"pickle", "marshal", "shelve", "dill", "joblib", "ctypes", "subprocess"}
HEAVY = {
    "branca",
    "exactextract",
    "folium",
    "geopandas",
    "h3",
    "mapclassify",
    "matplotlib",
    "networkx",
    "numba",
    "numpy",
    "osmium",
    "osmnx",
    "pandas",
    "pyarrow",
    "pyogrio",
    "pyproj",
    "rasterio",
    "scipy",
    "shapely",
}


def _modules():
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


MODULES = dict(_modules())
every_module = pytest.mark.parametrize("module", MODULES)


@cache
def tree(module):
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def _nodes(module, kind):
    return [node for node in ast.walk(tree(module)) if isinstance(node, kind)]


def imports(module):
    """Every (module, name or None, line) that is imported, however deep."""
    for node in _nodes(module, ast.Import):
        yield from ((alias.name, None, node.lineno) for alias in node.names)
    for node in _nodes(module, ast.ImportFrom):
        assert node.level == 0, f"{module}:{node.lineno}: relative import; write the whole name"
        yield from ((node.module, alias.name, node.lineno) for alias in node.names)


def floor_of(module):
    return module.split(".")[0]


def _ours(module):
    return [(source, name, line) for source, name, line in imports(module) if floor_of(source) in FLOORS]


@cache
def _face(package):
    return set(__import__(package, fromlist=["__all__"]).__all__)


def test_the_house_is_looked_at_whole():
    assert len(MODULES) > 60
    assert {floor_of(module) for module in MODULES} == set(FLOORS)
    assert sum(len(_ours(module)) for module in MODULES) > 200


@every_module
def test_a_floor_imports_only_itself_and_the_floors_below(module):
    own = FLOORS.index(floor_of(module))
    upward = [f"line {line}: {source}" for source, _, line in _ours(module) if FLOORS.index(floor_of(source)) > own]
    assert not upward


@every_module
def test_other_floors_are_known_by_their_public_face_only(module):
    inside = []
    for source, name, line in _ours(module):
        if floor_of(source) == floor_of(module):
            continue
        face = source in FLOORS or source in FACES
        if not face or (name is not None and name not in _face(source)):
            inside.append(f"line {line}: {source} {name or ''}")
    assert not inside


@every_module
def test_inside_a_floor_modules_import_each_other_and_not_their_own_face(module):
    through_face = [
        f"line {line}: from {source} import {name}"
        for source, name, line in _ours(module)
        if source in {floor_of(module), *FACES} and floor_of(source) == floor_of(module) and f"{source}.{name}" not in MODULES
    ]
    assert not through_face


@every_module
def test_nobody_reaches_for_the_private_names_of_another_floor(module):
    known = {alias.asname or alias.name: alias.name for node in _nodes(module, ast.Import) for alias in node.names}
    private = [
        f"line {node.lineno}: {node.value.id}.{node.attr}"
        for node in _nodes(module, ast.Attribute)
        if isinstance(node.value, ast.Name) and known.get(node.value.id) in FLOORS and node.attr.startswith("_")
    ]
    private += [f"line {line}: {source} {name}" for source, name, line in _ours(module) if _foreign_private(module, source, name)]
    assert not private


def _foreign_private(module, source, name):
    return floor_of(source) != floor_of(module) and any(part.startswith("_") for part in f"{source}.{name or ''}".split("."))


def test_kernels_import_nothing_of_ours_but_kernels():
    kernels = [module for module in MODULES if module.startswith(KERNELS)]
    assert len(kernels) > 3
    for module in kernels:
        assert [source for source, _, _ in _ours(module) if not source.startswith(KERNELS)] == [], module


def test_space_does_not_know_movement():
    for module in MODULES:
        if floor_of(module) == "geo" and not module.startswith("geo.movement"):
            assert [source for source, _, _ in _ours(module) if source.startswith("geo.movement")] == [], module


@every_module
def test_frames_are_reprojected_by_the_one_pinned_datum_shift(module):
    """``frame.to_crs`` lets PROJ choose a shift point by point; ``geo.to_crs``, ``to_metric`` and ``to_wgs84`` do not."""
    if module == "geo.crs":
        return
    around = [
        f"line {node.lineno}"
        for node in _nodes(module, ast.Attribute)
        if node.attr == "to_crs" and not (isinstance(node.value, ast.Name) and node.value.id == "geo")
    ]
    assert not around
    assert "Transformer" not in {name for _, name, _ in imports(module)}


@every_module
def test_nothing_is_printed_evaluated_or_unpickled(module):
    calls = [
        f"line {node.lineno}: {node.func.id}"
        for node in _nodes(module, ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id in REFUSED_CALLS
    ]
    calls += [f"line {node.lineno}: .eval" for node in _nodes(module, ast.Attribute) if node.attr in {"eval", "read_pickle"}]
    given = [node for node in _nodes(module, ast.keyword) if node.arg == "allow_pickle"]
    allow = [f"line {node.value.lineno}" for node in given if ast.unparse(node.value) != "False"]
    assert not calls + allow
    assert not {floor_of(source) for source, _, _ in imports(module)} & REFUSED_MODULES


@every_module
def test_a_module_does_nothing_while_it_is_imported(module):
    """Top level holds imports, names, functions, classes; no statement that is run for what it does."""
    doing = [
        f"line {node.lineno}: {type(node).__name__}"
        for node in tree(module).body
        if not isinstance(node, DEFINITIONS) and not _docstring(node) and not _main_guard(node)
    ]
    assert not doing


def _docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _main_guard(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"__name__ == '__main__'", "TYPE_CHECKING"}


def _loaded(code):
    """Top-level names of all modules loaded after ``code`` ran in a fresh interpreter."""
    report = "import json, sys; sys.stderr.write(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    ran = subprocess.run([sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(json.loads(ran.stderr))


def test_importing_the_packages_loads_no_heavy_library():
    loaded = _loaded("import geo, geo.movement, layers, analyses, maps")
    assert set(FLOORS) <= loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"], ["nonsense"]], ids=" ".join)
def test_help_and_a_wrong_command_load_no_heavy_library(arguments):
    quiet = "sys.stderr = io.StringIO()"
    run = f"import io, sys\n{quiet}\nfrom maps.__main__ import _run\n_run({arguments!r})\nsys.stderr = sys.__stderr__"
    loaded = _loaded(run)
    assert {"geo", "maps", "typer"} <= loaded
    assert not loaded & HEAVY


def test_published_names_are_listed_before_they_are_loaded():
    assert set(geo.__all__) <= set(dir(geo))
    assert set(geo.movement.__all__) <= set(dir(geo.movement))
