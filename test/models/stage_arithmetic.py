"""Stages that compute element by element, or along axes: of random_stages.py."""

import numpy as np
from onnx import TensorProto

FLOAT, BOOL = TensorProto.FLOAT, TensorProto.BOOL
REDUCTIONS = ["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2",
              "ReduceSumSquare", "ReduceLogSumExp", "ReduceProd"]
UNARY = ["Neg", "Abs", "Sin", "Cos", "Atan", "Exp", "Tanh", "Sigmoid", "Relu", "Erf", "Softplus",
         "Softsign", "Mish", "HardSwish", "Elu", "Selu", "Floor", "Ceil", "Round", "Sign"]


class ArithmeticStages:
    KINDS = ["chain", "chain", "broadcasts", "integers", "compare", "casts", "reductions",
             "reductions", "arg_reduce", "scan", "top_k", "softmaxes", "norms", "norms",
             "quantise", "dequantise"]

    def _broadcast(self, shape):
        """A shape that is broadcast to `shape`."""
        part = [size if self.choose.random() < 0.6 else 1 for size in shape]
        return part[self.choose.choice([0, 0, self.choose.randrange(len(shape))]):]

    def chain(self):
        """Operators one after another, with values that are broadcast."""
        shape = self.shape(1, 5, most=1200)
        self.fresh(shape)
        self.add(self.choose.choice(UNARY), [self.last()[0]])
        for _ in range(self.choose.randint(1, 5)):
            name, size = self.last()
            kind = self.choose.random()
            if kind < 0.4:
                self.activation()
            elif kind < 0.8:
                other = self.fresh(self._broadcast(size))
                self.add(self.choice_of("Add", "Sub", "Mul", "Max", "Min"),
                         self.choose.sample([name, other], 2))
            else:
                values = self.numbers.uniform(0.5, 2, self._broadcast(size)).astype(np.float32)
                self.add(self.choice_of("Add", "Mul", "Div", "Sub"), [name, self.constant(values)])

    def broadcasts(self):
        """Neither operand has the shape of the result."""
        shape = self.shape(2, 4, most=1200)
        mine = [self.choose.random() < 0.5 for _ in shape]
        names = [self.fresh([size if keep == side else 1 for size, keep in zip(shape, mine)])
                 for side in (True, False)]
        self.add(self.choice_of("Add", "Mul", "Sub", "Max"), names)
        self.after(0.4)

    def integers(self):
        shape = self.shape(1, 4, most=1200)
        dtype = self.choice_of(TensorProto.INT32, TensorProto.INT32, TensorProto.INT64)
        name = self.fresh(shape, dtype)
        for _ in range(self.choose.randint(1, 3)):
            op = self.choice_of("Add", "Sub", "Mul", "Max", "Min", "BitwiseAnd", "BitwiseXor")
            if not self.add(op, [name, self.fresh(self._broadcast(shape), dtype)]):
                return
            name = self.last()[0]

    def compare(self):
        shape = self.shape(1, 4, most=1200)
        dtype = self.choice_of(FLOAT, FLOAT, TensorProto.INT32)
        self.add(self.choice_of("Greater", "Less", "GreaterOrEqual", "LessOrEqual", "Equal"),
                 [self.fresh(shape, dtype), self.fresh(self._broadcast(shape), dtype)])
        condition = self.last()[0]
        if self.choose.random() < 0.7:
            self.add("Where", [condition, self.fresh(shape), self.fresh(self._broadcast(shape))])

    def casts(self):
        kinds = [FLOAT, TensorProto.INT8, TensorProto.UINT8, TensorProto.INT32, TensorProto.INT64, BOOL]
        source, target = self.choose.sample(kinds, 2)
        name = self.fresh(self.shape(1, 4), source)
        if source == FLOAT:  # values that both ends of a small type hold
            self.add("Mul", [name, self.constant(np.float32(64))])
            self.add("Abs", [self.last()[0]])
            name = self.last()[0]
        self.add("Cast", [name], to=target)

    def reductions(self):
        shape = self.shape(1, 5)
        name = self.fresh(shape)
        op = self.choose.choice(REDUCTIONS)
        axes = self.choose.sample(range(len(shape)), self.choose.randint(1, len(shape)))
        if op == "ReduceProd" and np.prod([shape[a] for a in axes]) > 4:
            return
        self.add(op, [name, self.ints(*axes)], keepdims=self.choose.choice([0, 1]))

    def arg_reduce(self):
        shape = self.shape(1, 4)
        self.add(self.choice_of("ArgMax", "ArgMin"), [self.fresh(shape)],
                 axis=self.choose.randrange(len(shape)), keepdims=self.choose.choice([0, 1]),
                 select_last_index=self.choose.choice([0, 1]))

    def scan(self):
        shape = self.shape(1, 4, most=600)
        axis = self.constant(np.array(self.choose.randrange(len(shape)), np.int64))
        self.add("CumSum", [self.fresh(shape), axis], exclusive=self.choose.choice([0, 1]),
                 reverse=self.choose.choice([0, 1]))

    def top_k(self):
        shape = self.shape(1, 3, most=300)
        axis = self.choose.randrange(len(shape))
        count = self.ints(self.choose.randint(1, min(5, shape[axis])))
        self.add("TopK", [self.fresh(shape), count], outputs=2, axis=axis,
                 largest=self.choose.choice([0, 1]))

    def softmaxes(self):
        self.fresh(self.shape(1, 4, most=800))
        self.softmax()

    def norms(self):
        shape = self.image_shape(self.choose.choice([3, 4]))
        name = self.fresh(shape)
        channels, last = shape[1], shape[-1]
        kind = self.choice_of("BatchNormalization", "InstanceNormalization", "LayerNormalization",
                              "LRN", "LpNormalization", "MeanVarianceNormalization")
        scale, shift = self.weights(channels, fan_in=1), self.weights(channels, fan_in=1)
        if kind == "BatchNormalization":
            variance = self.constant(self.numbers.uniform(0.5, 2, channels).astype(np.float32))
            self.add(kind, [name, scale, shift, self.weights(channels, fan_in=1), variance])
        elif kind == "InstanceNormalization":
            self.add(kind, [name, scale, shift], epsilon=0.1)
        elif kind == "LayerNormalization":
            self.add(kind, [name, self.weights(last, fan_in=1), self.weights(last, fan_in=1)],
                     axis=-1, epsilon=0.1)
        elif kind == "LRN" and len(shape) == 4:  # of images alone in onnxruntime
            self.add(kind, [name], size=self.choose.choice([1, 3, 5]), alpha=0.1)
        elif kind == "LpNormalization":
            self.add(kind, [name], axis=self.choose.randrange(len(shape)), p=self.choose.choice([1, 2]))
        elif kind == "MeanVarianceNormalization" and np.prod(shape[2:]) * shape[0] > 8:
            if self.add(kind, [name], axes=[0, *range(2, len(shape))]):
                self.values[-1] = (self.last()[0], shape)  # ONNX infers none
        if self.last()[0] != name:
            self.after(0.4)

    def _scales(self, shape, dtype):
        """Per tensor or per axis: operands and attributes."""
        axis = self.choose.randrange(len(shape))
        size = [shape[axis]] if self.choose.random() < 0.5 else []
        scales = self.constant((2.0 ** -self.numbers.uniform(5, 8, size)).astype(np.float32))
        low, high = (0, 256) if dtype == np.uint8 else (-20, 20)
        zeros = self.constant(self.numbers.integers(low, high, size).astype(dtype))
        return [scales, zeros], dict(axis=axis) if size else {}

    def quantise(self):
        shape = self.shape(1, 4)
        operands, attributes = self._scales(shape, self.choose.choice([np.int8, np.uint8]))
        self.add("QuantizeLinear", [self.fresh(shape), *operands], **attributes)

    def dequantise(self):
        shape = self.shape(1, 4)
        kind = self.choose.choice([np.int8, np.uint8])
        operands, attributes = self._scales(shape, kind)
        dtype = TensorProto.INT8 if kind == np.int8 else TensorProto.UINT8
        self.add("DequantizeLinear", [self.fresh(shape, dtype), *operands], **attributes)
        self.after(0.5)
