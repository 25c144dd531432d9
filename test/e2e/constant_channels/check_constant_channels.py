#!/usr/bin/env python3
"""Networks with channels that do not depend on the input, against onnxruntime.

    check_constant_channels.py --dlc build/bin/dlc [--first SEED] [--count N] [--target T]

Each seed makes a network of convolutions (with padding, strides, dilations, groups, depthwise,
transposed), sums, products, concatenations, slices, pads, pools, quantisation and dense layers in which
many filters are zeros or next to zero, or read by nobody. The reference is onnxruntime with
every graph optimisation off. The report's note says how much was left out: it has to be
something in most of the networks, or nothing would be tested here.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "models"))

import compiled_network  # noqa: E402

TOLERANCE = 2e-6  # of the largest output: float32 sums in another order
STEP_TOLERANCE = 0.05  # where a quantised number went the other way
QUANTISED_SHARE = 0.3  # of the networks
LEAST_SHARE = 0.6  # of the networks have something to leave out


class Network:
    """Grows by blocks; `self.x` is the image so far, `self.shape` its shape."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.nodes, self.constants = [], []
        self.batch = int(self.random.choice([1, 1, 1, 2]))
        side = int(self.random.choice([5, 6, 8, 9]))
        self.input_shape = (self.batch, int(self.random.choice([1, 3, 4])), side, side + int(self.random.integers(2)))
        self.x, self.shape = "input", self.input_shape
        self.quantised = self.random.random() < QUANTISED_SHARE

    def constant(self, array):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, op, inputs, **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=f"{op}_{len(self.nodes)}", **attributes))
        return name

    def choose(self, *values):
        return values[self.random.integers(len(values))]

    def weights(self, *shape, filters=0, columns=None):
        """Filters (along dimension `filters`) of which many are zero or tiny, and some columns that are."""
        scale = 1 / np.sqrt(max(1, np.prod(shape) / shape[filters]))
        weights = self.random.uniform(-scale, scale, shape).astype(np.float32)
        kind = self.random.random((shape[filters],))
        along = [1] * len(shape)
        along[filters] = -1
        weights *= np.where(kind < 0.3, 0, np.where(kind < 0.5, np.float32(1e-30), 1)).astype(np.float32).reshape(along)
        if columns is not None and self.random.random() < 0.4:
            unread = self.random.random(shape[columns]) < 0.3
            along = [1] * len(shape)
            along[columns] = -1
            weights *= (~unread).astype(np.float32).reshape(along)
        return self.constant(weights)

    def bias(self, channels):
        return self.constant(self.random.uniform(-1, 1, channels).astype(np.float32))

    def output_size(self, size, kernel, stride, pads, dilation):
        return (size + pads - (kernel - 1) * dilation - 1) // stride + 1

    def conv(self, x, shape, channels, group=1, kernel=None, keep=False):
        kernel = kernel or int(self.choose(1, 1, 3))
        dilation = 1 if keep else int(self.choose(1, 1, 2))
        stride = 1 if keep or min(shape[2:]) < 5 else int(self.choose(1, 1, 2))
        padded = keep or self.random.random() < 0.7 or min(shape[2:]) <= (kernel - 1) * dilation
        begin = (kernel - 1) * dilation // 2 if padded else 0
        end = begin + (0 if keep else int(self.choose(0, 0, 1)))
        inputs = [x, self.weights(channels, shape[1] // group, kernel, kernel, columns=1)]
        if self.random.random() < 0.8:
            inputs.append(self.bias(channels))
        out = self.node("Conv", inputs, kernel_shape=[kernel] * 2, strides=[stride] * 2,
                        dilations=[dilation] * 2, pads=[begin] * 2 + [end] * 2, group=group)
        return out, (shape[0], channels, *[self.output_size(s, kernel, stride, begin + end, dilation)
                                           for s in shape[2:]])

    def activate(self, x, shape):
        kind = self.choose("Relu", "Relu", "Clip", "Sigmoid", "HardSwish", "PRelu", "none")
        if kind == "Clip":
            return self.node("Clip", [x, self.constant(np.float32(0)), self.constant(np.float32(6))])
        if kind == "PRelu":
            slopes = self.random.uniform(0, 0.5, (shape[1], 1, 1)).astype(np.float32)
            return self.node("PRelu", [x, self.constant(slopes)])
        return x if kind == "none" else self.node(kind, [x])

    def quantise(self, x):
        scale = self.constant(np.float32(self.choose(0.03125, 0.0625)))
        zero = self.constant(np.int8(self.choose(-128, 0, 5)))
        return self.node("DequantizeLinear", [self.node("QuantizeLinear", [x, scale, zero]), scale, zero])

    def layer(self, x, shape, channels, **options):
        x, shape = self.conv(x, shape, channels, **options)
        x = self.activate(x, shape)
        if self.quantised and self.random.random() < 0.5:
            x = self.quantise(x)
        return x, shape

    # Blocks of which a network is made.

    def plain(self):
        self.x, self.shape = self.layer(self.x, self.shape, int(self.choose(4, 8, 24, 40)))

    def depthwise(self):
        multiplier = int(self.choose(1, 1, 2))
        self.x, self.shape = self.layer(self.x, self.shape, self.shape[1] * multiplier,
                                        group=self.shape[1], kernel=3)

    def grouped(self):
        groups = 4 if self.shape[1] % 4 == 0 else 1
        self.x, self.shape = self.layer(self.x, self.shape, 8, group=groups)

    def residual(self):
        y, shape = self.layer(self.x, self.shape, 12, keep=True)
        y, shape = self.layer(y, shape, self.shape[1], keep=True)
        z, shape = self.layer(self.x, self.shape, self.shape[1], kernel=1, keep=True)
        self.x, self.shape = self.node(self.choose("Add", "Add", "Mul", "Sub", "Max"), [y, z]), shape

    def concat(self):
        parts = [self.layer(self.x, self.shape, int(self.choose(3, 8)), keep=True) for _ in range(2)]
        names = [name for name, _ in parts]
        channels = sum(shape[1] for _, shape in parts)
        if self.random.random() < 0.4:
            names.append(self.constant(self.random.uniform(-1, 1, (*self.shape[:1], 2, *self.shape[2:]))
                                       .astype(np.float32)))
            channels += 2
        self.x = self.node("Concat", names, axis=1)
        self.shape = (self.shape[0], channels, *self.shape[2:])

    def slice(self):
        if self.shape[1] < 4:
            return
        begin = int(self.random.integers(self.shape[1] - 3))
        self.x = self.node("Slice", [self.x, *[self.constant(np.array([v], np.int64))
                                               for v in (begin, self.shape[1], 1)]])
        self.shape = (self.shape[0], self.shape[1] - begin, *self.shape[2:])

    def pool(self):
        op = self.choose("MaxPool", "AveragePool")
        counted = {"count_include_pad": 1} if op == "AveragePool" and self.random.random() < 0.5 else {}
        self.x = self.node(op, [self.x], kernel_shape=[3, 3], pads=[1] * 4, **counted)

    def pad(self):
        self.x = self.node("Pad", [self.x, self.constant(np.array([0, 0, 1, 0, 0, 0, 0, 1], np.int64)),
                                   self.constant(np.float32(self.choose(0, 0.5)))])
        self.shape = (*self.shape[:2], self.shape[2] + 1, self.shape[3] + 1)

    def transposed(self):
        if max(self.shape[2:]) > 9:
            return
        inputs = [self.x, self.weights(self.shape[1], 6, 2, 2, filters=1, columns=0), self.bias(6)]
        self.x = self.node("ConvTranspose", inputs, strides=[2, 2])
        self.shape = (self.shape[0], 6, self.shape[2] * 2, self.shape[3] * 2)

    def scale(self):
        values = self.random.uniform(-1, 1, (self.shape[1], 1, 1)).astype(np.float32)
        self.x = self.node(self.choose("Mul", "Add"), [self.x, self.constant(values)])

    def squeeze_excite(self):
        pooled = self.node("GlobalAveragePool", [self.x])
        gate, _ = self.conv(pooled, (*self.shape[:2], 1, 1), self.shape[1], kernel=1, keep=True)
        self.x = self.node("Mul", [self.x, self.node("Sigmoid", [gate])])

    def end(self):
        if self.random.random() < 0.3:
            self.x, self.shape = self.conv(self.x, self.shape, 3)
            return
        if self.random.random() < 0.5:
            self.x = self.node("GlobalAveragePool", [self.x])
            self.shape = (*self.shape[:2], 1, 1)
        self.x = self.node("Flatten", [self.x])
        size = int(np.prod(self.shape[1:]))
        for width in (10, 4):
            self.x = self.node("MatMul", [self.x, self.weights(size, width, filters=1, columns=0)])
            self.x = self.node("Add", [self.x, self.bias(width)])
            size = width

    def model(self):
        self.plain()
        for _ in range(self.random.integers(2, 6)):
            getattr(self, self.choose("plain", "depthwise", "depthwise", "grouped", "residual", "concat", "slice",
                                      "pool", "pad", "transposed", "scale", "squeeze_excite"))()
        self.end()
        graph = helper.make_graph(
            self.nodes, "constant_channels",
            [helper.make_tensor_value_info("input", TensorProto.FLOAT, self.input_shape)],
            [helper.make_tensor_value_info(self.x, TensorProto.FLOAT, None)], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        model = onnx.shape_inference.infer_shapes(model, strict_mode=True)
        onnx.checker.check_model(model)
        return model


def left_out(dlc, model, target):
    """Weights that the report says were left out."""
    report = subprocess.run([dlc, model, f"--target={target}", "-o", model.with_suffix(".o"), "--report"],
                            check=True, text=True, stdout=subprocess.PIPE).stdout
    note = re.search(r"are left out: .* channels, ([\d,]+) of [\d,]+ weights", report)
    return int(note.group(1).replace(",", "")) if note else 0


def check(seed, arguments, folder):
    """Weights left out; raises CompileError when dlc and onnxruntime disagree."""
    network = Network(seed)
    model = network.model()
    path = folder / "model.onnx"
    onnx.save(model, path)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    target = arguments.target or "host"
    compiled = compiled_network.CompiledNetwork(arguments.dlc, path, folder, target=target)
    for scale in (1, 100):
        data = (scale * network.random.uniform(-1, 1, network.input_shape)).astype(np.float32)
        [reference] = session.run(None, {"input": data})
        [output] = compiled.run([data], [reference])
        difference = np.abs(output.astype(np.float64) - reference) / max(np.abs(reference).max(), scale)
        if not np.isfinite(output).all():
            raise compiled_network.CompileError(f"inputs up to {scale}: not finite")
        # Now and then a quantised number rounds to its neighbour.
        off = np.median(difference) if network.quantised else difference.max()
        if off > TOLERANCE or difference.max() > STEP_TOLERANCE:
            raise compiled_network.CompileError(f"inputs up to {scale}: off by {difference.max():.3g}")
    return left_out(arguments.dlc, path, target)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--target", help="without it this machine")
    parser.add_argument("--keep", type=Path, help="folder for the models that fail")
    arguments = parser.parse_args()
    failed, narrowed = 0, 0
    for seed in range(arguments.first, arguments.first + arguments.count):
        with tempfile.TemporaryDirectory() as name:
            try:
                narrowed += check(seed, arguments, Path(name)) > 0
            except compiled_network.CompileError as error:
                failed += 1
                print(f"seed {seed}: {error}", flush=True)
                if arguments.keep:
                    (Path(name) / "model.onnx").rename(arguments.keep / f"seed{seed}.onnx")
    print(f"{arguments.count - failed} of {arguments.count} networks agree, {narrowed} with channels left out")
    return int(failed > 0 or narrowed < LEAST_SHARE * arguments.count)


if __name__ == "__main__":
    sys.exit(main())
