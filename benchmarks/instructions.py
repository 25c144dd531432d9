#!/usr/bin/env python3
"""Executed instructions, RAM and text of float networks on Arm, beside onnx2c.

    benchmarks/instructions.py --build build             the table on standard output
    benchmarks/instructions.py --build build --write     and into docs/results.md
    benchmarks/instructions.py --onnx2c PATH             measures onnx2c again as well

Every network is compiled with dlc at -O2 and, for the size of its text, at -Os. It
runs under QEMU, whose plugin counts the instructions of the call, and its
output is compared with onnxruntime's. onnx2c's C code is compiled by gcc for the
same core, runs in the same program, and is counted in the same way; without
--onnx2c its figures are those of figures/onnx2c.json. The count is exact and
repeats; it is no time: it knows no latency, cache or dual issue.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "test" / folder) for folder in ("harness", "models")]

import onnx2c  # noqa: E402
from board import (BoardError, program_of, run,  # noqa: E402
                   section_bytes, tools_of)
from compiled_network import largest_difference, load_test_set  # noqa: E402
from emulated_targets import require_programs, target_options  # noqa: E402
from results import Report, write_section  # noqa: E402

MODELS = HERE.parent / "test" / "models"
NETWORKS = ("mnist", "ad01_fp32", "kws_fp32", "resnet8_fp32", "vww_fp32")

# The largest share of onnx2c's instructions.
GOALS = {
    "cortex-m0": 0.3,
    "cortex-m3": 0.08,
    "cortex-m4": 0.3,
    "cortex-m7": 0.3,
    "cortex-m33": 0.3,
    "cortex-m55": 0.15,
    "armv6": 0.3,
    "armv8-neon": 0.12,
}
RAM_GOAL = 0.67  # of onnx2c's
TEXT_GOAL = {"-O2": 20 * 1024, "-Os": 12 * 1024}
TOLERANCE = 1e-4


@dataclass
class Case:
    """One network on one target."""

    name: str
    target: str
    work: Path

    def __post_init__(self):
        inputs, [self.reference] = load_test_set(self.model.parent)
        self.data = inputs[0].tobytes()

    @property
    def model(self):
        return MODELS / self.name / "model.onnx"

    def folder(self, label):
        return self.work / f"{self.name}-{self.target}-{label}"

    def check(self, output):
        actual = np.frombuffer(output, self.reference.dtype).reshape(self.reference.shape)
        difference = largest_difference(actual, self.reference)
        if difference > TOLERANCE:
            raise BoardError(f"{self.name} on {self.target}: wrong by {difference:.1e}")
        return difference


@dataclass
class Ours:
    instructions: int
    arena: int
    stack: int
    text: dict  # bytes by level
    difference: float


def measure_ours(case, dlc):
    texts, results = {}, {}
    for level in TEXT_GOAL:
        folder = case.folder(f"dlc{level}")
        program = program_of(case.target).of_model(dlc, case.model, case.target, folder,
                                                   [level])
        texts[level] = section_bytes(folder / "net.o", (".text",),
                                     tools_of(case.target) + "size")
        if level == "-O2":
            results = program.infer(case.data, timeout=600)
    return Ours(results.instructions, results.arena, results.stack, texts,
                case.check(results.output))


def millions(count):
    return f"{count / 1e6:.3f}" if count < 1e7 else f"{count / 1e6:.1f}"


def add_row(report, case, ours, peer):
    ratio = ours.instructions / peer["instructions"] if peer else None
    ram = ours.arena / peer["ram"] if peer else None
    text = [report.marked(size, size <= TEXT_GOAL[level])
            for level, size in ours.text.items()]
    report.row(
        case.target, case.name, millions(ours.instructions),
        f"{millions(peer['instructions'])} {peer['level']}" if peer else "",
        report.marked(f"{ratio:.3f}", ratio <= GOALS[case.target]) if peer else "",
        GOALS[case.target], ours.arena, peer["ram"] if peer else "",
        report.marked(f"{ram:.2f}", ram <= RAM_GOAL) if peer else "",
        ours.stack or "", *text, peer["text"] if peer else "", f"{ours.difference:.1e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    target_options(parser, GOALS)
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=NETWORKS,
                        metavar="NAME", help=", ".join(NETWORKS))
    parser.add_argument("--onnx2c", type=Path, help="measure this onnx2c and keep its facts")
    arguments = parser.parse_args()
    require_programs(parser, arguments.targets)
    work = arguments.build / "instructions-beside-onnx2c"
    dlc = arguments.build / "bin" / "dlc"
    facts = onnx2c.load()

    report = Report()
    report.line("Executed instructions in millions for one inference under QEMU; RAM, stack and "
                "text in bytes; `benchmarks/instructions.py`.")
    report.line()
    report.table("target", "network", "dlc -O2", "onnx2c", "ratio", "goal", "arena",
                 "onnx2c's RAM", f"ratio (goal {RAM_GOAL})", "stack",
                 *[f"text {level}" for level in TEXT_GOAL], "onnx2c's text", "difference")
    for target in arguments.targets:
        for name in arguments.networks:
            case = Case(name, target, work)
            try:
                if arguments.onnx2c:
                    facts["results"].setdefault(target, {})[name] = onnx2c.measure(
                        arguments.onnx2c, case.model, target, case.folder("onnx2c"),
                        case.data, case.check)
                ours = measure_ours(case, dlc)
            except BoardError as error:
                report.missed += 1
                report.row(target, name, "**failed**", *[""] * 11)
                print(error, file=sys.stderr)
                continue
            add_row(report, case, ours, facts["results"].get(target, {}).get(name))
    if arguments.onnx2c:
        onnx2c.store(facts, arguments.onnx2c, arguments.targets)
    report.line()
    report.line(f"Bold: falls short. Text has a goal of {TEXT_GOAL['-O2']} bytes at -O2 and of "
                f"{TEXT_GOAL['-Os']} at -Os.")
    if "onnx2c" in facts:
        report.line()
        versions = sorted({c["version"] for c in facts["compilers"].values()})
        report.line(f"onnx2c: {facts['onnx2c']['commit']}, its C code compiled by gcc "
                    f"{', '.join(versions)} at the better of -O2 and -O3; in kws_fp32 the weights "
                    "were dequantised for it beforehand.")
    report.line()
    report.line(f"Goals missed: {report.missed}.")
    if arguments.write:
        write_section("On Arm, beside onnx2c", report.lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
