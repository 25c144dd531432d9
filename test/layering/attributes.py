"""Checks that the names of attributes are written where they are declared.

dialects/*/Declarations.h declare what passes leave for each other: nn.*,
arena.* and dlc.*. No other C++ has such a name in quotes but for dlc.target,
which belongs to the description of targets.
"""

import re
import sys
from pathlib import Path

import tree

NAME = re.compile(r'"(?:nn|arena|dlc)\.[a-z_]+"')
COMMENT = re.compile(r"//.*")
ELSEWHERE = {("targets/description/TargetAttr.h", '"dlc.target"')}


def main():
    homes, problems = 0, []
    for path in tree.files("codegen/*", "compiler/*", "dialects/*",
                           "targets/*"):
        if Path(path).suffix not in (".cpp", ".h"):
            continue
        if Path(path).name == "Declarations.h":
            homes += 1
            continue
        text = Path(path).read_text()
        for number, line in enumerate(text.splitlines(), 1):
            for name in NAME.findall(COMMENT.sub("", line)):
                if (path, name) not in ELSEWHERE:
                    problems.append(f"{path}:{number}: {name} is declared in "
                                    "its dialect's Declarations.h: use that")
    if homes < 3:
        problems.append("dialects/*/Declarations.h are not where this test "
                        "looks")
    return tree.report(problems, f"{homes} dialects declare their attributes")


if __name__ == "__main__":
    sys.exit(main())
