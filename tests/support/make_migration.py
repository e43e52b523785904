"""Write the next migration: what the models have and the newest revision does not. For those who work on the tracker."""

import sys
import tempfile
from pathlib import Path

from tracker import paths, schema
from tracker.db import Database


def main(message: str) -> str:
    """Write the revision and return its file. Raises SystemExit where there is nothing to say or to write."""
    if not message.strip():
        raise SystemExit('Say what it does:  make migration m="add a column"')
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/tracker.db")
        try:
            schema.upgrade(database)
            if not schema.drift(database):
                raise SystemExit("The tables are as the models say; there is nothing to migrate.")
            before = _revisions()
            schema.make_revision(database, message)
            return str(next(iter(_revisions() - before)))
        finally:
            database.dispose()


def _revisions() -> set[Path]:
    return set((paths.migrations_dir() / "versions").glob("*.py"))


if __name__ == "__main__":
    print(f"Written, now to be read and tested: {main(sys.argv[1])}")
