#!/usr/bin/env python3
"""Every quantised operator against its definition, on a device's core.

    check_operators.py cortex-m3 --dlc build/bin/dlc --work build/w

All cases are one network: those of onnxruntime's operators (cases.py) and of ONNX's
quantised operators (onnx_cases.py). Results are within what their definition in real
numbers allows to float32; of uint8 and its twin of int8 they are the same bytes less
128.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import helper

sys.path.append(str(Path(__file__).resolve().parents[2] / "harness"))

import cases  # noqa: E402
import drafts  # noqa: E402
import onnx_cases  # noqa: E402
import case_runs  # noqa: E402
import programs  # noqa: E402


def info(name, array):
    return helper.make_tensor_value_info(name, drafts.element_type(array), array.shape)


class Network:
    """Many cases side by side."""

    def __init__(self, all_inputs):
        self.all_inputs = all_inputs
        self.nodes, self.inputs, self.outputs, self.constants = [], [], [], []
        self.data = [[] for _ in range(drafts.SETS)]
        self.expected = []  # for each output: a shape and type for each set

    def add_case(self, case, prefix):
        node, inputs, constants = drafts.renamed(case, prefix, self.all_inputs)
        self.nodes.append(node)
        self.constants += constants
        for name, array in inputs:
            self.inputs.append(info(name, array[0]))
            for one, values in zip(self.data, array):
                one.append(values)
        first = case.expected[0]
        array = first[0].astype(np.float32) if len(first) == 2 else first[1]
        self.outputs.append(info(prefix + "y", array))
        self.expected.append(array)

    def add_onnx(self, case, prefix):
        nodes, infos, arrays, constants, results = onnx_cases.prepared(case, prefix)
        self.nodes += nodes
        self.inputs += infos
        self.constants += constants
        for one in self.data:
            one += arrays
        self.outputs += [result for result, _ in results]
        self.expected += [array for _, array in results]

    def save(self, path):
        graph = helper.make_graph(self.nodes, "operators", self.inputs, self.outputs,
                                  self.constants)
        imports = [helper.make_opsetid("", 28), helper.make_opsetid(drafts.MICROSOFT, 1)]
        onnx.save(helper.make_model(graph, opset_imports=imports, ir_version=13), path)


def report(label, actual, wanted, bad):
    for index in map(tuple, np.argwhere(bad)[:2]):
        print(f"{label}: {np.count_nonzero(bad)} of {bad.size} wrong; {index}: "
              f"{actual[index]}, not {wanted[index]}", flush=True)
    return int(np.any(bad))


class Comparison:
    def __init__(self):
        self.wrong = 0
        self.elements = self.rounded = 0  # stored integers, and those float32 rounded

    def of_case(self, case, actual):
        for value, expected in zip(actual, case.expected):
            if len(expected) == 2:
                number, tolerance = expected
                bad = ~(np.abs(value - number) <= tolerance)
                self.wrong += report(case.label, value, number, bad)
                continue
            low, middle, high = expected
            self.wrong += report(case.label, value, middle, (value < low) | (value > high))
            self.elements += value.size
            self.rounded += np.count_nonzero(value != middle)

    def of_twins(self, case, unsigned, signed):
        for one, other in zip(unsigned, signed):
            moved = other.astype(np.int64) + 128
            self.wrong += report(f"{case.label} and its twin", one, moved, one != moved)

    def of_onnx(self, case, values, wanted):
        """ONNX computes in numpy: rounding to the other side is within reason for
        numbers that are no integers alone."""
        for value, number in zip(values, wanted):
            if number.dtype.kind == "f":
                bad = ~np.isclose(value, number, rtol=1e-5, atol=1e-6)
            else:
                bad = value != number
            self.wrong += report(case.name, value, number, bad)


def main():
    parser = case_runs.target_parser(__doc__)
    parser.add_argument("--all-inputs", action="store_true",
                        help="scales, zero points and weights are inputs of the network")
    parser.add_argument("--only", help="cases whose label has this in it")
    arguments = parser.parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    folder = arguments.work / arguments.target
    folder.mkdir(parents=True, exist_ok=True)

    def wanted(label):
        return not arguments.only or arguments.only in label

    own = [case for case in cases.all_cases() if wanted(case.label)]
    others = [case for case in onnx_cases.collect() if wanted(case.name)]
    network, places = Network(arguments.all_inputs), []
    for number, case in enumerate(own):
        network.add_case(case, f"n{number}_")
        if case.twin:
            network.add_case(case.twin, f"t{number}_")
    for number, case in enumerate(others):
        places.append(len(network.expected))
        network.add_onnx(case, f"o{number}_")
    places.append(len(network.expected))
    network.save(folder / "model.onnx")
    sets = programs.run(arguments, folder, network.data, [network.expected] * drafts.SETS)

    comparison, at = Comparison(), 0
    for case in own:
        values = [one[at] for one in sets]
        comparison.of_case(case, values)
        at += 1
        if case.twin:
            comparison.of_case(case.twin, [one[at] for one in sets])
            comparison.of_twins(case, values, [one[at] for one in sets])
            at += 1
    for case, begin, end in zip(others, places, places[1:]):
        comparison.of_onnx(case, sets[0][begin:end], network.expected[begin:end])
    print(f"{len(own)} cases and {len(others)} of ONNX, {comparison.wrong} wrong; "
          f"{comparison.rounded} of {comparison.elements} integers rounded to the other side")
    return int(comparison.wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
