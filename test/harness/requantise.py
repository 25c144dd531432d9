"""Parameters of nn.rescale for a real factor, proved by rational arithmetic.

The definition is ONNX's, in real numbers: an accumulator a becomes
clamp(round_half_even(a * s) + zero). See docs/decisions/integer-arithmetic.md.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

HALF = Fraction(1, 2)


@dataclass
class Rescale:
    multiplier: int
    addend: int
    shift: int
    tie: int = 0
    ties_to_odd: bool = False

    def apply(self, a, low, high):
        v = a * self.multiplier + self.addend
        q = v >> self.shift
        if v - (q << self.shift) < self.tie and q % 2 != self.ties_to_odd:
            q -= 1
        return min(max(q, low), high)


def exact(a, s, zero, low, high):
    """Python rounds halves of fractions to even."""
    return min(max(round(a * s) + zero, low), high)


def steps(s, zero, reach, low, high):
    """For each value that integers of `reach` become, but the least, the least of
    them."""
    first, last = (exact(a, s, zero, low, high) for a in reach)
    for q in range(first + 1, last + 1):
        at = (q - zero - HALF) / s
        a = math.ceil(at)
        # At a half only the even one of two neighbours is reached.
        yield q, a + 1 if a == at and (q - zero) % 2 else a


def is_proved(rescale, s, zero, reach, low, high):
    """Whether it equals the definition for every integer of `reach` (least and
    greatest): neither staircase falls, and they have the same steps there."""
    if not (0 <= rescale.tie <= rescale.multiplier < 2 ** 31 and 0 <= rescale.shift <= 62
            and -2 ** 62 <= rescale.addend < 2 ** 62):
        return False
    if exact(reach[0], s, zero, low, high) != rescale.apply(reach[0], low, high):
        return False
    return (exact(reach[1], s, zero, low, high) == rescale.apply(reach[1], low, high)
            and all(rescale.apply(a, low, high) >= q > rescale.apply(a - 1, low, high)
                    for q, a in steps(s, zero, reach, low, high)))


def ties(s, reach):
    """The integers of `reach` whose products are halves of odd numbers: as the
    first of them and the distance to the next, or None."""
    p, q = s.numerator, s.denominator
    if q % 2:
        return None  # 2 a p = q (2 n + 1) is even on one side
    first = -(-(reach[0] - q // 2) // q) * q + q // 2
    return (first, q) if first <= reach[1] else None


def largest_shift(s, zero, low, high):
    """With which the multiplier has 31 bits and nothing more than 64."""
    top = 31 - max(math.ceil(math.log2(s)), -31)
    room = max(abs(zero), abs(low), abs(high)).bit_length() + 2
    shift = max(0, min(62 - room, top))
    while shift > 0 and round(s * 2 ** shift) >= 2 ** 31:
        shift -= 1
    return shift


def choose(s, zero, reach, low, high, shift=None):
    """The parameters, or None where there are none with that shift, or the largest."""
    if shift is None:
        shift = largest_shift(s, zero, low, high)
    multiplier = round(s * 2 ** shift)
    half = (zero << shift) + (1 << shift >> 1)
    halves = ties(s, reach)
    rescale = Rescale(multiplier, half, shift)
    if halves:
        # Too large by a * error: halves are moved to 0 or just above it.
        error = multiplier - s * 2 ** shift
        first, apart = halves
        last = first + (reach[1] - first) // apart * apart
        off = [a * error for a in (first, last)]
        rescale.addend += (up := max(0, math.ceil(-min(off))))
        rescale.tie = math.floor(max(off) + up) + 1
        rescale.ties_to_odd = bool(zero % 2)
    if is_proved(rescale, s, zero, reach, low, high):
        return rescale
    return None if halves else search(s, zero, shift, reach, low, high)


def search(s, zero, shift, reach, low, high):
    """Multiplier and addend where the nearest ones do not do: the room for the
    addend is concave in the multiplier."""
    rows = [(a, q << shift) for q, a in steps(s, zero, reach, low, high)]

    def least(m):
        return max(q - a * m for a, q in rows)

    def room(m):
        return min(q - (a - 1) * m for a, q in rows) - 1 - least(m)

    nearest = round(s * 2 ** shift)
    left, right = nearest - max(2, nearest >> 14), nearest + max(2, nearest >> 14)
    while right - left > 3:
        third = (right - left) // 3
        if room(left + third) < room(right - third):
            left += third
        else:
            right -= third
    m = max(range(left, right + 1), key=room)
    rescale = Rescale(m, least(m), shift)
    return rescale if is_proved(rescale, s, zero, reach, low, high) else None
