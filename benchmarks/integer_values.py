#!/usr/bin/env python3
"""Executed instructions of layers whose weights have structure: signs, or many zeros.

    benchmarks/integer_values.py --build build             the tables on standard output
    benchmarks/integer_values.py --build build --write     and into docs/results.md

Layers are drawn at random and counted as in integer_layers.py, and results compared with
exact arithmetic. Binary layers multiply -1 and 1 and compare the sums with an integer for
each channel; layers with zeros are products of which a share of the weights is 0,
scattered or in groups of four.
"""

import sys
from dataclasses import replace

import numpy as np

from integer_layers import ROOM, Drawn, Layer, array, constant, count, fill_tables, tensor

from board import BoardError, program_of

SIGN_TARGETS = ("cortex-m0", "cortex-m3", "cortex-m4", "cortex-m33", "armv6", "armv8-neon")
ZERO_TARGETS = ("cortex-m0", "cortex-m3", "cortex-m4", "armv6")
TARGETS = SIGN_TARGETS
SIDE, CHANNELS, WINDOW = 8, 64, 3
# Instructions for each product, at most.
SIGN_GOALS = {"cortex-m4": 0.32, "cortex-m3": 0.33, "cortex-m0": 0.52, "armv8-neon": 0.05}
# For each place of the matrix, at 80% zeros, and bytes: in groups of four, scattered.
ZERO_GOALS = {("cortex-m4", 4): (0.65, 0.27), ("cortex-m4", 1): (1.05, 0.45)}
SHARES = (0.5, 0.7, 0.8, 0.9, 0.95)
PRODUCT = Layer("product, 640 to 128", (), 640, 128)


class Signs:
    """A convolution of signs and a comparison, of an image with or without a rim of 0."""

    def __init__(self, pad):
        rng = np.random.default_rng(15)
        self.pad = pad
        side = SIDE + 2 * (1 - pad)
        self.x = rng.choice([-1, 1], (1, side, side, CHANNELS))
        self.w = rng.choice([-1, 1], (CHANNELS, CHANNELS, WINDOW, WINDOW))
        self.places = rng.integers(-30, 31, CHANNELS)
        padded = np.pad(self.x, [(0, 0), (pad, pad), (pad, pad), (0, 0)])
        sums = sum(padded[:, i:i + SIDE, j:j + SIDE] @ self.w[:, :, i, j].T
                   for i in range(WINDOW) for j in range(WINDOW))
        self.expected = np.where(sums >= self.places, 1, -1).astype(np.int8)
        self.products = sums.size * CHANNELS * WINDOW ** 2

    def text(self, known):
        """`known`: that the input's elements are signs, as the layer before it would have it."""
        taken = tensor(self.x.shape, "i8")
        given = tensor(self.expected.shape, "i8")
        sums, channels = tensor(self.expected.shape, "i32"), [CHANNELS]
        said = f" {{nn.values = {array(-1, 1)}}}" if known else ""
        pads = array(*[self.pad] * 4)
        body = constant("w", self.w, "i8")
        body += constant("b", np.zeros(CHANNELS, int), "i32")
        body += constant("m", np.array(2), "i32") + constant("c", 1 - 2 * self.places, "i64")
        body += constant("k", np.array(0), "i8")
        body += (f"  %sums = nn.conv %x, %w, %b {{strides = {array(1, 1)}, pads = {pads}, "
                 f"dilations = {array(1, 1)}, layout = #nn.layout<channels_last>, "
                 f"group = 1 : i64, accumulator = i32}} : ({taken}, "
                 f"{tensor(self.w.shape, 'i8')}, {tensor(channels, 'i32')}) -> {sums}\n")
        body += ("  %y = nn.rescale %sums, %m, %c, %k {storage = i8, min = -1 : i64, "
                 f"max = 1 : i64}} : ({sums}, tensor<i32>, {tensor(channels, 'i64')}, "
                 f"tensor<i8>) -> {given}\n")
        return (f"func.func @main(%x: {taken}{said}) -> {given} {{\n{body}"
                f"  return %y : {given}\n}}\n")

    def count(self, target, dlc, folder, known):
        """Instructions for each product, and bytes of code and weights."""
        folder.mkdir(parents=True, exist_ok=True)
        model = folder / "layer.mlir"
        model.write_text(self.text(known))
        program = program_of(target).of_model(dlc, model, target, folder, ROOM)
        run = program.infer(self.x.astype(np.int8).tobytes(), timeout=600)
        if run.output != self.expected.tobytes():
            raise BoardError(f"signs on {target}: wrong results")
        return run.instructions / self.products, run.flash


