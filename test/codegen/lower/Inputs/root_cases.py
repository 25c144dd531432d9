"""Convolutions, products, pools, reductions, normalisation."""

import itertools

import numpy as np

from harness import Raw, case, layout, reference

rng = np.random.default_rng(2)


def data(*shape):
    return rng.normal(size=shape).astype(np.float32)


def to_last(x):
    return np.ascontiguousarray(np.moveaxis(x, 1, -1))


def both_layouts(name, op, inputs, expected, **attributes):
    """The first input and the result have channels."""
    case(f"{name}_first", op, inputs, expected, layout=layout(False),
         **attributes)
    case(f"{name}_last", op, [to_last(inputs[0]), *inputs[1:]],
         to_last(expected), layout=layout(True), **attributes)


def conv_transpose(x, f, bias, strides, pads, dilations, output_padding, group):
    """By definition: every input element adds its filter to the output."""
    spatial = len(strides)
    full = [(d - 1) * s + p + (k - 1) * g + 1 for d, s, p, k, g in zip(
        x.shape[2:], strides, output_padding, f.shape[2:], dilations)]
    channels = f.shape[1] * group
    y = np.zeros((x.shape[0], channels, *full), np.float64)
    for at in itertools.product(*map(range, x.shape[2:])):
        for k in itertools.product(*map(range, f.shape[2:])):
            o = tuple(a * s + i * g
                      for a, s, i, g in zip(at, strides, k, dilations))
            for c in range(x.shape[1]):
                group_start = c * group // x.shape[1] * f.shape[1]
                y[(slice(None), slice(group_start, group_start + f.shape[1]),
                   *o)] += x[(slice(None), c, *at)][:, None] * f[(c, slice(None), *k)]
    cut = [slice(pads[i], full[i] - pads[spatial + i]) for i in range(spatial)]
    y = y[(slice(None), slice(None), *cut)]
    return (y + bias.reshape(-1, *[1] * spatial)).astype(np.float32)


# (name, input, filter, strides, pads, dilations, group, bias)
for name, x, f, strides, pads, dilations, group, bias in [
        ("plain", (2, 3, 6, 5), (4, 3, 3, 3), (1, 1), (0, 0, 0, 0), (1, 1), 1, 0),
        ("same", (1, 3, 6, 5), (4, 3, 3, 3), (1, 1), (1, 1, 1, 1), (1, 1), 1, 1),
        ("stride", (1, 3, 7, 8), (4, 3, 3, 2), (2, 3), (0, 1, 1, 1), (1, 1), 1, 1),
        ("unused_pad", (1, 2, 6, 6), (3, 2, 2, 2), (2, 2), (0, 0, 1, 1), (1, 1), 1, 0),
        ("dilated", (1, 2, 8, 8), (3, 2, 3, 2), (1, 1), (2, 0, 2, 0), (2, 3), 1, 1),
        ("pointwise", (1, 5, 3, 4), (7, 5, 1, 1), (1, 1), (0, 0, 0, 0), (1, 1), 1, 1),
        ("groups", (1, 6, 5, 5), (4, 3, 3, 3), (1, 1), (1, 1, 1, 1), (1, 1), 2, 1),
        ("depthwise", (1, 6, 5, 5), (6, 1, 3, 3), (2, 2), (1, 1, 1, 1), (1, 1), 6, 1),
        ("multiplier", (1, 3, 5, 5), (6, 1, 3, 3), (1, 1), (0, 0, 0, 0), (1, 1), 3, 0),
        ("line", (2, 3, 9), (4, 3, 3), (2,), (1, 1), (1,), 1, 1),
        ("cube", (1, 2, 4, 5, 4), (3, 2, 2, 3, 2), (1, 2, 1), (0, 1, 0, 1, 1, 0), (1, 1, 1), 1, 1)]:
    inputs = [data(*x), data(*f)] + ([data(f[0])] if bias else [])
    expected = reference("Conv", inputs, strides=strides, pads=pads,
                         dilations=dilations, group=group)
    both_layouts(f"conv_{name}", "conv", inputs, expected, strides=strides,
                 pads=pads, dilations=dilations, group=group)

