#!/usr/bin/env python3
"""Executed instructions of int8 layers for each multiply-accumulate, on Arm.

    benchmarks/integer_layers.py --build build             the table on standard output
    benchmarks/integer_layers.py --build build --write     and into docs/results.md

Each layer is an nn module of one convolution or product with its rescaling, drawn
at random: weights of 8 bits (a second table: of 4 and 2, as a network has them that
was quantised so, and of 1, which are -1 or 1; others: weights of 16 values, data of 16 bits), a factor for each channel,
a zero point of the data.
It runs under QEMU, whose plugin counts the instructions of the call; its result
is compared, byte for byte, with exact arithmetic. Beside it stands the same layer
in float32 with a ReLU. A count is no time: it knows no latency and no dual issue. For
cores whose manual has a table of cycles those are modelled (cycles.py).
"""

import argparse
import sys
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "test" / folder) for folder in ("harness", "models")]

import requantise  # noqa: E402
from board import BoardError, program_of  # noqa: E402
from cycles import MODELLED, modelled_cycles  # noqa: E402
from emulated_targets import require_programs, target_options  # noqa: E402
from results import Report, write_section  # noqa: E402

TARGETS = ("cortex-m0", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55",
           "armv6", "armv8-neon")
# Of a target, with instructions of their own: SDOT, SMMLA.
PROCESSORS = {"armv8-neon": ("cortex-a76", "cortex-a510")}
INPUT_ZERO, OUTPUT_ZERO = -5, -3
# So much that no layer goes without scratch memory or larger weights.
ROOM = ["--ram=256K", "--flash=1M"]


@dataclass
class Layer:
    name: str
    size: tuple  # rows and columns; none: a product
    channels: int
    features: int
    window: int = 1
    depthwise: bool = False
    bits: int = 8  # of weights
    data_bits: int = 8  # and of results
    values: int = 0  # so many different weights; 0: any
    zeros: float = 0  # share of a product's weights
    together: int = 1  # so many neighbours along the sum are 0 or not
    goals: dict = None  # instructions for each multiply-accumulate, at most

    @property
    def weights_shape(self):
        if not self.size:
            return (self.channels, self.features)
        return (self.features, 1 if self.depthwise else self.channels, self.window, self.window)

    @property
    def input_shape(self):
        return (1, *self.size, self.channels)

    @property
    def output_shape(self):
        return (1, *self.size, self.features)

    @property
    def macs(self):
        depth = self.window ** 2 * (1 if self.depthwise else self.channels)
        return int(np.prod(self.output_shape)) * depth

    def sums(self, x, w):
        """Accumulators of x (less its zero point), padded with zeros."""
        if not self.size:
            return x @ w
        pad = self.window // 2
        rows, columns = self.size
        padded = np.pad(x[0], [(pad, pad), (pad, pad), (0, 0)])
        total = np.zeros(self.output_shape[1:], x.dtype)
        for i in range(self.window):
            for j in range(self.window):
                part, taps = padded[i:i + rows, j:j + columns], w[:, :, i, j]
                total += part * taps[:, 0] if self.depthwise else part @ taps.T
        return total[None]


def goals(m4, m3, m0, m55):
    return {"cortex-m4": m4, "cortex-m7": m4, "cortex-m33": m4, "cortex-m3": m3,
            "cortex-m0": m0, "cortex-m55": m55, "armv6": m4 * 1.05}


DOT_PRODUCTS = {"cortex-a76": 0.12, "cortex-a510": 0.08}

LAYERS = [
    Layer("3x3, 16 to 16", (32, 32), 16, 16, 3, goals=goals(0.55, 1.05, 2.6, 0.14)),
    Layer("3x3, 64 to 64", (8, 8), 64, 64, 3,
          goals=goals(0.42, 0.85, 2.4, 0.125) | {"armv8-neon": 0.18, **DOT_PRODUCTS}),
    Layer("1x1, 64 to 64", (25, 5), 64, 64,
          goals=goals(0.85, 1.6, 2.8, 0.165) | {"armv8-neon": 0.3, **DOT_PRODUCTS}),
    Layer("1x1, 8 to 16", (48, 48), 8, 16, goals=goals(1.6, 2.9, 5.5, 0.7)),
    Layer("depthwise 3x3, 64", (25, 5), 64, 64, 3, True, goals=goals(1.8, 2.5, 7, 0.8)),
    Layer("depthwise 3x3, 8", (48, 48), 8, 8, 3, True, goals=goals(1.8, 2.5, 7, 0.8)),
    Layer("product, 640 to 128", (), 640, 128, goals=goals(0.92, 2.3, 4.2, 0.15)),
    Layer("first layer 3x3, 3 to 16", (32, 32), 3, 16, 3, goals=goals(1.1, 2.2, 4.5, 0.35)),
]


