#!/usr/bin/env python3
"""Networks that onnxruntime's quantiser writes, against their definition.

    check_networks.py x86-64-v3 --dlc build/bin/dlc --work build/w [--only WORD]

Each network is quantised in every form; all are compiled, and give what
exact_graph.py says.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import onnx

sys.path.append(str(Path(__file__).resolve().parents[2] / "harness"))

import exact_graph  # noqa: E402
import networks  # noqa: E402
import programs  # noqa: E402

SKIPPED = 77
# Of dynamic quantisation, relative to the largest result: a real number that float32
# rounds to the other side moves a result by a step.
DYNAMIC = 0.02


def check(network, form, arguments):
    """What is wrong, or nothing."""
    folder = arguments.work / arguments.target / f"{network.__name__}-{form}"
    folder.mkdir(parents=True, exist_ok=True)
    path, images = networks.quantise(network, form, folder)
    model = onnx.load(path)
    expected = [exact_graph.evaluate(model, image).astype(np.float32) for image in images]
    try:
        actual = programs.run(arguments, folder, [[image] for image in images],
                              [[e] for e in expected])
    except programs.CompileError as error:
        return str(error)
    actual = np.stack([outputs[0] for outputs in actual])
    expected = np.stack(expected)
    tolerance = DYNAMIC * np.abs(expected).max() if form.format == "dynamic" else 0
    distance = np.abs(actual - expected)
    if np.all(distance <= tolerance):
        return ""
    return f"{np.count_nonzero(distance > tolerance)} of {distance.size} differ, by {distance.max()}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("target")
    parser.add_argument("--dlc", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--level", default="-O2", choices=["-O1", "-O2", "-Os"])
    parser.add_argument("--only", default="", help="networks whose name has this in it")
    parser.add_argument("--every", type=int, default=1, help="each n-th of them")
    arguments = parser.parse_args()
    missing = programs.missing(arguments.target)
    if missing:
        print(f"skipped: {missing}")
        return SKIPPED
    pairs = [(network, form) for network in networks.NETWORKS for form in networks.FORMS
             if arguments.only in f"{network.__name__}-{form}"][::arguments.every]
    wrong = 0
    for network, form in pairs:
        problem = check(network, form, arguments)
        if problem:
            wrong += 1
            print(f"{arguments.target} {network.__name__}-{form}: {problem}", flush=True)
    print(f"{len(pairs)} networks, {wrong} wrong")
    return int(wrong > 0 or not pairs)


if __name__ == "__main__":
    sys.exit(main())
