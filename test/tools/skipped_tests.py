#!/usr/bin/env python3
"""Fails when ctest has left tests out for want of something that can be installed.

    skipped_tests.py JUNIT

JUNIT is what `ctest --output-junit` wrote. A test says why it is skipped; that
the processor lacks instructions is no fault of the machine's setup. lit skips
tests inside of one that passes, and says so in its summary.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree

PROCESSOR = "skipped: this processor lacks"
UNSUPPORTED = re.compile(r"^\s*Unsupported\s*:\s*(\d+)", re.M)


def problems(root):
    for test in root.iter("testcase"):
        said = test.findtext("system-out") or ""
        if test.find("skipped") is not None or test.get("status") in ("notrun", "disabled"):
            if PROCESSOR not in said:
                yield f"{test.get('name')} was skipped: {said.strip()[-200:]}"
        if found := UNSUPPORTED.search(said):
            yield f"{test.get('name')}: lit left out {found[1]} tests"


def main():
    root = ElementTree.parse(sys.argv[1]).getroot()
    count = sum(1 for _ in root.iter("testcase"))
    found = [*problems(root)] if count else ["no test was run"]
    for problem in found:
        print(problem)
    print(f"{len(found)} of {count} tests have left something out")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
