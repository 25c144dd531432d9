#!/usr/bin/env python3
"""A network behind a camera answers as it does to the image made ready.

    check_network.py cortex-m4 --dlc build/bin/dlc --work build/pixels

MLPerf Tiny's visual wake words in int8 on a frame of RGB565, and in a small arena: on a
Cortex-M4 in one that is smaller than the image.
"""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "harness"))

import case_runs  # noqa: E402
import definition  # noqa: E402
import programs  # noqa: E402

MODEL = HERE.parents[1] / "models" / "vww_int8" / "model.onnx"
YAML = """\
tensor: {format: RGB565_LE, size: [120, 160]}
preprocess:
  - convert_color: RGB
  - resize: {size: [96, 96], method: opencv_linear}
  - scale: 255
"""


def quantisation(arguments, folder):
    """Scale and zero point of the model's input, from its header."""
    subprocess.run([arguments.dlc, MODEL, f"--target={arguments.target}", "--name=net", "-o",
                    folder / "plain.o"], check=True, stderr=subprocess.DEVNULL)
    header = (folder / "plain.h").read_text()
    scale, zero = (re.search(rf"NET_INPUT_0_{name} (\S+)", header)[1]
                   for name in ("SCALE", "ZERO_POINT"))
    return np.float32(scale.rstrip("f")), int(zero)


def main():
    arguments = case_runs.target_parser(__doc__).parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    folder = arguments.work / f"network-{arguments.target}"
    folder.mkdir(parents=True, exist_ok=True)
    frame = definition.random_frame(0, "RGB565_LE", 120, 160)
    image = definition.convert("RGB565_LE", frame, 120, 160, "RGB")
    numbers = definition.opencv_linear(image, 96, 96).astype(np.float32) / np.float32(255)
    scale, zero = quantisation(arguments, folder)
    ready = np.clip(np.rint(numbers / scale) + zero, -128, 127).astype(np.int8)[None]
    (folder / "camera.yaml").write_text(YAML)
    (folder / "model.onnx").write_bytes(MODEL.read_bytes())
    answer = [np.zeros((1, 2), np.int8)]
    [expected] = programs.run(arguments, folder, [[ready]], [answer])
    wrong = 0
    small = "--ram=13K" if arguments.target == "cortex-m4" else "--ram=100K"
    for more in ([], [small]):
        [found] = programs.run(arguments, folder, [[frame]], [answer],
                               options=[f"--pipeline={folder / 'camera.yaml'}", *more])
        if not np.array_equal(found[0], expected[0]):
            print(f"{more}: {found[0]} in place of {expected[0]}")
            wrong += 1
    print(f"{wrong} answers are wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
