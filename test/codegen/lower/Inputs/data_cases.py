"""Data movement, gathers and scatters, resize."""

import itertools

import numpy as np

from harness import Raw, case, layout, reference

rng = np.random.default_rng(3)
X = rng.normal(size=(2, 3, 4)).astype(np.float32)
I8 = rng.integers(-99, 99, (2, 3, 4)).astype(np.int8)

for perm in itertools.permutations(range(3)):
    case("transpose_" + "".join(map(str, perm)), "transpose", [X],
         X.transpose(perm), perm=perm)
for name, shape in [("merge", (6, 4)), ("split", (2, 3, 2, 2)), ("mix", (4, 6)),
                    ("flat", (24,)), ("unit", (1, 2, 1, 12))]:
    case(f"reshape_{name}", "reshape", [X], X.reshape(shape))
case("reshape_to_scalar", "reshape", [X[:1, :1, :1]], X[0, 0, 0])
case("reshape_bool", "reshape", [X > 0], (X > 0).reshape(4, 6))
case("broadcast_new", "broadcast", [X[0]], np.broadcast_to(X[0], (5, 3, 4)))
case("broadcast_one", "broadcast", [X[:, :1]],
     np.broadcast_to(X[:, :1], (2, 3, 4)))
case("tile_some", "tile", [X], np.tile(X, (2, 1, 3)), repeats=(2, 1, 3))
for axis in range(3):
    case(f"concat_{axis}", "concat", [X, X + 1, X[:, :, :]],
         np.concatenate([X, X + 1, X], axis), axis=axis)
case("concat_uneven", "concat", [I8, I8[:, :1]],
     np.concatenate([I8, I8[:, :1]], 1), axis=1)
case("slice_plain", "slice", [X], X[:, 1:3, 2:], starts=(0, 1, 2),
     sizes=(2, 2, 2), steps=(1, 1, 1))
case("slice_steps", "slice", [X], X[:, ::2, 1::2], starts=(0, 0, 1),
     sizes=(2, 2, 2), steps=(1, 2, 2))
case("slice_reversed", "slice", [X], X[::-1, 1:, ::-2], starts=(1, 1, 3),
     sizes=(2, 2, 2), steps=(-1, 1, -2))

PADS = (1, 0, 2, 0, 3, 1)
for mode in ("constant", "reflect", "edge", "wrap"):
    pairs = list(zip(PADS[:3], PADS[3:]))
    amounts = PADS if mode != "reflect" else (1, 0, 2, 0, 2, 1)
    pairs = list(zip(amounts[:3], amounts[3:]))
    case(f"pad_{mode}", "pad", [X], np.pad(X, pairs, mode=mode), pads=amounts,
         mode=Raw(f"#nn.pad_mode<{mode}>"))
case("pad_value", "pad", [X, np.float32(2.5)],
     np.pad(X, [(0, 1), (1, 0), (0, 0)], constant_values=2.5),
     pads=(0, 1, 0, 1, 0, 0), mode=Raw("#nn.pad_mode<constant>"))
case("pad_crops", "pad", [X], np.pad(X[:, 1:, :3], [(0, 0), (0, 2), (1, 0)]),
     pads=(0, -1, 1, 0, 2, -1), mode=Raw("#nn.pad_mode<constant>"))

ROWS = np.array([[0, 2], [-1, 1]], np.int64)
for axis in range(3):
    index = ROWS if axis == 1 else np.array([1, 0, -2], np.int64)
    case(f"gather_{axis}", "gather", [X, index], np.take(X, index, axis),
         axis=axis)
case("gather_scalar", "gather", [X, np.int32(-1)], X[:, -1], axis=1)
case("gather_clamps", "gather", [X, np.array([9, -9], np.int64)],
     X[:, [2, 0]], axis=1)
case("gather_i1", "gather", [X > 0, ROWS], np.take(X > 0, ROWS, 1), axis=1)
POSITIONS = rng.integers(-3, 3, (2, 2, 4))
case("gather_elements_1", "gather_elements", [X, POSITIONS],
     np.take_along_axis(X, POSITIONS, 1), axis=1)
for batch, tuples in [(0, [[0, 1], [1, -1]]), (0, [[1], [0]]),
                      (1, [[2], [-1]]), (0, [[[0, 1, 2]], [[1, 2, -4]]])]:
    tuples = np.array(tuples, np.int64)
    case(f"gather_nd_{batch}_{tuples.ndim}_{tuples.shape[-1]}", "gather_nd",
         [X, tuples], reference("GatherND", [X, tuples], batch_dims=batch),
         batch_dims=batch)

