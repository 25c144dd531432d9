"""Networks with a dimension `seq` (and one with `batch`), as exporters write them."""

import numpy as np
import onnx
from onnx import numpy_helper

WIDTH, HEADS, VOCABULARY = 16, 2, 23


def build(text, weights, seed=1):
    """A model from its text and the shapes of its weights."""
    generator = np.random.default_rng(seed)
    model = onnx.parser.parse_model('<ir_version: 8, opset_import: ["" : 18]>' + text)
    for name, shape in weights.items():
        fan = np.prod(shape[1:]) if len(shape) > 1 else 1
        value = generator.normal(size=shape) / np.sqrt(fan)
        model.graph.initializer.append(
            numpy_helper.from_array(value.astype(np.float32), name))
    return model


# Rows by themselves, then along the rows.
PLAIN = """
plain (float[seq,16] x) => (float[seq,8] y, float[1,8] top, float[8] mean, float[seq,8] shares) {
  a = MatMul (x, w)
  b = Add (a, bias)
  y = Relu (b)
  shares = Softmax <axis = 0> (b)
  top = ReduceMax <keepdims = 1> (y, zero)
  weighted = Mul (shares, y)
  mean = ReduceMean <keepdims = 0> (weighted, zero)
}
"""


def plain():
    model = build(PLAIN, {"w": (16, 8), "bias": (8,)})
    model.graph.initializer.append(numpy_helper.from_array(np.array([0]), "zero"))
    return model


def constants(model, **values):
    for name, value in values.items():
        model.graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))
    return model


# The shapes are computed from that of the tokens, as PyTorch's exporters do.
ENCODER = """
encoder (int64[1,seq] tokens) => (float[1,seq,23] logits, float[1,16] pooled, int64[1] best) {
  whole = Shape (tokens)
  length = Gather (whole, i1)
  lengths = Unsqueeze (length, v0)
  embedded = Gather (embedding, tokens)
  first = Slice (places, v0, lengths, v0)
  located = Add (embedded, first)
  order = Range (i0, length, i1)
  row = Unsqueeze (order, v0)
  column = Unsqueeze (order, v1)
  later = Less (row, column)
  near = Sub (column, row)
  far = Greater (near, i5)
  hidden = Or (later, far)
  split = Concat <axis = 0> (v1, lengths, heads, size)
  joined = Concat <axis = 0> (v1, lengths, width)
  qf = MatMul (located, wq)
  qs = Reshape (qf, split)
  q = Transpose <perm = [0, 2, 1, 3]> (qs)
  kf = MatMul (located, wk)
  ks = Reshape (kf, split)
  k = Transpose <perm = [0, 2, 3, 1]> (ks)
  vf = MatMul (located, wv)
  vs = Reshape (vf, split)
  v = Transpose <perm = [0, 2, 1, 3]> (vs)
  raw = MatMul (q, k)
  scaled = Div (raw, root)
  square = Concat <axis = 0> (lengths, lengths)
  nothing = ConstantOfShape <value = float[1] {-10000.0}> (square)
  seen = Where (hidden, nothing, scaled)
  soft = Softmax <axis = -1> (seen)
  mixed = MatMul (soft, v)
  back = Transpose <perm = [0, 2, 1, 3]> (mixed)
  flat = Reshape (back, joined)
  attended = MatMul (flat, wo)
  sum = Add (located, attended)
  normal = LayerNormalization <axis = -1> (sum, gain, shift)
  up = MatMul (normal, w1)
  root2 = Div (up, sqrt2)
  e = Erf (root2)
  e1 = Add (e, one)
  act = Mul (up, e1)
  down = MatMul (act, w2)
  out = Add (normal, down)
  logits = MatMul (out, wy)
  pooled = ReduceMean <keepdims = 0> (out, v1)
  strength = ReduceSum <keepdims = 0> (out, v2)
  best = ArgMax <axis = 1, keepdims = 0> (strength)
}
"""


