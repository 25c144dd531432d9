#!/usr/bin/env python3
"""A picture as the frame of `dlc run --image`: what the network sees, answers and has drawn.

    check_pictures.py cortex-m4 --dlc build/bin/dlc --work build/pixels
"""

import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "harness"))

import case_runs  # noqa: E402
import check_detection  # noqa: E402
import check_points  # noqa: E402
import definition  # noqa: E402


# ---- PNG, by its specification

def write_png(path, image):
    height, width, _ = image.shape
    rows = b"".join(b"\0" + row.tobytes() for row in image)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
              (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks))


def paeth(a, b, c):
    distances = [abs(b - c), abs(a - c), abs(a + b - 2 * c)]
    return (a, b, c)[distances.index(min(distances))]


def read_png(path):
    """8 bits a channel, red, green, blue."""
    data, at, packed = path.read_bytes(), 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, bits, color, *_ = struct.unpack(">IIBBBBB", body)
            assert (bits, color) == (8, 2)
        packed += body if kind == b"IDAT" else b""
        at += 12 + size
    rows = zlib.decompress(packed)
    image = np.zeros((height + 1, 3 * width + 3), np.int64)  # zeros above and on the left
    for y in range(height):
        line = rows[y * (3 * width + 1):(y + 1) * (3 * width + 1)]
        for x, byte in enumerate(line[1:], 3):
            a, b, c = image[y + 1, x - 3], image[y, x], image[y, x - 3]
            guess = (0, a, b, (a + b) // 2, paeth(a, b, c))[line[0]]
            image[y + 1, x] = (byte + guess) % 256
    return image[1:, 3:].reshape(height, width, 3).astype(np.uint8)


# ---- What the network sees

def blocks(seed, height, width, size):
    """Squares of one color each: pixels that share chroma are equal."""
    random = np.random.default_rng(seed)
    squares = random.integers(0, 256, (-(-height // size), -(-width // size), 3), np.uint8)
    return squares.repeat(size, 0).repeat(size, 1)[:height, :width]


def save_model(path, shape, element, quantised):
    kind = {"uint8": TensorProto.UINT8, "float32": TensorProto.FLOAT, "int8": TensorProto.INT8}
    inputs = [helper.make_tensor_value_info("images", kind[element], shape)]
    constants = []
    if quantised:
        constants = [helper.make_tensor("step", TensorProto.FLOAT, [], [quantised[0]]),
                     helper.make_tensor("zero", TensorProto.INT8, [], [quantised[1]])]
        nodes = [helper.make_node("DequantizeLinear", ["images", "step", "zero"], ["out"])]
    else:
        nodes = [helper.make_node("Identity", ["images"], ["out"])]
    outputs = [helper.make_tensor_value_info(
        "out", TensorProto.FLOAT if quantised else kind[element], shape)]
    graph = helper.make_graph(nodes, "seen", inputs, outputs, constants)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)],
                                ir_version=10), path)


def run(arguments, folder, *words):
    return subprocess.run(
        [arguments.dlc, "run", folder / "model.onnx", f"--target={arguments.target}",
         arguments.level, f"--pipeline={folder / 'camera.yaml'}", "--check-only", *words],
        stdout=subprocess.PIPE, text=True, check=True).stdout


def see(arguments, folder, name, steps=(), element="uint8", shape=None, yuv="", quantised=None):
    """A picture through a format and back; what is seen of it."""
    picture = blocks(sum(map(ord, name)), 12, 16, 4)
    write_png(folder / "photo.png", picture)
    save_model(folder / "model.onnx", shape or [1, 12, 16, 3], element, quantised)
    (folder / "camera.yaml").write_text("\n".join(
        [f"tensor: {{format: {name}, size: [12, 16]{yuv}}}", *["preprocess:"] * bool(steps),
         *(f"  - {step}" for step in steps)]) + "\n")
    run(arguments, folder, f"--image={folder / 'photo.png'}",
        f"--dump-input={folder / 'seen.png'}")
    return picture, read_png(folder / "seen.png")


def check_formats(arguments, folder):
    """What is seen through a format is the picture, but for what the format cannot hold."""
    wrong = []
    # The emulated cores see some of them.
    names = [*definition.FORMATS][::1 if arguments.target == "host" else 5]
    for name in names:
        yuvs = [""]
        if name in definition.YUV:
            yuvs = [f", yuv: {{matrix: {matrix}, range: {value}}}"
                    for matrix in ("bt601", "bt709") for value in ("video", "full")]
        for yuv in yuvs:
            picture, seen = see(arguments, folder, name, ["convert_color: RGB"]
                                if name != "GRAY" else [], yuv=yuv,
                                shape=[1, 12, 16, 1] if name == "GRAY" else None)
            if name == "GRAY":
                grey = (picture.astype(int) @ [9798, 19235, 3735] + (1 << 14)) >> 15
                good = (seen == grey[..., None]).all()
            elif name.startswith("RGB565"):
                good = (seen == picture & [0xF8, 0xFC, 0xF8]).all()
            elif name.startswith("BAYER"):
                # Inside of a square all neighbours have its color.
                inside = (np.arange(12)[:, None] % 4 % 3 > 0) & (np.arange(16) % 4 % 3 > 0)
                inside[[0, -1]] = inside[:, [0, -1]] = False
                good = (seen == picture)[inside].all()
            elif yuv:
                # Luma and chroma are rounded, and each weighs up to twice.
                good = np.abs(seen.astype(int) - picture).max() <= 3
            else:
                good = (seen == picture).all()
            if not good:
                wrong.append(f"{name}{yuv}: largest difference "
                             f"{np.abs(seen.astype(int) - picture).max()}")
    return wrong


