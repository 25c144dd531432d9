"""Resizes whose sums have more than 32 bits: by a float that is no fraction of few digits, cubic ones of 16 bits, and
those without what lies outside, whose weights have a denominator of their own at each border."""

import math
from fractions import Fraction

import numpy as np

from reals import interpolated


def add_resize(network):
    """Ends a network with a resize of an input of its own, to its units or twice or half of them."""
    x = network.add_input([1, network.number(1, 5), network.number(2, 9), network.number(2, 9)])
    narrow = x.q.dtype.itemsize == 1
    cubic = network.random.random() < 0.5
    excludes = cubic and narrow and not network.wide
    coordinate = network.pick("half_pixel", "asymmetric", "pytorch_half_pixel")
    scales = [1.0, 1.0, *([network.pick(2.0, 1.5)] * 2 if cubic else
                          [network.pick(1.3, 0.7, 1.7, 2.1, 0.45) for _ in range(2)])]
    if excludes or not (cubic or narrow):
        scales[network.number(2, 3)] = 1.0  # along both there are too many bits
    numbers = x.reals
    for axis in (2, 3):
        scale = Fraction(float(np.float32(scales[axis])))
        if math.floor(x.q.shape[axis] * scale) == 0:
            scale, scales[axis] = Fraction(1), 1.0
        taps = [interpolated(x.q.shape[axis], scale, position, coordinate, cubic, excludes)
                for position in range(math.floor(x.q.shape[axis] * scale))]
        numbers = np.stack([sum(np.take(numbers, i, axis) * w for i, w in tap) for tap in taps], axis)
    real = network.node("Resize", [network.dequantised(x), "", network.constant(np.array(scales, np.float32))],
                        mode="cubic" if cubic else "linear", coordinate_transformation_mode=coordinate,
                        exclude_outside=int(excludes))
    network.quantised(*network.bounded(real, numbers),
                      scale=np.float32(x.scale * network.pick(1, 1, 2, 0.5)))
