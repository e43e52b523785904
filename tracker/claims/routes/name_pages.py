"""What the pages of speakers and of topics have in common."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.claims.article_page import show_claims
from tracker.claims.queries.claim_rows import ClaimRow
from tracker.errors import Invalid, Stale
from tracker.pagination import Page
from tracker.web import i18n
from tracker.web.conflicts import differing
from tracker.web.database import writing
from tracker.web.forms import Form, feed
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import run_once
from tracker.web.pages import pager_of, toast


def position() -> dict[str, str | None]:
    """The place in a list that the address names."""
    return {"after": request.args.get("after"), "before": request.args.get("before")}


def listed(found: Page[ClaimRow], list_name: str) -> dict[str, Any]:
    """One page of claims, as `topics/_claims.html` shows it; their links name the list, see `next_claim`."""
    shown = show_claims(found.rows, i18n.today())
    return {"claims": shown, "pager": pager_of(found), "today": i18n.today(), "list": list_name}


def store(
    form: Any, work: Callable[[Session], str], template: str, stored: Callable[[], Form] | None = None, **more: Any
) -> ResponseReturnValue:
    """Check the form and do the work once; a refused form comes back with all that was typed.

    `stored` makes the form of what is stored now: after a conflict both are shown, and nothing is stored.
    """
    if not form.validate():
        return render_template(template, form=form, **more), 422
    try:
        with writing() as current, run_once(current) as done:
            answer = done(work(current))
    except Invalid as refusal:
        feed(form, refusal)
        return render_template(template, form=form, **more), 422
    except Stale:
        assert stored is not None
        now = stored()
        form.basis.data, form.basis.raw_data = now["basis"].data, None
        names = [field.name for field in form if field.name not in ("basis", "form_token")]
        return render_template(template, form=form, stored=now, differing=differing(form, now, names), **more), 409
    toast(_("Saved."))
    return answer
