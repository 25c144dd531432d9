#!/usr/bin/env python3
"""Random binary and ternary networks against exact arithmetic, on a device's core.

    check_binary.py cortex-m4 --dlc build/bin/dlc --work build/w

Activations are signs in the forms that tools write (Larq, PyTorch, thresholds), weights
have one magnitude in each channel. Many sums are 0 in real numbers, where floats that
are added in any order are not and the next sign is chance: float64 is exact here.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

sys.path.append(str(Path(__file__).resolve().parents[2] / "harness"))

import case_runs  # noqa: E402
import programs  # noqa: E402


def conv(x, w, stride, pads, group):
    """A convolution of 3x3 taps in float64, pads of 0."""
    x = np.pad(x, ((0, 0), (0, 0), (pads, pads), (pads, pads)))
    height, width = ((size - 3) // stride + 1 for size in x.shape[2:])
    count = w.shape[0] // group
    parts = []
    for g in range(group):
        mine = x[:, g * w.shape[1]:(g + 1) * w.shape[1]]
        total = 0
        for i in range(3):
            for j in range(3):
                window = mine[:, :, i:i + stride * height:stride, j:j + stride * width:stride]
                total = total + np.einsum("nchw,oc->nohw", window[:, :, :height, :width],
                                          w[g * count:(g + 1) * count, :, i, j])
        parts.append(total)
    return np.concatenate(parts, axis=1)


class Network:
    """A graph beside the values that it has, in float64."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.nodes, self.constants = [], []

    def constant(self, array):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def number(self, value):
        return self.constant(np.float32(value))

    def node(self, op, *inputs, **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, [*inputs], [name], **attributes))
        return name

    # ---- Activations

    def sign(self, name, x):
        """Signs in one of the forms."""
        kind = self.rng.choice(["larq", "torch", "heaviside", "select", "cast", "below"])
        if kind == "larq":
            first = self.node("Sign", name)
            return (self.node("Sign", self.node("Add", first, self.number(0.1))),
                    np.where(x >= 0, 1.0, -1.0))
        if kind == "torch":
            return self.node("Sign", name), np.sign(x)
        if kind == "heaviside":
            return self.node("Sign", self.node("Relu", name)), np.sign(np.maximum(x, 0))
        limit = float(self.rng.choice([0, 0.5, -0.5]))
        if kind == "cast":
            above = self.node("Greater", name, self.number(limit))
            return self.node("Cast", above, to=TensorProto.FLOAT), (x > limit) * 1.0
        reached = self.node("GreaterOrEqual" if kind == "select" else "Less", name,
                            self.number(limit))
        chosen = x >= limit if kind == "select" else x < limit
        one, other = self.number(1), self.number(-1)
        return self.node("Where", reached, one, other), np.where(chosen, 1.0, -1.0)

    # ---- Layers

    def weights(self, channels, inner):
        """+-a for each channel, some of them with zeros."""
        signs = self.rng.choice([-1, 1] if self.rng.random() < 0.6 else [-1, 0, 1],
                                (channels, inner, 3, 3))
        scale = self.rng.uniform(0.1, 2, (channels, 1, 1, 1)).astype(np.float32)
        return signs.astype(np.float32) * scale

    def conv(self, name, x):
        channels = x.shape[1]
        group = channels if self.rng.random() < 0.25 else 1
        count = channels if group > 1 else int(self.rng.choice([4, 8, 12]))
        stride = int(self.rng.choice([1, 1, 2]))
        w = self.weights(count, channels // group)
        pads = 1
        if self.rng.random() < 0.3:  # Larq pads with 1
            name = self.node("Pad", name, self.constant(np.array([0, 0, 1, 1] * 2)),
                             self.number(1))
            x, pads = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=1), 0
        inputs = [name, self.constant(w)]
        result = conv(x, w.astype(float), stride, pads, group)
        if self.rng.random() < 0.5:
            bias = self.rng.choice([0, 0, 0.25, -0.75], count).astype(np.float32)
            inputs.append(self.constant(bias))
            result = result + bias.reshape(1, -1, 1, 1)
        return self.node("Conv", *inputs, pads=[pads] * 4, strides=[stride, stride],
                         group=group), result

    def norm(self, name, x):
        """A batch norm of few bits, so that float64 holds its products."""
        count = x.shape[1]
        gamma = self.rng.integers(1, 32, (count, 1, 1)).astype(np.float32) / 16
        if self.rng.random() < 0.3:
            gamma *= self.rng.choice([-1, 1], gamma.shape).astype(np.float32)
        beta = self.rng.choice([0, 0, 0.5, -1], (count, 1, 1)).astype(np.float32)
        scaled = self.node("Mul", name, self.constant(gamma))
        return self.node("Add", scaled, self.constant(beta)), x * gamma + beta

    def build(self):
        x = self.rng.normal(0, 1, (1, int(self.rng.choice([4, 8])), 10, 10)).astype(np.float32)
        x[0, 0, 0] = 0
        name, value = self.sign("x", x.astype(float))
        for _ in range(int(self.rng.integers(1, 4))):
            name, value = self.conv(name, value)
            if self.rng.random() < 0.6:
                name, value = self.norm(name, value)
            if self.rng.random() < 0.3 and min(value.shape[2:]) > 3:
                name = self.node("MaxPool", name, kernel_shape=[2, 2], strides=[1, 1])
                value = np.maximum.reduce([value[:, :, i:i - 1 or None, j:j - 1 or None]
                                           for i in (0, 1) for j in (0, 1)])
            name, value = self.sign(name, value)
        name, value = self.conv(name, value)
        if self.rng.random() < 0.3:  # a byte for each truth value
            return x, self.node("Greater", name, self.number(0.25)), value > 0.25
        return x, name, value


def compare(seeds, arguments, folder):
    """Networks side by side in one model."""
    nodes, constants, inputs, outputs, data, expected = [], [], [], [], [], []
    for seed in seeds:
        network = Network(seed)
        x, name, value = network.build()
        prefix = f"n{seed}_"
        for node in network.nodes:
            node.input[:] = [prefix + one for one in node.input]
            node.output[:] = [prefix + one for one in node.output]
        for constant in network.constants:
            constant.name = prefix + constant.name
        nodes += network.nodes
        constants += network.constants
        inputs.append(helper.make_tensor_value_info(prefix + "x", TensorProto.FLOAT, x.shape))
        value = value if value.dtype == bool else value.astype(np.float32)
        outputs.append(helper.make_tensor_value_info(
            prefix + name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape))
        data.append(x)
        expected.append(value)
    graph = helper.make_graph(nodes, "binary", inputs, outputs, constants)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)],
                                ir_version=8), folder / "model.onnx")
    results = programs.run(arguments, folder, [data], [expected])[0]
    wrong = 0
    for seed, value, wanted in zip(seeds, results, expected):
        bad = ~np.isclose(value, wanted, rtol=1e-5, atol=1e-5)
        if np.any(bad):
            wrong += 1
            at = tuple(np.argwhere(bad)[0])
            print(f"network {seed}: {np.count_nonzero(bad)} of {bad.size} wrong; {at}: "
                  f"{value[at]}, not {wanted[at]}", flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(case_runs.main(__doc__, compare, count=24, batch=24))
