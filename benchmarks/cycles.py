"""Modelled cycles of a program under QEMU, by the tables of the cores' manuals.

Cortex-M0: Technical Reference Manual (ARM DDI 0432C), 3.3; MULS in one cycle.
Cortex-M3: Technical Reference Manual (ARM 100165), 3.3.1; Cortex-M4: (ARM 100166),
3.3.1, both with what they say of loads and stores one behind the other: each after the
first takes one cycle less, unless it needs what the one before it has loaded.

Memory without wait states. Where a table has a range, what is taken: 3 to refill
the pipeline would be the most, 2 is taken for the M3 and M4 (addresses in the
instruction, which are aligned); the longest of SMULL on the M3, 5. A model is no
measurement. QEMU says how often each instruction is executed and how often it
branches (trace.c).
"""

import re
import subprocess
from pathlib import Path

from board import EMULATOR, BoardError, run, tools_of

HERE = Path(__file__).resolve().parent
MODELLED = ("cortex-m0", "cortex-m3", "cortex-m4")

DISASSEMBLED = re.compile(r"^\s*([0-9a-f]+):\t(?:[0-9a-f]{4} ?)+\s*\t(\S+)(?:\t([^;@<\n]*))?",
                          re.MULTILINE)
REFILL = 2
SINGLE = re.compile(r"(ldr|str)(b|h|sb|sh)?(\.[wn])?$")
BRANCHES = re.compile(r"(b|bl|bx|blx|cbz|cbnz|b(eq|ne|cs|cc|hs|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le))"
                      r"(\.[wn])?$")
IN_CYCLES = {  # beside those of one
    "cortex-m0": {"bl": 4, "bx": 3, "blx": 3, "b": 3, "single": 2, "long": None},
    "cortex-m3": {"mla": 2, "mls": 2, "smull": 5, "umull": 5, "smlal": 7, "umlal": 7,
                  "sdiv": 12, "udiv": 12, "single": 2},
    "cortex-m4": {"sdiv": 12, "udiv": 12, "mls": 2, "single": 2},
}


def registers(text):
    """How many are between braces."""
    count = 0
    for part in re.search(r"\{(.*)\}", text)[1].split(","):
        ends = [{"sp": 13, "lr": 14, "pc": 15, "ip": 12, "fp": 11, "sl": 10, "r9": 9}.get(
            name.strip(), None) for name in part.split("-")]
        numbers = [end if end is not None else int(name.strip()[1:])
                   for end, name in zip(ends, part.split("-"))]
        count += numbers[-1] - numbers[0] + 1
    return count


class Model:
    def __init__(self, target):
        self.table = IN_CYCLES[target]
        self.pipelined = target != "cortex-m0"
        self.before = None  # registers that the load or store before has loaded

    def cycles(self, name, operands, executed, left):
        """Of all executions of an instruction, `left` of which branch."""
        bare = name.split(".")[0]
        follows, self.before = self.before, None
        if re.match(r"(ldm|stm|push|pop)", bare):
            more = registers(operands)
            if "pc" in operands:
                more += 3 if not self.pipelined else REFILL
            return executed * (1 + more)
        if bare in ("ldrd", "strd"):
            return executed * 3
        if SINGLE.match(name):
            target, address = operands.split(",", 1)
            loaded = {target.strip()} if bare.startswith("ldr") else set()
            self.before = loaded
            near = follows is not None and not any(
                re.search(rf"\b{register}\b", address) for register in follows)
            return executed * (1 if near and self.pipelined else self.table["single"])
        if BRANCHES.match(name):
            if not self.pipelined:
                taken = self.table.get(bare, 3)
                return executed + left * (taken - 1)
            return executed + left * REFILL
        if bare.endswith(".n"):
            bare = bare[:-2]
        return executed * (self.table.get(bare) or 1)


def modelled_cycles(program, data, target, timeout=600):
    """Of the network's own instructions in one inference of an EmulatedProgram."""
    tools = tools_of(target)
    names = {line.split()[-1] for line in run([tools + "nm", program.folder / "net.o"])
             .splitlines() if line.split()[-2] in "tT"}
    ranges = [(int(m[1], 16), int(m[1], 16) + int(m[2], 16)) for m in re.finditer(
        r"^(\w+) (\w+) [tT] (\S+)$", run([tools + "nm", "-S", program.program]), re.MULTILINE)
        if m[3] in names]
    low, high = min(r[0] for r in ranges), max(r[1] for r in ranges)
    plugin = program.folder / "libtrace.so"
    run(["cc", "-O2", "-shared", "-fPIC", f"-I{EMULATOR}", "-o", plugin, HERE / "trace.c"])
    (program.folder / "input_0.bin").write_bytes(data)
    run([*program.emulator.command, "-plugin",
         f"{plugin},low={low:x},high={high:x},out=trace.txt", "-display", "none", "-monitor",
         "none", "-serial", "none", "-semihosting-config", "enable=on,target=native",
         "-kernel", program.program], cwd=program.folder, timeout=timeout)
    counts = {}
    for line in (program.folder / "trace.txt").read_text().splitlines():
        address, _, executed, left = line.split()
        address = int(address, 16)
        if any(first <= address < end for first, end in ranges):
            counts[address] = int(executed), int(left)
    text = subprocess.run([tools + "objdump", "-d", str(program.program)],
                          stdout=subprocess.PIPE, text=True, check=True).stdout
    model, total, seen = Model(target), 0, 0
    for match in DISASSEMBLED.finditer(text):
        executed, left = counts.get(int(match[1], 16), (0, 0))
        total += model.cycles(match[2], match[3] or "", executed, left)
        seen += executed
    expected = sum(executed for executed, _ in counts.values())
    if seen != expected:
        raise BoardError(f"{seen} of {expected} executed instructions were disassembled")
    return total
