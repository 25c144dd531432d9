"""Checks the memory plan of dlc's JSON report without a word of the planner's.

Buffers that are alive at one stage must not overlap, and the arena must be
close to the lower bound, the largest sum of bytes alive at one stage.
"""

import json
from pathlib import Path

SLACK = 0.05  # of the lower bound


def alive_together(a, b):
    return a["first_stage"] <= b["last_stage"] and b["first_stage"] <= a["last_stage"]


def overlap(a, b):
    return (a["offset"] < b["offset"] + b["bytes"]
            and b["offset"] < a["offset"] + a["bytes"])


def lower_bound(buffers):
    last = max((b["last_stage"] for b in buffers), default=0)
    return max(sum(b["bytes"] for b in buffers if b["first_stage"] <= stage <= b["last_stage"])
               for stage in range(last + 1))


def problems(report):
    """What is wrong with a report's plan, one text each."""
    ram, buffers = report["ram"], report["buffers"]
    end = max((b["offset"] + b["bytes"] for b in buffers), default=0)
    if end > ram["arena_bytes"]:
        yield f"a buffer ends at {end}, the arena at {ram['arena_bytes']}"
    bound = lower_bound(buffers)
    if bound != ram["lower_bound"]:
        yield f"the lower bound is {bound}, the report says {ram['lower_bound']}"
    if ram["arena_bytes"] > bound * (1 + SLACK):
        yield f"the arena has {ram['arena_bytes']} bytes, the lower bound is {bound}"
    for i, a in enumerate(buffers):
        for b in buffers[:i]:
            if alive_together(a, b) and overlap(a, b):
                yield f"'{a['name']}' and '{b['name']}' overlap while both are alive"


def load(path):
    return json.loads(Path(path).read_text())
