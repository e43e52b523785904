"""`make chaos`: the long form. Prints one report a database; ends with 1 if a goal was missed."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.takeover import WITHIN, TakeOvers, told
from tests.chaos.trial import Trial
from tests.support.databases import BACKENDS, Databases
from tests.support.run import Run
from tracker.config import Settings


def main() -> int:
    """Run it."""
    options = argparse.ArgumentParser(prog="make chaos")
    options.add_argument("--kills", type=int, default=1_000, help="deaths on each database (default: 1000)")
    options.add_argument("--minutes", type=float, default=30, help="at most so long on each database (default: 30)")
    options.add_argument("--database", choices=BACKENDS, action="append", help="only this one")
    options.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    options.add_argument("--takeovers", type=int, metavar="TIMES", help="instead: lose the leader so often in each way")
    given = options.parse_args()
    print(f"seed {given.seed}", flush=True)
    run, missed = Run.start(), False
    try:
        databases = Databases(run, "chaos")
        for backend in given.database or BACKENDS:
            made = databases.create(backend, migrated=True)
            with tempfile.TemporaryDirectory() as folder:
                if given.takeovers:
                    print(f"{backend}: another ticks after", flush=True)
                    found = TakeOvers(made.open(), Path(folder), given.seed).run(given.takeovers)
                    print(told(found), flush=True)
                    missed |= any(max(times) > WITHIN for times in found.values())
                else:
                    settings = Settings(home=Path(folder), database_url=made.url, secret_key="only for trials " * 4)
                    trial = Trial(made.open(), settings, Path(folder), given.seed)
                    report = trial.run(kills=given.kills, seconds=given.minutes * 60)
                    print(report, flush=True)
                    missed |= bool(report.missed)
            made.remove()
    finally:
        run.end()
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
