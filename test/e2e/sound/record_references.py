#!/usr/bin/env python3
"""Records what TensorFlow's micro front end makes of the clips, as references.json.

    record_references.py FOLDER

FOLDER has tensorflow/lite/experimental/microfrontend/lib of TensorFlow Lite Micro (with its
sources in C++) and kissfft beside it. A program is built of them and run on each clip.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from clips import all_clips
from configurations import CONFIGURATIONS

HERE = Path(__file__).resolve().parent
LIBRARY = "tensorflow/lite/experimental/microfrontend/lib"
PROGRAM = """
#include <cstdio>
#include <cstdlib>
#include <vector>
#include "tensorflow/lite/experimental/microfrontend/lib/frontend.h"
#include "tensorflow/lite/experimental/microfrontend/lib/frontend_util.h"
int main(int, char **words) {
  FrontendConfig config;
  FrontendFillConfigWithDefaults(&config);
  int rate = atoi(words[1]);
  config.window.size_ms = atoi(words[2]);
  config.window.step_size_ms = atoi(words[3]);
  config.filterbank.num_channels = atoi(words[4]);
  config.filterbank.lower_band_limit = atof(words[5]);
  config.filterbank.upper_band_limit = atof(words[6]);
  config.noise_reduction.smoothing_bits = 10;
  config.noise_reduction.even_smoothing = 0.025;
  config.noise_reduction.odd_smoothing = 0.06;
  config.noise_reduction.min_signal_remaining = 0.05;
  config.pcan_gain_control.enable_pcan = 1;
  config.pcan_gain_control.strength = 0.95;
  config.pcan_gain_control.offset = 80.0;
  config.pcan_gain_control.gain_bits = 21;
  config.log_scale.enable_log = 1;
  config.log_scale.scale_shift = 6;
  FrontendState state;
  if (!FrontendPopulateState(&config, &state, rate)) return 1;
  std::vector<int16_t> samples(16000);
  size_t left = fread(samples.data(), 2, samples.size(), stdin);
  for (const int16_t *at = samples.data(); left;) {
    size_t read = 0;
    FrontendOutput output = FrontendProcessSamples(&state, at, left, &read);
    at += read, left -= read;
    if (output.values) fwrite(output.values, 2, output.size, stdout);
  }
}
"""


def build(folder, work):
    source = Path(work) / "record.cc"
    source.write_text(PROGRAM)
    parts = [path for path in sorted((folder / LIBRARY).glob("*.cc"))
             if not any(word in path.name for word in ("_test", "_main", "_io", "memmap"))]
    program = Path(work) / "record"
    subprocess.run(["g++", "-O1", f"-I{folder}", f"-I{folder}/kissfft", *parts,
                    folder / "kissfft/kiss_fft.cc", source, "-o", program], check=True)
    return program


def main():
    references = {}
    with tempfile.TemporaryDirectory() as work:
        program = build(Path(sys.argv[1]), work)
        for name, c in CONFIGURATIONS.items():
            words = [str(word) for word in (c.rate, c.window_ms, c.hop_ms, c.bins, *c.range)]
            references[name] = []
            for clip in all_clips():
                data = subprocess.run([program, *words], input=clip.tobytes(), check=True,
                                      stdout=subprocess.PIPE).stdout
                features = np.frombuffer(data, np.uint16)
                assert features.size == c.frames * c.bins
                references[name].append(
                    {"sha256": hashlib.sha256(data).hexdigest(),
                     "last": features[-c.bins:].tolist()})
    (HERE / "references.json").write_text(json.dumps(references) + "\n")


if __name__ == "__main__":
    main()
