"""The dossier of a claim: a page to print, and JSON Lines. Both are streamed, however long the history."""

from contextlib import ExitStack

from flask import Response, request, stream_template, stream_with_context
from flask.typing import ResponseReturnValue

from tracker.accounts.access import current_editor
from tracker.accounts.roles import Role
from tracker.audit import dossier_lines
from tracker.audit.dossier import Dossier, build_dossier
from tracker.audit.routes.blueprint import bp
from tracker.errors import NotFound
from tracker.ledger.reading import one_moment
from tracker.web import i18n
from tracker.web.database import database
from tracker.web.page_context import ctx


@bp.get("/claims/<id:claim_id>/dossier", needs=Role.VIEWER)
def dossier_page(claim_id: int) -> ResponseReturnValue:
    """Everything about a claim as one document; `?desk=1` with what never leaves the desk."""
    open_session, made = _build(claim_id)
    values = {"dossier": made, "page": made.page, "claim": made.page.claim, "language": ctx.language}
    response = Response(stream_template("record/dossier.html", **values, may_desk=_may_desk()))
    response.call_on_close(open_session.close)
    return response


@bp.get("/claims/<id:claim_id>/dossier.jsonl", needs=Role.VIEWER, direct=True)
def dossier_jsonl(claim_id: int) -> ResponseReturnValue:
    """The same for programs."""
    open_session, made = _build(claim_id)
    pieces = stream_with_context(dossier_lines.lines(made))
    response = Response(pieces, content_type="application/x-ndjson; charset=utf-8")
    response.call_on_close(open_session.close)
    name = f"claim-{claim_id}-{'desk-' if made.for_desk else ''}{made.page.today.isoformat()}.jsonl"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _may_desk() -> bool:
    return Role.EDITOR in current_editor().role_names


def _build(claim_id: int) -> tuple[ExitStack, Dossier]:
    """The dossier with the session that it is read from. Raises NotFound."""
    for_desk = request.args.get("desk") == "1"
    if for_desk and not _may_desk():
        raise NotFound()
    with ExitStack() as opening:
        # A snapshot of its own: entries that are recorded during it must not look like faults.
        session = opening.enter_context(one_moment(database()))
        made = build_dossier(session, claim_id, today=i18n.today(), for_desk=for_desk)
        return opening.pop_all(), made
