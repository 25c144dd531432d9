"""Quantised operators with random parameters, and what they are defined to give.

Each family is a function of a draft. It gives one case or, where all that flows through
is of 8 bits, a case of uint8 and its twin of int8: the same real numbers, so the same
bytes less 128.
"""

import numpy as np

import definition as exact
from drafts import MICROSOFT, SETS, Draft, int32_bias, weights


# ---- Products

def gemm(draft, trans_a, trans_b, bias, per_channel, signed, alpha=1.0, real=False):
    m, k, n = 3, 11, 5
    a_scale, a_zero = draft.scale(), draft.zero()
    a = draft.quantised((k, m) if trans_a else (m, k), a_scale, a_zero)
    axis = 0 if trans_b else 1
    q, scale, zero = weights(draft, (n, k) if trans_b else (k, n), axis, per_channel, signed)
    b = exact.dequantise(q, scale, zero, axis)
    b = b.map(np.transpose) if trans_b else b
    reals = [exact.product(x.map(np.transpose) if trans_a else x, b) for x in a]
    shape = {"none": None, "one": (1,), "row": (n,), "column": (m, 1), "all": (m, n)}[bias]
    if shape is None:
        draft.add(None)
    else:
        number, c = int32_bias(draft, shape, a_scale, scale)
        draft.add(number)
        reals = [exact.plus(r, c) for r in reals]
    factor = exact.Fraction(alpha)
    reals = [r.map(lambda v: v * factor) for r in reals]
    if real:
        expected = [(r.value.astype(float), (r.size * exact.FLOAT_ERROR).astype(float))
                    for r in reals]
    else:
        expected = draft.quantise(reals, draft.result_parameters(draft.scale(largest=0.2)))
    return draft.case("QGemm", expected, transA=trans_a, transB=trans_b, alpha=alpha)


