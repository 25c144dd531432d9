#!/usr/bin/env python3
"""What --fp16 saves and costs: instructions, RAM, flash and error of five networks.

    benchmarks/half_precision.py --build build           the table on standard output
    benchmarks/half_precision.py --build build --write   and into docs/guides/half-precision.md
    benchmarks/half_precision.py --networks FOLDER       four larger networks, too, on Armv8: of
                                                         test/models/generate_networks.py's

Every network is compiled at -O2 with and without --fp16 and runs under QEMU, which
counts the instructions of one call; for a GPU on the emulated one, whose model says
the least time. The error is the largest difference from
onnxruntime's float32 results in all test sets, relative to the largest output.
"""

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "test" / folder) for folder in ("harness", "models")]

from board import BoardError, flash_of, number, run, tools_of  # noqa: E402
from emulated_targets import require_programs  # noqa: E402
from results import Report, write_section  # noqa: E402

MODELS = HERE.parent / "test" / "models"
NETWORKS = ("mnist", "ad01_fp32", "kws_fp32", "resnet8_fp32", "vww_fp32")
LARGER = ("mobilenet_v2", "mobilenet_v3_small", "shufflenet_v2_x1_0", "resnet18")
# Targets with what has to be said of their core.
TARGETS = {"cortex-m55": [], "armv8-neon": ["--mcpu=cortex-a76"]}
GPUS = ("jetson-tx2", "gtx-1080")
GUIDE = HERE.parent / "docs" / "guides" / "half-precision.md"


@dataclass
class Facts:
    instructions: int
    arena: int
    flash: int
    error: float


def measure(dlc, folder, target, options, work):
    obj = work / f"{folder.name}-{target}{''.join(options)}.o"
    # The comparison here is a figure, not a check.
    text = run([dlc, "run", folder, f"--target={target}", "--tolerance=1", *options])
    run([dlc, folder / "model.onnx", f"--target={target}", "-o", obj, *options])
    return Facts(number(text, r"(\d+) instructions"), number(text, r"arena (\d+) bytes"),
                 flash_of(obj, tools_of(target) + "size"),
                 max(float(x) for x in re.findall(r"\(relative ([\d.e+-]+)\)", text)))


@dataclass
class DeviceFacts:
    microseconds: float
    device: int
    error: float


def measure_on_gpu(dlc, folder, target, options):
    text = run([dlc, "run", folder, f"--target={target}", "--tolerance=1", "--profile", *options])
    time, unit = re.search(r"modelled time ([\d.]+) (us|ms)", text).groups()
    return DeviceFacts(float(time) * {"us": 1, "ms": 1000}[unit],
                       number(text, r"(\d+) bytes of the device"),
                       max(float(x) for x in re.findall(r"\(relative ([\d.e+-]+)\)", text)))


def report_gpus(dlc, report):
    """The networks on GPUs: nothing of it is measured on a chip."""
    report.line()
    report.line("On GPUs: the modelled time of one inference in microseconds, and bytes of the device "
                "(`dlc run --profile`, on the emulated GPU).")
    report.line()
    report.table("target", "network", "modelled time", "device", "error, float32", "error, half")
    for target in GPUS:
        for network in NETWORKS:
            single, half = (measure_on_gpu(dlc, MODELS / network, target, more)
                            for more in ([], ["--fp16"]))
            report.row(target, network,
                       f"{single.microseconds:.1f} -> {half.microseconds:.1f} "
                       f"({half.microseconds / single.microseconds:.2f})",
                       pair(single.device, half.device), f"{single.error:.1e}", f"{half.error:.1e}")


def pair(single, half):
    return f"{single} -> {half} ({half / single:.2f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--networks", type=Path, help="folder of the larger networks")
    parser.add_argument("--write", action="store_true", help=f"write {GUIDE.name}")
    arguments = parser.parse_args()
    work = arguments.build / "half-precision"
    work.mkdir(parents=True, exist_ok=True)
    report = Report()
    report.line("float32 -> half precision (ratio), at -O2; `benchmarks/half_precision.py`. Instructions of one inference "
                "under QEMU; RAM (arena) and flash in bytes; the error is relative to the largest output.")
    report.line()
    report.table("target", "network", "instructions", "RAM", "flash", "error, float32", "error, half")
    require_programs(parser, TARGETS)
    for target, options in TARGETS.items():
        folders = [MODELS / network for network in NETWORKS]
        if arguments.networks and target == "armv8-neon":
            folders += [arguments.networks / network for network in LARGER]
        for folder in folders:
            try:
                single, half = (measure(arguments.build / "bin" / "dlc", folder, target,
                                        [*options, *more], work) for more in ([], ["--fp16"]))
            except BoardError as error:
                print(error, file=sys.stderr)
                return 1
            report.row(" ".join([target, *options]), folder.name,
                       pair(single.instructions, half.instructions), pair(single.arena, half.arena),
                       pair(single.flash, half.flash), f"{single.error:.1e}", f"{half.error:.1e}")
    report_gpus(arguments.build / "bin" / "dlc", report)
    if arguments.write:
        write_section("Measured", report.lines, page=GUIDE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
