"""Making the readers' tables anew from the newsroom's, and finding where the two differ."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.articles.models import Article
from tracker.claims.models import Claim
from tracker.db import Database
from tracker.public.models import Publication, PublicChange, PublicClaim
from tracker.publishing import projection, public_copy, score_checks, scorecards

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Difference:
    """Something in the readers' tables that a rebuild would change."""

    subject: str  # "claim:147", or "scorecard:topic:3"
    what: str


def rebuild(database: Database, progress: Progress | None = None) -> int:
    """Project every publication again, an article a transaction; return how many claims are public. Readers notice nothing.

    The scorecards are counted again by the next run of their job.
    """
    with database.reading() as session:
        articles = list(session.scalars(select(Publication.article_id).order_by(Publication.article_id)))
    for count, article_id in enumerate(articles, start=1):
        with database.writing() as session:
            strangers = _find_strangers(session, article_id)
            if public_copy.project_article(session, article_id) | public_copy.project_claims(session, strangers, whole=True):
                public_copy.raise_version(session)
        if progress:
            progress(count)
    with database.writing() as session:
        scorecards.forget(session)
    with database.reading() as session:
        return len(session.scalars(select(PublicClaim.claim_id)).all())


def verify(session: Session) -> Iterator[Difference]:
    """Every difference between the readers' tables and what a rebuild would write."""
    for article_id in session.scalars(select(Publication.article_id).order_by(Publication.article_id)).all():
        yield from _verify_article(session, article_id)
    yield from (Difference(subject, "numbers") for subject in score_checks.find_differences(session))


def _verify_article(session: Session, article_id: int) -> Iterator[Difference]:
    row = session.execute(
        select(Publication.state, Publication.body, Publication.etag, Article)
        .join(Article, Article.id == Publication.article_id)
        .where(Publication.article_id == article_id)
    ).one()
    body = projection.article_body(row.Article) if row.state in projection.SEEN else "{}"
    if row.body != body or row.etag != projection.compute_content_digest(session, article_id):
        yield Difference(f"article:{article_id}", "article")
    ids = session.scalars(select(Claim.id).where(Claim.article_id == article_id).order_by(Claim.id)).all()
    wanted = sorted({*ids, *_find_strangers(session, article_id)})
    for start in range(0, len(wanted), projection.BATCH):
        batch = wanted[start : start + projection.BATCH]
        computed, stored = projection.compute(session, batch), projection.stored_rows(session, batch)
        for claim_id in batch:
            new, old = computed.get(claim_id), stored.get(claim_id)
            if new != old:
                yield Difference(f"claim:{claim_id}", _describe(new, old))
    ref = PublicChange.ref == f"article:{article_id}"
    is_listed = session.scalar(select(PublicChange.id).where(ref)) is not None
    if is_listed != (row.state == projection.OFFLINE):
        yield Difference(f"article:{article_id}", "offline")


def _describe(new: projection.Stored | None, old: projection.Stored | None) -> str:
    if old is None:
        return "missing"
    if new is None:
        return "not public"
    return ", ".join(name for name in new if new[name] != old[name])


def _find_strangers(session: Session, article_id: int) -> list[int]:
    """Public claims of an article that are not among its claims any more."""
    query = (
        select(PublicClaim.claim_id)
        .outerjoin(Claim, (Claim.id == PublicClaim.claim_id) & (Claim.article_id == PublicClaim.article_id))
        .where(PublicClaim.article_id == article_id, Claim.id.is_(None))
    )
    return list(session.scalars(query))
