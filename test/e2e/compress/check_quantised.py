#!/usr/bin/env python3
"""`dlc compress` of quantised networks, for a target.

    check_quantised.py --dlc build/bin/dlc --work build/w

A network of digits in int8 is compressed for a Cortex-M0, whose kernels have weights of 4 and 2
bits: the flash that the report says is that of the object, within --goal, and less than before.
Weights stay int8 with zero points of 0, biases in units of both scales; in dlc the network gives
what its definition in real numbers gives.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import compressor
import digits
import quantiser

import numpy as np
import onnx
from onnx import numpy_helper

TESTS = Path(__file__).resolve().parents[2]
sys.path += [str(TESTS / "models"), str(TESTS / "e2e" / "quantised_networks")]

import exact_graph  # noqa: E402

TARGET = "--target=cortex-m0"
PART = 0.8  # of the flash that is left


def flash(options, model, folder, *more):
    """The bytes that the report on the object has."""
    folder.mkdir(exist_ok=True)
    subprocess.run([options.dlc, model, TARGET, "-o", folder / "net.o",
                    f"--report={folder / 'net.json'}", *more], check=True)
    return json.loads((folder / "net.json").read_text())


def scales_fit(model):
    """Whether each bias of int32 is in units of its layer's input scale times weight scale."""
    graph = model.graph
    tensors = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    producers = {name: node for node in graph.node for name in node.output}
    for node in graph.node:
        if node.op_type not in ("Conv", "Gemm") or len(node.input) < 3:
            continue
        x, w, b = (tensors[producers[name].input[1]] for name in node.input)
        if not np.allclose(np.broadcast_to(x * w, np.shape(b)), b, rtol=1e-6):
            return False
        if tensors[producers[node.input[1]].input[0]].dtype != np.int8:
            return False
    return True


def check_exact(options, model, images):
    """In dlc the network is what ONNX defines it to be."""
    made = quantiser.load(model)
    samples = [image[None] for image in images]
    exact = [exact_graph.evaluate(made, sample).astype(np.float32) for sample in samples]
    largest = max(np.abs(y).max() for y in exact)
    sets = options.work / f"sets_{model.stem}"
    quantiser.write_sets(sets, samples, exact)
    good, text = quantiser.agrees(options.dlc, model, sets, 1e-6 * largest, largest)
    return "" if good else text


def check_goal(options, data, int8, unseen):
    """Less flash for at most a point of accuracy."""
    small = options.work / "small.onnx"
    before = flash(options, int8, options.work / "before")["flash"]["bytes"]
    goal = int(PART * before)
    report = compressor.compress(options.dlc, int8, data, small, TARGET, "--max-drop=1",
                                 f"--goal=flash:{goal}", "--try=code", "--layers=conv*=keep")
    after = flash(options, small, options.work / "after", f"--flash={goal}")["flash"]["bytes"]
    lost = compressor.accuracy(int8, *unseen) - compressor.accuracy(small, *unseen)
    print(f"flash {before} -> {after} bytes, {lost:.2f} points are lost of unseen images")
    if report["flash_bytes"] != {"before": before, "after": after}:
        return f"the report says {report['flash_bytes']}"
    if after > goal:
        return f"the goal was {goal}"
    if lost > 1:
        return "that is more than --max-drop"
    if not scales_fit(onnx.load(small)):
        return "scales of biases are not those of inputs and weights"
    both = flash(options, int8, options.work / "both", "--compress=code",
                 f"--data={data}", "--max-drop=1", f"--goal=flash:{goal}", "--layers=conv*=keep")
    if (options.work / "both" / "net.o").read_bytes() != (
            options.work / "after" / "net.o").read_bytes():
        return "dlc --compress makes another object"
    if not any(re.search(r"^compressed: .* -> ", note) for note in both["notes"]):
        return f"the report of --compress has the notes {both['notes']}"
    return check_exact(options, small, unseen[0][:3])


def check_forms(options, data, int8, images):
    """Other forms of integers: few values, zeros."""
    for form, most in (("cluster:8", 8), ("prune:60%", 256), ("round:2", 4)):
        result = options.work / "form.onnx"
        compressor.compress(options.dlc, int8, data, result, f"--layers=*={form}",
                            "--max-drop=100")
        made = onnx.load(result)
        graph, tensors = made.graph, compressor.tensors(result)
        producers = {name: node for node in graph.node for name in node.output}
        for node in graph.node:
            if node.op_type not in ("Conv", "Gemm"):
                continue
            weights = tensors[producers[node.input[1]].input[0]]
            zeros = 100 * np.mean(weights == 0)
            if len(np.unique(weights)) > most or (most == 256 and zeros < 59):
                return f"{form}: {node.name} has {len(np.unique(weights))} values, {zeros}% zeros"
        problem = check_exact(options, result, images)
        if problem:
            return f"{form}: {problem}"
    return ""


def check_far_goal(options, data, int8):
    """A goal that cannot be met says how near it came."""
    result = options.work / "never.onnx"
    done = subprocess.run([options.dlc, "compress", int8, f"--data={data}", "-o", result, TARGET,
                           "--goal=flash:2K", "--try=round", "--layers=conv*=keep"],
                          capture_output=True, text=True, check=False)
    said = re.search(r"--goal=flash:2048 cannot be met within --max-drop=0\.50: the network takes "
                     r"(\d+) bytes of flash at best \(before (\d+)\)", done.stderr)
    if done.returncode != 1 or not said or int(said[1]) >= int(said[2]):
        return f"exit code {done.returncode}: {done.stderr}"
    return "the output is there" if result.exists() else ""


def main():
    options = quantiser.arguments(__doc__)
    source, data = compressor.trained(options)
    int8 = options.work / "int8.onnx"
    quantiser.quantise(options.dlc, source, data, int8, "--calibrate=mse")
    unseen = digits.data(1000, seed=2)
    problems = [check_goal(options, data, int8, unseen),
                check_forms(options, data, int8, unseen[0][:2]),
                check_far_goal(options, data, int8)]
    for problem in filter(None, problems):
        print(problem)
    return int(any(problems))


if __name__ == "__main__":
    sys.exit(main())
