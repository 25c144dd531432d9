"""Writes the seed corpus: the importer's test models and ONNX's small ones.

    make_corpus.py OUT MODEL.test...
"""

import glob
import os
import re
import sys

import onnx.parser


def models_of(source):
    """The models of a test, which may be several for LLVM's split-file."""
    with open(source, encoding="utf-8") as file:
        parts = re.split(r"^\S*--- .*$", file.read(), flags=re.MULTILINE)
    # What comes before the first separator is the test's commands.
    return parts[1:] or parts


def main():
    out, sources = sys.argv[1], sys.argv[2:]
    os.makedirs(out, exist_ok=True)
    for source in sources:
        name = os.path.splitext(os.path.basename(source))[0]
        for number, text in enumerate(models_of(source)):
            model = onnx.parser.parse_model(text)
            with open(os.path.join(out, f"{name}-{number}"), "wb") as file:
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
