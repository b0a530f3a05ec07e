"""The one graph type of the kernels, and a bit trick that numpy has no name for."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

FAR = 2**31 - 1


class Graph(NamedTuple):
    """Arcs in compressed rows: of node v they are ``ptr[v]:ptr[v+1]``; ``to`` the other end, ``ds`` deciseconds > 0; int32."""

    ptr: NDArray[np.int32]
    to: NDArray[np.int32]
    ds: NDArray[np.int32]


def _trailing_zeros(typing_context: Any, word: Any) -> Any:  # noqa: ARG001 - numba's signature
    """Number of zero bits below the lowest one bit of a non-zero uint64."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ARG001 - numba's signature
        from llvmlite import ir  # type: ignore[import-untyped]  # noqa: PLC0415 - only at compile time

        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


trailing_zeros: Any = intrinsic(_trailing_zeros)


@njit(nogil=True, cache=True)
def rows(count: int, row: NDArray[np.int32]) -> NDArray[np.int32]:
    """Row pointers int32 [count + 1] of items grouped by ``row``."""
    ptr = np.zeros(count + 1, np.int32)
    for i in range(len(row)):
        ptr[row[i] + 1] += 1
    for i in range(count):
        ptr[i + 1] += ptr[i]
    return ptr


@njit(nogil=True, cache=True)
def reversed_graph(graph: Graph) -> Graph:
    """The graph with every arc turned round; rows ascending, as in the original."""
    n = len(graph.ptr) - 1
    ptr = rows(n, graph.to)
    fill = ptr[:-1].copy()
    to = np.empty_like(graph.to)
    ds = np.empty_like(graph.ds)
    for v in range(n):
        for e in range(graph.ptr[v], graph.ptr[v + 1]):
            place = fill[graph.to[e]]
            fill[graph.to[e]] = place + 1
            to[place] = v
            ds[place] = graph.ds[e]
    return Graph(ptr, to, ds)