# Weights of few bits: as issues of the project ask for.
NARROW = [
    Layer("product, 640 to 128", (), 640, 128, bits=4, goals=goals(1.35, 1.8, 3.6, 0)),
    Layer("1x1, 64 to 64", (25, 5), 64, 64, bits=4, goals={"cortex-m4": 1.2}),
    Layer("3x3, 64 to 64", (8, 8), 64, 64, 3, bits=4, goals={}),
    Layer("product, 640 to 128", (), 640, 128, bits=2, goals={}),
    Layer("1x1, 64 to 64", (25, 5), 64, 64, bits=2, goals={}),
    Layer("product, 640 to 128", (), 640, 128, bits=1, goals={"cortex-m4": 1.0, "cortex-m0": 2.0}),
    Layer("1x1, 64 to 64", (25, 5), 64, 64, bits=1, goals={"cortex-m4": 0.75}),
    Layer("3x3, 64 to 64", (8, 8), 64, 64, 3, bits=1, goals={}),
]
NARROW_TARGETS = ("cortex-m0", "cortex-m3", "cortex-m4", "armv6")

# Weights of 16 values, and how many more instructions than whole bytes they may take.
CODED = [
    (Layer("product, 640 to 128", (), 640, 128, values=16), 1.30),
    (Layer("1x1, 64 to 64", (25, 5), 64, 64, values=16), 1.12),
]
# Thousandths of an instruction that a byte less may take: as dear as `--flash=` makes it.
DEAR = 1_000_000


def tensor(shape, element):
    return f"tensor<{''.join(f'{d}x' for d in shape)}{element}>"


def constant(name, values, element):
    return (f"  %{name} = arith.constant dense<{values.tolist()}> : "
            f"{tensor(values.shape, element)}\n")


def array(*entries):
    return f"array<i64: {', '.join(map(str, entries))}>"


