"""The claims whose quote was taken from an older text of their article, each compared with the newest one."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.articles import queries as articles
from tracker.articles.models import ArticleText
from tracker.claims.queries import rows
from tracker.claims.queries.quotes import Quote, look_at
from tracker.claims.queries.rows import ClaimRow
from tracker.claims.words import QuoteKind, Status
from tracker.ledger.models import Event

KEEP = "claim.keep_quote"
_FROZEN = (Status.PROPOSED, Status.RESOLVED)


@dataclass(frozen=True)
class Affected:
    """One such claim. `kept`: an editor said that it stays as it is, although the newest text has other words."""

    row: ClaimRow
    quote: Quote
    kept: bool

    @property
    def is_frozen(self) -> bool:
        """Whether its terms cannot be changed now."""
        return self.row.status in _FROZEN


def affected(session: Session, article_id: int, language: str, *, most: int) -> tuple[ArticleText | None, list[Affected]]:
    """The newest text, and the claims quoted from an older one in reading order, without those that were withdrawn."""
    latest = articles.latest_text(session, article_id)
    if latest is None or latest.number == 1:
        return latest, []
    found = [
        row
        for row in rows.of_article(session, article_id, language, most=most)
        if row.quote
        and row.quote_kind is not QuoteKind.PARAPHRASE
        and row.text_number not in (None, latest.number)
        and row.status != Status.WITHDRAWN
    ]
    texts = {text.number: text for text in articles.texts(session, article_id)}
    kept = _kept(session, [row.id for row in found], latest.number)
    return latest, [Affected(row, look_at(row, texts.get(row.text_number or 0), latest), row.id in kept) for row in found]


def is_kept(session: Session, claim_id: int, number: int) -> bool:
    """Whether somebody said that the quote stays, although the text of this number has other words."""
    return claim_id in _kept(session, [claim_id], number)


def _kept(session: Session, claim_ids: Iterable[int], number: int) -> set[int]:
    subjects = {f"claim:{claim_id}": claim_id for claim_id in claim_ids}
    query = select(Event.subject, Event.canonical).where(Event.kind == KEEP, Event.subject.in_(list(subjects)))
    return {
        subjects[subject]
        for subject, canonical in session.execute(query)
        if json.loads(canonical)["data"]["text_number"] == number
    }
