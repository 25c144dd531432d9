#!/usr/bin/env python3
"""clang-tidy over the sources, as .clang-tidy says.

    lint.py BUILD [--jobs N] [FILE...]

Needs a finished build: headers that it generates, the precompiled header, and
ninja's record of what each file includes. A file that was clean is not looked
at again until it, something of ours that it includes, its flags, .clang-tidy or
clang-tidy itself change: what is remembered lies in BUILD/lint. Sources that are
looked at together can use what another one of them includes or declares: such a
`using` that is not used goes unseen.
"""

import argparse
import concurrent.futures
import hashlib
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

TIDY, COMPILER = "clang-tidy-22", "clang++-22"
# Files of which it speaks: with several sources in one, they are included.
OURS = r"/(dialects|targets|compiler|codegen|runtime|docs)/.*\.(h|c|cpp)$"
# Enough that the headers are no longer what takes longest.
MOST_TOGETHER = 20
ERROR = re.compile(r"^([^\n:]+):\d+:\d+: (?:fatal )?error:", re.M)
# What clang says where it cannot go on.
REFUSED = "[clang-diagnostic-error"
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


def tidy(build, command, file):
    """What clang-tidy says; empty when all is clean."""
    result = subprocess.run(
        [TIDY, "--quiet", f"--config-file={Path.cwd() / '.clang-tidy'}", f"--header-filter={OURS}",
         "--checks=-bugprone-suspicious-include",  # sources in one file are such
         file, "--", *command],
        cwd=build, capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return ""
    return result.stdout or result.stderr


def at_odds(build, command, together, sources):
    """The sources that clang refuses because of names of others before them."""
    compiler = [COMPILER, *command, "-w", "-fsyntax-only", "-ferror-limit=0", together]
    done = subprocess.run(compiler, cwd=build, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    named = set(ERROR.findall(done.stderr))
    refused = [source for source in sources if str(source) in named]
    # Where they tell nothing, half of them.
    return refused if 0 < len(refused) < len(sources) else sources[len(sources) // 2:]


def lint(build, group):
    """The sources that are not clean -> what clang-tidy says of them.

    Most of its time goes into MLIR's headers, so many sources are one file for
    it; those whose names are at odds with others' are another.
    """
    sources, command = group
    together = sources[0]
    if len(sources) > 1:
        text = "".join(f'#include "{source}"\n' for source in sources)
        name = hashlib.sha256(text.encode()).hexdigest()[:16]
        together = build / "lint" / f"together-{name}.cpp"
        together.write_text(text)
    said = tidy(build, command, together)
    if not said:
        return {}
    if len(sources) == 1:
        return {sources[0]: said}
    if REFUSED in said and (apart := at_odds(build, command, together, sources)):
        rest = [source for source in sources if source not in apart]
        return {**lint(build, (rest, command)), **lint(build, (apart, command))}
    # What is said of a header is said of all that were looked at with it.
    named = ERROR.findall(said)
    if set(named) <= {str(source) for source in sources}:
        dirty = [source for source in sources if str(source) in named]
    else:
        dirty = sources
    return {source: said if source == dirty[0] else "" for source in dirty}


def groups(build, wanted):
    """Lists of sources of one second-level folder with the same flags, and the flags."""
    together, seen = {}, set()
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = Path(entry["file"])
        if source not in wanted or source in seen:
            continue
        seen.add(source)
        words = shlex.split(entry["command"])
        # Without the compiler, -o and -c.
        flags = words[1:words.index("-o")]
        folder = source.relative_to(Path.cwd()).parts[:2]
        alone = str(source) if source.suffix == ".c" else ""
        together.setdefault((folder, alone, tuple(flags)), []).append(source)
    return [(sorted(names)[i:i + MOST_TOGETHER], flags)
            for (_, _, flags), names in sorted(together.items(), key=lambda item: item[0])
            for i in range(0, len(names), MOST_TOGETHER)]


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
    left = {source for source, key in known.items()
            if not (remembered / key).exists()}
    print(f"clang-tidy: {len(left)} of {len(known)} sources have changed", flush=True)
    dirty = 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        build = args.build.resolve()
        work = groups(build, left)
        for (names, _), found in zip(work, pool.map(lambda group: lint(build, group), work)):
            dirty += len(found)
            for said in found.values():
                print(said, flush=True)
            for source in names:
                if source not in found:
                    (remembered / known[source]).touch()
    print(f"clang-tidy: {dirty} sources with findings")
    return 1 if dirty else 0


if __name__ == "__main__":
    sys.exit(main())
