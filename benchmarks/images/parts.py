#!/usr/bin/env python3
"""What an image that is never there as a whole saves, and costs.

    benchmarks/images/parts.py --dlc build/bin/dlc --work build/image-parts
    benchmarks/images/parts.py ... --write       and into docs/results.md

MLPerf Tiny's visual wake words in int8 behind frames of a camera, in less and less RAM. The
image is the largest buffer that a stage of pixels writes, but for its lines; instructions
are QEMU's, of `dlc run --profile`: those of stages of pixels, and of all.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BENCHMARKS))

from results import Report, write_section  # noqa: E402

MODEL = BENCHMARKS.parent / "test" / "models" / "vww_int8" / "model.onnx"
FRAMES = (("NV12", (480, 640), "opencv_linear"), ("RGB565_LE", (240, 320), "opencv_linear"))
TARGETS, BUDGETS = ("cortex-m4", "cortex-m0"), ("", "24K", "16K", "12K", "LEAST")
GOAL = 1024  # bytes of the image in the least RAM


def description(name, size, method):
    yuv = ", yuv: {matrix: bt601, range: video}" if name == "NV12" else ""
    return (f"tensor: {{format: {name}, size: {list(size)}{yuv}}}\npreprocess:\n"
            f"  - convert_color: RGB\n  - resize: {{size: [96, 96], method: {method}}}\n"
            "  - scale: 255\n")


def dlc(*words):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True,
                          check=False)


def least(arguments, options):
    """The least budget that dlc found to do."""
    said = dlc(arguments.dlc, MODEL, *options, "--ram=1K", "-o", arguments.work / "net.o").stderr
    return re.search(r"--ram=(\d+) compiles", said)[1]


def measure(arguments, options):
    """Bytes of the arena, of the image, of the object's flash; instructions of pixels, of all."""
    page = arguments.work / "net.json"
    compiled = dlc(arguments.dlc, MODEL, *options, "-o", arguments.work / "net.o",
                   f"--report={page}")
    if compiled.returncode:
        return None
    report = json.loads(page.read_text())
    pixels = {i for i, stage in enumerate(report["stages"]) if stage["kind"] == "pixels"}
    image = max(buffer["bytes"] for buffer in report["buffers"]
                if not buffer["scratch"] and buffer["first_stage"] in pixels)
    said = dlc(arguments.dlc, "run", MODEL, *options, "--profile").stdout
    rows = re.findall(r"^ +(\d+) +[\d.]+% +\S+  (.*)$", said, re.MULTILINE)
    counts = [(int(count), stage) for count, stage in rows]
    return (report["ram"]["arena_bytes"], image, report["flash"]["bytes"],
            sum(n for n, stage in counts if "(pixels)" in stage), sum(n for n, _ in counts))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--dlc", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--targets", nargs="+", default=TARGETS)
    parser.add_argument("--frames", nargs="+", default=[frame[0] for frame in FRAMES],
                        help="their formats")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    report = Report()
    targets, formats = " ".join(arguments.targets), " ".join(arguments.frames)
    report.line("`benchmarks/images/parts.py --dlc build/bin/dlc --work build/image-parts "
                f"--targets {targets} --frames {formats} --write`: "
                "visual wake words in int8 behind frames that become 96x96x3, 27648 bytes. The "
                f"image is in bold where it takes more than {GOAL} bytes in the least RAM.")
    report.line()
    report.table("frame", "resize", "target", "`--ram`", "arena", "image", "flash",
                 "instructions of pixels", "of all")
    for name, size, method in FRAMES:
        if name not in arguments.frames:
            continue
        pipeline = arguments.work / f"{name}-{method}.yaml"
        pipeline.write_text(description(name, size, method))
        for target in arguments.targets:
            options = [f"--target={target}", f"--pipeline={pipeline}"]
            for budget in BUDGETS:
                is_least = budget == "LEAST"
                ram = least(arguments, options) if is_least else budget
                found = measure(arguments, [*options, f"--ram={ram}"] if ram else options)
                if not found:
                    continue
                arena, image, flash, pixels, instructions = found
                report.row(f"{name} {size[1]}x{size[0]}", method, target, ram or "none", arena,
                           report.marked(image, not is_least or image <= GOAL), flash, pixels,
                           instructions)
    report.line()
    report.line(f"Goals missed: {report.missed}.")
    if arguments.write:
        write_section("Images in parts", report.lines)


if __name__ == "__main__":
    main()
