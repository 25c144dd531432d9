"""What is swept: each function makes one case of its kind with a Sketch."""

import numpy as np

import exact
from sketch import FLOATS, INTEGERS, SETS, SIGNED, UNSIGNED, constants_of

ARITHMETIC = {
    "Add": lambda a, b: a + b, "Sub": lambda a, b: a - b, "Mul": lambda a, b: a * b,
    "Min": min, "Max": max,
    "BitwiseAnd": lambda a, b: a & b, "BitwiseOr": lambda a, b: a | b,
    "BitwiseXor": lambda a, b: a ^ b,
    "Div": exact.truncated, "Mod": lambda a, b: a % b,
}
COMPARISONS = {
    "Equal": np.equal, "Less": np.less, "LessOrEqual": np.less_equal,
    "Greater": np.greater, "GreaterOrEqual": np.greater_equal,
}
FLOAT_BINARY = {
    "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide,
    "Min": np.minimum, "Max": np.maximum,
}
LOGIC = {"And": np.logical_and, "Or": np.logical_or, "Xor": np.logical_xor}


def second(s, x, choices=None):
    """Another operand: a constant, mostly, or an input."""
    dtype = x.value.dtype
    if s.rng.random() < 0.25:
        return s.input(dtype)
    return s.number(dtype, choices)


def ordered(s, x, y):
    return (y, x) if s.rng.random() < 0.25 else (x, y)


def integer_binary(s):
    op = s.pick(list(ARITHMETIC))
    x = s.input(s.pick(INTEGERS))
    compute = exact.on_integers(ARITHMETIC[op])
    if op not in ("Div", "Mod"):
        return s.node(op, ordered(s, x, second(s, x)), compute)
    # Neither 0 nor the one quotient that has no room.
    divisors = [c for c in constants_of(x.value.dtype) if c not in (0, -1)]
    y = s.number(x.value.dtype, divisors)
    if op == "Mod" and s.rng.random() < 0.3:
        rest = exact.on_integers(lambda a, b: a - b * exact.truncated(a, b))
        return s.node(op, [x, y], rest, fmod=1)
    return s.node(op, [x, y], compute)


def integer_chain(s):
    """Two operators with constants: bit fields, rounding, multiply-add."""
    x = s.input(s.pick(INTEGERS))
    for _ in range(2):
        op = s.pick(["Add", "Sub", "Mul", "Min", "Max", "BitwiseAnd", "BitwiseOr", "BitwiseXor"])
        x = s.node(op, ordered(s, x, second(s, x)), exact.on_integers(ARITHMETIC[op]))
        if x.value.dtype.kind == "u" and s.rng.random() < 0.5:
            x = shift(s, x)
    return x


def shift(s, x):
    bits = 8 * x.value.dtype.itemsize
    direction = s.pick(["LEFT", "RIGHT"])
    compute = (exact.shifted_left if direction == "LEFT" else exact.shifted_right)(bits)
    amount = s.number(x.value.dtype, list(range(bits + 2)))
    return s.node("BitShift", [x, amount], compute, direction=direction)


def shifts(s):
    x = s.input(s.pick(UNSIGNED))
    if s.rng.random() < 0.2:
        bits = 8 * x.value.dtype.itemsize
        y = s.input(x.value.dtype, s.rng.integers(0, bits + 2, x.value.shape))
        return s.node("BitShift", [x, y], exact.shifted_right(bits), direction="RIGHT")
    x = shift(s, x)
    return shift(s, x) if s.rng.random() < 0.4 else x