D = rng.normal(size=(4, 5)).astype(np.float32)
AT = np.array([[0, -1, 0], [2, 0, 2]], np.int64)
UPDATES = rng.normal(size=(2, 3)).astype(np.float32)
for reduction in ("none", "add", "mul", "max", "min"):
    attribute = Raw(f"#nn.scatter_reduction<{reduction}>")
    for axis in (0, 1):
        at = np.where(AT == 2, 3 - axis, AT) if reduction != "none" \
            else np.array([[0, 1, 2], [3, 2, 1]], np.int64)
        case(f"scatter_elements_{reduction}_{axis}", "scatter_elements",
             [D, at, UPDATES],
             reference("ScatterElements", [D, at, UPDATES], opset=18, axis=axis,
                       reduction=reduction), axis=axis, reduction=attribute)
    points = np.array([[1], [-1], [1]], np.int64) if reduction != "none" \
        else np.array([[1], [-1], [0]], np.int64)
    rows = rng.normal(size=(3, 5)).astype(np.float32)
    case(f"scatter_nd_{reduction}", "scatter_nd", [D, points, rows],
         reference("ScatterND", [D, np.mod(points, 4), rows], opset=18,
                   reduction=reduction), reduction=attribute)
case("scatter_nd_points", "scatter_nd",
     [D, np.array([[0, 1], [3, 4]], np.int64), np.array([7, 8], np.float32)],
     reference("ScatterND", [D, np.array([[0, 1], [3, 4]]),
                             np.array([7, 8], np.float32)]),
     reduction=Raw("#nn.scatter_reduction<none>"))

IMAGE = rng.normal(size=(1, 2, 4, 3)).astype(np.float32)
COORDINATES = ("half_pixel", "half_pixel_symmetric", "pytorch_half_pixel",
               "align_corners", "asymmetric")


def resize(name, mode, coordinate, nearest, scales, exclude=0):
    scales = [1.0, 1.0, *scales]
    expected = reference(
        "Resize", [IMAGE, None, np.array(scales, np.float32)], opset=19,
        mode=mode, coordinate_transformation_mode=coordinate,
        nearest_mode=nearest, exclude_outside=exclude)
    case(name, "resize", [IMAGE], expected, mode=Raw(f"#nn.resize_mode<{mode}>"),
         coordinate=Raw(f"#nn.resize_coordinate<{coordinate}>"),
         nearest=Raw(f"#nn.resize_nearest<{nearest}>"), scales=scales,
         exclude_outside=bool(exclude))


for coordinate in COORDINATES:
    for nearest in ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"):
        resize(f"resize_nearest_{coordinate}_{nearest}", "nearest", coordinate,
               nearest, (1.5, 0.7))
    for mode in ("linear", "cubic"):
        for name, scales in [("up", (2.0, 3.0)), ("down", (0.5, 0.7))]:
            resize(f"resize_{mode}_{coordinate}_{name}", mode, coordinate,
                   "floor", scales)
resize("resize_repeat", "nearest", "asymmetric", "floor", (2.0, 3.0))
resize("resize_cubic_exclude", "cubic", "half_pixel", "floor", (2.0, 0.8), 1)


def interpolate(name, x, axes, taps, positions):
    """Random tables for `positions` of each axis; sums in Python's integers."""
    expected, tables = x.astype(object), ([], [])
    for axis, count, size in zip(axes, taps, positions):
        index = rng.integers(0, x.shape[axis], (count, size))
        weight = rng.integers(-9, 99, (count, size))
        shape = [-1 if d == axis else 1 for d in range(x.ndim)]
        expected = sum(np.take(expected, i, axis) * w.astype(object).reshape(shape)
                       for i, w in zip(index, weight))
        for table, values in zip(tables, (index, weight)):
            table.append(f"array<i32: {', '.join(map(str, values.ravel()))}>")
    case(name, "interpolate", [x], expected.astype(np.int32), axes=axes, taps=taps,
         indices=Raw(f"[{', '.join(tables[0])}]"), weights=Raw(f"[{', '.join(tables[1])}]"),
         accumulator=Raw("i32"))


for kind in (np.int8, np.uint8, np.int16, np.uint16, np.int32):
    INTEGERS = rng.integers(0 if np.iinfo(kind).min == 0 else -99, 200, (2, 3, 4, 5)) % 128
    interpolate(f"interpolate_{np.dtype(kind)}", INTEGERS.astype(kind), (1, 2), (2, 2), (7, 3))
interpolate("interpolate_one", I8, (2,), (4,), (6,))
interpolate("interpolate_three", I8, (0, 1, 2), (2, 1, 3), (3, 5, 2))


