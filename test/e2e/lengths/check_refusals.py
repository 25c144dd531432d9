"""What ranges of --shape refuse, in words that say what to do.

    check_refusals.py --dlc build/bin/dlc
"""

import argparse
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnx.parser
from onnx import numpy_helper

# a graph, its tensors, the options, what is said
MODELS = {
    "plain": ("plain (float[seq,4] x) => (float[seq,4] y) { y = Relu (x) }", {}),
    "scatter": ("""scatter (float[seq,4] x, int64[2,1] at, float[2,4] to) => (float[seq,4] y) {
        y = ScatterND (x, at, to) }""", {}),
    "lrn": ("lrn (float[1,seq,4,4] x) => (float[1,seq,4,4] y) { y = LRN <size = 3> (x) }", {}),
    "filter": ("""filter (float[1,2,9] x, float[seq,2,3] w) => (float[1,seq,7] y) {
        y = Conv (x, w) }""", {}),
    "begins": ("""begins (float[1,1,seq] x) => (float[1,1,n] y) {
        y = MaxPool <kernel_shape = [4], strides = [2], auto_pad = "SAME_LOWER"> (x) }""", {}),
    "short": ("short (float[1,1,seq] x) => (float[1,1,n] y) { y = MaxPool <kernel_shape = [3]> (x) }",
              {}),
    "other": ("""other (float[seq,4] x) => (float[seq,4] y) {
        sizes = Shape (x)
        first = Gather (sizes, zero)
        long = Greater (first, five)
        y = If (long) <then_branch = a () => (float[seq,4] p) { p = Relu (x) },
                       else_branch = b () => (float[seq,4] q) { q = Tanh (x) }> }""",
              {"zero": np.int64(0), "five": np.int64(5)}),
    "shrinks": ("""shrinks (float[seq,4] x, float[9,4] z) => (float[seq,4] y, float[rest,4] r) {
        y = Relu (x)
        sizes = Shape (x)
        from = Slice (sizes, none, one)
        r = Slice (z, from, end, none) }""",
                {"none": np.array([0]), "one": np.array([1]), "end": np.array([9])}),
    "reflect": ("""reflect (float[1,seq] x) => (float[1,n] y) {
        y = Pad <mode = "reflect"> (x, pads) }""", {"pads": np.array([0, 2, 0, 2])}),
}

ADVICE = "; compile for one length: --shape seq=8"
REFUSED = [
    ("plain", ["--shape=seq=1.."], "--shape=seq=1.. is no size of a dimension"),
    ("plain", ["--shape=seq=0..8"], "--shape=seq=0..8 is no size of a dimension"),
    ("plain", ["--shape=seq=8..8"], "--shape=seq=8..8 is no size of a dimension"),
    ("plain", ["--shape=seq=9..8"], "--shape=seq=9..8 is no size of a dimension"),
    ("plain", ["--shape=seq=1..8", "--shape=seq=2"], "--shape: dimension 'seq' is given twice"),
    ("plain", ["--shape=seq=1..8000"], "--shape: there are more than 4096 combinations of sizes"),
    ("plain", ["--shape=sec=1..8"],
     "--shape sec=8: no input has a dynamic dimension of this name; there are: seq"),
    ("plain", ["--shape=seq=1..8", "--target=jetson-tx2"],
     "target 'jetson-tx2' computes on its GPU; write one size, --shape seq=8"),
    ("plain", ["--shape=seq=1..8", "--state=x=y"], "--shape=seq=1..8: --state is for a network with "
     "the same sizes in each run; write one size, --shape seq=8"),
    ("plain", ["--shape=seq=1..8", "--stream=axis=seq,hop=1"], "--shape=seq=1..8: --stream is for"),
    ("scatter", ["--shape=seq=2..8"], "(ScatterND): seq is known when the network runs, and this "
     "operator cannot be computed for a part of a tensor ([seq, 4] to [seq, 4])" + ADVICE),
    ("lrn", ["--shape=seq=2..8"], "(LRN): seq is known when the network runs"),
    ("filter", ["--shape=seq=2..8"], "(Conv): seq is known when the network runs, and its channels "
     "or its filter depend on it ([1, 2, 9] to [1, seq, 7])"),
    ("begins", ["--shape=seq=4..8"], "(MaxPool): seq is known when the network runs, and its "
     "windows begin at other places for other lengths"),
    ("short", ["--shape=seq=1..8"], "(for seq=1)"),
    ("other", ["--shape=seq=1..8"], "it is computed in another way for seq=1 than for seq=8"),
    ("shrinks", ["--shape=seq=1..8"], "(Slice): a tensor of it is larger for seq=1 than for seq=8, "
     "which memory is planned for" + ADVICE),
    ("reflect", ["--shape=seq=3..8"], "(Pad): seq is known when the network runs, and it pads with "
     "elements of the dimension whose end is not known ([1, seq] to [1, seq+4])" + ADVICE),
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dlc", required=True)
    arguments = parser.parse_args()
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for name, (text, tensors) in MODELS.items():
            model = onnx.parser.parse_model('<ir_version: 8, opset_import: ["" : 18]>' + text)
            for tensor, value in tensors.items():
                model.graph.initializer.append(numpy_helper.from_array(value, tensor))
            onnx.save(model, f"{folder}/{name}.onnx")
        for name, options, message in REFUSED:
            if not any(option.startswith("--target") for option in options):
                options = [*options, "--target=cortex-m4"]
            done = subprocess.run(
                [arguments.dlc, f"{folder}/{name}.onnx", "-o", f"{folder}/net.o", *options],
                capture_output=True, text=True, check=False)
            if done.returncode != 1 or message not in done.stderr or done.stderr.count("error:") != 1:
                print(f"{name} {' '.join(options)}: exit code {done.returncode}\n{done.stderr}"
                      f"expected: {message}")
                good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
