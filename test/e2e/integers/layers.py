"""Layers of quantised networks in the nn dialect, and what they compute exactly.

Each function draws a layer, adds its ops to the module and returns its value.
What is expected is computed from the description of the operators alone:
dequantise, real arithmetic (as integers and fractions), round half to even.
"""

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

import requantise

SETS = 3


def limits(element):
    bits = int(element.lstrip("ui"))
    least = 0 if element.startswith("u") else -(1 << (bits - 1))
    return least, least + (1 << bits) - 1


def text(values):
    """A tensor as an attribute of the dialect."""
    values = np.asarray(values, dtype=object)
    return str(values.tolist()) if values.ndim else str(values.item())


@dataclass
class Value:
    name: str
    element: str
    data: np.ndarray  # for each set; integers of any size
    known: tuple = ()  # of an input: all values that it has

    @property
    def shape(self):
        return self.data.shape[1:]

    @property
    def type(self):
        return f"tensor<{''.join(f'{d}x' for d in self.shape)}{self.element}>"


@dataclass
class Module:
    rng: np.random.Generator
    lines: list = field(default_factory=list)
    inputs: list = field(default_factory=list)
    outputs: list = field(default_factory=list)
    weights: object = None  # draws weights, of the module, a shape and an element
    count: int = 0

    def name(self):
        self.count += 1
        return f"%v{self.count}"

    def pick(self, *choices):
        return choices[int(self.rng.integers(len(choices)))]

    def draw(self, element, shape):
        least, greatest = limits(element)
        data = self.rng.integers(least, greatest + 1, size=shape)
        extreme = self.rng.random(size=shape) < 0.1
        return np.where(extreme, self.rng.choice([least, greatest], size=shape), data).astype(object)

    def input(self, element, shape):
        value = Value(self.name(), element, self.draw(element, (SETS, *shape)))
        self.inputs.append(value)
        return value

    def constant(self, element, values):
        values = np.asarray(values, dtype=object)
        value = Value(self.name(), element, values[None])
        self.lines.append(f"{value.name} = arith.constant dense<{text(values)}> : {value.type}")
        return value

    def op(self, name, operands, attributes, element, data, keywords=()):
        """`keywords` are operands that the text names."""
        value = Value(self.name(), element, data)
        words = ", ".join(o.name for o in operands)
        words += "".join(f" {key} {o.name}" for key, o in keywords)
        everything = [*operands, *(o for _, o in keywords)]
        given = ", ".join(f"{key} = {attribute}" for key, attribute in attributes.items())
        self.lines.append(f"{value.name} = nn.{name} {words} {{{given}}} : "
                          f"({', '.join(o.type for o in everything)}) -> {value.type}")
        return value

    def text(self):
        arguments = ", ".join(
            f"{v.name}: {v.type}"
            + (f" {{nn.values = {array(*v.known)}}}" if v.known else "") for v in self.inputs)
        types = ", ".join(v.type for v in self.outputs)
        names = ", ".join(v.name for v in self.outputs)
        return "\n  ".join([f"func.func @main({arguments}) -> ({types}) {{", *self.lines,
                            f"return {names} : {types}"]) + "\n}\n"


def array(*entries):
    return f"array<i64: {', '.join(map(str, entries))}>"


