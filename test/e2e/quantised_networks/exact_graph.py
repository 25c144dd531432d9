"""What a quantised network is defined to give: its nodes in real numbers, in doubles.

Operands are dequantised, the operator is computed on real numbers, the result is
quantised with round half to even: a double is off by 1e-13 of what is rounded, so
everywhere but in ties, which scales of random weights do not have. Where a network
quantises real numbers when it runs (DynamicQuantizeLinear), float32 is the definition.
"""

import numpy as np
import onnx
from onnx import numpy_helper


def along(parameter, rank, axis):
    parameter = np.asarray(parameter)
    if parameter.ndim != 1 or parameter.size == 1:
        return parameter.reshape(())
    return parameter.reshape([-1 if i == axis % rank else 1 for i in range(rank)])


def dequantise(q, scale, zero=0, axis=1):
    rank = np.ndim(q)
    return ((q.astype(np.float64) - along(zero, rank, axis).astype(np.float64))
            * along(scale, rank, axis).astype(np.float64))


def quantise(real, scale, zero, axis=1):
    rank, info = np.ndim(real), np.iinfo(zero.dtype)
    q = np.rint(real / along(scale, rank, axis).astype(np.float64))
    return np.clip(q + along(zero, rank, axis), info.min, info.max).astype(zero.dtype)


def windows(x, kernel, strides, pads, fill):
    """[N, C, H, W, KH, KW] of an image with `fill` around it."""
    padded = np.pad(x, [(0, 0), (0, 0), (pads[0], pads[2]), (pads[1], pads[3])],
                    constant_values=fill)
    view = np.lib.stride_tricks.sliding_window_view(padded, kernel, axis=(2, 3))
    return view[:, :, ::strides[0], ::strides[1]]


