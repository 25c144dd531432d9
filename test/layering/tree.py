"""What the layering tests share: the repository's own files."""

import subprocess


def files(*patterns):
    """Tracked and new files that git does not ignore, sorted."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard",
         "--deduplicate", *patterns],
        check=True, capture_output=True, text=True).stdout
    from pathlib import Path
    return sorted(path for path in listing.splitlines() if Path(path).exists())


def report(problems, what):
    """Prints the problems, or what was found in order; the exit status."""
    for problem in problems:
        print(problem)
    if not problems:
        print(what)
    return 1 if problems else 0
