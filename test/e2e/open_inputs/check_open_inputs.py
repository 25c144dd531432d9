#!/usr/bin/env python3
"""Operands that may come when the network runs, since no shape depends on them.

    check_open_inputs.py TARGET --dlc build/bin/dlc

Each model is compiled once and runs with every value that its operand may have,
and with values that it must not have; results are NumPy's. What is outside is the
nearest that is inside (docs/guides/open-inputs.md).
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnx.parser

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "harness")]
import programs  # noqa: E402

SKIPPED = 77
RANDOM = np.random.default_rng(14)
X = RANDOM.uniform(-2, 2, (3, 4, 2)).astype(np.float32)
SQUARE = RANDOM.uniform(-2, 2, (4, 4)).astype(np.float32)
FAR = (-2**63, -9, 9, 2**63 - 1)


def axis_of(value, rank):
    return int(np.clip(value + rank if value < 0 else value, 0, rank - 1))


def start_of(value, size, length, step=1):
    reach = (length - 1) * abs(step)
    low = 0 if step > 0 else reach
    return int(np.clip(value + size if value < 0 else value, low, low + size - 1 - reach))


def running(x, axis, function=np.cumsum):
    return function(x, axis_of(axis, x.ndim))


def exclusive_from_behind(x, axis):
    axis = axis_of(axis, x.ndim)
    behind = np.flip(np.cumsum(np.flip(x, axis), axis), axis)
    return behind - x


def taken(x, start, length, step=1, axis=0):
    first = start_of(start, x.shape[axis], length, step)
    return np.take(x, first + step * np.arange(length), axis)


def log_sum_exp(x, axis):
    return np.log(np.exp(x.astype(np.float64)).sum(axis_of(axis, x.ndim))).astype(np.float32)


def axes(*values):
    return [np.array(v, np.int64) for v in values]


INT = [np.array(v, np.int32) for v in (-3, -2, -1, 0, 1, 2, -100, 100)]
# graph, tensors, values of the last operand, the result
CASES = [
    ("(float[3,4,2] x, int32 a) => (float[3,4,2] y) { y = CumSum (x, a) }", X, INT, running),
    ("(float[3,4,2] x, int64 a) => (float[3,4,2] y) "
     "{ y = CumSum <reverse = 1, exclusive = 1> (x, a) }", X,
     axes(-1, 0, 1, 2, *FAR), exclusive_from_behind),
    ("(float[3,4,2] x, int64 a) => (float[3,4,2] y) { y = CumProd (x, a) }", X,
     axes(-2, 0, 1, 2, *FAR), lambda x, a: running(x, a, np.cumprod)),
    ("(float[4,4] x, int64[1] a) => (float[4] y) { y = ReduceSum <keepdims = 0> (x, a) }", SQUARE,
     axes([0], [1], [-1], [-2], *([v] for v in FAR)), lambda x, a: x.sum(axis_of(a[0], 2))),
    ("(float[4,4] x, int64[1] a) => (float[4] y) { y = ReduceLogSumExp <keepdims = 0> (x, a) }",
     SQUARE, axes([0], [1]), lambda x, a: log_sum_exp(x, a[0])),
    ("(float[4,4,4] x, int64[2] a) => (float[4] y) { y = ReduceMax <keepdims = 0> (x, a) }",
     RANDOM.uniform(-2, 2, (4, 4, 4)).astype(np.float32),
     axes([0, 1], [1, 0], [0, 2], [-1, 1], [-3, -1]),
     lambda x, a: x.max(tuple(axis_of(v, 3) for v in a))),
    ("(float[3,4,2] x, int64[3] a) => (float[1,1,1] y) { y = ReduceMean (x, a) }", X,
     axes([0, 1, 2], [2, -2, 0]), lambda x, _: x.mean(keepdims=True)),
    ("(float[3,4,2] x, int64[1] a) => (float[3,1,2] y) { y = ReduceMin (x, a) }", X,
     axes([1], [-2]), lambda x, _: x.min(1, keepdims=True)),
    ("(float[3,4,2] x, int64[1] a) => (float[2,4,2] y) <int64[1] two = {2}, int64[1] zero = {0}> "
     "{ b = Add (a, two) y = Slice (x, a, b, zero) }", X,
     axes(*([v] for v in (-3, -2, 0, 1, 2, 3, *FAR))), lambda x, a: taken(x, a[0], 2)),
    ("(float[3,4,2] x, int64 a) => (float[3,2,2] y) "
     "<int64[1] m = {-4}, int64[1] axis = {1}, int64[1] step = {-2}, int64 z = {0}> "
     "{ f = Unsqueeze (a, zero_axes) b = Add (f, m) y = Slice (x, f, b, axis, step) "
     "zero_axes = Unsqueeze (z, zz) zz = Constant <value_ints = [0]> () }", X,
     axes(-1, 2, 3, 0, 1, *FAR), lambda x, a: taken(x, a, 2, -2, 1)),
    ("(float[3,4,2] x, int64[1] a) => (float[1,4,2] y) <int64[1] end = {3}, int64[1] zero = {0}> "
     "{ y = Slice (x, a, end, zero) }", X, axes([2], [-1]), lambda x, a: taken(x, a[0], 1)),
    ("(float x, int64 a) => (int64[4] y) <int64 eight = {8}, int64 two = {2}> "
     "{ b = Add (a, eight) y = Range (a, b, two) }", np.float32(0), axes(0, -5, 2**40),
     lambda _, a: a + 2 * np.arange(4)),
    ("(float limit, float a) => (float[5] y) <float d = {0.25}> { y = Range (a, limit, d) }",
     np.float32(3), [np.float32(v) for v in (0, -2.5, 7)],
     lambda _, a: a + np.float32(0.25) * np.arange(5, dtype=np.float32)),
    ("(float[4,4] x, float a) => (float[4,4] y) { y = Clip (x, , a) }", SQUARE,
     [np.float32(v) for v in (0, -1, 1.5)], lambda x, a: np.minimum(x, a)),
    ("(float[4,4] x, float a) => (float[6,4] y) <int64[4] p = {1, 0, 1, 0}> { y = Pad (x, p, a) }",
     SQUARE, [np.float32(v) for v in (0, -1)],
     lambda x, a: np.pad(x, ((1, 1), (0, 0)), constant_values=a)),
    ("(float[4,4] x, int64 a) => (float[4,4] y) { y = Trilu (x, a) }", SQUARE,
     axes(0, -2, 3, *FAR), lambda x, a: np.triu(x, int(np.clip(a, -9, 9)))),
    ("(int64[3] x, float[2] a) => (float[3,4] y) <int64 depth = {4}> { y = OneHot (x, depth, a) }",
     np.array([1, -1, 7]), [np.array([0.5, 2], np.float32)],
     lambda x, a: np.where(np.where(x < 0, x + 4, x)[:, None]
                           == np.arange(4), a[1], a[0])),
]


def transform(parts, axis):
    """Two axes of one size: along either, the transform of NumPy."""
    axis = min(axis_of(axis, parts.ndim), parts.ndim - 2)
    values = np.fft.fft(parts[..., 0] + 1j * parts[..., 1], axis=axis)
    return np.stack([values.real, values.imag], -1).astype(np.float32)


CASES.append(
    ("(float[4,4,2] x, int64 a) => (float[4,4,2] y) { y = DFT (x, , a) }",
     RANDOM.uniform(-1, 1, (4, 4, 2)).astype(np.float32), axes(0, 1, -2, -3), transform))


def check(arguments, graph, tensor, values, reference):
    expected = [[np.asarray(reference(tensor, value))] for value in values]
    opset = 26 if "CumProd" in graph else 20
    model = onnx.parser.parse_model(f'<ir_version: 10, opset_import: ["" : {opset}]>\nopen {graph}')
    kind = model.graph.output[0].type.tensor_type.elem_type
    expected = [[e.astype(onnx.helper.tensor_dtype_to_np_dtype(kind))] for (e,) in expected]
    with tempfile.TemporaryDirectory() as folder:
        onnx.save(model, Path(folder) / "model.onnx")
        try:
            results = programs.run(arguments, Path(folder), [[tensor, v] for v in values], expected)
        except programs.CompileError as error:
            return [f"{graph}: {error}"]
    problems = []
    for value, (actual,), (wanted,) in zip(values, results, expected):
        same = (np.allclose(actual, wanted, rtol=1e-5, atol=1e-5)
                if wanted.dtype.kind == "f" else np.array_equal(actual, wanted))
        if not same:
            problems.append(f"{graph} for {value}: {actual.tolist()}, not {wanted.tolist()}")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("target")
    parser.add_argument("--dlc", type=os.path.abspath, required=True)
    parser.add_argument("--level", default="-O2")
    arguments = parser.parse_args()
    if missing := programs.missing(arguments.target):
        print(f"skipped: {missing}")
        return SKIPPED
    problems = [p for case in CASES for p in check(arguments, *case)]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
