"""The claims of an article that have no quote yet, each with the sentence of the text that it seems to come from."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.articles.models import Article, ArticleText
from tracker.claims.enums import Status
from tracker.claims.models import Claim, ClaimTranslation
from tracker.pagination import Head
from tracker.sql import among
from tracker.suggest import LANGUAGES
from tracker.suggest.matching import ClaimHint, Match, match_claims

SIZE: Final = 50  # claims that are matched at once
LONGEST: Final = 40_000  # code points of a text in which sentences are looked for
SURE: Final = 0.5  # score from which a proposal is attached together with others
_OPEN: Final = (Status.DRAFT, Status.OPEN, Status.DUE)


@dataclass(frozen=True)
class Proposal:
    """A claim without a quote and its sentence; `match` is None where no sentence resembles it."""

    claim_id: int
    version: int
    statement: str
    language: str
    match: Match | None

    @property
    def is_sure(self) -> bool:
        """Whether the sentence resembles the claim enough to be attached without a look at each."""
        return self.match is not None and self.match.score >= SURE


def _unquoted(article_id: int) -> Select[Claim]:
    return (
        select(Claim)
        .where(Claim.article_id == article_id, Claim.status.in_(_OPEN), Claim.quote == "")
        .order_by(Claim.paragraph.is_(None), Claim.paragraph, Claim.id)
    )


def is_too_long(text: ArticleText) -> bool:
    """Whether a text is so long that no sentences are proposed from it."""
    return len(text.body) > LONGEST


def has_unquoted(session: Session, article_id: int) -> bool:
    """Whether an article has claims without a quote."""
    return session.scalar(_unquoted(article_id).with_only_columns(Claim.id).limit(1)) is not None


def list_proposals(
    session: Session, article: Article, text: ArticleText, language: str, *, skipped: Collection[int] = ()
) -> Head[Proposal]:
    """The claims without a quote in reading order, with their sentences; at most SIZE, statements in `language` where we have it.

    Without a language that can be read, and in a very long text, claims have no sentence. Those of `skipped` are matched, so that
    their sentences are not proposed for others, and left out.
    """
    taken = list(session.scalars(_unquoted(article.id).where(Claim.id.in_(skipped)).limit(SIZE))) if skipped else []
    wanted = _unquoted(article.id).where(Claim.id.not_in(skipped)).limit(SIZE + 1)
    head = Head.of(session.scalars(wanted), SIZE)
    claims = [*taken, *head.rows]
    translations = _load_translations(session, [claim.id for claim in claims])
    matches = _match(article, text, claims, translations)
    found = []
    for claim in head.rows:
        own = translations.get(claim.id, {})
        shown = language if language in own else claim.language
        statement = own.get(language, claim.statement)
        found.append(Proposal(claim.id, claim.version, statement, shown, matches.get(claim.id)))
    return Head(found, head.has_more)


def _match(
    article: Article, text: ArticleText, claims: list[Claim], translations: dict[int, dict[str, str]]
) -> dict[int | str, Match]:
    code = article.language.partition("-")[0]
    if code not in LANGUAGES or is_too_long(text):
        return {}
    hints = [
        ClaimHint(claim.id, (claim.statement, *translations.get(claim.id, {}).values()), claim.paragraph, claim.hedge or None)
        for claim in claims
    ]
    return {each.key: each for each in match_claims(text.body, code, article.published_on, hints)}


def _load_translations(session: Session, claim_ids: list[int]) -> dict[int, dict[str, str]]:
    """The statements of claims in other languages, by claim and language."""
    columns = (ClaimTranslation.claim_id, ClaimTranslation.language, ClaimTranslation.statement)
    found: dict[int, dict[str, str]] = {}
    for row in session.execute(select(*columns).where(among(session, ClaimTranslation.claim_id, claim_ids))):
        if row.statement:
            found.setdefault(row.claim_id, {})[row.language] = row.statement
    return found
