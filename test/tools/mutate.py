#!/usr/bin/env python3
"""Breaks one line of the sources after the other and asks the tests.

    mutate.py --check                  does each mutation of mutations.toml still apply?
    mutate.py BUILD [--only REGEX]     applies, builds, runs its tests, prints the survivors

Each entry names the folder (or file) in which its line is found exactly once,
what stands in its place, and the tests that ought to see it: a file of lit
tests, or the name of a ctest. `build` are the targets they need. The tests are
run on the sources as they are first: what fails then catches nothing. The
sources are put back after each mutation, and the build at the end is that of
the last one: build again.
"""

import argparse
import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).resolve().parent / "mutations.toml"
FIELDS = {"what", "within", "line", "instead", "tests", "build"}
SOURCES = {".cpp", ".h", ".c", ".td", ".py", ".yaml", ".def"}
TIMEOUT = 900  # of one test, in seconds


def load():
    return tomllib.loads(LIST.read_text(encoding="utf-8"))["mutation"]


def files_of(within):
    path = ROOT / within
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.suffix in SOURCES)


def place_of(mutation):
    """(file, its lines, number of the line); raises ValueError with what is wrong."""
    if mutation.keys() != FIELDS:
        raise ValueError(f"fields are {', '.join(sorted(mutation))}")
    wanted = mutation["line"].strip()
    found = []
    for path in files_of(mutation["within"]):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        found += [(path, lines, i) for i, line in enumerate(lines) if line.strip() == wanted]
    if len(found) != 1:
        raise ValueError(f"the line is there {len(found)} times in {mutation['within']}: {wanted}")
    if mutation["instead"].strip() == wanted:
        raise ValueError("nothing is changed")
    return found[0]


def mutated(lines, at, instead):
    indent = re.match(r"\s*", lines[at])[0]
    return "".join([*lines[:at], indent + instead.strip() + "\n", *lines[at + 1:]])


def check(mutations):
    problems = []
    names = set()
    for mutation in mutations:
        what = mutation.get("what", "?")
        try:
            place_of(mutation)
        except ValueError as error:
            problems.append(f"{what}: {error}")
        if what in names:
            problems.append(f"{what}: there twice")
        names.add(what)
        for test in mutation.get("tests", []):
            if test.startswith("test/") and not (ROOT / test).exists():
                problems.append(f"{what}: no test {test}")
    for problem in problems:
        print(problem)
    print(f"{len(mutations) - len(problems)} of {len(mutations)} mutations apply")
    return 1 if problems else 0


def build(folder, targets):
    if not targets:
        return None
    done = subprocess.run(["ninja", "-C", folder, *targets], capture_output=True, text=True)
    return done.stdout[-3000:] if done.returncode else None


def passes(folder, test):
    if test.startswith("test/"):
        command = [sys.executable, "-c", "from lit.main import main; main()", "-q", folder / test]
    else:
        command = ["ctest", "--test-dir", folder, "--no-tests=error", "-R", f"^{re.escape(test)}$"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def judge(folder, mutation):
    """What became of it: the test that saw it, or None; raises ValueError."""
    path, lines, at = place_of(mutation)
    before = path.read_bytes()
    try:
        path.write_text(mutated(lines, at, mutation["instead"]), encoding="utf-8")
        failed = build(folder, mutation["build"])
        if failed:
            raise ValueError(f"it does not compile:\n{failed}")
        return next((test for test in mutation["tests"] if not passes(folder, test)), None)
    finally:
        path.write_bytes(before)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", nargs="?", type=lambda name: Path(name).resolve())
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--only", default="", help="mutations whose `what` matches")
    arguments = parser.parse_args()
    mutations = load()
    if arguments.check:
        return check(mutations)
    if not arguments.build:
        parser.error("which build?")
    mutations = [m for m in mutations if re.search(arguments.only, m["what"])]
    failed = build(arguments.build, sorted({target for m in mutations for target in m["build"]}))
    if failed:
        print(failed)
        return 1
    broken = {test for test in sorted({test for m in mutations for test in m["tests"]})
              if not passes(arguments.build, test)}
    if broken:
        print(f"these tests fail without any mutation: {', '.join(sorted(broken))}")
        return 1
    survivors = []
    for mutation in mutations:
        start = time.monotonic()
        try:
            seen_by = judge(arguments.build, mutation)
        except ValueError as error:
            seen_by, survivors = "", [*survivors, f"{mutation['what']}: {error}"]
            print(f"INVALID   {mutation['what']}", flush=True)
            continue
        if not seen_by:
            survivors.append(mutation["what"])
        print(f"{'caught' if seen_by else 'SURVIVED':9} {mutation['what']} "
              f"({seen_by or ', '.join(mutation['tests'])}, {time.monotonic() - start:.0f} s)", flush=True)
    print(f"{len(mutations) - len(survivors)} of {len(mutations)} mutations were caught")
    for survivor in survivors:
        print(f"not caught: {survivor}")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
