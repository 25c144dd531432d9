#!/usr/bin/env python3
"""Builds one example with dlc from the build tree or installed, and runs it under QEMU.

    check_example.py keyword-firmware --where installed --build build --work build/w --cmake cmake
"""

import argparse
import shutil
import sys
from pathlib import Path

import numpy as np

from example import MODELS, SKIPPED, Failure, build_example, missing, run

sys.path.insert(0, str(MODELS))
from compiled_network import load_test_set  # noqa: E402

CLASSES = "airplane automobile bird cat deer dog frog horse ship truck".split()


def check_firmware(arguments, root):
    folder = build_example("keyword-firmware", "cortex-m4.cmake", "kws_fp32",
                           arguments.cmake, root, arguments.work)
    # The line that the example's own test looks for is onnxruntime's result.
    _, [scores] = load_test_set(MODELS / "kws_fp32")
    best = int(scores.argmax())
    expected = f"class {best}, score {np.floor(scores[0][best] * 1e4) / 1e4:.4f}"
    text = run(Path(arguments.cmake).with_name("ctest"), "--test-dir", folder, "--verbose")
    if expected not in text:
        raise Failure(f"no '{expected}' in\n{text}")
    print(expected)


def check_raspberry(arguments, root):
    folder = build_example("raspberry-pi-zero", "armv6-softfp.cmake", "resnet8_fp32",
                           arguments.cmake, root, arguments.work)
    run(Path(arguments.cmake).with_name("ctest"), "--test-dir", folder)
    for index in range(3):
        [image], [scores] = load_test_set(MODELS / "resnet8_fp32", index)
        (folder / "image.bin").write_bytes(image.tobytes())
        name, score = run("qemu-arm", "-cpu", "arm1176", "-L", "/usr/arm-linux-gnueabi",
                          folder / "classify", folder / "image.bin").split()
        best = int(scores.argmax())
        print(f"{name} {score}, onnxruntime: {CLASSES[best]} {scores[0][best]:.4f}")
        if name != CLASSES[best] or abs(float(score) - scores[0][best]) > 2e-4:
            raise Failure("another result than onnxruntime's")


EXAMPLES = {
    "keyword-firmware": (check_firmware, ["arm-none-eabi-gcc", "qemu-system-arm"]),
    "raspberry-pi-zero": (check_raspberry, ["arm-linux-gnueabi-gcc", "qemu-arm"]),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("example", choices=EXAMPLES)
    parser.add_argument("--where", choices=["build-tree", "installed"], required=True)
    parser.add_argument("--cmake", required=True)
    parser.add_argument("--build", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    arguments = parser.parse_args()
    check, programs = EXAMPLES[arguments.example]
    if names := missing(*programs):
        print(f"skipped: not installed: {', '.join(names)}")
        return SKIPPED
    root = arguments.build
    try:
        if arguments.where == "installed":
            root = arguments.work / "prefix"
            shutil.rmtree(root, ignore_errors=True)
            run(arguments.cmake, "--install", arguments.build, "--prefix", root)
        check(arguments, root)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
