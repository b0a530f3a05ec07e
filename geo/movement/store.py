"""A network in one file: a zip of plain numpy arrays (no pickle) with a version and a checksum over all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import PlanningDataError
from geo.movement.edges import Edges
from geo.movement.hierarchy import Hierarchy, has_hierarchy, hierarchy
from geo.movement.kernels.graph import Graph
from geo.movement.network import Network
from geo.writing.whole import write_whole

FORMAT, VERSION = "innoregion network", 1
Arrays = dict[str, NDArray[Any]]


def save_network(network: Network, path: str | Path) -> Path:
    """Write the network, its drawn edges and the hierarchies made so far; the old file stays until the new one is complete.

    The same network gives the same bytes. Errors: E-NET-13 a column of the edges' table is neither numbers nor text.
    """
    path = Path(path)
    arrays = {**_of_network(network), **_of_hierarchies(network)}
    if network.edges is not None:
        arrays.update(_of_edges(network.edges))
    arrays["format"] = np.array([FORMAT, str(VERSION)])
    arrays["checksum"] = np.array(_checksum(arrays))

    def fill(part: Path) -> None:
        with part.open("wb") as file:  # by its handle: numpy would add .npz to another name
            np.savez(file, allow_pickle=False, **{name: arrays[name] for name in sorted(arrays)})

    return write_whole(path, fill)


def load_network(path: str | Path) -> Network:
    """The network of a file. Errors: E-NET-14 no such file, not a network, another version, or damaged."""
    path = Path(path)
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except Exception as problem:  # noqa: BLE001 - a damaged archive provokes nearly anything
        raise _refused(path, "this is no network file, or it is damaged", str(problem)) from None
    stamp = arrays.get("format")
    if stamp is None or stamp.shape != (2,) or stamp[0] != FORMAT:
        raise _refused(path, "this is no network file", sorted(arrays)[:5])
    if stamp[1] != str(VERSION):
        raise _refused(path, f"the file has version {stamp[1]}, known is {VERSION}", str(stamp[1]))
    if str(arrays.pop("checksum", "")) != _checksum(arrays):
        raise _refused(path, "the checksum does not fit: the file is damaged", None)
    ds = _by_mode(arrays, "ds/")
    edges = _edges(arrays) if "edges/ptr" in arrays else None
    network = Network(arrays["node_xy"], str(arrays["crs"]), arrays["node_id"], arrays["ptr"], arrays["head"], ds, edges)
    for mode in ds:
        if f"rank/{mode}" in arrays:
            up, down = (_graph(arrays, f"{side}/{mode}") for side in ("up", "down"))
            ready = Hierarchy(arrays[f"rank/{mode}"], up, down, int(arrays[f"core/{mode}"]))
            network.prepared(("hierarchy", mode), lambda ready=ready: ready)  # type: ignore[misc]
    return network


def _of_network(network: Network) -> Arrays:
    arrays: Arrays = {name: getattr(network, name) for name in ("node_xy", "node_id", "ptr", "head")}
    return {**arrays, "crs": np.array(network.crs), **{f"ds/{mode}": ds for mode, ds in network.ds.items()}}


def _of_hierarchies(network: Network) -> Arrays:
    arrays: Arrays = {}
    for mode in network.modes:
        if has_hierarchy(network, mode):
            ready = hierarchy(network, mode)
            arrays[f"rank/{mode}"], arrays[f"core/{mode}"] = ready.rank, np.array(ready.core)
            for side, graph in (("up", ready.up), ("down", ready.down)):
                arrays.update({f"{side}/{mode}/{name}": array for name, array in graph._asdict().items()})
    return arrays


def _of_edges(edges: Edges) -> Arrays:
    arrays: Arrays = {f"edges/{name}": getattr(edges, name) for name in ("ptr", "xy", "edge", "along", "tail", "head")}
    arrays.update({f"edges/ds/{mode}": ds for mode, ds in edges.ds.items()})
    arrays["edges/columns"] = np.array([str(column) for column in edges.table.columns], dtype=np.str_)
    for i, column in enumerate(edges.table.columns):
        values = edges.table[column]
        if pd.api.types.is_numeric_dtype(values.dtype) and isinstance(values.dtype, np.dtype):
            arrays[f"edges/table/{i}"] = values.to_numpy()
            continue
        codes, texts = pd.factorize(values)
        if not all(isinstance(text, str) for text in texts):
            mend = "keep numbers and text only."
            what = f"column {column!r} of the edges can not be saved."
            raise PlanningDataError("E-NET-13", what, seen=str(values.dtype), mend=mend)
        arrays[f"edges/table/{i}"] = codes.astype(np.int32)
        arrays[f"edges/texts/{i}"] = np.array(list(texts), dtype=np.str_)
    return arrays


def _edges(arrays: Mapping[str, NDArray[Any]]) -> Edges:
    table = {}
    for i, column in enumerate(arrays["edges/columns"].tolist()):
        values = arrays[f"edges/table/{i}"]
        texts = arrays.get(f"edges/texts/{i}")
        if texts is None:
            table[column] = pd.Series(values)
        else:
            known = pd.Series([*texts.tolist(), None], dtype="str")
            table[column] = known.iloc[values].reset_index(drop=True)
    count = len(arrays["edges/ptr"]) - 1
    ptr, xy, edge, along, tail, head = (arrays[f"edges/{name}"] for name in ("ptr", "xy", "edge", "along", "tail", "head"))
    frame = pd.DataFrame(table, index=pd.RangeIndex(count))
    return Edges(ptr, xy, edge, along, frame, tail, head, _by_mode(arrays, "edges/ds/"))


def _by_mode(arrays: Mapping[str, NDArray[Any]], start: str) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(start): array for name, array in sorted(arrays.items()) if name.startswith(start)}


def _graph(arrays: Mapping[str, NDArray[Any]], start: str) -> Graph:
    graph = Graph(*(arrays[f"{start}/{name}"] for name in Graph._fields))
    for array in graph:
        array.flags.writeable = False
    return graph


def _checksum(arrays: Mapping[str, NDArray[Any]]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def _refused(path: Path, what: str, seen: object) -> PlanningDataError:
    mend = "build the network again and save it."
    return PlanningDataError("E-NET-14", f"{what}.", file=path.name, seen=seen, mend=mend)
