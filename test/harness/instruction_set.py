"""What is in an object for one target: no instruction that the core lacks.

QEMU does not say when a core would not know an instruction: it runs an M0's
program on an M3. So the object is read as the core reads it, and each
instruction is compared with what the architecture has.
"""

import re
import subprocess
from dataclasses import dataclass, replace

FLOAT = r"v\w+(\.\w+)*"  # every instruction of a floating-point or vector unit
DIVIDE = r"[us]div"
Q_REGISTER = r"\bq\d+\b"
DOUBLE = r"(?!vmov)\w+\.f64\b"  # moves of 64 bits are of every unit
# Armv6-M has none of these: long multiplication, IT blocks, wide constants, ...
THUMB_2 = (r"[us]mu?la?l|mla|mls|it[te]*|cbn?z|mov[wt]|clz|rbit|ldrd|strd|[us]bfx|bfi|bfc|"
           r"\w+\.w")

MEMORY_CALLS = r"(__aeabi_)?mem(cpy|set|move|clr)[48]?"
# Without a floating-point unit: helpers of single precision. No 64-bit division
# (ldivmod), nothing of double precision.
SOFT_FLOAT_CALLS = rf"{MEMORY_CALLS}|__aeabi_(f\w+|u?i2f|f2u?iz|u?idiv(mod)?|lmul|ll?sl|l[ls]sr|lasr)|__clzsi2"


@dataclass
class Core:
    cpu: str
    arch: str  # Tag_CPU_arch of the build attributes; none for AArch64
    calls: str  # undefined symbols that may be there
    mnemonics: str = ""  # what may not be there
    operands: str = ""
    needed: str = ""  # what must be there


def scalar(cpu, arch):
    return Core(cpu, arch, MEMORY_CALLS, DOUBLE, Q_REGISTER, r"vm(la|ul)\.f32|vfma\.f32")


def helium(cpu):
    return Core(cpu, "21", MEMORY_CALLS, DOUBLE, needed=r"vfma\.f32\s+q\d, q\d, r\d")


CORES = {
    "cortex-m0": Core("cortex-m0", "12", SOFT_FLOAT_CALLS, f"{FLOAT}|{DIVIDE}|{THUMB_2}"),
    "cortex-m0plus": Core("cortex-m0plus", "12", SOFT_FLOAT_CALLS,
                          f"{FLOAT}|{DIVIDE}|{THUMB_2}"),
    "cortex-m3": Core("cortex-m3", "10", SOFT_FLOAT_CALLS, FLOAT),
    "cortex-m4": scalar("cortex-m4", "13"),
    "cortex-m7": scalar("cortex-m7", "13"),
    "cortex-m33": scalar("cortex-m33", "17"),
    "cortex-m55": helium("cortex-m55"),
    "cortex-m85": helium("cortex-m85"),
    "armv6": Core("arm1176jzf-s", "6", MEMORY_CALLS,
                  rf"{DIVIDE}|mov[wt]|vfm\w+(\.\w+)*|vld\d\S*|vst\d\S*", Q_REGISTER,
                  r"vmul\.f32|vmla\.f32"),
    "armv8-neon": Core("cortex-a53", "", MEMORY_CALLS, operands=r"\b[zp]\d+\.[bhsd]\b",
                       needed=r"fmla\s+v\d+\.4s, v\d+\.4s, v\d+\.s\[3\]"),
}

# x86-64's levels: AVX begins at v3, its 512-bit and masked forms at v4, which has no VNNI.
VNNI = r"vpdp\w+"
V4 = r"%zmm|%[xy]mm(1[6-9]|2\d|3[01])|%k[0-7]"
CORES |= {
    "x86-64-v2": Core("x86-64-v2", "", MEMORY_CALLS, r"v\w+", V4, r"mulps"),
    "x86-64-v3": Core("x86-64-v3", "", MEMORY_CALLS, VNNI, V4, r"vfm\w+ps .*%ymm"),
    "x86-64-v4": Core("x86-64-v4", "", MEMORY_CALLS, VNNI, needed=r"vfm\w+ps .*%zmm"),
    "x86-64-vnni": Core("x86-64-v4", "", MEMORY_CALLS, needed=r"vfm\w+ps .*%zmm"),
}


