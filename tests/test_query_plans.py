"""Whatever asks a long table asks an index: lists, the sweep, planning, the log, the claim page and the exports.

A table may be walked in the order of an index, or of its numbers, as far as a LIMIT goes; it is never read to its end.
"""

import re
from collections.abc import Callable, Generator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tests.claims import crowd
from tests.claims.crowd import AT, TODAY, Crowd, watched
from tests.support.databases import BACKENDS, Databases, analyze
from tracker.api import reading
from tracker.api.resources import RESOURCES, Reader
from tracker.articles import queries as articles
from tracker.articles.models import Article
from tracker.claims import lifecycle
from tracker.claims.enums import Decision, Outcome, Status
from tracker.claims.models import Claim, Speaker, Verdict, VerdictDecision
from tracker.claims.queries import article_claims, claim_list, claim_page, speakers, topics
from tracker.claims.search import indexing, matching
from tracker.db import Database
from tracker.exports.query import Filters
from tracker.exports.tables import TABLES
from tracker.ledger import queries as record
from tracker.ledger import reading as history
from tracker.notifications import recipients
from tracker.notifications.producers import digests, requests, reviews
from tracker.scheduling import jobs

LONG = ("claim", "claim_topic", "evidence", "verdict", "article", "speaker", "event", "reminder", "claim_translation", "note")
NOW = datetime(2024, 3, 12, 9, tzinfo=UTC)
_SCAN = re.compile(rf"SCAN (?:{'|'.join(LONG)})\b|Seq Scan on (?:{'|'.join(LONG)})\b")
# What holds only what waits may be read to its end.
_PARTIAL = re.compile(r"ix_claim_(queue|proposed|sweep|remind|rearmed|signed)|ix_reminder_")


@pytest.fixture(scope="module", params=BACKENDS)
def crowded(request: pytest.FixtureRequest, databases: Databases) -> Generator[tuple[Database, Crowd]]:
    """Many claims, articles and speakers; only read here."""
    own = databases.create(request.param, fresh=True)
    database = own.open()
    found = crowd.fill(database, 2_000)
    _fill_more(database)
    yield database, found
    own.remove()


def _fill_more(database: Database) -> None:
    first = date(2020, 1, 1)
    many = range(1_000, 3_000)
    with database.sessions() as session, database.writing(session):
        session.execute(
            insert(Article),
            [
                {
                    "id": n,
                    "title": f"Report {n}",
                    "language": "en",
                    "published_on": first + timedelta(days=n % 900),
                    "created_at": NOW,
                }
                for n in many
            ],
        )
        session.execute(insert(Speaker), [{"id": n, "name": f"Zoé {n}", "kind": "person", "created_at": NOW} for n in many])
        _sign(session)
    indexing.fill(database)
    analyze(database)


def _sign(session: Session) -> None:
    """A signed verdict of every claim that has no proposal, one a second."""
    verdicts: list[dict[str, Any]] = [
        {"id": n, "claim_id": n, "number": 1, "outcome": Outcome.CONFIRMED, "rationale": "It happened.", "proposed_at": AT}
        for n in session.scalars(select(Claim.id).where(Claim.proposal_id.is_(None)))
    ]
    decisions = [
        {"id": v["id"], "verdict_id": v["id"], "decision": Decision.SIGNED, "decided_at": AT + timedelta(seconds=v["id"])}
        for v in verdicts
    ]
    session.execute(insert(Verdict), verdicts)
    session.execute(insert(VerdictDecision), decisions)
    session.execute(
        update(Claim), [{"id": d["id"], "signed_verdict_id": d["id"], "updated_at": d["decided_at"]} for d in decisions]
    )


@pytest.fixture
def session(crowded: tuple[Database, Crowd]) -> Generator[Session]:
    with crowded[0].reading() as session:
        yield session


