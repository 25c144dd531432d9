"""Checks that the guide describes each key of a target's description.

The keys are the rows of targets/description/TargetFields.cpp and those that
TargetYaml.cpp reads besides.
"""

import re
import sys
from pathlib import Path

import tree

GUIDES = ["docs/guides/add-a-target.md", "docs/guides/describe-your-board.md"]
TABLE = "targets/description/TargetFields.cpp"
READER = "targets/description/TargetYaml.cpp"


def main():
    described = set(re.findall(
        r"`([a-z0-9-]+)`",
        "\n".join(Path(guide).read_text() for guide in GUIDES)))
    table = re.findall(r'^    \{"([a-z0-9-]+)",', Path(TABLE).read_text(),
                       re.M)
    target = Path(READER).read_text().split(
        "MappingTraits<TargetDescription>")[1]
    keys = table + re.findall(r'keys\.read\("([a-z0-9-]+)"', target)
    problems = [f"{GUIDES[0]}: describe the key `{key}`"
                for key in keys if key not in described]
    if len(table) < 20 or "triple" not in keys:
        problems.append(f"{TABLE}: its rows are not where this test looks")
    return tree.report(problems, f"{len(keys)} keys are described")


if __name__ == "__main__":
    sys.exit(main())
