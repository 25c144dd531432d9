#!/usr/bin/env python3
"""Runs ONNX's backend node tests with `dlc run`.

    run.py --dlc build/bin/dlc                  every case of passing.txt has to pass
    run.py --dlc build/bin/dlc --newest         the cases that came later: passing_newest.txt
    run.py --dlc build/bin/dlc --target T       those of devices.txt, under QEMU
    run.py --dlc build/bin/dlc [...] --update   tries all cases, rewrites the list
    run.py --dlc build/bin/dlc [...] NAME ...   these cases, with what dlc says

passing.txt names cases of Debian's libonnx-testdata, passing_newest.txt those that the
onnx package in use generates and Debian's does not have.

ONNX's tests feed some operands that dlc has to know when compiling (axes,
shapes, pads). Such a case runs with the operands behind the first as
initializers, or all of them where that is not enough.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.backend.test.case.node import collect_testcases

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "harness")]
import programs  # noqa: E402

SKIPPED = 77
CASES = Path("/usr/share/libonnx-testdata/data/node")
HERE = Path(__file__).parent
# Relative to the largest element of the result.
TOLERANCE = 1e-5
# Recorded with 3.1415 for pi.
ROUGH = ("test_blackmanwindow", "test_hammingwindow", "test_hannwindow")
ROUGH_TOLERANCE = 1e-4


def write_newest(folder):
    """Writes the cases of the onnx package that Debian's package does not have."""
    warnings.filterwarnings("ignore")  # the generators overflow on purpose
    for case in collect_testcases(None):
        if case.kind != "node" or case.model is None or (CASES / case.name).exists():
            continue
        data = folder / case.name / "test_data_set_0"
        data.mkdir(parents=True)
        onnx.save(case.model, folder / case.name / "model.onnx")
        inputs, outputs = case.data_sets[0]
        for kind, arrays, values in [("input", inputs, case.model.graph.input),
                                     ("output", outputs, case.model.graph.output)]:
            for index, (array, value) in enumerate(zip(arrays, values)):
                if not value.type.HasField("tensor_type"):
                    continue
                tensor = (array if isinstance(array, onnx.TensorProto) else
                          numpy_helper.from_array(np.asarray(array), value.name))
                (data / f"{kind}_{index}.pb").write_bytes(tensor.SerializeToString())


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


def run_dlc(dlc, folder, options):
    """Returns whether the case passes and what dlc says."""
    tolerance = ROUGH_TOLERANCE if folder.name.startswith(ROUGH) else TOLERANCE
    try:
        done = subprocess.run(
            [dlc, "run", str(folder), "--check-only", f"--tolerance={tolerance}",
             *options],
            capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return False, "took more than a minute"
    return done.returncode == 0, (done.stdout + done.stderr).strip()


def run_case(dlc, name, cases=CASES, options=()):
    case = cases / name
    passes, message = run_dlc(dlc, case, options)
    for first in (1, 0):
        # Axes that an empty operand leaves out are as much a matter of compiling.
        if passes or not ("must be known" in message or "of size 0" in message):
            break
        with tempfile.TemporaryDirectory() as folder:
            bound = Path(folder) / name
            bind_inputs(case, first, bound)
            passes, message = run_dlc(dlc, bound, options)
    return passes, message


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--newest", action="store_true", help="the cases of the onnx package")
    parser.add_argument("--target", help="a device, under QEMU")
    parser.add_argument("--update", action="store_true",
                        help="rewrite the list of the cases that pass")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    options = [f"--target={arguments.target}"] if arguments.target else []
    if options and programs.missing(arguments.target):
        print(f"skipped: {programs.missing(arguments.target)}")
        return SKIPPED
    if not arguments.newest and not arguments.target:
        return run_all(arguments, CASES, HERE / "passing.txt", options)
    with tempfile.TemporaryDirectory() as folder:
        newest = Path(folder)
        write_newest(newest)
        if arguments.newest:
            return run_all(arguments, newest, HERE / "passing_newest.txt", options)
        for case in CASES.iterdir():
            (newest / case.name).symlink_to(case)
        return run_all(arguments, newest, HERE / "devices.txt", options)


def run_all(arguments, cases, passing_list, options):
    """Runs what the command line asks for; gives the exit status."""
    if arguments.names:
        names = arguments.names
    elif arguments.update:
        names = sorted(folder.name for folder in cases.iterdir())
    else:
        names = passing_list.read_text().split()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(
            lambda name: run_case(arguments.dlc, name, cases, options), names))
    passing = [name for name, result in zip(names, results) if result[0]]
    for name, (passes, message) in zip(names, results):
        if arguments.names or not passes:
            print(f"{name}: {'passes' if passes else 'FAILS'}: {message}")
    print(f"{len(passing)} of {len(names)} cases pass")
    if arguments.update:
        passing_list.write_text("".join(f"{name}\n" for name in passing))
        return 0
    return 0 if len(passing) == len(names) else 1


if __name__ == "__main__":
    sys.exit(main())
