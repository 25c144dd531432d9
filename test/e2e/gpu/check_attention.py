#!/usr/bin/env python3
"""Attention as one launch of a GPU, beside the definition in float64.

    check_attention.py --dlc build/bin/dlc --runtime libdlc_cuda.a --host x86-64

In float32 and by --fp16. The driver is found by LD_LIBRARY_PATH. The PTX has to
be one kernel, in which lanes exchange what they have where the case says that it
is an attention's, and ptxas must not spill.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "models"))

from compiled_network import CompiledNetwork, largest_difference  # noqa: E402

# Batch, heads, queries, keys, depth, values; what is added to the scores; whether
# operands come as [batch, positions, heads, depth], and go so; whether a launch
# takes it as an attention.
CASES = {
    "whole tiles": (1, 4, 64, 64, 32, 32, (), True, True),
    "a vision transformer's head": (1, 3, 197, 197, 64, 64, (), True, True),
    "a mask of padding, a causal one": (2, 3, 50, 50, 16, 16, ("padding", "causal"), True, True),
    "nothing lies side by side": (1, 2, 21, 35, 7, 5, ("causal",), True, True),
    "keys of the transposed kind": (2, 2, 33, 64, 24, 40, ("padding",), False, True),
    "values for 16 of a thread": (1, 2, 24, 30, 128, 120, (), True, True),
    "scores that masks take to -inf": (2, 2, 16, 80, 8, 8, ("infinite",), True, True),
    "large scores": (1, 2, 40, 70, 16, 16, ("large",), True, True),
    # Sums of shares are in the range of halves, sums of powers would not be.
    "large values": (1, 1, 16, 64, 8, 8, ("values",), True, True),
    # Other kernels write the operands, in halves by --fp16.
    "operands of the network": (2, 2, 19, 40, 32, 24, ("scaled",), True, True),
    "values for no block": (1, 2, 16, 20, 8, 140, (), False, False),
    "a single query": (1, 2, 1, 40, 16, 16, (), False, False),
}
# Of the largest result. That of halves is what docs/guides/half-precision.md says
# of small networks.
TOLERANCES = {"": 1e-5, "--fp16": 5.2e-3}
TARGETS = {"jetson-tx2": "62", "cuda-pascal": "60", "gtx-1080": "61"}
# On more than the first one: float32 has one form, halves have two.
SCALE = 0.75
MORE = {
    "": {"cuda-pascal": ("whole tiles", "a mask of padding, a causal one")},
    "--fp16": {"cuda-pascal": ("whole tiles",),
               "gtx-1080": ("whole tiles", "a mask of padding, a causal one",
                            "keys of the transposed kind", "values for 16 of a thread",
                            "operands of the network")},
}


def masks_of(kinds, shape, random):
    """What is added to scores, as (name, values) of which those named "causal"
    are constants."""
    batch, _, queries, keys = shape
    masks = []
    if "padding" in kinds:
        mask = np.zeros((batch, 1, 1, keys), np.float32)
        mask[:, :, :, keys - 5:] = -10000
        masks.append(("padding", mask))
    if "causal" in kinds:
        lowest = np.finfo(np.float32).min
        masks.append(("causal", np.triu(np.full((1, 1, queries, keys), lowest, np.float32), 1)))
    if "infinite" in kinds:
        # The first keys of all queries, more than a tile, and every third.
        mask = np.zeros((batch, 1, queries, keys), np.float32)
        mask[..., :40] = -np.inf
        mask[..., 40::3] = -np.inf
        masks.append(("infinite", mask))
    if "large" in kinds:
        # Whole numbers, which halves hold.
        masks.append(("large", np.round(300 * random.standard_normal(shape)).astype(np.float32)))
    return masks


def network(case, random):
    """A model, its inputs, and what comes out."""
    batch, heads, queries, keys, depth, values, kinds, moved, _ = case
    shapes = {"q": (batch, heads, queries, depth), "k": (batch, heads, keys, depth),
              "v": (batch, heads, keys, values)}
    data = {name: random.standard_normal(shape).astype(np.float32)
            for name, shape in shapes.items()}
    if "values" in kinds:
        data["v"] = 50000 + 1000 * data["v"]
        data["q"] /= 16
    masks = masks_of(kinds, (batch, heads, queries, keys), random)
    wide = {name: value.astype(np.float64) * (SCALE if "scaled" in kinds else 1)
            for name, value in data.items()}
    scores = wide["q"] @ wide["k"].transpose(0, 1, 3, 2) / np.sqrt(np.float32(depth))
    for _, mask in masks:
        scores = scores + mask
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    y = (powers / powers.sum(-1, keepdims=True)) @ wide["v"]

    nodes, given, operands = [], {}, {}
    for name, value in data.items():
        order = (0, 2, 3, 1) if name == "k" else (0, 2, 1, 3)
        operands[name] = name
        if "scaled" in kinds:
            nodes.append(helper.make_node("Mul", [name, "factor"], [name + "_s"]))
            operands[name] = name + "_s"
        if moved:
            given[name] = value.transpose(0, 2, 1, 3)
            nodes.append(helper.make_node("Transpose", [operands[name]], [name + "_t"],
                                          perm=order))
            operands[name] = name + "_t"
        else:
            given[name] = value.transpose(0, 1, 3, 2) if name == "k" else value
    constants = {"scale": np.float32(1 / np.sqrt(np.float32(depth)))}
    if "scaled" in kinds:
        constants["factor"] = np.float32(SCALE)
    nodes += [helper.make_node("MatMul", [operands["q"], operands["k"]], ["s"]),
              helper.make_node("Mul", ["s", "scale"], ["s0"])]
    last = "s0"
    for number, (name, mask) in enumerate(masks, 1):
        (constants if name == "causal" else given)[name] = mask
        nodes.append(helper.make_node("Add", [last, name], [f"s{number}"]))
        last = f"s{number}"
    nodes += [helper.make_node("Softmax", [last], ["p"], axis=-1, name="attention"),
              helper.make_node("MatMul", ["p", operands["v"]], ["o" if moved else "y"])]
    if moved:
        nodes.append(helper.make_node("Transpose", ["o"], ["y"], perm=(0, 2, 1, 3)))
        y = y.transpose(0, 2, 1, 3)
    kind = onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        nodes, "net",
        [helper.make_tensor_value_info(name, kind, value.shape) for name, value in given.items()],
        [helper.make_tensor_value_info("y", kind, y.shape)],
        [numpy_helper.from_array(value, name) for name, value in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return model, list(given.values()), y


def problem_of(case, target, option, arguments, folder):
    model, inputs, y = network(case, np.random.default_rng(12))
    path, ptx = folder / "model.onnx", folder / "net.ptx"
    onnx.save_model(model, path)
    options = [f"--host={arguments.host}", *([option] if option else [])]
    subprocess.run([arguments.dlc, str(path), f"--target={target}", *options, "--emit=ptx",
                    "-o", str(ptx)], check=True)
    text = ptx.read_text()
    kernels, attention = text.count(".entry"), "shfl.sync" in text
    alone = "scaled" not in case[6] and case[-1]
    if attention != case[-1] or (alone and kernels != 1):
        return f"{kernels} kernels, {'' if attention else 'not '}as an attention"
    done = subprocess.run([arguments.ptxas, "-v", f"-arch=sm_{TARGETS[target]}", str(ptx), "-o",
                           str(folder / "net.cubin")], capture_output=True, text=True,
                          check=False)
    if done.returncode or done.stderr.count(" 0 bytes spill stores") != kernels:
        return f"ptxas: {done.stderr[-500:]}"
    compiled = CompiledNetwork(arguments.dlc, path, folder / "net", options,
                               [arguments.runtime], target)
    result = compiled.run(inputs, [y.astype(np.float32)])[0].astype(np.float64)
    difference = largest_difference(result, y)
    return "" if difference <= TOLERANCES[option] else f"differs by {difference:.1e}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--runtime", required=True, help="library of the runtime")
    parser.add_argument("--ptxas", required=True)
    parser.add_argument("--host", default="x86-64")
    arguments = parser.parse_args()
    wrong = False
    for option, more in MORE.items():
        for name, case in CASES.items():
            for target in TARGETS:
                if target in more and name not in more[target]:
                    continue
                if target not in more and target != "jetson-tx2":
                    continue
                with tempfile.TemporaryDirectory() as folder:
                    problem = problem_of(case, target, option, arguments, Path(folder))
                print(f"{name}, {target} {option}: {problem or 'equal'}")
                wrong |= bool(problem)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
