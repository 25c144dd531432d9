"""Convolutions of three by three and stride 1, for Winograd's algorithm on integers.

As tiles.py: images with odd sides and of one pixel, padding of nothing to two pixels
on each side, results that a value is added to.
"""

from tiles import convolution, residual


def sides(module, most):
    return (int(n) for n in module.rng.integers(1, most, size=2))


def small_convolution(module):
    return square(module, module.pick(1, 3, 4, 6, 8, 12, 16), module.pick(4, 8, 12, 16), 12)


def wide_convolution(module):
    """With so many channels that a point's sum is a loop."""
    return square(module, module.pick(32, 64, 68, 80, 96, 128), module.pick(4, 8), 6)


def square(module, channels, features, most):
    rows, columns = sides(module, most)
    pads = [module.pick(0, 1, 1, 2) if side >= 3 else module.pick(1, 1, 2)
            for side in (rows, columns)] * 2
    if module.pick(True, False):  # more behind than before
        pads[2:] = [min(2, pad + module.pick(0, 1)) for pad in pads[2:]]
    return convolution(module, channels, features, rows, columns, [3, 3], [1, 1], pads)


def added(module):
    rows, columns = sides(module, 10)
    return residual(module, module.pick(3, 4, 8, 16), module.pick(4, 8, 16), rows, columns)


def large_convolution(module):
    """Of so many tiles that a filter is worth the points that it becomes."""
    rows, columns = (int(n) for n in module.rng.integers(8, 14, size=2))
    return convolution(module, module.pick(8, 16, 24), module.pick(8, 16), rows, columns,
                       [3, 3], [1, 1], [1, 1, 1, 1])


def large_sum(module):
    return residual(module, module.pick(8, 16), module.pick(8, 16), module.pick(8, 12),
                    module.pick(8, 11, 12))


LAYERS = [small_convolution, added, wide_convolution]
STRIPS = [large_convolution, large_sum, wide_convolution]
