"""The bell's page, and the links of messages that stop them without signing in."""

from typing import Final

from flask import Flask, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from tracker.accounts.access import current_editor
from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.errors import N_, NotFound
from tracker.notifications import in_app, preferences, subjects
from tracker.notifications.in_app import BellCounts
from tracker.notifications.links import read_stop
from tracker.notifications.models import Frequency
from tracker.web import i18n
from tracker.web.access import PUBLIC, Blueprint
from tracker.web.database import app_settings, session, writing
from tracker.web.forms import Form, HiddenTextField
from tracker.web.page_context import ctx

bp = Blueprint("reminders", __name__)

# What each link stops, as shown on its page.
_SCOPES: Final = {
    "digest": N_("The digest of claims to check"),
    "review": N_("Messages about one of your claims"),
    "signoff": N_("Messages that ask for your sign-off"),
    "escalation": N_("Messages about claims without a verdict"),
}
# What can be had instead of no digest at all.
_SOFTER: Final = (Frequency.WEEKLY, Frequency.WEEKDAYS)


class ReadForm(Form):
    """Up to which message the bell was read."""

    up_to = HiddenTextField("up_to", required=True, max_length=20)


def init_app(app: Flask) -> None:
    """Add the pages to an application, and the bell's count to the head of every page."""
    app.register_blueprint(bp)
    # The mail programs that follow RFC 8058 send no cookie and know no token of ours; the link itself is signed.
    app.extensions["csrf"].exempt(stop_now)
    app.jinja_env.globals["bell_counts"] = bell_counts


def bell_counts() -> BellCounts:
    """What the editor who is signed in has not read and what waits for them; nothing where that cannot be found out."""
    editor = ctx.editor
    if editor is None:
        return BellCounts()
    if "tracker_bell" not in g:
        try:
            g.tracker_bell = in_app.count(session(), editor.id, i18n.today(), with_sample=ctx.newsroom.show_sample)
        except SQLAlchemyError:
            if not g.get("tracker_failing"):
                raise
            return BellCounts()
    counts: BellCounts = g.tracker_bell
    return counts


@bp.get("/reminders", needs=Role.VIEWER)
def index() -> ResponseReturnValue:
    """The last messages of the bell, newest first."""
    recent = in_app.recent(session(), current_editor().id, ctx.language)
    return render_template(
        "reminders/index.html",
        messages=recent.rows,
        has_more=recent.has_more,
        shown_most=in_app.SHOWN,
        # As it was on the day it rang: what was settled since is not late any more.
        titles={message.id: subjects.title(message.notice, message.at.astimezone(i18n.zone()).date()) for message in recent.rows},
        has_mail=app_settings().sends_mail,
    )


@bp.post("/reminders", needs=Role.VIEWER)
def read() -> ResponseReturnValue:
    """Mark as read what the page showed, and nothing that came since."""
    form = ReadForm(request.form)
    number = form.up_to.data or "" if form.validate() else ""
    if number.isascii() and number.isdecimal():
        with writing() as current:
            in_app.read(current, current_editor().id, up_to=min(int(number), 2**62))
    return redirect(url_for("reminders.index"), 303)


@bp.get("/u/<token>", needs=PUBLIC)
def stop(token: str) -> ResponseReturnValue:
    """Ask before anything is stopped: programs that look at links must not stop anything."""
    _editor_id, scope = _stopped(token)
    return render_template("reminders/stop.html", scope=scope, what=_SCOPES[scope], softer=_softer(scope), done=None)


@bp.post("/u/<token>", needs=PUBLIC)
def stop_now(token: str) -> ResponseReturnValue:
    """Stop it, or send the digest less often. Done again, it changes nothing."""
    editor_id, scope = _stopped(token)
    choice = request.form.get("choice", "")
    frequency = next((each for each in _softer(scope) if each == choice), None)
    with writing() as current:
        if frequency is None:
            preferences.stop(current, editor_id, scope)
        else:
            preferences.change(current, editor_id, digest=frequency)
    return render_template("reminders/stop.html", scope=scope, what=_SCOPES[scope], softer=(), done=frequency or Frequency.OFF)


def _softer(scope: str) -> tuple[Frequency, ...]:
    return _SOFTER if scope == "digest" else ()


def _stopped(token: str) -> tuple[int, str]:
    found = read_stop(app_settings().secret_key, token)
    if found is None or session().get(Editor, found[0]) is None:
        raise NotFound(N_("This link is not complete. Copy it whole from the message."))
    return found
