#!/usr/bin/env python3
"""Reads the inner loops of what is compiled for a core with scalar float registers.

    check_inner_loops.py cortex-m4 --dlc build/bin/dlc --llvm-tools DIR --work build/w

Every loop that does nothing but multiply and add is a register tile: its loads
take several registers each, nothing goes by the stack, and no address is
computed but one for each step of a depthwise window. And what was not unrolled
keeps the code small.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

MODELS = Path(__file__).resolve().parents[2] / "models"
CPUS = {"armv6": "arm1176jzf-s"}

# Bytes of code of a network. A32 has no short instructions, and the late layers
# of vww are of several widths.
TEXT_LIMITS = {"-O2": 20 << 10, "-Os": 12 << 10}
LARGER_LIMITS = {("armv6", "vww_fp32", "-O2"): 22 << 10}
# Instructions for each multiply-add of a loop: 2 x 8 results take 64 of them for
# 2 loads of the left operand and 4 (8 with loads of 4) of the right one, with
# the count and the branch; one row of 8, 32 for 1 and 4 (8).
TILE_LIMIT, BEST_TILE = 1.36, 1.20
# Windows of one channel load both operands: 3 steps of 16 multiply-adds, for 4 (8)
# loads and an addition each.
PAIRS_LIMIT = 1.68
MULTIPLY_ADD = re.compile(r"vfma\.f32|vmla\.f32")
LOAD = re.compile(r"vldmia\s+r\d+!|vldmia\s+(lr|r12|sl|fp)!")


def functions(tools, obj, cpu):
    """(name, [(address, text)]) of each function."""
    text = subprocess.run(
        [tools / "llvm-objdump", "-d", "--no-show-raw-insn", f"--mcpu={cpu}", obj],
        text=True, check=True, stdout=subprocess.PIPE).stdout
    name, code = "", []
    for line in text.splitlines():
        start = re.match(r"[0-9a-f]+ <(\S+)>:$", line)
        if start:
            yield name, code
            name, code = start.group(1), []
            continue
        found = re.match(r"\s+([0-9a-f]+):\s+(\S.*)$", line)
        if found:
            code.append((int(found.group(1), 16), re.sub(r"\s+", " ", found.group(2))))
    yield name, code


def loops(code):
    """The instructions of each innermost loop: straight code up to a branch back."""
    at = {address: i for i, (address, _) in enumerate(code)}
    for i, (_, text) in enumerate(code):
        branch = re.match(r"b(gt|ge|ne|lt|hs|lo|hi|ls|le)(\.\w)? 0x([0-9a-f]+)", text)
        start = at.get(int(branch.group(3), 16)) if branch else None
        if start is None or start > i:
            continue
        body = [text for _, text in code[start:i + 1]]
        if not any(re.match(r"b(l|x|lx|\w\w)?(\.\w)? ", text) for text in body[:-1]):
            yield body


def problems(name, body):
    products = sum(bool(MULTIPLY_ADD.match(text)) for text in body)
    others = [text for text in body if not MULTIPLY_ADD.match(text)]
    pairs = any(text.startswith("add") for text in others)
    limit = PAIRS_LIMIT if pairs else TILE_LIMIT
    if products >= 32 and len(body) > limit * products:
        yield f"{name}: {len(body)} instructions for {products} products"
    for text in others[:-2]:
        if not LOAD.match(text) and not (pairs and re.match(r"add(\.w)? (r\d+|lr|sl|fp)", text)):
            yield f"{name}: '{text}' in an inner loop"
    if not others[-2].startswith("subs"):
        yield f"{name}: '{others[-2]}' counts"


def text_bytes(tools, obj):
    listing = subprocess.run([tools / "llvm-size", "-A", obj], text=True, check=True,
                             stdout=subprocess.PIPE).stdout
    return sum(int(size) for size in re.findall(r"^\.text\S*\s+(\d+)", listing, re.M))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("target")
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--llvm-tools", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    found, tiles, best = [], 0, 9.0
    for model in ("kws_fp32", "resnet8_fp32", "vww_fp32"):
        for option, limit in TEXT_LIMITS.items():
            obj = arguments.work / f"{model}-{arguments.target}{option}.o"
            subprocess.run([arguments.dlc, MODELS / model / "model.onnx", "-o", obj, option,
                            f"--target={arguments.target}"], check=True)
            limit = LARGER_LIMITS.get((arguments.target, model, option), limit)
            size = text_bytes(arguments.llvm_tools, obj)
            print(f"{model} {option}: {size} bytes of code")
            if size > limit:
                found.append(f"{model} {option}: {size} bytes of code, more than {limit}")
            cpu = CPUS.get(arguments.target, arguments.target)
            for name, code in functions(arguments.llvm_tools, obj, cpu):
                for body in loops(code):
                    products = sum(bool(MULTIPLY_ADD.match(text)) for text in body)
                    if 2 * products < len(body):
                        continue
                    tiles += 1
                    best = min(best, len(body) / products)
                    found += problems(f"{model} {option} {name}", body)
    print(f"{tiles} tiles, the best with {best:.2f} instructions for each product")
    if best > BEST_TILE:
        found.append(f"no tile of at most {BEST_TILE} instructions for each product")
    print("\n".join(sorted(set(found))))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
