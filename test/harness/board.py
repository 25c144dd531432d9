"""Builds a network into a firmware (or a sanitized program) and runs it."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Machine, linker script, flags of gcc. Debian's QEMU has no machine with an M0 and
# none with an M85: their programs run on the M3's and the M55's boards.
HARD = ["-mfloat-abi=hard"]
BOARDS = {
    "cortex-m0": ("mps2-an385", "mps2.ld", ["-mcpu=cortex-m0"]),
    "cortex-m0plus": ("mps2-an385", "mps2.ld", ["-mcpu=cortex-m0plus"]),
    "cortex-m3": ("mps2-an385", "mps2.ld", ["-mcpu=cortex-m3"]),
    "cortex-m4": ("mps2-an386", "mps2.ld", ["-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16", *HARD]),
    "cortex-m7": ("mps2-an500", "mps2.ld", ["-mcpu=cortex-m7", "-mfpu=fpv5-sp-d16", *HARD]),
    "cortex-m33": ("mps2-an505", "mps2-an505.ld",
                   ["-mcpu=cortex-m33", "-mfpu=fpv5-sp-d16", *HARD]),
    "cortex-m55": ("mps3-an547", "mps3-an547.ld", ["-mcpu=cortex-m55", *HARD]),
    "cortex-m85": ("mps3-an547", "mps3-an547.ld", ["-mcpu=cortex-m55", *HARD]),
}

# Emulator of a Linux program, compiler. Debian's hard-float C library is Armv7
# code, so the Armv6 program is linked with the soft-float one.
LINUX = {
    "armv6": (["qemu-arm", "-cpu", "arm1176"],
              ["arm-linux-gnueabi-gcc", "-march=armv6", "-marm", "-mfpu=vfp",
               "-mfloat-abi=softfp"]),
    "armv8-neon": (["qemu-aarch64", "-cpu", "cortex-a53"], ["aarch64-linux-gnu-gcc"]),
}


class BoardError(Exception):
    pass


def missing_programs(target):
    """What is not installed of that which runs the target here."""
    if target in BOARDS:
        needed = ["qemu-system-arm", "arm-none-eabi-gcc"]
    elif target in LINUX:
        needed = [LINUX[target][0][0], LINUX[target][1][0]]
    else:
        needed = ["gcc"]
    return [program for program in needed if not shutil.which(program)]


@dataclass
class BoardRun:
    output: bytes
    instructions: int
    stack: int
    arena: int
    flash: int  # code and constants of the network alone


def run(command, **options):
    done = subprocess.run([str(part) for part in command], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode:
        raise BoardError(f"{' '.join(map(str, command))}\n{done.stdout}"
                         f"exit code {done.returncode}")
    return done.stdout


def address_of(firmware, symbol, nm="arm-none-eabi-nm"):
    match = re.search(rf"^([0-9a-f]+) \w {symbol}$", run([nm, firmware]), re.MULTILINE)
    return "0x" + match.group(1)


def number(text, pattern):
    match = re.search(pattern, text)
    if not match:
        raise BoardError(f"no '{pattern}' in the output of the board:\n{text}")
    return int(match.group(1))


def build_plugin(folder):
    """The plugin of QEMU that counts executed instructions."""
    plugin = folder / "libicount.so"
    run(["cc", "-O2", "-shared", "-fPIC", "-o", plugin, HERE / "icount.c"])
    return plugin


def tools_of(target):
    """What the names of the target's binutils begin with."""
    if target in BOARDS:
        return "arm-none-eabi-"
    return LINUX[target][1][0].removesuffix("gcc") if target in LINUX else ""


def section_bytes(obj, names, size="size"):
    """Of an object's sections that begin with one of `names`, as `size -A` has them."""
    sections = re.findall(r"^(\.\w+)\S*\s+(\d+)", run([size, "-A", obj]), re.MULTILINE)
    return sum(int(count) for name, count in sections if name in names)


def flash_of(obj, size="size"):
    """Text and read-only data of an object."""
    return section_bytes(obj, (".text", ".rodata"), size)


class Program:
    """What runs the network of net.o and net.h in `folder`."""

    def __init__(self, target, folder, libraries=()):
        self.folder = Path(folder).resolve()
        self.link(target, libraries)

    @classmethod
    def of_model(cls, dlc, model, target, folder, options=()):
        folder = Path(folder).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        run([dlc, model, f"--target={target}", "--name=net", "-o", folder / "net.o",
             *options])
        return cls(target, folder)


