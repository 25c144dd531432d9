#!/usr/bin/env python3
"""An attention block whose transpositions are long rows of loads and stores.

On Armv6 LLVM's load/store optimiser stored a register in which it had put an
address (docs/decisions/load-store-optimiser.md); the outputs are onnxruntime's.
"""

import argparse
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "harness"))

from board import missing_programs  # noqa: E402

SKIPPED = 77
MODEL = Path(__file__).parent / "attention"
TARGETS = ["armv6", "cortex-m0", "cortex-m3", "cortex-m4", "cortex-m55"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dlc", type=Path, required=True)
    dlc = parser.parse_args().dlc
    failed = left_out = 0
    for target in TARGETS:
        if missing := missing_programs(target):
            print(f"skipped: {target}: {', '.join(missing)} not installed")
            left_out += 1
            continue
        for level in ["-O1", "-O2", "-Os"]:
            done = subprocess.run([str(dlc), "run", str(MODEL / "model.onnx"), f"--inputs={MODEL}",
                                   f"--target={target}", level],
                                  text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            right = done.returncode == 0 and "test_data_set_0: output 'view_8'" in done.stdout
            failed += not right
            print(f"{target} {level}: {'right' if right else done.stdout}")
    # One that could not run makes the whole a test that was skipped.
    return 1 if failed else SKIPPED if left_out else 0


if __name__ == "__main__":
    sys.exit(main())
