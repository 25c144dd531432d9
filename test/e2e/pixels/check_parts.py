#!/usr/bin/env python3
"""An image that is never there as a whole, for networks in a small arena.

    check_parts.py cortex-m4 --dlc build/bin/dlc --work build/pixels

Behind each image is a pooling, run patch by patch in less RAM than the smallest image has
bytes. What it makes has to be what it makes of the definition's image, byte for byte.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "harness"))

import case_runs  # noqa: E402
import programs  # noqa: E402
from cases import STEP, ZERO, Case  # noqa: E402

RAM = 4200
CASES = (
    # A short period of rows and columns, or none; planes; chroma of two columns and rows.
    Case("NV12", 240, 320, "RGB", size=(48, 48), method="opencv_linear", kind="int8"),
    Case("I420", 90, 110, "BGR", crop=(3, 7, 81, 91), size=(45, 53), method="opencv_linear",
         kind="int8"),
    Case("YUYV", 96, 120, "RGB", size=(40, 48), method="tflite_bilinear", kind="int8"),
    Case("RGB565_LE", 96, 128, "RGB", size=(36, 48), method="opencv_nearest", kind="int8",
         padding=4),
    Case("RGB", 100, 100, "BGR", size=(50, 50), method="opencv_area", kind="uint8"),
    # Filters in two passes keep lines from row to row of a part.
    Case("RGB", 120, 110, "RGB", size=(48, 53), method="pillow_bilinear", kind="int8"),
    Case("UYVY", 72, 84, "RGB", size=(45, 37), method="pillow_bicubic", kind="uint8"),
    # Larger than the frame; no resizing; colours from all around; borders; halfway to the even.
    Case("BGRX", 24, 30, "RGB", size=(50, 44), method="opencv_linear", kind="int8"),
    Case("GRAY", 72, 81, "GRAY", kind="int8"),
    Case("BAYER_GRBG", 44, 48, "RGB", crop=(1, 1, 42, 46), kind="int8"),
    Case("BAYER_RGGB", 90, 88, "RGB", size=(40, 42), method="opencv_linear", kind="uint8"),
    Case("NV21", 60, 48, "RGB", size=(48, 48), method="letterbox opencv_linear", kind="int8"),
    Case("RGB", 64, 96, "RGB", size=(41, 43), method="onnx_linear", kind="float32"),
)


def pooled(image):
    """The greatest of 3 x 3 positions of [channels, rows, columns], fewer at the border."""
    low = -np.inf if image.dtype == np.float32 else np.iinfo(image.dtype).min
    wide = np.pad(image, ((0, 0), (1, 1), (1, 1)), constant_values=low)
    rows, columns = image.shape[1:]
    return np.max([wide[:, y:y + rows, x:x + columns] for y in range(3) for x in range(3)], 0)


def pooling(case, value):
    """The nodes behind an image, its input and output, and what the output has to be."""
    types = {"uint8": TensorProto.UINT8, "int8": TensorProto.FLOAT, "float32": TensorProto.FLOAT}
    nodes, image = [], "x"

    def add(kind, inputs, **attributes):
        nodes.append(helper.make_node(kind, inputs, [f"{kind}_{len(nodes)}"],
                                      name=f"{kind}_{len(nodes)}", **attributes))
        return nodes[-1].output[0]

    if case.kind == "uint8":
        image, first = add("Transpose", [image], perm=[0, 3, 1, 2]), value[0].transpose(2, 0, 1)
    else:
        first = value[0]
    if case.kind == "int8":
        image = add("QuantizeLinear", [image, "step", "zero"])
    image = add("MaxPool", [image], kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    # As the image lies in memory: nothing is left to do behind the patches.
    add("Transpose", [image], perm=[0, 2, 3, 1])
    expected = np.ascontiguousarray(pooled(first).transpose(1, 2, 0)[None])
    made = helper.make_tensor_value_info(nodes[-1].output[0],
                                         helper.np_dtype_to_tensor_dtype(expected.dtype),
                                         expected.shape)
    return nodes, helper.make_tensor_value_info("x", types[case.kind], value.shape), made, \
        expected


def is_wrong(arguments, i, case):
    """Whether the pooling of a case's image, in parts, differs from what it has to be."""
    folder = arguments.work / f"parts-{arguments.target}" / str(i)
    folder.mkdir(parents=True, exist_ok=True)
    value = case.expected(case.image(i))
    if value.nbytes <= RAM:
        raise SystemExit(f"{case}: an image of {value.nbytes} bytes is there as a whole")
    nodes, read, made, expected = pooling(case, value)
    constants = [helper.make_tensor("step", TensorProto.FLOAT, [], [float(STEP)]),
                 helper.make_tensor("zero", TensorProto.INT8, [], [ZERO])]
    model = helper.make_model(helper.make_graph(nodes, "parts", [read], [made], constants),
                              opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    onnx.checker.check_model(model)
    onnx.save(model, folder / "model.onnx")
    (folder / "camera.yaml").write_text(case.yaml("x"))
    [[found]] = programs.run(arguments, folder, [[case.frame(i)]], [[expected]],
                             options=[f"--pipeline={folder / 'camera.yaml'}", f"--ram={RAM}"])
    differs = found.view(np.uint8) != expected.view(np.uint8)
    if differs.any():
        print(f"{case}: {differs.sum()} of {differs.size} bytes differ")
    return differs.any()


def main():
    parser = case_runs.target_parser(__doc__)
    parser.add_argument("--all", action="store_true", help="each case, not every third")
    arguments = parser.parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    first, step = (0, 1) if arguments.all else (sum(map(ord, arguments.target)) % 3, 3)
    cases = [*enumerate(CASES)][first::step]
    wrong = sum(is_wrong(arguments, i, case) for i, case in cases)
    print(f"{len(cases)} images in parts, {wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
