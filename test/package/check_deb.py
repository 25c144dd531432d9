#!/usr/bin/env python3
"""Builds the Debian package and uses it without installing it.

    check_deb.py --build BUILD --source SOURCE --work DIR --version 0.1.0

What it says of itself, what it holds, that its dependencies cover what its
programs load, and that a network is compiled with the unpacked package: for
this machine, run, and for a Cortex-M4 with a toolchain file, counted under QEMU.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

SKIPPED = 77
HOLDS = {
    "usr/bin/dlc", "usr/bin/dlc-opt", "usr/bin/dlc-reduce", "usr/include/dlc/dlc.h",
    "usr/lib/cmake/dlc/dlcConfig.cmake",
    "usr/lib/cmake/dlc/dlcConfigVersion.cmake",
    "usr/lib/cmake/dlc/DlcAddNetwork.cmake",
    "usr/lib/dlc/libdlc_count.so", "usr/share/dlc/runtime/dlc_parallel.c",
    "usr/share/dlc/runtime/dlc_profile.c",
    "usr/share/doc/dlc/README.md", "usr/share/doc/dlc/copyright",
    "usr/share/doc/dlc/LICENSE", "usr/share/doc/dlc/CHANGELOG.md",
    "usr/share/doc/dlc/CONTRIBUTING.md", "usr/share/doc/dlc/SECURITY.md",
    "usr/share/doc/dlc/docs/guides/fit-a-network.md",
    "usr/share/doc/dlc/docs/examples/keyword-firmware/CMakeLists.txt",
    "usr/lib/dlc/libdlc_count.so",
}
# Where it was built with Halide.
HOLDS_PIXELS = {"usr/lib/dlc/libdlc_halide.so", "usr/lib/dlc/libHalide.so",
                "usr/share/doc/dlc/LICENSE.Halide"}
# Where each file may lie: nothing of the build or the tests slips in.
PLACES = re.compile(
    r"usr/(bin/dlc(-opt|-reduce)?|include/dlc/[\w./-]+\.h|lib/cmake/dlc/\w+\.cmake|"
    r"lib/dlc/[\w./-]+|share/dlc/[\w./-]+|"
    r"share/doc/dlc/(LICENSE(\.Halide)?|[A-Z]+\.md|copyright|docs/[\w./-]+\.md|"
    r"docs/examples/[\w./-]+))")
TOOLCHAIN = """\
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR cortex-m4)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_C_FLAGS_INIT "-mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard")
set(CMAKE_EXE_LINKER_FLAGS_INIT "--specs=nosys.specs")
"""


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True,
                          stdout=subprocess.PIPE, text=True, **options).stdout


def expect(condition, what):
    if not condition:
        raise SystemExit(f"error: not so: {what}")


def build_package(args):
    """The one package that CPack writes."""
    folder = args.work / "package"
    run("cpack", "-G", "DEB", "-B", folder,
        "--config", args.build / "CPackConfig.cmake", cwd=args.work)
    packages = list(folder.glob("*.deb"))
    expect(len(packages) == 1, f"one package, not {packages}")
    return packages[0]


def check_fields(package, version):
    """The control file; returns the packages it depends on."""
    fields = dict(re.findall(r"^([\w-]+): (.*)$",
                             run("dpkg-deb", "--field", package), re.MULTILINE))
    machine = run("dpkg", "--print-architecture").strip()
    for field, value in (("Package", "dlc"), ("Version", version),
                         ("Architecture", machine), ("Section", "devel"),
                         ("Priority", "optional")):
        expect(fields[field] == value, f"{field} is {fields[field]}")
    expect(package.name == f"dlc_{version}_{machine}.deb", package.name)
    return {entry.split()[0] for entry in fields["Depends"].split(",")}


def has_pixels(build):
    return (build / "lib/dlc/libdlc_halide.so").exists()


def check_contents(package, root, build, source):
    run("dpkg-deb", "--extract", package, root)
    files = {str(path.relative_to(root))
             for path in root.rglob("*") if not path.is_dir()}
    holds = HOLDS | (HOLDS_PIXELS if has_pixels(build) else set())
    expect(holds <= files, f"the package holds {holds - files}")
    strangers = sorted(f for f in files if not PLACES.fullmatch(f))
    expect(not strangers, f"the package does not hold {strangers}")
    listing = run("dpkg-deb", "--contents", package)
    expect(all(line.split()[1] == "root/root"
               for line in listing.splitlines()), "root owns everything")
    for name in files:
        content = (root / name).read_bytes()
        for folder in (build, source):
            expect(os.fsencode(folder) not in content,
                   f"{name} does not name {folder}")


def check_dependencies(root, depends):
    """Each library that a program asks for belongs to a package that is
    depended on."""
    for program in (root / "usr/bin").iterdir():
        dynamic = run("readelf", "-d", program)
        expect("$ORIGIN" not in dynamic, f"{program.name} has its own libraries")
        loaded = dict(re.findall(r"(\S+) => (\S+)", run("ldd", program)))
        for library in re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic):
            if library.startswith("ld-linux"):
                continue
            path = os.path.realpath(loaded[library])
            # Debian 12 knows files of /lib by their old place.
            owners = {
                line.split(":")[0]
                for name in (path, path.removeprefix("/usr"))
                for line in subprocess.run(
                    ["dpkg-query", "--search", name], capture_output=True,
                    text=True, check=False).stdout.splitlines()}
            expect(owners & depends,
                   f"{program.name} loads {library} of {owners}, and the "
                   f"package depends on {sorted(depends)}")


def check_use(root, args):
    """A project outside finds the package and builds with it."""
    consumer = args.work / "consumer"
    shutil.copytree(args.source / "test/package/consumer", consumer)
    shutil.copy(args.source / "test/models/mnist/model.onnx", consumer)
    configure = ["cmake", "-G", "Ninja", "-S", consumer,
                 f"-Ddlc_ROOT={root / 'usr'}",
                 "-DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF"]
    native = args.work / "native"
    run(*configure, "-B", native)
    run("cmake", "--build", native)
    expect(len(run(native / "consumer").split()) == 10, "ten scores")
    expect(str(root / "usr/bin/dlc") in
           (native / "build.ninja").read_text(encoding="utf-8"),
           "the unpacked compiler compiled it")
    toolchain = args.work / "cortex-m4.cmake"
    toolchain.write_text(TOOLCHAIN, encoding="utf-8")
    cross = args.work / "cross"
    run(*configure, "-B", cross, f"-DCMAKE_TOOLCHAIN_FILE={toolchain}")
    run("cmake", "--build", cross, "--target", "digit")
    header = run("readelf", "-A", cross / "digit.dlc/digit.o")
    expect("Tag_CPU_name: \"cortex-m4\"" in header,
           "the toolchain file chose the target")
    counted = run(root / "usr/bin/dlc", "run", "--target=cortex-m4",
                  args.source / "test/models/mnist")
    expect(re.search(r"^\d+ instructions", counted, re.MULTILINE),
           "the package's plugin counts under QEMU")


def check_pixels(root, args):
    """A network behind a camera is compiled with the unpacked package, and one
    without Halide's library says so."""
    camera = args.work / "camera.yaml"
    camera.write_text("tensor: {format: GRAY, size: [28, 28]}\n", encoding="utf-8")
    command = [root / "usr/bin/dlc", args.source / "test/models/mnist/model.onnx",
               "--target=cortex-m4", f"--pipeline={camera}", "-o", args.work / "digit.o"]
    run(*command)
    expect("DIGIT_INPUT_0_FORMAT" in (args.work / "digit.h").read_text(encoding="utf-8"),
           "the header names the frame")
    (root / "usr/lib/dlc/libHalide.so").unlink()
    refused = subprocess.run([str(part) for part in command], capture_output=True,
                             text=True, check=False)
    expect(refused.returncode == 1 and "compiled by Halide, which this dlc cannot load" in
           refused.stderr, "a package without Halide says so")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, type=Path)
    parser.add_argument("--source", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--version", required=True)
    args = parser.parse_args()
    for tool in ("dpkg-deb", "dpkg-shlibdeps", "file", "cpack", "arm-none-eabi-gcc",
                 "qemu-system-arm"):
        if not shutil.which(tool):
            print(f"skipped: {tool} is not installed")
            return SKIPPED
    shutil.rmtree(args.work, ignore_errors=True)
    args.work.mkdir(parents=True)

    package = build_package(args)
    depends = check_fields(package, args.version)
    root = args.work / "root"
    check_contents(package, root, args.build, args.source)
    check_dependencies(root, depends)
    check_use(root, args)
    if has_pixels(args.build):
        check_pixels(root, args)
    print(f"{package.name}: {package.stat().st_size} bytes, depends on "
          f"{', '.join(sorted(depends))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
