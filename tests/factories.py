"""Rows for tests, made the way the desk makes them: every claim walks to its status by the real moves.

Each `make_…` takes a `Database` (it then writes and commits by itself) or a session inside `Database.writing`, and returns loaded
rows that may be read after the session is closed. Each is a fixture of the same name, too, bound to the test's `database`:

    def test_something(database, make_claim):
        claim = make_claim("due", statement="It will rain.")

Without a word on dates, an article is of 15 January 2024, its claims are due for review on 11 March and their deadline was the
10th, stated by the speaker; what is done to a claim is done on those days, whatever the day of the test.
"""

import itertools
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import ledger
from tracker.accounts.models import Editor, RoleRow
from tracker.accounts.roles import Role
from tracker.articles import services as articles
from tracker.articles.models import Article
from tracker.claims import lifecycle
from tracker.claims.enums import (
    Certainty,
    DeadlineSource,
    Outcome,
    OutcomeReason,
    SpeakerKind,
    Stance,
    Status,
    VerdictKind,
    WithdrawReason,
)
from tracker.claims.models import Check, Claim, Evidence, Speaker, Topic, Verdict
from tracker.claims.services import editing, evidence, moves, speakers, topics, verdicts
from tracker.claims.verdict_rules import Proposed
from tracker.db import Database
from tracker.ledger import SYSTEM, Actor
from tracker.ledger.models import Event
from tracker.newsroom import settings

PUBLISHED_ON = date(2024, 1, 15)
REVIEW_ON = date(2024, 3, 11)
DEADLINE_ON = date(2024, 3, 10)
DESK = Actor(None, frozenset({Role.SYSTEM, Role.EDITOR}))  # as seeds and imports act

Where = Database | Session

_numbers = itertools.count(1)


def on(day: date, hour: int = 12) -> datetime:
    """A moment of that day which is the same day in every zone of Europe."""
    return datetime.combine(day, time(hour), UTC)


@contextmanager
def _session(where: Where) -> Generator[Session]:
    if isinstance(where, Session):
        yield where
        return
    with where.sessions(expire_on_commit=False) as session, where.writing(session):
        yield session


def make_editor(
    where: Where,
    name: str | None = None,
    *,
    roles: Iterable[str] = ("editor",),
    email: str | None = None,
    password: str | None = None,
    active: bool = True,
    **fields: Any,
) -> Editor:
    """An editor with these roles; `.actor` is how they act. Without a password nobody can sign in as them."""
    number = next(_numbers)
    if password is not None:
        from tracker.accounts import passwords

        fields["password"] = passwords.hash_of(password)
    with _session(where) as session:
        rows = list(session.scalars(select(RoleRow).where(RoleRow.name.in_(list(roles)))))
        editor = Editor(
            name=name or f"Editor {number}",
            email=email or f"editor{number}@example.org",
            active=active,
            roles=rows,
            **fields,
        )
        session.add(editor)
        session.flush()
        ledger.record(
            session,
            editor,
            "editor.created",
            actor=SYSTEM,
            data={"set": {"active": active}, "roles": sorted(row.name for row in rows)},
        )
    return editor


def make_article(where: Where, title: str = "What the summit will bring", *, body: str | None = None, **fields: Any) -> Article:
    """An article, with a first text where `body` is given."""
    given = {"language": "en", "published_on": PUBLISHED_ON, "outlet": "The Daily", **fields}
    with _session(where) as session:
        return articles.create(session, DESK, title=title, body=body, **given)


def make_speaker(where: Where, name: str | None = None, *, kind: SpeakerKind = SpeakerKind.PERSON, **fields: Any) -> Speaker:
    """A speaker; a person with a name of their own where none is given."""
    with _session(where) as session:
        return speakers.add_speaker(session, actor=DESK, name=name or f"Speaker {next(_numbers)}", kind=kind, **fields)


def make_topic(where: Where, label_en: str | None = None, label_fr: str | None = None, **fields: Any) -> Topic:
    """A topic with both labels."""
    number = next(_numbers)
    label_en = label_en or f"Topic {number}"
    with _session(where) as session:
        return topics.add_topic(session, actor=DESK, label_en=label_en, label_fr=label_fr or f"Thème {number}", **fields)


