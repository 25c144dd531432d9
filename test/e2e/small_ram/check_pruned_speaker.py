#!/usr/bin/env python3
"""Speaker identification by layers most of whose weights are 0 and the others few values.

    check_pruned_speaker.py cortex-m0 16K --dlc build/bin/dlc --work build/small_ram

Compiles test/models/speaker_pruned_int8 and runs some of its utterances under QEMU: outputs
are those of exact arithmetic, which names as many speakers rightly as the float network did
(98.4%, less 0.3 at most). Code and weights together take no more than the flash that is given,
at -Os less than at -O2, where single bytes are faster, and both a small part of dense storage;
with a budget between them one layer pays for it with instructions.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

TEST = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TEST / "harness")]

from board import BoardError, missing_programs, program_of  # noqa: E402

SKIPPED = 77  # what ctest takes for a skipped test
MODEL = TEST / "models/speaker_pruned_int8"
RUN, ACCURACY = 6, 98.1
BUDGET = 14500
LEVELS = {"fastest": [], "smallest": ["-Os"], "dense": ["--storage=dense"],
          "budget": [f"--flash={BUDGET}"]}


def reference(graph, codes):
    """float32 [samples, 9] and the input it is of; sums in integers, quotients in float64."""
    known = {i.name: numpy_helper.to_array(i).astype(np.float64) for i in graph.initializer}
    name, x = "x", codes.astype(np.float64)
    sample = ((x - known["x_zero_point"]) * known["x_scale"]).astype(np.float32)
    for layer, result in (("dense0", "r0"), ("dense1", "r1"), ("dense2", "y")):
        sums = (x - known[f"{name}_zero_point"]) @ known[f"{layer}.w_quantized"].T
        real = sums * known[f"{name}_scale"] * known[f"{layer}.w_scale"] \
            + known[f"{layer}.b_quantized"] * known[f"{layer}.b_quantized_scale"]
        if result != "y":
            real = np.maximum(real, 0)
        name = result
        x = np.clip(np.rint(real / known[f"{name}_scale"]) + known[f"{name}_zero_point"],
                    -128, 127)
    return sample, ((x - known["y_zero_point"]) * known["y_scale"]).astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("target")
    parser.add_argument("flash", help="16K")
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--work", required=True, type=Path)
    arguments = parser.parse_args()
    if missing := missing_programs(arguments.target):
        print(f"skipped: not installed: {', '.join(missing)}")
        return SKIPPED
    data = np.load(MODEL / "samples.npz")
    samples, expected = reference(onnx.load(MODEL / "model.onnx").graph, data["codes"])
    accuracy = 100 * (expected.argmax(1) == data["speakers"]).mean()
    flash, instructions, wrong = {}, {}, 0
    for level, options in LEVELS.items():
        try:
            program = program_of(arguments.target).of_model(
                arguments.dlc, MODEL / "model.onnx", arguments.target,
                arguments.work / f"pruned-{arguments.target}-{level}", options)
            for i in np.linspace(0, len(samples) - 1, RUN).astype(int):
                run = program.infer(samples[i].tobytes())
                wrong += run.output != expected[i].tobytes()
        except BoardError as error:
            print(error, file=sys.stderr)
            return 1
        flash[level], instructions[level] = run.flash, run.instructions
    print(f"{arguments.target}: accuracy {accuracy:.2f}%, {wrong} outputs that differ; flash "
          f"{flash}, instructions {instructions}")
    budget = int(arguments.flash.removesuffix("K")) * 1024
    small = max(flash["fastest"], flash["smallest"]) <= budget \
        and flash["smallest"] < flash["fastest"] < flash["dense"] / 6
    small &= flash["smallest"] < flash["budget"] <= BUDGET
    fast = instructions["fastest"] < instructions["budget"] < instructions["smallest"] \
        < instructions["dense"] / 2
    return 0 if wrong == 0 and accuracy >= ACCURACY and small and fast else 1


if __name__ == "__main__":
    sys.exit(main())
