"""Rows of 32 lanes in vector registers: one origin a lane. Addresses are plain integers, as numba has no vector types.

`relax16`, `relax32` lower one row by another plus a time; `fill16`, `fill32` set a row; `count16`, `count32` add a number to
the lanes within a cutoff. Lanes of 16 bits are unsigned, lanes of 32 bits signed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import types
from numba.extending import intrinsic

LANES = 32


def _ir() -> Any:
    from llvmlite import ir  # type: ignore[import-untyped]  # noqa: PLC0415 - only at compile time

    return ir


def _row(builder: Any, base: Any, index: Any, bits: int) -> Any:
    """Address of a row of lanes, as a pointer to a vector."""
    ir = _ir()
    offset = builder.mul(index, ir.Constant(ir.IntType(64), LANES * bits // 8))
    return builder.inttoptr(builder.add(base, offset), ir.VectorType(ir.IntType(bits), LANES).as_pointer())


def _all_lanes(builder: Any, value: Any) -> Any:
    """The value in every lane."""
    ir = _ir()
    kind = ir.VectorType(value.type, LANES)
    single = builder.insert_element(ir.Constant(kind, ir.Undefined), value, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(single, ir.Constant(kind, ir.Undefined), zeros)


def _relax(bits: int, compare: str) -> Callable[..., Any]:
    def intrinsic_of(typing_context: Any, base: Any, source: Any, target_base: Any, target: Any, time: Any) -> Any:  # noqa: ARG001
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ARG001
            ir = _ir()
            start, row, other_start, other_row, step = args
            place = _row(builder, other_start, other_row, bits)
            reached = builder.load(_row(builder, start, row, bits), align=bits // 8)
            reached = builder.add(reached, _all_lanes(builder, builder.trunc(step, ir.IntType(bits))))
            known = builder.load(place, align=bits // 8)
            better = getattr(builder, compare)("<", reached, known)
            builder.store(builder.select(better, reached, known), place, align=bits // 8)
            flags = builder.bitcast(better, ir.IntType(LANES))
            return builder.zext(builder.icmp_unsigned("!=", flags, ir.Constant(ir.IntType(LANES), 0)), ir.IntType(64))

        return types.int64(*[types.int64] * 5), generate

    return intrinsic_of


def _count(bits: int, compare: str) -> Callable[..., Any]:
    def intrinsic_of(typing_context: Any, base: Any, row: Any, cutoff: Any, worth: Any, sums: Any) -> Any:  # noqa: ARG001
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ARG001
            ir = _ir()
            start, index, limit, number, target = args
            time = builder.load(_row(builder, start, index, bits), align=bits // 8)
            within = getattr(builder, compare)("<=", time, _all_lanes(builder, builder.trunc(limit, ir.IntType(bits))))
            kind = ir.VectorType(ir.DoubleType(), LANES)
            place = builder.inttoptr(target, kind.as_pointer())
            none = ir.Constant(kind, [0.0] * LANES)
            gain = builder.select(within, _all_lanes(builder, number), none)
            builder.store(builder.fadd(builder.load(place, align=8), gain), place, align=8)
            return context.get_dummy_value()

        return types.void(types.int64, types.int64, types.int64, types.float64, types.int64), generate

    return intrinsic_of


def _fill(bits: int) -> Callable[..., Any]:
    def intrinsic_of(typing_context: Any, base: Any, row: Any, value: Any) -> Any:  # noqa: ARG001
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ARG001
            lanes = _all_lanes(builder, builder.trunc(args[2], _ir().IntType(bits)))
            builder.store(lanes, _row(builder, args[0], args[1], bits), align=bits // 8)
            return context.get_dummy_value()

        return types.void(types.int64, types.int64, types.int64), generate

    return intrinsic_of


relax16: Any = intrinsic(_relax(16, "icmp_unsigned"))
relax32: Any = intrinsic(_relax(32, "icmp_signed"))
count16: Any = intrinsic(_count(16, "icmp_unsigned"))
count32: Any = intrinsic(_count(32, "icmp_signed"))
fill16: Any = intrinsic(_fill(16))
fill32: Any = intrinsic(_fill(32))
