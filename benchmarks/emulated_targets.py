"""What benchmarks that count instructions under QEMU ask their users for."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "test" / "harness"))

from board import missing_programs  # noqa: E402


def target_options(parser, targets):
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--targets", nargs="+", choices=targets, default=list(targets),
                        metavar="TARGET", help=", ".join(targets))
    parser.add_argument("--write", action="store_true", help="write docs/results.md")


def require_programs(parser, targets):
    """Ends where a target's programs are not installed."""
    for target in targets:
        if missing := missing_programs(target):
            parser.error(f"{target} needs {', '.join(missing)}")
