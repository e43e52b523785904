"""Between password and code: who has given the right password in this browser, and has yet to give a code.

It is kept in the signed cookie, for ten minutes, bound to the password: it opens nothing but the page that asks for the code.
"""

from typing import Any, Final

from flask import g, request
from flask import session as cookie
from sqlalchemy import select

from tracker import clock
from tracker.accounts.models import Editor
from tracker.accounts.routes import session_cookies
from tracker.web.database import session

_KEY: Final = "half"
_SECONDS: Final = 600


def begin(editor: Editor, onward: str) -> None:
    """The password was right."""
    cookie[_KEY] = {
        "who": editor.fs_uniquifier,
        "at": int(clock.now().timestamp()),
        "keep": bool(request.form.get("keep")),
        "next": onward,
    }
    g.tracker_half = True


def began_now() -> bool:
    """Whether it was in this very request."""
    return "tracker_half" in g


def editor() -> Editor | None:
    """Return the editor whose code is asked for; None if there is none (any more)."""
    held = _held()
    if not 0 <= clock.now().timestamp() - int(held.get("at", 0)) < _SECONDS:
        return None
    found = session().scalar(select(Editor).where(Editor.fs_uniquifier == str(held.get("who")), Editor.active))
    return found if found is not None and session_cookies.may_enter(found) else None


def finish() -> tuple[bool, str]:
    """It is over: whether to stay signed in, and where to go."""
    held = _held()
    cookie.pop(_KEY, None)
    return bool(held.get("keep")), str(held.get("next", "/"))


def _held() -> dict[str, Any]:
    held = cookie.get(_KEY)
    return held if isinstance(held, dict) else {}