def make_claim(
    where: Where,
    status: str = "draft",
    *,
    article: Article | None = None,
    owner: Editor | None = None,
    topics: Iterable[Topic] = (),
    actor: Actor = DESK,
    proposer: Editor | None = None,
    signer: Editor | None = None,
    outcome: Outcome = Outcome.CONFIRMED,
    proposed: Proposed | None = None,
    external_id: str | None = None,
    **fields: Any,
) -> Claim:
    """A claim in this status, or "under_review": resolved once and reopened.

    Proposed, resolved and under review come with what their verdict needs (evidence, a check) and editors where none are named.
    `fields` are columns that an editor may set; `proposed` is the whole verdict instead of an everyday one of `outcome`.
    """
    given: dict[str, Any] = {
        "statement": "The summit will bring an arms deal.",
        "confirmed_if": "A signed arms deal is published by either government.",
        "review_on": REVIEW_ON,
        "deadline_on": DEADLINE_ON,
        "certainty": Certainty.FLAT,
        **fields,
    }
    if given["deadline_on"] is not None:
        given.setdefault("deadline_source", DeadlineSource.STATED)
    with _session(where) as session:
        article = make_article(session) if article is None else session.get_one(Article, article.id)
        claim = editing.create(
            session,
            article,
            actor=actor,
            at=on(article.published_on),
            owner_id=owner.id if owner is not None else None,
            topic_ids=tuple(topic.id for topic in topics),
            external_id=external_id,
            **given,
        )
        _walk(session, claim, status, actor, proposer, signer, outcome, proposed)
        session.refresh(claim)
    return claim


def _walk(
    session: Session,
    claim: Claim,
    status: str,
    actor: Actor,
    proposer: Editor | None,
    signer: Editor | None,
    outcome: Outcome,
    proposed: Proposed | None,
) -> None:
    if status == Status.DRAFT:
        return
    born = on(claim.made_on)
    moves.track(session, claim, actor=actor, version=claim.version, at=born)
    if status == Status.OPEN:
        return
    if status == Status.WITHDRAWN:
        moves.withdraw(session, claim, WithdrawReason.MISTAKE, "", actor=actor, version=claim.version, at=born)
        return
    assert claim.review_on is not None
    flag(session, claim)
    if status == Status.DUE:
        return
    proposer = proposer or make_editor(session)
    day = max(claim.review_on, (claim.deadline_on or claim.review_on) + timedelta(days=1))
    prepare(session, claim, outcome, at=on(day, 13))
    verdict = proposed or everyday(claim, outcome)
    verdicts.propose(session, claim, verdict, actor=proposer.actor, version=claim.version, at=on(day, 14))
    if status == Status.PROPOSED:
        return
    signer = signer or make_editor(session)
    verdicts.sign(session, claim, actor=signer.actor, version=claim.version, at=on(day, 15))
    if status == Status.RESOLVED:
        return
    assert status == "under_review", status
    reason = "The deal was changed since."
    moves.reopen(
        session, claim, VerdictKind.UPDATE, reason, actor=signer.actor, version=claim.version, at=on(day + timedelta(days=30))
    )


def flag(session: Session, claim: Claim) -> None:
    """What the sweep does to this claim on its review day, and to no other."""
    assert claim.review_on is not None
    lifecycle.flag_batch(session, claim.review_on, limit=1, at=on(claim.review_on, 6), only=claim.id)
    session.refresh(claim)


def everyday(claim: Claim, outcome: Outcome = Outcome.CONFIRMED) -> Proposed:
    """A verdict of this outcome that keeps every rule on a claim that was prepared for it."""
    happened = claim.deadline_on or claim.review_on
    assert happened is not None
    reasons = {Outcome.UNRESOLVABLE: OutcomeReason.NO_PUBLIC_INFORMATION, Outcome.VOID: OutcomeReason.WITHDRAWN_BY_SPEAKER}
    came_true = outcome in (Outcome.CONFIRMED, Outcome.PARTLY_CONFIRMED)
    return Proposed(
        outcome=outcome,
        rationale="Both governments published what was signed.",
        known_on=happened,
        reason=reasons.get(outcome),
        missing="Only one of two deals was signed." if outcome is Outcome.PARTLY_CONFIRMED else "",
        occurred_from=happened if came_true else None,
    )


