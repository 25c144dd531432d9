"""Checks every #include of the sources against the layers.

ALLOWED says for each second-level folder whom it may include besides itself;
docs/architecture.md says why.
"""

import re
import sys

import tree

DIALECTS = {"dialects/nn", "dialects/arena", "dialects/kernel",
            "dialects/dlc", "dialects/attributes", "dialects/interfaces",
            "dialects/storage"}
FACTS = DIALECTS | {"targets/description"}
COMPILER_PASSES = {
    "compiler/simplify", "compiler/quantize", "compiler/prune",
    "compiler/layout", "compiler/precision", "compiler/fuse",
    "compiler/state",
}
CODEGEN = {
    "codegen/lower", "codegen/loops", "codegen/math", "codegen/memory",
    "codegen/kernels", "codegen/llvm", "codegen/machine", "codegen/ptx",
    "codegen/header", "codegen/pixels", "codegen/audio",
    "codegen/bitcode",
}
EVERYTHING = (FACTS | COMPILER_PASSES | CODEGEN |
              {"compiler/import", "compiler/lengths", "compiler/prepare",
               "compiler/evaluate",
               "compiler/pipeline",
               "compiler/reduce", "compiler/report", "compiler/calibrate",
               "compiler/compress"})

ALLOWED = {
    "dialects/attributes": set(),
    "dialects/interfaces": set(),
    "dialects/nn": {"dialects/attributes", "dialects/interfaces"},
    "dialects/arena": {"dialects/attributes", "dialects/interfaces"},
    "dialects/dlc": {"dialects/attributes", "targets/description"},
    "dialects/kernel": {"dialects/interfaces"},
    "dialects/storage": {"dialects/attributes", "dialects/interfaces",
                         "dialects/nn"},
    "targets/description": set(),
    "runtime/include": set(),
    "runtime/src": {"runtime/include"},
    "compiler/evaluate": {"dialects/nn"},
    "compiler/import": DIALECTS | {"compiler/evaluate"},
    "compiler/lengths": DIALECTS | {"compiler/evaluate"},
    "compiler/prepare": DIALECTS | {"targets/description", "compiler/evaluate"},
    # A library of its own: it shares what a pipeline is, and nothing else.
    "codegen/halide": {"codegen/pixels"},
    **{folder: FACTS | {"compiler/evaluate"} for folder in COMPILER_PASSES},
    **{folder: set(FACTS) for folder in CODEGEN},
    "compiler/pipeline": FACTS | COMPILER_PASSES | CODEGEN,
    "compiler/reduce": {"dialects/nn"},
    # Graphs as plain data; names for readers.
    "compiler/calibrate": {"compiler/import", "dialects/nn"},
    "compiler/compress": {"compiler/calibrate", "compiler/import",
                          "dialects/nn"},
    "compiler/report": EVERYTHING,
    # `dlc run` links the parallel loop that programs get.
    "compiler/driver": EVERYTHING | {"runtime/include"},
}
# The entry function and the header describe one and the same interface.
for folder in ("codegen/pixels", "codegen/audio"):
    ALLOWED[folder].add("codegen/bitcode")
ALLOWED["codegen/llvm"] |= {"codegen/header", "codegen/machine"}

# Libraries that one place alone knows.
PRIVATE_LIBRARIES = {
    "Halide": {"codegen/halide"},
    "onnx/": {"compiler/import", "compiler/driver/run/TestData.cpp"},
    "png.h": {"compiler/driver/image/PngFile.cpp"},
    "google/protobuf": {"compiler/import", "compiler/driver/run/TestData.cpp"},
}
ROOTS = ("dialects/", "targets/", "compiler/", "codegen/", "runtime/",
         "test/", "benchmarks/")
INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]', re.MULTILINE)


def folder_of(path):
    return "/".join(path.split("/")[:2])


def check(path, included):
    folder = folder_of(path)
    for library, users in PRIVATE_LIBRARIES.items():
        if included.startswith(library) and not {folder, path} & users:
            return f"{path}: only {', '.join(sorted(users))} know {library}"
    if not included.startswith(ROOTS) or included.endswith(".inc"):
        return None
    target = folder_of(included)
    if target != folder and target not in ALLOWED[folder]:
        return f"{path}: {folder} may not include {included}"
    return None


def main():
    problems = []
    edges = 0
    for path in tree.files("*.cpp", "*.h", "*.c"):
        if path.startswith(("test/", "benchmarks/", "runtime/", "docs/")):
            continue
        folder = folder_of(path)
        if folder not in ALLOWED:
            problems.append(f"{path}: {folder} has no rule in includes.py")
            continue
        with open(path, encoding="utf-8") as source:
            for included in INCLUDE.findall(source.read()):
                edges += 1
                problem = check(path, included)
                if problem:
                    problems.append(problem)
    # The runtime builds alone, with any toolchain.
    for path in tree.files("runtime/*.h", "runtime/*.c"):
        with open(path, encoding="utf-8") as source:
            for included in INCLUDE.findall(source.read()):
                if included.startswith(("mlir/", "llvm/", *ROOTS[:4])):
                    problems.append(f"{path}: the runtime may not include "
                                    f"{included}")
    return tree.report(problems, f"{edges} includes keep to the layers")


if __name__ == "__main__":
    sys.exit(main())
