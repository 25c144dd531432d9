#!/usr/bin/env python3
"""Builds one example with dlc from the build tree or installed, and runs it under QEMU, or on an
emulated GPU.

    check_example.py keyword-firmware --where installed --build build --work build/w --cmake cmake
"""

import argparse
import shutil
import sys
from pathlib import Path

import numpy as np

import camera_frames
import video_frames
from example import MODELS, ROOT, SKIPPED, Failure, build_example, missing, run

sys.path.insert(0, str(MODELS))
from compiled_network import load_test_set  # noqa: E402

CLASSES = "airplane automobile bird cat deer dog frog horse ship truck".split()


def check_firmware(arguments, root):
    folder = build_example("keyword-firmware", "cortex-m4.cmake", "kws_fp32",
                           arguments.cmake, root, arguments.work)
    # The line that the example's own test looks for is onnxruntime's result.
    _, [scores] = load_test_set(MODELS / "kws_fp32")
    best = int(scores.argmax())
    expected = f"class {best}, score {np.floor(scores[0][best] * 1e4) / 1e4:.4f}"
    text = run(Path(arguments.cmake).with_name("ctest"), "--test-dir", folder, "--verbose")
    if expected not in text:
        raise Failure(f"no '{expected}' in\n{text}")
    print(expected)


def check_camera(arguments, root):
    folder = build_example("person-camera", Path("..", "keyword-firmware", "cortex-m4.cmake"),
                           "vww_int8", arguments.cmake, root, arguments.work,
                           beside=["keyword-firmware"])
    frames = [camera_frames.to_rgb565(picture) for picture in camera_frames.pictures()]
    (folder / "frames.bin").write_bytes(b"".join(frame.tobytes() for frame in frames))
    said = run("env", f"--chdir={folder}", "qemu-system-arm", "-M", "mps2-an386", "-display", "none",
               "-monitor", "none", "-serial", "none", "-semihosting-config",
               "enable=on,target=native", "-kernel", folder / "firmware.elf").splitlines()
    wanted = camera_frames.shares([camera_frames.seen(frame) for frame in frames])
    verdicts = set()
    for text, share in zip(said, wanted, strict=True):
        verdict = "a person" if share[1] > share[0] else "nobody"
        print(f"{text}; onnxruntime: {verdict} {max(share):.4f}")
        words, percent = text.rsplit(maxsplit=1)
        verdicts.add(verdict)
        if words != verdict or abs(float(percent.rstrip("%")) / 100 - max(share)) > 0.01:
            raise Failure("another result than onnxruntime's")
    if len(verdicts) != 2:
        raise Failure("frames of one kind prove nothing")


def run_boxes(source, prefix, *command):
    """(name, score, corners) of each box of each frame, by the program."""
    found = []
    for line in run(*command, source, prefix, len(video_frames.SCENES)).splitlines():
        if line.startswith("frame "):
            found.append([])
        else:
            name, score, _, x0, y0, _, x1, y1 = line.split()
            found[-1].append((name, float(score.rstrip("%")) / 100, np.array([x0, y0, x1, y1], float)))
    return found


def compare_boxes(found, wanted, cards):
    """With onnxruntime's, and with what has been laid on the table."""
    if [name for name, *_ in sorted(cards)] != sorted(name for name, *_ in found):
        raise Failure(f"{found} in place of {cards}")
    # Numbers of 1 and 0.1 are printed, of 1/16 pixel.
    for (name, score, corners), (other, share, places) in zip(found, wanted, strict=True):
        if name != other or abs(score - share) > 0.006 or np.abs(corners - places).max() > 0.12:
            raise Failure(f"{name} {score} {corners} in place of {other} {share} {places}")
        best = max(video_frames.overlap(corners, np.array(c)) for n, c in cards if n == name)
        print(f"{name} {score}: {best:.3f} of the card")
        if best < 0.85:
            raise Failure("a box that is not the card's")


def compare_picture(path, frame, found):
    """Where nothing is drawn it is the frame; each box's lower side has one color."""
    picture = video_frames.read_ppm(path).astype(int)
    height, width = frame.shape[0], frame.shape[1] // 2
    plain = video_frames.definition.convert("YUYV", frame, height, width, "RGB").astype(int)
    drawn = np.abs(picture - plain).max(-1) > 2
    allowed = np.zeros_like(drawn)
    for _, _, (x0, y0, x1, y1) in found:
        x0, y0, x1, y1 = (int(v) for v in (x0, y0, x1, y1))
        allowed[max(y0 - 20, 0):y1 + 2, max(x0 - 2, 0):max(x1, x0 + 150) + 2] = True
        allowed[y0 + 22:y1 - 4, x0 + 4:x1 - 4] = False
        side = picture[y1 - 2, x0 + 4:x1 - 4]
        if np.ptp(side, axis=0).max() > 8 or not drawn[y1 - 2, x0 + 4:x1 - 4].all():
            raise Failure(f"{path}: no outline at row {y1 - 2}, columns {x0} to {x1}")
    if (drawn & ~allowed).any():
        raise Failure(f"{path}: pixels outside of what is to be drawn are changed")


def check_device(folder, source, found):
    """The file as a camera, by V4L2's calls: its second frame is broken, and there is always one more."""
    fake = folder / "fake_camera.so"
    run("cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", fake,
        Path(__file__).with_name("fake_camera.c"))
    program = ["env", f"LD_PRELOAD={fake}", folder / "boxes"]
    # Two buffers: the file's first two frames again and again.
    seen = run_boxes(source, folder / "device", *program)
    for boxes, number in zip(seen, (0, 0, 1), strict=True):
        if str(boxes) != str(found[number]):
            raise Failure(f"by V4L2 {boxes} in place of {found[number]}")
    try:
        run("env", "FAKE_CAMERA=other", *program[1:], source, folder / "device")
    except Failure as failure:
        if "no YUYV of the network's size" in str(failure):
            return
    raise Failure("a camera with another size is taken")


