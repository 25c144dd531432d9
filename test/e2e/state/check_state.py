"""Networks that keep state from call to call (--state), call by call.

A GRU and an LSTM one step at a time against the whole sequence by onnxruntime and by
numpy in float64; a transformer decoder whose key/value cache, position and token are
state, which generates 64 tokens, against the whole sequence by onnxruntime; its
GroupQueryAttention; a quantised network against exact integers.

    check_state.py cortex-m4 --dlc build/bin/dlc
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

STEPS, FEATURES, HIDDEN = 40, 6, 9
TOKENS, WIDTH, HEADS, VOCABULARY, LAYERS = 64, 16, 2, 23, 2
GATES = {"GRU": 3, "LSTM": 4}


def run_whole(model, inputs):
    session = onnxruntime.InferenceSession(model.SerializeToString(),
                                           providers=["CPUExecutionProvider"])
    return session.run(None, inputs)


def write_sets(folder, calls):
    """calls: of each call the inputs and the outputs."""
    for number, (inputs, outputs) in enumerate(calls):
        data = Path(folder, f"test_data_set_{number}")
        data.mkdir()
        for kind, arrays in [("input", inputs), ("output", outputs)]:
            for i, array in enumerate(arrays):
                Path(data, f"{kind}_{i}.pb").write_bytes(
                    numpy_helper.from_array(np.ascontiguousarray(array)).SerializeToString())


def check(arguments, name, model, states, calls, tolerance, *more):
    """Whether the calls answer as expected; stages named `copy` that the network has."""
    with tempfile.TemporaryDirectory() as folder:
        onnx.save(model, f"{folder}/model.onnx")
        write_sets(folder, calls)
        options = [f"--target={arguments.target}", *(f"--state={state}" for state in states),
                   *more]
        done = subprocess.run(
            [arguments.dlc, "run", folder, "--check-only", f"--inputs={folder}",
             f"--tolerance={tolerance}", *options], capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{name}: {done.stdout[-2000:]}{done.stderr}")
            return False, 0
        subprocess.run([arguments.dlc, f"{folder}/model.onnx", *options, "-o", f"{folder}/net.o",
                        f"--report={folder}/net.json"], check=True)
        report = json.loads(Path(folder, "net.json").read_text())
        print(f"{name}: {report['ram']['state_bytes']} bytes of state, "
              f"{report['ram']['arena_bytes']} of arena")
        return True, sum(stage["kind"] == "copy" for stage in report["stages"])


def cell(kind, time, weights):
    """The network of `time` steps; states are inputs h (and c)."""
    names = ["h", "c"][:1 if kind == "GRU" else 2]
    node = helper.make_node(
        kind, ["x", "w", "r", "b", "", *names], ["y", *(f"{n}_next" for n in names)],
        hidden_size=HIDDEN, name="cell", **({"linear_before_reset": 1} if kind == "GRU" else {}))
    state = [helper.make_tensor_value_info(n, TensorProto.FLOAT, (1, 1, HIDDEN)) for n in names]
    next_state = [helper.make_tensor_value_info(f"{n}_next", TensorProto.FLOAT, (1, 1, HIDDEN))
                  for n in names]
    graph = helper.make_graph(
        [node], "cell",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, (time, 1, FEATURES)), *state],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, (time, 1, 1, HIDDEN)),
         *next_state],
        [numpy_helper.from_array(value.astype(np.float32), name)
         for name, value in weights.items()])
    return helper.make_model(graph, ir_version=8,
                             opset_imports=[helper.make_opsetid("", 17)])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru(x, weights):
    """ONNX's definition with linear_before_reset, in float64."""
    w, r, b = (weights[n][0].astype(np.float64) for n in "wrb")
    h, results = np.zeros(HIDDEN), []
    for step in x[:, 0].astype(np.float64):
        zi, ri, hi = np.split(w @ step + b[:3 * HIDDEN], 3)
        zh, rh, hh = np.split(r @ h + b[3 * HIDDEN:], 3)
        z, reset = sigmoid(zi + zh), sigmoid(ri + rh)
        h = (1 - z) * np.tanh(hi + reset * hh) + z * h
        results.append(h)
    return np.array(results)


