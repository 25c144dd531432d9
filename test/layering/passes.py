"""Checks that each pass has one name in its four places.

For `def FoldBatchNorm : Pass<"dlc-fold-batch-norm">` in
compiler/simplify/Passes.td these are the file FoldBatchNorm.cpp beside it, the
argument, test/compiler/simplify/fold-batch-norm.mlir (which runs the pass) and
a section of docs/passes/simplify.md.
"""

import re
import sys
from pathlib import Path

import tree

PASS = re.compile(r'^def (\w+)\s*:\s*Pass<\s*"([^"]+)"(.*?)^}', re.M | re.S)
# Words that are written as one although they have an inner capital.
WHOLE_WORDS = {"LLVM": "Llvm", "1D": "1d", "2D": "2d"}


def kebab(name):
    for word, plain in WHOLE_WORDS.items():
        name = name.replace(word, plain)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def check_pass(folder, name, argument, body):
    stem = kebab(name)
    if argument != f"dlc-{stem}":
        yield f"pass {name}: its argument is {argument}, not dlc-{stem}"
    if not Path(folder, f"{name}.cpp").exists():
        yield f"pass {name}: no file {folder}/{name}.cpp"
    for field in ("summary", "description"):
        text = re.search(rf'let {field}\s*=\s*(\[\{{|")(.*?)(\}}\]|")', body,
                         re.S)
        if not text or not text.group(2).strip():
            yield f"pass {name}: no {field} in {folder}/Passes.td"
    test = Path("test", folder, f"{stem}.mlir")
    if not test.exists():
        yield f"pass {name}: no test {test}"
    elif argument not in test.read_text(encoding="utf-8"):
        yield f"pass {name}: {test} does not run {argument}"
    page = Path("docs/passes", f"{Path(folder).name}.md")
    if not page.exists() or f"`-{argument}`" not in page.read_text():
        yield f"pass {name}: no section in {page}; run `./dev docs`"


def main():
    problems = []
    count = 0
    for table in tree.files("*/Passes.td"):
        folder = str(Path(table).parent)
        text = Path(table).read_text(encoding="utf-8")
        for name, argument, body in PASS.findall(text):
            count += 1
            problems += check_pass(folder, name, argument, body)
    return tree.report(problems, f"{count} passes have their four places")


if __name__ == "__main__":
    sys.exit(main())
