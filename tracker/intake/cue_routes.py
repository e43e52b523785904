"""The settings page of cues: how often editors accepted what each marked, and the switch that leaves one out."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.roles import Role
from tracker.intake.acceptance import LEAST_DECIDED, count_decisions, list_cue_lines
from tracker.newsroom.cue_switches import list_cues_off, switch_cue
from tracker.suggest import LANGUAGES
from tracker.web.access import Blueprint, current_actor
from tracker.web.database import session, writing
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import run_once
from tracker.web.page_context import ctx
from tracker.web.pages import toast

bp = Blueprint("cues", __name__, url_prefix="/settings/cues")


@bp.get("", endpoint="index", needs=Role.EDITOR)
def cues() -> ResponseReturnValue:
    """The cues of each language with what was decided on their marks."""
    stored = ctx.newsroom.cues_off
    lines = {
        language: list_cue_lines(language, count_decisions(session(), language), list_cues_off(stored, language))
        for language in LANGUAGES
    }
    return render_template("intake/cues.html", lines=lines, least=LEAST_DECIDED)


@bp.post("", endpoint="switch", needs=Role.CHIEF)
def switch() -> ResponseReturnValue:
    """Switch one cue on or off, for articles that are read from now on."""
    is_on = request.form.get("to") == "on"
    with writing() as current, run_once(current) as done:
        switch_cue(current, current_actor(), request.form.get("language", ""), request.form.get("name", ""), is_on=is_on)
        answer = done(url_for("cues.index"))
    toast(_("The cue counts again when articles are read.") if is_on else _("The cue no longer counts when articles are read."))
    return answer
