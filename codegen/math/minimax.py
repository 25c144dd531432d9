"""Weighted minimax polynomials for codegen/math, rounded to binary32 (or 64).

fit() is a Remez exchange on a dense grid; rounded() fixes one coefficient after the other to its
nearest float, lowest power first, and refits the rest, so that the rounding errors of the early
ones are made up for by the later ones.
"""
import mpmath as mp
import struct

mp.mp.dps = 45


def to_float(c, bits=32):
    if bits == 32:
        return mp.mpf(struct.unpack("f", struct.pack("f", float(c)))[0])
    return mp.mpf(float(c))


def fit(f, a, b, powers, weight, points=600, rounds=40):
    a, b = mp.mpf(a), mp.mpf(b)
    n = len(powers)
    grid = [(a + b) / 2 - (b - a) / 2 * mp.cos(mp.pi * i / (points - 1)) for i in range(points)]
    fs = [f(x) for x in grid]
    ws = [weight(x) for x in grid]
    pw = [[x ** p for p in powers] for x in grid]
    ref = [round(i * (points - 1) / n) for i in range(n + 1)]
    for _ in range(rounds):
        m = mp.matrix(n + 1, n + 1)
        rhs = mp.matrix(n + 1, 1)
        for i, g in enumerate(ref):
            for j in range(n):
                m[i, j] = pw[g][j] * ws[g]
            m[i, n] = (-1) ** i
            rhs[i] = fs[g] * ws[g]
        sol = mp.lu_solve(m, rhs)
        c = [sol[j] for j in range(n)]
        err = [ws[g] * (fs[g] - mp.fdot(c, pw[g])) for g in range(points)]
        # one extremum in each run of equal sign
        ext, start = [], 0
        for g in range(1, points + 1):
            if g == points or (err[g] > 0) != (err[start] > 0):
                ext.append(max(range(start, g), key=lambda k: abs(err[k])))
                start = g
        # drop the smallest, with its smaller neighbour so that the signs still alternate
        while len(ext) > n + 1:
            k = min(range(len(ext)), key=lambda i: abs(err[ext[i]]))
            if k in (0, len(ext) - 1) or len(ext) == n + 2:
                ext.pop(k if k in (0, len(ext) - 1) else (0 if abs(err[ext[0]]) < abs(err[ext[-1]]) else -1))
            else:
                ext.pop(k)
                k -= abs(err[ext[k - 1]]) < abs(err[ext[k]])
                ext.pop(k)
        if len(ext) < n + 1 or ext == ref:
            break
        ref = ext
    return c, max(abs(e) for e in err)


def rounded(name, f, a, b, powers, weight, fixed=None, bits=32, points=600):
    """Prints and returns {power: coefficient} of the rounded fit."""
    done = {p: mp.mpf(c) for p, c in (fixed or {}).items()}
    rest = [p for p in powers if p not in done]
    first = None
    while rest:
        g = lambda x: f(x) - sum(c * x ** p for p, c in done.items())
        c, e = fit(g, a, b, rest, weight, points)
        first = first if first is not None else e
        done[rest[0]] = to_float(c[0], bits)
        rest = rest[1:]
    grid = [mp.mpf(a) + (mp.mpf(b) - mp.mpf(a)) * i / 2000 for i in range(2001)]
    worst = max(abs(weight(x) * (f(x) - sum(c * x ** p for p, c in done.items()))) for x in grid)
    digits = 9 if bits == 32 else 17
    print(f"{name}: 2^{float(mp.log(first, 2)):.1f}, with rounded coefficients 2^{float(mp.log(worst, 2)):.1f}")
    print("   {" + ", ".join(f"{float(done[p]):.{digits}g}" for p in sorted(done)) + "}")
    return done
