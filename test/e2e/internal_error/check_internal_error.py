#!/usr/bin/env python3
"""Breaks dlc in each of its steps, in each way that a program can break, and
reads what it says.

    check_internal_error.py --dlc build/bin/dlc --work DIR

crash.c is preloaded: nothing in dlc is there for this test. Signals from
outside come on top.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import onnx
from onnx import parser

HERE = Path(__file__).parent
SKIPPED = 77
# Two stages at least: functions are what threads share.
MODEL = """<ir_version: 8, opset_import: ["" : 17]>
net (float[1,2,6,6] x, float[3,2,3,3] w) => (float[1,3,4,4] y) {
  c = Conv (x, w)
  s = Softmax <axis = 3> (c)
  y = Softmax <axis = 2> (s)
}"""
NAMES = {
    "segv": "segmentation fault", "abort": "abort", "assert": "abort",
    "divide": "arithmetic error", "trap": "illegal instruction",
    "stack": "segmentation fault", "memory": "out of memory",
    "fatal": r"cannot\x1b[31m select", "thread": "segmentation fault",
}
# A name that no shell takes as it is.
FOLDER = "it's \x1b[31m$HOME\u00e4"


def expect(condition, what):
    if not condition:
        raise SystemExit(f"error: not so: {what}")


def build(work):
    library = work / "crash.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O0", "-w", "-o", library,
                    HERE / "crash.c", "-ldl", "-lpthread"], check=True)
    return library


def check_text(text, case):
    for line in text.split("\n"):
        expect(all(c >= " " and not "\x7f" <= c <= "\x9f" for c in line),
               f"{case}: {line!r} is printable")


def check_command(line, command, case):
    """A shell makes the same words of what is printed."""
    words = subprocess.run(
        ["bash", "-c", f"printf '%s\\0' {line}"], check=True,
        capture_output=True).stdout.decode().split("\0")[:-1]
    expect(words == [str(word) for word in command],
           f"{case}: {line} is the command, not {words}")


def check(dlc, folder, library, step, how):
    case = f"{how} in {step}"
    command = [dlc, folder / "model.onnx", "--target=x86-64", "-o",
               folder / "net.o", f"--report={folder / 'net.json'}"]
    before = sorted(os.listdir(folder))
    run = subprocess.run(
        command, capture_output=True, timeout=60,
        env={**os.environ, "LD_PRELOAD": str(library), "CRASH_IN": step,
             "CRASH_BY": how, "TMPDIR": str(folder.parent / "tmp")})
    text = run.stderr.decode()
    print(f"--- {case}: exit code {run.returncode}")
    print(text, end="")
    expect(run.returncode == 1, f"{case}: exit code 1")
    expect(run.stdout == b"", f"{case}: nothing on standard output")
    check_text(text, case)
    expect(sorted(os.listdir(folder)) == before, f"{case}: no output is left")
    found = re.findall(r"(?:; |dlc: )the command was\n(.*)\n", text)
    expect(len(found) == 1, f"{case}: the command is printed once")
    check_command(found[0], command, case)
    if step not in ("pass", "worker") or how in ("memory", "thread"):
        expect(f"internal error ({NAMES[how]})" in text, f"{case}: {NAMES[how]}")
        return
    # MLIR's own file says more than the command.
    expect(f"internal error: a pass crashed" in text, f"{case}: a pass")
    reproducer = re.search(r"--run-reproducer (\S+)'", text)[1]
    written = Path(reproducer).read_text(encoding="utf-8")
    expect("pipeline:" in written and "nn.conv" in written,
           f"{case}: the reproducer holds passes and the network")
    os.remove(reproducer)
    if how == "fatal":
        expect(NAMES[how] in text, f"{case}: {text} says why")


def check_signal(dlc, folder, number):
    """Waits for a model that never comes, so that dlc is certainly running."""
    pipe = folder / "pipe.onnx"
    os.mkfifo(pipe)
    before = sorted(os.listdir(folder))
    command = [dlc, pipe, "--target=x86-64", "-o", folder / "net.o"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    with open(pipe, "wb"):  # opened when dlc reads
        process.send_signal(number)
        _, text = process.communicate(timeout=30)
    os.remove(pipe)
    case = f"signal {number.name}"
    text = text.decode()
    expect(process.returncode == 1, f"{case}: exit code 1")
    expect("internal error (" in text, f"{case}: {text}")
    expect(sorted(os.listdir(folder)) == [n for n in before if n != "pipe.onnx"],
           f"{case}: no output is left")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dlc", required=True, type=os.path.abspath)
    arguments.add_argument("--work", required=True, type=Path)
    options = arguments.parse_args()
    if not shutil.which("gcc"):
        print("skipped: gcc is not installed")
        return SKIPPED
    shutil.rmtree(options.work, ignore_errors=True)
    folder = options.work.resolve() / FOLDER
    folder.mkdir(parents=True)
    (folder.parent / "tmp").mkdir()
    onnx.save(parser.parse_model(MODEL), folder / "model.onnx")
    library = build(folder.parent)
    for step in ("import", "pass", "codegen"):
        for how in NAMES:
            check(options.dlc, folder, library, step, how)
    if len(os.sched_getaffinity(0)) > 1:
        for how in ("segv", "abort", "stack", "fatal", "memory"):
            check(options.dlc, folder, library, "worker", how)
    for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS,
                   signal.SIGSYS):
        check_signal(options.dlc, folder, number)
    # The library alone breaks nothing.
    subprocess.run([options.dlc, folder / "model.onnx", "--target=x86-64",
                    "-o", folder / "net.o"], check=True,
                   env={**os.environ, "LD_PRELOAD": str(library)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
