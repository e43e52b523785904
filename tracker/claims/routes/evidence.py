"""Evidence, checks and notes."""

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.accounts.queries import working_editors
from tracker.accounts.roles import Role
from tracker.claims import mentions
from tracker.claims.forms.evidence import CheckForm, EditEvidenceForm, EvidenceForm, NoteForm, WithdrawEvidenceForm
from tracker.claims.models import Claim, Evidence
from tracker.claims.routes.blueprint import bp
from tracker.claims.routes.form_pages import Asking, inline_form, posted_form, render_form_page
from tracker.claims.services import evidence as work
from tracker.errors import N_, NotFound
from tracker.ledger import Actor
from tracker.web.database import session as reading
from tracker.web.i18n import gettext as _

EDIT_EVIDENCE = Asking(
    N_("Correct this evidence"),
    N_("Save the correction"),
    intro=N_("The earlier version stays in the history."),
    anchor="evidence",
)
WITHDRAW_EVIDENCE = Asking(
    N_("Withdraw this evidence"),
    N_("Withdraw the evidence"),
    intro=N_("It stays on the page, struck through, with your reason. It no longer supports a verdict."),
    anchor="evidence",
)


@inline_form("/evidence", EvidenceForm, "evidence", anchor="evidence", ids="ev")
def evidence(session: Session, claim: Claim, form: EvidenceForm, actor: Actor) -> str:
    """Add a source."""
    work.add_evidence(session, claim, actor=actor, **form.values())
    return _("Evidence added.")


@bp.route("/claims/<id:claim_id>/evidence/<id:evidence_id>/edit", methods=["GET", "POST"], needs=Role.EDITOR)
def edit_evidence(claim_id: int, evidence_id: int) -> ResponseReturnValue:
    """Correct a source; the earlier version stays in the history."""
    source = reading().get(Evidence, evidence_id)
    if source is None or source.claim_id != claim_id:
        raise NotFound()

    def edit(session: Session, claim: Claim, form: EditEvidenceForm, actor: Actor) -> str:
        work.edit_evidence(session, claim, evidence_id, form.values(), actor=actor, version=form.version.data)
        return _("Evidence corrected.")

    return render_form_page(claim_id, EDIT_EVIDENCE, EditEvidenceForm(posted_form(), obj=source), edit)


@bp.route("/claims/<id:claim_id>/evidence/<id:evidence_id>/withdraw", methods=["GET", "POST"], needs=Role.EDITOR)
def withdraw_evidence(claim_id: int, evidence_id: int) -> ResponseReturnValue:
    """Withdraw a source, with a reason."""
    source = reading().get(Evidence, evidence_id)
    if source is None or source.claim_id != claim_id:
        raise NotFound()

    def withdraw(session: Session, claim: Claim, form: WithdrawEvidenceForm, actor: Actor) -> str:
        work.withdraw_evidence(session, claim, evidence_id, form.reason.data, actor=actor)
        return _("Evidence withdrawn.")

    return render_form_page(claim_id, WITHDRAW_EVIDENCE, WithdrawEvidenceForm(posted_form()), withdraw)


@inline_form("/checks", CheckForm, "check", anchor="checks", ids="ck")
def checks(session: Session, claim: Claim, form: CheckForm, actor: Actor) -> str:
    """Log a look for the outcome."""
    work.add_check(
        session,
        claim,
        actor=actor,
        where_looked=form.where_looked.data,
        found=form.found.data,
        queries=form.queries.data,
        checked_on=form.checked_on.data,
        period_from=form.period_from.data,
        period_to=form.period_to.data,
        exhaustive=form.exhaustive.data,
    )
    return _("Check logged.")


@inline_form("/notes", NoteForm, "note", anchor="notes", ids="nt")
def notes(session: Session, claim: Claim, form: NoteForm, actor: Actor) -> str:
    """Write a note for the other editors."""
    work.add_note(session, claim, form.body.data, actor=actor)
    names = dict(working_editors(session))
    called = [names[each] for each in mentions.called(form.body.data, names.items()) if each != actor.editor_id]
    return _("Note added. Notified: %(names)s.", names=", ".join(called)) if called else _("Note added.")
