#!/usr/bin/env python3
"""Compares dlc with onnxruntime on this machine, side by side.

    benchmarks/run.py --build build            the table on standard output
    benchmarks/run.py --build build --write    and into docs/results.md
    benchmarks/run.py --build build --stages   and what bounds each stage

Times are the smallest of many alternating batches in one process. "peak" is the
share of the multiply-add peak that was measured on a core in the same run; with
Winograd it can pass 100%, since the multiplications counted are the model's, and with
products of bytes, of which an instruction does four times as many.
"""

import argparse
import datetime
import sys
from pathlib import Path

import measure
import roofline
from results import Report, write_section
from compiled_network import CompileError
from generate_networks import GENERATED

# The network, the largest allowed ratio to onnxruntime's time (None: shown only).
GOALS = {
    "matmul_512": None,
    "mnist": 0.6,
    "ad01_fp32": 0.6,
    "kws_fp32": None,
    "resnet8_fp32": 0.6,
    "vww_fp32": 0.6,
    "ad01_int8": 0.7,
    "kws_int8": 0.7,
    "resnet8_int8": 0.7,
    "vww_int8": 0.7,
    "mobilenet_v2": 0.9,
    "mobilenet_v3_small": 0.9,
    "squeezenet1_1": 0.9,
    "efficientnet_b0": None,
    "shufflenet_v2_x1_0": None,
    "resnet18": 1.0,
    "resnet50": 1.0,
    "googlenet": 1.0,
    "inception_v3": None,
}
LARGE = ["light_bvlc_alexnet", "light_vgg19", "light_zfnet512"]
MATMUL_PEAK = 0.90
TWO_THREADS = 0.60
COMPILE_SECONDS = {"resnet8_fp32": 1.0, "resnet50": 6.0}
TOLERANCE = 1e-4


def compile_memory_limit(model_bytes):
    return 4 * model_bytes + 300_000_000


def duration(seconds):
    return f"{seconds * 1e3:.2f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.1f} us"


def compare(report, native, arguments, names, peak):
    """The main table; returns the results by name."""
    results, notes = {}, []
    report.table("network", "M MACs", "dlc", "onnxruntime", "ratio", "goal", "reached",
                 "GFLOP/s", "peak", "difference")
    for name in names:
        try:
            result = measure.measure(native, arguments.dlc, name, arguments.build,
                                     arguments.seconds)
        except (CompileError, RuntimeError) as error:
            report.missed += 1
            report.row(name, "", "failed", "", "", "", "**no**", "", "", "")
            print(error, file=sys.stderr)
            continue
        results[name] = result
        rate = 2 * result.multiply_adds / result.ours
        ratio, goal = result.ours / result.peer, GOALS.get(name)
        verdict = report.reached(ratio, goal) if goal else ""
        if result.difference > TOLERANCE:
            report.missed += 1
            verdict = "**wrong**"
        floor = 2 * result.multiply_adds / peak / result.peer
        if goal and ratio > goal and floor > goal:
            notes.append(f"`{name}`: at all of the peak the ratio would still be "
                         f"{floor:.2f} on this core, which onnxruntime uses to "
                         f"{2 * result.multiply_adds / result.peer / peak:.0%}.")
        report.row(name, f"{result.multiply_adds / 1e6:.2f}", duration(result.ours),
                   duration(result.peer), f"{ratio:.2f}", goal or "", verdict,
                   f"{rate / 1e9:.1f}", f"{rate / peak:.0%}",
                   f"{result.difference:.1e}")
    for note in notes:
        report.line()
        report.line(note)
    return results


def other_goals(report, native, arguments, results, peak):
    report.line()
    report.table("goal", "limit", "measured", "reached")
    if "matmul_512" in results:
        result = results["matmul_512"]
        share = 2 * result.multiply_adds / result.ours / peak
        report.row("matmul 512x512x512, share of peak", f">= {MATMUL_PEAK:.0%}",
                   f"{share:.1%}", report.reached(MATMUL_PEAK, share))
    for name, limit in COMPILE_SECONDS.items():
        if name in results:
            seconds = results[name].compile_seconds
            report.row(f"compile time of {name}", f"{limit} s", f"{seconds:.2f} s",
                       report.reached(seconds, limit))
    for name, result in results.items():
        limit = compile_memory_limit(result.model_bytes)
        verdict = report.reached(result.compile_bytes, limit)
        if name in ("resnet50", "inception_v3") or verdict != "yes":
            report.row(f"compiler's peak memory on {name}", f"{limit / 1e6:.0f} MB",
                       f"{result.compile_bytes / 1e6:.0f} MB", verdict)
    if "resnet50" in results:
        two_threads(report, native, arguments, results["resnet50"])


def two_threads(report, native, arguments, one):
    title = "resnet50, two threads to one"
    try:
        two = measure.measure(native, arguments.dlc, "resnet50", arguments.build,
                              arguments.seconds, threads=2, options=["--threads=2"],
                              link_with=arguments.runtime)
    except (CompileError, RuntimeError) as error:
        report.missed += 1
        report.row(title, TWO_THREADS, "failed", "**no**")
        print(error, file=sys.stderr)
        return
    ratio = two.ours / one.ours
    report.row(title, TWO_THREADS, f"{ratio:.2f} ({duration(two.ours)})",
               report.reached(ratio, TWO_THREADS))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--only", nargs="+", metavar="NAME",
                        help=f"of {', '.join([*GENERATED, *LARGE])} and test/models")
    parser.add_argument("--large", action="store_true",
                        help="also the networks with more than 200 MB of weights")
    parser.add_argument("--seconds", type=float, default=3.0,
                        help="time spent on each network (default %(default)s)")
    parser.add_argument("--stages", action="store_true",
                        help="also what bounds each stage (roofline.py)")
    parser.add_argument("--write", action="store_true", help="write docs/results.md")
    arguments = parser.parse_args()
    arguments.dlc = arguments.build / "bin" / "dlc"
    runtime = measure.HERE.parent / "runtime"
    arguments.runtime = ["-O2", "-fPIC", f"-I{runtime / 'include'}",
                         runtime / "src" / "dlc_parallel.c", "-lpthread"]
    names = arguments.only or [*GOALS, *(LARGE if arguments.large else [])]

    native = measure.Native(arguments.build / "benchmarks")
    peak = native.peak()
    report = Report()
    command = " ".join(["./dev bench", *sys.argv[1:]])
    report.line(f"{measure.machine()}; {datetime.date.today()}; `{command}`")
    report.line()
    report.line(f"One thread. Peak of one core, measured: {peak / 1e9:.1f} GFLOP/s "
                f"({native.vector_bits()}-bit fused multiply-adds); reading from "
                f"memory {native.read_bandwidth(measure.BEYOND_CACHES) / 1e9:.1f} GB/s.")
    report.line()
    results = compare(report, native, arguments, names, peak)
    other_goals(report, native, arguments, results, peak)
    report.line()
    if arguments.stages:
        for name in results:
            roofline.add_network(report, native, arguments.build, name)
    report.line(f"Goals missed: {report.missed}.")
    if arguments.write:
        write_section("On x86-64, beside onnxruntime", report.lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
