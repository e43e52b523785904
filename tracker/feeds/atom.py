"""An editor's reminders as Atom (RFC 4287): what the bell shows them, newest first. Free of Flask."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from tracker.feeds.plain import describe_claim, plain
from tracker.notifications.in_app import InAppMessage
from tracker.notifications.links import Links
from tracker.web.atom import add, format_moment, new_feed, to_bytes
from tracker.web.i18n import gettext as _
from tracker.web.i18n import language

TITLE_MAX: Final = 300


def write(
    messages: Sequence[InAppMessage],
    titles: Mapping[int, str],
    *,
    editor_id: int,
    since: datetime,
    newsroom: str,
    links: Links,
    domain: str,
) -> bytes:
    """The feed, in the language spoken now. `titles` say what is the matter, by message; `since` dates a feed without any. The
    same messages give the same bytes."""
    feed = new_feed(language())
    add(feed, "id", f"tag:{domain},2024:reminders/{editor_id}")
    add(feed, "title", plain(_("Reminders, %(newsroom)s", newsroom=newsroom), TITLE_MAX))
    add(feed, "updated", format_moment(max((message.at for message in messages), default=since)))
    add(add(feed, "author"), "name", plain(newsroom))
    add(feed, "link", rel="alternate", href=f"{links.base}/reminders")
    for message in messages:
        claim = message.notice.claim
        entry = add(feed, "entry")
        # A number of the outbox, which is given once.
        add(entry, "id", f"tag:{domain},2024:reminder/{message.id}")
        add(entry, "title", plain(_("%(field)s: %(value)s", field=titles[message.id], value=claim.statement), TITLE_MAX))
        add(entry, "updated", format_moment(message.at))
        add(entry, "link", rel="alternate", href=links.claim(claim.id))
        add(entry, "content", "\n".join(describe_claim(claim, absent_owner=message.notice.absent_owner)), type="text")
    return to_bytes(feed)
