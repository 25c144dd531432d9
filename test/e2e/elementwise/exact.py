"""What element-wise operators of ONNX give, computed exactly.

Integers are Python's, wrapped to the width of the type at the end; floats are
numpy's in the precision of the type, whose four operations round once.
"""

import numpy as np


def wrap(values, dtype):
    """Integers of any size into a type, as two's complement."""
    dtype = np.dtype(dtype)
    mask = (1 << 8 * dtype.itemsize) - 1
    flat = np.array([int(v) & mask for v in np.ravel(values)],
                    dtype=f"uint{8 * dtype.itemsize}")
    return flat.view(dtype).reshape(np.shape(values))


def on_integers(function):
    """A function of Python's integers as one of arrays; wraps."""
    def compute(*operands):
        dtype = operands[0].dtype
        shape = np.broadcast_shapes(*[o.shape for o in operands])
        columns = [[int(v) for v in np.broadcast_to(o, shape).ravel()] for o in operands]
        values = np.array([function(*row) for row in zip(*columns)], dtype=object)
        return wrap(values.reshape(shape), dtype)
    return compute


def truncated(a, b):
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


def power(a, b):
    return pow(a, b, 1 << 64) if b >= 0 else 0


def shifted_left(bits):
    return on_integers(lambda a, b: a << b if b < bits else 0)


def shifted_right(bits):
    return on_integers(lambda a, b: a >> b if b < bits else 0)


def quantized(x, scale, zero_point, dtype):
    """saturate(round_half_even(x / scale) + zero_point)."""
    info = np.iinfo(dtype)
    with np.errstate(all="ignore"):  # infinite ones have a nearest integer, too
        steps = np.rint(x / scale).astype(np.float64)
    return np.clip(steps + zero_point.astype(np.float64), info.min, info.max).astype(dtype)


def dequantized(x, scale, zero_point):
    """(x - zero_point) * scale: the difference is one of 32 bits, then a float."""
    difference = wrap(x.astype(object) - zero_point.astype(object), np.int32)
    return difference.astype(scale.dtype) * scale


def is_representable(values, dtype):
    """Where floats become integers of a type by truncation and nothing else."""
    info = np.iinfo(dtype)
    whole = np.trunc(values.astype(np.float64))
    return np.isfinite(whole) & (whole >= info.min) & (whole < float(info.max) + (info.bits < 64))
