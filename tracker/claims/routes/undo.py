"""Taking one's last change back, and the panel that shows a claim next to a list."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from tracker.accounts.roles import Role
from tracker.claims import lifecycle
from tracker.claims.enums import Outcome
from tracker.claims.queries.claim_page import Window, load_unnamed
from tracker.claims.routes.blueprint import bp
from tracker.claims.routes.claim_view import JUDGING, claim_page
from tracker.claims.routes.form_pages import get_claim_or_404, redirect_target
from tracker.claims.services import undo as services
from tracker.errors import N_, Conflict, Invalid
from tracker.pagination import read_id
from tracker.web import i18n
from tracker.web.access import current_actor
from tracker.web.database import session as reading
from tracker.web.database import writing
from tracker.web.i18n import gettext as _
from tracker.web.page_context import ctx
from tracker.web.pages import toast


@bp.post("/claims/<id:claim_id>/undo", needs=Role.EDITOR)
def undo(claim_id: int) -> ResponseReturnValue:
    """Take back what the signed-in editor did last to this claim; `?version=` is the one that it led to."""
    version = read_id(request.args.get("version"))
    get_claim_or_404(reading(), claim_id)
    if version is None:
        raise Invalid(N_("This cannot be used as it is"))
    try:
        with writing() as session:
            services.undo(session, get_claim_or_404(session, claim_id), actor=current_actor(), version=version)
    except Conflict as refusal:
        return claim_page(claim_id, refusal=refusal, status=refusal.status)
    toast(_("Undone."))
    return redirect(redirect_target(claim_id), 303)


@bp.get("/claims/<id:claim_id>/peek", needs=Role.VIEWER)
def peek(claim_id: int) -> ResponseReturnValue:
    """The panel of a claim next to a list: a piece of a page, for the script."""
    page = load_unnamed(reading(), claim_id, today=i18n.today(), notes=False, window=Window(most=1))
    moves = lifecycle.allowed(reading(), page.claim, current_actor(), was_returned=page.returns > 0)
    values = {"page": page, "may_judge": bool(moves & JUDGING), "outcomes": list(Outcome), "language": ctx.language}
    return render_template("claims/peek.html", **values)
