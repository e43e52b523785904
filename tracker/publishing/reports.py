"""What the newsroom does with readers' reports: mails about them, answers, replies next to the verdict, forgetting."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tracker import clock, ledger
from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.claims.services.common import clean_text, require_chief
from tracker.errors import N_, Conflict, Invalid, NotFound
from tracker.ledger import SYSTEM, Actor
from tracker.newsroom import settings
from tracker.pagination import Head
from tracker.public.models import Report, ReportKind, ReportState
from tracker.publishing.models import ANSWER, RECEIVED, ReportMail

OPEN_SHOWN: Final = 200
CLOSED_SHOWN: Final = 50
ANSWER_MAX: Final = 4_000
KEPT_FOR: Final = timedelta(days=365)


def tell_newsroom(session: Session, report: Report) -> None:
    """Record that a report came in, and owe a mail about it to every chief editor and to the newsroom's own address."""
    data = {"kind": report.kind, "claim": report.claim_id, "due_on": report.due_on}
    ledger.record(session, f"report:{report.id}", "report.received", actor=SYSTEM, data=data, at=report.received_at)
    newsroom = settings.load(session)
    chiefs = session.scalars(
        select(Editor).where(Editor.active.is_(True), Editor.is_sample.is_(False)).order_by(Editor.id)
    ).unique()
    owed = {each.email: each.language or newsroom.language for each in chiefs if Role.CHIEF in each.role_names}
    if newsroom.desk_address:
        owed.setdefault(newsroom.desk_address, newsroom.language)
    session.add_all(
        ReportMail(report_id=report.id, purpose=RECEIVED, address=address, language=language, due_at=report.received_at)
        for address, language in owed.items()
    )
    session.flush()


def list_open(session: Session) -> list[Report]:
    """The OPEN_SHOWN reports that are to be answered first, in the order of their due dates."""
    query = select(Report).where(Report.state == ReportState.NEW).order_by(Report.due_on, Report.id).limit(OPEN_SHOWN)
    return list(session.scalars(query))


def count_open(session: Session) -> int:
    """Return how many reports are to be answered."""
    return session.scalar(select(func.count()).select_from(Report).where(Report.state == ReportState.NEW)) or 0


def list_closed(session: Session) -> Head[Report]:
    """The CLOSED_SHOWN reports that were closed last."""
    query = select(Report).where(Report.state != ReportState.NEW).order_by(Report.closed_at.desc(), Report.id.desc())
    return Head.of(session.scalars(query.limit(CLOSED_SHOWN + 1)), CLOSED_SHOWN)


def answer(session: Session, report_id: int, words: str, *, actor: Actor, at: datetime | None = None) -> Report:
    """Answer a report; the reader gets the answer by e-mail where one was given."""
    report, at = _open(session, report_id, actor, at)
    report.answer = clean_text(words, "answer", ANSWER_MAX)
    if not report.answer.strip():
        raise Invalid(N_("Write an answer."), field="answer")
    _close(session, report, ReportState.ANSWERED, actor, at)
    ledger.record(session, f"report:{report.id}", "report.answered", actor=actor, at=at)
    return report


def dismiss(session: Session, report_id: int, *, actor: Actor, at: datetime | None = None) -> Report:
    """Close a report without an answer."""
    report, at = _open(session, report_id, actor, at)
    _close(session, report, ReportState.DISMISSED, actor, at)
    ledger.record(session, f"report:{report.id}", "report.dismissed", actor=actor, at=at)
    return report


def publish_reply(session: Session, report_id: int, words: str = "", *, actor: Actor, at: datetime | None = None) -> Report:
    """Show a reply word for word next to the verdict of its claim. Raises Conflict for a report that is no reply to a claim."""
    report, at = _open(session, report_id, actor, at)
    if report.kind != ReportKind.REPLY or report.claim_id is None:
        raise Conflict(N_("Only a reply about a prediction can be published."))
    report.answer = clean_text(words, "answer", ANSWER_MAX)
    report.published_at = at
    _close(session, report, ReportState.PUBLISHED, actor, at)
    data = {"report": report.id}
    ledger.record(session, f"claim:{report.claim_id}", "reply.published", actor=actor, data=data, at=at)
    return report


def forget(session: Session, now: datetime, *, limit: int) -> int:
    """Take name, e-mail and network out of reports that are 12 months old; return how many. A published reply keeps its name."""
    due = (
        select(Report)
        .where(text("report.forgotten_at IS NULL"), Report.received_at <= now - KEPT_FOR)
        .order_by(Report.received_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list(session.scalars(due))
    for row in rows:
        row.email, row.network, row.forgotten_at = "", "", now
        if row.state != ReportState.PUBLISHED:
            row.name, row.body, row.answer = "", "", ""
        for mail in session.scalars(select(ReportMail).where(ReportMail.report_id == row.id)):
            session.delete(mail)
    session.flush()
    return len(rows)


def _open(session: Session, report_id: int, actor: Actor, at: datetime | None) -> tuple[Report, datetime]:
    require_chief(actor)
    report = session.scalar(select(Report).where(Report.id == report_id).with_for_update())
    if report is None:
        raise NotFound()
    if report.state != ReportState.NEW:
        raise Conflict(N_("This report is closed already."))
    return report, at or clock.now()


def _close(session: Session, report: Report, state: ReportState, actor: Actor, at: datetime) -> None:
    report.state, report.closed_at, report.closed_by_id = state, at, actor.editor_id
    if report.answer and report.email:
        mail = ReportMail(report_id=report.id, purpose=ANSWER, address=report.email, language=report.language, due_at=at)
        session.add(mail)
    session.flush()
