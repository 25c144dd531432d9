"""Builds a network into a firmware (or a sanitized program) and runs it."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent

BOARDS = {
    "cortex-m3": ("mps2-an385", ["-mcpu=cortex-m3", "-mthumb"]),
    "cortex-m4": ("mps2-an386", ["-mcpu=cortex-m4", "-mthumb", "-mfpu=fpv4-sp-d16",
                                 "-mfloat-abi=hard"]),
}


class BoardError(Exception):
    pass


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


def address_of(firmware, symbol):
    match = re.search(rf"^([0-9a-f]+) \w {symbol}$", run(["arm-none-eabi-nm", firmware]),
                      re.MULTILINE)
    return "0x" + match.group(1)


def flash_of(obj, size="size"):
    """Text and read-only data of an object, as `size -A` lists its sections."""
    total = 0
    for line in run([size, "-A", obj]).splitlines():
        match = re.match(r"(\.text|\.rodata)\S*\s+(\d+)", line)
        if match:
            total += int(match.group(2))
    return total


class Board:
    """A firmware of one network in `folder`: net.o, net.h, firmware.elf."""

    def __init__(self, dlc, model, target, folder, options=()):
        self.machine, flags = BOARDS[target]
        self.folder = Path(folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        run([dlc, model, f"--target={target}", "--name=net",
             "-o", self.folder / "net.o", *options])
        self.firmware = self.folder / "firmware.elf"
        run(["arm-none-eabi-gcc", *flags, "-Os", "-std=gnu99", "-ffunction-sections",
             f"-I{HERE}", f"-I{self.folder}", HERE / "infer.c", HERE / "startup.c",
             self.folder / "net.o", "-nostartfiles", "--specs=nano.specs", f"-L{HERE}",
             "-T", HERE / "mps2.ld", "-Wl,--gc-sections", "-Wl,--no-warn-rwx-segments",
             "-o", self.firmware])
        self.plugin = self.folder / "libicount.so"
        run(["cc", "-O2", "-shared", "-fPIC", "-o", self.plugin, HERE / "icount.c"])

    def infer(self, data, timeout=120):
        (self.folder / "input_0.bin").write_bytes(data)
        plugin = (f"{self.plugin},start={address_of(self.firmware, 'bench_start')},"
                  f"stop={address_of(self.firmware, 'bench_stop')}")
        text = run(["qemu-system-arm", "-M", self.machine, "-display", "none",
                    "-monitor", "none", "-serial", "none",
                    "-semihosting-config", "enable=on,target=native",
                    "-plugin", plugin, "-kernel", self.firmware],
                   cwd=self.folder, timeout=timeout)

        def number(pattern):
            match = re.search(pattern, text)
            if not match:
                raise BoardError(f"no '{pattern}' in the output of the board:\n{text}")
            return int(match.group(1))

        return BoardRun(output=(self.folder / "output_0.bin").read_bytes(),
                        instructions=number(r"run 0 insns (\d+)"),
                        stack=number(r"stack (\d+)"), arena=number(r"arena (\d+)"),
                        flash=flash_of(self.folder / "net.o", "arm-none-eabi-size"))


class HostProgram:
    """The board's program on this machine, under AddressSanitizer and UBSan."""

    def __init__(self, dlc, model, target, folder, options=()):
        self.folder = Path(folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        run([dlc, model, f"--target={target}", "--name=net",
             "-o", self.folder / "net.o", *options])
        run(["gcc", "-std=c99", "-g", "-fsanitize=address,undefined",
             "-fno-sanitize-recover=all", f"-I{HERE}", f"-I{self.folder}",
             HERE / "infer.c", HERE / "host.c", self.folder / "net.o",
             "-o", self.folder / "infer"])

    def infer(self, data):
        (self.folder / "input_0.bin").write_bytes(data)
        text = run([self.folder / "infer"], cwd=self.folder)
        return BoardRun(output=(self.folder / "output_0.bin").read_bytes(),
                        instructions=0, stack=0,
                        arena=int(re.search(r"arena (\d+)", text).group(1)),
                        flash=flash_of(self.folder / "net.o"))
