#!/usr/bin/env python3
"""clang-tidy over the sources, as .clang-tidy says.

    lint.py BUILD [--jobs N] [FILE...]

Needs a finished build: headers that it generates, the precompiled header, and
ninja's record of what each file includes. A file that was clean is not looked
at again until it, something of ours that it includes, its flags, .clang-tidy or
clang-tidy itself change: what is remembered lies in BUILD/lint.
"""

import argparse
import concurrent.futures
import hashlib
import json
import shlex
import subprocess
import sys
from pathlib import Path

TIDY = "clang-tidy-22"
# GoogleTest's macros and the fuzzer's entry point are not our style.
EXCLUDED = ("test/", "benchmarks/")


def digest_of(path, known={}):
    if path not in known:
        known[path] = hashlib.sha256(path.read_bytes()).digest()
    return known[path]


def included(build):
    """Object -> the files of ours that it was made of."""
    ours = (str(Path.cwd()), "../")
    objects, current = {}, None
    listing = subprocess.run(["ninja", "-C", build, "-t", "deps"], check=True,
                             capture_output=True, text=True).stdout
    for line in listing.splitlines():
        if line.startswith("    "):
            path = line.strip()
            # What is generated, relative to the build folder, is ours too.
            if path.startswith(ours) or not path.startswith("/"):
                current.append((build / path).resolve())
        elif ":" in line:
            current = objects.setdefault(line.split(":")[0], [])
    return objects


def keys(build, wanted):
    """Source -> the digest of all that clang-tidy's answer depends on."""
    version = subprocess.run([TIDY, "--version"], check=True,
                             capture_output=True).stdout
    objects = included(build)
    result = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = Path(entry["file"])
        if source not in wanted:
            continue
        command = shlex.split(entry["command"])
        made = command[command.index("-o") + 1]
        key = hashlib.sha256(version + entry["command"].encode())
        parts = {source, Path(".clang-tidy").resolve(),
                 *objects.get(made, [])}
        for part in sorted(parts):
            # The precompiled header is a file for each build; its own sources
            # are in the list.
            if part.suffix != ".pch" and part.exists():
                key.update(digest_of(part))
        result[source] = key.hexdigest()
    return result


def lint(build, source):
    """What clang-tidy says; empty when the file is clean."""
    result = subprocess.run(
        [TIDY, "-p", build, "--quiet", source], capture_output=True, text=True,
        check=False)
    if result.returncode == 0:
        return ""
    return result.stdout or result.stderr


def sources(chosen):
    listing = chosen or subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard",
         "*.cpp", "*.c"],
        check=True, capture_output=True, text=True).stdout.splitlines()
    return {Path(name).resolve() for name in listing
            if not name.startswith(EXCLUDED) and Path(name).exists()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("files", nargs="*")
    args = parser.parse_intermixed_args()
    remembered = args.build / "lint"
    remembered.mkdir(exist_ok=True)
    known = keys(args.build.resolve(), sources(args.files))
    left = sorted(source for source, key in known.items()
                  if not (remembered / key).exists())
    print(f"clang-tidy: {len(left)} of {len(known)} sources have changed")
    dirty = 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for source, said in zip(left, pool.map(
                lambda source: lint(args.build, source), left)):
            if said:
                dirty += 1
                print(said, flush=True)
            else:
                (remembered / known[source]).touch()
    print(f"clang-tidy: {dirty} sources with findings")
    return 1 if dirty else 0


if __name__ == "__main__":
    sys.exit(main())
