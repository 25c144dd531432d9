#!/usr/bin/env python3
"""Random graphs against onnxruntime: views, concatenations, residuals.

    check_random_graphs.py --dlc build/bin/dlc [--first SEED] [--count N] [--target T]

Each seed makes a graph whose values are read by several others, concatenated,
sliced, reshaped and returned in all combinations, so that the places of values
in memory are put to the test: parts of concatenations, results written over
operands, outputs that are read again. The arena is filled with garbage, the
bytes behind it are watched, a second run has to give the same bits. The
reference is onnxruntime with every graph optimisation off.
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "models"))

import compiled_network  # noqa: E402

TOLERANCE = 1e-4
SCALAR = Path(__file__).resolve().parent / "scalar.yaml"


class Graph:
    """A graph that grows by random nodes; every value has a known shape."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.numbers = np.random.default_rng(seed)
        self.nodes, self.constants, self.values = [], [], []
        self.inputs = {}
        # Now and then large enough for the strategies of large layers.
        self.large = seed % 4 == 3
        side = self.random.choice([14, 17, 28] if self.large else [4, 5, 6])
        channels = self.random.choice([8, 16, 24] if self.large else [2, 3, 4, 8])
        for i in range(self.random.choice([1, 1, 2])):
            name = f"input{i}"
            self.inputs[name] = (1, channels, side, side)
            self.values.append((name, self.inputs[name]))

    def constant(self, array):
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def weights(self, *shape):
        scale = 1.0 / max(1.0, np.sqrt(np.prod(shape[1:])))
        return self.constant(self.numbers.uniform(-scale, scale, shape).astype(np.float32))

    def add(self, op, operands, shape, **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, operands, [name], name=f"{op}_{len(self.nodes)}", **attributes))
        self.values.append((name, tuple(shape)))

    def pick(self, condition=lambda shape: True):
        # Late values more often than early ones: deep graphs, not wide ones.
        fitting = [v for v in self.values if condition(v[1])]
        if not fitting:
            return None
        return fitting[max(self.random.randrange(len(fitting)), self.random.randrange(len(fitting)))]

    def pick_image(self):
        return self.pick(lambda shape: len(shape) == 4 and shape[2] > 1)

    def step(self):
        getattr(self, self.random.choice([
            "conv", "conv", "depthwise", "unary", "unary", "residual", "residual", "per_channel", "concat", "concat",
            "slice", "slice", "reshape", "transpose", "pool", "hard_swish", "squeeze_excite", "softmax", "dense"]))()

    def conv(self):
        name, shape = self.pick_image()
        features = self.random.choice([8, 16, 33, 64] if self.large else [2, 4, 5, 16])
        kernel = self.random.choice([1, 3])
        operands = [name, self.weights(features, shape[1], kernel, kernel)]
        if self.random.random() < 0.7:
            operands.append(self.weights(features))
        self.add("Conv", operands, (shape[0], features, *shape[2:]), pads=[kernel // 2] * 4)

    def depthwise(self):
        name, shape = self.pick_image()
        self.add("Conv", [name, self.weights(shape[1], 1, 3, 3)], shape, group=shape[1], pads=[1] * 4)

    def unary(self):
        name, shape = self.pick()
        self.add(self.random.choice(["Relu", "Sigmoid", "Tanh", "Neg", "Abs"]), [name], shape)

    def residual(self):
        name, shape = self.pick()
        other, _ = self.pick(lambda s: s == shape)
        self.add(self.random.choice(["Add", "Sub", "Mul"]), self.random.sample([name, other], 2), shape)

    def per_channel(self):
        name, shape = self.pick_image()
        self.add(self.random.choice(["Mul", "Add"]), [name, self.weights(1, shape[1], 1, 1)], shape)

    def concat(self):
        name, shape = self.pick()
        axis = self.random.randrange(len(shape))
        if shape[0] == 1 and len(shape) == 4 and self.random.random() < 0.8:
            axis = 1
        parts = [(name, shape)]
        for _ in range(self.random.choice([1, 1, 2])):
            parts.append(self.pick(lambda s: len(s) == len(shape) and
                                   all(i == axis or a == b for i, (a, b) in enumerate(zip(s, shape)))))
        self.random.shuffle(parts)
        size = sum(s[axis] for _, s in parts)
        if size > (150 if self.large else 40):
            return
        self.add("Concat", [n for n, _ in parts], shape[:axis] + (size,) + shape[axis + 1:], axis=axis)

    def slice(self):
        found = self.pick(lambda s: max(s) > 1)
        name, shape = found
        axis = self.random.choice([i for i, size in enumerate(shape) if size > 1])
        begin = self.random.randrange(shape[axis] - 1)
        end = self.random.randrange(begin + 1, shape[axis] + 1)
        step = self.random.choice([1, 1, 1, 2])
        size = (end - begin + step - 1) // step
        ints = lambda *v: self.constant(np.array(v, np.int64))
        self.add("Slice", [name, ints(begin), ints(end), ints(axis), ints(step)],
                 shape[:axis] + (size,) + shape[axis + 1:])

    def reshape(self):
        name, shape = self.pick()
        count = int(np.prod(shape))
        if len(shape) == 4:
            to = self.random.choice([(1, count), (shape[1], count // shape[1]), (shape[2], count // shape[2])])
        else:
            divisors = [d for d in range(1, 9) if count % d == 0]
            d = self.random.choice(divisors)
            to = self.random.choice([(1, d, count // d, 1), (d, count // d)])
        self.add("Reshape", [name, self.constant(np.array(to, np.int64))], to)

    def transpose(self):
        name, shape = self.pick()
        perm = list(range(len(shape)))
        self.random.shuffle(perm)
        self.add("Transpose", [name], [shape[p] for p in perm], perm=perm)

    def pool(self):
        name, shape = self.pick_image()
        if self.random.random() < 0.3:
            self.add("GlobalAveragePool", [name], (*shape[:2], 1, 1))
        else:
            op = self.random.choice(["MaxPool", "AveragePool"])
            self.add(op, [name], shape, kernel_shape=[3, 3], pads=[1] * 4)

    def hard_swish(self):
        name, shape = self.pick()
        self.add("HardSwish", [name], shape)

    def squeeze_excite(self):
        name, shape = self.pick_image()
        self.add("GlobalAveragePool", [name], (*shape[:2], 1, 1))
        pooled = self.values[-1][0]
        self.add("HardSigmoid", [pooled], (*shape[:2], 1, 1))
        self.add("Mul", [name, self.values[-1][0]], shape)

    def softmax(self):
        name, shape = self.pick()
        self.add("Softmax", [name], shape, axis=-1)

    def dense(self):
        name, shape = self.pick(lambda s: len(s) == 2) or (None, None)
        if name is None or shape[1] > 400:
            return
        size = self.random.choice([3, 8, 16])
        self.add("MatMul", [name, self.weights(shape[1], size)], (shape[0], size))

    def model(self):
        while len(self.nodes) < self.random.choice([6, 10, 20]):
            if not self.pick_image():
                break
            self.step()
        used = {name for node in self.nodes for name in node.input}
        made = [v for v in self.values if v[0] not in self.inputs]
        outputs = [v for v in made if v[0] not in used]
        for value in made:  # outputs that are read again
            if value not in outputs and self.random.random() < 0.1:
                outputs.append(value)
        if self.random.random() < 0.05:
            outputs.append(self.values[0])  # an input that is returned
        info = lambda v: helper.make_tensor_value_info(v[0], TensorProto.FLOAT, v[1])
        if any(name in self.inputs for name, _ in outputs):
            name, shape = outputs.pop()
            self.nodes.append(helper.make_node("Identity", [name], ["returned"], name="returned"))
            outputs.append(("returned", shape))
        graph = helper.make_graph(
            self.nodes, "random", [info(v) for v in self.inputs.items()], [info(v) for v in outputs], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        onnx.checker.check_model(model)
        return model


def check(seed, arguments, folder):
    """Raises CompileError when dlc and onnxruntime disagree."""
    graph = Graph(seed)
    model = graph.model()
    onnx.save(model, folder / "model.onnx")
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    inputs = [graph.numbers.uniform(-1, 1, shape).astype(np.float32) for shape in graph.inputs.values()]
    references = session.run(None, dict(zip(graph.inputs, inputs)))
    network = compiled_network.CompiledNetwork(
        arguments.dlc, folder / "model.onnx", folder, target=arguments.target or (SCALAR if seed % 3 == 2 else "host"))
    outputs = network.run(inputs, references)
    again = network.run(inputs, references)
    for i, (output, repeated, reference) in enumerate(zip(outputs, again, references)):
        if output.tobytes() != repeated.tobytes():
            raise compiled_network.CompileError(f"output {i}: a second run gave other bits")
        difference = compiled_network.largest_difference(output, reference)
        if difference > TOLERANCE:
            raise compiled_network.CompileError(f"output {i} is off by {difference:.3g}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--target", help="without it this machine, and one without vectors now and then")
    parser.add_argument("--keep", help="folder for the models that fail")
    arguments = parser.parse_args()
    failed = 0
    for seed in range(arguments.first, arguments.first + arguments.count):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            try:
                check(seed, arguments, folder)
            except compiled_network.CompileError as error:
                failed += 1
                print(f"seed {seed}: {error}", flush=True)
                if arguments.keep:
                    (folder / "model.onnx").rename(Path(arguments.keep) / f"seed{seed}.onnx")
    print(f"{arguments.count - failed} of {arguments.count} graphs agree")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
