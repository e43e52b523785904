"""Thousands of claims, put straight into their tables, for tests of how lists are read; and what a database plans for a query."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import event, insert, update
from sqlalchemy.orm import Session

from tests.factories import make_article, make_editor, make_speaker, make_topic
from tests.support.databases import analyze
from tracker.accounts.models import Desk, Editor
from tracker.articles.models import Article
from tracker.claims.enums import Outcome, ProposalKind, Stance, Status, VerdictKind
from tracker.claims.models import Claim, ClaimTopic, Evidence, Speaker, Topic, Verdict
from tracker.db import Database

TODAY = date(2024, 3, 12)
AT = datetime(2024, 3, 1, 12, tzinfo=UTC)
VERDICT = {
    "number": 1,
    "proposal_kind": ProposalKind.VERDICT,
    "outcome": Outcome.CONFIRMED,
    "verdict_kind": VerdictKind.FIRST,
    "rationale": "It happened.",
    "proposed_at": AT,
}


@dataclass(frozen=True)
class Crowd:
    """Whom and what the claims belong to."""

    editors: list[Editor]
    speakers: list[Speaker]
    topics: list[Topic]
    articles: list[Article]
    desk: int  # to which the second editor belongs


def fill(database: Database, many: int = 6_000) -> Crowd:
    """Claims of every kind: three in ten wait overdue, a few this week, a few proposed, the rest in a year or done with.

    Statistics are gathered, so that a planner knows what it deals with.
    """
    crowd = Crowd(
        [make_editor(database) for _ in range(4)],
        [make_speaker(database) for _ in range(20)],
        [make_topic(database) for _ in range(10)],
        [make_article(database, f"Article {number}") for number in range(60)],
        desk=1,
    )
    claims = [_claim(number, crowd) for number in range(1, many + 1)]
    topics = [
        {
            "topic_id": crowd.topics[claim["id"] % 10].id,
            "claim_id": claim["id"],
            "status": claim["status"],
            "review_on": claim["review_on"],
        }
        for claim in claims
    ]
    verdicts = [_verdict(claim, crowd) for claim in claims if claim["proposal_id"]]
    with database.sessions() as session, database.writing(session):
        session.execute(insert(Desk), [{"id": crowd.desk, "name": "Politics"}])
        session.execute(update(Editor), [{"id": crowd.editors[1].id, "desk_id": crowd.desk}])
        session.execute(insert(Claim), [{**claim, "proposal_id": None} for claim in claims])
        session.execute(insert(ClaimTopic), topics)
        session.execute(insert(Verdict), verdicts)
        session.execute(update(Claim), [{"id": verdict["id"], "proposal_id": verdict["id"]} for verdict in verdicts])
        session.execute(insert(Evidence), [_evidence(claim) for claim in claims if claim["id"] % 2])
    analyze(database)
    return crowd


def _claim(number: int, crowd: Crowd) -> dict[str, Any]:
    kind = number % 20
    status, days = Status.OPEN, 60 + number % 300
    if kind < 6:
        status, days = Status.DUE, -1 - number % 400
    elif kind == 6:
        status, days = Status.OPEN, number % 7
    elif kind == 7:
        status, days = Status.PROPOSED, -(number % 50)
    elif kind == 8:
        days = 7 + number % 24
    elif kind < 12:
        status = Status.RESOLVED
    return {
        "id": number,
        "article_id": crowd.articles[number // 70 % 60].id,
        "statement": f"Something will happen, number {number}.",
        "language": "en",
        "made_on": date(2024, 1, 15),
        "status": status,
        "review_on": TODAY + timedelta(days=days),
        "owner_id": crowd.editors[number % 3].id if number % 5 else None,
        "speaker_id": crowd.speakers[number % 20].id,
        "attribution": "stated",
        "certainty": "flat",
        "proposal_id": number if status == Status.PROPOSED else None,
        "is_sample": number % 500 == 0,
        "created_at": AT,
        "updated_at": AT,
    }


def _verdict(claim: dict[str, Any], crowd: Crowd) -> dict[str, Any]:
    proposer = crowd.editors[claim["id"] % 7 % 2]
    return {**VERDICT, "id": claim["id"], "claim_id": claim["id"], "proposed_by_id": proposer.id}


def _evidence(claim: dict[str, Any]) -> dict[str, Any]:
    return {
        "claim_id": claim["id"],
        "url": "https://example.org/",
        "title": "A source",
        "stance": Stance.SUPPORTS,
        "added_at": AT,
    }


@contextmanager
def watched(session: Session) -> Iterator[list[tuple[str, Any]]]:
    """The queries that are made meanwhile, with their parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, parameters))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plans(session: Session, ask: Callable[[], object]) -> list[str]:
    """How the database would answer each query that `ask` makes; each a text that begins with the query itself."""
    with watched(session) as asked:
        ask()
    explain = "EXPLAIN QUERY PLAN " if session.get_bind().dialect.name == "sqlite" else "EXPLAIN "
    found = []
    for statement, parameters in asked:
        rows = session.connection().exec_driver_sql(explain + statement, parameters).all()
        found.append("\n".join([statement, *(str(row[-1]) for row in rows)]))
    return found


def whole_table_reads(plans: list[str], table: str) -> list[str]:
    """The plans that read all of a table. Walking a partial index in its order is not that: it holds only what waits."""
    # SQLite: SCAN claim [USING INDEX …]; PostgreSQL: [Parallel] Seq Scan on claim.
    whole = re.compile(rf"SCAN {table}\b(?! USING (COVERING )?INDEX ix_{table}_(queue|proposed|sweep))|Seq Scan on {table}\b")
    return [plan for plan in plans if whole.search(plan)]
