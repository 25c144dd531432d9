#!/usr/bin/env python3
"""Where dlc loses and wins against onnxruntime, layer by layer.

    benchmarks/layers.py NAME --build build

onnxruntime's times are its profiler's for each node, dlc's those of
`dlc run --profile`; each the smallest of several runs. Layers are matched by the
ONNX node they come from; what has no counterpart is listed by itself.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict

import onnx
import onnxruntime

import measure
from compiled_network import load_test_set

FUSED = {"Relu", "Clip", "BatchNormalization", "Add", "Sum", "HardSwish", "Mul"}


def root_of(value, producers):
    """The node that onnxruntime fused everything up to `value` into."""
    node = producers.get(value)
    while node is not None and node.op_type in FUSED:
        previous = next((producers[i] for i in node.input if i in producers), None)
        if previous is None:
            break
        node = previous
    return node.name if node is not None else None


def peer_profile(model_path, inputs, runs=20):
    """Microseconds by ONNX node name; unmatched kernels under their own."""
    model = onnx.load(model_path, load_external_data=False)
    producers = {o: node for node in model.graph.node for o in node.output}
    named = {node.name for node in model.graph.node}
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.enable_profiling = True
    options.profile_file_prefix = os.path.join(
        tempfile.gettempdir(), "dlc-layers")
    session = onnxruntime.InferenceSession(str(model_path), options)
    feeds = {i.name: x for i, x in zip(session.get_inputs(), inputs)}
    for _ in range(runs):
        session.run(None, feeds)
    path = session.end_profiling()
    with open(path) as file:
        events = json.load(file)
    os.remove(path)
    smallest = {}
    for event in events:
        if event.get("cat") != "Node" or not event["name"].endswith("_kernel_time"):
            continue
        kernel = event["name"].removesuffix("_kernel_time")
        smallest[kernel] = min(event["dur"], smallest.get(kernel, event["dur"]))
    times = defaultdict(float)
    for kernel, microseconds in smallest.items():
        name = kernel
        if name not in named:
            name = root_of(kernel.removesuffix("_nchwc"), producers) or kernel
        times[name] += microseconds
    return times


STAGE = re.compile(r"\s*([0-9.]+) (us|ms)\s+[0-9.]+%\s+\S+\s+(.+) \(\w+\)$")


def our_profile(dlc, model_path, folder):
    """Microseconds by the ONNX node that a stage is named after."""
    output = subprocess.run(
        [dlc, "run", str(model_path), "--inputs", str(folder), "--profile"],
        check=True, capture_output=True, text=True).stdout
    times = defaultdict(float)
    for line in output.splitlines():
        stage = STAGE.match(line)
        if stage:
            factor = 1000.0 if stage[2] == "ms" else 1.0
            times[stage[3]] += float(stage[1]) * factor
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("name")
    parser.add_argument("--build", type=measure.Path, default=measure.Path("build"))
    arguments = parser.parse_args()
    folder = measure.locate(arguments.name, arguments.build / "networks")
    model = folder / "model.onnx"
    inputs, _ = load_test_set(folder)
    theirs = peer_profile(model, inputs)
    ours = our_profile(arguments.build / "bin" / "dlc", model, folder)
    print(f"{'layer':40} {'dlc us':>10} {'peer us':>10} {'lost us':>10}")
    layers = sorted({*ours, *theirs},
                    key=lambda name: theirs.get(name, 0) - ours.get(name, 0))
    for name in layers:
        mine, peer = ours.get(name, 0.0), theirs.get(name, 0.0)
        print(f"{name[:40]:40} {mine:10.1f} {peer:10.1f} {mine - peer:10.1f}")
    mine, peer = sum(ours.values()), sum(theirs.values())
    print(f"{'all':40} {mine:10.1f} {peer:10.1f} {mine - peer:10.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
