#!/usr/bin/env python3
"""Quantised networks that are wrong: one error each, which names the node.

    check_quantisation.py --dlc build/bin/dlc

Calibration data that is wrong: ../quantiser/check_refusals.py.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx.parser
from onnx import numpy_helper

SCALES = {"zero": 0.0, "negative": -0.5, "NaN": np.nan, "infinite": np.inf, "denormal": 1e-40}
SAID = {"zero": "0", "negative": "-0.5", "NaN": "NaN", "infinite": "inf", "denormal": "9.99995e-41"}
CASES = []


def case(name, pattern, graph, opset=21, options=(), **constants):
    """`constants`: initializers by name, arrays."""
    CASES.append((name, pattern, graph, opset, options, constants))


DEQUANTISE = """net (int8[2,3] x) => (float[2,3] y) { [dq] y = DequantizeLinear (x, s) }"""
QUANTISE = """net (float[2,3] x) => (int8[2,3] y) <int8 z = {0}> {
  [q] y = QuantizeLinear (x, s, z) }"""
CONV = """net (uint8[1,1,4,4] x) => (uint8[1,2,4,4] y) <float a = {0.1}, uint8 z = {3}> {
  [conv] y = QLinearConv (x, a, z, w, s, wz, a, z) }"""
for kind, value in SCALES.items():
    text = rf"holds {re.escape(SAID[kind])}\S* \(entry {{}}\), but scales must be positive, finite"
    case(f"{kind} scale of DequantizeLinear",
         r"node 'dq' \(DequantizeLinear\): .*'x_scale' " + text.format(0), DEQUANTISE,
         s=np.float32(value))
    case(f"{kind} scale of QuantizeLinear",
         r"node 'q' \(QuantizeLinear\): .*'y_scale' " + text.format(0), QUANTISE,
         s=np.float32(value))
    case(f"{kind} scale of a filter",
         r"node 'conv' \(QLinearConv\): .*'w_scale' " + text.format(1), CONV,
         s=np.array([0.1, value], np.float32), w=np.ones((2, 1, 1, 1), np.int8),
         wz=np.zeros(2, np.int8))

case("no scale", r"node 'dq' \(DequantizeLinear\): it has 1 input, but .* has 2 to 3",
     "net (int8[2,3] x) => (float[2,3] y) { [dq] y = DequantizeLinear (x) }")
case("no scale but a zero point", r"node 'dq' \(DequantizeLinear\).*x_scale",
     """net (int8[2,3] x) => (float[2,3] y) <int8 z = {0}> {
     [dq] y = DequantizeLinear (x, "", z) }""")
case("zero point of another sign", r"node 'dq' \(DequantizeLinear\): .*'x_zero_point' has the type"
     r" uint8, but another input that must agree has int8",
     """net (int8[2,3] x) => (float[2,3] y) <float s = {0.5}, uint8 z = {0}> {
     [dq] y = DequantizeLinear (x, s, z) }""")
case("zero point of another width", r"node 'q' \(QuantizeLinear\): .*'y_zero_point' .*int32",
     """net (float[2,3] x) => (int8[2,3] y) <float s = {0.5}, int32 z = {0}> {
     [q] y = QuantizeLinear (x, s, z) }""")
case("zero point of an int32", r"node 'dq' \(DequantizeLinear\): .*'x_zero_point' holds 7, but",
     """net (int32[2,3] x) => (float[2,3] y) <float s = {0.5}, int32 z = {7}> {
     [dq] y = DequantizeLinear (x, s, z) }""")
case("zero points that are too few", r"node 'dq' \(DequantizeLinear\): .*'x_zero_point' has the "
     r"shape \[2\], but must have \[3\] as",
     """net (int8[2,3] x) => (float[2,3] y) <float[3] s = {0.5, 0.5, 0.5}, int8[2] z = {0, 0}> {
     [dq] y = DequantizeLinear <axis = 1> (x, s, z) }""")
case("axis outside", r"node 'dq' \(DequantizeLinear\): .*axis.* 5",
     """net (int8[2,3] x) => (float[2,3] y) <float[3] s = {0.5, 0.5, 0.5}> {
     [dq] y = DequantizeLinear <axis = 5> (x, s) }""")
case("scales along another axis", r"node 'dq' \(DequantizeLinear\): .*'x_scale' has the shape \[3\], "
     r"but must be a scalar or have 2 entries as dimension 0",
     """net (int8[2,3] x) => (float[2,3] y) <float[3] s = {0.5, 0.5, 0.5}> {
     [dq] y = DequantizeLinear <axis = 0> (x, s) }""")
case("blocks that do not fit", r"node 'dq' \(DequantizeLinear\): .*'x_scale'",
     """net (int8[2,6] x) => (float[2,6] y) <float[2,2] s = {0.5, 0.5, 0.5, 0.5}> {
     [dq] y = DequantizeLinear <axis = 1, block_size = 2> (x, s) }""")
case("quantised and not dequantised", r"node 'conv' \(Conv\): .*'X' has the type int8",
     """net (float[1,1,4,4] x) => (float[1,1,4,4] y) <float s = {0.5}, int8 z = {0}> {
     [q] i = QuantizeLinear (x, s, z)
     [conv] y = Conv (i, w) }""", w=np.ones((1, 1, 1, 1), np.float32))
case("dequantised twice", r"node 'again' \(DequantizeLinear\): .*'x' has the type float",
     """net (int8[2,3] x) => (float[2,3] y) <float s = {0.5}> {
     [dq] r = DequantizeLinear (x, s)
     [again] y = DequantizeLinear (r, s) }""")
case("dequantised and not quantised again, --strict-int", r"node 'div' \(Div\): is computed in floats",
     """net (int8[2,3] x, int8[2,3] y) => (int8[2,3] z) <float s = {0.5}, int8 o = {0}> {
     [dq] r = DequantizeLinear (x, s)
     [dq2] t = DequantizeLinear (y, s)
     [div] e = Div (r, t)
     [q] z = QuantizeLinear (e, s, o) }""", options=["--strict-int"])


def check(dlc, folder, name, pattern, graph, opset, options, constants):
    model = onnx.parser.parse_model(f'<ir_version: 10, opset_import: ["" : {opset}]> {graph}')
    model.graph.initializer.extend(
        numpy_helper.from_array(np.asarray(value), key) for key, value in constants.items())
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    done = subprocess.run([dlc, "model.onnx", "--target=cortex-m4", "-o", "net.o", *options],
                          cwd=folder, capture_output=True, text=True, check=False)
    errors = [line for line in done.stderr.splitlines() if "error: " in line]
    if done.returncode == 1 and len(errors) == 1 and re.search(pattern, errors[0]) \
            and [path.name for path in folder.iterdir()] == ["model.onnx"]:
        return ""
    return f"{name}: expected {pattern}\nexit code {done.returncode}: {done.stderr}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True, type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        problems = [check(options.dlc.resolve(), Path(folder), *one) for one in CASES]
    for problem in filter(None, problems):
        print(problem)
    print(f"{len(CASES)} cases, {len([*filter(None, problems)])} wrong")
    return int(any(problems))


if __name__ == "__main__":
    sys.exit(main())
