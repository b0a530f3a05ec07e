# mypy: disable-error-code="untyped-decorator"
"""Operations on a row of 64 lanes of 16 bits, as one LLVM vector: it stays in registers whatever the processor.

Arrays are C-contiguous uint16; a row is named by its first flat index.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import extending, types
from numba.core import cgutils

LANES = 64
function: Any = cgutils.get_or_insert_function
intrinsic: Any = extending.intrinsic  # its own annotations know only the Python signature
_ROW = ir.VectorType(ir.IntType(16), LANES)
_I1, _I32, _I64 = ir.IntType(1), ir.IntType(32), ir.IntType(64)


def _data(context: Any, builder: Any, kind: Any, array: Any) -> Any:
    return context.make_array(kind)(context, builder, array).data


def _row(context: Any, builder: Any, kind: Any, array: Any, at: Any) -> Any:
    return builder.bitcast(builder.gep(_data(context, builder, kind, array), [at]), _ROW.as_pointer())


def _everywhere(builder: Any, value: Any) -> Any:
    """A row that holds one value in all lanes."""
    first = builder.insert_element(ir.Constant(_ROW, ir.Undefined), value, ir.Constant(_I32, 0))
    return builder.shuffle_vector(first, ir.Constant(_ROW, ir.Undefined), ir.Constant(ir.VectorType(_I32, LANES), [0] * LANES))


def _lesser(builder: Any, one: Any, other: Any) -> Any:
    return builder.select(builder.icmp_unsigned("<", one, other), one, other)


@intrinsic
def relax_rows(_typing: Any, rows: Any, item: Any, sec: Any, count: Any, best: Any) -> Any:  # noqa: ARG001 - numba passes every argument
    """best[:] = min(best[:], rows[item[e], :] + sec[e]) for e in [0, count)."""
    signature = types.void(rows, item, sec, types.int64, best)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        table, items, secs, target = (_data(context, builder, sig.args[i], args[i]) for i in (0, 1, 2, 4))
        table, target = builder.bitcast(table, _ROW.as_pointer()), builder.bitcast(target, _ROW.as_pointer())
        before = builder.load(target, align=2)
        entry, loop, done = builder.block, builder.append_basic_block("relax"), builder.append_basic_block("done")
        builder.cbranch(builder.icmp_signed("<", ir.Constant(_I64, 0), args[3]), loop, done)
        builder.position_at_end(loop)
        e, least = builder.phi(_I64), builder.phi(_ROW)
        source = builder.sext(builder.load(builder.gep(items, [e])), _I64)
        shift = _everywhere(builder, builder.load(builder.gep(secs, [e])))
        lesser = _lesser(builder, builder.add(builder.load(builder.gep(table, [source]), align=2), shift), least)
        following = builder.add(e, ir.Constant(_I64, 1))
        builder.cbranch(builder.icmp_signed("<", following, args[3]), loop, done)
        for phi, start, onward in ((e, ir.Constant(_I64, 0), following), (least, before, lesser)):
            phi.add_incoming(start, entry)
            phi.add_incoming(onward, loop)
        builder.position_at_end(done)
        result = builder.phi(_ROW)
        result.add_incoming(before, entry)
        result.add_incoming(lesser, loop)
        builder.store(result, target, align=2)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def count_up_to(_typing: Any, rows: Any, at: Any, most: Any) -> Any:  # noqa: ARG001 - as above
    """How many of the 64 lanes at ``at`` are ≤ ``most``."""
    signature = types.int64(rows, types.int64, types.uint16)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        row = builder.load(_row(context, builder, sig.args[0], args[0], args[1]), align=2)
        return builder.ctpop(builder.bitcast(builder.icmp_unsigned("<=", row, _everywhere(builder, args[2])), _I64))

    return signature, generate


@intrinsic
def differing(_typing: Any, one: Any, one_at: Any, other: Any, other_at: Any) -> Any:  # noqa: ARG001 - as above
    """Bits of the lanes in which two rows differ."""
    signature = types.uint64(one, types.int64, other, types.int64)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        rows = [builder.load(_row(context, builder, sig.args[i], args[i], args[i + 1]), align=2) for i in (0, 2)]
        return builder.bitcast(builder.icmp_unsigned("!=", *rows), _I64)

    return signature, generate


@intrinsic
def outrun(_typing: Any, one: Any, one_at: Any, other: Any, other_at: Any) -> Any:  # noqa: ARG001 - as above
    """Bits of the 64 int8 from ``one_at`` on that are above those of ``other``, which is raised to them."""
    signature = types.uint64(one, types.int64, other, types.int64)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        bytes_ = ir.VectorType(ir.IntType(8), LANES)
        data = [builder.gep(_data(context, builder, sig.args[i], args[i]), [args[i + 1]]) for i in (0, 2)]
        places = [builder.bitcast(place, bytes_.as_pointer()) for place in data]
        mine, known = (builder.load(place, align=1) for place in places)
        above = builder.icmp_signed(">", mine, known)
        builder.store(builder.select(above, mine, known), places[1], align=1)
        return builder.bitcast(above, _I64)

    return signature, generate


@intrinsic
def travel_span(_typing: Any, rows: Any, at: Any, minutes: Any) -> Any:  # noqa: ARG001 - as above
    """Travel times (60 s a lane off) of the first ``minutes`` lanes: the least + 65,536 × the most."""
    signature = types.int64(rows, types.int64, types.int64)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        row = builder.load(_row(context, builder, sig.args[0], args[0], args[1]), align=2)
        row = builder.sub(row, ir.Constant(_ROW, [60 * lane for lane in range(LANES)]))
        last = _everywhere(builder, builder.trunc(args[2], ir.IntType(16)))
        used = builder.icmp_unsigned("<", ir.Constant(_ROW, list(range(LANES))), last)
        ends = []
        for name, neutral in (("umin", 2**16 - 1), ("umax", 0)):
            kind = ir.FunctionType(ir.IntType(16), [_ROW])
            reduce = function(builder.module, kind, f"llvm.vector.reduce.{name}.v{LANES}i16")
            ends.append(builder.call(reduce, [builder.select(used, row, ir.Constant(_ROW, [neutral] * LANES))]))
        least, most = (builder.zext(end, _I64) for end in ends)
        return builder.or_(least, builder.shl(most, ir.Constant(_I64, 16)))

    return signature, generate


@intrinsic
def least_from_here(_typing: Any, rows: Any, at: Any) -> Any:  # noqa: ARG001 - as above
    """row[l] = min(row[l:])."""
    signature = types.void(rows, types.int64)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        place = _row(context, builder, sig.args[0], args[0], args[1])
        row, top = builder.load(place, align=2), ir.Constant(_ROW, [2**16 - 1] * LANES)
        for step in (1, 2, 4, 8, 16, 32):
            lanes = ir.Constant(ir.VectorType(_I32, LANES), [min(lane + step, LANES) for lane in range(LANES)])
            row = _lesser(builder, builder.shuffle_vector(row, top, lanes), row)
        builder.store(row, place, align=2)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def lowest_bit(_typing: Any, bits: Any) -> Any:  # noqa: ARG001 - as above
    """Number of the lowest bit set (bits ≠ 0)."""

    def generate(_context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(_I1, 1))

    return types.int64(types.uint64), generate


@intrinsic
def highest_bit(_typing: Any, bits: Any) -> Any:  # noqa: ARG001 - as above
    """Number of the highest bit set (bits ≠ 0)."""

    def generate(_context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        return builder.sub(ir.Constant(_I64, 63), builder.ctlz(args[0], ir.Constant(_I1, 1)))

    return types.int64(types.uint64), generate
