#!/usr/bin/env python3
"""Runs ONNX's backend node tests on a GPU, emulated or not.

    check_nodes.py --dlc build/bin/dlc --runtime libdlc_cuda.a [--every N] [NAME...]

The cases are those that pass on this machine (../node_tests/passing.txt), with the
same tolerance; the driver is found by LD_LIBRARY_PATH. A case that dlc refuses for a
GPU, since it searches, does not count.
"""

import argparse
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "models"), str(HERE.parent / "node_tests")]

import run as node_tests  # noqa: E402
from compiled_network import CompiledNetwork, CompileError, load_test_set  # noqa: E402


def differs(actual, expected, tolerance):
    if actual.dtype.kind != "f":
        return not np.array_equal(actual, expected)
    actual, expected = actual.astype(np.float64), expected.astype(np.float64)
    finite = np.isfinite(expected)
    if not np.array_equal(actual[~finite], expected[~finite], equal_nan=True):
        return True
    difference = np.abs(actual[finite] - expected[finite])
    return not (difference <= tolerance * np.abs(expected[finite]).max(initial=0)).all()


def attempt(arguments, case, folder):
    """What is wrong with a case; empty if nothing is."""
    tolerance = node_tests.tolerance_of(case)
    try:
        network = CompiledNetwork(
            arguments.dlc, case / "model.onnx", folder,
            [f"--host={arguments.host}", "-O1"], [arguments.runtime], arguments.target)
        if "_COUNT_OUTPUT" in (Path(folder) / "net.h").read_text():
            return "the size of an output must be known here"
        inputs, references = ([np.asarray(array) for array in arrays]
                              for arrays in load_test_set(case))
        outputs = network.run(inputs, references)
    except CompileError as error:
        return "" if "is not supported on a GPU yet" in str(error) else str(error)
    wrong = [i for i, (output, reference) in enumerate(zip(outputs, references))
             if differs(output, reference, tolerance)]
    return f"wrong outputs {wrong}" if wrong else ""


def run_case(arguments, name):
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        case = node_tests.with_tensors(node_tests.CASES / name, scratch)
        message = attempt(arguments, case, scratch / "net")
        for first in (1, 0):
            if not node_tests.needs_constants(message):
                break
            # Its tolerance is that of its name.
            bound = scratch / f"bound{first}" / name
            node_tests.bind_inputs(case, first, bound)
            message = attempt(arguments, bound, scratch / f"net{first}")
    return message


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--runtime", required=True, help="library of the runtime")
    parser.add_argument("--target", default="jetson-tx2")
    parser.add_argument("--host", default="x86-64")
    parser.add_argument("--every", type=int, default=1, help="every so many cases one")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    passing = (node_tests.HERE / "passing.txt").read_text().split()
    names = arguments.names or passing[::arguments.every]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        messages = list(pool.map(partial(run_case, arguments), names))
    for name, message in zip(names, messages):
        if message or arguments.names:
            print(f"{name}: {message or 'passes'}")
    print(f"{messages.count('')} of {len(names)} cases pass")
    return 0 if names and not any(messages) else 1


if __name__ == "__main__":
    sys.exit(main())
