#!/usr/bin/env python3
"""Compiles networks of thousands of nodes (test/models/large_networks.py).

    check_large_networks.py steps|residual --dlc build/bin/dlc --work DIR

10,000 element-wise operators, computed exactly by numpy, and 3,000 nodes of
residual blocks, computed by onnxruntime: right on this machine, and an object
whose stages are all there for a Cortex-M4.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "models"))

import large_networks  # noqa: E402
from compiled_network import CompiledNetwork, largest_difference  # noqa: E402

SHAPE = (1, large_networks.CHANNELS, large_networks.SIDE, large_networks.SIDE)
# Nodes, the largest difference, and the fewest stages: at most 64 operators are
# one, and a convolution is a stage of its own.
CASES = {"steps": (10000, 0, 10000 // 64), "residual": (3000, 1e-4, 1500)}


def reference_of_steps(model, x):
    for constant in model.graph.initializer:
        x = np.abs(x - numpy_helper.to_array(constant))
    return x


def reference_of_onnxruntime(model, x):
    session = onnxruntime.InferenceSession(model.SerializeToString())
    return session.run(None, {"input0": x})[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kind", choices=CASES)
    parser.add_argument("--dlc", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    options = parser.parse_args()
    nodes, tolerance, stages = CASES[options.kind]
    options.work.mkdir(parents=True, exist_ok=True)
    model = large_networks.KINDS[options.kind](nodes)
    if len(model.graph.node) < nodes:
        raise SystemExit(f"error: only {len(model.graph.node)} nodes")
    path = options.work / "model.onnx"
    onnx.save(model, path)

    x = (np.random.default_rng(1).integers(0, 1024, SHAPE) / 1024).astype(np.float32)
    reference = (reference_of_steps if options.kind == "steps"
                 else reference_of_onnxruntime)(model, x)
    [actual] = CompiledNetwork(options.dlc, path, options.work).run([x], [reference])
    difference = largest_difference(actual, reference)
    print(f"{options.kind}: {len(model.graph.node)} nodes, difference {difference:.1e}")
    if not difference <= tolerance:
        raise SystemExit(f"error: more than {tolerance}")

    report = options.work / "m4.json"
    subprocess.run([options.dlc, path, "--target=cortex-m4", "-o",
                    options.work / "m4.o", f"--report={report}"], check=True)
    found = len(json.loads(report.read_text())["stages"])
    print(f"cortex-m4: {found} stages")
    if found < stages:
        raise SystemExit(f"error: fewer than {stages} stages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
