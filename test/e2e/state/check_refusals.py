"""What --state refuses, in words that say what to do; budgets with state.

    check_refusals.py --dlc build/bin/dlc
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import onnx
import onnx.parser

GRAPH = """
<ir_version: 8, opset_import: ["" : 17]>
net (float[1,8] x, float[1,8] h, float[1,8] g, float[1,4] small, int32[1,8] whole, float[1,8] a=b)
    => (float[1,8] y, float[1,8] n, float[1,8] m, float[1,8] x, float[1,8] c=d) {
  y = Add (x, h)
  n = Mul (y, g)
  m = Neg (n)
  s = ReduceSum (small)
  i = Cast <to = 1> (whole)
  t = Add (i, s)
  u = Add (t, y)
  c=d = Sub (u, a=b)
}
"""

# the options, what is said
REFUSED = [
    (["--state=h"], "--state=h binds nothing; write --state h=h_next"),
    (["--state=h="], "binds nothing"),
    (["--state=k=n"], "--state k=n: the network has no input 'k'; it has x, h, g, small, whole, a=b"),
    (["--state=h=k"], "--state h=k: the network has no output 'k'; it has y, n, m, x, c=d"),
    (["--state=small=n"], "--state small=n: the input is f32 of shape [1, 4] and the output "
                          "f32 of shape [1, 8]; state keeps its type and its shape"),
    (["--state=whole=n"], "--state whole=n: the input is i32 of shape [1, 8] and the output f32"),
    (["--state=h=n", "--state=h=m"], "--state h=m: input 'h' is bound already, by --state h=n"),
    (["--state=h=n", "--state=g=n"], "--state g=n: output 'n' is bound already, by --state h=n"),
    (["--state=x=x"], "--state x=x: the output is the input itself: nothing changes this state"),
    (["--state=h=n", "--target=jetson-tx2"], "--state is for networks on processors, and target "
                                             "'jetson-tx2' computes on its GPU"),
    (["--state=h=n:"], "--state h=n:: there is no value behind the ':'"),
    (["--state=h=n:1,2"], "'1,2' has 2 numbers, but the state has 8; one number is for all of them"),
    (["--state=h=n:first"], "'first' is no number of the state's type, 'f32', and there is no file "
                            "of this name"),
    (["--state=h=n", "--ram=16"], "the network's state alone takes 32 bytes of RAM, more than the "
                                  "budget of 16"),
]


def compile_model(dlc, folder, options):
    if not any(option.startswith("--target") for option in options):
        options = [*options, "--target=cortex-m4"]
    done = subprocess.run([dlc, f"{folder}/net.onnx", "-o", f"{folder}/net.o", *options],
                          capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dlc", required=True)
    arguments = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        text = GRAPH.replace("a=b", "a_b").replace("c=d", "c_d")
        model = onnx.parser.parse_model(text)
        for value in [*model.graph.input, *model.graph.output]:
            value.name = value.name.replace("a_b", "a=b").replace("c_d", "c=d")
        for node in model.graph.node:
            for names in (node.input, node.output):
                names[:] = [n.replace("a_b", "a=b").replace("c_d", "c=d") for n in names]
        onnx.save(model, f"{folder}/net.onnx")
        for options, message in REFUSED:
            status, said = compile_model(arguments.dlc, folder, options)
            if status != 1 or message not in said or Path(folder, "net.o").exists():
                wrong += 1
                print(f"{options}: {status}: {said}")
        # A name with a '=' in it, and a budget that arena and state fit.
        status, said = compile_model(arguments.dlc, folder, ["--state=a=b=c=d", "--ram=1K"])
        header = Path(folder, "net.h").read_text() if status == 0 else said
        if '#define NET_STATE_0_NAME "a=b"' not in header:
            wrong += 1
            print(f"a=b=c=d: {header}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
