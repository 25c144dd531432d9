#!/usr/bin/env python3
"""Elementwise operators and windows on a core that computes them in vectors.

    check_vectors.py cortex-m55 --dlc build/bin/dlc --work build/w

One network with one input, in which there are NaN, infinities and both zeros.
Comparisons are where NaN gets lost; windows of one channel that move on by two
load vectors in pairs, and rows end where vectors do not. NaN in gives NaN out.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "harness"))
import board  # noqa: E402

SKIPPED = 77
SIZE = 900


def sigmoid(x):
    return 1 / (1 + np.exp(-x.astype(np.float64)))


# Of an operator: its inputs after the first, attributes, what it computes.
ELEMENTWISE = {
    "Relu": ([], {}, lambda x: np.maximum(x, 0)),
    "Clip": ([-0.5, 4.0], {}, lambda x: np.clip(x, -0.5, 4)),
    "LeakyRelu": ([], {"alpha": 0.5}, lambda x: np.where(x < 0, x / 2, x)),
    "HardSigmoid": ([], {"alpha": 0.25, "beta": 0.5}, lambda x: np.clip(x / 4 + 0.5, 0, 1)),
    "Sign": ([], {}, np.sign),
    "Abs": ([], {}, np.abs),
    "Floor": ([], {}, np.floor),
    "Exp": ([], {}, lambda x: np.exp(x.astype(np.float64))),
    "Sigmoid": ([], {}, sigmoid),
    "Tanh": ([], {}, lambda x: np.tanh(x.astype(np.float64))),
}
# Shape of the image, window, strides, padding at each side of each dimension.
POOLS = [
    ((1, 28, 28), (2, 2), (2, 2), 0),
    ((1, 29, 31), (3, 3), (2, 2), 0),
    ((1, 12, 13), (3, 2), (1, 2), 0),
    ((1, 3, 9), (2, 2), (1, 2), 0),
    ((1, 6, 5), (2, 2), (2, 2), 0),
    ((1, 4, 40), (1, 4), (1, 2), 0),
    ((1, 9, 40), (4, 4), (2, 2), 0),
    ((1, 11, 11), (3, 3), (2, 2), 1),
    ((1, 10, 30), (3, 3), (1, 1), 0),
    ((1, 10, 30), (3, 3), (3, 3), 0),
    ((2, 9, 9), (2, 2), (2, 2), 0),
    ((6, 8, 8), (2, 2), (2, 2), 0),
]


def pooled(x, window, strides, pad):
    x = np.pad(x, ((0, 0), (pad, pad), (pad, pad)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, window, axis=(1, 2))
    return windows[:, ::strides[0], ::strides[1]].max(axis=(3, 4))


def values():
    rng = np.random.default_rng(5)
    x = (3 * rng.standard_normal(SIZE)).astype(np.float32)
    special = np.array([np.nan, -np.nan, np.inf, -np.inf, 0.0, -0.0], np.float32)
    for value in special:
        x[rng.choice(SIZE, 12, replace=False)] = value
    return x


def constant(name, array):
    return numpy_helper.from_array(np.asarray(array), name)


def build(x):
    other = np.roll(x, 7)
    nodes, constants, expected = [], [constant("row", np.array([1, -1]))], []

    def add(label, node_outputs, result):
        nodes.append(helper.make_node("Reshape", [node_outputs, "row"], [f"r{len(expected)}"]))
        expected.append((label, np.asarray(result, np.float32).ravel()))

    for op, (inputs, attributes, compute) in ELEMENTWISE.items():
        names = [f"{op}_{i}" for i in range(len(inputs))]
        constants += [constant(name, np.float32(v)) for name, v in zip(names, inputs)]
        nodes.append(helper.make_node(op, ["x", *names], [op], **attributes))
        add(op, op, compute(x))
    # Of two vectors, neither of which is a constant.
    nodes.append(helper.make_node("Gather", ["x", "turned"], ["other"], axis=1))
    constants.append(constant("turned", np.roll(np.arange(SIZE), 7)))
    for op, compute in (("Max", np.maximum), ("Min", np.minimum)):
        nodes.append(helper.make_node(op, ["x", "other"], [op]))
        add(op, op, compute(x, other))
    for i, (shape, window, strides, pad) in enumerate(POOLS):
        count = int(np.prod(shape))
        constants += [constant(f"end{i}", [count]), constant(f"shape{i}", [1, *shape])]
        nodes += [helper.make_node("Slice", ["x", "zero", f"end{i}", "one"], [f"part{i}"]),
                  helper.make_node("Reshape", [f"part{i}", f"shape{i}"], [f"image{i}"]),
                  helper.make_node("MaxPool", [f"image{i}"], [f"pool{i}"], kernel_shape=window,
                                   strides=strides, pads=[pad] * 4)]
        add(f"MaxPool {shape} {window} {strides} {pad}", f"pool{i}",
            pooled(x[:count].reshape(shape), window, strides, pad))
    constants += [constant("zero", [0]), constant("one", [1])]
    nodes.append(helper.make_node("Concat", [f"r{i}" for i in range(len(expected))], ["y"], axis=1))
    graph = helper.make_graph(
        nodes, "vectors", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, SIZE])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 9
    return onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True), expected


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("target")
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--work", required=True, type=Path)
    arguments = parser.parse_args()
    missing = board.missing_programs(arguments.target)
    if missing:
        print(f"skipped: {', '.join(missing)} not installed")
        return SKIPPED
    folder = arguments.work / arguments.target
    folder.mkdir(parents=True, exist_ok=True)
    x = values()
    with np.errstate(all="ignore"):
        model, expected = build(x)
    onnx.save(model, folder / "model.onnx")
    program = board.program_of(arguments.target).of_model(
        arguments.dlc, folder / "model.onnx", arguments.target, folder, [])
    actual = np.frombuffer(program.infer(x.tobytes()).output, dtype=np.float32)
    wrong, at = 0, 0
    for label, result in expected:
        got = actual[at:at + result.size]
        at += result.size
        bad = np.flatnonzero(~np.isclose(got, result, rtol=1e-5, atol=1e-6, equal_nan=True))
        for i in bad[:3]:
            print(f"{label}, element {i}: {got[i]}, not {result[i]}")
        wrong += bad.size
    print(f"{len(expected)} operators, {at} results, {wrong} wrong")
    return int(wrong > 0 or at != actual.size)


if __name__ == "__main__":
    sys.exit(main())
