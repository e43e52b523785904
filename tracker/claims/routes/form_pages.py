"""How every form of a claim is asked and answered: a page by GET, the work by POST, and one way to refuse.

Refused fields come back with their errors (422); a claim that has changed comes back in its current version, with everything
that was typed (409). The work runs in one transaction, with the token that keeps a double click from doing it twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tracker.accounts.roles import Role
from tracker.claims import lifecycle
from tracker.claims.models import Claim
from tracker.claims.routes.blueprint import bp
from tracker.claims.routes.claim_view import claim_page, load_claim_view
from tracker.claims.routes.next_claim import ListPlace, next_claim_url
from tracker.claims.services import undo
from tracker.claims.services.common import require_not_withdrawn
from tracker.errors import Conflict, Invalid, Refusal
from tracker.ledger import Actor
from tracker.sql import require_row
from tracker.urls import local_path
from tracker.web import forms
from tracker.web.access import current_actor
from tracker.web.database import session as reading
from tracker.web.database import writing
from tracker.web.forms import Form
from tracker.web.idempotency import run_once
from tracker.web.page_context import ctx
from tracker.web.pages import page_url, toast

NEXT: Final = "next"  # `?then=` of a form's address: the next claim of the list is opened when the work is done

_RULE: Final = "/claims/<id:claim_id>"

F = TypeVar("F", bound=Form)
Work = Callable[[Session, Claim, F, Actor], str]


@dataclass(frozen=True)
class Asking:
    """A page with one form. `move` is the one of the life cycle that it leads to, "" for other work; texts are English.

    `submit_next`: the button that then opens the next claim of the list; "" for none.
    """

    heading: str
    submit: str
    submit_next: str = ""
    move: str = ""
    intro: str = ""
    anchor: str = ""
    ended: bool = False  # whether it can be done to a withdrawn claim, too


def posted_form() -> MultiDict[str, str] | None:
    """What was sent, None where the page is only being opened."""
    return request.form if request.method == "POST" else None


def get_claim_or_404(session: Session, claim_id: int) -> Claim:
    """The claim, for work on it. Raises NotFound."""
    return require_row(session, Claim, claim_id)


def redirect_target(claim_id: int, anchor: str = "", *, place: ListPlace | None = None) -> str:
    """Where to go when the work is done: to the next claim after `place`, where the form came from, or to the claim."""
    if place is not None and request.args.get("then") == NEXT:
        return next_claim_url(reading(), place)
    if "next" in request.form:
        return local_path(request.form["next"])
    return url_for("claims.show", claim_id=claim_id, _anchor=anchor or None)


def run_form_action(claim_id: int, form: F, work: Work[F], *, anchor: str = "") -> ResponseReturnValue | Refusal:
    """Do the work of a form that is valid by itself; the redirect, or the refusal to draw. The form bears the errors."""
    try:
        with writing() as session, run_once(session) as done:
            claim = get_claim_or_404(session, claim_id)
            before, place = claim.version, ListPlace.of(claim)
            text = work(session, claim, form, current_actor())
            answer = done(redirect_target(claim_id, anchor, place=place))
    except Invalid as refusal:
        forms.feed(form, refusal)
        return refusal
    except Conflict as refusal:
        return refusal
    toast(text, undo=undo_address(claim_id, before))
    return answer


def undo_address(claim_id: int, before: int = 0) -> str:
    """Where the work just done can be taken back, "" where it cannot; what changed nothing leaves no earlier change to undo."""
    claim = get_claim_or_404(reading(), claim_id)
    if claim.version == before or undo.last(reading(), claim, actor=current_actor()) is None:
        return ""
    return url_for("claims.undo", claim_id=claim_id, version=claim.version)


def render_form_page(claim_id: int, asking: Asking, form: F, work: Work[F]) -> ResponseReturnValue:
    """A page of its own for one form: drawn by GET, worked by POST."""
    if request.method != "POST":
        refusal = None if asking.ended else move_refusal(claim_id, asking.move)
        return claim_page(claim_id, refusal=refusal, status=refusal.status) if refusal else _render(claim_id, asking, form)
    if not form.validate():
        return _render(claim_id, asking, form, status=422)
    answer = run_form_action(claim_id, form, work, anchor=asking.anchor)
    if not isinstance(answer, Refusal):
        return answer
    if isinstance(answer, Conflict) and not asking.ended and move_refusal(claim_id, asking.move):
        # The move is no longer possible: render the claim as it is now, with what was typed.
        return claim_page(claim_id, {asking.move: form}, refusal=answer, status=answer.status)
    return _render(claim_id, asking, form, refusal=answer if isinstance(answer, Conflict) else None, status=answer.status)


def render_inline_form(claim_id: int, name: str, form: F, work: Work[F], *, anchor: str) -> ResponseReturnValue:
    """A form on the claim's page itself; by GET, the page with that form open."""
    if request.method != "POST":
        return claim_page(claim_id, focus=name)
    if not form.validate():
        return claim_page(claim_id, {name: form}, status=422, focus=name)
    answer = run_form_action(claim_id, form, work, anchor=anchor)
    if not isinstance(answer, Refusal):
        return answer
    conflict = answer if isinstance(answer, Conflict) else None
    return claim_page(claim_id, {name: form}, refusal=conflict, status=answer.status, focus=name)


def form_page(rule: str, form: type[F], asking: Asking, *, needs: str = Role.EDITOR) -> Callable[[Work[F]], Work[F]]:
    """Register the page of a form at a rule below the claim's; what is decorated is its work, and names the endpoint."""

    def register(work: Work[F]) -> Work[F]:
        def page(claim_id: int) -> ResponseReturnValue:
            return render_form_page(claim_id, asking, form(posted_form()), work)

        bp.route(_RULE + rule, methods=["GET", "POST"], endpoint=work.__name__, needs=needs)(page)
        return work

    return register


def inline_form(rule: str, form: type[F], name: str, *, anchor: str, ids: str) -> Callable[[Work[F]], Work[F]]:
    """Register a form that is on the claim's page itself, under `name`; what is decorated is its work, as for `form_page`."""

    def register(work: Work[F]) -> Work[F]:
        def page(claim_id: int) -> ResponseReturnValue:
            return render_inline_form(claim_id, name, form(posted_form(), ids=ids), work, anchor=anchor)

        bp.route(_RULE + rule, methods=["GET", "POST"], endpoint=work.__name__, needs=Role.EDITOR)(page)
        return work

    return register


def move_refusal(claim_id: int, move: str) -> Conflict | None:
    """Why the claim cannot make this move now; None if it can. Raises Forbidden where it is the editor who may not."""
    session = reading()
    claim = get_claim_or_404(session, claim_id)
    try:
        if move:
            lifecycle.check(session, claim, move, current_actor())
        else:
            require_not_withdrawn(claim)
    except Conflict as refusal:
        return refusal
    return None


def _render(
    claim_id: int, asking: Asking, form: Form, *, refusal: Refusal | None = None, status: int = 200
) -> ResponseReturnValue:
    read_at = form["version"].data if "version" in form else None
    view = load_claim_view(reading(), claim_id, refusal=refusal, read_at=read_at)
    if "version" in form and (refusal is not None or request.method != "POST"):
        # The page shows the current version; sent again, the form refers to it.
        form["version"].data = view.page.claim.version
    values: dict[str, object] = {"view": view, "page": view.page, "asking": asking, "form": form, "language": ctx.language}
    values |= {"own_url": page_url(then=None), "next_url": page_url(then=NEXT)}
    return render_template("claims/ask.html", **values, problem=status >= 400), status
