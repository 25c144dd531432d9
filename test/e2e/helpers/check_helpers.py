#!/usr/bin/env python3
"""Each target's gcc has the functions that objects may call for arithmetic.

    check_helpers.py cortex-m3 --work build/w
"""

import argparse
import sys
from pathlib import Path

TEST = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TEST / "harness"))

from board import BoardError, emulator_of, missing_programs, run  # noqa: E402

SKIPPED = 77
ROOT = TEST.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("target")
    parser.add_argument("--work", required=True, type=Path)
    arguments = parser.parse_args()
    missing = missing_programs(arguments.target)
    if missing:
        print(f"skipped: not installed: {', '.join(missing)}")
        return SKIPPED
    emulator = emulator_of(arguments.target)
    arguments.work.mkdir(parents=True, exist_ok=True)
    try:
        run([*(emulator.compiler if emulator else ["gcc"]), "-nostdlib", "-static", f"-I{ROOT}",
             Path(__file__).parent / "helpers.S", "-lgcc",
             "-o", arguments.work / f"{arguments.target}.elf"])
    except BoardError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
