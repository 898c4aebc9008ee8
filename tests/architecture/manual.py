"""Tables of docs/, for tests that hold them against the code."""

from tests.architecture.sources import ROOT


def rows(document: str, title: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its own first line."""
    section = (ROOT / document).read_text().split(f"\n## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]
