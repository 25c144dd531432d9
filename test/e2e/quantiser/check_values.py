#!/usr/bin/env python3
"""Weights of few values, which `dlc quantize` leaves what they are.

    check_values.py --dlc build/bin/dlc --work build/w

Four products: weights of 16 numbers, of -a, 0 and a, of 4 bits with a scale for each result, and
of zeros by 80%; then one whose weights `dlc compress` makes few.
"""

import json
import subprocess
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import quantiser

WIDTH, SAMPLES, BITS = 64, 64, 4


def few(random):
    """Weights as [operands][results], float32, of each layer."""
    shape = (WIDTH, WIDTH)
    scales = random.uniform(0.05, 0.2, WIDTH).astype(np.float32)
    numbers = random.normal(0, 0.2, 16).astype(np.float32)
    return {
        "values": random.choice(numbers, shape),
        "signs": random.choice([-1, 0, 1], shape).astype(np.float32) * scales,
        "steps": random.integers(-8, 8, shape).astype(np.float32) * (scales / 4),
        "zeros": np.where(random.random(shape) < 0.8, 0, random.normal(0, 0.3, shape)),
    }


def network(weights, random):
    nodes, tensors, x = [], [], "x"
    for i, (name, w) in enumerate(weights.items()):
        bias = random.normal(0, 0.1, WIDTH)
        for kind, value in (("w", w), ("b", bias)):
            tensors.append(numpy_helper.from_array(value.astype(np.float32), f"{kind}_{name}"))
        last = i + 1 == len(weights)
        nodes.append(helper.make_node("Gemm", [x, f"w_{name}", f"b_{name}"],
                                      ["y" if last else f"g_{name}"], name))
        if not last:
            x = f"r_{name}"
            nodes.append(helper.make_node("Relu", [f"g_{name}"], [x], f"relu_{name}"))
    value = helper.make_tensor_value_info
    graph = helper.make_graph(nodes, "net", [value("x", TensorProto.FLOAT, [1, WIDTH])],
                              [value("y", TensorProto.FLOAT, [1, WIDTH])], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def integers(model):
    """Integers of weights and their scales, by the layers' names."""
    tensors = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    found = {}
    for node in model.graph.node:
        if node.op_type == "DequantizeLinear" and node.output[0].startswith("w_"):
            found[node.output[0][2:]] = tensors[node.input[0]], tensors[node.input[1]]
    return found


def check_structure(weights, made):
    """What is wrong with the integers of each layer."""
    wrong = []
    for name, w in weights.items():
        found, scales = made[name]
        values = np.unique(found)
        print(f"{name}: {len(values)} integers, {values.min()} to {values.max()}")
        if name == "values" and len(values) > 16:
            wrong.append(f"{name}: 16 numbers have become {len(values)}")
        if name == "zeros" and (found[w == 0] != 0).any():
            wrong.append(f"{name}: zeros have become others")
        if name not in ("signs", "steps"):
            continue
        limits = (-1, 1) if name == "signs" else (-8, 7)
        if values.min() < limits[0] or values.max() > limits[1]:
            wrong.append(f"{name}: integers are {values}")
        if not np.allclose(found * scales, w, rtol=1e-6, atol=0):
            wrong.append(f"{name}: numbers have changed")
    return wrong


def check_noise(options, source, result, samples):
    noise = quantiser.decibels(quantiser.run(source, samples), quantiser.run(result, samples))
    print(f"{noise:.1f} dB")
    return [] if noise > 25 else [f"only {noise:.1f} dB are left"]


def check_storage(options, result):
    """What a Cortex-M0 stores the layers as."""
    report = options.work / "m0.json"
    subprocess.run([options.dlc, result, "--target=cortex-m0", "-o", options.work / "m0.o",
                    f"--report={report}"], check=True)
    forms = {}
    for stage in json.loads(report.read_text())["stages"]:
        if stage.get("storage"):
            forms[stage["name"]] = stage["storage"]["form"]
    print(f"stored as {forms}")
    wanted = {"signs": "2 bits", "steps": "4 bits", "zeros": "nonzeros"}
    return [f"{name} is stored as {forms.get(name)}" for name, form in wanted.items()
            if forms.get(name) != form]


def check_compressed(options, random, data):
    """`dlc compress`, then `dlc quantize`."""
    weights = {"values": random.normal(0, 0.2, (WIDTH, WIDTH)),
               "last": random.normal(0, 0.2, (WIDTH, WIDTH))}
    source, small = options.work / "dense.onnx", options.work / "clustered.onnx"
    onnx.save(network(weights, random), source)
    subprocess.run([options.dlc, "compress", source, f"--data={data}", "--max-drop=100",
                    "--layers=values=cluster:16", "--layers=last=keep", "-o", small], check=True)
    result = options.work / "clustered_int8.onnx"
    quantiser.quantise(options.dlc, small, data, result)
    found, _ = integers(onnx.load(result))["values"]
    return check_structure({"values": weights["values"]}, {"values": (found, None)})


def main():
    options = quantiser.arguments(__doc__)
    random = np.random.default_rng(15)
    samples = random.normal(0, 1, (SAMPLES, 1, WIDTH)).astype(np.float32)
    data = options.work / "x.npy"
    np.save(data, samples[:, 0])
    weights = few(random)
    source, result = options.work / "source.onnx", options.work / "int8.onnx"
    onnx.save(network(weights, random), source)
    quantiser.quantise(options.dlc, source, data, result)
    wrong = check_structure(weights, integers(onnx.load(result)))
    wrong += check_noise(options, source, result, samples)
    wrong += check_storage(options, result)
    wrong += check_compressed(options, random, data)
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
