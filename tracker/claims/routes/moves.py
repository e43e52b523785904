"""The moves that need no verdict, and who looks after a claim."""

from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts.access import current_editor
from tracker.accounts.queries import working_editors
from tracker.accounts.roles import Role
from tracker.claims import lifecycle
from tracker.claims.enums import RelationKind, WithdrawReason
from tracker.claims.forms.common import offer
from tracker.claims.forms.moves import (
    AssignForm,
    PostponeForm,
    ReopenForm,
    RestoreForm,
    TopicsForm,
    TrackForm,
    WithdrawalForm,
    WithdrawForm,
)
from tracker.claims.models import Claim, ClaimTopic
from tracker.claims.queries import choices
from tracker.claims.routes.blueprint import bp
from tracker.claims.routes.form_pages import Asking, form_page, get_claim_or_404, posted_form, render_form_page
from tracker.claims.services import editing, evidence, moves, verdicts
from tracker.errors import N_
from tracker.ledger import Actor
from tracker.web import formatting, i18n
from tracker.web.database import session as reading
from tracker.web.i18n import gettext as _

TRACK = Asking(
    N_("Start tracking this claim"),
    N_("Start tracking"),
    move="track",
    intro=N_("Tracker shows it again on its review date. It stays in the history."),
)
POSTPONE = Asking(
    N_("Move the review date"),
    N_("Move the review date"),
    N_("Move and next"),
    move="postpone",
    intro=N_("The claim is due again on the new review date. If you looked and found nothing, log it as a check."),
)
ASSIGN = Asking(
    N_("Change the owner"), N_("Reassign"), N_("Reassign and next"), intro=N_("The owner is reminded on the review date.")
)
TOPICS = Asking(N_("Change the topics"), N_("Save the topics"))
WITHDRAW = Asking(
    N_("Withdraw this claim"),
    N_("Withdraw the claim"),
    move="withdraw",
    intro=N_("It is no longer tracked and stays in the history. A chief editor can restore it."),
)
WITHDRAWAL = Asking(
    N_("Propose to withdraw this claim"),
    N_("Propose the withdrawal"),
    move="propose_withdrawal",
    intro=N_(
        "Its verdict is signed, so a second editor must sign the withdrawal. Exports, and the public page if there is one, "
        "then show this line in its place."
    ),
)
RESTORE = Asking(
    N_("Restore this claim"), N_("Restore the claim"), move="restore", intro=N_("The claim returns to its previous status.")
)
REOPEN = Asking(
    N_("Reopen this claim"),
    N_("Reopen the claim"),
    move="reopen",
    intro=N_(
        "Its review date becomes today. The signed verdict stays in exports, and on the public page if there is one, marked as "
        "under review, until a new one is signed."
    ),
)


@form_page("/track", TrackForm, TRACK)
def track(session: Session, claim: Claim, form: TrackForm, actor: Actor) -> str:
    """Take a draft onto the desk."""
    moves.track(session, claim, actor=actor, version=form.version.data)
    assert claim.review_on is not None
    return _("Tracking started. Review date: %(day)s.", day=formatting.day_long(claim.review_on, i18n.language()))


@form_page("/postpone", PostponeForm, POSTPONE)
def postpone(session: Session, claim: Claim, form: PostponeForm, actor: Actor) -> str:
    """Move the review to a later day, with or without a check."""
    # Looked at first: logging a check raises the version, and this page's must be compared before.
    lifecycle.begin(session, claim, "postpone", actor=actor, version=form.version.data)
    check = None
    if form.has_check:
        check = evidence.add_check(
            session,
            claim,
            actor=actor,
            where_looked=form.where_looked.data,
            found=form.found.data,
            exhaustive=form.exhaustive.data,
        )
    day = form.review_on.data
    moves.postpone(session, claim, day, form.reason.data, actor=actor, version=claim.version, check=check)
    return _("The review date is now %(day)s.", day=formatting.day_long(day, i18n.language()))