for name, x, f, strides, pads, dilations, output_padding, group, bias in [
        ("plain", (1, 2, 3, 4), (2, 3, 3, 3), (1, 1), (0, 0, 0, 0), (1, 1), (0, 0), 1, 0),
        ("stride", (1, 2, 3, 4), (2, 3, 3, 3), (3, 2), (0, 0, 0, 0), (1, 1), (1, 1), 1, 1),
        ("pads", (2, 2, 4, 4), (2, 3, 3, 3), (2, 2), (1, 2, 1, 0), (1, 1), (0, 0), 1, 1),
        ("large_pads", (1, 1, 4, 4), (1, 1, 1, 1), (2, 2), (1, 1, 1, 1), (1, 1), (0, 0), 1, 0),
        ("dilated", (1, 1, 3, 3), (1, 1, 2, 2), (1, 1), (0, 0, 0, 0), (2, 2), (0, 0), 1, 0),
        ("groups", (1, 4, 3, 3), (4, 2, 2, 2), (2, 2), (0, 0, 0, 0), (1, 1), (0, 0), 2, 1),
        ("line", (1, 1, 3), (1, 2, 3), (2,), (0, 0), (1,), (0,), 1, 0)]:
    inputs = [data(*x), data(*f)] + ([data(f[1] * group)] if bias else [])
    expected = conv_transpose(*inputs[:2], inputs[2] if bias else np.zeros(1),
                              strides, pads, dilations, output_padding, group)
    both_layouts(f"conv_transpose_{name}", "conv_transpose", inputs, expected,
                 strides=strides, pads=pads, dilations=dilations,
                 output_padding=output_padding, group=group)

for name, x, y in [("plain", (3, 4), (4, 5)), ("batch", (2, 3, 4), (2, 4, 5)),
                   ("shared_right", (2, 3, 4), (4, 5)),
                   ("broadcast", (2, 1, 3, 4), (1, 5, 4, 2))]:
    x, y = data(*x), data(*y)
    case(f"matmul_{name}", "matmul", [x, y], x @ y)
x = rng.integers(-9, 9, (3, 4)).astype(np.int32)
case("matmul_i32", "matmul", [x, x.T.copy()], x @ x.T)

# (name, shape, kernel, strides, pads, dilations)
POOLS = [("plain", (1, 3, 6, 6), (2, 2), (2, 2), (0, 0, 0, 0), (1, 1)),
         ("pads", (2, 3, 5, 6), (3, 3), (2, 1), (1, 1, 1, 1), (1, 1)),
         ("uneven", (1, 2, 5, 5), (2, 3), (1, 1), (0, 1, 1, 0), (1, 1)),
         ("dilated", (1, 2, 7, 7), (2, 3), (1, 1), (0, 1, 0, 1), (2, 2)),
         ("line", (1, 3, 8), (3,), (2,), (1, 1), (1,)),
         ("cube", (1, 2, 4, 4, 4), (2, 2, 2), (2, 2, 1), (0,) * 6, (1, 1, 1))]
for name, shape, kernel, strides, pads, dilations in POOLS:
    x = data(*shape)
    window = dict(strides=strides, pads=pads, dilations=dilations)
    both_layouts(f"max_pool_{name}", "max_pool", [x],
                 reference("MaxPool", [x], kernel_shape=kernel, **window),
                 kernel=kernel, **window)
    for include in (0, 1):
        expected = reference("AveragePool", [x], opset=19, kernel_shape=kernel,
                             count_include_pad=include, **window)
        both_layouts(f"avg_pool_{name}_{include}", "avg_pool", [x], expected,
                     kernel=kernel,
                     counted_pads=pads if include else (0,) * len(pads),
                     **window)
