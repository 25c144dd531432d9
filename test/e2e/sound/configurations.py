"""Settings of the micro front end that are recorded."""

from dataclasses import dataclass

from clips import SAMPLES


@dataclass
class Configuration:
    rate: int
    window_ms: int
    hop_ms: int
    bins: int
    range: tuple

    @property
    def window(self):
        return self.window_ms * self.rate // 1000

    @property
    def hop(self):
        return self.hop_ms * self.rate // 1000

    @property
    def frames(self):
        return (SAMPLES - self.window) // self.hop + 1


CONFIGURATIONS = {
    "micro_speech": Configuration(16000, 30, 20, 40, (125, 7500)),
    # A first pass of radix 2, windows of an odd size, few channels.
    "short": Configuration(9000, 21, 20, 7, (300, 2000)),
    # A whole window, and channels without any bin.
    "long": Configuration(16000, 64, 60, 64, (60, 3900)),
}
