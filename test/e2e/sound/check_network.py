#!/usr/bin/env python3
"""MLPerf Tiny's networks of sound, from samples to the answer in one object.

    check_network.py cortex-m4 --dlc build/bin/dlc --work build/sound

They answer as they do to features that libraries.py makes in float64.
"""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np

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


NETWORKS = {
    "kws_int8": ("mlperf_kws", 16000, keywords, (1, 12), np.int8),
    "ad01_int8": ("mlperf_ad", 3072, anomalies, (1, 640), np.int8),
    "ad01_fp32": ("mlperf_ad", 3072, anomalies, (1, 640), np.float32),
}


def prepared(arguments, folder, features, kind):
    if kind == np.float32:
        return features.astype(np.float32)
    header = (folder / "plain.h").read_text()
    scale, zero = (re.search(rf"NET_INPUT_0_{name} (\S+)", header)[1]
                   for name in ("SCALE", "ZERO_POINT"))
    stored = np.rint(features.astype(np.float32) / np.float32(scale.rstrip("f"))) + int(zero)
    return np.clip(stored, -128, 127).astype(np.int8)


def check(arguments, name):
    preset, samples, features, shape, kind = NETWORKS[name]
    folder = arguments.work / f"{name}-{arguments.target}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes((MODELS / name / "model.onnx").read_bytes())
    (folder / "sound.yaml").write_text(
        f"audio: {{rate: 16000, samples: {samples}}}\npreset: {preset}\n")
    subprocess.run(
        [arguments.dlc, folder / "model.onnx", f"--target={arguments.target}", "--name=net",
         "-o", folder / "plain.o"], check=True, stderr=subprocess.DEVNULL)
    clips = [speech(seed)[8000 - samples // 2:][:samples] for seed in (1, 4, 7)]
    ready = [[prepared(arguments, folder, features(clip), kind)] for clip in clips]
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
    return error <= most and same and distinct > 1


def main():
    arguments = case_runs.target_parser(__doc__).parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    wrong = sum(not check(arguments, name) for name in NETWORKS)
    print(f"{wrong} networks are wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
