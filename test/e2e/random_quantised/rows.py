"""A softmax of 16 bits, whose exponentials have a bound."""

import numpy as np


def distance_from_half(numbers, scale):
    steps = numbers / float(scale)
    return np.abs(steps - np.floor(steps) - 0.5).min()


def add_softmax(network):
    """Ends a network of 16 bits with a softmax of an input of its own, in a scale in which no result is as near to
    a half as its bound, (5 n / 2 + 5) 2^-31 of real numbers for rows of n, lets it be on the other side."""
    x = network.add_input([1, network.number(2, 12), network.number(2, 5), network.number(2, 5)],
                          near=network.pick(0.0001, 0.0005, 0.002))
    axis = network.number(1, 3)
    floats = x.reals.astype(float)
    power = np.exp(floats - floats.max(axis, keepdims=True))
    numbers = power / power.sum(axis, keepdims=True)
    bound = (2.5 * numbers.shape[axis] + 5) * 2.0 ** -31
    scales = [2.0 ** -16, 2.0 ** -15, 1 / 65535, 1 / 32767,
              *network.random.uniform(1e-5, 1e-4, 200)]
    # Some begin with a scale that is no power of two.
    scales = scales[network.number(0, 4):]
    scale = next(s for s in map(np.float32, scales)
                 if distance_from_half(numbers, s) > max(bound / float(s), 1e-5))
    network.quantised(network.node("Softmax", [network.dequantised(x)], axis=axis), numbers, scale=scale)
