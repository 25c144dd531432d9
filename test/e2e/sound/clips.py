"""Sounds of integers alone, the same everywhere."""

import functools

import numpy as np

SAMPLES = 16000


def noise(seed, count=SAMPLES):
    """Samples of 16 bits out of a linear congruential generator."""
    values = np.empty(count, np.int64)
    state = seed * 2654435761 % 2**32
    for i in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        values[i] = (state >> 16) - 32768
    return values


@functools.cache
def speech(seed):
    """Pulses and noise through resonators that change, in syllables: it has what speech has."""
    source = noise(seed)
    out = np.zeros(SAMPLES, np.int64)
    first = [0, 0, 0]
    second = [0, 0, 0]
    for i in range(SAMPLES):
        syllable = i * (3 + seed % 4) // SAMPLES
        period = 90 + 37 * ((syllable + seed) % 4) + i % 7
        within = i % (SAMPLES // (3 + seed % 4))
        loud = max(0, 4000 - abs(within - 2000))
        voiced = (syllable + seed) % 3 != 0
        excitation = (26000 if i % period == 0 else 0) if voiced else source[i] >> 2
        excitation += source[i] >> 9
        # y = x + 2 r cos(w) y1 - r^2 y2, in 12 bits.
        for history, turn, decay in ((first, 7900 - 310 * ((syllable * 5 + seed) % 7), 3950),
                                     (second, 5600 - 900 * ((syllable * 3 + seed) % 6), 3800)):
            value = excitation + (turn * history[0] - decay * history[1] >> 12)
            history[1] = history[0]
            history[0] = max(-2**20, min(2**20, value))
        out[i] = (first[0] + second[0]) * loud >> 13
    clip = np.clip(out, -32768, 32767).astype(np.int16)
    clip.flags.writeable = False
    return clip


def all_clips():
    """Ten like speech, and what is at the limits."""
    clips = [speech(seed) for seed in range(10)]
    i = np.arange(SAMPLES)
    clips += [
        np.zeros(SAMPLES, np.int16),
        noise(77).astype(np.int16),
        np.where(i % 2, -32768, 32767).astype(np.int16),
        np.where(i // 2 % 2, -32768, 32767).astype(np.int16),
        np.where(i % 4000 == 0, -32768, 0).astype(np.int16),
        np.where(i < 8000, (i % 3) - 1, np.where(i // 50 % 2, 32767, -32768)).astype(np.int16),
    ]
    return clips