class Drawn:
    """A layer's numbers, and the modules that compute it."""

    def __init__(self, layer):
        rng = np.random.default_rng(11)
        self.layer = layer
        self.half = 2 ** (layer.data_bits - 1)
        # As quantisers have it: numbers of 16 bits have a zero point of 0.
        self.zero = INPUT_ZERO if layer.data_bits == 8 else 0
        self.x = rng.integers(-self.half, self.half, layer.input_shape)
        most = 2 ** (layer.bits - 1) - 1
        self.w = np.clip(np.rint(rng.normal(0, max(most * 0.315, 0.8), layer.weights_shape)),
                         -most - (layer.bits < 8), most).astype(int)
        if layer.bits == 1:
            self.w = rng.choice([-1, 1], layer.weights_shape)
        if layer.values:
            places = (np.arange(layer.values) + 0.5) / layer.values
            values = np.unique(np.rint(np.quantile(self.w, places)).astype(int))
            self.w = values[np.abs(self.w[..., None] - values).argmin(-1)]
        if layer.zeros:
            groups = (layer.channels // layer.together, layer.features)
            kept = np.repeat(rng.random(groups) >= layer.zeros, layer.together, axis=0)
            self.w[~kept] = 0
        self.bias = rng.integers(-1000, 1000, layer.features)
        sums = layer.sums(self.x - self.zero, self.w) + self.bias
        reach = int(sums.min()), int(sums.max())
        spread = np.abs(sums).reshape(-1, layer.features).mean(0)
        if layer.bits < 8 or not layer.size:  # one sum says little of what a column's are
            spread[:] = spread.mean()
        scales = [Fraction(float(np.float32(f / max(s, 1.0)))) for s, f in
                  zip(spread, rng.uniform(30, 60, layer.features) * self.half / 128)]
        if layer.data_bits == 8:
            # As dlc does: one shift for all channels where that is exact.
            shift = requantise.largest_shift(max(scales), OUTPUT_ZERO, -128, 127)
            found = [requantise.choose(s, OUTPUT_ZERO, reach, -128, 127, shift) or
                     requantise.choose(s, OUTPUT_ZERO, reach, -128, 127) for s in scales]
        else:
            found = [self.wide(s, max(scales)) for s in scales]
        self.multiplier = np.array([r.multiplier for r in found])
        self.addend = np.array([r.addend for r in found])
        self.shift = np.array([r.shift for r in found])
        exact = np.vectorize(lambda a, n: requantise.exact(int(a), scales[n], OUTPUT_ZERO,
                                                           -self.half, self.half - 1))
        self.expected = exact(sums, np.arange(layer.features)).astype(self.type)

    @property
    def type(self):
        return np.int8 if self.layer.data_bits == 8 else np.int16

    @staticmethod
    def wide(scale, largest):
        """A multiplier in units of 2^-32."""
        shift = 43
        while largest * 2 ** shift >= 2 ** 31 - 1:
            shift -= 1
        return requantise.Rescale(round(scale * 2 ** (shift + 32)),
                                  (2 * OUTPUT_ZERO + 1) << (shift - 1), shift)

    def op(self, operands, types, result, attributes=""):
        layer = self.layer
        if layer.size:
            pad = layer.window // 2
            geometry = (f"strides = {array(1, 1)}, pads = {array(pad, pad, pad, pad)}, "
                        f"dilations = {array(1, 1)}, layout = #nn.layout<channels_last>, "
                        f"group = {layer.channels if layer.depthwise else 1} : i64")
            attributes = f"{geometry}, {attributes}" if attributes else geometry
        name = "conv" if layer.size else "matmul"
        return (f"  %sums = nn.{name} {operands} {{{attributes}}} : ({', '.join(types)}) -> "
                f"{tensor(layer.output_shape, result)}\n")

    def integers(self):
        layer, stored = self.layer, f"i{self.layer.data_bits}"
        head = (f"func.func @main(%x: {tensor(layer.input_shape, stored)}) -> "
                f"{tensor(layer.output_shape, stored)} {{\n")
        zero = f"  %z = arith.constant dense<{self.zero}> : tensor<{stored}>\n"
        body = constant("w", self.w, "i8") + constant("b", self.bias, "i32") + zero
        factor = "i32" if stored == "i8" else "i64"
        for name, values, of in (("m", self.multiplier, factor), ("c", self.addend, "i64"),
                                 ("k", self.shift, "i8")):
            body += constant(name, values, of)
        types = [tensor(layer.input_shape, stored), tensor(layer.weights_shape, "i8")]
        sums = tensor(layer.output_shape, "i32")
        vector = tensor([layer.features], "i32")
        if layer.size:
            body += self.op("%x, %w, %b input_zero_point %z", [*types, vector, f"tensor<{stored}>"],
                            "i32", "accumulator = i32")
            result = "%sums"
        else:
            body += self.op("%x, %w lhs_zero_point %z", [*types, f"tensor<{stored}>"], "i32",
                            "accumulator = i32")
            body += (f"  %biased = nn.add %sums, %b {{accumulator = i32}} : ({sums}, {vector}) "
                     f"-> {sums}\n")
            result = "%biased"
        factors = tensor([layer.features], factor)
        body += (f"  %y = nn.rescale {result}, %m, %c, %k {{storage = {stored}, "
                 f"min = {-self.half} : i64, max = {self.half - 1} : i64}} : "
                 f"({sums}, {factors}, {tensor([layer.features], 'i64')}, "
                 f"{tensor([layer.features], 'i8')}) -> {tensor(layer.output_shape, stored)}\n")
        return f"{head}{body}  return %y : {tensor(layer.output_shape, stored)}\n}}\n"

    def floats(self):
        layer = self.layer
        shape = tensor(layer.output_shape, "f32")
        head = f"func.func @main(%x: {tensor(layer.input_shape, 'f32')}) -> {shape} {{\n"
        body = constant("w", self.w / 64.0, "f32") + constant("b", self.bias / 64.0, "f32")
        types = [tensor(layer.input_shape, "f32"), tensor(layer.weights_shape, "f32")]
        vector = tensor([layer.features], "f32")
        if layer.size:
            body += self.op("%x, %w, %b", [*types, vector], "f32")
        else:
            body += self.op("%x, %w", types, "f32").replace("%sums", "%bare")
            body += f"  %sums = nn.add %bare, %b : ({shape}, {vector}) -> {shape}\n"
        return f"{head}{body}  %y = nn.relu %sums : ({shape}) -> {shape}\n  return %y : {shape}\n}}\n"


def count(drawn, target, dlc, folder, floats, options=(), price=0):
    """Instructions for each multiply-accumulate, bytes of arena, of code and weights, and
    modelled cycles for each of integers, or none. `price`: thousandths of an instruction that a
    byte less may take."""
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / "layer.mlir"
    text = drawn.floats() if floats else drawn.integers()
    if price:
        text = f"module attributes {{dlc.byte_price = {price} : i64}} {{\n{text}}}\n"
    model.write_text(text)
    program = program_of(target).of_model(dlc, model, target, folder, [*ROOM, *options])
    data = drawn.x.astype(np.float32 if floats else drawn.type)
    run = program.infer(data.tobytes(), timeout=600)
    if not floats and run.output != drawn.expected.tobytes():
        raise BoardError(f"{drawn.layer.name} on {target}: wrong results")
    cycles = None
    if not floats and target in MODELLED:
        cycles = modelled_cycles(program, data.tobytes(), target) / drawn.layer.macs
    return run.instructions / drawn.layer.macs, run.arena, run.flash, cycles


def coded_table(arguments, dlc, work, report):
    """Weights of 16 values: in whole bytes, and as codes, where a byte is dear."""
    report.line("Executed instructions for each multiply-accumulate, and bytes of code and "
                "weights, of layers whose weights have 16 values: in whole bytes "
                "(`--storage=dense`), and as codes of 4 bits, as `--flash=` has them where nothing "
                "else fits; `benchmarks/integer_layers.py --tables coded`.")
    report.line()
    report.table("target", "layer", "bytes", "codes", "ratio", "goal", "flash, bytes", "codes")
    for target in [t for t in arguments.targets if t in NARROW_TARGETS]:
        for number, (layer, goal) in enumerate(CODED):
            case, folder = Drawn(layer), work / target / f"coded{number}"
            dense = count(case, target, dlc, folder / "dense", False, ["--storage=dense"])
            codes = count(case, target, dlc, folder / "codes", False, price=DEAR)
            ratio = codes[0] / dense[0]
            report.row(target, layer.name, f"{dense[0]:.3f}", f"{codes[0]:.3f}",
                       report.marked(f"{ratio:.2f}", ratio <= goal), goal,
                       dense[2], codes[2])
    report.line()
    report.line(f"Bold: more than the goal. Missed: {report.missed}.")


def narrow_table(arguments, dlc, work, report):
    """Weights of few bits: in whole bytes, and in the form that is chosen."""
    report.line("Executed instructions for each multiply-accumulate, and bytes of code and "
                "weights, of layers whose weights fit 4 or 2 bits, or are -1 and 1 (1 bit): in whole bytes "
                "(`--storage=dense`), in the form with the fewest instructions (`-O2`), and with "
                "the fewest bytes within a quarter more (`-Os`); "
                "`benchmarks/integer_layers.py --tables narrow`.")
    report.line()
    report.table("target", "layer", "bits", "bytes, -O2", "-O2", "-Os", "goal", "flash, bytes",
                 "-O2", "-Os")
    drawn = [Drawn(layer) for layer in NARROW]
    kinds = {"dense": ["--storage=dense"], "O2": [], "Os": ["-Os"]}
    for target in [t for t in arguments.targets if t in NARROW_TARGETS]:
        for number, case in enumerate(drawn):
            layer = case.layer
            found = {}
            for kind, options in kinds.items():
                folder = work / target / f"narrow{number}-{kind}"
                found[kind] = count(case, target, dlc, folder, False, options)
            goal = layer.goals.get(target)
            reached = goal is None or found["O2"][0] <= goal
            shown = {kind: f"{value[0]:.3f}" for kind, value in found.items()}
            report.row(target, layer.name, layer.bits, shown["dense"],
                       report.marked(shown["O2"], reached and found["O2"][0] <= found["dense"][0]),
                       shown["Os"], f"{goal:.3g}" if goal else "",
                       *(found[kind][2] for kind in kinds))
    report.line()
    report.line("Bold: more than the goal, or than in whole bytes. "
                f"Missed: {report.missed}.")


def byte_table(arguments, dlc, work, report):
    report.line("Executed instructions for each multiply-accumulate of a layer in int8 and in "
                "float32, scratch memory of the first in bytes, under QEMU, and its cycles as "
                "the core's manual has them (`benchmarks/cycles.py`: a model, not measured); "
                "`benchmarks/integer_layers.py`.")
    report.line()
    report.table("target", "layer", "int8", "goal", "float32", "scratch", "cycles")
    drawn = [Drawn(layer) for layer in LAYERS]
    for target in arguments.targets:
        for processor in ("", *PROCESSORS.get(target, ())):
            for number, case in enumerate(drawn):
                byte_row(case, target, processor, dlc, work / target / f"{number}{processor}",
                         report)
    report.line()
    report.line("Bold: more than the goal, or than float32. "
                f"Missed: {report.missed}.")


def byte_row(case, target, processor, dlc, folder, report):
    layer, options = case.layer, [f"--mcpu={processor}"] if processor else []
    name = f"{target}, {processor}" if processor else target
    try:
        ours, arena, _, cycles = count(case, target, dlc, folder / "i8", False, options)
        floats, *_ = count(case, target, dlc, folder / "f32", True, options)
    except BoardError as error:
        report.missed += 1
        report.row(name, layer.name, "**failed**", *[""] * 4)
        print(error, file=sys.stderr)
        return
    goal = layer.goals.get(processor or target)
    report.row(name, layer.name,
               report.marked(f"{ours:.3f}", ours <= min(goal or floats, floats)),
               f"{goal:.3g}" if goal else "", f"{floats:.3f}", arena,
               f"{cycles:.2f}" if cycles else "")


# Of int8's instructions, at most.
HALFWORD_GOALS = {"cortex-m4": 1.3, "cortex-m7": 1.3, "cortex-m33": 1.3, "cortex-m55": 1.3}


def halfword_table(arguments, dlc, work, report):
    """Data of 16 bits beside that of 8, and float32."""
    report.line("Executed instructions for each multiply-accumulate of a layer with data of 16 bits "
                "and weights of 8 (int16x8), beside int8 and float32; "
                "`benchmarks/integer_layers.py --tables halfwords`.")
    report.line()
    report.table("target", "layer", "int16x8", "int8", "ratio", "goal", "float32", "scratch")
    drawn = [(Drawn(replace(layer, data_bits=16)), Drawn(layer)) for layer in LAYERS]
    for target in arguments.targets:
        for number, (wide, narrow) in enumerate(drawn):
            folder = work / target / f"halfwords{number}"
            try:
                ours, arena, *_ = count(wide, target, dlc, folder / "i16", False)
                bytes_, *_ = count(narrow, target, dlc, folder / "i8", False)
                floats, *_ = count(wide, target, dlc, folder / "f32", True)
            except BoardError as error:
                report.missed += 1
                report.row(target, wide.layer.name, "**failed**", *[""] * 5)
                print(error, file=sys.stderr)
                continue
            goal = HALFWORD_GOALS.get(target)
            reached = ours <= floats and (goal is None or ours <= goal * bytes_)
            report.row(target, wide.layer.name, report.marked(f"{ours:.3f}", reached),
                       f"{bytes_:.3f}", f"{ours / bytes_:.2f}", goal or "", f"{floats:.3f}", arena)
    report.line()
    report.line(f"Bold: more than the goal, or than float32. Missed: {report.missed}.")


TABLES = {"halfwords": ("Layers with data of 16 bits, on Arm", halfword_table),
          "bytes": ("Layers in int8, on Arm", byte_table),
          "coded": ("Layers with weights of 16 values, on Arm", coded_table),
          "narrow": ("Layers with weights of 4 and 2 bits, on Arm", narrow_table)}


def fill_tables(text, targets, tables, folder):
    """Does what the command line asks for: those of `tables`, name -> (heading, function)."""
    parser = argparse.ArgumentParser(description=text.split("\n")[0])
    target_options(parser, targets)
    parser.add_argument("--tables", nargs="+", choices=tables, default=list(tables))
    arguments = parser.parse_args()
    require_programs(parser, arguments.targets)
    work = arguments.build / folder
    dlc = arguments.build / "bin" / "dlc"
    for name in arguments.tables:
        heading, fill = tables[name]
        report = Report()
        fill(arguments, dlc, work, report)
        if arguments.write:
            write_section(heading, report.lines)


def main():
    fill_tables(__doc__, TARGETS, TABLES, "integer-layers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
