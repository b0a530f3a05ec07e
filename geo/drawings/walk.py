"""A drawing as a flat row of entities: blocks opened, and each entity with the place and the look that its blocks give it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from geo.drawings.arcs import Points
from geo.errors import PlanningDataError

MOST_ENTITIES = 2_000_000  # after blocks are opened
DEEPEST = 32  # blocks in blocks
_BY_BLOCK, _BY_LAYER = 0, 256


@dataclass(frozen=True)
class Look:
    """How an entity is drawn, everything "by layer" and "by block" resolved; ``hidden``: its layer is off or frozen."""

    layer: str = "0"
    aci: int = 7
    rgb: str = "#ffffff"
    linetype: str = "Continuous"
    hidden: bool = False


@dataclass(frozen=True)
class Piece:
    """One entity; ``matrix`` [4, 4] from its block to the drawing (row vectors); ``handle`` with the inserts that lead to it."""

    entity: Any
    matrix: Points
    look: Look
    handle: str
    block: str
    flaw: str = ""  # why an insert could not be opened

    @property
    def stretch(self) -> float:
        """The greatest factor by which its blocks enlarge it."""
        return float(np.linalg.norm(self.matrix[:3, :2], ord=2)) if self.block else 1.0

    def moved(self, points: Points) -> Points:
        """Coordinates [n, 3] of the entity in the drawing."""
        return points @ self.matrix[:3, :3] + self.matrix[3, :3]


def pieces(document: Any, file: str) -> Iterator[Piece]:
    """Every entity of the model space with all that blocks hold. Raises E-CAD-04 before it opens blocks that are too many."""
    counted = _Weights(document, file)
    if sum(counted.of(entity) for entity in document.modelspace()) > MOST_ENTITIES:
        raise counted.refused(f"blocks open into more than {MOST_ENTITIES:,} entities")
    looks = _Looks(document)
    for entity in document.modelspace():
        yield from _opened(entity, np.eye(4), None, looks, "", "")


def _opened(entity: Any, matrix: Points, outer: Look | None, looks: _Looks, prefix: str, block: str) -> Iterator[Piece]:
    handle = prefix + str(entity.dxf.handle)
    look = looks.of(entity, outer)
    if entity.dxftype() != "INSERT":
        yield Piece(entity, matrix, look, handle, block)
        return
    many = entity.mcount > 1
    for count, one in enumerate(entity.multi_insert() if many else (entity,)):
        path = f"{handle}[{count}]" if many else handle
        inner = _inner(one, matrix)
        yield Piece(one, matrix, look, path, one.dxf.name, "" if np.isfinite(inner).all() else "an insert without place")
        for attribute in one.attribs:
            yield Piece(attribute, matrix, looks.of(attribute, look), f"{path}/{attribute.dxf.tag}", one.dxf.name)
        content = one.block()
        if content is None or content.block_record.is_xref or not np.isfinite(inner).all():
            continue
        for child in content:
            if child.dxftype() != "ATTDEF":  # what the attributes of the insert were made from
                yield from _opened(child, inner, look, looks, f"{path}/", one.dxf.name)


def _inner(insert: Any, matrix: Points) -> Points:
    """The matrix for the content of an insert; not finite where its numbers make none."""
    try:
        with np.errstate(all="ignore"):
            inner: Points = np.array(list(insert.matrix44()), float).reshape(4, 4) @ matrix
    except (ArithmeticError, ValueError):
        return np.full((4, 4), np.nan)
    return inner


def _given(entity: Any, name: str, default: Any) -> Any:
    """An attribute; kinds that ezdxf does not know have none."""
    return entity.dxf.get(name, default) if entity.dxf.hasattr(name) else default


class _Looks:
    """Looks of entities, by the tables of layers."""

    def __init__(self, document: Any) -> None:
        from ezdxf.colors import DXF_DEFAULT_COLORS, int2rgb  # noqa: PLC0415 - loads the library

        self._rgb_of = int2rgb
        self._palette = [f"#{value:06x}" for value in DXF_DEFAULT_COLORS]
        self._layers = {layer.dxf.name.casefold(): self._layer(layer) for layer in document.layers}

    def _layer(self, layer: Any) -> Look:
        aci = min(max(abs(int(layer.dxf.color)), 1), 255)
        rgb = self._true(layer) or self._palette[aci]
        return Look(layer.dxf.name, aci, rgb, layer.dxf.linetype, layer.is_off() or layer.is_frozen())

    def _true(self, entity: Any) -> str:
        if not entity.dxf.hasattr("true_color"):
            return ""
        return "#{:02x}{:02x}{:02x}".format(*self._rgb_of(entity.dxf.true_color))

    def of(self, entity: Any, outer: Look | None) -> Look:
        name = _given(entity, "layer", "0")
        if name == "0" and outer is not None:
            name = outer.layer  # layer 0 in a block is the layer of the insert
        base = self._layers.get(name.casefold()) or Look(name)
        base = replace(base, hidden=base.hidden or (outer is not None and outer.hidden))
        return replace(base, **self._own(entity, outer, base))

    def _own(self, entity: Any, outer: Look | None, base: Look) -> dict[str, Any]:
        given: dict[str, Any] = {}
        aci = _given(entity, "color", _BY_LAYER)
        if aci == _BY_BLOCK:
            given |= {"aci": outer.aci, "rgb": outer.rgb} if outer else {"aci": 7, "rgb": self._palette[7]}
        elif aci != _BY_LAYER:
            given |= {"aci": aci, "rgb": self._palette[min(max(aci, 1), 255)]}
        if true := self._true(entity):
            given["rgb"] = true
        linetype = _given(entity, "linetype", "BYLAYER")
        if linetype.upper() == "BYBLOCK":
            given["linetype"] = outer.linetype if outer else base.linetype
        elif linetype.upper() != "BYLAYER":
            given["linetype"] = linetype
        return given | {"hidden": base.hidden or bool(_given(entity, "invisible", 0))}


class _Weights:
    """How many entities a block opens into, without opening it."""

    def __init__(self, document: Any, file: str) -> None:
        self._blocks, self._file = document.blocks, file
        self._known: dict[str, tuple[int, int]] = {}
        self._open: list[str] = []

    def of(self, entity: Any) -> int:
        if entity.dxftype() != "INSERT":
            return 1
        weight, _ = self._block(entity.dxf.name)
        return 1 + max(entity.mcount, 1) * (weight + len(entity.attribs))

    def refused(self, what: str) -> PlanningDataError:
        return PlanningDataError(
            "E-CAD-04", f"{what}.", file=self._file, mend="purge the drawing and save it again as DXF R2010."
        )

    def _block(self, name: str) -> tuple[int, int]:
        """Entities and depth of a block."""
        key = name.casefold()
        if key in self._known:
            return self._known[key]
        if key in self._open:
            raise self.refused(f"the block {name!r} holds itself")
        if len(self._open) >= DEEPEST:
            raise self.refused(f"blocks are nested more than {DEEPEST} deep")
        self._open.append(key)
        weight, depth = 0, 0
        for entity in self._blocks.get(name) or ():
            weight += self.of(entity)
            if entity.dxftype() == "INSERT":
                depth = max(depth, self._block(entity.dxf.name)[1])
        self._open.pop()
        if depth + 1 > DEEPEST:
            raise self.refused(f"blocks are nested more than {DEEPEST} deep")
        self._known[key] = weight, depth + 1
        return self._known[key]
