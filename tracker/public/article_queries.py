"""Reads of an article's pages: its claims in reading order, so many a page, each page after the last claim of the one before."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, bindparam, func, select, text, tuple_
from sqlalchemy.orm import Session

from tracker.errors import Gone, NotFound
from tracker.newsroom import settings
from tracker.pagination import Head
from tracker.public.models import Publication, PublicationState, PublicChange, PublicClaim
from tracker.public.views import ArticleView, ChangeView, ClaimView
from tracker.sql import make_alias, run_plain

PAGE: Final = 40  # claims: with long statements and the corrections, still less than 60 kB
CHANGES_SHOWN: Final = 20
# As the partial index has it; from a parameter no database could tell that it fits.
CORRECTIONS: Final = text("public_change.kind <> 'signed'")


@dataclass(frozen=True)
class ArticlePage:
    """Some claims of an article, and how they lie in it.

    `counts` are those of the whole article, by state, and `changed_at` is when one of its claims changed last. `before` is how
    many claims are on the pages before. `previous` and `following` are after which claim the page next to this one starts: 0 for
    the first page, None where there is none. `has_changes`: whether the first page has corrections, for the pages after it.
    """

    claims: list[ClaimView]
    counts: Mapping[str, int]
    before: int = 0
    previous: int | None = None
    following: int | None = None
    changed_at: datetime | None = None
    has_changes: bool = False

    @property
    def whole(self) -> int:
        """How many claims the article has."""
        return sum(self.counts.values())


# Statements of the pages that are asked for most are made once, and run below the mapper: making them anew took half of the time.
_ARTICLE: Final = select(
    Publication.state,
    Publication.slug,
    Publication.noindex,
    Publication.etag,
    Publication.body,
    Publication.offline_line,
    # With the ETag: a change of terms that is changed back leaves the claims as they were, and an entry more.
    select(func.max(PublicChange.id))
    .where(PublicChange.article_id == bindparam("number"))
    .scalar_subquery()
    .label("last_change"),
    settings.COLUMN,
).where(Publication.article_id == bindparam("number"))
_ORDER: Final = (PublicClaim.position, PublicClaim.claim_id)
_OF_ARTICLE: Final = PublicClaim.article_id == bindparam("number")
_COLUMNS: Final = (PublicClaim.claim_id, PublicClaim.state, PublicClaim.changed_at, PublicClaim.body)
_PLACED: Final = (*_COLUMNS, PublicClaim.position)
_FIRST_CLAIMS: Final = select(*_PLACED).where(_OF_ARTICLE).order_by(*_ORDER).limit(bindparam("most"))
_AFTER: Final = tuple_(bindparam("position", type_=BigInteger), bindparam("after", type_=BigInteger))
_NEXT_CLAIMS: Final = select(*_PLACED).where(_OF_ARTICLE, tuple_(*_ORDER) > _AFTER).order_by(*_ORDER).limit(bindparam("most"))
_PLACE: Final = select(PublicClaim.position).where(_OF_ARTICLE, PublicClaim.claim_id == bindparam("after"))
_SAME: Final = make_alias(PublicClaim)
_HAS_CHANGES: Final = select(PublicChange.id).where(PublicChange.article_id == bindparam("number"), CORRECTIONS).limit(1)
_COUNTS: Final = (
    select(
        PublicClaim.state,
        func.count().label("whole"),
        func.count().filter(tuple_(*_ORDER) <= _AFTER).label("before"),
        # Apart from the counts, which an index has without the moments.
        select(func.max(_SAME.changed_at)).where(_SAME.article_id == bindparam("number")).scalar_subquery().label("changed_at"),
        _HAS_CHANGES.scalar_subquery().is_not(None).label("has_changes"),
    )
    .where(_OF_ARTICLE)
    .group_by(PublicClaim.state)
)
_NTH: Final = select(PublicClaim.claim_id).where(_OF_ARTICLE).order_by(*_ORDER).limit(1).offset(bindparam("nth"))
_CHANGES: Final = (
    select(PublicChange.id, PublicChange.at, PublicChange.kind, PublicChange.ref, PublicChange.line, PublicChange.claim_id)
    .where(PublicChange.article_id == bindparam("number"), CORRECTIONS)
    .order_by(PublicChange.at.desc(), PublicChange.id.desc())
    .limit(CHANGES_SHOWN + 1)
)


def load_article(session: Session, article_id: int) -> ArticleView:
    """A public article. Raises NotFound, or Gone with the reader's line for one that was taken offline."""
    row = run_plain(session, _ARTICLE, number=article_id).one_or_none()
    if row is None:
        raise NotFound()
    settings.keep(session, row.settings)
    require_public(row.state, row.offline_line)
    return ArticleView(article_id, row.slug, bool(row.noindex), f"{row.etag} {row.last_change or 0}", json.loads(row.body))


