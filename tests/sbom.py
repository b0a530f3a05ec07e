# ruff: noqa: T201 - a script, and it prints
"""What the package is made of, as CycloneDX 1.5: requirements with hashes, licences, the GDALs in them (`make sbom`)."""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parents[1] / "requirements.lock"
_LINE = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def locked() -> dict[str, tuple[str, list[str]]]:
    """Name → version and SHA-256 hashes of its files, as the lock has them."""
    found: dict[str, tuple[str, list[str]]] = {}
    for block in re.split(r"\n(?=\S)", LOCK.read_text(encoding="utf-8")):
        if line := _LINE.match(block):
            found[line[1].lower()] = (line[2], _HASH.findall(block))
    return found


def licence(name: str) -> str:
    """What a package says of its licence, "" where it is not installed or says nothing."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return ""
    classes = [one.rpartition(" :: ")[2] for one in told.get_all("Classifier", []) if one.startswith("License ::")]
    first = str(told.get("License-Expression") or "") or "; ".join(classes)
    return first or str(told.get("License") or "").strip().partition("\n")[0]


def gdals() -> dict[str, str]:
    """The GDALs that one process loads: package → version."""
    import pyogrio  # noqa: PLC0415 - only where it is asked for
    import rasterio  # noqa: PLC0415 - as above

    return {"pyogrio": str(pyogrio.__gdal_version_string__), "rasterio": str(rasterio.__gdal_version__)}


def sbom() -> dict[str, Any]:
    """The bill of materials; the same lock and packages give the same."""
    parts = [
        {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            "hashes": [{"alg": "SHA-256", "content": one} for one in hashes],
            "licenses": [{"license": {"name": told}}] if (told := licence(name)) else [],
        }
        for name, (version, hashes) in sorted(locked().items())
    ]
    bundled = [{"name": f"gdal:{name}", "value": version} for name, version in gdals().items()]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "innoregion"}, "properties": bundled},
        "components": parts,
    }


if __name__ == "__main__":
    made = sbom()
    Path(sys.argv[1]).write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{sys.argv[1]}: {len(made['components'])} parts; GDAL {gdals()}")
