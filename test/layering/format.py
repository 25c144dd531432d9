"""Checks that the sources are laid out as clang-format 22 would."""

import subprocess
import sys

import tree


def main():
    sources = tree.files("*.cpp", "*.h", "*.c")
    result = subprocess.run(["clang-format-22", "--dry-run", "--Werror",
                             *sources], capture_output=True, text=True)
    wrong = sorted({line.split(":")[0] for line in result.stderr.splitlines()
                    if "clang-format-violations" in line})
    problems = [f"{path}: run `./dev format`" for path in wrong]
    if result.returncode and not wrong:
        problems.append(result.stderr)
    return tree.report(problems, f"{len(sources)} sources are formatted")


if __name__ == "__main__":
    sys.exit(main())
