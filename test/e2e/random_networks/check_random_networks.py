#!/usr/bin/env python3
"""Random networks for random targets, options and RAM budgets, against onnxruntime.

    check_random_networks.py --dlc build/bin/dlc [--first SEED] [--count N]
                             [--target T ...] [--keep FOLDER]

Each seed draws a network (test/models/random_networks.py), a target and options.
On this machine the object is called with guards around its memory; for the other
targets `dlc run` runs it under QEMU. Under a RAM budget the compiler may refuse:
then the budget that it names must compile and give the right results.
"""

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import onnx
import onnxruntime
from onnx import numpy_helper

TEST = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TEST / "models"), str(TEST / "harness")]

import compiled_network  # noqa: E402
from board import missing_programs  # noqa: E402
from compiled_network import CompileError  # noqa: E402
from random_networks import RandomNetwork  # noqa: E402

SKIPPED = 77
TOLERANCE = 1e-4
HALF_TOLERANCE = 0.05  # of half precision: far above rounding, far below a wrong element
HALF = {"cortex-m55": [], "armv8-neon": ["--mcpu=cortex-a76"], "cuda-pascal": [], "gtx-1080": [],
        "jetson-tx2": []}
HERE = ["host", "x86-64-v2", str(TEST / "e2e" / "random_graphs" / "scalar.yaml")]
EMULATED = ["cortex-m0", "cortex-m3", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55",
            "cortex-m55", "armv6", "armv8-neon", "armv8-neon"]


class Refused(Exception):
    """onnxruntime does not take the network, such as one with a negative padding."""


def reference(model, names, inputs):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
        return session.run(None, dict(zip(names, inputs)))
    except Exception as error:  # it has no base of its own
        raise Refused from error


class Case:
    """One network in a folder, with its data and what to compile it for."""

    def __init__(self, seed, targets, dlc, folder):
        self.dlc, self.folder = dlc, folder
        self.model = folder / "model.onnx"
        network = RandomNetwork(seed)
        model = network.model()
        onnx.save(model, self.model)
        self.inputs = network.data()
        self.references = reference(model, network.inputs, self.inputs)
        choose = random.Random(seed + 1)
        self.target = choose.choice(targets)
        self.options = []
        if choose.random() < 0.3:
            self.options.append(choose.choice(["-Os", "-Os", "-O1"]))
        if choose.random() < 0.3:
            self.options.append("--verify")
        # Of what the network takes without a budget.
        self.budget = choose.choice([None, None, 0.9, 0.7, 0.5, 0.3])
        self.tolerance = TOLERANCE
        if self.target in HALF and choose.random() < 0.3:
            self.options += ["--fp16", *HALF[self.target]]
            self.tolerance = HALF_TOLERANCE

    def __str__(self):
        return " ".join([Path(self.target).stem, *self.options])

    def command(self, *options):
        done = subprocess.run([self.dlc, *map(str, options), f"--target={self.target}"],
                              text=True, capture_output=True)
        return done

    def limit_ram(self):
        """Draws --ram, or what dlc says is the least that compiles."""
        report = self.folder / "report.json"
        done = self.command(self.model, "--emit=arena", "-o", self.folder / "plan.mlir",
                            f"--report={report}", *self.options)
        if done.returncode:
            raise CompileError(done.stderr)
        plain = json.loads(report.read_text())["ram"]["arena_bytes"]
        if not plain:
            return
        ram = f"--ram={max(1, int(plain * self.budget))}"
        done = self.command(self.model, "--emit=arena", "-o", self.folder / "plan.mlir", ram, *self.options)
        if done.returncode:
            least = re.search(r"nothing smaller was found: --ram=(\d+) compiles", done.stderr)
            if done.returncode != 1 or not least:
                raise CompileError(f"{ram}: {done.stderr}")
            ram = f"--ram={least[1]}"
        self.options.append(ram)

    def check(self):
        if self.budget:
            self.limit_ram()
        if self.target in HERE:
            self.run_here()
        else:
            self.run_emulated()

    def run_here(self):
        network = compiled_network.CompiledNetwork(self.dlc, self.model, self.folder, self.options,
                                                   target=self.target)
        first = network.run(self.inputs, self.references)
        again = network.run(self.inputs, self.references)
        for i, (output, repeated, expected) in enumerate(zip(first, again, self.references)):
            if output.tobytes() != repeated.tobytes():
                raise CompileError(f"output {i}: a second run gave other bits")
            difference = compiled_network.largest_difference(output, expected)
            if difference > self.tolerance:
                raise CompileError(f"output {i} is off by {difference:.3g}")

    def run_emulated(self):
        for kind, arrays in (("input", self.inputs), ("output", self.references)):
            for i, array in enumerate(arrays):
                (self.folder / f"{kind}_{i}.pb").write_bytes(numpy_helper.from_array(array).SerializeToString())
        done = self.command("run", self.model, "--inputs", self.folder, "--check-only", f"--tolerance={self.tolerance}",
                            *self.options)
        if done.returncode:
            raise CompileError(done.stdout + done.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--target", action="append", help="draw from these; all that can run here without it")
    parser.add_argument("--keep", type=Path, help="folder for the networks that fail")
    arguments = parser.parse_args()
    missing = {t for t in EMULATED if not arguments.target and missing_programs(t)}
    targets = arguments.target or HERE * 2 + [t for t in EMULATED if t not in missing]
    failed = refused = 0
    for seed in range(arguments.first, arguments.first + arguments.count):
        with tempfile.TemporaryDirectory() as name:
            try:
                case = Case(seed, targets, arguments.dlc, Path(name))
            except Refused:
                refused += 1
                continue
            try:
                case.check()
            except CompileError as error:
                failed += 1
                print(f"seed {seed} ({case}): {error}", flush=True)
                if arguments.keep:
                    shutil.copytree(name, arguments.keep / f"seed{seed}", dirs_exist_ok=True)
    print(f"{arguments.count - refused - failed} of {arguments.count} networks agree; "
          f"onnxruntime refuses {refused}")
    if failed:
        return 1
    for target in sorted(missing):
        print(f"skipped: {target}: {', '.join(missing_programs(target))} not installed")
    return SKIPPED if missing else 0


if __name__ == "__main__":
    sys.exit(main())
