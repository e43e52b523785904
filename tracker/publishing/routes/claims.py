"""The publication of one claim: what keeps it or its verdict back; and whether readers see the scorecard of a person."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.roles import Role
from tracker.claims import public_form
from tracker.claims.enums import SpeakerKind, Visibility
from tracker.claims.models import Check, Claim, Hold, Speaker
from tracker.claims.services import evidence, holds, name_guard
from tracker.claims.visibility import may_name_speaker
from tracker.errors import N_, Invalid, NotFound
from tracker.newsroom import settings
from tracker.public import scorecards
from tracker.public.models import PublicationState
from tracker.public.routes.caching import site
from tracker.public.score_models import CardKind
from tracker.publishing import people, services
from tracker.publishing.forms import CardForm, HoldForm, NameForm
from tracker.publishing.routes.blueprint import bp, readers_language, store
from tracker.sql import require_row
from tracker.web.access import current_actor
from tracker.web.database import session
from tracker.web.forms import Form
from tracker.web.i18n import gettext as _
from tracker.web.page_context import ctx


@bp.get("/claims/<id:claim_id>/publication", needs=Role.EDITOR)
def claim(claim_id: int) -> ResponseReturnValue:
    """What readers see of a claim, and what is kept back."""
    return _page(claim_id)


def _page(
    claim_id: int, *, hold: HoldForm | None = None, name: NameForm | None = None, refusal: str = "", status: int = 200
) -> ResponseReturnValue:
    found = require_row(session(), Claim, claim_id)
    row = services.load_publication(session(), found.article_id)
    state = row.state if row is not None else PublicationState.PRIVATE
    since = {found.article_id: (row.published_at if row is not None else None) or clock.now()}
    loaded = public_form.load(session(), [claim_id], public_since=since)
    checks = session().scalars(select(Check).where(Check.claim_id == claim_id).order_by(Check.id)).all()
    waiting = session().scalars(select(Hold).where(Hold.claim_id == claim_id, Hold.released_at.is_(None))).all()
    form = loaded.claims.get(claim_id)
    page = render_template(
        "publishing/claim.html",
        claim=found,
        state=state,
        shown=form.state if form is not None else "",
        address=site(readers_language()).claim(claim_id) if state == PublicationState.PUBLIC and form is not None else "",
        withheld=loaded.withheld,
        field_names=name_guard.FIELDS,
        checks=checks,
        holds=waiting,
        is_implied=not may_name_speaker(found.attribution),
        has_proposal=found.proposal_id is not None,
        hold=hold or HoldForm(None),
        name=name or NameForm(None),
        refusal=refusal,
        problem=status >= 400,
    )
    return page, status


@bp.post("/claims/<id:claim_id>/publication/hold", needs=Role.EDITOR)
def hold(claim_id: int) -> ResponseReturnValue:
    """Keep the proposed verdict back after its signature, until a moment."""
    form = HoldForm(request.form)

    def do(current: Session, own: Claim) -> str:
        if own.proposal_id is None:
            raise NotFound()
        until = holds.read_moment(form.day.data, form.time.data, settings.load(current).zone, "time")
        holds.hold(current, own, own.proposal_id, until, actor=current_actor())
        return _("The verdict stays back until then.")

    return _store(claim_id, do, form, hold=form)


@bp.post("/claims/<id:claim_id>/publication/release/<id:verdict_id>", needs=Role.EDITOR)
def release(claim_id: int, verdict_id: int) -> ResponseReturnValue:
    """End an embargo early."""

    def do(current: Session, own: Claim) -> str:
        holds.release(current, own, verdict_id, actor=current_actor())
        return _("The embargo is ended.")

    return _store(claim_id, do)


@bp.post("/claims/<id:claim_id>/publication/name", needs=Role.CHIEF)
def allow_name(claim_id: int) -> ResponseReturnValue:
    """Let the name of the implied speaker be read in one field."""
    form = NameForm(request.form)

    def do(current: Session, own: Claim) -> str:
        name_guard.allow_name(current, own, form.field.data, form.reason.data, actor=current_actor())
        return _("The name may be read there.")

    return _store(claim_id, do, form, name=form)


@bp.post("/claims/<id:claim_id>/checks/<id:check_id>/visibility", needs=Role.EDITOR)
def check_visibility(claim_id: int, check_id: int) -> ResponseReturnValue:
    """Make a check public, or internal again."""
    wanted = Visibility.PUBLIC if request.form.get("visibility") == Visibility.PUBLIC else Visibility.INTERNAL

    def do(current: Session, own: Claim) -> str:
        evidence.set_check_visibility(current, own, check_id, wanted, actor=current_actor())
        return _("The check is public.") if wanted is Visibility.PUBLIC else _("The check is internal.")

    return _store(claim_id, do)


def _store(claim_id: int, do: Callable[[Session, Claim], str], form: Form | None = None, **shown: Any) -> ResponseReturnValue:
    def work(current: Session) -> str:
        return do(current, require_row(current, Claim, claim_id))

    return store(work, url_for("publishing.claim", claim_id=claim_id), partial(_page, claim_id, **shown), form)


@bp.get("/speakers/<id:speaker_id>/publication", needs=Role.EDITOR)
def speaker(speaker_id: int) -> ResponseReturnValue:
    """Whether readers see this person's scorecard, and the form with which a chief editor changes that."""
    return _speaker_page(speaker_id, CardForm(None))


def _speaker_page(speaker_id: int, form: CardForm, *, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    found = require_row(session(), Speaker, speaker_id)
    is_shown = people.is_card_shown(session(), speaker_id)
    if found.kind is not SpeakerKind.PERSON and not is_shown:
        raise NotFound()
    is_seen = ctx.newsroom.public_scorecards and scorecards.has_card(session(), CardKind.PERSON, speaker_id)
    page = render_template(
        "publishing/speaker.html",
        speaker=found,
        is_shown=is_shown,
        address=site(readers_language()).path(f"/scorecards/people/{speaker_id}") if is_seen else "",
        form=form,
        refusal=refusal,
        problem=status >= 400,
    )
    return page, status


@bp.post("/speakers/<id:speaker_id>/publication", needs=Role.CHIEF)
def show_card(speaker_id: int) -> ResponseReturnValue:
    """Show the scorecard to readers, or hide it again."""
    form = CardForm(request.form)
    shown = {"1": True, "0": False}.get(request.form.get("shown", ""))

    def work(current: Session) -> str:
        if shown is None:
            raise Invalid(N_("Choose whether readers see the scorecard."), field="shown")
        people.show_card(current, speaker_id, shown, reason=form.reason.data, actor=current_actor())
        if not shown:
            return _("Readers no longer see the scorecard.")
        if not ctx.newsroom.public_scorecards:
            return _("Saved. Readers see the scorecard when the newsroom shows scorecards.")
        return _("Readers see the scorecard once it has been counted, usually within a minute.")

    return store(work, url_for("publishing.speaker", speaker_id=speaker_id), partial(_speaker_page, speaker_id, form), form)
