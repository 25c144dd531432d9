"""Arrays of fractions, and what operators read of them."""

import math
from fractions import Fraction

import numpy as np


def fractions(q, zero=0):
    out = np.empty(q.shape, object)
    out.ravel()[:] = [Fraction(int(v) - zero) for v in q.ravel()]
    return out


def spread(array, pads, fill):
    return np.pad(array, [(0, 0), (0, 0), (pads[0], pads[2]), (pads[1], pads[3])],
                  constant_values=fill)


def windows(x, kernel, strides, dilations=(1, 1)):
    """The elements of each window, [N, C, H, W, KH * KW]."""
    reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilations)]
    view = np.lib.stride_tricks.sliding_window_view(x, reach, axis=(2, 3))
    view = view[:, :, ::strides[0], ::strides[1], ::dilations[0], ::dilations[1]]
    return view.reshape(*view.shape[:4], -1)


def interpolated(before, scale, position, coordinate, cubic, excludes=False):
    """ONNX's Resize along one dimension: index and weight of each element that a position
    is made of, as fractions. What lies outside is the border, or excluded."""
    after, half = math.floor(before * scale), Fraction(1, 2)
    if coordinate == "align_corners":
        at = Fraction(position * (before - 1), after - 1) if after > 1 else Fraction(0)
    elif coordinate == "asymmetric":
        at = position / scale
    elif coordinate == "pytorch_half_pixel" and after == 1:
        at = Fraction(0)
    else:
        at = (position + half) / scale - half
        if coordinate == "half_pixel_symmetric":
            at += Fraction(before, 2) * (1 - after / (before * scale))
    def weight(distance):
        x, a = abs(distance), Fraction(-3, 4)
        if not cubic:
            return max(1 - x, Fraction(0))
        if x <= 1:
            return (a + 2) * x ** 3 - (a + 3) * x ** 2 + 1
        return a * x ** 3 - 5 * a * x ** 2 + 8 * a * x - 4 * a if x < 2 else Fraction(0)
    first = math.floor(at) - 1
    taps = [(i, weight(at - i)) for i in range(first, first + 4)]
    if excludes:
        taps = [(i, w) for i, w in taps if 0 <= i < before]
        total = sum(w for _, w in taps)
        taps = [(i, w / total) for i, w in taps]
    return [(min(max(i, 0), before - 1), w) for i, w in taps if w]
