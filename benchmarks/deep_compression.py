#!/usr/bin/env python3
"""Deep Compression's networks (arXiv 1510.00149): flash of their weights as dlc stores them.

    benchmarks/deep_compression.py --dlc build/bin/dlc --work build/deep [--target cortex-m4] [NAME...]

Shapes, densities and bits of the LeNets are those of the paper's tables 2 and 3; weights are
drawn: a normal distribution, pruned by magnitude and clustered (k-means with a linear start), then
int8 with a scale for each tensor. Each is compiled with the least flash that dlc can do with, runs
under QEMU, and writes the bytes that the same network with --storage=dense writes. Constants are
weights, codes and biases. AlexNet and VGG-16, which no such core could hold, are in
test/unit/codegen-loops/values/DeepCompressionTest.cpp.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "test" / "harness")]

from board import program_of  # noqa: E402

# (depth, features, density, bits of the codebook); a convolution's depth is channels x window.
NETWORKS = {
    "LeNet-300-100": [(784, 300, .08, 6), (300, 100, .09, 6), (100, 10, .26, 6)],
    "LeNet-5": [(25, 20, .66, 8), (500, 50, .12, 8), (800, 500, .08, 5), (500, 10, .19, 5)],
}
GOAL = 38.5  # times


def clustered(values, bits):
    count = 1 << bits
    centres = np.linspace(values.min(), values.max(), count)
    some = values[:200000]
    for _ in range(20):
        nearest = np.searchsorted((centres[1:] + centres[:-1]) / 2, some)
        members = np.bincount(nearest, minlength=count)
        sums = np.bincount(nearest, some, count)
        centres = np.sort(np.where(members > 0, sums / np.maximum(members, 1), centres))
    return centres[np.searchsorted((centres[1:] + centres[:-1]) / 2, values)]


def drawn_weights(rng, depth, features, density, bits):
    weights = rng.standard_normal(depth * features)
    kept = np.abs(weights) > np.quantile(np.abs(weights), 1 - density)
    values = clustered(weights[kept], bits)
    weights[:] = 0
    weights[kept] = np.rint(127 * values / np.abs(values).max())
    return weights.reshape(features, depth).astype(np.int8)


class Model:
    """A network in QDQ form whose data has the scale 1 / 32."""

    SCALE = 1 / 32

    def __init__(self, rng, shape):
        self.rng, self.nodes, self.constants, self.shape = rng, [], [], shape
        self.value = self.quantised("x")

    def constant(self, array):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def op(self, kind, *inputs, **attributes):
        output = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], f"n{len(self.nodes)}",
                                           **attributes))
        return output

    def quantised(self, value):
        scale, zero = np.float32(self.SCALE), np.int8(0)
        stored = self.op("QuantizeLinear", value, self.constant(scale), self.constant(zero))
        return self.op("DequantizeLinear", stored, self.constant(scale), self.constant(zero))

    def layer(self, depth, features, density, bits, kernel=None):
        """Results keep the size that data has."""
        weights = drawn_weights(self.rng, depth, features, density, bits)
        size = np.square(weights.astype(float)).sum(axis=1).mean() ** 0.5
        shape = (features, depth // kernel**2, kernel, kernel) if kernel else weights.shape
        scale, zero = np.float32(1 / size), np.int8(0)
        w = self.op("DequantizeLinear", self.constant(weights.reshape(shape)),
                    self.constant(scale), self.constant(zero))
        bias = self.rng.integers(-3000, 3000, size=features).astype(np.int32)
        b = self.op("DequantizeLinear", self.constant(bias),
                    self.constant(np.float32(scale * self.SCALE)),
                    self.constant(np.int32(0)))
        if kernel:
            self.value = self.op("Conv", self.value, w, b)
        else:
            self.value = self.op("Gemm", self.value, w, b, transB=1)
        self.value = self.quantised(self.op("Relu", self.value))

    def write(self, path):
        output = self.value
        graph = helper.make_graph(
            self.nodes, "deep",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, self.shape)],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
        onnx.save(onnx.shape_inference.infer_shapes(model), path)


def product(rng, *layers):
    model = Model(rng, [1, layers[0][0]])
    for layer in layers:
        model.layer(*layer)
    return model


def lenet_5(rng, first, second, third, last):
    model = Model(rng, [1, 1, 28, 28])
    for layer in (first, second):
        model.layer(*layer, kernel=5)
        model.value = model.op("MaxPool", model.value, kernel_shape=[2, 2], strides=[2, 2])
    model.value = model.op("Flatten", model.value)
    model.layer(*third)
    model.layer(*last)
    return model


def compiled(model, folder, options):
    """Its program, smallest, and bytes of constants."""
    target, work = options.target, folder / "coded"
    command = [options.dlc, folder / "model.onnx", f"--target={target}", "-o",
               folder / "object.o"]
    refused = subprocess.run([*command, "--flash=1K"], capture_output=True, text=True)
    least = max(int(n.replace(",", "")) for n in re.findall(r"([\d,]+) bytes", refused.stderr))
    report = folder / "report.json"
    program = program_of(target).of_model(
        options.dlc, folder / "model.onnx", target, work,
        [f"--flash={least}", f"--report={report}"])
    stages = json.loads(report.read_text())["stages"]
    return program, sum(stage["flash_weight_bytes"] for stage in stages)


def measured(model, name, options, rng):
    """Bytes of its constants, of the program, and its instructions, with them and dense."""
    folder = options.work / re.sub(r"\W", "_", name)
    folder.mkdir(parents=True, exist_ok=True)
    model.write(folder / "model.onnx")
    program, constants = compiled(model, folder, options)
    dense = program_of(options.target).of_model(
        options.dlc, folder / "model.onnx", options.target, folder / "dense",
        ["--storage=dense"])
    data = rng.standard_normal(model.shape).astype(np.float32).tobytes()
    coded, plain = program.infer(data), dense.infer(data)
    if coded.output != plain.output or not any(coded.output):
        sys.exit(f"{name}: outputs differ from the dense network's")
    return constants, coded.flash, coded.instructions, plain.instructions


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--dlc", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--target", default="cortex-m4")
    parser.add_argument("names", nargs="*", metavar="NAME", default=list(NETWORKS))
    options = parser.parse_args()
    print("| network | float32, bytes | weights and codes | times smaller | with biases | "
          "times smaller | goal | flash of all | instructions | dense |\n"
          "|---|---|---|---|---|---|---|---|---|---|")
    for name in options.names:
        rng = np.random.default_rng(11)
        layers = NETWORKS[name]
        plain = 4 * sum(depth * features for depth, features, _, _ in layers)
        biases = 4 * sum(features for _, features, _, _ in layers)
        model = (lenet_5 if name == "LeNet-5" else product)(rng, *layers)
        constants, *others = measured(model, name, options, rng)
        sizes = " | ".join(f"{size} | {plain / size:.1f}"
                           for size in (constants - biases, constants))
        print(f"| {name} | {plain} | {sizes} | {GOAL} | "
              + " | ".join(str(other) for other in others) + " |", flush=True)


if __name__ == "__main__":
    main()
