"""Writes the seed corpus: the importer's test models and ONNX's small ones.

    make_corpus.py OUT MODEL.test...
"""

import glob
import os
import sys

import onnx.parser


def main():
    out, sources = sys.argv[1], sys.argv[2:]
    os.makedirs(out, exist_ok=True)
    for source in sources:
        model = onnx.parser.parse_model(open(source).read())
        name = os.path.splitext(os.path.basename(source))[0]
        with open(os.path.join(out, name), "wb") as file:
            file.write(model.SerializeToString())
    # Where libonnx-testdata is installed: one model for each operator family.
    for path in glob.glob("/usr/share/libonnx-testdata/data/node/*/model.onnx"):
        name = path.split("/")[-2]
        if name.endswith("_expanded") or os.path.getsize(path) > 2000:
            continue
        with open(path, "rb") as file, \
                open(os.path.join(out, name), "wb") as copy:
            copy.write(file.read())


if __name__ == "__main__":
    main()
