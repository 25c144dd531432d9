#!/usr/bin/env python3
"""Convolutions and products on cores without an FPU, with difficult floats.

    check_block_fixed.py cortex-m3 --dlc build/bin/dlc --work build/block_fixed

Each case is a layer with inputs that are huge, tiny, denormal, zero, infinite
or not a number. The reference is computed here in double precision. With finite inputs an
output may be off by the bound of docs/decisions/block-fixed-point.md; otherwise it has
to be the infinity or the NaN that IEEE 754 arithmetic gives. `host` compiles for a
made-up core without an FPU that this machine can run, `host-limbs` for one that has no
long multiplication either.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "harness"), str(HERE.parents[1] / "models")]

from board import EmulatedProgram, missing_programs  # noqa: E402
from compiled_network import CompiledNetwork  # noqa: E402

SKIPPED = 77
INF, NAN = np.float32("inf"), np.float32("nan")
BOARD_INPUTS = 3  # of a case that also runs under QEMU, which is slow


class Layer:
    """A convolution with or without bias and Relu, or a product."""

    most_bits = 30  # of integers

    def __init__(self, name, x, w, group=1, stride=1, pad=0, bias=True, relu=False, scale=1.0,
                 shuffled=False):
        self.name, self.shape, self.group = name, x, group
        self.stride, self.pad, self.relu = stride, pad, relu
        rng = np.random.default_rng(len(name))
        self.w = (rng.standard_normal(w) * scale).astype(np.float32)
        self.w.flat[1] = 0  # infinity * 0 is NaN
        self.w.flat[2] = np.float32(1e-30) * scale  # and this is not 0
        features = w[0] if len(w) == 4 else w[1]
        # The layer reads an activation of the arena, not the caller's input.
        self.order = rng.permutation(x[1]) if shuffled else None
        self.bias = (rng.standard_normal(features).astype(np.float32) * np.float32(scale)
                     if bias else None)

    def model(self):
        names = ["x", "w"] + (["b"] if self.bias is not None else [])
        constants = [numpy_helper.from_array(self.w, "w")]
        if self.bias is not None:
            constants.append(numpy_helper.from_array(self.bias, "b"))
        last = "s" if self.relu else "y"
        shuffle = []
        if self.order is not None:
            shuffle = [helper.make_node("Gather", ["x", "order"], ["shuffled"], axis=1)]
            constants.append(numpy_helper.from_array(self.order, "order"))
            names[0] = "shuffled"
        if len(self.shape) == 4:
            nodes = [helper.make_node("Conv", names, [last], group=self.group,
                                      strides=[self.stride] * 2, pads=[self.pad] * 4)]
        else:
            nodes = [helper.make_node("Gemm", names, [last])]
        if self.relu:
            nodes.append(helper.make_node("Relu", ["s"], ["y"]))
        graph = helper.make_graph(
            shuffle + nodes, self.name,
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, self.shape)],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT,
                                           self.reference(np.zeros(self.shape))[0].shape)],
            constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])

    def windows(self, x):
        """Yields (where in the output, terms [features, depth] as x and w)."""
        if x.ndim == 2:
            for m in range(x.shape[0]):
                yield np.s_[m, :], np.broadcast_to(x[m], self.w.T.shape), self.w.T
            return
        p, k, s = self.pad, self.w.shape[2], self.stride
        padded = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])
        inside = np.pad(np.ones_like(x), [(0, 0), (0, 0), (p, p), (p, p)])
        features, channels = self.w.shape[0], self.w.shape[1]
        flat = self.w.reshape(features, -1).astype(np.float64)
        for i in range((padded.shape[2] - k) // s + 1):
            for j in range((padded.shape[3] - k) // s + 1):
                area = np.s_[i * s : i * s + k], np.s_[j * s : j * s + k]
                first = np.arange(features) // (features // self.group) * channels
                xs = np.stack([padded[0, f : f + channels, area[0], area[1]].ravel() for f in first])
                ins = np.stack([inside[0, f : f + channels, area[0], area[1]].ravel() for f in first])
                # What is padding takes no part.
                yield np.s_[0, :, i, j], xs, np.where(ins > 0, flat, np.where(np.isfinite(xs), flat, 0))

    def reference(self, x):
        """The output in double precision, and how far each element may be off."""
        if x.ndim == 2:
            shape = (x.shape[0], self.w.shape[1])
        else:
            side = [(x.shape[d] + 2 * self.pad - self.w.shape[2]) // self.stride + 1 for d in (2, 3)]
            shape = (1, self.w.shape[0], *side)
        result, bound = np.zeros(shape), np.zeros(shape)
        bias = 0 if self.bias is None else self.bias.astype(np.float64)
        if self.order is not None:
            x = x[:, self.order]
        for where, xs, ws in self.windows(x.astype(np.float64)):
            with np.errstate(invalid="ignore"):
                result[where] = (xs * ws).sum(axis=1) + bias
            depth = xs.shape[1]
            bits = min(self.most_bits, (62 - int(np.ceil(np.log2(depth)))) // 2)
            # Blocks end at 2^-95; bits count from the power of two above the largest.
            finite = np.where(np.isfinite(xs), np.abs(xs), 0)
            if self.group == self.shape[1]:  # the block is a part of the channel's plane
                finite = np.where(np.isfinite(x[0]), np.abs(x[0]), 0).reshape(self.group, -1)
            largest_x = np.maximum(finite.max(axis=1), 2.0**-95)
            largest_w = np.abs(ws).max(axis=1)
            bound[where] = (depth * largest_x * largest_w * 2.0 ** (2 - bits)
                            + np.abs(result[where]) * 2.0**-24 + 2.0**-126)
        if self.relu:
            result = np.where(result < 0, 0, result)
        return result, bound


def spread(rng, shape, low, high):
    """Random signs and exponents."""
    return (rng.choice([-1, 1], shape) * 2.0 ** rng.uniform(low, high, shape)).astype(np.float32)


def inputs(shape):
    rng = np.random.default_rng(7)
    plain = rng.standard_normal(shape).astype(np.float32)
    special = plain.copy()
    for at, value in zip(range(0, special.size, 7), [INF, -INF, NAN, 1e38, -0.0, 1e-44] * 4):
        special.flat[at] = value
    one = plain.copy()
    one.flat[special.size // 2] = INF
    zeros = np.zeros(shape, np.float32)
    zeros.flat[0] = -0.0
    yield "special", special
    yield "wide", spread(rng, shape, -60, 30)
    yield "one infinity", one
    yield "plain", plain
    yield "zeros", zeros
    yield "tiny", spread(rng, shape, -149, -120)
    yield "small", spread(rng, shape, -100, -80)
    yield "huge", spread(rng, shape, 90, 120)


LAYERS = [
    Layer("product", (1, 37), (37, 6)),
    Layer("vector", (1, 300), (300, 6), relu=True),
    Layer("in-place", (1, 37), (37, 6), shuffled=True),
    Layer("rows", (5, 24), (24, 7), relu=True),
    Layer("pointwise", (1, 8, 3, 5), (5, 8, 1, 1), relu=True),
    Layer("window", (1, 3, 6, 7), (4, 3, 3, 3), pad=1),
    Layer("strided", (1, 4, 7, 7), (3, 4, 3, 3), stride=2, pad=1, bias=False),
    Layer("depthwise", (1, 6, 7, 7), (6, 1, 3, 3), group=6, pad=1, relu=True),
    Layer("depthwise-strided", (1, 5, 8, 9), (5, 1, 3, 3), group=5, stride=2, pad=1),
    Layer("groups", (1, 6, 4, 4), (4, 3, 3, 3), group=2, pad=1),
    Layer("small-weights", (1, 4, 3, 3), (4, 4, 1, 1), scale=1e-30),
    Layer("large-weights", (1, 4, 3, 3), (4, 4, 1, 1), scale=1e30),
]


def problem(layer, x, output):
    expected, bound = layer.reference(x)
    # What is beyond the largest float overflows.
    with np.errstate(over="ignore"):
        overflows = ~np.isfinite(expected.astype(np.float32))
    output = output.reshape(expected.shape).astype(np.float64)
    for index in np.ndindex(expected.shape):
        want, got = expected[index], output[index]
        if overflows[index] or not np.isfinite(want):
            same = np.isnan(got) if np.isnan(want) else got == np.sign(want) * np.inf
            if not same:
                return f"{index}: {got}, not {want}"
        elif np.isinf(got) and abs(want) + bound[index] > np.finfo(np.float32).max:
            continue  # the error bound alone overflows
        elif not abs(got - want) <= bound[index]:
            return f"{index}: {got}, not {want}: off by {abs(got - want):.3g}, allowed {bound[index]:.3g}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("target")
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--work", required=True)
    arguments = parser.parse_args()
    host = arguments.target.startswith("host")
    if arguments.target in ("host-limbs", "cortex-m0"):
        Layer.most_bits = 26
    missing = [] if host else missing_programs(arguments.target)
    if missing:
        print(f"skipped: not installed: {', '.join(missing)}")
        return SKIPPED
    failed = 0
    for layer in LAYERS:
        folder = Path(arguments.work) / f"{layer.name}-{arguments.target}"
        folder.mkdir(parents=True, exist_ok=True)
        onnx.save(layer.model(), folder / "model.onnx")
        if host:
            network = CompiledNetwork(arguments.dlc, folder / "model.onnx", folder,
                                      target=HERE / (
                                          "no_long_multiply.yaml"
                                          if arguments.target == "host-limbs" else "no_fpu.yaml"))
        else:
            network = EmulatedProgram.of_model(arguments.dlc, folder / "model.onnx",
                                               arguments.target, folder)
        for i, (what, x) in enumerate(inputs(layer.shape)):
            if host:
                like = layer.reference(x)[0].astype(np.float32)
                output = network.run([x], [like])[0]
            elif i < BOARD_INPUTS:
                output = np.frombuffer(network.infer(x.tobytes()).output, np.float32)
            else:
                continue
            message = problem(layer, x, output)
            if message:
                failed += 1
                print(f"{layer.name}, {what}: {message}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
