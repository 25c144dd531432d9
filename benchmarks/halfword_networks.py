#!/usr/bin/env python3
"""Executed instructions of networks with activations of 16 bits, beside 8 bits.

    benchmarks/halfword_networks.py --build build            the table on standard output
    benchmarks/halfword_networks.py --build build --write    and into docs/results.md

`dlc quantize` makes both of each float network of MLPerf Tiny, from its own samples and
drawn ones (quantiser.py); inputs and outputs stay floats, and so does what reads and
writes them. They are compiled at -O2 and run under QEMU, whose plugin counts the
instructions of the call. The output is compared with what onnxruntime makes of the same
file node by node (what it fuses differs): decibels, signal to difference.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "test" / folder) for folder in ("harness", "models")]

from board import BoardError, program_of  # noqa: E402
from emulated_targets import require_programs, target_options  # noqa: E402
from instructions import MODELS, millions  # noqa: E402
from integer_networks import NETWORKS  # noqa: E402
from quantiser import drawn  # noqa: E402
from results import Report, write_section  # noqa: E402

DRAWN, SEED = 32, 11
# Of int8's instructions, at most.
GOALS = {"cortex-m0": None, "cortex-m3": None, "cortex-m4": 1.3, "cortex-m7": 1.3,
         "cortex-m55": 1.3}


def quantised(name, kind, dlc, folder):
    """The network's file and a sample."""
    source = MODELS / f"{name}_fp32"
    samples = [numpy_helper.to_array(onnx.load_tensor(path))
               for path in sorted(source.glob("test_data_set_*/input_0.pb"))]
    samples += drawn(samples, DRAWN, SEED)
    folder.mkdir(parents=True, exist_ok=True)
    first = onnx.load(source / "model.onnx").graph.input[0].name
    np.savez(folder / "data.npz", **{first: np.concatenate(samples)})
    model = folder / f"{kind}.onnx"
    subprocess.run([dlc, "quantize", source / "model.onnx", f"--data={folder / 'data.npz'}",
                    "-o", model, f"--activations={kind}"], check=True, capture_output=True)
    return model, samples[0]


def agreement(model, sample, output):
    """Decibels between an output and onnxruntime's."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    session = onnxruntime.InferenceSession(model, options, ["CPUExecutionProvider"])
    [expected] = session.run(None, {session.get_inputs()[0].name: sample})
    found = np.frombuffer(output, np.float32).astype(np.float64)
    noise = np.square(expected.ravel() - found).sum()
    return 10 * np.log10(np.square(expected.astype(np.float64)).sum() / noise) if noise else np.inf


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    target_options(parser, GOALS)
    arguments = parser.parse_args()
    require_programs(parser, arguments.targets)
    dlc, work = arguments.build / "bin" / "dlc", arguments.build / "halfword-networks"
    report = Report()
    report.line("Executed instructions in millions for one inference of networks that `dlc quantize` "
                "made, with `--activations=int16` (weights of 8 bits) and in int8, floats at both ends, "
                "under QEMU at -O2; `benchmarks/halfword_networks.py`.")
    report.line()
    report.table("target", "network", "int16x8", "int8", "ratio", "goal", "arena", "int8's",
                 "int16x8 to onnxruntime, dB", "int8's")
    for name in NETWORKS:
        folder = work / name
        made = {kind: quantised(name, kind, dlc, folder) for kind in ("int16", "int8")}
        for target in arguments.targets:
            counts, arenas, decibels = [], [], []
            try:
                for kind, (model, sample) in made.items():
                    program = program_of(target).of_model(dlc, model, target,
                                                          folder / target / kind, ["-O2"])
                    done = program.infer(sample.tobytes(), timeout=900)
                    counts.append(done.instructions)
                    arenas.append(done.arena)
                    decibels.append(f"{agreement(model, sample, done.output):.0f}")
            except BoardError as error:
                report.missed += 1
                report.row(target, name, "**failed**", *[""] * 7)
                print(error, file=sys.stderr)
                continue
            ratio, goal = counts[0] / counts[1], GOALS[target]
            report.row(target, name, millions(counts[0]), millions(counts[1]),
                       report.marked(f"{ratio:.2f}", goal is None or ratio <= goal), goal or "",
                       *arenas, *decibels)
    report.line()
    report.line(f"Bold: more than the goal. Missed: {report.missed}.")
    if arguments.write:
        write_section("Networks with activations of 16 bits, on Arm", report.lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
