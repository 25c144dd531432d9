#!/usr/bin/env python3
"""What integer networks' objects call: nothing but moves of memory and shifts.

    check_calls.py cortex-m0 --dlc build/bin/dlc --work build/w [--count N]

The int8 networks of test/models and random quantised ones, of 8 and of 16 bits, are
compiled, and the undefined symbols of their objects listed. A float operation, a product of 64 bits or a
division would be a call on a core that has no instruction for it.
"""

import itertools
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx

TEST = Path(__file__).resolve().parents[2]
sys.path += [str(TEST / "harness"), str(TEST / "e2e" / "random_quantised")]

import board  # noqa: E402
import case_runs  # noqa: E402
import random_quantised  # noqa: E402

NETWORKS = ("ad01", "kws", "resnet8", "vww")
# Copies, and shifts of 64 bits (Run-time ABI for the Arm Architecture, 4.2 and 4.3.4).
ALLOWED = re.compile(r"mem(cpy|set|move)|__aeabi_mem(cpy|set|move|clr)[48]?|"
                     r"__aeabi_ll(sl|sr)|__aeabi_lasr")


def models(arguments):
    """Name, file, and whether it has to be in integers from end to end."""
    for name in NETWORKS:
        yield name, TEST / "models" / f"{name}_int8" / "model.onnx", True
    seeds = range(arguments.first, arguments.first + arguments.count)
    for wide, seed in itertools.product((False, True), seeds):
        network = random_quantised.draw(seed, arguments.operators, wide)
        if any(value.q.dtype == np.float32 for value in network.outputs):
            continue  # which are dequantised
        path = arguments.work / arguments.target / f"{seed}{'_wide' if wide else ''}.onnx"
        onnx.save(network.model(), path)
        yield path.stem, path, wide  # of 16 bits nothing is drawn that has no integers


def calls(model, arguments, tools):
    """The functions that a network's object calls; none where it has floats inside."""
    out = arguments.work / arguments.target / "net.o"
    done = subprocess.run([arguments.dlc, model, f"--target={arguments.target}",
                           arguments.level, "--strict-int", "-o", out],
                          stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        if "--strict-int" in done.stderr:
            return None
        raise RuntimeError(done.stderr)
    return [line.split()[-1] for line in board.run([tools + "nm", "-u", out]).splitlines()]


def main():
    parser = case_runs.target_parser(__doc__)
    parser.add_argument("--first", type=int, default=0, help="seed of the first random one")
    parser.add_argument("--count", type=int, default=3, help="random networks, of which those without float outputs")
    parser.add_argument("--operators", type=int, default=12)
    arguments = parser.parse_args()
    tools = board.tools_of(arguments.target)
    if not shutil.which(tools + "nm"):
        print(f"skipped: {tools}nm not installed")
        return case_runs.SKIPPED
    (arguments.work / arguments.target).mkdir(parents=True, exist_ok=True)
    wrong = checked = 0
    for name, model, is_integer in models(arguments):
        called = calls(model, arguments, tools)
        if called is None:
            if is_integer:
                print(f"{arguments.target} {name}: has floats inside")
                wrong += 1
            continue
        checked += 1
        bad = [function for function in called if not ALLOWED.fullmatch(function)]
        if bad:
            print(f"{arguments.target} {name}: calls {', '.join(bad)}", flush=True)
            wrong += 1
    print(f"{checked} networks, {wrong} wrong")
    return int(wrong > 0 or checked <= len(NETWORKS))


if __name__ == "__main__":
    sys.exit(main())
