"""The claims whose quote was taken from an older text of their article, each compared with the newest one."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from tracker.articles import queries as articles
from tracker.articles.models import ArticleText
from tracker.claims.enums import QuoteKind, Status
from tracker.claims.models import Claim
from tracker.claims.queries import claim_rows
from tracker.claims.queries.claim_rows import ClaimRow
from tracker.claims.queries.quotes import NumberedText, Quote, compare_quote
from tracker.ledger.models import Event
from tracker.pagination import Order, Page, page
from tracker.sql import AnySelect

KEEP: Final = "claim.keep_quote"
SIZE: Final = 50
_FROZEN: Final = (Status.PROPOSED, Status.RESOLVED)


@dataclass(frozen=True)
class OutdatedQuote:
    """One such claim. `kept`: an editor decided that its quote stays as it is, although the newest text has other words."""

    row: ClaimRow
    quote: Quote
    kept: bool

    @property
    def is_frozen(self) -> bool:
        """Whether its terms cannot be changed now."""
        return self.row.status in _FROZEN


def list_outdated(
    session: Session,
    article_id: int,
    language: str,
    *,
    latest: ArticleText,
    after: str | None = None,
    before: str | None = None,
) -> Page[OutdatedQuote]:
    """One page of the claims quoted from an older text than the newest, by number, without those that were withdrawn."""
    found = page(session, _outdated(article_id, latest.number), Order(Claim.id), size=SIZE, after=after, before=before)
    compared = compare(session, article_id, [row.id for row in found.rows], language, latest=latest)
    return Page(compared, found.before, found.after)


def compare(
    session: Session, article_id: int, claim_ids: Iterable[int], language: str, *, latest: ArticleText
) -> list[OutdatedQuote]:
    """Those of some claims that are quoted from an older text of the article, in the order given."""
    wanted = list(claim_ids)
    known = set(session.scalars(_outdated(article_id, latest.number).where(Claim.id.in_(wanted))))
    found = claim_rows.in_order(session, [claim_id for claim_id in wanted if claim_id in known], language)
    kept = _kept(session, known, latest.number)
    newest = NumberedText(latest)
    quotes: dict[int, Quote] = {}
    # One older text at a time: an article can have many, of 400,000 characters each.
    for number in sorted({row.text_number for row in found if row.text_number is not None}):
        text = articles.text(session, article_id, number)
        older = NumberedText(text) if text is not None else None
        for row in found:
            if row.text_number == number:
                quotes[row.id] = compare_quote(row, older, newest)
        if text is not None:
            session.expunge(text)
    return [OutdatedQuote(row, quotes[row.id], row.id in kept) for row in found]


def has_outdated(session: Session, article_id: int) -> bool:
    """Whether any claim is quoted from an older text than the newest."""
    number = articles.latest_number(session, article_id)
    return number is not None and bool(session.scalar(select(exists(_outdated(article_id, number).limit(1)))))


def is_kept(session: Session, claim_id: int, number: int) -> bool:
    """Whether an editor decided that the quote stays, although the text of this number has other words."""
    return claim_id in _kept(session, [claim_id], number)


def _outdated(article_id: int, latest: int) -> AnySelect:
    return select(Claim.id).where(
        Claim.article_id == article_id,
        Claim.quote != "",
        Claim.quote_kind != QuoteKind.PARAPHRASE,
        Claim.text_number < latest,
        Claim.status != Status.WITHDRAWN,
    )


def _kept(session: Session, claim_ids: Iterable[int], number: int) -> set[int]:
    subjects = {f"claim:{claim_id}": claim_id for claim_id in claim_ids}
    query = select(Event.subject, Event.canonical).where(Event.kind == KEEP, Event.subject.in_(list(subjects)))
    return {
        subjects[subject]
        for subject, canonical in session.execute(query)
        if json.loads(canonical)["data"]["text_number"] == number
    }
