#!/usr/bin/env python3
"""The memory plans of networks: no overlap, within 5% of the lower bound, each
result in place proved.

    check_plans.py networks --dlc build/bin/dlc --networks build/networks
    check_plans.py cells --dlc build/bin/dlc --networks build/networks
    check_plans.py corrupted --dlc build/bin/dlc --networks build/networks

`networks`: those of test/models, the generated ones and every light_* one.
`cells`: random cells; some also run here and are compared with onnxruntime.
`corrupted`: a plan in which buffers are moved is not taken for a good one.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx

TEST = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TEST / "harness"), str(TEST / "models")]

import generate_networks  # noqa: E402
import light_networks  # noqa: E402
import memory_plan  # noqa: E402
from compiled_network import CompiledNetwork, CompileError, largest_difference  # noqa: E402
from random_cells import random_cells  # noqa: E402

TARGET = "cortex-m7"
SEEDS = range(6)
COMPARED = 3  # of them are run
TOLERANCE = 1e-4


def plan(dlc, model, folder, target=TARGET):
    """The report of a compilation up to the plan."""
    report = Path(folder) / "report.json"
    subprocess.run([dlc, model, f"--target={target}", "--emit=arena", "--verify",
                    "--name=net", "-o", Path(folder) / "net.mlir", f"--report={report}"], check=True)
    return memory_plan.load(report)


def describe(name, report):
    ram = report["ram"]
    found = list(memory_plan.problems(report))
    print(f"{name}: {len(report['buffers'])} buffers, arena {ram['arena_bytes']}, "
          f"{ram['arena_bytes'] / max(1, ram['lower_bound']):.4f} of the lower bound")
    for problem in found:
        print(f"{name}: {problem}", file=sys.stderr)
    return not found


def models(networks, folder):
    """Name and path of each network."""
    for path in sorted((TEST / "models").glob("*/model.onnx")):
        yield path.parent.name, path
    for name in generate_networks.GENERATED:
        yield name, generate_networks.ensure(networks, name) / "model.onnx"
    for name in light_networks.names(large=True):
        path = Path(folder) / f"{name}.onnx"
        onnx.save_model(light_networks.load(name), path)
        yield name, path


def check_networks(arguments, folder):
    return all([describe(name, plan(arguments.dlc, path, folder))
                for name, path in models(arguments.networks, folder)])


def check_cells(arguments, folder):
    good = True
    for seed in SEEDS:
        builder, output = random_cells(seed)
        path = Path(folder) / "model.onnx"
        onnx.save_model(builder.model(output), path)
        good &= describe(f"seed {seed}", plan(arguments.dlc, path, folder))
        if seed >= COMPARED:
            continue
        data = builder.input.data
        references = generate_networks.reference(path, {"x": data})
        outputs = CompiledNetwork(arguments.dlc, path, Path(folder) / str(seed)).run(
            [data], references)
        worst = largest_difference(outputs[0], references[0])
        if worst > TOLERANCE or np.abs(references[0]).max() < 0.01:
            print(f"seed {seed}: differs by {worst:.1e}", file=sys.stderr)
            good = False
    return good


def check_corrupted(arguments, folder):
    """Every pair of neighbours in memory that are alive together, moved by one
    byte onto each other, is seen; so is an arena that is too large."""
    report = plan(arguments.dlc, TEST / "models/resnet8_fp32/model.onnx", folder)
    good = describe("resnet8_fp32", report)
    moved = 0
    for a in report["buffers"]:
        for b in report["buffers"]:
            if a["offset"] != b["offset"] + b["bytes"] or not memory_plan.alive_together(a, b):
                continue
            a["offset"] -= 1
            if not any("overlap" in problem for problem in memory_plan.problems(report)):
                print(f"{a['name']} over {b['name']} is not seen", file=sys.stderr)
                good = False
            a["offset"] += 1
            moved += 1
    report["ram"]["arena_bytes"] = int(report["ram"]["arena_bytes"] * 1.06)
    return good and moved > 3 and any("the lower bound is" in problem
                                      for problem in memory_plan.problems(report))


def main():
    checks = {"networks": check_networks, "cells": check_cells, "corrupted": check_corrupted}
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("check", choices=checks)
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--networks", required=True, help="folder of the networks")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            return 0 if checks[arguments.check](arguments, folder) else 1
        except (CompileError, subprocess.CalledProcessError) as error:
            print(error, file=sys.stderr)
            return 1


if __name__ == "__main__":
    sys.exit(main())
