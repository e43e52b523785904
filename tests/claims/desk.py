"""The moves as an editor makes them through the services, and small questions about what came of it."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import events_of, everyday, on
from tracker.claims.enums import VerdictKind, WithdrawReason
from tracker.claims.models import Claim, ClaimTopic
from tracker.claims.services import moves, verdicts
from tracker.db import Database
from tracker.ledger import Actor

DAY = date(2024, 3, 12)  # a day after everything that the factories do
AT = on(DAY)
LATER = DAY + timedelta(days=120)
REASON = "The ministry has announced more for June."


def _track(session: Session, claim: Claim, actor: Actor, version: int) -> None:
    moves.track(session, claim, actor=actor, version=version, at=AT)


def _postpone(session: Session, claim: Claim, actor: Actor, version: int) -> None:
    moves.postpone(session, claim, LATER, REASON, actor=actor, version=version, at=AT)


def _propose(session: Session, claim: Claim, actor: Actor, version: int) -> None:
    verdicts.propose(session, claim, everyday(claim), actor=actor, version=version, at=AT)


def _decide(session: Session, claim: Claim, actor: Actor, version: int) -> None:
    verdicts.decide(session, claim, everyday(claim), actor=actor, version=version, at=AT)


def _sign(session: Session, claim: Claim, actor: Actor, version: int) -> None:
    verdicts.sign(session, claim, actor=actor, version=version, at=AT)


def _return(session: Session, claim: Claim, actor: Actor, version: int) -> None:
    verdicts.return_(session, claim, "The second source is missing.", actor=actor, version=version, at=AT)


def _recall(session: Session, claim: Claim, actor: Actor, version: int) -> None:
    verdicts.recall(session, claim, actor=actor, version=version, at=AT)


def _reopen(session: Session, claim: Claim, actor: Actor, version: int) -> None:
    moves.reopen(session, claim, VerdictKind.CORRECTION, REASON, actor=actor, version=version, at=AT)


def _withdraw(session: Session, claim: Claim, actor: Actor, version: int) -> None:
    moves.withdraw(session, claim, WithdrawReason.DUPLICATE, "", actor=actor, version=version, at=AT)


def _propose_withdrawal(session: Session, claim: Claim, actor: Actor, version: int) -> None:
    verdicts.propose_withdrawal(session, claim, WithdrawReason.MISTAKE, "It was never said.", actor=actor, version=version, at=AT)


def _restore(session: Session, claim: Claim, actor: Actor, version: int) -> None:
    moves.restore(session, claim, REASON, actor=actor, version=version, at=AT)


# Every move a person can make. The sweep's is in the tests of flagging.
MAKE: dict[str, Callable[[Session, Claim, Actor, int], None]] = {
    "track": _track,
    "postpone": _postpone,
    "propose": _propose,
    "decide": _decide,
    "sign": _sign,
    "return": _return,
    "recall": _recall,
    "reopen": _reopen,
    "withdraw": _withdraw,
    "propose_withdrawal": _propose_withdrawal,
    "restore": _restore,
}


def make(database: Database, claim: Claim, name: str, actor: Actor, version: int | None = None) -> Claim:
    """Make a move in a transaction of its own, from the version that stands or the one given; the claim as it is then."""
    with database.sessions(expire_on_commit=False) as session, database.writing(session):
        own = session.get_one(Claim, claim.id)
        MAKE[name](session, own, actor, own.version if version is None else version)
        session.refresh(own)
    return own


def said(where: Database | Session, claim: Claim) -> list[dict[str, Any]]:
    """What the history says of a claim: of each event its kind and its data, oldest first."""
    return [{"kind": event.kind, **json.loads(event.canonical)["data"]} for event in events_of(where, claim)]


def last_said(where: Database | Session, claim: Claim) -> dict[str, Any]:
    return said(where, claim)[-1]


def topic_copies(database: Database, claim: Claim) -> set[tuple[str, date | None]]:
    """The (status, review day) pairs that the claim's topics hold of it; one if they agree."""
    with database.reading() as session:
        query = select(ClaimTopic.status, ClaimTopic.review_on).where(ClaimTopic.claim_id == claim.id)
        return {(row.status, row.review_on) for row in session.execute(query)}
