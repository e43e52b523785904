"""Reads of the public side: a fixed number of queries a page, over its own tables alone."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, select, text, tuple_
from sqlalchemy.orm import Session

from tracker.errors import NotFound
from tracker.newsroom import settings
from tracker.public import search
from tracker.public.article_queries import CORRECTIONS, load_article, require_public
from tracker.public.models import (
    Publication,
    PublicationState,
    PublicChange,
    PublicClaim,
    PublicHead,
    PublicTopic,
)
from tracker.public.views import ArticleView, ChangeView, ClaimView
from tracker.search import names
from tracker.sql import AnyRow, make_alias

PAGE: Final = 50
# As the partial indexes have them; from a parameter no database could tell that an index fits.
LISTED: Final = text("public_claim.state <> 'offline'")
VERDICTS: Final = text("public_change.kind IN ('signed', 'update', 'correction')")


@dataclass(frozen=True)
class Head:
    """The state of the whole public side: for ETags of lists, and to cite."""

    version: int
    changed_at: datetime | None
    ledger_seq: int
    ledger_hash: str


@dataclass(frozen=True)
class Listing:
    """Some rows of a list, and the place from which the next are reached."""

    rows: list[Any]
    older: str = ""


# Made once and run below the mapper, as in `article_queries`.
_HEAD: Final = select(
    PublicHead.version, PublicHead.changed_at, PublicHead.ledger_seq, PublicHead.ledger_hash, settings.COLUMN
).where(PublicHead.id == 1)


def load_head(session: Session) -> Head:
    """The state of the public side."""
    row = session.connection().execute(_HEAD).one()
    settings.keep(session, row.settings)
    return Head(row.version, row.changed_at, row.ledger_seq, row.ledger_hash)


def load_claim(session: Session, claim_id: int, language: str) -> ClaimView:
    """A public claim with its article. Raises NotFound and Gone as for an article."""
    row = session.connection().execute(_CLAIM, {"number": claim_id}).one_or_none()
    if row is None:
        raise NotFound()
    settings.keep(session, row.settings)
    require_public(row.publication_state, row.offline_line)
    found = _claim(row, language)
    found.before = row.before
    return found


def _claims() -> Any:
    return select(
        PublicClaim.claim_id,
        PublicClaim.state,
        PublicClaim.changed_at,
        PublicClaim.body,
        PublicClaim.etag,
        Publication.article_id,
        Publication.state.label("publication_state"),
        Publication.offline_line,
        Publication.slug,
        Publication.noindex,
        Publication.etag.label("article_digest"),
        Publication.body.label("article_body"),
    ).join(Publication, Publication.article_id == PublicClaim.article_id)


_OTHER: Final = make_alias(PublicClaim)
_BEFORE: Final = (
    select(func.count())
    .where(
        _OTHER.article_id == PublicClaim.article_id,
        tuple_(_OTHER.position, _OTHER.claim_id) < tuple_(PublicClaim.position, PublicClaim.claim_id),
    )
    .scalar_subquery()
    .label("before")
)
_CLAIM: Final = _claims().add_columns(_BEFORE, settings.COLUMN).where(PublicClaim.claim_id == bindparam("number"))


def _claim(row: Any, language: str) -> ClaimView:
    article = ArticleView(row.article_id, row.slug, row.noindex, row.article_digest, json.loads(row.article_body))
    return ClaimView(row.claim_id, row.state, row.changed_at, row.body, language, article, row.etag)


def list_newest(session: Session, language: str, *, older: str = "") -> Listing:
    """Public claims, those that changed last first."""
    query = _claims().where(LISTED)
    place = _read_place(older)
    if place is not None:
        query = query.where(tuple_(PublicClaim.changed_at, PublicClaim.claim_id) < place)
    ordered = query.order_by(PublicClaim.changed_at.desc(), PublicClaim.claim_id.desc()).limit(PAGE + 1)
    return _listing(session.execute(ordered).all(), language, lambda row: f"{row.claim_id}~{_stamp(row.changed_at)}")


def list_topic(session: Session, topic_id: int, language: str, *, older: int | None = None) -> Listing:
    """The public claims about a topic, the newest claims first."""
    query = _claims().join(PublicTopic, PublicTopic.claim_id == PublicClaim.claim_id)
    column: Any = PublicTopic.claim_id
    return _list_by_id(session, query.where(PublicTopic.topic_id == topic_id), column, language, older)


def list_speaker(session: Session, speaker_id: int, language: str, *, older: int | None = None) -> Listing:
    """The public claims of a speaker who is named, the newest claims first."""
    return _list_by_id(session, _claims().where(PublicClaim.speaker_id == speaker_id), PublicClaim.claim_id, language, older)


def find(session: Session, q: str, language: str, *, older: str = "") -> Listing:
    """The public claims that have all these words, the newest claims first; all of them where nothing was asked."""
    words = names.parse_words(q)
    if words is None:
        return list_newest(session, language, older=older)
    if not words:
        return Listing([])
    place = int(older) if older.isascii() and older.isdigit() and len(older) < 19 else None
    rows: list[AnyRow] = []
    for hits in search.INDEX.look(session, words, place, prefixes=False):
        query = select(hits.id.label("id")).select_from(hits.table)
        query = query.where(hits.matches, *([] if place is None else [hits.id < place]))
        found = query.order_by(hits.id.desc()).limit(PAGE + 1).subquery()
        rows = list(session.execute(_claims().join(found, found.c.id == PublicClaim.claim_id)))
        if len(rows) > PAGE:
            break
    # Not by the database: it could go through all claims in their order.
    return _listing(sorted(rows, key=lambda row: -row.claim_id), language, lambda row: str(row.claim_id))


def _list_by_id(session: Session, query: Any, column: Any, language: str, older: int | None) -> Listing:
    if older is not None:
        query = query.where(column < older)
    rows = session.execute(query.order_by(column.desc()).limit(PAGE + 1)).all()
    return _listing(rows, language, lambda row: str(row.claim_id))


def _listing(rows: Any, language: str, place: Any) -> Listing:
    found = [_claim(row, language) for row in rows[:PAGE]]
    return Listing(found, place(rows[PAGE - 1]) if len(rows) > PAGE else "")


def list_changes(session: Session, language: str, *, verdicts: bool, older: str = "", size: int = PAGE) -> Listing:
    """What happened in public, newest first: verdicts alone, or everything but first verdicts."""
    condition = VERDICTS if verdicts else CORRECTIONS
    change = (PublicChange.id, PublicChange.at, PublicChange.kind, PublicChange.ref, PublicChange.line)
    query = (
        select(
            *change,
            Publication.article_id,
            Publication.slug,
            Publication.noindex,
            Publication.etag.label("article_digest"),
            Publication.body.label("article_body"),
            PublicClaim.claim_id,
            PublicClaim.state,
            PublicClaim.changed_at,
            PublicClaim.body,
            PublicClaim.etag,
        )
        .join(Publication, Publication.article_id == PublicChange.article_id)
        .outerjoin(PublicClaim, PublicClaim.claim_id == PublicChange.claim_id)
        .where(condition)
    )
    place = _read_place(older)
    if place is not None:
        query = query.where(tuple_(PublicChange.at, PublicChange.id) < place)
    rows = session.execute(query.order_by(PublicChange.at.desc(), PublicChange.id.desc()).limit(size + 1)).all()
    found = []
    for row in rows[:size]:
        article = ArticleView(row.article_id, row.slug, row.noindex, row.article_digest, json.loads(row.article_body))
        claim = ClaimView(row.claim_id, row.state, row.changed_at, row.body, language, article) if row.claim_id else None
        found.append(ChangeView(row.id, row.at, row.kind, row.ref, row.line, article, claim))
    return Listing(found, f"{rows[size - 1].id}~{_stamp(rows[size - 1].at)}" if len(rows) > size else "")


def iterate_claims(session: Session, size: int = 500) -> Any:
    """Every public claim in order of id, in batches; for the CSV and the site map."""
    after = 0
    while rows := session.execute(
        _claims().where(LISTED, PublicClaim.claim_id > after).order_by(PublicClaim.claim_id).limit(size)
    ).all():
        yield [_claim(row, "") for row in rows]
        after = rows[-1].claim_id


def list_articles(session: Session) -> list[ArticleView]:
    """Every public article in order of id."""
    columns = (Publication.article_id, Publication.slug, Publication.noindex, Publication.etag, Publication.body)
    query = select(*columns).where(Publication.state == PublicationState.PUBLIC).order_by(Publication.article_id)
    return [ArticleView(*row[:4], json.loads(row[4])) for row in session.execute(query)]


def find_slug(session: Session, slug: str) -> ArticleView:
    """The public article with this slug, the newest of several. Raises NotFound."""
    if "\x00" in slug:  # PostgreSQL cannot compare it
        raise NotFound()
    query = (
        select(Publication.article_id)
        .where(Publication.slug == slug, Publication.state == PublicationState.PUBLIC)
        .order_by(Publication.article_id.desc())
        .limit(1)
    )
    found = session.scalar(query) if slug else None
    if found is None:
        raise NotFound()
    return load_article(session, found)


def _stamp(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _read_place(given: str) -> tuple[datetime, int] | None:
    number, _, stamp = given.partition("~")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return (at, int(number)) if at.tzinfo is not None else None


def list_addresses(session: Session, after: int, until: int) -> list[tuple[tuple[str, str], int]]:
    """The paths of claims with such numbers, each with that of its article and the article's number; none that is not indexed."""
    query = (
        select(PublicClaim.claim_id, Publication.article_id, Publication.slug)
        .join(Publication, Publication.article_id == PublicClaim.article_id)
        .where(PublicClaim.claim_id > after, PublicClaim.claim_id <= until, LISTED, Publication.noindex.is_(False))
        .order_by(PublicClaim.claim_id)
    )
    found = []
    for row in session.execute(query):
        article = f"{row.article_id}-{row.slug}" if row.slug else str(row.article_id)
        found.append(((f"/articles/{article}", f"/claims/{row.claim_id}"), row.article_id))
    return found