def sign_table(arguments, dlc, work, report):
    report.line("Executed instructions for each product of a binary convolution, 3x3, 64 to 64 "
                "channels, 8x8 pixels, batch norm and sign as one comparison: with bits that are "
                "counted, and in bytes; `benchmarks/integer_values.py --tables signs`.")
    report.line()
    report.table("target", "image", "bits", "goal", "bytes", "flash, bits", "bytes")
    for target in [t for t in arguments.targets if t in SIGN_TARGETS]:
        for pad, name in ((0, "no padding"), (1, "padding of 0")):
            layer = Signs(pad)
            bits, bit_flash = layer.count(target, dlc, work / target / f"signs{pad}", True)
            whole, byte_flash = layer.count(target, dlc, work / target / f"bytes{pad}", False)
            goal = None if pad else SIGN_GOALS.get(target)
            report.row(target, name, report.marked(f"{bits:.3f}", bits <= min(goal or 9, whole)),
                       goal or "", f"{whole:.3f}", bit_flash, byte_flash)
    report.line()
    report.line("Without padding is also an image that is padded with 1, as Larq's `pad_values=1`. "
                f"Bold: more than the goal, or than in bytes. Missed: {report.missed}.")


def zero_table(arguments, dlc, work, report):
    """Dense, as chosen by itself, and with -Os."""
    report.line("Executed instructions for each place of the weights of a product, 640 to 128, and "
                "bytes for each, of which a share is 0, scattered or in groups of four neighbours "
                "along the sum: dense (`--storage=dense`), as chosen (`-O2`), and with `-Os`; "
                "`benchmarks/integer_values.py --tables zeros`.")
    report.line()
    report.table("target", "zeros", "share", "dense", "-O2", "-Os", "goal", "bytes, dense", "-O2",
                 "-Os", "goal")
    kinds = {"dense": ["--storage=dense"], "O2": [], "Os": ["-Os"]}
    pays = []
    for target in [t for t in arguments.targets if t in ZERO_TARGETS]:
        for together in (4, 1):
            even = None
            for share in SHARES:
                drawn = Drawn(replace(PRODUCT, zeros=share, together=together))
                places = drawn.w.size
                found = {kind: count(drawn, target, dlc,
                                     work / target / f"zeros{together}-{share}-{kind}", False,
                                     options) for kind, options in kinds.items()}
                goal = ZERO_GOALS.get((target, together)) if share == 0.8 else None
                shown = {kind: f"{value[0]:.3f}" for kind, value in found.items()}
                size = {kind: value[2] / places for kind, value in found.items()}
                if even is None and found["O2"][0] < 0.99 * found["dense"][0]:
                    even = share
                best = min(("O2", "Os"), key=lambda kind: size[kind])
                small = goal is None or (found[best][0] <= goal[0] and size[best] <= goal[1])
                report.row(target, "groups" if together == 4 else "scattered", f"{share:.0%}",
                           shown["dense"], report.marked(shown["O2"],
                                                         found["O2"][0] <= found["dense"][0]),
                           report.marked(shown["Os"], small), goal[0] if goal else "",
                           *(f"{size[kind]:.2f}" for kind in kinds), goal[1] if goal else "")
            pays.append(f"{target} {'groups' if together == 4 else 'scattered'} "
                        + (f"from {even:.0%}" if even else "nowhere"))
    report.line()
    report.line("Bytes are those of the whole object's code and weights. Faster than dense: "
                f"{'; '.join(pays)}. Bold: more than dense, or than a goal. "
                f"Missed: {report.missed}.")


TABLES = {"signs": ("Binary layers, on Arm", sign_table),
          "zeros": ("Layers with weights that are mostly 0, on Arm", zero_table)}


def main():
    fill_tables(__doc__, TARGETS, TABLES, "integer-values")
    return 0


if __name__ == "__main__":
    sys.exit(main())