class Board(Program):
    """A firmware of one network: net.o, net.h, firmware.elf."""

    script = None  # a linker script in place of the board's
    float_abi = None  # of the program, in place of the board's

    def link(self, target, libraries):
        self.machine, script, flags = BOARDS[target]
        self.firmware = self.folder / "firmware.elf"
        if self.float_abi:  # given twice, gcc would choose the wrong libraries
            flags = [f for f in flags if f not in HARD] + [f"-mfloat-abi={self.float_abi}"]
        run(["arm-none-eabi-gcc", *flags, "-mthumb", "-Os", "-std=gnu99", "-ffunction-sections",
             f"-I{HERE}", f"-I{self.folder}", HERE / "infer.c", HERE / "startup.c",
             self.folder / "net.o", "-nostartfiles", "--specs=nano.specs", f"-L{HERE}",
             "-T", self.script or HERE / script, "-Wl,--gc-sections", "-Wl,--no-warn-rwx-segments",
             *libraries, "-o", self.firmware])
        self.plugin = build_plugin(self.folder)

    def infer(self, data, timeout=120):
        (self.folder / "input_0.bin").write_bytes(data)
        plugin = (f"{self.plugin},start={address_of(self.firmware, 'bench_start')},"
                  f"stop={address_of(self.firmware, 'bench_stop')}")
        text = run(["qemu-system-arm", "-M", self.machine, "-display", "none",
                    "-monitor", "none", "-serial", "none",
                    "-semihosting-config", "enable=on,target=native",
                    "-plugin", plugin, "-kernel", self.firmware],
                   cwd=self.folder, timeout=timeout)
        return BoardRun(output=(self.folder / "output_0.bin").read_bytes(),
                        instructions=number(text, r"run 0 insns (\d+)"),
                        stack=number(text, r"stack (\d+)"),
                        arena=number(text, r"arena (\d+)"),
                        flash=flash_of(self.folder / "net.o", "arm-none-eabi-size"))


class LinuxProgram(Program):
    """A static Linux program for another processor, under QEMU's user mode."""

    def link(self, target, libraries):
        self.emulator, self.compiler = LINUX[target]
        self.tools = tools_of(target)
        self.program = self.folder / "infer"
        # -O1: the marks, which do nothing, are not merged into one function.
        run([*self.compiler, "-O1", "-std=c99", "-static", f"-I{HERE}", f"-I{self.folder}",
             HERE / "infer.c", HERE / "host.c", self.folder / "net.o",
             *libraries, "-o", self.program])
        self.plugin = build_plugin(self.folder)

    def infer(self, data, timeout=120):
        (self.folder / "input_0.bin").write_bytes(data)
        marks = [address_of(self.program, f"bench_{mark}", self.tools + "nm")
                 for mark in ("start", "stop")]
        text = run([*self.emulator, "-plugin",
                    f"{self.plugin},start={marks[0]},stop={marks[1]}", self.program],
                   cwd=self.folder, timeout=timeout)
        return BoardRun(output=(self.folder / "output_0.bin").read_bytes(),
                        instructions=number(text, r"run 0 insns (\d+)"), stack=0,
                        arena=number(text, r"arena (\d+)"),
                        flash=flash_of(self.folder / "net.o", self.tools + "size"))


class HostProgram(Program):
    """The board's program on this machine, under AddressSanitizer and UBSan."""

    def link(self, target, libraries):
        run(["gcc", "-std=c99", "-g", "-fsanitize=address,undefined",
             "-fno-sanitize-recover=all", f"-I{HERE}", f"-I{self.folder}",
             HERE / "infer.c", HERE / "host.c", self.folder / "net.o",
             *libraries, "-o", self.folder / "infer"])

    def infer(self, data):
        (self.folder / "input_0.bin").write_bytes(data)
        text = run([self.folder / "infer"], cwd=self.folder)
        return BoardRun(output=(self.folder / "output_0.bin").read_bytes(),
                        instructions=0, stack=0,
                        arena=number(text, r"arena (\d+)"),
                        flash=flash_of(self.folder / "net.o"))


def program_of(target):
    """The kind of program that runs a network for the target here."""
    return Board if target in BOARDS else LinuxProgram if target in LINUX else HostProgram
