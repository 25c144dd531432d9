"""Layers whose weights are worth prefix codes: large enough for a table, and most of them small.

As tiles.py. Some have zeros enough to leave them out, some a single value in most places;
panels are all of the columns, a few or one.
"""

import numpy as np

import tiles


def skewed(module, shape, element):
    wide = module.pick(1.5, 4, 10)
    drawn = np.rint(module.rng.laplace(scale=wide, size=shape))
    if module.pick(True, False):
        drawn[module.rng.random(size=shape) >= module.pick(0.1, 0.3)] = 0
    drawn = np.clip(drawn, -128, 127)
    # What is rare has codes that are not in the table.
    rare = module.rng.random(size=shape) < module.pick(0, 0.001, 0.01)
    drawn[rare] = module.rng.integers(-128, 128, size=int(rare.sum()))
    return (drawn + (128 if element == "ui8" else 0)).astype(int).astype(object)


def huffman_product(module):
    module.weights = skewed
    return tiles.product(module, module.pick(1, 1, 1, 2, 7),
                         module.pick(40, 64, 127, 300, 640), module.pick(16, 29, 32, 40, 64))


def huffman_pointwise(module):
    module.weights = skewed
    return tiles.convolution(module, module.pick(48, 64, 100), module.pick(32, 40, 64, 72),
                             *(int(n) for n in module.rng.integers(2, 6, size=2)), kernel=[1, 1])


def huffman_convolution(module):
    module.weights = skewed
    return tiles.convolution(module, module.pick(12, 16, 32), module.pick(16, 24, 37),
                             *(int(n) for n in module.rng.integers(3, 7, size=2)), kernel=[3, 3])


def huffman_residual(module):
    module.weights = skewed
    return tiles.residual(module, module.pick(12, 16), module.pick(16, 20, 32),
                          *(int(n) for n in module.rng.integers(3, 6, size=2)))


def huffman_pruned(module):
    """Scattered weights or groups, few enough that the gaps between them take fewer bits; sums of
    one segment to four, in panels of several columns."""
    m, k, n = module.pick(1, 1, 2), module.pick(253, 256, 640, 1020), module.pick(48, 64, 96)
    x = module.input(module.pick("i8", "ui8"), [m, k])
    drawn = np.rint(module.rng.laplace(scale=module.pick(6, 40), size=(n, k)))
    drawn[drawn == 0] = 1
    group = module.pick(1, 1, 4)
    kept = module.rng.random((n, -(-k // group))) < module.pick(0.02, 0.04, 0.08)
    drawn[~np.repeat(kept, group, axis=1)[:, :k]] = 0
    weights = np.clip(drawn, -127, 127).astype(int).astype(object).T
    sums = module.op("matmul", [x, module.constant("i8", weights)], {"accumulator": "i32"},
                     "i32", x.data @ weights)
    return tiles.finish(module, sums, k)


LAYERS = [huffman_product, huffman_pointwise, huffman_product, huffman_convolution, huffman_residual,
          huffman_pruned]
