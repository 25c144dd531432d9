#!/usr/bin/env python3
"""From a frame to boxes with key points in it: YOLOv8-pose and BlazeFace.

    check_points.py cortex-m4 --dlc build/bin/dlc --work build/pixels

Each network makes its outputs of the image's own pixels. What the object answers is
compared with the definitions in numpy, in doubles: Ultralytics' Pose head and
scale_coords, and MediaPipe's TensorsToDetectionsCalculator with the weighted
suppression of its NonMaxSuppressionCalculator.
"""

import sys

import numpy as np
from check_detection import (CANDIDATES, IOU, MOST, UNIT, compare, cropped, letterboxed,
                             placed, sigmoid, suppress)
from check_heads import Graph, Line, around, best_of

import case_runs

ANCHORS, CLASSES, POINTS = 30, 2, 5
# Bars of a letterbox are at the first bytes and the last.
POSE = (16, 64)
FACE, FACE_POINTS, LAYERS = (64, 64), 6, [[8, 2], [16, 6]]


# ---- Networks

def pose(head):
    g = Graph(head)
    places, numbers = g.numbers(g.bytes([1, POINTS, 2, ANCHORS], "first"), 0, 4, "places"), 2
    if head != "pose_2":
        seen = g.shares(g.bytes([1, POINTS, 1, ANCHORS], "second"), "seen")
        places, numbers = g.add("Concat", [places, seen], "points", axis=2), 3
    centres = g.numbers(g.bytes([1, 2, ANCHORS], "third"), 0, 5, "centres")
    sizes = g.numbers(g.bytes([1, 2, ANCHORS], "fourth"), -40, 12, "sizes")
    logits = g.numbers(g.bytes([1, CLASSES, ANCHORS], "fifth"), 128, 32, "logits")
    if head == "pose_int8":
        logits = g.stored(logits, "stored_logits", 1 / 32, 0)
    rows = [centres, sizes, g.add("Sigmoid", [logits], "scores")]
    size = [1, numbers * POINTS, ANCHORS]
    rows.append(g.add("Reshape", [places, g.constant(np.array(size))], "flat"))
    shape = [1, 4 + CLASSES + numbers * POINTS, ANCHORS]
    preds = g.add("Concat", rows, "preds", axis=1)
    if head == "pose_int8":
        # One scale for places and scores: no score is left of it, which is why it is not read.
        preds = g.stored(preds, "stored_preds", 0.5, 0)
    return g.model([(preds, shape)], POSE)


def face_count():
    return sum(FACE[0] // stride * (FACE[1] // stride) * each for stride, each in LAYERS)


def face(head):
    g, count = Graph(head), face_count()
    logits = g.numbers(g.bytes([1, count, 1], "first"), 128, 16, "logits")
    if head == "face_int8":
        logits = g.stored(logits, "stored_logits", 1 / 16, 0)
    # Sizes are above 0.
    middle = np.array([128, 128, -16, -16] + [128] * 2 * FACE_POINTS, np.float32)
    boxes = g.numbers(g.bytes([1, count, 4 + 2 * FACE_POINTS], "second"), middle, 8, "boxes")
    if head == "face_int8":
        boxes = g.stored(boxes, "stored_boxes", 0.25, 0)
    return g.model([(boxes, [1, count, 4 + 2 * FACE_POINTS]), (logits, [1, count, 1])], FACE)


# ---- References

def places_in_frame(points, place, frame):
    """[boxes, points, 2] as placed() has corners."""
    (ratio_x, offset_x), (ratio_y, offset_y) = place
    height, width = frame
    moved = (points - (offset_x, offset_y)) * (ratio_x, ratio_y)
    return np.clip(moved, 0, (width, height)) * UNIT


def pose_boxes(head, image, place, frame):
    line = Line(image)
    numbers = np.zeros((ANCHORS, POINTS, 2 if head == "pose_2" else 3))
    numbers[..., :2] = line.take(POINTS, 2, ANCHORS).transpose(2, 0, 1) / 4
    if head != "pose_2":
        numbers[..., 2] = sigmoid((line.take(POINTS, ANCHORS).T - 128) / 32) * 32767
    centre = line.take(2, ANCHORS).T / 5
    size = (line.take(2, ANCHORS).T + 40) / 12
    shares = sigmoid((line.take(CLASSES, ANCHORS) - 128) / 32).T
    scores = shares.max(1)
    order = best_of(scores)
    found = around(centre, size)[order], scores[order], shares.argmax(1)[order]
    kept = suppress(*found)
    answer = np.zeros((MOST, *numbers.shape[1:]))
    answer[:len(kept)] = numbers[order][kept]
    answer[:len(kept), :, :2] = places_in_frame(answer[:len(kept), :, :2], place, frame)
    return *placed(*found, kept, place, frame), answer


def middles():
    return np.array([((x + 0.5) * stride, (y + 0.5) * stride) for stride, each in LAYERS
                     for y in range(FACE[0] // stride) for x in range(FACE[1] // stride)
                     for _ in range(each)])


def overlap(box, others):
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    common = np.prod(np.maximum(high - low, 0), 1)
    return common / (np.prod(others[:, 2:] - others[:, :2], 1) + np.prod(box[2:] - box[:2]) - common)


def face_boxes(head, image, place, frame):
    line, count = Line(image), face_count()
    scores = sigmoid((line.take(count) - 128) / 16)
    numbers = (line.take(count, 4 + 2 * FACE_POINTS) - 128) / 8
    numbers[:, 2:4] += 18
    if head == "face_int8":
        numbers = np.clip(np.rint(numbers * 4), -128, 127) / 4
    centre = numbers[:, :2] + middles()
    points = numbers[:, 4:] + np.tile(middles(), FACE_POINTS)
    rows = np.concatenate([around(centre, numbers[:, 2:4]), points], axis=1)
    order = best_of(scores)
    rows, scores, blended, best = rows[order], scores[order], [], []
    rest = np.arange(len(order))
    while len(rest) and len(best) < MOST:
        alike = overlap(rows[rest[0]][:4], rows[rest][:, :4]) > IOU
        weights = scores[rest][alike]
        blended.append((rows[rest][alike] * weights[:, None]).sum(0) / weights.sum())
        best.append(scores[rest[0]])
        rest = rest[~alike]
    blended = np.array(blended)
    answer = np.zeros((MOST, FACE_POINTS, 2))
    answer[:len(best)] = places_in_frame(blended[:, 4:].reshape(-1, FACE_POINTS, 2), place, frame)
    return *placed(blended[:, :4], best, [0] * len(best), range(len(best)), place, frame), answer


def main():
    arguments = case_runs.target_parser(__doc__).parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    arguments.work.mkdir(parents=True, exist_ok=True)
    suppression = f"iou: {IOU}, candidates: {CANDIDATES}"
    wrong = 0
    for head, way in (("pose", letterboxed), ("pose_int8", cropped), ("pose_2", cropped)):
        points = [POINTS, 2 if head == "pose_2" else 3]
        wrong += compare(arguments, head, pose(head), way(*POSE),
                         f"head: yolov8_pose, key_points: {points}, {suppression}", pose_boxes)
    for head in ("face", "face_int8"):
        outputs = ["stored_boxes", "stored_logits"] if head == "face_int8" else ["boxes", "logits"]
        wrong += compare(arguments, head, face(head), cropped(*FACE),
                         f"head: blazeface, outputs: {outputs}, anchors: {LAYERS}, {suppression}",
                         face_boxes)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
