#!/usr/bin/env python3
"""QONNX's operators against their definition, on a device's core.

    check_qonnx.py cortex-m4 --dlc build/bin/dlc --work build/w

All cases are one network for each version of the domain. Single operators give
what the definition gives in float32; networks of few bits give what exact arithmetic
gives, sums of 0 before a sign included, which floats of any order get wrong.
"""

import itertools
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

sys.path.append(str(Path(__file__).resolve().parents[2] / "harness"))

import case_runs  # noqa: E402
import definition  # noqa: E402
import programs  # noqa: E402

F = np.float32


class Network:
    """Many cases side by side, in one version of the domain."""

    def __init__(self, domain, version):
        self.domain, self.version = domain, version
        self.rng = np.random.default_rng(7)
        self.nodes, self.inputs, self.outputs, self.constants = [], [], [], []
        self.data, self.expected, self.labels = [], [], []

    def numbers(self, *shape):
        return self.rng.normal(0, 1, shape).astype(F)

    def input(self, array):
        name = f"x{len(self.inputs)}"
        self.inputs.append(helper.make_tensor_value_info(
            name, onnx.TensorProto.FLOAT, array.shape))
        self.data.append(array)
        return name

    def constant(self, array):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def node(self, op, inputs, **attributes):
        name = f"v{len(self.nodes)}"
        domain = self.domain if hasattr(definition, snake(op)) else ""
        self.nodes.append(helper.make_node(op, inputs, [name], domain=domain, **attributes))
        return name

    def quantised(self, op, x, *parameters, **attributes):
        """x is the name of a value, or an array that becomes an input."""
        name = x if isinstance(x, str) else self.input(x)
        operands = [self.constant(np.asarray(p, F)) for p in parameters]
        return self.node(op, [name, *operands], **attributes)

    def result(self, name, expected, label):
        self.nodes.append(helper.make_node("Identity", [name], [f"y{len(self.outputs)}"]))
        self.outputs.append(helper.make_tensor_value_info(
            f"y{len(self.outputs)}", onnx.TensorProto.FLOAT, expected.shape))
        self.expected.append(expected.astype(F))
        self.labels.append(label)

    def save(self, path):
        graph = helper.make_graph(self.nodes, "qonnx", self.inputs, self.outputs,
                                  self.constants)
        imports = [helper.make_opsetid("", 17), helper.make_opsetid(self.domain, self.version)]
        onnx.save(helper.make_model(graph, opset_imports=imports, ir_version=8), path)


def snake(op):
    return {"Quant": "quant", "IntQuant": "quant", "BipolarQuant": "bipolar_quant",
            "Trunc": "trunc_1", "MultiThreshold": "multi_threshold"}.get(op, "no operator")


# ---- Single operators

def add_quants(net):
    scales = [F(0.11), net.rng.uniform(0.02, 0.3, (3, 1, 1)).astype(F),
              net.rng.uniform(0.02, 0.3, (1, 3, 1, 5)).astype(F)]
    grids = [(1, 1, 0), (1, 0, 0), (2, 1, 1), (2, 0, 0), (3, 1, 0), (4, 0, 1), (7, 1, 1),
             (8, 1, 0), (8, 0, 0), (11, 1, 0), (16, 0, 0), (20, 1, 0)]
    for number, ((bits, signed, narrow), scale) in enumerate(itertools.product(grids, scales)):
        zero = F([0, 0, 2, 1][number % 4] if bits > 1 else 0)
        mode = [*definition.ROUNDINGS][number % len(definition.ROUNDINGS)]
        x = net.numbers(1, 3, 4, 5) * F(1.5)
        x[0, 0, 0] = scale.reshape(-1)[0] * np.array([0.5, 1.5, -0.5, -2.5, 900])
        attributes = {"signed": signed, "narrow": narrow, "rounding_mode": mode}
        name = net.quantised("IntQuant" if number % 5 == 0 and net.version == 2 else "Quant",
                             x, scale, zero, bits, **attributes)
        net.result(name, definition.quant(x, scale, zero, bits, **attributes),
                   f"Quant of {bits} bits, {attributes}, scale {scale.shape}, zero {zero}")


def add_others(net):
    x = net.numbers(1, 3, 4, 5)
    x[0, 0, 0, 0], x[0, 0, 0, 1] = 0, -0.0
    for scale in (F(0.5), net.rng.uniform(0.1, 1, (3, 1, 1)).astype(F)):
        net.result(net.quantised("BipolarQuant", x, scale),
                   definition.bipolar_quant(x, scale), "BipolarQuant")
    scale = F(1 / 64)
    x = np.round(net.numbers(1, 2, 6) * 40).astype(F) * scale
    for zero, mode in ((0, "FLOOR"), (4, "round")):
        mode_given = {"rounding_mode": mode}
        mode_known = {"rounding_mode": mode.upper()}
        if net.version == 1:
            net.result(net.quantised("Trunc", x, scale, zero, 8, 6, **mode_given),
                       definition.trunc_1(x, scale, F(zero), 8, 6, **mode_known), "Trunc 1")
        else:
            net.result(
                net.quantised("Trunc", x, scale, zero, 8, scale * 4, 4, **mode_given),
                definition.trunc_2(x, scale, F(zero), 8, scale * 4, 4, **mode_known),
                "Trunc 2")
    for shape, axis, rows, layout in (((1, 3, 4, 5), 1, 3, None), ((1, 3, 4, 5), 1, 1, "NCHW"),
                                      ((1, 4, 5, 3), 3, 3, "NHWC"), ((2, 6), 1, 6, None),
                                      ((2, 5, 3), 2, 3, None)):
        x = net.numbers(*shape)
        thresholds = np.sort(net.numbers(rows, 7), axis=1)
        x.reshape(-1)[0] = thresholds[0, 2]
        attributes = {"out_scale": 0.25, "out_bias": -1.0}
        name = net.quantised("MultiThreshold", x, thresholds, out_dtype="INT3", **attributes,
                             **({"data_layout": layout} if layout else {}))
        net.result(name, definition.multi_threshold(x, thresholds, axis, **attributes),
                   f"MultiThreshold {shape} {layout}")


