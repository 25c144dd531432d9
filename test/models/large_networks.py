"""Networks of many nodes: what a compiler must not take longer for, node by node, as they grow.

    large_networks.py KIND NODES FILE     writes one; KINDS names them
"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE, CHANNELS = 4, 4
"""Each tensor is this small: the time is the compiler's, node by node."""


class Network:
    """Grows by nodes; weights are seeded by the node's number."""

    def __init__(self, shape=(1, CHANNELS, SIDE, SIDE), inputs=1):
        self.nodes, self.constants, self.outputs = [], [], []
        self.inputs = [(f"input{i}", shape) for i in range(inputs)]
        self.shapes = {name: shape for name, shape in self.inputs}

    def __len__(self):
        return len(self.nodes)

    def add(self, op, operands, shape=None, **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(
            helper.make_node(op, operands, [name], f"{op.lower()}{len(self.nodes)}", **attributes))
        self.shapes[name] = shape or self.shapes[operands[0]]
        return name

    def constant(self, values):
        name = f"w{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def weights(self, *shape):
        random = np.random.default_rng(len(self.constants))
        scale = 1.0 / np.sqrt(np.prod(shape[1:]))
        return self.constant(random.uniform(-scale, scale, shape).astype(np.float32))

    def conv(self, value, kernel=3, channels=None):
        one, inner, *rest = self.shapes[value]
        outer = channels or inner
        pad = kernel // 2
        return self.add("Conv", [value, self.weights(outer, inner, kernel, kernel)],
                        (one, outer, *rest), pads=[pad] * 4)

    def model(self, *outputs):
        def infos(pairs):
            return [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
                    for name, shape in pairs]
        graph = helper.make_graph(
            self.nodes, "large", infos(self.inputs),
            infos([(name, self.shapes[name]) for name in outputs]), self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)],
                                 ir_version=8)


def chain(nodes):
    """Convolutions of equal shapes with Relu: stages share functions."""
    network = Network()
    value = "input0"
    while len(network) < nodes:
        value = network.conv(value, 3 if len(network) % 4 == 0 else 1)
        value = network.add("Relu", [value])
    return network.model(value)


def varied(nodes):
    """Convolutions whose numbers of channels change: hardly two stages are equal."""
    network = Network()
    value = "input0"
    while len(network) < nodes:
        at = len(network) // 2
        value = network.conv(value, 3 if at % 3 == 0 else 1, 1 + at * 7 % 23)
        value = network.add("Relu", [value])
    return network.model(value)


def residual(nodes):
    """Two convolutions and a sum, over and over."""
    network = Network()
    value = "input0"
    while len(network) < nodes:
        branch = network.add("Relu", [network.conv(value)])
        value = network.add("Add", [value, network.conv(branch)])
    return network.model(value)


def elementwise(nodes):
    """One value through operators that could all be one stage."""
    network = Network()
    value = "input0"
    while len(network) < nodes:
        value = network.add(["Abs", "Neg", "Sigmoid", "Tanh"][len(network) % 4], [value])
    return network.model(value)


def steps(nodes):
    """Distances from one constant after the other: exact for multiples of 2^-10
    between 0 and 1, and no step can be left out."""
    network = Network()
    value = "input0"
    while len(network) < nodes:
        random = np.random.default_rng(len(network))
        value = network.add("Sub", [value, network.constant(
            (random.integers(0, 1024, (CHANNELS, 1, SIDE)) / 1024).astype(np.float32))])
        value = network.add("Abs", [value])
    return network.model(value)


def braid(nodes):
    """Element-wise operators over four values that live side by side."""
    network = Network(inputs=4)
    values = [name for name, _ in network.inputs]
    while len(network) < nodes:
        at = len(network)
        values[at % 4] = network.add(["Add", "Mul", "Sub"][at % 3],
                                     [values[at % 4], values[(at * 7 + 1) % 4]])
    return network.model(*values)


def skips(nodes):
    """A chain in which a value is kept over 300 layers, several at a time."""
    network = Network()
    value, kept = "input0", []
    while len(network) < nodes:
        value = network.add("Relu", [network.conv(value, 1)])
        kept.append(value)
        if len(kept) > 300:
            value = network.add("Add", [value, kept[-301]])
            del kept[:50]
    return network.model(value)


def concat(nodes):
    """One input, many convolutions of it, one concatenation of all."""
    network = Network()
    values = [network.conv("input0", 1, 1 + i % 2) for i in range(nodes - 1)]
    channels = sum(network.shapes[value][1] for value in values)
    return network.model(network.add("Concat", values, (1, channels, SIDE, SIDE), axis=1))


def edges(nodes):
    """As many inputs and outputs as nodes."""
    network = Network(inputs=nodes)
    return network.model(*[network.conv(name, 1) for name, _ in network.inputs])


def tree(nodes):
    """Pairwise sums of convolutions down to one value."""
    network = Network()
    level = [network.conv("input0", 1) for _ in range(nodes // 2)]
    while len(level) > 1:
        level = [network.add("Add", level[i:i + 2]) if i + 1 < len(level) else level[i]
                 for i in range(0, len(level), 2)]
    return network.model(level[0])


def dense(nodes):
    """Matrix products with bias, all in one chain."""
    network = Network(shape=(1, 16))
    value = "input0"
    while len(network) < nodes:
        value = network.add("Gemm", [value, network.weights(16, 16), network.weights(16)])
        value = network.add("Relu", [value])
    return network.model(value)


KINDS = {kind.__name__: kind for kind in (
    chain, varied, residual, elementwise, steps, braid, skips, concat, edges, tree, dense)}


def main():
    kind, nodes, path = sys.argv[1:]
    onnx.save(KINDS[kind](int(nodes)), path)


if __name__ == "__main__":
    main()
