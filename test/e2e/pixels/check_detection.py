#!/usr/bin/env python3
"""From a frame to boxes of it, on a device's core.

    check_detection.py cortex-m4 --dlc build/bin/dlc --work build/pixels

For each head a network that makes its output of the image's own pixels, so that
random frames are random boxes, many of which overlap. What the object answers is
compared with decoding and suppression in numpy, in doubles.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "harness"))

import case_runs  # noqa: E402
import definition  # noqa: E402
import programs  # noqa: E402

SCORE, IOU, MOST, CANDIDATES, UNIT = 0.8, 0.4, 12, 30, 16
ANCHORS, CLASSES = 70, 3  # bytes of so many are counted, and of no whole number of words


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def places(channels):
    """Centres anywhere, sizes from a third of the image: scales of a byte, and what is added."""
    size = np.array([ANCHORS, channels])
    return np.concatenate([size / 255, size / 383]), np.concatenate([0 * size, size / 3])


# ---- Networks: [1, 1, channels, anchors] of bytes to a head's output

def network(head, channels):
    nodes, constants = [], []

    def constant(name, value):
        constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def node(kind, inputs, output, **attributes):
        nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def rows(name, first, last):
        return node("Slice", ["rows", constant(f"{name}_first", np.array([first])),
                              constant(f"{name}_last", np.array([last])),
                              constant(f"{name}_axis", np.array([1]))], name)

    def rounded(name, step, result=None):
        """To 8 bits and back."""
        scale = [constant(f"{name}_step", np.float32(step)), constant(f"{name}_zero", np.int8(0))]
        stored = node("QuantizeLinear", [name, *scale], f"{name}_stored")
        return node("DequantizeLinear", [stored, *scale], result or f"{name}_real")

    node("Squeeze", ["images", constant("one", np.array([1]))], "rows")
    scale, offset = (np.array(v, np.float32)[:, None] for v in places(channels))
    boxes = node("Add", [node("Mul", [rows("places", 0, 4), constant("units", scale)], "scaled"),
                         constant("least", offset)], "boxes")
    if head == "end_to_end":
        scores = node("Mul", [rows("bytes", 4, 5),
                              constant("byte", np.float32(1 / 256))], "scores")
        classes = node("Floor", [node("Mul", [rows("kinds", 5, 6), constant("fourth", np.float32(1 / 64))], "four")], "classes")
        node("Transpose", [node("Concat", [boxes, scores, classes], "all", axis=1)], "preds",
             perm=[0, 2, 1])
        shape = [1, ANCHORS, 6]
    else:
        centred = node("Sub", [rows("bytes", 4, channels), constant("middle", np.float32(128))],
                       "centred")
        logits = node("Mul", [centred, constant("slope", np.float32(1 / 32))], "logits")
        if head == "yolov8_int8":
            logits = rounded(logits, 1 / 32)
        scores = node("Sigmoid", [logits], "scores")
        if head == "yolov8_int8":
            # One scale for both: no score is left of it, which is why it is not read.
            joined = node("Concat", [boxes, rounded(scores, 1 / 128)], "joined", axis=1)
            rounded(joined, 0.75, "preds")
            shape = [1, channels, ANCHORS]
        elif head == "yolov8":
            node("Concat", [boxes, scores], "preds", axis=1)
            shape = [1, channels, ANCHORS]
        else:
            node("Transpose", [node("Concat", [boxes, scores], "all", axis=1)], "preds",
                 perm=[0, 2, 1])
            shape = [1, ANCHORS, channels]
    graph = helper.make_graph(
        nodes, head,
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 1, channels, ANCHORS])],
        [helper.make_tensor_value_info("preds", TensorProto.FLOAT, shape)], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    onnx.checker.check_model(model)
    return model


# ---- References

def candidates(head, rows):
    """Corners, scores and classes, the best first."""
    scale, offset = (np.array(v)[:, None] for v in places(len(rows)))
    boxes = rows[:4] * scale + offset
    if head == "end_to_end":
        corners, scores, classes = boxes, rows[4] / 256, rows[5] // 64
        order = np.argsort(-scores, kind="stable")[:MOST]
    else:
        centre, half = boxes[:2], boxes[2:] / 2
        corners = np.concatenate([centre - half, centre + half])
        logits = (rows[4:] - 128) / 32
        sure = 1.0
        if head == "yolov5":
            sure, logits = sigmoid(logits[0]), logits[1:]
        scores, classes = sigmoid(logits).max(0) * sure, logits.argmax(0)
        order = np.argsort(-scores, kind="stable")[:CANDIDATES]
    order = order[scores[order] > SCORE]
    return corners[:, order].T, scores[order], classes[order]


def suppress(corners, scores, classes, iou=IOU):
    """Greedy, class by class: a kept box drops those behind it that it overlaps."""
    kept = []
    for i, box in enumerate(corners):
        for j in kept:
            if classes[j] != classes[i]:
                continue
            other = corners[j]
            sides = np.minimum(box[2:], other[2:]) - np.maximum(box[:2], other[:2])
            common = max(sides[0], 0) * max(sides[1], 0)
            areas = np.prod(box[2:] - box[:2]) + np.prod(other[2:] - other[:2])
            if common / (areas - common) > iou:
                break
        else:
            kept.append(i)
    return kept[:MOST]


def placed(corners, scores, classes, kept, place, frame):
    """The boxes that are kept in the frame, as the object answers them."""
    (ratio_x, offset_x), (ratio_y, offset_y) = place
    height, width = frame
    boxes = np.zeros((MOST, 6))
    for row, i in zip(boxes, kept):
        x0, y0, x1, y1 = corners[i]
        row[0:4:2] = np.clip((np.array([x0, x1]) - offset_x) * ratio_x, 0, width) * UNIT
        row[1:4:2] = np.clip((np.array([y0, y1]) - offset_y) * ratio_y, 0, height) * UNIT
        row[4], row[5] = classes[i], scores[i] * 32767
    return boxes, len(kept)


def expected(head, rows, place, frame):
    found = candidates(head, rows.astype(np.float64))
    kept = [*range(len(found[1]))] if head == "end_to_end" else suppress(*found)
    return placed(*found, kept, place, frame)


# ---- Frames: how the image is made of them, and where a place of it lies

def letterboxed(rows, columns):
    """Ultralytics' scale_boxes: less the bars, divided by the ratio."""
    height, width = 24, 150
    ratio = min(rows / height, columns / width)
    bars = [round((side - round(old * ratio)) / 2 - 0.1)
            for side, old in ((columns, width), (rows, height))]
    steps = [f"letterbox: {{size: [{rows}, {columns}], method: opencv_linear, value: 114}}"]
    return (height, width), steps, [(1 / ratio, bars[0]), (1 / ratio, bars[1])], \
        lambda image: definition.letterbox(image, rows, columns, "opencv_linear", 114)


