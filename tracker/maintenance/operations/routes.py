"""The operations page, for admins."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

import tracker
from tracker import clock, schema_state
from tracker.accounts.roles import Role
from tracker.maintenance.operations import queries
from tracker.notifications import outbox
from tracker.notifications.models import Reason
from tracker.scheduling import scheduler_instances
from tracker.web.access import Blueprint, current_actor
from tracker.web.database import app_settings, database, session, writing
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import run_once
from tracker.web.pages import toast

bp = Blueprint("operations", __name__)


@bp.get("/operations", needs=Role.ADMIN)
def index() -> ResponseReturnValue:
    """What waits, what was set aside, who works, and whether they do."""
    at = clock.now()
    state = schema_state.state(database())
    return render_template(
        "operations/index.html",
        seen=queries.overview(session(), at),
        at=at,
        why=lambda row: Reason(row.reason).english,
        is_silent=lambda row: abs(at - row.seen_at) > scheduler_instances.SILENT_AFTER,
        has_mail=app_settings().sends_mail,
        version=tracker.__version__,
        schema=state,
        backend="SQLite" if database().is_sqlite else "PostgreSQL",
    )


@bp.post("/operations/again/<id:reminder_id>", needs=Role.ADMIN)
def again(reminder_id: int) -> ResponseReturnValue:
    """Send what was set aside after all."""
    with writing() as current, run_once(current) as done:
        outbox.try_again(current, reminder_id, clock.now(), current_actor())
        toast(_("The message is being sent again."))
        return done(url_for("operations.index", _anchor="aside"))