def lstm(x, weights):
    """ONNX's definition, gates i, o, f, c, in float64."""
    w, r, b = (weights[n][0].astype(np.float64) for n in "wrb")
    h, c, results = np.zeros(HIDDEN), np.zeros(HIDDEN), []
    for step in x[:, 0].astype(np.float64):
        gates = w @ step + r @ h + b[:4 * HIDDEN] + b[4 * HIDDEN:]
        i, o, f, g = np.split(gates, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        results.append(h)
    return np.array(results)


def check_cell(arguments, kind):
    generator = np.random.default_rng(GATES[kind])
    weights = {
        "w": generator.uniform(-1, 1, (1, GATES[kind] * HIDDEN, FEATURES)).astype(np.float32),
        "r": generator.uniform(-1, 1, (1, GATES[kind] * HIDDEN, HIDDEN)).astype(np.float32),
        "b": generator.uniform(-1, 1, (1, 2 * GATES[kind] * HIDDEN)).astype(np.float32)}
    x = generator.uniform(-1, 1, (STEPS, 1, FEATURES)).astype(np.float32)
    zeros = np.zeros((1, 1, HIDDEN), np.float32)
    names = ["h", "c"][:1 if kind == "GRU" else 2]
    whole = run_whole(cell(kind, STEPS, weights), {"x": x, **{n: zeros for n in names}})[0]
    exact = (gru if kind == "GRU" else lstm)(x, weights)
    assert np.abs(whole[:, 0, 0] - exact).max() < 1e-6
    states = [f"{n}={n}_next" for n in names]
    good = True
    for reference in (whole, exact.astype(np.float32).reshape(whole.shape)):
        calls = [([x[t:t + 1]], [reference[t:t + 1]]) for t in range(STEPS)]
        good &= check(arguments, kind, cell(kind, 1, weights), states, calls, 1e-6)[0]
    return good


class Decoder:
    """A transformer decoder, for one token with a cache and for a whole sequence."""

    def __init__(self):
        self.random = np.random.default_rng(5)
        self.weights = {"embedding": self.draw(VOCABULARY, WIDTH) * 3,
                        "places": self.draw(TOKENS, WIDTH) * 3,
                        "out": self.draw(WIDTH, VOCABULARY) * 4}
        for layer in range(LAYERS):
            for name in "qkvo":
                self.weights[f"{name}{layer}"] = self.draw(WIDTH, WIDTH)
            self.weights[f"up{layer}"] = self.draw(WIDTH, 2 * WIDTH)
            self.weights[f"down{layer}"] = self.draw(2 * WIDTH, WIDTH)

    def draw(self, *shape):
        return (self.random.normal(size=shape) / np.sqrt(shape[0])).astype(np.float32)

    @staticmethod
    def layer(n, cached):
        text = ""
        for name in "qkv":
            text += f"""
  {name}f{n} = MatMul (x{n}, {name}{n})
  {name}s{n} = Reshape ({name}f{n}, heads)
  {name}h{n} = Transpose <perm = [0, 2, 1, 3]> ({name}s{n})"""
        key, value = f"kh{n}", f"vh{n}"
        if cached:
            text += f"""
  keys{n}_next = Where (here, kh{n}, keys{n})
  values{n}_next = Where (here, vh{n}, values{n})"""
            key, value = f"keys{n}_next", f"values{n}_next"
        return text + f"""
  kt{n} = Transpose <perm = [0, 1, 3, 2]> ({key})
  raw{n} = MatMul (qh{n}, kt{n})
  scaled{n} = Mul (raw{n}, scale)
  seen{n} = Where (past, scaled{n}, never)
  soft{n} = Softmax <axis = -1> (seen{n})
  mixed{n} = MatMul (soft{n}, {value})
  back{n} = Transpose <perm = [0, 2, 1, 3]> (mixed{n})
  flat{n} = Reshape (back{n}, joined)
  att{n} = MatMul (flat{n}, o{n})
  res{n} = Add (x{n}, att{n})
  wide{n} = MatMul (res{n}, up{n})
  act{n} = Tanh (wide{n})
  narrow{n} = MatMul (act{n}, down{n})
  x{n + 1} = Add (res{n}, narrow{n})"""

    def model(self, length, cached):
        size = WIDTH // HEADS
        caches = [f"{kind}{n}" for n in range(LAYERS) for kind in ("keys", "values")]
        shape = f"float[1,{HEADS},{TOKENS},{size}]"
        inputs = f"int64[1,{length}] token"
        outputs = f"float[1,{length},{VOCABULARY}] logits"
        if cached:
            inputs += ", int64[1] place, " + ", ".join(f"{shape} {c}" for c in caches)
            outputs += (", int64[1,1] chosen, int64[1,1] token_next, int64[1] place_next, " +
                        ", ".join(f"{shape} {c}_next" for c in caches))
            one = ", int64[1] one = {1}"
            start = """
  here = Equal (rows, place)
  past = LessOrEqual (columns, place)
  where = Gather (places, place)
  place_next = Add (place, one)"""
        else:
            one = ""
            start = """
  where = Identity (places)
  past = LessOrEqual (columns, rows)"""
        body = start + f"""
  emb = Gather (embedding, token)
  x0 = Add (emb, where)""" + "".join(
      self.layer(n, cached) for n in range(LAYERS)) + f"""
  logits = MatMul (x{LAYERS}, out)"""
        if cached:
            body += """
  chosen = ArgMax <axis = 2, keepdims = 0> (logits)
  token_next = Identity (chosen)"""
        model = onnx.parser.parse_model(f"""
<ir_version: 8, opset_import: ["" : 17]>
decoder ({inputs}) => ({outputs})
  <int64[4] heads = {{1, {length}, {HEADS}, {size}}}, int64[3] joined = {{1, {length}, {WIDTH}}},
   float scale = {{{1 / np.sqrt(size):.6f}}}, float never = {{-1e9}}{one}> {{
  {body}
}}""")
        steps = np.arange(TOKENS, dtype=np.int64)
        constants = {**self.weights, "rows": steps.reshape(1, 1, TOKENS, 1),
                     "columns": steps.reshape(1, 1, 1, TOKENS)}
        used = {name for node in model.graph.node for name in node.input}
        for name, value in constants.items():
            if name in used:
                model.graph.initializer.append(numpy_helper.from_array(value, name))
        return model, caches


def check_decoder(arguments):
    decoder = Decoder()
    whole, _ = decoder.model(TOKENS, cached=False)
    # A token depends on those before it alone: each round of the whole one adds one.
    tokens = np.zeros((1, TOKENS), np.int64)
    for i in range(TOKENS):
        logits = run_whole(whole, {"token": tokens})[0]
        if i + 1 < TOKENS:
            tokens[0, i + 1] = logits[0, i].argmax()
    chosen = logits[0].argmax(-1)
    if len(set(chosen)) < 5:
        print(f"the decoder says little: {chosen}")
        return False
    model, caches = decoder.model(1, cached=True)
    calls = [([], [logits[:, i:i + 1], chosen[i].reshape(1, 1)]) for i in range(TOKENS)]
    good, copies = check(arguments, "decoder", model,
                         ["token=token_next", "place=place_next",
                          *(f"{c}={c}_next" for c in caches)], calls, 1e-4)
    if copies > 2:  # token, which is an output too, and place, which all layers read
        print(f"the decoder copies {copies} tensors")
    return good and copies <= 2


GROUPED = """
<ir_version: 8, opset_import: ["" : 17, "com.microsoft" : 1]>
grouped (float[1,1,64] q, float[1,1,32] k, float[1,1,32] v, float[1,2,24,16] pk,
         float[1,2,24,16] pv, int32[1] s, int32 t)
    => (float[1,1,64] y, float[1,2,24,16] nk, float[1,2,24,16] nv) {
  y, nk, nv = com.microsoft.GroupQueryAttention <num_heads = 4, kv_num_heads = 2>
      (q, k, v, pk, pv, s, t)
}"""


def check_grouped(arguments):
    """onnxruntime's own operator, its caches of 24 positions as state that stays in place."""
    model = onnx.parser.parse_model(GROUPED)
    generator = np.random.default_rng(12)
    session = onnxruntime.InferenceSession(model.SerializeToString(),
                                           providers=["CPUExecutionProvider"])
    caches, calls = [np.zeros((1, 2, 24, 16), np.float32)] * 2, []
    for filled in range(20):
        new = [generator.normal(size=(1, 1, width)).astype(np.float32) for width in (64, 32, 32)]
        length = np.array([filled], np.int32)
        feeds = dict(zip(["q", "k", "v", "pk", "pv", "s"], [*new, *caches, length]))
        # 1 would be a sequence that begins, for which onnxruntime does not look at the caches.
        feeds["t"] = np.array(max(2, filled + 1), np.int32)
        y, *caches = session.run(None, feeds)
        calls.append(([*new, length], [y]))
    good, copies = check(arguments, "grouped", model, ["pk=nk", "pv=nv"], calls, 1e-5, "--fix=t=24")
    if copies:
        print(f"grouped attention copies {copies} tensors")
    return good and not copies


def quantised_model():
    return onnx.parser.parse_model("""
<ir_version: 8, opset_import: ["" : 17]>
quantised (int8[1,6] x, int8[1,9] h) => (int8[1,9] y, int8[1,9] h_next)
  <float xs = {0.0625}, int8 xz = {3}, float hs = {0.03125}, int8 hz = {-5},
   float ws = {0.015625}, int8 wz = {0}, float ps = {0.125}, int8 pz = {7}> {
  xf = DequantizeLinear (x, xs, xz)
  hf = DequantizeLinear (h, hs, hz)
  wf = DequantizeLinear (w, ws, wz)
  rf = DequantizeLinear (r, ws, wz)
  a = MatMul (xf, wf)
  aq = QuantizeLinear (a, ps, pz)
  af = DequantizeLinear (aq, ps, pz)
  b = MatMul (hf, rf)
  bq = QuantizeLinear (b, ps, pz)
  bf = DequantizeLinear (bq, ps, pz)
  s = Add (af, bf)
  h_next = QuantizeLinear (s, hs, hz)
  t = DequantizeLinear (h_next, hs, hz)
  u = Relu (t)
  y = QuantizeLinear (u, hs, hz)
}""")


def check_quantised(arguments):
    generator = np.random.default_rng(11)
    w = generator.integers(-60, 60, (6, 9)).astype(np.int8)
    r = generator.integers(-90, 90, (9, 9)).astype(np.int8)
    model = quantised_model()
    for name, value in [("w", w), ("r", r)]:
        model.graph.initializer.append(numpy_helper.from_array(value, name))

    def quantise(real, scale, zero):  # scales are powers of two: all of it is exact
        return np.clip(np.rint(real / scale) + zero, -128, 127)

    h, calls = np.full((1, 9), -5.0), []
    for _ in range(STEPS):
        x = generator.integers(-128, 128, (1, 6)).astype(np.int8)
        a = quantise((x.astype(float) - 3) / 16 @ w / 64, 1 / 8, 7)
        b = quantise((h + 5) / 32 @ r / 64, 1 / 8, 7)
        h = quantise((a - 7) / 8 + (b - 7) / 8, 1 / 32, -5)
        y = quantise(np.maximum((h + 5) / 32, 0), 1 / 32, -5)
        calls.append(([x], [y.astype(np.int8)]))
    return check(arguments, "quantised", model, ["h=h_next"], calls, 0)[0]


COUNTERS = """
<ir_version: 8, opset_import: ["" : 17]>
net (float[2] x, float[2] h, int32[2] n, uint8[2] b)
    => (float[2] y, float[2] h_next, int32[2] n_next, uint8[2] b_next)
<int32 one = {1}, uint8 ten = {10}> {
  h_next = Add (x, h)
  n_next = Add (n, one)
  b_next = Sub (b, ten)
  f = Cast <to = 1> (n_next)
  g = Cast <to = 1> (b_next)
  s = Add (h_next, f)
  y = Add (s, g)
}
"""


def check_initial(arguments):
    """What state is before the first call: a file, one number, numbers."""
    model = onnx.parser.parse_model(COUNTERS)
    h, n, b = np.array([0.5, -3], np.float32), np.array([-7, -7]), np.array([255, 40])
    calls = []
    for step in range(3):
        x = np.array([step, 2], np.float32)
        h, n, b = h + x, n + 1, b - 10
        calls.append(([x], [(h + n + b).astype(np.float32)]))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "h.pb")
        file.write_bytes(numpy_helper.from_array(
            np.array([0.5, -3], np.float32)).SerializeToString())
        states = [f"h=h_next:{file}", "n=n_next:-7", "b=b_next:255, 40"]
        return check(arguments, "initial", model, states, calls, 0)[0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("target")
    parser.add_argument("--dlc", required=True)
    arguments = parser.parse_args()
    good = [check_cell(arguments, kind) for kind in GATES]
    good += [check_decoder(arguments), check_grouped(arguments), check_quantised(arguments),
             check_initial(arguments)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
