"""Reviews as iCalendar (RFC 5545): all-day events, so that no time zone can move them. Free of Flask.

An overdue review is no event of a past day, where it would not be seen: one event today lists them all.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event, vText

from tracker import __version__
from tracker.feeds.plain import describe_claim, plain
from tracker.feeds.queries import Review, Reviews
from tracker.notifications.links import Links
from tracker.web.formatting import day as format_day
from tracker.web.i18n import gettext as _
from tracker.web.i18n import language, ngettext

SUMMARY_MAX: Final = 200
_DAY: Final = timedelta(days=1)


def write(reviews: Reviews, editor_id: int, newsroom: str, links: Links, domain: str) -> bytes:
    """The calendar of one editor, in the language in use. The same reviews give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Tracker//Tracker {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", plain(_("Reviews, %(newsroom)s", newsroom=newsroom), SUMMARY_MAX))
    calendar.add("x-published-ttl", vText("PT1H"))
    if reviews.overdue:
        calendar.add_component(_overdue_event(reviews, f"overdue-{editor_id}-{reviews.today:%Y%m%d}@{domain}", links))
    for review in reviews.upcoming:
        calendar.add_component(_review_event(review, links, domain))
    if reviews.later_from:
        calendar.add_component(_later_event(reviews, reviews.later_from, f"later-{editor_id}@{domain}", links))
    return bytes(calendar.to_ical())


def _review_event(review: Review, links: Links, domain: str) -> Event:
    claim = review.claim
    uid = f"claim-{claim.id}-review@{domain}"
    summary = _("Check: %(statement)s", statement=claim.statement)
    about = [*describe_claim(claim, review.confirmed_if, review.absent_owner), links.claim(claim.id)]
    event = _event(uid, review.day, review.changed_at, summary, "\n".join(about), links.claim(claim.id))
    # It rises with every change and every move, and so with every new review date.
    event.add("sequence", claim.version)
    return event


def _overdue_event(reviews: Reviews, uid: str, links: Links) -> Event:
    count = reviews.overdue_count
    listed = [
        f"{plain(review.claim.statement, SUMMARY_MAX)} ({format_day(review.day, language())})\n{links.claim(review.claim.id)}"
        for review in reviews.overdue
    ]
    if more := count - len(listed):
        listed.append(ngettext("%(n)s more in the review queue:", "%(n)s more in the review queue:", more) + f"\n{links.queue}")
    summary = ngettext("%(n)s overdue review", "%(n)s overdue reviews", count)
    changed_at = max(reviews.overdue_changed_at or datetime.min.replace(tzinfo=UTC), _start_of(reviews.today))
    return _event(uid, reviews.today, changed_at, summary, "\n\n".join(listed), links.queue)


def _later_event(reviews: Reviews, day: date, uid: str, links: Links) -> Event:
    summary = ngettext(
        "%(n)s more review from this day on is not in this calendar",
        "%(n)s more reviews from this day on are not in this calendar",
        reviews.later,
    )
    return _event(uid, day, _start_of(reviews.today), summary, links.queue, links.queue)


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _event(uid: str, day: date, changed_at: datetime, summary: str, description: str, url: str) -> Event:
    stamp = changed_at.astimezone(UTC).replace(microsecond=0)
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("dtstart", day)
    event.add("dtend", day + _DAY)
    event.add("summary", plain(summary, SUMMARY_MAX))
    event.add("description", description)
    event.add("url", url)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event