def narrowing(s):
    """Wider, an operator or two, a shift, bounds, narrower: the chains that
    have instructions of their own (widening products, halving sums, rounding
    and saturating shifts)."""
    types = s.pick([UNSIGNED, UNSIGNED, SIGNED])
    at = int(s.rng.integers(3))
    narrow, wide = types[at], types[int(s.rng.integers(at + 1, 4))]
    x = s.cast(s.input(narrow), wide)
    y = s.cast(s.input(narrow), wide) if s.rng.random() < 0.6 else s.number(wide)
    op = s.pick(["Add", "Sub", "Mul"])
    x = s.node(op, [x, y], exact.on_integers(ARITHMETIC[op]))
    if s.rng.random() < 0.4:
        x = s.node("Add", [x, s.number(wide, [1, 2, 128, 1 << 14, 255])],
                   exact.on_integers(ARITHMETIC["Add"]))
    if types is UNSIGNED and s.rng.random() < 0.7:
        x = shift(s, x)
    elif s.rng.random() < 0.5:
        divisors = [1 << k for k in range(1, 8 * np.dtype(wide).itemsize - 1)]
        x = s.node("Div", [x, s.number(wide, divisors)], exact.on_integers(exact.truncated))
    if s.rng.random() < 0.6:
        x = clipped(s, x, [np.iinfo(narrow).min, np.iinfo(narrow).max])
    return s.cast(x, narrow)


def integer_unary(s):
    op = s.pick(["Abs", "Neg", "Sign", "BitwiseNot", "AbsSub"])
    x = s.input(s.pick(SIGNED if op == "Neg" else INTEGERS))
    if op == "AbsSub":
        x = s.node("Sub", ordered(s, x, second(s, x)), exact.on_integers(ARITHMETIC["Sub"]))
        op = "Abs"
    return s.node(op, [x], exact.on_integers({
        "Abs": abs, "Neg": lambda a: -a, "Sign": lambda a: (a > 0) - (a < 0),
        "BitwiseNot": lambda a: ~a}[op]))


def compared(s, x, y):
    op = s.pick(list(COMPARISONS))
    return s.node(op, ordered(s, x, y), COMPARISONS[op])


def comparison(s):
    x = s.input(s.pick(INTEGERS + FLOATS))
    result = compared(s, x, second(s, x))
    kind = s.pick(["bool", "cast", "select", "select", "both"])
    if kind == "cast":
        return s.cast(result, s.pick(INTEGERS + FLOATS))
    if kind == "select":
        return s.node("Where", [result, *ordered(s, x, second(s, x))], np.where)
    if kind == "both":
        op = s.pick(list(LOGIC))
        result = s.node(op, [result, compared(s, x, second(s, x))], LOGIC[op])
        return s.node("Not", [result], np.logical_not) if s.rng.random() < 0.3 else result
    return result


def clipped(s, x, bounds=None):
    dtype = x.value.dtype
    if bounds is None:
        bounds = sorted(s.rng.choice(constants_of(dtype), 2))
    low, high = (s.constant(np.array(b, dtype)) for b in bounds)
    s.words.append(f"[{bounds[0]}, {bounds[1]}]")
    return s.node("Clip", [x, low, high], lambda x, a, b: np.minimum(np.maximum(x, a), b))


def clip(s):
    x = clipped(s, s.input(s.pick(INTEGERS + FLOATS)))
    return s.cast(x, s.pick(INTEGERS)) if x.value.dtype.kind in "iu" else x


def to_integers(s, x, dtype):
    """A cast of floats, where it is defined."""
    defined = exact.is_representable(x.value, dtype)
    s.undefined = ~defined
    x.value = np.where(defined, x.value, 0).astype(x.value.dtype)
    return s.cast(x, dtype)


def cast(s):
    types = INTEGERS + FLOATS + ["bool"]
    x, to = s.input(s.pick(types)), s.pick(types)
    if x.value.dtype.kind == "f" and to in INTEGERS:
        return to_integers(s, x, to)
    return s.cast(x, to)


def scaled(s, x):
    """A power of two, mostly; x + x is one, too."""
    dtype = x.value.dtype
    powers = 2.0 ** np.arange(-14 if dtype == np.float16 else -34, 14 if dtype == np.float16 else 35)
    kind = s.pick(["Mul", "Mul", "Mul", "Div", "Add", "other"])
    if kind == "Add":
        return s.node("Add", [x, x], np.add)
    if kind == "other":
        return s.node("Mul", [x, s.number(dtype)], np.multiply)
    op = FLOAT_BINARY[kind]
    return s.node(kind, [x, s.number(dtype, powers)], op)


