"""Readers' reports: what waits, and what the newsroom answers."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.roles import Role
from tracker.errors import Conflict, Invalid
from tracker.public.forms import KINDS
from tracker.public.models import PublicClaim, Report, ReportKind, ReportState
from tracker.publishing import reports as services
from tracker.publishing.forms import AnswerForm
from tracker.publishing.routes.blueprint import bp
from tracker.sql import require_row
from tracker.web import forms, i18n
from tracker.web.access import current_actor
from tracker.web.database import session, writing
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import run_once
from tracker.web.pages import toast

ANSWER, DISMISS, PUBLISH = "answer", "dismiss", "publish"


@bp.get("/reports", needs=Role.CHIEF)
def reports() -> ResponseReturnValue:
    """What waits for an answer, and what was closed last."""
    waiting, closed = services.list_open(session()), services.list_closed(session())
    return render_template(
        "publishing/reports.html",
        waiting=waiting,
        waiting_count=services.count_open(session()),
        closed=closed.rows,
        has_more=closed.has_more,
        closed_most=services.CLOSED_SHOWN,
        kinds=KINDS,
        today=i18n.today(),
    )


@bp.get("/reports/<id:report_id>", needs=Role.CHIEF)
def report(report_id: int) -> ResponseReturnValue:
    """One report, with what can be done about it."""
    return _page(report_id, AnswerForm(None))


def _page(report_id: int, form: AnswerForm, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    found = require_row(session(), Report, report_id)
    claim = session().get(PublicClaim, found.claim_id) if found.claim_id else None
    page = render_template(
        "publishing/report.html",
        report=found,
        claim=claim,
        form=form,
        kinds=KINDS,
        is_open=found.state == ReportState.NEW,
        is_reply=found.kind == ReportKind.REPLY and found.claim_id is not None,
        refusal=refusal,
        today=i18n.today(),
        problem=status >= 400,
    )
    return page, status


@bp.post("/reports/<id:report_id>", needs=Role.CHIEF)
def close_report(report_id: int) -> ResponseReturnValue:
    """Answer it, publish the reply, or close it: the button decides which."""
    form = AnswerForm(request.form)
    if not form.validate():
        return _page(report_id, form, status=422)
    how = request.form.get("how")
    try:
        with writing() as current, run_once(current) as done:
            if how == PUBLISH:
                services.publish_reply(current, report_id, form.answer.data, actor=current_actor())
                text = _("The reply is public.")
            elif how == DISMISS:
                services.dismiss(current, report_id, actor=current_actor())
                text = _("The report is closed.")
            else:
                services.answer(current, report_id, form.answer.data, actor=current_actor())
                text = _("Answered.")
            answer = done(url_for("publishing.reports"))
    except Invalid as refusal:
        forms.feed(form, refusal)
        return _page(report_id, form, status=422)
    except Conflict as refusal:
        return _page(report_id, form, i18n.translate(refusal.message), 409)
    toast(text)
    return answer
