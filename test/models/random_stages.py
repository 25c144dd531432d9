"""Networks of many stages that have nothing to do with each other.

Each stage has inputs and outputs of its own and is of one kind (KINDS); its
shapes, types, attributes and what is fused into it are drawn. So one program runs
a hundred stages, and a wrong result says which one. A stage follows from the
seed and its number alone and can be made without the others.
"""

import numpy as np
from onnx import TensorProto, helper

from random_networks import RandomNetwork
from stage_arithmetic import ArithmeticStages
from stage_movement import MovementStages
from stage_windows import WindowStages

SIZES = [1, 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 20, 24, 31, 32, 33, 40]
FLOAT, BOOL = TensorProto.FLOAT, TensorProto.BOOL
INTEGERS = [TensorProto.INT8, TensorProto.UINT8, TensorProto.INT32, TensorProto.INT64]


class DoesNotFit(Exception):
    """A layer was drawn that the last value cannot go into."""


class RandomStages(MovementStages, ArithmeticStages, WindowStages, RandomNetwork):
    """`numbers` says which stages of the seed; all after another without end."""

    MOST_ELEMENTS = 2400
    MOST_MACS = 60_000
    KINDS = MovementStages.KINDS + ArithmeticStages.KINDS + WindowStages.KINDS

    def __init__(self, seed, numbers):
        self.nodes, self.constants, self.values = [], [], []
        self.inputs, self.types = {}, {}
        self.seed, self.number = seed, 0
        self.outputs = {}  # name: (number, kind, shape)
        self.sources = {}  # of an input: number of its stage, number in it
        for self.number in numbers:
            self._stage()

    def _stage(self):
        self.start([self.seed, self.number])
        kind = self.KINDS[self.number % len(self.KINDS)]
        self.sides = self.choose.choice([range(1, 6), range(3, 9), range(6, 15), range(9, 20)])
        self.channels = self.choose.choice([[1, 2, 3, 4, 5], [3, 4, 7, 8], [8, 12, 16, 17, 24]])
        nodes, inputs, made = len(self.nodes), dict(self.inputs), []
        while not made:  # some draw what ONNX or `add` refuses
            del self.nodes[nodes:]
            self.values, self.inputs = [], dict(inputs)
            try:
                getattr(self, kind)()
            except DoesNotFit:
                continue
            made = self._results(self.nodes[nodes:])
        for name, shape in made:
            self.outputs[name] = (self.number, kind, shape)

    def _results(self, nodes):
        used = {name for node in nodes for name in node.input}
        return [value for value in self.values
                if value[0] not in self.inputs and value[0] not in used]

    # What the kinds draw from.

    def pick(self, condition=lambda shape: len(shape) > 0):
        """RandomNetwork's layers go on with the last value."""
        if not condition(self.last()[1]):
            raise DoesNotFit
        return self.last()

    def shape(self, low, high=None, most=None, sizes=SIZES):
        """Of random rank and sizes, with at most `most` elements."""
        rank = self.choose.randint(low, high or low)
        while True:
            shape = tuple(self.choose.choice(sizes) for _ in range(rank))
            if 2 <= np.prod(shape) <= (most or self.MOST_ELEMENTS):
                return shape

    def fresh(self, shape, dtype=FLOAT):
        """An input of the network, the stage's own."""
        name = f"x{len(self.inputs)}_{len(self.nodes)}"
        own = sum(number == self.number for number, _ in self.sources.values())
        self.sources[name] = (self.number, own)
        self.inputs[name] = tuple(shape)
        self.types[name] = dtype
        self.values.append((name, tuple(shape)))
        return name

    def any_type(self):
        return self.choose.choice([FLOAT] * 4 + INTEGERS + [BOOL])

    def image_shape(self, rank=4):
        limit = max(self.sides)
        while True:
            sides = (min(self.choose.choice(self.sides), limit) for _ in range(rank - 2))
            shape = (self.choose.choice([1, 1, 1, 1, 2]), self.choose.choice(self.channels), *sides)
            if np.prod(shape) <= self.MOST_ELEMENTS:
                return shape
            limit = max(1, limit - 1)

    def before(self, chance=0.25):
        """What a stage reads may be the result of another one, moved or computed."""
        if self.choose.random() < chance:
            self.choice_of(self.activation, self.transpose, self.pad)()

    def after(self, chance=0.6):
        """What may fuse into the stage behind it."""
        while self.choose.random() < chance:
            chance /= 2
            self.choice_of(self.activation, self.activation, self.per_channel, self.transpose,
                           self.residual)()

    def residual(self):
        name, shape = self.last()
        self.add(self.choice_of("Add", "Sub", "Mul"),
                 self.choose.sample([name, self.fresh(shape)], 2))

    # The result.

    def model(self):
        return self.model_of([(name, shape) for name, (_, _, shape) in self.outputs.items()])

    def data(self):
        return [self._data(name, shape) for name, shape in self.inputs.items()]

    def _data(self, name, shape):
        numbers = np.random.default_rng([self.seed, *self.sources[name]])
        dtype = self.types[name]
        if dtype == FLOAT:
            return numbers.uniform(-1, 1, shape).astype(np.float32)
        element = helper.tensor_dtype_to_np_dtype(dtype)
        low, high = {BOOL: (0, 1), TensorProto.UINT8: (0, 200)}.get(dtype, (-100, 100))
        return numbers.integers(low, high + 1, shape).astype(element)
