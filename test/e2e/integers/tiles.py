"""Layers of quantised networks that are large enough for kernels of tiles.

As layers.py, but with more channels and positions than a tile has, weights of 8
bits alone, and factors over eight powers of ten: most of the results of large
ones are the bounds.
"""

from fractions import Fraction

import numpy as np

from layers import geometry_attributes, last_to_first, rescaled, windows


def factors(module, count, data):
    """One for each column: any size, close to each other, or powers of two."""
    kind = module.pick("any", "spread", "spread", "two")
    reach = max(1.0, float(np.abs(data.astype(float)).mean()))
    if kind == "any":
        wanted = 10.0 ** module.rng.uniform(-6, 2, size=count)
    else:
        wanted = 64 / reach * module.rng.uniform(0.3, 2, size=count)
    if kind == "two":
        return [Fraction(2) ** round(np.log2(w)) for w in wanted]
    if module.pick(True, False):
        wanted[:] = wanted[0]
    return [Fraction(float(np.float32(w))) for w in wanted]


def weights_of(module, shape, element):
    """Small, large, with the least or without, all zero in a column; or as the module says."""
    if module.weights:
        return module.weights(module, shape, element)
    drawn = module.draw(element, shape)
    kind = module.pick("all", "all", "symmetric", "small")
    if element == "i8" and kind == "symmetric":
        drawn = np.where(drawn == -128, -127, drawn)
    if kind == "small":
        drawn = drawn // 16
    if module.pick(True, False, False):
        drawn[0] = 0
    return drawn


def zero_points(module, x, element, names):
    keywords, zeros = [], []
    for of, name, choices in ((x.element, names[0], (True, True, False)),
                              (element, names[1], (True, False, False))):
        zero = module.draw(of, ()) if module.pick(*choices) else 0
        if zero:
            keywords.append((name, module.constant(of, zero)))
        zeros.append(zero)
    return keywords, zeros


def finish(module, sums, depth):
    """Rescaled, or as they are."""
    if module.pick(True, False, False, False, False, False, False):
        return sums
    scales = factors(module, sums.shape[-1], sums.data)
    return rescaled(module, sums, scales, module.pick("i8", "i8", "ui8"),
                    relu=module.pick(True, False))


def tiled_convolution(module):
    rows, columns = (int(n) for n in module.rng.integers(3, 12, size=2))
    return convolution(module, module.pick(1, 2, 3, 4, 5, 8, 12, 16, 20),
                       module.pick(1, 2, 3, 4, 5, 6, 8, 12), rows, columns)


def wide_convolution(module):
    """With so many channels that a row of a window takes a loop."""
    rows, columns = (int(n) for n in module.rng.integers(3, 6, size=2))
    return convolution(module, module.pick(32, 48, 64, 96), module.pick(2, 4, 8), rows, columns)


def tall_convolution(module):
    """Of windows with many short rows, and many features of each."""
    rows, columns = int(module.rng.integers(10, 16)), int(module.rng.integers(4, 8))
    kernel = [module.pick(4, 7, 10), module.pick(2, 3, 4)]
    return convolution(module, module.pick(1, 2), module.pick(16, 24, 32), rows, columns, kernel)


def convolution(module, channels, features, rows, columns, kernel=None, strides=None,
                pads=None):
    x = module.input(module.pick("i8", "ui8"),
                     [module.pick(1, 1, 2), rows, columns, channels])
    kernel = kernel or [module.pick(1, 2, 3), module.pick(1, 3)]
    strides = strides or [module.pick(1, 1, 2) for _ in kernel]
    dilations = [1, 1] if pads else [module.pick(1, 1, 2) if 2 * (k - 1) < s and (k < 3 or s > 4) else 1
                                     for k, s in zip(kernel, (rows, columns))]
    pads = pads or [min(module.pick(0, 1, 1, 2), (k - 1) * d)
                    for k, d in zip(kernel * 2, dilations * 2)]
    outputs = [(s + pads[i] + pads[2 + i] - (k - 1) * d - 1) // t + 1
               for i, (s, k, t, d) in enumerate(zip((rows, columns), kernel, strides, dilations))]
    element = module.pick("i8", "i8", "i8", "ui8")
    weights = weights_of(module, (features, channels, *kernel), element)
    bias = module.rng.integers(-3000, 3000, size=features).astype(object)
    operands = [x, module.constant(element, weights), module.constant("i32", bias)]
    keywords, (x_zero, w_zero) = zero_points(module, x, element,
                                             ("input_zero_point", "filter_zero_point"))
    taken = windows(last_to_first(x.data) - x_zero, kernel, strides, pads, dilations, outputs)
    total = np.tensordot(taken, weights - w_zero, ([2, 5, 6], [1, 2, 3])) + bias
    sums = module.op("conv", operands, geometry_attributes(strides, pads, dilations, False)
                     | {"group": "1 : i64"}, "i32", total, keywords)
    return finish(module, sums, weights[0].size)


