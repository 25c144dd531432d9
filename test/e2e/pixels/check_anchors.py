#!/usr/bin/env python3
"""From a frame to boxes of it by heads of cells: YOLOv2 to v4, and FOMO.

    check_anchors.py cortex-m4 --dlc build/bin/dlc --work build/pixels

Each network makes its outputs of the image's own pixels. What the object answers is
compared with the definitions in numpy: Darknet's get_region_box and get_yolo_box in
doubles, and Edge Impulse's ei_cube_check_overlap, ei_handle_cube and
fill_result_struct_from_cubes.
"""

import sys

import numpy as np
from check_detection import (CANDIDATES, CLASSES, IOU, MOST, SCORE, compare, cropped, placed,
                             sigmoid, suppress)
from check_heads import Graph, Line, around, best_of
from onnx import TensorProto

import case_runs

IMAGE = (32, 64)
# Pixels of a cell and anchors: in pixels, of YOLOv2 in cells.
OUTPUTS = {"yolov2": [(8, [1.5, 0.7, 0.6, 2.1])],
           "yolov3": [(16, [20, 11]), (8, [7, 12, 9, 5])],
           "yolov4": [(8, [7, 12, 9, 5]), (16, [20, 11, 13, 19])]}
STRETCHES = [1.2, 1.05]
MAP, MAP_CLASSES, MAP_CANDIDATES, MAP_STEP = (8, 12), 2, 24, 1 / 250


# ---- Networks

