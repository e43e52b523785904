"""Who asks: the token of the header, its owner's role of this moment, its scopes and how often it has asked. No cookie counts."""

from collections.abc import Callable
from functools import wraps
from typing import Final, cast

from flask import Response, current_app, g, request
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts import tokens
from tracker.accounts.tokens import Holder, Scope
from tracker.api.errors import NotAcceptable, TooManyRequests, Unauthenticated
from tracker.api.rate_limit import Allowance, RateLimit
from tracker.api.resources import Reader
from tracker.errors import N_, Forbidden
from tracker.newsroom import settings
from tracker.newsroom.settings import Newsroom
from tracker.web.access import View, public
from tracker.web.database import session, writing
from tracker.web.limits import takes

LIMIT: Final = "tracker_api_rate_limit"  # among an application's extensions
_HOLDER: Final = "tracker_api_holder"
_NEWSROOM: Final = "tracker_api_newsroom"
_ALLOWANCE: Final = "tracker_api_allowance"
_HOLDER_AND_SETTINGS: Final = tokens.HOLDER.add_columns(settings.COLUMN)  # one statement instead of two in each request


def scoped(*scopes: Scope) -> Callable[[View], View]:
    """Declare the scopes of which a route needs one. What writes calls `reauthenticate` inside its transaction."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> object:
            _require_json()
            holder = _authenticate(session())
            _count(holder)
            _require_scope(holder, scopes)
            _note_use(holder)
            return view(*args, **kwargs)

        guarded.tracker_scopes = scopes  # type: ignore[attr-defined]
        return cast(View, takes("application/json")(public(guarded)))

    return mark


def holder() -> Holder:
    """The token of this request, with its owner."""
    return cast(Holder, getattr(g, _HOLDER))


def newsroom() -> Newsroom:
    """The newsroom's settings, read once a request."""
    return cast(Newsroom, getattr(g, _NEWSROOM))


def reader() -> Reader:
    """For whom this request reads."""
    return Reader(desk=Scope.READ_DESK in holder().scopes, sample=newsroom().show_sample)


def reauthenticate(current: Session, scopes: tuple[Scope, ...]) -> Holder:
    """The holder as of this transaction: a token that was revoked since the request began writes nothing."""
    found = _authenticate(current)
    _require_scope(found, scopes)
    return found


def add_headers(response: Response) -> Response:
    """Add how much of the rate is left."""
    left: Allowance | None = g.get(_ALLOWANCE)
    if left is not None:
        response.headers["RateLimit-Policy"] = f'"{left.policy}";q={left.quota};w=60'
        response.headers["RateLimit"] = f'"{left.policy}";r={left.remaining};t={left.reset}'
    return response


def _require_json() -> None:
    if not request.accept_mimetypes:
        return
    if not request.accept_mimetypes.best_match(["application/json", "application/problem+json"]):
        raise NotAcceptable()


def _authenticate(current: Session) -> Holder:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not tokens.is_well_formed(secret.strip()):
        raise Unauthenticated(was_sent=bool(kind))
    rows = tokens.find_rows(current, secret.strip(), _HOLDER_AND_SETTINGS)
    if not rows:
        raise Unauthenticated(was_sent=True)
    newsroom_settings = settings.keep(current, rows[0].settings)
    found = tokens.read_holder(rows, clock.today(newsroom_settings.zone))
    if found is None:
        raise Unauthenticated(was_sent=True)
    setattr(g, _HOLDER, found)
    setattr(g, _NEWSROOM, newsroom_settings)
    return found


def _count(found: Holder) -> None:
    limit: RateLimit = current_app.extensions[LIMIT]
    left = limit.take(found.token_id, "read" if request.method in {"GET", "HEAD"} else "write")
    setattr(g, _ALLOWANCE, left)
    if left.wait:
        raise TooManyRequests(left.wait)


def _require_scope(found: Holder, scopes: tuple[Scope, ...]) -> None:
    if not found.scopes & set(scopes):
        raise Forbidden(N_("This token, or the role of its owner, does not allow that."))


def _note_use(found: Holder) -> None:
    today = clock.today(newsroom().zone)
    if found.used_on != today:
        with writing() as current:
            tokens.note_use(current, reauthenticate(current, tuple(Scope)).token_id, today)
