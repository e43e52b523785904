"""The job that mails what is due about readers' reports. A row is leased until its next try and marked once it was accepted."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tracker import clock
from tracker.config import Settings
from tracker.newsroom import settings as newsroom_settings
from tracker.newsroom.settings import Newsroom
from tracker.notifications.channels.mime import compose
from tracker.notifications.mail_queue import Fault, MailQueue, QueuedMail
from tracker.notifications.messages import MessageContent, format_dateline
from tracker.public.forms import KINDS
from tracker.public.models import Report, ReportKind
from tracker.publishing.models import RECEIVED, ReportMail
from tracker.web import formatting
from tracker.web.i18n import gettext as _
from tracker.web.i18n import language, use_language

JOB: Final = "report-mail"
EVERY: Final = 5.0
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))


def build_job(settings: Settings) -> "ReportMailer | None":
    """The job of an installation; None where there is no mail server."""
    return ReportMailer(settings) if settings.sends_mail else None


class ReportMailer(MailQueue):
    """The job."""

    name = JOB

    def take(self, session: Session) -> tuple[bool, QueuedMail | None]:
        """Whether a mail waited, and the mail, leased until its next try."""
        now = clock.now()
        waiting = text("report_mail.sent_at IS NULL AND report_mail.fault = ''")
        query = select(ReportMail).where(waiting, ReportMail.due_at <= now).order_by(ReportMail.due_at, ReportMail.id)
        row = session.scalar(query.limit(1).with_for_update(skip_locked=True))
        if row is None:
            return False, None
        report = session.get_one(Report, row.report_id)
        newsroom = newsroom_settings.load(session)
        row.due_at = now + PAUSES[min(row.tries, len(PAUSES) - 1)]
        row.tries += 1
        with use_language(row.language):
            letter = self._received(report, newsroom) if row.purpose == RECEIVED else self._answer(report, newsroom)
            message = compose(letter, self.sender, row.address, "", f"report-{row.id}", report.received_at)
        return True, QueuedMail(row.id, row.tries, message)

    def _received(self, report: Report, newsroom: Newsroom) -> MessageContent:
        due = formatting.day_long(report.due_on, language())
        title = _("A reader wants to reply") if report.kind == ReportKind.REPLY else _("A reader sent a report")
        return MessageContent(
            newsroom=newsroom.name,
            subject=title,
            title=title,
            dateline=format_dateline(clock.today(newsroom.zone)),
            remarks=(
                _(KINDS[ReportKind(report.kind)]),
                _("It is to be answered by %(day)s.", day=due),
            ),
            button=(_("Open the report"), f"{self.base}/reports/{report.id}"),
            why=_("You get this because you are a chief editor, or because this is the newsroom’s address."),
        )

    def _answer(self, report: Report, newsroom: Newsroom) -> MessageContent:
        return MessageContent(
            newsroom=newsroom.name,
            subject=_("Answer from %(newsroom)s", newsroom=newsroom.name),
            title=_("Answer to your message"),
            dateline=format_dateline(clock.today(newsroom.zone)),
            remarks=tuple(filter(None, report.answer.split("\n"))),
            button=(_("See the prediction"), f"{self.base}/public/{report.language}/claims/{report.claim_id}")
            if report.claim_id
            else (_("See all predictions"), f"{self.base}/public/{report.language}/"),
            why=_("You get this because you wrote to the newsroom on its public pages."),
        )

    def note(self, session: Session, mail: QueuedMail, fault: Fault | None) -> None:
        """Store what became of a try, unless a later one has started."""
        row = session.get(ReportMail, mail.id, with_for_update=True)
        if row is None or row.sent_at is not None or row.tries != mail.tries:
            return
        if fault is None:
            row.sent_at = clock.now()
        elif fault.is_final or row.tries >= len(PAUSES):
            row.fault = fault.text
