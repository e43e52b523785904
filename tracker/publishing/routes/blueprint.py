"""The blueprint of the newsroom's pages about publication, and what they share."""

from collections.abc import Callable

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.errors import Conflict, Forbidden, Invalid
from tracker.public.site import LANGUAGES
from tracker.web import forms, i18n
from tracker.web.access import Blueprint
from tracker.web.database import writing
from tracker.web.forms import Form
from tracker.web.idempotency import run_once
from tracker.web.pages import toast

bp = Blueprint("publishing", __name__)


def readers_language() -> str:
    """The language of readers' pages to which the desk's pages lead: the editor's own, or English."""
    own = i18n.language()
    return own if own in LANGUAGES else LANGUAGES[0]


def store(
    work: Callable[[Session], str], url: str, draw: Callable[..., ResponseReturnValue], form: Form | None = None
) -> ResponseReturnValue:
    """Do some work in a transaction, say what it returned and go to the page. What was refused is said on the page, by `draw`."""
    if form is not None and not form.validate():
        return draw(status=422)
    try:
        with writing() as current, run_once(current) as done:
            text = work(current)
            answer = done(url)
    except (Invalid, Conflict, Forbidden) as refusal:
        if isinstance(refusal, Invalid) and form is not None and refusal.field and refusal.field in form:
            forms.feed(form, refusal)
            return draw(status=422)
        return draw(refusal=i18n.translate(refusal.message), status=refusal.status)
    toast(text)
    return answer
