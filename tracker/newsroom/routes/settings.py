"""The newsroom's settings, which a chief sets."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.forms import NewsroomForm
from tracker.accounts.roles import Role
from tracker.accounts.routes.blueprint import bp
from tracker.clock import list_timezones
from tracker.newsroom import settings as rules
from tracker.web.access import current_actor
from tracker.web.database import session, writing
from tracker.web.forms import collect_refusals
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import run_once
from tracker.web.pages import toast


@bp.get("/settings/newsroom", needs=Role.CHIEF)
def settings() -> ResponseReturnValue:
    """The settings as they stand."""
    return _render(_form(None))


@bp.post("/settings/newsroom", needs=Role.CHIEF)
def change_settings() -> ResponseReturnValue:
    """Store the settings; changes are recorded in the history."""
    form = _form(request.form)
    if form.validate():
        with collect_refusals(form), writing() as current, run_once(current) as done:
            rules.change(current, current_actor(), **form.values)
            toast(_("Saved."))
            return done(url_for("newsroom.settings"))
    return _render(form), 422


def _form(sent: object) -> NewsroomForm:
    now = rules.load(session())
    form = NewsroomForm(sent, obj=now)
    # One that this machine's tz database does not list is kept until another is chosen.
    form.timezone.set_choices((zone, zone.replace("_", " ")) for zone in dict.fromkeys((now.timezone, *list_timezones())))
    return form


def _render(form: NewsroomForm) -> str:
    return render_template("newsroom/settings.html", form=form)
