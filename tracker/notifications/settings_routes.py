"""One's own reminders: what is sent, when, where to; leave; private feeds."""

from collections.abc import Mapping
from typing import Final

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_editor
from tracker.accounts.roles import Role
from tracker.notifications import feed_tokens as feeds
from tracker.notifications import outbox, preferences, recipients, services
from tracker.notifications.channels import mime
from tracker.notifications.forms import FeedForm, LeaveForm, PreferencesForm
from tracker.notifications.links import Links
from tracker.notifications.models import Feed, Reason
from tracker.web.access import Blueprint, current_actor
from tracker.web.database import app_settings, session, writing
from tracker.web.forms import collect_refusals
from tracker.web.i18n import gettext as _
from tracker.web.pages import toast

bp = Blueprint("settings", __name__)

_ADDRESSES: Final = {Feed.CALENDAR: "feeds.reviews", Feed.ATOM: "feeds.due"}


@bp.get("/settings/reminders", needs=Role.EDITOR)
def reminders() -> ResponseReturnValue:
    """What one is sent, when the next of it comes, and what became of the last."""
    return _render()


@bp.post("/settings/reminders", needs=Role.EDITOR)
def change_reminders() -> ResponseReturnValue:
    """Store what one wants to be sent."""
    form = PreferencesForm(request.form, ids="preferences")
    if not form.validate():
        return _render(form), 422
    with writing() as current:
        preferences.change(current, current_editor().id, **form.values)
    toast(_("Saved."))
    return redirect(url_for("settings.reminders"), 303)


@bp.post("/settings/reminders/leave", needs=Role.EDITOR)
def leave() -> ResponseReturnValue:
    """Go on leave with a stand-in, or be back."""
    form = _leave_form(request.form)
    if form.validate():
        with collect_refusals(form), writing() as current:
            editor = current_editor()
            preferences.set_leave(current, editor, form.away_until.data, form.stand_in_id.data, actor=current_actor())
    if form.errors:
        return _render(leave=form), 422
    toast(_("Saved."))
    return redirect(url_for("settings.reminders", _anchor="leave"), 303)


@bp.post("/settings/reminders/test", needs=Role.EDITOR)
def send_test() -> ResponseReturnValue:
    """Send oneself an e-mail to see whether it arrives."""
    if app_settings().sends_mail:
        with writing() as current:
            services.send_test(current, current_editor().id, clock.now())
        toast(_("A test is being sent to %(address)s.", address=current_editor().email))
    return redirect(url_for("settings.reminders", _anchor="mail"), 303)


@bp.get("/settings/reminders/digest", needs=Role.EDITOR)
def digest() -> ResponseReturnValue:
    """Today's digest as it would go out now, as plain text."""
    links = Links.from_settings(app_settings(), reached_at=request.host_url)
    content = services.todays_digest(session(), current_editor().id, links, clock.now())
    return render_template("settings/digest.html", text=mime.render(content)[1] if content else "", content=content)


@bp.post("/settings/reminders/feed", needs=Role.EDITOR)
def change_feed() -> ResponseReturnValue:
    """Open a feed, replace its address, or close it. A new address is shown here and never again."""
    form = FeedForm(request.form)
    if not form.validate() or form.do.data not in {"renew", "close"}:
        abort(422)
    feed: Feed = form.feed.data
    if form.do.data == "close":
        with writing() as current:
            feeds.revoke(current, current_editor().id, feed)
        toast(_("The feed is closed."))
        return redirect(url_for("settings.reminders", _anchor=feed.value), 303)
    with writing() as current:
        token = feeds.renew(current, current_editor().id, feed)
    path = url_for(_ADDRESSES[feed], token=token)
    base = app_settings().base_url
    return _render(shown={feed.value: f"{base}{path}" if base else url_for(_ADDRESSES[feed], token=token, _external=True)})


def _leave_form(sent: object) -> LeaveForm:
    editor = current_editor()
    form = LeaveForm(sent, data={"away_until": editor.away_until, "stand_in_id": editor.stand_in_id}, ids="leave")
    form.stand_in_id.set_choices(recipients.list_stand_ins(recipients.load_directory(session()), editor.id))
    return form


def _render(form: PreferencesForm | None = None, leave: LeaveForm | None = None, shown: Mapping[str, str] | None = None) -> str:
    editor, now = current_editor(), clock.now()
    at_work = recipients.load_directory(session(), now)
    stored = preferences.load(session(), editor.id)
    values: dict[str, object] = {
        "preferences": form or PreferencesForm(None, obj=stored, ids="preferences"),
        "leave": leave or _leave_form(None),
        "form": form or leave,
        "editor": editor,
        "newsroom": at_work.newsroom,
        "is_away": at_work.people[editor.id].is_away,
        "has_mail": app_settings().sends_mail,
        "next_digest": at_work.workdays.next_digest_from(now, stored.digest, stored.hour),
        "last": outbox.last_result(session(), f"editor:{editor.id}", "email"),
        "why": lambda row: Reason(row.reason).english,
        "feeds": {feed.value: row for feed, row in feeds.of_editor(session(), editor.id).items()},
        "shown": shown or {},
        "is_chief": Role.CHIEF in editor.role_names,
    }
    return render_template("settings/reminders.html", **values)
