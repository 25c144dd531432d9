"""A head as YOLOv8 exports it, on a small trunk of random weights.

192x192, 80 classes, 756 anchors in three levels, boxes as distributions of 16 bins: what is
behind its last convolution is what a detector's answer costs.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LEVELS = ((24, 8), (12, 16), (6, 32))  # sides, and pixels of the image for each
CLASSES, BINS, SIDE, FEATURES = 80, 16, 192, 16


class Graph:
    def __init__(self):
        self.nodes, self.constants = [], []
        self.random = np.random.default_rng(1)

    def constant(self, value):
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def add(self, kind, inputs, name, **attributes):
        inputs = [i if isinstance(i, str) else self.constant(i) for i in inputs]
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def conv(self, x, channels, filters, stride, name, kernel=3, bias=0.0):
        shape = (filters, channels, kernel, kernel)
        weights = self.random.standard_normal(shape) * 2 / np.sqrt(np.prod(shape[1:]))
        return self.add("Conv", [x, weights.astype(np.float32),
                                 np.full(filters, bias, np.float32)], name,
                        strides=[stride] * 2, pads=[kernel // 2] * 4)

    def part(self, x, begin, end, name):
        return self.add("Slice", [x, np.array([begin]), np.array([end]), np.array([1])], name)


def trunk(g):
    """Features of three levels."""
    features, x, channels = [], "images", 3
    for i, (filters, stride) in enumerate(((8, 4), (FEATURES, 2), (FEATURES, 2), (FEATURES, 2))):
        x = g.add("Relu", [g.conv(x, channels, filters, stride, f"trunk{i}")], f"relu{i}")
        channels = filters
        features.append(x)
    return features[1:]


def model():
    g = Graph()
    flat, anchors, strides = [], [], []
    for i, ((side, stride), x) in enumerate(zip(LEVELS, trunk(g))):
        both = [g.conv(x, FEATURES, 4 * BINS, 1, f"box{i}", kernel=1),
                g.conv(x, FEATURES, CLASSES, 1, f"class{i}", kernel=1, bias=-5.0)]
        joined = g.add("Concat", both, f"level{i}", axis=1)
        flat.append(g.add("Reshape", [joined, np.array([1, 4 * BINS + CLASSES, side * side])],
                          f"flat{i}"))
        y, x = np.mgrid[:side, :side] + 0.5
        anchors.append(np.stack([x.ravel(), y.ravel()]))
        strides.append(np.full(side * side, stride))
    anchors = np.concatenate(anchors, 1)[None].astype(np.float32)
    strides = np.concatenate(strides)[None, None].astype(np.float32)
    count = anchors.shape[2]
    everything = g.add("Concat", flat, "all", axis=2)
    x = g.part(everything, 0, 4 * BINS, "distances")
    logits = g.part(everything, 4 * BINS, 4 * BINS + CLASSES, "logits")
    x = g.add("Reshape", [x, np.array([1, 4, BINS, count])], "bins")
    x = g.add("Softmax", [g.add("Transpose", [x], "turned", perm=[0, 2, 1, 3])], "shares", axis=1)
    x = g.add("Conv", [x, np.arange(BINS, dtype=np.float32).reshape(1, BINS, 1, 1)], "dfl")
    x = g.add("Reshape", [x, np.array([1, 4, count])], "sides")
    low = g.add("Sub", [anchors, g.part(x, 0, 2, "left_top")], "low")
    high = g.add("Add", [anchors, g.part(x, 2, 4, "right_bottom")], "high")
    centre = g.add("Div", [g.add("Add", [low, high], "sum"), np.float32(2)], "centre")
    size = g.add("Sub", [high, low], "size")
    boxes = g.add("Mul", [g.add("Concat", [centre, size], "cells", axis=1), strides], "boxes")
    g.add("Concat", [boxes, g.add("Sigmoid", [logits], "scores")], "output", axis=1)
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        g.nodes, "detector", [value("images", TensorProto.FLOAT, [1, 3, SIDE, SIDE])],
        [value("output", TensorProto.FLOAT, [1, 4 + CLASSES, count])], g.constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(made)
    return made
