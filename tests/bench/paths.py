"""What is measured: each way through the tracker, with its bounds, and what the same work costs when it is done otherwise."""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select

from tests.bench import downloading, growth, making, memory, pages, plainly, programs, readers, scorecards, signing
from tests.bench.desk import SECRET, Desk, Figure, Steps
from tests.bench.installed import installed_tracker
from tests.bench.measuring import Cost, median, program, spent
from tests.bench.peers import comparing
from tests.bench.peers.servers import served
from tracker.articles.models import Article
from tracker.claims.services import editing, moves
from tracker.imports import job_store, runner
from tracker.imports.columns import profile
from tracker.imports.models import State
from tracker.imports.readers import open_table
from tracker.scheduling import jobs

TRACKER: Final = Path(sys.executable).with_name("tracker")


def sweep(at: Desk) -> Steps:
    """A sweep that finds nothing, as most do."""
    cost = yield from median(lambda: jobs.flag_due(at.database, making.START.date()), at.newsroom.server, times=20)
    yield Figure("sweep, nothing due", cost, 1.2)


def imports(at: Desk, rows: int = 2_000) -> Steps:
    """Many rows at a time, and in turns with them rows through the services one by one, in one transaction, too."""
    found = []
    for trial in range(3):
        source, ledger = _uploaded(at, rows, trial)
        whole = spent(lambda s=source, k=ledger: runner.run_whole(at.database, s, at.editor.actor, k), at.newsroom.server)
        yield
        one_by_one = spent(lambda: _row_by_row(at, rows // 4), at.newsroom.server) * 4
        yield
        found.append((whole / one_by_one, whole, one_by_one))
    _ratio, whole, one_by_one = sorted(found)[1]
    yield Figure(f"import of {rows:,} rows", Cost(whole), 2.0, {"row by row": (one_by_one, 1 / 2.5)})


def _uploaded(at: Desk, rows: int, trial: int) -> tuple[runner.Source, job_store.Checkpoint]:
    path = at.newsroom.home / f"import-{trial}.csv"
    path.write_text(_csv(rows, trial), "utf-8")
    table = open_table(path, path.name)
    chosen = profile.guess_mapping(profile.profile_table(table))
    chosen = replace(chosen, defaults={**chosen.defaults, "language": "en"})
    with at.database.writing() as session:
        job = job_store.create_cli_job(session, path.name, kind="csv", size=1, sha256="0" * 64, editor_id=None)
        ledger = job_store.Checkpoint(job.id, State.COMMAND)
    return runner.Source(path.name, path.stat().st_size, "0" * 64, table, chosen), ledger


def _csv(rows: int, trial: int) -> str:
    key = f"{time.time_ns():x}-{trial}"  # never seen before, in a newsroom that was kept, too
    lines = [
        f'{key}-{n},"In the {n}th district, the council will open a school, number {n}.",'
        f'"“We will open it,” said the mayor of {n}.",'
        f"2026-02-01,2026-07-0{n % 9 + 1},Schools {n // 50},2026-01-15,An official text says so\n"
        for n in range(rows)
    ]
    return "id,claim,quote,said on,due,title,published,confirmed_if\n" + "".join(lines)


def _row_by_row(at: Desk, rows: int) -> None:
    actor = at.editor.actor
    with at.database.writing() as session:
        article = session.scalars(select(Article).order_by(Article.id).limit(1)).one()
        for n in range(rows):
            mine = editing.create(
                session, article, actor=actor, statement=f"In the {n}th district, the council will open a school, number {n}.",
                language="en", quote_kind="paraphrase", quote=f"“We will open it,” said the mayor of {n}.",
                made_on=making.TODAY, review_on=making.TODAY + timedelta(days=100), confirmed_if="An official text says so",
                external_id=f"one-{time.monotonic_ns()}-{n}",
            )  # fmt: skip
            moves.track(session, mine, actor=actor, version=mine.version)


def exports(at: Desk) -> Steps:
    """The verdicts as CSV, beside the same columns from the database's own program; and the download on the web."""
    server, environment = at.newsroom.server, at.environment()
    target = at.newsroom.home / "out.csv"
    command = plainly.command(at.newsroom)
    nothing = [TRACKER, "export", "verdicts", "--since", "2199-01-01", "--output", target]
    trials = []
    for _ in range(3):
        # In turns, so that what else the machine does falls on both.
        started = program(nothing, server, **environment).cpu
        whole = program([TRACKER, "export", "verdicts", "--output", target], server, **environment).cpu - started
        plain = program(command, server).cpu
        trials.append((whole / plain, whole, plain))
    target.unlink()
    _ratio, whole, plain = sorted(trials)[1]
    name, most = ("sqlite3 -csv", 4.0) if server is None else ("\\copy", 3.0)
    memory, first_byte = downloading.measured(environment)
    other = {"MB above idle": (memory, 40.0), "first byte ms": (first_byte, 100.0)}
    yield Figure("CSV of all verdicts", Cost(whole), None, {name: (plain, most)}, other)
    for kind, bound in (("jsonl", 1.5), ("xlsx", 5.0)):
        arguments = [TRACKER, "export", "verdicts", "--format", kind, "--output", target]
        cost = program(arguments, server, **environment).cpu - started
        target.unlink()
        yield Figure(f"{kind} of all verdicts", Cost(cost), None, {"CSV": (whole, bound)}, {})


def start(at: Desk) -> Steps:
    """Starting: the help of the command, the web application up to its first answer, and the server with its scheduler."""
    cost = _middle([TRACKER, "--help"], at)
    yield Figure("tracker --help", cost, None, {}, {"CPU s": (cost.cpu, 0.1)})
    code = (
        "from tracker.server.server import collection_paused\n"
        "with collection_paused():\n"
        "    import os; from tracker.app import create_app; from tracker.config import Settings\n"
        "    app = create_app(Settings.from_env(os.environ))\n"
        "app.test_client().get('/healthz')"
    )
    cost = _middle([sys.executable, "-c", code], at)
    yield Figure("web, cold start", cost, None, {}, {"CPU s": (cost.cpu, 1.5)})
    cost = sorted((_serve() for _ in range(3)), key=lambda cost: cost.cpu)[1]
    yield Figure("tracker serve with its scheduler, cold start", cost, None, {}, {"CPU s": (cost.cpu, 1.5)})


def _serve() -> Cost:
    """All processes of `tracker serve` on an empty newsroom, until the first answer of /healthz."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/tracker.db"
        environment = {"TRACKER_HOME": folder, "TRACKER_DATABASE_URL": url, "TRACKER_SECRET_KEY": SECRET}
        program([installed_tracker(), "db", "upgrade"], None, **environment)
        with served("tracker", [installed_tracker(), "serve", "--port", "PORT"], environment, folder=Path(folder)) as server:
            server.fetch("/healthz")
            return Cost(server.cpu())


def _middle(arguments: Sequence[str | Path], at: Desk) -> Cost:
    costs = [program(arguments, at.newsroom.server, **at.environment()) for _ in range(3)]
    return sorted(costs, key=lambda cost: cost.cpu)[1]


# These are measured in newsrooms of which only the readers' tables are filled.
READERS_PATHS: Final = frozenset({"public"})
# What writes comes last.
PATHS: Final[dict[str, Callable[[Desk], Steps]]] = {
    "queue": pages.queue,
    "claim": pages.claim,
    "lists": pages.lists,
    "search": pages.search,
    "sweep": sweep,
    "peers": comparing.compare,
    "exports": exports,
    "start": start,
    "api": programs.programs,
    "scores": scorecards.scores,
    "public": readers.public,
    "growth": growth.growth,
    "memory": memory.memory,
    "verdict": signing.verdict,
    "imports": imports,
}
