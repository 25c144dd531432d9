"""Small networks of real numbers and what onnxruntime's quantiser makes of them."""

import logging
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnxruntime.quantization import (CalibrationDataReader, QuantFormat, QuantType,
                                      quantize_dynamic, quantize_static)
from onnxruntime.quantization.shape_inference import quant_pre_process

sys.path.append(str(Path(__file__).resolve().parents[2] / "models"))

import classic_networks  # noqa: E402
import mobile_networks  # noqa: E402
from graph_builder import GraphBuilder, smooth_image  # noqa: E402

IMAGE = (1, 3, 32, 32)


def mobilenet():
    """The blocks of MobileNetV2, one of each kind and narrow."""
    g = GraphBuilder("mobilenet", IMAGE, seed=2)
    x = g.relu6(g.conv(g.input, 8, 3, "stem", stride=2))
    for block, (expand, features, stride) in enumerate(
            [(1, 8, 1), (6, 12, 2), (6, 12, 1)]):
        channels, y = x.data.shape[1], x
        if expand != 1:
            y = g.relu6(g.conv(y, channels * expand, 1, f"{block}.expand"))
        hidden = channels * expand
        y = g.relu6(g.conv(y, hidden, 3, f"{block}.depthwise", stride, group=hidden))
        y = g.conv(y, features, 1, f"{block}.project", gain=0.7)
        x = g.add(x, y) if stride == 1 and channels == features else y
    x = g.relu6(g.conv(x, 40, 1, "head"))
    return g, g.linear(g.flatten(g.global_average_pool(x)), 10, "classifier")


def resnet():
    """The blocks of ResNet-18, one of each kind and narrow."""
    g = GraphBuilder("resnet", IMAGE, seed=18)
    x = g.max_pool(g.relu(g.conv(g.input, 8, 7, "conv1", stride=2)), 3, 2, 1)
    for stage, features in enumerate((8, 16)):
        scope, stride = f"layer{stage}", 2 if stage else 1
        y = g.relu(g.conv(x, features, 3, f"{scope}.conv1", stride))
        y = g.conv(y, features, 3, f"{scope}.conv2", gain=0.7)
        if stride != 1:
            x = g.conv(x, features, 1, f"{scope}.downsample", stride, gain=0.7)
        x = g.relu(g.add(y, x))
    x = g.reshape(g.global_mean(x), [1, 16])
    return g, g.linear(x, 10, "fc")


def branches():
    """What else the quantiser has operators for."""
    g = GraphBuilder("branches", (1, 4, 12, 12), seed=5)
    x = g.conv(g.input, 8, 3, "a")
    gate = g.sigmoid(g.conv(x, 8, 1, "gate"))
    y = g.mul(x, gate)
    left, right = g.split(y, [3, 5])
    left = g.node("LeakyRelu", "leaky", [left],
                  np.where(left.data < 0, left.data * 0.2, left.data), alpha=0.2)
    y = g.concat([right, left])
    y = g.average_pool(y, 3, 2, 1)
    y = g.transpose(y, [0, 2, 3, 1])
    y = g.reshape(y, [36, 8])
    weight = g.constant(g.rng.standard_normal((8, 6)).astype(np.float32), "weight")
    y = g.node("MatMul", "matmul", [y, weight], np.zeros((36, 6)))
    return g, g.node("Softmax", "softmax", [y], np.zeros((36, 6)), axis=1)


def mobilenet_v2():
    """All of its layers, narrow."""
    return mobile_networks.mobilenet_v2(size=64, width=0.25, classes=20)


def resnet18():
    return classic_networks.resnet18(size=64, width=8, classes=20)


# Blocks of networks in all forms; whole networks in those of the quantiser's options,
# narrow and as large as they are published.
NETWORKS = [mobilenet, resnet, branches]
SETS = {"blocks": NETWORKS, "whole": [mobilenet_v2, resnet18],
        "large": [mobile_networks.mobilenet_v2, classic_networks.resnet18]}
U8, S8, S16, S4 = QuantType.QUInt8, QuantType.QInt8, QuantType.QInt16, QuantType.QInt4
NAMES = {U8: "u8", S8: "s8", S16: "s16", S4: "s4"}


@dataclass
class Form:
    """One way to quantise."""

    format: str  # qdq, qcdq, qoperator, dynamic
    activations: QuantType = U8
    weights: QuantType = S8
    per_channel: bool = False
    # Relative to the largest result: a real number that float32 rounds to the other
    # side moves it by a step.
    tolerance: float = 0.0
    # With normalisations as nodes of their own, in floats: not preprocessed.
    normalised: bool = False

    def __str__(self):
        kinds = NAMES[self.activations] + NAMES[self.weights]
        return (f"{self.format}-{kinds}" + ("-channels" if self.per_channel else "")
                + ("-normalised" if self.normalised else ""))


