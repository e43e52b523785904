"""Whether readers see the scorecard of a person."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.roles import Role
from tracker.claims.enums import SpeakerKind
from tracker.claims.models import Speaker
from tracker.errors import Conflict, Invalid, NotFound
from tracker.public.routes.caching import site
from tracker.public.score_models import CardKind, PublicScore
from tracker.publishing import people
from tracker.publishing.forms import CardForm
from tracker.publishing.routes.blueprint import bp, readers_language
from tracker.sql import require_row
from tracker.web import forms, i18n
from tracker.web.access import current_actor, needs
from tracker.web.database import session, writing
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import run_once
from tracker.web.page_context import ctx
from tracker.web.pages import toast


@bp.get("/speakers/<id:speaker_id>/publication")
@needs(Role.EDITOR)
def speaker(speaker_id: int) -> ResponseReturnValue:
    """Whether readers see this person's scorecard, and the form with which a chief editor changes that."""
    return _page(speaker_id, CardForm(None))


def _page(speaker_id: int, form: CardForm, *, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    found = require_row(session(), Speaker, speaker_id)
    is_shown = people.is_card_shown(session(), speaker_id)
    if found.kind is not SpeakerKind.PERSON and not is_shown:
        raise NotFound()
    is_counted = ctx.newsroom.public_scorecards and session().get(PublicScore, (CardKind.PERSON.value, speaker_id)) is not None
    page = render_template(
        "publishing/speaker.html",
        speaker=found,
        is_shown=is_shown,
        address=site(readers_language()).path(f"/scorecards/people/{speaker_id}") if is_shown and is_counted else "",
        form=form,
        refusal=refusal,
        problem=status >= 400,
    )
    return page, status


@bp.post("/speakers/<id:speaker_id>/publication")
@needs(Role.CHIEF)
def show_card(speaker_id: int) -> ResponseReturnValue:
    """Show the scorecard to readers, or hide it again."""
    form = CardForm(request.form)
    shown = request.form.get("shown") == "1"
    if not form.validate():
        return _page(speaker_id, form, status=422)
    try:
        with writing() as current, run_once(current) as done:
            people.show_card(current, speaker_id, shown, reason=form.reason.data, actor=current_actor())
            answer = done(url_for("publishing.speaker", speaker_id=speaker_id))
    except Invalid as refusal:
        forms.feed(form, refusal)
        return _page(speaker_id, form, status=422)
    except Conflict as refusal:
        return _page(speaker_id, form, refusal=i18n.translate(refusal.message), status=409)
    toast(_("Readers see the scorecard within a minute.") if shown else _("Readers no longer see the scorecard."))
    return answer
