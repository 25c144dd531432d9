#!/usr/bin/env python3
"""An object for one core is not taken for one of another core.

    check_foreign.py --dlc build/bin/dlc --llvm-tools DIR
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

TEST = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TEST / "harness"))

import instruction_set  # noqa: E402

# Compiled for, taken for, what has to be noticed.
PAIRS = [
    ("cortex-m3", "cortex-m0", "does not know an instruction"),
    ("cortex-m4", "cortex-m3", "not on cortex-m3: v"),
    ("cortex-m4", "cortex-m33", "Tag_CPU_arch is '13', not '17'"),
    ("cortex-m33", "cortex-m55", "no instruction like vfma"),
    ("x86-64-v3", "x86-64-v2", "not on x86-64-v2: v"),
    ("x86-64-v4", "x86-64-v3", "not on x86-64-v3: v"),
    ("x86-64-v3", "x86-64-v4", "no instruction like vfm"),
    ("cortex-m0", "armv6", "the object calls __aeabi_f"),
]
# The same with --fp16: a core that has halves, and one that has not.
HALVES = [
    (("armv8-neon", "--mcpu=cortex-a76"), ("armv8-neon", "--mcpu=cortex-a72")),
    (("cortex-m55",), ("cortex-m33",)),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--llvm-tools", required=True, type=Path)
    arguments = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        obj = Path(folder) / "net.o"
        for target, other, expected in PAIRS:
            subprocess.run([arguments.dlc, TEST / "models/mnist/model.onnx", "-o", obj,
                            f"--target={target}"], check=True)
            found = set(instruction_set.problems(arguments.llvm_tools, obj, other))
            if not any(expected in problem for problem in found):
                failed = True
                print(f"{target} as {other}: '{expected}' is not in {sorted(found)}")
        for (target, *options), (other, *others) in HALVES:
            subprocess.run([arguments.dlc, TEST / "models/ad01_fp32/model.onnx", "-o", obj,
                            f"--target={target}", "--fp16", *options], check=True)
            if own := set(instruction_set.problems(arguments.llvm_tools, obj, target,
                                                   [*options, "--fp16"])):
                failed = True
                print(f"{target} with --fp16: {sorted(own)}")
            found = set(instruction_set.problems(arguments.llvm_tools, obj, other, others))
            if not any("does not know an instruction" in problem for problem in found):
                failed = True
                print(f"{target} with --fp16 passes for {other}: {sorted(found)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
