"""Many claims at once: what was ticked on the queue, and everything that an editor owns.

Each claim is a transaction of its own, by the same service as one alone: a refusal of one is reported and stops no other.
"""

from collections.abc import Callable, Iterable
from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts.access import current_editor
from tracker.accounts.models import Editor
from tracker.accounts.queries import working_editors
from tracker.accounts.roles import Role
from tracker.claims.enums import Status
from tracker.claims.forms.bulk import BulkForm, HandoverForm
from tracker.claims.forms.common import offer
from tracker.claims.models import Claim, ClaimTopic
from tracker.claims.queries import choices
from tracker.claims.services import editing, moves
from tracker.claims.services import saved_views as services
from tracker.claims.services import undo as undoing
from tracker.errors import N_, Conflict, Forbidden, Invalid, Refusal
from tracker.ledger import Actor
from tracker.pagination import read_id
from tracker.sql import require_row
from tracker.urls import local_path
from tracker.web import forms, i18n
from tracker.web.access import Blueprint, current_actor
from tracker.web.database import session as reading
from tracker.web.database import writing
from tracker.web.i18n import gettext as _
from tracker.web.i18n import ngettext, translate
from tracker.web.page_context import ctx
from tracker.web.pages import toast, warn

bp = Blueprint("bulk", __name__)

Work = Callable[[Session, Claim, int, BulkForm, Actor], None]

MOST: Final = 500  # claims in one go
REPORTED: Final = 3  # of those left out, one by one
_ENDED: Final = (Status.RESOLVED, Status.WITHDRAWN)


def _assign(session: Session, claim: Claim, version: int, form: BulkForm, actor: Actor) -> None:
    editing.assign(session, claim, form.owner_id.data, actor=actor, version=version)


def _postpone(session: Session, claim: Claim, version: int, form: BulkForm, actor: Actor) -> None:
    moves.postpone(session, claim, form.review_on.data, form.reason.data, actor=actor, version=version)


def _topic(session: Session, claim: Claim, version: int, form: BulkForm, actor: Actor) -> None:
    now = session.scalars(select(ClaimTopic.topic_id).where(ClaimTopic.claim_id == claim.id))
    editing.set_topics(session, claim, (*now, form.topic_id.data), actor=actor)


WORK: Final[dict[str, Work]] = {"assign": _assign, "postpone": _postpone, "topic": _topic}


def bulk_form(sent: object = None, *, owners: list[tuple[int, str]] | None = None) -> BulkForm:
    """The form with what can be chosen in it; `owners` where they were read already."""
    form = BulkForm(sent, ids="bk")
    offer(form.owner_id, working_editors(reading()) if owners is None else owners)
    topics = choices.topics(reading(), i18n.language(), with_sample=ctx.newsroom.show_sample)
    form.topic_id.set_choices(topics.pairs, find=topics.find)
    return form


@bp.post("/queue/bulk", needs=Role.EDITOR)
def bulk() -> ResponseReturnValue:
    """Apply one action to every selected claim; report those left out with the reason."""
    do, picks, form = request.form.get("do", ""), _picks(), bulk_form(request.form)
    if do not in WORK:
        raise Invalid(N_("Say what to do with these claims."))
    if not picks:
        warn(_("Choose at least one claim first."))
        return _back()
    if not form.validate() or not _is_enough(form, do):
        return render_template("queue/bulk.html", form=form, do=do, picks=picks), 422
    _done(*_each(picks, lambda session, claim, version: WORK[do](session, claim, version, form, current_actor())))
    return _back()


@bp.post("/queue/steps/<id:step_id>/undo", needs=Role.EDITOR)
def undo(step_id: int) -> ResponseReturnValue:
    """Undo a bulk action for the claims that have not changed since."""
    try:
        with writing() as session:
            picks = services.take_back(session, current_editor().id, step_id)
    except Conflict as refusal:
        warn(translate(refusal.message))
        return _back()

    def back(session: Session, claim: Claim, version: int) -> None:
        undoing.undo(session, claim, actor=current_actor(), version=version)

    done, left = _each(picks, back)
    _report(len(done), left, ngettext("Undone for %(n)s claim.", "Undone for %(n)s claims.", len(done)))
    return _back()


