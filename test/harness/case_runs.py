"""The command line of tests that draw cases by number and run many as one network."""

import argparse
from pathlib import Path

import programs

SKIPPED = 77


def wrong_cases(compare, seeds, arguments, folder):
    """The number of wrong cases; each is reported."""
    try:
        return compare(seeds, arguments, folder)
    except programs.CompileError as error:
        if len(seeds) == 1:
            print(f"{arguments.target} {arguments.level} case {seeds[0]}: {error}", flush=True)
            return 1
    half = len(seeds) // 2  # which one?
    return (wrong_cases(compare, seeds[:half], arguments, folder) +
            wrong_cases(compare, seeds[half:], arguments, folder))


def target_parser(description, level="-O2"):
    """A parser of what each test on a target takes: the target, --dlc, --work, --level."""
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("target")
    parser.add_argument("--dlc", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--level", default=level, choices=["-O1", "-O2", "-Os"])
    return parser


def is_skipped(arguments):
    """Whether the target's programs do not run here, which is then said."""
    missing = programs.missing(arguments.target)
    if missing:
        print(f"skipped: {missing}")
    return bool(missing)


def main(description, compare, count, batch, families=None, kinds=(), processors=False):
    """Draws `count` cases, `batch` in one network, for the target of the command line.

    compare(seeds, arguments, folder) compiles and runs the cases of these numbers in
    a folder and returns how many are wrong; it may raise CompileError. `families`:
    help for --only, where cases have kinds to choose from. `kinds`: names of --kind,
    one of which all cases are; the first unless asked for another. `processors`:
    compare heeds arguments.mcpu.
    """
    parser = target_parser(description)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=count)
    parser.add_argument("--batch", type=int, default=batch, help="cases in one network")
    if families:
        parser.add_argument("--only", nargs="*", help=families)
    if kinds:
        kinds = [*kinds]
        parser.add_argument("--kind", default=kinds[0], choices=kinds)
    if processors:
        parser.add_argument("--mcpu", help="the processor, whose instructions are taken")
    arguments = parser.parse_args()
    if is_skipped(arguments):
        return SKIPPED
    folder = arguments.work / arguments.target
    folder.mkdir(parents=True, exist_ok=True)
    end = arguments.first + arguments.count
    wrong = sum(wrong_cases(compare, range(first, min(end, first + arguments.batch)),
                            arguments, folder)
                for first in range(arguments.first, end, arguments.batch))
    print(f"{arguments.count} cases, {wrong} wrong")
    return int(wrong > 0)
