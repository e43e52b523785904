"""Reviews as iCalendar (RFC 5545): all-day events, so that no time zone can move them. Free of Flask."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import Final

from icalendar import Calendar, Event, vText

from tracker import __version__
from tracker.feeds.plain import plain
from tracker.feeds.queries import Review
from tracker.notifications.links import Links
from tracker.web.speech import gettext as _

SUMMARY_MAX: Final = 200
_DAY: Final = timedelta(days=1)


def write(reviews: Sequence[Review], newsroom: str, links: Links, domain: str) -> bytes:
    """The calendar, in the language spoken now. The same reviews give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Tracker//Tracker {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", plain(_("Reviews, %(newsroom)s", newsroom=newsroom), SUMMARY_MAX))
    calendar.add("x-published-ttl", vText("PT1H"))
    for review in reviews:
        calendar.add_component(_event(review, links, domain))
    return bytes(calendar.to_ical())


def _event(review: Review, links: Links, domain: str) -> Event:
    claim, changed = review.claim, review.changed_at.astimezone(UTC).replace(microsecond=0)
    event = Event()
    event.add("uid", f"claim-{claim.id}-review@{domain}")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    # It rises with every change and every move, and so with every new day of review.
    event.add("sequence", claim.version)
    event.add("dtstart", review.day)
    event.add("dtend", review.day + _DAY)
    event.add("summary", plain(_("Check: %(statement)s", statement=claim.statement), SUMMARY_MAX))
    event.add("description", "\n".join(_about(review, links)))
    event.add("url", links.claim(claim.id))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event


def _about(review: Review, links: Links) -> list[str]:
    claim = review.claim
    speaker = claim.speaker or _("The article itself")
    found = [plain(f"{speaker} {_('(implied)')}" if claim.is_implied else speaker), plain(claim.article_title)]
    if review.confirmed_if:
        found.append(_("%(field)s: %(value)s", field=_("Confirmed if"), value=plain(review.confirmed_if, 1_000)))
    if review.owed_to:
        found.append(_("You get this because you stand in for %(name)s.", name=plain(review.owed_to)))
    return [*found, links.claim(claim.id)]