def fixed_point(s):
    """Integers as floats times 2^-n, floats times 2^n as integers, and both."""
    real = s.pick(["float32", "float32", "float16", "float64"])
    kind = s.pick(["from", "to", "both"])
    if kind == "to":
        x = s.input(real)
    else:
        x = s.cast(s.input(s.pick(INTEGERS)), real)
    x = scaled(s, x)
    return x if kind == "from" else to_integers(s, x, s.pick(INTEGERS))


def scales(s, count=None):
    values = 2.0 ** s.rng.integers(-12, 4, count or ())
    if s.rng.random() < 0.5:
        values = values * s.rng.uniform(0.5, 1, count or ())
    return np.asarray(values, np.float32)


def quantization(s):
    storage = s.pick(["int8", "uint8", "int16", "uint16", "int8", "uint8"])
    info = np.iinfo(storage)
    axis = int(s.rng.integers(len(s.shape)))
    count = s.shape[axis] if s.rng.random() < 0.4 else None
    kept = [1] * len(s.shape)
    kept[axis] = -1

    def parameters():
        scale, zero = scales(s, count), np.zeros(count or (), storage)
        if s.rng.random() < 0.6:
            zero = s.rng.integers(info.min, info.max, count, storage, endpoint=True)
        s.words.append(f"scale {scale.ravel()[0]} of {scale.size} axis {axis}")
        return s.constant(scale), s.constant(np.asarray(zero, storage))

    def spread(parameter):
        return parameter.value.reshape(kept) if count else parameter.value

    def quantize(x, scale, zero):
        return s.node("QuantizeLinear", [x, scale, zero],
                      exact.quantized(x.value, spread(scale), spread(zero), storage), axis=axis)

    def dequantize(x, scale, zero):
        return s.node("DequantizeLinear", [x, scale, zero],
                      exact.dequantized(x.value, spread(scale), spread(zero)), axis=axis)

    kind = s.pick(["quantize", "dequantize", "dequantize", "requantize", "int32"])
    if kind == "int32":
        scale = s.constant(scales(s, count))
        x = s.input("int32")
        return s.node("DequantizeLinear", [x, scale],
                      exact.dequantized(x.value, spread(scale), np.int32(0)), axis=axis)
    if kind == "quantize":
        scale, zero = parameters()
        x = s.input("float32", s.numbers("float32", (SETS, *s.shape)))
        return quantize(x, scale, zero)
    x = dequantize(s.input(storage), *parameters())
    return quantize(x, *parameters()) if kind == "requantize" else x


def float_binary(s):
    op = s.pick([*FLOAT_BINARY, "Mod"])
    x = s.input(s.pick(FLOATS))
    if op == "Mod":
        divisors = [*constants_of(x.value.dtype), np.inf, -np.inf, np.nan]
        return s.node("Mod", [x, second(s, x, divisors)], np.fmod, fmod=1)
    if op == "Div":
        divisors = [c for c in constants_of(x.value.dtype) if c != 0]
        return s.node(op, [x, s.number(x.value.dtype, divisors)], np.divide)
    return s.node(op, ordered(s, x, second(s, x)), FLOAT_BINARY[op])


def float_power(s):
    dtype = s.pick(["float32", "float16"])
    x = s.input(dtype, np.abs(s.numbers(dtype, (SETS, *s.shape))) + np.dtype(dtype).type(0.01))
    s.tolerance = 1e-5 if dtype == "float32" else 2e-3
    exponents = [0, 1, -1, 2, 3, 0.5, -0.5, -2, 4, 1.5, 0.25, 7]
    return s.node("Pow", [x, s.number(dtype, exponents)],
                  lambda a, b: np.power(a.astype(np.float64), b.astype(np.float64)).astype(dtype))


