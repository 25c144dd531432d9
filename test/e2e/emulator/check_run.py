#!/usr/bin/env python3
"""What `dlc run --target` says when all is well, and when something is missing."""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

TEST = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TEST / "harness"))

from board import missing_programs  # noqa: E402

SKIPPED = 77
MODEL = TEST / "models" / "ad01_fp32"
BOARD = (TEST.parent / "targets" / "cortex-m" / "cortex-m4.yaml").read_text()


class Checks:
    def __init__(self, dlc, work):
        self.dlc = dlc
        self.work = work
        self.failed = 0

    def run(self, *options, model=MODEL, dlc=None, path=None):
        environment = dict(os.environ, TMPDIR=str(self.work))
        if path is not None:
            environment["PATH"] = str(path)
        return subprocess.run([str(part) for part in (dlc or self.dlc, "run", model, *options)],
                              text=True, env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def expect(self, what, done, status, *patterns):
        good = done.returncode == status and all(re.search(p, done.stdout) for p in patterns)
        print(f"{what}: {'good' if good else 'WRONG'}")
        if not good:
            self.failed += 1
            print(f"  status {done.returncode}, not {status}, or not all of {patterns}:\n"
                  f"{done.stdout}")


def stage_rows(text):
    return [int(n) for n in re.findall(r"^ *(\d+) +[\d.]+%", text, re.MULTILINE)]


def check_results(check, work):
    done = check.run("--target=cortex-m4", "--profile")
    check.expect("three data sets", done, 0, r"test_data_set_2: output .* largest difference",
                 r"(?m)^\d+ instructions, [\d.]+ per flop, arena \d+ bytes, stack \d+ bytes, "
                 r"qemu-system-arm -M mps2-an386$")
    total = int(re.search(r"(\d+) instructions", done.stdout).group(1))
    rows = stage_rows(done.stdout)
    print(f"  {len(rows)} rows, {sum(rows)} of {total} instructions")
    if len(rows) < 3 or sum(rows) != total:
        check.failed += 1
        print("  WRONG: the rows are not the whole")
    again = check.run("--target=cortex-m4")
    check.expect("the count repeats, with and without a profile", again, 0,
                 rf"(?m)^{total} instructions")
    check.expect("no temporary folder is left", subprocess.run(
        ["find", work, "-name", "dlc-run*"], text=True, stdout=subprocess.PIPE), 0, r"\A\Z")

    wrong = work / "wrong"
    shutil.copytree(MODEL / "test_data_set_0", wrong)
    shutil.copy(MODEL / "test_data_set_1" / "output_0.pb", wrong / "output_0.pb")
    check.expect("another network's output is no match",
                 check.run("--target=cortex-m4", f"--inputs={wrong}"), 1,
                 "above the tolerance")

    shutil.copy(wrong / "input_0.pb", wrong / "input_1.pb")
    check.expect("an input too many", check.run(f"--inputs={wrong}"), 1,
                 "input_1.pb' is there, but the network has 1 input$")
    check.expect("no tolerance", check.run("--tolerance=-1"), 1, "must be a number from 0 on")
    check.expect("nothing is emulated", check.run(f"--save={work}/kept"), 1,
                 "--save keeps the program that runs under QEMU, but 'host' runs here")
    check.expect("options are those of this machine", check.run("--mcpu=pentium9"), 1,
                 "target 'host': LLVM knows no processor 'pentium9'")


def check_programs(check, work, dlc):
    check.expect("no QEMU", check.run("--target=cortex-m4", path=work), 1,
                 "'qemu-system-arm' is not installed; .* apt-get install qemu-system-arm")
    (work / "bin").mkdir()
    (work / "bin" / "qemu-system-arm").symlink_to(shutil.which("qemu-system-arm"))
    check.expect("no compiler", check.run("--target=cortex-m4", path=work / "bin"), 1,
                 "apt-get install gcc-arm-none-eabi")

    # dlc alone, without what is installed beside it.
    alone = work / "dlc"
    shutil.copy(dlc, alone)
    check.expect("no plugin", check.run("--target=cortex-m4", dlc=alone), 0,
                 r"instructions are not counted \(dlc's plugin for QEMU is not installed",
                 "largest difference")
    plugin = work.parent / "lib" / "dlc" / "libdlc_count.so"
    (work.parent / "bin").mkdir()
    plugin.parent.mkdir(parents=True)
    plugin.write_text("no plugin\n")
    shutil.copy(dlc, work.parent / "bin" / "copy")
    check.expect("a plugin that QEMU refuses",
                 check.run("--target=cortex-m4", dlc=work.parent / "bin" / "copy"), 0,
                 r"instructions are not counted \(QEMU does not take dlc's plugin: ",
                 "largest difference")


def check_boards(check, work):
    if platform.machine() == "x86_64":
        check.expect("another name of this machine needs no emulator",
                     check.run("--target=x86-64-v2"), 0, r"(?m)^time .* GFLOP/s", "difference")

    own = work / "board.yaml"
    own.write_text(BOARD[:BOARD.index("emulator:")])
    check.expect("no emulator", check.run(f"--target={own}"), 1,
                 "cannot run code for 'cortex-m4', and its description names no emulator")
    own.write_text(BOARD.replace("0x20000000, size: 4M", "0x20000000, size: 16K"))
    check.expect("too little memory", check.run(f"--target={own}"), 1,
                 r"the network needs \d+ bytes of RAM with its inputs, .* has 16384")
    own.write_text(BOARD.replace("[-mcpu=", "[-mcpu=no-such-"))
    check.expect("a compiler that refuses", check.run(f"--target={own}"), 1,
                 "does not link; the command was", "no-such-cortex-m4")
    # Variables where the machine has no memory.
    own.write_text(BOARD.replace("0x20000000", "0x60000000"))
    check.expect("a wrong memory map", check.run(f"--target={own}"), 1,
                 "the program under qemu-system-arm -M mps2-an386 ended with status")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--plugin")
    parser.add_argument("--work", required=True, type=Path)
    arguments = parser.parse_args()
    if missing := missing_programs("cortex-m4"):
        print(f"skipped: not installed: {', '.join(missing)}")
        return SKIPPED
    shutil.rmtree(arguments.work, ignore_errors=True)
    # QEMU's options end at a comma: the folder has one.
    work = arguments.work / "a folder, with = and \"quotes\""
    work.mkdir(parents=True)
    check = Checks(arguments.dlc, work)
    check_results(check, work)
    check_programs(check, work, arguments.dlc)
    check_boards(check, work)
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
