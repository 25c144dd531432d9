"""One case of a quantised operator while it is drawn, and what becomes of it."""

from dataclasses import dataclass, field

import numpy as np
from onnx import TensorProto, helper, numpy_helper

import definition as exact

SETS = 2  # of inputs, for each of which the network runs
MICROSOFT = "com.microsoft"


@dataclass
class Case:
    label: str
    node: object  # of one output, 'y'
    inputs: list  # (name, array), whose first dimension counts sets
    constants: list  # (name, array)
    # For each set: least, exact and largest number; or (number, tolerance) of floats.
    expected: list
    opset: int = 21
    runs_in_onnxruntime: bool = True
    twin: "Case | None" = None  # of int8


@dataclass
class Draft:
    """What a family draws: a node's operands in their order, and attributes."""

    rng: np.random.Generator
    unsigned: bool  # the 8 bits of activations
    operands: list = field(default_factory=list)
    inputs: list = field(default_factory=list)
    constants: list = field(default_factory=list)

    @property
    def dtype(self):
        return np.uint8 if self.unsigned else np.int8

    def shifted(self, values):
        """uint8 numbers as this draft's type."""
        values = np.asarray(values, np.int64)
        return (values if self.unsigned else values - 128).astype(self.dtype)

    def numbers(self, shape):
        return self.shifted(self.rng.integers(0, 256, shape))

    def scale(self, shape=(), largest=0.1):
        return (largest * np.exp2(-self.rng.uniform(0, 4, shape))).astype(np.float32)

    def zero(self, shape=()):
        return self.shifted(self.rng.integers(90, 170, shape))

    def add(self, array, is_input=False):
        """The next operand; an input of the network has one for each set."""
        if array is None:
            self.operands.append("")
            return array
        name = f"{'x' if is_input else 'c'}{len(self.operands)}"
        self.operands.append(name)
        (self.inputs if is_input else self.constants).append((name, np.asarray(array)))
        return array

    def activations(self, shape):
        return self.add(self.numbers((SETS, *shape)), is_input=True)

    def quantised(self, shape, scale, zero):
        """An input with its parameters: the integers and Reals of each set."""
        x = self.activations(shape)
        self.add(scale)
        self.add(zero)
        return [exact.dequantise(q, scale, 0 if zero is None else zero) for q in x]

    def case(self, op, expected, domain=MICROSOFT, **attributes):
        while not self.operands[-1]:
            self.operands.pop()
        node = helper.make_node(op, self.operands, ["y"], domain=domain, **attributes)
        return Case(f"{op} {attributes}", node, self.inputs, self.constants, expected)

    def result_parameters(self, scale, absent=False):
        zero = None if absent else self.zero()
        self.add(scale)
        self.add(zero)
        return scale, self.dtype(0) if zero is None else zero

    def quantise(self, reals, parameters):
        return [exact.quantise(r, *parameters, self.dtype) for r in reals]


def weights(draft, shape, axis, per_channel, signed):
    """Constant integers with parameters: (q, scale, zero), each of them added."""
    dtype, low = (np.int8, -128) if signed else (np.uint8, 0)
    count = (shape[axis],) if per_channel else ()
    q = draft.rng.integers(low, low + 256, shape).astype(dtype)
    # Quantisers give signed weights no zero point.
    zero = (np.zeros(count) if signed else draft.rng.integers(100, 150, count)).astype(dtype)
    draft.add(q)
    scale = draft.add(draft.scale(count))
    draft.add(zero)
    return q, scale, zero


def int32_bias(draft, shape, x_scale, w_scale):
    bias = draft.rng.integers(-20000, 20000, shape).astype(np.int32)
    scale = np.float64(x_scale) * np.asarray(w_scale, np.float64)
    fractions = exact.each(lambda b, s: exact.Fraction(int(b)) * exact.Fraction(float(s)),
                           bias, np.broadcast_to(scale, bias.shape))
    return bias, exact.Reals(fractions, exact.each(abs, fractions))


def tensor(name, array):
    return numpy_helper.from_array(array, name)


def element_type(array):
    return helper.np_dtype_to_tensor_dtype(np.asarray(array).dtype)


def renamed(case, prefix, all_inputs=False):
    """The case's node, inputs and constants under names of their own. With `all_inputs`
    the constants are inputs too, but for packed weights, which have to be known."""
    node = type(case.node)()
    node.CopyFrom(case.node)
    node.input[:] = [prefix + name if name else "" for name in case.node.input]
    node.output[:] = [prefix + name for name in case.node.output]
    node.name = prefix + "node"
    inputs = [(prefix + name, array) for name, array in case.inputs]
    if all_inputs and node.op_type not in ("MatMulNBits", "GatherBlockQuantized"):
        inputs += [(prefix + name, np.stack([array] * SETS)) for name, array in case.constants]
        return node, inputs, []
    return node, inputs, [tensor(prefix + name, array) for name, array in case.constants]


def result_type(case):
    exact_one = case.expected[0]
    return TensorProto.FLOAT if len(exact_one) == 2 else element_type(exact_one[1])
