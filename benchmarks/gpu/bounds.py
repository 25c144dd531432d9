"""What bounds launches on a GPU: docs/decisions/gpu-bounds.md, from DLC_CUDA_STATS.

The model is that of `dlc run --profile` (compiler/driver/run/GpuBound.cpp), for
launches that dlc did not make; check() holds both together.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

TARGETS = Path(__file__).resolve().parents[2] / "targets" / "nvidia"
SECTOR, WARP = 32, 32
MOST_BLOCKS, MOST_WARPS = 32, 64
CACHE_BYTES, STREAM_SHARE = 64, 0.75
LAUNCH_SECONDS = 5e-6


def numbers_of(target):
    """The numbers of a target's description and of those that it inherits."""
    text = (TARGETS / f"{target}.yaml").read_text()
    parent = re.search(r"^inherits: (\S+)", text, re.M)
    numbers = numbers_of(parent[1]) if parent else {}
    units = {"": 1, "K": 1 << 10, "M": 1 << 20, "MHz": 1e6}
    for key, value, unit in re.findall(r"^ *([\w-]+): ([\d.]+)(K|M|MHz|)$", text, re.M):
        numbers[key] = float(value) * units[unit]
    return numbers


def product(sizes):
    x, y, z = sizes
    return x * y * z


def seconds_of(launch, gpu):
    """The least time of a launch."""
    lanes, multiprocessors = gpu["lanes"], gpu["multiprocessors"]
    blocks, threads = product(launch["grid"]), product(launch["block"])
    warps = -(-threads // WARP)
    here = -(-blocks // multiprocessors)
    fit = min(here, MOST_BLOCKS, MOST_WARPS // warps)
    if launch["shared_bytes"]:
        fit = min(fit, gpu["shared"] // launch["shared_bytes"])
    schedulers = min(lanes // WARP, max(1, fit) * warps)
    classes = launch["slots_by_class"]
    doubles = 32 if gpu["capability"] == 60 else 4
    cycles = max(
        launch["slots"] / schedulers,
        (classes.get("special", 0) + classes.get("convert", 0)) * WARP / (lanes / 4),
        classes.get("double", 0) * WARP / doubles,
        classes.get("half", 0) * 2 * WARP / lanes / gpu["half-rate"],
        launch["shared_requests"],
        (launch["sectors"] + launch["local_sectors"]) * SECTOR / CACHE_BYTES)
    memory = (launch["footprint_sectors"] * SECTOR
              / (gpu["stream-bytes-per-cycle"] * STREAM_SHARE))
    return max(cycles * here / blocks, memory) / gpu["clock"]


@dataclass
class Counts:
    launches: int
    instructions: int  # machine instructions of warps
    sectors: int
    seconds: float  # modelled


def counts_of(lines, target):
    gpu = numbers_of(target)
    launches = [entry for entry in map(json.loads, lines) if "kernel" in entry]
    return Counts(len(launches), sum(launch["slots"] for launch in launches),
                  sum(launch["sectors"] + launch["local_sectors"] for launch in launches),
                  sum(seconds_of(launch, gpu) + LAUNCH_SECONDS for launch in launches))


def check(counts, printed):
    """That what dlc printed for the same launches is the same time."""
    number, unit = re.search(r"modelled time ([\d.]+) (us|ms)", printed).groups()
    said = float(number) * {"us": 1e-6, "ms": 1e-3}[unit]
    if abs(counts.seconds - said) > 1e-3 * said:
        raise ValueError(f"the model gives {counts.seconds}, dlc {said} seconds")
