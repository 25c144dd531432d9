"""What the tests of `dlc quantize` share."""

import argparse
import json
import re
import subprocess
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper


def arguments(description):
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("--dlc", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--digits", type=Path, help="where digits.py has written its network")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    return options


def quantise(dlc, model, data, result, *options):
    """Runs `dlc quantize`; its report."""
    report = result.with_suffix(".json")
    subprocess.run([dlc, "quantize", model, f"--data={data}", "-o", result,
                    f"--report={report}", *options], check=True)
    return json.loads(report.read_text())


def session(model):
    options = onnxruntime.SessionOptions()
    # Processors without VNNI add pairs of products in 16 bits, which they saturate.
    options.add_session_config_entry("session.x64quantprecision", "1")
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, ["CPUExecutionProvider"])


def run(model, samples, name="x"):
    """The first output for each sample, by onnxruntime."""
    network = session(model)
    return [network.run(None, {name: sample})[0] for sample in samples]


def decibels(reference, results):
    signal = sum(float(np.square(r, dtype=np.float64).sum()) for r in reference)
    noise = sum(float(np.square(r - q, dtype=np.float64).sum())
                for r, q in zip(reference, results))
    return 10 * np.log10(signal / noise)


def write_sets(folder, samples, results):
    """ONNX's test layout."""
    for number, (sample, result) in enumerate(zip(samples, results)):
        one = folder / f"test_data_set_{number}"
        one.mkdir(parents=True, exist_ok=True)
        for kind, array in (("input", sample), ("output", result)):
            tensor = numpy_helper.from_array(np.ascontiguousarray(array))
            (one / f"{kind}_0.pb").write_bytes(tensor.SerializeToString())


def agrees(dlc, model, folder, step, largest):
    """Whether `dlc run` gives what the test sets of the folder have, within a step."""
    done = subprocess.run([dlc, "run", model, f"--inputs={folder}", "--check-only", "-O1",
                           f"--tolerance={1.001 * step / largest}"],
                          capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def scale_of(model, tensor):
    """The scale that a tensor is quantised with; 0 for one that stays a float."""
    tensors = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "DequantizeLinear" and node.output[0] == tensor:
            return float(tensors[node.input[1]])
    return 0.0


def names(model):
    graph = model.graph
    return {node.name for node in graph.node} | {
        name for node in graph.node for name in node.output} | {
            value.name for value in [*graph.input, *graph.output]}


def load(path):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    return model


def refusal(dlc, command, model, data, result, pattern, *options):
    """What is wrong with a refusal: it is to be one line, and to leave no result."""
    done = subprocess.run([dlc, command, model, f"--data={data}", "-o", result, *options],
                          capture_output=True, text=True, check=False)
    lines = done.stderr.strip().splitlines()
    if done.returncode != 1 or len(lines) != 1 or not re.search(pattern, lines[0]):
        return f"expected {pattern}\nexit code {done.returncode}: {done.stderr}"
    return "the output is there" if result.exists() else ""


def check_cases(description, check, cases):
    """Runs check(options, number, *case) and prints what each says; the exit code."""
    options = arguments(description)
    problems = [check(options, number, *one) for number, one in enumerate(cases)]
    for problem in filter(None, problems):
        print(problem)
    print(f"{len(cases)} cases")
    return int(any(problems))
