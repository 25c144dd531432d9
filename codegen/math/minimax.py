#!/usr/bin/env python3
"""Where the polynomials of this folder come from: weighted minimax fits.

    python3 codegen/math/minimax.py [name...]

prints the coefficients, lowest power first, and the largest weighted error
before and after they are rounded to the format. Needs mpmath.
"""

import struct
import sys

import mpmath as mp

mp.mp.dps = 45


def remez(f, low, high, powers, weight, points=600, rounds=40):
    """Exchange on a Chebyshev grid; returns coefficients and the error."""
    grid = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * i / (points - 1))
            for i in range(points)]
    values = [f(x) for x in grid]
    weights = [weight(x) for x in grid]
    basis = [[x ** p for p in powers] for x in grid]
    n = len(powers)
    reference = [round(i * (points - 1) / n) for i in range(n + 1)]
    for _ in range(rounds):
        matrix, right = mp.matrix(n + 1, n + 1), mp.matrix(n + 1, 1)
        for i, g in enumerate(reference):
            for j in range(n):
                matrix[i, j] = basis[g][j] * weights[g]
            matrix[i, n] = (-1) ** i
            right[i] = values[g] * weights[g]
        solution = mp.lu_solve(matrix, right)
        c = [solution[j] for j in range(n)]
        error = [w * (v - mp.fdot(c, b)) for w, v, b in zip(weights, values, basis)]
        extrema = alternating(error, n + 1)
        if len(extrema) < n + 1 or extrema == reference:
            break
        reference = extrema
    return c, max(abs(e) for e in error)


def alternating(error, count):
    """The largest error in each run of one sign, reduced to `count` of them."""
    extrema, start = [], 0
    for g in range(1, len(error) + 1):
        if g == len(error) or (error[g] > 0) != (error[start] > 0):
            extrema.append(max(range(start, g), key=lambda k: abs(error[k])))
            start = g
    size = lambda i: abs(error[extrema[i]])
    while len(extrema) > count:
        k = min(range(len(extrema)), key=size)
        last = len(extrema) - 1
        if len(extrema) == count + 1 or k in (0, last):
            extrema.pop(0 if size(0) < size(last) else last)
        else:
            # Two go, so that the signs still alternate.
            extrema.pop(k)
            extrema.pop(k - 1 if size(k - 1) < size(k) else k)
    return extrema


def rounded(f, low, high, degree, weight, fixed=(), bits=32):
    """Fixes one coefficient after the other to its nearest float, the lowest
    first, and refits the rest: later ones make up for earlier roundings."""
    low, high = mp.mpf(low), mp.mpf(high)
    done = dict(enumerate(mp.mpf(c) for c in fixed))
    best = None
    while len(done) <= degree:
        rest = range(len(done), degree + 1)
        g = lambda x: f(x) - sum(c * x ** p for p, c in done.items())
        c, error = remez(g, low, high, rest, weight)
        best = error if best is None else best
        nearest = float(c[0])
        if bits == 32:
            nearest = struct.unpack("f", struct.pack("f", nearest))[0]
        done[len(done)] = mp.mpf(nearest)
    g = lambda x: weight(x) * (f(x) - sum(c * x ** p for p, c in done.items()))
    worst = max(abs(g(low + (high - low) * i / 2000)) for i in range(2001))
    return done, best, worst


def odd(f, third):
    """(f(x) - x) / x^3 as a function of z = x^2, and the weight that makes its
    error relative to f."""
    def value(z):
        x = mp.sqrt(z)
        return (f(x) - x) / x ** 3 if x > mp.mpf("1e-12") else mp.mpf(third)
    return value, lambda z: mp.sqrt(z) ** 3 / f(mp.sqrt(z)) if z else mp.mpf(0)


def near_zero(f, limit):
    """f, which is 0/0 at 0 and there tends to `limit`."""
    return lambda x: f(x) if abs(x) > mp.mpf("1e-14") else mp.mpf(limit)


THIRD, SIXTH = mp.mpf(1) / 3, mp.mpf(1) / 6
LN2, LN10 = mp.log(2), mp.log(10)
HALF_LN2 = LN2 / 2 * mp.mpf("1.002")
MANTISSA = (mp.sqrt(0.5) - 1, mp.sqrt(2) - 1)
QUOTIENT = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2
EIGHTH_TURN = (mp.pi / 4 * mp.mpf("1.001")) ** 2
relative_log = lambda power: (
    lambda f: f ** power / mp.log1p(f) if f else mp.mpf(0))
relative_erf = lambda t: mp.erfc(t) / mp.erf(t)
atanh_tail = lambda t: 2 / LN2 * (
    (mp.atanh(mp.sqrt(t)) / mp.sqrt(t) - 1 - t / 3) / t ** 2)