def conv(draft, domain, group, per_channel, signed, bias, channels_last=False, stride=1):
    channels, count, pads = 4, 6, [1, 0, 1, 1]
    x_scale, x_zero = draft.scale(), draft.zero()
    x = draft.quantised((1, 5, 6, channels) if channels_last else (1, channels, 5, 6),
                        x_scale, x_zero)
    q, scale, zero = weights(draft, (count, channels // group, 3, 2), 0, per_channel, signed)
    w = exact.dequantise(q, scale, zero, 0)
    last, first = (0, 2, 3, 1), (0, 3, 1, 2)
    if channels_last:
        x = [r.map(lambda v: v.transpose(first)) for r in x]
    reals = [exact.conv(r, w, [stride, stride], pads, group) for r in x]
    parameters = draft.result_parameters(draft.scale(largest=0.2))
    if bias:
        number, b = int32_bias(draft, (count,), x_scale, scale)
        draft.add(number)
        reals = [exact.plus(r, b.map(lambda v: v.reshape(1, -1, 1, 1))) for r in reals]
    if channels_last:
        reals = [r.map(lambda v: v.transpose(last)) for r in reals]
    attributes = {"channels_last": 1} if channels_last else {}
    return draft.case("QLinearConv", draft.quantise(reals, parameters), domain, pads=pads,
                      group=group, strides=[stride, stride], **attributes)


def matmul(draft, a_shape, b_shape, per_channel, signed):
    a = draft.quantised(a_shape, draft.scale(), draft.zero())
    q, scale, zero = weights(draft, b_shape, len(b_shape) - 1, per_channel, signed)
    b = exact.dequantise(q, scale, zero, -1)
    reals = [exact.product(x, b) for x in a]
    return draft.case("QLinearMatMul", draft.quantise(
        reals, draft.result_parameters(draft.scale(largest=0.2))), "")


def matmul_to_float(draft, per_channel, signed):
    a_scale, a_zero = draft.scale(), draft.zero()
    x = draft.activations((2, 3, 7))
    q, scale, zero = weights(draft, (7, 5), 1, per_channel, signed)
    # A, B, a_scale, b_scale, a_zero_point, b_zero_point, bias
    b_name, scale_name, zero_name = draft.operands[1:]
    draft.add(a_scale)
    draft.add(a_zero)
    draft.add(draft.rng.uniform(-1, 1, 5).astype(np.float32))
    bias = draft.constants[-1][1]
    names = draft.operands
    draft.operands = [names[0], b_name, names[4], scale_name, names[5], zero_name, names[6]]
    reals = [exact.product(exact.dequantise(s, a_scale, a_zero),
                           exact.dequantise(q, scale, zero, 1)) for s in x]
    expected = [(r.value.astype(float) + bias, (r.size * exact.FLOAT_ERROR).astype(float) + 1e-6)
                for r in reals]
    return draft.case("MatMulIntegerToFloat", expected)


def blocks(draft, bits, block, zero_kind, bias):
    """MatMulNBits: weights of each column in blocks."""
    n, k = 6, 2 * block + 16  # the last block is not whole
    count = -(-k // block)
    x = draft.add(draft.rng.uniform(-1, 1, (SETS, 2, k)).astype(np.float32), is_input=True)
    q = draft.rng.integers(0, 2 ** bits, (n, count * block))
    q[:, k:] = 0
    draft.add(pack(q, bits).reshape(n, count, block * bits // 8))
    scale = draft.scale((n, count)) * draft.rng.choice([-1, 1], (n, count)).astype(np.float32)
    scale[0, 0] = 0  # as onnxruntime has it of a block of zeros
    draft.add(scale)
    zero = np.full((n, count), 2 ** (bits - 1), float)
    if zero_kind == "packed":
        zero = draft.rng.integers(0, 2 ** bits, (n, count))
        padded = np.zeros((n, -(-count * bits // 8) * 8 // bits), np.int64)
        padded[:, :count] = zero
        draft.add(pack(padded, bits))
    elif zero_kind == "real":
        zero = draft.add(draft.rng.uniform(0, 2 ** bits, (n, count)).astype(np.float32))
    else:
        draft.add(None)
    draft.add(None)  # g_idx
    w = (q.reshape(n, count, block) - zero[..., None].astype(float)) * scale[..., None]
    w = w.reshape(n, -1)[:, :k].T
    expected = [(s.astype(float) @ w, np.abs(s) @ np.abs(w) * 1e-6 + 1e-6) for s in x]
    if bias:
        b = draft.add(draft.rng.uniform(-1, 1, n).astype(np.float32))
        expected = [(v + b, t) for v, t in expected]
    return draft.case("MatMulNBits", expected, K=k, N=n, bits=bits, block_size=block)


def gathered_blocks(draft, bits, block, zero_kind):
    """GatherBlockQuantized: rows of a table of integers in blocks."""
    rows, k = 7, 2 * block + 16  # the last block is not whole
    count = -(-k // block)
    q = draft.rng.integers(0, 2 ** bits, (rows, k))
    draft.add(pack(q, bits))
    at = draft.rng.integers(-rows, rows, (SETS, 2, 3))
    draft.add(at, is_input=True)
    scale = draft.scale((rows, count)) * draft.rng.choice([-1, 1], (rows, count)).astype(np.float32)
    draft.add(scale)
    zero = np.full((rows, count), 2 ** (bits - 1))
    if zero_kind == "packed":
        zero = draft.rng.integers(0, 2 ** bits, (rows, count))
        padded = np.zeros((rows, -(-count * bits // 8) * 8 // bits), np.int64)
        padded[:, :count] = zero
        draft.add(pack(padded, bits))
    each = np.arange(k) // block
    table = (q - zero[:, each]).astype(float) * scale[:, each]
    return draft.case("GatherBlockQuantized", [(table[s], np.abs(table[s]) * 1e-6) for s in at],
                      bits=bits, block_size=block, gather_axis=0, quantize_axis=1)


def pack(numbers, bits):
    """The first of neighbours in the low bits of a byte."""
    each = 8 // bits
    parts = numbers.reshape(numbers.shape[0], -1, each).astype(np.int64)
    return (parts << (bits * np.arange(each))).sum(axis=-1).astype(np.uint8)


def dynamic_matmul(draft, bias):
    """Real numbers that are quantised when the network runs: defined in float32."""
    x = draft.rng.uniform(-3, 5, (SETS, 4, 9)).astype(np.float32)
    draft.add(x, is_input=True)
    q, scale, zero = weights(draft, (9, 5), 1, False, True)
    b = (q.astype(float) - zero) * float(scale)
    added = draft.add(draft.rng.uniform(-1, 1, 5).astype(np.float32)) if bias else 0.0
    expected = []
    for s in x:
        low, high = min(s.min(), np.float32(0)), max(s.max(), np.float32(0))
        step = np.float32(high - low) / np.float32(255)
        z = np.rint(np.clip(-low / step, 0, 255))
        a = np.clip(np.rint(s / step) + z, 0, 255)
        real = (a.astype(float) - z) * float(step)
        expected.append((real @ b + added, np.abs(real) @ np.abs(b) * 1e-6 + 1e-6))
    return draft.case("DynamicQuantizeMatMul", expected)


# ---- Element by element

def binary(draft, op, shapes, absent=""):
    """`absent` names operands without a zero point."""
    a = draft.quantised(shapes[0], draft.scale(), None if "A" in absent else draft.zero())
    b = draft.quantised(shapes[1], draft.scale(), draft.zero())
    combine = exact.plus if op == "QLinearAdd" else exact.times
    reals = [combine(*pair) for pair in zip(a, b)]
    largest = 0.1 if op == "QLinearAdd" else 0.4
    parameters = draft.result_parameters(draft.scale(largest=largest), "C" in absent)
    case = draft.case(op, draft.quantise(reals, parameters))
    case.runs_in_onnxruntime = "A" not in absent  # its type inference wants all but the last
    return case


def leaky_relu(draft, alpha):
    x = draft.quantised((2, 40), draft.scale(), draft.zero())
    slope = exact.Fraction(float(np.float32(alpha)))
    reals = [r.map(lambda v: exact.each(lambda e: e * slope if e < 0 else e, v)) for r in x]
    parameters = draft.result_parameters(draft.scale())
    return draft.case("QLinearLeakyRelu", draft.quantise(reals, parameters), alpha=alpha)


def sigmoid(draft):
    x = draft.quantised((2, 40), draft.scale(), draft.zero())
    reals = [exact.function(r, lambda v: 1 / (1 + np.exp(-v))) for r in x]
    parameters = draft.result_parameters(np.float32(1 / 256))
    return draft.case("QLinearSigmoid", draft.quantise(reals, parameters))


def where(draft):
    condition = draft.add(draft.rng.integers(0, 2, (SETS, 3, 1)).astype(bool), is_input=True)
    x = draft.quantised((3, 8), draft.scale(), draft.zero())
    y = draft.quantised((8,), draft.scale(), draft.zero())
    def pick(c, a, b):
        return exact.Reals(np.where(c, a.value, b.value), np.where(c, a.size, b.size))
    reals = [pick(*one) for one in zip(condition, x, y)]
    return draft.case("QLinearWhere", draft.quantise(
        reals, draft.result_parameters(draft.scale())))


# ---- Along axes

def pool(draft, count_include_pad=0, ceil_mode=0, channels_last=0):
    shape, last, first = (1, 3, 7, 8), (0, 2, 3, 1), (0, 3, 1, 2)
    x = draft.quantised((1, 7, 8, 3) if channels_last else shape, draft.scale(), draft.zero())
    if channels_last:
        x = [r.map(lambda v: v.transpose(first)) for r in x]
    kernel, strides, pads = [3, 2], [2, 2], [1, 0, 0, 1]
    reals = [exact.average_pool(r, kernel, strides, pads, count_include_pad, ceil_mode)
             for r in x]
    if channels_last:
        reals = [r.map(lambda v: v.transpose(last)) for r in reals]
    parameters = draft.result_parameters(draft.scale())
    return draft.case("QLinearAveragePool", draft.quantise(reals, parameters),
                      kernel_shape=kernel, strides=strides, pads=pads, ceil_mode=ceil_mode,
                      count_include_pad=count_include_pad, channels_last=channels_last)


def mean(values, axes, keepdims=True):
    count = int(np.prod([values.shape[a] for a in axes]))
    return values.sum(axis=axes, keepdims=keepdims) / exact.Fraction(count)


def global_pool(draft, channels_last=0):
    x = draft.quantised((2, 4, 5, 3) if channels_last else (2, 3, 4, 5),
                        draft.scale(), draft.zero())
    axes = (1, 2) if channels_last else (2, 3)
    reals = [r.map(lambda v: mean(v, axes)) for r in x]
    parameters = draft.result_parameters(draft.scale(largest=0.05))
    return draft.case("QLinearGlobalAveragePool", draft.quantise(reals, parameters),
                      channels_last=channels_last)


def reduce_mean(draft, axes, keepdims):
    x = draft.quantised((2, 6, 5), draft.scale(), draft.zero())
    reals = [r.map(lambda v: mean(v, axes, bool(keepdims))) for r in x]
    parameters = draft.result_parameters(draft.scale(largest=0.05))
    case = draft.case("QLinearReduceMean", draft.quantise(reals, parameters), axes=list(axes),
                      keepdims=keepdims)
    case.runs_in_onnxruntime = False  # onnxruntime has its signature alone
    return case


def softmax(draft, opset, axis, shape):
    x = draft.quantised(shape, draft.scale(largest=0.2), draft.zero())
    def rows(v):
        flat = v.reshape(int(np.prod(v.shape[:axis])), -1) if opset < 13 else v
        along = 1 if opset < 13 else axis
        power = np.exp(flat - flat.max(axis=along, keepdims=True))
        return (power / power.sum(axis=along, keepdims=True)).reshape(v.shape)
    reals = [exact.function(r, rows) for r in x]
    scale, zero = np.float32(1 / 256), draft.shifted(0)
    draft.add(scale)
    draft.add(zero)
    return draft.case("QLinearSoftmax", draft.quantise(reals, (scale, zero)), opset=opset,
                      axis=axis)


def concat(draft, axis, sizes):
    parameters = draft.result_parameters(draft.scale())
    parts = []
    for size in sizes:
        shape = [3, 4]
        shape[axis] = size
        parts.append(draft.quantised(tuple(shape), draft.scale(), draft.zero()))
    reals = [exact.Reals(*(np.concatenate([getattr(p, field) for p in one], axis)
                           for field in ("value", "size"))) for one in zip(*parts)]
    return draft.case("QLinearConcat", draft.quantise(reals, parameters), axis=axis)


# ---- Conversions of com.microsoft

def convert(draft, dtype, axis=None):
    """QuantizeLinear to 16 bits: the result is as wide as its zero point."""
    shape = (3, 20)
    x = draft.add(draft.rng.uniform(-40, 40, (SETS, *shape)).astype(np.float32), is_input=True)
    count = () if axis is None else (shape[axis],)
    scale = draft.add(draft.scale(count, 0.002))
    info = np.iinfo(dtype)
    zero = draft.add(draft.rng.integers(info.min // 4, info.max // 4, count).astype(dtype))
    reals = [exact.each(lambda v: exact.Fraction(float(v)), s) for s in x]
    expected = [exact.quantise(exact.Reals(r, exact.each(abs, r)), scale, zero, dtype,
                               axis or 0) for r in reals]
    attributes = {} if axis is None else {"axis": axis}
    return draft.case("QuantizeLinear", expected, **attributes)


def convert_back(draft, dtype):
    info = np.iinfo(dtype)
    q = draft.rng.integers(info.min, info.max + 1, (SETS, 3, 20)).astype(dtype)
    draft.add(q, is_input=True)
    scale = draft.add(draft.scale((3,), 0.002))
    zero = draft.add(draft.rng.integers(info.min // 4, info.max // 4, 3).astype(dtype))
    reals = [exact.dequantise(s, scale, zero, 0).value.astype(float) for s in q]
    return draft.case("DequantizeLinear", [(r, np.abs(r) * 1e-6) for r in reals], axis=0)


def twins(family, *arguments, **keywords):
    return family, arguments, keywords, True


def alone(family, *arguments, **keywords):
    return family, arguments, keywords, False


TABLE = [
    twins(gemm, 0, 0, "row", False, True),
    twins(gemm, 0, 1, "row", True, True),
    twins(gemm, 1, 0, "none", False, True),
    twins(gemm, 1, 1, "all", True, True, alpha=0.75),
    twins(gemm, 0, 1, "column", False, False),
    twins(gemm, 0, 0, "one", False, True, alpha=2.0),
    alone(gemm, 0, 1, "row", True, True, real=True),
    twins(conv, "", 1, True, True, True),
    twins(conv, "", 2, False, True, True, stride=2),
    twins(conv, "", 1, True, False, False),
    twins(conv, MICROSOFT, 1, False, True, True, channels_last=True),
    twins(matmul, (4, 7), (7, 5), False, True),
    twins(matmul, (2, 4, 7), (7, 5), True, True),
    twins(matmul, (2, 4, 7), (2, 7, 3), False, False),
    alone(matmul_to_float, False, True),
    alone(matmul_to_float, True, False),
    alone(blocks, 4, 16, "none", False),
    alone(blocks, 4, 32, "packed", True),
    alone(blocks, 4, 16, "real", False),
    alone(blocks, 8, 32, "packed", False),
    alone(blocks, 2, 16, "packed", True),
    alone(dynamic_matmul, True),
    twins(binary, "QLinearAdd", [(3, 8), (3, 8)]),
    twins(binary, "QLinearAdd", [(2, 3, 8), (3, 1)]),
    alone(binary, "QLinearAdd", [(3, 8), (8,)], absent="C"),
    alone(binary, "QLinearMul", [(3, 8), (8,)], absent="AC"),
    twins(binary, "QLinearMul", [(3, 8), (3, 8)]),
    twins(binary, "QLinearMul", [(4,), (2, 3, 1)]),
    twins(leaky_relu, 0.01),
    twins(leaky_relu, 0.3),
    twins(sigmoid),
    twins(where),
    twins(pool),
    twins(pool, count_include_pad=1),
    twins(pool, ceil_mode=1),
    twins(pool, count_include_pad=1, ceil_mode=1),
    twins(pool, channels_last=1),
    twins(global_pool),
    twins(global_pool, channels_last=1),
    twins(reduce_mean, (1, 2), 0),
    twins(reduce_mean, (1,), 1),
    twins(softmax, 13, 1, (3, 10)),
    twins(softmax, 13, 1, (2, 6, 4)),
    twins(softmax, 11, 1, (2, 3, 4)),
    twins(concat, 1, (4, 3)),
    twins(concat, 0, (3, 1, 2)),
    alone(convert, np.int16),
    alone(convert, np.uint16, axis=0),
    alone(convert_back, np.int16),
    alone(convert_back, np.uint16),
    alone(gathered_blocks, 4, 16, "none"),
    alone(gathered_blocks, 4, 32, "packed"),
    alone(gathered_blocks, 8, 16, "packed"),
    alone(gathered_blocks, 2, 16, "packed"),
]


def all_cases():
    cases = []
    for number, (family, arguments, keywords, has_twin) in enumerate(TABLE):
        def draw(unsigned, n=number, f=family, a=arguments, k=keywords):
            case = f(Draft(np.random.default_rng([17, n]), unsigned), *a, **k)
            case.label = f"{n} {case.label} {'uint8' if unsigned else 'int8'}"
            return case
        case = draw(True)
        case.twin = draw(False) if has_twin else None
        cases.append(case)
    return cases
