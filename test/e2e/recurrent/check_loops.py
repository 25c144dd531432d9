"""Loops at run time, against onnxruntime, and their code against their length.

RNN, GRU and LSTM in both directions, Scan and Loop run on this machine and,
under QEMU, on a Cortex-M4 and an Armv8; and the text of an LSTM and a GRU of
1000 steps is at most 1.2 times that of 10 steps on all three.

    check_loops.py --dlc build/bin/dlc --llvm-tools /usr/lib/llvm-22/bin
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

TARGETS = ["x86-64", "armv8-neon", "cortex-m4"]
GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
MOST_GROWTH = 1.2


def cell(kind, time, batch=2, features=3, hidden=5, directions=2, **attributes):
    generator = np.random.default_rng(GATES[kind])
    shapes = {"w": (directions, GATES[kind] * hidden, features),
              "r": (directions, GATES[kind] * hidden, hidden),
              "b": (directions, 2 * GATES[kind] * hidden)}
    weights = [numpy_helper.from_array(
        generator.uniform(-1, 1, shape).astype(np.float32), name)
        for name, shape in shapes.items()]
    results = ["y", "yh", "yc"][:3 if kind == "LSTM" else 2]
    node = helper.make_node(
        kind, ["x", *shapes], results, hidden_size=hidden, name="cell",
        direction="bidirectional" if directions == 2 else "forward",
        **attributes)
    graph = helper.make_graph(
        [node], "cell",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT,
                                       (time, batch, features))],
        [onnx.ValueInfoProto(name=name) for name in results], weights)
    return helper.make_model(graph, ir_version=8,
                             opset_imports=[helper.make_opsetid("", 17)])


# Two states that change places, an input that is read from its end, one along
# its second axis, and results in both directions.
SCAN = """
<ir_version: 8, opset_import: ["" : 17]>
scan (float[2,3] a, float[2,3] b, float[7,2,3] x, float[2,7,3] z)
    => (float[2,3] p, float[2,3] q, float[7,2,3] y, float[2,7,6] v)
  <float[3,3] w = {0.5,-0.25,1.0, 0.75,0.5,-1.0, 0.25,1.0,-0.5}> {
  p, q, y, v = Scan <num_scan_inputs = 2, scan_input_axes = [0, 1],
      scan_input_directions = [1, 0], scan_output_axes = [0, 1],
      scan_output_directions = [0, 1], body = step
      (float[2,3] s, float[2,3] t, float[2,3] e, float[2,3] f)
      => (float[2,3] s1, float[2,3] t1, float[2,3] g, float[2,6] c) {
        m = MatMul (s, w)
        n = Add (m, e)
        t1 = Tanh (n)
        s1 = Identity (t)
        g = Mul (t1, f)
        c = Concat <axis = 1> (s, g)
      }> (a, b, x, z)
}
"""

# A loop that knows its number, and reshapes a part of its state.
LOOP = """
<ir_version: 8, opset_import: ["" : 17]>
loop (float[4,6] a, float[4] b) => (float[4,6] p, float[4] q, float[9,2,4] y)
  <int64 trips = {9}, bool keep = {1}, int64[1] zero = {0}, int64[1] two = {2},
   int64[1] one = {1}, int64[2] shape = {2,4}> {
  p, q, y = Loop <body = round
      (int64 i, bool c, float[4,6] s, float[4] t)
      => (bool d, float[4,6] s1, float[4] t1, float[2,4] g) {
        d = Identity (c)
        part = Slice (s, zero, two, one)
        flat = Reshape (part, shape)
        f = Cast <to = 1> (i)
        g = Add (flat, f)
        column = Unsqueeze (t, one)
        half = Constant <value_float = 0.5> ()
        scaled = Mul (s, half)
        s1 = Add (scaled, column)
        mean = ReduceMean <axes = [1], keepdims = 0> (s1)
        t1 = Cos (mean)
      }> (trips, keep, a, b)
}
"""

# Shapes depend on the round, so that each is compiled by itself.
ROUNDS = """
<ir_version: 8, opset_import: ["" : 17]>
rounds (float[8] a) => (float[8] p)
  <int64 trips = {6}, bool keep = {1}, int64[1] zero = {0}, int64[1] eight = {8}> {
  p = Loop <body = round (int64 i, bool c, float[8] s) => (bool d, float[8] s1) {
        d = Identity (c)
        from = Unsqueeze (i, zero)
        head = Slice (s, zero, from)
        tail = Slice (s, from, eight)
        s1 = Concat <axis = 0> (tail, head)
      }> (trips, keep, a)
}
"""


def networks():
    for kind in GATES:
        yield kind, cell(kind, 9)
    yield "GRU, reset after", cell("GRU", 9, linear_before_reset=1)
    for name, text in [("Scan", SCAN), ("Loop", LOOP), ("rounds", ROUNDS)]:
        yield name, onnx.parser.parse_model(text)


def write_cases(model, folder, cases):
    """The model, and these inputs by name, with onnxruntime's results, for a
    run each."""
    onnx.save(model, f"{folder}/model.onnx")
    session = onnxruntime.InferenceSession(model.SerializeToString(),
                                           providers=["CPUExecutionProvider"])
    for number, inputs in enumerate(cases):
        data = Path(folder, f"test_data_set_{number}")
        data.mkdir()
        for kind, arrays in [("input", inputs.values()),
                             ("output", session.run(None, inputs))]:
            for i, array in enumerate(arrays):
                Path(data, f"{kind}_{i}.pb").write_bytes(
                    numpy_helper.from_array(array).SerializeToString())


def run(dlc, folder, target, options=()):
    where = [] if target == "x86-64" else [f"--target={target}"]
    return subprocess.run(
        [dlc, "run", folder, "--check-only", "--tolerance=1e-5", *where,
         *options], capture_output=True, text=True, check=False)


def write(model, folder):
    generator = np.random.default_rng(7)
    inputs = {
        value.name: generator.uniform(
            -1, 1, [d.dim_value for d in value.type.tensor_type.shape.dim]
        ).astype(np.float32) for value in model.graph.input}
    write_cases(model, folder, [inputs])


def check(dlc, name, model):
    with tempfile.TemporaryDirectory() as folder:
        write(model, folder)
        for target in TARGETS:
            done = run(dlc, folder, target)
            if done.returncode:
                yield f"{name} on {target}: {done.stdout}{done.stderr}"


def text_of(dlc, tools, model, target):
    """Bytes of code and constants."""
    with tempfile.TemporaryDirectory() as folder:
        onnx.save(model, f"{folder}/net.onnx")
        subprocess.run([dlc, f"{folder}/net.onnx", f"--target={target}", "-o",
                        f"{folder}/net.o"], check=True)
        listing = subprocess.run(
            [tools / "llvm-size", "-A", f"{folder}/net.o"], check=True,
            capture_output=True, text=True).stdout
        return sum(int(size) for size in
                   re.findall(r"^\.(?:text|rodata)\S*\s+(\d+)", listing, re.M))


def check_growth(dlc, tools, kind, target):
    short, long = (
        text_of(dlc, tools, cell(kind, time, batch=1, features=8, hidden=16,
                          directions=1), target) for time in (10, 1000))
    if long > MOST_GROWTH * short:
        yield (f"{kind} on {target}: {long} bytes for 1000 steps, {short} for "
               "10")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True, type=os.path.abspath)
    parser.add_argument("--llvm-tools", required=True, type=Path)
    args = parser.parse_args()
    dlc = args.dlc
    problems = []
    for name, model in networks():
        problems += check(dlc, name, model)
    for kind in ("LSTM", "GRU"):
        for target in TARGETS:
            problems += check_growth(dlc, args.llvm_tools, kind, target)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
