"""Builds a network into a firmware (or a sanitized program) and runs it."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent

ROOT = HERE.parents[1]
EMULATOR = ROOT / "runtime" / "emulator"


@dataclass
class Emulator:
    """The `emulator` of a target's YAML: what runs its code here."""

    facts: dict
    float_abi: str  # of the program; "" where it has no such option

    @property
    def is_board(self):
        return "machine" in self.facts

    @property
    def command(self):
        kind = ["-M", self.facts["machine"]] if self.is_board else ["-cpu", self.facts["cpu"]]
        return [self.facts["qemu"], *kind]

    @property
    def compiler(self):
        """gcc with the flags of the core."""
        flags = self.facts.get("flags", "[]").strip("[]")
        abi = [f"-mfloat-abi={self.float_abi}"] if self.float_abi else []
        return [self.facts["compiler"], *flags.replace(",", " ").split(), *abi]

    def write_linker_script(self, path):
        memories = []
        for name in ("code", "constants", "data"):
            if name in self.facts:
                origin, size = re.search(r"origin: (\w+), size: (\w+)",
                                         self.facts[name]).groups()
                memories.append(f"{name.upper()} : ORIGIN = {origin}, LENGTH = {size}")
        alias = "" if "constants" in self.facts else 'REGION_ALIAS("CONSTANTS", CODE)'
        path.write_text("MEMORY {\n%s\n}\n%s\nINCLUDE sections.ld\n"
                        % ("\n".join(memories), alias))


def emulator_of(target):
    """None where the target's code runs on this machine or nowhere."""
    [path] = ROOT.glob(f"targets/*/{target}.yaml")
    facts, nested, inside = {}, {}, False
    for line in path.read_text().splitlines():
        if match := re.match(r"( *)([\w-]+):\s*(.*)", line):
            inside = inside and bool(match[1]) or match[2] == "emulator"
            (nested if match[1] and inside else facts)[match[2]] = match[3]
    if not nested:
        return None
    return Emulator(nested, nested.get("float-abi", facts.get("float-abi", "")))


class BoardError(Exception):
    pass


def missing_programs(target):
    """What is not installed of that which runs the target here."""
    emulator = emulator_of(target)
    needed = [emulator.command[0], emulator.compiler[0]] if emulator else ["gcc"]
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


def number(text, pattern):
    match = re.search(pattern, text)
    if not match:
        raise BoardError(f"no '{pattern}' in the output of the board:\n{text}")
    return int(match.group(1))


def build_plugin(folder):
    """The plugin of QEMU that counts executed instructions."""
    plugin = folder / "libcount.so"
    run(["cc", "-O2", "-shared", "-fPIC", "-o", plugin, EMULATOR / "count.c"])
    return plugin


def tools_of(target):
    """What the names of the target's binutils begin with."""
    emulator = emulator_of(target)
    return emulator.compiler[0].removesuffix("gcc") if emulator else ""


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
        self.target = target
        self.folder = Path(folder).resolve()
        self.link(libraries)

    @classmethod
    def of_model(cls, dlc, model, target, folder, options=()):
        folder = Path(folder).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        run([dlc, model, f"--target={target}", "--name=net", "-o", folder / "net.o",
             *options])
        return cls(target, folder)


class EmulatedProgram(Program):
    """Under QEMU: a firmware, or a static Linux program for another processor."""

    script = None  # a linker script in place of the machine's
    float_abi = None  # of the program, in place of the emulator's

    @classmethod
    def of_model(cls, dlc, model, target, folder, options=()):
        program = super().of_model(dlc, model, target, folder, options)
        if not program.emulator.is_board and any(str(o).startswith("--mcpu=") for o in options):
            program.emulator.facts["cpu"] = "max"  # as `dlc run` does
        return program

    def link(self, libraries):
        self.emulator = emulator_of(self.target)
        if self.float_abi:
            self.emulator.float_abi = self.float_abi
        bare = []
        if self.emulator.is_board:
            self.emulator.write_linker_script(self.folder / "link.ld")
            bare = ["-nostartfiles", "--specs=nano.specs", f"-L{EMULATOR}",
                    "-T", self.script or self.folder / "link.ld"]
        self.program = self.folder / "program.elf"
        run([*self.emulator.compiler, "-Os", "-std=gnu99", "-ffunction-sections", "-static",
             f"-I{EMULATOR}", f"-I{self.folder}", HERE / "infer.c",
             EMULATOR / ("board.c" if self.emulator.is_board else "linux.c"),
             self.folder / "net.o", *bare, "-Wl,--gc-sections", *libraries,
             "-o", self.program])
        self.plugin = build_plugin(self.folder)
        symbols = run([tools_of(self.target) + "nm", "-S", self.program])
        address, size = (int(n, 16) for n in re.search(
            r"^(\w+) (\w+) T net_run$", symbols, re.MULTILINE).groups())
        (self.folder / "count.map").write_text(f"entry {address:x} {address + size:x}\n")

    def infer(self, data, timeout=120):
        (self.folder / "input_0.bin").write_bytes(data)
        plugin = f"{self.plugin},map=count.map,out=count.txt"
        board = ["-display", "none", "-monitor", "none", "-serial", "none",
                 "-semihosting-config", "enable=on,target=native",
                 "-kernel"] if self.emulator.is_board else []
        text = run([*self.emulator.command, "-plugin", plugin, *board,
                    self.program], cwd=self.folder, timeout=timeout)
        return BoardRun(output=(self.folder / "output_0.bin").read_bytes(),
                        instructions=number((self.folder / "count.txt").read_text(),
                                            r"run (\d+)"),
                        stack=number(text, r"stack (\d+)"),
                        arena=number(text, r"arena (\d+)"),
                        flash=flash_of(self.folder / "net.o",
                                       tools_of(self.target) + "size"))


class HostProgram(Program):
    """The board's program on this machine, under AddressSanitizer and UBSan."""

    def link(self, libraries):
        run(["gcc", "-std=gnu99", "-g", "-fsanitize=address,undefined",
             "-fno-sanitize-recover=all", f"-I{EMULATOR}", f"-I{self.folder}",
             HERE / "infer.c", EMULATOR / "linux.c", self.folder / "net.o",
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
    return EmulatedProgram if emulator_of(target) else HostProgram