def encoder():
    w = WIDTH
    model = build(ENCODER, {
        "embedding": (VOCABULARY, w), "places": (200, w), "wq": (w, w), "wk": (w, w),
        "wv": (w, w), "wo": (w, w), "gain": (w,), "shift": (w,), "w1": (w, 2 * w),
        "w2": (2 * w, w), "wy": (w, VOCABULARY)})
    i64, f32 = np.int64, np.float32
    return constants(
        model, i0=i64(0), i1=i64(1), i5=i64(5), v0=i64([0]), v1=i64([1]), v2=i64([2]),
        heads=i64([HEADS]), size=i64([w // HEADS]), width=i64([w]),
        root=f32(np.sqrt(w // HEADS)), sqrt2=f32(np.sqrt(2)), one=f32(1))


# Frames are the last dimension: the elements of a call lie otherwise than those
# of the longest one.
TCN = """
tcn (float[1,8,seq] x) => (float[1,12,seq] y, float[1,12,half] z, float[1,12] mean, float[1,12,pooled] p) {
  a = Conv <pads = [2, 2], kernel_shape = [5]> (x, w1, b1)
  b = Relu (a)
  causal = Pad (b, left)
  c = Conv <dilations = [2], kernel_shape = [3]> (causal, w2, b2)
  d = Tanh (c)
  y = Add (b, d)
  z = Conv <strides = [2], pads = [1, 1], kernel_shape = [3]> (y, w3, b3)
  m = MaxPool <kernel_shape = [3], strides = [2], pads = [1, 1]> (y)
  n = AveragePool <kernel_shape = [3], pads = [1, 1]> (m)
  p = AveragePool <kernel_shape = [2], pads = [0, 1], count_include_pad = 1> (n)
  g = GlobalAveragePool (y)
  mean = Flatten (g)
}
"""


def tcn():
    model = build(TCN, {"w1": (12, 8, 5), "b1": (12,), "w2": (12, 12, 3), "b2": (12,),
                        "w3": (12, 12, 3), "b3": (12,)})
    return constants(model, left=np.array([0, 0, 4, 0, 0, 0]))


RECURRENT = """
recurrent (float[seq,2,6] x) => (float[seq,2,2,9] y, float[2,2,9] yh, float[2,9] last, float[seq,2,5] g, float[1,2,5] gh) {{
  y, yh, yc = {first} <hidden_size = 9, direction = "bidirectional"> (x, w, r, b)
  joined = Transpose <perm = [0, 2, 1, 3]> (y)
  flat = Reshape (joined, shape)
  end = Gather <axis = 0> (flat, minus)
  last = ReduceMax <keepdims = 0> (y, v02)
  g3, gh = GRU <hidden_size = 5, linear_before_reset = 1, direction = "reverse"> (flat, w2, r2, b2)
  gs = Squeeze (g3, v1)
  endpart = MatMul (end, wend)
  g = Add (gs, endpart)
}}
"""


def recurrent():
    model = build(RECURRENT.format(first="LSTM"), {
        "w": (2, 36, 6), "r": (2, 36, 9), "b": (2, 72), "w2": (1, 15, 18), "r2": (1, 15, 5),
        "b2": (1, 30), "wend": (18, 5)})
    return constants(model, shape=np.array([0, 2, 18]), minus=np.int64(-1),
                     v02=np.array([0, 1]), v1=np.array([1]))


# What moves elements along the dimension, or looks for some.
MOVES = """
moves (float[2,seq,4] x) => (float[2,more,4] joined, float[2,seq,4] turned, float[2,3,4] last,
    float[2,seq,4] rest, float[2,padded,4] padded, float[wide,4] tall, float[2,2,4] best,
    int64[2,2,4] where, float[2,1,4] least, int64[2,2,4] top, float[2,seq,4] after) {
  short = Slice (x, v1, huge, axis1)
  joined = Concat <axis = 1> (x, short, x)
  turned = Slice (x, minus1, tiny, axis1, minus1)
  doubled = Concat <axis = 1> (x, x, x)
  last = Slice (doubled, minus3, huge, axis1)
  rest = CumSum <reverse = 1> (x, i1)
  exp = Exp (x)
  padded = Pad <mode = "constant"> (exp, pads, five)
  tall = Reshape (x, rows)
  best, where = TopK <axis = 1, largest = 0> (doubled, two)
  least = ReduceMin <keepdims = 1> (exp, axis1)
  product = CumSum <exclusive = 1> (x, i1)
  after = Add (product, turned)
  big, top = TopK <axis = 1> (doubled, two)
}
"""


def moves():
    model = build(MOVES, {})
    i64 = np.int64
    return constants(
        model, v1=i64([0]), huge=i64([2**62]), axis1=i64([1]), minus1=i64([-1]),
        tiny=i64([-2**62]), minus3=i64([-3]), i1=i64(1), pads=i64([0, 2, 0, 0, 3, 0]),
        five=np.float32(5), rows=i64([-1, 4]), two=i64([2]))


# Both dimensions of matrices, and the product of one with itself.
BATCHES = """
batches (float[batch,seq,6] x, float[batch,seq] weight) => (float[batch,seq,seq] gram, float[batch,6] mean, float[batch,seq,4] y) {
  t = Transpose <perm = [0, 2, 1]> (x)
  gram = MatMul (x, t)
  column = Unsqueeze (weight, two)
  scaled = Mul (x, column)
  mean = ReduceMean <keepdims = 0> (scaled, one)
  flat = Reshape (x, rows)
  z = Gemm (flat, w, c)
  sizes = Shape (x)
  lead = Slice (sizes, zero, two)
  shape = Concat <axis = 0> (lead, four)
  y = Reshape (z, shape)
}
"""


def batches():
    model = build(BATCHES, {"w": (6, 4), "c": (4,)})
    i64 = np.int64
    return constants(model, zero=i64([0]), one=i64([1]), two=i64([2]), four=i64([4]),
                     rows=i64([-1, 6]))


ALL = {"plain": plain, "encoder": encoder, "tcn": tcn, "recurrent": recurrent, "moves": moves,
       "batches": batches}
