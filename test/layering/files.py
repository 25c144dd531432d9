"""Checks what every file of the repository has to be, whatever it holds: not
large, and text that ends with its last line.

    files.py [FILE...]
"""

import sys
from pathlib import Path

import tree

# Models and their data: bytes as they are.
BINARY = {".onnx", ".pb", ".npz", ".npy", ".png", ".bin"}
# The largest model of the tests takes 1.02 MiB.
MOST_BYTES = 1_200_000
CONFLICT = ("<<<<<<< ", "=======\n", ">>>>>>> ")


def problems_of(path):
    data = Path(path).read_bytes()
    if len(data) > MOST_BYTES:
        yield f"{path}: {len(data)} bytes, at most {MOST_BYTES}"
    if Path(path).suffix in BINARY or not data:
        return
    try:
        text = data.decode()
    except UnicodeDecodeError:
        yield f"{path}: no UTF-8"
        return
    if not text.endswith("\n"):
        yield f"{path}: the last line does not end"
    if text.endswith("\n\n"):
        yield f"{path}: an empty line at the end"
    if "\r" in text:
        yield f"{path}: carriage returns"
    if any(line.startswith(CONFLICT[0]) or line.startswith(CONFLICT[2]) or line == CONFLICT[1]
           for line in text.splitlines(keepends=True)):
        yield f"{path}: the marks of a conflict"


def main():
    paths = sys.argv[1:] or tree.files("*")
    problems = [problem for path in paths for problem in problems_of(path)]
    return tree.report(problems, f"{len(paths)} files are well-formed")


if __name__ == "__main__":
    sys.exit(main())