# ---- Networks

def conv(x, w):
    """3x3 with a rim of zeros, in float64."""
    padded = np.pad(x.astype(np.float64), ((0, 0), (0, 0), (1, 1), (1, 1)))
    height, width = x.shape[2:]
    return sum(np.einsum("nchw,oc->nohw", padded[:, :, i:i + height, j:j + width],
                         w[:, :, i, j].astype(np.float64)) for i in range(3) for j in range(3))


def add_binary_network(net):
    """Signs, convolution, sign: a tenth of the sums are 0."""
    x, w = net.numbers(1, 8, 8, 8), net.numbers(8, 8, 3, 3)
    scale = F(0.1)
    signs = net.quantised("BipolarQuant", x, F(1))
    weights = net.quantised("BipolarQuant", net.constant(w), scale)
    sums = net.node("Conv", [signs, weights], pads=[1, 1, 1, 1])
    exact = conv(definition.signs(x), definition.signs(w))
    net.result(net.quantised("BipolarQuant", sums, F(1)), definition.signs(exact),
               f"binary network with {np.count_nonzero(exact == 0)} sums of 0")


def add_narrow_network(net):
    """Weights of 4 and 2 bits, batch norm, activations of 4 bits."""
    x, w, v = net.numbers(1, 3, 8, 8), net.numbers(8, 3, 3, 3), net.numbers(4, 8, 3, 3)
    x_scale, w_scale, y_scale = F(1 / 64), F(0.25), F(1 / 4)
    v_scale = np.array([0.5, 0.25, 1, 2], F).reshape(4, 1, 1, 1)
    gamma = (np.exp2(np.arange(8) % 3 - 1) * np.where(np.arange(8) % 4 == 3, -1, 1)).astype(F)
    beta = np.linspace(-1, 1, 8).astype(F)
    # Powers of two: the sums' products are exact in float32 too.
    variance = np.full(8, 1 - 2.0 ** -10, F)
    quant = definition.quant
    a = net.quantised("Quant", x, x_scale, 0, 8)
    b = net.quantised("Quant", net.constant(w), w_scale, 0, 4, narrow=1)
    c = net.node("Conv", [a, b], pads=[1, 1, 1, 1])
    parameters = [net.constant(p) for p in (gamma, beta, np.zeros(8, F), variance)]
    d = net.node("BatchNormalization", [c, *parameters], epsilon=2.0 ** -10)
    e = net.quantised("Quant", net.node("Relu", [d]), y_scale, 0, 4, signed=0)
    f = net.quantised("Quant", net.constant(v), v_scale, 0, 2, narrow=1)
    y = net.node("Conv", [e, f], pads=[1, 1, 1, 1])
    sums = conv(quant(x, x_scale, F(0), 8), quant(w, w_scale, F(0), 4, narrow=1))
    normal = sums * gamma.reshape(1, 8, 1, 1) + beta.reshape(1, 8, 1, 1)
    hidden = quant(np.maximum(normal, 0), y_scale.astype(np.float64), 0, 4, signed=0)
    net.result(y, conv(hidden, quant(v, v_scale, F(0), 2, narrow=1)), "network of 4 and 2 bits")


def main():
    parser = case_runs.target_parser(__doc__)
    arguments = parser.parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    wrong = count = 0
    families = [add_quants, add_others, add_narrow_network]
    # Signs alone: nothing else says that the network is quantised.
    for domain, version, parts in (("qonnx.custom_op.general", 2, families),
                                   ("onnx.brevitas", 1, families),
                                   ("finn.custom_op.general", 1, [add_binary_network])):
        folder = arguments.work / arguments.target / domain
        folder.mkdir(parents=True, exist_ok=True)
        net = Network(domain, version)
        for add in parts:
            add(net)
        net.save(folder / "model.onnx")
        results = programs.run(arguments, folder, [net.data], [net.expected])[0]
        for label, value, wanted in zip(net.labels, results, net.expected):
            bad = ~np.isclose(value, wanted, rtol=1e-6, atol=1e-6)
            count += 1
            if np.any(bad):
                wrong += 1
                at = tuple(np.argwhere(bad)[0])
                print(f"{label}: {np.count_nonzero(bad)} of {bad.size} wrong; {at}: "
                      f"{value[at]}, not {wanted[at]}", flush=True)
    print(f"{count} cases, {wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
