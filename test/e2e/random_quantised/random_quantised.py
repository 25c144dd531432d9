"""Random quantised (QDQ) networks, and what they are defined to give.

Every value is stored integers of 8 bits, or of 16 where a network is wide; between two of them are one or a few operators in real
numbers, which are fractions here: only exponentials are doubles, and a network in which
one of these comes near to a half is drawn again. A bias is in units of x_scale * w_scale.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import resizes
import rows
from reals import fractions, interpolated, spread, windows

TYPES = {np.dtype(np.int8): TensorProto.INT8, np.dtype(np.uint8): TensorProto.UINT8,
         np.dtype(np.int16): TensorProto.INT16, np.dtype(np.uint16): TensorProto.UINT16,
         np.dtype(np.float32): TensorProto.FLOAT}


class NearHalf(Exception):
    """A double that cannot tell to which side of a half a real number is."""


@dataclass
class Stored:
    name: str
    q: np.ndarray
    scale: np.float32
    zero: int

    @property
    def reals(self):
        return fractions(self.q, self.zero) * Fraction(float(self.scale))


class Network:
    """Draws the operators of one network."""

    def __init__(self, seed, wide=False):
        self.random = np.random.default_rng(seed)
        self.wide = wide
        self.nodes, self.initializers, self.inputs, self.outputs = [], [], [], []
        self.values, self.data, self.count = [], [], 0

    # Drawing.

    def pick(self, *choices):
        return choices[self.random.integers(len(choices))]

    def number(self, low, high):
        return int(self.random.integers(low, high + 1))

    def scale(self, near):
        """A float32 in the neighbourhood: any, or a power of two."""
        scale = near * 2.0 ** self.random.uniform(-1.5, 1.5)
        if self.random.random() < 0.3:
            scale = 2.0 ** round(math.log2(scale))
        return np.float32(scale)

    # ONNX.

    def name(self):
        self.count += 1
        return f"v{self.count}"

    def node(self, op, inputs, **attributes):
        out = self.name()
        self.nodes.append(helper.make_node(op, inputs, [out], name=f"{op}_{out}", **attributes))
        return out

    def constant(self, array):
        name = self.name()
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def dequantised(self, value):
        return self.node("DequantizeLinear", [
            value.name, self.constant(np.float32(value.scale)),
            self.constant(value.q.dtype.type(value.zero))])

    def type(self):
        if self.wide:
            return np.dtype(self.pick(np.int16, np.int16, np.int16, np.uint16, np.int8))
        return np.dtype(self.pick(np.int8, np.uint8))

    def quantised(self, real, numbers, scale=None, zero=None):
        """The value that ends in a QuantizeLinear, which is an output as well."""
        dtype = self.type()
        info = np.iinfo(dtype)
        most = max((abs(float(v)) for v in numbers.ravel()), default=1.0) or 1.0
        near = most / (100 if dtype.itemsize == 1 else 26000)
        scale = self.scale(near) if scale is None else scale
        if zero is None:
            zero = self.pick(self.number(info.min, info.max), (info.min + info.max + 1) // 2,
                             info.min)
        zero = min(max(zero, info.min), info.max)
        exact = Fraction(float(scale))
        q = [min(max(round(v / exact) + zero, info.min), info.max) if isinstance(v, Fraction)
             else min(max(self.rounded(v / float(scale)) + zero, info.min), info.max)
             for v in numbers.ravel()]
        out = self.node("QuantizeLinear", [real, self.constant(np.float32(scale)),
                                           self.constant(dtype.type(zero))])
        value = Stored(out, np.array(q, dtype).reshape(numbers.shape), scale, zero)
        self.outputs.append(value)
        self.values.append(value)
        return value

    def ended(self, real, numbers):
        """Sums of products: quantised, sometimes with another tensor added before, or
        an output of floats."""
        others = [v for v in self.values if v.q.shape == numbers.shape]
        if others and not self.wide and self.random.random() < 0.4:
            other = self.pick(*others)
            real, numbers = self.node("Add", [real, self.dequantised(other)]), numbers + other.reals
            self.quantised(*self.bounded(real, numbers))
        elif self.random.random() < 0.15:
            self.outputs.append(Stored(real, numbers.astype(np.float32), np.float32(1), 0))
        else:
            self.quantised(*self.bounded(real, numbers))

    @staticmethod
    def rounded(x):
        if abs(x - math.floor(x) - 0.5) < 1e-5:
            raise NearHalf
        return round(x)

    def add_input(self, shape, near=0.05):
        dtype = self.type()
        info = np.iinfo(dtype)
        q = self.random.integers(info.min, info.max + 1, shape).astype(dtype)
        value = Stored(self.name(), q, self.scale(near), self.number(info.min, info.max))
        self.inputs.append(value)
        self.values.append(value)
        return value

    def bounded(self, real, numbers):
        """Sometimes a relu or clip before the result is quantised."""
        kind = self.pick("", "", "Relu", "Clip")
        if kind == "Relu":
            return self.node("Relu", [real]), np.maximum(numbers, Fraction(0))
        if kind == "Clip":
            most = max(abs(float(v)) for v in numbers.ravel()) + 0.01
            low, high = np.float32(-0.3 * most), np.float32(self.random.uniform(0, 0.8) * most)
            real = self.node("Clip", [real, self.constant(low), self.constant(high)])
            return real, np.minimum(np.maximum(numbers, Fraction(float(low))), Fraction(float(high)))
        return real, numbers

    # Operators.

    def weights(self, shape, axis):
        """Stored weights: name in real numbers, integers less zero point, scales."""
        dtype = np.dtype(self.pick(np.int8, np.int8, np.uint8))
        info = np.iinfo(dtype)
        w = self.random.integers(info.min, info.max + 1, shape).astype(dtype)
        if self.random.random() < 0.2:
            w[tuple(slice(0, 1) if i == axis else slice(None) for i in range(w.ndim))] = 0
        each = shape[axis] if axis < len(shape) and self.random.random() < 0.5 else 1
        scales = np.array([self.scale(0.02) for _ in range(each)], np.float32)
        zero = 0 if dtype == np.int8 else self.pick(0, 128, 7)
        parameters = [scales, np.full(each, zero, dtype)]
        if each == 1:
            parameters = [p.reshape(()) for p in parameters]
        name = self.node("DequantizeLinear",
                         [self.constant(w), *map(self.constant, parameters)],
                         **({"axis": axis} if each > 1 else {}))
        return name, w.astype(np.int64) - zero, [Fraction(float(s)) for s in scales], scales

    def bias(self, x, scales, count):
        units = (np.float32(x.scale) * scales).astype(np.float32)
        b = self.random.integers(-3000, 3000, count).astype(np.int32)
        parameters = [units, np.zeros(len(units), np.int32)]
        if len(units) == 1:
            parameters = [p.reshape(()) for p in parameters]
        name = self.node("DequantizeLinear", [self.constant(b), *map(self.constant, parameters)],
                         **({"axis": 0} if len(units) > 1 else {}))
        return name, b.astype(np.int64)

    def conv(self):
        x = self.image()
        channels = x.q.shape[1]
        depthwise = self.random.random() < 0.3
        group = channels if depthwise else 1
        filters = channels * self.pick(1, 2) if depthwise else self.number(1, 8)
        kernel = [self.pick(1, 3), self.pick(1, 2, 3)]
        dilations = [self.pick(1, 1, 2), 1]
        pads = [self.number(0, 2) for _ in range(4)]
        strides = [self.pick(1, 2), self.pick(1, 2)]
        reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilations)]
        if any(x.q.shape[2 + i] + pads[i] + pads[2 + i] < reach[i] for i in range(2)):
            return
        w, integers, exact, scales = self.weights([filters, channels // group, *kernel], 0)
        padded = spread(x.q.astype(np.int64) - x.zero, pads, 0)
        per = filters // group
        sums = []
        for f in range(filters):
            first = f // per * (channels // group)
            taps = windows(padded[:, first:first + channels // group], kernel, strides, dilations)
            sums.append((taps * integers[f].reshape(1, -1, 1, 1, kernel[0] * kernel[1]))
                        .sum((1, 4)))
        acc = np.stack(sums, 1)
        operands = [self.dequantised(x), w]
        if self.random.random() < 0.8:
            name, b = self.bias(x, scales, filters)
            operands.append(name)
            acc = acc + b.reshape(1, -1, 1, 1)
        unit = Fraction(float(x.scale))
        numbers = fractions(acc)
        for f in range(filters):
            numbers[:, f] *= unit * exact[f if len(exact) > 1 else 0]
        real = self.node("Conv", operands, kernel_shape=kernel, pads=pads, strides=strides,
                         dilations=dilations, group=group)
        self.ended(real, numbers)

    def transposed(self):
        """A ConvTranspose: each element of the input, times the filter, is added to what
        lies under it."""
        x = self.image()
        group = x.q.shape[1] if self.random.random() < 0.2 else 1
        per = self.number(1, 4)
        kernel, strides = ([self.number(1, 4) for _ in range(2)] for _ in range(2))
        padding = [self.number(0, s - 1) for s in strides]
        shape = [x.q.shape[1], per, *kernel]
        w, integers, exact, scales = self.weights(shape, 1 if group == 1 else 4)
        rows, columns = ((n - 1) * s + k + p for n, s, k, p in
                         zip(x.q.shape[2:], strides, kernel, padding))
        sums = np.zeros((1, per * group, rows, columns), np.int64)
        data = x.q.astype(np.int64) - x.zero
        for c, f, i, j in np.ndindex(*shape):
            feature = f + (c * per if group > 1 else 0)
            sums[0, feature, i:i + strides[0] * data.shape[2]:strides[0],
                 j:j + strides[1] * data.shape[3]:strides[1]] += data[0, c] * integers[c, f, i, j]
        pads = [self.number(0, min(2, (n - 1) // 2)) for n in (rows, columns) for _ in range(2)]
        pads = [pads[0], pads[2], pads[1], pads[3]]
        sums = sums[:, :, pads[0]:rows - pads[2], pads[1]:columns - pads[3]]
        operands = [self.dequantised(x), w]
        if self.random.random() < 0.6:
            name, b = self.bias(x, scales, per * group)
            operands.append(name)
            sums = sums + b.reshape(1, -1, 1, 1)
        numbers = fractions(sums) * Fraction(float(x.scale))
        for f in range(per * group):
            numbers[:, f] *= exact[f if len(exact) > 1 else 0]
        real = self.node("ConvTranspose", operands, kernel_shape=kernel, strides=strides,
                         pads=pads, output_padding=padding, group=group)
        if numbers.size <= 1200:
            self.quantised(*self.bounded(real, numbers))

    def gemm(self):
        x = self.pick(*self.values)
        flat = Stored(x.name, x.q.reshape(1, -1), x.scale, x.zero)
        real = self.node("Reshape", [self.dequantised(x), self.constant(np.array([1, -1]))])
        depth, columns = flat.q.shape[1], self.number(1, 9)
        if depth > 600:
            return
        transposed = self.random.random() < 0.5
        shape, axis = ([columns, depth], 0) if transposed else ([depth, columns], 1)
        w, integers, exact, scales = self.weights(shape, axis)
        acc = (flat.q.astype(np.int64) - flat.zero) @ (integers.T if transposed else integers)
        if transposed:
            name, b = self.bias(x, scales, columns)
            real = self.node("Gemm", [real, w, name], transB=1)
            acc = acc + b
        else:
            real = self.node("MatMul", [real, w])
            if self.random.random() < 0.5:
                name, b = self.bias(x, scales, columns)
                real = self.node("Add", [real, name])
                acc = acc + b
        numbers = fractions(acc)
        for n in range(columns):
            numbers[:, n] *= Fraction(float(x.scale)) * exact[n if len(exact) > 1 else 0]
        self.ended(real, numbers)

    def image(self):
        return self.pick(*[v for v in self.values if v.q.ndim == 4])

    def pair(self):
        a = self.pick(*self.values)
        return a, self.pick(*[v for v in self.values if v.q.shape == a.q.shape])

    def binary(self):
        a, b = self.pair()
        op = self.pick("Add", "Add", "Sub", "Mul")
        real = self.node(op, [self.dequantised(a), self.dequantised(b)])
        numbers = {"Add": a.reals + b.reals, "Sub": a.reals - b.reals, "Mul": a.reals * b.reals}[op]
        # Often in the unit of an operand, or twice that: halves.
        scale = self.pick(None, a.scale, np.float32(2 * a.scale)) if op != "Mul" else None
        self.quantised(*self.bounded(real, numbers), scale=scale)

    def pool(self):
        x = self.image()
        kernel, strides = [self.pick(1, 2, 3), self.pick(2, 3)], [self.pick(1, 2), self.pick(1, 2)]
        pads = [self.number(0, k // 2) for k in kernel * 2]
        if any(x.q.shape[2 + i] + pads[i] + pads[2 + i] < kernel[i] for i in range(2)):
            return
        operand = self.dequantised(x)
        if self.random.random() < 0.4:
            real = self.node("MaxPool", [operand], kernel_shape=kernel, strides=strides, pads=pads)
            numbers = windows(spread(x.reals, pads, Fraction(-10**9)), kernel, strides).max(-1)
        else:
            counted = self.pick(0, 1)
            real = self.node("AveragePool", [operand], kernel_shape=kernel, strides=strides,
                             pads=pads, count_include_pad=counted)
            ones = spread(np.ones(x.q.shape, np.int64), pads, counted)
            divisor = fractions(windows(ones, kernel, strides).sum(-1))
            numbers = windows(spread(x.reals, pads, Fraction(0)), kernel, strides).sum(-1) / divisor
        self.quantised(real, numbers, scale=self.pick(None, x.scale, x.scale))

    def mean(self):
        x = self.image()
        real = self.node("GlobalAveragePool", [self.dequantised(x)])
        count = x.q.shape[2] * x.q.shape[3]
        numbers = x.reals.sum((2, 3), keepdims=True) / Fraction(count)
        self.quantised(real, numbers, scale=self.pick(None, x.scale))

    def move(self):
        x = self.image()
        operand, numbers = self.dequantised(x), x.reals
        kind = self.pick("Transpose", "Pad", "Slice", "Concat", "Resize")
        if kind == "Transpose":
            real = self.node("Transpose", [operand], perm=[0, 1, 3, 2])
            numbers = numbers.transpose(0, 1, 3, 2)
        elif kind == "Pad":
            real = self.node("Pad", [operand, self.constant(np.array([0, 0, 1, 0, 0, 0, 0, 2]))])
            numbers = np.pad(numbers, [(0, 0), (0, 0), (1, 0), (0, 2)], constant_values=Fraction(0))
        elif kind == "Slice":
            real = self.node("Slice", [operand, *map(self.constant, (
                np.array([0]), np.array([x.q.shape[2] // 2 + 1]), np.array([2])))])
            numbers = numbers[:, :, :x.q.shape[2] // 2 + 1]
        elif kind == "Concat":
            other = self.pick(*[v for v in self.values if v.q.ndim == 4 and
                                v.q.shape[2:] == x.q.shape[2:]])
            real = self.node("Concat", [operand, self.dequantised(other)], axis=1)
            numbers = np.concatenate([numbers, other.reals], 1)
        else:
            real = self.node("Resize", [operand, "", self.constant(
                np.array([1, 1, 2, 2], np.float32))], mode="nearest",
                coordinate_transformation_mode="asymmetric", nearest_mode="floor")
            numbers = numbers.repeat(2, 2).repeat(2, 3)
        if numbers.size <= 1200:
            self.quantised(*self.bounded(real, numbers), scale=self.pick(None, x.scale))

    def resize(self):
        x = self.image()
        cubic = self.random.random() < 0.3
        coordinate = self.pick("half_pixel", "align_corners", "asymmetric", "pytorch_half_pixel",
                               *["half_pixel_symmetric"] * self.wide)
        numbers, parameters = x.reals, []
        sizes = self.random.random() < 0.5 and not cubic
        for axis in (2, 3):
            before = x.q.shape[axis]
            scale = Fraction(self.number(1, 12), before) if sizes else Fraction(self.pick(
                *((1, 2) if cubic else (1, 2, 3, 1.5, 0.5, 1.25, 0.75))))
            if cubic and self.wide and axis == 3:
                scale = Fraction(1)  # sums of 2^32 have no room
            whole = math.floor(before * scale)
            if whole == 0 or (coordinate == "align_corners" and whole != before * scale):
                scale = Fraction(2)
            parameters.append(int(before * scale) if sizes else float(scale))
            taps = [interpolated(before, scale, position, coordinate, cubic)
                    for position in range(math.floor(before * scale))]
            numbers = np.stack([sum(np.take(numbers, i, axis) * w for i, w in tap)
                                for tap in taps], axis)
        last = np.array([1, x.q.shape[1], *parameters], np.int64) if sizes else \
            np.array([1, 1, *parameters], np.float32)
        operands = [self.dequantised(x), "", *[""] * sizes, self.constant(last)]
        real = self.node("Resize", operands, mode="cubic" if cubic else "linear",
                         coordinate_transformation_mode=coordinate)
        if numbers.size <= 1200:
            self.quantised(*self.bounded(real, numbers), scale=self.pick(None, x.scale, x.scale))

    def function(self):
        x = self.pick(*self.values)
        operand, floats = self.dequantised(x), x.reals.astype(float)
        kind = self.pick("Sigmoid", "Tanh", "HardSwish", "SiLU", "LeakyRelu", "PRelu", "Abs",
                         *["Softmax"] * (not self.wide))
        if kind in ("LeakyRelu", "PRelu", "Abs"):
            return self.rectifier(kind, x, operand)
        if kind == "Softmax":
            real = self.node("Softmax", [operand], axis=1)
            e = np.exp(floats - floats.max(1, keepdims=True))
            numbers, scale = e / e.sum(1, keepdims=True), np.float32(1 / 256)
        elif kind == "HardSwish":
            real = self.node("HardSwish", [operand])
            # Its 1/6 is a float32's, and its bounds are not met near a half.
            numbers = floats * np.clip(floats * float(np.float32(1 / 6)) + 0.5, 0, 1)
            scale = None
        else:
            real = self.node("Tanh" if kind == "Tanh" else "Sigmoid", [operand])
            with np.errstate(over="ignore"):
                numbers = np.tanh(floats) if kind == "Tanh" else 1 / (1 + np.exp(-floats))
            scale = np.float32(self.pick(1 / 128, 1 / 256, 0.0071) / (256 if self.wide else 1))
            if kind == "SiLU":
                real = self.node("Mul", [operand, real])
                numbers, scale = floats * numbers, None
        self.quantised(real, numbers, scale=scale)

    def rectifier(self, kind, x, operand):
        """Straight lines on both sides of 0."""
        if kind == "Abs":
            real, numbers = self.node("Abs", [operand]), abs(x.reals)
        elif kind == "LeakyRelu":
            alpha = np.float32(self.pick(0.01, 0.3, 0.5))
            real = self.node("LeakyRelu", [operand], alpha=float(alpha))
            numbers = np.where(x.q < x.zero, x.reals * Fraction(float(alpha)), x.reals)
        else:
            shape = [x.q.shape[1], *[1] * (x.q.ndim - 2)]
            slope = self.random.uniform(-0.5, 1, shape).astype(np.float32)
            real = self.node("PRelu", [operand, self.constant(slope)])
            each = np.frompyfunc(lambda v: Fraction(float(v)), 1, 1)(slope)
            numbers = np.where(x.q < x.zero, x.reals * each, x.reals)
        self.quantised(real, numbers, scale=self.pick(None, x.scale))

    def draw(self, operators):
        for _ in range(self.number(1, 2)):
            self.add_input([1, self.number(1, 6), self.number(3, 8), self.number(3, 8)])
        kinds = [self.conv, self.conv, self.transposed, self.gemm, self.binary, self.binary, self.pool, self.mean,
                 self.move, self.resize, self.function]
        while len(self.outputs) < operators:
            self.pick(*kinds)()
        if self.wide:
            rows.add_softmax(self)
        resizes.add_resize(self)
        return self

    def model(self):
        def info(value):
            return helper.make_tensor_value_info(value.name, TYPES[value.q.dtype], value.q.shape)
        graph = helper.make_graph(self.nodes, "random", [info(v) for v in self.inputs],
                                  [info(v) for v in self.outputs], self.initializers)
        return helper.make_model(graph, ir_version=10 if self.wide else 8,
                                 opset_imports=[helper.make_opsetid("", 21 if self.wide else 17)])


def draw(seed, operators, wide=False):
    """A network none of whose numbers is too near to a half to be known."""
    for attempt in range(100):
        try:
            return Network([seed, attempt], wide).draw(operators)
        except NearHalf:
            continue
    raise RuntimeError(f"seed {seed}: no network")
