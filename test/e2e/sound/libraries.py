"""Mel bands and their logarithms as libraries define them, in float64.

Written from the documentation of tf.signal, librosa 0.11, torchaudio 2 and Kaldi, whose
packages are too large to be needed by tests.
"""

import numpy as np


def slaney_to_hertz(mel):
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(np.log(6.4) / 27 * (mel - 15)))


def hertz_to_slaney(hertz):
    with np.errstate(divide="ignore"):
        return np.where(hertz < 1000, hertz * 3 / 200,
                        15 + np.log(np.maximum(hertz, 1) / 1000) * 27 / np.log(6.4))


def hertz_to_htk(hertz):
    return 2595 * np.log10(1 + hertz / 700)


def triangles(places, edges):
    """[bins, bands] of triangles from edge b over b + 1 to b + 2."""
    rising = (places[:, None] - edges[None, :-2]) / np.diff(edges)[None, :-1]
    falling = (edges[None, 2:] - places[:, None]) / np.diff(edges)[None, 1:]
    return np.maximum(0, np.minimum(rising, falling))


def hann(size):
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)


def frames_of(x, size, hop):
    count = (len(x) - size) // hop + 1
    return np.stack([x[i * hop:i * hop + size] for i in range(count)])


def tf_signal(samples, rate, step):
    """tf.signal.stft, abs, linear_to_mel_weight_matrix."""
    x = samples / 32768
    size = step["window"]
    window = hann(size) if size % 2 == 0 else \
        0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / (size - 1))
    spectrum = np.abs(np.fft.rfft(frames_of(x, size, step["hop"]) * window, step["fft"]))
    mel = lambda f: 1127 * np.log(1 + f / 700)  # noqa: E731
    places = mel(np.linspace(0, rate / 2, step["fft"] // 2 + 1)[1:])
    edges = np.linspace(mel(step["range"][0]), mel(step["range"][1]), step["bins"] + 2)
    weights = np.vstack([np.zeros(step["bins"]), triangles(places, edges)])
    return spectrum ** step["power"] @ weights


def centred(x, step, mode):
    """Frames of librosa.stft and torch.stft: the window is in the middle of the transform."""
    size, fft = step["window"], step["fft"]
    window = np.zeros(fft)
    window[(fft - size) // 2:(fft - size) // 2 + size] = hann(size)
    if step["center"]:
        x = np.pad(x, fft // 2, mode=mode)
    return np.abs(np.fft.rfft(frames_of(x, fft, step["hop"]) * window)) ** step["power"]


def librosa(samples, rate, step):
    """librosa.feature.melspectrogram, transposed."""
    spectrum = centred(samples / 32768, step, "constant")
    edges = slaney_to_hertz(np.linspace(*hertz_to_slaney(np.array(step["range"], float)),
                                        step["bins"] + 2))
    weights = triangles(np.fft.rfftfreq(step["fft"], 1 / rate), edges)
    return spectrum @ (weights * (2 / (edges[2:] - edges[:-2])))


def torchaudio(samples, rate, step):
    """torchaudio.transforms.MelSpectrogram, transposed."""
    spectrum = centred(samples / 32768, step, "reflect")
    mels = np.linspace(*hertz_to_htk(np.array(step["range"], float)), step["bins"] + 2)
    edges = 700 * (10 ** (mels / 2595) - 1)
    return spectrum @ triangles(np.linspace(0, rate // 2, step["fft"] // 2 + 1), edges)


def kaldi(samples, rate, step):
    """compute-fbank-feats without dither and energy, before the logarithm."""
    frames = frames_of(samples.astype(float), step["window"], step["hop"])
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    i = np.arange(step["window"])
    povey = (0.5 - 0.5 * np.cos(2 * np.pi * i / (step["window"] - 1))) ** 0.85
    spectrum = np.abs(np.fft.rfft((frames - 0.97 * before) * povey, step["fft"])) ** 2
    mel = lambda f: 1127 * np.log(1 + f / 700)  # noqa: E731
    edges = np.linspace(mel(step["range"][0]), mel(step["range"][1]), step["bins"] + 2)
    places = mel(np.arange(step["fft"] // 2) * rate / step["fft"])
    return spectrum[:, :-1] @ triangles(places, edges)


def dct(features, count, library):
    """tf.signal.mfccs_from_log_mel_spectrograms, or an orthogonal transform."""
    bands = features.shape[1]
    angle = np.pi * np.arange(count)[None, :] * (np.arange(bands)[:, None] + 0.5) / bands
    matrix = np.sqrt(2 / bands) * np.cos(angle)
    if library != "tf_signal":
        matrix[:, 0] /= np.sqrt(2)
    return features @ matrix
