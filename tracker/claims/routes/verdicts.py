"""Proposing a verdict, signing it, sending it back, and what is added under it."""

from datetime import datetime

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.access import current_editor
from tracker.accounts.queries import working_editors
from tracker.accounts.roles import Role
from tracker.claims.forms.common import offer
from tracker.claims.forms.verdict import PostscriptForm, SignoffForm, VerdictForm
from tracker.claims.labels import label
from tracker.claims.models import Claim
from tracker.claims.routes.blueprint import bp
from tracker.claims.routes.form_pages import inline_form, posted_form, render_inline_form
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


@inline_form("/signoff", SignoffForm, "signoff", anchor="verdict", ids="so")
def signoff(session: Session, claim: Claim, form: SignoffForm, actor: Actor) -> str:
    """Sign a proposal, send it back with a note, or (the proposer) take it back."""
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


@inline_form("/postscript", PostscriptForm, "postscript", anchor="verdicts", ids="ps")
def postscript(session: Session, claim: Claim, form: PostscriptForm, actor: Actor) -> str:
    """Add a dated line under the signed verdict."""
    verdicts.add_postscript(session, claim, form.body.data, actor=actor, language=form.language.data)
    return _("Postscript added.")