def cropped(rows, columns):
    height, width, top, left, high, wide = 40, 100, 3, 11, 30, 80
    steps = [f"crop: {{origin: [{top}, {left}], size: [{high}, {wide}]}}",
             f"resize: {{size: [{rows}, {columns}], method: opencv_nearest}}"]
    across, along = wide / columns, high / rows
    return (height, width), steps, [(across, -left / across), (along, -top / along)], \
        lambda image: definition.nearest(image[top:top + high, left:left + wide], rows, columns)


def check(arguments, head, channels, way):
    more = "" if head == "end_to_end" else f", iou: {IOU}, candidates: {CANDIDATES}"
    return compare(arguments, head, network(head, channels), way(channels, ANCHORS),
                   f"head: {head.split('_int8')[0]}{more}", expected)


def compare(arguments, head, model, way, detect, expected_of):
    """The object of a network with `detect`; expected_of(head, image, place, frame) are its boxes,
    how many they are, and key points if it has any."""
    folder = arguments.work / f"{head}-{arguments.target}"
    folder.mkdir(parents=True, exist_ok=True)
    frame, steps, place, image_of = way
    onnx.save(model, folder / "model.onnx")
    (folder / "camera.yaml").write_text("\n".join(
        [f"tensor: {{format: GRAY, size: {list(frame)}}}", "preprocess:",
         *(f"  - {step}" for step in steps), "postprocess:",
         f"  detect: {{{detect}, score: {SCORE}, max: {MOST}}}"]) + "\n")
    frames = [definition.random_frame(seed, "GRAY", *frame) for seed in range(6)]
    answers = [expected_of(head, image_of(f[..., None])[..., 0], place, frame) for f in frames]
    empty = [np.zeros((MOST, 6), np.int16), np.zeros(1, np.int32),
             *(np.zeros(more.shape, np.int16) for more in answers[0][2:])]
    results = programs.run(arguments, folder, [[f] for f in frames], [empty] * len(frames),
                           options=[f"--pipeline={folder / 'camera.yaml'}"])
    wrong = 0
    for seed, ((boxes, count, *points), (wanted, number, *places)) in enumerate(
            zip(results, answers)):
        # A corner may be rounded to either side; a sigmoid has 1e-6.
        if count[0] != number or np.abs(boxes - wanted).max() > 1 or \
                not np.array_equal(boxes[:, 4], wanted[:, 4]):
            print(f"{head}, frame {seed}: {count} of {number} boxes:\n{boxes}\nin place of\n"
                  f"{np.rint(wanted).astype(int)}")
            wrong += 1
        elif any(np.abs(a - b).max() > 1 for a, b in zip(points, places)):
            print(f"{head}, frame {seed}: key points\n{points}\nin place of\n{places}")
            wrong += 1
    found = [number for _, number, *_ in answers]
    print(f"{head}: {found} boxes, {wrong} frames wrong")
    if not all(found):
        print(f"{head}: a frame without boxes shows nothing")
        wrong += 1
    return wrong


def main():
    arguments = case_runs.target_parser(__doc__).parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    wrong = sum(check(arguments, *case) for case in (
        ("yolov8", 4 + CLASSES, letterboxed), ("yolov8_int8", 4 + CLASSES, letterboxed),
        ("yolov5", 5 + CLASSES, cropped),
        ("end_to_end", 6, cropped)))
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
