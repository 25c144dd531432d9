#!/usr/bin/env python3
"""The inner loops of Armv8 layers under llvm-mca's models of the cores.

    benchmarks/mca.py --build build            the table on standard output
    benchmarks/mca.py --build build --write    and into docs/results.md
    benchmarks/mca.py --build build --show c   and the loops of the layers with a c in their names

Each layer is compiled for each core; of the innermost loops in its function the
one with the most accumulators, weighted by the multiply-adds' share of the loop,
goes to llvm-mca. The bound is the time of the multiply-adds alone in the pipes that the
model has for them.
"""

import argparse
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

from results import Report, write_section

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "test" / "harness"))

from inner_loops import functions, is_multiply_add, main_loop  # noqa: E402

TARGET = "armv8-neon"
STAGE = "layer"  # the name of its function is that of the node
GOAL = 0.85
# The cores of the goal, then those that are shown.
GOAL_CORES = ["cortex-a57", "cortex-a72"]
CORES = [*GOAL_CORES, "cortex-a76", "cortex-a53", "cortex-a55"]
# Iterations, between which the steady state is measured.
WARM, LONG = 100, 300


@dataclass
class Layer:
    """A product of matrices (window 0) or a convolution."""

    name: str
    channels: int
    features: int
    size: int  # height and width; rows of a product
    window: int = 0
    stride: int = 1
    groups: int = 1


LAYERS = [
    Layer("matmul 512", 512, 512, 512),
    Layer("resnet50 3x3, Winograd", 64, 64, 56, 3),
    Layer("resnet50 3x3, Winograd, last", 512, 512, 7, 3),
    Layer("resnet50 3x3, stride 2", 128, 128, 56, 3, 2),
    Layer("resnet50 1x1, expand", 64, 256, 56, 1),
    Layer("resnet50 1x1, reduce", 256, 64, 56, 1),
    Layer("resnet50 1x1, last", 512, 2048, 7, 1),
    Layer("resnet50 1x1, stride 2", 256, 512, 56, 1, 2),
    Layer("mobilenet_v2 depthwise", 144, 144, 56, 3, 1, 144),
    Layer("mobilenet_v2 depthwise, stride 2", 144, 144, 56, 3, 2, 144),
    Layer("mobilenet_v2 depthwise, last", 960, 960, 7, 3, 1, 960),
]


def model_of(layer):
    """ONNX, with channels last outside, as they are between dlc's stages."""
    rng = np.random.default_rng(0)
    nodes, shape = [], [layer.size, layer.channels]
    result = [layer.size, layer.features]
    if layer.window:
        pad = layer.window // 2
        out = (layer.size + 2 * pad - layer.window) // layer.stride + 1
        shape = [1, layer.size, layer.size, layer.channels]
        result = [1, out, out, layer.features]
        weights = [layer.features, layer.channels // layer.groups, layer.window, layer.window]
        nodes = [helper.make_node("Transpose", ["x"], ["planes"], perm=[0, 3, 1, 2]),
                 helper.make_node("Conv", ["planes", "w"], ["sums"], name=STAGE,
                                  pads=[pad] * 4, strides=[layer.stride] * 2,
                                  kernel_shape=[layer.window] * 2, group=layer.groups),
                 helper.make_node("Relu", ["sums"], ["kept"]),
                 helper.make_node("Transpose", ["kept"], ["y"], perm=[0, 2, 3, 1])]
    else:
        weights = [layer.channels, layer.features]
        nodes = [helper.make_node("MatMul", ["x", "w"], ["y"], name=STAGE)]
    constant = rng.standard_normal(weights).astype(np.float32)
    graph = helper.make_graph(
        nodes, "layer", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, result)],
        [numpy_helper.from_array(constant, "w")])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def simulate(tools, core, loop):
    """llvm-mca: cycles of one iteration, those of its multiply-adds, the model's name."""
    lines = [re.sub(r"0x[0-9a-f]+ <.*>", ".Lloop", text) for text in loop]
    source = ".Lloop:\n" + "\n".join(lines) + "\n"

    def run(iterations):
        done = subprocess.run([tools / "llvm-mca", "--mtriple=aarch64", f"--mcpu={core}",
                               "--json", f"--iterations={iterations}"],
                              input=source, check=True, capture_output=True, text=True)
        return json.loads(done.stdout)

    warm, long = run(WARM), run(LONG)
    region = long["CodeRegions"][0]
    cycles = (region["SummaryView"]["TotalCycles"]
              - warm["CodeRegions"][0]["SummaryView"]["TotalCycles"]) / (LONG - WARM)
    bound = sum(info["RThroughput"] for info, text in
                zip(region["InstructionInfoView"]["InstructionList"], loop)
                if is_multiply_add(text))
    return cycles, bound, model_name(long["TargetInfo"]["Resources"])


def model_name(resources):
    """The model's own name, which LLVM gives the resources of a core as a prefix."""
    return re.match(r"([A-Z][A-Za-z]*\d+)", resources[0])[1]


def compare(report, build, tools, show=None):
    """The table; a share below the goal is counted as missed."""
    folder = build / "benchmarks" / "mca"
    folder.mkdir(parents=True, exist_ok=True)
    report.table("layer", "core", "model", "instructions for each fmla", "fmla",
                 "cycles", "bound", "share of the bound")
    for layer in LAYERS:
        model = folder / "layer.onnx"
        save(model_of(layer), model)
        for core in CORES:
            obj = folder / f"{layer.name.replace(', ', '-').replace(' ', '-')}-{core}.o"
            subprocess.run([build / "bin" / "dlc", model, f"--target={TARGET}",
                            f"--mcpu={core}", "-o", obj], check=True)
            loop = main_loop(functions(tools, obj, core)[STAGE])
            count = sum(map(is_multiply_add, loop))
            if not count:
                raise RuntimeError(f"{obj}: no inner loop with a multiply-add")
            cycles, bound, name = simulate(tools, core, loop)
            share = bound / cycles
            cell = f"{share:.0%}"
            if core in GOAL_CORES:
                cell = report.marked(cell, share >= GOAL)
            report.row(layer.name, core, name, f"{len(loop) / count:.2f}", count,
                       f"{cycles:.1f}", f"{bound:.1f}", cell)
            if show is not None and show in layer.name:
                print(*loop, sep="\n", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--llvm-tools", type=Path, default=Path("/usr/lib/llvm-22/bin"))
    parser.add_argument("--show", metavar="TEXT", help="print the loops of these layers")
    parser.add_argument("--write", action="store_true", help="write docs/results.md")
    arguments = parser.parse_args()
    report = Report()
    report.line(f"`--target={TARGET} --mcpu=` each core; the inner loop of the layer under "
                "llvm-mca's model of that core. The bound is what its multiply-add pipes need. "
                f"Goal: {GOAL:.0%} of it on {' and '.join(GOAL_CORES)}. llvm-mca has "
                "an in-order core (A53, A55) write its results in order too: a load waits there "
                "for the multiply-adds before it. The model is the one that LLVM has for the core.")
    report.line()
    compare(report, arguments.build, arguments.llvm_tools, arguments.show)
    report.line()
    report.line(f"Goals missed: {report.missed}.")
    if arguments.write:
        write_section("Inner loops on Armv8", report.lines)
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