def _is_enough(form: BulkForm, do: str) -> bool:
    try:
        if do == "postpone" and form.review_on.data is None:
            raise Invalid(N_("Give the review date of these claims."), field="review_on")
        if do == "postpone" and not form.reason.data.strip():
            raise Invalid(N_("Say why the review date moves."), field="reason")
        if do == "topic" and form.topic_id.data is None:
            raise Invalid(N_("Choose a topic."), field="topic_id")
    except Invalid as refusal:
        forms.feed(form, refusal)
        return False
    return True


def _picks() -> list[tuple[int, int]]:
    """(claim, the version that the page showed) of every box that was ticked."""
    found: dict[int, int] = {}
    for value in [*request.form.getlist("pick"), *request.form.get("picks", "").split(",")]:
        number, _colon, version = value.partition(":")
        claim_id, seen = read_id(number), read_id(version)
        if claim_id is not None and seen is not None:
            found[claim_id] = seen
    if len(found) > MOST:
        raise Invalid(N_("At most %(most)s claims at once."), most=MOST)
    return list(found.items())


def _each(
    picks: Iterable[tuple[int, int]], work: Callable[[Session, Claim, int], None]
) -> tuple[list[tuple[int, int]], list[tuple[int, str]]]:
    """(claim, the version that it was given, 0 where it was so already) of what was done, and what was left with the reason."""
    done, left = [], []
    for claim_id, version in picks:
        try:
            with writing() as session:
                claim = require_row(session, Claim, claim_id)
                before = claim.version
                work(session, claim, version)
                now = (claim_id, claim.version if claim.version != before else 0)
        except Refusal as refusal:
            left.append((claim_id, translate(refusal.message)))
        else:
            done.append(now)
    return done, left


def _done(done: list[tuple[int, int]], left: list[tuple[int, str]]) -> None:
    """Say what was done, and remember it for taking it back."""
    changed = [(claim_id, version) for claim_id, version in done if version]
    if changed:
        with writing() as session:
            services.remember(session, current_editor().id, changed)
    _report(len(done), left, ngettext("Done for %(n)s claim.", "Done for %(n)s claims.", len(done)))


def _report(done: int, left: list[tuple[int, str]], text: str) -> None:
    if done:
        toast(text)
    for claim_id, why in left[:REPORTED]:
        warn(_("Claim %(number)s was left as it was: %(why)s", number=claim_id, why=why))
    if len(left) > REPORTED:
        more = len(left) - REPORTED
        warn(ngettext("%(n)s more claim was left as it was.", "%(n)s more claims were left as they were.", more))


def _back() -> ResponseReturnValue:
    return redirect(local_path(request.form.get("next") or url_for("queue.index")), 303)


@bp.route("/queue/handover", methods=["GET", "POST"], needs=Role.EDITOR)
def handover() -> ResponseReturnValue:
    """Everything that an editor owns and that is not at its end, to another: one's own, or as chief any editor's."""
    form = HandoverForm(request.form if request.method == "POST" else None, data={"from_id": current_editor().id})
    form.from_id.set_choices(_owners())
    offer(form.to_id, working_editors(reading()))
    if request.method != "POST" or not form.validate():
        return render_template("queue/handover.html", form=form), 200 if request.method != "POST" else 422
    giver, taker = form.from_id.data, form.to_id.data
    owned = select(Claim.id, Claim.version).where(Claim.owner_id == giver, Claim.status.not_in(_ENDED)).order_by(Claim.id)
    picks = [(row.id, row.version) for row in reading().execute(owned)]

    def hand(session: Session, claim: Claim, _version: int) -> None:
        actor = current_actor()
        if giver != actor.editor_id and Role.CHIEF not in actor.roles:
            raise Forbidden(N_("Only a chief editor can do this."))
        if claim.owner_id == giver:  # another editor may have taken it since
            editing.assign(session, claim, taker, actor=actor)

    if picks:
        _done(*_each(picks, hand))
    else:
        toast(_("There were no claims to reassign."))
    return redirect(url_for("queue.index"), 303)


def _owners() -> list[tuple[int, str]]:
    me = current_editor()
    if Role.CHIEF not in me.role_names:
        return [(me.id, me.name)]
    owns = select(Claim.id).where(Claim.owner_id == Editor.id, Claim.status.not_in(_ENDED)).exists()
    others = select(Editor.id, Editor.name).where(owns, Editor.id != me.id).order_by(Editor.name)
    return [(me.id, me.name), *((row.id, row.name) for row in reading().execute(others))]