x = data(1, 1, 4, 4)
both_layouts("max_pool_ceil", "max_pool", [x],
             reference("MaxPool", [x], kernel_shape=(3, 3), strides=(2, 2),
                       ceil_mode=1),
             kernel=(3, 3), strides=(2, 2), pads=(0, 0, 1, 1), dilations=(1, 1))
u = rng.integers(0, 255, (1, 2, 4, 4)).astype(np.uint8)
both_layouts("max_pool_ui8", "max_pool", [u],
             reference("MaxPool", [u], kernel_shape=(2, 2), strides=(2, 2),
                       pads=(1, 1, 1, 1)),
             kernel=(2, 2), strides=(2, 2), pads=(1, 1, 1, 1), dilations=(1, 1))

KINDS = {"sum": np.sum, "prod": np.prod, "max": np.max, "min": np.min,
         "mean": np.mean}
x = data(3, 4, 5)
for (kind, function), axes, keepdims in itertools.product(
        KINDS.items(), [(2,), (0,), (0, 2), (0, 1, 2)], [True, False]):
    name = "".join(map(str, axes)) + ("_keep" if keepdims else "")
    case(f"reduce_{kind}_{name}", "reduce", [x],
         function(x, axis=axes, keepdims=keepdims),
         kind=Raw(f"#nn.reduce_kind<{kind}>"), axes=axes, keepdims=keepdims)
# Long sums in parts: by axes, by dividing an axis, and where neither is possible.
for name, shape, axes in [("axes", (3, 60, 70), (1, 2)), ("divided", (4500, 2), (0,)),
                          ("outer", (4500, 3), (0, 1)), ("prime", (4513,), (0,))]:
    values = rng.uniform(size=shape).astype(np.float32)
    for kind in ("sum", "mean"):
        case(f"reduce_long_{kind}_{name}", "reduce", [values],
             KINDS[kind](values.astype(np.float64), axis=axes).astype(np.float32),
             kind=Raw(f"#nn.reduce_kind<{kind}>"), axes=axes, keepdims=False)
for kind in ("max", "min", "sum", "mean"):
    for values in (u, u.astype(np.int32) - 128):
        expected = KINDS[kind](values, axis=(1,), keepdims=True)
        if kind == "mean":
            expected = np.trunc(expected)
        if kind != "mean" or values.dtype != np.uint8:
            case(f"reduce_{kind}_{values.dtype.name}", "reduce", [values],
                 expected.astype(values.dtype),
                 kind=Raw(f"#nn.reduce_kind<{kind}>"), axes=(1,), keepdims=True)

ties = np.array([[2, 1, 2, 0, 0], [0, 0, 3, 3, 1]], np.float32)
for kind, axis, keepdims, last in itertools.product(
        ("max", "min"), (0, 1), (True, False), (True, False)):
    onnx_op = "ArgMax" if kind == "max" else "ArgMin"
    case(f"arg_{kind}_{axis}_{keepdims}_{last}", "arg_reduce", [ties],
         reference(onnx_op, [ties], axis=axis, keepdims=int(keepdims),
                   select_last_index=int(last)),
         kind=Raw(f"#nn.reduce_kind<{kind}>"), axis=axis, keepdims=keepdims,
         select_last=last)

for axis in range(3):
    case(f"softmax_{axis}", "softmax", [x], reference("Softmax", [x], axis=axis),
         axis=axis)
large = np.array([[1000, 1001, 999.5], [-1e30, 0, 1e30]], np.float32)
case("softmax_large", "softmax", [large], reference("Softmax", [large]), axis=1)

def lrn(x, size, alpha, beta, bias):
    square_sum = np.zeros_like(x)
    for c in range(x.shape[1]):
        first, last = c - (size - 1) // 2, c + size // 2
        square_sum[:, c] = (x[:, max(0, first):last + 1] ** 2).sum(axis=1)
    return x / (bias + alpha / size * square_sum) ** np.float32(beta)


