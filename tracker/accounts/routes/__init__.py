"""Routes of sign-in, accounts and invitations."""

from flask import Flask

from tracker.accounts.routes import (
    account,
    invitations,
    keyboard,
    password_reset,
    people,
    second_factor,
    signin,
    two_factor_code,
    welcome,
)
from tracker.accounts.routes.blueprint import bp
from tracker.newsroom import routes as settings
from tracker.server import routes as health

__all__ = [
    "account",
    "health",
    "init_app",
    "invitations",
    "keyboard",
    "password_reset",
    "people",
    "second_factor",
    "settings",
    "signin",
    "two_factor_code",
    "welcome",
]


def init_app(app: Flask) -> None:
    """Register sign-in and the newsroom's blueprints."""
    signin.init_app(app)
    app.register_blueprint(bp)
    app.register_blueprint(people.bp)
    app.register_blueprint(health.bp)
    welcome.init_app(app)
    second_factor.init_app(app)
