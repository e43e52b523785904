"""How claims stand to one another: splitting one into several, saying and taking back a relation."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.accounts.roles import Role
from tracker.claims.forms.moves import RelationForm, SplitForm
from tracker.claims.models import Claim
from tracker.claims.routes.blueprint import bp
from tracker.claims.routes.form_pages import Asking, form_page, get_claim_or_404
from tracker.claims.services import evidence, quoting
from tracker.errors import N_
from tracker.ledger import Actor
from tracker.web.access import current_actor
from tracker.web.database import writing
from tracker.web.i18n import gettext as _
from tracker.web.i18n import ngettext
from tracker.web.pages import toast

RELATE = Asking(N_("Relate this claim to another"), N_("Save the relation"), anchor="relations", ended=True)
SPLIT = Asking(
    N_("Split this claim"),
    N_("Split the claim"),
    move="withdraw",
    intro=N_("Each statement becomes a claim of its own, with the same source, dates and owner. This one is withdrawn."),
    anchor="relations",
)


@form_page("/relations", RelationForm, RELATE)
def relations(session: Session, claim: Claim, form: RelationForm, actor: Actor) -> str:
    """Add a relation to another claim."""
    evidence.relate(session, claim, form.other_id.data, form.kind.data, actor=actor)
    return _("Relation saved.")


@bp.post("/claims/<id:claim_id>/relations/<id:relation_id>/remove", needs=Role.EDITOR)
def unrelate(claim_id: int, relation_id: int) -> ResponseReturnValue:
    """Take a relation back."""
    with writing() as session:
        evidence.unrelate(session, get_claim_or_404(session, claim_id), relation_id, actor=current_actor())
    toast(_("Relation taken back."))
    return redirect(url_for("claims.show", claim_id=claim_id, _anchor="terms"), 303)


@form_page("/split", SplitForm, SPLIT)
def split(session: Session, claim: Claim, form: SplitForm, actor: Actor) -> str:
    """Make several claims of one."""
    made = quoting.split(session, claim, form.lines(), actor=actor, version=form.version.data)
    return ngettext("Split into %(n)s claim.", "Split into %(n)s claims.", len(made))
