"""What is measured: each way through the tracker, with its bounds, and what the same work costs when it is done otherwise."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from flask import Flask, template_rendered
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bench import making, plainly
from tests.bench.measuring import Cost, median, program
from tests.bench.newsrooms import Newsroom
from tests.factories import make_editor
from tests.support.web import Client, password_hash
from tracker import clock
from tracker.app import create_app
from tracker.articles.models import Article
from tracker.claims.models import Claim
from tracker.claims.services import editing, moves, verdicts
from tracker.claims.verdict_rules import Proposed
from tracker.claims.words import Outcome, Status
from tracker.config import Settings
from tracker.db import Database
from tracker.exchange.imports import analysis, fields, running, uploads
from tracker.exchange.imports.reading import open_table
from tracker.exchange.imports.states import State
from tracker.history import Actor
from tracker.newsroom.models import Editor
from tracker.review import flagging

NOW: Final = datetime.combine(making.TODAY, datetime.min.time(), making.START.tzinfo) + timedelta(hours=9)
SECRET: Final = "measured by nobody but the benchmark, 1974-2026"
TRACKER: Final = Path(sys.executable).with_name("tracker")


@dataclass(frozen=True)
class Figure:
    """One line of the table. `beside`: CPU seconds of the same work done otherwise, or of what it may be compared with, each with
    how many times that it may cost. `small`: how many times it may cost what it does in the smallest newsroom."""

    path: str
    cost: Cost
    small: float | None = None
    beside: dict[str, tuple[float, float]] = field(default_factory=dict)
    other: dict[str, tuple[float, float]] = field(default_factory=dict)  # what is no CPU time: found, and at most


@dataclass
class Desk:
    """An editor at a newsroom that is measured."""

    newsroom: Newsroom
    database: Database
    app: Flask
    client: Client
    editor: Editor
    second: Editor

    def get(self, address: str) -> None:
        """Look at a page."""
        answer = self.client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        _ = answer.data

    def page(self, address: str) -> Cost:
        """What a page costs."""
        return median(lambda: self.get(address), self.newsroom.server, times=5)

    def environment(self) -> dict[str, str]:
        """For commands on this newsroom."""
        return {
            "TRACKER_HOME": str(self.newsroom.home),
            "TRACKER_DATABASE_URL": self.newsroom.url,
            "TRACKER_SECRET_KEY": SECRET,
        }


@contextlib.contextmanager
def desk(newsroom: Newsroom) -> Iterator[Desk]:
    """Sit down at a newsroom, on its day."""
    real, clock.now = clock.now, lambda: NOW
    database = Database(newsroom.url)
    try:
        settings = Settings(home=newsroom.home, database_url=newsroom.url, secret_key=SECRET)
        app = create_app(settings, database)
        app.testing = True
        app.test_client_class = Client
        first, second = (make_editor(database, email=f"desk{n}@example.org", roles=("editor", "chief", "admin")) for n in (1, 2))
        with database.writing() as session:
            session.get_one(Editor, first.id).password = password_hash()
        client = app.test_client()
        assert isinstance(client, Client)
        client.sign_in("desk1@example.org")
        yield Desk(newsroom, database, app, client, first, second)
    finally:
        clock.now = real
        database.dispose()


# --- pages ---


def queue(at: Desk) -> Iterator[Figure]:
    """The page that is looked at most, and the same template drawn from what a dict holds."""
    cost = at.page("/queue")
    yield Figure("queue page", cost, 1.2, {"bare route": (_bare(at, "/queue"), 2.0)})
    last = _place_near_the_end(at)
    first = at.page("/queue?view=overdue")
    yield Figure("queue, deepest page", at.page(f"/queue?view=overdue&after={last}"), None, {"first page": (first.cpu, 1.5)})
    for name, query in (("owner", "owner=5"), ("topic", "topic=7"), ("speaker", "speaker=11"), ("article", "article=9")):
        yield Figure(f"queue by {name}", at.page(f"/queue?{query}"), 1.2)


def _place_near_the_end(at: Desk) -> str:
    with at.database.reading() as session:
        query = select(Claim.id, Claim.review_on).where(Claim.status == Status.DUE, Claim.review_on < making.TODAY)
        last = session.execute(query.order_by(Claim.review_on.desc(), Claim.id.desc()).offset(20).limit(1)).one()
    return f"{last.id}~{last.review_on}"


def _bare(at: Desk, address: str) -> float:
    """A route that only draws the template: what the page handed to it is kept, and nothing is asked of any database."""
    seen: list[tuple[Any, dict[str, Any]]] = []

    def keep(_app: Flask, template: Any, context: dict[str, Any]) -> None:
        seen.append((template, context))

    with template_rendered.connected_to(keep, at.app):
        at.get(address)
    template, context = seen[0]
    functions = at.app.before_request_funcs[None]

    def draw() -> Any:
        return template.render(context)

    functions.append(draw)
    try:
        whole = at.page(address).cpu
        functions[-1] = lambda: "nothing"
        signed_in = at.page(address).cpu
    finally:
        functions.pop()
    plain = Flask("plain")
    plain.add_url_rule("/", view_func=lambda: "nothing")
    client = plain.test_client()
    return whole - signed_in + median(lambda: client.get("/"), times=50).cpu


def claim(at: Desk) -> Iterator[Figure]:
    """One claim, with all that is on it."""
    number = at.newsroom.claims // 2
    yield Figure("claim page", at.page(f"/claims/{number}"), 1.2)
    yield Figure("history of a claim", at.page(f"/claims/{number}/history"), 1.2)


def lists(at: Desk) -> Iterator[Figure]:
    """The long lists, at their beginning and at their end."""
    for name, address, end in (
        ("claims", "/claims", "after=60"),
        ("resolved claims", "/claims?status=resolved", "after=90"),
        ("articles", "/articles", f"after=1~{making.START.date()}"),
        ("record", "/record", "before=60"),
    ):
        first = at.page(address)
        yield Figure(f"list of {name}", first, 1.2)
        joint = "&" if "?" in address else "?"
        yield Figure(f"{name}, deepest page", at.page(f"{address}{joint}{end}"), None, {"first page": (first.cpu, 1.5)})
    yield Figure("list of speakers", at.page("/speakers"), 1.2)
    yield Figure("list of topics", at.page("/topics"), 2.0)


def search(at: Desk) -> Iterator[Figure]:
    """Words that many claims hold, and one that few do."""
    for name, address in (
        ("search: a common word", "/claims?q=agreement"),
        ("search: a phrase", "/claims?q=%22terres+rares%22"),
        ("search: two words and a status", "/claims?q=accord+gaz&status=due"),
        ("search: articles", "/articles?q=awaits"),
        ("search: speakers", "/speakers?q=ka"),
    ):
        yield Figure(name, at.page(address), 2.0)


# --- work ---


def sweep(at: Desk) -> Iterator[Figure]:
    """A sweep that finds nothing, as most do."""
    yield Figure(
        "sweep, nothing due", median(lambda: flagging.flag_due(at.database, making.START.date()), at.newsroom.server), 1.2
    )


def verdict(at: Desk) -> Iterator[Figure]:
    """A verdict proposed and signed, two transactions."""
    with at.database.reading() as session:
        due = iter(session.scalars(select(Claim.id).where(Claim.status == Status.DUE).order_by(Claim.id).limit(40)).all())
    said = Proposed(Outcome.CONFIRMED, "It was signed in public.", making.TODAY, occurred_from=making.START.date())

    def judge() -> None:
        number = next(due)
        with at.database.writing() as session:
            mine = session.get_one(Claim, number)
            verdicts.propose(session, mine, said, actor=at.editor.actor, version=mine.version)
        with at.database.writing() as session:
            mine = session.get_one(Claim, number)
            verdicts.sign(session, mine, actor=at.second.actor, version=mine.version)

    with at.database.writing() as session:
        for number in session.scalars(select(Claim.id).where(Claim.status == Status.DUE).order_by(Claim.id).limit(40)):
            _support(session, number, at.editor.actor)
    yield Figure("verdict proposed and signed", median(judge, at.newsroom.server, rounds=7, times=5), 2.0)


def _support(session: Session, number: int, actor: Actor) -> None:
    from tracker.claims.services import work
    from tracker.claims.words import Stance

    mine = session.get_one(Claim, number)
    work.add_evidence(session, mine, actor=actor, title="Gazette", stance=Stance.SUPPORTS, url="https://gazette.example/")


def imports(at: Desk, rows: int = 2_000) -> Iterator[Figure]:
    """Many rows at a time, and the same rows through the services one by one, in one transaction, too."""
    spent = []
    for trial in range(3):
        path = at.newsroom.home / f"import-{trial}.csv"
        path.write_text(_csv(rows, trial), "utf-8")
        table = open_table(path, path.name, known=fields.is_known)
        chosen = analysis.first_plan(analysis.look_at(table))
        chosen = replace(chosen, defaults={**chosen.defaults, "language": "en"})
        source = running.Source(path.name, path.stat().st_size, "0" * 64, table, chosen)
        with at.database.writing() as session:
            job = uploads.named(session, path.name, kind="csv", size=1, sha256="0" * 64, editor_id=None)
            ledger = uploads.Ledger(job.id, State.COMMAND)
        spent.append(_once(at, lambda s=source, k=ledger: running.run_whole(at.database, s, at.editor.actor, k)))
    one_by_one = _once(at, lambda: _row_by_row(at, rows // 4)) * 4
    cost = sorted(spent)[1]
    yield Figure(f"import of {rows:,} rows", Cost(cost), 2.0, {"row by row": (one_by_one, 1 / 2.5)})


def _once(at: Desk, work: Callable[[], object]) -> float:
    from tests.bench.measuring import servers_cpu

    before = time.process_time() + servers_cpu(at.newsroom.server)
    work()
    return time.process_time() + servers_cpu(at.newsroom.server) - before


def _csv(rows: int, trial: int) -> str:
    lines = [
        f'{trial}-{n},"In the {n}th district, the council will open a school, number {n}.",'
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


# --- files ---


def exports(at: Desk) -> Iterator[Figure]:
    """The verdicts as CSV, beside the same columns from the database's own program; and the first bytes on the web."""
    server, environment = at.newsroom.server, at.environment()
    target = at.newsroom.home / "out.csv"
    command = plainly.command(at.newsroom)
    idle = program([TRACKER, "export", "verdicts", "--since", "2999-01-01", "--output", target], server, **environment)
    # In turns, so that what else the machine does falls on both.
    trials = [
        (program([TRACKER, "export", "verdicts", "--output", target], server, **environment), program(command, server))
        for _ in range(3)
    ]
    whole, plain = (sorted(costs, key=lambda cost: cost.cpu)[1] for costs in zip(*trials, strict=True))
    name, most = ("sqlite3 -csv", 4.0) if server is None else ("\\copy", 3.0)
    started = time.perf_counter()
    answer = at.client.get("/export/verdicts.csv", buffered=False)
    next(iter(answer.response))
    first_byte = (time.perf_counter() - started) * 1000
    answer.close()
    yield Figure(
        "CSV of all verdicts",
        Cost(whole.cpu - idle.cpu, whole.memory),
        None,
        {name: (plain.cpu, most)},
        {"MB above idle": (whole.memory - idle.memory, 40), "first byte ms": (first_byte, 100)},
    )
    target.unlink()


def start(at: Desk) -> Iterator[Figure]:
    """Starting: the help of the command, and the web application up to its first answer."""
    yield Figure("tracker --help", cost := program([TRACKER, "--help"]), None, {}, {"CPU s": (cost.cpu, 0.5)})
    code = (
        "import os; from tracker.app import create_app; from tracker.config import Settings; "
        "create_app(Settings.from_env(os.environ)).test_client().get('/healthz')"
    )
    cost = program([sys.executable, "-c", code], at.newsroom.server, **at.environment())
    yield Figure("web, cold start", cost, None, {}, {"CPU s": (cost.cpu, 3.0)})


# What writes comes last.
PATHS: Final[dict[str, Callable[[Desk], Iterator[Figure]]]] = {
    "queue": queue,
    "claim": claim,
    "lists": lists,
    "search": search,
    "sweep": sweep,
    "exports": exports,
    "start": start,
    "verdict": verdict,
    "imports": imports,
}
