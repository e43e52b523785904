"""The private feeds. Programs fetch them; the token in the address is all that they have to show."""

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

from flask import Response, request
from sqlalchemy.exc import SQLAlchemyError

from tracker import clock
from tracker.accounts.models import Editor
from tracker.errors import Unavailable
from tracker.feeds import atom, queries
from tracker.newsroom import settings as newsroom_settings
from tracker.newsroom.settings import Newsroom
from tracker.notifications import feed_tokens, in_app, subjects
from tracker.notifications.links import Links
from tracker.notifications.models import Feed, FeedToken
from tracker.on_demand import OnDemand
from tracker.urls import host_of_base
from tracker.web.access import PUBLIC, Blueprint
from tracker.web.database import app_settings, database, session
from tracker.web.headers import answer_if_changed, cacheable
from tracker.web.i18n import use_language

if TYPE_CHECKING:
    from tracker.feeds import calendar
else:
    calendar = OnDemand("tracker.feeds.calendar")

bp = Blueprint("feeds", __name__)


@bp.get("/cal/<token>/reviews.ics", needs=PUBLIC)
def reviews(token: str) -> Response:
    """The reviews of the token's editor, as a calendar to subscribe to."""
    row, editor = feed_tokens.holder(session(), token, Feed.CALENDAR)
    newsroom, links, domain = _house()
    language = editor.language or newsroom.language
    with use_language(language):
        body = calendar.write(queries.load_reviews(session(), editor.id, language), editor.id, newsroom.name, links, domain)
    return _answer(row, body, "text/calendar")


@bp.get("/feeds/<token>/due.atom", needs=PUBLIC)
def due(token: str) -> Response:
    """The last reminders of the token's editor."""
    row, editor = feed_tokens.holder(session(), token, Feed.ATOM)
    newsroom, links, domain = _house()
    language = editor.language or newsroom.language
    with use_language(language):
        body = _atom(row, editor, newsroom, links, domain, language)
    return _answer(row, body, "application/atom+xml")


def _atom(row: FeedToken, editor: Editor, newsroom: Newsroom, links: Links, domain: str, language: str) -> bytes:
    messages = in_app.recent(session(), editor.id, language).rows
    titles = {message.id: subjects.title(message.notice, message.at.astimezone(newsroom.zone).date()) for message in messages}
    return atom.write(
        messages, titles, editor_id=editor.id, since=row.created_at, newsroom=newsroom.name, links=links, domain=domain
    )


def _house() -> tuple[Newsroom, Links, str]:
    settings = app_settings()
    links = Links.from_settings(settings, reached_at=request.host_url)
    return newsroom_settings.load(session()), links, host_of_base(settings.base_url)


def _answer(row: FeedToken, body: bytes, mimetype: str) -> Response:
    _note(row)
    cacheable(0, public=False)
    etag = hashlib.sha256(body).hexdigest()[:32]
    return answer_if_changed(etag, lambda: Response(body, content_type=f"{mimetype}; charset=utf-8"))


def _note(row: FeedToken) -> None:
    """Write down that the feed is read. A database that cannot take it now is no reason to withhold the feed."""
    at = clock.now()
    if feed_tokens.is_news(row, at):
        with suppress(SQLAlchemyError, Unavailable), database().writing(session(), lock_timeout=1):
            row.read_at = at
