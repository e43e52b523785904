"""Merging two entries of one speaker, and taking that back: for chiefs."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.roles import Role
from tracker.claims.forms.names import MergeForm
from tracker.claims.queries import choices, speakers
from tracker.claims.services import merge_speakers
from tracker.errors import Conflict, Invalid
from tracker.web.access import Blueprint, current_actor
from tracker.web.database import session, writing
from tracker.web.forms import feed
from tracker.web.i18n import gettext as _
from tracker.web.i18n import translate
from tracker.web.idempotency import run_once
from tracker.web.page_context import ctx
from tracker.web.pages import toast, warn

bp = Blueprint("merging", __name__, url_prefix="/speakers")


@bp.route("/<id:speaker_id>/merge", methods=["GET", "POST"], needs=Role.CHIEF)
def merge(speaker_id: int) -> ResponseReturnValue:
    """Choose the entry that this one is merged into."""
    found = speakers.get_speaker(session(), speaker_id)
    offered = choices.speakers(session(), with_sample=ctx.newsroom.show_sample)
    form = MergeForm(request.form if request.method == "POST" else None)
    namesakes = set(speakers.list_namesakes(session(), found))
    others = [(number, name) for number, name in offered.pairs if number != speaker_id]
    form.into_id.set_choices(sorted(others, key=lambda choice: choice[0] not in namesakes), find=offered.find)
    if request.method != "POST" or not form.validate():
        status = 200 if request.method != "POST" else 422
        return render_template("speakers/merge.html", form=form, speaker=found), status
    try:
        with writing() as current, run_once(current) as done:
            merge_speakers.merge(current, speakers.get_speaker(current, speaker_id), form.into_id.data, actor=current_actor())
            answer = done(url_for("speakers.show", speaker_id=form.into_id.data))
    except Invalid as refusal:
        feed(form, refusal)
        return render_template("speakers/merge.html", form=form, speaker=found), 422
    except Conflict as refusal:
        warn(translate(refusal.message))
        return redirect(url_for("speakers.show", speaker_id=speaker_id), 303)
    toast(_("Entries merged. Both are kept."), undo=url_for("merging.unmerge", speaker_id=speaker_id))
    return answer


@bp.post("/<id:speaker_id>/unmerge", needs=Role.CHIEF)
def unmerge(speaker_id: int) -> ResponseReturnValue:
    """Let this entry stand for itself again."""
    speakers.get_speaker(session(), speaker_id)
    try:
        with writing() as current:
            merge_speakers.unmerge(current, speakers.get_speaker(current, speaker_id), actor=current_actor())
    except Conflict as refusal:
        warn(translate(refusal.message))
    else:
        toast(_("Merge undone."))
    return redirect(url_for("speakers.show", speaker_id=speaker_id), 303)
