"""A form does its work once, however often it is sent: double clicks, impatient reloads, Back and Send again.

    @bp.post("/claims/<id:claim_id>/postpone", needs=Role.EDITOR)
    def postpone(claim_id: int) -> ResponseReturnValue:
        form = PostponeForm(request.form)
        with writing() as session, run_once(session) as done:
            ...
            services.postpone(session, claim, ..., actor=current_actor())
            return done(url_for("claims.show", claim_id=claim.id))

The page carries `{{ form_token() }}`. `done(location)` stores the token and where it led, in the same transaction as the work,
and is the redirect to answer with. Sent again, `run_once` raises Done before anything is done,
and the answer is the same redirect. A transaction that is rolled back, or in which `done` was not called (the form is shown
again), leaves no token behind.

The token counts together with the editor, the path and everything in the form: after Back, the same page with something else in
it is another piece of work.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.sql import take_turns
from tracker.web.access import editor_or_none
from tracker.web.models import FormToken

FIELD: Final = "form_token"
_CSRF: Final = "csrf_token"

Redirect = Callable[[str], ResponseReturnValue]


class Done(Exception):
    """This form has done its work already; it led to `location`."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def init_app(app: Flask) -> None:
    """Answer a form that was sent again as it was answered the first time."""
    app.register_error_handler(Done, _again)


def _again(done: Done) -> ResponseReturnValue:
    return redirect(done.location, 303)


@contextmanager
def run_once(session: Session) -> Iterator[Redirect]:
    """See the module. A form without a token (sent by a script) is taken each time. Raises Done."""
    key = _key()
    if key is not None:
        # A second click would otherwise find no token, do the work on a stale version, and show a conflict with oneself.
        take_turns(session, f"form {key}")
        location = session.scalar(select(FormToken.location).where(FormToken.token == key))
        if location is not None:
            raise Done(location)

    def done(location: str) -> ResponseReturnValue:
        if key is not None:
            editor = editor_or_none()
            session.add(FormToken(token=key, editor_id=editor.id if editor else None, used_at=clock.now(), location=location))
        return redirect(location, 303)

    yield done


def _key() -> str | None:
    token = request.form.get(FIELD)
    if not token:
        return None
    editor = editor_or_none()
    sent = sorted((name, value) for name, value in request.form.items(multi=True) if name != _CSRF)
    files = sorted((name, file.filename or "") for name, file in request.files.items(multi=True))
    whole = repr((editor.id if editor else None, request.path, sent, files))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
