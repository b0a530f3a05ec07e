"""Nothing that runs code from data, asks a shell, or opens what GDAL and its like choose by content: read from the source."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("geo", "layers", "analyses", "maps")
CALLS = {  # name of a call → why
    "eval": "runs text", "exec": "runs text", "compile": "makes code of text", "__import__": "loads by text",
    "system": "asks a shell", "popen": "asks a shell", "read_pickle": "runs code", "to_pickle": "makes what runs code",
    "query_string": "runs text", "getoutput": "asks a shell", "urlopen": "asks the network", "urlretrieve": "asks the network",
}  # fmt: skip
MODULES = {
    "pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "yaml", "jsonpickle", "httpx", "urllib.request", "ftplib",
    "telnetlib", "xml.sax.handler", "http.client", "aiohttp",
}  # fmt: skip
UNSAFE = {"shell": True, "allow_pickle": True, "unsafe": True, "autoescape": False}
OPENERS = {  # what opens a file by a path, and the modules that do: behind `local_file` or on files made here
    "rasterio.open": {"geo.raster_cells", "geo.writing.rasters", "geo.writing.cog", "maps.raster_"},
    "pyogrio.read_dataframe": {"geo.reading.sources", "geo.writing.gdal_files", "maps.dossier_reading"},
    "pyogrio.read_info": {"geo.reading.sources", "geo.writing.gdal_files"},
    "pyogrio.read_arrow": {"geo.reading.sources", "geo.writing.gdal_files"},
    "pyogrio.list_layers": {"geo.reading.sources", "geo.writing.gdal_files", "maps.dossier_reading"},
    "gpd.read_file": set(),
    "geopandas.read_file": set(),
    "gpd.read_parquet": {"geo.reading.sources", "layers.workspace.value"},
    "pd.read_excel": set(),
    "fiona.open": set(),
}


def _modules():
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts), ast.parse(path.read_text(encoding="utf-8"))


MODULES_READ = list(_modules())


def _calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def test_no_call_runs_text_or_asks_a_shell():
    found = []
    for module, tree in MODULES_READ:
        for node, name in _calls(tree):
            last = name.rpartition(".")[2]
            if (name in CALLS or last in CALLS) and name.partition(".")[0] != "re":
                found.append(f"{module}:{node.lineno} {name}: {CALLS[last]}")
            found += [
                f"{module}:{node.lineno} {name}({one.arg}={one.value.value})"
                for one in node.keywords
                if one.arg in UNSAFE and isinstance(one.value, ast.Constant) and one.value.value is UNSAFE[one.arg]
            ]
    assert found == []


def test_no_module_of_such_is_imported():
    found = []
    for module, tree in MODULES_READ:
        for node in ast.walk(tree):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [f"{module}:{node.lineno} {name}" for name in names if name in MODULES or name.partition(".")[0] in MODULES]
    assert found == []


def test_frames_are_not_asked_by_text():
    """DataFrame.eval and .query reach Python's classes: no text is put together for them."""
    found = [
        f"{module}:{node.lineno} {name}"
        for module, tree in MODULES_READ
        for node, name in _calls(tree)
        if name.endswith(".eval")
        or (name.endswith(".query") and node.args and isinstance(node.args[0], ast.JoinedStr | ast.BinOp))
    ]
    assert found == []


@pytest.mark.parametrize("name", OPENERS)
def test_a_path_is_opened_in_few_places(name):
    found = {module for module, tree in MODULES_READ for _, called in _calls(tree) if called == name}
    assert found <= OPENERS[name], f"open it through geo.read_vector, geo.read_raster, or list why not: {found - OPENERS[name]}"


def test_the_scan_finds_what_it_looks_for():
    tree = ast.parse("import os\nos.system('x')\neval('1')\nnp.load('a', allow_pickle=True)\nframe.query('a > 1')")
    names = [name for _, name in _calls(tree)]
    assert {"os.system", "eval", "np.load", "frame.query"} <= set(names)