def check_numbers(arguments, folder):
    """Mean, scale, layout and quantisation are undone; the order of channels is shown."""
    wrong = []
    mean, scale = [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]
    for what, options, reverse in (
            ("float32, channels first", {"element": "float32", "shape": [1, 3, 12, 16]}, False),
            ("float32, channels last", {"element": "float32"}, True),
            ("int8", {"element": "int8", "quantised": (0.018658, -14)}, False)):
        steps = ["reverse_channels"] * reverse + [f"mean: {mean}", f"scale: {scale}"]
        picture, seen = see(arguments, folder, "RGB", steps, **options)
        if reverse:
            picture = picture[..., ::-1]
        # A step of int8 is 1.09 of a byte.
        if np.abs(seen.astype(int) - picture).max() > (1 if "int8" in what else 0):
            wrong.append(f"{what}: not the picture")
    return wrong


# ---- What is answered and drawn

def check_boxes(arguments, folder):
    """Boxes of a picture are printed as numpy decodes them, and drawn."""
    channels, anchors = 4 + check_detection.CLASSES, check_detection.ANCHORS
    onnx.save(check_detection.network("yolov8", channels), folder / "model.onnx")
    (folder / "camera.yaml").write_text(
        f"tensor: {{format: GRAY, size: [{channels}, {anchors}]}}\npostprocess:\n"
        f"  detect: {{head: yolov8, score: {check_detection.SCORE}, iou: {check_detection.IOU}, "
        f"max: {check_detection.MOST}, candidates: {check_detection.CANDIDATES}, "
        "labels: [one, two, three]}\n")
    grey = definition.random_frame(3, "GRAY", channels, anchors)
    picture = grey[..., None].repeat(3, 2)
    write_png(folder / "photo.png", picture)
    said = run(arguments, folder, f"--image={folder / 'photo.png'}",
               f"--draw={folder / 'drawn.png'}")
    boxes, count = check_detection.expected("yolov8", grey, [(1, 0), (1, 0)],
                                            (channels, anchors))
    lines = [line.split() for line in said.splitlines() if line.startswith("  ")]
    wrong = []
    if f"photo.png: {count} boxes" not in said or len(lines) != count:
        wrong.append(f"{count} boxes expected:\n{said}")
    for line, box in zip(lines, boxes):
        score, corners, label = float(line[0]), [line[i] for i in (2, 3, 5, 6)], line[7]
        if abs(score - box[5] / 32767) > 0.006 or label != ("one", "two", "three")[int(box[4])] \
                or np.abs(np.array(corners, float) - box[:4] / 16).max() > 0.12:
            wrong.append(f"{line} in place of {box}")
    drawn = read_png(folder / "drawn.png")
    if drawn.shape != picture.shape or (drawn == picture).all():
        wrong.append("nothing was drawn")
    return wrong


def check_spots(arguments, folder):
    """Key points of a picture are drawn where numpy decodes them."""
    height, width = check_points.POSE
    onnx.save(check_points.pose("pose"), folder / "model.onnx")
    (folder / "camera.yaml").write_text(
        f"tensor: {{format: GRAY, size: [{height}, {width}]}}\npostprocess:\n"
        f"  detect: {{head: yolov8_pose, score: {check_detection.SCORE}, iou: {check_detection.IOU}, "
        f"max: {check_detection.MOST}, candidates: {check_detection.CANDIDATES}, "
        f"key_points: [{check_points.POINTS}, 3]}}\n")
    grey = definition.random_frame(5, "GRAY", height, width)
    picture = grey[..., None].repeat(3, 2)
    write_png(folder / "photo.png", picture)
    run(arguments, folder, f"--image={folder / 'photo.png'}", f"--draw={folder / 'drawn.png'}")
    boxes, count, points = check_points.pose_boxes("pose", grey, [(1, 0), (1, 0)], (height, width))
    drawn, colors = read_png(folder / "drawn.png"), {0: (255, 80, 80), 1: (80, 220, 80)}
    # Of the best box, the last point that is seen is on top of all.
    seen = [point for point in points[0] if point[2] >= 32767 / 4 + 1]
    x, y = (min(int(v) // 16, last) for v, last in zip(seen[-1][:2], (width - 1, height - 1)))
    if not count or tuple(drawn[y, x]) != colors[int(boxes[0][4])]:
        return [f"no spot at {x} {y}, but {drawn[y, x]}"]
    return []


def main():
    arguments = case_runs.target_parser(__doc__).parse_args()
    if arguments.target != "host" and case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    folder = arguments.work / f"pictures-{arguments.target}"
    folder.mkdir(parents=True, exist_ok=True)
    wrong = [line for check in (check_formats, check_numbers, check_boxes, check_spots)
             for line in check(arguments, folder)]
    print("\n".join(wrong + [f"{len(wrong)} wrong"]))
    return int(wrong != [])


if __name__ == "__main__":
    sys.exit(main())
