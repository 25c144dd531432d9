#!/usr/bin/env python3
"""Pipelines from a camera's bytes to a network's input, on a device's core.

    check_pixels.py cortex-m4 --dlc build/bin/dlc --work build/pixels

Cases (cases.py) are inputs of one network, whose outputs are what it sees. Each byte has
to be what the definition in numpy gives, whose own results have the digests of what OpenCV
and Pillow gave (references.json, written by record_references.py). --product runs all
formats with all methods at five geometries, 560 pipelines; without it a few of them are.
"""

import hashlib
import json
import random
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "harness"))

import case_runs  # noqa: E402
import programs  # noqa: E402
from cases import STEP, ZERO, all_cases, product_groups  # noqa: E402

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


def digest_of_group(images):
    return digest(np.concatenate([image.ravel() for image in images]))


def check(arguments, folder, cases):
    """The cases as inputs of one network; how many are wrong."""
    expected = [case.expected(case.image(i)) for i, case in cases.items()]
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(network(cases, expected), folder / "model.onnx")
    (folder / "camera.yaml").write_text("".join(case.yaml(f"x{i}") for i, case in cases.items()))
    frames = [case.frame(i) for i, case in cases.items()]
    [results] = programs.run(arguments, folder, [frames], [expected],
                             options=[f"--pipeline={folder / 'camera.yaml'}"])
    wrong = 0
    for (i, case), result, value in zip(cases.items(), results, expected):
        differs = result.view(np.uint8) != value.view(np.uint8)
        if differs.any():
            print(f"case {i}: {case}: {differs.sum()} of {differs.size} bytes differ")
            wrong += 1
    return wrong


def wrong_definition(references, name, group):
    """1 if the cases of a method and a geometry have not the digest of the library's images."""
    images = [case.image(i) for i, case in group.items()]
    wrong = name in references and references[name] != digest_of_group(images)
    if wrong:
        print(f"{name}: the definition is not what the library gave")
    return int(wrong)


def check_chosen(arguments, references):
    """Cases that are listed, and some of the product of formats, methods and geometries.

    Every core has cases of its own, so that all that are listed are run somewhere.
    """
    first, step = (0, 1) if arguments.all else (sum(map(ord, arguments.target)) % 4, 4)
    cases = dict([*enumerate(all_cases())][first::step])
    wrong = 0
    for i, case in cases.items():
        if str(i) in references and references[str(i)] != digest(case.image(i)):
            print(f"case {i}: the definition is not what the library gave")
            wrong += 1
    chance = random.Random(f"pixels {arguments.target}")
    groups = product_groups()
    for name in chance.sample([*groups], 2):
        wrong += wrong_definition(references, name, groups[name])
        cases.update({i: groups[name][i] for i in chance.sample([*groups[name]], 2)})
    return len(cases), wrong + check(arguments, arguments.work / arguments.target, cases)


def check_product(arguments, references):
    count = wrong = 0
    for name, group in product_groups().items():
        wrong += wrong_definition(references, name, group)
        wrong += check(arguments, arguments.work / arguments.target / name.replace(" ", "-"), group)
        count += len(group)
        print(f"{name}: {wrong} wrong so far", flush=True)
    return count, wrong


def main():
    parser = case_runs.target_parser(__doc__)
    parser.add_argument("--all", action="store_true", help="each case, not every fourth")
    parser.add_argument("--product", action="store_true",
                        help="each format with each method at five geometries in their place")
    arguments = parser.parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    references = json.loads((HERE / "references.json").read_text())
    run = check_product if arguments.product else check_chosen
    count, wrong = run(arguments, references)
    print(f"{count} pipelines, {wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
