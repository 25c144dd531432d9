"""Checks that docs/dialects and docs/passes are what TableGen generates now.

docs.py GENERATED compares the build's pages with the repository's.
"""

import sys
from pathlib import Path

import tree


def pages(root):
    return {str(page.relative_to(root)): page.read_text(encoding="utf-8")
            for kind in ("dialects", "passes")
            for page in Path(root, kind).glob("*.md")}


def main():
    generated = pages(sys.argv[1])
    checked_in = pages("docs")
    problems = [f"docs/{name}: not current, run `./dev docs`"
                for name, text in sorted(generated.items())
                if checked_in.get(name) != text]
    problems += [f"docs/{name}: nothing generates it any more"
                 for name in sorted(checked_in.keys() - generated.keys())]
    return tree.report(problems, f"{len(generated)} pages are current")


if __name__ == "__main__":
    sys.exit(main())