def test_words_that_no_title_has_are_asked_of_the_index(crowded: tuple[Database, Crowd], session: Session):
    if crowded[0].is_sqlite:
        pytest.skip("FTS5 gives numbers in order")
    near, everything = crowd.plans(session, lambda: articles.listed(session, "zxywv", with_sample=True))
    assert re.search(r"Subquery Scan on \w+.*\n.*Filter.*\n *->  Limit.*\n.*pk_article_search", near)
    assert "Bitmap Index Scan on ix_article_search_words" in everything
    assert "pk_article_search" not in everything


def test_a_day_of_the_log_is_not_looked_for_through_the_whole_history(session: Session):
    bounds = crowd.plans(session, lambda: record.log(session, zone=ZoneInfo("Europe/Paris"), day_from=TODAY, day_to=TODAY))[0]
    assert "ix_event_at" in bounds
    assert "pk_event" not in bounds


def whole_reads(session: Session, ask: Callable[[], object]) -> list[str]:
    """The queries of `ask` that read all of a long table, each with how."""
    with watched(session) as asked:
        ask()
    connection = session.connection()
    postgres = connection.dialect.name == "postgresql"
    if postgres:
        # Small tables are read whole whatever there is; what is still read whole now has no index to go by.
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    bad = []
    for statement, parameters in asked:
        if " FROM sqlite_" in statement or "pg_catalog" in statement:
            continue
        rows = connection.exec_driver_sql(("EXPLAIN " if postgres else "EXPLAIN QUERY PLAN ") + statement, parameters).all()
        steps = [str(row[-1]) for row in rows]
        walks = "LIMIT" in statement and not any("TEMP B-TREE FOR ORDER" in step for step in steps)
        if found := [step for step in steps if _SCAN.search(step) and not _PARTIAL.search(step)]:
            if walks and not postgres:
                continue
            bad.append("\n".join([statement, *found]))
    return bad


def lists(session: Session, filled: Crowd) -> dict[str, Callable[[], object]]:
    zone = ZoneInfo("Europe/Paris")
    return {
        **{f"claims {status.value}": lambda s=status: claim_list.read(session, "fr", status=s) for status in Status},
        "claims": lambda: claim_list.read(session, "fr"),
        "claims, second page": lambda: claim_list.read(session, "fr", after="900"),
        "claims by words": lambda: claim_list.read(session, "fr", q="something happen"),
        "claims by phrase and status": lambda: claim_list.read(session, "en", q='"will happen"', status=Status.DUE),
        "articles": lambda: articles.listed(session, "", with_sample=True),
        "articles, second page": lambda: articles.listed(session, "", with_sample=True, after="2000~2021-02-02"),
        "articles by words": lambda: articles.listed(session, "rep", with_sample=True),
        "articles to choose from": lambda: articles.choices(session, with_sample=True),
        "speakers": lambda: speakers.list_speakers(session, "", with_sample=True),
        "speakers by words": lambda: speakers.list_speakers(session, "zoe 12", with_sample=True),
        "speakers to choose from": lambda: speakers.speaker_choices(session, with_sample=True),
        "claims of a topic": lambda: topics.claims_of_topic(session, filled.topics[1].id, "fr"),
        "claims of a speaker": lambda: speakers.claims_of_speaker(session, filled.speakers[1].id, "fr"),
        "claims of an article": lambda: article_claims.list_article_claims(session, filled.articles[1].id, "fr"),
        "claims in the margin of a text": lambda: article_claims.placed_claims(
            session, filled.articles[1].id, 1, TODAY, first=1, last=200
        ),
        "a claim": lambda: claim_page.load(session, 77, today=TODAY),
        "log": lambda: record.log(session, zone=zone),
        "log by kind": lambda: record.log(session, zone=zone, kinds=["claim."], before=1_000),
        "log by actor and day": lambda: record.log(session, zone=zone, actor="system", day_from=TODAY, day_to=TODAY),
        "history of a claim": lambda: record.events_of(session, "claim:7"),
    }


def test_no_list_reads_all_of_a_table(crowded: tuple[Database, Crowd], session: Session):
    bad = {name: found for name, ask in lists(session, crowded[1]).items() if (found := whole_reads(session, ask))}
    assert bad == {}


