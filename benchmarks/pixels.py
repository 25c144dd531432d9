#!/usr/bin/env python3
"""What a camera's frame and a detector's answer cost, in executed instructions.

    benchmarks/pixels.py --dlc build/bin/dlc --work build/pixels-benchmark
    benchmarks/pixels.py ... --write       and into docs/results.md

Frames become an input of 96x96 and int8 with ImageNet's mean and scale. A detector
(detector_model.py) is made int8 by `dlc quantize`; counted are all stages that are
neither convolutions of the network nor pixels, for scores that as many anchors pass as
PASSING says. QEMU counts, `dlc run --profile` prints. What a pipeline adds to compiling
that detector is the processor's time in user mode, of all threads, the least of RUNS by
turns.
"""

import argparse
import os
import re
import subprocess
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from detector_model import SIDE, model
from onnx import TensorProto, helper
from results import Report, write_section

TARGETS = ("cortex-m4", "cortex-m3", "cortex-m0", "armv6", "armv8-neon")
VGA, QVGA, IMAGE = (480, 640), (240, 320), 96
# Format, size of the frame, method, and goals for each pixel of the image.
FRAMES = (
    ("NV12", VGA, "opencv_linear", (75, 80, 120, 78, 28)),
    ("NV12", QVGA, "opencv_linear", ()),
    ("RGB", QVGA, "opencv_linear", (60,)),
    ("RGB565_LE", QVGA, "opencv_linear", (80,)),
    ("GRAY", QVGA, "opencv_linear", (18,)),
    ("RGB", VGA, "pillow_bilinear", ()),
)
TAIL_GOAL = 120_000
DETECT = "head: yolov8, score: SCORE, iou: 0.45, max: 20, candidates: 64"
# As many anchors pass the threshold, or a few more of the same score.
PASSING, ANCHORS = (0, 20, 40, 756), 756
LOGITS = "logits_dequantized"  # as the quantised network has them
RUNS, ADDED_GOAL = 5, 0.5
# The frame and the method that it is resized by; whether boxes are found.
PIPELINES = (
    ("NV12 640x480, opencv_linear", "opencv_linear", False),
    ("NV12 640x480, pillow_bilinear", "pillow_bilinear", False),
    ("NV12 640x480, opencv_linear, boxes", "opencv_linear", True),
)
CONVOLUTION = re.compile(r"(trunk|box|class)\d \(conv\)|\(pixels\)")


def profile(arguments, network, pipeline, target, *options):
    """(instructions, stage) of each stage, and the bytes of the arena."""
    said = subprocess.run([arguments.dlc, "run", network, f"--target={target}",
                           f"--pipeline={pipeline}", "--profile", *options],
                          check=True, capture_output=True, text=True).stdout
    rows = [(int(row[1]), row[2]) for row in
            re.finditer(r"^ +(\d+) +[\d.]+% +\S+  (.*)$", said, re.MULTILINE)]
    return rows, int(re.search(r"arena (\d+)", said)[1])


def image_network(channels, path):
    shape = [1, channels, IMAGE, IMAGE]
    constants = [helper.make_tensor("step", TensorProto.FLOAT, [], [0.018658]),
                 helper.make_tensor("zero", TensorProto.INT8, [], [-14])]
    graph = helper.make_graph(
        [helper.make_node("QuantizeLinear", ["x", "step", "zero"], ["y"], name="quantised")],
        "image", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.INT8, shape)], constants)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10),
              path)


def description(name, size, method):
    grey = name == "GRAY"
    lines = [f"tensor: {{format: {name}, size: {list(size)}"
             + (", yuv: {matrix: bt601, range: video}}" if name == "NV12" else "}"), "preprocess:",
             f"  - convert_color: {'GRAY' if grey else 'RGB'}",
             f"  - resize: {{size: [{IMAGE}, {IMAGE}], method: {method}}}",
             f"  - mean: {123.675 if grey else [123.675, 116.28, 103.53]}",
             f"  - scale: {58.395 if grey else [58.395, 57.12, 57.375]}"]
    return "\n".join(lines) + "\n"


def frames(arguments, report):
    folder = arguments.work
    report.line("Instructions for each pixel of the image; goals in brackets.")
    report.line()
    report.table("frame", "resize", *arguments.targets)
    for name, size, method, goals in FRAMES:
        network, pipeline = folder / f"{name}.onnx", folder / f"{name}.yaml"
        image_network(1 if name == "GRAY" else 3, network)
        pipeline.write_text(description(name, size, method))
        cells = []
        for target in arguments.targets:
            i = TARGETS.index(target)
            rows, _ = profile(arguments, network, pipeline, target)
            count = sum(n for n, stage in rows if "(pixels)" in stage) / IMAGE**2
            text = f"{count:.1f}"
            if i < len(goals):
                text = report.marked(f"{text} ({goals[i]})", count <= goals[i])
            cells.append(text)
        report.row(f"{name} {size[1]}x{size[0]}", method, *cells)


