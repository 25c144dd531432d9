"""Frames of a camera for docs/examples/person-camera, and what they come to.

    camera_frames.py docs/examples/person-camera/frames.png      writes its picture
"""

import sys
from pathlib import Path

import numpy as np

from example import MODELS, ROOT

sys.path.append(str(ROOT / "test" / "e2e" / "pixels"))
import definition  # noqa: E402

HEIGHT, WIDTH = 240, 320


def disc(image, centre, radii, colour):
    """Fills an ellipse; rows first."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    inside = ((rows - centre[0]) / radii[0]) ** 2 + ((columns - centre[1]) / radii[1]) ** 2 <= 1
    image[inside] = colour


def empty_room():
    """A wall above a floor, with the noise of a camera."""
    image = np.full((HEIGHT, WIDTH, 3), (196, 188, 170), np.float64)
    image[160:] = (120, 92, 66)
    image[30:110, 210:290] = (150, 190, 220)
    return image


def somebody():
    """A figure in the room."""
    image = empty_room()
    disc(image, (200, 160), (110, 62), (60, 70, 110))
    disc(image, (92, 160), (46, 36), (214, 168, 140))
    disc(image, (62, 160), (26, 38), (70, 48, 36))
    for column in (147, 173):
        disc(image, (88, column), (4, 6), (40, 30, 30))
    disc(image, (114, 160), (4, 14), (160, 80, 80))
    return image


def pictures():
    """RGB, 240 x 320: drawn ones, and colours with noise."""
    chance = np.random.default_rng(13)
    noise = np.kron(chance.integers(0, 256, (6, 8, 3)), np.ones((40, 40, 1)))
    return [np.clip(image + chance.normal(0, 6, image.shape), 0, 255).astype(np.uint8)
            for image in (empty_room(), somebody(), noise)]


def to_rgb565(image):
    """The bytes of lines, each word's high byte first."""
    r, g, b = (image[..., i].astype(np.uint16) >> shift for i, shift in enumerate((3, 2, 3)))
    return (r << 11 | g << 5 | b).astype(">u2").view(np.uint8)


def seen(frame):
    """The bytes that the network's input is made of: the middle, by Pillow's filter."""
    image = definition.convert("RGB565_BE", frame, HEIGHT, WIDTH, "RGB")
    return definition.RESIZES["pillow_bilinear"](np.ascontiguousarray(image[:, 40:280]), 96, 96)


def shares(images):
    """What the network says of them, by onnxruntime without its own integer kernels."""
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(MODELS / "vww_int8" / "model.onnx", options)
    # Scale 1/255, zero point -128: what a byte becomes.
    return [(session.run(None, {session.get_inputs()[0].name:
                                (image.astype(np.int16) - 128).astype(np.int8)[None]})[0][0] + 128.) / 256
            for image in images]


def draw(path):
    """Frames above, what the network sees of them below, and what it says."""
    from PIL import Image, ImageDraw
    page = Image.new("RGB", (3 * (WIDTH + 16) - 16, HEIGHT + 8 + 192 + 24), "white")
    text = ImageDraw.Draw(page)
    for column, picture in enumerate(pictures()):
        left = column * (WIDTH + 16)
        image = seen(to_rgb565(picture))
        [share] = shares([image])
        page.paste(Image.fromarray(picture), (left, 0))
        page.paste(Image.fromarray(image).resize((192, 192), Image.NEAREST), (left + 64, HEIGHT + 8))
        verdict = "a person" if share[1] > share[0] else "nobody"
        text.text((left + 64, HEIGHT + 206), f"{verdict} {100 * max(share):.0f}%", fill="black")
    page.quantize(96).save(path, optimize=True)


if __name__ == "__main__":
    draw(sys.argv[1])
