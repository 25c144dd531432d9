"""Layers whose data has 16 bits and whose weights have 8.

As tiles.py. Results have 16 bits, by a multiplier of 64 (in units of 2^-32), or 8.
Weights are such that no sum that can occur leaves 32 bits.
"""

from fractions import Fraction

import numpy as np

import requantise
import tiles
from layers import geometry_attributes, last_to_first, limits, rescaled, windows

MOST_SUM = 2 ** 31 - 1


def fitting(weights, axis):
    """Halved until sums over all but `axis` fit."""
    others = tuple(i for i in range(weights.ndim) if i != axis)
    while np.abs(weights).sum(axis=others).max() * 65535 + 3000 > MOST_SUM:
        weights = weights // 2
    return weights


def wide(module, sums, element, relu):
    """nn.rescale to 16 bits: the definition, and parameters that compute it for these
    sums; None where nearest ones do not."""
    low, high = limits(element)
    zero = module.pick(0, int(module.rng.integers(low, high + 1)), (low + high + 1) // 2)
    zero = min(max(zero, low), high)
    floor = zero if relu else low
    reach = max(1.0, float(np.abs(sums.data.astype(float)).mean()))
    count = sums.shape[-1] if module.pick(True, True, False) else 1
    wanted = 16000 / reach * module.rng.uniform(0.3, 2, size=count)
    scales = [Fraction(float(np.float32(w))) * Fraction(float(np.float32(0.37))) for w in wanted]
    shift = 43
    while max(scales) * 2 ** shift >= 2 ** 31 - 1:
        shift -= 1
    multipliers = [round(s * 2 ** (shift + 32)) for s in scales]
    addend = (2 * zero + 1) << (shift - 1)
    each = np.broadcast_to(np.asarray(scales, dtype=object), sums.data.shape)
    factor = np.broadcast_to(np.asarray(multipliers, dtype=object), sums.data.shape)
    exact = np.vectorize(lambda a, s: requantise.exact(int(a), s, zero, floor, high),
                         otypes=[object])(sums.data, each)
    formula = np.vectorize(
        lambda a, m: min(max((((int(a) * m) >> 32) + addend) >> shift, floor), high),
        otypes=[object])(sums.data, factor)
    if (exact != formula).any():
        return None
    operands = [sums, module.constant("i64", multipliers if count > 1 else multipliers[0]),
                module.constant("i64", addend), module.constant("i8", shift)]
    attributes = {"storage": element, "min": f"{floor} : i64", "max": f"{high} : i64"}
    return module.op("rescale", operands, attributes, element, exact)


def finish(module, sums):
    kind = module.pick("wide", "wide", "wide", "wide", "narrow", "sums")
    if kind == "sums":
        return sums
    if kind == "narrow":
        return rescaled(module, sums, tiles.factors(module, sums.shape[-1], sums.data),
                        module.pick("i8", "ui8"), relu=module.pick(True, False))
    return wide(module, sums, module.pick("i16", "i16", "ui16"), module.pick(True, False))


def zero_of(module, x):
    """Tensors of 16 bits mostly have none."""
    if module.pick(True, False):
        return 0, []
    zero = module.draw(x.element, ())
    return zero, [("input_zero_point", module.constant(x.element, zero))] if zero else []


def convolution(module, depthwise=False):
    rows, columns = (int(n) for n in module.rng.integers(3, 14, size=2))
    channels = module.pick(4, 5, 6, 8, 12) if depthwise else module.pick(1, 2, 3, 4, 5, 8, 16)
    features = channels if depthwise else module.pick(1, 2, 3, 4, 6, 8, 12)
    x = module.input(module.pick("i16", "i16", "ui16", "i8"), [1, rows, columns, channels])
    kernel = [module.pick(2, 3, 3), module.pick(2, 3, 3)] if depthwise else \
        [module.pick(1, 2, 3), module.pick(1, 3)]
    strides = [module.pick(1, 1, 2) for _ in kernel]
    pads = [module.pick(0, min(1, k - 1)) for k in kernel * 2]
    outputs = [(s + pads[i] + pads[2 + i] - k) // t + 1
               for i, (s, k, t) in enumerate(zip((rows, columns), kernel, strides))]
    within = 1 if depthwise else channels
    weights = fitting(tiles.weights_of(module, (features, within, *kernel), "i8"), 0)
    bias = module.rng.integers(-3000, 3000, size=features).astype(object)
    operands = [x, module.constant("i8", weights), module.constant("i32", bias)]
    zero, keywords = zero_of(module, x)
    taken = windows(last_to_first(x.data) - zero, kernel, strides, pads, [1, 1], outputs)
    if depthwise:
        total = np.moveaxis((taken * weights[:, 0][:, None, None]).sum((-1, -2)), 2, -1)
    else:
        total = np.tensordot(taken, weights, ([2, 5, 6], [1, 2, 3]))
    sums = module.op("conv", operands, geometry_attributes(strides, pads, [1, 1], False)
                     | {"group": f"{channels if depthwise else 1} : i64"}, "i32",
                     total + bias, keywords)
    return finish(module, sums)


def depthwise(module):
    return convolution(module, depthwise=True)


def product(module):
    m, k, n = (int(module.rng.integers(1, s)) for s in (16, module.pick(150, 150, 500), 24))
    x = module.input(module.pick("i16", "i16", "ui16"), [m, k])
    weights = fitting(tiles.weights_of(module, (n, k), "i8"), 0).T
    zero, keywords = zero_of(module, x)
    keywords = [("lhs_zero_point", value) for _, value in keywords]
    sums = module.op("matmul", [x, module.constant("i8", weights)], {"accumulator": "i32"},
                     "i32", (x.data - zero) @ weights, keywords)
    return finish(module, sums)


LAYERS = [convolution, depthwise, product]