OPTIONS = [Form(kind, a, w, per_channel) for kind in ("qdq", "qoperator")
           for a, w in ((S8, S8), (U8, S8), (U8, U8)) for per_channel in (False, True)
           if not (per_channel and w == U8)]
OPTIONS += [Form("dynamic", weights=S8, tolerance=0.02),
            Form("dynamic", weights=U8, tolerance=0.02)]
# 16 bits are of domain com.microsoft where the operator set, 20, has 8 alone.
FORMS = OPTIONS + [Form("qdq", S16, S8, tolerance=5e-4), Form("qdq", U8, S4, per_channel=True),
                   Form("qcdq", S8, S8), Form("qcdq", U8, S8, per_channel=True)]


NORMALISED = Form("qdq", U8, S8, per_channel=True, tolerance=0.02, normalised=True)


def forms_of(network):
    if network in NETWORKS:
        return FORMS
    return OPTIONS + ([NORMALISED] if network.__name__ == "resnet18" else [])


class Images(CalibrationDataReader):
    def __init__(self, shape, count):
        generator = np.random.default_rng(3)
        self.images = iter([{"x": smooth_image(generator, shape)} for _ in range(count)])

    def get_next(self):
        return next(self.images, None)


def clipped(model):
    """A QDQ network as Brevitas writes it: weights are real numbers that a node
    quantises, and a Clip behind each quantisation says how many integers are used."""
    graph = model.graph
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    nodes = []
    for node in graph.node:
        weights = tensors.get(node.input[0])
        if node.op_type == "DequantizeLinear" and weights is not None \
                and weights.data_type == onnx.TensorProto.INT8:
            quantisation = quantisation_of(weights, node, tensors)
            nodes += [quantisation, clip(graph, quantisation, np.int8)]
        nodes.append(node)
        if node.op_type == "QuantizeLinear":
            zero = numpy_helper.to_array(tensors[node.input[2]])
            nodes.append(clip(graph, node, zero.dtype))
    del graph.node[:]
    graph.node.extend(nodes)
    return model


def quantisation_of(weights, dequantisation, tensors):
    """Makes real numbers of the integers that `dequantisation` reads; the node that
    quantises them for it."""
    axis = next((a.i for a in dequantisation.attribute if a.name == "axis"), 0)
    integers = numpy_helper.to_array(weights)
    scale = numpy_helper.to_array(tensors[dequantisation.input[1]])
    if scale.ndim:
        scale = scale.reshape([-1 if i == axis else 1 for i in range(integers.ndim)])
    real = (integers * scale).astype(np.float32)
    weights.CopyFrom(numpy_helper.from_array(real, weights.name))
    dequantisation.input[0] = weights.name + "_integers"
    return helper.make_node("QuantizeLinear", [weights.name, *dequantisation.input[1:]],
                            [dequantisation.input[0]], axis=axis)


def clip(graph, node, dtype):
    """A Clip between `node` and those that read it."""
    bounds = (-100, 90) if dtype == np.int8 else (3, 220)
    name = node.output[0]
    node.output[0] = name + "_all"
    operands = [node.output[0]]
    for word, bound in zip(("low", "high"), bounds):
        operands.append(f"{name}_{word}")
        graph.initializer.append(numpy_helper.from_array(np.array(bound, dtype), operands[-1]))
    return helper.make_node("Clip", operands, [name])


def quantise(network, form, folder):
    """The quantised model, and images of its input's shape."""
    builder, output = network()
    shape = builder.input.data.shape
    source, result = folder / "float.onnx", folder / "model.onnx"
    onnx.save(builder.model(output), source)
    logging.disable(logging.WARNING)  # that it would like its own preprocessing
    if not (builder.fold_batch_norm or form.normalised):
        quant_pre_process(source, source, skip_symbolic_shape=True)
    if form.format == "dynamic":
        quantize_dynamic(source, result, weight_type=form.weights,
                         op_types_to_quantize=["Conv", "MatMul", "Gemm"])
    else:
        kind = QuantFormat.QOperator if form.format == "qoperator" else QuantFormat.QDQ
        quantize_static(source, result, Images(shape, 4), quant_format=kind,
                        activation_type=form.activations, weight_type=form.weights,
                        per_channel=form.per_channel)
    if form.format == "qcdq":
        onnx.save(clipped(onnx.load(result)), result)
    return result, [smooth_image(np.random.default_rng([9, i]), shape) for i in range(2)]
