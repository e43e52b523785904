"""Check that no line of a template is longer than MOST: `python -m tests.support.template_lines`, part of `make lint`."""

import sys
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parents[2] / "templates"
MOST: Final = 130


def find_long_lines(folder: Path = FOLDER) -> list[str]:
    """Return "file:line: length" of every line that is too long."""
    return [
        f"templates/{path.relative_to(folder)}:{number}: {len(line)} characters"
        for path in sorted(folder.rglob("*.*"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > MOST
    ]


if __name__ == "__main__":
    found = find_long_lines()
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(1 if found else 0)
