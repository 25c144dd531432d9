#!/usr/bin/env python3
"""How compile time and memory grow with a network's nodes.

    benchmarks/compile_time.py --build build           the tables on standard output
    benchmarks/compile_time.py --build build --write   and into docs/results.md

Networks of 1,000 and of 10,000 nodes (test/models/large_networks.py), every kind
for one target, and two kinds for targets of every family and with options. The
time is the processor's, of all threads, in user mode: the least of --runs.
"""

import argparse
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "test" / "models"))

import onnx  # noqa: E402

import large_networks  # noqa: E402
from results import Report, write_section  # noqa: E402

SMALL, LARGE = 1000, 10000
GOAL_RATIO, GOAL_SECONDS = 1.5, 30
MOST_SECONDS, MOST_BYTES = 60, 4 << 30
TARGET = "cortex-m4"
TARGETS = ("cortex-m0", "cortex-m3", "cortex-m55", "armv6", "armv8-neon", "x86-64-v3")
FEW = ("chain", "residual")
OPTIONS = (("-O1",), ("-Os",), ("--threads=2",), ("--ram=300",))


def write_models(folder, kinds):
    for kind in kinds:
        for nodes in (SMALL, LARGE):
            path = folder / f"{kind}{nodes}.onnx"
            if not path.exists():
                onnx.save(large_networks.KINDS[kind](nodes), path)


def compile_once(command):
    """User seconds and peak bytes of a child, and whether it made an object; None
    where it takes too much."""
    # A child's peak counts that of the process it is forked from, so a small
    # process stands between.
    launcher = ("import os, resource, sys\n"
                f"resource.setrlimit(resource.RLIMIT_CPU, 2 * ({MOST_SECONDS},))\n"
                f"resource.setrlimit(resource.RLIMIT_AS, 2 * ({MOST_BYTES},))\n"
                "pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)\n"
                "_, status, usage = os.wait4(pid, 0)\n"
                "print(usage.ru_utime, usage.ru_maxrss * 1024)\n"
                "sys.exit(os.waitstatus_to_exitcode(status) % 256)\n")
    done = subprocess.run([sys.executable, "-I", "-S", "-c", launcher, *command],
                          capture_output=True, text=True, check=False)
    seconds, peak = done.stdout.split()[-2:]
    killed = done.returncode in (256 - signal.SIGXCPU, 256 - signal.SIGKILL)
    if killed or "out of memory" in done.stderr:
        return None
    if done.returncode and "--ram" not in " ".join(command):
        raise SystemExit(done.stderr)
    return float(seconds), int(peak), done.returncode == 0


def row(report, arguments, kind, target, options=()):
    dlc = str(arguments.build / "bin" / "dlc")
    folder = arguments.build / "compile-time"
    measured = []
    for nodes in (SMALL, LARGE):
        command = [dlc, str(folder / f"{kind}{nodes}.onnx"), f"--target={target}",
                   "-o", str(folder / "net.o"), *options]
        runs = [compile_once(command) for _ in range(arguments.runs)]
        measured.append(None if None in runs else min(runs))
    (small, _, _), large = measured
    if large is None:
        report.row(kind, " ".join([target, *options]), f"{small:.2f}",
                   report.marked(f"more than {MOST_SECONDS}", False), "",
                   f"or than {MOST_BYTES >> 20}")
        return
    large, peak, fits = large
    ratio = large / LARGE / (small / SMALL)
    report.row(kind, " ".join([target, *options]) + ("" if fits else " (too small)"),
               f"{small:.2f}", report.marked(f"{large:.2f}", large < GOAL_SECONDS),
               report.marked(f"{ratio:.2f}", ratio <= GOAL_RATIO), f"{peak / 2**20:.0f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write docs/results.md")
    arguments = parser.parse_args()
    folder = arguments.build / "compile-time"
    folder.mkdir(parents=True, exist_ok=True)
    kinds = [kind for kind in large_networks.KINDS if kind != "steps"]
    write_models(folder, kinds)
    report = Report()
    report.line(f"`benchmarks/compile_time.py`: user seconds of `dlc` at -O2 for networks of {SMALL:,} and of {LARGE:,} "
                "nodes (`test/models/large_networks.py`; tensors of 4x4x4, so that the time is the compiler's for each "
                "node), and MiB at the peak of the larger. Goals, bold where missed: a node takes at most "
                f"{GOAL_RATIO} times as long in the larger, and the larger less than {GOAL_SECONDS} s. Where a RAM "
                "budget is too small for the network, it is the time to say so.")
    report.line()
    report.table("network", "target", f"{SMALL:,}, s", f"{LARGE:,}, s", "ratio for a node", "MiB")
    for kind in kinds:
        row(report, arguments, kind, TARGET)
    for target in TARGETS:
        for kind in FEW:
            row(report, arguments, kind, target)
    for options in OPTIONS:
        row(report, arguments, "residual", TARGET, options)
    report.line()
    report.line(f"Goals missed: {report.missed}.")
    if arguments.write:
        write_section("Compile time as networks grow", report.lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
