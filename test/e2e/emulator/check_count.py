#!/usr/bin/env python3
"""Counts a network in assembly whose instructions can be counted on the page.

Its entry calls stage `a` twice and stage `b` once, which calls a function that
is no stage, and then that function by itself. The plugin must say exactly how
many instructions each call took, on a bare machine and under Linux.
"""

import argparse
import sys
from pathlib import Path

TEST = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TEST / "harness"))

from board import EmulatedProgram, emulator_of, missing_programs, run, tools_of  # noqa: E402

SKIPPED = 77
HEADER = """#include <stdint.h>
#define NET_ARENA_BYTES 16
#define NET_ARENA_ALIGN 8
#define NET_INPUT_COUNT 1
#define NET_OUTPUT_COUNT 1
#define NET_INPUT_0_BYTES 4
#define NET_OUTPUT_0_BYTES 4
int net_run(const void *const *inputs, void *const *outputs, void *arena);
"""
ARM = """.syntax unified
.macro function name
  .section .text.\\name, "ax"
  .global \\name
  .type \\name, %function
  .THUMB
\\name:
.endm
  function net_run
  push {r4, lr}
  bl a
  bl a
  nop
  bl b
  bl helper
  movs r0, #0
  pop {r4, pc}
  .size net_run, . - net_run
  function a
  movs r3, #100
0:
  subs r3, r3, #1
  bne 0b
  bx lr
  .size a, . - a
  function b
  push {r4, lr}
  bl helper
  pop {r4, pc}
  .size b, . - b
  function helper
  nop
  bx lr
  .size helper, . - helper
"""
# a: one, a hundred times two, the return. b: three and the helper's two. The
# entry itself: eight.
A, B, HELPER, ENTRY = 1 + 100 * 2 + 1, 3 + 2, 2, 8
EXPECTED = [ENTRY + 2 * A + B + HELPER, A, A, B]


def count(target, folder, data, plugin):
    folder.mkdir(parents=True, exist_ok=True)
    emulator = emulator_of(target)
    thumb = ".thumb_func" if emulator.is_board else ".arm"
    (folder / "net.s").write_text(ARM.replace(".THUMB", thumb))
    (folder / "net.h").write_text(HEADER)
    run([*emulator.compiler, "-c", folder / "net.s", "-o", folder / "net.o"])
    program = EmulatedProgram(target, folder)
    program.plugin = plugin
    symbols = run([tools_of(target) + "nm", folder / "program.elf"]).splitlines()
    address = {words[2]: int(words[0], 16) for words in map(str.split, symbols)
               if len(words) == 3}
    with (folder / "count.map").open("a") as count_map:
        for stage in "ab":
            count_map.write(f"stage {address[stage]:x}\n")
    program.infer(data)
    return [int(n) for n in (folder / "count.txt").read_text().split()[1:]]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc")
    parser.add_argument("--plugin", required=True)
    parser.add_argument("--work", required=True, type=Path)
    arguments = parser.parse_args()
    failed = False
    for target in ("cortex-m0", "cortex-m3", "cortex-m33", "armv6"):
        if missing := missing_programs(target):
            print(f"skipped: not installed: {', '.join(missing)}")
            return SKIPPED
        counted = count(target, arguments.work / target, bytes(4), arguments.plugin)
        print(f"{target}: {counted}")
        failed = failed or counted != EXPECTED
    if failed:
        print(f"expected {EXPECTED}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
