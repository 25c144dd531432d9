"""Random chains of scales, offsets and sums of products, in exact arithmetic.

A chain is built node by node, and each value is followed in double precision
with a bound of the error that float32 arithmetic may have made by then when the
graph is computed as it is written. An infinite bound says that a float32 value
on the way may have left the range: what follows is exact where the order of the
operations is another, or what float32 gives. After sums whose terms may have
left it (NaN for a bound) anything follows, by the order of the terms.
"""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

UNIT = 2.0 ** -24  # half a unit in the last place of 1
TINY = 2.0 ** -149  # the smallest denormal number
LARGEST = float(np.finfo(np.float32).max)


class Value:
    """What a float32 tensor would be exactly, and how far off it may be."""

    def __init__(self, name, exact, bound, terms=1):
        self.name, self.exact, self.bound = name, exact, bound
        # Of the sum behind it: an offset may be added before the first of them.
        self.terms = terms


def rounded(exact, bound):
    """The bound once `exact` is rounded to float32."""
    magnitude = np.abs(exact) + bound
    bound = bound + UNIT * magnitude + TINY
    with np.errstate(invalid="ignore"):
        return np.where(magnitude >= LARGEST, np.inf, bound)


class Chain:
    """Nodes of one branch of a model."""

    def __init__(self, prefix, rng):
        self.prefix, self.rng = prefix, rng
        self.nodes, self.constants = [], []

    def constant(self, array):
        name = f"{self.prefix}c{len(self.constants)}"
        array = np.asarray(array, np.float32)
        self.constants.append(numpy_helper.from_array(array, name))
        return name, array.astype(np.float64)

    def add(self, op, inputs, exact, bound, terms=1, **attributes):
        name = f"{self.prefix}v{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=f"{op}_{name}", **attributes))
        lost = ~np.isfinite(exact)
        return Value(name, np.where(lost, 0, exact), np.where(lost, np.nan, bound), terms)

    # Element by element

    def magnitude(self, low=-38, high=38):
        return 10.0 ** self.rng.uniform(low, high) * self.rng.choice([-1, 1])

    def along(self, x, numbers):
        """A vector by channels, or its first number alone."""
        if x.exact.ndim == 2:
            return numbers
        return numbers.reshape(-1, 1, 1)

    def scale(self, x, numbers, op):
        name, c = self.constant(self.along(x, numbers))
        with np.errstate(all="ignore"):
            exact = x.exact * c if op == "Mul" else x.exact / c
            bound = x.bound * np.abs(c) if op == "Mul" else x.bound / np.abs(c)
            return self.add(op, [x.name, name], exact, rounded(exact, bound), x.terms)

    def offset(self, x, numbers, op):
        name, c = self.constant(self.along(x, numbers))
        exact = x.exact + c if op == "Add" else x.exact - c
        bound = x.bound + x.terms * UNIT * np.abs(c)
        return self.add(op, [x.name, name], exact, rounded(exact, bound), x.terms)

    def clamp(self, x, op):
        if op == "Relu":
            return self.add("Relu", [x.name], np.maximum(x.exact, 0), x.bound)
        low, high = sorted((self.magnitude(-3, 6), self.magnitude(-3, 6)))
        (first, low), (second, high) = self.constant(low), self.constant(high)
        return self.add("Clip", [x.name, first, second], np.clip(x.exact, low, high), x.bound)

    def batch_norm(self, x, scale, bias, mean, variance):
        parameters = [self.constant(p) for p in (scale, bias, mean, variance)]
        epsilon = float(np.float32(1e-5))
        scale, bias, mean, variance = (self.along(x, p) for _, p in parameters)
        with np.errstate(all="ignore"):
            deviation = np.sqrt(variance + epsilon)
            centred = x.exact - mean
            # The definition's five operations; up to 16 deviations of mean may
            # be multiplied before they are subtracted.
            spread = np.minimum(np.abs(mean), 16 * deviation)
            bound = rounded(centred, x.bound) + UNIT * spread
            quotient = centred / deviation
            bound = rounded(quotient, bound / deviation + 2 * UNIT * np.abs(quotient))
            product = quotient * scale
            bound = rounded(product, bound * np.abs(scale))
            exact = product + bias
            bound = bound + x.terms * UNIT * (np.abs(bias) + spread / deviation * np.abs(scale))
            bound = rounded(exact, bound)
        return self.add("BatchNormalization", [x.name] + [n for n, _ in parameters], exact, bound,
                        x.terms)

    # Sums of products

    def sums(self, terms, magnitudes, bounds, bias):
        """Exact sums and their bounds; all over the last axis of products."""
        count = terms.shape[-1]
        with np.errstate(all="ignore"):
            exact = terms.sum(-1)
            total = magnitudes.sum(-1)
            bound = bounds.sum(-1) + (count + 1) * (UNIT * total + TINY)
            unknown = ~(total + bounds.sum(-1) < LARGEST)
            if bias is not None:
                exact = exact + bias
                bound = bound + count * UNIT * np.abs(bias)
            bound = rounded(exact, bound)
        return exact, np.where(unknown, np.nan, bound)

    def weights(self, *shape):
        size = 10.0 ** self.rng.choice([-20, -8, 0, 0, 0, 0, 8, 20])
        return self.constant(self.rng.standard_normal(shape) * size)

    def windows(self, array, kernel, pad):
        array = np.pad(array, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
        return np.lib.stride_tricks.sliding_window_view(array, (kernel, kernel), axis=(2, 3))

    def conv(self, x, features, kernel, pad, group=1, bias=False):
        channels = x.exact.shape[1]
        name, w = self.weights(features, channels // group, kernel, kernel)
        names = [x.name, name]
        b = None
        if bias:
            bias_name, b = self.constant(self.rng.standard_normal(features) * self.magnitude(-3, 3))
            names.append(bias_name)
        view, limits = self.windows(x.exact, kernel, pad), self.windows(x.bound, kernel, pad)
        exact, bound = [], []
        with np.errstate(all="ignore"):
            for f in range(features):
                first = f // (features // group) * (channels // group)
                part = slice(first, first + channels // group)
                filters = w[f][:, None, None]
                shape = (1, *view.shape[2:4], -1)
                flat = lambda a: np.moveaxis(a, 1, 3).reshape(shape)
                terms = flat(view[:, part] * filters)
                error = flat(np.where(filters == 0, 0, limits[:, part] * np.abs(filters)))
                one = self.sums(terms, np.abs(terms), error, None if b is None else b[f])
                exact.append(one[0])
                bound.append(one[1])
        return self.add("Conv", names, np.stack(exact, 1), np.stack(bound, 1), w[0].size,
                        pads=[pad] * 4, group=group)

    def conv_transpose(self, x, features):
        """Kernel and stride 2: each output is one product for each channel."""
        name, w = self.weights(x.exact.shape[1], features, 2, 2)

        def spread(array, filters):
            # [1, C, H, W] and [C, F, 2, 2] -> [1, F, 2 H, 2 W, C]
            with np.errstate(all="ignore"):
                products = np.einsum("nchw,cfij->nfhiwjc", array, filters)
            n, f, h, _, wide, _, c = products.shape
            return products.reshape(n, f, 2 * h, 2 * wide, c)

        terms = spread(x.exact, w)
        finite = np.where(np.isfinite(x.bound), x.bound, 0)
        error = spread(finite, np.abs(w))
        unknown = spread(~np.isfinite(x.bound) * 1.0, np.ones_like(w)).any(-1)
        exact, bound = self.sums(terms, np.abs(terms), error, None)
        return self.add("ConvTranspose", [x.name, name], exact, np.where(unknown, np.nan, bound),
                        w.shape[0], strides=[2, 2])

    def matmul(self, x, columns, gemm):
        name, w = self.weights(x.exact.shape[1], columns)
        with np.errstate(all="ignore"):
            terms = x.exact[:, None, :] * w.T[None]
            error = x.bound[:, None, :] * np.abs(w.T)[None]
        exact, bound = self.sums(terms, np.abs(terms), error, None)
        if not gemm:
            return self.add("MatMul", [x.name, name], exact, bound, w.shape[0])
        alpha, beta = (float(np.float32(self.magnitude(-20, 20))) for _ in range(2))
        other, c = self.constant(self.rng.standard_normal(columns))
        with np.errstate(all="ignore"):
            bound = rounded(exact * alpha, bound * abs(alpha))
            exact = exact * alpha + c * beta
            bound = rounded(exact, bound + (w.shape[0] + 1) * UNIT * np.abs(c * beta) + TINY)
            bound = np.where(np.abs(c * beta) < LARGEST, bound, np.inf)
        return self.add("Gemm", [x.name, name, other], exact, bound, w.shape[0], alpha=alpha, beta=beta)


def model_of(chains, inputs, outputs):
    info = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    graph = helper.make_graph(
        [node for chain in chains for node in chain.nodes], "chains",
        [info(name, array.shape) for name, array in inputs.items()],
        [info(value.name, value.exact.shape) for value in outputs],
        [constant for chain in chains for constant in chain.constants])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