@bp.route("/claims/<id:claim_id>/assign", methods=["GET", "POST"], needs=Role.EDITOR)
def assign(claim_id: int) -> ResponseReturnValue:
    """Set or remove the owner of the claim."""
    session = reading()
    owner_id = get_claim_or_404(session, claim_id).owner_id
    form = AssignForm(posted_form(), data={"owner_id": owner_id})
    offer(form.owner_id, working_editors(session, also=owner_id))
    return render_form_page(claim_id, ASSIGN, form, _assign)


def _assign(session: Session, claim: Claim, form: AssignForm, actor: Actor) -> str:
    editing.assign(session, claim, form.owner_id.data, actor=actor, version=form.version.data)
    name = dict(form.owner_id.pairs).get(form.owner_id.data)
    return _("Owner: %(name)s.", name=name) if name else _("This claim has no owner now.")


@bp.route("/claims/<id:claim_id>/topics", methods=["GET", "POST"], needs=Role.EDITOR)
def topics(claim_id: int) -> ResponseReturnValue:
    """Set what the claim is about."""
    session = reading()
    now = topic_ids(session, claim_id)
    form = TopicsForm(posted_form(), data={"topics": sorted(now), "were": ids_text(now)})
    offered = choices.topics(session, i18n.language(), also=now)
    form.topics.set_choices(offered.pairs, find=offered.find)
    return render_form_page(claim_id, TOPICS, form, _topics)


def _topics(session: Session, claim: Claim, form: TopicsForm, actor: Actor) -> str:
    editing.set_topics(session, claim, form.wanted(topic_ids(session, claim.id)), actor=actor)
    return _("Topics saved.")


def topic_ids(session: Session, claim_id: int) -> set[int]:
    """What the claim is about now."""
    return set(session.scalars(select(ClaimTopic.topic_id).where(ClaimTopic.claim_id == claim_id)))


def ids_text(ids: set[int]) -> str:
    """Ids as a hidden field carries them."""
    return ",".join(str(each) for each in sorted(ids))


@form_page("/withdraw", WithdrawForm, WITHDRAW)
def withdraw(session: Session, claim: Claim, form: WithdrawForm, actor: Actor) -> str:
    """Take the claim off the desk."""
    if form.reason.data is WithdrawReason.DUPLICATE and form.other_id.data is not None:
        evidence.relate(session, claim, form.other_id.data, RelationKind.DUPLICATE_OF, actor=actor)
    moves.withdraw(session, claim, form.reason.data, form.note.data, actor=actor, version=form.version.data)
    return _("The claim is withdrawn.")


@bp.route("/claims/<id:claim_id>/withdrawal", methods=["GET", "POST"], needs=Role.EDITOR)
def propose_withdrawal(claim_id: int) -> ResponseReturnValue:
    """Ask a second editor to take out a claim whose verdict is public."""
    form = WithdrawalForm(posted_form())
    form.language.offer(get_claim_or_404(reading(), claim_id).language)
    offer(form.requested_signer_id, working_editors(reading()), without=current_editor().id)
    return render_form_page(claim_id, WITHDRAWAL, form, _propose_withdrawal)


def _propose_withdrawal(session: Session, claim: Claim, form: WithdrawalForm, actor: Actor) -> str:
    verdicts.propose_withdrawal(
        session,
        claim,
        form.reason.data,
        form.rationale.data,
        actor=actor,
        language=form.language.data,
        version=form.version.data,
        requested_signer_id=form.requested_signer_id.data,
    )
    return _("Withdrawal proposed. A second signature is needed.")


@form_page("/restore", RestoreForm, RESTORE, needs=Role.CHIEF)
def restore(session: Session, claim: Claim, form: RestoreForm, actor: Actor) -> str:
    """Bring a withdrawn claim back."""
    moves.restore(session, claim, form.reason.data, actor=actor, version=form.version.data)
    return _("The claim is back.")


@form_page("/reopen", ReopenForm, REOPEN)
def reopen(session: Session, claim: Claim, form: ReopenForm, actor: Actor) -> str:
    """Bring a resolved claim back for a new verdict."""
    moves.reopen(session, claim, form.kind.data, form.reason.data, actor=actor, version=form.version.data)
    return _("Reopened. The signed verdict is now under review.")
