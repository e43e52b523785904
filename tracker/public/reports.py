"""Reports of readers: what may come in, and by when it is answered. Free of Flask.

A form carries a signed token instead of a session: it states when the form was made and for which claim. Too quick is a program,
too old is a copy.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.errors import N_, Invalid, Refusal
from tracker.hooks import Hook
from tracker.newsroom import settings
from tracker.newsroom.settings import Newsroom
from tracker.public.models import PublicClaim, Report, ReportKind
from tracker.sql import take_turns

BODY_MAX: Final = 4_000
NAME_MAX: Final = 200
PER_HOUR: Final = 5
YOUNGEST: Final = timedelta(seconds=3)
OLDEST: Final = timedelta(hours=24)
REPLY_DAYS: Final = 3
WORKING_DAYS: Final = 5

# Called inside the transaction that stores a report.
on_report_received: Final[Hook[[Session, Report], None]] = Hook()


class TooMany(Refusal):
    """This network has sent enough for now."""

    status = 429


@dataclass(frozen=True)
class Given:
    """A report as a reader wrote it."""

    kind: ReportKind
    claim_id: int | None
    language: str
    name: str
    email: str
    body: str


def make_token(secret: str, now: datetime, claim_id: int | None) -> str:
    """The token of a form that is made now."""
    stamp = str(int(now.timestamp()))
    return f"{stamp}.{_sign(secret, stamp, claim_id)}"


def is_token_good(secret: str, token: str, now: datetime, claim_id: int | None) -> bool:
    """Whether a token is ours, for this claim, and neither too young nor too old."""
    stamp, _, signature = token.partition(".")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 13):
        return False
    if not hmac.compare_digest(signature.encode(), _sign(secret, stamp, claim_id).encode()):
        return False
    age = now.timestamp() - int(stamp)
    return YOUNGEST.total_seconds() <= age <= OLDEST.total_seconds()


def _sign(secret: str, stamp: str, claim_id: int | None) -> str:
    return hmac.new(secret.encode(), f"report\n{stamp}\n{claim_id or 0}".encode(), hashlib.sha256).hexdigest()[:32]


def name_network(secret: str, address: str) -> str:
    """A network by a keyed hash: an IPv4 address, or the /64 that an IPv6 address is from."""
    try:
        parsed = ip_address(address)
    except ValueError:
        network = "unknown"
    else:
        network = str(parsed) if parsed.version == 4 else str(ip_network(f"{parsed}/64", strict=False))
    return hmac.new(secret.encode(), f"network\n{network}".encode(), hashlib.sha256).hexdigest()


def receive(session: Session, given: Given, *, network: str, at: datetime | None = None) -> Report:
    """Store a report. Raises TooMany for a network that sent five within the hour, Invalid for an unknown claim or no text."""
    at = at or clock.now()
    take_turns(session, f"reports {network}")  # or all of a burst would find room
    recent = select(func.count()).where(Report.network == network, Report.received_at > at - timedelta(hours=1))
    if (session.scalar(recent) or 0) >= PER_HOUR:
        raise TooMany(N_("Several reports came from your network within an hour. Try again later."))
    if given.claim_id is not None and session.get(PublicClaim, given.claim_id) is None:
        raise Invalid(N_("There is no public prediction with this number."), field="claim")
    if not given.body.strip():
        raise Invalid(N_("Write what is wrong, or your reply."), field="body")
    newsroom = settings.load(session)
    today = at.astimezone(newsroom.zone).date()
    report = Report(
        kind=given.kind,
        claim_id=given.claim_id,
        language=given.language,
        name=given.name.strip(),
        email=given.email.strip(),
        body=given.body.strip(),
        network=network,
        received_at=at,
        due_on=count_due(given.kind, today, newsroom),
    )
    session.add(report)
    session.flush()
    on_report_received(session, report)
    return report


def count_due(kind: ReportKind, today: date, newsroom: Newsroom) -> date:
    """By when a report is answered: a reply within three days, everything else within five of the newsroom's working days."""
    if kind is ReportKind.REPLY:
        return today + timedelta(days=REPLY_DAYS)
    is_worked: Callable[[date], bool] = lambda day: day.isoweekday() in newsroom.weekdays and day not in newsroom.days_off  # noqa: E731
    day, left = today, WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= is_worked(day)
    return day