def check_linux(arguments, root):
    model = arguments.work / "network" / "model.onnx"
    model.parent.mkdir(parents=True, exist_ok=True)
    run(sys.executable, ROOT / "docs" / "examples" / "linux-camera" / "detector.py", model)
    frames = video_frames.frames()
    wanted = [video_frames.expected(model, frame) for frame in frames]
    source = arguments.work / "frames.yuyv"
    source.write_bytes(b"".join(frame.tobytes() for frame in frames))
    for toolchain, *emulator in LINUX:
        folder = build_example("linux-camera", toolchain, model.parent.absolute(), arguments.cmake, root,
                               arguments.work, beside=["raspberry-pi-zero"])
        found = run_boxes(source, folder / "seen", *emulator, folder / "boxes")
        for number, frame in enumerate(frames):
            compare_boxes(found[number], wanted[number], video_frames.SCENES[number])
            compare_picture(folder / f"seen{number}.ppm", frame, found[number])
    check_device(folder, source, found)


def check_raspberry(arguments, root):
    folder = build_example("raspberry-pi-zero", "armv6-softfp.cmake", "resnet8_fp32",
                           arguments.cmake, root, arguments.work)
    run(Path(arguments.cmake).with_name("ctest"), "--test-dir", folder)
    for index in range(3):
        [image], [scores] = load_test_set(MODELS / "resnet8_fp32", index)
        (folder / "image.bin").write_bytes(image.tobytes())
        name, score = run("qemu-arm", "-cpu", "arm1176", "-L", "/usr/arm-linux-gnueabi",
                          folder / "classify", folder / "image.bin").split()
        best = int(scores.argmax())
        print(f"{name} {score}, onnxruntime: {CLASSES[best]} {scores[0][best]:.4f}")
        if name != CLASSES[best] or abs(float(score) - scores[0][best]) > 2e-4:
            raise Failure("another result than onnxruntime's")


def shrunk(picture, size):
    """What frame.c makes of a picture."""
    height, width = picture.shape[:2]
    side = min(height, width)
    left, top = (width - side) // 2, (height - side) // 2
    edges = np.arange(size + 1) * side // size
    return np.array([[picture[top + y0:top + y1, left + x0:left + x1].mean((0, 1)) / 255
                      for x0, x1 in zip(edges, edges[1:])] for y0, y1 in zip(edges, edges[1:])], np.float32)


def check_jetson(arguments, root):
    import onnxruntime
    folder = build_example("jetson-tx2", None, "vww_fp32", arguments.cmake, root, arguments.work)
    session = onnxruntime.InferenceSession(MODELS / "vww_fp32" / "model.onnx")
    random = np.random.default_rng(62)
    for index, (height, width) in enumerate([(96, 96), (480, 640), (300, 150)]):
        # Areas of colour, with noise.
        colours = np.kron(random.integers(0, 256, (6, 6, 3)), np.ones((height // 6 + 1, width // 6 + 1, 1)))
        picture = np.clip(colours[:height, :width] + random.normal(0, 20, (height, width, 3)), 0, 255).astype(np.uint8)
        frame = folder / f"frame{index}.ppm"
        frame.write_bytes(f"P6\n{width} {height}\n255\n".encode() + picture.tobytes())
        [scores] = session.run(None, {session.get_inputs()[0].name: shrunk(picture, 96)[None]})
        text = run("env", f"LD_LIBRARY_PATH={root / 'lib/dlc/cuda'}", folder / "detect", frame)
        print(f"{text.strip()}, onnxruntime: {scores[0][1]:.4f}")
        verdict = "a person" if scores[0][1] > 0.5 else "nobody"
        if verdict not in text or abs(float(text.split("(")[1].split(")")[0]) - scores[0][1]) > 2e-4:
            raise Failure("another result than onnxruntime's")


# Toolchain files, and what runs their programs; the machine itself is the last one.
LINUX = [(Path("..", "raspberry-pi-zero", "armv6-softfp.cmake"), "qemu-arm", "-cpu", "arm1176", "-L",
          "/usr/arm-linux-gnueabi"),
         ("armv8.cmake", "qemu-aarch64", "-cpu", "cortex-a53", "-L", "/usr/aarch64-linux-gnu"),
         (None,)]

EXAMPLES = {
    "jetson-tx2": (check_jetson, []),
    "keyword-firmware": (check_firmware, ["arm-none-eabi-gcc", "qemu-system-arm"]),
    "linux-camera": (check_linux, ["arm-linux-gnueabi-gcc", "qemu-arm", "aarch64-linux-gnu-gcc", "qemu-aarch64"]),
    "person-camera": (check_camera, ["arm-none-eabi-gcc", "qemu-system-arm"]),
    "raspberry-pi-zero": (check_raspberry, ["arm-linux-gnueabi-gcc", "qemu-arm"]),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("example", choices=EXAMPLES)
    parser.add_argument("--where", choices=["build-tree", "installed"], required=True)
    parser.add_argument("--cmake", required=True)
    parser.add_argument("--build", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    arguments = parser.parse_args()
    check, programs = EXAMPLES[arguments.example]
    if names := missing(*programs):
        print(f"skipped: not installed: {', '.join(names)}")
        return SKIPPED
    root = arguments.build
    try:
        if arguments.where == "installed":
            root = arguments.work / "prefix"
            shutil.rmtree(root, ignore_errors=True)
            run(arguments.cmake, "--install", arguments.build, "--prefix", root)
        check(arguments, root)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
