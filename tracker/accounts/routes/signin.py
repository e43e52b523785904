"""Signing in and out with Flask-Security: its views and forms, on the request's one session, with our sessions and throttle.

JSON, tokens and remember-me cookies are switched off: each of them would bypass the session's row.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Final

from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import user_logged_out
from flask_security import Security, SQLAlchemyUserDatastore, password_changed, user_authenticated
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from tracker.accounts import demo, login_rate_limit, passwords, people, second_factor
from tracker.accounts.models import Editor, RoleRow
from tracker.accounts.roles import Role
from tracker.accounts.routes import external, passkey_challenges, reauthentication, session_cookies, two_factor_code
from tracker.accounts.routes.reauthentication import mark_fresh
from tracker.accounts.routes.signin_forms import NOT_TOGETHER, ChangePasswordForm, LoginForm, MailUtil, PasswordUtil, email_mapper
from tracker.accounts.sessions import Ended
from tracker.errors import N_, Forbidden
from tracker.urls import local_path
from tracker.web import access, i18n
from tracker.web.database import app_settings, session, writing
from tracker.web.limits import FORM_MAX, body_limit

View = Callable[..., Any]

NO_LOCAL: Final = N_("Passwords are switched off here. Sign in with your organisation’s account.")

_MESSAGES: Final = {
    "GENERIC_AUTHN_FAILED": NOT_TOGETHER,
    "UNAUTHENTICATED": N_("Please sign in."),
    "INVALID_PASSWORD": N_("This is not your current password."),
    "PASSWORD_NOT_PROVIDED": N_("Give a password."),
    "RETYPE_PASSWORD_MISMATCH": N_("The two passwords are not the same."),
    "PASSWORD_IS_THE_SAME": N_("This is the password you have already."),
    "PASSWORD_CHANGE": N_("Your password is changed. All your other sessions are closed."),
}


class _OurSession:
    """What Flask-Security takes for a database extension."""

    @property
    def session(self) -> Session:
        return session()


class Datastore(SQLAlchemyUserDatastore):
    """Editors for Flask-Security, in the request's session."""

    def put(self, model: object) -> Any:
        """Store what was changed on a row, in a transaction of its own where there is none.

        Beginning it forgets unsaved changes with everything else that was loaded before, so they are made again within.
        """
        state = inspect(model)
        changes = {a.key: getattr(model, a.key) for a in state.mapper.column_attrs if state.attrs[a.key].history.has_changes()}
        with writing() as current:
            current.add(model)
            for name, value in changes.items():
                setattr(model, name, value)
        return model

    def commit(self) -> None:
        """`writing()` commits."""


def init_app(app: Flask) -> None:
    """Wire Flask-Security and replace what it would do on its own."""
    app.config.update(_config())
    # Some of these are heard by the constructor alone.
    security = Security(
        app,
        Datastore(_OurSession(), Editor, RoleRow),
        login_form=LoginForm,
        change_password_form=ChangePasswordForm,
        mail_util_cls=MailUtil,
        password_util_cls=PasswordUtil,
    )
    # It asks who is signed in before every request, also where no one can be; we ask `current_user` where we need to know.
    security.principal.identity_loaders.clear()
    security.i18n_domain.gettext = i18n.gettext  # type: ignore[method-assign, assignment]
    security.login_context_processor(_form_context)
    security.two_factor_plugins.tf_enter = _ask_for_code  # type: ignore[method-assign, assignment]
    security.want_json(lambda _request: False)
    manager = app.login_manager  # type: ignore[attr-defined]
    manager.user_loader(session_cookies.load_editor)
    manager.request_loader(lambda _request: None)
    manager.session_protection = None  # an address changes on every train; the session's row is what counts
    user_authenticated.connect(_signed_in, app)
    user_logged_out.connect(_signed_out, app)
    password_changed.connect(_password_changed, app)
    _wrap(app)
    reauthentication.init_app(app)
    external.init_app(app)
    session_cookies.init_app(app)


