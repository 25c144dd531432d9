#!/usr/bin/env python3
"""What `dlc compress` refuses: one error that says what is wrong, and no output.

    check_refusals.py --dlc build/bin/dlc --work build/w
"""

import shutil
import sys

import compressor  # noqa: F401  finds the next
import quantiser

import numpy as np
import onnx.parser

MODEL = """<ir_version: 8, opset_import: ["" : 17]>
net (float[1,4] x) => (float[1,3] y) <float[4,3] w = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}>
{ [product] y = MatMul (x, w) }"""
TWICE = MODEL.replace("{ [product] y = MatMul (x, w) }",
                      "{ [product] a = MatMul (x, w) [other] b = MatMul (x, w) y = Add (a, b) }")
NO_PRODUCT = """<ir_version: 8, opset_import: ["" : 17]>
net (float[1,4] x) => (float[1,4] y) { [act] y = Relu (x) }"""
ONE_SCORE = MODEL.replace("float[1,3]", "float[1,1]").replace(
    "float[4,3] w = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}", "float[4,1] w = {1, 2, 3, 4}")
EMPTY = MODEL.replace("float[1,3]", "float[1,0]").replace(
    "float[4,3] w = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}", "float[4,0] w = {}")
INFINITE = MODEL.replace("{ [product] y = MatMul (x, w) }",
                         "{ [log] l = Log (x) y = MatMul (l, w) }")
OPERATORS = """<ir_version: 8, opset_import: ["" : 17]>
net (uint8[1,4] x) => (int32[1,3] y) <int8[4,3] w = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}>
{ [whole] y = MatMulInteger (x, w) }"""

NOT_A_NUMBER = MODEL.replace("{1, 2,", "{nan, 2,")

GOOD = np.random.default_rng(1).standard_normal((8, 4)).astype(np.float32)
CASES = []


def case(pattern, *options, model=MODEL, x=GOOD):
    CASES.append((pattern, options, model, x))


def form(text):
    return f"--layers=product={text}"


case(r"weights are rounded to 2 to 16 bits, not to '0'", form("round:0"))
case(r"weights are rounded to 2 to 16 bits, not to '33'", form("round:33"))
case(r"weights are rounded to 2 to 16 bits, not to 'nan'", form("round:nan"))
case(r"a float has 2 to 8 bits of exponent", form("round:e9m3"))
case(r"a codebook has 2, 4, 8 \.\.\. or 256 values, not '12'", form("cluster:12"))
case(r"weights have 0\.25 to 8 bits of information, not '0'", form("code:0"))
case(r"weights have 0\.25 to 8 bits of information, not '33'", form("code:33"))
case(r"weights have 0\.25 to 8 bits of information, not 'nan'", form("code:nan"))
case(r"write for example round:4", form("code:3:rows"))
case(r"'column' is not known", form("cluster:16:column"))
case(r"'100%' is no part of 100", form("prune:100%"))
case(r"'0\.5' is no part of 100", form("prune:0.5"))
case(r"'0x4' is no block of results by operands", form("prune:50%:0x4"))
case(r"node 'product' \(MatMul\): prune:50%:1x3: its 4 operands cannot be divided by blocks of 3",
     form("prune:50%:1x3"))
case(r"its 3 results cannot be divided by blocks of 2", form("prune:50%:2x1"))
case(r"'0' is no rank", form("factorise:0"))
case(r"'rows' is not known: factors are", form("factorise:1:rows"))
case(r"its window has one side alone", form("factorise:1:sides"))
case(r"its rank is at most 3, and 3 would leave nothing out", form("factorise:3"))
case(r"only prune or shrink goes together with another", form("round:4+cluster:16"))
case(r"only prune or shrink goes together with another", form("prune:50%+factorise:1"))
case(r"keep goes with nothing else", form("keep+round:4"))
case(r"'shorten' is no way to compress", form("shorten:4"))
case(r"write for example round:4", form("round"))
case(r"--layers=product does not say what layers become", "--layers=product")
case(r"--layers=conv\*: no layer with weights has such a name; there are 'product'",
     "--layers=conv*=round:4")
case(r"--layers=\[a: ", "--layers=[a=round:4")
case(r"--try=prune,shorten: 'shorten' is no way to compress; there are round,",
     "--try=prune,shorten")
case(r"other nodes read its weights too", form("round:4"), model=TWICE)
case(r"its weights or biases are not finite", form("round:4"), model=NOT_A_NUMBER)
case(r"--layers asks for loses \d+\.\d\d points .* more than --max-drop=0",
     form("prune:90%"), "--max-drop=0", x=GOOD[:, :4] * [1, -1, 1, -1])
case(r"--max-drop must be from 0 to 100", "--max-drop=101")
case(r"--goal=ram:16K is no goal; write --goal=flash:16K", "--goal=ram:16K",
     "--target=cortex-m4")
case(r"--goal=flash:0 is no goal", "--goal=flash:0", "--target=cortex-m4")
case(r"--goal=flash:16K is of a target: give --target=T", "--goal=flash:16K")
case(r"-O1, -O2 and -Os say how the network is compiled", "-Os")
case(r"--ram is for an object: `dlc compress` writes a model", "--ram=4K")
case(r"'.*x\.npy' has the shape 2x5, but the network's input 'x' is 1x4 of float",
     x=np.ones((2, 5), np.float32))
case(r"'.*x\.npy' holds no samples", x=np.ones((0, 4), np.float32))
case(r"'.*x\.npy', sample 1, holds NaN \(element 2\)",
     x=np.array([[1, 1, 1, 1], [1, 1, np.nan, 1]], np.float32))
case(r"there is one sample, but compression needs two", x=GOOD[:1])
case(r"tensor 'l' is not finite for a sample", model=INFINITE, x=np.zeros((4, 4), np.float32))
case(r"the network's first output 'y' has no scores of classes", model=ONE_SCORE)
case(r"there is nothing to compress", model=NO_PRODUCT)
case(r"node 'whole' \(MatMulInteger\) has integers of its own", model=OPERATORS,
     x=np.ones((4, 4), np.uint8))
case(r"dimension|empty|0 elements|no elements|zero", model=EMPTY)


def check(options, number, pattern, arguments, model, x):
    folder = options.work / str(number)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    onnx.save(onnx.parser.parse_model(model), folder / "model.onnx")
    np.save(folder / "x.npy", np.asarray(x, x.dtype))
    return quantiser.refusal(options.dlc, "compress", folder / "model.onnx", folder / "x.npy",
                             folder / "result.onnx", pattern, *arguments)


if __name__ == "__main__":
    sys.exit(quantiser.check_cases(__doc__, check, CASES))
