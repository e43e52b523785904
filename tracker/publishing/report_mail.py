"""The job that mails what is due about readers' reports. A row is leased until its next try and marked once it was accepted."""

import socket
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tracker import clock
from tracker.config import Settings
from tracker.db import Database
from tracker.net.attempts import Attempt, Permanent, Temporary
from tracker.net.send_slot import SEND_SLOT
from tracker.newsroom import settings as newsroom_settings
from tracker.newsroom.settings import Newsroom
from tracker.notifications.channels import email
from tracker.notifications.channels.mime import Outgoing, Sender, compose
from tracker.notifications.channels.smtp import Server
from tracker.notifications.links import Links
from tracker.notifications.messages import MessageContent
from tracker.public.forms import KINDS
from tracker.public.models import Report, ReportKind
from tracker.publishing.models import RECEIVED, ReportMail
from tracker.web import formatting
from tracker.web.i18n import gettext as _
from tracker.web.i18n import language, use_language

JOB: Final = "report-mail"
EVERY: Final = 5.0
DEADLINE: Final = 30.0
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))


@dataclass(frozen=True)
class _Mail:
    id: int
    tries: int
    message: Outgoing


def of(settings: Settings) -> "ReportMailer | None":
    """The job of an installation; None where there is no mail server."""
    return ReportMailer(settings) if email.is_on(settings) else None


class ReportMailer:
    """The job."""

    def __init__(self, settings: Settings) -> None:
        assert settings.smtp_url is not None
        host = urlsplit(settings.base_url or "").hostname or socket.getfqdn()
        self._server, self._sender = (
            Server.from_url(settings.smtp_url),
            Sender.from_address(settings.mail_from or f"tracker@{host}"),
        )
        self._base = Links.from_settings(settings).base

    def __call__(self, database: Database, stopping: Callable[[], bool]) -> dict[str, object]:
        """Mail what is due."""
        sent = failed = 0
        while not stopping():
            with database.writing() as session:
                mail = self._take(session)
            if mail is None:
                break
            with closing(Attempt(DEADLINE, SEND_SLOT)) as attempt:
                fault = self._hand_over(mail, attempt)
            with database.writing() as session:
                _note(session, mail, fault)
            sent, failed = (sent, failed + 1) if fault else (sent + 1, failed)
        return {"sent": sent, "failed": failed}

    def _take(self, session: Session) -> _Mail | None:
        """The next mail, leased until its next try; None where none waits."""
        now = clock.now()
        waiting = text("report_mail.sent_at IS NULL AND report_mail.fault = ''")
        query = select(ReportMail).where(waiting, ReportMail.due_at <= now).order_by(ReportMail.due_at, ReportMail.id)
        row = session.scalar(query.limit(1).with_for_update(skip_locked=True))
        if row is None:
            return None
        report = session.get_one(Report, row.report_id)
        newsroom = newsroom_settings.load(session)
        row.due_at = now + PAUSES[min(row.tries, len(PAUSES) - 1)]
        row.tries += 1
        with use_language(row.language):
            letter = self._received(report, newsroom) if row.purpose == RECEIVED else self._answer(report, newsroom)
            message = compose(letter, self._sender, row.address, "", f"report-{row.id}", report.received_at)
        return _Mail(row.id, row.tries, message)

    def _received(self, report: Report, newsroom: Newsroom) -> MessageContent:
        due = formatting.day_long(report.due_on, language())
        title = _("A reader wants to reply") if report.kind == ReportKind.REPLY else _("A reader sent a report")
        return MessageContent(
            language=language(),
            newsroom=newsroom.name,
            subject=title,
            title=title,
            dateline=_today(newsroom),
            remarks=(
                _(KINDS[ReportKind(report.kind)]),
                _("It is to be answered by %(day)s.", day=due),
            ),
            button=(_("Open the report"), f"{self._base}/reports/{report.id}"),
            why=_("You get this because you are a chief editor, or because this is the newsroom’s address."),
        )

    def _answer(self, report: Report, newsroom: Newsroom) -> MessageContent:
        return MessageContent(
            language=language(),
            newsroom=newsroom.name,
            subject=_("Answer from %(newsroom)s", newsroom=newsroom.name),
            title=_("Answer to your message"),
            dateline=_today(newsroom),
            remarks=tuple(filter(None, report.answer.split("\n"))),
            button=(_("See the prediction"), f"{self._base}/public/{report.language}/claims/{report.claim_id}")
            if report.claim_id
            else (_("See all predictions"), f"{self._base}/public/{report.language}/"),
            why=_("You get this because you wrote to the newsroom on its public pages."),
        )

    def _hand_over(self, mail: _Mail, attempt: Attempt) -> str:
        """What went wrong, "" if nothing did; with a "!" in front where trying again does not help."""
        try:
            self._server.hand_over(mail.message, attempt, self._sender.domain)
        except Temporary as error:
            return str(error)[:500] or type(error).__name__
        except Permanent as error:
            return f"!{error}"[:500]
        return ""


def _note(session: Session, mail: _Mail, fault: str) -> None:
    row = session.get(ReportMail, mail.id, with_for_update=True)
    if row is None or row.sent_at is not None or row.tries != mail.tries:
        return
    if not fault:
        row.sent_at = clock.now()
    elif fault.startswith("!") or row.tries >= len(PAUSES):
        row.fault = fault.removeprefix("!") or "failed"


def _today(newsroom: Newsroom) -> str:
    full = formatting.day_full(clock.today(newsroom.zone), language())
    return full[:1].upper() + full[1:]


def is_overdue(report: Report, now: datetime, newsroom: Newsroom) -> bool:
    """Whether the day by which a report is answered has passed."""
    return report.due_on < now.astimezone(newsroom.zone).date()
