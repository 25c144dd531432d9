"""Layers of binary networks: weights of -1 and 1, and data of these, of 0 too, or of 0 and 1.

As tiles.py; sums of any number of words of bits, rescaled as any others or compared with
a threshold. Some have a weight more that is 0.
"""

import numpy as np

import tiles
from layers import Value


def signs_input(module, shape):
    known = module.pick((-1, 1), (-1, 1), (-1, 0, 1), (0, 1))
    data = module.rng.choice(known, size=(3, *shape)).astype(object)
    value = Value(module.name(), "i8", data, known)
    module.inputs.append(value)
    return value


def signs(module, shape):
    drawn = module.rng.choice([-1, 1], size=shape).astype(object)
    if module.pick(True, False, False, False, False, False):
        drawn.flat[module.rng.integers(drawn.size)] = 0
    return drawn


def finish(module, sums, depth):
    """Compared with an integer for each column, or as other layers."""
    if module.pick(True, False):
        return tiles.finish(module, sums, depth)
    features = sums.shape[-1]
    places = module.rng.integers(-int(depth ** 0.5) - 1, int(depth ** 0.5) + 2, size=features)
    places = places.astype(object)
    operands = [sums, module.constant("i32", 2), module.constant("i64", 1 - 2 * places),
                module.constant("i8", 0)]
    result = np.where(sums.data >= places, 1, -1).astype(object)
    return module.op("rescale", operands, {"storage": "i8", "min": "-1 : i64", "max": "1 : i64"},
                     "i8", result)


def sign_product(module):
    m = module.pick(1, 1, 2, 5)
    k = module.pick(int(module.rng.integers(1, 200)), 32 * int(module.rng.integers(1, 45)))
    n = module.pick(4, 16, int(module.rng.integers(1, 40)))
    x = signs_input(module, [m, k])
    weights = signs(module, (n, k)).T
    sums = module.op("matmul", [x, module.constant("i8", weights)], {"accumulator": "i32"},
                     "i32", x.data @ weights)
    return finish(module, sums, k)


def sign_convolution(module):
    """Two in a row: results of the first are signs that the compiler finds."""
    rows, columns = (int(n) for n in module.rng.integers(3, 8, size=2))
    channels = module.pick(1, 3, 8, 32, 32, 64, 96)
    x = signs_input(module, [1, rows, columns, channels])
    for features in (module.pick(5, 8, 32, 64), module.pick(4, 8, 17)):
        kernel, pad = [module.pick(1, 3, 3)] * 2, module.pick(0, 1)
        pads = [min(pad, kernel[0] // 2)] * 4
        weights = signs(module, (features, x.shape[-1], *kernel))
        bias = module.rng.integers(-9, 9, size=features).astype(object)
        size = [s + 2 * pads[0] - kernel[0] + 1 for s in x.shape[1:3]]
        if min(size) < 1:
            return None
        taken = tiles.windows(tiles.last_to_first(x.data), kernel, [1, 1], pads, [1, 1], size)
        total = np.tensordot(taken, weights, ([2, 5, 6], [1, 2, 3])) + bias
        sums = module.op("conv", [x, module.constant("i8", weights),
                                  module.constant("i32", bias)],
                         tiles.geometry_attributes([1, 1], pads, [1, 1], False)
                         | {"group": "1 : i64"}, "i32", total)
        x = finish(module, sums, weights[0].size)
        if x is None or x.element != "i8":
            return x
    return x


LAYERS = [sign_product, sign_convolution, sign_convolution]
