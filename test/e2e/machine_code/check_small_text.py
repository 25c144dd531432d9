"""Networks of three operators stay under 2 KB of text at -Os on a Cortex-M3.

    check_small_text.py --dlc build/bin/dlc --llvm-tools /usr/lib/llvm-22/bin
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

MOST = 2048
NETWORKS = {
    "convolution": ("(float[1,3,16,16] x) => (float[1,8,8,8] y)", {"w": (8, 3, 3, 3)}, """
        a = Conv <pads = [1,1,1,1]> (x, w)
        b = Relu (a)
        y = MaxPool <kernel_shape = [2,2], strides = [2,2]> (b)"""),
    "products": ("(float[1,16] x) => (float[1,4] y)", {"w": (16, 8), "v": (8, 4)}, """
        a = MatMul (x, w)
        b = Relu (a)
        y = MatMul (b, v)"""),
    "elements": ("(float[1,16] x) => (float[1,16] y)", {}, """
        a = Add (x, x)
        b = Relu (a)
        y = Mul (b, x)"""),
}


def text_of(arguments, name):
    signature, weights, nodes = NETWORKS[name]
    model = onnx.parser.parse_model(
        f'<ir_version: 8, opset_import: ["" : 17]>\nthree {signature} {{{nodes}\n}}')
    generator = np.random.default_rng(3)
    for weight, shape in weights.items():
        model.graph.initializer.append(numpy_helper.from_array(
            generator.normal(size=shape).astype(np.float32), weight))
    with tempfile.TemporaryDirectory() as folder:
        onnx.save(model, f"{folder}/net.onnx")
        subprocess.run([arguments.dlc, f"{folder}/net.onnx", "--target=cortex-m3", "-Os", "-o",
                        f"{folder}/net.o"], check=True)
        sizes = subprocess.run([arguments.llvm_tools / "llvm-size", "-A", f"{folder}/net.o"],
                               check=True, capture_output=True, text=True).stdout
    return sum(int(size) for size in re.findall(r"^\.text\S*\s+(\d+)", sizes, re.MULTILINE))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--llvm-tools", required=True, type=Path)
    arguments = parser.parse_args()
    good = True
    for name in NETWORKS:
        text = text_of(arguments, name)
        if not 0 < text < MOST:
            print(f"{name}: {text} bytes of text")
            good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
