#!/usr/bin/env python3
"""Flash that `dlc compress` saves of quantised networks, and what that loses.

    benchmarks/compressor.py --dlc build/bin/dlc [--target cortex-m4] [--level=-Os]
        [--layers '*=round:4' ... [--least] | --part 0.5 [--try code,shrink]] -- FOLDER...

Each folder has model.onnx and test_data_set_*/input_0.pb. Weights are fitted to 32 drawn
samples of that kind and judged by 32; signal to noise, and classes that change, are those of
100 others, run by onnxruntime. --layers asks for forms, with --least the smallest object is made
that --flash can; --part asks for a part of the flash that the network takes at the level.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from quantiser import drawn, run

FITTED, MEASURED = 64, 100


def report_of(command, report, check=True):
    subprocess.run([*command, f"--report={report}"], check=check, capture_output=not check)
    return json.loads(report.read_text())


def ends(graph):
    """The tensors that are compared: the output and what its softmax reads, and of a quantised
    output its scale and zero point."""
    producers = {name: node for node in graph.node for name in node.output}
    tensors = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    name = graph.output[0].name
    node, scale, zero = producers[name], 1.0, 0
    if node.op_type == "QuantizeLinear":
        scale, zero = float(tensors[node.input[1]]), int(tensors[node.input[2]])
        node = producers[node.input[0]]
    found = {name: (scale, zero)}
    if node.op_type == "Softmax":
        found[node.input[0]] = (1.0, 0)
    return found


def decibels(before, after):
    noise = np.square(before - after).sum()
    return 10 * np.log10(np.square(before).sum() / noise) if noise else np.inf


def compress(source, options, folder):
    """Bytes of flash and of weights before and after, decibels of each end, and percent of
    changed classes."""
    model = source / "model.onnx"
    sets = sorted(source.glob("test_data_set_*/input_0.pb"))
    own = [numpy_helper.to_array(onnx.load_tensor(path)) for path in sets]
    samples = [np.rint(sample).astype(own[0].dtype) for sample in
               drawn([one.astype(np.float32) for one in own], FITTED + MEASURED, options.seed)]
    graph = onnx.load(model).graph
    np.savez(folder / "data.npz", **{graph.input[0].name: np.concatenate(samples[:FITTED])})
    small, report = folder / "small.onnx", folder / "small.json"
    compiled = [f"--target={options.target}", options.level]
    before = report_of([options.dlc, model, *compiled, "-o", folder / "net.o"], report)["flash"]
    wishes, budget = [f"--layers={form}" for form in options.layers], []
    if options.part:
        goal = int(options.part * before["bytes"])
        wishes, budget = [f"--goal=flash:{goal}", f"--try={options.ways}"], [f"--flash={goal}"]
    report_of([options.dlc, "compress", model, f"--data={folder / 'data.npz'}", *compiled,
               "-o", small, "--max-drop=100", *wishes], report)
    if options.least:
        budget = ["--flash=1K"]  # never enough: the report is that of the smallest object
    after = report_of([options.dlc, small, *compiled, *budget, "-o", folder / "net.o"],
                      report, check=not options.least)["flash"]
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        (options.keep / f"{source.name}.onnx").write_bytes(small.read_bytes())
    compared = ends(graph)
    results = [run(path, samples[FITTED:], list(compared), folder) for path in (model, small)]
    ratios = []
    for (scale, zero), *pair in zip(compared.values(), *results):
        ratios.append(decibels(*(scale * (of - zero) for of in pair)))
    changed = np.mean([a.argmax() != b.argmax() for a, b in zip(results[0][0], results[1][0])])
    return before, after, ratios, 100 * changed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--dlc", type=Path, required=True)
    parser.add_argument("--target", default="cortex-m4")
    parser.add_argument("--level", default="-Os")
    parser.add_argument("--layers", nargs="+", default=["*=round:4"])
    parser.add_argument("--least", action="store_true")
    parser.add_argument("--part", type=float, help="of the flash, in place of --layers")
    parser.add_argument("--try", dest="ways", default="round,cluster,prune,shrink")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--keep", type=Path, help="folder for what is written")
    parser.add_argument("folders", nargs="+", type=Path)
    options = parser.parse_args()
    form = f"{options.ways}, goal {options.part}" if options.part else ", ".join(options.layers)
    print(f"| network | form | flash on {options.target}, {options.level} | part | "
          "weights, bytes | part | signal to noise, dB | classes that change, % |\n"
          "|---|---|---|---|---|---|---|---|")
    for folder in options.folders:
        with tempfile.TemporaryDirectory() as scratch:
            before, after, ratios, changed = compress(folder, options, Path(scratch))
        sizes = " | ".join(f"{before[of]} -> {after[of]} | {after[of] / before[of]:.2f}"
                           for of in ("bytes", "weight_bytes"))
        print(f"| {folder.name} | {form} | {sizes} | "
              f"{' / '.join(f'{ratio:.1f}' for ratio in ratios)} | {changed:.0f} |", flush=True)


if __name__ == "__main__":
    main()
