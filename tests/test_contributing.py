"""What CONTRIBUTING names exists."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATH = re.compile(r"`((?:tracker|tests|templates|migrations|docs|tools|seeds)/[\w./-]*)`")


def test_contributing_names_paths_that_exist():
    named = PATH.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert len(named) > 40
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_contributing_describes_every_package():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    packages = [path.parent for path in (ROOT / "tracker").glob("*/__init__.py")]
    assert len(packages) > 15
    assert [path.name for path in packages if f"`tracker/{path.name}/`" not in text] == []
