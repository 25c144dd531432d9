#!/usr/bin/env python3
"""How near each stage of a network comes to what this machine allows.

    benchmarks/roofline.py NAME... --build build [--all]

A stage cannot take less than the larger of two times: its operations at the
multiply-add peak, and its bytes at the rate at which the core reads them
(Williams, Waterman and Patterson, "Roofline", CACM 52(4), 2009). Both rates are
measured in the same run: the peak by peak.c; the rate for weights by reading
as many bytes as the network has in all, in order, since they return once in
each run; that for tensors by reading as many as the arena has. Operations are
the model's, so that Winograd can pass 100%.

Shown are stages above 2% of the network's time (--all: all).
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import measure
from results import Report

STAGE = re.compile(r"\s*([0-9.]+) (us|ms|s)\s+([0-9.]+)%\s+\S+\s+(.+) \((\w+)\)$")
SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}
STAGE_GOAL, NETWORK_GOAL = 0.75, 0.85
SMALL = 0.02
RUNS = 7


@dataclass
class Stage:
    """One stage: seconds measured, and what bounds them."""

    name: str
    kind: str
    seconds: float
    arithmetic: float
    bytes: float

    @property
    def bound(self):
        return max(self.arithmetic, self.bytes)

    @property
    def share(self):
        return self.bound / self.seconds


def profile(dlc, model, options):
    """Seconds by name of the stage, the smallest of several runs."""
    best = {}
    for _ in range(RUNS):
        output = subprocess.run([dlc, "run", str(model), "--profile", *options],
                                check=True, capture_output=True, text=True).stdout
        for line in output.splitlines():
            if match := STAGE.match(line):
                seconds = float(match[1]) * SECONDS[match[2]]
                best[match[4]] = min(seconds, best.get(match[4], seconds))
    return best


def stages_of(native, dlc, model, options=()):
    """The stages of a network in their order."""
    with tempfile.TemporaryDirectory() as folder:
        report_file = Path(folder) / "net.json"
        subprocess.run([dlc, str(model), "--target=host", "-o", f"{folder}/net.o",
                        f"--report={report_file}", *options], check=True,
                       capture_output=True)
        report = json.loads(report_file.read_text())
    times = profile(dlc, model, options)
    peak = native.peak()
    arena = report["ram"]["arena_bytes"]
    tensors = native.read_bandwidth(arena)
    weights = native.read_bandwidth(arena + report["flash"]["weight_bytes"])
    return [Stage(stage["name"], stage["kind"], times[stage["name"]],
                  2 * stage["macs"] / peak,
                  stage["weight_bytes"] / weights + stage["tensor_bytes"] / tensors)
            for stage in report["stages"] if stage["name"] in times]


def add_table(report, name, stages, show_all):
    """One table for a network; goals that are missed are marked."""
    total = sum(stage.seconds for stage in stages)
    bound = sum(stage.bound for stage in stages)
    report.line(f"{name}: {total * 1e3:.2f} ms in stages, {bound / total:.0%} of "
                f"what the machine allows (goal {NETWORK_GOAL:.0%}, "
                f"{report.reached(NETWORK_GOAL, bound / total)})")
    report.line()
    report.table("stage", "kind", "time", "of all", "bound by", "reached", "goal")
    for stage in stages:
        part = stage.seconds / total
        if part < SMALL and not show_all:
            continue
        report.row(stage.name[:60], stage.kind, f"{stage.seconds * 1e6:.1f} us",
                   f"{part:.1%}",
                   "arithmetic" if stage.arithmetic >= stage.bytes else "bytes",
                   f"{stage.share:.0%}",
                   report.reached(STAGE_GOAL, stage.share) if part >= SMALL else "")
    report.line()


def add_network(report, native, build, name, show_all=False):
    """Measures a network of test/models or `build`/networks, and its table."""
    model = measure.locate(name, build / "networks") / "model.onnx"
    stages = stages_of(native, build / "bin" / "dlc", model)
    add_table(report, name, stages, show_all)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="+", metavar="NAME")
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    native = measure.Native(arguments.build / "benchmarks")
    report = Report()
    peak, memory = native.peak(), native.read_bandwidth(measure.BEYOND_CACHES)
    # A cycle of the compiler's estimates is a multiply-add of a vector.
    cycles = peak / (2 * native.vector_bits() / 32)
    report.line(f"{measure.machine()}, peak {peak / 1e9:.1f} GFLOP/s, reading from memory "
                f"{memory / 1e9:.1f} GB/s; in a target's description "
                f"`stream-bytes-per-cycle: {memory / cycles:.1f}`")
    report.line()
    for name in arguments.names:
        add_network(report, native, arguments.build, name, arguments.all)
    return 0


if __name__ == "__main__":
    sys.exit(main())
