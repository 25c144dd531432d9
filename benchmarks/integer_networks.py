#!/usr/bin/env python3
"""Executed instructions and RAM of int8 networks, beside TensorFlow Lite Micro.

    benchmarks/integer_networks.py --build build            the table on standard output
    benchmarks/integer_networks.py --build build --write    and into docs/results.md

Each network of MLPerf Tiny in int8 is compiled at -O2 and runs under QEMU, whose
plugin counts the instructions of the call; its outputs have to be those of ONNX's
definition, byte for byte (test/models). Beside it are the same network in
float32, which int8 is not to exceed, and what TensorFlow Lite Micro with CMSIS-NN
executes (figures/tflm.json). For cores whose manual has a table of cycles those are modelled
(cycles.py), for each multiply-accumulate that is left of the network. A second table
has them with flash for any form of weights.
"""

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "test" / folder) for folder in ("harness", "models")]

from board import BoardError, program_of, run, section_bytes, tools_of  # noqa: E402
from compiled_network import load_test_set  # noqa: E402
from cycles import MODELLED, modelled_cycles  # noqa: E402
from instructions import MODELS, millions  # noqa: E402
from emulated_targets import require_programs, target_options  # noqa: E402
from results import Report, write_section  # noqa: E402

NETWORKS = ("ad01", "kws", "resnet8", "vww")
# The largest shares of TensorFlow Lite Micro's instructions and arena, in this order.
GOALS = {
    "cortex-m0": (0.70, 0.42, 0.50, 0.24),
    "cortex-m3": (0.70, 0.50, 0.44, 0.28),
    "cortex-m4": (0.48, 0.36, 0.32, 0.20),
    "cortex-m7": (0.48, 0.36, 0.32, 0.20),
    "cortex-m33": None,
    "cortex-m55": (0.42, 0.40, 0.42, 0.25),
    "cortex-m85": None,
    "armv6": None,
    "armv8-neon": None,
}
ARENA_GOALS = (0.30, 0.42, 0.61, 0.40)
# The same with flash for any form of weights.
AMPLE_GOALS = {
    "cortex-m0": (0.42, 0.30, 0.33, 0.18),
    "cortex-m4": (0.38, 0.33, 0.26, 0.19),
    "cortex-m7": (0.38, 0.33, 0.26, 0.19),
}
AMPLE = "--flash=4M"
CYCLES_GOALS = {("cortex-m4", "resnet8"): 1.2}
SIZE_GOALS = {"vww": 75 << 10}  # of code and weights in flash


def measure(model, target, dlc, folder, modelled=False, options=()):
    """Instructions, bytes of arena, of code and constants, modelled cycles for each
    multiply-accumulate (0: none), and whether results are exact."""
    inputs, [reference] = load_test_set(model.parent)
    described = folder.resolve() / "report.json"
    program = program_of(target).of_model(dlc, model, target, folder,
                                          ["-O2", f"--report={described}", *options])
    done = program.infer(inputs[0].tobytes(), timeout=600)
    tools = tools_of(target)
    # What a program keeps that calls net_run: neither names of stages nor shapes.
    kept = folder / "kept.o"
    run([tools + "ld", "-r", "--gc-sections", "-e", "net_run", folder / "net.o", "-o", kept])
    size = section_bytes(kept, (".text", ".rodata"), tools + "size")
    exact = done.output == reference.tobytes()
    cycles = 0
    if modelled and target in MODELLED:
        stages = json.loads(described.read_text())["stages"]
        cycles = (modelled_cycles(program, inputs[0].tobytes(), target) /
                  sum(stage["macs"] for stage in stages))
    return done.instructions, done.arena, size, cycles, exact


