"""Layers whose weights have at most 16 values, as clustering leaves them.

As tiles.py; some have one value more than there are codes. A byte is dear, so that codes are
taken where they take more instructions, too.
"""

import numpy as np

import tiles


def weights_of(module, shape):
    """Of few values, any bytes."""
    count = module.pick(16, 16, 15, 9, int(module.rng.integers(5, 17)))
    least = module.pick(-127, -127, -128)
    values = module.rng.choice(np.arange(least, 128), count, replace=False).astype(object)
    if module.pick(True, False, False):
        values[0] = 0
    drawn = values[module.rng.integers(count, size=shape)]
    if module.pick(True, *[False] * 8):
        others = sorted(set(range(-127, 128)) - set(values))
        drawn.flat[module.rng.integers(drawn.size)] = others[0]
        drawn.flat[module.rng.integers(drawn.size)] = others[-1]
    return "i8", drawn


def coded_product(module):
    """One row mostly: each weight is used once."""
    m = module.pick(1, 1, 1, 2, 3, 7)
    k = module.pick(int(module.rng.integers(9, 60)), 4 * int(module.rng.integers(10, 90)), 640)
    n = module.pick(4, 8, 16, 32, 128, int(module.rng.integers(1, 40)))
    x = module.input(module.pick("i8", "ui8"), [m, k])
    element, weights = weights_of(module, (n, k))
    keywords, zeros = [], [0, 0]
    if module.pick(True, False):
        zeros[0] = module.draw(x.element, ())
        keywords.append(("lhs_zero_point", module.constant(x.element, zeros[0])))
    if module.pick(True, False, False, False):
        zeros[1] = module.pick(-3, 1, 7)
        weights = np.clip(weights, -118, 118) + zeros[1]
        keywords.append(("rhs_zero_point", module.constant(element, np.array(zeros[1], object))))
    sums = module.op("matmul", [x, module.constant(element, weights.T)], {"accumulator": "i32"},
                     "i32", (x.data - zeros[0]) @ (weights.T - zeros[1]), keywords)
    if module.pick(True, False):
        bias = module.rng.integers(-2**20, 2**20, size=n).astype(object)
        sums = module.op("add", [sums, module.constant("i32", bias)], {"accumulator": "i32"},
                         "i32", sums.data + bias)
    return tiles.finish(module, sums, k)


def coded_convolution(module):
    """Of windows that are gathered, or of one pixel."""
    rows, columns = (int(n) for n in module.rng.integers(2, 9, size=2))
    channels, features = module.pick(3, 4, 8, 16, 64), module.pick(4, 8, 16, 20, 64)
    kernel = [module.pick(1, 1, 3)] * 2
    x = module.input(module.pick("i8", "ui8"), [1, rows, columns, channels])
    element, weights = weights_of(module, (features, channels, *kernel))
    bias = module.rng.integers(-3000, 3000, size=features).astype(object)
    operands = [x, module.constant(element, weights), module.constant("i32", bias)]
    keywords, (x_zero, w_zero) = tiles.zero_points(module, x, element,
                                                   ("input_zero_point", "filter_zero_point"))
    pads = [kernel[0] // 2] * 4
    taken = tiles.windows(tiles.last_to_first(x.data) - x_zero, kernel, [1, 1], pads, [1, 1],
                          [rows, columns])
    total = np.tensordot(taken, weights - w_zero, ([2, 5, 6], [1, 2, 3])) + bias
    sums = module.op("conv", operands,
                     tiles.geometry_attributes([1, 1], pads, [1, 1], False)
                     | {"group": "1 : i64"}, "i32", total, keywords)
    return tiles.finish(module, sums, weights[0].size)


LAYERS = [coded_product, coded_product, coded_convolution]