# name: f, interval, degree, weight, leading coefficients that are given, bits
FITS = {
    "exp": (mp.exp, -HALF_LN2, HALF_LN2, 6, lambda x: mp.exp(-x), (1, 1)),
    "exp f64": (mp.exp, -HALF_LN2, HALF_LN2, 11, lambda x: mp.exp(-x),
                (1, 1, 0.5), 64),
    "exp2": (lambda x: mp.mpf(2) ** x, -0.5, 0.5, 6, lambda x: mp.mpf(2) ** -x,
             (1,)),
    "exp2 f64": (lambda x: mp.mpf(2) ** x, -0.5, 0.5, 11,
                 lambda x: mp.mpf(2) ** -x, (1,), 64),
    "expm1": (near_zero(lambda r: (mp.expm1(r) - r) / r ** 2, 0.5), -HALF_LN2,
              HALF_LN2, 5, lambda r: r ** 2 / mp.expm1(r) if r else mp.mpf(0)),
    "sinh": (odd(mp.sinh, SIXTH)[0], 0, 1, 3, odd(mp.sinh, SIXTH)[1]),
    "tanh": (odd(mp.tanh, -THIRD)[0], 0, 0.3025, 4, odd(mp.tanh, -THIRD)[1]),
    "tanh f64": (odd(mp.tanh, -THIRD)[0], 0, 0.3025, 10,
                 odd(mp.tanh, -THIRD)[1], (), 64),
    "erf small": (near_zero(lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1,
                            2 / mp.sqrt(mp.pi) - 1), 0, 0.765625, 5,
                  near_zero(lambda z: mp.sqrt(z) / mp.erf(mp.sqrt(z)), 1)),
    "erf large": (lambda t: mp.log(mp.erfc(t), 2), 0.875, 4, 6, relative_erf),
    "log": (near_zero(lambda f: (mp.log1p(f) - f + f * f / 2) / f ** 3, THIRD),
            *MANTISSA, 8, relative_log(3)),
    "log f64": (near_zero(lambda z: (2 * mp.atanh(mp.sqrt(z)) / mp.sqrt(z) - 2)
                          / z, 2 * THIRD), 0, QUOTIENT, 6, lambda z: z / 2, (),
                64),
    "log2": (near_zero(lambda f: (mp.log1p(f) - f) / f ** 2 / LN2, -0.5 / LN2),
             *MANTISSA, 8, lambda f: LN2 * relative_log(2)(f)),
    "log10": (near_zero(lambda f: (mp.log1p(f) - f) / f ** 2 / LN10,
                        -0.5 / LN10), *MANTISSA, 8,
              lambda f: LN10 * relative_log(2)(f)),
    "pow": (near_zero(atanh_tail, 0.4 / LN2), 0, QUOTIENT, 2,
            lambda t: t ** 2 * LN2 / 2),
    "pow f64": (near_zero(atanh_tail, 0.4 / LN2), 0, QUOTIENT, 7,
                lambda t: t ** 2 * LN2 / 2, (), 64),
    "asinh": (odd(mp.asinh, -SIXTH)[0], 0, 0.25, 4, odd(mp.asinh, -SIXTH)[1]),
    "acosh": (near_zero(lambda t: (mp.acosh(1 + t) / mp.sqrt(2 * t) - 1) / t,
                        -SIXTH / 2), 0, 0.5, 4,
              lambda t: t * mp.sqrt(2 * t) / mp.acosh(1 + t) if t
              else mp.mpf(0)),
    "atanh": (odd(mp.atanh, THIRD)[0], 0, 0.25, 5, odd(mp.atanh, THIRD)[1]),
    "sin": (odd(mp.sin, -SIXTH)[0], 0, EIGHTH_TURN, 3, odd(mp.sin, -SIXTH)[1]),
    "cos": (near_zero(lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z ** 2,
                      mp.mpf(1) / 24), 0, EIGHTH_TURN, 2,
            lambda z: z ** 2 / mp.cos(mp.sqrt(z))),
    "tan": (odd(mp.tan, THIRD)[0], 0, EIGHTH_TURN, 6, odd(mp.tan, THIRD)[1]),
    "asin": (odd(mp.asin, SIXTH)[0], 0, 0.5625 ** 2, 5, odd(mp.asin, SIXTH)[1]),
    "atan": (odd(mp.atan, -THIRD)[0], 0, 1, 8, odd(mp.atan, -THIRD)[1]),
    "rsqrt guess": (lambda v: 1 / mp.sqrt(v), 1, 4, 2, mp.sqrt),
}


def main(names):
    for name in names or FITS:
        fit = FITS[name]
        digits = 17 if len(fit) > 6 else 9
        coefficients, best, worst = rounded(*fit)
        print(f"{name}: 2^{float(mp.log(best, 2)):.1f}, with rounded "
              f"coefficients 2^{float(mp.log(worst, 2)):.1f}")
        print("  ", ", ".join(f"{float(c):.{digits}g}"
                              for c in coefficients.values()))


if __name__ == "__main__":
    main(sys.argv[1:])
