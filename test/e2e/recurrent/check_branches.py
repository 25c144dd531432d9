"""If and Loop whose condition the network computes, against onnxruntime.

Each network runs on several inputs, so that both branches are taken and loops
end after none, a few and all of their rounds; on this machine and, under QEMU,
on a Cortex-M4 and an Armv8. A branch that is not taken is not computed, which
executed instructions show.

    check_branches.py --dlc build/bin/dlc
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

import numpy as np
import onnx

from check_loops import TARGETS, run, write_cases

# Both branches have products; one hands on what it gets, and constants.
BRANCH = """
<ir_version: 8, opset_import: ["" : 17]>
branch (float[3,4] x, float[1] t) => (float[3,4] y, float[3,4] z, float[2] w)
  <float[4,4] a = {0.5,-0.25,1.0,0.75, 0.5,-1.0,0.25,1.0, -0.5,2.0,0.5,0.25, 1.0,1.5,-0.75,0.125},
   float[4,4] b = {1.0,0.25,-1.0,0.5, 0.25,1.0,0.75,-1.0, 0.5,-2.0,1.5,0.25, -1.0,0.5,0.75,1.125},
   float[2] p = {1.0, 2.0}, float[2] q = {3.0, 4.0}, float zero = {0.0}> {
  c = Greater (t, zero)
  y, z, w = If <then_branch = yes () => (float[3,4] y1, float[3,4] z1, float[2] w1) {
        m = MatMul (x, a)
        y1 = Tanh (m)
        z1 = Add (y1, x)
        w1 = Identity (p)
      }, else_branch = no () => (float[3,4] y2, float[3,4] z2, float[2] w2) {
        n = MatMul (x, b)
        y2 = Relu (n)
        z2 = Identity (x)
        w2 = Identity (q)
      }> (c)
}
"""

# One of the tensors, without anything to compute; a branch within another.
NESTED = """
<ir_version: 8, opset_import: ["" : 17]>
nested (float[5] x, float[1] t) => (float[5] y, float[5] z)
  <float zero = {0.0}, float one = {1.0}> {
  c = Greater (t, zero)
  d = Greater (t, one)
  e = Exp (x)
  y = If <then_branch = yes () => (float[5] y1) { y1 = Identity (x) },
          else_branch = no () => (float[5] y2) { y2 = Identity (e) }> (c)
  z = If <then_branch = high () => (float[5] z1) {
        z1 = If <then_branch = higher () => (float[5] u) { u = Mul (x, x) },
                 else_branch = lower () => (float[5] v) { v = Sub (x, one) }> (d)
      }, else_branch = low () => (float[5] z2) { z2 = Neg (x) }> (c)
}
"""

# Newton's method until it is near enough, with what each round has found.
NEWTON = """
<ir_version: 8, opset_import: ["" : 17]>
newton (float[1] x, float[1] t) => (float[1] root, float[N,1] all)
  <int64 most = {20}, float half = {0.5}, float small = {0.001}, bool keep = {1}> {
  a = Abs (x)
  root, all = Loop <body = round
      (int64 i, bool c, float[1] g) => (bool d, float[1] g1, float[1] g2) {
        q = Div (a, g)
        s = Add (g, q)
        g1 = Mul (s, half)
        e = Mul (g1, g1)
        f = Sub (e, a)
        h = Abs (f)
        k = Greater (h, small)
        zero = Constant <value_ints = [0]> ()
        d = Squeeze (k, zero)
        g2 = Identity (g1)
      }> (most, keep, t)
}
"""

# As many rounds as an input says; two states that change places, and a product
# that is read in its place.
COUNTED = """
<ir_version: 8, opset_import: ["" : 17]>
counted (float[2,3] a, float[2,3] b, int64[1] t)
    => (float[2,3] p, float[2,3] q, float[N,2,3] y)
  <float[3,3] w = {0.5,-0.25,1.0, 0.75,0.5,-1.0, 0.25,1.0,-0.5}, bool keep = {1}> {
  [rounds] p, q, y = Loop <body = round
      (int64 i, bool c, float[2,3] s, float[2,3] u)
      => (bool d, float[2,3] s1, float[2,3] u1, float[2,3] g) {
        d = Identity (c)
        m = MatMul (s, w)
        f = Cast <to = 1> (i)
        n = Add (m, f)
        u1 = Tanh (n)
        s1 = Identity (u)
        g = Mul (u1, u)
      }> (t, keep, a, b)
}
"""

# Both: a condition of the network, and an input's number of rounds; a branch
# within the body, and a loop within that.
BOTH = """
<ir_version: 8, opset_import: ["" : 17]>
both (float[4] x, int64[1] t) => (float[4] y)
  <float three = {3.0}, float two = {2.0}, bool keep = {1}, int64 inner = {6}> {
  [rounds] y = Loop <body = round (int64 i, bool c, float[4] s) => (bool d, float[4] s1) {
        m = ReduceMax <keepdims = 0> (s)
        d = Less (m, three)
        e = Less (m, two)
        s1 = If <then_branch = small () => (float[4] u) {
              u = Loop <body = more (int64 j, bool f, float[4] r) => (bool g, float[4] r1) {
                    g = Identity (f)
                    h = Mul (r, r)
                    r1 = Add (h, x)
                  }> (inner, keep, s)
            }, else_branch = large () => (float[4] v) { v = Add (s, s) }> (e)
      }> (t, keep, x)
}
"""

# Loops within what is itself computed or not: in a branch in rounds of a bound,
# and in rounds of a known number.
WITHIN = """
<ir_version: 8, opset_import: ["" : 17]>
within (float[4] x, int64[1] t) => (float[4] y, float[4] z)
  <float one = {1.0}, bool keep = {1}, int64 known = {6}, int64 three = {3}> {
  [outer] y = Loop <body = round (int64 i, bool c, float[4] s) => (bool d, float[4] s1) {
        d = Identity (c)
        e = Less (i, three)
        s1 = If <then_branch = early () => (float[4] u) {
              [inner] u = Loop <body = more (int64 j, bool f, float[4] r) => (bool g, float[4] r1) {
                    g = Identity (f)
                    r1 = Add (r, x)
                  }> (t, keep, s)
            }, else_branch = late () => (float[4] v) { v = Neg (s) }> (e)
      }> (t, keep, x)
  z = Loop <body = always (int64 i, bool c, float[4] s) => (bool d, float[4] s1) {
        d = Identity (c)
        [last] q = Loop <body = more (int64 j, bool f, float[4] r) => (bool g, float[4] r1) {
              g = Identity (f)
              r1 = Sub (r, one)
            }> (t, keep, s)
        s1 = Neg (q)
      }> (known, keep, x)
}
"""

CASES = [
    ("branch", BRANCH, [], [0.5, -0.5]),
    ("nested", NESTED, [], [1.5, 0.5, -0.5]),
    ("newton", NEWTON, [], [1.0, 30.0, 1e9]),
    ("counted", COUNTED, ["--rounds=rounds=9"], [1, 4, 9]),
    ("both", BOTH, ["--rounds=rounds=8"], [0, 1, 5, 8]),
    ("within", WITHIN, ["--rounds=outer=6", "--rounds=inner=6",
                        "--rounds=last=6"], [0, 2, 6]),
]

# Bounds that are too small for `t`.
EXCEEDED = [
    ("outer", WITHIN, ["--rounds=outer=5", "--rounds=inner=9",
                       "--rounds=last=9"], 6),
    ("inner", WITHIN, ["--rounds=outer=9", "--rounds=inner=5",
                       "--rounds=last=9"], 6),
    ("last", WITHIN, ["--rounds=outer=9", "--rounds=inner=9",
                      "--rounds=last=5"], 6),
]
MESSAGE = "a loop would have gone on after the rounds that --rounds says"


def write(model, folder, chosen):
    """The model, and its data for each input `t` of `chosen`."""
    cases = []
    for number in chosen:
        generator = np.random.default_rng(7)
        inputs = {}
        for value in model.graph.input:
            shape = [d.dim_value for d in value.type.tensor_type.shape.dim]
            kind = onnx.helper.tensor_dtype_to_np_dtype(
                value.type.tensor_type.elem_type)
            inputs[value.name] = (
                np.full(shape, number, kind) if value.name == "t"
                else generator.uniform(-0.5, 0.5, shape).astype(kind))
        cases.append(inputs)
    write_cases(model, folder, cases)


def check(dlc, name, text, options, chosen):
    with tempfile.TemporaryDirectory() as folder:
        write(onnx.parser.parse_model(text), folder, chosen)
        for target in TARGETS:
            done = run(dlc, folder, target, options)
            # What is printed says of each input, by its number, what is wrong.
            if done.returncode:
                yield (f"{name} for each of {chosen} on {target}: "
                       f"{done.stdout}{done.stderr}")


def check_exceeded(dlc):
    """What ends by its bound alone is an error of the run."""
    for name, text, options, chosen in EXCEEDED:
        with tempfile.TemporaryDirectory() as folder:
            write(onnx.parser.parse_model(text), folder, [chosen])
            for target in ("x86-64", "cortex-m4"):
                done = run(dlc, folder, target, options)
                if done.returncode == 0 or MESSAGE not in done.stderr:
                    yield (f"{name}, exceeded, on {target}: status "
                           f"{done.returncode}: {done.stdout}{done.stderr}")


HEAVY = """
<ir_version: 8, opset_import: ["" : 17]>
heavy (float[8,64] x, float[1] t) => (float[8,64] y) <float zero = {0.0}> {
  c = Greater (t, zero)
  y = If <then_branch = yes () => (float[8,64] a) { s = Transpose (x)  m = MatMul (x, s)  n = MatMul (m, x)  a = Tanh (n) },
          else_branch = no () => (float[8,64] b) { b = Neg (x) }> (c)
}
"""


def instructions(dlc, chosen, text=HEAVY, options=()):
    """Executed on a Cortex-M4."""
    with tempfile.TemporaryDirectory() as folder:
        write(onnx.parser.parse_model(text), folder, [chosen])
        done = subprocess.run(
            [dlc, "run", folder, "--target=cortex-m4", *options], check=True,
            capture_output=True, text=True)
        return int(re.search(r"([\d,]+) (?:executed )?instructions",
                             done.stdout + done.stderr).group(1).replace(",", ""))


def check_options(dlc):
    """What --rounds refuses."""
    model = onnx.parser.parse_model(COUNTED)
    for options, message in [
            ([], "say how many there are at most, up to 1000000: "
                 "--rounds rounds=N"),
            (["--rounds=other=3", "--rounds=rounds=3"],
             "--rounds other=3: no Loop of this name has a number of rounds "
             "that the network computes; there are: rounds"),
            (["--rounds=rounds=0"],
             "is no number of rounds of a Loop; write --rounds loop_3=100"),
            (["--rounds=rounds=1", "--rounds=rounds=2"],
             "node 'rounds' is given twice")]:
        with tempfile.TemporaryDirectory() as folder:
            onnx.save(model, f"{folder}/model.onnx")
            done = subprocess.run(
                [dlc, f"{folder}/model.onnx", "--target=cortex-m4", "-o",
                 f"{folder}/net.o", *options], capture_output=True, text=True,
                check=False)
            if done.returncode == 0 or message not in done.stderr:
                yield f"{options}: status {done.returncode}, {done.stderr}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--dlc", required=True, type=os.path.abspath)
    args = parser.parse_args()
    problems = [*check_options(args.dlc), *check_exceeded(args.dlc)]
    for name, text, options, chosen in CASES:
        problems += check(args.dlc, name, text, options, chosen)
    heavy, light = instructions(args.dlc, 1.0), instructions(args.dlc, -1.0)
    if heavy < 5 * light:
        problems.append(f"{light} instructions without the products, {heavy} "
                        "with them")
    # Rounds that there might have been cost nothing.
    short, long = (instructions(args.dlc, 2, BOTH, [f"--rounds=rounds={most}"])
                   for most in (8, 5000))
    if abs(long - short) > 20:
        problems.append(f"{short} instructions of at most 8 rounds, {long} of "
                        "at most 5000")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
