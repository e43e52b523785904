"""The list of all claims, and the claim itself."""

from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker.accounts.access import current_editor
from tracker.accounts.roles import Role
from tracker.claims import list_lines
from tracker.claims.enums import Status
from tracker.claims.labels import label
from tracker.claims.queries import claim_list
from tracker.claims.queries.claim_page import Window, load
from tracker.claims.routes import timeline
from tracker.claims.routes.blueprint import bp
from tracker.claims.routes.claim_view import claim_page
from tracker.claims.routes.filter_choice import desk_choices, read_desk
from tracker.claims.routes.next_claim import CLAIMS
from tracker.claims.routes.queue import LIST
from tracker.pagination import read_id
from tracker.search.folding import parse_query
from tracker.web import i18n
from tracker.web.database import session as reading
from tracker.web.page_context import ctx
from tracker.web.pages import Pager, page_url

HISTORY_PAGE = 100


@bp.get("/claims", needs=Role.VIEWER)
def index() -> ResponseReturnValue:
    """All claims, newest first, by status, by desk and by words."""
    asked = request.args.get("status", "")
    status = Status(asked) if asked in set(Status) else None
    q = request.args.get("q", "")
    desk = read_desk(request.args.get("desk"))
    choices = desk_choices(reading(), desk)
    runs = parse_query(q[: claim_list.ASKED_MAX])
    found = claim_list.read(
        reading(),
        i18n.language(),
        status=status,
        desk=desk,
        q=q,
        with_sample=ctx.newsroom.show_sample,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    pager = Pager(
        previous=page_url(before=str(found.before), after=None) if found.before else "",
        next=page_url(after=str(found.after), before=None) if found.after else "",
    )
    return render_template(
        "claims/index.html",
        lines=list_lines.prepare(found.rows, runs, i18n.today()),
        claim_base=request.script_root,
        list_query=_list_query(q=q[: claim_list.ASKED_MAX], status=asked, **{each.name: each.chosen for each in choices}),
        pager=pager,
        q=q,
        q_is_cut=len(q) > claim_list.ASKED_MAX,
        status=status,
        statuses=[(each.value, label(each)) for each in Status],
        choices=choices,
    )


def _list_query(**given: str) -> str:
    """What the links of the list add to a claim's address, so that its pages know the list."""
    kept = {key: value for key, value in given.items() if value}
    return f"?{urlencode({LIST: f'{CLAIMS}:{urlencode(kept)}'})}"


@bp.get("/claims/<id:claim_id>", needs=Role.VIEWER)
def show(claim_id: int) -> ResponseReturnValue:
    """The claim, in the order in which it is judged."""
    return claim_page(claim_id)


@bp.get("/claims/<id:claim_id>/history", needs=Role.VIEWER)
def history(claim_id: int) -> ResponseReturnValue:
    """Everything that happened to the claim, a page at a time."""
    session = reading()
    is_editor = Role.EDITOR in current_editor().role_names
    page = load(session, claim_id, today=i18n.today(), notes=False, window=Window(most=1))
    before = read_id(request.args.get("before"))
    past = timeline.of_claim(session, claim_id, limit=HISTORY_PAGE, private=is_editor, before=before, whole=True)
    older = page_url(before=str(past.older)) if past.older is not None else ""
    pager = Pager(previous=page_url(before=None) if before is not None else "", next=older)
    return render_template("claims/history.html", page=page, lines=past.lines, pager=pager)
