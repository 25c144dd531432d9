"""Frames of a camera for docs/examples/linux-camera, and what is in them.

    video_frames.py a.ppm b.ppm docs/examples/linux-camera/boxes.png

writes the example's picture from what the program has drawn.
"""

import sys
from pathlib import Path

import numpy as np

from example import ROOT

sys.path.append(str(ROOT / "test" / "e2e" / "pixels"))
import check_detection  # noqa: E402
import definition  # noqa: E402

HEIGHT, WIDTH = 480, 640
COLORS = {"red": (205, 40, 48), "green": (30, 170, 60), "blue": (40, 60, 200)}
# Of each frame: what there is, and its x0, y0, x1, y1.
SCENES = [
    [("red", (62, 50, 142, 170)), ("green", (268, 66, 388, 150)), ("blue", (500, 40, 590, 140)),
     ("blue", (90, 290, 190, 380)), ("red", (300, 320, 370, 440)), ("green", (470, 300, 600, 390))],
    [("blue", (200, 180, 330, 290)), ("red", (420, 330, 560, 430)), ("green", (0, 20, 80, 120))],
    [],
]
SCORE, IOU = 0.5, 0.45  # as camera.yaml has them


def picture(cards, seed):
    """RGB: cards on a table, in uneven light, with the noise of a camera."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    image = np.empty((HEIGHT, WIDTH, 3))
    image[:] = (176, 160, 142)
    image[(rows // 60 % 2) == 1] = (168, 150, 132)
    for name, (x0, y0, x1, y1) in cards:
        image[y0 + 8:y1 + 8, x0 + 6:x1 + 6] *= 0.7
        image[y0:y1, x0:x1] = COLORS[name]
    image *= (1.05 - 0.15 * (rows + columns) / (HEIGHT + WIDTH))[..., None]
    noise = np.random.default_rng(seed).normal(0, 5, image.shape)
    return np.clip(image + noise, 0, 255)


def to_yuyv(image):
    """BT.601, luma from 16 to 235; two pixels share the mean of their chroma."""
    to_yuv = np.array([[65.481, 128.553, 24.966], [-37.797, -74.203, 112.], [112., -93.786, -18.214]]) / 255
    yuv = image @ to_yuv.T + (16, 128, 128)
    pairs = yuv.reshape(HEIGHT, WIDTH // 2, 2, 3)
    chroma = pairs[..., 1:].mean(2)
    frame = np.stack([pairs[:, :, 0, 0], chroma[..., 0], pairs[:, :, 1, 0], chroma[..., 1]], -1)
    return np.rint(frame).astype(np.uint8).reshape(HEIGHT, 2 * WIDTH)


def frames():
    return [to_yuyv(picture(cards, seed)) for seed, cards in enumerate(SCENES)]


def expected(model, frame):
    """Name, score and corners of each box, the best first: the network by onnxruntime, what is
    before and behind it in numpy."""
    import onnxruntime
    image = definition.area(definition.convert("YUYV", frame, HEIGHT, WIDTH, "RGB"), 96, 128)
    [[answer]] = onnxruntime.InferenceSession(model).run(
        None, {"images": (image.astype(np.float32) / 255).transpose(2, 0, 1)[None]})
    scores, classes = answer[4:].max(0), answer[4:].argmax(0)
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] >= SCORE]
    centre, half = answer[:2, order].T, answer[2:4, order].T / 2
    corners = np.concatenate([centre - half, centre + half], 1)
    scores, classes = scores[order], classes[order]
    kept = check_detection.suppress(corners, scores, classes, IOU)
    limits = (WIDTH, HEIGHT, WIDTH, HEIGHT)
    return [([*COLORS][classes[i]], scores[i], np.clip(corners[i] * 5, 0, limits)) for i in kept]


def overlap(a, b):
    """The common area of two boxes as a share of what they cover."""
    sides = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    common = np.prod(np.maximum(sides, 0))
    return common / (np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - common)


def read_ppm(path):
    magic, size, most, pixels = path.read_bytes().split(b"\n", 3)
    width, height = map(int, size.split())
    assert (magic, most, len(pixels)) == (b"P6", b"255", 3 * width * height)
    return np.frombuffer(pixels, np.uint8).reshape(height, width, 3)


def lay_out(paths, result):
    from PIL import Image
    page = Image.new("RGB", (len(paths) * (WIDTH // 2 + 16) - 16, HEIGHT // 2), "white")
    for column, path in enumerate(paths):
        shown = Image.fromarray(read_ppm(Path(path))).resize((WIDTH // 2, HEIGHT // 2), Image.BOX)
        page.paste(shown, (column * (WIDTH // 2 + 16), 0))
    page.quantize(96).save(result, optimize=True)


if __name__ == "__main__":
    lay_out(sys.argv[1:-1], sys.argv[-1])