def integer_power(s):
    x = s.input(s.pick(["int32", "int64"]))
    return s.node("Pow", [x, s.number(x.value.dtype, list(range(12)) + [31, 63, 100])],
                  exact.on_integers(exact.power))


UNARY = {  # and a tolerance
    "Abs": (np.abs, 0), "Neg": (np.negative, 0), "Floor": (np.floor, 0), "Ceil": (np.ceil, 0),
    "Round": (np.rint, 0), "Sign": (np.sign, 0), "Relu": (lambda x: np.maximum(x, x.dtype.type(0)), 0),
    "Sqrt": (np.sqrt, 1e-6), "Reciprocal": (np.reciprocal, 1e-6),
    "IsNaN": (np.isnan, 0), "IsInf": (np.isinf, 0),
    "Exp": (np.exp, 1e-5), "Log": (np.log, 1e-5), "Sin": (np.sin, 1e-5), "Cos": (np.cos, 1e-5),
    "Tanh": (np.tanh, 1e-5), "Sigmoid": (lambda x: 1 / (1 + np.exp(-x)), 1e-5),
}


def float_unary(s):
    op = s.pick(list(UNARY))
    compute, tolerance = UNARY[op]
    dtype = s.pick(["float32", "float16"])
    x = s.input(dtype)
    if tolerance:
        values = np.clip(x.value.astype(np.float64), -20, 20)
        x.value = (np.abs(values) + 0.01 if op in ("Sqrt", "Log", "Reciprocal") else values).astype(dtype)
        s.tolerance = tolerance if dtype == "float32" else 2e-3
        return s.node(op, [x], lambda v: compute(v.astype(np.float64)).astype(dtype))
    x.value = np.where(s.rng.random(x.value.shape) < 0.1,
                       s.rng.choice([np.nan, np.inf, -np.inf]), x.value).astype(dtype)
    return s.node(op, [x], compute)


def movement(s):
    """Strides and offsets of loads and stores."""
    dtype = s.pick(INTEGERS + ["float32", "float16", "float64", "bool"])
    kind = s.pick(["slice", "pad", "transpose", "repeat"])
    n, step = s.shape[-1], int(s.pick([1, 2, 3, 4, 5, 7, 8, 16, 31, 32, 33, 64, 100, 127, 128, 129]))
    if kind == "slice":
        begin = int(s.rng.integers(0, 40))
        x = s.input(dtype, s.numbers(dtype, (SETS, begin + n * step)))
        ends = [s.constant(np.array([v], np.int64)) for v in (begin, begin + n * step, 0, step)]
        s.words.append(f"{begin}::{step}")
        return s.node("Slice", [x, *ends], x.value[:, begin::step])
    if kind == "pad":
        x = s.input(dtype)
        before = int(s.rng.integers(0, 9))
        pads = [0] * (len(s.shape) - 1) + [before] + [0] * (len(s.shape) - 1) + [3]
        fill = s.numbers(dtype, ())
        width = [(0, 0)] * len(s.shape) + [(before, 3)]
        return s.node("Pad", [x, s.constant(np.array(pads, np.int64)), s.constant(fill)],
                      np.pad(x.value, width, constant_values=fill))
    if kind == "transpose":
        x = s.input(dtype, s.numbers(dtype, (SETS, n, min(step, 40))))
        return s.node("Transpose", [x], np.swapaxes(x.value, 1, 2), perm=[1, 0])
    x = s.input(dtype)
    return s.node("Concat", [x, x], np.concatenate([x.value, x.value], axis=-1), axis=-1)


# How often each is drawn.
FAMILIES = {
    integer_binary: 5, integer_chain: 3, shifts: 3, narrowing: 5, integer_unary: 1,
    comparison: 4, clip: 2, cast: 3, fixed_point: 7, quantization: 5, float_binary: 4,
    float_power: 1, integer_power: 1, float_unary: 2, movement: 2,
}
