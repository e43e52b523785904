"""Mail the day's anchor to an address outside the newsroom, which only has to keep it.

What was sent and what failed is stored in the run of the job: a mail that failed is tried again at the next round, for as long
as it takes, and one that was sent twice does no harm.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.config import Settings
from tracker.db import Database
from tracker.ledger import anchors
from tracker.ledger.anchors import Anchor
from tracker.ledger.models import Event
from tracker.net.attempts import Attempt, Permanent, Temporary
from tracker.newsroom import settings as newsroom_settings
from tracker.newsroom.settings import Newsroom
from tracker.notifications.channels.mime import Outgoing, Sender, ascii_address, one_line
from tracker.notifications.channels.smtp import Server
from tracker.on_demand import OnDemand
from tracker.scheduling import heartbeats
from tracker.web import i18n

if TYPE_CHECKING:
    from email import policy
else:
    policy = OnDemand("email.policy")

JOB: Final = "anchor-mail"
EVERY: Final = 600.0  # seconds; also the pause after a failure
DEADLINE: Final = 30.0

Result = dict[str, object]
log = structlog.get_logger("tracker.scheduler")


@dataclass(frozen=True)
class State:
    """How far anchors got. `recorded`: the last that went to the file; `mailed`: the day of the last that was mailed; `fault`:
    why the last try failed, "" where it did not."""

    recorded: Anchor | None
    mailed: date | None
    fault: str


def state(session: Session) -> State:
    """Read it."""
    tick = heartbeats.latest(session).get(JOB)
    result = tick.result if tick else {}
    day = str(result.get("day") or "")
    return State(last(session), date.fromisoformat(day) if day else None, str(result.get("failed") or ""))


def last(session: Session) -> Anchor | None:
    """The last anchor that the ledger records as written."""
    query = select(Event.canonical).where(Event.kind == anchors.KIND).order_by(Event.seq.desc()).limit(1)
    found = session.scalar(query)
    return anchors.read(json.dumps(json.loads(found)["data"])) if found else None


def build_job(settings: Settings) -> "AnchorMail | None":
    """The job of an installation; None where there is no mail server."""
    if settings.smtp_url is None:
        return None
    return AnchorMail(Server.from_url(settings.smtp_url), Sender.from_settings(settings))


class AnchorMail:
    """The job."""

    def __init__(self, server: Server, sender: Sender) -> None:
        self._server, self._sender = server, sender

    def __call__(self, database: Database, _stopping: Callable[[], bool]) -> Result:
        """Send the last anchor, unless it has been sent to this address."""
        with database.reading() as session:
            newsroom, anchor = newsroom_settings.load(session), last(session)
            tick = heartbeats.latest(session).get(JOB)
            before = dict(tick.result) if tick else {}
        address = newsroom.anchor_address
        if not address or anchor is None:
            return {}
        done: Result = {"day": anchor.date.isoformat(), "to": hashlib.sha256(address.encode()).hexdigest()[:16]}
        if all(before.get(name) == value for name, value in done.items()):
            return done
        try:
            self._server.hand_over(compose(anchor, newsroom, self._sender), Attempt(DEADLINE), self._sender.domain)
        except (Temporary, Permanent, ValueError) as error:
            if "failed" not in before:
                log.warning("the anchor was not mailed", error=str(error))
            return {name: before[name] for name in ("day", "to") if name in before} | {"failed": str(error)[:500]}
        return done | {"mailed": 1}


def compose(anchor: Anchor, newsroom: Newsroom, sender: Sender) -> Outgoing:
    """The mail: words for people, and the anchor as a file that `tracker history verify --anchors` reads as it is."""
    words = anchors.mail(anchor, newsroom.name)
    with i18n.use_language(newsroom.language):
        subject, body = i18n.translate(words.subject), i18n.translate(words.body)
    receiver = ascii_address(newsroom.anchor_address)
    id_ = f"<anchor-{anchor.date}-{anchor.seq}@{sender.domain}>"
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = ascii_address(sender.address)
    message["To"] = receiver
    message["Subject"] = one_line(subject)
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = id_
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, cte="quoted-printable")
    message.add_attachment(anchors.write(anchor) + "\n", filename=f"anchor-{anchor.date}.jsonl")
    return Outgoing(id_, ascii_address(sender.address), receiver, message.as_bytes(), not receiver.isascii())
