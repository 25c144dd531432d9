#!/usr/bin/env python3
"""Classical models (ai.onnx.ml) against onnxruntime and scikit-learn.

    check_models.py --dlc build/bin/dlc operators     each operator on this machine, some in one network
    check_models.py --dlc build/bin/dlc trained       what skl2onnx made of trained models
    check_models.py --dlc build/bin/dlc TARGET        all of it as one network under QEMU

The models in trained/ are scikit-learn's on iris and diabetes (make_trained.py); recorded.npz has
samples for each, with the labels, probabilities and values that scikit-learn gives them.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from cases import cases, network_of
from onnx import helper, numpy_helper

TRAINED = Path(__file__).with_name("trained")
SKIPPED = 77
TOGETHER = 12  # cases in one network, which starts dlc once for all of them
TREES = ("forest", "tree", "extra_trees", "boosting", "normalised_forest", "imputed_tree",
         "isolation_forest")


def onnxruntime_results(model, feeds):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options,
                                           ["CPUExecutionProvider"])
    return session.run(None, feeds)


def run_dlc(arguments, model, feeds, expected, tolerance, folder, *options):
    """What dlc says if it does not compute `expected`; arrays that are None may be anything."""
    data = Path(folder, "test_data_set_0")
    data.mkdir()
    onnx.save(model, Path(folder, "model.onnx"))
    for index, value in enumerate(model.graph.input):
        tensor = numpy_helper.from_array(feeds[value.name])
        (data / f"input_{index}.pb").write_bytes(tensor.SerializeToString())
    for index, value in enumerate(expected):
        tensor = numpy_helper.from_array(value)
        (data / f"output_{index}.pb").write_bytes(tensor.SerializeToString())
    done = subprocess.run([arguments.dlc, "run", folder, "--check-only",
                           f"--tolerance={tolerance}", *options],
                          capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def as_tensor(value, labels):
    """Strings as positions in the labels, maps as the values in their rows."""
    if isinstance(value, list):
        keys = labels or sorted(value[0])
        return np.array([[row[key] for key in keys] for row in value], np.float32)
    if value.dtype.kind in "OU":
        return np.array([labels.index(one) for one in value.ravel()], np.int64).reshape(value.shape)
    return value


def check(arguments, name, model, feeds, expected, tolerance, *options):
    with tempfile.TemporaryDirectory() as folder:
        status, text = run_dlc(arguments, model, feeds, expected, tolerance, folder, *options)
    if status == 0:
        return []
    return [f"{name}: {text.strip()}"]


def forms(name):
    """Options that make other code: trees are branches, and tables where code is to be small."""
    return [[], ["-Os"]] if name.startswith(TREES) else [[]]


def results_of(case):
    model, feeds = network_of([case])
    return [as_tensor(value, case.labels) for value in onnxruntime_results(model, feeds)]


def check_together(arguments, chosen, options):
    """Cases of one tolerance as one network; each by itself where that is wrong."""
    model, feeds = network_of([case for case, _ in chosen])
    expected = [value for _, values in chosen for value in values]
    names = ", ".join(case.name for case, _ in chosen)
    problems = check(arguments, names, model, feeds, expected, chosen[0][0].tolerance, *options)
    if not problems or len(chosen) == 1:
        return problems
    alone = [problem for one in chosen for problem in check_together(arguments, [one], options)]
    return alone or problems


def check_operators(arguments):
    groups = {}
    for case in cases():
        pair = case, results_of(case)
        for options in forms(case.name):
            groups.setdefault((case.tolerance, *options), []).append(pair)
    problems = []
    for (_, *options), group in groups.items():
        for first in range(0, len(group), TOGETHER):
            problems += check_together(arguments, group[first:first + TOGETHER], options)
    return problems


def check_trained(arguments):
    problems, recorded = [], np.load(TRAINED / "recorded.npz")
    for path in sorted(TRAINED.glob("*.onnx")):
        model, name = onnx.load(path), path.stem
        labels = list(recorded[f"{name}.labels"])
        expected = [as_tensor(recorded[f"{name}.output_{i}"], labels)
                    for i in range(len(model.graph.output))]
        feeds = {model.graph.input[0].name: recorded[f"{name}.x"]}
        for options in forms(name):
            problems += check(arguments, name, model, feeds, expected, 1e-5, *options)
    return problems + check_header(arguments)


def check_header(arguments):
    """Strings are in the header: what labels stand for, and what columns are called."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([arguments.dlc, TRAINED / "forest.onnx", "--target=cortex-m4", "-o",
                        f"{folder}/net.o"], check=True)
        header = Path(folder, "net.h").read_text(encoding="utf-8")
    wanted = [f'#define NET_OUTPUT_{i}_LABELS {{"setosa", "versicolor", "virginica"}}'
              for i in (0, 1)]
    return [f"net.h lacks {line}" for line in wanted if line not in header]


def check_target(arguments):
    """Every operator that has one type of results, as one network."""
    chosen = [case for case in cases() if case.on_targets]
    model, feeds = network_of(chosen)
    labels = [label for case in chosen for label in case.labels]
    expected = [as_tensor(value, labels) for value in onnxruntime_results(model, feeds)]
    problems = []
    for level in ["-O2", "-Os"]:
        problems += check(arguments, f"{arguments.what} {level}", model, feeds, expected, 1e-5,
                          f"--target={arguments.what}", level)
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", help="operators, trained or a target")
    parser.add_argument("--dlc", type=os.path.abspath, required=True)
    arguments = parser.parse_args()
    if arguments.what == "operators":
        problems = check_operators(arguments)
    elif arguments.what == "trained":
        problems = check_trained(arguments)
    else:
        problems = check_target(arguments)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
