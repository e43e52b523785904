"""The newsroom's settings, which a chief sets."""

from functools import lru_cache
from zoneinfo import available_timezones

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.errors import Invalid
from tracker.newsroom import settings as rules
from tracker.newsroom.forms import NewsroomForm
from tracker.newsroom.roles import Role
from tracker.newsroom.routes.blueprint import bp
from tracker.web.access import current_actor, needs
from tracker.web.database import session, writing
from tracker.web.form_tokens import once
from tracker.web.forms import feed
from tracker.web.pages import toast
from tracker.web.speech import gettext as _


@lru_cache
def zones() -> tuple[str, ...]:
    """Every zone of the tz database that is a place, and UTC; the others are aliases, and offsets with the wrong sign."""
    no_places = ("Etc/", "posix/", "right/", "SystemV/")
    return ("UTC", *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(no_places)))


@bp.get("/settings/newsroom")
@needs(Role.CHIEF)
def settings() -> ResponseReturnValue:
    """The settings as they stand."""
    return _render(_form(None))


@bp.post("/settings/newsroom")
@needs(Role.CHIEF)
def change_settings() -> ResponseReturnValue:
    """Store them; the history says what was changed."""
    form = _form(request.form)
    if not form.validate():
        return _render(form), 422
    try:
        with writing() as current, once(current) as done:
            rules.change(current, current_actor(), **form.values)
            toast(_("Saved."))
            return done(url_for("newsroom.settings"))
    except Invalid as refusal:
        feed(form, refusal)
        return _render(form), 422


def _form(sent: object) -> NewsroomForm:
    now = rules.load(session())
    form = NewsroomForm(sent, obj=now)
    # One that this machine's tz database does not list is kept until another is chosen.
    form.timezone.set_choices((zone, zone.replace("_", " ")) for zone in dict.fromkeys((now.timezone, *zones())))
    return form


def _render(form: NewsroomForm) -> str:
    return render_template("newsroom/settings.html", form=form)
