#!/usr/bin/env python3
"""Every kind of stage in random shapes, on every target and level, against onnxruntime.

    check_random_stages.py --dlc build/bin/dlc --check-registers build/bin/dlc-check-registers
                           [--stages N] [--first SEED] [--count SEEDS] [--seconds N]
                           [--every-level] [--target T ...] [--level=-O1 ...]
                           [--only NUMBER] [--keep FOLDER]

A seed makes one program of N stages that have nothing to do with each other
(test/models/random_stages.py). Without --every-level each target runs a seed at one
level, the next seed at the next level; no program begins after --seconds. Devices run under QEMU; this machine's own
family runs here. The object that ran is also read back: no register may be lost.
--only runs one stage of a seed alone, --keep keeps what failed, its faults included.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import onnx
import onnxruntime
from onnx import numpy_helper

TEST = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TEST / "models"), str(TEST / "harness")]

from board import missing_programs  # noqa: E402
from random_stages import RandomStages  # noqa: E402

# Relative to the largest element of an output, as documented for one operator.
TOLERANCE = 1e-5
LEVELS = ["-O2", "-O1", "-Os"]
DEVICES = ["armv6", "cortex-m0", "cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33",
           "cortex-m55", "cortex-m85", "armv8-neon"]
HERE = ["x86-64-v2", "x86-64-v3", "x86-64-v4"]
SKIPPED = 77
NOT_HERE = "this machine cannot run code"


def reference(network):
    """Model, inputs and what onnxruntime makes of them."""
    model, inputs = network.model(), network.data()
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    return model, inputs, session.run(None, dict(zip(network.inputs, inputs)))


def is_taken(seed, number):
    """Not all that ONNX's shape inference takes: pools that round sizes up, for one."""
    try:
        reference(RandomStages(seed, [number]))
    except Exception:  # onnxruntime's have no base of their own
        return False
    return True


class Program:
    """The stages `numbers` of a seed in a folder, with data and references."""

    def __init__(self, seed, numbers, folder):
        self.folder = folder
        self.network, self.refused = RandomStages(seed, numbers), 0
        try:
            model, inputs, expected = reference(self.network)
        except Exception:
            taken = [number for number in numbers if is_taken(seed, number)]
            self.refused = len(numbers) - len(taken)
            self.network = RandomStages(seed, taken)
            model, inputs, expected = reference(self.network)
        folder.mkdir(parents=True, exist_ok=True)
        onnx.save(model, folder / "model.onnx")
        for kind, arrays in (("input", inputs), ("output", expected)):
            for i, array in enumerate(arrays):
                (folder / f"{kind}_{i}.pb").write_bytes(numpy_helper.from_array(array).SerializeToString())

    def run(self, dlc, target, level):
        """What dlc says of each output, and the object; None where it cannot run."""
        kept = self.folder / f"{target}{level}"
        command = [dlc, "run", self.folder / "model.onnx", f"--inputs={self.folder}", f"--target={target}",
                   level, "--check-only", f"--tolerance={TOLERANCE}"]
        if target in DEVICES:
            command.append(f"--save={kept}")
        done = subprocess.run(list(map(str, command)), text=True, capture_output=True)
        if NOT_HERE in done.stderr:
            return None, None
        if target in HERE and "largest difference" in done.stdout:
            kept.mkdir(exist_ok=True)
            subprocess.run([dlc, self.folder / "model.onnx", f"--target={target}", level,
                            "-o", kept / "net.o"], check=True)
        return done, kept / "net.o"

    def faults(self, done):
        """Of the stages: number, kind, what is wrong."""
        wrong = re.findall(r"output '(\w+)' largest difference (.*?), above", done.stdout)
        seen = len(re.findall(r"largest difference", done.stdout))
        if not wrong and (done.returncode or seen != len(self.network.outputs)):
            return [(None, "program", (done.stdout + done.stderr)[-2000:])]
        return [(*self.network.outputs[name][:2], f"off by {how}") for name, how in wrong]


class Check:
    def __init__(self, arguments):
        self.arguments = arguments
        self.outputs = self.programs = self.failed = 0
        self.worst = 0.0
        self.end = time.monotonic() + (arguments.seconds or float("inf"))

    def registers(self, obj, label):
        done = subprocess.run([self.arguments.check_registers, str(obj)], text=True, capture_output=True)
        if done.returncode:
            self.failed += 1
            print(f"{label}: {done.stdout}{done.stderr}".rstrip(), flush=True)
        return not done.returncode

    def run(self, program, target, level, label):
        if time.monotonic() > self.end:
            return
        done, obj = program.run(self.arguments.dlc, target, level)
        if done is None:
            return
        self.programs += 1
        self.outputs += len(program.network.outputs)
        self.worst = max([self.worst, *(float(r) for r in re.findall(r"\(relative ([\d.e+-]+)\)",
                                                                     done.stdout, re.MULTILINE))])
        faults = program.faults(done)
        for number, kind, what in faults:
            self.failed += 1
            stage = f"--only={number} ({kind})" if number is not None else kind
            print(f"{label}: {stage} {what}", flush=True)
        good = not obj.exists() or self.registers(obj, label)
        if (faults or not good) and self.arguments.keep:
            shutil.copytree(program.folder, self.arguments.keep / label.replace(" ", "_"), dirs_exist_ok=True)
        shutil.rmtree(obj.parent, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--check-registers", required=True)
    parser.add_argument("--stages", type=int, default=len(RandomStages.KINDS))
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--every-level", action="store_true")
    parser.add_argument("--target", action="append")
    parser.add_argument("--level", action="append")
    parser.add_argument("--only", type=int)
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    missing = {t for t in DEVICES if not arguments.target and missing_programs(t)}
    targets = arguments.target or HERE + [t for t in DEVICES if t not in missing]
    levels = arguments.level or LEVELS
    numbers = range(arguments.stages) if arguments.only is None else [arguments.only]
    check, refused = Check(arguments), 0
    for seed in range(arguments.first, arguments.first + arguments.count):
        with tempfile.TemporaryDirectory() as name:
            program = Program(seed, numbers, Path(name))
            refused += program.refused
            for place, target in enumerate(targets):
                turn = (seed + place) % len(levels)
                for level in levels if arguments.every_level else [levels[turn]]:
                    check.run(program, target, level, f"seed {seed} {target} {level}")
    print(f"{check.programs} programs, {check.outputs} outputs of stages, the largest relative "
          f"difference {check.worst:.2g}; onnxruntime refuses {refused} stages; {check.failed} faults")
    if check.failed or not check.programs:
        return 1
    for target in sorted(missing):
        print(f"skipped: {target}: {', '.join(missing_programs(target))} not installed")
    return SKIPPED if missing else 0


if __name__ == "__main__":
    sys.exit(main())
