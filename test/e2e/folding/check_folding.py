#!/usr/bin/env python3
"""Scales and offsets of all magnitudes around sums of products.

    check_folding.py host --dlc build/bin/dlc --work build/folding [--first SEED] [--count N]

Each seed is a model of several chains: scales, offsets and batch normalisations
before and behind a convolution or product, a clamp at the end, constants from
1e-38 to 1e38. What comes out may be off by a few times the error that float32
arithmetic has when the graph is computed as it is written, which is followed
value by value in double precision; onnxruntime with every optimisation off has
to keep to the same bound (but for batch normalisations, whose mean it always
multiplies first). Where a value leaves float32's range on the way, the output is
the exact one or onnxruntime's. Models with references are compared first: offsets
of air pressure and temperature, factors that are infinite or huge, special values.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import special_values
from onnx import numpy_helper
from rounded_graph import LARGEST, TINY, Chain, Value, model_of

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "harness"), str(HERE.parents[1] / "models")]

from board import missing_programs  # noqa: E402
from compiled_network import CompiledNetwork, load_test_set  # noqa: E402

SKIPPED = 77
CHAINS = 16
# Folding rounds each weight once or twice more; sums in another order.
FACTOR = 4
# Products that are denormal in one order of the operations and not in another.
FLOOR = 256 * TINY


def inputs_of(rng):
    """Images and rows of several magnitudes; a large offset, as of a sensor."""
    inputs = {}
    for i, (size, centre) in enumerate([(1, 0), (1, 0), (1, 101325), (1e-20, 0), (1e15, 0)]):
        image = rng.standard_normal((1, 3, 5, 5)) * size + centre
        row = rng.standard_normal((2, 6)) * size + centre
        inputs[f"image{i}"] = image.astype(np.float32)
        inputs[f"row{i}"] = row.astype(np.float32)
    return inputs


def step(chain, x, rng, centre):
    """A scale, an offset or both, at random."""
    channels = x.exact.shape[1]
    vector = rng.random() < 0.6
    spread = rng.uniform(0.5, 2, channels if vector else 1)
    if x.exact.ndim == 4 and not vector:
        spread = spread[:1]
    kind = rng.choice(["scale", "scale", "inverse", "offset", "norm", "norm"])
    usual = rng.random() < 0.5
    if kind in ("scale", "inverse"):
        op = "Mul" if rng.random() < 0.6 else "Div"
        value = rng.choice([0.1, 0.75, 3.0]) if usual else chain.magnitude(-37.9, 38)
        if kind == "inverse":  # back to a magnitude near 1
            with np.errstate(all="ignore"):
                size = np.abs(x.exact[np.isfinite(x.bound)]).max(initial=0)
            if 1e-37 < size < 1e37:
                value = 1 / size if op == "Mul" else size
        return chain.scale(x, np.clip(np.float64(value) * spread, -3e38, 3e38), op)
    if kind == "offset":
        value = centre if rng.random() < 0.5 else chain.magnitude(-3, 6)
        return chain.offset(x, value + 0 * spread, "Sub" if rng.random() < 0.5 else "Add")
    one = np.ones(channels)
    noise = lambda: rng.uniform(0.5, 1.5, channels)
    if usual:
        return chain.batch_norm(x, noise(), noise() - 1, centre * one + noise(), noise())
    size = lambda low, high: 10.0 ** rng.uniform(low, high)
    return chain.batch_norm(x, noise() * size(-30, 30), noise() * size(-5, 5), noise() * size(-5, 6),
                            noise() * size(-12, 30))


def branch(prefix, rng, inputs):
    """One chain; its last value."""
    chain = Chain(prefix, rng)
    dense = rng.random() < 0.3
    i = rng.integers(5)
    name = f"{'row' if dense else 'image'}{i}"
    x = Value(name, inputs[name].astype(np.float64), np.zeros(inputs[name].shape))
    centre = 101325 if i == 2 else 1.5
    for _ in range(rng.choice([0, 0, 1, 1, 2])):
        x = step(chain, x, rng, centre)
    if dense:
        x = chain.matmul(x, 4, gemm=rng.random() < 0.5)
    else:
        kind = rng.choice(["pointwise", "window", "padded", "depthwise", "transposed", "grouped"])
        bias = rng.random() < 0.5
        if kind == "pointwise":
            x = chain.conv(x, 4, 1, 0, bias=bias)
        elif kind == "window":
            x = chain.conv(x, 4, 3, 0, bias=bias)
        elif kind == "padded":
            x = chain.conv(x, 4, 2, 1, bias=bias)
        elif kind == "depthwise":
            x = chain.conv(x, 3, 3, 0, group=3, bias=bias)
        elif kind == "grouped":
            x = chain.conv(x, 6, 1, 0, group=3, bias=bias)
        else:
            x = chain.conv_transpose(x, 2)
    for _ in range(rng.choice([0, 1, 1, 2, 3])):
        x = step(chain, x, rng, 1.5)
    if rng.random() < 0.5:
        x = chain.clamp(x, "Relu" if rng.random() < 0.5 else "Clip")
    return chain, x


def wrong_elements(value, output, reference):
    """Where an output is neither within the bound nor, if that is infinite, as
    onnxruntime has it."""
    output = output.astype(np.float64).reshape(value.exact.shape)
    with np.errstate(all="ignore"):
        unknown = ~np.isfinite(value.bound)
        allowed = np.where(unknown, 1e-5 * np.abs(value.exact), FACTOR * value.bound)
        near = np.abs(output - value.exact) <= allowed + FLOOR
        reference = reference.astype(np.float64)
        same = (output == reference) | (np.isnan(output) & np.isnan(reference))
        same |= np.abs(output - reference) <= 1e-5 * np.abs(reference) + FLOOR
        same |= (np.abs(value.exact) > LARGEST) & (output == np.sign(value.exact) * np.inf)
    return ~(near | (unknown & same) | np.isnan(value.bound))


def run(target, dlc, model, folder, inputs, references):
    if target == "host":
        return CompiledNetwork(dlc, model, folder).run(list(inputs.values()), references)
    tests, saved = folder / "test_data_set_0", folder / "saved"
    tests.mkdir(exist_ok=True)
    for kind, arrays in (("input", inputs.values()), ("output", references)):
        for i, array in enumerate(arrays):
            (tests / f"{kind}_{i}.pb").write_bytes(numpy_helper.from_array(array).SerializeToString())
    results = saved / "outputs.bin"
    results.unlink(missing_ok=True)
    # Its own comparison is with the largest output; here each has a bound.
    done = subprocess.run([dlc, "run", model, f"--target={target}", "--inputs", folder, f"--save={saved}"],
                          capture_output=True, text=True, check=False)
    if not results.exists():
        raise SystemExit(f"{model}: {done.stdout}{done.stderr}")
    data = results.read_bytes()
    flat, outputs = np.frombuffer(data, np.float32), []
    for reference in references:
        outputs.append(flat[: reference.size].reshape(reference.shape))
        flat = flat[reference.size:]
    return outputs


def check_case(name, model, inputs, references, arguments):
    """A model with inputs and references; 1 if an output is wrong."""
    folder = Path(arguments.work) / f"{arguments.target}-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, folder / "model.onnx")
    outputs = run(arguments.target, arguments.dlc, folder / "model.onnx", folder,
                  dict(enumerate(inputs)), references)
    failed = 0
    for i, (output, reference) in enumerate(zip(outputs, references)):
        output, reference = output.astype(np.float64), reference.astype(np.float64)
        finite = np.isfinite(reference)
        allowed = 1e-5 * np.abs(reference[finite]).max(initial=0)
        rest = np.array_equal(output[~finite], reference[~finite], equal_nan=True)
        if not rest or not (np.abs(output[finite] - reference[finite]) <= allowed).all():
            failed = 1
            print(f"{name}: output {i}: {output.ravel()[:4]} ..., not {reference.ravel()[:4]} ...")
    return failed


def check_cases(arguments):
    """How many of the models with references are wrong."""
    model, inputs, outputs = special_values.model()
    failed = check_case("special_values", model, list(inputs.values()), list(outputs.values()), arguments)
    for case in sorted((HERE / "cases").iterdir()):
        failed += check_case(case.name, onnx.load(case / "model.onnx"), *load_test_set(case), arguments)
    return failed


def check(seed, arguments):
    """Prints what is wrong; how many chains are."""
    rng = np.random.default_rng(seed)
    inputs = inputs_of(rng)
    branches = [branch(f"b{i}", rng, inputs) for i in range(CHAINS)]
    chains, values = [c for c, _ in branches], [v for _, v in branches]
    model = model_of(chains, inputs, values)
    folder = Path(arguments.work) / f"{arguments.target}-{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, folder / "model.onnx")
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    references = session.run(None, inputs)
    outputs = run(arguments.target, arguments.dlc, folder / "model.onnx", folder, inputs, references)
    failed = 0
    for chain, value, output, reference in zip(chains, values, outputs, references):
        normalised = any(node.op_type == "BatchNormalization" for node in chain.nodes)
        for who, array in (("onnxruntime", reference), ("dlc", output)):
            if who == "onnxruntime" and normalised:
                continue
            wrong = wrong_elements(value, array, reference)
            if not wrong.any():
                continue
            failed += 1
            at = tuple(np.argwhere(wrong)[0])
            print(f"seed {seed}: {who}: {' '.join(node.op_type for node in chain.nodes)} -> {value.name}: "
                  f"{wrong.sum()} elements, at {at} {array.reshape(value.exact.shape)[at]}, not "
                  f"{value.exact[at]:.9g} within {value.bound[at]:.3g} (onnxruntime: {reference[at]})")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("target")
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=10)
    arguments = parser.parse_args()
    missing = [] if arguments.target == "host" else missing_programs(arguments.target)
    if missing:
        print(f"skipped: not installed: {', '.join(missing)}")
        return SKIPPED
    wrong = check_cases(arguments)
    seeds = range(arguments.first, arguments.first + arguments.count)
    failed = sum(check(seed, arguments) for seed in seeds)
    print(f"{CHAINS * arguments.count - failed} of {CHAINS * arguments.count} chains are right")
    return 1 if wrong or failed else 0


if __name__ == "__main__":
    sys.exit(main())
