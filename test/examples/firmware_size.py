#!/usr/bin/env python3
"""What the keyword firmware takes of a Cortex-M4, compared with docs/firmware-size.md.

    firmware_size.py --build build --work build/w --cmake cmake           compares
    firmware_size.py --build build --work build/w --cmake cmake --write   writes the page

The linker's map says which object each section came from. A figure that is more
than 2% above the page's is an error; one below it is a reason to write the page again.
"""

import argparse
import re
import sys
from pathlib import Path

from example import ROOT, SKIPPED, Failure, build_example, missing, run

PAGE = ROOT / "docs" / "firmware-size.md"
LEVELS = ("-O2", "-Os")
GROWTH = 1.02
RUNTIME_GOAL = 1024  # bytes, the C library's memcpy and memset included

STAGES = "code of the network's stages"
WEIGHTS = "weights"
RUNTIME = "runtime: entry, tables, unwinding index"
LIBRARY = "C library"
PROGRAM = "the program's own: startup, main, input"
TOTAL, DATA, BSS = "text and rodata", "data", "bss"
ARENA = "arena"

TEXT = f"""# Size of the keyword firmware

[docs/examples/keyword-firmware](examples/keyword-firmware) for a Cortex-M4: a convolutional network of 22 thousand
parameters and 2.7 million multiply-accumulates, in bytes, by the optimisation level of dlc; the program around it is
compiled with gcc -Os. Weights are float32.

%s

The runtime and what it takes of the C library are {RUNTIME_GOAL} bytes at most. The stack that the network needs is not in `bss`;
`dlc run --target=cortex-m4` says it. [Results](results.md) have the text of other networks and targets.

`ninja -C build dlc-firmware-size` writes this page; the test `examples/firmware-size` fails when a figure is more than
2%% above it.
"""


def contributions(map_text):
    """(section, bytes, object) of what was linked; names may end their line."""
    text = map_text[map_text.index("Linker script and memory map"):]
    pattern = r"^ (\.\S+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+) (\S.*)$"
    return [(section, int(size, 16), origin) for section, size, origin
            in re.findall(pattern, text, re.MULTILINE)]


def part_of(section, origin):
    if "libkeyword.a" in origin:
        if section.startswith(".rodata.keyword.") and "_constant" in section:
            return WEIGHTS
        if section.startswith(".text.keyword.") and not section.endswith(".keyword_run"):
            return STAGES
        return RUNTIME
    return LIBRARY if re.search(r"lib(c|gcc|m)\w*\.a", origin) else PROGRAM


def measure(folder):
    sizes = {name: int(size) for name, size in re.findall(
        r"^(\.\w+(?:\.\w+)?)\s+(\d+)", run("arm-none-eabi-size", "-A", folder / "firmware.elf"),
        re.MULTILINE)}
    figures = {TOTAL: sizes[".text"] + sizes[".rodata"] + sizes.get(".ARM.exidx", 0)}
    figures.update(dict.fromkeys((STAGES, WEIGHTS, RUNTIME, LIBRARY, PROGRAM), 0))
    figures.update({DATA: sizes.get(".data", 0), BSS: sizes[".bss"], ARENA: 0})
    for section, size, origin in contributions((folder / "firmware.map").read_text()):
        if section.startswith((".text", ".rodata", ".vectors", ".ARM.exidx")):
            figures[part_of(section, origin)] += size
        elif section == ".bss.arena":
            figures[ARENA] = size
    parts = sum(figures[part] for part in (STAGES, WEIGHTS, RUNTIME, LIBRARY, PROGRAM))
    # The linker rounds a section's end up to a word, its start to eight bytes.
    if not 0 <= figures[TOTAL] - parts <= 64:
        raise Failure(f"the parts are {parts} bytes of {figures[TOTAL]}")
    return figures


def table(columns):
    rows = ["| | " + " | ".join(columns) + " |", "| --- |" + " ---: |" * len(columns)]
    for name in next(iter(columns.values())):
        cell = name if name in (TOTAL, DATA, BSS) else f"- {name}"
        rows.append(f"| {cell} | " + " | ".join(str(c[name]) for c in columns.values()) + " |")
    return "\n".join(rows)


def written():
    """The page's figures by row and column."""
    rows = re.findall(r"^\| (?:- )?(\S.*?) \| (\d.*) \|$", PAGE.read_text(), re.MULTILINE)
    return {name: dict(zip(LEVELS, map(int, cells.split(" | ")))) for name, cells in rows}


def compare(columns):
    page = written()
    problems = []
    for level, figures in columns.items():
        for name, value in figures.items():
            if name not in page:
                problems.append(f"{name} is not in the page")
            elif value > page[name][level] * GROWTH:
                problems.append(f"{name} at {level}: {value} bytes, {page[name][level]} in the page")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cmake", required=True)
    parser.add_argument("--build", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--write", action="store_true", help="write docs/firmware-size.md")
    arguments = parser.parse_args()
    if names := missing("arm-none-eabi-gcc"):
        print(f"skipped: not installed: {', '.join(names)}")
        return SKIPPED
    try:
        columns = {level: measure(build_example(
            "keyword-firmware", "cortex-m4.cmake", "kws_fp32", arguments.cmake, arguments.build,
            arguments.work / level, [f"-DLEVEL={level}"])) for level in LEVELS}
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    print(table(columns))
    for level, figures in columns.items():
        if figures[RUNTIME] + figures[LIBRARY] > RUNTIME_GOAL:
            print(f"{level}: runtime and C library take more than {RUNTIME_GOAL} bytes")
            return 1
    if arguments.write:
        PAGE.write_text(TEXT % table(columns))
        return 0
    problems = compare(columns)
    for problem in problems:
        print(problem)
    if problems:
        print("A reason to grow? Then run: ninja -C build dlc-firmware-size")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
