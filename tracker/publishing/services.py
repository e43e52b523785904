"""Publication moves of articles: now or at a time, back to private before that, and offline."""

from datetime import datetime
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tracker import clock, ledger
from tracker.accounts import demo
from tracker.articles.addresses import slug
from tracker.articles.models import Article
from tracker.claims import public_form
from tracker.claims.models import Claim
from tracker.claims.services.common import require_chief, require_editor, require_text
from tracker.claims.services.name_guard import FIELDS
from tracker.errors import N_, IllegalMove, Invalid, Message, NotFound
from tracker.ledger import SYSTEM, Actor
from tracker.public.models import Publication, PublicationState

LINE_MAX: Final = 1_000
_BATCH: Final = 500


def load_publication(session: Session, article_id: int) -> Publication | None:
    """How an article is published; None where that was never asked for, which is private."""
    return session.get(Publication, article_id)


def publish(
    session: Session, article_id: int, *, actor: Actor, go_live_at: datetime | None = None, at: datetime | None = None
) -> Publication:
    """Make an article public, now or at a moment. An article that was taken offline comes back by a chief editor alone.

    Raises Invalid, naming the field, where a text names an implied speaker; IllegalMove for the sample in a real newsroom.
    """
    require_editor(actor)
    at = at or clock.now()
    article, row = _lock(session, article_id)
    if row.state == PublicationState.PUBLIC:
        raise IllegalMove(N_("This article is public already."))
    if row.state == PublicationState.OFFLINE:
        require_chief(actor)
    if article.is_sample and not demo.is_one(session):
        raise IllegalMove(N_("The sample article cannot be published."))
    if go_live_at is not None and go_live_at <= at:
        raise Invalid(N_("Give a moment in the future."), field="go_live_at")
    _require_publishable(session, article_id, at)
    if row.published_at is None:
        row.slug = slug(article.title)
    if go_live_at is None:
        _go_live(session, row, actor, at)
    else:
        row.state, row.go_live_at = PublicationState.SCHEDULED, go_live_at
        _record(session, row, "publication.scheduled", actor, at, go_live_at=go_live_at)
    return row


def unschedule(session: Session, article_id: int, *, actor: Actor, at: datetime | None = None) -> None:
    """Take back a publication that has not happened yet."""
    require_editor(actor)
    _, row = _lock(session, article_id)
    if row.state != PublicationState.SCHEDULED:
        raise IllegalMove(N_("No publication is planned for this article."))
    row.state = PublicationState.PRIVATE if row.offline_at is None else PublicationState.OFFLINE
    row.go_live_at = None
    _record(session, row, "publication.unscheduled", actor, at or clock.now())


def take_offline(session: Session, article_id: int, *, line: str, reason: str, actor: Actor, at: datetime | None = None) -> None:
    """Take an article off the public pages. `line` is what readers find there, `reason` stays in the history."""
    require_chief(actor)
    at = at or clock.now()
    _, row = _lock(session, article_id)
    if row.state != PublicationState.PUBLIC:
        raise IllegalMove(N_("This article is not public."))
    line = require_text(line, "line", N_("Say what readers should find in its place."), LINE_MAX)
    reason = require_text(reason, "reason", N_("Say why; it stays in the history."))
    row.state, row.offline_at, row.offline_line = PublicationState.OFFLINE, at, line
    data = {"line": ledger.Text(line), "reason": ledger.Text(reason)}
    _record(session, row, "publication.offline", actor, at, **data)


def set_noindex(session: Session, article_id: int, noindex: bool, *, actor: Actor) -> None:
    """Ask search engines to leave an article's pages out, or no longer."""
    require_editor(actor)
    _, row = _lock(session, article_id)
    if row.noindex != noindex:
        row.noindex = noindex
        _record(session, row, "publication.noindex", actor, clock.now(), noindex=noindex)


def go_live_due(session: Session, now: datetime, *, limit: int) -> int:
    """Publish the articles whose moment has come; return how many. One that may not leave any more goes back to private."""
    due = (
        select(Publication)
        .where(text("publication.state = 'scheduled'"), Publication.go_live_at <= now)
        .order_by(Publication.go_live_at, Publication.article_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list(session.scalars(due))
    for row in rows:
        try:
            _require_publishable(session, row.article_id, now)
        except Invalid:
            row.state, row.go_live_at = PublicationState.PRIVATE, None
            _record(session, row, "publication.blocked", SYSTEM, now)
        else:
            _go_live(session, row, SYSTEM, now)
    return len(rows)


def load_forms(session: Session, article_id: int, at: datetime, *, name_editors: bool = False) -> public_form.Forms:
    """The claims of an article as readers would see them if it were public from this moment on, and what is kept back."""
    found: dict[int, public_form.PublicClaim] = {}
    withheld: list[public_form.Withheld] = []
    after = 0
    query = select(Claim.id).where(Claim.article_id == article_id).order_by(Claim.id).limit(_BATCH)
    while ids := list(session.scalars(query.where(Claim.id > after))):
        forms = public_form.load(session, ids, public_since={article_id: at}, name_editors=name_editors)
        found |= forms.claims
        withheld.extend(forms.withheld)
        after = ids[-1]
    return public_form.Forms(found, tuple(withheld))


def _lock(session: Session, article_id: int) -> tuple[Article, Publication]:
    article = session.scalar(select(Article).where(Article.id == article_id).with_for_update())
    if article is None:
        raise NotFound()
    row = session.get(Publication, article_id, populate_existing=True)
    if row is None:
        row = Publication(article_id=article_id, state=PublicationState.PRIVATE)
        session.add(row)
        session.flush()
    return article, row


def _require_publishable(session: Session, article_id: int, at: datetime) -> None:
    for each in load_forms(session, article_id, at).withheld:
        if each.whole:
            raise Invalid(
                N_("Claim %(claim)s: “%(where)s” names a speaker whom the article only implies. Nothing was published."),
                field=each.field,
                claim=each.claim_id,
                where=Message(FIELDS.get(each.field, each.field)),
            )


def _go_live(session: Session, row: Publication, actor: Actor, at: datetime) -> None:
    row.state, row.go_live_at = PublicationState.PUBLIC, None
    row.published_at = row.published_at or at
    row.offline_at, row.offline_line = None, ""
    _record(session, row, "publication.published", actor, at, slug=ledger.Text(row.slug))


def _record(session: Session, row: Publication, kind: str, actor: Actor, at: datetime, **data: object) -> None:
    ledger.record(session, f"article:{row.article_id}", kind, actor=actor, data={"state": row.state, **data}, at=at)
