#!/usr/bin/env python3
"""--fix NAME=VALUE|FILE: inputs that become constants of the network.

    check_fixed_inputs.py --dlc build/bin/dlc

Each model has an input that must be known when compiling; results are numpy's.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnx.parser
from onnx import numpy_helper

X = np.arange(12, dtype=np.float32).reshape(3, 4) - 5

# graph, what is fixed, the result
WORKS = [
    ("(float[3,4] x, int64[1] a) => (float[3,1] y) { y = ReduceSum (x, a) }", {"a": "1"},
     X.sum(1, keepdims=True)),
    ("(float[3,4] x, int64[n] a) => (float[1,1] y) { y = ReduceSum (x, a) }", {"a": "0,1"},
     X.sum(keepdims=True)),
    ("(float[3,4] x, int64[2] s, int64[2] e) => (float[2,2] y) { y = Slice (x, s, e) }",
     {"s": "1", "e": "3, 3"}, X[1:3, 1:3]),
    ("(float[3,4] x, float low, float high) => (float[3,4] y) { y = Clip (x, low, high) }",
     {"low": "-1.5", "high": "2e0"}, X.clip(-1.5, 2)),
    ("(float[3,4] x, bool keep) => (float[3,4] y) "
     "{ y = If (keep) <then_branch = t () => (float[3,4] a) { a = Neg (x) }, "
     "else_branch = f () => (float[3,4] b) { b = Abs (x) }> }", {"keep": "0"}, abs(X)),
    ("(float[3,4] x, int32 a) => (float[3,4] y) { y = CumSum (x, a) }", {"a": "-1"}, X.cumsum(1)),
    ("(float[3,4] x, float[4] w) => (float[3,4] y) { y = Mul (x, w) }",
     {"w": np.array([1, 2, 3, 4], np.float32)}, X * [1, 2, 3, 4]),
]

SUM = WORKS[0][0]
# graph, the option, what is said
REFUSED = [
    (SUM, "b=1", "no input has this name; there are: x, a"),
    (SUM, "a=1,2", "there are 2 numbers, but the input of shape [1] has 1"),
    (SUM, "a=first", "'first' is no whole number, and there is no file of this name"),
    (SUM, "a=0.5", "'0.5' is no whole number, and there is no file of this name"),
    (SUM, "a", "is no value of an input; write --fix axis=1 or --fix axis=axis.pb"),
    (SUM, "a=2", "must be in [-2, 1] for a tensor of rank 2"),
    ("(float[3,4] x, int8[1] a) => (float[3,4] y) { b = Cast <to = 1> (a) y = Mul (x, b) }",
     "a=200", "holds 200, but its numbers must be in [-128, 127]"),
    (SUM, np.array([1], np.int32), "the file holds numbers of type int32, but the input is declared as int64"),
    (SUM, np.array([0, 1], np.int64), "the file holds a tensor of shape [2], which is not the input's declared one"),
]


def write_model(graph, folder):
    model = onnx.parser.parse_model(f'<ir_version: 8, opset_import: ["" : 17]>\nfixed {graph}')
    onnx.save(model, folder / "model.onnx")


def write_tensor(value, path):
    path.write_bytes(numpy_helper.from_array(np.asarray(value)).SerializeToString())
    return path


def run(dlc, folder, options):
    done = subprocess.run([dlc, "run", folder, "--check-only", *options], capture_output=True,
                          text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def check_works(dlc, graph, fixed, expected):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_model(graph, folder)
        data = folder / "test_data_set_0"
        data.mkdir()
        write_tensor(X, data / "input_0.pb")
        write_tensor(expected.astype(np.float32), data / "output_0.pb")
        options = []
        for key, value in fixed.items():
            if not isinstance(value, str):
                value = write_tensor(value, folder / f"{key}.pb")
            options.append(f"--fix={key}={value}")
        status, text = run(dlc, folder, options)
    return [] if status == 0 else [f"{graph} {options}: {text}"]


def check_refused(dlc, graph, option, message):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_model(graph, folder)
        if not isinstance(option, str):
            option = f"a={write_tensor(option, folder / 'a.pb')}"
        status, text = run(dlc, folder, [f"--fix={option}"])
    if status == 1 and message in text:
        return []
    return [f"{graph} --fix={option}: status {status}, {text}, not: {message}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", type=os.path.abspath, required=True)
    dlc = parser.parse_args().dlc
    problems = [p for case in WORKS for p in check_works(dlc, *case)]
    problems += [p for case in REFUSED for p in check_refused(dlc, *case)]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