def output_of(*command):
    return subprocess.run([str(part) for part in command], text=True, check=True,
                          stdout=subprocess.PIPE).stdout


def instructions(tools, obj, cpu):
    """(mnemonic, operands) of each; data between the code is left out."""
    text = output_of(tools / "llvm-objdump", "-d", "--no-show-raw-insn", f"--mcpu={cpu}", obj)
    for line in text.splitlines():
        match = re.match(r"\s+[0-9a-f]+:\s+(\S+)(?:\s+(.*))?$", line)
        if match and not match.group(1).startswith("."):
            yield match.group(1), (match.group(2) or "").split("@")[0]


def architecture(tools, obj):
    """The value of Tag_CPU_arch, "" where there are no build attributes."""
    text = output_of(tools / "llvm-readelf", "-A", obj)
    match = re.search(r"Value: (\d+)\s+TagName: CPU_arch\s", text)
    return match.group(1) if match else ""


# Products of halves, where --fp16 is asked for: 8 lanes by one factor.
HALF = {"cortex-m55": r"vfma\.f16\s+q\d, q\d, r\d", "cortex-m85": r"vfma\.f16\s+q\d, q\d, r\d",
        "armv8-neon": r"fmla\s+v\d+\.8h, v\d+\.8h, v\d+\.h\[3\]"}


# Of a network of integers nothing is left in floats, neither as instructions nor as
# helpers: products of 64 bits where the core has none, and one quotient of 64 bits for a
# row of a softmax.
FLOAT_ARITHMETIC = (r"v(mul|add|sub|nmul|ml[as]|fm[as]|div|cvt)\w*\.(f|s32\.f|u32\.f)\S*|"
                    r"f(n?mul|add|sub|n?madd|ml[as]|div|cvt\w*)|[su]cvtf|"
                    r"v?(mul|add|sub|div|fn?m(add|sub)\d*)[ps][sd]|v?cvt\w*[ps][sd]\w*")
INTEGER_CALLS = {"12": r"|__aeabi_(lmul|ll?sl|l[ls]sr|lasr|u?idiv|ldivmod)", "": ""}


def core_of(target, options=(), integers=False):
    """As the options of dlc make of it, for a network of floats or of integers."""
    core = CORES[target]
    if integers:
        calls = INTEGER_CALLS.get(core.arch, r"|__aeabi_ldivmod")
        core = replace(core, calls=MEMORY_CALLS + calls, needed="",
                       mnemonics="|".join(filter(None, [core.mnemonics, FLOAT_ARITHMETIC])))
    for option in options:
        if option.startswith("--mcpu="):
            core = replace(core, cpu=option.removeprefix("--mcpu="))
    if "--fp16" in options:
        core = replace(core, needed=HALF[target])
    return core


def problems(tools, obj, target, options=(), integers=False):
    """What must not be in an object for the target; `tools` is LLVM's bin folder."""
    core = core_of(target, options, integers)
    code = list(instructions(tools, obj, core.cpu))
    if not code:
        yield "no instructions"
    found = False
    for mnemonic, operands in code:
        line = f"{mnemonic} {operands}"
        if mnemonic == "<unknown>":
            yield f"{core.cpu} does not know an instruction"
        if core.mnemonics and re.fullmatch(core.mnemonics, mnemonic):
            yield f"not on {core.cpu}: {line}"
        if core.operands and re.search(core.operands, operands):
            yield f"not on {core.cpu}: {line}"
        found = found or not core.needed or re.match(core.needed, line) is not None
    if not found:
        yield f"no instruction like {core.needed}"
    arch = architecture(tools, obj)
    if arch != core.arch:
        yield f"Tag_CPU_arch is '{arch}', not '{core.arch}'"
    for line in output_of(tools / "llvm-nm", "-u", obj).splitlines():
        symbol = line.split()[-1]
        if not re.fullmatch(core.calls, symbol):
            yield f"the object calls {symbol}"
