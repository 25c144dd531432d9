#!/usr/bin/env python3
"""Writes references.json: digests of what OpenCV and Pillow make of the cases' frames.

    pip install "opencv-python-headless" "pillow<13"
    record_references.py

TensorFlow Lite's and ONNX's methods have none here: their definitions are exact arithmetic.
"""

import json
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

import definition
from cases import all_cases, product_groups
from check_pixels import digest, digest_of_group

TO_RGB = {
    "BGR": cv2.COLOR_BGR2RGB, "RGBX": cv2.COLOR_RGBA2RGB, "BGRX": cv2.COLOR_BGRA2RGB,
    "RGB565_LE": cv2.COLOR_BGR5652RGB, "RGB565_BE": cv2.COLOR_BGR5652RGB,
    "YUYV": cv2.COLOR_YUV2RGB_YUY2, "UYVY": cv2.COLOR_YUV2RGB_UYVY,
    "NV12": cv2.COLOR_YUV2RGB_NV12, "NV21": cv2.COLOR_YUV2RGB_NV21, "I420": cv2.COLOR_YUV2RGB_I420,
    "GRAY": cv2.COLOR_GRAY2RGB,
    "BAYER_RGGB": cv2.COLOR_BayerRGGB2RGB, "BAYER_BGGR": cv2.COLOR_BayerBGGR2RGB,
    "BAYER_GRBG": cv2.COLOR_BayerGRBG2RGB, "BAYER_GBRG": cv2.COLOR_BayerGBRG2RGB}
TO_GREY = {"YUYV": cv2.COLOR_YUV2GRAY_YUY2, "UYVY": cv2.COLOR_YUV2GRAY_UYVY,
           "NV12": cv2.COLOR_YUV2GRAY_NV12, "NV21": cv2.COLOR_YUV2GRAY_NV21,
           "I420": cv2.COLOR_YUV2GRAY_I420}
OPENCV = {"opencv_nearest": cv2.INTER_NEAREST, "opencv_linear": cv2.INTER_LINEAR,
          "opencv_area": cv2.INTER_AREA}
PILLOW = {"pillow_bilinear": Image.BILINEAR, "pillow_bicubic": Image.BICUBIC}


def convert(case, frame):
    if case.format not in definition.PLANES:
        frame = frame.reshape(case.height, case.width, -1)
    if case.format == "RGB565_BE":
        frame = np.ascontiguousarray(frame[..., ::-1])
    if case.color == "GRAY" and case.format in TO_GREY:
        return cv2.cvtColor(frame, TO_GREY[case.format])
    if case.color == "GRAY" and case.format == "GRAY":
        return frame[..., 0]
    rgb = cv2.cvtColor(frame, TO_RGB[case.format]) if case.format != "RGB" else frame
    if case.color == "PILLOW":
        return np.asarray(Image.fromarray(rgb).convert("L"))
    if case.color in ("GRAY", "VIA_RGB"):
        return cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    return np.ascontiguousarray(rgb[..., ::-1]) if case.color == "BGR" else rgb


def resize(image, height, width, method):
    if method in PILLOW:
        return np.asarray(Image.fromarray(image).resize((width, height), PILLOW[method]))
    return cv2.resize(image, (width, height), interpolation=OPENCV[method])


def letterbox(image, height, width, method):
    """As ultralytics/data/augment.py has it."""
    shape = image.shape[:2]
    r = min(height / shape[0], width / shape[1])
    unpadded = round(shape[1] * r), round(shape[0] * r)
    dw, dh = (width - unpadded[0]) / 2, (height - unpadded[1]) / 2
    if shape[::-1] != unpadded:
        image = resize(image, unpadded[1], unpadded[0], method)
    top, bottom = round(dh - 0.1), round(dh + 0.1)
    left, right = round(dw - 0.1), round(dw + 0.1)
    return cv2.copyMakeBorder(image, top, bottom, left, right, cv2.BORDER_CONSTANT,
                              value=(114, 114, 114))


def torchvision(image, size):
    """As transforms/functional.py has resize (of the shorter side) and center_crop."""
    height, width = image.shape[:2]
    shorter = 256 * size // 224
    if width <= height:
        new = shorter, int(shorter * height / width)
    else:
        new = int(shorter * width / height), shorter
    image = np.asarray(Image.fromarray(image).resize(new, Image.BILINEAR))
    top = int(round((new[1] - size) / 2.0))
    left = int(round((new[0] - size) / 2.0))
    return image[top:top + size, left:left + size]


def reference(case, frame):
    image = convert(case, frame)
    if case.crop:
        top, left, height, width = case.crop
        image = np.ascontiguousarray(image[top:top + height, left:left + width])
    if case.preset == "torchvision_imagenet":
        image = torchvision(image, case.size[0])
    elif case.size:
        method = case.method.split()[-1]
        if method not in OPENCV and method not in PILLOW:
            return None
        change = letterbox if case.method.startswith("letterbox") else resize
        image = change(image, *case.size, method)
    image = image.reshape(*image.shape[:2], -1)
    return np.ascontiguousarray(image[..., ::-1] if case.reverse else image)


def main():
    found, wrong = {}, 0
    for i, case in enumerate(all_cases()):
        frame = definition.random_frame(i, case.format, case.height, case.width)
        image = reference(case, frame)
        if image is None:
            continue
        found[i] = digest(image)
        if not np.array_equal(image, case.image(i)):
            print(f"case {i}: {case}: the definition differs")
            wrong += 1
    for name, group in product_groups().items():
        images = [reference(case, definition.random_frame(i, case.format, case.height, case.width))
                  for i, case in group.items()]
        if any(image is None for image in images):
            continue
        found[name] = digest_of_group(images)
        if found[name] != digest_of_group([case.image(i) for i, case in group.items()]):
            print(f"{name}: the definition differs")
            wrong += 1
    Path(__file__).with_name("references.json").write_text(json.dumps(found, indent=1) + "\n")
    print(f"{len(found)} references of OpenCV {cv2.__version__} and Pillow, {wrong} differ")
    return wrong > 0


if __name__ == "__main__":
    raise SystemExit(main())