def require_public(state: str, line: str) -> None:
    """Raise Gone with the reader's line for what was taken offline, NotFound for what is not public."""
    if state == PublicationState.OFFLINE:
        raise Gone("%(line)s", line=line)
    if state != PublicationState.PUBLIC:
        raise NotFound()


def load_page(session: Session, article: ArticleView, language: str, after: int | None = None) -> ArticlePage:
    """The first claims of an article in reading order, or those after one of them. Raises NotFound where there are none."""
    given = {"number": article.id, "most": PAGE + 1, "after": after or 0, "position": -1}
    connection = session.connection()
    if after is not None:
        position = connection.execute(_PLACE, given).scalar_one_or_none()
        if position is None:
            raise NotFound()
        given["position"] = position
    rows = connection.execute(_NEXT_CLAIMS if after is not None else _FIRST_CLAIMS, given).all()
    if after is not None and not rows:
        raise NotFound()
    claims = [ClaimView(*row[:-1], language, article) for row in rows[:PAGE]]
    following = claims[-1].id if len(rows) > PAGE else None
    if after is None and following is None:
        return ArticlePage(claims, Counter(claim.state for claim in claims), changed_at=_last_change(claims))
    counts = connection.execute(_COUNTS, given).all()
    before = sum(row.before for row in counts)
    previous = None if after is None else find_page(session, article.id, before - PAGE)
    changed_at, has_changes = (counts[0].changed_at, counts[0].has_changes) if counts else (None, False)
    return ArticlePage(claims, {row.state: row.whole for row in counts}, before, previous, following, changed_at, has_changes)


def _last_change(claims: Sequence[ClaimView]) -> datetime | None:
    return max((claim.changed_at for claim in claims), default=None)


def find_page(session: Session, article_id: int, before: int) -> int:
    """After which claim a page with so many claims before it starts; 0 is the first page. Raises NotFound where there is none."""
    if before <= 0:
        return 0
    found = session.connection().execute(_NTH, {"number": article_id, "nth": before - 1}).scalar_one_or_none()
    if found is None:  # claims were withheld since they were counted
        raise NotFound()
    return int(found)


def find_page_of(session: Session, claim: ClaimView) -> int:
    """After which claim the page of its article starts that a claim is on; 0 is the first page."""
    return find_page(session, claim.article.id, claim.before - claim.before % PAGE)


def cut_page(claims: Sequence[ClaimView], after: int | None) -> ArticlePage:
    """A page of all claims of an article, as `load_page` has it. Raises NotFound where there is none."""
    numbers = [claim.id for claim in claims]
    if after is not None and after not in numbers[:-1]:
        raise NotFound()
    start = numbers.index(after) + 1 if after is not None else 0
    earlier = start - PAGE
    previous = None if after is None else numbers[earlier - 1] if earlier > 0 else 0
    following = numbers[start + PAGE - 1] if len(numbers) > start + PAGE else None
    counts = Counter(claim.state for claim in claims)
    return ArticlePage(list(claims[start : start + PAGE]), counts, start, previous, following, _last_change(claims))


def iterate_article(session: Session, article: ArticleView, language: str) -> Iterator[ClaimView]:
    """All claims of an article in reading order, read in batches."""
    given = {"number": article.id, "most": 500}
    query = _FIRST_CLAIMS
    while rows := session.connection().execute(query, given).all():
        yield from (ClaimView(*row[:-1], language, article) for row in rows)
        # The place of a claim that readers saw a moment ago; it may have been withheld since.
        given, query = {**given, "after": rows[-1].claim_id, "position": rows[-1].position}, _NEXT_CLAIMS


def has_changes(session: Session, article: ArticleView) -> bool:
    """Whether an article has corrections or changes."""
    return session.connection().execute(_HAS_CHANGES, {"number": article.id}).first() is not None


def list_changes(session: Session, article: ArticleView, claims: Sequence[ClaimView], language: str) -> Head[ChangeView]:
    """The newest corrections and changes of an article; first verdicts are none. `claims` are those that are loaded already."""
    known = {claim.id: claim for claim in claims}
    rows = session.connection().execute(_CHANGES, {"number": article.id}).all()
    unknown = {row.claim_id for row in rows if row.claim_id is not None} - known.keys()
    if unknown:
        query = select(*_COLUMNS).where(PublicClaim.claim_id.in_(unknown))
        known |= {row.claim_id: ClaimView(*row, language, article) for row in session.connection().execute(query)}
    return Head.of((ChangeView(*row[:5], article, known.get(row.claim_id)) for row in rows), CHANGES_SHOWN)
