"""The newsroom's log, and what one editor did."""

from dataclasses import replace
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from tracker.accounts.access import current_editor
from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.audit import log
from tracker.audit.log import Filters, Log
from tracker.audit.routes.blueprint import bp
from tracker.audit.routes.forms import LogForm
from tracker.ledger.descriptors import CHIEFS, EDITORS, EVERYONE
from tracker.ledger.rows import split
from tracker.notifications import anchor_mail
from tracker.pagination import read_id
from tracker.sql import require_row
from tracker.web.database import session
from tracker.web.page_context import ctx
from tracker.web.pages import Pager, page_url

_PAGES = {
    "claim": ("claims.show", "claim_id"),
    "article": ("articles.show", "article_id"),
    "speaker": ("speakers.show", "speaker_id"),
    "topic": ("topics.show", "topic_id"),
}


@bp.get("/record", needs=Role.VIEWER)
def index() -> ResponseReturnValue:
    """What happened in the newsroom, newest first."""
    form = _form()
    is_good = form.validate()
    found = _read(form.filters if is_good else Filters())
    values = {"form": form, "log": found, "pager": _pager(found), "anchored": anchor_mail.state(session())}
    return render_template("record/index.html", **values), 200 if is_good else 422


@bp.get("/record/editors/<id:editor_id>", needs=Role.VIEWER)
def editor(editor_id: int) -> ResponseReturnValue:
    """What one editor did."""
    person = require_row(session(), Editor, editor_id)
    found = _read(replace(Filters(), editor_id=editor_id))
    return render_template("record/editor.html", person=person, log=found, pager=_pager(found))


@bp.app_template_global()
def subject_url(subject: str) -> str:
    """The page of what an event is about; "" where it has none."""
    kind, number = split(subject) or ("", 0)
    if kind not in _PAGES:
        return ""
    endpoint, name = _PAGES[kind]
    values: dict[str, Any] = {name: number}
    return url_for(endpoint, **values)


def _form() -> LogForm:
    query = select(Editor.id, Editor.name).order_by(Editor.name, Editor.id)
    if not ctx.newsroom.show_sample:
        query = query.where(Editor.is_sample.is_(False))
    form = LogForm(request.args)
    form.offer([(row.id, row.name) for row in session().execute(query)])
    return form


def _read(filters: Filters) -> Log:
    before = read_id(request.args.get("before"))
    return log.load_log(session(), filters, zone=ctx.newsroom.zone, audiences=_audiences(), before=before)


def _audiences() -> frozenset[str]:
    roles = current_editor().role_names
    editors = {EDITORS} if Role.EDITOR in roles else set()
    chiefs = {CHIEFS} if roles & {Role.CHIEF, Role.ADMIN} else set()
    return frozenset({EVERYONE} | editors | chiefs)


def _pager(found: Log) -> Pager:
    is_later = request.args.get("before") is not None
    older = page_url(before=str(found.older)) if found.older is not None else ""
    return Pager(previous=page_url(before=None) if is_later else "", next=older)
