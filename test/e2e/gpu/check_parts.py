#!/usr/bin/env python3
"""Sums of products in parts on a GPU, beside NumPy in float64 or in integers.

    check_parts.py --dlc build/bin/dlc --runtime libdlc_cuda.a --host x86-64

The driver is found by LD_LIBRARY_PATH. Few results of long sums on a chip with 56
multiprocessors: of each network the PTX has to have the kernel that adds up, and
two runs have to give the same bits.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "models"))

from compiled_network import CompiledNetwork, largest_difference  # noqa: E402

TOLERANCE = 1e-5  # of an operator
HALF = 1e-2       # of the guide to half precision


def value_infos(arrays):
    return [helper.make_tensor_value_info(
        name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
            for name, array in arrays.items()]


def model_of(nodes, inputs, outputs, constants):
    graph = helper.make_graph(nodes, "net", value_infos(inputs), value_infos(outputs),
                              [numpy_helper.from_array(v, k) for k, v in constants.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def product(random, rows, depth, columns, given):
    """relu(a * w + bias); the weights are constant, or an input."""
    a = random.standard_normal((rows, depth)).astype(np.float32)
    w = (random.standard_normal((depth, columns)) / depth ** 0.5).astype(np.float32)
    bias = random.standard_normal(columns).astype(np.float32)
    y = np.maximum(a.astype(np.float64) @ w + bias, 0)
    nodes = [helper.make_node("MatMul", ["a", "w"], ["s"], name="product"),
             helper.make_node("Add", ["s", "bias"], ["t"]),
             helper.make_node("Relu", ["t"], ["y"])]
    inputs, constants = {"a": a}, {"bias": bias}
    (inputs if given else constants)["w"] = w
    return model_of(nodes, inputs, {"y": y.astype(np.float32)}, constants), inputs, y


def convolution(random, channels, features, size, kernel):
    """A convolution of windows with padding; the layer after it takes its
    channels last."""
    x = random.standard_normal((1, channels, size, size)).astype(np.float32)
    w = random.standard_normal((features, channels, kernel, kernel)).astype(np.float32)
    w /= np.float32(kernel * channels ** 0.5)
    pad = kernel // 2
    padded = np.pad(x[0].astype(np.float64), ((0, 0), (pad, pad), (pad, pad)))
    y = sum(np.einsum("fc,chw->fhw", w[:, :, i, j], padded[:, i:i + size, j:j + size])
            for i in range(kernel) for j in range(kernel))[None]
    nodes = [helper.make_node("Conv", ["x", "w"], ["y"], pads=[pad] * 4, name="product")]
    return model_of(nodes, {"x": x}, {"y": y.astype(np.float32)}, {"w": w}), {"x": x}, y


def bytes_product(random, rows, depth, columns):
    """Bytes with a zero point, added up in 32 bits: every bit has to be right."""
    a = random.integers(0, 256, (rows, depth), np.uint8)
    w = random.integers(-128, 128, (depth, columns), np.int8)
    zero = np.uint8(131)
    y = (a.astype(np.int64) - 131) @ w.astype(np.int64)
    nodes = [helper.make_node("MatMulInteger", ["a", "w", "zero"], ["y"], name="product")]
    return (model_of(nodes, {"a": a}, {"y": y.astype(np.int32)}, {"w": w, "zero": zero}),
            {"a": a}, y)


# What makes it, its arguments; the target, options, the tolerance.
CASES = {
    "constant weights": (product, (32, 4096, 256, False), "cuda-pascal", [], TOLERANCE),
    "rows and columns that are no tiles": (product, (50, 3000, 130, True), "cuda-pascal", [],
                                           TOLERANCE),
    "results by themselves": (product, (24, 4096, 37, False), "cuda-pascal", [], TOLERANCE),
    "windows": (convolution, (512, 128, 7, 5), "cuda-pascal", [], TOLERANCE),
    "halves": (product, (32, 4096, 256, False), "cuda-pascal", ["--fp16"], HALF),
    "bytes": (bytes_product, (32, 4096, 128), "cuda-pascal", [], 0),
    "words of bytes": (bytes_product, (32, 8192, 256), "gtx-1080", [], 0),
}
TARGETS = ("cuda-pascal", "gtx-1080")


def problem_of(case, arguments, folder):
    make, numbers, target, options, tolerance = case
    model, inputs, y = make(np.random.default_rng(3), *numbers)
    path, ptx = folder / "model.onnx", folder / "net.ptx"
    onnx.save_model(model, path)
    options = [f"--host={arguments.host}", *options]
    subprocess.run([arguments.dlc, str(path), f"--target={target}", *options, "--emit=ptx",
                    "-o", str(ptx)], check=True)
    text = ptx.read_text()
    if "entry product(" not in text or "entry product_0(" not in text:
        return "the sum is not in parts"
    compiled = CompiledNetwork(arguments.dlc, path, folder / "net", options,
                               [arguments.runtime], target)
    reference = [y.astype(np.int32 if tolerance == 0 else np.float32)]
    result, again = (compiled.run(list(inputs.values()), reference)[0] for _ in range(2))
    if not np.array_equal(result, again):
        return "a second run gives other bits"
    difference = largest_difference(result.astype(np.float64), y.astype(np.float64))
    return "" if difference <= tolerance else f"differs by {difference:.1e}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--runtime", required=True, help="library of the runtime")
    parser.add_argument("--host", default="x86-64")
    parser.add_argument("--target", required=True, choices=TARGETS)
    arguments = parser.parse_args()
    wrong = False
    for name, case in CASES.items():
        if case[2] != arguments.target:
            continue
        with tempfile.TemporaryDirectory() as folder:
            problem = problem_of(case, arguments, Path(folder))
        print(f"{name}: {problem or 'equal'}")
        wrong |= bool(problem)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
