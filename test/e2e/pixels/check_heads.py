#!/usr/bin/env python3
"""From a frame to boxes of it by heads whose boxes lie where something is in the image.

    check_heads.py cortex-m4 --dlc build/bin/dlc --work build/pixels

YOLOX's cells, SSD's priors and CenterNet's peaks: each network makes its outputs of
the image's own pixels. What the object answers is compared with the libraries'
definitions in numpy, in doubles.
"""

import sys

import numpy as np
import onnx
from check_detection import (CANDIDATES, CLASSES, IOU, MOST, SCORE, compare, cropped, letterboxed,
                             placed, sigmoid, suppress)
from onnx import TensorProto, helper, numpy_helper

import case_runs

SCALES = [4, 8, 2, 5]
PRIORS = np.random.default_rng(7).uniform([0, 0, 0.1, 0.1], [1, 1, 0.6, 0.6], (60, 4))
# Rows and columns of the network's image.
IMAGES = {"yolox": (32, 64), "ssd": (24, 40), "ssd_agnostic": (24, 40), "centernet": (32, 48),
          "centernet_int8": (32, 48)}


class Graph:
    """A network whose outputs are numbers from a line of the image's bytes."""

    def __init__(self, head):
        self.head, self.nodes, self.constants, self.outputs, self.at = head, [], [], [], 0
        self.add("Reshape", ["images", self.constant(np.array([-1]))], "line")

    def constant(self, value):
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def add(self, kind, inputs, name, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def bytes(self, shape, name):
        """The next ones."""
        begin, self.at = self.at, self.at + int(np.prod(shape))
        part = self.add("Slice", ["line", self.constant(np.array([begin])),
                                  self.constant(np.array([self.at]))], f"{name}_bytes")
        return self.add("Reshape", [part, self.constant(np.array(shape))], name)

    def numbers(self, x, middle, unit, name):
        """(x - middle) / unit"""
        less = self.add("Sub", [x, self.constant(np.float32(middle))], f"{name}_less")
        return self.add("Mul", [less, self.constant(np.float32(1 / unit))], name)

    def shares(self, x, name, unit=32):
        return self.add("Sigmoid", [self.numbers(x, 128, unit, f"{name}_logits")], name)

    def integers(self, x, name, step, zero):
        """In 8 bits, scale and zero point."""
        scale = [self.constant(np.float32(step)), self.constant(np.int8(zero))]
        return [self.add("QuantizeLinear", [x, *scale], name), *scale]

    def stored(self, x, name, step=1 / 256, zero=-128):
        """In 8 bits, and back."""
        integers, *scale = self.integers(x, f"{name}_stored", step, zero)
        return self.add("DequantizeLinear", [integers, *scale], name)

    def model(self, outputs, image=None, kind=TensorProto.FLOAT):
        rows, columns = image or IMAGES[self.head]
        value = helper.make_tensor_value_info
        graph = helper.make_graph(
            self.nodes, self.head, [value("images", TensorProto.FLOAT, [1, 1, rows, columns])],
            [value(name, kind, shape) for name, shape in outputs], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
        onnx.checker.check_model(model)
        return model


def cells(head):
    rows, columns = IMAGES[head]
    return np.array([(x, y, stride) for stride in (8, 16, 32)
                     for y in range(rows // stride) for x in range(columns // stride)])


def yolox(head):
    g, shape = Graph(head), [1, len(cells(head)), 2]
    centres = g.numbers(g.bytes(shape, "first"), 0, 255, "centres")
    sizes = g.numbers(g.bytes(shape, "second"), 96, 64, "sizes")
    scores = g.shares(g.bytes([*shape[:2], 1 + CLASSES], "third"), "scores", unit=16)
    g.add("Concat", [centres, sizes, scores], "preds", axis=2)
    return g.model([("preds", [*shape[:2], 5 + CLASSES])])


def ssd(head):
    g, count = Graph(head), len(PRIORS)
    g.numbers(g.bytes([1, count, 4], "first"), 128, 64, "boxes")
    g.shares(g.bytes([1, count, 1 + CLASSES], "second"), "scores")
    return g.model([("scores", [1, count, 1 + CLASSES]), ("boxes", [1, count, 4])])


def centernet(head):
    rows, columns = (side // 4 for side in IMAGES[head])
    g = Graph(head)
    heat = g.shares(g.bytes([1, CLASSES, rows, columns], "first"), "shares")
    if head == "centernet_int8":
        heat = g.stored(heat, "heat")
    g.numbers(g.bytes([1, 2, rows, columns], "second"), 0, 32, "sizes")
    g.numbers(g.bytes([1, 2, rows, columns], "third"), 0, 256, "offsets")
    return g.model([(heat, [1, CLASSES, rows, columns]), ("sizes", [1, 2, rows, columns]),
                    ("offsets", [1, 2, rows, columns])])


class Line:
    def __init__(self, image):
        self.bytes, self.at = image.ravel().astype(np.float64), 0

    def take(self, *shape):
        begin, self.at = self.at, self.at + int(np.prod(shape))
        return self.bytes[begin:self.at].reshape(shape)


def around(centre, size):
    return np.concatenate([centre - size / 2, centre + size / 2], axis=1)


def best_of(scores):
    order = np.argsort(-scores, kind="stable")[:CANDIDATES]
    return order[scores[order] > SCORE]


def cell_boxes(head, image, place, frame):
    """yolox/utils/demo_utils.py: demo_postprocess."""
    line, grid = Line(image), cells(head)
    stride = grid[:, 2:]
    centre = (line.take(len(grid), 2) / 255 + grid[:, :2]) * stride
    size = np.exp((line.take(len(grid), 2) - 96) / 64) * stride
    shares = sigmoid((line.take(len(grid), 1 + CLASSES) - 128) / 16)
    scores = shares[:, 0] * shares[:, 1:].max(1)
    order = best_of(scores)
    found = around(centre, size)[order], scores[order], shares[order, 1:].argmax(1)
    return placed(*found, suppress(*found), place, frame)


def prior_boxes(head, image, place, frame):
    """TFLite_Detection_PostProcess: DecodeCenterSizeBoxes."""
    line, (rows, columns) = Line(image), IMAGES[head]
    codes = (line.take(len(PRIORS), 4) - 128) / 64 / SCALES
    shares = sigmoid((line.take(len(PRIORS), 1 + CLASSES) - 128) / 32)[:, 1:]
    centre = codes[:, :2] * PRIORS[:, 2:] + PRIORS[:, :2]
    size = np.exp(codes[:, 2:]) * PRIORS[:, 2:]
    corners = around(centre[:, ::-1] * (columns, rows), size[:, ::-1] * (columns, rows))
    scores = shares.max(1)
    order = best_of(scores)
    corners, scores, classes = corners[order], scores[order], shares[order].argmax(1)
    alike = 0 * classes if head == "ssd_agnostic" else classes
    return placed(corners, scores, classes, suppress(corners, scores, alike), place, frame)


def peak_boxes(head, image, place, frame):
    """CenterNet's src/lib/models/decode.py: _nms, _topk, ctdet_decode."""
    line, (rows, columns) = Line(image), (side // 4 for side in IMAGES[head])
    heat = sigmoid((line.take(CLASSES, rows, columns) - 128) / 32)
    if head == "centernet_int8":
        heat = np.clip(np.rint(heat * 256) - 128, -128, 127) / 256 + 0.5
    sizes = line.take(2, rows, columns) / 32
    offsets = line.take(2, rows, columns) / 256
    wide = np.pad(heat, ((0, 0), (1, 1), (1, 1)), constant_values=-1)
    around_it = np.max([wide[:, y:y + rows, x:x + columns] for y in range(3) for x in range(3)], 0)
    scores = np.where(heat == around_it, heat, 0).ravel()
    order = np.argsort(-scores, kind="stable")[:MOST]
    order = order[scores[order] > SCORE]
    classes, y, x = np.unravel_index(order, heat.shape)
    centre = np.stack([x, y], 1) + offsets[:, y, x].T
    corners = around(centre, sizes[:, y, x].T) * 4
    return placed(corners, scores[order], classes, range(len(order)), place, frame)


def main():
    arguments = case_runs.target_parser(__doc__).parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    arguments.work.mkdir(parents=True, exist_ok=True)
    priors = arguments.work / f"priors-{arguments.target}.txt"
    np.savetxt(priors, PRIORS)
    suppression = f"iou: {IOU}, candidates: {CANDIDATES}"
    of_ssd = (f"head: ssd, outputs: [boxes, scores], priors: '{priors.resolve()}', "
              f"scales: {SCALES}, {suppression}")
    of_centernet = "head: centernet, outputs: [HEAT, sizes, offsets]"
    cases = [("yolox", yolox, cropped, f"head: yolox, {suppression}", cell_boxes),
             ("ssd", ssd, cropped, of_ssd, prior_boxes),
             ("ssd_agnostic", ssd, letterboxed, f"{of_ssd}, agnostic: true", prior_boxes),
             ("centernet", centernet, cropped, of_centernet.replace("HEAT", "shares"), peak_boxes),
             ("centernet_int8", centernet, cropped, of_centernet.replace("HEAT", "heat"),
              peak_boxes)]
    wrong = sum(compare(arguments, head, model(head), way(*IMAGES[head]), detect, expected_of)
                for head, model, way, detect, expected_of in cases)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
