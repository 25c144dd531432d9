#!/usr/bin/env python3
"""What `dlc quantize` refuses: one error that says what is wrong, and no output.

    check_refusals.py --dlc build/bin/dlc --work build/w
"""

import shutil
import sys

import numpy as np
import onnx.parser

import quantiser

MODEL = """<ir_version: 8, opset_import: ["" : 17]>
net (float[1,4] x) => (float[1,3] y) <float[4,3] w = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}>
{ [product] y = MatMul (x, w) }"""
TWO_INPUTS = MODEL.replace("(float[1,4] x)", "(float[1,4] x, float[1,3] z)").replace(
    "y = MatMul (x, w)", "m = MatMul (x, w) [sum] y = Add (m, z)")
QUANTISED = MODEL.replace("{ [product] y = MatMul (x, w) }", """{
  s = Constant <value_float = 0.5> ()
  z = Constant <value = int8 {0}> ()
  [q] i = QuantizeLinear (x, s, z)
  r = DequantizeLinear (i, s, z)
  y = MatMul (r, w) }""")
NO_PRODUCT = """<ir_version: 8, opset_import: ["" : 17]>
net (float[1,4] x) => (float[1,4] y) { [act] y = Relu (x) }"""
INFINITE = MODEL.replace("{ [product] y = MatMul (x, w) }",
                         "{ [log] l = Log (x) y = MatMul (l, w) }")
ONE_SCORE = MODEL.replace("float[1,3]", "float[1,1]").replace(
    "float[4,3] w = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}", "float[4,1] w = {1, 2, 3, 4}")

GOOD = np.ones((2, 4), np.float32)
CASES = []


def case(pattern, *options, model=MODEL, data="x.npy", arrays=None):
    """`arrays`: files of the folder by name: an array, a dictionary of them, or bytes."""
    CASES.append((pattern, options, model, data, arrays or {}))


def holding(index, value):
    array = GOOD.copy()
    array.flat[index] = value
    return array


case(r"--data: there is no '.*nowhere'", data="nowhere")
case(r"--data: '.*empty' holds no samples", data="empty")
case(r"'.*x\.npy' holds no samples", arrays={"x.npy": np.ones((0, 4), np.float32)})
case(r"'.*x\.npy' has the shape 2x5, but the network's input 'x' is 1x4 of float",
     arrays={"x.npy": np.ones((2, 5), np.float32)})
case(r"'.*x\.npy', sample 1, holds NaN \(element 2\)", arrays={"x.npy": holding(6, np.nan)})
case(r"'.*x\.npy', sample 0, holds an infinite number", arrays={"x.npy": holding(1, -np.inf)})
case(r"'.*x\.npy' is not a \.npy file", arrays={"x.npy": b"something else"})
case(r"'.*x\.npy' has elements of the type '<c8'",
     arrays={"x.npy": np.ones((2, 4), np.complex64)})
case(r"'.*x\.npz' is no \.npz file, or a damaged one", data="x.npz",
     arrays={"x.npz": b"PK\x05\x06 not really" + bytes(20)})
case(r"'.*x\.npz' has no array 'x', which is the name of an input of the network; it has 'a'",
     data="x.npz", arrays={"x.npz": {"a": GOOD}})
case(r"\.npy files are for a network of one input, but this has 2", model=TWO_INPUTS,
     arrays={"x.npy": GOOD})
case(r"'.*x\.npz' has 3 samples of 'z', but 2 of 'x'", model=TWO_INPUTS, data="x.npz",
     arrays={"x.npz": {"x": GOOD, "z": np.ones((3, 3), np.float32)}})
case(r"'.*short\.bin' has 12 bytes, but the network's input 'x' is 1x4 of float\w*, which are 16",
     data="raw", arrays={"raw/short.bin": bytes(12)})
case(r"'.*mixed' holds \.npy files and others \('b\.bin'\)", data="mixed",
     arrays={"mixed/a.npy": GOOD, "mixed/b.bin": bytes(16)})
case(r"there are 3 labels, but 2 samples", "--labels={work}/y.txt",
     arrays={"x.npy": GOOD, "y.txt": b"0 1 2\n"})
case(r"'.*y\.txt' has 'cat', which is no number of a class", "--labels={work}/y.txt",
     arrays={"x.npy": GOOD, "y.txt": b"0 cat\n"})
case(r"the label 3 .*has 3 scores", "--labels={work}/y.txt",
     arrays={"x.npy": GOOD, "y.txt": b"0 3\n"})
case(r"for the --calibrate option: 'entropy' is none of its values: min-max, percentile, mse, kl", "--calibrate=entropy",
     arrays={"x.npy": GOOD})
case(r"--percentile is for --calibrate=percentile", "--percentile=99", arrays={"x.npy": GOOD})
case(r"--keep is for --max-drop", "--keep=int16", arrays={"x.npy": GOOD})
case(r"--max-drop must be from 0 to 100", "--max-drop=-1", arrays={"x.npy": GOOD})
case(r"--max-drop is in points of accuracy, but .* 'y' has no scores of classes",
     "--max-drop=1", model=ONE_SCORE, arrays={"x.npy": GOOD})
case(r"--target is for an object", "--target=cortex-m4", arrays={"x.npy": GOOD})
case(r"the network is quantised already: node 'q' \(QuantizeLinear\)", model=QUANTISED,
     arrays={"x.npy": GOOD})
case(r"there is nothing to quantise", model=NO_PRODUCT, arrays={"x.npy": GOOD})
case(r"tensor 'l' is not finite for sample 1", model=INFINITE, arrays={"x.npy": holding(5, 0)})


def write(path, content):
    path.parent.mkdir(exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, dict):
        np.savez(path, **content)
    else:
        np.save(path, content)


def check(options, number, pattern, arguments, model, data, arrays):
    folder = options.work / str(number)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "empty").mkdir(parents=True)
    onnx.save(onnx.parser.parse_model(model), folder / "model.onnx")
    for name, content in arrays.items():
        write(folder / name, content)
    return quantiser.refusal(options.dlc, "quantize", folder / "model.onnx", folder / data,
                             folder / "result.onnx", pattern,
                             *(argument.format(work=folder) for argument in arguments))


if __name__ == "__main__":
    sys.exit(quantiser.check_cases(__doc__, check, CASES))
