"""Who may come in where. Every route declares what it needs; an application with one that does not will not start.

    @bp.get("/claims/<id:claim_id>", needs=Role.VIEWER)
    def show(claim_id: int) -> ResponseReturnValue: ...

Signed out, a page leads to the sign-in page and back (303); an export or feed answers 401. A page for which the role does not
suffice is no page (404); a move is forbidden (403).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from flask import Blueprint as FlaskBlueprint
from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import Unauthorized

from tracker.errors import N_, Forbidden, NotFound
from tracker.ledger import Actor
from tracker.web.contracts import SignedIn
from tracker.web.limits import body_limit

View = TypeVar("View", bound=Callable[..., Any])

_DECLARED: Final = "tracker_access"


@dataclass(frozen=True)
class Access:
    """What a route needs. `role` None: nothing. `or_role` does as well. `direct`: answer 401, do not lead to the sign-in page."""

    role: str | None
    direct: bool = False
    or_role: str | None = None

    def lets_in(self, roles: Collection[str]) -> bool:
        """Whether these roles are enough."""
        return self.role is None or self.role in roles or (self.or_role is not None and self.or_role in roles)


PUBLIC: Final = Access(None)


class Blueprint(FlaskBlueprint):
    """A blueprint whose routes name what they need: a role, or `or_role` as well, or PUBLIC. See `Access` for `direct`.

    `limit` is how many bytes a body may have, where that differs from `limits.BODY_MAX`.
    """

    def route(
        self,
        rule: str,
        *,
        needs: str | Access | None = None,
        or_role: str | None = None,
        direct: bool = False,
        limit: int | None = None,
        **options: Any,
    ) -> Callable[[View], View]:
        add = super().route(rule, **options)

        def register(view: View) -> View:
            if needs is not None:
                declare(view, needs if isinstance(needs, Access) else Access(needs, direct, or_role))
            return add(view if limit is None else body_limit(limit)(view))

        return register


def public(view: View) -> View:
    """Declare that everybody may come here, signed in or not."""
    return declare(view, PUBLIC)


def needs(role: str, *, or_role: str | None = None, direct: bool = False) -> Callable[[View], View]:
    """Declare which role a route needs, or which other does as well. `direct` for what programs fetch (exports, feeds)."""

    def mark(view: View) -> View:
        return declare(view, Access(role, direct, or_role))

    return mark


def declare(view: View, access: Access) -> View:
    """Declare what a view needs, where it is not written above it (views of an extension)."""
    setattr(view, _DECLARED, access)
    return view


def access_of(app: Flask, endpoint: str) -> Access | None:
    """What the view of an endpoint declares."""
    return cast(Access | None, getattr(app.view_functions.get(endpoint), _DECLARED, None))


def undeclared(app: Flask) -> list[str]:
    """The endpoints that declare nothing."""
    return sorted({rule.endpoint for rule in app.url_map.iter_rules() if access_of(app, rule.endpoint) is None})


def init_app(app: Flask) -> None:
    """Ask every request for what its route needs, before anything else looks at it."""
    app.before_request(_check)


def check_declared(app: Flask) -> None:
    """Raise RuntimeError if a route declares nothing. Call it when all routes are there."""
    if forgotten := undeclared(app):
        raise RuntimeError(f"these routes do not declare who may come in: {', '.join(forgotten)}")


def _check() -> ResponseReturnValue | None:
    if request.endpoint is None:  # no such route, or not with this method: the answer is on its way
        return None
    access = access_of(current_app, request.endpoint)
    if access is None:
        # Not declared, so open to no one.
        raise NotFound()
    if access.role is None:
        return None
    editor = editor_or_none()
    if editor is None:
        return _signed_out(access)
    if not access.lets_in(editor.role_names):
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            raise NotFound()
        raise Forbidden(N_("Your role does not allow this."))
    return None


def _signed_out(access: Access) -> ResponseReturnValue:
    if access.direct:
        raise Unauthorized()
    # What was posted is gone in any case; the page it was posted from is where to begin again.
    here = request.script_root + request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else None
    return redirect(url_for("security.login", next=here), 303)


def editor_or_none() -> SignedIn | None:
    """Return the editor who is signed in, None if there is none."""
    user = current_user._get_current_object()  # once: each look through the proxy asks for the request, too
    return cast(SignedIn, user) if user.is_authenticated else None


def current_actor() -> Actor:
    """Return the signed-in editor as an actor. Raises Unauthorized.

    Inside `writing()` the roles are re-read, because what was loaded before the transaction began is expired.
    """
    editor = editor_or_none()
    if editor is None:
        raise Unauthorized()
    return editor.actor
