#!/usr/bin/env python3
"""A Bayer frame's colours as the network's input, in vectors: the inside, the border, windows.

    check_mosaic.py armv8-neon --dlc build/bin/dlc --work build/pixels
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "harness"))

import case_runs  # noqa: E402
import definition  # noqa: E402
import programs  # noqa: E402

# Format, height and width, the window's top, left, height and width, and whether its numbers are divided.
CASES = [("RGGB", (48, 64), None, False), ("BGGR", (9, 35), None, False), ("GRBG", (33, 34), None, True),
         ("GBRG", (40, 128), None, False), ("GRBG", (19, 66), (1, 1, 17, 60), False),
         ("GBRG", (20, 80), (3, 5, 12, 50), True), ("RGGB", (7, 41), (0, 2, 7, 39), False),
         ("GBRG", (4, 34), (1, 0, 3, 34), False), ("RGGB", (20, 70), (1, 1, 8, 64), False)]


def check(arguments, folder, number, case):
    order, (height, width), window, divided = case
    frame = definition.random_frame(number, f"BAYER_{order}", height, width)
    image = definition.convert(f"BAYER_{order}", frame, height, width, "RGB")
    lines = [f"tensor: {{format: BAYER_{order}, size: [{height}, {width}]}}", "preprocess:",
             "  - convert_color: RGB"]
    if window:
        top, left, high, wide = window
        image = image[top:top + high, left:left + wide]
        lines.append(f"  - crop: {{origin: [{top}, {left}], size: [{high}, {wide}]}}")
    if divided:
        image = image.astype(np.float32) / np.float32(255)
        lines.append("  - scale: 255")
    kind = TensorProto.FLOAT if divided else TensorProto.UINT8
    value = [helper.make_tensor_value_info(name, kind, [1, *image.shape]) for name in ("images", "out")]
    graph = helper.make_graph([helper.make_node("Identity", ["images"], ["out"])], "mosaic", value[:1], value[1:])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10),
              folder / "model.onnx")
    (folder / "camera.yaml").write_text("\n".join(lines) + "\n")
    [[found]] = programs.run(arguments, folder, [[frame]], [[np.zeros((1, *image.shape), image.dtype)]],
                             options=[f"--pipeline={folder / 'camera.yaml'}"])
    wrong = np.count_nonzero(found[0] != image)
    print(f"{case}: {wrong} numbers differ")
    return wrong


def main():
    arguments = case_runs.target_parser(__doc__).parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    folder = arguments.work / f"mosaic-{arguments.target}"
    folder.mkdir(parents=True, exist_ok=True)
    return int(sum(check(arguments, folder, *case) for case in enumerate(CASES)) > 0)


if __name__ == "__main__":
    sys.exit(main())
