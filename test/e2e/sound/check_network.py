#!/usr/bin/env python3
"""MLPerf Tiny's networks of sound, from samples to the answer in one object.

    check_network.py cortex-m4 --dlc build/bin/dlc --work build/sound

They answer as they do to features that libraries.py makes in float64. With postprocess the
answer is the best classes, or how far the network is from its features, as MLPerf Tiny has
it; networks of float32 are compared with onnxruntime.
"""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "harness"))

import case_runs  # noqa: E402
import libraries  # noqa: E402
import programs  # noqa: E402
from clips import speech  # noqa: E402
from check_mel import mel  # noqa: E402

MODELS = HERE.parents[1] / "models"


def keywords(clip):
    peak = max(1, int(clip.max())) / 32768
    step = mel("tf_signal", window=480, hop=320, range=[20, 4000])
    energies = libraries.tf_signal(clip / peak, 16000, step)
    return libraries.dct(np.log(energies + 1e-6), 10, "tf_signal").reshape(1, 49, 10, 1)


def anomalies(clip):
    step = mel("librosa", window=1024, fft=1024, hop=512, bins=128, range=[0, 8000], center=False)
    energies = libraries.librosa(clip, 16000, step)
    return (10 * np.log10(energies + np.finfo(float).eps)).reshape(1, 640)


TOP = 3
NETWORKS = {
    "kws_fp32": ("mlperf_kws", 16000, keywords, (1, 12), np.float32),
    "kws_int8": ("mlperf_kws", 16000, keywords, (1, 12), np.int8),
    "ad01_int8": ("mlperf_ad", 3072, anomalies, (1, 640), np.int8),
    "ad01_fp32": ("mlperf_ad", 3072, anomalies, (1, 640), np.float32),
}


def stored_as(folder, which):
    """Scale and zero point of an input or output."""
    header = (folder / "plain.h").read_text()
    scale, zero = (re.search(rf"NET_{which}_0_{name} (\S+)", header)[1]
                   for name in ("SCALE", "ZERO_POINT"))
    return float(scale.rstrip("f")), int(zero)


def prepared(folder, features, kind):
    if kind == np.float32:
        return features.astype(np.float32)
    scale, zero = stored_as(folder, "INPUT")
    stored = np.rint(features.astype(np.float32) / np.float32(scale)) + zero
    return np.clip(stored, -128, 127).astype(np.int8)


def check(arguments, name):
    preset, samples, features, shape, kind = NETWORKS[name]
    folder = arguments.work / f"{name}-{arguments.target}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes((MODELS / name / "model.onnx").read_bytes())
    (folder / "sound.yaml").write_text(
        f"audio: {{rate: 16000, samples: {samples}}}\npreset: {preset}\n")
    if kind == np.int8:
        subprocess.run(
            [arguments.dlc, folder / "model.onnx", f"--target={arguments.target}", "--name=net",
             "-o", folder / "plain.o"], check=True, stderr=subprocess.DEVNULL)
    clips = [speech(seed)[8000 - samples // 2:][:samples] for seed in (1, 4, 7)]
    ready = [[prepared(folder, features(clip), kind)] for clip in clips]
    answers = [[np.zeros(shape, kind)]] * len(clips)
    right = programs.run(arguments, folder, ready, answers)
    found = programs.run(arguments, folder, [[clip] for clip in clips], answers,
                         options=[f"--pipeline={folder / 'sound.yaml'}"])
    # Features that are halfway between two integers may be the other one.
    most = 3 if kind == np.int8 else 1e-3 * np.abs(right).max()
    error = max(float(np.abs(np.subtract(a[0], b[0], dtype=np.float64)).max())
                for a, b in zip(found, right))
    same = all(a[0].argmax() == b[0].argmax() for a, b in zip(found, right))
    distinct = len({a[0].tobytes() for a in found})
    print(f"{name}: {error:.3g} off, {distinct} answers to {len(clips)} clips")
    return error <= most and same and distinct > 1 and \
        check_answer(arguments, name, clips, [a[0] for a in right])


def best_classes(shares):
    """Rows of a class and its share, 32767 is 1."""
    order = np.argsort(-shares, kind="stable")[:TOP]
    return np.stack([order, np.minimum(shares[order], 1) * 32767], axis=1)


def real_answer(name, folder, features, answer):
    """What the network itself answers to features, in real numbers; `answer` is dlc's."""
    kind = NETWORKS[name][-1]
    if kind == np.float32:
        session = onnxruntime.InferenceSession(folder / "model.onnx")
        given = {session.get_inputs()[0].name: features.astype(np.float32)}
        return session.run(None, given)[0].ravel().astype(np.float64)
    scale, zero = stored_as(folder, "OUTPUT")
    return (answer.ravel().astype(np.float64) - zero) * scale


def check_answer(arguments, name, clips, answers):
    preset, samples, features, *_ = NETWORKS[name]
    folder = arguments.work / f"{name}-{arguments.target}"
    has_words = preset == "mlperf_kws"
    (folder / "answer.yaml").write_text(
        f"audio: {{rate: 16000, samples: {samples}}}\npreset: {preset}\npostprocess: "
        + (f"{{classify: {{top: {TOP}}}}}\n" if has_words else "{anomaly: {}}\n"))
    empty = np.zeros((TOP, 2), np.int16) if has_words else np.zeros(1, np.float32)
    found = programs.run(arguments, folder, [[clip] for clip in clips], [[empty]] * len(clips),
                         options=[f"--pipeline={folder / 'answer.yaml'}"])
    wrong = 0
    for (answer,), clip, plain in zip(found, clips, answers):
        ready = features(clip)
        real = real_answer(name, folder, ready, plain)
        if has_words:
            wanted = best_classes(real)
            # A feature that is halfway between two integers may be the other one.
            off = np.abs(answer[:, 1] - wanted[:, 1]).max() / 32767
            right = answer[0, 0] == wanted[0, 0] and off < (0.02 if name.endswith("int8") else 1e-3)
        else:
            wanted = np.mean((real - ready.ravel()) ** 2)
            off = abs(answer[0] / wanted - 1)
            right = off < (1e-2 if name.endswith("int8") else 1e-3)
        print(f"{name}: {answer.ravel()} in place of {np.ravel(wanted)}")
        wrong += not right
    return not wrong


def main():
    arguments = case_runs.target_parser(__doc__).parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    wrong = sum(not check(arguments, name) for name in NETWORKS)
    print(f"{wrong} networks are wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
