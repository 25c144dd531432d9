"""The report that benchmarks print, and docs/results.md, where each has a section."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "results.md"
TITLE = "# Measured results"


class Report:
    """Markdown that grows; goals that are missed are counted."""

    def __init__(self):
        self.lines = []
        self.missed = 0

    def line(self, text=""):
        self.lines.append(text)
        print(text, flush=True)

    def reached(self, value, limit):
        good = value <= limit
        self.missed += not good
        return "yes" if good else "**no**"

    def marked(self, text, good):
        """`text`, in bold where it misses its goal."""
        self.missed += not good
        return text if good else f"**{text}**"

    def row(self, *cells):
        self.line("| " + " | ".join(str(cell) for cell in cells) + " |")

    def table(self, *titles):
        self.row(*titles)
        self.row(*["---"] * len(titles))


def write_section(heading, lines, page=PAGE):
    """Replaces the section under `## heading`, or adds it at the end."""
    text = page.read_text() if page.exists() else TITLE + "\n"
    head, *sections = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    new = f"## {heading}\n\n" + "\n".join(lines).strip() + "\n"
    titles = [section.split("\n", 1)[0] for section in sections]
    if f"## {heading}" in titles:
        sections[titles.index(f"## {heading}")] = new
    else:
        sections.append(new)
    page.write_text("\n\n".join(part.strip() for part in [head, *sections]) + "\n")
