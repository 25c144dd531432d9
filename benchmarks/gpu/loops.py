#!/usr/bin/env python3
"""What the inner loops of a network's kernels issue, from their machine code.

    loops.py MODEL.onnx --ptxas PATH --nvdisasm PATH [--dlc build/bin/dlc]
             [--target jetson-tx2] [--fp16] [--most 12]

ptxas of CUDA 12 assembles the kernels for the target's chip, nvdisasm of CUDA 12
takes them apart (CUDA 13's have dropped Pascal; the wheel triton==3.4.0 carries
one of 12.8). Of each kernel the innermost loop with the most multiply-adds is
counted:

  slots  issue slots of a scheduler: instructions, less those that are issued
         together with their neighbour (in braces in nvdisasm's text)
  share  multiply-adds (FFMA, HFMA2) of the slots
  all    multiply-adds of all instructions, as on a chip without such pairs

Nothing of it is timed.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(Path(__file__).resolve().parent))

from bounds import numbers_of  # noqa: E402

PRODUCTS = ("FFMA", "FFMA32I", "HFMA2", "HFMA2_32I")
MEMORY = ("LD", "LDG", "LDS", "LDL", "LDC", "ST", "STG", "STS", "STL")
LEAST_PRODUCTS = 32  # of a loop that is worth a line
FUNCTION = re.compile(r"^\.text\.(\S+):")
LABEL = re.compile(r"^(\.L\S+):")
# /*0f08*/  { @!P0 FFMA R1, R2.reuse, R3, R1 ; or, the second of a pair, ... }
INSTRUCTION = re.compile(
    r"^\s+/\*[0-9a-f]{4,}\*/\s+(\{)?\s*(@!?P\d+)?\s*([A-Z][A-Z0-9_]*)([.\w]*)(.*)$")
TARGET_OF_BRANCH = re.compile(r"`\((\.L\S+)\)")


@dataclass
class Instruction:
    name: str
    text: str
    is_second: bool  # of a pair


@dataclass
class Loop:
    kernel: str
    instructions: list

    @property
    def names(self):
        return Counter(i.name for i in self.instructions)

    @property
    def products(self):
        return sum(self.names[name] for name in PRODUCTS)

    @property
    def slots(self):
        return sum(not i.is_second for i in self.instructions)

    def line(self):
        count, names = len(self.instructions), self.names
        memory = sum(names[name] for name in MEMORY)
        other = Counter({name: number for name, number in names.items()
                         if name not in PRODUCTS + MEMORY})
        rest = " ".join(f"{name}:{number}" for name, number in other.most_common(8))
        return (f"{self.products:8} {self.slots:6} {self.products / self.slots:6.3f} "
                f"{self.products / count:6.3f} {memory:7} {sum(other.values()):6}  "
                f"{self.kernel}  {rest}")


def innermost_loops(kernel, instructions, labels):
    """From each branch back to its label, without loops around others."""
    spans = []
    for number, instruction in enumerate(instructions):
        found = TARGET_OF_BRANCH.search(instruction.text)
        if instruction.name == "BRA" and found and labels.get(found[1], number) < number:
            spans.append((labels[found[1]], number + 1))
    for begin, end in spans:
        if not any(begin <= b and e <= end and (b, e) != (begin, end) for b, e in spans):
            yield Loop(kernel, instructions[begin:end])


def functions_of(text):
    """(name, instructions, labels) of each kernel in nvdisasm's text."""
    found = []
    for line in text.splitlines():
        if function := FUNCTION.match(line):
            found.append((function[1], [], {}))
        elif not found:
            continue
        elif label := LABEL.match(line):
            found[-1][2][label[1]] = len(found[-1][1])
        elif match := INSTRUCTION.match(line):
            found[-1][1].append(
                Instruction(match[3], line, line.rstrip().endswith("}")))
    return found


def hot_loops(text):
    """Of each kernel the loop with the most multiply-adds, if it has many."""
    for name, instructions, labels in functions_of(text):
        loops = list(innermost_loops(name, instructions, labels))
        hottest = max(loops, key=lambda loop: loop.products, default=None)
        if hottest and hottest.products >= LEAST_PRODUCTS:
            yield hottest


def disassemble(arguments, folder):
    ptx, cubin = folder / "net.ptx", folder / "net.cubin"
    subprocess.run([arguments.dlc, arguments.model, f"--target={arguments.target}",
                    "--emit=ptx", "-o", ptx, *(["--fp16"] if arguments.fp16 else [])],
                   check=True)
    chip = int(numbers_of(arguments.target)["capability"])
    subprocess.run([arguments.ptxas, f"-arch=sm_{chip}", ptx, "-o", cubin], check=True)
    return subprocess.run([arguments.nvdisasm, cubin], check=True, capture_output=True,
                          text=True).stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("model")
    parser.add_argument("--dlc", default=ROOT / "build/bin/dlc")
    parser.add_argument("--ptxas", required=True)
    parser.add_argument("--nvdisasm", required=True)
    parser.add_argument("--target", default="jetson-tx2")
    parser.add_argument("--fp16", action="store_true")
    parser.add_argument("--most", type=int, default=12, help="kernels to print")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        loops = list(hot_loops(disassemble(arguments, Path(folder))))
    if not loops:
        print("no kernel has a loop of many multiply-adds", file=sys.stderr)
        return 1
    loops.sort(key=lambda loop: -loop.products / loop.slots)
    print("products  slots  share    all  memory  other  kernel")
    shown = loops if len(loops) <= arguments.most else (
        loops[:arguments.most // 2] + loops[-(arguments.most // 2):])
    for loop in shown:
        print(loop.line())
    products, slots = (sum(getattr(loop, name) for loop in loops)
                       for name in ("products", "slots"))
    print(f"{len(loops)} kernels: share {loops[-1].products / loops[-1].slots:.3f} to "
          f"{loops[0].products / loops[0].slots:.3f}, {products / slots:.3f} of all loops")
    return 0


if __name__ == "__main__":
    sys.exit(main())
