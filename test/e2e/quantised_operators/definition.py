"""Quantised operators as they are defined: in real numbers, by fractions.

A quantised tensor is an array of integers with a scale and a zero point. What is
computed has to be `round_half_even(real / scale) + zero point`, saturated. Code that
computes in float32 may round real numbers that lie near a half to the other side: a
`Reals` says how large the terms are that its numbers are sums of.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

# Relative to the terms of a sum, of what float32 may be wrong by: a few roundings
# of 2^-24 each.
FLOAT_ERROR = Fraction(1, 2 ** 20)


@dataclass
class Reals:
    """Numbers (fractions, or floats where they are no fractions) and the sizes of
    their terms."""

    value: np.ndarray
    size: np.ndarray

    def map(self, fn):
        return Reals(fn(self.value), fn(self.size))


def each(fn, *arrays):
    """fn of each element, as an array of objects."""
    result = np.frompyfunc(fn, len(arrays), 1)(*arrays)
    return np.asarray(result, object)


def along(parameter, shape, axis):
    """A scalar as it is; a vector so that it broadcasts along `axis`."""
    parameter = np.asarray(parameter)
    if parameter.ndim != 1:
        return parameter
    return parameter.reshape([-1 if i == axis % len(shape) else 1 for i in range(len(shape))])


def integers(q, zero, axis=0):
    """q - zero as Python's integers."""
    q = np.asarray(q)
    return each(int, q) - each(int, along(zero, q.shape, axis))


def dequantise(q, scale, zero, axis=0):
    values = integers(q, zero, axis) * each(lambda s: Fraction(float(s)),
                                            along(scale, np.shape(q), axis))
    return Reals(values, each(abs, values))


def quantise(reals, scale, zero, dtype, axis=0):
    """The least and the largest number that each element may become; exact
    arithmetic gives one within."""
    info = np.iinfo(dtype)
    shape = reals.value.shape

    def store(v, z):
        return min(max(round(v) + int(z), info.min), info.max)  # round() is half to even

    scales = each(lambda s: Fraction(float(s)), along(scale, shape, axis))
    zeros = along(zero, shape, axis)
    quotient, slack = reals.value / scales, reals.size / scales * FLOAT_ERROR
    return tuple(each(store, v, zeros).astype(dtype).reshape(shape)
                 for v in (quotient - slack, quotient, quotient + slack))


def product(a, b):
    """Matrices of Reals."""
    return Reals(np.asarray(a.value @ b.value, object), np.asarray(a.size @ b.size, object))


def plus(a, b):
    return Reals(a.value + b.value, a.size + b.size)


def times(a, b):
    return Reals(a.value * b.value, a.size * b.size)


def conv(x, w, strides, pads, group):
    """[N, C, H, W] with [M, C / group, KH, KW]."""
    def one(x, w):
        padded = np.pad(x, [(0, 0), (0, 0), (pads[0], pads[2]), (pads[1], pads[3])],
                        constant_values=Fraction(0))
        count, kh, kw = w.shape[0], *w.shape[2:]
        rows = range(0, padded.shape[2] - kh + 1, strides[0])
        columns = range(0, padded.shape[3] - kw + 1, strides[1])
        result = np.empty((x.shape[0], count, len(rows), len(columns)), object)
        width = w.shape[1]
        for m in range(count):
            first = m // (count // group) * width
            for i, row in enumerate(rows):
                for j, column in enumerate(columns):
                    window = padded[:, first:first + width, row:row + kh, column:column + kw]
                    result[:, m, i, j] = (window * w[m]).sum(axis=(1, 2, 3))
        return result
    return Reals(one(x.value, w.value), one(x.size, w.size))


def average_pool(x, kernel, strides, pads, counts_pads, ceil_mode):
    def one(x):
        sizes = x.shape[2:]
        counts = []
        for size, k, stride, begin, end in zip(sizes, kernel, strides, pads[:2], pads[2:]):
            room = size + begin + end - k
            count = (-(-room // stride) if ceil_mode else room // stride) + 1
            counts.append(count - ((count - 1) * stride >= size + begin))
        result = np.empty(x.shape[:2] + tuple(counts), object)
        for i in range(counts[0]):
            for j in range(counts[1]):
                starts = [i * strides[0] - pads[0], j * strides[1] - pads[1]]
                inside = [(max(s, 0), min(s + k, size))
                          for s, k, size in zip(starts, kernel, sizes)]
                window = x[:, :, inside[0][0]:inside[0][1], inside[1][0]:inside[1][1]]
                number = kernel[0] * kernel[1]
                if not counts_pads:
                    number = (inside[0][1] - inside[0][0]) * (inside[1][1] - inside[1][0])
                result[:, :, i, j] = window.sum(axis=(2, 3)) / Fraction(number)
        return result
    return x.map(one)


def function(x, fn):
    """A function that is no fraction: in doubles, whose error is far below what
    float32 may have. Its result is of the size 1, like those of the functions here."""
    values = each(lambda v: Fraction(float(v)), fn(x.value.astype(float)))
    return Reals(values, np.full_like(values, Fraction(1)))
