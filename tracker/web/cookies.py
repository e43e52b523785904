"""The session's cookie: bound to TLS and to the host wherever a page is served over it, also where only the proxy knows."""

from flask import Flask, Request, Response, current_app, has_request_context, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from tracker.web.public_paths import is_api_path, is_public_path


def over_tls(app: Flask | None = None) -> bool:
    """Whether cookies of this request travel over TLS alone: by the configured address, or because the request came that way."""
    configured = bool((app or current_app).config["SESSION_COOKIE_SECURE"])
    return configured or (has_request_context() and request.is_secure)


def named(name: str, app: Flask | None = None) -> str:
    """The name of a cookie; over TLS with the prefix that binds it to this host."""
    return f"__Host-{name}" if over_tls(app) else name


class Cookies(SecureCookieSessionInterface):
    """Flask's, with name and `Secure` by the request. Pages for readers and the API have no session and no cookies."""

    _serializer: URLSafeTimedSerializer | None = None

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if is_public_path(request.path) or is_api_path(request.path):
            return SecureCookieSession()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not is_public_path(request.path) and not is_api_path(request.path):
            super().save_session(app, session, response)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Made once: a page reads its cookie and often writes it."""
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer

    def get_cookie_name(self, app: Flask) -> str:
        return named("session", app)

    def get_cookie_secure(self, app: Flask) -> bool:
        return over_tls(app)
