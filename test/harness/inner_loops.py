"""The innermost loops of an object, as its disassembly has them."""

import re
import subprocess

# Of AArch64 and Arm; `le` and `letp` end a low-overhead loop.
BRANCH = r"(b|b\.\w+|b[a-z]{2}(\.[nw])?|cbn?z|tbn?z|letp|le)\s.*?0x([0-9a-f]+)"
MULTIPLY_ADD = r"(fml[as]\s|vfm[as]\.f\d+\s+q)"


def functions(tools, obj, cpu):
    """The instructions of each function by its name: (address, text)."""
    text = subprocess.run([tools / "llvm-objdump", "-d", "--no-show-raw-insn",
                           "--no-print-imm-hex", f"--mcpu={cpu}", obj],
                          check=True, stdout=subprocess.PIPE, text=True).stdout
    found, code = {}, None
    for line in text.splitlines():
        name = re.match(r"[0-9a-f]+ <(.*)>:$", line)
        if name:
            code = found.setdefault(name[1], [])
        instruction = re.match(r"\s+([0-9a-f]+):\s+([a-z].*)$", line)
        if instruction:
            words = re.split(r"//|@", instruction[2])[0].split()
            code.append((int(instruction[1], 16), " ".join(words)))
    return found


def innermost_loops(code):
    """Stretches of instructions that end with a branch back to their first."""
    places = {address: i for i, (address, _) in enumerate(code)}
    loops = []
    for i, (address, text) in enumerate(code):
        branch = re.match(BRANCH, text)
        if branch and int(branch[3], 16) <= address and int(branch[3], 16) in places:
            loops.append((places[int(branch[3], 16)], i))
    return [[text for _, text in code[start:end + 1]] for start, end in loops
            if not any((a, b) != (start, end) and a >= start and b <= end for a, b in loops)]


def is_multiply_add(text):
    """Of vectors."""
    return re.match(MULTIPLY_ADD, text) is not None


def main_loop(code):
    """That of the largest register tile; a transform has few multiply-adds in a long loop."""
    def weight(loop):
        sums = {text.split()[1] for text in loop if is_multiply_add(text)}
        return len(sums) * (sum(map(is_multiply_add, loop)) / len(loop)) ** 2

    return max(innermost_loops(code), key=weight, default=[])
