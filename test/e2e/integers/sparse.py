"""Layers most of whose weights are 0: scattered, in groups of four along the sum, or in columns.

The others are any numbers, or a few values.

As tiles.py, with sums of up to three segments of 256 places; some have a segment that is
full, some no weight at all.
"""

import numpy as np

import tiles


def weights_of(module, shape):
    """[features, ...]: of each feature's weights, in the order of the sum, a share is not 0."""
    features, depth = shape[0], int(np.prod(shape[1:]))
    element = "i8"
    drawn = module.draw(element, (features, depth))
    if module.pick(True, False):
        values = module.draw(element, (int(module.rng.integers(1, 17)),))
        drawn = values[module.rng.integers(len(values), size=drawn.shape)]
    share = module.pick(0.02, 0.05, 0.1, 0.2, 0.3)
    group = module.pick(1, 1, 4)
    kept = module.rng.random((features, -(-depth // group))) < share
    if module.pick(True, False, False):
        kept[module.rng.integers(features)] = module.pick(True, False)
    drawn[~np.repeat(kept, group, axis=1)[:, :depth]] = 0
    return element, drawn


def sparse_product(module):
    """One row mostly, of signed bytes or others, with a zero point of the weights too."""
    m = module.pick(1, 1, 1, 2, 3)
    k = module.pick(int(module.rng.integers(1, 60)), 4 * int(module.rng.integers(10, 90)),
                    255, 256, 257, 640)
    n = module.pick(4, 16, 32, int(module.rng.integers(1, 40)))
    x = module.input(module.pick("i8", "ui8"), [m, k])
    element, weights = weights_of(module, (n, k))
    keywords, zeros = [], [0, 0]
    if module.pick(True, False):
        zeros[0] = module.draw(x.element, ())
        keywords.append(("lhs_zero_point", module.constant(x.element, zeros[0])))
    if module.pick(True, False, False):
        zeros[1] = module.pick(-3, 1, 7)
        weights = np.clip(weights + zeros[1], -128, 127)
        keywords.append(("rhs_zero_point", module.constant(element, np.array(zeros[1], object))))
    sums = module.op("matmul", [x, module.constant(element, weights.T)], {"accumulator": "i32"},
                     "i32", (x.data - zeros[0]) @ (weights.T - zeros[1]), keywords)
    if module.pick(True, False):
        bias = module.rng.integers(-2**20, 2**20, size=n).astype(object)
        sums = module.op("add", [sums, module.constant("i32", bias)], {"accumulator": "i32"},
                         "i32", sums.data + bias)
    return tiles.finish(module, sums, k)


def sparse_convolution(module):
    """Of windows that are gathered, or of one pixel."""
    rows, columns = (int(n) for n in module.rng.integers(2, 7, size=2))
    channels, features = module.pick(3, 4, 8, 16, 64), module.pick(4, 8, 16, 20)
    kernel = [module.pick(1, 1, 3)] * 2
    x = module.input(module.pick("i8", "ui8"), [1, rows, columns, channels])
    element, flat = weights_of(module, (features, *kernel, channels))
    weights = flat.reshape(features, *kernel, channels).transpose(0, 3, 1, 2)
    bias = module.rng.integers(-3000, 3000, size=features).astype(object)
    zero = module.pick(0, module.draw(x.element, ()))
    keywords = [("input_zero_point", module.constant(x.element, zero))] if zero else []
    pads = [kernel[0] // 2] * 4
    taken = tiles.windows(tiles.last_to_first(x.data) - zero, kernel, [1, 1], pads, [1, 1],
                          [rows, columns])
    total = np.tensordot(taken, weights, ([2, 5, 6], [1, 2, 3])) + bias
    sums = module.op("conv", [x, module.constant(element, weights),
                              module.constant("i32", bias)],
                     tiles.geometry_attributes([1, 1], pads, [1, 1], False)
                     | {"group": "1 : i64"}, "i32", total, keywords)
    return tiles.finish(module, sums, weights[0].size)


LAYERS = [sparse_product, sparse_product, sparse_convolution]
