#!/usr/bin/env python3
"""Speaker identification in all the RAM that a small device has.

    check_speaker.py cortex-m0 16K --dlc build/bin/dlc --work build/small_ram

Compiles test/models/speaker_network.py's network under the budget, runs it under
QEMU, compares with numpy in double precision. Arena, input, output and stack
together have to fit, so that the budget is one for the whole inference. Half of
the arena as a budget has to be refused.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np

TEST = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TEST / "harness"), str(TEST / "models")]

import speaker_network  # noqa: E402
from board import BoardError, missing_programs, program_of  # noqa: E402
from compiled_network import largest_difference  # noqa: E402

SKIPPED = 77  # what ctest takes for a skipped test
TOLERANCE = 1e-5


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("target")
    parser.add_argument("ram", help="16K")
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--work", required=True, type=Path)
    arguments = parser.parse_args()
    if missing := missing_programs(arguments.target):
        print(f"skipped: not installed: {', '.join(missing)}")
        return SKIPPED
    work = arguments.work / arguments.target
    network = speaker_network.write(work)
    data, expected = network.energies, network.probabilities
    try:
        result = program_of(arguments.target).of_model(
            arguments.dlc, work / "model.onnx", arguments.target, work,
            [f"--ram={arguments.ram}"]).infer(data.tobytes())
    except BoardError as error:
        print(error, file=sys.stderr)
        return 1
    output = np.frombuffer(result.output, np.float32).reshape(expected.shape)
    worst = largest_difference(output, expected)
    budget = int(arguments.ram.removesuffix("K")) * 1024
    ram = result.arena + data.nbytes + output.nbytes + result.stack
    print(f"{arguments.target}: largest difference {worst:.1e}, {ram} of {budget} bytes of RAM "
          f"(arena {result.arena}, stack {result.stack}), "
          f"{result.instructions / 1e6:.2f} M instructions, flash {result.flash} bytes")
    refused = subprocess.run(
        [arguments.dlc, work / "model.onnx", f"--target={arguments.target}",
         f"--ram={result.arena // 2}", "-o", work / "refused.o"],
        capture_output=True, text=True)
    if refused.returncode == 0 or "RAM" not in refused.stderr or (work / "refused.o").exists():
        print(f"half of the arena is not refused: {refused.stderr}", file=sys.stderr)
        return 1
    return 0 if worst <= TOLERANCE and 0 < result.stack and ram <= budget else 1


if __name__ == "__main__":
    sys.exit(main())
