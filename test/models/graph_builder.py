"""Writes an ONNX graph node by node, in the style of PyTorch's exporter.

What is taken over from torch.onnx.export(dynamo=True): the names of nodes and
values, opsets 18 to 20, which attributes are written and which are left out
(Conv has no kernel_shape), shapes as int64 initializers, BatchNormalization
folded into the convolution or left as a node (both are seen in the field).
"""

from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import eager


@dataclass
class Value:
    """A tensor of the graph and what it holds for the calibration image."""

    name: str
    data: np.ndarray


def smooth_image(rng, shape):
    """Random [1, C, H, W] of mean 0, deviation 1: coarse blobs and fine noise."""
    _, channels, height, width = shape
    image = rng.standard_normal(shape).astype(np.float32) * 0.5
    for cells in (4, 16):
        coarse = rng.standard_normal((channels, cells, cells))
        rows = np.arange(height) * cells // height
        columns = np.arange(width) * cells // width
        image[0] += coarse[:, rows][:, :, columns].astype(np.float32)
    return (image / image.std()).astype(np.float32)


class GraphBuilder:
    def __init__(self, name, input_shape, seed, opset=20, fold_batch_norm=True,
                 batch_norm_epsilon=1e-5, dynamic_batch=False):
        self.name = name
        self.opset = opset
        self.fold_batch_norm = fold_batch_norm
        self.epsilon = batch_norm_epsilon
        self.dynamic_batch = dynamic_batch
        self.rng = np.random.default_rng(seed)
        self.nodes = []
        self.initializers = []
        self.used_names = {}
        self.macs = 0
        if len(input_shape) == 4:
            data = smooth_image(self.rng, input_shape)
        else:
            data = self.rng.standard_normal(input_shape).astype(np.float32)
        self.input = Value("x", data)

    # Names and constants.

    def _unique(self, stem):
        count = self.used_names.get(stem, 0)
        self.used_names[stem] = count + 1
        return f"{stem}_{count}" if count else stem

    def constant(self, array, name=None):
        name = name or self._unique("val")
        self.initializers.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def node(self, op, stem, inputs, data, **attributes):
        """Appends a node with one output that evaluates to `data`."""
        output = self._unique(stem)
        names = [v.name if isinstance(v, Value) else v for v in inputs]
        self.nodes.append(helper.make_node(
            op, names, [output], name=f"node_{output}", **attributes))
        return Value(output, np.ascontiguousarray(data, dtype=np.float32))

    # Layers with weights.

    def _he(self, shape):
        fan_in = int(np.prod(shape[1:]))
        weight = self.rng.standard_normal(shape, dtype=np.float32)
        return weight * np.float32(np.sqrt(2.0 / fan_in))

    def _statistics(self, y):
        """Per-channel mean and variance of [1, F, H, W]. Half the mean stays: to
        subtract all of it makes a deep random network chaotic (differences of
        rounding grow a hundredfold). The variance is floored so that a channel
        that hardly varies on the calibration image is not amplified."""
        mean = y.mean(axis=(0, 2, 3))
        if y.shape[2] * y.shape[3] < 16:
            spread = max(float(y.std()), 1e-3)
            return np.zeros_like(mean), np.full_like(mean, spread * spread)
        variance = y.var(axis=(0, 2, 3))
        variance = variance + 0.25 * mean * mean
        return 0.5 * mean, np.maximum(variance, 0.3 * variance.mean() + 1e-6)

    def conv(self, x, features, kernel, scope, stride=1, pads=None, group=1,
             batch_norm=True, gain=1.0):
        """Convolution with bias or batch normalisation; `kernel` is a number
        or a pair, padding is "same" for odd kernels unless `pads` says so."""
        kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
        if pads is None:
            pads = [kernel[0] // 2, kernel[1] // 2] * 2
        strides = [stride, stride]
        weight = self._he((features, x.data.shape[1] // group) + tuple(kernel))
        y = eager.conv(x.data, weight, strides, pads, group)
        self.macs += int(y.size) * int(weight[0].size)
        mean, variance = self._statistics(y)
        scale = self.rng.uniform(0.8, 1.2, features).astype(np.float32) * gain
        shift = self.rng.normal(0.0, 0.2, features).astype(np.float32)
        factor = (scale / np.sqrt(variance + self.epsilon)).astype(np.float32)
        result = y * factor[:, None, None] + (shift - mean * factor)[:, None, None]
        attributes = dict(auto_pad="NOTSET", dilations=[1, 1], group=group,
                          pads=list(pads), strides=strides)
        if batch_norm and not self.fold_batch_norm:
            inputs = [x, self.constant(weight, f"{scope}.conv.weight")]
            y = self.node("Conv", "conv2d", inputs, y, **attributes)
            parameters = [self.constant(array.astype(np.float32), f"{scope}.bn.{name}")
                          for name, array in (("weight", scale), ("bias", shift),
                                              ("running_mean", mean),
                                              ("running_var", variance))]
            return self.node("BatchNormalization", "getitem", [y] + parameters, result,
                             epsilon=self.epsilon, momentum=0.9, training_mode=0)
        folded = weight * factor[:, None, None, None]
        inputs = [x, self.constant(folded, f"{scope}.weight"),
                  self.constant((shift - mean * factor).astype(np.float32),
                                f"{scope}.bias")]
        return self.node("Conv", "conv2d", inputs, result, **attributes)

    def linear(self, x, features, scope):
        """Gemm with a transposed weight, as aten.linear is exported."""
        depth = x.data.shape[1]
        weight = self.rng.standard_normal((features, depth), dtype=np.float32)
        weight *= np.float32(1.0 / (x.data @ weight.T).std())
        bias = self.rng.normal(0.0, 0.1, features).astype(np.float32)
        self.macs += features * depth
        inputs = [x, self.constant(weight, f"{scope}.weight"),
                  self.constant(bias, f"{scope}.bias")]
        return self.node("Gemm", "linear", inputs, x.data @ weight.T + bias,
                         alpha=1.0, beta=1.0, transA=0, transB=1)

    # Activations.

    def relu(self, x):
        return self.node("Relu", "relu", [x], np.maximum(x.data, 0))

    def relu6(self, x):
        low, high = self.constant(np.float32(0.0)), self.constant(np.float32(6.0))
        return self.node("Clip", "hardtanh", [x, low, high], np.clip(x.data, 0, 6))

    def sigmoid(self, x):
        return self.node("Sigmoid", "sigmoid", [x], eager.sigmoid(x.data))

    def silu(self, x):
        gate = self.sigmoid(x)
        return self.node("Mul", "silu", [x, gate], x.data * gate.data)

    def hard_sigmoid(self, x):
        return self.node("HardSigmoid", "hardsigmoid", [x], eager.hard_sigmoid(x.data),
                         alpha=1.0 / 6.0, beta=0.5)

    def hard_swish(self, x):
        return self.node("HardSwish", "hardswish", [x],
                         x.data * eager.hard_sigmoid(x.data))

    # Arithmetic and pooling.

    def add(self, x, y):
        return self.node("Add", "add", [x, y], x.data + y.data)

    def mul(self, x, y):
        return self.node("Mul", "mul", [x, y], x.data * y.data)

    def max_pool(self, x, kernel, stride, pad=0, ceil_mode=0):
        kernel, strides, pads = [kernel] * 2, [stride] * 2, [pad] * 4
        data = eager.max_pool(x.data, kernel, strides, pads, ceil_mode)
        return self.node("MaxPool", "max_pool2d", [x], data, auto_pad="NOTSET",
                         ceil_mode=ceil_mode, dilations=[1, 1], kernel_shape=kernel,
                         pads=pads, storage_order=0, strides=strides)

    def average_pool(self, x, kernel, stride, pad):
        kernel, strides, pads = [kernel] * 2, [stride] * 2, [pad] * 4
        data = eager.average_pool(x.data, kernel, strides, pads)
        return self.node("AveragePool", "avg_pool2d", [x], data, auto_pad="NOTSET",
                         ceil_mode=0, count_include_pad=1, kernel_shape=kernel,
                         pads=pads, strides=strides)

    def global_mean(self, x, keepdims=1):
        """adaptive_avg_pool2d(1), which the exporter decomposes to a mean."""
        axes = self.constant(np.array([-1, -2] if keepdims else [2, 3], np.int64))
        data = x.data.mean(axis=(2, 3), keepdims=bool(keepdims))
        return self.node("ReduceMean", "mean", [x, axes], data, keepdims=keepdims,
                         noop_with_empty_axes=0)

    def global_average_pool(self, x):
        data = x.data.mean(axis=(2, 3), keepdims=True)
        return self.node("GlobalAveragePool", "adaptive_avg_pool2d", [x], data)

    # Data movement.

    def reshape(self, x, shape):
        target = self.constant(np.array(shape, np.int64))
        return self.node("Reshape", "view", [x, target], x.data.reshape(shape),
                         allowzero=1)

    def reshape_keeping_batch(self, x, features):
        """The same with the batch read from the input, as it is exported when
        the batch is dynamic: Shape, Concat, Reshape."""
        size, shape = self._unique("val"), self._unique("val")
        rest = self.constant(np.array([features], np.int64))
        self.nodes.append(helper.make_node("Shape", [self.input.name], [size],
                                           name=f"node_{size}", start=0, end=1))
        self.nodes.append(helper.make_node("Concat", [size, rest], [shape],
                                           name=f"node_{shape}", axis=0))
        return self.node("Reshape", "view", [x, shape], x.data.reshape(1, features),
                         allowzero=1)

    def flatten(self, x):
        return self.node("Flatten", "flatten", [x], x.data.reshape(1, -1), axis=1)

    def concat(self, values):
        data = np.concatenate([v.data for v in values], axis=1)
        return self.node("Concat", "cat", values, data, axis=1)

    def split(self, x, sizes):
        """Split along the channels."""
        names = [self._unique("split") for _ in sizes]
        lengths = self.constant(np.array(sizes, np.int64))
        self.nodes.append(helper.make_node("Split", [x.name, lengths], names,
                                           name=f"node_{names[0]}", axis=1))
        parts = np.split(x.data, np.cumsum(sizes)[:-1], axis=1)
        return [Value(name, part) for name, part in zip(names, parts)]

    def transpose(self, x, permutation):
        return self.node("Transpose", "transpose", [x], x.data.transpose(permutation),
                         perm=permutation)

    def select_channel(self, x, channel):
        """x[:, channel].unsqueeze(1)."""
        index = self.constant(np.int64(channel))
        plane = self.node("Gather", "select", [x, index], x.data[:, channel], axis=1)
        axis = self.constant(np.array([1], np.int64))
        return self.node("Unsqueeze", "unsqueeze", [plane, axis], plane.data[:, None])

    def scale_shift(self, x, scale, shift):
        scaled = self.node("Mul", "mul", [x, self.constant(np.float32(scale))],
                           x.data * np.float32(scale))
        return self.node("Add", "add", [scaled, self.constant(np.float32(shift))],
                         scaled.data + np.float32(shift))

    # The result.

    def model(self, output):
        def shape_of(value):
            dims = list(value.data.shape)
            return ["batch"] + dims[1:] if self.dynamic_batch else dims

        graph = helper.make_graph(
            self.nodes, "main_graph",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape_of(self.input))],
            [helper.make_tensor_value_info(output.name, TensorProto.FLOAT,
                                           shape_of(output))],
            self.initializers)
        model = helper.make_model(
            graph, producer_name="pytorch",
            opset_imports=[helper.make_opsetid("", self.opset)])
        model.ir_version = 10
        return model
