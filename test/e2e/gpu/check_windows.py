#!/usr/bin/env python3
"""First layers on a GPU, whose blocks share lines of the image, beside a plain
sum in float64.

    check_windows.py --dlc build/bin/dlc --runtime libdlc_cuda.a --host x86-64

The driver is found by LD_LIBRARY_PATH.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "models"))

from compiled_network import CompiledNetwork, largest_difference  # noqa: E402

# Channels, features, rows and columns of the image, window, strides, pads (top,
# left, bottom, right). 112 positions of a line are a block's.
CASES = {
    "7x7 of stride 2": (3, 64, 15, 224, (7, 7), (2, 2), (3, 3, 3, 3)),
    "features that are no whole tile": (2, 40, 9, 112, (5, 7), (1, 1), (2, 3, 2, 3)),
    "padding of one side, two blocks of a line": (4, 64, 8, 447, (3, 7), (1, 2), (0, 2, 1, 4)),
    "a stride of 3, one channel": (1, 64, 9, 336, (7, 7), (3, 3), (2, 1, 2, 3)),
}
# Target, options, tolerance: that of an operator, and of halves.
WAYS = (("jetson-tx2", "", 1e-5), ("jetson-tx2", "--fp16", 1e-2), ("gtx-1080", "--fp16", 1e-2))


def convolution(x, w, strides, pads):
    """In [channels][rows][columns], float64."""
    top, left, bottom, right = pads
    padded = np.pad(x, ((0, 0), (top, bottom), (left, right)))
    high, wide = w.shape[2:]
    rows = (padded.shape[1] - high) // strides[0] + 1
    columns = (padded.shape[2] - wide) // strides[1] + 1
    return sum(np.einsum("fc,chw->fhw", w[:, :, i, j],
                         padded[:, i:i + rows * strides[0]:strides[0],
                                j:j + columns * strides[1]:strides[1]][:, :rows, :columns])
               for i in range(high) for j in range(wide))


def network(case, path, random):
    """A model, its input, and what comes out."""
    channels, features, rows, columns, window, strides, pads = case
    w = random.standard_normal((features, channels, *window)).astype(np.float32)
    w /= np.float32((channels * window[0] * window[1]) ** 0.5)
    bias = random.standard_normal(features).astype(np.float32)
    x = random.standard_normal((1, channels, rows, columns)).astype(np.float32)
    y = convolution(x[0].astype(np.float64), w.astype(np.float64), strides, pads)
    y = np.maximum(y + bias[:, None, None], 0)[None]
    nodes = [helper.make_node("Conv", ["x", "w", "bias"], ["s"], pads=pads, strides=strides),
             helper.make_node("Relu", ["s"], ["y"])]
    kind = onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        nodes, "net", [helper.make_tensor_value_info("x", kind, x.shape)],
        [helper.make_tensor_value_info("y", kind, y.shape)],
        [numpy_helper.from_array(value, name) for name, value in (("w", w), ("bias", bias))])
    onnx.save_model(helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return x, y


def problem_of(case, way, arguments, folder):
    target, option, tolerance = way
    path = folder / "model.onnx"
    x, y = network(case, path, np.random.default_rng(6))
    options = [f"--host={arguments.host}", *([option] if option else [])]
    compiled = CompiledNetwork(arguments.dlc, path, folder / "net", options,
                               [arguments.runtime], target)
    result = compiled.run([x], [y.astype(np.float32)])[0]
    difference = largest_difference(result.astype(np.float64), y)
    return "" if difference <= tolerance else f"differs by {difference:.1e}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--runtime", required=True, help="library of the runtime")
    parser.add_argument("--host", default="x86-64")
    arguments = parser.parse_args()
    wrong = False
    for name, case in CASES.items():
        for way in WAYS:
            with tempfile.TemporaryDirectory() as folder:
                problem = problem_of(case, way, arguments, Path(folder))
            print(f"{name}, {' '.join(way[:2])}: {problem or 'equal'}")
            wrong |= bool(problem)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
