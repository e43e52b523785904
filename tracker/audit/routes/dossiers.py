"""The dossier of a claim: a page to print, and JSON Lines."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from tracker.accounts.access import current_editor
from tracker.accounts.roles import Role
from tracker.audit import dossier, dossier_lines
from tracker.audit.dossier import Dossier
from tracker.audit.routes.blueprint import bp
from tracker.errors import NotFound
from tracker.ledger.reading import one_moment
from tracker.web import i18n
from tracker.web.access import needs
from tracker.web.database import database
from tracker.web.page_context import ctx


@bp.get("/claims/<id:claim_id>/dossier")
@needs(Role.VIEWER)
def dossier_page(claim_id: int) -> ResponseReturnValue:
    """Everything about a claim as one document; `?desk=1` with what never leaves the desk."""
    made = _made(claim_id)
    values = {"dossier": made, "page": made.page, "claim": made.page.claim, "language": ctx.language}
    return render_template("record/dossier.html", **values, may_desk=_may_desk())


@bp.get("/claims/<id:claim_id>/dossier.jsonl")
@needs(Role.VIEWER, direct=True)
def dossier_jsonl(claim_id: int) -> ResponseReturnValue:
    """The same for programs."""
    made = _made(claim_id)
    response = Response("".join(dossier_lines.lines(made)), content_type="application/x-ndjson; charset=utf-8")
    name = f"claim-{claim_id}-{'desk-' if made.for_desk else ''}{made.page.today.isoformat()}.jsonl"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _may_desk() -> bool:
    return Role.EDITOR in current_editor().role_names


def _made(claim_id: int) -> Dossier:
    for_desk = request.args.get("desk") == "1"
    if for_desk and not _may_desk():
        raise NotFound()
    # One moment of its own: lines that are sealed meanwhile must not look like faults.
    with one_moment(database()) as session:
        made = dossier.make(session, claim_id, today=i18n.today(), for_desk=for_desk)
        session.expunge_all()
    return made
