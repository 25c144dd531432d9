#!/usr/bin/env python3
"""ReduceMax and ReduceMin of bytes against numpy, on a device's core.

    check_extremes.py cortex-m4 --dlc build/bin/dlc --work build/byte_extremes

Rows of all lengths around those of words and of rounds of the loop, signed and unsigned, with
the least and greatest bytes; rows that do not lie side by side; a result that goes on as a float.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "harness"))

import case_runs  # noqa: E402
import programs  # noqa: E402

LENGTHS = (1, 3, 4, 7, 8, 9, 11, 12, 16, 17, 20, 22, 35, 36, 37, 64, 80, 83, 131)
TYPES = {TensorProto.INT8: np.int8, TensorProto.UINT8: np.uint8}


def cases():
    """Shape, axis, type, operator, and whether the result becomes a float."""
    for length in LENGTHS:
        for kind in TYPES:
            for name in ("ReduceMax", "ReduceMin"):
                yield (5, length), 1, kind, name, False
    yield (3, 24, 7), 1, TensorProto.INT8, "ReduceMax", False
    yield (2, 3, 40), 2, TensorProto.UINT8, "ReduceMin", False
    yield (4, 6, 20), 0, TensorProto.INT8, "ReduceMin", False
    yield (6, 44), 1, TensorProto.INT8, "ReduceMax", True
    yield (6, 44), 1, TensorProto.UINT8, "ReduceMin", True


def data(chance, shape, dtype):
    """Bytes of a narrow range somewhere, and of the whole one elsewhere."""
    info = np.iinfo(dtype)
    rows = np.empty(shape, dtype)
    for row in np.ndindex(shape[:-1]):
        low, high = sorted(chance.integers(info.min, info.max + 1, 2))
        rows[row] = chance.integers(low, high + 1, shape[-1])
        if row[-1] == 1:
            rows[row] = chance.choice([info.min, info.max], shape[-1])
    return rows


def main():
    arguments = case_runs.target_parser(__doc__).parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    folder = arguments.work / arguments.target
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(80)
    nodes, inputs, outputs, given, expected = [], [], [], [], []
    constants = [helper.make_tensor("step", TensorProto.FLOAT, [], [0.5])]
    for i, (shape, axis, kind, name, is_float) in enumerate(cases()):
        tensor = data(chance, shape, TYPES[kind])
        result = (np.max if name == "ReduceMax" else np.min)(tensor, axis)
        constants.append(helper.make_tensor(f"axis{i}", TensorProto.INT64, [1], [axis]))
        nodes.append(helper.make_node(name, [f"x{i}", f"axis{i}"], [f"r{i}" if is_float else f"y{i}"],
                                      name=f"{name}_{i}", keepdims=0))
        if is_float:
            nodes.append(helper.make_node("DequantizeLinear", [f"r{i}", "step"], [f"y{i}"], name=f"float_{i}"))
            result = result.astype(np.float32) * np.float32(0.5)
        inputs.append(helper.make_tensor_value_info(f"x{i}", kind, shape))
        outputs.append(helper.make_tensor_value_info(
            f"y{i}", TensorProto.FLOAT if is_float else kind, result.shape))
        given.append(tensor)
        expected.append(result)
    graph = helper.make_graph(nodes, "extremes", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(model)
    onnx.save(model, folder / "model.onnx")
    [results] = programs.run(arguments, folder, [given], [expected])
    wrong = 0
    for case, result, value in zip(cases(), results, expected):
        if not np.array_equal(result, value):
            print(f"{case}: {result} in place of {value}")
            wrong += 1
    print(f"{len(expected)} reductions, {wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