def scores_of(network, frame):
    """The best score of each anchor, the highest first."""
    model = onnx.load(network)
    model.graph.output.append(helper.make_tensor_value_info(LOGITS, TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(model.SerializeToString())
    image = frame.transpose(2, 0, 1)[None] / np.float32(255)
    logits = session.run([LOGITS], {"images": image})[0]
    return np.sort(1 / (1 + np.exp(-logits[0].astype(np.float64).max(0))))[::-1]


def threshold(scores, passing):
    """Between two scores, so that `passing` or more are above it."""
    if passing == 0:
        return (1 + scores[0]) / 2
    lower = scores[scores < scores[passing - 1]]
    return (scores[passing - 1] + (lower[0] if len(lower) else 0)) / 2


def detector(arguments, report):
    folder = arguments.work
    (folder / "data").mkdir(exist_ok=True)
    onnx.save(model(), folder / "float.onnx")
    chance = np.random.default_rng(2)
    for i in range(4):
        np.save(folder / "data" / f"{i}.npy", chance.random((1, 3, SIDE, SIDE), np.float32))
    subprocess.run([arguments.dlc, "quantize", folder / "float.onnx", f"--data={folder / 'data'}",
                    "--calibrate=min-max", "--nearest", "-o", folder / "int8.onnx"], check=True,
                   capture_output=True)
    frame = chance.integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    (folder / "frame.ppm").write_bytes(f"P6 {SIDE} {SIDE} 255\n".encode() + frame.tobytes())
    scores = scores_of(folder / "int8.onnx", frame)
    report.line()
    report.line(f"Behind the last convolution of a YOLOv8-like network of {SIDE}x{SIDE}, 80 "
                f"classes, {ANCHORS} anchors, int8; `{{{DETECT}}}`, with scores that as many "
                "anchors of a random frame pass.")
    report.line()
    report.table("target", "anchors that pass", "instructions", "goal", "arena", "dearest stages")
    for target in arguments.targets:
        for passing in PASSING:
            score = threshold(scores, passing)
            detect = DETECT.replace("SCORE", f"{score:.6f}")
            (folder / "detector.yaml").write_text(
                f"tensor: {{format: RGB, size: [{SIDE}, {SIDE}]}}\npreprocess:\n  - scale: 255\n"
                f"postprocess:\n  detect: {{{detect}}}\n")
            rows, arena = profile(arguments, folder / "int8.onnx", folder / "detector.yaml",
                                  target, f"--image={folder / 'frame.ppm'}")
            behind = [row for row in rows if not CONVOLUTION.search(row[1])]
            count = sum(n for n, _ in behind)
            goal = target == TARGETS[0] and passing < ANCHORS
            report.row(target, int(np.sum(scores > score)),
                       report.marked(f"{count}", not goal or count <= TAIL_GOAL),
                       TAIL_GOAL if goal else "", arena,
                       ", ".join(f"{stage} {n}" for n, stage in behind[:4]))


def user_seconds(command):
    silent = [(os.POSIX_SPAWN_OPEN, output, os.devnull, os.O_WRONLY, 0) for output in (1, 2)]
    child = os.posix_spawn(command[0], command, os.environ, file_actions=silent)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed")
    return usage.ru_utime


def compile_times(arguments, report):
    folder, target = arguments.work, arguments.targets[0]
    plain = [str(arguments.dlc), str(folder / "int8.onnx"), f"--target={target}", "-o",
             str(folder / "detector.o")]
    commands = {"": plain}
    for i, (name, method, boxes) in enumerate(PIPELINES):
        path = folder / f"compiled{i}.yaml"
        detect = f"postprocess:\n  detect: {{{DETECT.replace('SCORE', '0.25')}}}\n"
        path.write_text(
            f"tensor: {{format: NV12, size: {list(VGA)}, yuv: {{matrix: bt601, range: video}}}}\n"
            f"preprocess:\n  - convert_color: RGB\n  - resize: {{size: [{SIDE}, {SIDE}], "
            f"method: {method}}}\n  - scale: 255\n{detect if boxes else ''}")
        commands[name] = [*plain, f"--pipeline={path}"]
    least = dict.fromkeys(commands, float("inf"))
    for _ in range(RUNS):
        for name, command in commands.items():
            least[name] = min(least[name], user_seconds(command))
    report.line()
    report.line(f"User seconds of compiling that detector for {target}, least of {RUNS} by turns: "
                f"{least['']:.2f} without a pipeline.")
    report.line()
    report.table("pipeline", "seconds", "added", "goal")
    for name, *_ in PIPELINES:
        added = least[name] - least[""]
        report.row(name, f"{least[name]:.2f}",
                   report.marked(f"{added:z.2f}", added <= ADDED_GOAL), ADDED_GOAL)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--dlc", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--targets", nargs="+", choices=TARGETS, default=TARGETS)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    report = Report()
    report.line("`benchmarks/pixels.py --dlc build/bin/dlc --work build/pixels-benchmark --targets "
                + " ".join(arguments.targets) + " --write`")
    report.line()
    frames(arguments, report)
    detector(arguments, report)
    compile_times(arguments, report)
    report.line()
    report.line(f"Goals missed: {report.missed}.")
    if arguments.write:
        write_section("Pixels and boxes, on Arm", report.lines)


if __name__ == "__main__":
    main()