@pytest.mark.parametrize(
    ("name", "given", "index"),
    [
        ("claims", "changed_since", "ix_claim_updated_at"),
        ("verdicts", "signed_since", "ix_verdict_decision_decided_at"),
    ],
)
@pytest.mark.parametrize("since", [AT - timedelta(days=400), AT + timedelta(minutes=20)])
@pytest.mark.parametrize("is_first", [True, False])
def test_programs_are_led_to_what_changed_by_an_index(
    session: Session, name: str, given: str, index: str, since: datetime, is_first: bool
):
    after = None if is_first else (max(AT, since) + timedelta(minutes=2), 500)
    with watched(session) as asked:
        reading.list_rows(session, RESOURCES[name], Reader(desk=True, sample=True), {given: since}, after=after, limit=50)
    plan = _plan(session, *asked[0])
    assert index in plan
    # In the order of the index: a page costs as much as its rows, wherever it is.
    assert not re.search(r"TEMP B-TREE|\bSort\b", plan), plan
    assert not _SCAN.search(plan), plan


def test_a_page_of_events_reads_texts_from_its_own_first_number_on(session: Session):
    if session.get_bind().dialect.name == "postgresql":
        for way in ("seqscan", "hashjoin", "nestloop"):  # there are few events here; of many, both tables are merged
            session.connection().exec_driver_sql(f"SET LOCAL enable_{way} = off")
    with watched(session) as asked:
        history.lines_after(session, 20, until=10_000, limit=50)
        assert len(list(history.lines(session))) == 1
    later, first, second = (_plan(session, *each) for each in asked)
    bounded = re.compile(r"on event_texts.*\n *Index Cond: \(.*seq > |SEARCH event_texts USING INTEGER PRIMARY KEY \(rowid=\?\)")
    assert bounded.search(later), later
    assert bounded.search(second), second
    assert "event_texts" in first


def test_programs_without_the_desk_read_the_claims_of_the_speakers_of_a_page_alone(session: Session):
    with watched(session) as asked:
        reading.list_rows(session, RESOURCES["speakers"], Reader(desk=False, sample=True), {}, after=None, limit=50)
    plan = _plan(session, *asked[0])
    assert "ix_claim_speaker_id" in plan
    assert "hashed" not in plan  # made of the speakers of all claims


def _plan(session: Session, statement: str, parameters: Any) -> str:
    connection = session.connection()
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + statement, parameters))


def test_common_words_of_a_rare_status_are_looked_for_in_claims_of_that_status_alone(
    session: Session, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(matching, "COMMON", 10)
    assert whole_reads(session, lambda: claim_list.read(session, "fr", q="something", status=Status.PROPOSED)) == []


def test_the_sweep_reads_what_is_due_and_nothing_else(crowded: tuple[Database, Crowd], session: Session):
    database = crowded[0]
    assert whole_reads(session, lambda: jobs._any_due(database, TODAY)) == []

    def sweep() -> None:
        with suppress(InterruptedError), database.writing() as writing:
            assert lifecycle.flag_batch(writing, TODAY + timedelta(days=40), limit=10, at=NOW) == 10
            raise InterruptedError  # nothing of it is to stay

    with watched(session) as asked:
        sweep()
    plan = _plan(session, *asked[0])
    assert "ix_claim_sweep" in plan
    assert "TEMP B-TREE" not in plan


def test_planning_reminders_reads_what_waits_and_nothing_else(session: Session):
    def plan() -> None:
        now = recipients.load_directory(session, NOW)
        for part in (reviews, requests, digests):
            part.are_due(session, now, ("bell", "email"))

    assert whole_reads(session, plan) == []


@pytest.mark.parametrize("name", TABLES)
def test_an_export_goes_through_its_table_once_in_the_order_of_its_numbers(
    crowded: tuple[Database, Crowd], session: Session, name: str
):
    assert whole_reads(session, lambda: next(iter(TABLES[name].rows(session, Filters(with_sample=True))), None)) == []
