#!/usr/bin/env python3
"""What the inner loops of stages cost: instructions for each multiply-add, no spills.

    check_inner_loops.py --dlc build/bin/dlc --llvm-tools DIR

A limit is the register tile's: multiply-adds, loads of both operands, the
pointers and the loop.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TEST = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TEST / "harness"))

from instruction_set import core_of  # noqa: E402
from inner_loops import functions, is_multiply_add, main_loop  # noqa: E402

HALF_NEON = "armv8-neon --mcpu=cortex-a76 --fp16"
HALF_MVE = "cortex-m55 --fp16"

# Target with options of dlc, network, stage, most instructions for each multiply-add, the loop's last.
LOOPS = [
    # 5 positions x 16 columns x 4 steps: 80 fmla by element, 8 ldp, 5 ldr, 5 more.
    ("armv8-neon", "kws_fp32", "functional_1_activation_2_Relu", 98 / 80, "b."),
    # A window over the same tile, and Winograd's products over one of 4 positions.
    ("armv8-neon", "resnet8_fp32", "model_activation_1_Relu", 98 / 80, "b."),
    ("armv8-neon", "resnet8_fp32", "model_batch_normalization_6_FusedBatchNormV3", 81 / 64, "b."),
    # A window's row of 3 over 14 positions, 2 of which are at a border.
    ("armv8-neon", "vww_fp32", "model_activation_1_Relu", 54 / 35, "b."),
    # 3 positions x 8 columns x 2 steps: 12 vfma by core register, 4 vldrw, 3 ldrd, of
    # which a distant one is two ldr and a pointer, the others' pointer, le.
    ("cortex-m55", "kws_fp32", "functional_1_activation_2_Relu", 23 / 12, "le "),
    # The same where blocks of columns are the innermost loop around it: an addition more.
    ("cortex-m55", "resnet8_fp32", "model_activation_5_Relu", 24 / 12, "le "),
    # A window's row of 3 over 4 positions: 12 vfma, 6 + 3 vldrw, a pointer, le.
    ("cortex-m55", "vww_fp32", "model_activation_1_Relu", 23 / 12, "le "),
    # One row x 64 columns x 8 steps: 128 fmla by element, 32 ld1 of 4, ldp, count, branch.
    ("armv8-neon", "ad01_fp32", "functional_1_activation_Relu", 163 / 128, "b."),
    # One row x 28 columns x 8 steps: 56 vfma by core register, 56 vldrw, ldm, le.
    ("cortex-m55", "ad01_fp32", "functional_1_activation_Relu", 114 / 56, "le "),
    # Halves: 9 positions x 16 columns x 8 steps: 144 fmla by element, 8 ldp, 9 ldr, 5 more.
    (HALF_NEON, "kws_fp32", "functional_1_activation_2_Relu", 166 / 144, "b."),
    (HALF_NEON, "resnet8_fp32", "model_activation_1_Relu", 149 / 128, "b."),
    (HALF_NEON, "ad01_fp32", "functional_1_activation_Relu", 101 / 64, "b."),
    # 3 positions x 16 columns x 2 steps: 12 vfma, 4 vldrw, 6 ldrh, le.
    (HALF_MVE, "kws_fp32", "functional_1_activation_2_Relu", 23 / 12, "le "),
    (HALF_MVE, "resnet8_fp32", "model_activation_5_Relu", 23 / 12, "le "),
    (HALF_MVE, "ad01_fp32", "functional_1_activation_Relu", 27 / 12, "le "),
]
# Stages with a last vector that is not whole: ten classes.
PARTIAL = [("cortex-m55", "mnist", r"vstrwt\.32 q\d"),
           (HALF_MVE, "mnist", r"vstrht\.16 q\d")]


class Objects:
    """Compiled once each."""

    def __init__(self, arguments, folder):
        self.arguments, self.folder, self.made = arguments, Path(folder), {}

    def functions(self, target, network):
        if (target, network) not in self.made:
            obj = self.folder / f"{network}-{target}.o".replace(" ", "")
            name, *options = target.split()
            subprocess.run([self.arguments.dlc, TEST / "models" / network / "model.onnx",
                            f"--target={name}", *options, "-o", obj], check=True)
            cpu = core_of(name, options).cpu
            self.made[target, network] = functions(self.arguments.llvm_tools, obj, cpu)
        return self.made[target, network]


def problems(objects):
    for target, network, stage, limit, last in LOOPS:
        where = f"{target}, {network}, {stage}"
        loop = main_loop(objects.functions(target, network).get(stage, []))
        count = sum(map(is_multiply_add, loop))
        if not count:
            yield f"{where}: no inner loop with a multiply-add"
            continue
        cost = len(loop) / count
        if cost > limit:
            yield f"{where}: {cost:.2f} instructions for each multiply-add, limit {limit:.2f}"
        if not loop[-1].startswith(last):
            yield f"{where}: the loop ends with '{loop[-1]}'"
        yield from (f"{where}: a spill, '{text}'" for text in loop if "[sp" in text)
    for target, network, pattern in PARTIAL:
        code = [text for function in objects.functions(target, network).values()
                for _, text in function]
        if not any(re.match(pattern, text) for text in code):
            yield f"{target}, {network}: no instruction like {pattern}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--llvm-tools", required=True, type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = list(problems(Objects(arguments, folder)))
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
