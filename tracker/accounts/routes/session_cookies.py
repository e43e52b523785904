"""The browser's side of a session: which sid its cookie carries, when it was last seen, and whether it has been here before."""

import hashlib
import secrets
from typing import Any, Final

import structlog
from flask import Flask, Response, current_app, g, request
from flask import session as cookie
from flask_security.utils import set_request_attr
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts import login_rate_limit, people, sessions
from tracker.accounts.login_rate_limit import Limit
from tracker.accounts.models import Editor
from tracker.accounts.sessions import Ended
from tracker.errors import Invalid, Unavailable
from tracker.web import cookies
from tracker.web.database import app_settings, database, session

log = structlog.get_logger(__name__)

_SID: Final = "sid"
_CSRF: Final = "csrf_token"
_DEVICE_YEARS: Final = 365 * 86_400
# While a long write holds the database, recording the visit is not worth waiting for.
_LOCK_TIMEOUT: Final = 0.2  # seconds


def init_app(app: Flask) -> None:
    """Keep `seen_at`, and hand out device cookies."""
    app.after_request(_note)


def load_editor(user_id: str) -> Editor | None:
    """The editor whose session this request's cookie names, if it still counts; Flask-Login asks once a request."""
    sid = cookie.get(_SID)
    found = sessions.find(session(), sid) if isinstance(sid, str) else None
    if found is None or not secrets.compare_digest(found.editor.fs_uniquifier, str(user_id)):
        return None
    editor = found.editor
    if not may_enter(editor):
        return None
    g.tracker_sid_hash = found.sid_hash
    g.tracker_sid_stale = clock.now() - found.seen_at >= sessions.TOUCH_EVERY
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", cookie.get("fs_paa", 0))
    return editor


def may_enter(editor: Editor) -> bool:
    """Whether this application lets them in: the sample's invented editors come into a demonstration only."""
    return app_settings().demo or not editor.is_sample


def current_hash() -> str | None:
    """The hash of this request's sid, None if no one is signed in."""
    found: str | None = g.get("tracker_sid_hash")
    return found


def begin(current: Session, editor: Editor, *, remembered: bool) -> None:
    """Start a new session in this browser. Nothing that its cookie held before counts any more."""
    before = current_hash()
    if before is not None:
        row = sessions.row_of(current, before)
        remembered = remembered or (row is not None and row.remembered and row.editor_id == editor.id)
        sessions.end(current, before, Ended.SIGNED_OUT)
    agent, address = request.user_agent.string, request.remote_addr or ""
    sid = sessions.start(current, editor, remembered=remembered, user_agent=agent, address=address)
    for name in (_CSRF, "_flashes"):
        cookie.pop(name, None)
        g.pop(name, None)
    cookie[_SID] = sid
    cookie.permanent = remembered
    g.tracker_sid_hash = sessions.hash_sid(sid)
    g.tracker_signed_in = editor.email


def end(current: Session, because: Ended) -> None:
    """End this browser's session, and empty its cookie."""
    sid = cookie.get(_SID)
    if isinstance(sid, str):
        sessions.end(current, sessions.hash_sid(sid), because)
    cookie.clear()
    g.pop("tracker_sid_hash", None)


def signed_in_now() -> bool:
    """Whether this very request signed an editor in."""
    return "tracker_signed_in" in g


def limits_for_sign_in(typed: str) -> list[Limit]:
    """What a try to sign in as `typed` from this browser counts against."""
    try:
        account = people.normal_email(typed)
    except Invalid:
        account = ""  # no account; the address is counted
    return login_rate_limit.limits_for_sign_in(account, request.remote_addr or "", _device_of(account))


def limits_for_code(email: str) -> list[Limit]:
    """What a code of the second factor counts against."""
    return login_rate_limit.limits_for_code(email, request.remote_addr or "", _device_of(email))


def limits_for_passkey() -> list[Limit]:
    """What a passkey that signs in from this browser counts against. Someone has signed in here before, or no one has."""
    known = _read_device()
    return login_rate_limit.limits_for_passkey(request.remote_addr or "", None if known is None else known[1])


def _device_cookie() -> str:
    return cookies.named("device")


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="tracker-device")


def _device_of(account: str) -> str | None:
    known = _read_device()
    return known[1] if known is not None and known[0] == _named(account) else None


def _read_device() -> tuple[str, str] | None:
    """The account that has signed in from this browser, as it is named in the cookie, and the browser."""
    try:
        payload: Any = _signer().loads(request.cookies.get(_device_cookie(), ""))
        return str(payload["account"]), str(payload["device"])
    except (BadSignature, TypeError, KeyError):
        return None


def _named(account: str) -> str:
    # The cookie outlives the session, on a machine that others use as well: it need not say whose address it is.
    return hashlib.sha256(account.encode("utf-8", "replace")).hexdigest()[:32]


def _note(response: Response) -> Response:
    if signed_in_now():
        payload = {"account": _named(g.tracker_signed_in), "device": secrets.token_urlsafe(12)}
        response.set_cookie(
            _device_cookie(),
            _signer().dumps(payload),
            max_age=_DEVICE_YEARS,
            httponly=True,
            samesite="Lax",
            secure=cookies.over_tls(),
        )
    if g.get("tracker_sid_stale"):
        _touch(g.tracker_sid_hash)
    return response


def _touch(sid_hash: str) -> None:
    # In a session of its own: the request's may still be read from while the answer goes out.
    g.tracker_sid_stale = False
    try:
        with database().writing(lock_timeout=_LOCK_TIMEOUT) as current:
            sessions.touch(current, sid_hash)
    except (SQLAlchemyError, Unavailable) as error:
        log.info("session not touched", reason=type(error).__name__)
