"""What grows without a limit: a claim with thousands of rows, and long lists of topics and editors. No page may grow with it."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy import func, insert, select

from tests.bench import making
from tests.bench.desk import Desk, Figure, Steps, desk
from tests.bench.measuring import Cost, median
from tracker import ledger
from tracker.accounts.models import Editor, RoleRow, editor_role
from tracker.claims.enums import Status
from tracker.claims.models import Check, Claim, Evidence, Topic

ROWS: Final = 4_000  # of evidence and of checks on one claim, each with its event
TOPICS: Final = 10_000
EDITORS: Final = 2_000
PAGE_MS: Final = 100.0
PAGE_KB: Final = 300.0
PEEK_MOST: Final = 1.5  # times the peek of a claim with little on it
DOSSIER_MOST: Final = 1.3  # times as much for an event of a long dossier as for one of a dossier with a tenth of it


def growth(at: Desk) -> Steps:
    """Each page with thousands of rows behind it; on SQLite, on a copy of the newsroom."""
    if at.newsroom.server is not None:
        return
    with _copy(at) as room:
        with room.database.reading() as session:
            numbers = select(Claim.id).where(Claim.status == Status.DUE).order_by(Claim.id).limit(3)
            big, tenth, small = session.scalars(numbers).all()
        _crowd(room, big, ROWS)
        _crowd(room, tenth, ROWS // 10)
        _fill_lists(room)
        for name, address in (
            ("claim with 4,000 pieces of evidence and checks", f"/claims/{big}"),
            ("… its history", f"/claims/{big}/history"),
            ("… its older evidence", f"/claims/{big}?evidence_before={ROWS}"),
            ("10,000 topics", "/topics"),
            ("topics of a claim", f"/claims/{small}/topics"),
            ("a new claim", "/claims/new?article=1"),
            ("2,000 editors: people", "/people"),
            ("change of owner", f"/claims/{small}/assign"),
            ("verdict form", f"/claims/{small}"),
            ("queue", "/queue"),
            ("queue with its filters", "/queue?filters=open"),
            ("overview", "/overview"),
            ("record", "/record"),
        ):
            yield from _page(room, name, address)
        base = yield from room.page(f"/claims/{small}/peek")
        peek = yield from room.page(f"/claims/{big}/peek")
        yield Figure("growth: peek of that claim", peek, None, {"a claim with little": (base.cpu, PEEK_MOST)})
        short = yield from median(lambda: room.get(f"/claims/{tenth}/dossier"), rounds=3)
        long = yield from median(lambda: room.get(f"/claims/{big}/dossier"), rounds=3)
        per_event = Cost(long.cpu / (2 * ROWS))
        compared = {"of one with 800 events": (short.cpu / (2 * ROWS // 10), DOSSIER_MOST)}
        yield Figure("growth: dossier of 8,000 events, an event", per_event, None, compared)


def _page(at: Desk, name: str, address: str) -> Steps:
    cost = yield from at.page(address)
    size = len(at.client.get(address).data) / 1000
    yield Figure(f"growth: {name}", cost, None, {}, {"ms": (cost.cpu * 1000, PAGE_MS), "kB": (size, PAGE_KB)})


@contextmanager
def _copy(at: Desk) -> Iterator[Desk]:
    home = at.newsroom.home.with_name(f"{at.newsroom.home.name}-growth")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    try:
        at.database.dispose()
        shutil.copy(Path(at.newsroom.url.removeprefix("sqlite:///")), home / "tracker.db")
        with desk(replace(at.newsroom, url=f"sqlite:///{home / 'tracker.db'}", home=home)) as room:
            yield room
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _crowd(at: Desk, number: int, rows: int) -> None:
    """Put so many pieces of evidence and as many checks on a claim, with an event each."""
    shared = {"claim_id": number, "source_kind": "news", "stance": "context", "added_by_id": at.editor.id}
    source = {**shared, "url": "https://gazette.example/", "added_at": making.START, "note": "What it says of the matter. " * 5}
    look = {"claim_id": number, "checked_on": making.TODAY, "where_looked": "The gazette", "editor_id": at.editor.id}
    with at.database.writing() as session:
        session.execute(insert(Evidence), [{**source, "title": f"Gazette, number {n}"} for n in range(rows)])
        session.execute(insert(Check), [{**look, "found": f"Nothing in number {n}. " * 5} for n in range(rows)])
        claim = session.get_one(Claim, number)
        data = {"topics": [], "topics_were": []}
        for _event in range(2 * rows):
            ledger.record(session, claim, "claim.topics", actor=at.editor.actor, data=data)


def _fill_lists(at: Desk) -> None:
    stamp = time.time_ns()
    with at.database.writing() as session:
        topics = ((n, f"Subject {n} of many", f"Sujet {n} parmi d’autres") for n in range(TOPICS))
        session.execute(
            insert(Topic),
            [
                {
                    "key": f"s-{n}",
                    "label_en": english,
                    "label_fr": french,
                    "label_en_key": english.lower(),
                    "label_fr_key": french.lower(),
                }
                for n, english, french in topics
            ],
        )
        first = (session.scalar(select(func.max(Editor.id))) or 0) + 1
        people = [
            {"id": first + n, "name": f"Person {n}", "email": f"person{n}@example.org", "fs_uniquifier": f"{stamp}-{n}"}
            for n in range(EDITORS)
        ]
        session.execute(insert(Editor), people)
        role = session.scalars(select(RoleRow.id).where(RoleRow.name == "editor")).one()
        session.execute(insert(editor_role), [{"editor_id": each["id"], "role_id": role} for each in people])
