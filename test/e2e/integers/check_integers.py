#!/usr/bin/env python3
"""Layers of quantised networks against exact arithmetic, on a device's core.

    check_integers.py cortex-m3 --dlc build/bin/dlc --work build/w [--first N] [--count N]
                      [--kind tiles|ample|winograd|strips|narrow|bits|coded|halfwords|signs|sparse]
                      [--kind tiles|ample|winograd|strips|narrow|halfwords|signs|sparse|coded|huffman]
                      [--mcpu cortex-a510]

Each case is a layer or two in the nn dialect: integers, accumulators and their
rescaling (layers.py and the files of the kinds). Every result has to be, byte for byte,
what the definition in real numbers is. Case i is the same in each run.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[2] / "harness"))

import case_runs  # noqa: E402
import coded  # noqa: E402
import huffman  # noqa: E402
import programs  # noqa: E402
import halfwords  # noqa: E402
import layers  # noqa: E402
import narrow  # noqa: E402
import signs  # noqa: E402
import sparse  # noqa: E402
import tiles  # noqa: E402
import winograd  # noqa: E402
from layers import SETS, Module  # noqa: E402

TYPES = {"i8": np.int8, "ui8": np.uint8, "i16": np.int16, "ui16": np.uint16, "i32": np.int32}


# Some weights are larger than the network's own, or made of them in RAM.
OPTIONS = {"winograd": ["--flash=16M"], "strips": ["--ram=64K"], "ample": ["--flash=16M"],
           "huffman": ["--flash=16M"], "bits": ["--ram=64K"]}
# Thousandths of an instruction that a byte less may take.
PRICES = {"bits": 1000000, "coded": 1000000, "huffman": 10**9}
# How most weights are stored then.
FORMS = {"huffman": "Huffman", "bits": "1 bit"}
KINDS = {"layers": layers.LAYERS, "tiles": tiles.LAYERS, "ample": tiles.LAYERS,
         "winograd": winograd.LAYERS,
         "strips": winograd.STRIPS, "narrow": narrow.LAYERS,
         "bits": narrow.SIGNS, "coded": coded.LAYERS,
         "huffman": huffman.LAYERS,
         "halfwords": halfwords.LAYERS, "signs": signs.LAYERS, "sparse": sparse.LAYERS}


def draw(module, seed, kind):
    """Adds case `seed` to a module; its layer and result."""
    for attempt in range(20):
        module.rng = np.random.default_rng([11, seed, attempt])
        layer = KINDS[kind][seed % len(KINDS[kind])]
        before = len(module.lines), len(module.inputs)
        result = layer(module)
        if result is not None:
            return layer.__name__, result
        del module.lines[before[0]:], module.inputs[before[1]:]
    raise RuntimeError(f"case {seed}: no factor has parameters")


def in_type(value, index):
    return value.data[index].astype(TYPES[value.element])


def check_forms(arguments, folder, options):
    """Weights have the form that this kind is for, in half of the layers at least."""
    report = folder / "report.json"
    subprocess.run([arguments.dlc, folder / "model.mlir", f"--target={arguments.target}",
                    arguments.level, *options, "-o", folder / "net.o", f"--report={report}"],
                   check=True)
    forms = [stage["storage"]["form"] for stage in json.loads(report.read_text())["stages"]
             if stage.get("storage")]
    wanted = [form for form in forms if form.startswith(FORMS[arguments.kind])]
    if 2 * len(wanted) < len(forms) or not forms:
        raise RuntimeError(f"weights are stored as {forms}")


def compare(seeds, arguments, folder):
    module = Module(None)
    cases = [draw(module, seed, arguments.kind) for seed in seeds]
    module.outputs = [result for _, result in cases]
    price = PRICES.get(arguments.kind)
    head = f"module attributes {{dlc.byte_price = {price} : i64}} {{\n{module.text()}}}\n"
    (folder / "model.mlir").write_text(head if price else module.text())
    inputs, expected = ([[in_type(v, i) for v in values] for i in range(SETS)]
                        for values in (module.inputs, module.outputs))
    options = [*OPTIONS.get(arguments.kind, ()),
               *([f"--mcpu={arguments.mcpu}"] if arguments.mcpu else [])]
    sets = programs.run(arguments, folder, inputs, expected, "model.mlir", options)
    if arguments.kind in FORMS and len(cases) > 1:
        check_forms(arguments, folder, options)
    wrong = 0
    for number, (seed, (name, result)) in enumerate(zip(seeds, cases)):
        actual = np.stack([outputs[number] for outputs in sets])
        bad = np.argwhere(actual != result.data.astype(TYPES[result.element]))
        wrong += len(bad) > 0
        for index in map(tuple, bad[:2]):
            print(f"{arguments.target} {arguments.level} case {seed} ({name}): {len(bad)} of "
                  f"{actual.size} wrong; {index}: {actual[index]}, not {result.data[index]}",
                  flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(case_runs.main(__doc__, compare, count=27, batch=27, kinds=KINDS,
                            processors=True))
