#!/usr/bin/env python3
"""Pipelines from a camera's bytes to a network's input, on a device's core.

    check_pixels.py cortex-m4 --dlc build/bin/dlc --work build/pixels

Cases (cases.py) are inputs of one network, whose outputs are what it sees. Each byte has
to be what the definition in numpy gives, whose own results have the digests of what OpenCV
and Pillow gave (references.json, written by record_references.py).
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "harness"))

import case_runs  # noqa: E402
import programs  # noqa: E402
from cases import STEP, ZERO, all_cases  # noqa: E402

TYPES = {"uint8": TensorProto.UINT8, "int8": TensorProto.FLOAT, "float32": TensorProto.FLOAT}


def digest(image):
    return hashlib.sha256(image.tobytes()).hexdigest()[:16]


def network(cases, expected):
    inputs, outputs, nodes = [], [], []
    for (i, case), value in zip(cases.items(), expected):
        inputs.append(helper.make_tensor_value_info(f"x{i}", TYPES[case.kind], value.shape))
        quantised = case.kind == "int8"
        outputs.append(helper.make_tensor_value_info(
            f"y{i}", TensorProto.INT8 if quantised else TYPES[case.kind], value.shape))
        nodes.append(helper.make_node("QuantizeLinear", [f"x{i}", "step", "zero"], [f"y{i}"],
                                      name=f"quantize_{i}") if quantised else
                     helper.make_node("Identity", [f"x{i}"], [f"y{i}"], name=f"same_{i}"))
    constants = [helper.make_tensor("step", TensorProto.FLOAT, [], [float(STEP)]),
                 helper.make_tensor("zero", TensorProto.INT8, [], [ZERO])]
    graph = helper.make_graph(nodes, "pixels", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    onnx.checker.check_model(model)
    return model


def main():
    parser = case_runs.target_parser(__doc__)
    parser.add_argument("--all", action="store_true", help="each case, not every fourth")
    arguments = parser.parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    folder = arguments.work / arguments.target
    folder.mkdir(parents=True, exist_ok=True)
    # Every core has cases of its own, so that all are run somewhere.
    first, step = (0, 1) if arguments.all else (sum(map(ord, arguments.target)) % 4, 4)
    cases = dict([*enumerate(all_cases())][first::step])
    images = {i: case.image(i) for i, case in cases.items()}
    references = json.loads((HERE / "references.json").read_text())
    wrong = 0
    for i, image in images.items():
        if str(i) in references and references[str(i)] != digest(image):
            print(f"case {i}: the definition is not what the library gave")
            wrong += 1
    expected = [case.expected(images[i]) for i, case in cases.items()]
    onnx.save(network(cases, expected), folder / "model.onnx")
    (folder / "camera.yaml").write_text("".join(case.yaml(f"x{i}") for i, case in cases.items()))
    frames = [case.frame(i) for i, case in cases.items()]
    [results] = programs.run(arguments, folder, [frames], [expected],
                             options=[f"--pipeline={folder / 'camera.yaml'}"])
    for (i, case), result, value in zip(cases.items(), results, expected):
        differs = result.view(np.uint8) != value.view(np.uint8)
        if differs.any():
            print(f"case {i}: {case}: {differs.sum()} of {differs.size} bytes differ")
            wrong += 1
    print(f"{len(cases)} pipelines, {wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
