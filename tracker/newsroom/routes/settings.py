"""The newsroom's settings and hedge table, which chiefs set, and the help pages."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.forms import NewsroomForm
from tracker.accounts.roles import Role
from tracker.accounts.routes.blueprint import bp
from tracker.clock import list_timezones
from tracker.errors import Invalid, NotFound, Stale
from tracker.newsroom import hedge_table
from tracker.newsroom import settings as rules
from tracker.newsroom.forms import CERTAINTY_LABELS, HedgeForm
from tracker.newsroom.help_texts import HELP
from tracker.suggest import LANGUAGES
from tracker.web.access import current_actor
from tracker.web.database import session, writing
from tracker.web.forms import collect_refusals, feed
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import run_once
from tracker.web.page_context import ctx
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


@bp.get("/settings/hedges", needs=Role.EDITOR)
def hedges() -> ResponseReturnValue:
    """The table: the newsroom's own lines, then those that ship with Tracker."""
    own = hedge_table.parse_table(rules.load(session()).hedges)
    return render_template(
        "newsroom/hedges.html",
        own=own,
        defaults={code: hedge_table.list_default_lines(own, code) for code in LANGUAGES},
        labels=CERTAINTY_LABELS,
    )


@bp.get("/settings/hedges/line", needs=Role.CHIEF)
def hedge() -> ResponseReturnValue:
    """The form of a line: `?language=` and `?words=` name one of the table, which it then starts with."""
    stored = rules.load(session()).hedges
    language, words = request.args.get("language", ""), request.args.get("words", "")
    own = hedge_table.find_line(hedge_table.parse_table(stored), language, words)
    shown = own or hedge_table.find_line(hedge_table.load_table(stored), language, words)
    form = HedgeForm.of(shown) if shown else HedgeForm(data={"words": words, "language": ctx.language, "certainty": "hedged"})
    form.replaces.data, form.basis.data = own.words if own else "", hedge_table.describe_state(own)
    return render_template("newsroom/hedge.html", form=form)


@bp.post("/settings/hedges/line", needs=Role.CHIEF)
def change_hedge() -> ResponseReturnValue:
    """Store a line; the change is recorded in the history."""
    form = HedgeForm(request.form)
    if not form.validate():
        return render_template("newsroom/hedge.html", form=form), 422
    try:
        with writing() as current, run_once(current) as done:
            line = form.to_line()
            hedge_table.save_line(current, current_actor(), line, replaces=form.replaces.data, basis=form.basis.data)
            answer = done(url_for("newsroom.hedges"))
    except Invalid as refusal:
        feed(form, refusal)
        return render_template("newsroom/hedge.html", form=form), 422
    except Stale as refusal:
        return _render_conflict(form, refusal)
    toast(_("Saved."))
    return answer


@bp.post("/settings/hedges/remove", needs=Role.CHIEF)
def remove_hedge() -> ResponseReturnValue:
    """Remove an own line."""
    with writing() as current, run_once(current) as done:
        hedge_table.remove_line(current, current_actor(), request.form.get("language", ""), request.form.get("words", ""))
        answer = done(url_for("newsroom.hedges"))
    toast(_("The line was removed."))
    return answer


def _render_conflict(form: HedgeForm, refusal: Stale) -> ResponseReturnValue:
    """The form with what was typed; saving it again replaces what someone else stored."""
    own = hedge_table.find_line(
        hedge_table.parse_table(rules.load(session()).hedges), form.language.data, form.replaces.data or form.words.data
    )
    feed(form, Invalid(refusal.message.text))
    for field, value in ((form.replaces, own.words if own else ""), (form.basis, hedge_table.describe_state(own))):
        field.data, field.raw_data = value, None
    return render_template("newsroom/hedge.html", form=form, stored=own, labels=CERTAINTY_LABELS), 409


@bp.get("/help/<string:screen>", endpoint="help", needs=Role.VIEWER)
def show_help(screen: str) -> ResponseReturnValue:
    """What one screen is for, and links to the others."""
    if screen not in HELP:
        raise NotFound()
    return render_template("newsroom/help.html", screen=screen, page=HELP[screen], pages=HELP)
