"""The publication of one claim: what keeps it or its verdict back, and what an editor can do about it."""

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
from tracker.claims.enums import Visibility
from tracker.claims.models import Check, Claim, Hold
from tracker.claims.services import evidence, holds, name_guard
from tracker.claims.visibility import may_name_speaker
from tracker.errors import NotFound
from tracker.newsroom import settings
from tracker.public.models import PublicationState
from tracker.public.routes.caching import site
from tracker.publishing import services
from tracker.publishing.forms import HoldForm, NameForm
from tracker.publishing.routes.blueprint import bp, readers_language, store
from tracker.sql import require_row
from tracker.web.access import current_actor
from tracker.web.database import session
from tracker.web.forms import Form
from tracker.web.i18n import gettext as _


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
