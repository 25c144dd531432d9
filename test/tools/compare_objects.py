"""Compares what two builds of dlc make of the same networks, byte for byte.

    compare_objects.py OLD NEW [--networks FOLDER...] [--only REGEX]
                       [--target T...] [--jobs N] [--every N] [--except-names]

OLD and NEW are `dlc` programs. Each network is compiled by both for each
target, at -O2 and with half of OPTIONS in turn; objects, headers and
reports have to be equal. A change that is meant to move code and nothing else is checked by it.
Networks are those of test/models, of FOLDERs (model.onnx or *.onnx, searched
downwards) and, one in N, ONNX's node tests. Exit status 1 when anything
differs; a network that both refuse in the same words counts as equal.

With --except-names what sections and symbols are called does not count, nor
debug information, which names them: everything else of them, in their order,
does.
"""

import argparse
import re
import struct
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NODE_TESTS = Path("/usr/share/libonnx-testdata/data/node")
TARGETS = ["cortex-m0", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m55",
           "cortex-m85", "armv6", "armv8-neon", "x86-64-v2", "x86-64-v3",
           "x86-64-v4"]
OPTIONS = [["-O1"], ["-Os"], ["--threads=2"], ["--ram=48K"],
           ["--fp16"], ["--ram=1M", "-Os"]]


def networks_of(folder):
    return sorted(path for path in Path(folder).rglob("*.onnx"))


def compiled(dlc, job, folder):
    """What `dlc` makes of a job: bytes of the object and the header, and its
    words, in which the names of files are left out."""
    model, target, options = job
    out = Path(folder) / "net.o"
    command = [dlc, str(model), f"--target={target}", "-o", str(out), *options]
    run = subprocess.run(command, capture_output=True, text=True, timeout=900)
    words = run.stdout + run.stderr
    words = words.replace(str(folder), "").replace(dlc, "dlc")
    parts = [path.read_bytes() if path.exists() else b""
             for path in (out, out.with_suffix(".h"))]
    return run.returncode, words, *parts


def sections(data):
    with tempfile.NamedTemporaryFile(suffix=".o") as file:
        file.write(data)
        file.flush()
        run = subprocess.run(["llvm-size-22", "-A", file.name],
                             capture_output=True, text=True)
        return [line.split()[:2] for line in run.stdout.splitlines()[2:]
                if line.strip()]


# Kinds of ELF sections.
SYMBOLS, STRINGS, NO_BITS = 2, 3, 8


def contents(data):
    """All of an ELF object but for its names: of each section its kind, flags,
    size and bytes; of each symbol everything else."""
    if not data:
        return []
    wide = data[4] == 2
    start, = struct.unpack_from("<Q" if wide else "<I", data, 40 if wide else 32)
    size, count, names = struct.unpack_from("<3H", data, 58 if wide else 46)
    header = "<2I4Q2I2Q" if wide else "<10I"
    headers = [struct.unpack_from(header, data, start + i * size) for i in range(count)]
    name_bytes = data[headers[names][4]:][:headers[names][5]]
    result = []
    for name, kind, flags, _, offset, length, *rest in headers:
        if kind == STRINGS or b".debug" in name_bytes[name:name_bytes.index(b"\0", name)]:
            continue
        content = b"" if kind == NO_BITS else data[offset:offset + length]
        if kind == SYMBOLS:
            entry = 24 if wide else 16
            content = [content[i + 4:i + entry] for i in range(0, length, entry)]
        result.append((kind, flags, length, rest, content))
    return result


def difference(old, new, except_names):
    if old[0] != new[0]:
        return f"exit {old[0]} -> {new[0]}: {new[1].strip()[:300]}"
    if except_names:
        old, new = ((*made[:2], contents(made[2]), made[3]) for made in (old, new))
        if old[2] != new[2]:
            return "object: more than names"
    if old[2] != new[2]:
        before, after = sections(old[2]), sections(new[2])
        if before == after:
            return "object: the same sections and sizes, other bytes"
        changed = [f"{b[0]} {b[1]} -> {a[1]}" for b, a in zip(before, after)
                   if b != a]
        return f"object: {len(before)} -> {len(after)} sections; " + \
            "; ".join(changed[:3])
    if old[3] != new[3]:
        return "header"
    if old[1] != new[1]:
        return f"words: {old[1].strip()[:150]!r} -> {new[1].strip()[:150]!r}"
    return None


def jobs_of(arguments):
    networks = networks_of(ROOT / "test/models")
    for folder in arguments.networks:
        networks += networks_of(folder)
    jobs = []
    for network in networks:
        for index, target in enumerate(arguments.target):
            jobs.append((network, target, ["-O2"]))
            for option in OPTIONS[index % 2::2]:
                jobs.append((network, target, option))
    node_tests = networks_of(NODE_TESTS)[::arguments.every]
    for index, network in enumerate(node_tests):
        target = arguments.target[index % len(arguments.target)]
        jobs.append((network, target, OPTIONS[index // 7 % 3]))
    return [job for job in jobs if re.search(arguments.only, str(job[0]))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--networks", nargs="*", default=[])
    parser.add_argument("--target", nargs="*", default=TARGETS)
    parser.add_argument("--only", default="")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--except-names", action="store_true")
    arguments = parser.parse_args()

    def compare(job):
        with tempfile.TemporaryDirectory() as folder:
            old = compiled(arguments.old, job, folder)
        with tempfile.TemporaryDirectory() as folder:
            new = compiled(arguments.new, job, folder)
        return job, difference(old, new, arguments.except_names)

    jobs = jobs_of(arguments)
    different = 0
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for (model, target, options), words in pool.map(compare, jobs):
            if words:
                different += 1
                name = "/".join(model.parts[-2:])
                print(f"{name} {target} {' '.join(options)}: {words}",
                      flush=True)
    print(f"{len(jobs)} objects compared, {different} differ")
    return 1 if different or not jobs else 0


if __name__ == "__main__":
    sys.exit(main())
