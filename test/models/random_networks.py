"""Small networks of random layers: every attribute of convolutions and pools,
residuals, concatenations, reshapes, reductions, matrix products, gates.

A seed makes one network, always the same. Layers are drawn so that values stay
of order one (weights by their fan-in, no quotient by what may be zero), so that
rounding is not amplified and a wrong result is seen. Shapes come from ONNX's own
shape inference.
"""

import random

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, shape_inference

from random_windows import WindowLayers

OPSET = 18


class RandomNetwork(WindowLayers):
    MOST_ELEMENTS = 24000  # of one value: emulators are slow
    MOST_MACS = 1_500_000  # of one layer

    def __init__(self, seed):
        self.start(seed)
        self.nodes, self.constants, self.values = [], [], []
        self.inputs, self.types = {}, {}
        # What its values may be of, in pixels and channels.
        self.sides, self.channels = self.choose.choice([
            (range(3, 9), [1, 2, 3, 4, 5, 7, 8]),
            (range(6, 15), [3, 4, 8, 12, 16, 17]),
            (range(6, 15), [3, 4, 8, 12, 16, 17]),
            (range(12, 29), [8, 16, 24, 32, 40])])
        kind = self.choose.choice(["image"] * 6 + ["sequence", "vector"])
        for i in range(self.choose.choice([1, 1, 1, 2])):
            self._input(f"input{i}", kind)
        for _ in range(self.choose.choice([1, 3, 5, 8, 12])):
            self._step()

    def start(self, seed):
        """What is drawn from here on follows from `seed` alone."""
        self.choose = random.Random(str(seed) if isinstance(seed, list) else seed)
        self.numbers = np.random.default_rng(seed)

    def type_of(self, name):
        return self.types.get(name, TensorProto.FLOAT)

    def _input(self, name, kind):
        batch = self.choose.choice([1] * 8 + [2, 3])
        shape = {"image": (batch, self.choose.choice([1, 3] + self.channels),
                           self.choose.choice(self.sides), self.choose.choice(self.sides)),
                 "sequence": (batch, self.choose.choice(self.channels),
                              self.choose.choice(self.sides) * 3),
                 "vector": (batch, self.choose.choice([5, 16, 33, 64, 100]))}[kind]
        self.inputs[name] = shape
        self.values.append((name, shape))

    # Values and constants.

    def constant(self, array):
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def ints(self, *values):
        return self.constant(np.array(values, np.int64))

    def weights(self, *shape, fan_in=None):
        scale = 1.5 / max(1.0, np.sqrt(fan_in or np.prod(shape[1:])))
        return self.constant(self.numbers.uniform(-scale, scale, shape).astype(np.float32))

    def add(self, op, operands, outputs=1, **attributes):
        """Appends a node unless ONNX refuses it or it is too large; True if it is there."""
        names = [f"v{len(self.nodes)}_{i}" if i else f"v{len(self.nodes)}" for i in range(outputs)]
        node = helper.make_node(op, operands, names, name=f"{op}_{len(self.nodes)}", **attributes)
        known = dict(self.values)
        data = {c.name: c for c in self.constants if c.name in operands}
        types = {name: helper.make_tensor_type_proto(self.type_of(name), known[name])
                 for name in operands if name in known}
        types |= {n: helper.make_tensor_type_proto(c.data_type, c.dims) for n, c in data.items()}
        schema = onnx.defs.get_schema(op, OPSET)
        try:
            inferred = shape_inference.infer_node_outputs(
                schema, node, types, data,
                opset_imports=[helper.make_opsetid("", OPSET)])
        except (onnx.shape_inference.InferenceError, RuntimeError, ValueError):
            return False
        shapes = [tuple(d.dim_value for d in inferred[n].tensor_type.shape.dim) for n in names]
        if any(min(s, default=1) < 1 or np.prod(s) > self.MOST_ELEMENTS for s in shapes):
            return False
        if op in ("Conv", "ConvTranspose"):
            kernel = data[operands[1]].dims
            moved = shapes[0] if op == "Conv" else known[operands[0]]
            if np.prod(moved) * np.prod(kernel[1:]) > self.MOST_MACS:
                return False
        self.nodes.append(node)
        self.values += zip(names, shapes)
        self.types |= {n: inferred[n].tensor_type.elem_type for n in names}
        return True

    def pick(self, condition=lambda shape: len(shape) > 0):
        """A value, late ones more often than early ones; None if none fits."""
        fitting = [v for v in self.values if condition(v[1])]
        if not fitting:
            return None
        return fitting[max(self.choose.randrange(len(fitting)),
                           self.choose.randrange(len(fitting)))]

    def choice_of(self, *options):
        return self.choose.choice(options)

    def last(self):
        return self.values[-1]

    # Layers.

    LAYERS = {"conv": 8, "depthwise": 4, "grouped": 2, "conv_transpose": 1, "pool": 4,
              "global_pool": 1, "activation": 5, "binary": 4, "per_channel": 3, "concat": 3,
              "split": 1, "slice": 1, "reshape": 2, "transpose": 2, "pad": 1, "resize": 1,
              "reduce": 2, "softmax": 2, "dense": 4, "matmul": 1, "gate": 1, "normalise": 2,
              "separable": 3, "residual_block": 3, "gather": 1, "recurrent": 1,
              "flatten_dense": 2}

    def _step(self):
        names, weights = zip(*self.LAYERS.items())
        for _ in range(20):
            before = len(self.nodes)
            getattr(self, self.choose.choices(names, weights)[0])()
            if len(self.nodes) > before:
                return

    def _activate(self, name, kinds=("Relu", "Relu", "Clip", "LeakyRelu", "Sigmoid", "Tanh",
                                     "HardSwish", "HardSigmoid", "Elu", "Softplus", "PRelu",
                                     "Selu", "Erf")):
        kind = self.choose.choice(kinds)
        operands, attributes = [name], {}
        shape = dict(self.values)[name]
        if kind == "Clip":
            low, high = self.choose.choice([(0.0, 6.0), (-0.5, 0.5), (0.0, 1.0)])
            operands += [self.constant(np.float32(low)), self.constant(np.float32(high))]
        elif kind == "LeakyRelu":
            attributes["alpha"] = 0.1
        elif kind == "PRelu":
            if len(shape) < 3:
                return
            operands.append(self.weights(shape[1], *[1] * (len(shape) - 2), fan_in=1))
        self.add(kind, operands, **attributes)

    def activation(self):
        name, _ = self.pick()
        if self.choose.random() < 0.3:
            self.add(self.choice_of("Neg", "Abs", "Sin", "Cos", "Atan"), [name])
        else:
            self._activate(name)

    def binary(self):
        """With a value of the same shape, or one that is broadcast to it."""
        name, shape = self.pick()

        def fits(other):
            tail = shape[len(shape) - len(other):] if len(other) <= len(shape) else None
            return tail is not None and all(a in (b, 1) for a, b in zip(other, tail))
        other = self.pick(fits)[0]
        ops = ["Add", "Mul", "Max", "Min"] + (["Sub"] if other != name else [])
        self.add(self.choose.choice(ops), self.choose.sample([name, other], 2))

    def per_channel(self):
        name, shape = self.pick(lambda s: len(s) > 1)
        sizes = [1] * len(shape)
        for axis in self.choose.sample(range(len(shape)), self.choose.choice([1, 1, 2])):
            sizes[axis] = shape[axis]
        values = self.numbers.uniform(0.5, 2.0, sizes).astype(np.float32)
        op = self.choose.choice(["Mul", "Add", "Sub", "Div", "Max", "Min"])
        operands = [name, self.constant(values)]
        if op in ("Mul", "Add", "Max"):
            self.choose.shuffle(operands)
        self.add(op, operands)

    def concat(self):
        name, shape = self.pick()
        axis = self.choose.randrange(len(shape))
        if len(shape) > 2 and self.choose.random() < 0.7:
            axis = 1
        parts = [name]
        for _ in range(self.choose.choice([1, 1, 2])):
            parts.append(self.pick(lambda s: len(s) == len(shape) and all(
                i == axis or a == b for i, (a, b) in enumerate(zip(s, shape))))[0])
        self.choose.shuffle(parts)
        self.add("Concat", parts, axis=axis)

    def split(self):
        found = self.pick(lambda s: max(s, default=1) > 1)
        name, shape = found
        axis = self.choose.choice([i for i, size in enumerate(shape) if size > 1])
        at = self.choose.randrange(1, shape[axis])
        self.add("Split", [name, self.ints(at, shape[axis] - at)], outputs=2, axis=axis)

    def slice(self):
        name, shape = self.pick(lambda s: max(s, default=1) > 1)
        axis = self.choose.choice([i for i, size in enumerate(shape) if size > 1])
        begin = self.choose.randrange(shape[axis] - 1)
        end = self.choose.randrange(begin + 1, shape[axis] + 1)
        if self.choose.random() < 0.2:
            begin, end, step = -1, -shape[axis] - 1, -self.choose.choice([1, 2])
        else:
            step = self.choose.choice([1, 1, 1, 2])
        self.add("Slice", [name, self.ints(begin), self.ints(end), self.ints(axis),
                           self.ints(step)])

    def reshape(self):
        name, shape = self.pick()
        count = int(np.prod(shape))
        if self.choose.random() < 0.3:
            self.add("Flatten", [name], axis=self.choose.choice([0, 1, 1, len(shape)]))
            return
        divisors = [d for d in range(1, 65) if count % d == 0]
        first = self.choose.choice(divisors)
        rest = [d for d in divisors if (count // first) % d == 0]
        second = self.choose.choice(rest)
        to = self.choice_of([first, -1], [1, first, -1], [1, first, second, -1], [0, -1])
        self.add("Reshape", [name, self.ints(*to)])

    def transpose(self):
        name, shape = self.pick(lambda s: len(s) > 1)
        permutation = list(range(len(shape)))
        self.choose.shuffle(permutation)
        if len(shape) == 4 and self.choose.random() < 0.5:
            permutation = self.choice_of([0, 2, 3, 1], [0, 3, 1, 2])
        self.add("Transpose", [name], perm=permutation)

    def pad(self):
        name, shape = self.pick(lambda s: len(s) > 1)
        mode = self.choice_of("constant", "constant", "edge", "reflect")
        rank = len(shape)
        pads = [0] * (2 * rank)
        for axis in range(max(1, rank - 2), rank):
            for end in (axis, axis + rank):
                pads[end] = self.choose.randint(0, min(2, shape[axis] - 1))
        self.add("Pad", [name, self.ints(*pads)], mode=mode)

    def resize(self):
        found = self.pick(lambda s: len(s) == 4)
        if not found:
            return
        scales = self.constant(np.array([1, 1, self.choose.choice([1, 2]), 2], np.float32))
        mode = self.choice_of("nearest", "linear")
        self.add("Resize", [found[0], "", scales], mode=mode,
                 coordinate_transformation_mode=self.choice_of("asymmetric", "half_pixel"))

    def reduce(self):
        name, shape = self.pick()
        axes = self.choose.sample(range(len(shape)), self.choose.randint(1, min(2, len(shape))))
        op = self.choice_of("ReduceMean", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceL2")
        self.add(op, [name] + ([self.ints(*axes)]), keepdims=self.choose.choice([0, 1]))

    def softmax(self):
        name, shape = self.pick(lambda s: len(s) > 0)
        op = self.choice_of("Softmax", "Softmax", "LogSoftmax")
        self.add(op, [name], axis=self.choose.randrange(-len(shape), len(shape)))

    def dense(self):
        found = self.pick(lambda s: len(s) == 2)
        if not found:
            return
        name, shape = found
        features = self.choose.choice([1, 3, 8, 10, 16, 33, 64])
        if shape[1] * features > 20000:
            return
        if self.choose.random() < 0.3:
            added = self.add("MatMul", [name, self.weights(shape[1], features, fan_in=shape[1])])
        else:
            transposed = self.choose.choice([0, 1])
            sizes = (features, shape[1]) if transposed else (shape[1], features)
            added = self.add("Gemm", [name, self.weights(*sizes, fan_in=shape[1]),
                                      self.weights(features, fan_in=1)],
                             transB=transposed, alpha=self.choice_of(1.0, 0.5))
        if added and self.choose.random() < 0.6:
            self._activate(self.last()[0])

    def flatten_dense(self):
        found = self.pick(lambda s: len(s) > 2 and np.prod(s[1:]) < 2000)
        if found and self.add("Flatten", [found[0]], axis=1):
            self.dense()

    def matmul(self):
        """Of two values, as in attention."""
        found = self.pick(lambda s: len(s) >= 2)
        name, shape = found
        if np.prod(shape) * shape[-2] > self.MOST_MACS:
            return
        permutation = list(range(len(shape)))
        permutation[-2:] = permutation[:-3:-1]
        if not self.add("Transpose", [name], perm=permutation):
            return
        if self.add("MatMul", [name, self.last()[0]]):
            self.add("Mul", [self.last()[0], self.constant(np.float32(1 / shape[-1]))])

    def gate(self):
        """Squeeze and excite."""
        found = self.pick(lambda s: len(s) == 4 and s[1] > 1)
        if not found:
            return
        name, (_, channels, _, _) = found
        middle = max(1, channels // 4)
        self.add("GlobalAveragePool", [name])
        self.add("Conv", [self.last()[0], self.weights(middle, channels, 1, 1)])
        self.add("Relu", [self.last()[0]])
        self.add("Conv", [self.last()[0], self.weights(channels, middle, 1, 1)])
        self.add(self.choice_of("Sigmoid", "HardSigmoid"), [self.last()[0]])
        self.add("Mul", self.choose.sample([name, self.last()[0]], 2))

    def normalise(self):
        found = self.pick(lambda s: len(s) == 4)
        if not found:
            return
        name, shape = found
        channels = shape[1]
        scale = self.constant(self.numbers.uniform(0.5, 1.5, channels).astype(np.float32))
        shift = self.weights(channels, fan_in=1)
        kind = self.choice_of("BatchNormalization", "BatchNormalization",
                              "InstanceNormalization", "LayerNormalization")
        # A large epsilon: what hardly varies is not amplified.
        if kind == "BatchNormalization":
            mean = self.weights(channels, fan_in=1)
            variance = self.constant(self.numbers.uniform(0.5, 2, channels).astype(np.float32))
            self.add(kind, [name, scale, shift, mean, variance])
        elif kind == "InstanceNormalization":
            self.add(kind, [name, scale, shift], epsilon=0.1)
        else:
            self.add(kind, [name, self.weights(shape[-1], fan_in=1),
                            self.weights(shape[-1], fan_in=1)], axis=-1, epsilon=0.1)

    def gather(self):
        name, shape = self.pick(lambda s: max(s, default=1) > 1)
        axis = self.choose.choice([i for i, size in enumerate(shape) if size > 1])
        count = self.choose.choice([1, 2, 3])
        indices = [self.choose.randrange(-shape[axis], shape[axis]) for _ in range(count)]
        self.add("Gather", [name, self.ints(*indices)], axis=axis)

    def recurrent(self):
        found = self.pick(lambda s: len(s) == 3 and s[0] * s[1] * s[2] < 3000 and s[0] < 40)
        if not found:
            return
        name, (_, _, size) = found
        hidden = self.choice_of(3, 4, 8)
        op, gates = self.choice_of(("LSTM", 4), ("GRU", 3), ("RNN", 1))
        both = self.choose.choice([1, 2])
        attributes = dict(direction="bidirectional" if both == 2 else
                          self.choice_of("forward", "reverse"), hidden_size=hidden)
        if op == "GRU":
            attributes["linear_before_reset"] = self.choose.choice([0, 1])
        self.add(op, [name, self.weights(both, gates * hidden, size),
                      self.weights(both, gates * hidden, hidden),
                      self.weights(both, 2 * gates * hidden, fan_in=4)], **attributes)

    # The result.

    def model(self):
        """None where no layer could be drawn."""
        used = {name for node in self.nodes for name in node.input}
        made = [v for v in self.values if v[0] not in self.inputs]
        outputs = [v for v in made if v[0] not in used]
        outputs += [v for v in made if v[0] in used and self.choose.random() < 0.06]
        return self.model_of(outputs) if outputs else None

    def model_of(self, outputs):
        def info(value):
            return helper.make_tensor_value_info(value[0], self.type_of(value[0]), value[1])
        read = {name for node in self.nodes for name in node.input}
        graph = helper.make_graph(
            self.nodes, "random", [info(v) for v in self.inputs.items()],
            [info(v) for v in outputs], [c for c in self.constants if c.name in read])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)],
                                  ir_version=9)
        onnx.checker.check_model(model, full_check=True)
        return model

    def data(self):
        return [self.numbers.uniform(-1, 1, shape).astype(np.float32)
                for shape in self.inputs.values()]
