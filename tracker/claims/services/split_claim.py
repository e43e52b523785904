"""One claim with several statements becomes several: each a sibling with the same source, the first one withdrawn."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.articles.models import Article
from tracker.claims import lifecycle
from tracker.claims.enums import RelationKind, Status, WithdrawReason
from tracker.claims.models import Claim, ClaimTopic
from tracker.claims.services import editing, evidence, moves
from tracker.errors import N_, Invalid
from tracker.ledger import Actor

MOST = 10
# What the siblings have in common. The likelihood and the criteria speak of one statement and are written anew.
_SHARED = (
    "language", "quote", "quote_kind", "quote_language", "text_number", "quote_start", "quote_end", "paragraph", "speaker_id",
    "attribution", "hedge", "certainty", "condition", "condition_status", "made_on", "deadline_on", "deadline_source",
    "review_on",
)  # fmt: skip


def split(session: Session, claim: Claim, statements: list[str], *, actor: Actor, version: int) -> list[Claim]:
    """Make a sibling of each statement, on the desk where the claim was, and withdraw the claim.

    Raises Invalid for fewer than two or too many statements, and what `moves.withdraw` raises.
    """
    at = clock.now()
    lifecycle.begin(session, claim, "withdraw", actor=actor, version=version)
    if not 2 <= len(statements) <= MOST:
        raise Invalid(
            N_("Write two statements or more, at most %(most)s, each on a line of its own."), field="statements", most=MOST
        )
    was_tracked = claim.status != Status.DRAFT
    article = session.get_one(Article, claim.article_id)
    topics = tuple(session.scalars(select(ClaimTopic.topic_id).where(ClaimTopic.claim_id == claim.id)))
    shared = {field: getattr(claim, field) for field in _SHARED}
    siblings = []
    for statement in statements:
        values = {**shared, "statement": statement}
        sibling = editing.create(session, article, actor=actor, at=at, owner_id=claim.owner_id, topic_ids=topics, **values)
        if was_tracked:
            moves.track(session, sibling, actor=actor, version=sibling.version, at=at)
        evidence.relate(session, sibling, claim.id, RelationKind.SPLIT_FROM, actor=actor, at=at)
        siblings.append(sibling)
    moves.withdraw(session, claim, WithdrawReason.SPLIT, "", actor=actor, version=version, at=at)
    return siblings
