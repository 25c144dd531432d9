"""Sequences of different lengths through RNN, GRU and LSTM, against onnxruntime.

Each cell runs forward, in reverse and in both directions, with lengths that
are constants and lengths that are an input of the network, with and without
initial states, in operator sets 7, 14 and 22, batch in the second place or
(layout = 1, which onnxruntime lacks: its results are transposed) in the first.

    check_sequence_lens.py --dlc build/bin/dlc
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

TIME, BATCH, FEATURES, HIDDEN = 5, 4, 3, 2
GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
DIRECTIONS = {"forward": 1, "reverse": 1, "bidirectional": 2}


def first(axis, array):
    """Swaps the batch axis of X, Y or a state to the front."""
    return np.moveaxis(array, axis, 0)


class Network:
    """One cell in all directions: three nodes that share inputs."""

    def __init__(self, cell, opset, lengths, constant, states, batch_first):
        self.cell, self.opset, self.batch_first = cell, opset, batch_first
        self.constant, self.states = constant, states
        generator = np.random.default_rng(GATES[cell])
        self.values = lambda *shape: generator.uniform(
            -1, 1, shape).astype(np.float32)
        self.inputs = {"x": self.values(TIME, BATCH, FEATURES)}
        self.batch_axis = {"x": 1}
        self.lengths = np.array(lengths, np.int32)
        if not constant:
            self.inputs["lengths"] = self.lengths
        self.weights, self.nodes, self.outputs = {}, [], []
        for direction, count in DIRECTIONS.items():
            self.add(direction, count)

    def add(self, direction, count):
        rows = GATES[self.cell] * HIDDEN
        names = {"w": (count, rows, FEATURES), "r": (count, rows, HIDDEN),
                 "b": (count, 2 * rows)}
        operands = ["x"]
        for name, shape in names.items():
            self.weights[direction + name] = self.values(*shape)
            operands.append(direction + name)
        operands.append("lengths")
        if self.states:
            for state in ["h", "c"][:2 if self.cell == "LSTM" else 1]:
                name = direction + state
                self.inputs[name] = self.values(count, BATCH, HIDDEN)
                self.batch_axis[name] = 1
                operands.append(name)
        results = [direction + "_y", direction + "_yh", direction + "_yc"]
        results = results[:3 if self.cell == "LSTM" else 2]
        self.nodes.append((direction, operands, results))
        self.outputs += results

    def model(self, batch_first):
        def declared(name):
            array = self.inputs[name]
            kind = (TensorProto.INT32 if name == "lengths"
                    else TensorProto.FLOAT)
            if batch_first and name in self.batch_axis:
                array = first(self.batch_axis[name], array)
            return helper.make_tensor_value_info(name, kind, array.shape)

        layout = {"layout": 1} if batch_first else {}
        nodes = [helper.make_node(self.cell, operands, results, name=direction,
                                  hidden_size=HIDDEN, direction=direction,
                                  **layout)
                 for direction, operands, results in self.nodes]
        constants = dict(self.weights)
        if self.constant:
            constants["lengths"] = self.lengths
        graph = helper.make_graph(
            nodes, "recurrent", [declared(name) for name in self.inputs],
            [onnx.ValueInfoProto(name=name) for name in self.outputs],
            [numpy_helper.from_array(v, k) for k, v in constants.items()])
        return helper.make_model(
            graph, ir_version=8,
            opset_imports=[helper.make_opsetid("", self.opset)])

    def expected(self):
        session = onnxruntime.InferenceSession(
            self.model(False).SerializeToString(),
            providers=["CPUExecutionProvider"])
        return session.run(None, self.inputs)

    def write(self, folder):
        onnx.save(self.model(self.batch_first), f"{folder}/model.onnx")
        data = Path(folder, "test_data_set_0")
        data.mkdir()
        arrays = {f"input_{i}": (first(self.batch_axis[name], array)
                                 if self.batch_first
                                 and name in self.batch_axis else array)
                  for i, (name, array) in enumerate(self.inputs.items())}
        for i, (name, array) in enumerate(zip(self.outputs, self.expected())):
            if self.batch_first:  # Y is [T, D, B, H], the states [D, B, H]
                array = first(2 if name.endswith("_y") else 1, array)
            arrays[f"output_{i}"] = array
        for name, array in arrays.items():
            tensor = numpy_helper.from_array(np.ascontiguousarray(array))
            (data / f"{name}.pb").write_bytes(tensor.SerializeToString())


def networks():
    for cell in GATES:
        yield Network(cell, 7, [4, 1, 3, 0], True, True, False)
        yield Network(cell, 14, [2, 5, 0, 1], False, True, False)
        yield Network(cell, 14, [3, 1, 2, 3], True, True, True)
        yield Network(cell, 22, [4, 3, 5, 2], False, False, True)


def run(dlc, folder):
    done = subprocess.run([dlc, "run", str(folder), "--check-only",
                           "--tolerance=1e-5"],
                          capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True, type=os.path.abspath)
    dlc = parser.parse_args().dlc
    problems = []
    # Values of a report, which another implementation computed.
    problem = run(dlc, Path(__file__).with_name("gru_lengths"))
    if problem:
        problems.append(f"gru_lengths: {problem}")
    for network in networks():
        with tempfile.TemporaryDirectory() as folder:
            network.write(folder)
            problem = run(dlc, folder)
        if problem:
            problems.append(f"{network.cell} of operator set {network.opset}, "
                            f"lengths {network.lengths}: {problem}")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
