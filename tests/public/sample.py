"""A public article with a claim in every state, for tests of readers' pages."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.factories import (
    DESK,
    everyday,
    make_article,
    make_check,
    make_claim,
    make_editor,
    make_evidence,
    make_speaker,
    make_topic,
)
from tracker.articles.models import Article
from tracker.claims.enums import Attribution, Outcome, SpeakerKind, VerdictKind, Visibility, WithdrawReason
from tracker.claims.models import Claim
from tracker.claims.services import editing, holds, moves, verdicts
from tracker.claims.verdict_rules import Proposed
from tracker.db import Database
from tracker.publishing import services

AT = datetime(2024, 4, 1, 12, tzinfo=UTC)
ARCHIVED = "https://archive.example.org/20240320/deal.pdf"
SLUG = "what-the-summit-will-bring"


@dataclass
class Sample:
    """The ids of what is public, and of what is not."""

    article: int
    claims: dict[str, int]
    topic: int
    topic_key: str
    person: int
    organisation: int


def publish(database: Database, article_id: int, *, at: datetime = AT, **given: Any) -> None:
    """Make an article public."""
    with database.writing() as session:
        services.publish(session, article_id, actor=DESK, at=at, **given)


def make_public(database: Database, status: str = "resolved", **given: Any) -> Claim:
    """A claim of an article of its own, which is public."""
    article = given.pop("article", None) or make_article(database)
    claim = make_claim(database, status, article=article, **given)
    publish(database, article.id)
    return claim


def make_sample(database: Database) -> Sample:
    """An article with a claim in every state; see the names of `claims`."""
    article = make_article(database, url="https://example.org/summit")
    topic = make_topic(database, "Trade", "Commerce")
    person = make_speaker(database, "Ann Other", affiliation="Minister")
    house = make_speaker(database, "The Institute", kind=SpeakerKind.ORGANISATION)
    stated = {"article": article, "attribution": Attribution.STATED, "speaker_id": person.id, "topics": [topic]}
    claims: dict[str, Claim] = {}
    for number, outcome in enumerate(Outcome, start=1):
        given = {"statement": f"Statement {outcome.value}.", "paragraph": number}
        claims[outcome.value] = make_claim(database, "resolved", outcome=outcome, **stated, **given)
    more = {**stated, "speaker_id": house.id}
    claims["open"] = make_claim(database, "open", statement="Statement open.", **more)
    claims["checking"] = make_claim(database, "proposed", statement="Statement checking.", **more)
    claims["not_observed"] = make_claim(database, "due", statement="Statement not observed.", **more)
    make_check(database, claims["not_observed"], visibility=Visibility.PUBLIC)
    claims["late"] = make_claim(database, "due", statement="Statement late.", **more)
    _sign(database, claims["late"], _late(claims["late"]), Outcome.REFUTED)
    claims["under_review"] = make_claim(database, "under_review", statement="Statement under review.", **more)
    claims["withdrawn"] = make_claim(database, "resolved", statement="Statement withdrawn.", **more)
    claims["draft"] = make_claim(database, "draft", statement="Statement draft.", **more)
    claims["held"] = make_claim(database, "proposed", statement="Statement held.", **more)
    _withdraw(database, claims["withdrawn"])
    _hold(database, claims["held"])
    with database.writing() as session:
        claim = session.get_one(Claim, claims["confirmed"].id)
        texts = {"statement": "Énoncé confirmé.", "confirmed_if": "Un accord est publié.", "refuted_if": "", "condition": ""}
        editing.set_translation(session, claim, "fr", texts, actor=DESK)
        verdicts.add_postscript(session, claim, "A second deal followed.", actor=DESK, at=AT - timedelta(days=3))
    publish(database, article.id)
    _correct(database, claims["refuted"])
    make_evidence(database, claims["confirmed"], archive_url=ARCHIVED)
    ids = {name: claim.id for name, claim in claims.items()}
    return Sample(article.id, ids, topic.id, topic.key, person.id, house.id)


def _late(claim: Claim) -> Proposed:
    assert claim.deadline_on is not None
    happened = claim.deadline_on + timedelta(days=1)
    return Proposed(Outcome.REFUTED, "It happened a day too late.", known_on=happened, occurred_from=happened)


def _sign(database: Database, claim: Claim, proposed: Proposed, outcome: Outcome) -> None:
    from tests.factories import prepare

    one, two = make_editor(database), make_editor(database)
    at = datetime.combine(date(2024, 3, 20), AT.time(), UTC)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        prepare(session, own, outcome, at=at)
        session.refresh(own)
        verdicts.propose(session, own, proposed, actor=one.actor, version=own.version, at=at)
        verdicts.sign(session, own, actor=two.actor, version=own.version, at=at)


def _withdraw(database: Database, claim: Claim) -> None:
    one, two = make_editor(database), make_editor(database)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        line = "We had misread the article."
        given = {"actor": one.actor, "version": own.version, "at": AT}
        verdicts.propose_withdrawal(session, own, WithdrawReason.NOT_A_PREDICTION, line, **given)
        verdicts.sign(session, own, actor=two.actor, version=own.version, at=AT)


def _hold(database: Database, claim: Claim) -> None:
    signer = make_editor(database)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        proposal = own.proposal_id or 0
        verdicts.sign(session, own, actor=signer.actor, version=own.version, at=AT)
        holds.hold(session, own, proposal, AT + timedelta(days=1), actor=signer.actor, at=AT)


def _correct(database: Database, claim: Claim) -> None:
    one, two = make_editor(database), make_editor(database)
    at = AT + timedelta(days=2)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        moves.reopen(session, own, VerdictKind.CORRECTION, "Wrong source.", actor=one.actor, version=own.version, at=at)
        proposed = everyday(own, Outcome.UNRESOLVABLE)
        make_check(session, own)
        session.refresh(own)
        verdicts.propose(session, own, proposed, actor=one.actor, version=own.version, at=at)
        verdicts.sign(session, own, actor=two.actor, version=own.version, at=at)


__all__ = ["AT", "SLUG", "Article", "Sample", "make_public", "make_sample", "publish"]