def tiled_product(module):
    return product(module, *(int(module.rng.integers(1, s))
                             for s in (16, module.pick(150, 150, 700), 24)))


def long_product(module):
    """Of few rows that are too long to be widened as a whole."""
    return product(module, module.pick(1, 1, 1, 2), 4 * int(module.rng.integers(97, 200)),
                   4 * int(module.rng.integers(1, 6)) - module.pick(0, 0, 1, 2, 3))


def product(module, m, k, n):
    x = module.input(module.pick("i8", "ui8"), [m, k])
    element = module.pick("i8", "i8", "ui8")
    weights = weights_of(module, (n, k), element).T
    keywords, (x_zero, w_zero) = zero_points(module, x, element,
                                             ("lhs_zero_point", "rhs_zero_point"))
    sums = module.op("matmul", [x, module.constant(element, weights)], {"accumulator": "i32"},
                     "i32", (x.data - x_zero) @ (weights - w_zero), keywords)
    return finish(module, sums, k)


def tiled_depthwise(module):
    """A filter for each channel, of three by three or less."""
    channels = module.pick(4, 5, 6, 8, 12)
    rows, columns = (int(n) for n in module.rng.integers(3, 22, size=2))
    x = module.input(module.pick("i8", "ui8"),
                     [module.pick(1, 1, 2), rows, columns, channels])
    kernel = [module.pick(2, 3, 3), module.pick(2, 3, 3)]
    strides = [module.pick(1, 1, 2) for _ in kernel]
    pads = [module.pick(0, 1, 1, k - 1) for k in kernel * 2]
    outputs = [(s + pads[i] + pads[2 + i] - k) // t + 1
               for i, (s, k, t) in enumerate(zip((rows, columns), kernel, strides))]
    element = module.pick("i8", "i8", "ui8")
    weights = weights_of(module, (channels, 1, *kernel), element)
    bias = module.rng.integers(-3000, 3000, size=channels).astype(object)
    operands = [x, module.constant(element, weights), module.constant("i32", bias)]
    keywords, (x_zero, w_zero) = zero_points(module, x, element,
                                             ("input_zero_point", "filter_zero_point"))
    taken = windows(last_to_first(x.data) - x_zero, kernel, strides, pads, [1, 1], outputs)
    total = (taken * (weights - w_zero)[:, 0][:, None, None]).sum((-1, -2))
    sums = module.op("conv", operands, geometry_attributes(strides, pads, [1, 1], False)
                     | {"group": f"{channels} : i64"}, "i32",
                     np.moveaxis(total, 2, -1) + bias, keywords)
    return finish(module, sums, weights[0].size)


def tiled_residual(module):
    """What a convolution becomes in 8 bits, added to a value of the same shape."""
    channels, features = module.pick(3, 4, 8), module.pick(1, 4, 5, 8, 16)
    return residual(module, channels, features,
                    *(int(n) for n in module.rng.integers(3, 9, size=2)))


def residual(module, channels, features, rows, columns):
    x = module.input(module.pick("i8", "ui8"), [1, rows, columns, channels])
    weights = weights_of(module, (features, channels, 3, 3), "i8")
    bias = module.rng.integers(-3000, 3000, size=features).astype(object)
    operands = [x, module.constant("i8", weights), module.constant("i32", bias)]
    keywords, (x_zero, w_zero) = zero_points(module, x, "i8",
                                             ("input_zero_point", "filter_zero_point"))
    weights = weights - w_zero
    taken = windows(last_to_first(x.data) - x_zero, [3, 3], [1, 1], [1] * 4, [1, 1],
                    [rows, columns])
    total = np.tensordot(taken, weights, ([2, 5, 6], [1, 2, 3])) + bias
    sums = module.op("conv", operands, geometry_attributes([1, 1], [1] * 4, [1, 1], False)
                     | {"group": "1 : i64"}, "i32", total, keywords)
    small = rescaled(module, sums, factors(module, features, sums.data),
                     module.pick("i8", "ui8"), relu=module.pick(True, False))
    if small is None:
        return None
    bits, terms = int(module.rng.integers(8, 16)), []
    for value in (small, module.input(module.pick("i8", "ui8"), small.shape)):
        zero = module.draw(value.element, ())
        centred = module.op("sub", [value, module.constant(value.element, zero)],
                            {"accumulator": "i16"}, "i16", value.data - zero)
        factor = int(module.rng.integers(1, 1 << bits))
        terms.append(module.op("mul", [centred, module.constant("i32", factor)],
                               {"accumulator": "i32"}, "i32", centred.data * factor))
    both = module.op("add", terms, {"accumulator": "i32"}, "i32",
                     terms[0].data + terms[1].data)
    return rescaled(module, both, Fraction(1, 1 << bits), module.pick("i8", "ui8", "i16"))


LAYERS = [tiled_convolution, tiled_depthwise, tiled_product, wide_convolution,
          tiled_residual, tall_convolution, long_product]
