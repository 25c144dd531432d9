"""Elementwise ops, quantisation."""

import numpy as np

from harness import Raw, case, reference

rng = np.random.default_rng(1)
F = rng.normal(size=(3, 4, 5)).astype(np.float32)
G = rng.normal(size=(4, 1)).astype(np.float32)
UNIT = rng.uniform(-0.95, 0.95, size=(3, 5)).astype(np.float32)
POSITIVE = rng.uniform(0.1, 5, size=(3, 5)).astype(np.float32)
NAN, INF = np.float32(np.nan), np.float32(np.inf)
SPECIAL = np.array([NAN, INF, -INF, -0.0, 0.0, 1.5, -2.5, 0.5, 2.5],
                   np.float32)

for op, onnx_op, x in [
        ("abs", "Abs", SPECIAL), ("neg", "Neg", F), ("exp", "Exp", F),
        ("log", "Log", POSITIVE), ("sqrt", "Sqrt", POSITIVE),
        ("reciprocal", "Reciprocal", POSITIVE), ("sin", "Sin", F),
        ("cos", "Cos", F), ("tan", "Tan", UNIT), ("asin", "Asin", UNIT),
        ("acos", "Acos", UNIT), ("atan", "Atan", F), ("sinh", "Sinh", F),
        ("cosh", "Cosh", F), ("asinh", "Asinh", F),
        ("acosh", "Acosh", POSITIVE + 1), ("atanh", "Atanh", UNIT),
        ("tanh", "Tanh", F), ("erf", "Erf", F), ("sigmoid", "Sigmoid", F * 9),
        ("relu", "Relu", SPECIAL), ("floor", "Floor", SPECIAL),
        ("ceil", "Ceil", SPECIAL), ("round", "Round", SPECIAL),
        ("sign", "Sign", SPECIAL), ("is_nan", "IsNaN", SPECIAL),
        ("is_inf", "IsInf", SPECIAL), ("not", "Not", F > 0)]:
    case(f"{op}_of", op, [x], reference(onnx_op, [x]))

case("sigmoid_far", "sigmoid", [np.array([-200, -90, 90, 200], np.float32)],
     np.array([0, 0, 1, 1], np.float32))
I = np.array([[-7, 5, 100], [-128, 127, 0]], np.int8)
U = np.array([[200, 5, 100], [0, 127, 255]], np.uint8)
case("abs_i8", "abs", [I[:, :2][:1]], np.abs(I[:, :2][:1]))
case("abs_ui8", "abs", [U], U)
case("neg_i8", "neg", [I], -I)
case("sign_i8", "sign", [I], np.sign(I))
case("bit_not_ui8", "bit_not", [U], ~U)
case("is_inf_negative", "is_inf", [SPECIAL], SPECIAL == -INF,
     detect_positive=False)

for op, onnx_op in [("add", "Add"), ("sub", "Sub"), ("mul", "Mul"),
                    ("div", "Div"), ("prelu", "PRelu")]:
    case(f"{op}_same", op, [F, F[::-1].copy()],
         reference(onnx_op, [F, F[::-1].copy()]))
    case(f"{op}_broadcast", op, [F, G], reference(onnx_op, [F, G]))
case("add_scalar", "add", [np.float32(2), F], F + 2)
case("add_both_broadcast", "add", [F[:, :1], G[None]], F[:, :1] + G[None])
for op, function in [("max", np.maximum), ("min", np.minimum)]:
    other = np.where(np.arange(9) % 2 == 0, np.float32(1), NAN)
    case(f"{op}_nan", op, [SPECIAL, other], function(SPECIAL, other))
    case(f"{op}_ui8", op, [U, U[::-1].copy()], function(U, U[::-1]))
    case(f"{op}_i8", op, [I, I[::-1].copy()], function(I, I[::-1]))

