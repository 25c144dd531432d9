#!/usr/bin/env python3
"""Compiles one network, runs it under QEMU or in a sanitized program.

    check_board.py resnet8_fp32 cortex-m3 --dlc build/bin/dlc --work build/board
    check_board.py resnet8_fp32 x86-64-v2 --dlc build/bin/dlc --work build/board

A Cortex-M target runs on a board, armv6 and armv8-neon as a Linux program,
anything else in a sanitized program on this machine.
The output is compared with onnxruntime's in numpy, the object's instructions with
those that the core has.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

TEST = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TEST / "harness"), str(TEST / "models")]

from board import BoardError, missing_programs, program_of  # noqa: E402
import instruction_set  # noqa: E402
from compiled_network import largest_difference, load_test_set  # noqa: E402

SKIPPED = 77  # what ctest takes for a skipped test
TOLERANCE = 1e-4  # docs: float32 networks, relative to the largest output

# What /proc/cpuinfo lists on a processor that runs the level's objects.
LEVELS = {"x86-64-v3": {"avx2", "fma", "bmi2", "f16c", "movbe"},
          "x86-64-v4": {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}}


def missing_features(target):
    needed = LEVELS.get(target, set())
    info = Path("/proc/cpuinfo")
    flags = set(info.read_text().split()) if needed and info.exists() else set()
    return sorted(needed - flags)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("name")
    parser.add_argument("target")
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--llvm-tools", required=True, type=Path,
                        help="folder of llvm-objdump, llvm-readelf and llvm-nm")
    parser.add_argument("--option", action="append", default=[],
                        help="one more option for dlc")
    arguments = parser.parse_args()
    missing = missing_programs(arguments.target)
    if missing:
        print(f"skipped: not installed: {', '.join(missing)}")
        return SKIPPED
    if missing := missing_features(arguments.target):
        print(f"skipped: this processor lacks {', '.join(missing)}")
        return SKIPPED
    folder = TEST / "models" / arguments.name
    label = "".join([f"{arguments.name}-{arguments.target}", *arguments.option])
    work = Path(arguments.work) / label.replace("=", "-")  # QEMU splits at "="
    inputs, references = load_test_set(folder)
    try:
        program = program_of(arguments.target).of_model(
            arguments.dlc, folder / "model.onnx", arguments.target, work, arguments.option)
        foreign = [] if arguments.target not in instruction_set.CORES else sorted(set(
            instruction_set.problems(arguments.llvm_tools, work / "net.o", arguments.target)))
        result = program.infer(inputs[0].tobytes())
    except BoardError as error:
        print(error, file=sys.stderr)
        return 1
    output = np.frombuffer(result.output, references[0].dtype)
    worst = largest_difference(output.reshape(references[0].shape), references[0])
    print(f"{arguments.name} on {arguments.target}: largest difference {worst:.2e}, "
          f"{result.instructions / 1e6:.1f} M instructions, arena {result.arena}, "
          f"stack {result.stack}, flash {result.flash} bytes")
    for problem in foreign:
        print(f"{arguments.name} on {arguments.target}: {problem}", file=sys.stderr)
    return 0 if worst <= TOLERANCE and not foreign else 1


if __name__ == "__main__":
    sys.exit(main())
