"""A few nodes of ONNX and what they give, built up side by side."""

from dataclasses import dataclass, field

import numpy as np
from onnx import helper, numpy_helper

SETS = 3  # of inputs, for each of which the network runs

SIGNED = ["int8", "int16", "int32", "int64"]
UNSIGNED = ["uint8", "uint16", "uint32", "uint64"]
INTEGERS = SIGNED + UNSIGNED
FLOATS = ["float32", "float16", "float64"]


@dataclass
class Tensor:
    name: str
    value: np.ndarray  # the first dimension counts sets, but not of a constant


def integer_constants(dtype):
    info = np.iinfo(dtype)
    found = {0, 1, -1, 3, 5, 7, 10, 100, info.min, info.max, info.max // 3, -info.max // 5}
    for k in range(info.bits):
        found |= {s * (1 << k) + d for s in (1, -1) for d in (-1, 0, 1)}
    return sorted(c for c in found if info.min <= c <= info.max)


def float_constants(dtype):
    info = np.finfo(dtype)
    powers = [2.0 ** k for k in range(max(-40, int(info.minexp)), min(41, int(info.maxexp)))]
    plain = [0.0, 0.1, 1 / 3, 1.5, 3.0, 6.0, 7.0, 10.0, 100.0, 127.0, 128.0, 255.0, 1000.0,
             0.75, 31.0, 0.001, 4095.0, 32767.0]
    if info.bits > 16:
        plain += [65535.0, 65537.0, 2147483648.0, 1e10, 1e-10, float(np.finfo(np.float32).max)]
    return np.array([s * v for s in (1, -1) for v in powers + plain], dtype)


def constants_of(dtype):
    if np.issubdtype(dtype, np.floating):
        return float_constants(dtype)
    return np.array(integer_constants(dtype), dtype)


@dataclass
class Sketch:
    """One case: everything random in it comes from `rng`."""

    rng: np.random.Generator
    name: str
    inputs: list = field(default_factory=list)
    nodes: list = field(default_factory=list)
    constants: list = field(default_factory=list)
    words: list = field(default_factory=list)  # of the label
    tolerance: float = 0.0  # relative
    undefined: np.ndarray | None = None  # where ONNX leaves the result open

    def __post_init__(self):
        # Ends of vectors, one row or some.
        if self.rng.random() < 0.7:
            self.shape = (int(self.rng.integers(1, 71)),)
        else:
            rows = int(self.rng.integers(2, 6))
            self.shape = (rows, int(self.rng.integers(1, 70 // rows + 1)))

    def pick(self, choices):
        return choices[int(self.rng.integers(len(choices)))]

    def numbers(self, dtype, shape):
        """Small and large ones, and the constants."""
        if dtype == "bool":
            return self.rng.random(shape) < 0.5
        if np.issubdtype(dtype, np.floating):
            spread = 2.0 ** self.rng.integers(-4, 9 if dtype == "float16" else 14, shape)
            values = (self.rng.standard_normal(shape) * spread).astype(dtype)
        else:
            info = np.iinfo(dtype)
            values = self.rng.integers(info.min, info.max, shape, dtype, endpoint=True)
            small = self.rng.integers(max(info.min, -9), 10, shape).astype(dtype)
            values = np.where(self.rng.random(shape) < 0.4, small, values)
        special = self.rng.choice(constants_of(dtype), shape)
        return np.where(self.rng.random(shape) < 0.3, special, values).astype(dtype)

    def input(self, dtype, values=None):
        if values is None:
            values = self.numbers(dtype, (SETS, *self.shape))
        tensor = Tensor(f"{self.name}_in{len(self.inputs)}", values.astype(dtype))
        self.inputs.append(tensor)
        return tensor

    def constant(self, values):
        values = np.asarray(values)
        name = f"{self.name}_c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(values, name))
        return Tensor(name, values)

    def number(self, dtype, choices=None, spread=True):
        """One constant for all elements, or one for each, of `choices`."""
        choices = constants_of(dtype) if choices is None else np.asarray(choices, dtype)
        value = self.pick(choices)
        kind = self.pick(["scalar", "scalar", "one", "splat", "row"] if spread
                         else ["scalar", "one", "splat"])
        if kind == "scalar":
            values = value
        elif kind == "one":
            values = np.array([value], dtype)
        elif kind == "splat":
            values = np.full(self.shape, value, dtype)
        else:
            values = self.rng.choice(choices, self.shape[-1:]).astype(dtype)
        self.words.append(f"{kind} {value}")
        return self.constant(np.asarray(values, dtype))

    def node(self, op, operands, value, **attributes):
        """`value` is that of the result, or computes it from the operands'."""
        if callable(value):
            with np.errstate(all="ignore"):
                value = value(*[o.value for o in operands])
        result = Tensor(f"{self.name}_{len(self.nodes)}", value)
        self.nodes.append(helper.make_node(op, [o.name for o in operands], [result.name],
                                           name=f"{self.name}_{op}_{len(self.nodes)}",
                                           **attributes))
        self.words.append(f"{op}:{value.dtype}")
        return result

    def cast(self, x, dtype):
        to = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        if np.issubdtype(x.value.dtype, np.integer) and np.issubdtype(dtype, np.integer):
            from exact import wrap
            return self.node("Cast", [x], wrap(x.value, dtype), to=to)
        return self.node("Cast", [x], lambda v: v.astype(dtype), to=to)

    @property
    def label(self):
        return f"{self.name} {list(self.shape)} {' '.join(self.words)}"
