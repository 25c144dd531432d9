#!/usr/bin/env python3
"""Runs layers of many shapes on a core that computes them in register tiles.

    check_register_tiles.py armv6 --dlc build/bin/dlc --work build/w [--option=-Os]

One network with one input, of which every layer reads a part; the results are
compared with ONNX's reference evaluator. The shapes leave remainders of every
kind: positions, columns, steps, windows that reach into padding.
"""

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "harness"))
import board  # noqa: E402

SKIPPED = 77
INPUTS = 4096


@dataclass
class Conv:
    channels: int
    features: int
    kernel: tuple
    size: tuple = (7, 9)
    strides: tuple = (1, 1)
    pads: tuple = (0, 0, 0, 0)
    dilations: tuple = (1, 1)
    group: int = 1
    after: tuple = field(default=())

    def shape(self):
        return [1, self.channels, *self.size]

    def weights(self):
        return [self.features, self.channels // self.group, *self.kernel]

    def node(self, inputs, output):
        return helper.make_node("Conv", inputs, [output], strides=self.strides, pads=self.pads,
                                dilations=self.dilations, group=self.group)


@dataclass
class Product:
    rows: int
    depth: int
    features: int
    after: tuple = field(default=())

    def shape(self):
        return [self.rows, self.depth]

    def weights(self):
        return [self.depth, self.features]

    def node(self, inputs, output):
        return helper.make_node("Gemm", inputs, [output])


SAME = (1, 1, 1, 1)
LAYERS = [
    # Columns that are no multiple of a tile's.
    *(Conv(8, features, (1, 1), after=("Relu",)) for features in (2, 3, 7, 8, 9, 13, 16, 17, 33)),
    # Steps that leave a remainder: few channels, odd kernels.
    *(Conv(channels, 8, (3, 3), pads=SAME) for channels in (1, 2, 3, 5, 11)),
    Conv(1, 16, (10, 4), size=(19, 10), strides=(2, 2), pads=(4, 1, 5, 1), after=("Relu",)),
    Conv(3, 8, (2, 5), pads=(1, 0, 0, 3)),
    Conv(4, 12, (7, 1), pads=(3, 0, 3, 0)),
    # Positions: fewer than a tile's, and all of them at a border.
    *(Conv(4, 8, (3, 3), size=(size, size), pads=SAME) for size in (1, 2, 3)),
    Conv(5, 6, (5, 5), size=(5, 4), pads=(2, 2, 2, 2)),
    Conv(4, 8, (3, 3), strides=(2, 2), pads=SAME, after=("Clip",)),
    Conv(4, 8, (3, 3), strides=(1, 3), pads=(0, 1, 2, 0)),
    Conv(4, 8, (3, 3), dilations=(2, 2), pads=(2, 2, 2, 2)),
    Conv(1, 8, (1, 3), dilations=(1, 3)),
    # A window that lies in the padding as a whole.
    Conv(3, 8, (2, 2), size=(3, 3), pads=(3, 3, 3, 3)),
    # One channel each.
    *(Conv(c, c, (3, 3), pads=SAME, group=c, after=("Relu",)) for c in (2, 3, 4, 8, 11, 16, 24)),
    Conv(16, 16, (3, 3), strides=(2, 2), pads=(0, 0, 1, 1), group=16),
    Conv(8, 8, (5, 3), dilations=(1, 2), pads=(2, 2, 2, 2), group=8),
    Conv(4, 8, (3, 3), pads=SAME, group=4),
    Conv(8, 12, (3, 3), pads=SAME, group=2),
    # Products: one row and several, odd depths.
    *(Product(rows, depth, features) for rows, depth, features in
      ((1, 64, 16), (1, 63, 17), (1, 7, 10), (1, 1, 5), (1, 40, 2), (3, 9, 24), (5, 50, 3),
       (8, 32, 32))),
    Product(2, 20, 9, after=("Sigmoid",)),
    # One row: every number of steps that an iteration leaves, one block and several.
    *(Product(1, depth, 12) for depth in range(9, 16)),
    *(Product(1, depth, features, after=("Relu",)) for depth, features in
      ((16, 10), (20, 3), (21, 30), (34, 50), (6, 131), (131, 4))),
]


def constant(name, array):
    return numpy_helper.from_array(np.asarray(array), name)


def build():
    rng = np.random.default_rng(3)
    nodes, constants, results = [], [], []
    for i, layer in enumerate(LAYERS):
        count = int(np.prod(layer.shape()))
        start = int(rng.integers(0, INPUTS - count + 1))
        weights = rng.standard_normal(layer.weights()).astype(np.float32)
        bias = rng.standard_normal(layer.features).astype(np.float32)
        constants += [constant(f"start{i}", [start]), constant(f"end{i}", [start + count]),
                      constant(f"shape{i}", layer.shape()), constant(f"w{i}", weights),
                      constant(f"b{i}", bias)]
        inputs = [f"x{i}", f"w{i}"] + ([f"b{i}"] if i % 4 != 3 else [])
        nodes += [helper.make_node("Slice", ["x", f"start{i}", f"end{i}", "axis"], [f"part{i}"]),
                  helper.make_node("Reshape", [f"part{i}", f"shape{i}"], [f"x{i}"]),
                  layer.node(inputs, f"y{i}")]
        value = f"y{i}"
        for op in layer.after:
            limits = ["low", "high"] if op == "Clip" else []
            nodes.append(helper.make_node(op, [value, *limits], [f"{value}_{op}"]))
            value = f"{value}_{op}"
        nodes.append(helper.make_node("Reshape", [value, "row"], [f"r{i}"]))
        results.append(f"r{i}")
    nodes.append(helper.make_node("Concat", results, ["y"], axis=1))
    constants += [constant("axis", [1]), constant("row", [1, -1]),
                  constant("low", np.float32(0)), constant("high", np.float32(6))]
    graph = helper.make_graph(
        nodes, "register_tiles",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, INPUTS])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 9
    return onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("target")
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--option", action="append", default=[])
    arguments = parser.parse_args()
    missing = board.missing_programs(arguments.target)
    if missing:
        print(f"skipped: {', '.join(missing)} not installed")
        return SKIPPED
    folder = arguments.work / "".join([arguments.target, *arguments.option])
    folder.mkdir(parents=True, exist_ok=True)
    model = build()
    onnx.save(model, folder / "model.onnx")
    data = np.random.default_rng(4).standard_normal((1, INPUTS)).astype(np.float32)
    results = layer_results(model, data)
    expected = np.concatenate([result.ravel() for result in results])
    program = board.program_of(arguments.target).of_model(
        arguments.dlc, folder / "model.onnx", arguments.target, folder, arguments.option)
    actual = np.frombuffer(program.infer(data.tobytes()).output, dtype=np.float32)
    if actual.shape != expected.shape:
        print(f"{actual.size} results, not {expected.size}")
        return 1
    wrong = ~np.isclose(actual, expected, rtol=2e-5, atol=2e-5)
    ends = np.cumsum([result.size for result in results])
    for i in np.flatnonzero(wrong)[:20]:
        layer = int(np.searchsorted(ends, i, side="right"))
        print(f"{LAYERS[layer]}: {actual[i]}, not {expected[i]}")
    print(f"{len(LAYERS)} layers, {expected.size} results, {int(wrong.sum())} wrong")
    return int(wrong.any())


def layer_results(model, data):
    """What each layer gives, before all is put in one row."""
    names = list(model.graph.node[-1].input)
    probe = onnx.ModelProto.FromString(model.SerializeToString())
    del probe.graph.output[:]
    probe.graph.output.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    return ReferenceEvaluator(probe).run(None, {"x": data})


if __name__ == "__main__":
    sys.exit(main())
