#!/usr/bin/env python3
"""`dlc MODEL --quantize`: the same as `dlc quantize` and a compilation of its result.

    check_compile.py --dlc build/bin/dlc --work build/w

By data in each of their forms, of which the model does not depend; by each way to choose
ranges; on a network of which weights are integers behind DequantizeLinear. Objects run.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

TESTS = Path(__file__).resolve().parents[2]
sys.path += [str(TESTS / "models"), str(TESTS / "e2e" / "quantised_networks")]

import exact_graph  # noqa: E402
import quantiser  # noqa: E402
from compiled_network import CompiledNetwork  # noqa: E402
from graph_builder import GraphBuilder, smooth_image  # noqa: E402

KWS = TESTS / "models" / "kws_fp32"
IMAGE = (1, 3, 8, 8)
METHODS = [("min-max", "int8"), ("mse", "int4"), ("percentile", "int8"), ("kl", "int4")]


def network():
    g = GraphBuilder("small", IMAGE, seed=12)
    x = g.relu(g.conv(g.input, 6, 3, "conv", stride=2))
    return g.model(g.linear(g.flatten(x), 10, "dense"))


def write_data(folder, samples):
    """The samples in each form that --data takes: a path for each."""
    forms = {"array": folder / "array.npy", "arrays": folder / "arrays",
             "archive": folder / "archive.npz", "raw": folder / "raw", "sets": folder / "sets"}
    np.save(forms["array"], np.concatenate(samples))
    np.savez_compressed(forms["archive"], x=np.concatenate(samples))
    for name in ("arrays", "raw", "sets"):
        forms[name].mkdir(exist_ok=True)
    for number, sample in enumerate(samples):
        np.save(forms["arrays"] / f"{number}.npy", sample)
        (forms["raw"] / f"{number}.bin").write_bytes(sample.tobytes())
        one = forms["sets"] / f"test_data_set_{number}"
        one.mkdir(exist_ok=True)
        (one / "input_0.pb").write_bytes(
            numpy_helper.from_array(sample, "x").SerializeToString())
    return forms


def check_forms(options, source, forms):
    """One model, whatever the form of the data."""
    made = {}
    for form, path in forms.items():
        result = options.work / f"{form}.onnx"
        quantiser.quantise(options.dlc, source, path, result, "--calibrate=min-max", "--nearest")
        made[form] = result.read_bytes()
    others = [form for form in made if made[form] != made["array"]]
    return f"the model depends on the form of the data: {others}" if others else ""


def compiled(options, model, target, *more):
    """The object and its header."""
    result = options.work / "net.o"
    subprocess.run([options.dlc, model, f"--target={target}", "-O1", "-o", result, *more],
                   check=True)
    return files_of(result)


def files_of(object_file):
    return object_file.read_bytes() + object_file.with_suffix(".h").read_bytes()


def check_compiled(options, source, data, samples, weights, *more):
    """What is wrong with one way to quantise; nothing where all is well."""
    quantised, folder = options.work / "quantised.onnx", options.work / "-".join([weights, *more])
    report = quantiser.quantise(options.dlc, source, data, quantised, f"--weights={weights}",
                                *more)
    both = [f"--quantize={weights}", f"--data={data}", *more]
    network = CompiledNetwork(options.dlc, source, folder, ["-O1", *both], target="x86-64-v2")
    if (files_of(folder / "net.o") != compiled(options, quantised, "x86-64-v2")
            or compiled(options, source, "cortex-m4", *both)
            != compiled(options, quantised, "cortex-m4")):
        return "the object is not that of the quantised model"
    kept = [layer["name"] for layer in report["layers"] if layer["type"] == "float32"]
    if kept:
        return f"{kept} are left in floats"
    model = quantiser.load(quantised)
    for sample in samples:
        exact = exact_graph.evaluate(model, sample).astype(np.float32)
        found = network.run([sample], [exact])[0]
        # In floats behind the last integers.
        if not np.allclose(found, exact, rtol=0, atol=1e-6 * np.abs(exact).max()):
            return f"results differ by {np.abs(found - exact).max()}"
    return ""


def check_methods(options, source, forms, samples):
    data = iter([*forms.values()])
    for method, weights in METHODS:
        problem = check_compiled(options, source, next(data), samples, weights,
                                 f"--calibrate={method}")
        if problem:
            yield f"{method}, {weights}: {problem}"


def check_keywords(options):
    """Weights of pointwise layers are integers there, which nodes dequantise."""
    graph = onnx.load(KWS / "model.onnx").graph
    if all(node.op_type != "DequantizeLinear" for node in graph.node):
        return "the network has no weights that are integers"
    result = options.work / "kws.onnx"
    report = quantiser.quantise(options.dlc, KWS / "model.onnx", KWS, result, "--nearest",
                                "--calibrate=min-max")
    types = [layer["type"] for layer in report["layers"] if layer["op"] in ("Conv", "MatMul")]
    if len(types) != 10 or set(types) != {"int8"}:
        return f"layers are {types}"
    reached = report["outputs"][0]["signal_to_noise_db"]
    if reached < 25:
        return f"signal to noise is {reached:.1f} dB"
    done = subprocess.run([options.dlc, result, "--target=cortex-m4", "--strict-int",
                           "--emit=nn", "-o", options.work / "kws.mlir"],
                          capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


def main():
    options = quantiser.arguments(__doc__)
    source = options.work / "float.onnx"
    onnx.save(network(), source)
    random = np.random.default_rng(4)
    samples = [smooth_image(random, IMAGE) for _ in range(4)]
    forms = write_data(options.work, samples)
    problems = [check_forms(options, source, forms),
                *check_methods(options, source, forms, samples[:2]), check_keywords(options)]
    for problem in filter(None, problems):
        print(problem)
    return int(any(problems))


if __name__ == "__main__":
    sys.exit(main())
