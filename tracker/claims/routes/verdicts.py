"""Proposing a verdict, signing it, sending it back, and what is added under it."""

from datetime import datetime

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.access import current_editor
from tracker.accounts.queries import working_editors
from tracker.accounts.roles import Role
from tracker.claims.forms import PostscriptForm, SignoffForm, VerdictForm, offer
from tracker.claims.labels import label
from tracker.claims.models import Claim
from tracker.claims.routes.blueprint import bp
from tracker.claims.routes.form_pages import posted_form, render_inline_form
from tracker.claims.services import holds, verdicts
from tracker.ledger import Actor
from tracker.newsroom import settings
from tracker.web.database import session as reading
from tracker.web.i18n import gettext as _

DECIDE = "decide"  # of the button, where one editor may decide alone


@bp.route("/claims/<id:claim_id>/verdict", methods=["GET", "POST"], needs=Role.EDITOR)
def verdict(claim_id: int) -> ResponseReturnValue:
    """Propose a verdict, or decide it alone where that is allowed, as the button asks."""
    form = VerdictForm(posted_form(), ids="vd")
    offer(form.requested_signer_id, working_editors(reading()), without=current_editor().id)
    alone = request.form.get("how") == DECIDE
    return render_inline_form(claim_id, "verdict", form, _decide if alone else _propose, anchor="verdict")


def _propose(session: Session, claim: Claim, form: VerdictForm, actor: Actor) -> str:
    given = verdicts.propose(
        session,
        claim,
        form.proposed(),
        actor=actor,
        version=form.version.data,
        requested_signer_id=form.requested_signer_id.data,
    )
    assert given.outcome is not None
    return _("Proposed: %(verdict)s. A second signature is needed.", verdict=label(given.outcome).lower())


def _decide(session: Session, claim: Claim, form: VerdictForm, actor: Actor) -> str:
    given = verdicts.decide(session, claim, form.proposed(), actor=actor, version=form.version.data)
    assert given.outcome is not None
    return _("Verdict given: %(verdict)s.", verdict=label(given.outcome).lower())


@bp.route("/claims/<id:claim_id>/signoff", methods=["GET", "POST"], needs=Role.EDITOR)
def signoff(claim_id: int) -> ResponseReturnValue:
    """Sign a proposal, send it back with a note, or (the proposer) take it back."""
    return render_inline_form(claim_id, "signoff", SignoffForm(posted_form(), ids="so"), _signoff, anchor="verdict")


def _signoff(session: Session, claim: Claim, form: SignoffForm, actor: Actor) -> str:
    version, note = form.version.data, form.note.data
    if form.action.data == SignoffForm.SIGN:
        at, proposal = clock.now(), claim.proposal_id
        until = _embargo(session, form)
        verdicts.sign(session, claim, actor=actor, version=version, note=note, at=at)
        if until is not None and proposal is not None and claim.signed_verdict_id == proposal:
            holds.hold(session, claim, proposal, until, actor=actor, at=at)
        return _("Signed.")
    if form.action.data == SignoffForm.RETURN:
        verdicts.return_(session, claim, note, actor=actor, version=version)
        return _("Sent back with your note.")
    verdicts.recall(session, claim, actor=actor, version=version)
    return _("Proposal withdrawn. No verdict was recorded.")


def _embargo(session: Session, form: SignoffForm) -> datetime | None:
    if form.hold_day.data is None:
        return None
    zone = settings.load(session).zone
    return holds.read_moment(form.hold_day.data, form.hold_time.data or "0:00", zone, "hold_time")


@bp.route("/claims/<id:claim_id>/postscript", methods=["GET", "POST"], needs=Role.EDITOR)
def postscript(claim_id: int) -> ResponseReturnValue:
    """Add a dated line under the signed verdict."""
    return render_inline_form(claim_id, "postscript", PostscriptForm(posted_form(), ids="ps"), _postscript, anchor="verdicts")


def _postscript(session: Session, claim: Claim, form: PostscriptForm, actor: Actor) -> str:
    verdicts.add_postscript(session, claim, form.body.data, actor=actor, language=form.language.data)
    return _("Postscript added.")