def ample_table(arguments, dlc, work, peer):
    report = Report()
    report.line("The same where flash has room for any form of weights; "
                f"`benchmarks/integer_networks.py`, `{AMPLE}`.")
    report.line()
    report.table("target", "network", "int8", "TFLM", "ratio", "goal", "arena",
                 "code and weights")
    for target in filter(AMPLE_GOALS.get, arguments.targets):
        for name, goal in zip(NETWORKS, AMPLE_GOALS[target]):
            key = f"{name}_int8"
            try:
                ours, arena, size, _, exact = measure(MODELS / key / "model.onnx", target, dlc,
                                                      work / target / f"{key}_ample",
                                                      options=[AMPLE])
                if not exact:
                    raise BoardError(f"{key} on {target}: wrong results")
            except BoardError as error:
                report.missed += 1
                report.row(target, name, "**failed**", *[""] * 5)
                print(error, file=sys.stderr)
                continue
            theirs = peer["instructions"][target][key]
            report.row(target, name, millions(ours), millions(theirs),
                       report.marked(f"{ours / theirs:.3f}", ours <= goal * theirs), goal,
                       arena, size)
    report.line()
    report.line(f"Bold: falls short. Missed: {report.missed}.")
    if arguments.write:
        write_section("Networks in int8 with ample flash, on Arm", report.lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    target_options(parser, GOALS)
    parser.add_argument("--ample", action="store_true", help="the table with ample flash alone")
    arguments = parser.parse_args()
    require_programs(parser, arguments.targets)
    dlc, work = arguments.build / "bin" / "dlc", arguments.build / "integer-networks"
    peer = json.loads((HERE / "figures" / "tflm.json").read_text())
    if arguments.ample:
        ample_table(arguments, dlc, work, peer)
        return 0
    report = Report()
    report.line("Executed instructions in millions for one inference of MLPerf Tiny's int8 networks "
                "under QEMU at -O2, outputs byte for byte ONNX's definition; "
                "`benchmarks/integer_networks.py`.")
    report.line()
    report.table("target", "network", "int8", "TFLM", "ratio", "goal", "float32", "arena",
                 "of TFLM's", "goal", "code and weights", "cycles")
    for target in arguments.targets:
        for number, name in enumerate(NETWORKS):
            key = f"{name}_int8"
            try:
                ours, arena, size, cycles, exact = measure(
                    MODELS / key / "model.onnx", target, dlc, work / target / key, modelled=True)
                floats, *_ = measure(MODELS / f"{name}_fp32" / "model.onnx", target, dlc,
                                     work / target / f"{name}_fp32")
                if not exact:
                    raise BoardError(f"{key} on {target}: wrong results")
            except BoardError as error:
                report.missed += 1
                report.row(target, name, "**failed**", *[""] * 9)
                print(error, file=sys.stderr)
                continue
            theirs = peer["instructions"].get(target, {}).get(key)
            goal = GOALS[target][number] if GOALS[target] else None
            ratio = ours / theirs if theirs else None
            ram = arena / peer["arena"][key]
            report.row(target, name, report.marked(millions(ours), ours <= floats),
                       millions(theirs) if theirs else "",
                       report.marked(f"{ratio:.3f}", ratio <= goal) if goal else "",
                       goal or "", millions(floats), arena,
                       report.marked(f"{ram:.2f}", ram <= ARENA_GOALS[number]),
                       ARENA_GOALS[number],
                       report.marked(str(size), not target.startswith("cortex")
                                     or size <= SIZE_GOALS.get(name, size)),
                       report.marked(f"{cycles:.2f}",
                                     cycles <= CYCLES_GOALS.get((target, name), cycles))
                       if cycles else "")
    report.line()
    report.line("Code and weights: what a linker keeps of the object for a program that calls "
                "net_run, in bytes. Cycles: as the core's manual has them, for each "
                "multiply-accumulate (`benchmarks/cycles.py`: a model, not measured).")
    report.line()
    report.line(f"Bold: falls short, or more than float32. TFLM: {peer['what']}. "
                f"Missed: {report.missed}.")
    if arguments.write:
        write_section("Networks in int8, on Arm", report.lines)
    ample_table(arguments, dlc, work, peer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
