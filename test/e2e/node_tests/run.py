#!/usr/bin/env python3
"""Runs ONNX's backend node tests with `dlc run` on this machine.

    run.py --dlc build/bin/dlc            every case of passing.txt has to pass
    run.py --dlc build/bin/dlc --update   tries all cases, rewrites passing.txt
    run.py --dlc build/bin/dlc NAME ...   these cases, with what dlc says

ONNX's tests feed some operands that dlc has to know when compiling (axes,
shapes, pads). Such a case runs with the operands behind the first as
initializers, or all of them where that is not enough.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import onnx

CASES = Path("/usr/share/libonnx-testdata/data/node")
PASSING = Path(__file__).with_name("passing.txt")
# Relative to the largest element of the result.
TOLERANCE = 1e-5
# Recorded with 3.1415 for pi.
ROUGH = ("test_blackmanwindow", "test_hammingwindow", "test_hannwindow")
ROUGH_TOLERANCE = 1e-4


def bind_inputs(case, first, folder):
    """Writes `case` into `folder` with the inputs from `first` on as constants."""
    model = onnx.load(case / "model.onnx")
    source, target = case / "test_data_set_0", folder / "test_data_set_0"
    target.mkdir(parents=True)
    inputs = list(model.graph.input)
    for index, value in enumerate(inputs):
        tensor = (source / f"input_{index}.pb").read_bytes()
        if index < first:
            (target / f"input_{index}.pb").write_bytes(tensor)
            continue
        constant = onnx.TensorProto.FromString(tensor)
        constant.name = value.name
        model.graph.initializer.append(constant)
        model.graph.input.remove(value)
    for output in source.glob("output_*.pb"):
        (target / output.name).write_bytes(output.read_bytes())
    onnx.save(model, folder / "model.onnx")


def run_dlc(dlc, folder):
    """Returns whether the case passes and what dlc says."""
    tolerance = ROUGH_TOLERANCE if folder.name.startswith(ROUGH) else TOLERANCE
    try:
        done = subprocess.run(
            [dlc, "run", str(folder), "--check-only", f"--tolerance={tolerance}"],
            capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return False, "took more than a minute"
    return done.returncode == 0, (done.stdout + done.stderr).strip()


def run_case(dlc, name):
    case = CASES / name
    passes, message = run_dlc(dlc, case)
    for first in (1, 0):
        # Axes that an empty operand leaves out are as much a matter of compiling.
        if passes or not ("must be known" in message or "of size 0" in message):
            break
        with tempfile.TemporaryDirectory() as folder:
            bound = Path(folder) / name
            bind_inputs(case, first, bound)
            passes, message = run_dlc(dlc, bound)
    return passes, message


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--update", action="store_true",
                        help="rewrite the list of the cases that pass")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()

    if arguments.names:
        names = arguments.names
    elif arguments.update:
        names = sorted(folder.name for folder in CASES.iterdir())
    else:
        names = PASSING.read_text().split()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda name: run_case(arguments.dlc, name), names))
    passing = [name for name, result in zip(names, results) if result[0]]
    for name, (passes, message) in zip(names, results):
        if arguments.names or not passes:
            print(f"{name}: {'passes' if passes else 'FAILS'}: {message}")
    print(f"{len(passing)} of {len(names)} cases pass")
    if arguments.update:
        PASSING.write_text("".join(f"{name}\n" for name in passing))
        return 0
    return 0 if len(passing) == len(names) else 1


if __name__ == "__main__":
    sys.exit(main())
