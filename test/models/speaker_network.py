#!/usr/bin/env python3
"""A speaker-identification network for the smallest devices.

    speaker_network.py OUT

Fully connected, as Variani et al. 2014 ("Deep neural networks for small
footprint text-dependent speaker verification"): 13 frames of 40 filter-bank
energies, three hidden layers of 256 maxout units of two pieces each, and a
softmax over 64 speakers. Weights and input are seeded; the reference is
computed by numpy in double precision.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FRAMES, ENERGIES, HIDDEN, PIECES, SPEAKERS = 13, 40, 256, 2, 64
LAYERS = 3


class Network:
    def __init__(self, seed=14):
        rng = np.random.default_rng(seed)
        self.nodes, self.initializers = [], []
        self.energies = rng.standard_normal((1, FRAMES, ENERGIES)).astype(np.float32)
        width = FRAMES * ENERGIES
        value = self.energies.astype(np.float64).reshape(1, width)
        name = self.node("Reshape", ["energies", self.integers("flat", [1, width])])
        for layer in range(LAYERS):
            name, value = self.dense(rng, name, value, HIDDEN * PIECES, f"hidden_{layer}")
            # A maxout unit is the largest of its pieces.
            shape = self.integers(f"pieces_{layer}", [1, HIDDEN, PIECES])
            name = self.node("Reshape", [name, shape])
            name = self.node("ReduceMax", [name], axes=[2], keepdims=0)
            value = value.reshape(1, HIDDEN, PIECES).max(axis=2)
        name, value = self.dense(rng, name, value, SPEAKERS, "speakers")
        self.node("Softmax", [name], output="probabilities", axis=1)
        exponentials = np.exp(value - value.max())
        self.probabilities = exponentials / exponentials.sum()

    def node(self, kind, inputs, output=None, **attributes):
        output = output or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def constant(self, name, array):
        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def integers(self, name, values):
        return self.constant(name, np.array(values, np.int64))

    def dense(self, rng, name, value, units, scope):
        width = value.shape[1]
        weights = (rng.standard_normal((width, units)) * np.sqrt(1.5 / width)).astype(np.float32)
        bias = (rng.standard_normal(units) * 0.1).astype(np.float32)
        name = self.node("Gemm", [name, self.constant(f"{scope}.weights", weights),
                                  self.constant(f"{scope}.bias", bias)])
        return name, value @ weights.astype(np.float64) + bias

    def model(self):
        graph = helper.make_graph(
            self.nodes, "speaker",
            [helper.make_tensor_value_info("energies", TensorProto.FLOAT,
                                           [1, FRAMES, ENERGIES])],
            [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [1, SPEAKERS])],
            self.initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)],
                                  ir_version=8)
        onnx.checker.check_model(model, full_check=True)
        return model


def write(folder):
    """folder/model.onnx and its test set."""
    network = Network()
    data_set = Path(folder) / "test_data_set_0"
    data_set.mkdir(parents=True, exist_ok=True)
    onnx.save_model(network.model(), Path(folder) / "model.onnx")
    for name, array in [("input_0", network.energies),
                        ("output_0", network.probabilities.astype(np.float32))]:
        (data_set / f"{name}.pb").write_bytes(numpy_helper.from_array(array).SerializeToString())
    return network


if __name__ == "__main__":
    write(sys.argv[1])