def rescaled(module, value, scales, element, relu=False):
    """nn.rescale of `value` by factors that broadcast to its shape, as fractions;
    None where a factor has no parameters. Checked is the definition."""
    low, high = limits(element)
    zero = int(module.rng.integers(low, high + 1))
    floor = zero if relu else low
    reach = int(value.data.min()), int(value.data.max())
    scales = np.asarray(scales, dtype=object)
    found = {s: requantise.choose(s, zero, reach, floor, high) for s in set(scales.flat)}
    if None in found.values():
        return None
    tied = any(r.tie for r in found.values())

    def parameter(name, of):
        # One element where they are all equal, as a compiler would have it.
        values = np.vectorize(lambda s: getattr(found[s], name), otypes=[object])(scales)
        same = len(set(values.flat)) == 1
        return module.constant(of, np.asarray(values.flat[0], dtype=object) if same else values)

    operands = [value, parameter("multiplier", "i32"), parameter("addend", "i64"),
                parameter("shift", "i8")]
    if tied:
        operands.append(parameter("tie", "i32"))
    exact = np.vectorize(lambda a, s: requantise.exact(int(a), s, zero, floor, high),
                         otypes=[object])
    attributes = {"storage": element, "min": f"{floor} : i64", "max": f"{high} : i64"}
    if tied and zero % 2:
        attributes["ties_to_odd"] = "true"
    return module.op("rescale", operands, attributes, element, exact(value.data, scales))


def real_scales(module, data, count, element):
    """Factors that spread `data` over about the stored type: quotients of floats
    as x_scale * w_scale / y_scale, or powers of two, whose halves are ties."""
    least, greatest = limits(element)
    wanted = (greatest - least) / (4.0 * max(1.0, float(np.abs(data.astype(float)).mean())))
    if module.pick(True, False, False):
        return [Fraction(2) ** round(np.log2(wanted))] * count
    factors = np.float32(wanted * module.rng.uniform(0.3, 2, size=(2, count)))
    y_scale = np.float32(module.rng.uniform(0.5, 2))
    return [Fraction(float(a)) * Fraction(float(b)) / Fraction(float(y_scale)) / Fraction(wanted)
            for a, b in factors.T]


def stored(module):
    return module.pick("i8", "ui8", "i8", "ui8", "i16")


def last_to_first(data):
    return np.moveaxis(data, -1, 2)


def windows(x, kernel, strides, pads, dilations, outputs):
    """[sets, n, c, o..., k...] of x [sets, n, c, d...], zero outside."""
    rank = len(kernel)
    x = np.pad(x, [(0, 0)] * 3 + [(pads[i], pads[rank + i] + 64) for i in range(rank)])
    for i in range(rank):
        index = (np.arange(outputs[i])[:, None] * strides[i]
                 + np.arange(kernel[i])[None] * dilations[i])
        x = np.take(x, index, axis=3 + 2 * i)
    order = [0, 1, 2, *range(3, 3 + 2 * rank, 2), *range(4, 3 + 2 * rank, 2)]
    return x.transpose(order)


def window_geometry(module, rank, sizes):
    kernel = [int(module.rng.integers(1, min(3, s) + 1)) for s in sizes]
    strides = [int(module.rng.integers(1, 3)) for _ in range(rank)]
    dilations = [1 if 2 * (k - 1) >= s else module.pick(1, 1, 2) for k, s in zip(kernel, sizes)]
    pads = [module.pick(0, 1, k - 1) for k in kernel * 2]
    pads = [min(p, (k - 1) * d) for p, k, d in zip(pads, kernel * 2, dilations * 2)]
    outputs = [(s + pads[i] + pads[rank + i] - (k - 1) * d - 1) // t + 1
               for i, (s, k, t, d) in enumerate(zip(sizes, kernel, strides, dilations))]
    return kernel, strides, pads, dilations, outputs


def geometry_attributes(strides, pads, dilations, first):
    return {"strides": array(*strides), "pads": array(*pads), "dilations": array(*dilations),
            "layout": f"#nn.layout<channels_{'first' if first else 'last'}>",
            "accumulator": "i32"}


def image(module, channels, element):
    rank = module.pick(1, 2, 2)
    first = module.pick(True, False)
    sizes = [int(s) for s in module.rng.integers(3, 9, size=rank)]
    batch = module.pick(1, 1, 2)
    shape = [batch, channels, *sizes] if first else [batch, *sizes, channels]
    return module.input(element, shape), first


def zero_of(module, value, keyword, keywords):
    """One zero point, or none, of the value; what it is."""
    if module.pick(True, False, False):
        return 0
    zero = module.draw(value.element, ())
    keywords.append((keyword, module.constant(value.element, zero)))
    return zero


