#!/usr/bin/env python3
"""Compiles resnet8 for a Cortex-M3 and for this machine and runs it on an image.

The board is QEMU's, which counts instructions but models no time.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
TEST = HERE.parents[1]
sys.path[:0] = [str(TEST / "harness"), str(TEST / "models")]

from board import run  # noqa: E402
from compiled_network import load_test_set  # noqa: E402

CLASSES = ("airplane automobile bird cat deer dog frog horse ship truck").split()
SHADES = " .:-=+*#%@"


def show(image):
    """The image in characters, half as many rows as columns."""
    grey = image[0].mean(axis=2)
    grey = (grey - grey.min()) / max(1e-6, float(np.ptp(grey)))
    for row in grey[::2]:
        print("    " + "".join(SHADES[int(v * (len(SHADES) - 1))] * 2 for v in row))


def verdict(scores):
    best = int(np.argmax(scores))
    return f"class {CLASSES[best]} ({100 * float(scores[best]):.1f}%)"


def on_board(dlc, network, folder):
    print(f"\n$ dlc run {network.relative_to(TEST.parent)} --target=cortex-m3")
    text = run([dlc, "run", network / "model.onnx", "--target=cortex-m3",
                f"--inputs={network / 'test_data_set_0'}", f"--save={folder}"])
    scores = np.frombuffer((folder / "outputs.bin").read_bytes(), np.float32)
    print(f"  Cortex-M3 under QEMU: {verdict(scores)}")
    print(f"    {text.splitlines()[-1]}")
    return scores


def on_this_machine(dlc, model, image, folder):
    print(f"\n$ dlc {model.relative_to(TEST.parent)} --target=host -o net.o")
    folder.mkdir(parents=True, exist_ok=True)
    run([dlc, model, "--target=host", "-o", folder / "net.o"])
    run(["cc", "-O2", "-std=c11", f"-I{folder}", HERE / "main.c", folder / "net.o",
         "-o", folder / "demo"])
    done = subprocess.run([folder / "demo"], input=image.tobytes(),
                          stdout=subprocess.PIPE, check=True)
    values, seconds, arena = done.stdout.decode().splitlines()
    scores = np.array([float(v) for v in values.split()], np.float32)
    print(f"  this machine: {verdict(scores)}")
    print(f"    {1e6 * float(seconds):.0f} us, RAM {arena} bytes")
    return scores


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", default="build/bin/dlc")
    parser.add_argument("--work", default="build/demo", type=Path)
    arguments = parser.parse_args()
    network = TEST / "models" / "resnet8_fp32"
    inputs, references = load_test_set(network)
    show(inputs[0])
    model = network / "model.onnx"
    both = [on_board(arguments.dlc, network, arguments.work / "cortex-m3"),
            on_this_machine(arguments.dlc, model, inputs[0], arguments.work / "host")]
    worst = max(float(np.abs(scores - references[0][0]).max()) for scores in both)
    print(f"\nonnxruntime says: {verdict(references[0][0])}; "
          f"largest difference {worst:.1e}")
    return 0 if worst <= 1e-4 else 1


if __name__ == "__main__":
    sys.exit(main())