x = data(2, 7, 3, 3)
for size, beta in [(5, 0.75), (4, 0.5), (3, 1.0), (3, 0.6)]:
    expected = lrn(x, size, 0.2, beta, 1.5)
    name = f"lrn_{size}_{int(beta * 100)}"
    case(name, "lrn", [x], expected, size=size, alpha=0.2, beta=beta, bias=1.5,
         axis=1)
    case(f"{name}_last", "lrn", [to_last(x)], to_last(expected), size=size,
         alpha=0.2, beta=beta, bias=1.5, axis=3)

x = data(3, 4)
for axis, exclusive, reverse in itertools.product((0, 1), (0, 1), (0, 1)):
    expected = reference("CumSum", [x, np.int64(axis)], exclusive=exclusive,
                         reverse=reverse)
    case(f"cum_sum_{axis}{exclusive}{reverse}", "cum_sum", [x], expected,
         axis=axis, exclusive=bool(exclusive), reverse=bool(reverse))

x = np.array([[3, 1, 3, 2], [0, 5, 5, 4], [-1, -2, 9, -2]], np.float32)
for axis, k, largest in itertools.product((0, 1), (1, 3), (True, False)):
    order = np.argsort(-x if largest else x, axis=axis, kind="stable")
    index = np.take(order, range(k), axis=axis)
    case(f"top_k_{axis}_{k}_{largest}", "top_k", [x],
         [np.take_along_axis(x, index, axis), index.astype(np.int64)],
         axis=axis, k=k, largest=largest)


def trees(x, kind, columns, groups, missing):
    """By definition: splits 0 to 2, then leaves of 2 weights, or of one."""
    features, thresholds = [0, 2, 1], [0.5, -0.25, 0.125]
    children, roots = [1, 3, 4, 5, 6, 3], [0, 2, 1, 0]
    weights = [1.0, 0.5, -2.0, 0.25, 3.0, 0.0, 0.5, -1.5][:4 * columns]

    def leaf(sample, node):
        while node < 3:
            value = sample[features[node]]
            goes = value <= thresholds[node] or (np.isnan(value) and missing and missing[node])
            node = children[2 * node + (0 if goes else 1)]
        return node - 3

    combine = {"sum": sum, "max": max, "min": min}[kind]
    size = len(roots) // groups
    expected = [[combine([weights[leaf(sample, root) * columns + c]
                          for root in roots[g * size:(g + 1) * size]])
                 for g in range(groups) for c in range(columns)] for sample in x]
    marks = {"missing": Raw("array<i1: " + ", ".join(str(m).lower() for m in missing) + ">")} \
        if missing else {}
    case(f"trees_{kind}_{columns}_{groups}_{bool(missing)}_{x.dtype}", "tree_ensemble", [x],
         np.array(expected, x.dtype), features=Raw("array<i32: 0, 2, 1>"),
         thresholds=thresholds, children=Raw("array<i32: 1, 3, 4, 5, 6, 3>"),
         roots=Raw("array<i32: 0, 2, 1, 0>"), weights=weights, columns=columns, groups=groups,
         kind=Raw(f"#nn.reduce_kind<{kind}>"), **marks)


SAMPLES = rng.integers(-2, 3, (9, 3)) / 4
SAMPLES[2, 0] = SAMPLES[3, 1] = SAMPLES[4, 2] = np.nan
SAMPLES[5] = np.inf, -np.inf, -0.25
for kind in ("sum", "max", "min"):
    trees(SAMPLES.astype(np.float32), kind, 1, 1, None)
    trees(SAMPLES.astype(np.float32), kind, 2, 1, [True, False, True])
trees(SAMPLES.astype(np.float32), "sum", 1, 2, [False, True, False])
trees(SAMPLES, "sum", 2, 2, [True, True, False])