def convolve(module, x, first):
    """A convolution of a value, to accumulators."""
    channels = x.shape[1] if first else x.shape[-1]
    group = module.pick(*{1, 1, channels, 2 if channels % 2 == 0 else 1})
    features = group * module.pick(1, 1, 2, 5, 8)
    sizes = x.shape[2:] if first else x.shape[1:-1]
    kernel, strides, pads, dilations, outputs = window_geometry(module, len(sizes), sizes)
    of = module.pick("i8", "i8", "ui8", "i4", "i2")
    weights = module.draw(of, (features, channels // group, *kernel))
    w, keywords = module.constant(of, weights), []
    operands = [x, w]
    bias = module.rng.integers(-3000, 3000, size=features).astype(object)
    if module.pick(True, False):
        operands.append(module.constant("i32", bias))
    else:
        bias = bias * 0
    x_zero = zero_of(module, x, "input_zero_point", keywords)
    if module.pick(True, False):
        w_zero = module.draw(of, (features, *[1] * (1 + len(kernel))))
        keywords.append(("filter_zero_point", module.constant(of, w_zero)))
    else:
        w_zero = zero_of(module, w, "filter_zero_point", keywords)
    data = (x.data if first else last_to_first(x.data)) - x_zero
    taken = windows(data, kernel, strides, pads, dilations, outputs)
    taken = taken.reshape(*taken.shape[:2], group, -1, *taken.shape[3:])
    parts = (weights - w_zero).reshape(group, features // group, channels // group, *kernel)
    # Sums over c and k; the positions are carried along.
    rank = len(kernel)
    sums = [np.tensordot(taken[:, :, g], parts[g],
                         ([2, *range(3 + rank, 3 + 2 * rank)], [*range(1, 2 + rank)]))
            for g in range(group)]
    total = np.concatenate(sums, axis=-1) + bias
    if first:
        total = np.moveaxis(total, -1, 2)
    return module.op("conv", operands,
                     geometry_attributes(strides, pads, dilations, first)
                     | {"group": f"{group} : i64"}, "i32", total, keywords)


def convolution(module):
    x, first = image(module, module.pick(1, 2, 3, 4, 8, 16), stored8(module))
    y = channelwise(module, convolve(module, x, first), first, small=True)
    if y is None or not module.pick(True, False):
        return y
    return channelwise(module, convolve(module, y, first), first)


def stored8(module):
    return module.pick("i8", "ui8")


def channelwise(module, sums, first, small=False):
    """Accumulators rescaled with a factor for each channel; `small` results have
    8 bits."""
    features = sums.shape[1] if first else sums.shape[-1]
    element = stored8(module) if small else stored(module)
    # The proof for 16 bits is long: one factor for all.
    scales = real_scales(module, sums.data, 1 if element == "i16" else features, element)
    if first:
        scales = np.asarray(scales, dtype=object).reshape(-1, *[1] * (len(sums.shape) - 2))
    return rescaled(module, sums, scales, element, relu=module.pick(True, False))


def packed(module):
    """A convolution whose result of 4 bits another one reads."""
    x, first = image(module, 4, stored8(module))
    sums = convolve(module, x, first)
    element = module.pick("i4", "ui4")
    y = rescaled(module, sums, real_scales(module, sums.data, 1, element)[0], element)
    return y and channelwise(module, convolve(module, y, first), first)


def product(module):
    m, k, n = (int(module.rng.integers(1, s)) for s in (6, 70, 20))
    x = module.input(stored8(module), [m, k])
    of = module.pick("i8", "ui8", "i4")
    w, keywords = module.constant(of, module.draw(of, (k, n))), []
    x_zero = zero_of(module, x, "lhs_zero_point", keywords)
    if module.pick(True, False):
        w_zero = module.draw(of, (n,))
        keywords.append(("rhs_zero_point", module.constant(of, w_zero)))
    else:
        w_zero = zero_of(module, w, "rhs_zero_point", keywords)
    sums = module.op("matmul", [x, w], {"accumulator": module.pick("i32", "i64")}, "i32",
                     (x.data - x_zero) @ (w.data[0] - w_zero), keywords)
    sums.element = "i64" if "accumulator = i64" in module.lines[-1] else "i32"
    module.lines[-1] = module.lines[-1].replace("xi32>", f"x{sums.element}>")
    element = stored8(module)
    return rescaled(module, sums, real_scales(module, sums.data, n, element), element,
                    relu=module.pick(True, False))


def pool(module):
    """Means over what lies inside the windows: a factor for each position."""
    x, first = image(module, module.pick(1, 3, 8), stored8(module))
    sizes = x.shape[2:] if first else x.shape[1:-1]
    kernel, strides, pads, dilations, outputs = window_geometry(module, len(sizes), sizes)
    zero = module.draw(x.element, ())
    data = (x.data if first else last_to_first(x.data)) - zero
    geometry = (kernel, strides, pads, dilations, outputs)
    sums = windows(data, *geometry)
    counts = windows(np.ones((1, 1, 1, *sizes), dtype=object), *geometry)
    rank = len(kernel)
    sums, counts = (a.reshape(*a.shape[:3 + rank], -1).sum(-1) for a in (sums, counts))
    attributes = geometry_attributes(strides, pads, dilations, first) | {
        "kernel": array(*kernel), "counted_pads": array(*[0] * (2 * rank))}
    value = module.op("avg_pool", [x, module.constant(x.element, zero)], attributes, "i32",
                      sums if first else np.moveaxis(sums, 2, -1))
    scales = np.vectorize(lambda n: Fraction(1, int(n)), otypes=[object])(counts[0, 0, 0])
    if not first:
        scales = scales[..., None]
    return rescaled(module, value, scales, x.element)


def mean(module):
    """Means of an image: those over 4, 16, 36 or 64 elements have ties."""
    side = module.pick(2, 3, 4, 6, 8)
    x = module.input(stored8(module), [module.pick(1, 2), side, side, module.pick(1, 5, 16)])
    zero = module.draw(x.element, ())
    keep = module.pick(True, False)
    value = module.op("reduce", [x, module.constant(x.element, zero)],
                      {"kind": "#nn.reduce_kind<sum>", "axes": array(1, 2),
                       "keepdims": str(keep).lower(), "accumulator": "i32"}, "i32",
                      (x.data - zero).sum((2, 3), keepdims=keep))
    return rescaled(module, value, Fraction(1, side * side), x.element)


def residual(module):
    """The sum of two values in different scales, multiples of a power of two."""
    shape = [int(s) for s in module.rng.integers(1, 9, size=3)]
    bits = int(module.rng.integers(4, 16))
    total, terms = 0, []
    for _ in range(2):
        x = module.input(stored8(module), shape)
        zero = module.draw(x.element, ())
        factor = int(module.rng.integers(1, 1 << bits))
        centred = module.op("sub", [x, module.constant(x.element, zero)],
                            {"accumulator": "i16"}, "i16", x.data - zero)
        terms.append(module.op("mul", [centred, module.constant("i32", factor)],
                               {"accumulator": "i32"}, "i32", centred.data * factor))
        total = total + terms[-1].data
    value = module.op("add", terms, {"accumulator": "i32"}, "i32", total)
    return rescaled(module, value, Fraction(1, 1 << bits), stored(module))


def rescale(module):
    """Stored integers in another scale."""
    x = module.input(module.pick("i8", "ui8", "i16", "ui16", "i32"),
                     [int(s) for s in module.rng.integers(1, 20, size=2)])
    element = stored(module)
    return rescaled(module, x, real_scales(module, x.data, 1, element), element)


LAYERS = [convolution, convolution, convolution, packed, product, pool, mean, residual, rescale]
