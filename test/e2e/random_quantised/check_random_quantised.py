#!/usr/bin/env python3
"""Random quantised networks, byte for byte against their definition.

    check_random_quantised.py cortex-m4 --dlc build/bin/dlc --work build/w --count 20 [--wide]

A network that fails stays in --work, with its seed as its name.
"""

import sys
from pathlib import Path

import numpy as np
import onnx

sys.path.append(str(Path(__file__).resolve().parents[2] / "harness"))

import case_runs  # noqa: E402
import programs  # noqa: E402
import random_quantised  # noqa: E402

TOLERANCE = 1e-6  # of outputs that are floats, relative to the largest: sums are exact


def check(seed, arguments):
    """What is wrong, or nothing."""
    network = random_quantised.draw(seed, arguments.operators, arguments.wide)
    folder = arguments.work / arguments.target / str(seed)
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(network.model(), folder / "model.onnx")
    try:
        [outputs] = programs.run(arguments, folder, [[v.q for v in network.inputs]],
                                 [[v.q for v in network.outputs]])
    except programs.CompileError as error:
        return str(error)
    for value, output in zip(network.outputs, outputs):
        if value.q.dtype == np.float32:
            distance = np.abs(value.q - output).max() / max(np.abs(value.q).max(), 1e-30)
            if not distance < TOLERANCE:
                return f"{value.name}: real numbers are {distance} of the largest away"
        elif not np.array_equal(value.q, output):
            distance = np.abs(value.q.astype(int) - output.astype(int))
            return (f"{value.name}: {np.count_nonzero(distance)} of {distance.size} differ, "
                    f"by {distance.max()}")
    return ""


def main():
    parser = case_runs.target_parser(__doc__, level="-O1")
    parser.add_argument("--first", type=int, default=0, help="seed of the first network")
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--wide", action="store_true", help="values of 16 bits")
    parser.add_argument("--operators", type=int, default=12)
    arguments = parser.parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    wrong = 0
    for seed in range(arguments.first, arguments.first + arguments.count):
        problem = check(seed, arguments)
        if problem:
            wrong += 1
            print(f"{arguments.target} seed {seed}: {problem}", flush=True)
    print(f"{arguments.count} networks, {wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
