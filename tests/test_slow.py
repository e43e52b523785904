"""The list of slow tests names tests that exist."""

from tests.conftest import SLOW
from tracker import paths

FOLDER = paths.migrations_dir().parent


def test_each_slow_test_exists():
    gone = []
    for name in SLOW:
        file, _, function = name.partition("::")
        if not (FOLDER / file).is_file() or f"def {function}(" not in (FOLDER / file).read_text("utf-8"):
            gone.append(name)
    assert gone == []
