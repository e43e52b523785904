"""Signing in outside: at an OpenID provider, or by the header of a trusted proxy. Off unless the settings say so."""

from typing import Final

from flask import Flask, current_app, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_security.utils import login_user

from tracker.accounts import external_sign_in, oidc
from tracker.accounts.models import Editor
from tracker.accounts.oidc import InvalidAnswer, PendingSignIn, Provider, SignInFailed
from tracker.accounts.routes import session_cookies
from tracker.accounts.routes.reauthentication import mark_fresh
from tracker.config import Settings
from tracker.errors import NotFound
from tracker.urls import local_path
from tracker.web import access
from tracker.web.access import PUBLIC, Blueprint
from tracker.web.database import app_settings, session, writing
from tracker.web.proxies import FROM_PROXY
from tracker.web.public_paths import is_api_path

bp = Blueprint("external", __name__)

PROVIDER: Final = "tracker_oidc_provider"  # among an application's extensions
VIA: Final = "via"  # in the session's cookie: how its editor signed in, where not by password
_PENDING: Final = "oidc"
# How the cookie names the fields of a PendingSignIn: sign-ins that are pending during an update go on.
_KEPT_AS: Final = {"state": "state", "nonce": "nonce", "verifier": "verifier", "onward": "return_to"}


def init_app(app: Flask) -> None:
    """Register the routes, and believe the proxy's header where it is configured."""
    settings: Settings = app.extensions["tracker_settings"]
    app.register_blueprint(bp)
    if settings.sign_in.user_header:
        # Before the roles are asked for.
        app.before_request_funcs.setdefault(None, []).insert(0, _believe_proxy)


@bp.get("/oidc/start", needs=PUBLIC)
def start() -> ResponseReturnValue:
    """Send the browser to the provider. `again` asks for the password although there is a session at the provider."""
    provider = _provider()
    return_to = local_path(request.args.get("next"))
    address, pending = provider.begin(_callback(), return_to, force_login="again" in request.args)
    cookie[_PENDING] = {name: getattr(pending, field) for name, field in _KEPT_AS.items()}
    return redirect(address, 302)


@bp.get("/oidc/callback", needs=PUBLIC)
def callback() -> ResponseReturnValue:
    """Take the provider's answer, once: what was started is forgotten in any case."""
    provider, kept = _provider(), cookie.pop(_PENDING, None)
    if not isinstance(kept, dict) or "error" in request.args:
        raise InvalidAnswer(oidc.FAILED)
    pending = PendingSignIn(**{field: kept[name] for name, field in _KEPT_AS.items()})
    identity = provider.finish(pending, request.args.get("state", ""), request.args.get("code", ""), _callback())
    with writing() as current:
        editor = external_sign_in.find_or_create(current, identity, provider.settings)
    _enter(editor, "oidc")
    return redirect(pending.return_to, 303)


def _enter(editor: Editor, via: str) -> None:
    if not session_cookies.may_enter(editor):
        raise SignInFailed(external_sign_in.NO_ACCOUNT)
    login_user(session().get_one(Editor, editor.id), authn_via=[via])
    cookie[VIA] = via
    mark_fresh()


def _believe_proxy() -> None:
    """Sign in whom the proxy names. Only a header that a trusted proxy sent counts; a name without an account signs no one in."""
    header = app_settings().sign_in.user_header or ""
    if request.blueprint in ("health", "display") or is_api_path(request.path) or not request.environ.get(FROM_PROXY):
        return
    email = request.headers.get(header, "").strip()
    signed_in = access.editor_or_none()
    if not email or (signed_in is not None and signed_in.email == email.lower()):
        return
    editor = external_sign_in.find_by_address(session(), email)
    if editor is not None and (signed_in is None or signed_in.id != editor.id):
        _enter(editor, "proxy")


def sign_in_choices() -> dict[str, object]:
    """Return what the sign-in page offers: `provider_name` ("" without one), and whether there is the local form."""
    settings = app_settings().sign_in
    return {"provider_name": settings.name if settings.has_provider else "", "is_local": settings.local}


def provider_logout_url() -> str:
    """Return where to sign out at the provider as well, "" where that is not possible."""
    provider = _find_provider()
    return provider.logout_url("", url_for("security.login", _external=True)) if provider is not None else ""


def _find_provider() -> Provider | None:
    """The provider of the settings, kept with the application for its metadata; None without one."""
    settings = app_settings().sign_in
    kept: Provider | None = current_app.extensions.get(PROVIDER)
    if settings.has_provider and (kept is None or kept.settings != settings):
        kept = current_app.extensions[PROVIDER] = Provider(settings)
    return kept if settings.has_provider else None


def _provider() -> Provider:
    provider = _find_provider()
    if provider is None:
        raise NotFound()
    return provider


def _callback() -> str:
    base = app_settings().base_url
    return f"{base}/oidc/callback" if base else url_for("external.callback", _external=True)
