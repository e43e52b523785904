"""The second step of signing in: a code of the app, or one for recovery.

Who has given the right password and has yet to give a code is kept in the signed cookie, for ten minutes, bound to the password:
it opens nothing but the page that asks for the code.
"""

from typing import Any, Final

from flask import g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_security.utils import login_user
from sqlalchemy import select

from tracker import clock
from tracker.accounts import login_rate_limit, passkeys, second_factor
from tracker.accounts.forms import CodeForm
from tracker.accounts.models import Editor
from tracker.accounts.routes import passkey_challenges, session_cookies
from tracker.accounts.routes.blueprint import bp
from tracker.accounts.routes.reauthentication import count_try, keeper, refuse_try, too_many_tries
from tracker.urls import local_path
from tracker.web.access import PUBLIC
from tracker.web.database import session, writing
from tracker.web.i18n import gettext as _
from tracker.web.i18n import ngettext
from tracker.web.limits import FORM_MAX
from tracker.web.pages import toast

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


def pending_editor() -> Editor | None:
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


@bp.get("/login/code", needs=PUBLIC)
def code() -> ResponseReturnValue:
    """The form for the code, after the right password."""
    if pending_editor() is None:
        return redirect(url_for("security.login"), 303)
    return render_code(CodeForm())


@bp.post("/login/code", needs=PUBLIC, limit=FORM_MAX)
def check_code() -> ResponseReturnValue:
    """Sign in, if it is right."""
    half = pending_editor()
    if half is None:
        return redirect(url_for("security.login"), 303)
    form = CodeForm(request.form)
    limits = session_cookies.limits_for_code(half.email)
    if minutes := count_try(limits):
        form.form_errors = [too_many_tries(minutes)]
        return refuse_try(render_code(form), minutes)
    before = second_factor.codes_left(half)
    if not form.validate() or not _is_right(half, form.code.data):
        form.form_errors = [_("This code is wrong or was already used.")]
        return render_code(form), 422
    keep, onward = finish()
    with writing() as current:
        login_rate_limit.succeeded(current, limits)
        g.tracker_keep = keep
        login_user(half, authn_via=["password", "code"])
    if (left := second_factor.codes_left(half)) < before:
        # After signing in, which empties the cookie.
        toast(
            ngettext(
                "You used a recovery code. %(n)s is left; make new ones in your account.",
                "You used a recovery code. %(n)s are left.",
                left,
            )
        )
    return redirect(local_path(onward), 303)


def _is_right(editor: Editor, typed: str) -> bool:
    with writing() as current:
        return second_factor.check(current, editor, typed, keeper())


def render_code(form: CodeForm) -> str:
    """Return the page of the second step."""
    half = pending_editor()
    has_app = half is not None and second_factor.has_app(half)
    has_passkeys = half is not None and passkey_challenges.is_offered() and bool(passkeys.list_of(session(), half.id))
    return render_template("security/code.html", form=form, has_app=has_app, has_passkeys=has_passkeys)
