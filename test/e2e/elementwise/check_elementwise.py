#!/usr/bin/env python3
"""Element-wise operators against exact arithmetic, on a device's core.

    check_elementwise.py cortex-m55 --dlc build/bin/dlc --work build/w [--first N] [--count N]

Each case is an operator or a few of them, on 1 to 70 elements, with constants
that are powers of two, limits of types, odd or none of it (families.py): the
instructions that LLVM selects for such constants have fields for them, and a
field that holds something else shows in no diagnostic. Many cases are one
network, so that the cores' emulators start seldom. Case i is the same in each
run. The assembly of the network has to assemble to what is in its object.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import helper

sys.path.append(str(Path(__file__).resolve().parents[2] / "harness"))

import case_runs  # noqa: E402
import programs  # noqa: E402
from families import FAMILIES  # noqa: E402
from sketch import SETS, Sketch  # noqa: E402


def draw(seed, only=None):
    rng = np.random.default_rng([9, seed])
    kinds = [f for f in FAMILIES if only is None or f.__name__ in only]
    weights = np.array([FAMILIES[f] for f in kinds], float)
    family = kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]
    sketch = Sketch(rng, f"{family.__name__}{seed}")
    return sketch, family(sketch)


def element_type(array):
    return helper.np_dtype_to_tensor_dtype(array.dtype)


def network(cases):
    """All cases side by side, and the inputs of each set."""
    inputs, outputs, nodes, constants = [], [], [], []
    for sketch, result in cases:
        nodes += sketch.nodes
        constants += sketch.constants
        inputs += sketch.inputs
        outputs.append(result)
    info = [[helper.make_tensor_value_info(t.name, element_type(t.value), t.value.shape[1:])
             for t in tensors] for tensors in (inputs, outputs)]
    graph = helper.make_graph(nodes, "elementwise", *info, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    onnx.checker.check_model(model)
    return model, [[t.value[i] for t in inputs] for i in range(SETS)]


def last_place(target):
    """Relative, of what the target's library of doubles may be wrong by: libgcc's
    __aeabi_dadd for Arm and Thumb-2 forgets what is behind a last place that it
    shifts in (2^31 - 0.2526045518918333 is one unit too small, also in C)."""
    has_doubles = target.startswith(("x86", "armv8", "cortex-m55", "cortex-m85", "armv6"))
    return 0.0 if has_doubles else 2.0 ** -52


def wrong_elements(sketch, result, actual, target):
    expected = result.value
    if expected.dtype.kind == "f" and sketch.tolerance:
        same = np.isclose(actual, expected, rtol=sketch.tolerance, atol=sketch.tolerance,
                          equal_nan=True)
    else:
        same = actual == expected
        if expected.dtype == np.float64:
            same |= np.isclose(actual, expected, rtol=last_place(target), atol=0)
        if expected.dtype.kind == "f":
            same |= np.isnan(actual) & np.isnan(expected)
    if sketch.undefined is not None:
        same |= sketch.undefined
    return np.argwhere(~same)


def compare(seeds, arguments, folder):
    cases = [draw(seed, arguments.only) for seed in seeds]
    model, inputs = network(cases)
    onnx.save(model, folder / "model.onnx")
    expected = [[result.value[i] for _, result in cases] for i in range(SETS)]
    sets = programs.run(arguments, folder, inputs, expected)
    wrong = 0
    for number, (sketch, result) in enumerate(cases):
        actual = np.stack([outputs[number] for outputs in sets])
        bad = wrong_elements(sketch, result, actual, arguments.target)
        wrong += len(bad) > 0
        for index in map(tuple, bad[:2]):
            operands = [t.value[index] for t in sketch.inputs if t.value.shape == actual.shape]
            print(f"{arguments.target} {arguments.level} {sketch.label}: {len(bad)} of "
                  f"{actual.size} wrong; {index}: {actual[index]}, not "
                  f"{result.value[index]}; of {operands}", flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(case_runs.main(__doc__, compare, count=400, batch=200,
                            families="functions of families.py"))
