#!/usr/bin/env python3
"""--fp16 against onnxruntime in float32, under QEMU.

    check_half.py --dlc build/bin/dlc [--seeds N ...] -- cortex-m55 [options of dlc]

Random graphs have channels that are no multiple of a vector, concatenations and
residuals of halves and floats. A graph of its own has what must not be computed
in halves as it is: weights and sums that are too large, squares beyond their range.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

TEST = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TEST / folder) for folder in ("harness", "e2e/random_graphs")]

from board import missing_programs  # noqa: E402
from check_random_graphs import Graph  # noqa: E402

SKIPPED = 77  # what ctest takes for a skipped test
TOLERANCE = 2e-2  # relative to the largest value; random weights cancel more than trained ones


def random_graph(seed):
    graph = Graph(seed)
    for _ in range(12):
        graph.step()
    rng = np.random.default_rng(seed)
    feeds = {name: rng.standard_normal(shape).astype(np.float32)
             for name, shape in graph.inputs.items()}
    return graph.model(), feeds, []


def exceptions():
    """A model, its inputs, and what dlc has to remark on."""
    rng = np.random.default_rng(1)
    constants, nodes = [], []

    def constant(name, array):
        constants.append(numpy_helper.from_array(np.asarray(array, np.float32), name))
        return name

    def node(op, inputs, **attributes):
        output = f"v{len(nodes)}"
        nodes.append(helper.make_node(op, inputs, [output], name=f"{op}_{len(nodes)}", **attributes))
        return output

    # 100 to 400: squares beyond 65504, and a mean of 11 x 13 of them.
    x = node("Mul", ["x", constant("hundreds", 300)])
    w = rng.uniform(-0.3, 0.3, (12, 5, 3, 3))
    w[:, :, 1, 1] += 0.5
    x = node("Conv", [x, constant("w0", w)], pads=[1, 1, 1, 1])
    mean = node("ReduceMean", [x], axes=[1], keepdims=1)
    centred = node("Sub", [x, mean])
    variance = node("ReduceMean", [node("Mul", [centred, centred])], axes=[1], keepdims=1)
    spread = node("Sqrt", [node("Add", [variance, constant("epsilon", 1e-5)])])
    x = node("Div", [centred, spread])
    x = node("Mul", [x, node("Sigmoid", [x])])
    # Too large, and its counterpart, too small.
    large, small = rng.uniform(-1, 1, (2, 12, 12, 1, 1))
    x = node("Conv", [x, constant("large", large * 1e5)])
    x = node("Conv", [x, constant("small", small * 1e-5)])
    average = node("GlobalAveragePool", [x])
    x = node("MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2])
    x = node("Mul", [x, average])
    # Sums of 1152 and of 1500 terms.
    x = node("Conv", [x, constant("wide", rng.standard_normal((128, 12, 1, 1)) / 4)])
    x = node("Conv", [x, constant("w1", rng.standard_normal((10, 128, 3, 3)) / 30),
                      constant("b1", rng.standard_normal(10))], pads=[1, 1, 1, 1])
    x = node("Flatten", [node("Relu", [x])])
    x = node("Gemm", [x, constant("long", rng.standard_normal((5 * 6 * 10, 1500)) / 20)])
    x = node("Gemm", [node("Relu", [x]), constant("w2", rng.standard_normal((1500, 7)) / 40)])
    nodes.append(helper.make_node("Softmax", [x], ["y"], name="Softmax", axis=-1))
    shape = (1, 5, 11, 13)
    model = helper.make_model(
        helper.make_graph(
            nodes, "exceptions",
            [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, (1, 7))], constants),
        opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    feeds = {"x": rng.uniform(0.3, 1.3, shape).astype(np.float32)}
    return model, feeds, ["does not fit in half precision", "is below 2^-14"]


def write(folder, model, feeds):
    """As `dlc run` reads it: the model and one test set of onnxruntime's."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options,
                                           ["CPUExecutionProvider"])
    tests = folder / "test_data_set_0"
    tests.mkdir()
    onnx.save(model, folder / "model.onnx")
    for kind, arrays in (("input", feeds.values()), ("output", session.run(None, feeds))):
        for i, array in enumerate(arrays):
            tensor = numpy_helper.from_array(np.ascontiguousarray(array))
            (tests / f"{kind}_{i}.pb").write_bytes(tensor.SerializeToString())


def problems(name, graph, arguments):
    model, feeds, remarks = graph
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), model, feeds)
        target, *options = arguments.target
        done = subprocess.run(
            [arguments.dlc, "run", folder, f"--target={target}", "--fp16", "--check-only",
             "--verify", f"--tolerance={TOLERANCE}", *options],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        yield f"{name}: {done.stdout}"
    for remark in remarks:
        if remark not in done.stdout:
            yield f"{name}: no remark '{remark}' in {done.stdout}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True)
    # Small and large maps, 4 to 24 channels; softmax, sigmoid, hard swish, concatenations.
    parser.add_argument("--seeds", type=int, nargs="+", default=[3, 7, 9, 24])
    parser.add_argument("target", nargs="+")
    arguments = parser.parse_args()
    if missing := missing_programs(arguments.target[0]):
        print(f"skipped: not installed: {', '.join(missing)}")
        return SKIPPED
    found = list(problems("exceptions", exceptions(), arguments))
    for seed in arguments.seeds:
        found += problems(f"seed {seed}", random_graph(seed), arguments)
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