def prepare(session: Session, claim: Claim, outcome: Outcome, *, at: datetime) -> None:
    """Give a claim what a verdict of this outcome needs: evidence for or against, or a check."""
    if outcome in (Outcome.CONFIRMED, Outcome.PARTLY_CONFIRMED):
        make_evidence(session, claim, Stance.SUPPORTS, at=at)
    elif outcome is Outcome.REFUTED:
        make_evidence(session, claim, Stance.CONTRADICTS, at=at)
    else:
        make_check(session, claim, at=at)


def make_evidence(
    where: Where,
    claim: Claim,
    stance: Stance = Stance.SUPPORTS,
    *,
    actor: Actor = DESK,
    at: datetime | None = None,
    **fields: Any,
) -> Evidence:
    """A public source on a claim, added on its review day. The claim's version rises; `fresh` reads it again."""
    given: dict[str, Any] = {"title": "The signed text", "url": "https://example.org/deal.pdf", **fields}
    with _session(where) as session:
        own = session.get_one(Claim, claim.id)
        return evidence.add_evidence(session, own, actor=actor, stance=stance, at=at or _usual_moment(own), **given)


def make_check(
    where: Where, claim: Claim, *, actor: Actor = DESK, exhaustive: bool = False, at: datetime | None = None, **fields: Any
) -> Check:
    """A logged look that found nothing, made on the claim's review day."""
    given: dict[str, Any] = {"where_looked": "Both official gazettes", "found": "Nothing was found.", **fields}
    with _session(where) as session:
        own = session.get_one(Claim, claim.id)
        return evidence.add_check(session, own, actor=actor, exhaustive=exhaustive, at=at or _usual_moment(own), **given)


def _usual_moment(claim: Claim) -> datetime:
    return on(claim.review_on or claim.made_on, 13)


def change_settings(where: Where, **values: Any) -> None:
    """Set how the newsroom works: `change_settings(database, second_signature=False)`."""
    with _session(where) as session:
        settings.change(session, SYSTEM, **values)


def fresh(where: Where, claim: Claim) -> Claim:
    """The claim as it stands in the database now."""
    if isinstance(where, Session):
        return where.get_one(Claim, claim.id, populate_existing=True)
    with where.reading() as session:
        return session.get_one(Claim, claim.id)


def events_of(where: Where, subject: Any) -> list[Event]:
    """The history of a row, or of a name such as "claim:3", oldest first."""
    name = subject if isinstance(subject, str) else f"{subject.__history__.name}:{subject.id}"
    query = select(Event).where(Event.subject == name).order_by(Event.seq)
    if isinstance(where, Session):
        return list(where.scalars(query))
    with where.reading() as session:
        return list(session.scalars(query))


def verdicts_of(where: Where, claim: Claim) -> list[Verdict]:
    """All proposals on a claim, oldest first."""
    query = select(Verdict).where(Verdict.claim_id == claim.id).order_by(Verdict.number)
    if isinstance(where, Session):
        return list(where.scalars(query))
    with where.reading() as session:
        return list(session.scalars(query))


@pytest.fixture
def session(database: Database) -> Generator[Session]:
    """A session for reading the test's database."""
    with database.reading() as session:
        yield session


def _bound(make: Callable[..., Any]) -> Any:
    @pytest.fixture(name=make.__name__)
    def bound(database: Database) -> Callable[..., Any]:
        return partial(make, database)

    return bound


editor_fixture = _bound(make_editor)
article_fixture = _bound(make_article)
speaker_fixture = _bound(make_speaker)
topic_fixture = _bound(make_topic)
claim_fixture = _bound(make_claim)
evidence_fixture = _bound(make_evidence)
check_fixture = _bound(make_check)


@pytest.fixture
def clock_at() -> Generator[Callable[[date | datetime], None]]:
    """`clock_at(date(2024, 3, 11))`: from now on, and until the test ends, it is noon (UTC) of that day, or that very moment."""
    travellers: list[time_machine.travel] = []

    def go(moment: date | datetime) -> None:
        while travellers:
            travellers.pop().stop()
        travellers.append(time_machine.travel(moment if isinstance(moment, datetime) else on(moment), tick=False))
        travellers[-1].start()

    yield go
    for traveller in travellers:
        traveller.stop()
