"""What the steps of a pipeline are defined to give, in numpy: integers alone.

record_references.py compares these with OpenCV and Pillow; the digests of what
those give are in references.json, so that each run is compared with them too.
"""

import hashlib

import numpy as np

BYTES = {"RGB": 3, "BGR": 3, "RGBX": 4, "BGRX": 4, "RGB565_LE": 2, "RGB565_BE": 2,
         "YUYV": 2, "UYVY": 2}
PLANES = ("NV12", "NV21", "I420")
FORMATS = (*BYTES, *PLANES, "GRAY", "BAYER_RGGB", "BAYER_BGGR", "BAYER_GRBG", "BAYER_GBRG")
YUV = ("YUYV", "UYVY", *PLANES)


def frame_shape(name, height, width):
    return (height * 3 // 2, width) if name in PLANES else (height, BYTES.get(name, 1) * width)


def random_frame(seed, name, height, width):
    """The same bytes everywhere and always."""
    shape = frame_shape(name, height, width)
    text = f"{seed} {name} {height} {width}".encode()
    return np.frombuffer(hashlib.shake_128(text).digest(shape[0] * shape[1]),
                         np.uint8).reshape(shape)


# ---- Colours

def yuv_to_rgb(y, u, v):
    """BT.601 in video range, in 20 bits."""
    light = np.maximum(y.astype(np.int64) - 16, 0) * 1220542 + (1 << 19)
    u, v = u.astype(np.int64) - 128, v.astype(np.int64) - 128
    channels = light + 1673527 * v, light - 852492 * v - 409993 * u, light + 2116026 * u
    return np.clip(np.stack([c >> 20 for c in channels], -1), 0, 255).astype(np.uint8)


def luma_chroma(name, frame, height, width):
    if name in ("YUYV", "UYVY"):
        pixels = frame.reshape(height, width // 2, 4)
        y, c = (pixels[..., 0::2], pixels[..., 1::2])[::1 if name == "YUYV" else -1]
        return (y.reshape(height, width), c[..., 0].repeat(2, 1), c[..., 1].repeat(2, 1))
    y, rest = frame[:height], frame[height:]
    if name == "I420":
        u, v = rest.reshape(2, height // 2, width // 2)
    else:
        pairs = rest.reshape(height // 2, width // 2, 2)
        u, v = (pairs[..., 0], pairs[..., 1])[::1 if name == "NV12" else -1]
    return y, u.repeat(2, 0).repeat(2, 1), v.repeat(2, 0).repeat(2, 1)


def demosaic(name, frame):
    """Means of the nearest pixels; the border has what is beside it."""
    red_row, red_column = {"RGGB": (0, 0), "BGGR": (1, 1), "GRBG": (0, 1),
                           "GBRG": (1, 0)}[name[-4:]]
    height, width = frame.shape
    f = frame.astype(np.int64)

    def at(down, right):
        return f[1 + down:height - 1 + down, 1 + right:width - 1 + right]

    across, along = (at(0, -1) + at(0, 1) + 1) >> 1, (at(-1, 0) + at(1, 0) + 1) >> 1
    cross = (at(0, -1) + at(0, 1) + at(-1, 0) + at(1, 0) + 2) >> 2
    diagonal = (at(-1, -1) + at(-1, 1) + at(1, -1) + at(1, 1) + 2) >> 2
    rows = (np.arange(1, height - 1)[:, None] % 2 == red_row)
    columns = (np.arange(1, width - 1)[None] % 2 == red_column)
    red = np.where(rows, np.where(columns, at(0, 0), across), np.where(columns, along, diagonal))
    green = np.where(rows == columns, cross, at(0, 0))
    blue = np.where(rows, np.where(columns, diagonal, along), np.where(columns, across, at(0, 0)))
    inner = np.stack([red, green, blue], -1).astype(np.uint8)
    return np.pad(inner, ((1, 1), (1, 1), (0, 0)), mode="edge")


def grey_of(rgb, pillow=False):
    weights, shift = ((19595, 38470, 7471), 16) if pillow else ((9798, 19235, 3735), 15)
    total = sum(rgb[..., i].astype(np.int64) * w for i, w in enumerate(weights))
    return ((total + (1 << (shift - 1))) >> shift).astype(np.uint8)[..., None]


def rgb_of(name, frame, height, width):
    if name in YUV:
        return yuv_to_rgb(*luma_chroma(name, frame, height, width))
    if name.startswith("BAYER"):
        return demosaic(name, frame)
    if name == "GRAY":
        return frame[..., None].repeat(3, -1)
    pixels = frame.reshape(height, width, BYTES[name])
    if name.startswith("RGB565"):
        pixels = pixels.astype(np.int64)
        low, high = (pixels[..., 0], pixels[..., 1])[::1 if name == "RGB565_LE" else -1]
        word = low | high << 8
        return np.stack([word >> 8 & 0xF8, word >> 3 & 0xFC, word << 3 & 0xF8],
                        -1).astype(np.uint8)
    return pixels[..., :3] if name.startswith("RGB") else pixels[..., 2::-1]


def convert(name, frame, height, width, color):
    """`color`: RGB, BGR, GRAY, or grey by way of RGB (VIA_RGB, PILLOW)."""
    if color == "GRAY" and name in YUV:
        return luma_chroma(name, frame, height, width)[0][..., None]
    if color == "GRAY" and name == "GRAY":
        return frame[..., None]
    rgb = rgb_of(name, frame, height, width)
    if color in ("RGB", "BGR"):
        return rgb if color == "RGB" else rgb[..., ::-1]
    return grey_of(rgb, pillow=color == "PILLOW")


# ---- Sizes

def nearest(image, height, width):
    def axis(old, new):
        return np.minimum(np.floor(np.arange(new) * (1 / (new / old))).astype(int), old - 1)
    return image[axis(image.shape[0], height)][:, axis(image.shape[1], width)]


def linear_axis(old, new, columns):
    scale, places, weights = 1.0 / (new / old), [], []
    for i in range(new):
        at = np.float32((i + 0.5) * scale - 0.5)
        pixel = int(np.floor(at))
        at = np.float32(at - np.float32(pixel))
        if columns and (pixel < 0 or pixel >= old - 1):
            at, pixel = np.float32(0), min(max(pixel, 0), old - 1)
        places.append(pixel)
        weights.append([int(np.rint(np.float32(np.float32(1) - at) * np.float32(2048))),
                        int(np.rint(at * np.float32(2048)))])
    return np.array(places), np.array(weights)


def opencv_linear(image, height, width):
    old_height, old_width = image.shape[:2]
    if (old_height, old_width) == (2 * height, 2 * width):
        return area(image, height, width)
    x, a = linear_axis(old_width, width, True)
    y, b = linear_axis(old_height, height, False)
    pixels = image.astype(np.int64)
    row = (pixels[:, x] * a[None, :, :1] +
           pixels[:, np.minimum(x + 1, old_width - 1)] * a[None, :, 1:]) >> 4
    total = sum((b[:, i, None, None] * row[np.clip(y + i, 0, old_height - 1)]) >> 16
                for i in (0, 1))
    return ((total + 2) >> 2).astype(np.uint8)


def area(image, height, width):
    """Means of whole pixels, halves to the even one but those of 2x2."""
    rows, columns = image.shape[0] // height, image.shape[1] // width
    total = image.astype(np.int64).reshape(height, rows, width, columns, -1).sum((1, 3))
    if (rows, columns) == (2, 2):
        return ((total + 2) >> 2).astype(np.uint8)
    inverse = np.float32(1) / np.float32(rows * columns)
    return np.rint(total.astype(np.float32) * inverse).astype(np.uint8)


def triangle(x):
    return max(0.0, 1.0 - abs(x))


def cubic(x, a=-0.5):
    x = abs(x)
    if x < 1:
        return ((a + 2.0) * x - (a + 3.0)) * x * x + 1
    return (((x - 5) * x + 8) * x - 4) * a if x < 2 else 0.0


def pillow(image, height, width, support, filter_of):
    for new in (width, height):  # columns first
        old = image.shape[1]
        if new != old:
            scale = old / new
            stretch, lines = max(scale, 1.0), []
            for i in range(new):
                centre = (i + 0.5) * scale
                first = max(int(centre - support * stretch + 0.5), 0)
                last = min(int(centre + support * stretch + 0.5), old)
                w = [filter_of((x - centre + 0.5) * (1.0 / stretch)) for x in range(first, last)]
                total = sum(w)
                w = np.array([int((0.5 if v >= 0 else -0.5) + v / total * (1 << 22)) for v in w])
                line = (image[:, first:last].astype(np.int64) * w[None, :, None]).sum(1)
                lines.append(np.clip((line + (1 << 21)) >> 22, 0, 255))
            image = np.stack(lines, 1).astype(np.uint8)
        image = image.transpose(1, 0, 2)
    return image


def tflite(image, height, width):
    def axis(old, new):
        scale = ((1 << 10) * old + new // 2) // new
        at = np.arange(new) * scale + scale // 2 - (1 << 9)
        low = np.clip(np.trunc(at / 1024).astype(int), 0, old - 1)
        return low, np.minimum((at + 1023) // 1024, old - 1), at - 1024 * low
    y0, y1, fy = axis(image.shape[0], height)
    x0, x1, fx = axis(image.shape[1], width)
    pixels, fy, fx = image.astype(np.int64), fy[:, None, None], fx[None, :, None]
    total = (pixels[y0][:, x0] * (1024 - fy) * (1024 - fx) + pixels[y1][:, x0] * fy * (1024 - fx) +
             pixels[y0][:, x1] * (1024 - fy) * fx + pixels[y1][:, x1] * fy * fx)
    return ((total + (1 << 19)) >> 20).astype(np.uint8)


def onnx_linear(image, height, width):
    """The real value, to the nearest, halfway to the even one."""
    def axis(old, new):
        at = (2 * np.arange(new) + 1) * old - new  # over 2 * new
        low = at // (2 * new)
        return np.clip(low, 0, old - 1), np.clip(low + 1, 0, old - 1), at - low * 2 * new
    y0, y1, fy = axis(image.shape[0], height)
    x0, x1, fx = axis(image.shape[1], width)
    pixels, fy, fx = image.astype(np.int64), fy[:, None, None], fx[None, :, None]
    whole_y, whole_x = 2 * height, 2 * width
    total = (pixels[y0][:, x0] * (whole_y - fy) * (whole_x - fx) +
             pixels[y1][:, x0] * fy * (whole_x - fx) + pixels[y0][:, x1] * (whole_y - fy) * fx +
             pixels[y1][:, x1] * fy * fx)
    whole = whole_y * whole_x
    quotient, rest = total // whole, total % whole
    up = (2 * rest > whole) | ((2 * rest == whole) & (quotient % 2 == 1))
    return (quotient + up).astype(np.uint8)


RESIZES = {
    "opencv_nearest": nearest, "opencv_linear": opencv_linear, "opencv_area": area,
    "pillow_bilinear": lambda i, h, w: pillow(i, h, w, 1.0, triangle),
    "pillow_bicubic": lambda i, h, w: pillow(i, h, w, 2.0, cubic),
    "tflite_bilinear": tflite, "onnx_linear": onnx_linear,
}


def torchvision(image, edge):
    """Resize of the shorter side, CenterCrop, as torchvision.transforms.functional has them."""
    height, width = image.shape[:2]
    shorter = round(edge * 256 / 224)
    new = [int(shorter * side / min(height, width)) for side in (height, width)]
    image = RESIZES["pillow_bilinear"](image, *new)
    top, left = (int(round((side - edge) / 2.0)) for side in new)
    return image[top:top + edge, left:left + edge]


IMAGENET = np.array([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]], np.float32)
# Numbers of float32, as each library's code computes them.
PRESETS = {
    "torchvision_imagenet": lambda x: (x / np.float32(255) - IMAGENET[0]) / IMAGENET[1],
    "ultralytics": lambda x: x / np.float32(255),
    "keras_mobilenet": lambda x: x / np.float32(127.5) - np.float32(1),
    "tflm_person": lambda x: x / np.float32(255),
    "mlperf_vww": lambda x: x / np.float32(255),
}


def letterbox(image, height, width, method, value):
    """Ultralytics' LetterBox."""
    old_height, old_width = image.shape[:2]
    ratio = min(height / old_height, width / old_width)
    new_width, new_height = round(old_width * ratio), round(old_height * ratio)
    if (old_height, old_width) != (new_height, new_width):
        image = RESIZES[method](image, new_height, new_width)
    rows, columns = (height - new_height) / 2, (width - new_width) / 2
    bars = ((round(rows - 0.1), round(rows + 0.1)), (round(columns - 0.1), round(columns + 0.1)))
    return np.pad(image, (*bars, (0, 0)), constant_values=value)