def _config() -> dict[str, object]:
    return {
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": email_mapper, "case_insensitive": False}}],
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__memory_cost": passwords.MEMORY_KIB,
            "argon2__rounds": passwords.PASSES,
            "argon2__parallelism": passwords.LANES,
        },
        "SECURITY_PASSWORD_LENGTH_MIN": passwords.SHORTEST,
        "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKC",
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_FRESHNESS": timedelta(seconds=-1),  # no page asks for the password a second time
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
        "SECURITY_LOGIN_USER_TEMPLATE": "security/login.html",
        "SECURITY_CHANGE_PASSWORD_TEMPLATE": "security/change.html",
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/login",
        "SECURITY_POST_CHANGE_VIEW": "/settings",
        **{f"SECURITY_MSG_{key}": (text, "error" if key != "PASSWORD_CHANGE" else "ok") for key, text in _MESSAGES.items()},
    }


def _wrap(app: Flask) -> None:
    views = app.view_functions
    views["security.login"] = body_limit(FORM_MAX)(access.public(_login(views["security.login"])))
    views["security.logout"] = access.public(_logout(views["security.logout"]))
    change = access.needs(Role.VIEWER)(_change(views["security.change_password"]))
    views["security.change_password"] = body_limit(FORM_MAX)(change)


def _login(view: View) -> View:
    @wraps(view)
    def login() -> ResponseReturnValue:
        if request.method == "GET" or access.editor_or_none() is not None:
            return make_response(view())
        if not external.sign_in_choices()["is_local"]:
            raise Forbidden(NO_LOCAL)
        limits = session_cookies.limits_for_sign_in(request.form.get("email", ""))
        if minutes := reauthentication.count_try(limits):
            return reauthentication.refuse_try(render_login([reauthentication.too_many_tries(minutes)]), minutes)
        response = make_response(view())
        if two_factor_code.began_now():
            with writing() as current:
                login_rate_limit.succeeded(current, limits)
            return response
        if not session_cookies.signed_in_now():
            if response.status_code == 200:
                response.status_code = 422
            return response
        with writing() as current:
            login_rate_limit.succeeded(current, limits)
        return _onward(response, _next())

    return login


def _ask_for_code(user: Editor, _remember: object, _by: str, next_loc: str | None) -> ResponseReturnValue | None:
    """Called by Flask-Security between the right password and signing in."""
    if not second_factor.is_on(user):
        return None
    two_factor_code.begin(user, _next())
    return redirect(url_for("newsroom.code"), 303)


def _logout(view: View) -> View:
    @wraps(view)
    def logout() -> ResponseReturnValue:
        via = cookie.get(external.VIA)
        return _onward(make_response(view()), url_for("security.login", signed_out=1 if via == "oidc" else None))

    return logout


def _next() -> str:
    return local_path(request.form.get("next") or request.args.get("next"))


def _form_context() -> dict[str, object]:
    is_demo = app_settings().demo
    choices = {**external.sign_in_choices(), "has_passkeys": passkey_challenges.is_offered()}
    choices["provider_logout"] = external.provider_logout_url() if "signed_out" in request.args else ""
    return {"next": _next(), "ways_in": demo.ways_in(session()) if is_demo else [], **choices}


def _onward(response: Response, location: str) -> Response:
    # Flask-Security would follow "/\\evil", which a browser reads as "//evil".
    response.status_code = 303
    response.headers["Location"] = location
    return response


def render_login(problems: list[str]) -> str:
    """Return the sign-in page with what went wrong; the address that was typed stays, the password does not."""
    form = LoginForm(formdata=None)
    form.email.data = request.form.get("email", "")
    form.form_errors = problems
    return render_template("security/login.html", login_user_form=form, **_form_context())


def _change(view: View) -> View:
    @wraps(view)
    def change_password() -> ResponseReturnValue:
        if request.method == "GET":
            return make_response(view())
        # The password changes and the other sessions end in one transaction.
        with writing():
            response = make_response(view())
        response.status_code = 303 if response.status_code == 302 else 422
        return response

    return change_password


def _signed_in(_app: Flask, user: Editor, **_more: object) -> None:
    """Give the browser that has just signed in a new session, and its cookie a new everything."""
    with writing() as current:
        session_cookies.begin(current, user, remembered=bool(request.form.get("keep") or g.get("tracker_keep")))
    cookie.pop(external.VIA, None)
    mark_fresh()


def _signed_out(_app: Flask, **_more: object) -> None:
    with writing() as current:
        session_cookies.end(current, Ended.SIGNED_OUT)


def _password_changed(_app: Flask, user: Editor, **_more: object) -> None:
    with writing() as current:
        people.password_was_set(current, user, actor=user.actor, keep_session=session_cookies.current_hash())
