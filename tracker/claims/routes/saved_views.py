"""Parts of the queue: views that an editor keeps, all of a group at once, what has come since a page was drawn, and the
verdicts signed last."""

from typing import Final
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.access import current_editor
from tracker.accounts.roles import Role
from tracker.claims.queries import claim_rows, queue
from tracker.claims.queries.queue_groups import View
from tracker.claims.queries.signed import list_signed
from tracker.claims.routes.bulk_actions import MOST, bulk_form
from tracker.claims.routes.name_pages import position
from tracker.claims.routes.queue import KEYS, queue_args, queue_asked, queue_view
from tracker.claims.services import saved_views as services
from tracker.errors import Invalid
from tracker.web.access import Blueprint
from tracker.web.database import session, writing
from tracker.web.i18n import gettext as _
from tracker.web.i18n import translate
from tracker.web.page_context import ctx
from tracker.web.pages import pager_of, toast, warn

bp = Blueprint("views", __name__)

SHOWN: Final = 5  # of all claims of a group, by their words


@bp.get("/queue/all", needs=Role.EDITOR)
def everything() -> ResponseReturnValue:
    """The step between what a page shows and all of a group: how many claims that is, and what is to be done to them."""
    asked, view = queue_asked(), queue_view()
    if view is None:
        return redirect(url_for("queue.index"))
    picks = queue.everything(session(), asked, view, most=MOST)
    is_too_much = len(picks) > MOST
    first = claim_rows.in_order(session(), [claim_id for claim_id, _ in picks[:SHOWN]], ctx.language)
    back = url_for("queue.index") + "?" + urlencode(queue_args())
    return render_template(
        "queue/all.html", form=bulk_form(), picks=[] if is_too_much else picks, first=first, view=view, back=back, most=MOST
    )


@bp.get("/queue/news", needs=Role.VIEWER)
def news() -> ResponseReturnValue:
    """How many claims have come since the page with `had` ("3,5,1,20", one a group) was drawn: a piece of a page."""
    had = [int(part) if part.isascii() and part.isdigit() and len(part) < 7 else None for part in _had()]
    counts = queue.counts(session(), queue_asked(), to_sign=False)
    now = [counts.of(view) for view in View]
    more = sum(max(0, count - before) for count, before in zip(now, had, strict=False) if before is not None)
    address = url_for("queue.index") + (f"?{urlencode(queue_args())}" if queue_args() else "")
    return render_template("queue/news.html", more=more, address=address)


def _had() -> list[str]:
    return request.args.get("had", "").split(",")[: len(View)]


@bp.get("/queue/signed", needs=Role.VIEWER)
def signed() -> ResponseReturnValue:
    """The claims whose verdict holds, those signed last first."""
    found = list_signed(session(), ctx.language, with_sample=ctx.newsroom.show_sample, **position())
    return render_template("queue/signed.html", signed=found.rows, pager=pager_of(found), claim_base=request.script_root)


@bp.post("/queue/views", needs=Role.VIEWER)
def save() -> ResponseReturnValue:
    """Keep the filters and the order under a name of one's own."""
    query = urlencode({key: request.form[key][:64] for key in KEYS if request.form.get(key)})
    try:
        with writing() as current:
            name = services.save_view(current, current_editor().id, request.form.get("name", ""), query).name
    except Invalid as refusal:
        warn(translate(refusal.message))
    else:
        toast(_("View “%(name)s” saved.", name=name))
    return redirect(url_for("queue.index") + (f"?{query}" if query else ""), 303)


@bp.post("/queue/views/<id:view_id>/delete", needs=Role.VIEWER)
def delete(view_id: int) -> ResponseReturnValue:
    """Forget a view."""
    with writing() as current:
        services.delete_view(current, current_editor().id, view_id)
    toast(_("View deleted."))
    return redirect(url_for("queue.index"), 303)
