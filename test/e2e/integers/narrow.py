"""Layers whose weights need 4 or 2 bits, in types of these or of 8 bits, or are a number and
less that.

As tiles.py; some have one value more than fits, or sums that need all of 32 bits.
"""

import numpy as np

import tiles
from layers import limits


def weights_of(module, shape):
    """Of some type, and what it holds."""
    bits = module.pick(4, 4, 2)
    element = module.pick("i8", "i8", f"i{bits}")
    least, greatest = limits(f"i{bits}")
    drawn = module.rng.integers(least, greatest + 1, size=shape).astype(object)
    if module.pick(True, False):
        drawn[0] = greatest
    if element == "i8" and module.pick(True, False, False, False, False):
        drawn.flat[module.rng.integers(drawn.size)] = greatest + 1
    return element, drawn


def signs_of(module, shape):
    """Of one magnitude; now and then one is 0."""
    magnitude = module.pick(1, 1, 1, 3, 127)
    drawn = magnitude * (2 * module.rng.integers(0, 2, size=shape).astype(object) - 1)
    if module.pick(True, *[False] * 7):
        drawn.flat[module.rng.integers(drawn.size)] = 0
    return "i8", drawn


def about(weights, zero, weights_of):
    """Signs lie about their zero point, where bytes have room for that."""
    moved = weights + zero
    fits = weights_of is signs_of and moved.min() >= -128 and moved.max() < 128
    return moved if fits else weights


def narrow_product(module):
    """One row mostly: each weight is used once."""
    m = module.pick(1, 1, 1, 2, 3)
    k = module.pick(int(module.rng.integers(1, 40)), 4 * int(module.rng.integers(10, 90)), 640)
    n = module.pick(4, 8, 16, 32, int(module.rng.integers(1, 24)))
    return product(module, m, k, n, weights_of)


def sign_product(module):
    """With few columns and many, of which larger sums are looked up."""
    m = module.pick(1, 2, 3)
    k = module.pick(4, 8) * int(module.rng.integers(3, 32))
    n = module.pick(int(module.rng.integers(1, 40)), 150, 264)
    return product(module, m, k, n, signs_of)


def product(module, m, k, n, weights_of):
    x = module.input(module.pick("i8", "ui8"), [m, k])
    element, weights = weights_of(module, (n, k))
    keywords, (x_zero, w_zero) = tiles.zero_points(module, x, element,
                                                   ("lhs_zero_point", "rhs_zero_point"))
    weights = about(weights, w_zero, weights_of)
    sums = module.op("matmul", [x, module.constant(element, weights.T)], {"accumulator": "i32"},
                     "i32", (x.data - x_zero) @ (weights.T - w_zero), keywords)
    if module.pick(True, False):
        bias = module.rng.integers(-2**20, 2**20, size=n).astype(object)
        sums = module.op("add", [sums, module.constant("i32", bias)], {"accumulator": "i32"},
                         "i32", sums.data + bias)
    return tiles.finish(module, sums, k)


def narrow_convolution(module):
    """Of windows that are gathered, or of one pixel."""
    return convolution(module, module.pick(3, 4, 8, 16, 24), module.pick(4, 8, 16, 20), weights_of)


def sign_convolution(module):
    """Of two pixels at a time, where their sums fit 16 bits."""
    return convolution(module, module.pick(4, 8, 16, 32), module.pick(6, 16, 40, 140), signs_of)


def convolution(module, channels, features, weights_of):
    rows, columns = (int(n) for n in module.rng.integers(2, 9, size=2))
    kernel = [module.pick(1, 1, 3)] * 2
    x = module.input(module.pick("i8", "ui8"), [1, rows, columns, channels])
    element, weights = weights_of(module, (features, channels, *kernel))
    bias = module.rng.integers(-3000, 3000, size=features).astype(object)
    keywords, (x_zero, w_zero) = tiles.zero_points(module, x, element,
                                                   ("input_zero_point", "filter_zero_point"))
    weights = about(weights, w_zero, weights_of)
    operands = [x, module.constant(element, weights), module.constant("i32", bias)]
    pads = [kernel[0] // 2] * 4
    taken = tiles.windows(tiles.last_to_first(x.data) - x_zero, kernel, [1, 1], pads, [1, 1],
                          [rows, columns])
    total = np.tensordot(taken, weights - w_zero, ([2, 5, 6], [1, 2, 3])) + bias
    sums = module.op("conv", operands,
                     tiles.geometry_attributes([1, 1], pads, [1, 1], False)
                     | {"group": "1 : i64"}, "i32", total, keywords)
    return tiles.finish(module, sums, weights[0].size)


LAYERS = [narrow_product, narrow_product, narrow_convolution]
SIGNS = [sign_product, sign_convolution]
