#!/usr/bin/env python3
"""Flash that `dlc compress` saves of quantised networks, and what that loses.

    benchmarks/compressor.py --dlc build/bin/dlc [--target cortex-m0] [--level=-Os] [--layers ...]
        -- FOLDER...

Each folder has model.onnx and test_data_set_*/input_0.pb. Weights are fitted to 32 drawn
samples of that kind and judged by 32; signal to noise of the output, and classes that change,
are those of 100 others, run by onnxruntime.
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


def compress(source, options, folder):
    sets = sorted(source.glob("test_data_set_*/input_0.pb"))
    own = [numpy_helper.to_array(onnx.load_tensor(path)) for path in sets]
    samples = [np.rint(sample).astype(own[0].dtype)
               for sample in drawn(own, FITTED + MEASURED, options.seed)]
    graph = onnx.load(source / "model.onnx").graph
    np.savez(folder / "data.npz", **{graph.input[0].name: np.concatenate(samples[:FITTED])})
    small, report = folder / "small.onnx", folder / "small.json"
    subprocess.run([options.dlc, "compress", source / "model.onnx",
                    f"--data={folder / 'data.npz'}", f"--target={options.target}", options.level,
                    "-o", small, "--max-drop=100", f"--report={report}",
                    *(f"--layers={form}" for form in options.layers)], check=True)
    written = json.loads(report.read_text())
    flash, weights = written["flash_bytes"], written["weight_bytes"]
    name = [graph.output[0].name]
    before, after = (run(model, samples[FITTED:], name, folder)[0]
                     for model in (source / "model.onnx", small))
    noise = np.square(before - after).sum()
    decibels = 10 * np.log10(np.square(before).sum() / noise) if noise else np.inf
    changed = np.mean([a.argmax() != b.argmax() for a, b in zip(before, after)])
    return flash, weights, decibels, 100 * changed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--dlc", type=Path, required=True)
    parser.add_argument("--target", default="cortex-m0")
    parser.add_argument("--level", default="-O2")
    parser.add_argument("--layers", nargs="+", default=["*=round:4"])
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("folders", nargs="+", type=Path)
    options = parser.parse_args()
    print(f"| network | form | flash on {options.target}, {options.level} | part | "
          "weights, bytes | part | signal to noise, dB | classes that change, % |\n"
          "|---|---|---|---|---|---|---|---|")
    for folder in options.folders:
        with tempfile.TemporaryDirectory() as scratch:
            flash, weights, decibels, changed = compress(folder, options, Path(scratch))
        sizes = " | ".join(f"{of['before']} -> {of['after']} | {of['after'] / of['before']:.2f}"
                           for of in (flash, weights))
        print(f"| {folder.name} | {', '.join(options.layers)} | {sizes} | "
              f"{decibels:.1f} | {changed:.0f} |", flush=True)


if __name__ == "__main__":
    main()
