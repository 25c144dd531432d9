#!/usr/bin/env python3
"""A small detector of red, green and blue cards, whose weights are calculated.

    detector.py detector.onnx

Nothing is trained: a convolution says how red, green or blue a pixel is, another one
has the moments of that around each cell of 4 x 4 pixels, and mean and variance of
a rectangle say where it is and how large. The answer has the shape of YOLOv8's,
[1, 4 + classes, cells]. NumPy and ONNX are all that it needs.
"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HEIGHT, WIDTH, CELL, REACH = 96, 128, 4, 5
ROWS, COLUMNS = HEIGHT // CELL, WIDTH // CELL


def moments():
    """[7, 3, 11, 11]: area of each color in cells; x, y, x * x, y * y of all colors, in pixels."""
    y, x = (CELL * v for v in np.mgrid[-REACH:REACH + 1, -REACH:REACH + 1])
    areas = np.eye(3)[..., None, None] * np.ones(x.shape)
    sums = np.stack([x, y, x * x, y * y])[:, None].repeat(3, 1)
    return np.concatenate([areas, sums])


def model():
    nodes, constants = [], []

    def constant(value, kind=np.float32):
        name = f"constant{len(constants)}"
        constants.append(numpy_helper.from_array(np.asarray(value, kind), name))
        return name

    def node(kind, *inputs, outputs=None, **attributes):
        outputs = outputs or [f"{kind.lower()}{len(nodes)}"]
        nodes.append(helper.make_node(kind, inputs, outputs, name=outputs[0], **attributes))
        return outputs[0]

    # From a fifth to 0.45 above the mean of the other two channels: 0 to 1.
    colors = np.where(np.eye(3, dtype=bool), 1, -0.5)[..., None, None]
    share = node("Clip", node("Conv", "images", constant(4 * colors), constant([-0.8] * 3)),
                 constant(0), constant(1))
    cells = node("AveragePool", share, kernel_shape=[CELL] * 2, strides=[CELL] * 2)
    sums = node("Conv", cells, constant(moments()), pads=[REACH] * 4)
    node("Split", sums, constant([3, 2, 2], np.int64), outputs=["areas", "first", "second"], axis=1)
    area = node("Max", node("ReduceSum", "areas", constant([1], np.int64)), constant(1))
    mean = node("Div", "first", area)
    square = node("Mul", mean, mean)
    # A cell's own variance is CELL * CELL / 12; a rectangle's is its side's square / 12.
    variance = node("Add", node("Sub", node("Div", "second", area), square), constant(CELL ** 2 / 12))
    size = node("Sqrt", node("Mul", node("Max", variance, constant(1)), constant(12)))
    y, x = (CELL * v + CELL / 2 for v in np.mgrid[:ROWS, :COLUMNS])
    centre = node("Add", mean, constant(np.stack([x, y])[None]))
    # Only cells that have the middle of something, which is not too small, and are of it.
    distance = node("ReduceSum", square, constant([1], np.int64))
    small = node("Relu", node("Sub", constant(4), area))
    other = node("Sub", constant(1), node("ReduceSum", cells, constant([1], np.int64)))
    logit = node("Sub", constant(6), node("Mul", distance, constant(8 / CELL ** 2)))
    for lack in small, other:
        logit = node("Sub", logit, node("Mul", lack, constant(8)))
    scores = node("Mul", node("Div", "areas", area), node("Sigmoid", logit))
    node("Reshape", node("Concat", centre, size, scores, axis=1),
         constant([1, 7, ROWS * COLUMNS], np.int64), outputs=["boxes"])
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, "cards", [value("images", TensorProto.FLOAT, [1, 3, HEIGHT, WIDTH])],
        [value("boxes", TensorProto.FLOAT, [1, 7, ROWS * COLUMNS])], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


if __name__ == "__main__":
    onnx.checker.check_model(cards := model(), full_check=True)
    onnx.save(cards, sys.argv[1])
