"""Which articles the readers' scorecards count again though their pages stay as they are.

Those of duplicates, and those of people whose card is shown or hidden.

A mark is written over the article's row and never removes it, so that a count that runs at the same moment waits for it or is
waited for, and the mark is not lost.
"""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tracker.claims.enums import RelationKind
from tracker.claims.models import Relation
from tracker.newsroom import settings
from tracker.public.models import PublicClaim
from tracker.public.score_models import PublicScoreArticle
from tracker.sql import insert_into


def mark_articles_of(session: Session, claim_ids: Iterable[int]) -> bool:
    """Have the articles of these public claims counted again; whether there are any, where readers see scorecards."""
    wanted = sorted(set(claim_ids))
    if not wanted or not settings.load(session).public_scorecards:
        return False
    return _mark(session, PublicClaim.claim_id.in_(wanted))


def mark_articles_of_speakers(session: Session, speaker_ids: Collection[int]) -> bool:
    """The same for the public claims of speakers, also where no scorecards are shown: the job removes the marks."""
    return bool(speaker_ids) and _mark(session, PublicClaim.speaker_id.in_(speaker_ids))


def _mark(session: Session, of_these: ColumnElement[bool]) -> bool:
    articles = select(PublicClaim.article_id).where(of_these).distinct()
    found = session.scalars(articles.order_by(PublicClaim.article_id)).all()
    put(session, [{"article_id": number, "etag": "", "as_of": date.min} for number in found])
    return bool(found)


def mark_duplicates_of(session: Session, claim_ids: Iterable[int]) -> bool:
    """The same for the duplicates of claims that readers see now, or see no longer."""
    of_these = Relation.other_id.in_(sorted(set(claim_ids)))
    is_duplicate = Relation.kind == RelationKind.DUPLICATE_OF
    return mark_articles_of(session, session.scalars(select(Relation.claim_id).where(of_these, is_duplicate)))


def put(session: Session, rows: list[dict[str, object]]) -> None:
    """Store which ETag and day articles were counted for; in the order of their numbers, so that no two wait for each other."""
    if not rows:
        return
    statement = insert_into(session, PublicScoreArticle)
    new = {"etag": statement.excluded.etag, "as_of": statement.excluded.as_of}
    session.execute(statement.on_conflict_do_update(index_elements=["article_id"], set_=new), rows)
