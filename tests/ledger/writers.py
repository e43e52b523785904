"""One process full of writers, for the race: `python -m tests.ledger.writers URL THREADS SECONDS`.

Each thread writes and records as fast as it can; some transactions and savepoints fail on purpose. At the end one line of JSON
says how many events were committed, which errors there were, and how long the longest wait was.
"""

import contextlib
import json
import random
import sys
import threading
import time
from collections import Counter

from tests.ledger.support import note
from tracker.claims.models import Topic
from tracker.db import Database


class Failure(Exception):
    """What goes wrong on purpose."""


class Writer:
    """One thread: what it did is counted in its own fields."""

    def __init__(self, database: Database, name: str, until: float) -> None:
        self.database, self.name, self.until = database, name, until
        self.random = random.Random(name)
        self.committed = 0
        self.longest = 0.0
        self.errors: Counter[str] = Counter()

    def run(self) -> None:
        number = 0
        while time.monotonic() < self.until:
            number += 1
            begun = time.monotonic()
            try:
                self.committed += self.write(f"{self.name}-{number}")
            except Failure:
                pass
            except Exception as error:
                self.errors[f"{type(error).__name__}: {error}"[:200]] += 1
            self.longest = max(self.longest, time.monotonic() - begun)

    def write(self, words: str) -> int:
        """One transaction; how many events it left."""
        with self.database.writing() as session:
            session.add(Topic(key=words, label_en=words, label_fr=words))
            note(session, words)
            with contextlib.suppress(Failure), session.begin_nested():
                note(session, f"{words}, in a savepoint")
                if self.random.random() < 0.5:
                    raise Failure
                return self._maybe_fail(2)
            return self._maybe_fail(1)

    def _maybe_fail(self, left: int) -> int:
        if self.random.random() < 0.1:
            raise Failure
        return left


def main(url: str, threads: int, seconds: float) -> None:
    database = Database(url)
    until = time.monotonic() + seconds
    writers = [Writer(database, f"{time.time_ns()}-{number}", until) for number in range(threads)]
    running = [threading.Thread(target=writer.run) for writer in writers]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    database.dispose()
    errors: Counter[str] = sum((writer.errors for writer in writers), Counter())
    committed = sum(writer.committed for writer in writers)
    print(json.dumps({"committed": committed, "errors": errors, "longest": max(writer.longest for writer in writers)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