def conv(x, w, bias=None, group=1, pads=(0, 0, 0, 0), strides=(1, 1), **_):
    count, width = w.shape[0] // group, w.shape[1]
    parts = [np.tensordot(
        windows(x[:, g * width:(g + 1) * width], w.shape[2:], strides, pads, 0),
        w[g * count:(g + 1) * count], ((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2)
             for g in range(group)]
    y = np.concatenate(parts, axis=1)
    return y if bias is None else y + bias.reshape(1, -1, 1, 1)


def max_pool(x, kernel_shape, pads=(0, 0, 0, 0), strides=(1, 1), **_):
    lowest = np.iinfo(x.dtype).min if x.dtype.kind in "iu" else -np.inf
    return windows(x, kernel_shape, strides, pads, lowest).max(axis=(4, 5))


def average_pool(x, kernel_shape, pads=(0, 0, 0, 0), strides=(1, 1), count_include_pad=0, **_):
    if count_include_pad:
        return windows(x, kernel_shape, strides, pads, 0).mean(axis=(4, 5))
    inside = windows(np.ones_like(x), kernel_shape, strides, pads, 0).sum(axis=(4, 5))
    return windows(x, kernel_shape, strides, pads, 0).sum(axis=(4, 5)) / inside


def gemm(a, b, c=None, transA=0, transB=0, alpha=1.0, beta=1.0):
    y = alpha * ((a.T if transA else a) @ (b.T if transB else b))
    return y if c is None else y + beta * c


def softmax(x, axis=-1, **_):
    power = np.exp(x - x.max(axis=axis, keepdims=True))
    return power / power.sum(axis=axis, keepdims=True)


def leaky_relu(x, alpha=0.01):
    return np.where(x < 0, x * np.float64(np.float32(alpha)), x)


def clip(x, low=None, high=None):
    return np.clip(x, low, high)


def batch_norm(x, scale, bias, mean, variance, epsilon=1e-5, **_):
    factor = scale / np.sqrt(variance.astype(np.float64) + epsilon)
    return x * along(factor, 4, 1) + along(bias - mean * factor, 4, 1)


def reduce_mean(x, axes, keepdims=1, **_):
    return x.mean(axis=tuple(axes), keepdims=bool(keepdims))


def dynamic_quantise(x):
    x = x.astype(np.float32)
    low, high = min(x.min(), np.float32(0)), max(x.max(), np.float32(0))
    scale = (high - low) / np.float32(255)
    zero = np.uint8(np.rint(np.clip(-low / scale, 0, 255)))
    return np.clip(np.rint(x / scale) + zero, 0, 255).astype(np.uint8), scale, zero


def integers(q, zero, axis):
    return q.astype(np.float64) - along(zero, np.ndim(q), axis).astype(np.float64)


OF_REALS = {
    "Add": np.add, "Mul": np.multiply, "Relu": lambda x: np.maximum(x, 0), "Clip": clip,
    "Sigmoid": lambda x: 1 / (1 + np.exp(-x)), "LeakyRelu": leaky_relu, "Softmax": softmax,
    "Conv": conv, "Gemm": gemm, "MatMul": np.matmul, "MaxPool": max_pool,
    "AveragePool": average_pool, "ReduceMean": reduce_mean,
    "GlobalAveragePool": lambda x: x.mean(axis=(2, 3), keepdims=True),
    "BatchNormalization": batch_norm,
    "Shape": lambda x, start=0, end=None: np.array(x.shape[start:end]),
    "Flatten": lambda x, axis=1: x.reshape(x.shape[0], -1),
    "Reshape": lambda x, shape, **_: x.reshape(shape),
    "Transpose": lambda x, perm: x.transpose(perm),
    "Concat": lambda *parts, axis: np.concatenate(parts, axis),
    "Split": lambda x, sizes, axis: np.split(x, np.cumsum(sizes)[:-1], axis),
    "QuantizeLinear": lambda x, scale, zero, axis=1: quantise(x, scale, zero, axis),
    "DequantizeLinear": dequantise,
    "DynamicQuantizeLinear": dynamic_quantise,
    "Cast": lambda x, to: x.astype(np.float64),
    "ConvInteger": lambda x, w, x_zero, w_zero, **a: conv(
        integers(x, x_zero, 1), integers(w, w_zero, 0), **a),
    "MatMulInteger": lambda a, b, a_zero, b_zero: integers(a, a_zero, 0) @ integers(b, b_zero, 1),
}


def unary(name):
    """Operands x, its scale and zero point, and the result's."""
    return lambda x, xs, xz, ys, yz, **a: quantise(OF_REALS[name](dequantise(x, xs, xz), **a),
                                                   ys, yz)


def binary(name):
    return lambda x, xs, xz, y, ys, yz, s, z: quantise(
        OF_REALS[name](dequantise(x, xs, xz), dequantise(y, ys, yz)), s, z)


def bias_of(bias, x_scale, w_scale):
    return bias.astype(np.float64) * x_scale.astype(np.float64) * w_scale.astype(np.float64)


def q_conv(x, xs, xz, w, ws, wz, ys, yz, bias=None, **a):
    b = None if bias is None else bias_of(bias, xs, ws)
    return quantise(conv(dequantise(x, xs, xz), dequantise(w, ws, wz, 0), b, **a), ys, yz)


def q_gemm(a, a_scale, az, b, bs, bz, c, ys, yz, transA=0, transB=0, alpha=1.0):
    y = gemm(dequantise(a, a_scale, az), dequantise(b, bs, bz, 0 if transB else 1),
             bias_of(c, a_scale, bs), transA, transB, alpha)
    return quantise(y, ys, yz)


def q_matmul(a, a_scale, az, b, bs, bz, ys, yz):
    return quantise(dequantise(a, a_scale, az, -2) @ dequantise(b, bs, bz, -1), ys, yz)


def q_concat(ys, yz, *tuples, axis):
    parts = [dequantise(*tuples[i:i + 3]) for i in range(0, len(tuples), 3)]
    return quantise(np.concatenate(parts, axis), ys, yz)


OF_INTEGERS = {
    "QLinearAdd": binary("Add"), "QLinearMul": binary("Mul"), "QLinearConcat": q_concat,
    "QLinearSigmoid": unary("Sigmoid"), "QLinearLeakyRelu": unary("LeakyRelu"),
    "QLinearSoftmax": unary("Softmax"), "QLinearAveragePool": unary("AveragePool"),
    "QLinearGlobalAveragePool": unary("GlobalAveragePool"), "QLinearConv": q_conv,
    "QLinearMatMul": q_matmul, "QGemm": q_gemm,
}
# Of no consequence for what these networks compute.
IGNORED = {"allowzero", "auto_pad", "ceil_mode", "channels_last", "dilations", "kernel_shape",
           "storage_order", "noop_with_empty_axes", "opset"}


def evaluate(model, image):
    """The first output for input `x`."""
    values = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    values["x"] = image.astype(np.float64)
    for node in model.graph.node:
        compute = OF_REALS.get(node.op_type) or OF_INTEGERS[node.op_type]
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        pools = "Pool" in node.op_type
        attributes = {name: value for name, value in attributes.items()
                      if name not in IGNORED or (pools and name == "kernel_shape")}
        operands = [values[name] if name else None for name in node.input]
        results = compute(*operands, **attributes)
        several = isinstance(results, (list, tuple))
        for name, value in zip(node.output, results if several else [results]):
            values[name] = value
    return values[model.graph.output[0].name]
