"""Checks the memory plan of dlc's JSON report without a word of the planner's.

Buffers that are alive at one stage must not overlap, but for a result over an
operand that it may lie over; and the arena must be close to the lower bound.
"""

import json
from pathlib import Path

SLACK = 0.05  # of the lower bound


def alive_together(a, b):
    return a["first_stage"] <= b["last_stage"] and b["first_stage"] <= a["last_stage"]


def overlap(a, b):
    return (a["offset"] < b["offset"] + b["bytes"]
            and b["offset"] < a["offset"] + a["bytes"])


def may_be_ahead(over, ahead):
    """Whether the operand may begin so many bytes after the result."""
    return (ahead >= over["after"] or -ahead >= over["before"]
            or over["same"] and ahead == 0)


def allowed(a, b, buffers):
    """Whether one of the two may lie where it does over part of the other."""
    for result, operand in ((a, b), (b, a)):
        for over in result["over"]:
            if buffers[over["buffer"]] is operand:
                ahead = operand["offset"] - result["offset"]
                return (result["first_stage"] == operand["last_stage"]
                        and may_be_ahead(over, ahead))
    return False


def shared_bytes(result, buffers):
    """The most bytes that a result can have in common with its operands."""
    def hull(operand, ahead):
        return (max(result["bytes"], ahead + operand["bytes"]) - min(0, ahead))
    shared = 0
    for over in result["over"]:
        operand = buffers[over["buffer"]]
        together = result["bytes"] + operand["bytes"]
        # As near to each other as may be, or one in the middle of the other.
        distances = [over["after"], -over["before"], 0, result["bytes"] - operand["bytes"]]
        shared += together - min([together] + [
            hull(operand, ahead) for ahead in distances if may_be_ahead(over, ahead)])
    return min(shared, result["bytes"])


def bytes_of_three(operand, middle, result, buffers):
    """What a buffer needs with its operand on one side and its reader's result
    on the other, or with both on one side."""
    def beyond(other, after, before, same):
        longer = other["bytes"] - middle["bytes"]
        if same:  # from the same byte on
            return 0, min(max(0, after + longer), max(0, longer))
        return max(0, before), max(0, after + longer)
    over = next(o for o in middle["over"] if buffers[o["buffer"]] is operand)
    a_below, a_above = beyond(operand, over["after"], over["before"], over["same"])
    over = next(o for o in result["over"] if buffers[o["buffer"]] is middle)
    c_below, c_above = beyond(result, over["before"], over["after"], over["same"])
    around = sum(b["bytes"] for b in buffers if b["first_stage"] < middle["first_stage"]
                 and b["last_stage"] > middle["last_stage"])
    return middle["bytes"] + around + min(a_below + c_above, a_above + c_below,
                                          max(a_below, c_below), max(a_above, c_above))


def bytes_per_stage(buffers, stages):
    """What is alive, less what results may have in common with operands."""
    return [sum(b["bytes"] for b in buffers if b["first_stage"] <= stage <= b["last_stage"])
            - sum(shared_bytes(b, buffers) for b in buffers if b["first_stage"] == stage)
            for stage in range(stages)]


def lower_bound(buffers):
    last = max((b["last_stage"] for b in buffers), default=0)
    bound = max(bytes_per_stage(buffers, last + 1))
    for result in buffers:
        for middle in (buffers[over["buffer"]] for over in result["over"]):
            for over in middle["over"]:
                bound = max(bound, bytes_of_three(buffers[over["buffer"]], middle, result, buffers))
    return bound


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
            if alive_together(a, b) and overlap(a, b) and not allowed(a, b, buffers):
                yield f"'{a['name']}' and '{b['name']}' overlap while both are alive"


def load(path):
    return json.loads(Path(path).read_text())
