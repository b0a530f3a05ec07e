"""TOML read within bounds: the parser of the standard library calls itself for every bracket, and is quadratic in dotted keys."""

from __future__ import annotations

import re
import tomllib
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

MOST_BYTES = 10_000_000
MOST_DOTS = 100
_DOTTED = re.compile(rf"""(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){{{MOST_DOTS}}}""", re.ASCII)


def toml_bytes(source: Path | Traversable) -> bytes:
    """The bytes of a file. Errors: ``tomllib.TOMLDecodeError`` it can not be read, or has more than 10 MB."""
    try:
        with source.open("rb") as opened:
            data: bytes = opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise tomllib.TOMLDecodeError(f"the file can not be read ({error})") from error
    if len(data) > MOST_BYTES:
        raise tomllib.TOMLDecodeError(f"the file has more than {MOST_BYTES // 10**6} MB; split it")
    return data


def parsed_toml(text: str) -> dict[str, Any]:
    """The table of a text. Errors: ``tomllib.TOMLDecodeError``, also where it is nested too deeply."""
    if _DOTTED.search(text):
        raise tomllib.TOMLDecodeError(f"a key has more than {MOST_DOTS} parts; use fewer tables in tables")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise tomllib.TOMLDecodeError("lists or tables are nested too deeply; use fewer in one another") from None
