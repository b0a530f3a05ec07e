"""A wheel holds exactly the four packages, their data and their stubs: nothing of tests, no stray file."""

import sys
import zipfile
from pathlib import Path

PACKAGES = ("geo", "layers", "analyses", "maps")
KINDS = {".py", ".pyi", ".typed", ".toml", ".csv", ".geojson", ".md", ".js", ".css", ".html", ".osm"}


def main(wheel: str) -> None:
    """Exit with a message when the wheel holds a wrong file or misses one of the checkout."""
    root = Path(__file__).parents[1]
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = (path for package in PACKAGES for path in (root / package).rglob("*") if path.is_file())
    wanted = {path.relative_to(root).as_posix() for path in files if "__pycache__" not in path.parts}
    odd = sorted(name for name in held if Path(name).suffix not in KINDS and Path(name).name != "py.typed")
    if held != wanted or odd:
        sys.exit(f"wheel: missing {sorted(wanted - held)}, not wanted {sorted(held - wanted)}, odd kinds {odd}")
    sys.stdout.write(f"wheel: {len(held)} files in {', '.join(PACKAGES)}\n")


if __name__ == "__main__":
    main(sys.argv[1])
