"""Pipelines that the test runs, each an input of one network.

A case: the frame's format and size, the colours, where the image is cropped (or None), its
next size and the method of resizing (or None), and the input that the network has.
"""

from dataclasses import dataclass

import numpy as np

import definition

MEAN, SCALE = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
# What the input of int8 is quantised with.
STEP, ZERO = np.float32(0.018658), -14


@dataclass
class Case:
    format: str
    height: int
    width: int
    color: str  # RGB, BGR, GRAY, VIA_RGB (grey of RGB), PILLOW (its grey of RGB)
    crop: tuple = None  # top, left, height, width
    size: tuple = None
    method: str = None  # with "letterbox ": into bars
    kind: str = "uint8"  # uint8 last, int8 first, float32 first
    padding: int = 0  # bytes behind each row
    reverse: bool = False
    preset: str = None  # in place of the steps; `size` is the input's

    @property
    def channels(self):
        return 3 if self.color in ("RGB", "BGR") else 1

    def frame(self, seed):
        rows = definition.random_frame(seed, self.format, self.height, self.width)
        if not self.padding:
            return rows
        if self.format != "I420":
            return np.pad(rows, ((0, 0), (0, self.padding)), constant_values=0xA5)
        # Two rows of chroma lie in one of luma, each with half of the padding.
        chroma = rows[self.height:].reshape(-1, self.width // 2)
        chroma = np.pad(chroma, ((0, 0), (0, self.padding // 2)), constant_values=0xA5)
        luma = np.pad(rows[:self.height], ((0, 0), (0, self.padding)), constant_values=0xA5)
        return np.concatenate([luma, chroma.reshape(-1, self.width + self.padding)])

    def image(self, seed):
        """The bytes that the steps make, height x width x channels."""
        rows = definition.random_frame(seed, self.format, self.height, self.width)
        image = definition.convert(self.format, rows, self.height, self.width, self.color)
        if self.crop:
            top, left, height, width = self.crop
            image = image[top:top + height, left:left + width]
        if self.preset == "torchvision_imagenet":
            image = definition.torchvision(image, self.size[0])
        elif self.size:
            name = self.method.split()[-1]
            if self.method.startswith("letterbox"):
                image = definition.letterbox(image, *self.size, name, 114)
            else:
                image = definition.RESIZES[name](image, *self.size)
        return np.ascontiguousarray(image[..., ::-1] if self.reverse else image)

    def expected(self, image):
        """What the network's input is."""
        if self.kind == "uint8":
            return image[None]
        numbers = image.astype(np.float32)
        if self.preset:
            numbers = definition.PRESETS[self.preset](numbers)
        else:
            mean = np.array(MEAN[:self.channels], np.float32)
            numbers = (numbers - mean) / np.array(SCALE[:self.channels], np.float32)
        if self.kind == "int8":
            numbers = np.clip(np.rint(numbers / STEP) + ZERO, -128, 127).astype(np.int8)
        return np.ascontiguousarray(numbers.transpose(2, 0, 1)[None])

    def yaml(self, name):
        lines = [f"- input: {name}", "  tensor:", f"    format: {self.format}",
                 f"    size: [{self.height}, {self.width}]"]
        if self.padding:
            row = definition.frame_shape(self.format, self.height, self.width)[1]
            lines.append(f"    stride: {row + self.padding}")
        if self.format in definition.YUV:
            lines.append("    yuv: {matrix: bt601, range: video}")
        if self.preset:
            lines.append(f"  preset: {self.preset}")
            steps = ([f"resize: {{size: {list(self.size)}, method: {self.method}}}"]
                     if self.preset == "keras_mobilenet" else [])
            return "\n".join(lines + ["  preprocess:"] * bool(steps) +
                             [f"    - {step}" for step in steps]) + "\n"
        lines.append("  preprocess:")
        via = self.color in ("VIA_RGB", "PILLOW")
        steps = [f"convert_color: {'RGB' if via else self.color}"]
        if via:
            steps.append(f"convert_color: {'GRAY' if self.color == 'VIA_RGB' else 'GRAY_PILLOW'}")
        if self.crop:
            top, left, height, width = self.crop
            steps.append(f"crop: {{origin: [{top}, {left}], size: [{height}, {width}]}}")
        if self.size:
            size, method = list(self.size), self.method.split()[-1]
            if self.method.startswith("letterbox"):
                steps.append(f"letterbox: {{size: {size}, method: {method}, value: 114}}")
            else:
                steps.append(f"resize: {{size: {size}, method: {method}}}")
        if self.reverse:
            steps.append("reverse_channels")
        if self.kind != "uint8":
            mean, scale = (", ".join(map(str, v[:self.channels])) for v in (MEAN, SCALE))
            steps += [f"mean: [{mean}]", f"scale: [{scale}]"]
        return "\n".join(lines + [f"    - {step}" for step in steps]) + "\n"


def all_cases():
    """Each format with each method somewhere, at sizes that repeat and that do not."""
    methods = [*definition.RESIZES]
    # From, to: a short period; none; larger; whole ratios.
    sizes = [((48, 40), (18, 24)), ((36, 54), (25, 31)), ((16, 18), (24, 42)), ((40, 60), (20, 20))]
    cases = []
    for number, name in enumerate(definition.FORMATS):
        for turn in range(2):
            method = methods[(number + 3 * turn) % len(methods)]
            old, new = sizes[(number + turn) % 4]
            if method == "opencv_area":
                old, new = ((36, 60), (12, 12)) if turn else ((32, 48), (16, 24))
            kind = ("uint8", "int8", "float32")[(number + turn) % 3]
            color = "GRAY" if name == "GRAY" else ("RGB", "BGR")[turn]
            cases.append(Case(name, *old, color, size=new, method=method, kind=kind,
                              padding=0 if turn else 4))
    return cases + [
        Case("NV12", 64, 80, "RGB", size=(12, 24), method="opencv_linear", kind="int8"),
        Case("NV12", 32, 32, "GRAY", size=(24, 24), method="opencv_linear", kind="int8"),
        Case("YUYV", 32, 32, "VIA_RGB", size=(16, 16), method="opencv_linear", kind="float32"),
        Case("RGB", 40, 40, "PILLOW", size=(17, 13), method="pillow_bilinear", kind="int8"),
        Case("RGB565_LE", 40, 48, "GRAY", crop=(3, 5, 30, 33), kind="uint8"),
        Case("I420", 42, 50, "RGB", crop=(1, 3, 37, 29), size=(21, 33), method="opencv_linear"),
        Case("BAYER_GRBG", 20, 22, "RGB", crop=(0, 1, 20, 20), kind="int8"),
        Case("RGB", 30, 44, "RGB", size=(32, 32), method="letterbox opencv_linear", kind="int8"),
        Case("NV21", 40, 24, "BGR", size=(32, 48), method="letterbox pillow_bilinear",
             kind="float32"),
        Case("BGRX", 24, 24, "RGB", size=(8, 12), method="opencv_area", kind="uint8",
             reverse=True),
        Case("RGB", 17, 19, "RGB", kind="float32", reverse=True),
        Case("RGB", 1, 1, "RGB", size=(5, 4), method="onnx_linear", kind="int8"),
        Case("UYVY", 9, 14, "RGB", size=(1, 1), method="opencv_linear", kind="uint8"),
        Case("GRAY", 21, 33, "GRAY", size=(3, 3), method="pillow_bicubic", kind="float32"),
        Case("BGR", 45, 60, "RGB", size=(28, 28), kind="float32", preset="torchvision_imagenet"),
        Case("NV12", 66, 44, "RGB", size=(35, 35), kind="float32", preset="torchvision_imagenet"),
        Case("YUYV", 30, 40, "RGB", size=(32, 32), method="letterbox opencv_linear",
             kind="float32", preset="ultralytics"),
        Case("RGB565_LE", 12, 18, "GRAY", kind="float32", preset="tflm_person"),
        Case("RGBX", 24, 30, "RGB", size=(12, 18), method="pillow_bilinear", kind="float32",
             preset="keras_mobilenet"),
        Case("YUYV", 14, 18, "RGB", kind="float32", preset="mlperf_vww"),
    ]


# From, to: a short period; none; larger; whole ratios; smaller one way and larger the other.
GEOMETRIES = (((48, 40), (18, 24)), ((36, 54), (25, 31)), ((16, 18), (24, 42)),
              ((40, 60), (20, 20)), ((50, 38), (9, 57)))
WHOLE = (((32, 48), (16, 24)), ((36, 60), (12, 12)), ((40, 40), (10, 10)), ((36, 36), (12, 12)),
         ((48, 32), (6, 16)))


def product_groups():
    """Each method at each of five geometries: a name, and a numbered case of every format."""
    groups, number = {}, 1000
    for m, method in enumerate(definition.RESIZES):
        for g in range(len(GEOMETRIES)):
            old, new = (WHOLE if method == "opencv_area" else GEOMETRIES)[g]
            cases = groups[f"{method} {g}"] = {}
            for f, name in enumerate(definition.FORMATS):
                color = "GRAY" if name == "GRAY" else ("RGB", "BGR")[(f + g) % 2]
                cases[number] = Case(name, *old, color, size=new, method=method,
                                     kind=("uint8", "int8", "float32")[(f + m + g) % 3],
                                     padding=4 * ((f + m) % 2))
                number += 1
    return groups
