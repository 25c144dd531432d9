"""Checks that each numbered constraint of an nn op has a test of its violation.

The numbers are those of the op's description in TableGen; verifier and test
(test/dialects/nn/*-errors.mlir) carry them too.
"""

import re
import sys
from pathlib import Path

import tree

OP = re.compile(r'^(?:def (\w+) : \w+<"(\w+)"|class (\w+)<)', re.MULTILINE)
# What a class says of all its ops is tested with one of them.
EXAMPLE = {"Nn_BinaryOp": ("max",), "Nn_SumOp": ("add", "mul", "sub")}
CONSTRAINT = re.compile(r"^ +(\d)\. ", re.MULTILINE)
# Refused before there is an op, or by a trait.
ELSEWHERE = {
    ("reduce", "2"): "inferred type(s)",  # of a result without what keepdims asks for
}


def constraints(path):
    """(ops, number) of each constraint: one of the ops has to have a test."""
    text = Path(path).read_text()
    starts = [*OP.finditer(text)]
    for op, following in zip(starts, [*starts[1:], None]):
        body = text[op.end():following.start() if following else len(text)]
        for number in CONSTRAINT.findall(body):
            yield EXAMPLE[op[3]] if op[3] else (op[2],), number


def main():
    tests = "\n".join(Path(path).read_text() for path in tree.files("test/dialects/nn/*-errors.mlir"))
    known = [pair for folder in ("", "loops/", "search/") for path in tree.files(f"dialects/nn/{folder}*.td")
             for pair in constraints(path)]
    problems = []
    for ops, number in known:
        messages = [f"'nn.{op}' {word}{ELSEWHERE.get((op, number), f'({number}) ')}"
                    for op in ops for word in ("", "op ")]
        if not any(message in tests for message in messages):
            problems.append(f"constraint {number} of nn.{ops[0]}: no test of its violation")
    if len(known) < 40:
        problems.append(f"only {len(known)} constraints were found")
    return tree.report(problems, f"{len(known)} constraints are tested")


if __name__ == "__main__":
    sys.exit(main())
