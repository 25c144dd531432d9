#!/usr/bin/env python3
"""Compiles one network and runs it under QEMU or in a sanitized program.

    check_board.py resnet8_fp32 cortex-m3 --dlc build/bin/dlc --work build/board
    check_board.py resnet8_fp32 x86-64-v2 --dlc build/bin/dlc --work build/board

A target with an emulator runs by `dlc run --target`, which compares, or with an option
about the arena in a program of net.h's; anything else in a sanitized program on this
machine. Either's output is compared with
onnxruntime's in numpy, the object's instructions with those that the core has, and its
registers are followed from loads to uses (dlc-check-registers).
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

import numpy as np

TEST = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TEST / "harness"), str(TEST / "models")]

from board import BoardError, emulator_of, missing_programs, program_of  # noqa: E402
from board import run as run_tool  # noqa: E402
import instruction_set  # noqa: E402
from compiled_network import largest_difference, load_test_set  # noqa: E402

SKIPPED = 77  # what ctest takes for a skipped test
TOLERANCE = 1e-4  # docs: float32 networks, relative to the largest output
HALF_TOLERANCE = 1e-2  # docs: with --fp16

# What /proc/cpuinfo lists on a processor that runs the level's objects.
LEVELS = {"x86-64-v3": {"avx2", "fma", "bmi2", "f16c", "movbe"},
          "x86-64-v4": {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}}
LEVELS["x86-64-vnni"] = LEVELS["x86-64-v4"] | {"avx512_vnni"}


def missing_features(target):
    needed = LEVELS.get(target, set())
    info = Path("/proc/cpuinfo")
    flags = set(info.read_text().split()) if needed and info.exists() else set()
    return sorted(needed - flags)


def run_emulated(dlc, folder, target, work, options):
    """The bytes of the outputs, and what dlc says of the run."""
    done = subprocess.run(
        [dlc, "run", folder / "model.onnx", f"--target={target}",
         f"--inputs={folder / 'test_data_set_0'}", f"--save={work}", *options],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise BoardError(done.stdout)
    return (work / "outputs.bin").read_bytes(), done.stdout.splitlines()[-1]


def run_linked(dlc, folder, target, work, options):
    inputs, _ = load_test_set(folder)
    program = program_of(target).of_model(dlc, folder / "model.onnx", target, work, options)
    result = program.infer(inputs[0].tobytes())
    return result.output, f"arena {result.arena} bytes"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("name")
    parser.add_argument("target")
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--llvm-tools", required=True, type=Path,
                        help="folder of llvm-objdump, llvm-readelf and llvm-nm")
    parser.add_argument("--check-registers", required=True)
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
    work = Path(arguments.work) / re.sub("[=,]", "-", label)  # QEMU splits there
    _, references = load_test_set(folder)
    half = "--fp16" in arguments.option
    tolerance = HALF_TOLERANCE if half else TOLERANCE
    # Where the arena is, is between a program and net.h: dlc run has no such option.
    places_arena = any(option.startswith("--arena") for option in arguments.option)
    emulated = emulator_of(arguments.target) and not places_arena
    run = run_emulated if emulated else run_linked
    try:
        data, facts = run(arguments.dlc, folder, arguments.target, work,
                          ["--verify", *arguments.option,
                           *([f"--tolerance={tolerance}"] if emulated else [])])
        foreign = [] if arguments.target not in instruction_set.CORES else sorted(set(
            instruction_set.problems(arguments.llvm_tools, work / "net.o", arguments.target,
                                     arguments.option,
                                     integers=arguments.name.endswith("_int8"))))
        run_tool([arguments.check_registers, work / "net.o"])
    except BoardError as error:
        print(error, file=sys.stderr)
        return 1
    output = np.frombuffer(data, references[0].dtype)
    chosen = output.argmax() == references[0].argmax()
    worst = largest_difference(output.reshape(references[0].shape), references[0])
    print(f"{arguments.name} on {arguments.target}: largest difference {worst:.2e}, {facts}")
    for problem in foreign:
        print(f"{arguments.name} on {arguments.target}: {problem}", file=sys.stderr)
    if not chosen:
        print(f"{arguments.name} on {arguments.target}: another largest output",
              file=sys.stderr)
    return 0 if worst <= tolerance and chosen and not foreign else 1


if __name__ == "__main__":
    sys.exit(main())
