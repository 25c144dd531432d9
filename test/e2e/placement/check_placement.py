#!/usr/bin/env python3
"""Places a network's code, weights and arena by its section names, and runs it.

    check_placement.py cortex-m4 --dlc build/bin/dlc --llvm-tools DIR --work build/w
"""

import argparse
import re
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
TEST = HERE.parents[1]
sys.path[:0] = [str(TEST / "harness"), str(TEST / "models")]

from board import BoardError, EmulatedProgram, missing_programs, run  # noqa: E402
from compiled_network import largest_difference, load_test_set  # noqa: E402

SKIPPED = 77
NETWORK = "kws_fp32"


class PlacedBoard(EmulatedProgram):
    script = HERE / "apart.ld"


def sections(tools, obj):
    """(name, type, bytes) of each."""
    text = run([tools / "llvm-readelf", "-SW", obj])
    row = r"^\s*\[\s*\d+\] (\.\S+)\s+(\S+)\s+[0-9a-f]+ [0-9a-f]+ ([0-9a-f]+)"
    return [(name, kind, int(size, 16)) for name, kind, size in re.findall(row, text, re.MULTILINE)]


def object_problems(tools, folder):
    found = sections(tools, folder / "net.o")
    arena = int(re.search(r"NET_ARENA_BYTES (\d+)", (folder / "net.h").read_text()).group(1))
    if [s for s in found if s[0] == ".dlc_arena"] != [(".dlc_arena", "NOBITS", arena)]:
        yield f"no .dlc_arena of {arena} bytes without contents"
    for name, kind, size in found:
        if name.startswith(".text") and size and not name.startswith(".text.net."):
            yield f"code in {name}"
        if kind == "NOBITS" and size and name != ".dlc_arena":
            yield f"{size} bytes of RAM in {name}"
    symbols = run([tools / "llvm-readelf", "-sW", folder / "net.o"])
    names = dict(re.findall(r"OBJECT\s+\S+\s+\S+\s+(\d+) (\S*constant\S*)$", symbols, re.MULTILINE))
    if len(set(names)) < 10:
        yield f"only {len(set(names))} sections of constants"
    weights = sum(size for name, _, size in found if name.startswith(".rodata.net."))
    if weights < 90_000:  # kws has 22k parameters
        yield f"only {weights} bytes in .rodata.net.*"


def address_problems(tools, firmware):
    """Where the symbols of the linked firmware are."""
    ranges = {"code": (0x00200000, 0x00400000), "arena": (0x20200000, 0x20400000),
              "weights": (0x21000000, 0x22000000)}
    seen = set()
    for line in run([tools / "llvm-nm", firmware]).splitlines():
        address, _, name = line.split()
        kind = ("arena" if name == "net_arena" else "weights" if "_constant" in name
                else "code" if name.startswith(("net_run", "functional_1_")) else None)
        if not kind:
            continue
        seen.add(kind)
        if not ranges[kind][0] <= int(address, 16) < ranges[kind][1]:
            yield f"{kind}: {name} at {address}"
    if seen != set(ranges):
        yield f"only {sorted(seen)} in the firmware"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("target")
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--llvm-tools", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    arguments = parser.parse_args()
    missing = missing_programs(arguments.target)
    if missing:
        print(f"skipped: not installed: {', '.join(missing)}")
        return SKIPPED
    model = TEST / "models" / NETWORK
    work = arguments.work / arguments.target
    inputs, references = load_test_set(model)
    try:
        board = PlacedBoard.of_model(arguments.dlc, model / "model.onnx", arguments.target, work,
                                     ["--arena=static"])
        result = board.infer(inputs[0].tobytes())
        problems = [*object_problems(arguments.llvm_tools, work),
                    *address_problems(arguments.llvm_tools, board.program)]
    except BoardError as error:
        print(error, file=sys.stderr)
        return 1
    output = np.frombuffer(result.output, references[0].dtype).reshape(references[0].shape)
    worst = largest_difference(output, references[0])
    if worst > 1e-4:
        problems.append(f"largest difference {worst:.2e}")
    print("\n".join(problems) or f"{NETWORK} on {arguments.target}: {worst:.2e}, "
          f"{result.instructions / 1e6:.1f} M instructions")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