def units(anchors):
    """What bytes are divided by, channel by channel: places, sizes, scores."""
    return np.tile([32, 32, 64, 64] + [16] * (1 + CLASSES), len(anchors) // 2)


def grids(head):
    kind = head.split("_")[0]
    g, answers = Graph(head), []
    for i, (stride, anchors) in enumerate(OUTPUTS[kind]):
        rows, columns = (side // stride for side in IMAGE)
        unit = units(anchors)
        name = f"grid{i}"
        if kind == "yolov4" and i:
            # Channels last, the anchors in a dimension of their own.
            shape = [1, rows, columns, len(anchors) // 2, 5 + CLASSES]
            unit = unit.reshape(shape[3:])
        elif kind == "yolov4":
            shape = [1, rows, columns, len(unit)]
        else:
            shape = [1, len(unit), rows, columns]
            unit = unit[:, None, None]
        numbers = g.numbers(g.bytes(shape, f"part{i}"), 128, unit.astype(np.float32), f"real{i}")
        if head.endswith("_bytes"):
            g.integers(numbers, name, 1 / 16, 0)
        elif head.endswith("_int8"):
            g.stored(numbers, name, 1 / 16, 0)
        else:
            g.add("Identity", [numbers], name)
        answers.append((name, shape))
    return g.model(answers, IMAGE,
                   TensorProto.INT8 if head.endswith("_bytes") else TensorProto.FLOAT)


def heat_map(head):
    g, shape = Graph(head), [1, *MAP, 1 + MAP_CLASSES]
    # The background is likelier.
    middle = np.array([20, 128, 128], np.float32)
    logits = g.numbers(g.bytes(shape, "cells"), middle, 16, "logits")
    shares = g.add("Softmax", [logits], "shares", axis=3)
    if head == "fomo_int8":
        shares = g.stored(shares, "stored_shares", MAP_STEP)
    return g.model([(shares, shape)], tuple(8 * side for side in MAP))


# ---- References

def box_in_cell(kind, numbers, output, anchor, x, y):
    stride, anchors = OUTPUTS[kind][output]
    side = np.array(anchors[2 * anchor:2 * anchor + 2]) * (stride if kind == "yolov2" else 1)
    share = sigmoid(numbers[:2])
    if kind == "yolov4":
        share = share * STRETCHES[output] - (STRETCHES[output] - 1) / 2
    return (share + (x, y)) * stride, np.exp(numbers[2:4]) * side


def grid_boxes(head, image, place, frame):
    kind, line = head.split("_")[0], Line(image)
    centres, sizes, scores, classes = [], [], [], []
    for output, (stride, anchors) in enumerate(OUTPUTS[kind]):
        rows, columns = (side // stride for side in IMAGE)
        unit = units(anchors)
        if kind == "yolov4":
            cells = line.take(rows, columns, len(unit)).transpose(2, 0, 1)
        else:
            cells = line.take(len(unit), rows, columns)
        cells = (cells - 128) / unit[:, None, None]
        if head.endswith(("_int8", "_bytes")):
            cells = np.clip(np.rint(cells * 16), -128, 127) / 16
        cells = cells.reshape(-1, 5 + CLASSES, rows, columns)
        for anchor, y, x in np.ndindex(len(cells), rows, columns):
            numbers = cells[anchor, :, y, x]
            centre, size = box_in_cell(kind, numbers, output, anchor, x, y)
            shares = sigmoid(numbers[5:])
            if kind == "yolov2":
                shares = np.exp(numbers[5:]) / np.exp(numbers[5:]).sum()
            centres.append(centre)
            sizes.append(size)
            scores.append(sigmoid(numbers[4]) * shares.max())
            classes.append(shares.argmax())
    scores = np.array(scores)
    order = best_of(scores)
    found = (around(np.array(centres), np.array(sizes))[order], scores[order],
             np.array(classes)[order])
    return placed(*found, suppress(*found), place, frame)


def overlaps(cube, x, y, width, height, score):
    """ei_cube_check_overlap: changes the cube that is overlapped."""
    if cube["x"] + cube["width"] < x or cube["y"] + cube["height"] < y or \
            cube["x"] > x + width or cube["y"] > y + height:
        return False
    # Where a cube moves to the left or up, its size stays.
    cube["x"], cube["y"] = min(x, cube["x"]), min(y, cube["y"])
    cube["width"] = max(cube["width"], x + width - cube["x"])
    cube["height"] = max(cube["height"], y + height - cube["y"])
    cube["score"] = max(cube["score"], score)
    return True


def cubes_of(shares):
    cubes = []
    likely = np.argsort(-shares.ravel(), kind="stable")[:MAP_CANDIDATES]
    for place in sorted(i for i in likely if shares.ravel()[i] >= np.float32(SCORE)):
        y, x, label = np.unravel_index(place, shares.shape)
        score = shares[y, x, label]
        if not any(cube["label"] == label and overlaps(cube, x, y, 1, 1, score) for cube in cubes):
            cubes.append({"x": x, "y": y, "width": 1, "height": 1, "score": score, "label": label})
    kept, answers = [], []
    for cube in cubes:
        sides = cube["x"], cube["y"], cube["width"], cube["height"]
        if any(other["label"] == cube["label"] and overlaps(other, *sides, cube["score"])
               for other in kept):
            continue
        kept.append(cube)
        # As it is now: it may grow further, which nobody is told.
        answers.append(dict(cube))
    return answers


def cell_boxes(head, image, place, frame):
    line = Line(image)
    logits = (line.take(*MAP, 1 + MAP_CLASSES) - [20, 128, 128]) / 16
    shares = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    if head == "fomo_int8":
        step = np.float32(MAP_STEP)
        stored = np.clip(np.rint(shares / MAP_STEP) - 128, -128, 127) + 128
        shares = stored.astype(np.float32) * step
    cubes = sorted(cubes_of(shares[..., 1:]), key=lambda cube: -cube["score"])[:MOST]
    corners = np.array([[cube["x"], cube["y"], cube["x"] + cube["width"],
                         cube["y"] + cube["height"]] for cube in cubes]) * 8
    return placed(corners, [cube["score"] for cube in cubes], [cube["label"] for cube in cubes],
                  range(len(cubes)), place, frame)


def main():
    arguments = case_runs.target_parser(__doc__).parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    arguments.work.mkdir(parents=True, exist_ok=True)
    suppression = f"iou: {IOU}, candidates: {CANDIDATES}"
    wrong = 0
    for head, way in (("yolov2", cropped), ("yolov3", cropped), ("yolov3_int8", cropped),
                      ("yolov4", cropped), ("yolov4_int8", cropped), ("yolov4_bytes", cropped)):
        kind = head.split("_")[0]
        anchors = [anchors for _, anchors in OUTPUTS[kind]]
        detect = f"head: {kind}, {suppression}, anchors: {anchors if anchors[1:] else anchors[0]}"
        if anchors[1:]:
            detect += f", outputs: {[f'grid{i}' for i in range(len(anchors))]}"
        if kind == "yolov4":
            detect += f", scale_x_y: {STRETCHES}"
        wrong += compare(arguments, head, grids(head), way(*IMAGE), detect, grid_boxes)
    for head in ("fomo", "fomo_int8"):
        wrong += compare(arguments, head, heat_map(head), cropped(*(8 * side for side in MAP)),
                         f"head: fomo, candidates: {MAP_CANDIDATES}", cell_boxes)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
