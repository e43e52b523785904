"""The claim that comes next in the review queue, for "save and next" after judging or signing."""

from typing import Final

from flask import url_for
from sqlalchemy.orm import Session

from tracker.accounts.access import current_editor
from tracker.accounts.roles import Role
from tracker.claims.queries import queue
from tracker.claims.queries.queue import Asked, Filters, View
from tracker.web import i18n
from tracker.web.page_context import ctx

JUDGING: Final = (View.OVERDUE, View.DUE)
SIGNING: Final = (View.SIGNOFF,)


def next_claim_url(session: Session, claim_id: int, views: tuple[View, ...]) -> str:
    """The page of the first other claim in these groups of the queue; the queue itself where there is none."""
    editor = current_editor()
    asked = Asked(
        today=i18n.today(),
        filters=Filters(),
        signer=editor.id if Role.EDITOR in editor.role_names else None,
        author_may_judge=ctx.newsroom.author_may_judge,
        with_sample=ctx.newsroom.show_sample,
        newest_first=False,
    )
    for view in views:
        rows = queue.read(session, asked, ctx.language, view).groups[view].rows
        following = next((row.id for row in rows if row.id != claim_id), None)
        if following is not None:
            return url_for("claims.show", claim_id=following, _anchor="verdict")
    return url_for("queue.index")
