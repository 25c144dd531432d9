"""Checks that docs/operators.md lists what the importer's tables have.

    operators.py            compares
    operators.py --write    writes the page
"""

import re
import sys
from pathlib import Path

import tree

TABLES = Path("compiler/import/OpTable.cpp")
PAGE = Path("docs/operators.md")
HEAD = """# Operators

Written by `test/layering/operators.py --write` from the importer's tables.

## ONNX

Operator sets 7 to 28 are read as they are, older models are lifted to 7. Operators that ONNX defines by these
(`Attention`, `HannWindow`, `SoftmaxCrossEntropyLoss` and others) are imported through that definition. Element types are those of ONNX's
definitions, but for complex numbers and floats of 8 bits and less. Sequences and optional values are known when
compiling, and leave nothing in the network. Which branch of `If` is taken and how many rounds `Loop` has may depend on values, where shapes do
not and a number of rounds is known that is the most ([loops](decisions/loops.md)). Where the size of a result depends on values
(`NonZero`, `NonMaxSuppression`, `Unique`, `Compress`, `TopK`, `Loop`), there is room for the largest, and
[a count](decisions/bounded-results.md). Random numbers are [the same everywhere](decisions/random-numbers.md). Which of ONNX's node
tests do not pass and why is in `test/e2e/node_tests/refused.txt` and `refused_newest.txt`.

{onnx}

## ai.onnx.ml

Classical models, as scikit-learn's and boosted trees are exported ([guide](guides/classical-models.md)).

{classical}

## com.microsoft

What onnxruntime's optimiser makes of several nodes, and what its quantiser writes ([guide](guides/quantised-networks.md)).

{microsoft}

## qonnx.custom_op.general

Grids of few bits, as Brevitas and FINN export them; also under their older domains `onnx.brevitas` and
`finn.custom_op.general` ([guide](guides/quantised-networks.md)).

{qonnx}
"""


def table(text, name):
    """(heading, operators) of a table's parts."""
    body = re.search(rf"constexpr Entry {name}\[\] = {{(.*?)\n}};", text, re.DOTALL)[1]
    parts = []
    for line in body.splitlines():
        heading, entry = re.search(r"// (.+)", line), re.search(r'{"(\w+)"', line)
        if heading:
            parts.append((heading[1], []))
        elif entry:
            if not parts:
                parts.append(("", []))
            parts[-1][1].append(f"`{entry[1]}`")
    return parts


def rows(text, name):
    """A table of the page: a row for each part."""
    return "\n".join(["| | |", "|---|---|"] +
                     [f"| {heading} | {', '.join(operators)} |"
                      for heading, operators in table(text, name)])


def page():
    text = TABLES.read_text(encoding="utf-8")
    return HEAD.format(onnx=rows(text, "operators"), classical=rows(text, "classicalOperators"),
                       microsoft=rows(text, "microsoftOperators"),
                       qonnx=rows(text, "qonnxOperators"))


def main():
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page()
    return tree.report([] if current else [f"{PAGE}: not current, run "
                                           "`python test/layering/operators.py --write`"],
                       "the list of operators is current")


if __name__ == "__main__":
    sys.exit(main())