A = np.array([7, -7, 7, -7, 6], np.int32)
B = np.array([3, 3, -3, -3, 3], np.int32)
case("div_i32", "div", [A, B], np.trunc(A / B).astype(np.int32))
case("div_ui8", "div", [U, np.full_like(U, 3)], U // 3)
case("mod_i32", "mod", [A, B], np.mod(A, B))
case("mod_i32_fmod", "mod", [A, B], np.fmod(A, B), fmod=True)
case("mod_ui8", "mod", [U, np.full_like(U, 7)], U % 7)
X = np.array([5.3, -5.3, 1e6, -0.3, 6.0], np.float32)
Y = np.array([2.1, 2.1, -0.7, 5, 2], np.float32)
case("mod_f32", "mod", [X, Y], np.fmod(X, Y), fmod=True, tolerance=1e-7)

case("pow_f32", "pow", [POSITIVE, UNIT], np.power(POSITIVE, UNIT))
case("pow_i32", "pow", [A, np.abs(B)], A ** np.abs(B))
case("and_i1", "and", [F > 0, G > 0], (F > 0) & (G > 0))
case("or_i1", "or", [F > 0, G > 0], (F > 0) | (G > 0))
case("xor_i1", "xor", [F > 0, G > 0], (F > 0) ^ (G > 0))
case("bit_and_i8", "bit_and", [I, I + 1], I & (I + 1))
case("bit_or_i8", "bit_or", [I, I + 1], I | (I + 1))
case("bit_xor_i8", "bit_xor", [I, I + 1], I ^ (I + 1))
S = np.array([[1, 7, 8], [0, 3, 200]], np.uint8)
case("shift_left_ui8", "shift_left", [U, S],
     np.where(S < 8, U.astype(int) << np.minimum(S, 8), 0).astype(np.uint8))
case("shift_right_ui8", "shift_right", [U, S],
     np.where(S < 8, U >> np.minimum(S, 7), 0).astype(np.uint8))

for predicate, function in [("eq", np.equal), ("lt", np.less),
                            ("le", np.less_equal), ("gt", np.greater),
                            ("ge", np.greater_equal)]:
    attribute = Raw(f"#nn.predicate<{predicate}>")
    for kind, x, y in [("f32", SPECIAL, SPECIAL[::-1].copy()),
                       ("ui8", U, U[::-1].copy()), ("i8", I, I[::-1].copy())]:
        case(f"compare_{predicate}_{kind}", "compare", [x, y], function(x, y),
             predicate=attribute)

case("select_broadcast", "select", [G > 0, F, np.float32(3)],
     np.where(G > 0, F, np.float32(3)))
case("clip_both", "clip", [SPECIAL], np.clip(SPECIAL, -1, 2), min=-1.0, max=2.0)
case("clip_min", "clip", [F], np.maximum(F, 0.5), min=0.5)
case("clip_ui8_saturates", "clip", [U], np.minimum(U, 130), min=-5.0, max=130.0)
case("clip_i8_saturates", "clip", [I], np.maximum(I, -3), min=-3.0, max=1e9)

WHOLE = np.array([0, 1, -3.7, 100.9], np.float32)
for dtype in [np.int8, np.int32, np.int64, np.float64, np.bool_, np.float16]:
    case(f"cast_f32_{np.dtype(dtype).name}", "cast", [WHOLE],
         WHOLE.astype(dtype), tolerance=1e-3)
case("cast_f32_ui8", "cast", [np.abs(WHOLE)], np.abs(WHOLE).astype(np.uint8))
for source in [U, I, F > 0]:
    for dtype in [np.int32, np.float32, np.uint16, np.bool_]:
        case(f"cast_{source.dtype.name}_{np.dtype(dtype).name}", "cast",
             [source], source.astype(dtype))
case("cast_i32_i8", "cast", [A * 100], (A * 100).astype(np.int8))

Q = np.array([[-1e9, -1.25, -0.25, 0.25], [0.75, 1.25, 31.9, 1e9]], np.float32)
for dtype, zero in [(np.uint8, 128), (np.int8, -3)]:
    name = np.dtype(dtype).name
    scale, point = np.float32(0.5), dtype(zero)
    case(f"quantize_{name}", "quantize", [Q, scale, point],
         reference("QuantizeLinear", [Q, scale, point]))
    x = np.arange(0, 100, 9).astype(dtype).reshape(3, 4)
    scales = np.array([0.5, 0.25, 2], np.float32)
    points = np.array([1, 0, 5], dtype)
    case(f"dequantize_{name}_axis", "dequantize", [x, scales, points],
         reference("DequantizeLinear", [x, scales, points], axis=0), axis=0)
case("dequantize_i32", "dequantize", [A, np.float32(0.1)],
     A.astype(np.float32) * np.float32(0.1))
