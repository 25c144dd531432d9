"""What --stream refuses, by the name of the node.

    check_refusals.py --dlc build/bin/dlc
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import onnx
import onnx.parser


# the graph after (float[1,4,20] x), options, what is said
REFUSED = [
    ("=> (float[1,4,1] y) { [pool] y = GlobalAveragePool (x) }", "axis=x.2,hop=2",
     "node 'pool' (GlobalAveragePool): --stream: needs all frames of its operand"),
    ("=> (float[1,4,20] y) { [soft] y = Softmax <axis = 2> (x) }", "axis=x.2,hop=2",
     "node 'soft' (Softmax): --stream: needs all frames"),
    ("=> (float[1,20,20] y) { t = Transpose <perm = [0, 2, 1]> (x) [att] y = MatMul (t, x) }",
     "axis=x.2,hop=2", "node 'att' (MatMul): --stream: needs all frames"),
    ("=> (float[1,4,20] y) { [sum] y = CumSum (x, a) }", "axis=x.2,hop=2",
     "node 'sum' (CumSum): --stream: needs all frames"),
    ("=> (float[1,4,40] y) { [both] y = Concat <axis = 2> (x, x) }", "axis=x.2,hop=2",
     "node 'both' (Concat): --stream: needs all frames"),
    ("=> (float[1,4,10] y) { [c] y = Conv <strides = [2], pads = [1, 1]> (x, w) }",
     "axis=x.2,hop=3", "node 'c' (Conv): --stream: takes every 2 frames, which do not divide the "
                       "3 that a call has here: give a hop that is a multiple of 2"),
    ("=> (float[1,4,20] y) { [c] y = Conv <dilations = [12], pads = [12, 12]> (x, w) }",
     "axis=x.2,hop=1", "node 'c' (Conv): --stream: its operand has too few frames"),
    ("=> (float[1,4,20] y) { [mean] y = AveragePool <kernel_shape = [3], pads = [1, 1]> (x) }",
     "axis=x.2,hop=1", "node 'mean' (AveragePool): --stream: its means are of fewer frames at "
                       "the border"),
    ("=> (float[1,4,20] y) { [place] y = Add (x, p) }", "axis=x.2,hop=1",
     "node 'place' (Add): --stream: one of its constants, or of its operands that have no frames, "
     "differs from frame to frame"),
    ("=> (float[1,4,20] y) { y = Neg (x) }", "axis=T,hop=1",
     "--stream axis=T: no input has this dimension"),
    ("=> (float[1,4,20] y) { y = Neg (x) }", "axis=x.3,hop=1",
     "--stream axis=x.3: no input has this dimension"),
    ("=> (float[1,4,20] y) { y = Neg (x) }", "axis=x.2,hop=0", "is no dimension and number of frames"),
    ("=> (float[1,4,20] y) { y = Neg (x) }", "hop=1", "is no dimension and number of frames"),
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dlc", required=True)
    arguments = parser.parse_args()
    wrong = 0
    places = ",".join(str(n / 4) for n in range(20))
    weights = ",".join(["0.5"] * 48)
    constants = (f"<float[4,4,3] w = {{{weights}}}, float[1,1,20] p = {{{places}}}, "
                 "int64 a = {2}>")
    for graph, stream, message in REFUSED:
        results, body = graph.split("{", 1)
        model = onnx.parser.parse_model(
            f'<ir_version: 8, opset_import: ["" : 17]>\n'
            f"net (float[1,4,20] x) {results} {constants} {{{body}")
        with tempfile.TemporaryDirectory() as folder:
            onnx.save(model, f"{folder}/net.onnx")
            done = subprocess.run(
                [arguments.dlc, f"{folder}/net.onnx", "--target=cortex-m4", f"--stream={stream}",
                 "-o", f"{folder}/net.o"], capture_output=True, text=True, check=False)
            if done.returncode != 1 or message not in done.stderr or \
                    Path(folder, "net.o").exists():
                wrong += 1
                print(f"{graph} {stream}: {done.returncode}: {done.stderr}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
