"""Check that no line of a template is longer than MOST: `python -m tests.support.template_lines`, part of `make lint`."""

import sys
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parents[2] / "templates"
MOST: Final = 130
# Still to be brought into shape.
UNFORMATTED: Final = (
    "claims/",
    "errors/",
    "mail/",
    "operations/",
    "overview/",
    "public/",
    "queue/",
    "record/",
    "reminders/",
    "scores/",
    "settings/",
    "shared/_m.html",
)


def find_long_lines(folder: Path = FOLDER) -> list[str]:
    """Return "file:line: length" of every line that is too long."""
    return [
        f"templates/{path.relative_to(folder)}:{number}: {len(line)} characters"
        for path in sorted(folder.rglob("*.*"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > MOST and not str(path.relative_to(folder)).startswith(UNFORMATTED)
    ]


if __name__ == "__main__":
    found = find_long_lines()
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(1 if found else 0)
