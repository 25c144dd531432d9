"""Networks that take a few new frames a call (--stream) against the whole by onnxruntime.

Each call gives the frames of the whole network's output, late by what the header says,
from the very first frame on to the last that does not reach over the end.

    check_stream.py cortex-m4 --dlc build/bin/dlc
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
from onnx import numpy_helper

FRAMES = 60  # of the exported network, and of the sequence


class Graph:
    """Nodes and weights in turn; a name for each result."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.nodes, self.weights, self.count = [], {}, 0

    def name(self):
        self.count += 1
        return f"v{self.count}"

    def weight(self, value):
        name = f"w{len(self.weights)}"
        self.weights[name] = value
        return name

    def node(self, operator, *inputs, **attributes):
        result = self.name()
        self.nodes.append(onnx.helper.make_node(operator, inputs, [result], name=result,
                                                **attributes))
        return result

    def conv(self, x, features, channels, kernel, **attributes):
        shape = (features, channels // attributes.get("group", 1), *kernel)
        weight = self.random.normal(size=shape) / np.sqrt(np.prod(shape[1:]))
        return self.node("Conv", x, self.weight(weight.astype(np.float32)),
                         self.weight(self.random.normal(size=features).astype(np.float32) / 4),
                         **attributes)

    def model(self, inputs, outputs):
        graph = onnx.helper.make_graph(
            self.nodes, "stream",
            [onnx.helper.make_tensor_value_info(name, 1, shape) for name, shape in inputs],
            [onnx.helper.make_tensor_value_info(name, 1, None) for name in outputs],
            [numpy_helper.from_array(value, name) for name, value in self.weights.items()])
        return onnx.helper.make_model(graph, ir_version=8,
                                      opset_imports=[onnx.helper.make_opsetid("", 17)])


def causal_tcn():
    """A keyword TCN: dilated causal convolutions with residuals, a dense layer a frame."""
    g = Graph(1)
    x = g.conv("x", 12, 10, (1,))
    for dilation in (1, 2, 4):
        y = g.conv(x, 12, 12, (3,), pads=[2 * dilation, 0], dilations=[dilation])
        y = g.node("Relu", y)
        y = g.conv(y, 12, 12, (3,), pads=[2 * dilation, 0], dilations=[dilation], group=12)
        x = g.node("Add", x, y)
    x = g.node("Transpose", x, perm=[0, 2, 1])
    x = g.node("MatMul", x, g.weight(g.random.normal(size=(12, 5)).astype(np.float32)))
    x = g.node("Softmax", x, axis=2)
    return g.model([("x", (1, 10, FRAMES))], [x]), 2, {1: 1, 4: 4, 7: 7}


def chomped_tcn():
    """As PyTorch writes them: padding on both sides, the end cut off."""
    g = Graph(2)
    x = "x"
    channels = 3
    for dilation in (1, 3):
        x = g.conv(x, 8, channels, (4,), pads=[3 * dilation, 3 * dilation], dilations=[dilation])
        x = g.node("Slice", x, *(g.weight(np.array([n], np.int64)) for n in (0, FRAMES, 2)))
        x = g.node("Tanh", x)
        channels = 8
    return g.model([("x", (1, 3, FRAMES))], [x]), 2, {1: 1, 5: 5}


def centred():
    """Centred windows, strides, pools, residuals that are late by different numbers."""
    g = Graph(3)
    x = g.conv("x", 8, 4, (5,), pads=[2, 2])
    x = g.node("Relu", x)
    y = g.conv(x, 8, 8, (3,), pads=[2, 2], dilations=[2])
    x = g.node("Add", x, y)
    x = g.node("MaxPool", x, kernel_shape=[3], pads=[1, 1], strides=[2])
    z = g.node("AveragePool", x, kernel_shape=[3], pads=[1, 1], count_include_pad=1)
    x = g.node("Sub", z, x)
    a = g.conv(x, 6, 8, (3,), pads=[1, 1], strides=[2])
    b = g.conv(x, 6, 8, (1,), strides=[2])
    x = g.node("Concat", a, b, axis=1)
    m = g.node("ReduceMean", x, axes=[1])
    x = g.node("Sub", x, m)
    return g.model([("x", (1, 4, FRAMES))], [x, z]), 2, {4: 1, 8: 2}


def spectrogram():
    """Images of time and frequency: padding in both, depthwise convolutions, a pad by itself."""
    g = Graph(4)
    x = g.conv("x", 6, 1, (3, 3), pads=[1, 1, 1, 1], strides=[1, 2])
    x = g.node("Clip", x, g.weight(np.float32(0)), g.weight(np.float32(2)))
    x = g.conv(x, 6, 6, (3, 3), pads=[1, 1, 1, 1], group=6)
    x = g.conv(x, 8, 6, (1, 1))
    x = g.node("Pad", x, g.weight(np.array([0, 0, 2, 0, 0, 0, 1, 0], np.int64)),
               g.weight(np.float32(0.5)))
    x = g.node("MaxPool", x, kernel_shape=[4, 2], strides=[2, 2])
    x = g.conv(x, 5, 8, (3, 5), pads=[2, 0, 0, 0])
    x = g.node("Transpose", x, perm=[0, 2, 1, 3])
    x = g.node("Reshape", x, g.weight(np.array([1, FRAMES // 2, 5], np.int64)))
    return g.model([("x", (1, 1, FRAMES, 20))], [x]), 2, {2: 1, 6: 3}


def two_inputs():
    """A second input that has no frames, and one that has."""
    g = Graph(5)
    a = g.conv("x", 4, 4, (3,), pads=[1, 1])
    b = g.node("Mul", "gain", a)
    c = g.node("Add", b, "y")
    return g.model([("x", (1, 4, FRAMES)), ("gain", (1, 4, 1)), ("y", (1, 4, FRAMES))],
                   [c]), "T", {1: 1, 3: 3}


def quantised():
    """Integers with zero points, which padding and states begin with; scales are powers of
    two, so that all of it is exact."""
    g = Graph(6)
    x, channels = "x", 4
    for scale, zero, pads in [(2 ** -5, -3, [2, 0]), (2 ** -4, 5, [1, 1]), (2 ** -3, -11, [0, 0])]:
        weight = g.random.integers(-90, 90, (6, channels, 3)).astype(np.int8)
        w = g.node("DequantizeLinear", g.weight(weight), g.weight(np.float32(2 ** -8)),
                   g.weight(np.int8(0)))
        q = [g.weight(np.float32(scale)), g.weight(np.int8(zero))]
        x = g.node("QuantizeLinear", x, *q)
        x = g.node("DequantizeLinear", x, *q)
        x = g.node("Conv", x, w, pads=pads)
        channels = 6
    q = [g.weight(np.float32(2 ** -3)), g.weight(np.int8(0))]
    x = g.node("DequantizeLinear", g.node("QuantizeLinear", x, *q), *q)
    return g.model([("x", (1, 4, FRAMES))], [x]), 2, {1: 1, 4: 4}


NETWORKS = {"quantised": quantised, "causal TCN": causal_tcn, "chomped TCN": chomped_tcn, "centred": centred,
            "spectrogram": spectrogram, "two inputs": two_inputs}
FRAME_AXES = {"quantised": [2], "causal TCN": [1], "chomped TCN": [2], "centred": [2, 2], "spectrogram": [1],
              "two inputs": [2]}


def save(path, arrays, kind):
    for i, array in enumerate(arrays):
        Path(path, f"{kind}_{i}.pb").write_bytes(
            numpy_helper.from_array(np.ascontiguousarray(array)).SerializeToString())


def delays_of(dlc, folder, options, count):
    subprocess.run([dlc, f"{folder}/model.onnx", *options, "-o", f"{folder}/net.o"], check=True,
                   capture_output=True)
    header = Path(folder, "net.h").read_text()
    found = dict(re.findall(r"#define NET_OUTPUT_(\d)_DELAY (\d+)", header))
    shapes = [[int(n) for n in shape.split(",")] for shape in
              re.findall(r"#define NET_OUTPUT_\d_SHAPE \{([\d, ]+)\}", header)]
    return [int(found.get(str(i), 0)) for i in range(count)], shapes


def check(arguments, name, hop):
    model, axis, _ = NETWORKS[name]()
    axes = FRAME_AXES[name]
    random = np.random.default_rng(9)
    shapes = {v.name: [d.dim_value for d in v.type.tensor_type.shape.dim]
              for v in model.graph.input}
    whole = {n: random.uniform(-1, 1, s).astype(np.float32) for n, s in shapes.items()}
    session = onnxruntime.InferenceSession(model.SerializeToString(),
                                           providers=["CPUExecutionProvider"])
    expected = session.run(None, whole)
    if axis == "T":  # the name of a dimension, given by --shape
        for value in model.graph.input:
            if shapes[value.name][2] == FRAMES:
                value.type.tensor_type.shape.dim[2].dim_param = "T"
    options = [f"--target={arguments.target}", f"--shape=T={FRAMES}" if axis == "T" else "-O2",
               f"--stream=axis={axis if axis == 'T' else f'x.{axis}'},hop={hop}"]
    with tempfile.TemporaryDirectory() as folder:
        onnx.save(model, f"{folder}/model.onnx")
        delays, sizes = delays_of(arguments.dlc, folder, options, len(expected))
        compared = 0
        for call in range(FRAMES // hop):
            data = Path(folder, f"test_data_set_{call}")
            data.mkdir()
            moving = {n for n, s in shapes.items() if FRAMES in s}
            save(data, [np.take(v, range(call * hop, (call + 1) * hop), shapes[n].index(FRAMES))
                        if n in moving else v for n, v in whole.items()], "input")
            frames = [range(call * s[a] - d, (call + 1) * s[a] - d)
                      for s, a, d in zip(sizes, axes, delays)]
            if all(f.start >= 0 for f in frames):
                save(data, [np.take(e, f, a) for e, f, a in zip(expected, frames, axes)],
                     "output")
                compared += 1
        done = subprocess.run(
            [arguments.dlc, "run", folder, "--check-only", f"--inputs={folder}",
             "--tolerance=1e-5", *options], capture_output=True, text=True, check=False)
    good = done.returncode == 0 and compared * hop > FRAMES / 2
    print(f"{name}, hop {hop}: late by {delays}, {compared} calls compared"
          f"{'' if good else ': ' + done.stdout[-1500:] + done.stderr}", flush=True)
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("target")
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--only", nargs="*")
    arguments = parser.parse_args()
    good = [check(arguments, name, hop) for name in arguments.only or NETWORKS
            for hop in NETWORKS[name]()[2]]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
