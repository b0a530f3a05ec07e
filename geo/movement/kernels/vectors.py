"""Rows of 32 lanes in vector registers, one origin a lane: arrays [rows, 32] of uint16 or int32 that hold times ≥ 0.

`relax` lowers one row by another plus a time, `fill` sets a row, `count` adds a number to the lanes within a cutoff. numba has
no vectors of its own, and its loops over small integers widen them to 64 bits: hence these three in LLVM's own terms.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic

LANES = 32


def _ir() -> Any:
    from llvmlite import ir  # type: ignore[import-untyped]  # noqa: PLC0415 - only at compile time

    return ir


def _row(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    """Pointer to a row of lanes of a C-contiguous array."""
    ir = _ir()
    lane = ir.DoubleType() if isinstance(kind.dtype, types.Float) else ir.IntType(kind.dtype.bitwidth)
    start = builder.ptrtoint(context.make_array(kind)(context, builder, array).data, ir.IntType(64))
    offset = builder.mul(index, ir.Constant(ir.IntType(64), LANES * kind.dtype.bitwidth // 8))
    return builder.inttoptr(builder.add(start, offset), ir.VectorType(lane, LANES).as_pointer())


def _all_lanes(builder: Any, value: Any) -> Any:
    """The value in every lane."""
    ir = _ir()
    kind = ir.VectorType(value.type, LANES)
    single = builder.insert_element(ir.Constant(kind, ir.Undefined), value, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(single, ir.Constant(kind, ir.Undefined), zeros)


def _narrow(builder: Any, value: Any, kind: Any) -> Any:
    """An int64 in every lane, cut to the lanes' width."""
    return _all_lanes(builder, builder.trunc(value, _ir().IntType(kind.dtype.bitwidth)))


def _relax(typing_context: Any, source: Any, row: Any, target: Any, other: Any, time: Any) -> Any:  # noqa: ARG001
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        ir, size = _ir(), source.dtype.bitwidth // 8
        place = _row(context, builder, signature.args[2], args[2], args[3])
        reached = builder.load(_row(context, builder, signature.args[0], args[0], args[1]), align=size)
        reached = builder.add(reached, _narrow(builder, args[4], source))
        known = builder.load(place, align=size)
        better = builder.icmp_unsigned("<", reached, known)
        builder.store(builder.select(better, reached, known), place, align=size)
        flags = builder.bitcast(better, ir.IntType(LANES))
        return builder.zext(builder.icmp_unsigned("!=", flags, ir.Constant(ir.IntType(LANES), 0)), ir.IntType(64))

    return types.int64(source, types.int64, target, types.int64, types.int64), generate


def _fill(typing_context: Any, lanes: Any, row: Any, value: Any) -> Any:  # noqa: ARG001
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = _row(context, builder, signature.args[0], args[0], args[1])
        builder.store(_narrow(builder, args[2], lanes), place, align=lanes.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(lanes, types.int64, types.int64), generate


def _count(typing_context: Any, lanes: Any, row: Any, cutoff: Any, worth: Any, sums: Any, cell: Any) -> Any:  # noqa: ARG001
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        ir = _ir()
        time = builder.load(_row(context, builder, signature.args[0], args[0], args[1]), align=lanes.dtype.bitwidth // 8)
        within = builder.icmp_unsigned("<=", time, _narrow(builder, args[2], lanes))
        place = _row(context, builder, signature.args[4], args[4], args[5])
        none = ir.Constant(ir.VectorType(ir.DoubleType(), LANES), [0.0] * LANES)
        gain = builder.select(within, _all_lanes(builder, args[3]), none)
        builder.store(builder.fadd(builder.load(place, align=8), gain), place, align=8)
        return context.get_dummy_value()

    return types.void(lanes, types.int64, types.int64, types.float64, sums, types.int64), generate


relax: Any = intrinsic(_relax)
fill: Any = intrinsic(_fill)
count: Any = intrinsic(_count)
