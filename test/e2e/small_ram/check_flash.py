#!/usr/bin/env python3
"""A network whose weights do not fit into flash as bytes, and do as prefix codes.

    check_flash.py ad01_int8 cortex-m4 190K --dlc build/bin/dlc --work build/small_ram

Under --flash= the object takes no more than that, where it takes more without, and its program
under QEMU writes the bytes that test/models has for each of its sets, as one without a budget
does.
"""

import argparse
import sys
from pathlib import Path

import onnx
from onnx import numpy_helper

TEST = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TEST / "harness")]

from board import BoardError, missing_programs, program_of  # noqa: E402

SKIPPED = 77  # what ctest takes for a skipped test


def tensor_bytes(path):
    return numpy_helper.to_array(onnx.TensorProto.FromString(path.read_bytes())).tobytes()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("name")
    parser.add_argument("target")
    parser.add_argument("flash", help="190K")
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--work", required=True, type=Path)
    arguments = parser.parse_args()
    if missing := missing_programs(arguments.target):
        print(f"skipped: not installed: {', '.join(missing)}")
        return SKIPPED
    model = TEST / "models" / arguments.name
    sets = sorted(model.glob("test_data_set_*"))
    flash, instructions, wrong = {}, {}, 0
    for kind, options in {"plain": [], "coded": [f"--flash={arguments.flash}"]}.items():
        try:
            program = program_of(arguments.target).of_model(
                arguments.dlc, model / "model.onnx", arguments.target,
                arguments.work / f"{arguments.name}-{arguments.target}-{kind}", options)
            for folder in sets:
                run = program.infer(tensor_bytes(folder / "input_0.pb"))
                wrong += run.output != tensor_bytes(folder / "output_0.pb")
        except BoardError as error:
            print(error, file=sys.stderr)
            return 1
        flash[kind], instructions[kind] = run.flash, run.instructions
    print(f"{arguments.name} on {arguments.target}: {wrong} outputs that differ; flash {flash}, "
          f"instructions {instructions}")
    budget = int(arguments.flash.removesuffix("K")) * 1024
    return 0 if sets and wrong == 0 and flash["coded"] <= budget < flash["plain"] else 1


if __name__ == "__main__":
    sys.exit(main())