def piecewise(name, x, storage, least, greatest, bits, breaks, degree):
    """Random polynomials, in Python's integers."""
    rows = ((greatest - least) >> bits) + 1 + len(breaks)
    words = rng.integers(-900, 900, (rows, degree + 1))
    shifts = [int(n) for n in rng.integers(0, 4, degree)]
    low, high = np.iinfo(storage).min, np.iinfo(storage).max - 1
    def one(q):
        q = min(max(int(q), least), greatest)
        row = words[((q - least) >> bits) + sum(place <= q for place in breaks)]
        u, v = (q - least) % 2 ** bits, int(row[degree])
        for k in reversed(range(degree)):
            v = ((v * u) >> shifts[k]) + int(row[k])
        return min(max(v >> 2, low), high)
    expected = np.vectorize(one, otypes=[object])(x).astype(storage)
    name_of = {"int8": "i8", "uint8": "ui8", "int16": "i16", "uint16": "ui16", "int32": "i32"}
    case(name, "piecewise", [x], expected, least=least, greatest=greatest, bits=bits,
         breaks=tuple(breaks), shifts=tuple(shifts), shift=2, min=int(low), max=int(high),
         coefficients=Raw(f"array<i32: {', '.join(map(str, words.ravel()))}>"),
         storage=Raw(name_of[np.dtype(storage).name]))


ALL = rng.integers(-32768, 32768, (2, 3, 40))
piecewise("piecewise_line", ALL.astype(np.int16), np.int16, -32768, 32767, 12, [], 1)
piecewise("piecewise_breaks", ALL.astype(np.int16), np.int8, -2000, 3000, 6, [-1999, 7, 8], 2)
piecewise("piecewise_unsigned", (ALL + 32768).astype(np.uint16), np.uint8, 9, 65500, 10, [40000], 2)
piecewise("piecewise_constants", (ALL % 256).astype(np.uint8), np.uint16, 0, 255, 3, [], 0)
piecewise("piecewise_words", (ALL % 100).astype(np.int8), np.int32, -128, 127, 5, [0], 3)


def grid_sample(name, image, grid, mode, padding, corners, last):
    expected = reference("GridSample", [image, grid], opset=20, mode=mode,
                         padding_mode=padding, align_corners=int(corners))
    if last:
        image, expected = (np.ascontiguousarray(np.moveaxis(x, 1, -1))
                           for x in (image, expected))
    case(name, "grid_sample", [image, grid], expected,
         mode=Raw(f"#nn.resize_mode<{mode}>"),
         padding=Raw(f"#nn.grid_padding<{padding}>"),
         align_corners=corners, layout=layout(last))


# Far outside as well, in no other place than onnx's: its own sums are floats.
GRID = rng.uniform(-2.5, 2.5, size=(1, 5, 6, 2)).astype(np.float32)
for mode in ("nearest", "linear", "cubic"):
    for padding in ("zeros", "border", "reflection"):
        for corners in (False, True):
            kind = f"{mode}_{padding}{'_corners' if corners else ''}"
            grid_sample(f"grid_sample_{kind}", IMAGE, GRID, mode, padding,
                        corners, last=corners)
grid_sample("grid_sample_1d", rng.normal(size=(2, 3, 7)).astype(np.float32),
            rng.uniform(-1.2, 1.2, size=(2, 9, 1)).astype(np.float32),
            "linear", "reflection", False, last=True)
grid_sample("grid_sample_3d", rng.normal(size=(1, 2, 3, 4, 2)).astype(np.float32),
            rng.uniform(-1.2, 1.2, size=(1, 2, 2, 3, 3)).astype(np.float32),
            "linear", "zeros", False, last=False)
# Dimensions of one or two elements, where a cubic window folds several times.
grid_sample("grid_sample_small", rng.normal(size=(1, 1, 2, 1)).astype(np.float32),
            rng.uniform(-1.5, 1.5, size=(1, 3, 4, 2)).astype(np.float32),
            "cubic", "reflection", False, last=False)
# Halves go to the even neighbour.
grid_sample("grid_sample_ties", rng.normal(size=(1, 1, 4, 4)).astype(np.float32),
            np.stack(np.meshgrid(np.arange(-6, 7, dtype=np.float32) / 4,
                                 np.arange(-6, 7, dtype=np.float32) / 4), -1)[None],
            "nearest", "reflection", False, last=False)
# What is neither near nor a number lies outside: NaN before the first element.
BEYOND = np.array([[[[np.nan, 0], [np.inf, 0], [-np.inf, 0], [1e30, 0], [0, np.nan]]]],
                  np.float32)
PIXELS = np.arange(1, 10, dtype=np.float32).reshape(1, 1, 3, 3)
for padding, expected in (("zeros", [0, 0, 0, 0, 0]), ("border", [4, 6, 4, 6, 2])):
    case(f"grid_sample_beyond_{padding}", "grid_sample", [PIXELS, BEYOND],
         np.array(expected, np.float32).reshape(1, 1, 1, 5),
         mode=Raw("#nn.resize_mode<linear>"),
         padding=Raw(f"#nn.grid_padding<{padding}>"), align_corners=True,
         layout=layout(False))
